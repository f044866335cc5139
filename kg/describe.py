"""What the graph says of one thing, in the order readers of drug pages know.

What it is, whom it is for, what it is *not* and what was not studied, what was shown, how it is
given, when it was approved, how it works; then its identifiers elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.derive import licences
from kg.lookup import Lookup, Match
from kg.model import PartialDate
from kg.names import DF, compact, expand
from kg.store import Store, Term

__all__ = ["Description", "Statement", "describe", "forms"]

NEGATIVE = "What it is not, and what was not studied"
SECTIONS = {
    "IdentityClaim": "What it is made of",
    "Indication": "Whom it is for",
    "negative": NEGATIVE,
    "OutcomeClaim": "What was shown, or may be",
    "UseEvaluation": "Where it was studied",
    "Contraindication": "Where it must not be used",
    "AdministrationClaim": "How it is given",
    "RegulatoryEvent": "Approvals",
    "MechanismClaim": "How it works",
    "DiseaseClaim": "About the disease",
    "object": "Said of it elsewhere",
}
"""Headings in reading order, by the class of the facts below them."""

_FORMS = """
SELECT ?predicate ?link ?label WHERE {
  VALUES ?link { df:negativePredicate df:notEvaluatedPredicate df:notDemonstratedPredicate
                 df:possiblePredicate }
  ?predicate ?link ?form . ?form rdfs:label ?label }"""
_FACTS = """
SELECT DISTINCT ?this ?fact ?kind ?subject ?predicate ?object ?polarity ?certainty ?review ?date
  ?population ?source ?versionDate WHERE {
  { ?fact rdf:subject ?this } UNION { ?fact rdf:object ?this }
  ?fact a ?kind ; rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ;
    df:polarity ?polarity ; df:reviewStatus ?review ; df:status df:current ;
    df:firstSeenIn ?first .
  OPTIONAL { ?fact df:lastConfirmedIn ?confirmed }
  BIND(COALESCE(?confirmed, ?first) AS ?version)
  ?version df:versionDate ?versionDate ; df:versionOf/rdfs:label ?source .
  OPTIONAL { ?fact df:certainty ?certainty }
  OPTIONAL { ?fact df:date ?date }
  OPTIONAL { ?fact df:population/rdfs:label ?population }
} ORDER BY ?fact"""
_NAMES = """
SELECT ?this ?property ?value WHERE {
  VALUES ?property { skos:altLabel skos:definition skos:broader }
  ?this ?property ?value } ORDER BY ?property ?value"""
_LINKS = """
SELECT ?this ?relation ?target ?name WHERE {
  ?mapping a sssom:Mapping ; owl:annotatedSource ?this ; owl:annotatedProperty ?relation ;
    owl:annotatedTarget ?target .
  OPTIONAL { ?mapping sssom:object_label ?name } } ORDER BY ?relation ?target"""
_PROPERTIES = (
    "SELECT ?this ?property ?value WHERE { ?this ?property ?value } ORDER BY ?property ?value"
)


@dataclass(frozen=True)
class Statement:
    """A fact in one line; ``polarity`` is the local name (affirmed, denied, notEvaluated …)."""

    fact: str
    section: str
    text: str
    polarity: str
    certainty: str
    review: str
    source: str
    version_date: str


@dataclass(frozen=True)
class Description:
    """All of it: names, statements in reading order, links out; of a fact, what it derives."""

    iri: str
    label: str
    kind: str
    names: tuple[tuple[str, str], ...]
    statements: tuple[Statement, ...]
    links: tuple[tuple[str, str, str], ...]
    properties: tuple[tuple[str, str], ...]
    derived: tuple[str, ...]


def forms(store: Store) -> dict[tuple[str, str], str]:
    """The English of every form of a predicate, by (predicate IRI, kind of form)."""
    return {
        (row["predicate"].value, row["link"].value.removeprefix(DF).removesuffix("Predicate")): row[
            "label"
        ].value
        for row in store.select(_FORMS)
    }


def describe(store: Store, lookup: Lookup, match: Match) -> Description:
    """Describe what a name was found to mean; of a node without facts, all its properties."""
    this: dict[str, Term] = {"this": ox.NamedNode(match.iri)}
    this_fact: dict[str, Term] = {"fact": ox.NamedNode(match.iri)}
    statements = tuple(_statements(store, lookup, match.iri))
    named = [(row["property"], row["value"]) for row in store.select(_NAMES, this)]
    links = tuple(
        (
            lookup.label(row["relation"].value),
            compact(row["target"].value),
            lookup.label(row["target"].value) if row["name"] is None else row["name"].value,
        )
        for row in store.select(_LINKS, this)
    )
    plain = (
        [] if statements else [(r["property"], r["value"]) for r in store.select(_PROPERTIES, this)]
    )
    return Description(
        iri=match.iri,
        label=match.label,
        kind=lookup.label(expand(match.kind)) if match.kind else "",
        names=tuple((lookup.label(p.value), _shown(lookup, v)) for p, v in named),
        statements=statements,
        links=links,
        properties=tuple((lookup.label(p.value), _shown(lookup, v)) for p, v in plain),
        derived=tuple(
            " ".join(_shown(lookup, row[name]) for name in ("subject", "direct", "object"))
            for row in store.select(licences("direct"), this_fact)
        ),
    )


def _shown(lookup: Lookup, term: Term) -> str:
    if isinstance(term, ox.NamedNode):
        label, curie = lookup.label(term.value), compact(term.value)
        return curie if label == curie else f"{label} ({curie})"
    return term.value


def _statements(store: Store, lookup: Lookup, iri: str) -> Iterator[Statement]:
    words = forms(store)
    found = []
    for row in store.select(_FACTS, {"this": ox.NamedNode(iri)}):
        kind = row["kind"].value.removeprefix(DF)
        if kind not in SECTIONS:
            continue
        polarity = row["polarity"].value.removeprefix(DF)
        certainty = "" if row["certainty"] is None else row["certainty"].value.removeprefix(DF)
        section = kind if row["subject"].value == iri else "object"
        if polarity != "affirmed" and section != "object":
            section = "negative"
        relation = _relation(words, lookup, row["predicate"].value, polarity, certainty)
        subject, thing = (lookup.label(row[name].value) for name in ("subject", "object"))
        text = f"{subject} {relation} {thing}"
        if row["population"] is not None:
            text += f": {row['population'].value}"
        if row["date"] is not None:
            text += f", {row['date'].value}"
        found.append(
            Statement(
                fact=row["fact"].value,
                section=section,
                text=text,
                polarity=polarity,
                certainty=certainty,
                review=row["review"].value.removeprefix(DF),
                source=row["source"].value,
                version_date=PartialDate(row["versionDate"].value).text,
            )
        )
    order = list(SECTIONS)
    return iter(sorted(found, key=lambda one: (order.index(one.section), one.text, one.fact)))


def _relation(
    words: dict[tuple[str, str], str], lookup: Lookup, predicate: str, polarity: str, certainty: str
) -> str:
    form = {"denied": "negative"}.get(polarity, polarity)
    if polarity == "affirmed":
        form = "possible" if certainty == "possible" else ""
    if not form:
        return lookup.label(predicate)
    return words.get((predicate, form), f"{lookup.label(predicate)} ({form})")


def text(found: Description) -> str:
    """A description to read in a terminal."""
    kind = f", {found.kind}" if found.kind else ""
    lines = [f"{found.label} ({compact(found.iri)}){kind}"]
    lines += [f"  {name}: {value}" for name, value in found.names]
    section = ""
    for one in found.statements:
        if one.section != section:
            section = one.section
            lines += ["", SECTIONS[section]]
        lines.append(f"  {one.text}")
        hedge = f", {one.certainty}" if one.certainty not in ("", "stated") else ""
        review = "" if one.review in ("curated", "reviewed") else f", {one.review}"
        place = f"{one.source}, {one.version_date}{hedge}{review}"
        lines.append(f"      {compact(one.fact)} · {place}")
    if found.links:
        lines += ["", "Elsewhere"]
        lines += [f"  {rel} {target}  {name}".rstrip() for rel, target, name in found.links]
    if found.properties:
        lines += ["", "Properties", *(f"  {name}: {value}" for name, value in found.properties)]
    if found.derived:
        lines += ["", "Derived by the rule `direct`", *(f"  {triple}" for triple in found.derived)]
    if found.statements:
        lines += ["", "Not medical advice."]
    return "\n".join(lines) + "\n"
