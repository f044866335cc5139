"""The edge: what every request must pass and what every reply carries.

Any site may read our replies (CORS), none may frame them, and no page of ours loads or runs
anything that is not ours.
"""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.limits import Limits
from kg.web.problems import RETRY_AFTER, Problem, response

__all__ = ["HEADERS", "Edge"]

HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
}
"""On every reply, unless it brings its own."""

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match, Authorization",
    "Access-Control-Max-Age": "86400",
}
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?")


class Edge:
    """Middleware: answers preflights, refuses what is too long, adds :data:`HEADERS`."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app, self.limits, self.running = app, limits, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        request = Request(scope, receive)
        refused = self._refused(request)
        if refused is not None:
            await response(request, refused)(scope, receive, sending)
        elif request.method == "OPTIONS" and "access-control-request-method" in request.headers:
            await Response(status_code=204, headers=PREFLIGHT)(scope, receive, sending)
        else:
            self.running += 1
            try:
                await self.app(scope, receive, sending)
            finally:
                self.running -= 1

    def _refused(self, request: Request) -> Problem | None:
        if self.running >= self.limits.requests:
            detail = f"{self.running} requests are being served already"
            retry = {"Retry-After": RETRY_AFTER}
            more = {"type": "/limits#requests", "limit": "requests"}
            return Problem(503, detail, headers=retry, **more)
        address = len(request.scope.get("raw_path", b"")) + len(request.scope["query_string"])
        if address > self.limits.url_bytes:
            return _too_long(414, "url_bytes", self.limits.url_bytes, "the address")
        head = sum(len(name) + len(value) + 4 for name, value in request.scope["headers"])
        if head > self.limits.header_bytes:
            return _too_long(431, "header_bytes", self.limits.header_bytes, "the head")
        if not _HOST.fullmatch(request.headers.get("host", "localhost")):
            return Problem(400, "the host is no host name")
        length = request.headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit():
            return Problem(400, "the content length is no number")
        if int(length) > self.limits.body_bytes:
            return _too_long(413, "body_bytes", self.limits.body_bytes, "the body")
        return None


def _too_long(status: int, limit: str, most: int, what: str) -> Problem:
    detail = f"{what} of the request has more than {most} bytes"
    return Problem(status, detail, type=f"/limits#{limit}", limit=limit)
