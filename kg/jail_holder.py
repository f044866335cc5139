"""The process that holds the store open and forks the workers of the jail.

It runs as a script of its own, single-threaded on our side, with nothing of ours imported::

    server ── control socket ── holder ── fork ── worker ── its own socket ── server

RocksDB opens its table files when they are first read, and a worker must open nothing: so the
holder reads here and there until every table file is open (3.5 s for 10.7 million quads, once),
and a worker inherits them. A fork takes some 5 ms. When the server is gone, however it ended,
the control socket closes, the holder ends, and the kernel kills its workers.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import resource
import signal
import socket
import struct
import sys
import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox

LINUX = sys.platform == "linux"
COMMAND = struct.Struct("<ci")
"""A command (``f`` fork with one descriptor, ``k`` kill a worker) and a process id."""
NUMBER = struct.Struct("<i")
FRAME = struct.Struct("<IQ")
"""Sizes of a JSON head and of a body."""
FILES = 65536
"""How many descriptors RocksDB may keep open; its cache of tables is sized by this."""
PROBES = (20, 200, 2000)
SHORT = 1_000_000
"""A text up to this many bytes is searched for the prefixes it uses."""
PR_SET_PDEATHSIG = 1


class TooLarge(Exception):
    """The answer grew beyond its limit."""


class Capped(io.BytesIO):
    """A buffer with a limit."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit, self.full = limit, False

    def write(self, data: Any) -> int:
        """Take in some bytes, or refuse."""
        if self.tell() + len(data) > self.limit:
            self.full = True
            raise TooLarge
        return super().write(data)


def send(sock: socket.socket, head: dict[str, Any], body: bytes = b"") -> None:
    """Send a head and a body."""
    text = json.dumps(head).encode()
    sock.sendall(FRAME.pack(len(text), len(body)) + text)
    sock.sendall(body)


def receive(sock: socket.socket) -> tuple[dict[str, Any], bytes] | None:
    """Receive a head and a body; None if the other side is gone."""
    sizes = take(sock, FRAME.size)
    if sizes is None:
        return None
    small, large = FRAME.unpack(sizes)
    head, body = take(sock, small), take(sock, large)
    return None if head is None or body is None else (json.loads(head), body)


def take(sock: socket.socket, size: int) -> bytes | None:
    """Receive just so many bytes; None if the other side is gone before."""
    buffer = bytearray(size)
    view = memoryview(buffer)
    while view:
        count = sock.recv_into(view)
        if not count:
            return None
        view = view[count:]
    return bytes(buffer)


def main() -> None:
    """Open the store, say so, and obey until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=int(sys.argv[1]))
    told = receive(control)
    if told is None:
        return
    settings = told[0]
    try:
        store = opened(Path(settings["store"]))
    except (OSError, RuntimeError) as error:
        send(control, {"error": str(error)})
        return
    send(control, {"ready": True})
    children: set[int] = set()
    while True:
        message, descriptors, *_ = socket.recv_fds(control, COMMAND.size, 1)
        if len(message) < COMMAND.size:
            return
        command, pid = COMMAND.unpack(message)
        if command == b"f":
            answer = fork(store, settings, descriptors[0], control)
            children.add(answer)
        else:
            answer = kill(pid) if pid in children else 0
            children.discard(pid)
        control.sendall(NUMBER.pack(answer))


def fork(store: ox.Store, settings: dict[str, Any], descriptor: int, control: socket.socket) -> int:
    """Start a worker on a descriptor; return its process id."""
    holder = os.getpid()
    with warnings.catch_warnings():
        # RocksDB's background threads do not live on in the child, and reading needs none.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        os.close(descriptor)
        return pid
    try:
        control.close()
        work(store, settings, socket.socket(fileno=descriptor), holder)
    finally:
        os._exit(0)


def kill(pid: int) -> int:
    """Kill a worker, however it is; return how it ended (its signal negative)."""
    done, status = os.waitpid(pid, os.WNOHANG)
    if not done:
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def opened(path: Path) -> ox.Store:
    """The store, read-only, with every table file open."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    store = ox.Store.read_only(str(path))
    if not LINUX:
        return store
    for number in PROBES:
        for _ in probes(store, number):
            if not unopened(path):
                return store
    for _ in everything(store):
        pass
    if unopened(path):
        raise RuntimeError("not every table file of the store is in use: build the graph again")
    return store


def unopened(path: Path) -> bool:
    """Whether a table file of the store is not open in this process."""
    open_files = set()
    for one in os.listdir("/proc/self/fd"):  # noqa: PTH208 - pathlib would stat each
        try:
            open_files.add(os.readlink(f"/proc/self/fd/{one}"))  # noqa: PTH115
        except FileNotFoundError:  # the descriptor of the listing itself
            continue
    folder = path.resolve()
    return any(str(one) not in open_files for one in folder.glob("*.sst"))


def probes(store: ox.Store, number: int) -> Iterator[None]:
    """Read here and there in every index: keys are hashes, so any name lands anywhere."""
    names = [ox.NamedNode(f"urn:probe:{n}") for n in range(number)]
    graphs: list[Any] = [None, ox.DefaultGraph(), *store.named_graphs()]
    for graph in graphs:
        for place in range(3):
            for name in names:
                one = [name if place == n else None for n in range(3)]
                next(store.quads_for_pattern(one[0], one[1], one[2], graph), None)
            yield
    predicates = {quad.predicate for quad in first(store, graphs, 10 * number)}
    for graph in graphs:
        for predicate in sorted(predicates, key=str):
            for name in names:
                next(store.quads_for_pattern(None, predicate, name, graph), None)
            yield


def first(store: ox.Store, graphs: list[Any], number: int) -> Iterator[ox.Quad]:
    """The first quads of each graph; their terms are looked up by hash too."""
    for graph in graphs:
        yield from islice(store.quads_for_pattern(None, None, None, graph), number)


def everything(store: ox.Store) -> Iterator[None]:
    """Read every index from end to end: slow, and only where probes have missed a file."""
    kinds = ("{ ?s ?p ?o }", "{ GRAPH ?g { ?s ?p ?o } }")
    for kind in kinds:
        for order in ("?s", "?p", "?o"):
            text = f"ASK {{ {{ SELECT (COUNT(DISTINCT {order}) AS ?n) {kind} }} }}"
            bool(store.query(text, use_default_graph_as_union=True))
            yield
    for predicate in {quad.predicate for quad in store}:
        for _ in store.quads_for_pattern(None, predicate, None):
            pass


def confine(settings: dict[str, Any], holder: int) -> None:
    """Give up what a query has no need of; nothing of it can be had back."""
    if LINUX:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) or os.getppid() != holder:
            os._exit(1)
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        memory = pages * resource.getpagesize() + settings["query_memory"]
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def work(store: ox.Store, settings: dict[str, Any], sock: socket.socket, holder: int) -> None:
    """Answer queries, one after the other, until the server is gone."""
    confine(settings, holder)
    while (request := receive(sock)) is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = used.ru_utime + used.ru_stime + settings["query_seconds"] + 1
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, hard))
        send(sock, *answer(store, settings, request[0]))


def answer(
    store: ox.Store, settings: dict[str, Any], request: dict[str, Any]
) -> tuple[dict[str, Any], bytes]:
    """Run one query and serialise all of its result."""
    out = Capped(settings["result_bytes"])
    try:
        found = store.query(
            request["query"],
            base_iri=settings["base"],
            prefixes=settings["prefixes"],
            **dataset(request["dataset"]),
        )
        form, media_type = write(found, request, settings["prefixes"], out)
    except SyntaxError as error:
        return {"error": "syntax", "message": str(error.msg)[:5000]}, b""
    except MemoryError:
        return {"error": "memory"}, b""
    except (TooLarge, OSError, RuntimeError, ValueError) as error:
        return {"error": "size" if out.full else "failed", "message": str(error)}, b""
    if media_type is None:
        return {"error": "format", "message": form}, b""
    return {"form": form, "media_type": media_type}, tidy(out.getvalue())


def tidy(data: bytes) -> bytes:
    """Order the prefixes that Turtle and TriG begin with; of a short text keep those in use."""
    if not data.startswith(b"@prefix "):
        return data
    end = 0
    while data.startswith(b"@prefix ", end):
        end = data.index(b"\n", end) + 1
    rest, lines = data[end:], sorted(data[:end].splitlines(keepends=True))
    if len(rest) < SHORT:
        lines = [line for line in lines if line.split()[1] in rest]
    return b"".join(lines) + rest


def dataset(named: list[list[str]] | bool) -> dict[str, Any]:
    """The dataset to ask: the one the protocol names, that of the query (False), or the union."""
    if isinstance(named, bool):
        return {"use_default_graph_as_union": named}
    default, graphs = ([ox.NamedNode(iri) for iri in part] for part in named)
    return {"default_graph": default, "named_graphs": graphs}


def write(found: Any, request: dict[str, Any], prefixes: Any, out: Capped) -> tuple[str, Any]:
    """Write a result in the format for its form; the media type is None if none was wanted."""
    if isinstance(found, ox.QueryTriples):
        if request["graphs"] is not None:
            form = ox.RdfFormat.from_media_type(request["graphs"])
            ox.serialize(found, out, format=form, prefixes=prefixes)
        return "construct", request["graphs"]
    if request["results"] is not None:
        found.serialize(out, ox.QueryResultsFormat.from_media_type(request["results"]))
    return "select" if isinstance(found, ox.QuerySolutions) else "ask", request["results"]


if __name__ == "__main__":
    main()
