"""What a push notes on the server, in a graph of its own that no query of ours sees.

It says which build is there, how many triples each graph has and their digest, and how far a push
has come. It is read when an endpoint is opened and when a push is resumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from kg.errors import RemoteError
from kg.names import BASE, expand

__all__ = ["GRAPH", "Record", "part", "read", "read_if_whole", "trial", "whole"]

GRAPH = BASE + "pushed"
"""The graph that holds the record, and the subject of what it says of the whole."""
IDENTIFIER, HAS_PART = expand("dcterms:identifier"), expand("dcterms:hasPart")
TRIPLES = "http://rdfs.org/ns/void#triples"
DIGEST, FACTS, PART, LINES, STATE, LEAVING, TRIAL = (
    f"{GRAPH}#{name}" for name in "digest facts part lines state leaving trial".split()
)
ALL = f"SELECT ?s ?p ?o {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}"


@dataclass
class Record:
    """The state of a push.

    :param sha256: the checksum of the build.
    :param graphs: how many triples each graph of the build has.
    :param facts: how many facts it has.
    :param lines: triples of a part.
    :param parts: how many parts of each graph have come.
    :param digests: the digest of each graph that has come whole.
    :param leaving: graphs of the build before, which are still to be removed.
    :param complete: whether all has come, and was verified.
    """

    sha256: str
    graphs: dict[str, int]
    facts: int = 0
    lines: int = 0
    parts: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    leaving: list[str] = field(default_factory=list)
    complete: bool = False

    def triples(self) -> Iterator[ox.Triple]:
        """The record as it is written."""
        this = ox.NamedNode(GRAPH)
        state = "complete" if self.complete else "begun"
        yield _said(this, IDENTIFIER, self.sha256)
        yield _said(this, STATE, state)
        yield _said(this, FACTS, str(self.facts))
        yield _said(this, LINES, str(self.lines))
        for name in self.leaving:
            yield ox.Triple(this, ox.NamedNode(LEAVING), ox.NamedNode(name))
        for name, size in sorted(self.graphs.items()):
            graph = ox.NamedNode(name)
            yield ox.Triple(this, ox.NamedNode(HAS_PART), graph)
            yield _said(graph, TRIPLES, str(size))
            if name in self.parts:
                yield part(name, self.parts[name])
            if name in self.digests:
                yield whole(name, self.digests[name])


def part(graph: str, number: int) -> ox.Triple:
    """That so many parts of a graph have come."""
    return _said(ox.NamedNode(graph), PART, str(number))


def whole(graph: str, digest: str) -> ox.Triple:
    """That a graph has come whole, with this digest."""
    return _said(ox.NamedNode(graph), DIGEST, digest)


def trial(text: str) -> ox.Triple:
    """What is sent to see whether it comes; it says nothing of a graph."""
    return _said(ox.NamedNode(GRAPH), TRIAL, text)


def _said(subject: ox.NamedNode, predicate: str, text: str) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), ox.Literal(text))


def read(run: Callable[..., Any]) -> Record | None:
    """The record that a server holds, if it holds one.

    :param run: asks the server, such as :meth:`kg.store.Store.run`.
    :raises RemoteError: if it is no such record.
    """
    said = _said_of(run)
    if not said.keys() - {(GRAPH, TRIAL)}:
        return None
    try:
        return _parsed(said)
    except (KeyError, ValueError) as error:
        raise RemoteError(
            f"what the server holds in <{GRAPH}> is no record ({error}): `kg push` writes it anew"
        ) from None


def read_if_whole(run: Callable[..., Any]) -> Record | None:
    """The record, or None also if it is no such record."""
    try:
        return _parsed(_said_of(run))
    except (KeyError, ValueError):
        return None


def _said_of(run: Callable[..., Any]) -> dict[tuple[str, str], list[str]]:
    said: dict[tuple[str, str], list[str]] = {}
    for subject, predicate, value in run(ALL, union=False):
        said.setdefault((subject.value, predicate.value), []).append(value.value)
    return said


def _parsed(said: Mapping[tuple[str, str], list[str]]) -> Record:
    found = Record(
        sha256=said[GRAPH, IDENTIFIER][0],
        graphs={name: int(said[name, TRIPLES][0]) for name in said[GRAPH, HAS_PART]},
        facts=int(said[GRAPH, FACTS][0]),
        lines=int(said[GRAPH, LINES][0]),
        leaving=sorted(said.get((GRAPH, LEAVING), [])),
        complete=said[GRAPH, STATE] == ["complete"],
    )
    for (subject, predicate), values in said.items():
        if predicate == PART:
            found.parts[subject] = max(map(int, values))
        elif predicate == DIGEST:
            found.digests[subject] = values[0]
    return found
