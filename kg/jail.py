"""The jail: text that a stranger wrote is parsed and run in a process that can be killed.

A worker is forked from a small process that holds the store (:mod:`kg.jail_holder`), never from
the server. It can open no file and no socket, its memory and its time are bounded, and its
answer comes whole or not at all. A worker that was killed, or that ran long, is replaced.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from kg import jail_guard
from kg.errors import InputError, LimitHit, NoGraph
from kg.jail_workers import Found, Holder, Worker
from kg.limits import Limits
from kg.misread import not_sparql

if TYPE_CHECKING:
    from kg.store import Store

__all__ = ["GRAPHS", "RESULTS", "Jail", "NoFormat", "Reply"]

RESULTS = (
    "application/sparql-results+json",
    "application/json",
    "application/sparql-results+xml",
    "application/xml",
    "text/csv",
    "text/tab-separated-values",
)
"""Media types for rows and truth values."""
GRAPHS = (
    "text/turtle",
    "application/n-triples",
    "application/n-quads",
    "application/trig",
    "application/rdf+xml",
    "application/xml",
    "application/ld+json",
    "application/json",
)
"""Media types for graphs."""
USES = 1000
"""Queries after which a worker is replaced, so that no memory lingers."""
NICE = 5
"""How much a slow query stands back behind quick ones."""

_log = logging.getLogger("kg.jail")


class NoFormat(InputError):
    """A result of this form comes in none of the media types that were asked for."""


@dataclass(frozen=True)
class Reply:
    """A complete answer, serialised."""

    media_type: str
    body: bytes
    form: Literal["select", "ask", "construct"]


class _Client:
    """A client with queries here."""

    def __init__(self, places: int) -> None:
        self.gate, self.queries = threading.Semaphore(places), 0


class Jail:
    """A bounded pool of killable workers over one generation of a built graph.

    :cvar far: whether :meth:`onward` asks a server.

    :param generation: the folder of the generation, such as ``Store.open().path``: a graph and
        its jail must not be of two builds.
    :raises NoGraph: if it cannot be opened.
    """

    far = False

    def __init__(self, generation: Path, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._free = threading.Semaphore(self.limits.workers)
        self._slow = threading.Semaphore(self.limits.slow_queries)
        self._clients: dict[str, _Client] = {}
        self._lock = threading.Lock()
        self._waiting = 0
        self._holder = Holder(generation, self.limits)
        self._idle = [
            self._holder.fork() for _ in range(self.limits.workers + self.limits.spare_workers)
        ]

    @classmethod
    def over(cls, store: Store, limits: Limits | None = None) -> Self:
        """The jail over the generation that a store has open.

        :raises NoGraph: if it is in memory only, or cannot be opened.
        """
        if store.path is None:
            raise NoGraph("a graph in memory has no files for the jail to open: build it")
        return cls(store.path, limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process; none is left."""
        self._holder.close()
        with self._lock:
            for worker in self._idle:
                worker.sock.close()
            self._idle.clear()

    def query(
        self,
        sparql: str,
        *,
        results: str | None = RESULTS[0],
        graphs: str | None = GRAPHS[0],
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        client: str = "",
    ) -> Reply:
        """Answer one query; its default graph is the union of all, if no dataset is named.

        :param results: the media type for rows and truth values; None if none is wanted.
        :param graphs: the media type for graphs; None if none is wanted.
        :param default_graphs: graphs to ask as the default graph, whatever the query says.
        :param named_graphs: graphs to ask as named ones, likewise.
        :param client: who asks, such as an address; of one client few queries run at once.
        :raises InputError: for a broken query.
        :raises NoFormat: if the result's form comes in no media type that was asked for.
        :raises LimitHit: if a limit was reached, or all workers are busy.
        """
        request = self.prepared(sparql, results, graphs, default_graphs, named_graphs)
        with self.places(client), self.lent() as worker:
            start = time.monotonic()
            worker.send(request)
            try:
                found = worker.receive(start + self.quick_seconds)
            except TimeoutError:
                found = self.slowly(worker, start)
        return self.onward(request, self.reply(found))

    def onward(self, request: dict[str, Any], reply: Reply) -> Reply:
        """The answer itself: here that of the worker. May wait, so it runs in a thread.

        :param request: what :meth:`prepared` gave.
        """
        return reply

    def prepared(
        self,
        sparql: str,
        results: str | None,
        graphs: str | None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> dict[str, Any]:
        """What to send to a worker; the parameters and errors are those of :meth:`query`."""
        jail_guard.check(sparql, self.limits)
        named: list[list[str]] | bool = not jail_guard.names_dataset(sparql)
        if default_graphs or named_graphs:
            named = [list(default_graphs), list(named_graphs)]
        return {"query": sparql, "results": results, "graphs": graphs, "dataset": named}

    @contextmanager
    def places(self, client: str, *, wait: bool = True) -> Iterator[bool]:
        """One of the client's places and one of all, for the time of a query.

        :param wait: for a bounded time, if none is free; else None is held, and False given.
        :raises LimitHit: if too many wait already, or none came free in time.
        """
        end = time.monotonic() + self.limits.waiting_seconds
        with ExitStack() as held:
            gates = [held.enter_context(self._gate(client))] if client else []
            for gate in (*gates, self._free):
                if not gate.acquire(blocking=False):
                    if not wait:
                        held.close()
                        yield False
                        return
                    self._wait(gate, end)
                held.callback(gate.release)
            yield True

    @contextmanager
    def _gate(self, client: str) -> Iterator[threading.Semaphore]:
        """The gate of one client, kept while any query of theirs is here."""
        with self._lock:
            known = self._clients.setdefault(client, _Client(self.limits.client_queries))
            known.queries += 1
        try:
            yield known.gate
        finally:
            with self._lock:
                known.queries -= 1
                if not known.queries:
                    del self._clients[client]

    def _wait(self, gate: threading.Semaphore, end: float) -> None:
        with self._lock:
            if self._waiting >= self.limits.waiting_queries:
                raise LimitHit("too many queries are waiting", limit="waiting_queries")
            self._waiting += 1
        try:
            if not gate.acquire(timeout=max(end - time.monotonic(), 0)):
                raise LimitHit("all workers are busy", limit="waiting_seconds")
        finally:
            with self._lock:
                self._waiting -= 1

    @contextmanager
    def lent(self) -> Iterator[Worker]:
        """An idle worker, or a fresh one; one that fails, or grew slow or old, is replaced.

        :raises LimitHit: if it has died meanwhile: which limit that was.
        """
        worker, kept = self._take(), False
        try:
            yield worker
            worker.uses += 1
            kept = not worker.slow and worker.uses < USES
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise self._death(self._holder.kill(worker)) from None
        finally:
            if kept:
                with self._lock:
                    self._idle.append(worker)
            else:
                self._holder.kill(worker)
                self._replace()

    def _take(self) -> Worker:
        """An idle worker, or a fresh one."""
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            if worker is None:
                return self._holder.fork()
            if worker.alive():
                return worker
            self._holder.kill(worker)

    def _replace(self) -> None:
        """Put a fresh worker in the place of one that is gone, unless the jail closes."""
        fresh = self._holder.spare()
        if fresh is not None:
            with self._lock:
                self._idle.append(fresh)

    def slowly(self, worker: Worker, start: float) -> Found:
        """Wait on for an answer that was not there quickly, in one of the few slow places.

        :param start: the moment of the monotonic clock at which the query was sent.
        :raises LimitHit: if no slow place is free, or the time is over.
        """
        if self._seconds <= self.quick_seconds:
            raise self._too_slow()
        if not self._slow.acquire(blocking=False):
            raise LimitHit(
                f"the query runs longer than {self.limits.quick_seconds:g} s, and "
                f"{self.limits.slow_queries} such queries are running already",
                limit="slow_queries",
            )
        worker.slow = True
        try:
            os.setpriority(os.PRIO_PROCESS, worker.pid, NICE)
            return worker.receive(start + self._seconds)
        except ProcessLookupError:
            raise EOFError from None
        except TimeoutError:
            raise self._too_slow() from None
        finally:
            self._slow.release()

    @property
    def quick_seconds(self) -> float:
        """How long an answer is waited for in any place."""
        return min(self.limits.quick_seconds, self._seconds)

    @property
    def _seconds(self) -> float:
        return self.limits.query_seconds

    def _too_slow(self) -> LimitHit:
        return LimitHit(
            f"the query took longer than {self._seconds:g} s and was stopped",
            limit="query_seconds",
        )

    def _death(self, status: int) -> LimitHit:
        """What it means that a worker has ended by itself."""
        if status:
            _log.warning("a worker ended with %s", status)
        if status == -signal.SIGXCPU:
            return self._too_slow()
        if status == -signal.SIGSEGV:
            deep = "the query is too deep or too long for the parser, whose process ended"
            return LimitHit(deep, limit="query_nesting")
        if status == -signal.SIGABRT:
            return self._too_big()
        return LimitHit("the process of the query was ended; no part of its answer is given")

    def _too_big(self) -> LimitHit:
        most = self.limits.query_memory
        return LimitHit(f"the query needs more than {most} bytes of memory", limit="query_memory")

    def reply(self, found: Found) -> Reply:
        """What a worker has answered; the errors are those of :meth:`query`."""
        head, body = found
        if "error" in head:
            raise self._problem(head["error"], head.get("message", ""))
        return Reply(head["media_type"], body, cast(Any, head["form"]))

    def _problem(self, kind: str, message: str) -> InputError | LimitHit:
        if kind == "syntax":
            return not_sparql(message)
        if kind == "format":
            what = "a graph" if message == "construct" else "rows or a truth value"
            return NoFormat(f"the result is {what}, which has none of the media types asked for")
        if kind == "size":
            most = f"the answer has more than {self.limits.result_bytes} bytes"
            mend = "ask for less, or in parts"
            return LimitHit(f"{most}: {mend}", limit="result_bytes", status=413)
        if kind == "memory":
            return self._too_big()
        _log.warning("a query failed: %s", message)
        return InputError("the engine could not finish this query", mend="ask it another way")
