"""What the facts about one thing say, in words: each statement once, with all who say so.

Facts are found from their ends and then read one by one: a query that joins their properties
would read those of the whole graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.lookup import Lookup
from kg.model import PartialDate
from kg.names import DF, expand
from kg.store import Store, Term

__all__ = [
    "MOST",
    "NEGATIVE",
    "SECTIONS",
    "Read",
    "Statement",
    "Told",
    "relation",
    "sentence",
    "statements",
]

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

MOST = 50
"""How many facts that only name a thing are read: an authority is named by tens of thousands."""

SUBJECT = "SELECT ?fact WHERE { ?fact rdf:subject ?this }"
OBJECT = "SELECT ?fact WHERE { ?fact rdf:object ?this }"
CURATED = "SELECT ?fact WHERE { GRAPH graph:curated { ?fact rdf:object ?this } }"
PAST = """
SELECT ?fact WHERE { VALUES ?status { df:superseded df:retracted } ?fact df:status ?status }"""
SAID, DETAILS, SAYING = (
    frozenset(expand(curie) for curie in text.split())
    for text in (
        "rdf:subject rdf:predicate rdf:object df:polarity df:population df:date df:dateEarliest "
        "df:dateLatest",
        "df:applicationNumber df:submission df:holder df:authorisedName df:appliesTo df:because",
        "rdf:type rdfs:label owl:sourceIndividual owl:assertionProperty owl:targetIndividual "
        "df:certainty df:status df:evidence df:firstSeenIn df:lastConfirmedIn df:reviewStatus "
        "biolink:knowledge_level biolink:agent_type",
    )
)
"""Properties of a fact: those in the words of its statement; details that its sources
may give differently; and those of the saying. All others are qualifiers of the statement."""

Node = dict[str, list[Term]]
"""What is said of a node: sorted values by the IRI of the property."""


@dataclass(frozen=True)
class Told:
    """Who says so: one fact, the source and day of its revision, and the places there.

    :param details: what this one adds, as label and value: application, holder, a reason …
    """

    fact: str
    source: str
    version_date: str
    places: tuple[str, ...]
    certainty: str
    review: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Statement:
    """What one or several facts say alike, in one line, and who says so.

    :param polarity: a local name: affirmed, denied, notEvaluated …
    :param qualifiers: what else holds of it, as label and value: authority, frequency …
    """

    section: str
    text: str
    polarity: str
    qualifiers: tuple[tuple[str, str], ...]
    told: tuple[Told, ...]


def statements(
    store: Store, lookup: Lookup, iri: str, *, whole: bool = False, read: Read | None = None
) -> tuple[tuple[Statement, ...], int, int]:
    """The statements of the current facts about a thing, in reading order.

    :param whole: read every fact that names it, not the curated ones and then the first others.
    :param read: what read the nodes, for a caller who goes on reading them.
    :return: the statements, the number of facts, and how many of them were left out.
    """
    past = set(_facts(store, PAST))
    subject = [one for one in _facts(store, SUBJECT, iri) if one not in past]
    named = set(_facts(store, OBJECT, iri)) - past - set(subject)
    curated = set(_facts(store, CURATED, iri))
    first = sorted(named, key=lambda one: (one not in curated, one))
    first = first if whole else first[:MOST]
    read = read or Read(store, lookup)
    found: dict[tuple[str, str, str, tuple[tuple[str, str], ...]], list[Told]] = {}
    for fact in [*subject, *first]:
        node = read.node(fact)
        if key := _said(read, node, "" if fact in named else iri):
            found.setdefault(key, []).append(_told(read, fact, node))
    order = list(SECTIONS)
    said = [
        Statement(*key, tuple(sorted(told, key=lambda one: (one.source, one.fact))))
        for key, told in found.items()
    ]
    said.sort(key=lambda one: (order.index(one.section), one.text, one.qualifiers))
    return tuple(said), len(subject) + len(named), len(named) - len(first)


def _facts(store: Store, sparql: str, iri: str | None = None) -> list[str]:
    found = store.run(sparql, {"this": ox.NamedNode(iri)} if iri else None)
    assert isinstance(found, ox.QuerySolutions)
    return list(dict.fromkeys(row[0].value for row in found))


class Read:
    """Reads nodes, each once, and words them."""

    def __init__(self, store: Store, lookup: Lookup) -> None:
        self._store, self.label = store, lookup.label
        self._nodes: dict[str, Node] = {}

    def node(self, iri: str) -> Node:
        """All that is said of a node, in whichever graphs."""
        if iri not in self._nodes:
            found: dict[str, set[Term]] = {}
            for quad in self._store.about(iri):
                if not isinstance(quad.object, (ox.NamedNode, ox.Literal)):
                    continue
                found.setdefault(quad.predicate.value, set()).add(quad.object)
            self._nodes[iri] = {
                key: sorted(terms, key=lambda term: (term.value, str(term)))
                for key, terms in sorted(found.items())
            }
        return self._nodes[iri]

    def values(self, node: Node, curie: str) -> list[str]:
        """The values of a property."""
        return [term.value for term in node.get(expand(curie), ())]

    def value(self, node: Node, curie: str) -> str:
        """The value of a property, or an empty text."""
        return next(iter(self.values(node, curie)), "")

    def pairs(self, node: Node, wanted: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Labels and values of some properties, given by their IRIs."""
        return tuple(
            (self.label(key), self.label(one.value) if isinstance(one, ox.NamedNode) else one.value)
            for key in sorted(wanted)
            for one in node[key]
        )


def _said(
    read: Read, node: Node, iri: str
) -> tuple[str, str, str, tuple[tuple[str, str], ...]] | None:
    """Section, words, polarity and qualifiers of a fact; None of what is no fact a reader knows.

    :param iri: the thing that is described, if the fact is about it and does not just name it.
    """
    kinds = [one.removeprefix(DF) for one in read.values(node, "rdf:type")]
    section = next((kind for kind in kinds if kind in SECTIONS), "")
    if not section or read.value(node, "df:status") != DF + "current":
        return None
    polarity = read.value(node, "df:polarity").removeprefix(DF)
    if not iri:
        section = "object"
    elif polarity != "affirmed":
        section = "negative"
    text = sentence(read, node, polarity)
    return section, text, polarity, read.pairs(node, node.keys() - SAID - DETAILS - SAYING)


def sentence(read: Read, node: Node, polarity: str) -> str:
    """A fact in words: its negation, population, event and date included."""
    ends = (read.label(read.value(node, f"rdf:{end}")) for end in ("subject", "object"))
    text = f" {relation(read, node, polarity)} ".join(ends)
    if population := read.value(node, "df:population"):
        text += f": {read.label(population)}"
    event = read.value(node, "df:eventType")
    events = [read.label(event)] if event and event != DF + "approval" else []
    return ", ".join([text, *events, *read.values(node, "df:date")])


def relation(read: Read, node: Node, polarity: str) -> str:
    """The English of the form of the predicate that a fact has by its polarity and certainty."""
    predicate = read.value(node, "rdf:predicate")
    form = {"denied": "negative"}.get(polarity, polarity)
    if polarity == "affirmed":
        form = "possible" if read.value(node, "df:certainty") == DF + "possible" else ""
    if not form:
        return read.label(predicate)
    named = read.value(read.node(predicate), f"df:{form}Predicate")
    return read.label(named) if named else f"{read.label(predicate)} ({form})"


def _told(read: Read, fact: str, node: Node) -> Told:
    last = read.value(node, "df:lastConfirmedIn") or read.value(node, "df:firstSeenIn")
    version = read.node(last)
    return Told(
        fact=fact,
        source=read.label(read.value(version, "df:versionOf")),
        version_date=PartialDate(read.value(version, "df:versionDate")).text,
        places=tuple(dict.fromkeys(_places(read, node, last))),
        certainty=read.value(node, "df:certainty").removeprefix(DF),
        review=read.value(node, "df:reviewStatus").removeprefix(DF),
        details=read.pairs(node, node.keys() & DETAILS),
    )


def _places(read: Read, node: Node, last: str) -> Iterator[str]:
    """Where the evidence stands; with the revision, if it is not the one last confirmed in."""
    for iri in read.values(node, "df:evidence"):
        evidence = read.node(iri)
        place = [f'section "{one}"' for one in read.values(evidence, "df:section")]
        if start := read.value(evidence, "df:start"):
            place.append(f"characters {start}–{read.value(evidence, 'df:end')}")
        place += [f"record {one}" for one in read.values(evidence, "df:record")]
        if fields := read.values(evidence, "df:field"):
            place[-1:] = [" ".join([*place[-1:], f"({', '.join(fields)})"])]
        version = read.value(evidence, "df:inVersion")
        yield ", ".join([*([] if version == last else [read.label(version)]), *place])
