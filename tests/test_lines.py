"""Lines of N-Quads are what the library would write; a direct triple is what the rule says."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import sssom
from kg.assemble import assembled
from kg.derive import Forms, derive
from kg.errors import InputError
from kg.lines import direct_line, iri, lines, literal
from kg.model import Fact, Node
from kg.names import expand, graph
from kg.rdf import nquads, parse_file, quads
from kg.resources import folder
from tests.test_rdf import TEXTS, model_nodes

WHERE = graph("curated")
NODES = st.sampled_from(Node.__subclasses__()).flatmap(model_nodes)


@settings(max_examples=300, deadline=None)
@given(NODES)
def test_lines_of_a_node_are_its_quads(node: Node) -> None:
    written = lines(node, WHERE)
    assert b"".join(sorted(set(written.encode().splitlines(keepends=True)))) == nquads(
        quads(node, WHERE)
    )


def test_lines_of_every_curated_node_are_its_quads() -> None:
    for node in assembled().nodes:
        said = sorted(lines(node, WHERE).encode().splitlines(keepends=True))
        assert b"".join(said) == nquads(quads(node, WHERE))


@given(st.text())
def test_any_text_is_read_back(text: str) -> None:
    if any(0xD800 <= ord(char) < 0xE000 for char in text):
        return
    line = f"<http://e.org/s> <http://e.org/p> {literal(text)} .\n"
    (quad,) = ox.parse(line, format=ox.RdfFormat.N_TRIPLES)
    assert quad.object == ox.Literal(text)


@given(TEXTS)
def test_text_is_written_as_the_library_writes_it(text: str) -> None:
    triple = ox.Triple(
        ox.NamedNode("http://e.org/s"), ox.NamedNode("http://e.org/p"), ox.Literal(text)
    )
    line = ox.serialize([triple], format=ox.RdfFormat.N_TRIPLES)
    assert line is not None
    assert line.decode() == f"<http://e.org/s> <http://e.org/p> {literal(text)} .\n"


@pytest.mark.parametrize("char", ' <>"{}|^`\\\n\t\x00')
def test_an_iri_with_a_character_that_ends_it_is_refused(char: str) -> None:
    with pytest.raises(InputError, match="is no IRI"):
        iri(f"http://e.org/a{char}b")


@pytest.mark.parametrize(
    "file", sorted((folder("data") / "mappings").glob("*.tsv")), ids=lambda f: f.name
)
def test_lines_of_mappings_are_their_quads(file: Path) -> None:
    found = sssom.read(file)
    said = sssom.lines(found, WHERE).encode().splitlines(keepends=True)
    assert b"".join(sorted(set(said))) == nquads(sssom.quads(found, WHERE))


# ---------------------------------------------------------------- the direct layer


VALUES = {
    "polarity": "affirmed denied notEvaluated notDemonstrated".split(),
    "certainty": ["", "shown", "stated", "recommended", "possible"],
    "status": "current superseded retracted".split(),
    "review_status": "curated reviewed imported unreviewed".split(),
}


@settings(max_examples=400, deadline=None)
@given(
    predicate=st.sampled_from("treats studiedIn leadsTo hasForm approvedBy hasPhenotype".split()),
    **{name: st.sampled_from(values) for name, values in VALUES.items()},
)
def test_the_direct_triple_of_a_fact_is_what_the_rule_says(
    predicate: str, polarity: str, certainty: str, status: str, review_status: str
) -> None:
    one = Fact(
        iri="http://e.org/fact",
        kinds=("df:OutcomeClaim",),
        label="a fact",
        subject="http://e.org/s",
        predicate=expand(f"df:{predicate}"),
        object="http://e.org/o",
        polarity=expand(f"df:{polarity}"),
        certainty=expand(f"df:{certainty}") if certainty else None,
        status=expand(f"df:{status}"),
        review_status=expand(f"df:{review_status}"),
        evidence=("http://e.org/e",),
        first_seen_in="http://e.org/v",
    )
    ontology = assembled_ontology()
    stated = list(quads(one, WHERE)) + [
        ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode(graph("ontology"))) for q in ontology
    ]
    form = Forms(ontology).direct(one)
    said = direct_line(one, form, graph("direct")) if form else ""
    assert said.encode() == nquads(derive(stated))


@cache
def assembled_ontology() -> tuple[ox.Quad, ...]:
    """Only the links between predicates and their forms: the rule reads nothing else of it."""
    found = parse_file(folder("ontology") / "drugfacts.ttl")
    return tuple(quad for quad in found if str(quad.predicate.value).endswith("Predicate"))
