"""What of a clause is limited: the words that name it."""

from __future__ import annotations

import re

from kg.extract.found import Span
from kg.extract.rules import kinds, turn

__all__ = ["about", "place", "told"]

_TURNS = {
    "outcome": ("names an effect",),
    "organism": ("tells infections by their cause", "tells the germ of a disease"),
}
"""Turns of phrase that tell a kind, besides the words of its rules."""


def told(line: str, start: int, end: int, kind: str, match: re.Match[str]) -> Span | None:
    """The words by which a kind is told, with what follows up to the refusal or the end.

    :param match: the refusal in the clause from ``start`` to ``end``.
    """
    if at_once := _at_once(line, start, end, kind, match):
        return at_once
    says = [rule.says for rule in kinds() if rule.gives == kind]
    for name in _TURNS.get(kind, ()):
        says.insert(0 if kind == "organism" else len(says), turn(name))
    if kind == "use":
        return None
    for one in says:
        if found := one.search(line, max(start, match.start()), end):
            at = found.start() if found.start() >= match.end() else max(found.end(), match.end())
            if kind == "organism" and turn("acts on what follows").search(match.group()):
                at = match.end()
            at += len(line[at:end]) - len(line[at:end].lstrip())
            row = kind == "patients" and turn("names sorts of people").search(
                line, match.end(), end
            )
            if row and row.start() < at < row.end():
                return Span(row.start(), end)
            if at < end:
                return Span(at, end)
            if kind == "substitution" and match.end() > found.start():
                return _own_words(line, match)
            if kind in ("duration", "line"):
                return Span(found.start(), found.end())
        stop = min(end, match.start())
        if found := one.search(line, start, stop):
            verb = re.search(r"\s+(?:ha(?:s|ve)|is|are|was|were|should|must|does)\s*$", line[:stop])
            return Span(found.start(), max(found.end(), verb.start() if verb else stop))
    return None


def _at_once(line: str, start: int, end: int, kind: str, match: re.Match[str]) -> Span | None:
    """What is limited where the refusal itself or what stands right behind it tells that."""
    if middle := turn("denies in the middle").match(match.group()):
        at = match.start()
        return Span(at + middle.start("denied"), at + middle.end("denied"))
    if re.search(r"(?i)\bexceed$", match.group()) and match.end() < end:
        return Span(match.end() - len("exceed"), end)
    said = turn("says what is compared").match(line, match.end(), end)
    if kind == "comparison" and said:
        return Span(said.end(), end)
    effect = turn("begins with an effect").match(line, max(start, match.end()), end)
    if kind == "outcome" and effect and effect.end() < end:
        return Span(effect.start("verb"), end)
    shown = turn("is what trials would show").search(match.group())
    if kind == "outcome" and shown and (what := re.compile(r"\s*(?=\w)").match(line, match.end())):
        return Span(what.end(), end) if what.end() < end else None
    return None


_TEST = re.compile(r"\bnot\s+an?\s+(?=(?:standalone|screening|diagnostic)$)", re.IGNORECASE)
"""A refusal that ends with the word that tells which test is taken away."""


def _own_words(line: str, match: re.Match[str]) -> Span | None:
    """What a refusal that is a clause itself takes away ("does not eliminate … use")."""
    verb = re.search(r"(?i)\b(?:eliminate|replace|remove)\s+", match.group())
    return Span(match.start() + verb.end(), match.end()) if verb else None


def about(line: str, start: int, end: int, match: re.Match[str]) -> Span | None:
    """What stands behind a preposition: after the refusal if it goes on so, else before it.

    :param match: the refusal in the clause from ``start`` to ``end``.
    """
    if test := _TEST.search(match.group()):
        return Span(match.start() + test.end(), end)
    if (
        re.search(r"(?i)\b(?:for|in|against|of|with|as|on|upon)$", match.group())
        or turn("ends with what is not done").search(match.group())
    ) and start < match.end():
        rest = line[match.end() : end]
        at = match.end() + len(rest) - len(rest.lstrip())
        return Span(at, end) if at < end else None
    stop = min(end, match.start())
    trimmed = re.search(r"\s+(?:ha(?:s|ve)|is|are|was|were|should|must)?\s*$", line[:stop])
    before = place(line, start, trimmed.start() if trimmed else stop)
    after = place(line, max(start, match.end()), end)
    goes_on = turn("begins what is limited").match(line, match.end() + 1, end)
    return (after or before) if goes_on or before is None else before


def place(line: str, start: int, end: int) -> Span | None:
    """What stands behind the first preposition of a stretch, if anything does."""
    found = turn("begins what is limited").search(line, start, end)
    return Span(found.end(), end) if found and found.end() < end else None
