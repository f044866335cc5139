"""Exports: each format holds the whole graph, both libraries read it, and its bytes are fixed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox
import pytest
import rdflib

from kg import bridge
from kg.cli.common import ENDINGS
from kg.cli.sourcing import EXPORTS
from kg.errors import InputError
from kg.export import FORMATS, NAMED, export
from kg.names import DF, compact, context, expand, graph, prefixes
from kg.turtle import positions

# rdflib's reader of JSON-LD calls a class that rdflib deprecates
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

NAMES = {
    "turtle": (ox.RdfFormat.TURTLE, "turtle"),
    "trig": (ox.RdfFormat.TRIG, "trig"),
    "ntriples": (ox.RdfFormat.N_TRIPLES, "nt"),
    "nquads": (ox.RdfFormat.N_QUADS, "nquads"),
    "jsonld": (ox.RdfFormat.JSON_LD, "json-ld"),
    "rdfxml": (ox.RdfFormat.RDF_XML, "xml"),
}
"""Our formats, as pyoxigraph and as rdflib call them."""

DATASETS = {"trig", "nquads", "jsonld"}
"""The formats that have named graphs."""


@pytest.fixture(scope="module")
def exported(quads: list[ox.Quad]) -> dict[str, bytes]:
    return {form: export(quads, form) for form in FORMATS}


@pytest.fixture(scope="module")
def by_rdflib(exported: dict[str, bytes]) -> dict[str, rdflib.Dataset]:
    return {form: rdflib_reads(form, text) for form, text in exported.items()}


def rdflib_reads(form: str, text: bytes) -> rdflib.Dataset:
    found = rdflib.Dataset(default_union=True)
    into: rdflib.Graph = found if form in DATASETS else found.default_graph
    into.parse(data=text, format=NAMES[form][1])
    return found


def oxigraph_reads(form: str, text: bytes) -> set[ox.Quad]:
    return set(ox.parse(text, NAMES[form][0]))


def wanted(form: str, quads: list[ox.Quad]) -> set[ox.Quad]:
    if form in DATASETS:
        return set(quads)
    return {ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads}


def quads_of(dataset: rdflib.Dataset) -> Iterator[ox.Quad]:
    for subject, predicate, thing, where in dataset.quads():
        terms: tuple[Any, Any, Any] = tuple(map(bridge.inward, (subject, predicate, thing)))  # type: ignore[assignment]
        named = where is not None and not str(where).startswith("urn:x-rdflib:default")
        yield ox.Quad(*terms, ox.NamedNode(str(where)) if named else ox.DefaultGraph())


# ---------------------------------------------------------------- complete, in both libraries


def test_the_formats_are_these_and_each_has_its_ending() -> None:
    assert set(FORMATS) == set(NAMES)
    assert set(FORMATS) <= set(EXPORTS)
    assert NAMED == DATASETS
    assert set(FORMATS) <= set(ENDINGS.values())


@pytest.mark.parametrize("form", FORMATS)
def test_oxigraph_reads_back_all_that_was_written(
    form: str, quads: list[ox.Quad], exported: dict[str, bytes]
) -> None:
    assert oxigraph_reads(form, exported[form]) == wanted(form, quads)


@pytest.mark.parametrize("form", FORMATS)
def test_rdflib_reads_back_all_that_was_written(
    form: str, quads: list[ox.Quad], by_rdflib: dict[str, rdflib.Dataset]
) -> None:
    assert set(quads_of(by_rdflib[form])) == wanted(form, quads)


@pytest.mark.parametrize("form", FORMATS)
def test_named_graphs_are_kept_where_the_format_has_them(
    form: str, by_rdflib: dict[str, rdflib.Dataset]
) -> None:
    found = {quad.graph_name for quad in quads_of(by_rdflib[form])}
    ours = "ontology sources mappings curated direct disagreements".split()
    named = {ox.NamedNode(graph(name)) for name in ours}
    assert found == (named if form in DATASETS else {ox.DefaultGraph()})


S, P, Q, G, H = (ox.NamedNode(f"http://e.org/{name}") for name in "spqgh")
ODD = 'a "quoted" \\ <é & 京>\ttab\nline ]]> end '
OWN: list[tuple[str, ox.NamedNode | ox.Literal]] = [
    ("treats", ox.NamedNode(expand("MONDO:0001516"))),
    ("treats", ox.Literal("MONDO:0001516")),
    ("polarity", ox.NamedNode(DF + "denied")),
    ("polarity", ox.NamedNode("http://e.org/other")),
    ("start", ox.Literal(7)),
    ("approximate", ox.Literal(True)),
    ("maxWeightKg", ox.Literal("13.5", datatype=ox.NamedNode(expand("xsd:decimal")))),
    ("date", ox.Literal("2019-05", datatype=ox.NamedNode(expand("xsd:gYearMonth")))),
    ("date", ox.Literal("2019", datatype=ox.NamedNode(expand("xsd:gYear")))),
    ("dateEarliest", ox.Literal("2019-05-01", datatype=ox.NamedNode(expand("xsd:date")))),
]
SMALL: dict[str, list[ox.Quad]] = {
    "nothing": [],
    "one triple": [ox.Quad(S, P, Q)],
    "one named graph": [ox.Quad(S, P, Q, G)],
    "two named graphs": [ox.Quad(S, P, Q, G), ox.Quad(S, P, S, H)],
    "named and not": [ox.Quad(S, P, Q, G), ox.Quad(S, P, S)],
    "twice": [ox.Quad(S, P, Q, G), ox.Quad(S, P, Q, G), ox.Quad(S, P, Q, H)],
    "odd text": [ox.Quad(S, P, ox.Literal(ODD), G), ox.Quad(S, P, ox.Literal(""), G)],
    "false values": [
        ox.Quad(S, P, ox.Literal(value), G) for value in ("", 0, False, "a", 1, True, "0", "false")
    ],
    "IRI as text": [ox.Quad(S, P, ox.Literal("http://e.org/q"), G), ox.Quad(S, P, Q, G)],
    "own terms": [ox.Quad(S, ox.NamedNode(DF + prop), term, G) for prop, term in OWN],
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", SMALL)
def test_small_and_odd_graphs_come_back_too(form: str, name: str) -> None:
    text = export(SMALL[name], form)
    assert oxigraph_reads(form, text) == wanted(form, SMALL[name])
    assert set(quads_of(rdflib_reads(form, text))) == wanted(form, SMALL[name])
    assert export(SMALL[name][::-1], form) == text


# ---------------------------------------------------------------- the same bytes

DIGESTS = """
import hashlib
from kg.assemble import assemble
from kg.export import FORMATS
quads = assemble()
for form in FORMATS:
    print(form, hashlib.sha256(FORMATS[form](quads[::{step}])).hexdigest())
"""


def digests(seed: str, step: int) -> str:
    script = DIGESTS.replace("{step}", str(step))
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_bytes_depend_neither_on_the_hash_seed_nor_on_the_order() -> None:
    one, two = digests("1", 1), digests("4242", -1)
    assert one.splitlines() == two.splitlines()
    assert len(one.splitlines()) == len(FORMATS)


# ---------------------------------------------------------------- Turtle


def test_turtle_uses_every_prefix_that_it_can(exported: dict[str, bytes]) -> None:
    text = exported["turtle"].decode()
    head = re.findall(r"(?m)^PREFIX (\S*): <(.*)>$", text)
    assert head == sorted(head)
    assert set(head) <= set(prefixes().items())
    body = re.sub(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"', '""', text, flags=re.DOTALL)
    body = re.sub(r"(?m)^PREFIX .*$", "", body)
    long = set(re.findall(r"<([^>\s]*)>", body))
    assert {iri for iri in long if compact(iri) != iri} == set()
    assert "product:zolgensma" in body
    assert "^^xsd:gYearMonth" in body


def test_turtle_comes_in_the_order_of_iris(exported: dict[str, bytes]) -> None:
    where = positions(exported["turtle"].decode())
    subjects = list(where.subjects)
    assert len(subjects) > 500
    assert subjects == sorted(subjects)


def test_a_fact_stands_in_one_piece(exported: dict[str, bytes]) -> None:
    text = exported["turtle"].decode()
    (block,) = re.findall(r"(?ms)^fact:zolgensma-cures-sma$.*?^\.$", text)
    for line in ("df:polarity df:denied", "rdf:predicate df:cures", "df:evidence evidence:"):
        assert line in block


# ---------------------------------------------------------------- JSON-LD


def test_json_ld_carries_its_context(exported: dict[str, bytes]) -> None:
    tree = json.loads(exported["jsonld"])
    assert list(tree) == ["@context", "@graph"]
    assert list(tree["@context"].items()) == list(context().items())
    assert exported["jsonld"].endswith(b"\n")


def named_graph(exported: dict[str, bytes], name: str) -> dict[str, dict[str, Any]]:
    """The nodes of one named graph by their identifiers, as a reader of plain JSON finds them."""
    tree = json.loads(exported["jsonld"])
    (found,) = [one["@graph"] for one in tree["@graph"] if one["id"] == f"graph:{name}"]
    return {node["id"]: node for node in found}


def test_a_person_finds_what_treats_what(exported: dict[str, bytes]) -> None:
    direct = named_graph(exported, "direct")
    zolgensma = direct["product:zolgensma"]
    assert zolgensma["treats"] == "MONDO:0001516"
    assert zolgensma["isNotCureFor"] == "MONDO:0001516"
    assert "cures" not in zolgensma
    treating = {name for name, node in direct.items() if "treats" in node}
    assert treating == {f"product:{name}" for name in "zolgensma spinraza evrysdi itvisma".split()}


def test_a_fact_reads_in_plain_words(exported: dict[str, bytes]) -> None:
    fact = named_graph(exported, "curated")["fact:zolgensma-cures-sma"]
    assert fact["label"] == "Zolgensma is not a cure for spinal muscular atrophy"
    assert (fact["subject"], fact["object"]) == ("product:zolgensma", "MONDO:0001516")
    assert fact["polarity"] in ("denied", "df:denied")
    population = named_graph(exported, "curated")["population:under-2-years-smn1"]
    assert population["maxAgeMonths"] == 24
    assert population["maxAgeInclusive"] is False


def test_no_name_in_json_ld_is_longer_than_it_need_be(exported: dict[str, bytes]) -> None:
    def walk(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield key
                if key in ("id", "@id", "type", "@type"):
                    yield from inner if isinstance(inner, list) else [inner]
                else:
                    yield from walk(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner)

    names = set(walk(json.loads(exported["jsonld"])["@graph"]))
    assert {name for name in names if compact(name) != name} == set()


# ---------------------------------------------------------------- negatives

CURES = f"ASK {{ ?drug <{DF}cures>|<{DF}mayCure> ?disease }}"
NOT_CURED = (
    f"ASK {{ <{expand('product:zolgensma')}> <{DF}isNotCureFor> <{expand('MONDO:0001516')}> }}"
)
POSITIVES = f"""ASK {{
  ?fact <{expand("rdf:subject")}> ?s ; <{expand("rdf:predicate")}> ?p ;
    <{expand("rdf:object")}> ?o ; <{DF}polarity> ?polarity .
  FILTER(?polarity != <{DF}affirmed>) ?s ?p ?o }}"""


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("ask", "answer"), [(CURES, False), (NOT_CURED, True), (POSITIVES, False)])
def test_no_export_says_that_anything_cures(
    form: str,
    ask: str,
    answer: bool,
    exported: dict[str, bytes],
    by_rdflib: dict[str, rdflib.Dataset],
) -> None:
    store = ox.Store()
    store.extend(oxigraph_reads(form, exported[form]))
    assert bool(store.query(ask, use_default_graph_as_union=True)) is answer
    assert by_rdflib[form].query(ask).askAnswer is answer


@pytest.mark.parametrize("form", FORMATS)
def test_no_export_cuts_a_fact_from_its_evidence(
    form: str, exported: dict[str, bytes], by_rdflib: dict[str, rdflib.Dataset]
) -> None:
    loose = f"""SELECT ?fact WHERE {{ ?fact <{DF}polarity> ?any
      FILTER NOT EXISTS {{ ?fact <{DF}evidence>/<{DF}inVersion>/<{DF}versionOf> ?source }} }}"""
    store = ox.Store()
    store.extend(oxigraph_reads(form, exported[form]))
    assert not list(cast(Any, store.query(loose, use_default_graph_as_union=True)))
    assert not list(by_rdflib[form].query(loose))


def test_no_machine_path_and_no_clock_gets_out(exported: dict[str, bytes]) -> None:
    here = str(Path(__file__).parent.parent).encode()
    for text in exported.values():
        assert here not in text


# ---------------------------------------------------------------- the bridge


@pytest.mark.parametrize(
    "term",
    [
        Q,
        ox.BlankNode("b"),
        ox.Literal(ODD),
        ox.Literal("MONDO:0001516"),
        ox.Literal("gène", language="fr"),
        *(
            ox.Literal(text, datatype=ox.NamedNode(expand(f"xsd:{kind}")))
            for text, kind in [
                ("01", "integer"),
                ("+1.50", "decimal"),
                ("1", "boolean"),
                ("2019-05", "gYearMonth"),
                ("2019", "gYear"),
                ("2019-05-24", "date"),
                ("2019-13", "date"),
                ("one", "integer"),
            ]
        ),
    ],
    ids=str,
)
def test_a_term_goes_to_rdflib_and_back_with_its_very_letters(term: Any) -> None:
    assert bridge.inward(bridge.outward(term)) == term


def test_a_triple_term_is_refused_by_name() -> None:
    with pytest.raises(InputError) as caught:
        bridge.outward(ox.Triple(S, P, Q))
    assert str(caught.value) == (
        "<http://e.org/s> <http://e.org/p> <http://e.org/q> is a triple term; state facts as nodes"
    )
