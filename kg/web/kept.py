"""Replies kept: the graph does not change while it is served, nor do the answers to the same.

What has an entity tag and is asked for in the very same way comes from memory, its bytes as they
were sent first.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.limits import Limits

__all__ = ["Kept"]

SHARE = 32
"""No reply takes more than this part of the room."""
SEEN = ("host", "accept", "accept-encoding")
"""The headers of a request on which a reply depends."""
UNLIKE = ("if-none-match", "range", "authorization", "cache-control")
"""A request with one of these is answered anew."""

Key = tuple[str, bytes, bytes, tuple[str | None, ...]]


@dataclass
class _Reply:
    start: Message
    body: bytes

    def size(self, key: Key) -> int:
        words = sum(len(name) + len(value) for name, value in self.start["headers"])
        named = len(key[1]) + len(key[2]) + sum(len(one or "") for one in key[3])
        return len(self.body) + words + named + 1000


class Kept:
    """Middleware: answers from memory what was answered before, the least recent going first."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app, self.room = app, limits.kept_bytes
        self.replies: OrderedDict[Key, _Reply] = OrderedDict()
        self.used = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        key = _key(scope)
        if key is None:
            await self.app(scope, receive, send)
        elif (held := self.replies.get(key)) is not None:
            self.replies.move_to_end(key)
            await send({**held.start, "headers": list(held.start["headers"])})
            await send({"type": "http.response.body", "body": held.body})
        else:
            await self.app(scope, receive, _Recorder(self, key, send))

    def keep(self, key: Key, reply: _Reply) -> None:
        """Keep a reply, in the place of older ones if there is no room."""
        size = reply.size(key)
        if size * SHARE > self.room or key in self.replies:
            return
        self.replies[key] = reply
        self.used += size
        while self.used > self.room:
            old, gone = self.replies.popitem(last=False)
            self.used -= gone.size(old)


def _key(scope: Scope) -> Key | None:
    """What tells a request from others; None if its reply is made anew."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    headers = Headers(scope=scope)
    if any(name in headers for name in UNLIKE):
        return None
    seen = tuple(headers.get(name) for name in SEEN)
    return scope["scheme"], scope["raw_path"], scope["query_string"], seen


class _Recorder:
    """The sending side of a reply that may be kept: one with an entity tag, sent in one piece."""

    def __init__(self, kept: Kept, key: Key, send: Send) -> None:
        self.kept, self.key, self.send = kept, key, send
        self.start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            tagged = any(name == b"etag" for name, _ in message["headers"])
            if message["status"] == 200 and tagged:
                self.start = {**message, "headers": list(message["headers"])}
        elif self.start is not None and not message.get("more_body", False):
            self.kept.keep(self.key, _Reply(self.start, bytes(message.get("body", b""))))
        else:
            self.start = None
        await self.send(message)
