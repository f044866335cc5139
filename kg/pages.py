"""The questions that captured pages ask, answered from the graph."""

from __future__ import annotations

from itertools import groupby

from kg.answer import Answer
from kg.graph import Graph, named

__all__ = ["answered"]

_ASKED = """
SELECT ?question ?label ?name ?argument WHERE {
  ?question a df:Question ; rdfs:label ?label ; df:libraryQuestion ?name ;
    df:position ?position ; df:inVersion ?version .
  OPTIONAL { ?question df:argument ?argument }
} ORDER BY ?version ?position ?argument"""


def answered(graph: Graph) -> list[tuple[str, Answer]]:
    """Every captured question as the page asks it, with the answer the graph gives."""
    found = []
    rows = graph.select(_ASKED)
    for (label, name), group in groupby(rows, lambda row: (row["label"], row["name"])):
        given = [row["argument"].partition("=") for row in group if row["argument"]]
        result = graph.ask(named(name), **{slot: value for slot, _, value in given})
        found.append((label, result.answer()))
    return found
