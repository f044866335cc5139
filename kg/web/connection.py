"""One connection: it must send the head of a request in time, and nonsense is a problem too."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kg.limits import Limits
from kg.web.edge import HEADERS
from kg.web.problems import MEDIA_TYPE

__all__ = ["connection"]


class Connection(HttpToolsProtocol):
    """Uvicorn's connection, which alone would wait for a head for ever, however long it grows."""

    seconds = 0.0
    longest = 0
    _late: asyncio.TimerHandle | None = None
    _head = 0
    """Bytes of a head that has not ended yet."""
    _inside = False
    """Whether the body of a request is being read."""
    _heads = 0
    """How many heads have ended."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Read on, unless this head is longer than any may be."""
        inside, ended = self._inside, self._heads
        super().data_received(data)
        if inside or self._heads > ended:
            self._head = 0
        else:
            self._head += len(data)
            if self._head > self.longest and not self.transport.is_closing():
                self.send_400_response("")

    def on_headers_complete(self) -> None:
        """The head has ended."""
        self._inside = True
        self._heads += 1
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """What comes next is another head."""
        self._inside = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Begin to wait for the next head."""
        super().on_response_complete()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        if self._late is not None:
            self._late.cancel()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._late is not None:
            self._late.cancel()
        self._late = self.loop.call_later(self.seconds, self._close_if_idle)

    def _close_if_idle(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP with a problem document, and close; ``msg`` is of no use here."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(_not_http())
        self.transport.close()


def _not_http() -> bytes:
    status = HTTPStatus.BAD_REQUEST
    document = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": "this is no request of HTTP/1.1, or its head is too long",
        "instance": "/",
    }
    text = json.dumps(document, indent=1).encode() + b"\n"
    headers = {
        **HEADERS,
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(text)),
        "Connection": "close",
    }
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + text


def connection(limits: Limits) -> type[Connection]:
    """The class of connections under these limits."""
    longest = limits.url_bytes + limits.header_bytes
    named = {"seconds": limits.head_seconds, "longest": longest}
    return type("LimitedConnection", (Connection,), named)
