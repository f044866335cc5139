"""A real server process for tests, a store of any quads, and what processes are alive."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox

from kg.jail import Jail
from kg.limits import Limits
from kg.store import Store
from tests.conftest import ROOT

DEADLINE = 30.0


def store_of(place: Path, quads: Iterable[ox.Quad]) -> Path:
    """A store directory that holds just these quads."""
    data = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert data is not None
    path = place / "generations" / "one"
    path.mkdir(parents=True)
    engine = ox.Store(str(path / "store"))
    engine.bulk_load(data, ox.RdfFormat.N_QUADS)
    engine.flush()
    graphs = {name.value: 0 for name in engine.named_graphs() if isinstance(name, ox.NamedNode)}
    manifest = {"sha256": hashlib.sha256(data).hexdigest(), "graphs": graphs}
    (path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (place / "CURRENT").write_text("one\n", encoding="utf-8")
    return place


def jail_over(place: Path, limits: Limits | None = None) -> Jail:
    """The jail over the graph that was built in a place."""
    return Jail.over(Store.open(place), limits)


def children(pid: int) -> set[int]:
    """Every process below one, whoever's child it is."""
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                below = {int(n) for n in (task / "children").read_text().split()}
                waiting += below - found
                found |= below
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def alive(pids: Iterable[int]) -> set[int]:
    """Those that run; one that has ended and waits to be reaped does not."""
    found = set()
    for pid in pids:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if stat.rpartition(")")[2].split()[0] != "Z":
            found.add(pid)
    return found


def gone(pids: Iterable[int]) -> bool:
    """Whether all have ended, or do so soon."""
    pids = set(pids)
    end = time.monotonic() + 5
    while alive(pids) and time.monotonic() < end:
        time.sleep(0.02)
    return not alive(pids)


@dataclass
class Server:
    """A server under test."""

    url: str
    process: subprocess.Popen[str]
    client: httpx.Client

    def get(self, path: str, accept: str | None = None, **headers: str) -> httpx.Response:
        return self.ask("GET", path, accept, b"", **headers)

    def ask(
        self, method: str, path: str, accept: str | None = None, body: bytes = b"", **headers: str
    ) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if accept is not None:
            named["accept"] = accept
        return self.client.request(method, path, headers=named, content=body or None)

    def query(self, sparql: str, accept: str | None = None, **more: Any) -> httpx.Response:
        headers = {} if accept is None else {"accept": accept}
        return self.client.get("/sparql", params={"query": sparql, **more}, headers=headers)


def graph_at(place: Path | str) -> list[str]:
    """The words of a command that say where the graph is: a store, or the address of a server."""
    return ["--store" if isinstance(place, Path) else "--endpoint", str(place)]


def started(place: Path | str, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "kg", "serve", "--port", "0", *graph_at(place), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )


@contextmanager
def served(place: Path | str, **limits: float) -> Iterator[Server]:
    """A server on a free port of loopback; afterwards none of its processes is alive.

    :param place: a store directory, or the address of the server that holds the graph.
    """
    options = [word for name, value in limits.items() for word in ("--limit", f"{name}={value}")]
    with started(place, *options) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().strip()
        assert url, process.stderr.read()
        try:
            with httpx.Client(base_url=url, timeout=DEADLINE) as client:
                yield Server(url, process, client)
        except BaseException:
            process.kill()
            raise
        below = children(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE) == 0
        assert gone(below)
