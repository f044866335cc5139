"""The server process: listen, say where, serve, and leave no process behind."""

from __future__ import annotations

import asyncio
import ipaddress
import signal
import socket
import sys
from collections.abc import Callable

import uvicorn
import uvloop

from kg.errors import InputError
from kg.graph import Graph
from kg.jail import Jail
from kg.jail_onward import jail_over
from kg.limits import Limits
from kg.web.app import create_app
from kg.web.connection import connection

__all__ = ["run"]

CONNECTIONS = 4
"""How many open connections there may be for each request that may be served."""
HANDOVER = 0.0005
"""Seconds after which a thread that makes a page lets another run, such as the one that answers."""
GRACE = 5
"""Seconds that replies under way are given when the server stops."""


def run(
    graph: Graph,
    host: str,
    port: int,
    say: Callable[[str], None],
    limits: Limits,
) -> None:
    """Serve until SIGTERM or SIGINT; the address is printed on stdout when it answers.

    :raises InputError: if it cannot or must not listen there.
    """
    _allowed(host)
    listener = _listen(host, port)
    with listener, jail_over(graph.store, limits) as jail:
        shown = f"[{host}]" if ":" in host else host
        url = f"http://{shown}:{listener.getsockname()[1]}/"
        config = uvicorn.Config(
            create_app(graph, jail, limits),
            log_level="warning",
            access_log=False,
            lifespan="off",
            server_header=False,
            http=connection(limits),
            ws="none",
            limit_concurrency=limits.requests * CONNECTIONS,
            timeout_graceful_shutdown=GRACE,
        )
        sys.setswitchinterval(HANDOVER)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(uvicorn.Server(config), jail, listener, url, say))
    say("kg: stopped")


async def _serve(
    server: uvicorn.Server,
    jail: Jail,
    listener: socket.socket,
    url: str,
    say: Callable[[str], None],
) -> None:
    """Serve; a signal ends it in order: queries under way are refused, none is waited for."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.should_exit = True
        loop.run_in_executor(None, jail.close)

    task = asyncio.ensure_future(server._serve([listener]))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    while not server.started and not task.done():
        await asyncio.sleep(0.01)
    if server.started:
        say(f"kg: serving at {url} (stop with Ctrl-C)")
        sys.stdout.write(url + "\n")
        sys.stdout.flush()
    await task


def _allowed(host: str) -> None:
    """Beyond loopback only where the kernel holds strangers' queries in."""
    if sys.platform != "linux" and not _loopback(host):
        raise InputError(
            f"the jail for strangers' queries needs Linux, and {host} is open to others",
            mend="listen on 127.0.0.1",
        )


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small replies at once (TCP_NODELAY) only where the protocol is named
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise InputError(f"cannot listen on {host} port {port}: {error.strerror}") from None
    listener.listen(2048)
    return listener
