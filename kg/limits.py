"""Limits: every bound that a stranger's request meets, named, with its reason.

The server shows them at ``/limits``. Reaching one is an error that names it, never a shorter
answer.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from kg.errors import InputError, UnknownName

__all__ = ["Limits"]


def _named(default: int | float, reason: str) -> Any:
    return field(default=default, metadata={"reason": reason, "kind": type(default)})


@dataclass(frozen=True)
class Limits:
    """The named settings; sizes in bytes, times in seconds."""

    query_bytes: int = _named(100_000, "a longer query is a program, not a question")
    query_nesting: int = _named(64, "deeper brackets can exhaust the stack of a parser")
    query_seconds: float = _named(20.0, "the clock after which a query's process is killed")
    query_memory: int = _named(
        2_000_000_000, "the address space of a query's process beyond the opened graph"
    )
    result_bytes: int = _named(50_000_000, "an answer is held whole before its first byte is sent")
    quick_seconds: float = _named(
        1.0, "a query that runs longer needs one of the few places for slow ones"
    )
    slow_queries: int = _named(2, "how many slow queries run at once, so that quick ones get by")
    workers: int = _named(6, "how many queries of strangers run at once, quick and slow")
    client_queries: int = _named(
        3, "how many queries of one address run at once, so that others get by"
    )
    spare_workers: int = _named(2, "processes kept ready to replace those that are killed")
    waiting_queries: int = _named(64, "how many queries may wait for a process")
    waiting_seconds: float = _named(10.0, "how long a query waits for a process")
    url_bytes: int = _named(16_000, "a longer address is refused; send the query by POST")
    header_bytes: int = _named(32_000, "a longer head of a request is refused")
    body_bytes: int = _named(200_000, "a larger request body is refused unread")
    body_seconds: float = _named(10.0, "how long a request may take to send its body")
    head_seconds: float = _named(10.0, "how long a request may take to send its head")
    pages: int = _named(
        8, "how many pages that read the graph are made at once, so that other requests get by"
    )
    waiting_pages: int = _named(128, "how many such pages may wait to be made")
    kept_bytes: int = _named(
        64_000_000, "replies kept in memory, so that what is asked again is not made again"
    )
    requests: int = _named(256, "how many requests are served at once")

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Limits:
        """The limits with some of them set otherwise, by name.

        :raises InputError: for an unknown name, or a value that is no number above zero.
        """
        known = {one.name: one.metadata["kind"] for one in fields(cls)}
        found: dict[str, Any] = {}
        for name, text in given.items():
            if name not in known:
                near = tuple(difflib.get_close_matches(name, known, 3))
                raise UnknownName(f'no limit is called "{name}"', near=near)
            if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,6})?", text) or not float(text):
                raise InputError(f'"{text}" is no number above zero', field=name)
            if known[name] is int and "." in text:
                raise InputError(f'"{text}" is no whole number', field=name)
            found[name] = known[name](text)
        return cls(**found)

    def table(self) -> Iterator[tuple[str, int | float, str]]:
        """Name, value and reason of every limit."""
        for one in fields(self):
            yield one.name, getattr(self, one.name), one.metadata["reason"]
