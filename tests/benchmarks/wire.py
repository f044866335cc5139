"""A client that costs little: one connection kept open, and many of them at once."""

from __future__ import annotations

import socket
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

__all__ = ["Asked", "Connection", "Load", "get", "load"]


@dataclass(frozen=True)
class Asked:
    """One request, ready to send."""

    host: str
    port: int
    data: bytes


def get(url: str, accept: str, *headers: str, **parameters: str) -> Asked:
    """A GET request (RFC 9112), with more lines of its head if need be."""
    parts = urlsplit(url)
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
    target = f"{parts.path}?{query}" if query else parts.path
    head = (
        f"GET {target} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Accept: {accept}",
        *headers,
        "",
        "",
    )
    return Asked(str(parts.hostname), parts.port or 80, "\r\n".join(head).encode())


class Connection:
    """One connection to one server."""

    def __init__(self, asked: Asked) -> None:
        self._socket = socket.create_connection((asked.host, asked.port), timeout=120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, asked: Asked) -> bytes:
        """Send a request; return the body of its reply.

        :raises RuntimeError: if the status is not 200.
        """
        self._socket.sendall(asked.data)
        lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        head = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
        if "content-length" in head:
            body = self._take(int(head["content-length"]))
        else:
            body = self._chunks()
        if lines[0].split()[1] != "200":
            raise RuntimeError(f"{lines[0]}: {body[:500]!r}")
        return body

    def _more(self) -> None:
        data = self._socket.recv(1 << 18)
        if not data:
            raise RuntimeError("the server has closed the connection")
        self._buffer += data

    def _until(self, end: bytes) -> bytes:
        while (at := self._buffer.find(end)) < 0:
            self._more()
        return self._take(at + len(end))[: -len(end)]

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._more()
        found = bytes(self._buffer[:size])
        del self._buffer[:size]
        return found

    def _chunks(self) -> bytes:
        found = bytearray()
        while size := int(self._until(b"\r\n").partition(b";")[0], 16):
            found += self._take(size)
            self._take(2)
        self._until(b"\r\n")
        return bytes(found)


@dataclass(frozen=True)
class Load:
    """What a load measured: requests per second, and latencies in milliseconds."""

    rate: float
    median: float
    high: float


def load(requests: Sequence[Asked], connections: int) -> Load:
    """Send the requests over some connections at once, each on whichever is free."""
    waiting, times, failed = iter(requests), list[float](), list[Exception]()
    lock = threading.Lock()

    def work() -> None:
        try:
            with Connection(requests[0]) as one:
                while True:
                    with lock:
                        asked = next(waiting, None)
                    if asked is None:
                        return
                    start = time.perf_counter()
                    one.ask(asked)
                    times.append(1000 * (time.perf_counter() - start))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(connections)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    if failed:
        raise failed[0]
    high = statistics.quantiles(times, n=20)[-1]
    return Load(len(times) / seconds, statistics.median(times), high)
