"""The direct layer as a network: things as nodes, what is said of them as edges."""

from __future__ import annotations

from collections.abc import Iterator

import networkx
import pyoxigraph as ox

from kg.derive import licences
from kg.lookup import Lookup
from kg.names import DF, compact
from kg.store import Store, Term

__all__ = ["network"]

_FORMS = """SELECT ?form ?kind { ?base ?link ?form
  VALUES (?link ?kind) { (df:possiblePredicate df:possible) (df:negativePredicate df:denied)
    (df:notEvaluatedPredicate df:notEvaluated) (df:notDemonstratedPredicate df:notDemonstrated)
  } }"""


def network(
    store: Store, lookup: Lookup, around: str | None, plain: bool
) -> networkx.MultiDiGraph[str]:
    """What :meth:`kg.graph.Graph.to_networkx` returns.

    :param around: the IRI of the thing whose edges alone are wanted.
    """
    forms = {row["form"].value: row["kind"].value.removeprefix(DF) for row in store.select(_FORMS)}
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for one, two, relation, fact in _licensed(store, around):
        polarity = forms.get(relation, "affirmed")
        if plain and polarity != "affirmed":
            continue
        for iri in (one, two):
            if iri not in graph:
                match = lookup.find(iri)
                graph.add_node(iri, label=match.label, kind=compact(match.kind))
        key = compact(relation)
        facts = graph.edges[one, two, key]["facts"] if graph.has_edge(one, two, key) else ()
        told = {"label": lookup.label(relation), "polarity": polarity}
        graph.add_edge(one, two, key=key, **told, facts=tuple(sorted({*facts, fact})))
    return graph


def _licensed(store: Store, around: str | None) -> Iterator[tuple[str, str, str, str]]:
    """Subject, object, predicate and fact of each direct triple, once for each fact."""
    ends: list[dict[str, Term]] = [{}]
    if around is not None:
        ends = [{end: ox.NamedNode(around)} for end in ("subject", "object")]
    for end in ends:
        for row in store.select(licences("direct"), end):
            yield (row["subject"].value, row["object"].value,
                   row["direct"].value, row["fact"].value)  # fmt: skip
