"""Real SPARQL servers for tests: Oxigraph's, and Debian's Virtuoso where it is installed."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import httpx
import pytest

__all__ = ["Engine", "Oxigraph", "Virtuoso", "engine", "free_port", "needs"]

SECONDS = 30.0
USER = PASSWORD = "dba"
"""Of a new Virtuoso."""


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip a test where a program is not installed."""
    missing = [one for one in programs if shutil.which(one) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Engine:
    """A server over a folder; it can be killed and started again over what it holds."""

    place: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    environment: ClassVar[dict[str, str]] = {}
    """What has to be set to write to it."""
    query_path = "query"

    def command(self) -> list[str]:
        """How it is started."""
        raise NotImplementedError

    @property
    def query(self) -> str:
        """The address of its query service."""
        return f"http://127.0.0.1:{self.port}/{self.query_path}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self.place / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, cwd=self.place)
        end = time.monotonic() + SECONDS
        while not self._answers():
            assert self.process.poll() is None, (self.place / "log").read_text()
            assert time.monotonic() < end, "it does not answer"
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            asked = {"query": "ASK { ?s <urn:x:none> ?o }"}
            return httpx.get(self.query, params=asked, timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None


class Oxigraph(Engine):
    """The server of PyPI's package ``oxigraph``."""

    def command(self) -> list[str]:
        program = str(Path(sys.executable).parent / "oxigraph")
        return [
            program, "serve", "--location", str(self.place / "store"),
            "--bind", f"127.0.0.1:{self.port}",
        ]  # fmt: skip


class Virtuoso(Engine):
    """Debian's ``virtuoso-opensource-7``, which gives at most 10,000 rows, as Debian sets it."""

    environment: ClassVar[dict[str, str]] = {
        "KG_ENDPOINT_USER": USER,
        "KG_ENDPOINT_PASSWORD": PASSWORD,
    }
    query_path = "sparql"
    rows = 10_000
    buffers = 20_000

    def command(self) -> list[str]:
        settings = self.place / "virtuoso.ini"
        if not settings.exists():
            settings.write_text(self._settings(), encoding="utf-8")
        return ["virtuoso-t", "+foreground", "+configfile", str(settings)]

    def _settings(self) -> str:
        files = {
            "Database": ("DatabaseFile", "ErrorLogFile", "LockFile", "TransactionFile"),
            "TempDatabase": ("DatabaseFile", "TransactionFile"),
        }
        lines = [
            "[Parameters]",
            f"ServerPort = 127.0.0.1:{self.sql}",
            f"NumberOfBuffers = {self.buffers}",
            f"DirsAllowed = {self.place}",
            "[HTTPServer]",
            f"ServerPort = 127.0.0.1:{self.port}",
            f"ServerRoot = {self.place}",
            "[SPARQL]",
            f"ResultSetMaxRows = {self.rows}",
        ]
        for part, names in files.items():
            lines += [f"[{part}]", *(f"{one} = {self.place / (part + one)}" for one in names)]
        return "\n".join(lines) + "\n"

    @property
    def sql(self) -> int:
        """The port of its SQL, beside which ``isql-vt`` works."""
        known = self.place / "sql"
        if not known.exists():
            known.write_text(str(free_port()))
        return int(known.read_text())

    def isql(self, commands: str) -> str:
        """What ``isql-vt`` prints of some commands."""
        words = ["isql-vt", f"127.0.0.1:{self.sql}", USER, PASSWORD, "BANNER=OFF", "VERBOSE=OFF"]
        done = subprocess.run(
            words, input=commands, capture_output=True, text=True, check=True, cwd=self.place
        )
        return done.stdout


@contextmanager
def engine(kind: type[Engine], place: Path) -> Iterator[Engine]:
    """A server for the length of a block."""
    place.mkdir(parents=True, exist_ok=True)
    one = kind(place)
    one.start()
    try:
        yield one
    finally:
        one.kill()
