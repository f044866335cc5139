"""Read a named graph from a server in pages, property by property.

Pages of one property are cut by LIMIT and OFFSET, in the order of the server's own index: sorting
millions of rows is refused by some servers. Should the order change in between, rows come twice
and others not at all; the count of rows is checked here, and a digest of them tells the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import pyoxigraph as ox

from kg.errors import RemoteError
from kg.remote.results import CutOff, tidied

__all__ = ["PAGE", "count", "pairs", "triples"]

PAGE = 100_000
"""Rows of a page."""


class Paged(Protocol):
    """What can be asked for rows, and how many at a time: it learns that from a server."""

    page: int

    def select(self, sparql: str) -> Iterator[dict[str, Any]]:
        """The rows, as :meth:`kg.store.Store.select` gives them."""


def count(source: Paged, graph: str) -> int:
    """How many triples a named graph has."""
    found = f"SELECT (COUNT(*) AS ?n) {{ GRAPH {ox.NamedNode(graph)} {{ ?s ?p ?o }} }}"
    return sum(int(row["n"].value) for row in source.select(found))


def triples(source: Paged, graph: str) -> Iterator[ox.Triple]:
    """All triples of a named graph.

    :raises RemoteError: if fewer come than there are.
    """
    node = ox.NamedNode(graph)
    by = f"SELECT ?p (COUNT(*) AS ?n) {{ GRAPH {node} {{ ?s ?p ?o }} }} GROUP BY ?p"
    for row in list(source.select(by)):
        for one, other in _pages(source, node, row["p"], int(row["n"].value)):
            yield ox.Triple(one, row["p"], other)


def pairs(source: Paged, graph: str, predicate: ox.NamedNode) -> Iterator[tuple[Any, Any]]:
    """Subject and object of each triple of a property in a named graph. Errors as above."""
    node = ox.NamedNode(graph)
    found = f"SELECT (COUNT(*) AS ?n) {{ GRAPH {node} {{ ?s {predicate} ?o }} }}"
    return _pages(source, node, predicate, sum(int(row["n"].value) for row in source.select(found)))


def _pages(
    source: Paged, graph: ox.NamedNode, predicate: ox.NamedNode, size: int
) -> Iterator[tuple[Any, Any]]:
    seen = 0
    while seen < size:
        page = source.page
        part = f" LIMIT {page} OFFSET {seen}" if size > page else ""
        asked = f"SELECT ?s ?o {{ GRAPH {graph} {{ ?s {predicate} ?o }} }}{part}"
        try:
            rows = list(source.select(asked))
        except CutOff:
            if source.page >= page:
                raise
            continue
        if not rows:
            raise RemoteError(f"the server gives {seen} of {size} rows of {predicate} in {graph}")
        yield from ((row["s"], tidied(row["o"])) for row in rows)
        seen += len(rows)
