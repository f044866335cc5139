"""Take a graph to a server: graph by graph, in parts, and resumed where it was broken off.

What has come is noted on the server itself (:mod:`kg.remote.record`) after each part, so whoever
goes on, from wherever, goes on from there. A part that came without its note comes again: the
same triples, which a graph holds once. A graph counts as there once the server gives back as many
triples as it was sent, with the same digest.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

import pyoxigraph as ox

from kg.errors import InputError, RemoteError
from kg.remote import digest, pages, record
from kg.remote.digest import Sum, lines
from kg.remote.endpoint import Endpoint, keep_names, kept_names
from kg.remote.record import Record
from kg.remote.services import UNKNOWN, Taker, takers
from kg.store import Store

__all__ = ["Pushed", "push"]

Progress = Callable[[str], None]


@dataclass
class Pushed:
    """What a push has done.

    :ivar by: how the server takes triples, and where.
    :ivar sent: triples that were sent, by graph.
    :ivar held: graphs that were there already, whole.
    """

    by: str
    sent: dict[str, int] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)


def push(
    store: Store,
    endpoint: Endpoint,
    *,
    graph_store: str | None = None,
    update: str | None = None,
    part: int | None = None,
    again: bool = False,
    say: Progress,
) -> Pushed:
    """Make a server hold the graphs of a built store, each as it is here.

    The store's index of names is kept for whoever asks that server from here.

    :param endpoint: the server, by :meth:`Endpoint.bare`: it need hold nothing yet.
    :param graph_store: the address of the server's graph store; looked for if not given.
    :param update: the address of its update service, likewise.
    :param part: triples that are sent at a time; as many as suits the service if not given.
    :param again: whether to compare every graph anew, whatever was noted of it.
    :param say: is told how far it has come.
    :raises InputError: if no way is found to put triples into it.
    :raises RemoteError: if it refuses, breaks off, or does not give back what it was sent.
    """
    manifest = store.manifest
    held = record.read_if_whole(endpoint.run)
    taker = _taker(endpoint, manifest["sha256"], graph_store, update)
    want = _wanted(manifest, held, part or taker.lines)
    if again:
        want.digests, want.parts = {}, {}
    taker.put(record.GRAPH, lines(want.triples()))
    for name in want.leaving:
        say(f"{_short(name)}: removed; this build does not have it")
        taker.put(name, b"")
    done = Pushed(f"{taker.name} at {taker.url}")
    for name in sorted(want.graphs, key=lambda one: want.graphs[one]):
        sent = _Bringing(store, endpoint, taker, want, name, say).bring()
        if sent:
            done.sent[name] = sent
        else:
            done.held.append(name)
    want.leaving, want.complete = [], True
    taker.put(record.GRAPH, lines(want.triples()))
    kept = kept_names(want.sha256)
    if (names := store.names_file()) and not kept.exists():
        keep_names(kept, partial(shutil.copyfile, names))
    return done


def _wanted(manifest: Mapping[str, Any], held: Record | None, lines: int) -> Record:
    """What is still to be done, by what the server has been given before."""
    build, graphs = manifest["sha256"], dict(manifest["graphs"])
    if held is None or held.sha256 != build:
        before = {*held.graphs, *held.leaving} if held is not None else set()
        leaving = sorted(before - set(graphs))
        return Record(build, graphs, manifest["facts"], lines, leaving=leaving)
    if held.lines != lines:
        held.lines, held.parts = lines, {}
    held.complete = False
    return held


def _taker(endpoint: Endpoint, build: str, graph_store: str | None, update: str | None) -> Taker:
    """The first way by which the server takes a triple, and tells it afterwards."""
    refused = "none is known by that address"
    trial = record.trial(build)
    asked = f"ASK {{ GRAPH <{record.GRAPH}> {{ {trial} }} }}"
    for one in takers(endpoint.wire, endpoint.url, graph_store, update):
        try:
            one.add(record.GRAPH, lines([trial]))
        except RemoteError as error:
            if error.status not in UNKNOWN:
                raise
            refused = str(error)
            continue
        if endpoint.run(asked, union=False):
            return one
        refused = f"what was sent to {one.url} is not found at {endpoint.url}"
    raise InputError(
        f"{endpoint.wire.host} takes no triples where that was tried: {refused}",
        mend="name the address of its graph store with --graph-store, or of updates with --update",
    )


@dataclass
class _Bringing:
    """One graph that is brought."""

    store: Store
    endpoint: Endpoint
    taker: Taker
    want: Record
    name: str
    say: Progress

    def bring(self) -> int:
        """Send what is missing of it, and verify it; how many triples were sent."""
        size = self.want.graphs[self.name]
        found = pages.count(self.endpoint, self.name)
        if self.name in self.want.digests and found == size:
            return 0
        come = self.want.parts.get(self.name, 0)
        if come and found < min(come * self.want.lines, size):
            come = 0  # what had come is not there any more
        if not come and found == size and self._same():
            return 0
        if not come and found:
            self.taker.put(self.name, b"")
        here, sent = self._send(come)
        there = self._there()
        if there != here:
            self._begin_again()
            what = "others" if there.triples == here.triples else f"{there.triples:,}"
            raise RemoteError(
                f"{_short(self.name)}: {here.triples:,} triples were sent, and the server gives "
                f"back {what}; pushing again sends that graph anew"
            )
        self._whole(here)
        return sent

    def _same(self) -> bool:
        """Whether the server holds this very graph: loaded from files, or of the build before."""
        size = self.want.graphs[self.name]
        self.say(f"{_short(self.name)}: {size:,} triples are there; comparing them")
        here = digest.of(self._triples())
        same = self._there() == here
        if same:
            self._whole(here)
        return same

    def _send(self, come: int) -> tuple[Sum, int]:
        """Send all parts but those that have come; the digest of all, and how many were sent."""
        total, sent, number = Sum(), 0, 0
        triples, size = self._triples(), self.want.graphs[self.name]
        while part := lines(islice(triples, self.want.lines)):
            number += 1
            before = total.triples
            total.add(part)
            if number <= come:
                continue
            self.taker.add(self.name, part)
            self.taker.add(record.GRAPH, lines([record.part(self.name, number)]))
            sent += total.triples - before
            self.say(f"{_short(self.name)}: {total.triples:,} of {size:,} triples")
        return total, sent

    def _whole(self, here: Sum) -> None:
        self.want.digests[self.name] = here.hex
        self.taker.add(record.GRAPH, lines([record.whole(self.name, here.hex)]))

    def _begin_again(self) -> None:
        self.want.parts.pop(self.name, None)
        self.taker.put(record.GRAPH, lines(self.want.triples()))

    def _triples(self) -> Iterator[ox.Triple]:
        for one in self.store.triples_of(self.name):
            if isinstance(one.subject, ox.BlankNode) or isinstance(one.object, ox.BlankNode):
                raise InputError(f"{self.name} has a blank node, which no part could name again")
            yield one

    def _there(self) -> Sum:
        """What the server gives back: as one stream, or if that is not whole, page by page."""
        try:
            found = self.taker.read(self.name)
        except RemoteError as error:
            if error.status is None:
                raise
            found = None  # Virtuoso gives no graph of millions at once
        if found is not None and found.triples == self.want.graphs[self.name]:
            return found
        self.say(f"{_short(self.name)}: read back page by page")
        return digest.of(pages.triples(self.endpoint, self.name))


def _short(graph: str) -> str:
    return graph.rpartition("/")[2]
