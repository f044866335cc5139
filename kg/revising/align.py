"""Two revisions of a text laid beside each other: what kept its place, and where the rest must lie.

A sentence keeps its place when it stands in the same order among its neighbours, however many
characters were added before it. Those that did are a longest increasing subsequence of the
sentences that both texts have, by their places in the one and in the other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from kg.evidence import Anchor, Page, digest

__all__ = ["Alignment", "increasing"]

Span = tuple[int, int]


def increasing(numbers: Sequence[int]) -> list[int]:
    """The positions of a longest strictly increasing subsequence (patience sorting)."""
    tops: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for position, number in enumerate(numbers):
        pile = bisect_left(tops, number)
        before.append(last[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(number)
            last.append(position)
        else:
            tops[pile], last[pile] = number, position
    found: list[int] = []
    at = last[-1] if last else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return found[::-1]


@dataclass(frozen=True)
class _Fixed:
    """A sentence that kept its place: its characters in the old text and in the new."""

    old: Span
    new: Span


class Alignment:
    """An old and a new text, and where passages of the old one stand in the new one.

    :param cited: digests of all passages that facts cite; one that is there unchanged is no
        changed form of another, nor is any sentence that both texts have.
    """

    def __init__(self, old: Page, new: Page, cited: frozenset[str] = frozenset()) -> None:
        self.old, self.new = old, new
        digests = [digest(old.text[start:end]) for start, end in old.segments]
        self.known = cited | {one for one in digests if new.where(one)}
        pairs = []
        for span, one in zip(old.segments, digests, strict=True):
            here, there = old.where(one), new.where(one)
            if len(here) == len(there):
                pairs.append(_Fixed(span, there[here.index(span)]))
        kept = increasing([pair.new[0] for pair in pairs])
        self.fixed = [pairs[position] for position in kept]
        self._starts = [one.old[0] for one in self.fixed]
        self._ends = [one.old[1] for one in self.fixed]

    def gap(self, span: Span) -> Span:
        """Where in the new text a stretch of the old one must lie if it kept its place."""
        before, after = bisect_right(self._ends, span[0]), bisect_left(self._starts, span[1])
        low = self.fixed[before - 1].new[1] if before else 0
        high = self.fixed[after].new[0] if after < len(self.fixed) else len(self.new.text)
        return low, high

    def find(self, span: Span, want: str, like: str) -> Anchor:
        """What became of a passage: confirmed, moved, changed or lost.

        Of a passage that the old text has several times, and the new one less often, it cannot
        be told which is gone: none of those counts as confirmed.

        :param span: its characters in the revision that was cited; ``want`` its digest, ``like``
            its sketch.
        """
        there = self.new.where(want)
        here = self._old(span, want)
        if not there:
            return self.new.like(*span, like, self.known - self._within(here or span))
        if here is None:
            return self.new.find(*span, want, like, self.known)
        low, high = self.gap(here)
        inside = [one for one in there if low <= one[0] and one[1] <= high]
        alike = [one for one in self.old.where(want) if self.gap(one) == (low, high)]
        if inside and len(inside) >= len(alike):
            return Anchor("confirmed", *inside[min(alike.index(here), len(inside) - 1)])
        taken = {
            one for other in self.old.where(want) for one in there if _in(one, self.gap(other))
        }
        free = [one for one in there if one not in taken]
        if free and not inside:
            return Anchor("moved", *min(free, key=lambda one: abs(one[0] - low)))
        return self.new.like(*here, like, self.known)

    def _within(self, span: Span) -> set[str]:
        """The digests of the sentences of a stretch of the old text: parts of it may be kept."""
        text, (start, end) = self.old.text, span
        return {digest(text[a:b]) for a, b in self.old.segments if start <= a and b <= end}

    def _old(self, span: Span, want: str) -> Span | None:
        """Where the old text has a passage, nearest to where it was cited."""
        here = self.old.where(want)
        return min(here, key=lambda one: abs(one[0] - span[0])) if here else None


def _in(one: Span, gap: Span) -> bool:
    return gap[0] <= one[0] and one[1] <= gap[1]
