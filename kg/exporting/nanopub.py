"""Nanopublications in TriG, one for each fact: assertion, provenance, publication info.

The assertion holds the fact's plain triple, by the predicate that says what it is ("is not a cure
for"), and the fact itself with its qualifiers; the provenance where it was read. The form is that
of the Nanopublication Guidelines (https://nanopub.net/guidelines/working_draft/); nothing is
signed, and no time of publication is made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg import rdf
from kg.exporting.facts import Facts, Told
from kg.exporting.form import Form
from kg.exporting.loss import QUALITIES, UNPLAIN, Loss
from kg.names import BASE, RDF, expand, prefixes

__all__ = ["FORMS"]

NP, PROV = "http://www.nanopub.org/nschema#", "http://www.w3.org/ns/prov#"
_LICENCE = ox.NamedNode("https://creativecommons.org/publicdomain/zero/1.0/")
_TYPE = ox.NamedNode(RDF + "type")
_WHERE_FROM = {expand(f"df:{name}") for name in ("evidence", "firstSeenIn", "lastConfirmedIn")}
_ABOUT_IT = expand("df:reviewStatus")


def _write(facts: Facts, path: Path, loss: Loss) -> None:
    quads = _all(facts, loss)
    names = prefixes() | {"np": NP, "prov": PROV}
    ox.serialize(quads, str(path), format=ox.RdfFormat.TRIG, prefixes=names)


def _all(facts: Facts, loss: Loss) -> Iterator[ox.Quad]:
    for told in facts.each(loss, _SAYS):
        loss.wrote(told.fact, told.population)
        yield from _nanopub(told)


def _nanopub(told: Told) -> Iterator[ox.Quad]:
    fact = told.fact
    name = fact.iri.replace(f"{BASE}fact/", f"{BASE}nanopub/", 1)
    parts = ("head", "assertion", "provenance", "pubinfo")
    head, assertion, provenance, about = (ox.NamedNode(f"{name}#{part}") for part in parts)
    this = ox.NamedNode(name)
    yield ox.Quad(this, _TYPE, ox.NamedNode(NP + "Nanopublication"), head)
    for what, part in (
        ("Assertion", assertion),
        ("Provenance", provenance),
        ("PublicationInfo", about),
    ):
        yield ox.Quad(this, ox.NamedNode(f"{NP}has{what}"), part, head)
    one, link, two = map(ox.NamedNode, (fact.subject, told.predicate, fact.object))
    yield ox.Quad(one, link, two, assertion)
    said = list(rdf.quads(fact, name))
    if told.population:
        said += rdf.quads(told.population, name)
    source = [quad for quad in said if quad.predicate.value in _WHERE_FROM]
    review = [quad for quad in said if quad.predicate.value == _ABOUT_IT]
    for quad in said:
        if quad not in source and quad not in review:
            yield ox.Quad(quad.subject, quad.predicate, quad.object, assertion)
    derived = ox.NamedNode(PROV + "wasDerivedFrom")
    for iri in (*fact.evidence, fact.first_seen_in):
        yield ox.Quad(assertion, derived, ox.NamedNode(iri), provenance)
    for quad in source:
        yield ox.Quad(quad.subject, quad.predicate, quad.object, provenance)
    yield ox.Quad(this, ox.NamedNode(expand("dcterms:license")), _LICENCE, about)
    for quad in review:
        yield ox.Quad(quad.subject, quad.predicate, quad.object, about)


_SAYS = frozenset(UNPLAIN) - {"not current", "unreviewed"}

FORMS = (
    Form(
        "nanopub",
        "a nanopublication for each fact, as TriG",
        _write,
        "nanopub.trig",
        "application/trig",
        says=_SAYS,
        keeps=frozenset(QUALITIES),
    ),
)
