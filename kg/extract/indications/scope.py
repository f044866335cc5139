"""What of a passage is said of one of the diseases that it names, and in which alternatives."""

from __future__ import annotations

from itertools import pairwise

from kg.extract.names.mentions import Disease
from kg.extract.passages import Passage
from kg.extract.phrasing import Phrase
from kg.extract.rules import turn
from kg.extract.whom.people import people

__all__ = ["alternatives", "backgrounds", "stretch"]


def stretch(
    line: str, part: Passage, told_of: list[tuple[Disease, Phrase | None]], number: int
) -> tuple[int, int]:
    """What of a passage is said of one of several diseases: up to where the next place opens."""
    phrase = told_of[number][1]
    later = [other for _, other in told_of[number + 1 :] if other and other != phrase]
    later = [other for other in later if other.start > told_of[number][0].start]
    first = all(other == phrase or not other for _, other in told_of[:number])
    begin = part.start if first or phrase is None else _place(line, part, phrase)
    stop = _place(line, part, later[0]) if later else part.end
    same = [one for one, other in told_of if other == phrase]
    place = same.index(told_of[number][0])
    if place and _whom(line, same[place - 1], same[place]):
        begin = same[place].start
    if place + 1 < len(same) and _whom(line, same[place], same[place + 1]):
        stop = same[place + 1].start
    if place and (at := _others(line, same[place - 1], same[place])):
        begin = at
    if place + 1 < len(same) and (at := _others(line, same[place], same[place + 1])):
        stop = at
    return begin, stop


def _others(line: str, one: Disease, other: Disease) -> int | None:
    """Where other people are told between two names, who have the second."""
    found = turn("begins other people").search(line, one.end, max(one.end, other.start))
    return found.start() if found else None


def _place(line: str, part: Passage, phrase: Phrase) -> int:
    """Where the place of a phrase opens: with the people that stand right before it, if any."""
    before = turn("tells people before a use").search(line[part.start : phrase.start])
    return part.start + before.start("whom") if before else phrase.start


def _whom(line: str, one: Disease, other: Disease) -> bool:
    """Whether people are told between two names: they are the first one's."""
    return bool(people(line[one.end : max(one.end, other.start)]))


def alternatives(line: str, at: int, end: int) -> list[str]:
    """The line once for each alternative behind a name, the others blanked out."""
    cuts = [
        at,
        *(at + one.start() for one in turn("begins an alternative").finditer(line[at:end])),
        end,
    ]
    if len(cuts) == 2:
        return [line]
    found = []
    for first, last in pairwise(cuts):
        blank = " " * (first - at), " " * (end - last)
        found.append(line[:at] + blank[0] + line[first:last] + blank[1] + line[end:])
    return found


def backgrounds(line: str, rest: list[Disease]) -> list[list[Disease]]:
    """The backgrounds of a name: each apart where they are alternatives ("with A, B or C")."""
    gaps = [line[one.end : other.start].strip() for one, other in pairwise(rest)]
    apart = "or" in {gap.strip(", ") for gap in gaps} and all(
        gap.strip(", ") in ("", "or") for gap in gaps
    )
    return [[one] for one in rest] if apart else [rest]
