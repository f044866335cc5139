"""The report on two revisions of a source: what became of each fact, as values, JSON and words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from kg.anchor import STATES
from kg.evidence import State
from kg.names import compact
from kg.revising.revision import Revision

__all__ = ["Compared", "Diff", "Found", "SectionState", "Uncited"]

HEADINGS: dict[State, str] = {
    "lost": "Lost: nothing like them stands in the new revision",
    "changed": "Changed: read these again",
    "moved": "Moved: the same words elsewhere",
    "confirmed": "Confirmed: the same words in their place",
}
"""What needs a person comes first."""


@dataclass(frozen=True)
class Found:
    """What became of one piece of evidence: where it stands now, and what differs."""

    state: State
    was: str
    now: str = ""
    span: tuple[int, int] | None = None
    section: str = ""
    how: str = ""


@dataclass(frozen=True)
class Compared:
    """A fact in the new revision: the worst that became of its evidence."""

    fact: str
    label: str
    state: State
    section: str
    was: str
    now: str
    how: str


@dataclass(frozen=True)
class Uncited:
    """A passage of the new revision that no fact rests on; ``new`` if the old one lacks it."""

    new: bool
    section: str
    place: str
    text: str


@dataclass(frozen=True)
class SectionState:
    """A section of a label: the same, moved, changed, new or gone."""

    section: str
    code: str
    state: str


@dataclass(frozen=True)
class Diff:
    """The report on two revisions.

    :param found: by piece of evidence, what became of it.
    :param notes: what a curator should know before believing the rest.
    """

    source: str
    old: Revision
    new: Revision
    facts: tuple[Compared, ...]
    uncited: tuple[Uncited, ...]
    sections: tuple[SectionState, ...]
    found: Mapping[str, Found]
    notes: tuple[str, ...] = ()

    @cached_property
    def counts(self) -> dict[State, int]:
        """How many facts there are in each state."""
        count = Counter(one.state for one in self.facts)
        return {state: count[state] for state in STATES}

    @property
    def holds(self) -> bool:
        """Whether no fact has changed or is lost."""
        return not (self.counts["changed"] or self.counts["lost"])

    def document(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            "source": compact(self.source),
            "old": _side(self.old),
            "new": _side(self.new),
            "counts": self.counts,
            "facts": [asdict(one) | {"fact": compact(one.fact)} for one in self.facts],
            "sections": [asdict(one) for one in self.sections],
            "uncited": [asdict(one) for one in self.uncited],
            "notes": list(self.notes),
        }

    def text(self, whole: bool = False) -> str:
        """The report in words for a curator.

        :param whole: list also what stands, and what no fact rested on before.
        """
        return "\n".join(_lines(self, whole)) + "\n"


def _side(one: Revision) -> dict[str, Any]:
    return {
        "file": one.path.name,
        "date": one.date.text if one.date else None,
        "sha256": one.checksum,
    }


def _lines(found: Diff, whole: bool) -> Iterator[str]:
    for name, side in (("old", found.old), ("new", found.new)):
        day = side.date.text if side.date else "date not stated"
        yield f"{name}: {side.path.name} ({day})"
    yield from (f"note: {note}" for note in found.notes)
    rest = ", ".join(f"{found.counts[state]} {state}" for state in STATES[1:])
    yield f"{found.counts['confirmed']} of {len(found.facts)} facts confirmed, {rest}"
    for state, heading in HEADINGS.items():
        here = [one for one in found.facts if one.state == state]
        if not here or (state == "confirmed" and not whole):
            continue
        yield f"\n{heading}"
        for one in here:
            now = f" → {one.now}" if one.now and one.now != one.was else ""
            yield f"- {one.label} ({compact(one.fact)})"
            yield f"  {', '.join(filter(None, (one.section, one.was)))}{now}"
            if one.how:
                yield f"  {one.how}"
    yield from _sections(found, whole)
    yield from _uncited(found, whole)


def _sections(found: Diff, whole: bool) -> Iterator[str]:
    if not found.sections:
        return
    count = Counter(one.state for one in found.sections)
    total = ", ".join(f"{number} {state}" for state, number in sorted(count.items()))
    yield f"\nSections: {total}"
    for one in found.sections:
        if whole or one.state != "same":
            yield f"- {one.state}: {one.section}" + (f" ({one.code})" if one.code else "")


def _uncited(found: Diff, whole: bool) -> Iterator[str]:
    new = [one for one in found.uncited if one.new]
    yield f"\nNew, and no fact rests on it: {len(new)}"
    for one in new:
        yield "- " + ": ".join(filter(None, (one.section, one.place, one.text)))
    before = [one for one in found.uncited if not one.new]
    if before:
        yield f"\nNo fact rests on it, as before: {len(before)}"
        if whole:
            yield from (f"- {one.place}: {one.text}" for one in before)
