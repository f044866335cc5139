"""What the page of one thing shows, in the order readers of drug pages know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pyoxigraph as ox

from kg.describe import Description, describe
from kg.explain import Explanation, explain
from kg.lookup import Match
from kg.names import compact, expand
from kg.statements import SECTIONS, Read, Statement
from kg.web.explorer.claims import Claim, Section, claim, things
from kg.web.explorer.links import Link, link, path_of, shown

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["EntityPage", "Event", "entity_page"]

ORDER = (
    ("IdentityClaim", "What it is"),
    ("Indication", "What it is for, and for whom"),
    ("negative", "What it is not, and what was not studied"),
    ("MechanismClaim", "How it works"),
    ("RegulatoryEvent", "Approvals"),
    ("OutcomeClaim", "What was shown, or may be"),
    ("UseEvaluation", "Where it was studied"),
    ("Contraindication", "Where it must not be used"),
    ("AdministrationClaim", "How it is given"),
    ("DiseaseClaim", "About the disease"),
    ("object", "What is said of it elsewhere"),
)
"""The sections of a page; those of :data:`kg.statements.SECTIONS`, in a reader's order."""

MOST = 60
"""How many statements a section shows before it only counts them."""

ABOUT = "SELECT DISTINCT ?node WHERE { ?node df:about ?this ; a df:Disagreement }"
PATHS_FROM = "SELECT DISTINCT ?end WHERE { ?path df:pathFrom ?this ; df:pathTo ?end }"
PATHS_TO = "SELECT DISTINCT ?end WHERE { ?path df:pathTo ?this ; df:pathFrom ?end }"
VERSIONS = "SELECT DISTINCT ?node WHERE { ?node df:versionOf ?this }"
ASKED_FIRST = ("df:OutcomeClaim", "df:Indication", "df:UseEvaluation", "df:Contraindication")
"""Kinds of denied facts in the order of a reader's interest; others stay out of a page's head."""
FIRST = 3
"""How many denials stand in the head of a page."""
SHOWN = 12
"""How many mechanism paths, and disagreements, a page names before it only counts them."""


@dataclass(frozen=True)
class Event:
    """A decision of an authority: its day as far as it is known, and what was decided."""

    authority: str
    date: str
    what: str
    tone: str
    href: str


@dataclass(frozen=True)
class Mechanism:
    """A drug and a disease between which paths are held."""

    drug: Link
    disease: Link
    href: str


@dataclass(frozen=True)
class Disagreement:
    """Where sources differ: the kind, the words, and the facts between which it is."""

    label: str
    kind: str
    href: str
    facts: tuple[Link, ...]


@dataclass(frozen=True)
class EntityPage:
    """All that a page shows; ``more`` counts what it leaves out, by what it is."""

    iri: str
    curie: str
    label: str
    kind: str
    kinds: tuple[str, ...]
    names: tuple[tuple[str, tuple[Link | str, ...]], ...]
    sections: tuple[Section, ...]
    facts: int
    left_out: int
    glance: tuple[tuple[str, tuple[Link, ...]], ...]
    denials: tuple[Claim, ...]
    timeline: tuple[tuple[str, tuple[Event, ...]], ...]
    mechanisms: tuple[Mechanism, ...]
    mechanisms_more: int
    drawn: Explanation | None
    disagreements: tuple[Disagreement, ...]
    disagreements_more: int
    links: tuple[tuple[str, str, str, str], ...]
    properties: tuple[tuple[str, tuple[Link | str, ...]], ...]
    sources: tuple[tuple[Link, int], ...]
    silent: bool
    versions: tuple[Link, ...]


def entity_page(graph: Graph, match: Match) -> EntityPage:
    """The page of what a name was found to mean."""
    read = Read(graph.store, graph.lookup)
    found = describe(graph.store, graph.lookup, match, read=read)
    node = read.node(match.iri)
    own = [told.fact for said in found.statements if said.section != "object" for told in said.told]
    sections = tuple(_sections(graph, read, found))
    mechanisms = _mechanisms(graph, read, match.iri, own)
    disagreements = _column(graph, ABOUT, match.iri)
    names = list(map(expand, ("skos:altLabel", "skos:definition", "skos:broader")))
    return EntityPage(
        iri=match.iri,
        curie=compact(match.iri),
        label=found.label,
        kind=found.kind,
        kinds=tuple(read.values(node, "rdf:type")),
        names=_values(graph, {key: node[key] for key in names if key in node}),
        sections=sections,
        facts=found.facts,
        left_out=found.left_out,
        glance=tuple(_glance(graph, read, own)),
        denials=tuple(_denials(graph, read, found)),
        timeline=_timeline(graph, read, found.statements),
        mechanisms=tuple(mechanisms[:SHOWN]),
        mechanisms_more=max(0, len(mechanisms) - SHOWN),
        drawn=_drawn(graph, mechanisms),
        disagreements=tuple(_disagreement(graph, read, one) for one in disagreements[:SHOWN]),
        disagreements_more=max(0, len(disagreements) - SHOWN),
        links=tuple((*one, expand(one[1])) for one in found.links),
        properties=() if found.statements else _values(graph, node),
        sources=_sources(graph, read, found.statements),
        silent=expand("df:MedicinalProduct") in read.values(node, "rdf:type")
        and not any(one.key == "Indication" for one in sections),
        versions=tuple(link(graph.lookup, one) for one in _column(graph, VERSIONS, match.iri)),
    )


def _sections(graph: Graph, read: Read, found: Description) -> Iterator[Section]:
    assert {key for key, _ in ORDER} == set(SECTIONS)
    for key, title in ORDER:
        said = [one for one in found.statements if one.section == key]
        if key == "negative":
            said.sort(key=lambda one: _weight(read, one))
        if said:
            claims = tuple(claim(read, graph.lookup, one, found.iri) for one in said[:MOST])
            yield Section(key, title, claims, max(0, len(said) - MOST))


def _weight(read: Read, said: Statement) -> int:
    """What a reader asks first goes first: cures and uses before entries of a register."""
    kinds = set(read.values(read.node(said.told[0].fact), "rdf:type"))
    ranks = (at for at, kind in enumerate(ASKED_FIRST) if expand(kind) in kinds)
    weight = next(ranks, len(ASKED_FIRST))
    cure = read.value(read.node(said.told[0].fact), "rdf:predicate") == expand("df:cures")
    return -1 if cure else weight


def _denials(graph: Graph, read: Read, found: Description) -> Iterator[Claim]:
    """What is denied or was not studied, for the head of the page: each wording once."""
    seen = set[str]()
    negative = [one for one in found.statements if one.section == "negative"]
    for said in sorted(negative, key=lambda one: _weight(read, one)):
        if said.text not in seen and len(seen) < FIRST and _weight(read, said) < len(ASKED_FIRST):
            seen.add(said.text)
            yield claim(read, graph.lookup, said, found.iri)


def _column(graph: Graph, sparql: str, iri: str) -> list[str]:
    """The one column of a query about a thing, sorted."""
    rows = graph.store.select(sparql, {"this": ox.NamedNode(iri)})
    return sorted(term.value for row in rows for key, term in row.items() if key != "this" and term)


def _values(
    graph: Graph, node: dict[str, list[ox.NamedNode | ox.Literal]]
) -> tuple[tuple[str, tuple[Link | str, ...]], ...]:
    """Properties by label; values that are things as links."""
    return tuple(
        (
            graph.lookup.label(key),
            tuple(shown(graph.store, graph.lookup, one) for one in values),
        )
        for key, values in node.items()
    )


GLANCE = (
    ("Active substance", "df:hasActiveSubstance"),
    ("Kind of therapy", "df:hasTherapyType"),
    ("Used for", "df:treats"),
    ("Dose form", "df:hasForm"),
    ("Route", "df:hasRoute"),
    ("Marketing status", "df:hasMarketingStatus"),
    ("Disease class", "df:belongsTo"),
    ("Caused by a mutation in", "df:causedByMutationIn"),
)


def _glance(
    graph: Graph, read: Read, facts: Iterable[str]
) -> Iterator[tuple[str, tuple[Link, ...]]]:
    """What a reader wants to see first, from affirmed and certain facts alone."""
    own = list(facts)
    for name, predicate in GLANCE:
        if found := things(read, own, predicate):
            yield name, tuple(link(graph.lookup, iri) for iri in found[:6])


def _timeline(
    graph: Graph, read: Read, said: Iterable[Statement]
) -> tuple[tuple[str, tuple[Event, ...]], ...]:
    """Decisions about the thing by authority, the earliest first."""
    found: dict[str, dict[tuple[str, str], Event]] = {}
    for one in said:
        node = read.node(one.told[0].fact)
        if one.section == "object" or not (date := read.value(node, "df:date")):
            continue
        authority = read.value(node, "df:authority") or read.value(node, "rdf:object")
        event = read.value(node, "df:eventType")
        what = (
            graph.lookup.label(event)
            if event
            else graph.lookup.label(read.value(node, "rdf:predicate"))
        )
        tone = "affirmed" if one.polarity == "affirmed" else "denied"
        made = Event(graph.lookup.label(authority), date, what, tone, path_of(one.told[0].fact))
        found.setdefault(made.authority, {})[date, what] = made
    return tuple(
        (authority, tuple(event for _, event in sorted(events.items())))
        for authority, events in sorted(found.items())
    )


def _mechanisms(graph: Graph, read: Read, iri: str, facts: list[str]) -> list[Mechanism]:
    """The pairs of drug and disease that paths are held for, those it treats first."""
    starts = [iri, *things(read, facts, "df:hasActiveSubstance")]
    treated = set(things(read, facts, "df:treats"))
    pairs = [(iri, end) for start in starts for end in _column(graph, PATHS_FROM, start)]
    pairs += [(start, iri) for start in _column(graph, PATHS_TO, iri)]
    label = graph.lookup.label
    ordered = sorted(set(pairs), key=lambda pair: (pair[1] not in treated, *map(label, pair)))
    return [
        Mechanism(link(graph.lookup, drug), link(graph.lookup, disease), _explained(drug, disease))
        for drug, disease in ordered
    ]


def _explained(drug: str, disease: str) -> str:
    return "/explain?" + urlencode({"drug": compact(drug), "disease": compact(disease)})


def _drawn(graph: Graph, mechanisms: list[Mechanism]) -> Explanation | None:
    """The paths of the first pair, to be drawn."""
    if not mechanisms:
        return None
    first = mechanisms[0]
    found = explain(graph.store, first.drug.curie, first.disease.curie)
    return found if found.paths else None


def _disagreement(graph: Graph, read: Read, iri: str) -> Disagreement:
    node = read.node(iri)
    return Disagreement(
        read.label(iri),
        read.label(read.value(node, "df:kindOfDisagreement")),
        path_of(iri),
        tuple(link(graph.lookup, fact) for fact in read.values(node, "df:between")),
    )


def _sources(graph: Graph, read: Read, said: Iterable[Statement]) -> tuple[tuple[Link, int], ...]:
    """The sources of the statements shown, and how many facts each gives."""
    found: dict[str, set[str]] = {}
    for told in (told for one in said for told in one.told):
        node = read.node(told.fact)
        last = read.value(node, "df:lastConfirmedIn") or read.value(node, "df:firstSeenIn")
        source = read.value(read.node(last), "df:versionOf")
        found.setdefault(source, set()).add(told.fact)
    links = [(link(graph.lookup, iri), len(facts)) for iri, facts in found.items() if iri]
    return tuple(sorted(links, key=lambda pair: pair[0].label))
