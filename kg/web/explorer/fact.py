"""What the page of one fact shows: who says it, where exactly, since when, what follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pyoxigraph as ox

from kg.derive import licences, rules
from kg.names import DF, compact, expand
from kg.statements import DETAILS, SAID, SAYING, Node, Read
from kg.web.explorer.claims import Part, marked, parts
from kg.web.explorer.links import Link, link, shown
from kg.web.explorer.population import population

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["FactPage", "Place", "Version", "fact_page"]

BETWEEN = "SELECT DISTINCT ?node WHERE { ?node df:between ?this ; a df:Disagreement }"
STEPS = """
SELECT DISTINCT ?start ?end WHERE {
  ?step df:supportedBy ?this . ?path df:hasStep ?step ; df:pathFrom ?start ; df:pathTo ?end
}"""
RULE = "direct"


@dataclass(frozen=True)
class Version:
    """A revision of a source, and the source: who publishes it, on which terms."""

    version: Link
    date: str
    source: Link
    publisher: str
    rights: str
    tier: str
    address: str
    caveat: str
    reviewed_by: str
    checksum: str


@dataclass(frozen=True)
class Place:
    """A passage or a record: where it stands in which revision; ``role`` says how it is read."""

    evidence: Link
    role: str
    section: str
    characters: str
    record: str
    fields: tuple[str, ...]
    digest: str
    version: Version


@dataclass(frozen=True)
class FactPage:
    """All that a page of a fact shows."""

    iri: str
    curie: str
    label: str
    kind: str
    subject: Link
    predicate: Link
    object: Link
    parts: tuple[Part, ...]
    tone: str
    mark: str
    polarity: Link
    status: str
    said: tuple[tuple[str, Link], ...]
    first: Version | None
    last: Version | None
    places: tuple[Place, ...]
    population: Link | None
    limits: tuple[tuple[str, str], ...]
    qualifiers: tuple[tuple[str, tuple[Link | str, ...]], ...]
    derived: tuple[tuple[Link, Link, Link], ...]
    rule: str
    not_derived: str
    disagreements: tuple[Link, ...]
    paths: tuple[tuple[Link, Link, str], ...]


def fact_page(graph: Graph, iri: str) -> FactPage:
    """The page of a fact, current or past."""
    read = Read(graph.store, graph.lookup)
    node = read.node(iri)

    def ends(curie: str) -> Link:
        return link(graph.lookup, read.value(node, curie))

    subject, object_ = ends("rdf:subject"), ends("rdf:object")
    certainty = read.value(node, "df:certainty").removeprefix(DF)
    tone, mark = marked(read.value(node, "df:polarity").removeprefix(DF), certainty)
    population_iri = read.value(node, "df:population")
    derived = tuple(_derived(graph, iri))
    label = read.label(iri)
    return FactPage(
        iri=iri,
        curie=compact(iri),
        label=label,
        kind=_kind(read, node),
        subject=subject,
        predicate=ends("rdf:predicate"),
        object=object_,
        parts=parts(label, [(one.label, expand(one.curie)) for one in (subject, object_)]),
        tone=tone,
        mark=mark,
        polarity=ends("df:polarity"),
        status=read.label(read.value(node, "df:status")),
        said=tuple(_said(graph, read, node)),
        first=_version(graph, read, read.value(node, "df:firstSeenIn")),
        last=_version(graph, read, read.value(node, "df:lastConfirmedIn")),
        places=tuple(_places(graph, read, node)),
        population=link(graph.lookup, population_iri) if population_iri else None,
        limits=population(read, read.node(population_iri)) if population_iri else (),
        qualifiers=_qualifiers(graph, node),
        derived=derived,
        rule=rules()[RULE],
        not_derived="" if derived else _why_not(read, node),
        disagreements=tuple(_column(graph, BETWEEN, iri)),
        paths=tuple(_paths(graph, iri)),
    )


def _kind(read: Read, node: Node) -> str:
    kinds = [one for one in read.values(node, "rdf:type") if one.startswith(DF)]
    return read.label(kinds[0]) if kinds else ""


def _said(graph: Graph, read: Read, node: Node) -> Iterator[tuple[str, Link]]:
    """How surely it is said, and how it came here and was checked."""
    for curie in (
        "df:certainty",
        "df:reviewStatus",
        "biolink:knowledge_level",
        "biolink:agent_type",
    ):
        for value in read.values(node, curie):
            yield read.label(expand(curie)), link(graph.lookup, value)


def _qualifiers(graph: Graph, node: Node) -> tuple[tuple[str, tuple[Link | str, ...]], ...]:
    """What else holds of it: date, authority, frequency …"""
    dates = {expand(f"df:{name}") for name in ("date", "dateEarliest", "dateLatest")}
    left = (SAID - dates) | (SAYING - DETAILS)
    return tuple(
        (
            graph.lookup.label(key),
            tuple(shown(graph.store, graph.lookup, one) for one in values),
        )
        for key, values in node.items()
        if key not in left
    )


def _version(graph: Graph, read: Read, iri: str) -> Version | None:
    if not iri:
        return None
    node = read.node(iri)
    source = read.value(node, "df:versionOf")
    about = read.node(source)
    return Version(
        version=link(graph.lookup, iri),
        date=read.value(node, "df:versionDate"),
        source=link(graph.lookup, source),
        publisher=read.value(about, "dcterms:publisher"),
        rights=read.value(about, "dcterms:rights"),
        tier=read.label(read.value(about, "df:tier")),
        address=read.value(about, "schema:url"),
        caveat=read.value(node, "df:caveat"),
        reviewed_by=read.value(node, "df:reviewedBy"),
        checksum=read.value(node, "df:sha256"),
    )


def _places(graph: Graph, read: Read, node: Node) -> Iterator[Place]:
    """Each place that it rests on, and those that give it its meaning."""
    for iri in read.values(node, "df:evidence"):
        yield from _place(graph, read, iri, "evidence")
        for other in read.values(read.node(iri), "df:readWith"):
            yield from _place(graph, read, other, "read together with the above")


def _place(graph: Graph, read: Read, iri: str, role: str) -> Iterator[Place]:
    node = read.node(iri)
    version = _version(graph, read, read.value(node, "df:inVersion"))
    start, end = read.value(node, "df:start"), read.value(node, "df:end")
    if version is not None:
        yield Place(
            evidence=link(graph.lookup, iri),
            role=role,
            section=read.value(node, "df:section"),
            characters=f"{start}–{end}" if start else "",
            record=read.value(node, "df:record"),
            fields=tuple(read.values(node, "df:field")),
            digest=read.value(node, "df:sentenceDigest") or read.value(node, "df:recordDigest"),
            version=version,
        )


def _derived(graph: Graph, iri: str) -> Iterator[tuple[Link, Link, Link]]:
    for row in graph.store.select(licences(RULE), {"fact": ox.NamedNode(iri)}):
        one, relation, other = (
            link(graph.lookup, row[name].value) for name in ("subject", "direct", "object")
        )
        yield one, relation, other


def _why_not(read: Read, node: Node) -> str:
    """Why the rule draws nothing from a fact."""
    if read.value(node, "df:status") != DF + "current":
        return "Only a current fact has a direct triple."
    if read.value(node, "df:reviewStatus") == DF + "unreviewed":
        return "Only what a person checked, or a structured source gave, has a direct triple."
    return "The predicate has no form for what is said so; nothing positive is made of it."


def _column(graph: Graph, sparql: str, iri: str) -> Iterator[Link]:
    rows = graph.store.select(sparql, {"this": ox.NamedNode(iri)})
    for found in sorted({row["node"].value for row in rows}):
        yield link(graph.lookup, found)


def _paths(graph: Graph, iri: str) -> Iterator[tuple[Link, Link, str]]:
    """The ends of the mechanism paths that it is a step of."""
    rows = graph.store.select(STEPS, {"this": ox.NamedNode(iri)})
    for start, end in sorted({(row["start"].value, row["end"].value) for row in rows}):
        one, other = link(graph.lookup, start), link(graph.lookup, end)
        ends = {"drug": one.curie, "disease": other.curie}
        yield one, other, "/explain?" + urlencode(ends)
