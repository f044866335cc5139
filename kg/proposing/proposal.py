"""Proposed facts as values: what a program read in a page, for a person to decide on."""

from __future__ import annotations

from dataclasses import dataclass

from kg.dates import PartialDate
from kg.names import compact

__all__ = ["DECISIONS", "ID", "WORDS", "Limit", "Named", "Proposal", "Proposals"]

DECISIONS = ("accept", "reject", "later")
"""What a person can decide of a proposal."""

ID = "[0-9a-f]{16}"
"""What the id of a proposal looks like."""

WORDS = {
    ("max", False): "less than",
    ("max", True): "up to",
    ("min", True): "at least",
    ("min", False): "more than",
}
"""How a limit is said, by its side and whether the limit itself belongs."""


@dataclass(frozen=True, order=True)
class Named:
    """A thing by its IRI, with its name; of a new one also the class it is to have."""

    iri: str
    label: str
    new: str = ""

    def __str__(self) -> str:
        kind = f"new {self.new.removeprefix('df:')} " if self.new else ""
        return f"{kind}{compact(self.iri)} ({self.label})"


@dataclass(frozen=True)
class Limit:
    """A bound: ``side`` is min or max."""

    side: str
    value: str
    inclusive: bool


@dataclass(frozen=True)
class Proposal:
    """One proposed fact. Fields that the passage says nothing of are empty.

    ``id`` is what it is remembered by if it is rejected, whatever a person mends in it.
    ``months``, ``days``, ``weight`` and ``copies`` are limits, of age in months or days, in
    kilograms and of a gene; ``passage`` and ``leads`` are offsets in the page. ``others`` are
    namesakes of the subject, for the person to choose.
    """

    id: str
    label: str
    decision: str
    kind: str
    subject: Named
    predicate: str
    object: Named
    polarity: str
    certainty: str
    passage: tuple[int, int]
    leads: tuple[tuple[int, int], ...] = ()
    others: tuple[Named, ...] = ()
    section: str = ""
    date: PartialDate | None = None
    event: str = ""
    authority: Named | None = None
    jurisdiction: Named | None = None
    intent: str = ""
    use: str = ""
    months: tuple[Limit, ...] = ()
    days: tuple[Limit, ...] = ()
    weight: tuple[Limit, ...] = ()
    copies: tuple[Limit, ...] = ()
    copies_of: Named | None = None
    mutation: tuple[Named, ...] = ()
    zygosity: str = ""
    age_group: tuple[str, ...] = ()
    sex: str = ""
    genetic_form: Named | None = None
    subtype: tuple[Named, ...] = ()
    frequency: Named | None = None
    minutes: int | None = None
    about: bool = False
    timing: Named | None = None
    proportion: Named | None = None
    severity: Named | None = None
    through: Named | None = None
    examples: tuple[Named, ...] = ()
    known: str = ""
    line: int = 0


@dataclass(frozen=True)
class Proposals:
    """The proposals of one page: its file name, its checksum and its version's CURIE."""

    page: str
    checksum: str
    version: str
    blocks: tuple[Proposal, ...]
