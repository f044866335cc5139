"""The facts of a graph, one after the other, for an export to write.

The graph is read as a stream: memory holds the names of things, never the facts. A format sees
plain facts only, and of the others those that it declares it can say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pyoxigraph as ox

from kg.derive import Forms
from kg.exporting import reading
from kg.exporting.loss import Loss, unplain
from kg.model import Entity, Fact, Passage, Population, Record
from kg.names import RDFS, graph
from kg.rdf import nodes
from kg.store import Store

__all__ = ["Facts", "Thing", "Told"]

_LABEL = RDFS + "label"


class Thing(NamedTuple):
    """What facts are about: its name, and its class as an IRI."""

    label: str
    kind: str


@dataclass(frozen=True)
class Told:
    """A fact, and how it is told.

    ``predicate`` is that of the direct layer: the fact's own if it is plain, otherwise the form
    that says what it is ("is not a cure for"). ``unplain`` is None for a plain fact.
    """

    fact: Fact
    predicate: str
    unplain: str | None
    population: Population | None


class Facts:
    """What an export reads.

    :param store: the graph.
    :param without: nodes that its N-Quads lack, although its engine knows them.
    """

    def __init__(self, store: Store, without: Collection[str] = ()) -> None:
        self.store, self._without = store, without

    def quads(self) -> Iterator[ox.Quad]:
        """All quads in the fixed order of the graph, those of a node together, as a stream."""
        if self.store.path is None:
            return ox.parse(self.store.nquads(), ox.RdfFormat.N_QUADS)
        return ox.parse(path=str(self.store.path / "graph.nq"), format=ox.RdfFormat.N_QUADS)

    @property
    def size(self) -> int:
        """How large the graph is, in bytes of N-Quads; 0 for one in memory."""
        return (self.store.path / "graph.nq").stat().st_size if self.store.path else 0

    @cached_property
    def things(self) -> dict[str, Thing]:
        """Everything that a fact may name, by its IRI."""
        kinds = " ".join(sorted(Entity.classes))
        rows = self.store.select(
            f"SELECT ?x ?kind ?label {{ VALUES ?kind {{ {kinds} }} "
            "?x a ?kind ; rdfs:label ?label }"
        )
        return {row["x"].value: Thing(row["label"].value, row["kind"].value) for row in rows}

    def label(self, iri: str) -> str:
        """The name of a thing, predicate, source or revision."""
        if known := self.things.get(iri):
            return known.label
        if iri not in self._labels:
            said = self.store.about(iri)
            found = [reading.text(q.object) for q in said if q.predicate.value == _LABEL]
            self._labels[iri] = min(found, default=iri)
        return self._labels[iri]

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {}

    @cached_property
    def populations(self) -> dict[str, Population]:
        """Whom facts are about, by IRI."""
        rows = list(self.store.select("SELECT ?x { ?x a df:Population }"))
        found = nodes(quad for row in rows for quad in self.store.about(row["x"].value))
        people = [one for one in found if isinstance(one, Population)]
        return {one.iri: one for one in people if one.iri not in self._without}

    @cached_property
    def sources(self) -> dict[str, str]:
        """The source of each revision, as IRIs."""
        rows = self.store.select("SELECT ?v ?s { ?v df:versionOf ?s }")
        return {row["v"].value: row["s"].value for row in rows}

    @cached_property
    def source_of_graph(self) -> dict[str, str]:
        """The source of each named graph that was imported whole, as IRIs."""
        lines = self.store.manifest.get("sources", [])
        return {graph(line["name"]): self.sources[line["version"]] for line in lines}

    @cached_property
    def licences(self) -> dict[str, str]:
        """The licence of each source that has one, as IRIs."""
        rows = self.store.select("SELECT ?s ?l { ?s a df:Source ; dcterms:license ?l }")
        return {row["s"].value: row["l"].value for row in rows}

    @cached_property
    def forms(self) -> Forms:
        """The predicates that say what a fact is, by the links of the graph's ontology."""
        links = self.store.select(
            "SELECT ?s ?p ?o { VALUES ?p { df:negativePredicate df:notEvaluatedPredicate "
            "df:notDemonstratedPredicate df:possiblePredicate } ?s ?p ?o }"
        )
        return Forms([ox.Quad(row["s"], row["p"], row["o"]) for row in links])

    def each(self, loss: Loss, says: frozenset[str] = frozenset()) -> Iterator[Told]:
        """The facts that a format can say; all others are counted as left out.

        :param says: the keys of :data:`kg.exporting.loss.UNPLAIN` that the format can say by a
            predicate of their own. What nobody accepted, or is not in force, is never told.
        """
        for node in reading.stream(self.quads(), Fact):
            assert isinstance(node, Fact)
            kind = unplain(node)
            predicate = self.forms.direct(node)
            if kind is not None and kind not in says:
                loss.leave(kind)
            elif predicate is None or (kind is not None and predicate == node.predicate):
                loss.leave(f"{kind}, without a predicate that says so")
            else:
                people = self.populations[node.population] if node.population else None
                yield Told(node, predicate, kind, people)

    def cited(self) -> Iterator[Passage | Record]:
        """The places in sources that facts rest on."""
        for node in reading.stream(self.quads(), Passage, Record):
            assert isinstance(node, Passage | Record)
            yield node
