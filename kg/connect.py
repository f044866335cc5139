"""The facts that connect two things: paths through the graph of facts, ranked and in words.

A path is a row of facts, each about a thing of the one before it. Only what is affirmed is a
step; what is only possible is one too, and says so. What is denied or was not studied is never
a step: between the two ends, and beside a step, it is shown as what it is.

Rank: the path that costs least comes first. Each step costs 1, and 1 more if it is only
possible; each thing on the way costs the binary logarithm of one more than the number of facts
that name it, so that a way over what everything is connected with comes last. Of paths that
cost the same, the shorter one goes first, and then the order of the IRIs. A path that passes a
thing from which a single fact would lead to a later one, past the next, is a detour and left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

import networkx as nx

from kg.answer import Evidence, evidence_of
from kg.errors import InputError
from kg.lookup import Lookup, Match
from kg.names import DF, compact, expand
from kg.neighbours import HUB, Around, around
from kg.statements import Read, relation, sentence
from kg.store import Store

__all__ = ["LONGEST", "MOST", "Connections", "Link", "Route", "Said", "connect", "text"]

MOST, LONGEST = 5, 4
"""How many paths are shown, and how many facts a path has at most, if nothing else is asked."""
FARTHEST, LARGEST = 6, 50
"""The most that can be asked of either."""
TRIED = 300
"""How many ways are looked at; detours and those too long are among them."""
SAYING = 3
"""How many statements a step shows."""
NAMED = 5
"""How many of the things that were not followed are named."""
MARKS = {
    "affirmed": "",
    "possible": " (possible)",
    "denied": " (denied)",
    "notEvaluated": " (not studied)",
    "notDemonstrated": " (studied, not shown)",
}


@dataclass(frozen=True)
class Said:
    """What facts say alike: ``polarity`` is a key of :data:`MARKS`; ``relation`` their verb."""

    facts: tuple[str, ...]
    subject: str
    object: str
    relation: str
    words: str
    polarity: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Link:
    """A step from one thing to the next: what is said of the two, affirmed first.

    ``more`` counts further facts about the two; ``against`` are those denied or not studied.
    """

    start: str
    start_label: str
    end: str
    end_label: str
    said: tuple[Said, ...]
    more: int
    against: tuple[Said, ...]


@dataclass(frozen=True)
class Route:
    """A path; ``cost`` is what it is ranked by, ``hedged`` whether a step is only possible."""

    links: tuple[Link, ...]
    cost: float
    hedged: bool


@dataclass(frozen=True)
class Connections:
    """What connects two things; ``against`` is what is denied or not studied between them."""

    start: Match
    end: Match
    routes: tuple[Route, ...]
    against: tuple[Said, ...]
    notes: tuple[str, ...]


def connect(
    store: Store,
    lookup: Lookup,
    start: Match,
    end: Match,
    *,
    most: int = MOST,
    longest: int = LONGEST,
) -> Connections:
    """The paths of facts between two things.

    :param most: how many paths at most, up to :data:`LARGEST`.
    :param longest: how many facts a path has at most, up to :data:`FARTHEST`.
    :raises InputError: if the two are one, or a number is out of its range.
    """
    for name, number, limit in (("most", most, LARGEST), ("longest", longest, FARTHEST)):
        if not 1 <= number <= limit:
            raise InputError(f"{number} is no number from 1 to {limit}", field=name)
    if start.iri == end.iri:
        raise InputError(f"both names stand for {start.label}", mend="name two things")
    read = Read(store, lookup)
    found = around(store, read, start.iri, end.iri, longest)
    made = _Connect(store, lookup, read, found)
    ways = made.ways(start.iri, end.iri, most + 1, longest)
    notes = list[str]()
    if len(ways) > most:
        notes.append(f"There are more paths than the {most} shown.")
    return Connections(
        start=start,
        end=end,
        routes=tuple(map(made.route, ways[:most])),
        against=tuple(made.said(found.no.get(_pair(start.iri, end.iri), ()))),
        notes=(*notes, *made.notes(longest)),
    )


def _pair(one: str, two: str) -> tuple[str, str]:
    return min(one, two), max(one, two)


class _Connect:
    """Ranks and words what was read."""

    def __init__(self, store: Store, lookup: Lookup, read: Read, found: Around) -> None:
        self.store, self.lookup, self.read, self.found = store, lookup, read, found

    def ways(self, start: str, end: str, most: int, longest: int) -> list[list[str]]:
        """The cheapest ways, as the things that they pass."""
        graph = self.found.graph
        if not nx.has_path(graph, start, end):
            return []

        def cost(one: str, two: str, _: object) -> float:
            ends = sum(self._weight(iri) for iri in (one, two) if iri not in (start, end))
            return 1 + self._hedged(one, two) + ends / 2

        kept = list[list[str]]()
        for tried, way in enumerate(nx.shortest_simple_paths(graph, start, end, weight=cost)):
            if tried == TRIED:
                self.found.cut.append(f"only the first {TRIED} ways were looked at")
                break
            if len(way) <= longest + 1 and not self._detour(way):
                kept.append(way)
            if len(kept) == most:
                break
        return sorted(kept, key=lambda way: (self._cost(way), len(way), way))

    def _detour(self, way: list[str]) -> bool:
        """Whether a fact leads past a thing of the way; one from end to end is a way of its own."""
        graph = self.found.graph
        return any(
            graph.has_edge(one, way[later])
            for at, one in enumerate(way)
            for later in range(at + 2, len(way))
            if (at, later) != (0, len(way) - 1)
        )

    def _weight(self, iri: str) -> float:
        return math.log2(1 + self.found.size.get(iri, 1))

    def _cost(self, way: list[str]) -> float:
        steps = sum(1 + self._hedged(*pair) for pair in pairwise(way))
        return round(steps + sum(map(self._weight, way[1:-1])), 6)

    def _hedged(self, one: str, two: str) -> bool:
        """Whether all that connects two things is only possible."""
        return self.found.possible.issuperset(self.found.yes[_pair(one, two)])

    def _polarity(self, fact: str) -> str:
        node = self.read.node(fact)
        polarity = self.read.value(node, "df:polarity").removeprefix(DF)
        hedged = self.read.value(node, "df:certainty") == DF + "possible"
        return "possible" if polarity == "affirmed" and hedged else polarity

    def route(self, way: list[str]) -> Route:
        """A way in words."""
        links = tuple(self._link(one, two) for one, two in pairwise(way))
        hedged = any(self._hedged(*pair) for pair in pairwise(way))
        return Route(links, self._cost(way), hedged)

    def _link(self, one: str, two: str) -> Link:
        pair = _pair(one, two)
        said = tuple(self.said(self.found.yes[pair]))
        return Link(
            start=one,
            start_label=self.read.label(one),
            end=two,
            end_label=self.read.label(two),
            said=said[:SAYING],
            more=len(said[SAYING:]),
            against=tuple(self.said(self.found.no.get(pair, ()))),
        )

    def said(self, facts: Iterable[str]) -> Iterator[Said]:
        """What facts say, each once with where it stands: what is sure, and curated, first."""
        ranked = sorted(map(self._ranked, facts))
        for (*_, words), alike in groupby(ranked, key=lambda one: one[:3]):
            several = tuple(fact for *_, fact in alike)
            node = self.read.node(several[0])
            plain = self.read.value(node, "df:polarity").removeprefix(DF)
            items = [one for fact in several for one in evidence_of(self.store, self.lookup, fact)]
            yield Said(
                facts=several,
                subject=self.read.value(node, "rdf:subject"),
                object=self.read.value(node, "rdf:object"),
                relation=relation(self.read, node, plain),
                words=words,
                polarity=self._polarity(several[0]),
                evidence=tuple(items),
            )

    def _ranked(self, fact: str) -> tuple[bool, bool, str, str]:
        """Whether it is only possible, whether no person read it, its words, and the fact."""
        node = self.read.node(fact)
        plain = self.read.value(node, "df:polarity").removeprefix(DF)
        curated = self.read.value(node, "df:reviewStatus") != expand("df:imported")
        words = sentence(self.read, node, plain)
        return self._polarity(fact) == "possible", not curated, words, fact

    def notes(self, longest: int) -> Iterator[str]:
        """How far was looked, and what was not followed."""
        facts = "fact" if longest == 1 else f"{longest} facts"
        yield f"Looked at paths of at most {'one ' if longest == 1 else ''}{facts}."
        hubs = sorted(map(self.read.label, self.found.hubs))
        if hubs:
            rest = f" and {len(hubs) - NAMED} more" if len(hubs) > NAMED else ""
            yield (
                f"Not followed, being authorities or named by more than {HUB} facts: "
                f"{'; '.join(hubs[:NAMED])}{rest}."
            )
        yield from (f"Cut: {one}." for one in dict.fromkeys(self.found.cut))


def text(found: Connections) -> str:
    """What connects the two, for a reader."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Connections) -> Iterator[str]:
    count, start, end = len(found.routes), found.start.label, found.end.label
    if count:
        plural = "s" if count > 1 else ""
        yield f"Facts that connect {start} and {end}: {count} path{plural}"
    else:
        yield f"No facts were found that connect {start} and {end}."
    for number, route in enumerate(found.routes, 1):
        size, hedged = len(route.links), ", only possible" if route.hedged else ""
        yield ""
        yield f"Path {number} of {count}: {size} step{'s' if size > 1 else ''}{hedged}"
        for position, link in enumerate(route.links, 1):
            for at, one in enumerate(link.said):
                yield from _statement(one, f"  {position}. " if at == 0 else "     ")
            if link.more:
                yield f"     and {link.more} more facts about the two"
            for one in link.against:
                yield from _statement(one, "     but: ")
    if found.against:
        yield ""
        yield f"Denied, or not studied, between {start} and {end}:"
        for one in found.against:
            yield from _statement(one, "  ")
    yield ""
    yield from found.notes
    yield "Not medical advice."


def _statement(one: Said, before: str) -> Iterator[str]:
    facts = ", ".join(map(compact, one.facts[:SAYING]))
    yield f"{before}{one.words}{MARKS[one.polarity]} ({facts})"
    yield from (f"       {item.text}" for item in one.evidence[:SAYING])
    if len(one.evidence) > SAYING:
        yield f"       and {len(one.evidence) - SAYING} more places"
