"""Finding entities by what people call them; the labels of everything."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from kg import kinds
from kg.cli import finding
from kg.errors import InputError, NoGraph, UnknownName
from kg.graph import Graph
from kg.library import KINDS
from kg.lookup import Hit, Lookup
from kg.name_entries import NAMED, entries
from kg.name_index import write_index
from kg.names import DF, compact, expand, graph
from kg.place import NAME_INDEX
from kg.store import Store


@pytest.fixture(scope="module")
def lookup(curated: Store) -> Lookup:
    return Lookup(curated)


@pytest.mark.parametrize(
    ("text", "iri", "how"),
    [
        ("Zolgensma", "product:zolgensma", "label"),
        ("  zolgénsma ", "product:zolgensma", "label"),
        ("ZOLGENSMA", "product:zolgensma", "label"),
        ("Spinal  Muscular\tAtrophy", "MONDO:0001516", "label"),
        ("onasemnogene abeparvovec-xioi", "product:zolgensma", "synonym"),
        ("Werdnig-Hoffmann disease", "MONDO:0009669", "synonym"),
        ("product:zolgensma", "product:zolgensma", "identifier"),
        ("https://w3id.org/drugfacts/product/zolgensma", "product:zolgensma", "identifier"),
        ("MONDO:0001516", "MONDO:0001516", "identifier"),
        ("mondo:0001516", "MONDO:0001516", "identifier"),
        ("MLU3LU3EVV", "UNII:MLU3LU3EVV", "identifier"),
        ("HGNC:11117", "HGNC:11117", "identifier"),
        ("BLA 125694", "product:zolgensma", "application number"),
        ("bla125694", "product:zolgensma", "application number"),
        ("EMEA/H/C/005145", "product:evrysdi", "application number"),
        ("DB15528", "UNII:MLU3LU3EVV", "mapped identifier"),
        ("DRUGBANK:DB15528", "UNII:MLU3LU3EVV", "mapped identifier"),
        ("D009134", "MONDO:0001516", "mapped identifier"),
        ("mesh:D009134", "MONDO:0001516", "mapped identifier"),
        ("http://id.nlm.nih.gov/mesh/D009134", "MONDO:0001516", "mapped identifier"),
        ("MESH:d009134", "MONDO:0001516", "mapped identifier"),
        ("werdnig hoffmann Disease", "MONDO:0009669", "synonym"),
        ("AVXS 101", "UNII:MLU3LU3EVV", "synonym"),
        ("fact:zolgensma-cures-sma", "fact:zolgensma-cures-sma", "identifier"),
        ("source:drugs-com-3559344", "source:drugs-com-3559344", "identifier"),
        ("Drugs@FDA", "source:fda-drugs-at-fda", "label"),
        ("HGNC", "source:hgnc", "label"),
    ],
)
def test_found(text: str, iri: str, how: str, lookup: Lookup) -> None:
    match = lookup.find(text)
    assert (match.iri, match.how) == (expand(iri), how)


@pytest.mark.parametrize(
    ("text", "kind", "iri"),
    [
        ("zolgensma-cures-sma", "fact", "fact:zolgensma-cures-sma"),
        ("drugs-com-3559344-2023-12-29", "source", "source:drugs-com-3559344-2023-12-29"),
        (
            "drugs-com-3559344-2023-12-29-151-245",
            "evidence",
            "evidence:drugs-com-3559344-2023-12-29-151-245",
        ),
        ("5q SMA", "disease", "concept:5q-sma"),
        ("US", "jurisdiction", "concept:us"),
    ],
)
def test_found_among_a_kind(text: str, kind: str, iri: str, lookup: Lookup) -> None:
    assert lookup.find(text, KINDS[kind]).iri == expand(iri)


def test_a_namesake_is_told(lookup: Lookup) -> None:
    match = lookup.find("SMA")
    assert match.label == "spinal muscular atrophy"
    assert [other.label for other in match.others] == ["proximal spinal muscular atrophy"]


def test_an_own_label_goes_before_a_synonym_and_a_tie_is_an_error() -> None:
    label, alt = expand("rdfs:label"), expand("skos:altLabel")
    lines = []
    for name, prop, text in (
        ("a", label, "alpha"),
        ("b", label, "beta"),
        ("b", alt, "alpha"),
        ("a", alt, "gamma"),
        ("b", alt, "gamma"),
    ):
        iri = expand(f"concept:{name}")
        lines.append(f'<{iri}> <{prop}> "{text}" <urn:g> .')
        lines.append(f"<{iri}> <{expand('rdf:type')}> <{DF}Concept> <urn:g> .")
    lookup = Lookup(Store.from_nquads("\n".join(lines).encode()))
    match = lookup.find("alpha")
    assert (match.label, [other.label for other in match.others]) == ("alpha", ["beta"])
    with pytest.raises(InputError) as caught:
        lookup.find("gamma")
    assert str(caught.value) == (
        '"gamma" may be any of alpha (concept:a), beta (concept:b); give the identifier'
    )


@pytest.mark.parametrize(
    ("text", "kind", "near"),
    [
        ("Zolgensmo", "product", ("Zolgensma",)),
        ("spinrasa", "product", ("Spinraza",)),
        ("spinal muscle atrophy", "disease", ("spinal muscular atrophy",)),
        ("product:zolgensmo", "product", ("Zolgensma",)),
        ("quite something else", None, ()),
        ("", None, ()),
        ("MONDO:9999999", "disease", ()),
    ],
)
def test_an_unknown_name_is_an_error_with_near_ones(
    text: str, kind: str | None, near: tuple[str, ...], lookup: Lookup
) -> None:
    with pytest.raises(UnknownName) as caught:
        lookup.find(text, None if kind is None else KINDS[kind])
    assert f'nothing is called "{text}"' in str(caught.value)
    assert set(near) <= set(caught.value.near)


@pytest.mark.parametrize(
    "text", ["https://", "http://a b", "fact:>", "urn:\0", "a" * 10_000, "<>", "\ud800", "%s"]
)
def test_what_is_no_name_at_all_is_unknown(text: str, lookup: Lookup) -> None:
    with pytest.raises(UnknownName):
        lookup.find(text)


def test_another_kind_is_said(lookup: Lookup) -> None:
    with pytest.raises(InputError) as caught:
        lookup.find("onasemnogene abeparvovec", KINDS["product"])
    assert str(caught.value) == (
        '"onasemnogene abeparvovec" is onasemnogene abeparvovec (substance), '
        "not what is asked for; give one of these: medicinal product"
    )
    with pytest.raises(InputError, match="is motor neuron \\(cell\\)"):
        lookup.find("CL:0000100", KINDS["product"])


def test_labels_of_entities_terms_and_of_nothing(lookup: Lookup) -> None:
    assert lookup.label(expand("HGNC:11117")) == "SMN1"
    assert lookup.label(DF + "newsReport") == "news report"
    assert lookup.label(expand("product:none")) == "product:none"
    assert lookup.label("https://example.org/x") == "https://example.org/x"
    assert lookup.label("no IRI at all") == "no IRI at all"


def test_every_name_of_the_curated_graph_finds_its_owner(lookup: Lookup) -> None:
    names = list(lookup._names)
    assert len(names) > 200
    for one in names:
        namesakes = lookup._names.exact(one.name)
        assert one.iri in {other.iri for other in namesakes}
        if len(namesakes) == 1:
            assert lookup.find(one.name).iri == one.iri


def test_many_namesakes_are_counted_and_not_all_listed() -> None:
    lines = []
    for number in range(9):
        iri = expand(f"concept:n{number}")
        lines.append(f'<{iri}> <{expand("rdfs:label")}> "same" <urn:g> .')
        lines.append(f"<{iri}> <{expand('rdf:type')}> <{DF}Concept> <urn:g> .")
    with pytest.raises(InputError) as caught:
        Lookup(Store.from_nquads("\n".join(lines).encode())).find("same")
    assert str(caught.value).endswith("same (concept:n4), 4 more; give the identifier")


# ---------------------------------------------------------------- a graph with many products

P, S = "df:MedicinalProduct", "df:Substance"


Thing = tuple[str, str, str, tuple[str, ...], int, str]


def made(*things: Thing) -> Store:
    """A store of things: IRI, kind, label, synonyms, number of facts and graph."""
    lines = []
    for iri, kind, label, also, facts, where in things:
        one, into = f"<{expand(iri)}>", f"<{graph(where)}>"
        lines.append(f"{one} <{expand('rdf:type')}> <{expand(kind)}> {into} .")
        lines.append(f'{one} <{expand("rdfs:label")}> "{label}" {into} .')
        lines += [f'{one} <{expand("skos:altLabel")}> "{name}" {into} .' for name in also]
        for number in range(facts):
            fact = f"<{expand('fact:')}{iri.replace(':', '-')}-{number}>"
            lines.append(f"{fact} <{expand('rdf:type')}> <{DF}DiseaseClaim> {into} .")
            lines.append(f"{fact} <{expand('rdf:subject')}> {one} {into} .")
            lines.append(f"{fact} <{DF}status> <{DF}current> {into} .")
    return Store.from_nquads("\n".join(lines).encode())


def anda(number: int, name: str, facts: int) -> Thing:
    return (f"product:anda-{number}", P, f"{name} (ANDA {number})", (name,), facts, "fda")


NAMES = (
    "imatinib adalimumab atorvastatin metformin levothyroxine ibuprofen lisinopril omeprazole "
    "acetaminophen amoxicillin sertraline rituximab pembrolizumab warfarin methotrexate "
    "examplumab solvanimab"
).split()


@pytest.fixture(scope="module")
def crowd() -> Lookup:
    things: list[Thing] = [
        (f"UNII:X{at}", S, name, (), at, "unii") for at, name in enumerate(NAMES)
    ]
    things += [(f"UNII:Y{at}", S, f"{name} sodium", (), 0, "unii") for at, name in enumerate(NAMES)]
    things += [anda(number, NAMES[number % 9].upper(), number) for number in range(90)]
    things += [(f"product:ex-{at}", P, "EXAMPLIX", (), at, "fda") for at in range(8)]
    things += [(f"product:so-{at}", P, "Solvana", (), at, "fda") for at in range(3)]
    things.append(("product:solvana", P, "Solvana", (), 0, "curated"))
    things.append(("MONDO:0000001", "df:Disease", "rheumatoid arthritis", ("RA",), 2, "mondo"))
    things.append(("HGNC:1", "df:Gene", "TTN", ("titin", "TTN-1"), 1, "hgnc"))
    things.append(("HGNC:2", "df:Gene", "TTN1", (), 9, "hgnc"))
    return Lookup(made(*things))


def test_the_substance_is_meant_by_its_name_and_a_product_only_if_asked_for(crowd: Lookup) -> None:
    match = crowd.find("Imatinib")
    assert (match.label, match.kind, len(match.others)) == ("imatinib", S, 10)
    with pytest.raises(InputError) as caught:
        crowd.find("imatinib", KINDS["product"])
    assert str(caught.value) == (
        '"imatinib" may be any of IMATINIB (ANDA 81) (product:anda-81), '
        "IMATINIB (ANDA 72) (product:anda-72), IMATINIB (ANDA 63) (product:anda-63), "
        "IMATINIB (ANDA 54) (product:anda-54), IMATINIB (ANDA 45) (product:anda-45), 5 more; "
        "give the identifier"
    )


def test_products_of_one_name_are_not_told_apart_by_their_facts(crowd: Lookup) -> None:
    with pytest.raises(InputError, match=r"EXAMPLIX \(product:ex-3\), 3 more; give"):
        crowd.find("Examplix")
    assert crowd.find("product:ex-3").label == "EXAMPLIX"


def test_products_of_one_brand_are_listed_with_what_tells_them_apart() -> None:
    capsule, tablet = "concept:form-capsule", "concept:form-tablet"
    store = made(
        ("product:gl-1", P, "GLOXIL (NDA 1)", ("GLOXIL",), 3, "fda"),
        ("product:gl-2", P, "GLOXIL (NDA 2)", ("GLOXIL",), 8, "fda"),
        (capsule, "df:Concept", "capsule", (), 0, "fda"),
        (tablet, "df:Concept", "tablet", (), 0, "fda"),
        ("concept:route-oral", "df:Concept", "oral", (), 0, "fda"),
    )
    for one, relation, other in (
        ("product:gl-1", "df:hasForm", capsule),
        ("product:gl-2", "df:hasForm", tablet),
        ("product:gl-1", "df:hasRoute", "concept:route-oral"),
        ("product:gl-2", "df:hasRoute", "concept:route-oral"),
    ):
        this, what, that = (ox.NamedNode(expand(curie)) for curie in (one, relation, other))
        store._engine.add(ox.Quad(this, what, that, ox.NamedNode(graph("direct"))))
    with pytest.raises(InputError) as caught:
        Lookup(store).find("Gloxil")
    assert str(caught.value) == (
        '"Gloxil" may be any of GLOXIL (NDA 2) (product:gl-2: tablet), '
        "GLOXIL (NDA 1) (product:gl-1: capsule); give the identifier"
    )


def test_a_curated_product_goes_before_imported_ones(crowd: Lookup) -> None:
    match = crowd.find("solvana")
    assert (match.iri, len(match.others)) == (expand("product:solvana"), 3)


def test_what_more_was_curated_about_goes_before_what_more_was_imported_about() -> None:
    lookup = Lookup(
        made(
            ("MONDO:0000001", "df:Disease", "atrophy", ("SMA",), 3, "curated"),
            ("MONDO:0000002", "df:Disease", "atrophy of one kind", ("SMA",), 1, "curated"),
            ("MONDO:0000002", "df:Disease", "atrophy of one kind", ("SMA",), 50, "mondo"),
            ("HGNC:3", "df:Gene", "SMN9", ("SMA",), 90, "hgnc"),
        )
    )
    match = lookup.find("SMA")
    assert match.iri == expand("MONDO:0000001")
    assert [other.label for other in match.others] == ["atrophy of one kind", "SMN9"]
    assert [hit.label for hit in lookup.search("SMA")] == ["atrophy", "atrophy of one kind", "SMN9"]


def test_a_name_that_is_written_so_goes_before_one_that_differs_in_hyphens(crowd: Lookup) -> None:
    assert crowd.find("TTN-1").label == "TTN"
    assert crowd.find("ttn1").label == "TTN1"
    assert crowd.find("T TN 1").label == "TTN1"


@pytest.mark.parametrize(
    ("text", "label"), [("RA", "rheumatoid arthritis"), ("TTN", "TTN"), ("ttn", "TTN")]
)
def test_short_names_are_found(text: str, label: str, crowd: Lookup) -> None:
    assert crowd.find(text).label == crowd.search(text)[0].label == label


MISSPELT = """
Zolgensna        Zolgensma           nusinersan       nusinersen
Zolgesma         Zolgensma           nusinersn        nusinersen
Zolgennsma       Zolgensma           nusinersne       nusinersen
Zoglensma        Zolgensma           nusinerssen      nusinersen
Solgensma        Zolgensma           nusenersen       nusinersen
Spinrazza        Spinraza            risdiplan        risdiplam
Spinrasa         Spinraza            ridsiplam        risdiplam
Spniraza         Spinraza            risdipplam       risdiplam
Spinrza          Spinraza            risdilam         risdiplam
Evrysidi         Evrysdi             disphagia        dysphagia
Evrisdy          Evrysdi             dysfagia         dysphagia
Itvsma           Itvisma             disphagya        dysphagia
"""
AMONG_MANY = """
imatinb          imatinib            adalimumb        adalimumab
immatinib        imatinib            adalimummab      adalimumab
imatniib         imatinib            adailmumab       adalimumab
atorvastatine    atorvastatin        methformin       metformin
atovastatin      atorvastatin        metfromin        metformin
levothyroxnie    levothyroxine       levotiroxine     levothyroxine
ibuprophen       ibuprofen           ibuprofin        ibuprofen
lisinoprill      lisinopril          lisonipril       lisinopril
acetaminofen     acetaminophen       acetominofen     acetaminophen
amoxycillin      amoxicillin         amoxicilin       amoxicillin
setraline        sertraline          rituxamab        rituximab
pembrolizumba    pembrolizumab       warfarine        warfarin
metotrexate      methotrexate        omeprasole       omeprazole
examplumba       examplumab          solvanimap       solvanimab
"""
SEVERAL_WORDS = {
    "spinal muscular atropy": "spinal muscular atrophy",
    "spinal musclar atrophy": "spinal muscular atrophy",
    "spinal muscle atrophy": "spinal muscular atrophy",
    "atrophy muscullar spinal": "spinal muscular atrophy",
    "werdnig hofmann": "spinal muscular atrophy, type 1",
    "onasemnogen abeparvovek": "onasemnogene abeparvovec",
    "Zolgensna infusion": "Zolgensma",
    "survival of motor neurone 1": "SMN1",
    "europaen medicines agency": "EMA",
    "zolgénsna": "Zolgensma",
}


def pairs(table: str) -> list[tuple[str, str]]:
    words = table.split()
    return list(zip(words[::2], words[1::2], strict=True))


@pytest.mark.parametrize(("text", "label"), [*pairs(MISSPELT), *SEVERAL_WORDS.items()])
def test_a_misspelling_finds_what_is_meant(text: str, label: str, lookup: Lookup) -> None:
    first = lookup.search(text)[0]
    assert (first.label, first.fit) == (label, "spelling")
    assert first.distance > 0
    with pytest.raises(UnknownName) as caught:
        lookup.find(text)
    assert caught.value.near[0] == label
    assert f'did you mean "{label}"' in str(caught.value)


@pytest.mark.parametrize(("text", "label"), pairs(AMONG_MANY))
def test_a_misspelling_finds_what_is_meant_among_many(text: str, label: str, crowd: Lookup) -> None:
    first = crowd.search(text)[0]
    assert (first.label, first.kind, first.fit) == (label, S, "spelling")
    assert crowd.search(text, {P}) == [] or crowd.search(text, {P})[0].kind == P


def test_a_hit_says_what_it_is_and_what_matched(lookup: Lookup) -> None:
    assert lookup.search("avxs 101")[0] == Hit(
        iri=expand("UNII:MLU3LU3EVV"),
        label="onasemnogene abeparvovec",
        kind="df:Substance",
        how="synonym",
        name="AVXS-101",
        fit="exact",
        distance=0,
        facts=2,
    )


def test_near_names_are_of_the_kind_asked_for(lookup: Lookup) -> None:
    with pytest.raises(UnknownName) as caught:
        lookup.find("spinal muscular atropy", KINDS["product"])
    assert not caught.value.near


# ---------------------------------------------------------------- from the file of a build


def on_disk(curated: Store, folder: Path) -> Store:
    count = write_index(folder / NAME_INDEX, entries(curated.nquads().splitlines()))
    return Store(curated._engine, {"names": count}, folder)


def test_the_file_of_a_build_says_the_same_as_an_index_in_memory(
    curated: Store, lookup: Lookup, tmp_path: Path
) -> None:
    opened = Lookup(on_disk(curated, tmp_path))
    assert list(opened._names) == list(lookup._names)
    for text in ("SMA", "zolgensna", "spinal muscular"):
        assert opened.search(text) == lookup.search(text)
    assert opened.find("SMA") == lookup.find("SMA")


def test_a_file_that_should_be_there_and_is_not_is_an_error(curated: Store, tmp_path: Path) -> None:
    store = on_disk(curated, tmp_path)
    (tmp_path / NAME_INDEX).unlink()
    with pytest.raises(NoGraph, match="build the graph again"):
        Lookup(store).find("SMA")


def test_a_graph_built_before_there_was_such_a_file_is_read_itself(
    curated: Store, tmp_path: Path
) -> None:
    (tmp_path / "graph.nq").write_bytes(curated.nquads())
    assert Lookup(Store(curated._engine, {}, tmp_path)).find("SMA").label.startswith("spinal")


# ---------------------------------------------------------------- kg find


@pytest.fixture
def run(curated: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr(finding, "opened", lambda _: Graph(curated))
    return lambda *words: CliRunner().invoke(finding.find, words)


def test_find_prints_what_may_be_meant(run: Callable[..., Result]) -> None:
    done = run("zolgensna")
    assert done.exit_code == 0
    row = next(line for line in done.stdout.splitlines() if "Zolgensma" in line)
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells == ["Zolgensma", "product:zolgensma", "medicinal product", "28", *cells[4:]]
    assert cells[4:] == ["Zolgensma", "label"]


def test_find_as_json_and_csv_for_a_kind_and_a_number(run: Callable[..., Result]) -> None:
    words = ("sma", "--kind", "disease", "--kind", "gene", "--limit", "2", "--format")
    found = json.loads(run(*words, "json").stdout)
    assert [one["label"] for one in found] == [
        "spinal muscular atrophy",
        "proximal spinal muscular atrophy",
    ]
    assert found[0] == {
        "label": "spinal muscular atrophy",
        "id": "MONDO:0001516",
        "kind": "disease",
        "facts": found[0]["facts"],
        "matched": "SMA",
        "how": "synonym",
        "fit": "exact",
        "distance": 0,
    }
    rows = list(csv.DictReader(io.StringIO(run(*words, "csv").stdout)))
    assert [row["id"] for row in rows] == [one["id"] for one in found]


@pytest.mark.parametrize(("form", "text"), [("table", ""), ("json", "[]\n")])
def test_find_exits_with_1_if_there_is_nothing(
    form: str, text: str, run: Callable[..., Result]
) -> None:
    done = run("qqqqqq", "--format", form)
    assert (done.exit_code, done.stdout) == (1, text)
    assert done.stderr == 'kg: nothing is called "qqqqqq", or nearly so\n'


def test_find_knows_every_kind_that_has_a_name(run: Callable[..., Result]) -> None:
    assert set(kinds.KINDS.values()) == NAMED
    assert {"product", "substance", "disease", "gene", "viral-vector"} <= kinds.KINDS.keys()
    assert run("x", "--kind", "drug").exit_code == 2


def test_everything_that_is_called_so_curated_first(lookup: Lookup) -> None:
    """Both namesakes; a concept of ours whose name is its code; and no bare code."""
    assert [compact(one.iri) for one in lookup.called("SMA")] == ["MONDO:0001516", "MONDO:0019079"]
    assert [compact(one.iri) for one in lookup.called("once")] == ["concept:once"]
    assert lookup.called("11117") == []
    assert lookup.called("nothing of the kind") == []
