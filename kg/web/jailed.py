"""Strangers' queries on the event loop: a quick one needs no thread of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack

import anyio
import anyio.to_thread
from starlette.requests import Request

from kg.jail import Jail, Reply
from kg.jail_workers import Found, Worker
from kg.limits import Limits

__all__ = ["jailed"]


async def jailed(
    request: Request,
    sparql: str,
    results: str | None,
    graphs: str | None,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
) -> Reply:
    """Answer a query as :meth:`kg.jail.Jail.query` does, for as long as its client stays."""
    jail: Jail = request.app.state.jail
    prepared = jail.prepared(sparql, results, graphs, default_graphs, named_graphs)
    client = request.client.host if request.client else "unknown"
    with ExitStack() as held:
        if not held.enter_context(jail.places(client, wait=False)):
            await anyio.to_thread.run_sync(
                held.enter_context, jail.places(client), limiter=_threads(request)
            )
        with jail.lent() as worker:
            start = time.monotonic()
            worker.send(prepared)
            try:
                async with asyncio.timeout(jail.quick_seconds):
                    found = await worker.arrival()
            except TimeoutError:
                found = await _slowly(request, jail, worker, start)
        reply = jail.reply(found)
        if jail.far:
            reply = await anyio.to_thread.run_sync(
                jail.onward, prepared, reply, limiter=_threads(request)
            )
    return reply


async def _slowly(request: Request, jail: Jail, worker: Worker, start: float) -> Found:
    """Wait on in a thread; the worker is done with when its client closes the connection."""

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        worker.hang_up()

    watcher = asyncio.ensure_future(watch())
    try:
        return await anyio.to_thread.run_sync(jail.slowly, worker, start, limiter=_threads(request))
    finally:
        watcher.cancel()


def _threads(request: Request) -> anyio.CapacityLimiter:
    """Threads of their own, so that those that wait keep no other request from its thread."""
    state = request.app.state
    limits: Limits = state.limits
    if state.jail_threads is None:
        state.jail_threads = anyio.CapacityLimiter(limits.workers + limits.waiting_queries + 1)
    threads: anyio.CapacityLimiter = state.jail_threads
    return threads
