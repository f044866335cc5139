"""The facts around two things, as a small graph: what is worth following, and no more.

Nothing is loaded but what lies between the two. A thing that very many facts name (an authority,
a route, a common sign of illness) connects everything with everything and says nothing: it is
passed over, and named. Facts are read from the store one by one, in the order of their IRIs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

import networkx as nx

from kg.names import DF, expand
from kg.statements import Read
from kg.store import Store

__all__ = ["HUB", "READ", "WIDEST", "Around", "around", "between"]

HUB = 200
"""A thing that more facts name than this is not followed."""
READ = 2000
"""How many facts of an end are read at most, where it is a hub itself."""
WIDEST = 400
"""How many things are followed at most, those that fewest facts name first."""
NEGATIVE = frozenset(expand(f"df:{one}") for one in ("denied", "notEvaluated", "notDemonstrated"))
SUBJECT, OBJECT = expand("rdf:subject"), expand("rdf:object")

Pair = tuple[str, str]


@dataclass
class Around:
    """What was read: facts by the two things that each is about, in the order of their names.

    ``size`` is how many facts name a thing, counted no further than one more than :data:`HUB`.
    """

    yes: dict[Pair, list[str]] = field(default_factory=dict)
    no: dict[Pair, list[str]] = field(default_factory=dict)
    size: dict[str, int] = field(default_factory=dict)
    hubs: set[str] = field(default_factory=set)
    cut: list[str] = field(default_factory=list)


def around(store: Store, read: Read, start: str, end: str, longest: int) -> Around:
    """The facts on all ways of at most so many facts from one thing to the other."""
    return _Reach(store, read, start, end).of(longest)


class _Reach:
    """Follows facts from both ends until they must have met."""

    def __init__(self, store: Store, read: Read, start: str, end: str) -> None:
        self.store, self.read, self.ends = store, read, (start, end)
        self.found = Around()
        self._followed = set[str]()

    def of(self, longest: int) -> Around:
        """All facts on ways of at most so many: half of the way from either end."""
        edges: list[set[str]] = [{self.ends[0]}, {self.ends[1]}]
        for one in self.ends:
            self._follow(one)
        for step in range(1, longest - 1):
            near = [self._beyond(edge) for edge in edges]
            side = step % 2 if longest > 3 else min((0, 1), key=lambda n: len(near[n]))
            for one in sorted(near[side], key=lambda iri: (self._size(iri), iri)):
                if len(self._followed) >= WIDEST:
                    self.found.cut.append(f"only {WIDEST} things were followed")
                    return self.found
                self._follow(one)
            edges[side] = edges[side] | near[side]
        return self.found

    def _beyond(self, edge: set[str]) -> set[str]:
        """The things next to some, which are not hubs and were not followed yet."""
        near = {two for pair in self.found.yes for two in pair if edge & set(pair)}
        near -= self._followed
        hubs = {one for one in near if self._size(one) > HUB}
        self.found.hubs |= hubs
        return near - hubs

    def _size(self, iri: str) -> int:
        """How many facts name a thing, counted to one beyond a hub."""
        if iri not in self.found.size:
            named = (fact for way in (SUBJECT, OBJECT) for fact in self.store.into(way, iri))
            self.found.size[iri] = sum(1 for _ in islice(named, HUB + 1))
        return self.found.size[iri]

    def _follow(self, iri: str) -> None:
        """Read the facts that name a thing."""
        if iri in self._followed:
            return
        self._followed.add(iri)
        facts = sorted({fact for way in (SUBJECT, OBJECT) for fact in self.store.into(way, iri)})
        self.found.size[iri] = min(len(facts), HUB + 1)
        if len(facts) > READ:
            label = self.read.label(iri)
            self.found.cut.append(
                f"of the {len(facts):,} facts that name {label}, {READ:,} are read"
            )
        for fact in facts[:READ]:
            self._take(fact)

    def _take(self, fact: str) -> None:
        node, value = self.read.node(fact), self.read.value
        polarity, status = value(node, "df:polarity"), value(node, "df:status")
        one, two = value(node, "rdf:subject"), value(node, "rdf:object")
        if status != DF + "current" or not polarity or not two or one == two:
            return
        if value(node, "df:reviewStatus") == DF + "unreviewed":
            return
        known = self.found.no if polarity in NEGATIVE else self.found.yes
        facts = known.setdefault((min(one, two), max(one, two)), [])
        if fact not in facts:
            facts.append(fact)


def between(found: Around, start: str, end: str, longest: int) -> nx.Graph[str]:
    """The graph of what lies on a way of at most so many facts; nodes and edges in order."""
    whole: nx.Graph[str] = nx.Graph()
    passed = {one for one, size in found.size.items() if size > HUB} - {start, end}
    whole.add_nodes_from((start, end))
    for one, two in sorted(found.yes):
        if not passed & {one, two}:
            whole.add_edge(one, two)
    far = [
        nx.single_source_shortest_path_length(whole, one, cutoff=longest) for one in (start, end)
    ]
    kept = sorted(
        one for one in far[0].keys() & far[1].keys() if far[0][one] + far[1][one] <= longest
    )
    small: nx.Graph[str] = nx.Graph()
    small.add_nodes_from(kept)
    inside = set(kept)
    small.add_edges_from(sorted(pair for pair in found.yes if set(pair) <= inside))
    return small
