"""The build from publishers' files, over a small folder of made-up ones in the true formats."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.build import Built, build
from kg.errors import BuildError, InputError
from kg.held import find
from kg.model import PartialDate, SourceVersion
from kg.names import expand, graph
from kg.resources import folder
from kg.store import Store
from tests import test_vocabularies as words

HERE = Path(__file__).parent
GOOD = HERE / "good" / "sources"
HPOA = (
    words.ANNOTATIONS
    + "\n"
    + "\t".join(
        ("OMIM:9", "Unknown", "", "HP:0000002", "PMID:1", "PCS", "", "", "", "", "P", "HPO:x")
    )
)


def text(path: Path, what: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(what.rstrip("\n").encode() + b"\n")


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A folder of publishers' files, as `kg fetch` fills it."""
    return publishers(tmp_path / "sources")


def publishers(place: Path) -> Path:
    """Fill a folder with made-up files in the publishers' formats."""
    for name in ("fda-purple-book", "fda-drugs-at-fda", "fda-spl"):
        (place / name).mkdir(parents=True)
    shutil.copy(GOOD / "purple-book.csv", place / "fda-purple-book" / "purplebook.csv")
    shutil.copy(GOOD / "otc-label.xml", place / "fda-spl" / "label.xml")
    with zipfile.ZipFile(place / "fda-drugs-at-fda" / "drugsatfda.zip", "w") as archive:
        for table in sorted((GOOD / "drugs-at-fda").glob("*.txt")):
            member = zipfile.ZipInfo(table.name, (2019, 7, 2, 14, 30, 6))
            archive.writestr(member, table.read_bytes())
    text(place / "mondo" / "mondo.obo", words.DISEASES)
    text(
        place / "mondo" / "mondo_exactmatch_x.sssom.tsv",
        words.MATCHES
        + "MONDO:0000002\texamplosis\tskos:exactMatch\tOMIM:1\texa\tsemapv:ManualMappingCuration\n",
    )
    text(place / "hpo" / "hp.obo", words.PHENOTYPES)
    text(place / "hpo" / "phenotype.hpoa", HPOA)
    text(place / "unii" / "UNII_Names_26Feb2025.txt", words.NAMES)
    return place


def query(built: Built, sparql: str) -> list[dict[str, Any]]:
    store = Store.open(built.path.parent.parent)
    return [
        {name: term and term.value for name, term in row.items()} for row in store.select(sparql)
    ]


def lines(built: Built) -> dict[str, dict[str, Any]]:
    return {line["name"]: line for line in built.manifest["sources"]}


def test_a_folder_of_files_becomes_a_graph(sources: Path, tmp_path: Path) -> None:
    said: list[str] = []
    built = build(tmp_path / "store", sources=sources, progress=said.append)
    assert built.report.conforms
    plain = build(tmp_path / "plain")
    assert built.manifest["facts"] > plain.manifest["facts"]
    assert set(plain.manifest["graphs"]) < set(built.manifest["graphs"])
    for name in ("fda-purple-book", "fda-drugs-at-fda", "hpo-annotations", "direct", "identity"):
        assert built.manifest["graphs"][graph(name)] > 0, name
    assert any(line.startswith("fda-purple-book: ") for line in said)
    assert any(line == "ema-medicines: no file ema/*.xlsx" for line in said)


def test_every_row_is_accounted_for(sources: Path, tmp_path: Path) -> None:
    built = build(tmp_path / "store", sources=sources)
    for line in built.manifest["sources"]:
        assert line["rows"] == line["taken"] + sum(line["skipped"].values()), line
    assert lines(built)["hpo-annotations"]["skipped"] == {"the disease has no exact match": 1}
    counted = sum(line["facts"] for line in built.manifest["sources"])
    assert built.manifest["facts"] == counted + 56
    (row,) = query(built, "SELECT (COUNT(DISTINCT ?f) AS ?n) { ?f df:polarity ?p }")
    assert int(row["n"]) == built.manifest["facts"]
    (row,) = query(built, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    assert int(row["n"]) == built.manifest["quads"]


def test_a_triple_stands_in_one_graph(sources: Path, tmp_path: Path) -> None:
    """What a vocabulary says of a curated disease again is not said twice: no row comes twice."""
    known = "\n\n[Term]\nid: MONDO:0001516\nname: spinal muscular atrophy\nsynonym: %s EXACT []\n"
    text(sources / "mondo" / "mondo.obo", words.DISEASES + known % '"wasting\u2028of examples"')
    again = "MONDO:0001516\tspinal muscular atrophy\tskos:exactMatch\tDOID:12377\tx"
    matches = sources / "mondo" / "mondo_exactmatch_x.sssom.tsv"
    text(matches, matches.read_text() + again + "\tsemapv:ManualMappingCuration\n")
    built = build(tmp_path / "store", sources=sources)
    triples = Counter(
        line.rsplit(b" ", 2)[0] for line in (built.path / "graph.nq").read_bytes().split(b"\n")
    )
    assert [triple for triple, times in triples.items() if times > 1] == []
    found = query(
        built, "SELECT ?name { GRAPH ?g { MONDO:0001516 rdfs:label|skos:altLabel ?name } }"
    )
    names = [row["name"] for row in found]
    assert names.count("spinal muscular atrophy") == names.count("wasting\u2028of examples") == 1


def test_each_fact_says_which_revision_of_which_file(sources: Path, tmp_path: Path) -> None:
    built = build(tmp_path / "store", sources=sources)
    file = sources / "fda-purple-book" / "purplebook.csv"
    found = query(
        built,
        "SELECT DISTINCT ?name ?sum ?date ?source { "
        f"GRAPH <{graph('fda-purple-book')}> {{ ?fact df:firstSeenIn ?version }} "
        "?version df:fileName ?name ; df:sha256 ?sum ; df:versionDate ?date ; "
        "df:versionOf/rdfs:label ?source }",
    )
    assert found == [
        {
            "name": "purplebook.csv",
            "sum": hashlib.sha256(file.read_bytes()).hexdigest(),
            "date": "2025-04",
            "source": "FDA Purple Book",
        }
    ]


def test_twice_gives_the_same_bytes(sources: Path, tmp_path: Path) -> None:
    digests = set()
    for seed in ("0", "1"):
        place = tmp_path / seed
        run = subprocess.run(
            [sys.executable, "-m", "kg", "build", "--from", str(sources), "--store", str(place)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        path = Path(run.stdout.rsplit(": ", 1)[1].strip())
        digests.add(hashlib.sha256((path / "graph.nq").read_bytes()).hexdigest())
        digests.add(json.loads((path / "manifest.json").read_text())["sha256"])
    assert len(digests) == 1


def test_a_second_build_of_the_same_files_is_not_loaded_again(
    sources: Path, tmp_path: Path
) -> None:
    one = build(tmp_path / "store", sources=sources)
    said: list[str] = []
    two = build(tmp_path / "store", sources=sources, progress=said.append)
    assert one.path == two.path
    assert not any(line.startswith("loaded") for line in said)


def test_a_gzipped_file_is_the_same_facts(sources: Path, tmp_path: Path) -> None:
    plain = build(tmp_path / "one", sources=sources)
    file = sources / "hpo" / "phenotype.hpoa"
    (file.parent / "phenotype.hpoa.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))
    file.unlink()
    packed = build(tmp_path / "two", sources=sources)
    assert (
        lines(plain)["hpo-annotations"]["facts"] == lines(packed)["hpo-annotations"]["facts"] == 1
    )


def spoilt(change: str, sources: Path) -> None:
    file, old, new = {
        "register": ("fda-purple-book/purplebook.csv", b"March 2, 2015", b"March 32, 2015"),
        "ontology": ("mondo/mondo.obo", b"id: MONDO:0000001", b"id: MONDO:0000002"),
        "annotations": ("hpo/phenotype.hpoa", b"\tPCS\t", b"\tXXX\t"),
        "names": ("unii/UNII_Names_26Feb2025.txt", b"\tcn\t", b"\tzz\t"),
    }[change]
    path = sources / file
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))


@pytest.mark.parametrize("change", ["register", "ontology", "annotations", "names"])
def test_a_fault_in_any_file_leaves_the_last_good_graph(
    change: str, sources: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    good = build(store, sources=sources)
    spoilt(change, sources)
    with pytest.raises(InputError) as caught:
        build(store, sources=sources)
    assert caught.value.file is not None and caught.value.line is not None
    assert Store.open(store).path == good.path
    assert [path.name for path in (store / "generations").iterdir()] == [good.path.name]


def test_two_files_of_one_source_are_refused(sources: Path, tmp_path: Path) -> None:
    file = sources / "fda-purple-book" / "purplebook.csv"
    shutil.copy(file, file.with_name("purplebook-2.csv"))
    with pytest.raises(InputError, match="there are two files of fda-purple-book"):
        build(tmp_path / "store", sources=sources)


def test_a_file_that_does_not_say_its_date_must_be_registered(
    sources: Path, tmp_path: Path
) -> None:
    text(sources / "hgnc" / "hgnc.tsv", words.GENES)
    with pytest.raises(InputError, match="does not say how old it is"):
        build(tmp_path / "store", sources=sources)
    data = Path(shutil.copytree(folder("data"), tmp_path / "data"))
    checksum = hashlib.sha256((sources / "hgnc" / "hgnc.tsv").read_bytes()).hexdigest()
    registry = data / "sources.ttl"
    registry.write_text(
        registry.read_text(encoding="utf-8")
        + 'source:hgnc-2026 a df:SourceVersion ; rdfs:label "HGNC, 2026" ; '
        'df:versionOf source:hgnc ; df:versionDate "2026"^^xsd:gYear ; '
        f'df:fileName "hgnc.tsv" ; df:sha256 "{checksum}" .\n',
        encoding="utf-8",
    )
    built = build(tmp_path / "store", sources=sources, data=data)
    assert lines(built)["hgnc"]["version"] == expand("source:hgnc-2026")


def test_an_empty_folder_builds_what_is_curated(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    built = build(tmp_path / "store", sources=tmp_path / "sources")
    assert built.manifest["facts"] == 56
    assert built.manifest["sources"] == []


def test_mapping_sets_without_the_terms_they_map_are_said_to_be_left(
    sources: Path, tmp_path: Path
) -> None:
    (sources / "mondo" / "mondo.obo").unlink()
    said: list[str] = []
    built = build(tmp_path / "store", sources=sources, progress=said.append)
    assert "mondo-mappings: not read, for want of Mondo's own terms" in said
    assert "mondo-mappings" not in lines(built)


def test_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no folder"):
        build(tmp_path / "store", sources=tmp_path / "nowhere")


def test_a_source_the_registry_lacks(tmp_path: Path) -> None:
    def dated(_: Path) -> PartialDate:
        return PartialDate("2025")

    with pytest.raises(InputError, match="is not in the registry"):
        list(find(tmp_path, "unheard-of", "*.txt", dated, ()))


def test_a_checksum_decides_which_revision_a_file_is(tmp_path: Path) -> None:
    from kg.assemble import assembled

    nodes = assembled().nodes
    (tmp_path / "a.txt").write_text("words")
    checksum = hashlib.sha256(b"words").hexdigest()

    def dated(_: Path) -> PartialDate:
        return PartialDate("2025-03")

    (held,) = find(tmp_path, "hpo", "*.txt", dated, nodes)
    assert held.new
    assert held.version.checksum == checksum
    assert held.version.version_date == PartialDate("2025-03")
    known = SourceVersion(
        iri="http://e.org/v",
        kinds=("df:SourceVersion",),
        label="known",
        version_of=expand("source:hpo"),
        version_date=PartialDate("2020"),
        checksum=checksum,
    )
    (held,) = find(tmp_path, "hpo", "*.txt", dated, (*nodes, known))
    assert (held.version, held.new) == (known, False)


def test_a_graph_that_does_not_conform_is_not_published(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kg.errors import DoesNotConform
    from kg.identity import Identity
    from kg.model import Entity

    entities: Callable[..., Any] = Identity.entities

    def with_a_fault(self: Any, described: Any) -> Any:
        yield from entities(self, described)
        yield Entity(iri="http://e.org/x", kinds=("df:Concept",), label="x", alt_labels=("x",))

    monkeypatch.setattr(Identity, "entities", with_a_fault)
    with pytest.raises(DoesNotConform) as caught:
        build(tmp_path / "store", sources=sources)
    assert {result.focus for result in caught.value.report.results} == {"http://e.org/x"}
    assert not (tmp_path / "store" / "CURRENT").exists()


def test_the_disk_is_full(sources: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    good = build(store)
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "from kg.build import build; from kg.errors import BuildError\n"
        "from pathlib import Path\n"
        f"try: build({str(store)!r}, sources=Path({str(sources)!r}))\n"
        "except BuildError as error: print(error); sys.exit(error.exit_code)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert run.returncode == BuildError.exit_code, run.stderr
    assert "cannot write" in run.stdout
    assert Store.open(store).path == good.path
