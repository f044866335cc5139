"""RDF 1.2: each fact as a triple term with what is said of it, in Turtle 1.2.

The triple term has the predicate that says what the fact is ("is not a cure for"), so the node
that reifies it carries no polarity: a reader who stops at the triple has read it right
(https://www.w3.org/TR/rdf12-concepts/#section-triple-terms).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg import rdf
from kg.exporting.facts import Facts, Told
from kg.exporting.form import Form
from kg.exporting.loss import QUALITIES, UNPLAIN, Loss
from kg.names import DF, RDF, expand, prefixes

__all__ = ["FORMS"]

_REIFIES = ox.NamedNode(RDF + "reifies")
_SAID_BY_THE_TRIPLE = {
    RDF + "subject",
    RDF + "predicate",
    RDF + "object",
    DF + "polarity",
    *(expand(f"owl:{name}") for name in ("sourceIndividual", "assertionProperty")),
    expand("owl:targetIndividual"),
}
_NEGATIVE = ox.NamedNode(expand("owl:NegativePropertyAssertion"))


def _write(facts: Facts, path: Path, loss: Loss) -> None:
    triples = _all(facts, loss)
    ox.serialize(triples, str(path), format=ox.RdfFormat.TURTLE, prefixes=prefixes())


def _all(facts: Facts, loss: Loss) -> Iterator[ox.Triple]:
    for told in facts.each(loss, _SAYS):
        loss.wrote(told.fact, told.population)
        yield from _fact(told)
    for _, population in sorted(facts.populations.items()):
        for quad in rdf.quads(population, DF):
            yield ox.Triple(quad.subject, quad.predicate, quad.object)


def _fact(told: Told) -> Iterator[ox.Triple]:
    fact = told.fact
    one, link, two = map(ox.NamedNode, (fact.subject, told.predicate, fact.object))
    triple = ox.Triple(one, link, two)
    yield triple
    yield ox.Triple(ox.NamedNode(fact.iri), _REIFIES, triple)
    for quad in rdf.quads(fact, DF):
        if quad.predicate.value not in _SAID_BY_THE_TRIPLE and quad.object != _NEGATIVE:
            yield ox.Triple(quad.subject, quad.predicate, quad.object)


_SAYS = frozenset(UNPLAIN) - {"not current", "unreviewed"}

FORMS = (
    Form(
        "rdf12",
        "facts as triple terms, in Turtle of RDF 1.2",
        _write,
        "rdf12.ttl",
        "text/turtle",
        says=_SAYS,
        keeps=frozenset(QUALITIES),
    ),
)
