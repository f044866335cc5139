"""Many texts read by several processes: in their order, a bounded number of them at once.

Each process makes its own reader once, and is then given a few texts at a time; no more are
taken from where they come than will soon be read. What comes back does not hang on how many
processes there are, nor on which of them was quicker.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from typing import Any, TypeVar

from kg.errors import BuildError

__all__ = ["AHEAD", "AT_ONCE", "read_all"]

AT_ONCE = 16
"""Texts that a process is given at a time."""
AHEAD = 3
"""Times that many which are being read or wait, for each process."""

Text = TypeVar("Text")
Found = TypeVar("Found")

_reader: list[Callable[[Any], Any]] = []
"""The reader of this process, once it has made it."""


def read_all(
    texts: Iterable[Text],
    make: Callable[[], Callable[[Text], Found]],
    processes: int,
) -> Iterator[tuple[Text, Found]]:
    """Each text with what was found in it, in the order of the texts.

    :param make: makes the reader, in each process anew; must be picklable, as texts and what is
        found must be. With one process there is no other than this one.
    :raises BuildError: if a process dies. What a reader raises is raised here.
    """
    if processes <= 1:
        reader = make()
        yield from ((text, reader(text)) for text in texts)
        return
    # New processes, not forked ones: a fork of a process with threads may hang.
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _start, (make,))
    try:
        yield from _in_order(iter(texts), pool, processes * AHEAD)
    except BrokenProcessPool:
        raise BuildError("a process that read texts died; was there too little memory?") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(
    texts: Iterator[Text], pool: ProcessPoolExecutor, ahead: int
) -> Iterator[tuple[Text, Any]]:
    waiting: deque[tuple[list[Text], Future[list[Any]]]] = deque()
    while True:
        while len(waiting) < ahead and (some := list(islice(texts, AT_ONCE))):
            waiting.append((some, pool.submit(_read, some)))
        if not waiting:
            return
        some, future = waiting.popleft()
        yield from zip(some, future.result(), strict=True)


def _start(make: Callable[[], Callable[[Any], Any]]) -> None:
    _reader[:] = [make()]


def _read(texts: list[Any]) -> list[Any]:
    return [_reader[0](text) for text in texts]
