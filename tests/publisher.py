"""A publisher's web server on loopback, which does what a test tells it to, well or badly."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["Answer", "Publisher", "serving"]


@dataclass
class Answer:
    """What to answer with.

    ``cut`` sends so many bytes of the body and hangs up; ``stall`` sends so many and is silent
    until the publisher is let go.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: bool = True
    cut: int | None = None
    stall: int | None = None


@dataclass
class Publisher:
    """What is offered at each path, and what was asked for."""

    base: str
    pages: dict[str, Callable[[Message], Answer] | Answer | list[Answer]]
    asked: list[tuple[str, Message]] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    """The bodies of what was sent to it."""
    go: threading.Event = field(default_factory=threading.Event)

    def offers(self, path: str, *answers: Answer) -> str:
        """Answer so at a path, one after the other, the last one for good; its address."""
        self.pages[path] = list(answers)
        return self.base + path

    def holds(self, path: str, body: bytes, **headers: str) -> str:
        """Hold a file as good servers do, with ranges and ``If-Range``; its address."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        def answer(asked: Message) -> Answer:
            current = {named.get("ETag"), named.get("Last-Modified")} - {None}
            wanted = asked.get("Range")
            if wanted and asked.get("If-Range") in current:
                start = int(wanted.removeprefix("bytes=").removesuffix("-"))
                if start >= len(body):
                    return Answer(status=416, headers={"Content-Range": f"bytes */{len(body)}"})
                span = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"}
                return Answer(body[start:], 206, named | span)
            return Answer(body, headers=named)

        self.pages[path] = answer
        return self.base + path

    def ranges(self) -> list[str | None]:
        """The ranges asked for, None where the whole was."""
        return [headers.get("Range") for _, headers in self.asked]

    def next(self, path: str, asked: Message) -> Answer:
        """What to answer now."""
        page = self.pages.get(path)
        if page is None:
            return Answer(b"gone", 404)
        if isinstance(page, Answer):
            return page
        if callable(page):
            return page(asked)
        return page.pop(0) if len(page) > 1 else page[0]


@contextmanager
def serving() -> Iterator[Publisher]:
    """A publisher for the length of a block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_POST(self) -> None:
            publisher.sent.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.do_GET()

        do_PUT = do_DELETE = do_POST

        def do_GET(self) -> None:
            publisher.asked.append((self.path, self.headers))
            answer = publisher.next(self.path, self.headers)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.length:
                self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            part = answer.stall if answer.cut is None else answer.cut
            self.wfile.write(answer.body[:part])
            self.wfile.flush()
            if answer.stall is not None:
                publisher.go.wait(20)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that hung up is no concern of ours."""

    server = Server(("127.0.0.1", 0), Handler)
    publisher = Publisher(f"http://127.0.0.1:{server.server_port}", {})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield publisher
    finally:
        publisher.go.set()
        server.shutdown()
        thread.join()
        server.server_close()
