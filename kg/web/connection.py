"""One connection: it must send the head of a request in time, and nonsense is a problem too."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from kg.limits import Limits
from kg.web.edge import HEADERS
from kg.web.problems import MEDIA_TYPE

__all__ = ["connection"]


class Connection(H11Protocol):
    """Uvicorn's connection, which alone would wait for a slow head for ever."""

    seconds = 0.0
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait()

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
        """Answer what is no HTTP with a problem document, and close."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
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
            for event in (
                h11.Response(status_code=status, headers=list(headers.items())),
                h11.Data(data=text),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def connection(limits: Limits) -> type[Connection]:
    """The class of connections under these limits."""
    return type("LimitedConnection", (Connection,), {"seconds": limits.head_seconds})
