"""The server's side of the jail's processes: start, talk to, kill and replace them."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from kg import jail_holder
from kg.errors import LimitHit, NoGraph
from kg.jail_holder import COMMAND, FRAME, NUMBER
from kg.limits import Limits
from kg.names import BASE, prefixes

__all__ = ["Found", "Holder", "Worker"]

CHUNK = 1 << 18
STOPPING = 5.0
"""Seconds that the holder is given to end by itself."""


Found = tuple[dict[str, Any], bytes]
"""The head of an answer, and its body."""


class Worker:
    """One worker as the server sees it."""

    def __init__(self, pid: int, sock: socket.socket) -> None:
        self.pid, self.sock, self.uses, self.slow = pid, sock, 0, False
        self._buffer = bytearray()

    def alive(self) -> bool:
        """Whether it has not ended while it was idle."""
        self.sock.setblocking(False)
        try:
            return bool(self.sock.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def hang_up(self) -> None:
        """Wake whoever waits for it: to them, and to itself, it has ended."""
        with suppress(OSError):  # it has ended already
            self.sock.shutdown(socket.SHUT_RDWR)

    def send(self, request: dict[str, Any]) -> None:
        """Send a query."""
        self.sock.settimeout(STOPPING)
        jail_holder.send(self.sock, request)

    def receive(self, until: float) -> Found:
        """Wait for the whole answer; may be called again after a timeout.

        :param until: a moment of the monotonic clock.
        :raises TimeoutError: if the answer is not there by then.
        :raises EOFError: if the worker has died.
        """
        while (whole := self._whole()) is None:
            self.sock.settimeout(max(until - time.monotonic(), 0.001))
            data = self.sock.recv(CHUNK)
            if not data:
                raise EOFError
            self._buffer += data
        return whole

    async def arrival(self) -> Found:
        """The same on an event loop; may be cancelled, and either called again after it.

        :raises EOFError: if the worker has died.
        """
        self.sock.setblocking(False)
        loop = asyncio.get_running_loop()
        while (whole := self._whole()) is None:
            data = await loop.sock_recv(self.sock, CHUNK)
            if not data:
                raise EOFError
            self._buffer += data
        return whole

    def _whole(self) -> Found | None:
        if len(self._buffer) < FRAME.size:
            return None
        small, large = FRAME.unpack_from(self._buffer)
        if len(self._buffer) < FRAME.size + small + large:
            return None
        head = json.loads(self._buffer[FRAME.size : FRAME.size + small])
        body = bytes(memoryview(self._buffer)[FRAME.size + small :])
        self._buffer = bytearray()
        return head, body


class Holder:
    """The holder process; it is started again if something has ended it.

    :param generation: the folder of a built graph (:mod:`kg.place`).
    :raises NoGraph: if it cannot be opened.
    """

    def __init__(self, generation: Path, limits: Limits) -> None:
        self._settings = {
            "store": str(generation.resolve() / "store"),
            "base": BASE,
            "prefixes": prefixes(),
            "result_bytes": limits.result_bytes,
            "query_memory": limits.query_memory,
            "query_seconds": limits.query_seconds,
        }
        self._lock = threading.Lock()
        self._sockets: dict[int, socket.socket] = {}
        self._closed = False
        self._start()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", jail_holder.__file__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._control = ours
        jail_holder.send(ours, self._settings)
        told = jail_holder.receive(ours)
        if told is None or "error" in told[0]:
            self._end()
            reason = "the process ended" if told is None else told[0]["error"]
            raise NoGraph(f"the graph cannot be opened ({reason}): build it again")

    def fork(self) -> Worker:
        """A new worker.

        :raises LimitHit: if the jail is closed.
        """
        worker = self.spare()
        if worker is None:
            raise LimitHit("the server is stopping")
        return worker

    def spare(self) -> Worker | None:
        """A new worker, or None if the jail is closed."""
        with self._lock:
            if self._closed:
                return None
            try:
                return self._fork()
            except (OSError, EOFError):
                self._end()
                self._start()
                return self._fork()

    def _fork(self) -> Worker:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._control, [COMMAND.pack(b"f", 0)], [theirs.fileno()])
            pid = self._number()
        except (OSError, EOFError):
            ours.close()
            raise
        self._sockets[pid] = ours
        return Worker(pid, ours)

    def kill(self, worker: Worker) -> int:
        """End a worker; return how it ended (the signal, negative), 0 if that is not known."""
        with self._lock:
            worker.sock.close()
            if self._sockets.get(worker.pid) is not worker.sock or self._closed:
                return 0
            del self._sockets[worker.pid]
            try:
                self._control.sendall(COMMAND.pack(b"k", worker.pid))
                return self._number()
            except (OSError, EOFError):
                return 0

    def _number(self) -> int:
        data = jail_holder.take(self._control, NUMBER.size)
        if data is None:
            raise EOFError
        number: int = NUMBER.unpack(data)[0]
        return number

    def close(self) -> None:
        """End the holder and, by that, every worker."""
        with self._lock:
            self._closed = True
            self._end()

    def _end(self) -> None:
        for one in self._sockets.values():
            with suppress(OSError):  # it is at its end already
                one.shutdown(socket.SHUT_RDWR)  # whoever waits at it wakes up, and closes it
        self._sockets.clear()
        self._control.close()
        try:
            self._process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
