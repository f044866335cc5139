"""The services of a SPARQL server: where it is asked, and where it takes triples.

A server takes them by the SPARQL 1.1 Graph Store HTTP Protocol or by SPARQL 1.1 Update, at
addresses that follow from that of its query service in a way of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

import pyoxigraph as ox

from kg.remote import digest
from kg.remote.digest import TYPE, Sum
from kg.remote.wire import Wire

__all__ = ["UNKNOWN", "GraphStore", "Taker", "Updates", "takers"]

_STORES = (
    (r"/query", "/store"),  # Oxigraph
    (r"/query", "/data"),  # Fuseki
    (r"/sparql", "/sparql-graph-crud-auth"),  # Virtuoso
    (r"/sparql", "/sparql/gsp/"),  # Amazon Neptune
    (r"(/repositories/[^/]+)", r"\1/rdf-graphs/service"),  # RDF4J, GraphDB
)
"""What an address of a query service ends with, and that of the graph store beside it."""
_UPDATES = (
    (r"/query", "/update"),  # Oxigraph, Fuseki, Stardog
    (r"/sparql", "/sparql-auth"),  # Virtuoso
    (r"(/repositories/[^/]+)", r"\1/statements"),  # RDF4J, GraphDB
    (r"(/?)", r"\1"),  # QLever, Blazegraph, Amazon Neptune: the same address
)
_FORM = "application/x-www-form-urlencoded"
UNKNOWN = frozenset({400, 404, 405, 406, 415, 501})
"""The statuses by which a server says that it has no such service at an address."""


class Taker(Protocol):
    """A way to put triples into the named graphs of a server."""

    name: str
    lines: int
    """How many triples are sent at a time."""

    @property
    def url(self) -> str:
        """The address."""

    def put(self, graph: str, triples: bytes) -> None:
        """Leave just these triples in a graph; all at once, where the server can.

        :param triples: lines of N-Triples, which whoever reads Turtle reads.
        """

    def add(self, graph: str, triples: bytes) -> None:
        """Put triples into a graph; those that are there already stay as they are."""

    def read(self, graph: str) -> Sum | None:
        """Count a graph as the server gives it back; None if it does not this way."""


@dataclass
class GraphStore:
    """By the SPARQL 1.1 Graph Store HTTP Protocol, at an address."""

    wire: Wire
    url: str
    name: str = "Graph Store Protocol"
    lines: int = 100_000

    def put(self, graph: str, triples: bytes) -> None:
        """Replace a graph. Errors as those of :meth:`kg.remote.wire.Wire.ask`."""
        self._send("PUT", graph, triples)

    def add(self, graph: str, triples: bytes) -> None:
        """Send triples beside those that are there. Errors as above."""
        self._send("POST", graph, triples)

    def read(self, graph: str) -> Sum | None:
        """Count a graph as it is given back; None if it is not given as N-Triples.

        :raises RemoteError: if what comes is not what it is said to be, or breaks off.
        """
        with self.wire.blocks("GET", self._of(graph), Accept=TYPE) as (_, headers, blocks):
            if headers.get("Content-Type", "").partition(";")[0].strip() != TYPE:
                return None
            return digest.read(blocks)

    def _send(self, method: str, graph: str, triples: bytes) -> None:
        self.wire.ask(method, self._of(graph), triples, Content_Type="text/turtle; charset=utf-8")

    def _of(self, graph: str) -> str:
        return f"{self.url}{'&' if '?' in self.url else '?'}graph={quote(graph, safe='')}"


@dataclass
class Updates:
    """By SPARQL 1.1 Update, at an address."""

    wire: Wire
    url: str
    name: str = "SPARQL Update"
    lines: int = 2_000

    def put(self, graph: str, triples: bytes) -> None:
        """Replace a graph. Errors as those of :meth:`kg.remote.wire.Wire.ask`."""
        self.run(f"DROP SILENT GRAPH {ox.NamedNode(graph)};\n{_insert(graph, triples)}")

    def add(self, graph: str, triples: bytes) -> None:
        """Send triples in an ``INSERT DATA``."""
        self.run(_insert(graph, triples))

    def read(self, graph: str) -> Sum | None:
        """None: an update gives nothing back."""

    def run(self, update: str) -> None:
        """Run an update."""
        body = "update=" + quote(update, safe="")
        self.wire.ask("POST", self.url, body.encode(), Content_Type=_FORM)


def _insert(graph: str, triples: bytes) -> str:
    return f"INSERT DATA {{ GRAPH {ox.NamedNode(graph)} {{\n{triples.decode()}}} }}"


def takers(
    wire: Wire, query: str, store: str | None = None, update: str | None = None
) -> Iterator[Taker]:
    """The ways to put triples into a server, the likeliest first; those that are named alone.

    :param store: the address of its graph store, if it is known.
    :param update: that of its update service, if that is known.
    """
    if store is None and update is None:
        yield from (GraphStore(wire, url) for url in _beside(query, _STORES))
        yield from (Updates(wire, url) for url in _beside(query, _UPDATES))
    if store is not None:
        yield GraphStore(wire, store)
    if update is not None:
        yield Updates(wire, update)


def _beside(query: str, layouts: Iterable[tuple[str, str]]) -> Iterator[str]:
    for ending, other in layouts:
        if re.search(ending + "$", query):
            yield re.sub(ending + "$", other, query, count=1)
