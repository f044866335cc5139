"""The direct layer: each triple has its licence, each fact its triple, and no negative leaks."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any, cast

import pyoxigraph as ox
import pytest
from rdflib import RDF, Dataset, URIRef

from kg import bridge, rdf
from kg.derive import derive, licences, rules
from kg.model import Fact
from kg.names import DF, expand, graph
from kg.resources import folder
from kg.store import Store

DIRECT = graph("direct")
FORMS = ("negative", "notEvaluated", "notDemonstrated", "possible")
Triple = tuple[str, str, str]


def triples(quads: list[Any], name: str | None = None) -> set[Triple]:
    return {
        (q.subject.value, q.predicate.value, q.object.value)
        for q in quads
        if name is None or q.graph_name.value == graph(name)
    }


@cache
def ontology() -> tuple[Any, ...]:
    return tuple(rdf.parse_file(folder("ontology") / "drugfacts.ttl"))


@cache
def forms() -> dict[tuple[str, str], str]:
    """The form of a predicate by (predicate IRI, kind of form), read apart from the rule."""
    return {
        (q.subject.value, kind): q.object.value
        for q in ontology()
        for kind in FORMS
        if q.predicate.value == f"{DF}{kind}Predicate"
    }


def wanted(fact: Fact) -> Triple | None:
    """The triple that the table of the fact model gives a fact, written as Python."""
    if fact.status != DF + "current" or fact.review_status == DF + "unreviewed":
        return None
    polarity = fact.polarity.removeprefix(DF)
    predicate: str | None = fact.predicate
    if polarity == "affirmed" and fact.certainty == DF + "possible":
        predicate = forms().get((fact.predicate, "possible"))
    elif polarity != "affirmed":
        kind = {"denied": "negative"}.get(polarity, polarity)
        predicate = forms().get((fact.predicate, kind))
    return None if predicate is None else (fact.subject, predicate, fact.object)


def curated_facts(quads: list[Any]) -> list[Fact]:
    own = [quad for quad in quads if quad.graph_name.value == graph("curated")]
    return [node for node in rdf.nodes(own) if isinstance(node, Fact)]


def derived(*facts: Fact) -> set[Triple]:
    """What the rules derive from some facts alone."""
    stated = [quad for fact in facts for quad in rdf.quads(fact, graph("curated"))]
    return triples(list(derive([*ontology(), *stated])))


FACT = Fact(
    iri="http://e.org/f",
    kinds=("df:OutcomeClaim",),
    label="f",
    subject="http://e.org/s",
    predicate=DF + "cures",
    object="http://e.org/o",
    polarity=DF + "affirmed",
    certainty=DF + "stated",
    status=DF + "current",
    review_status=DF + "curated",
    evidence=("http://e.org/e",),
    first_seen_in="http://e.org/v",
)

# ---------------------------------------------------------------- over the curated graph


def test_the_rules_are_these() -> None:
    assert list(rules()) == ["direct"]


def test_every_direct_triple_is_licensed_by_a_fact_and_every_licence_is_used(
    quads: list[Any], curated: Store
) -> None:
    facts = {fact.iri: fact for fact in curated_facts(quads)}
    licensed = set()
    for row in cast(ox.QuerySolutions, curated.run(licences("direct"))):
        fact, *ends = (row[name].value for name in ("fact", "subject", "direct", "object"))
        assert wanted(facts[fact]) == tuple(ends)
        licensed.add(tuple(ends))
    assert licensed == triples(quads, "direct")


def test_each_current_fact_with_a_form_derives_exactly_its_triple(quads: list[Any]) -> None:
    facts = curated_facts(quads)
    assert len(facts) > 40
    assert {wanted(fact) for fact in facts} - {None} == triples(quads, "direct")
    for fact in facts:
        assert derived(fact) == {wanted(fact)} - {None}


def test_every_curated_fact_has_a_form() -> None:
    """None is silent in the direct layer for want of a word."""
    data = folder("data") / "curated"
    found = [
        node
        for file in sorted(data.glob("*.ttl"))
        for node in rdf.nodes(rdf.parse_file(file))
        if isinstance(node, Fact)
    ]
    assert [fact.iri for fact in found if wanted(fact) is None] == []


def test_what_is_derived_stands_in_a_graph_of_its_own(quads: list[Any]) -> None:
    stated = [quad for quad in quads if quad.graph_name.value != DIRECT]
    again: list[Any] = list(derive(stated))
    assert {quad.graph_name for quad in again} == {ox.NamedNode(DIRECT)}
    assert set(again) == {quad for quad in quads if quad.graph_name.value == DIRECT}
    assert set(derive(quads)) == set(again), "rules do not feed on what they derived"


def test_a_denied_or_unstudied_fact_yields_its_positive_predicate_in_no_graph(
    quads: list[Any],
) -> None:
    everywhere = triples(quads)
    negative = [f for f in curated_facts(quads) if f.polarity != DF + "affirmed"]
    assert len(negative) >= 4
    affirmed = {
        (f.subject, f.predicate, f.object)
        for f in curated_facts(quads)
        if f.polarity == DF + "affirmed"
    }
    for fact in negative:
        positive = (fact.subject, fact.predicate, fact.object)
        assert positive not in affirmed, "said and denied of the same thing"
        assert positive not in everywhere
        possible = forms().get((fact.predicate, "possible"))
        assert (fact.subject, possible, fact.object) not in everywhere


def test_a_hedged_fact_yields_the_hedged_predicate_only(quads: list[Any]) -> None:
    hedged = [f for f in curated_facts(quads) if f.certainty == DF + "possible"]
    assert len(hedged) >= 3
    for fact in hedged:
        assert (fact.subject, fact.predicate, fact.object) not in triples(quads)


@pytest.mark.parametrize(
    "triple",
    [
        "product:zolgensma df:isNotCureFor MONDO:0001516",
        "product:zolgensma df:doesNotReverse concept:motor-neuron-damage-before-treatment",
        "product:zolgensma df:notStudiedIn concept:advanced-sma",
        "product:zolgensma df:mayPreserve CL:0000100",
        "product:zolgensma df:treats MONDO:0001516",
        "product:zolgensma df:recommendedUse concept:early-treatment",
        "MONDO:0001516 df:causedByMutationIn HGNC:11117",
    ],
)
def test_the_page_reads_so_in_the_direct_layer(quads: list[Any], triple: str) -> None:
    assert tuple(map(expand, triple.split())) in triples(quads, "direct")


def test_nothing_is_inferred_up_down_or_across(quads: list[Any]) -> None:
    """No substance treats anything, and a product treats no more than its facts say."""
    treated = {(s, o) for s, p, o in triples(quads) if p == DF + "treats"}
    stated = {(f.subject, f.object) for f in curated_facts(quads) if f.predicate == DF + "treats"}
    assert treated == stated
    assert {subject for subject, _ in treated} == {
        expand(f"product:{name}") for name in ("zolgensma", "spinraza", "evrysdi", "itvisma")
    }


# ---------------------------------------------------------------- every case of the table

PREDICATES = sorted({predicate for predicate, _ in forms()})
CASES = product(
    ("affirmed", "denied", "notEvaluated", "notDemonstrated"),
    ("shown", "stated", "recommended", "possible", None),
)


@pytest.mark.parametrize(("polarity", "certainty"), list(CASES))
def test_polarity_and_certainty_pick_the_predicate(polarity: str, certainty: str | None) -> None:
    facts = [
        replace(
            FACT,
            iri=f"http://e.org/f{number}",
            predicate=predicate,
            object=f"http://e.org/o{number}",
            polarity=DF + polarity,
            certainty=None if certainty is None else DF + certainty,
        )
        for number, predicate in enumerate(PREDICATES)
    ]
    found = derived(*facts)
    assert found == {wanted(fact) for fact in facts} - {None}
    if polarity != "affirmed" or certainty == "possible":
        assert not {predicate for _, predicate, _ in found} & set(PREDICATES)


@pytest.mark.parametrize("status", ["superseded", "retracted"])
@pytest.mark.parametrize("polarity", ["affirmed", "denied", "notEvaluated", "notDemonstrated"])
def test_a_fact_of_the_past_derives_nothing(status: str, polarity: str) -> None:
    assert derived(replace(FACT, polarity=DF + polarity))
    assert derived(replace(FACT, polarity=DF + polarity, status=DF + status)) == set()


@pytest.mark.parametrize("polarity", ["affirmed", "denied", "notEvaluated", "notDemonstrated"])
def test_a_fact_that_no_person_accepted_derives_nothing(polarity: str) -> None:
    fact = replace(FACT, polarity=DF + polarity)
    assert derived(replace(fact, review_status=DF + "unreviewed")) == set()
    assert derived(replace(fact, review_status=DF + "reviewed")) == derived(fact) != set()


def test_one_denial_does_not_silence_another_facts_word() -> None:
    other = replace(FACT, iri="http://e.org/g", polarity=DF + "denied")
    assert derived(FACT, other) == {
        ("http://e.org/s", DF + "cures", "http://e.org/o"),
        ("http://e.org/s", DF + "isNotCureFor", "http://e.org/o"),
    }


def test_rdflib_derives_the_same(quads: list[Any]) -> None:
    stated = [quad for quad in quads if quad.graph_name.value != DIRECT]
    dataset: Dataset = bridge.dataset(stated)
    found = {(str(s), str(p), str(o)) for s, p, o in dataset.query(rules()["direct"])}  # type: ignore[misc]
    assert found == triples(quads, "direct")


def test_a_denied_fact_is_a_negative_assertion_for_a_reasoner(quads: list[Any]) -> None:
    dataset = bridge.graph(quads)
    negative = URIRef(expand("owl:NegativePropertyAssertion"))
    denied = {f.iri for f in curated_facts(quads) if f.polarity == DF + "denied"}
    assert {str(node) for node in dataset.subjects(RDF.type, negative)} == denied
    assert denied


def test_a_licence_query_is_its_rule() -> None:
    assert "CONSTRUCT {" in rules()["direct"]
    assert "CONSTRUCT {" not in licences("direct")
    assert (
        licences("direct").partition("\nWHERE {")[2] == rules()["direct"].partition("\nWHERE {")[2]
    )
