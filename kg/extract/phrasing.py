"""The phrases of use in a passage: where each stands, and which is not the drug's own.

A phrase of use ("for the prevention of") opens a place for diseases, unless it tells of other
drugs, of a therapy that people had, or of those who prescribe.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.extract.rules import Rule, listed, lists, turn, uses

__all__ = ["TO_ALL_BEHIND", "Phrase", "also", "idle", "phrases", "says_of"]

TO_ALL_BEHIND = ("imaging", "diagnosis")
"""Kinds of use that a word gives to every disease behind it."""


class Phrase(NamedTuple):
    """A phrase of use and its place."""

    rule: Rule
    start: int
    end: int


def phrases(line: str, start: int, end: int) -> list[Phrase]:
    """The phrases of use in a stretch of a line, in order; of two that overlap the longer."""
    found = [
        Phrase(rule, start + match.start(), start + match.end())
        for rule in uses()
        if not rule.needs or lists(rule.needs).search(line, 0, end)
        for match in rule.says.finditer(line[start:end])
    ]
    found = [one for one in found if not _had(line, start, one)]
    kept: list[Phrase] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _had(line: str, start: int, one: Phrase) -> bool:
    """Whether a phrase tells of a diagnosis that people have, not of one to be made."""
    before = line[max(start, one.start - 40) : one.start]
    if one.rule.name == "imaging":
        return bool(re.search(r"(?i)\bby\s+(?:\w+\s+)?$", before))
    if one.rule.name != "diagnosis" or not re.match(r"(?i)diagnosis", line[one.start : one.end]):
        return False
    return bool(
        re.search(r"(?i)\b(?:confirmed|established|clinical|with an?|with)\s+(?:\w+\s+)?$", before)
    )


def also(phrase: Phrase | None) -> list[Phrase]:
    """What else a phrase gives, in the same place."""
    if phrase is None or not phrase.rule.also:
        return []
    return [phrase._replace(rule=one) for one in uses() if one.name == phrase.rule.also]


def idle(line: str, start: int, one: Phrase) -> bool:
    """Whether a phrase stands in a background ("candidates for therapy", "after treatment")."""
    said = line[one.start : one.end].lower()
    before = line[max(start, one.start - 40) : one.start]
    if said.startswith("at risk of") and turn("is indicated").search(line[start : one.start]):
        return False
    if lists("prescribers").search(line[start : one.start]):
        return True
    if turn("is recommended for people").match(line, one.start):
        return True
    own = re.search("(?i)indicated|used|recommended", line[start : one.start])
    if (
        not own
        and (others := turn("is of other drugs").search(before))
        and lists("others").search(others.group())
    ):
        return True
    if turn("is a therapy that people had").search(before):
        return True
    if re.match("recommended|given|suitable|appropriate|preferred|approved", said):
        return turn("is told of another").search(line[start : one.end + 12]) is not None
    if said in listed("unsaid_of_what"):
        if turn("joins another use").match(line[one.end :]):
            return False
        return bool(lists("idle").search(before)) or len(said.split()) == 1
    if said == "diagnosis of" and re.search(
        r"(?i)\b(?:confirmed|established|clinical|with an?|(?<!in )(?<!for )the)\s+(?:\w+\s+)?$",
        before,
    ):
        return True
    evaluated = "evaluat" in said
    if said in ("therapy for", "treatment for"):
        before = line[max(start, one.start - 120) : one.start]
    return not evaluated and bool(
        re.search(r"(?i)\b(?:who|whose|whom|which|that|receiving|taking|requiring)\b[^,]*$", before)
    )


def says_of(line: str, phrase: Phrase) -> bool:
    """Whether a phrase ends so that the disease itself must follow ("treatment of")."""
    return bool(
        re.search(
            r"(?i)\b(?:of|treat|treating|prevent|against|preventing|relieve|lessen|differentiate|between)$",
            line[phrase.start : phrase.end],
        )
    )
