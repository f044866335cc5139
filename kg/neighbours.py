"""The facts around two things, as a small graph: what is worth following, and no more.

Nothing is loaded but what lies between the two. A thing that very many facts name (an authority,
a route, a common sign of illness) connects everything with everything and says nothing: it is
passed over, and named; an authority or a jurisdiction is passed over however few name it. Facts
are read from the store one by one, in the order of their IRIs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

import networkx as nx
import pyoxigraph as ox

from kg.names import expand
from kg.statements import Read
from kg.store import Store

__all__ = ["HUB", "READ", "WIDEST", "Around", "around"]

HUB = 200
"""A thing that more facts name than this is not followed."""
READ = 1000
"""An end that more facts name than this is looked for from the other end alone."""
WIDEST = 150
"""How many things are followed at most, those that fewest facts name first."""
NEGATIVE = frozenset(expand(f"df:{one}") for one in ("denied", "notEvaluated", "notDemonstrated"))
POSSIBLE = ox.NamedNode(expand("df:possible"))
BARE = "SELECT ?it { VALUES ?kind { df:Authority df:Jurisdiction } ?it a ?kind }"
AROUND = """
SELECT DISTINCT ?fact ?subject ?object ?polarity ?certainty WHERE {
  ?fact rdf:%s ?this ; rdf:subject ?subject ; rdf:object ?object ; df:polarity ?polarity ;
    df:status df:current ; df:reviewStatus ?review
  FILTER (?review != df:unreviewed && ?subject != ?object)
  OPTIONAL { ?fact df:certainty ?certainty }
} ORDER BY ?fact"""
"""Whole nodes of facts are read only where they are shown: most facts here never are."""
SUBJECT, OBJECT = expand("rdf:subject"), expand("rdf:object")

Pair = tuple[str, str]


@dataclass
class Around:
    """What was read: facts by the two things that each is about, in the order of their names.

    ``graph`` has what lies between the two ends. ``size`` is how many facts name a thing, counted
    no further than one more than :data:`HUB`; ``possible`` are the facts that are only that.
    """

    yes: dict[Pair, list[str]] = field(default_factory=dict)
    no: dict[Pair, list[str]] = field(default_factory=dict)
    size: dict[str, int] = field(default_factory=dict)
    possible: set[str] = field(default_factory=set)
    hubs: set[str] = field(default_factory=set)
    cut: list[str] = field(default_factory=list)
    graph: nx.Graph[str] = field(default_factory=nx.Graph)


def around(store: Store, read: Read, start: str, end: str, longest: int) -> Around:
    """The facts on all ways of at most so many facts from one thing to the other."""
    reach = _Reach(store, read, start, end)
    reach.follow(longest)
    reach.found.graph = reach.between(longest)
    reach.found.hubs -= {start, end}
    return reach.found


class _Reach:
    """Follows facts from both ends until they must have met."""

    def __init__(self, store: Store, read: Read, start: str, end: str) -> None:
        self.store, self.read, self.ends = store, read, (start, end)
        self.found = Around()
        self._followed = set[str]()
        self._bare = {row["it"].value for row in store.select(BARE)}

    def follow(self, longest: int) -> None:
        """Read all facts on ways of at most so many: part of the way from either end."""
        for one in self.ends:
            self._follow(one)
        edges = [{one} if self._size(one) <= HUB else set[str]() for one in self.ends]
        for _ in range(1, longest - 1):
            near = [self._beyond(edge) for edge in edges]
            side = min((n for n in (0, 1) if near[n]), key=lambda n: len(near[n]), default=0)
            for one in sorted(near[side], key=lambda iri: (self._size(iri), iri)):
                if len(self._followed) >= WIDEST:
                    self.found.cut.append(f"only {WIDEST} things were followed")
                    return
                self._follow(one)
            edges[side] = near[side]

    def _beyond(self, edge: set[str]) -> set[str]:
        """The things next to some, which are not hubs and were not followed yet."""
        near = {two for pair in self.found.yes for two in pair if edge & set(pair)}
        near -= self._followed | set(self.ends)
        hubs = {one for one in near if self._passed(one)}
        self.found.hubs |= hubs
        return near - hubs

    def _passed(self, iri: str) -> bool:
        """Whether a thing is passed over."""
        return iri in self._bare or self._size(iri) > HUB

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
        named = (fact for way in (SUBJECT, OBJECT) for fact in self.store.into(way, iri))
        whole = sum(1 for _ in islice(named, READ + 1))
        self.found.size[iri] = min(whole, HUB + 1)
        if whole > READ:
            label = self.read.label(iri)
            cut = (
                f"more than {READ:,} facts name {label}: it was only looked for from the other end"
            )
            self.found.cut.append(cut)
            return
        self._followed.add(iri)
        for end in ("subject", "object"):
            for row in self.store.select(AROUND % end, {"this": ox.NamedNode(iri)}):
                fact, one, two = (row[name].value for name in ("fact", "subject", "object"))
                known = self.found.no if row["polarity"].value in NEGATIVE else self.found.yes
                facts = known.setdefault((min(one, two), max(one, two)), [])
                if fact not in facts:
                    facts.append(fact)
                if row["certainty"] == POSSIBLE:
                    self.found.possible.add(fact)

    def between(self, longest: int) -> nx.Graph[str]:
        """What lies on a way of at most so many facts; nodes and edges in order."""
        pairs = sorted(self.found.yes)
        small = self._near(pairs, longest)
        hubs = {one for one in sorted(small) if one not in self.ends and self._passed(one)}
        self.found.hubs |= hubs
        return self._near([pair for pair in pairs if not self.found.hubs & set(pair)], longest)

    def _near(self, pairs: list[Pair], longest: int) -> nx.Graph[str]:
        """The graph of some pairs, without what is too far from both ends together."""
        whole: nx.Graph[str] = nx.Graph()
        whole.add_nodes_from(self.ends)
        whole.add_edges_from(pairs)
        far = [
            nx.single_source_shortest_path_length(whole, one, cutoff=longest) for one in self.ends
        ]
        near = far[0].keys() & far[1].keys()
        inside = {one for one in near if far[0][one] + far[1][one] <= longest}
        small: nx.Graph[str] = nx.Graph()
        small.add_nodes_from(sorted(inside | set(self.ends)))
        small.add_edges_from(pair for pair in pairs if set(pair) <= inside)
        return small
