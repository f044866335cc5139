"""The N-Quads of a built graph, read graph by graph.

The database gives the quads of a graph some thirty times slower than this file: it looks each
term up by its number.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

__all__ = ["GraphFile"]

_BLOCK = 1 << 22
"""Bytes that are parsed at a time, about."""


class GraphFile:
    """A file of N-Quads, a line each, as a build writes it: none is in the default graph."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._runs: dict[bytes, list[tuple[int, int]]] = {}
        at, start, current = 0, 0, b""
        with path.open("rb") as lines:
            for line in lines:
                name = line[line.rindex(b" <") + 2 : -4]
                if name != current:
                    self._runs.setdefault(current, []).append((start, at))
                    start, current = at, name
                at += len(line)
        self._runs.setdefault(current, []).append((start, at))

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """The triples of a graph, in their order; none if it is not here."""
        with self._path.open("rb") as handle:
            for start, end in self._runs.get(graph.encode(), ()):
                handle.seek(start)
                while start < end:
                    block = handle.read(min(_BLOCK, end - start))
                    if start + len(block) < end:
                        block += handle.readline()
                    start += len(block)
                    for quad in ox.parse(block, ox.RdfFormat.N_QUADS):
                        yield quad.triple
