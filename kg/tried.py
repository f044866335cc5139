"""The whole library, each question asked with its example: what a store or a server makes of it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

from kg import library
from kg.errors import KgError
from kg.graph import Graph

__all__ = ["Tried", "tried"]


@dataclass(frozen=True)
class Tried:
    """A question that was asked.

    :ivar rows: how many there are; None if it could not be answered.
    :ivar digest: the same for the same rows, in whatever order they come.
    :ivar problem: why it could not be answered.
    """

    name: str
    parameters: str
    rows: int | None
    digest: str
    seconds: float
    problem: str = ""


def tried(graph: Graph) -> Iterator[Tried]:
    """Ask each question of the library, in the order of the list."""
    for name, question in library.load().items():
        given = question.examples()
        start, rows, digest, problem = time.perf_counter(), None, "", ""
        try:
            found = graph.ask(question, **given)
            lines = sorted("\t".join(map(str, row)) for row in found.rows.rows)
            rows = len(lines)
            digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
        except KgError as error:
            problem = str(error)
        seconds = round(time.perf_counter() - start, 3)
        said = " ".join(f"{key}={value}" for key, value in given.items())
        yield Tried(name, said, rows, digest, seconds, problem)
