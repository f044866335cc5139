"""Compression: a large reply is compressed in a thread, so that no other waits for it."""

from __future__ import annotations

import re
import zlib
from typing import Any

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["GZIPPED", "Compress", "accepts_gzip"]

GZIPPED = "-gzip"
"""A strong validator names the very bytes: those of a compressed reply are others."""
SMALL = 1000
"""A shorter reply is sent as it is."""
LARGE = 50_000
"""A longer piece is compressed in a thread."""
LEVEL = 5
GZIP_WINDOW = 31
_TEXT = re.compile(r"text/(?!event-stream)|application/|image/svg|font/ttf")
_GZIP = re.compile(
    r"(?:^|,)\s*+(?:gzip|\*)\s*+(?:;\s*+q\s*+=\s*+([0-9.]+)\s*+)?(?=,|$)", re.IGNORECASE
)


def accepts_gzip(header: str) -> bool:
    """Whether an ``Accept-Encoding`` takes gzip."""
    found = _GZIP.search(header)
    return found is not None and (found[1] is None or found[1].strip("0.") != "")


class Compress:
    """Middleware: compresses what the client takes compressed, and tells caches about it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        wanted = accepts_gzip(Headers(scope=scope).get("accept-encoding", ""))
        await self.app(scope, receive, _Reply(send, wanted))


class _Reply:
    """The sending side of one reply."""

    def __init__(self, send: Send, wanted: bool) -> None:
        self.send, self.wanted = send, wanted
        self.start: Message | None = None
        self.engine: Any = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        if self.start is not None:
            await self._begin(self.start, message)
            self.start = None
        if self.engine is not None and message["type"] == "http.response.body":
            message = {**message, "body": await self._packed(message)}
        await self.send(message)

    async def _begin(self, start: Message, first: Message) -> None:
        """Send the head, now that it is known what comes after it."""
        headers = MutableHeaders(scope=start)
        headers.add_vary_header("Accept-Encoding")
        more, size = first.get("more_body", False), len(first.get("body", b""))
        text = _TEXT.match(headers.get("content-type", "")) is not None
        if self.wanted and text and "content-encoding" not in headers and (more or size >= SMALL):
            self.engine = zlib.compressobj(LEVEL, wbits=GZIP_WINDOW)
            headers["Content-Encoding"] = "gzip"
            if "etag" in headers:
                headers["ETag"] = headers["etag"].removesuffix('"') + GZIPPED + '"'
            del headers["Content-Length"]
            if not more:
                first["body"] = await self._packed(first)
                headers["Content-Length"] = str(len(first["body"]))
                self.engine = None
        await self.send(start)

    async def _packed(self, message: Message) -> bytes:
        """One piece compressed; what zlib keeps back comes with a later one."""
        body, last = message.get("body", b""), not message.get("more_body", False)

        def pack() -> bytes:
            packed: bytes = self.engine.compress(body)
            return packed + self.engine.flush() if last else packed

        return await anyio.to_thread.run_sync(pack) if len(body) > LARGE else pack()
