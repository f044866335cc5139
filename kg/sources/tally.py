"""Accounting: every row of a source made something, or was skipped for a named reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from kg.errors import KgError

__all__ = ["Tally"]


@dataclass
class Tally:
    """What became of the rows of one source; the totals must add up.

    :param name: the source's name, such as ``fda-purple-book``.
    """

    name: str
    rows: int = 0
    """Rows read from the file, counted by the reader."""
    taken: int = 0
    """Rows that made a fact, an entity or a name."""
    skipped: Counter[str] = field(default_factory=Counter)
    """Rows that made nothing, by reason."""

    def row(self, count: int = 1) -> None:
        """Count rows as read."""
        self.rows += count

    def used(self, count: int = 1) -> None:
        """Count rows as having made something."""
        self.taken += count

    def skip(self, reason: str, count: int = 1) -> None:
        """Count rows as having made nothing, for a reason."""
        self.skipped[reason] += count

    def check(self) -> None:
        """Compare the totals.

        :raises KgError: if a row is unaccounted for, or counted twice; a mistake in the adapter.
        """
        told = self.taken + sum(self.skipped.values())
        if told != self.rows:
            raise KgError(f"{self.name}: {self.rows} rows were read, {told} are accounted for")
