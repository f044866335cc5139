"""The jail: text that a stranger wrote is parsed and run in a process that can be killed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from kg.limits import Limits

__all__ = ["Jail", "Reply"]


@dataclass(frozen=True)
class Reply:
    """A complete answer, serialised."""

    media_type: str
    body: bytes
    form: Literal["select", "ask", "construct"]


class Jail:
    """Processes that answer strangers' queries over one built graph."""

    def __init__(self, place: Path | None = None, limits: Limits | None = None) -> None:
        self.place, self.limits = place, limits or Limits()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process; none is left."""

    def query(
        self,
        sparql: str,
        *,
        results: str = "application/sparql-results+json",
        graphs: str = "text/turtle",
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Reply:
        """Answer one query."""
        raise NotImplementedError
