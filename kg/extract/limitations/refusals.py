"""What makes a sentence take something away: the phrase, unless it is within the indication."""

from __future__ import annotations

import re

from kg.extract.rules import Rule, lists, refusals, turn

__all__ = ["last_end", "refusal"]


def refusal(line: str, start: int, end: int) -> tuple[Rule, re.Match[str]] | None:
    """The first phrase of a passage that takes something away and is not within the indication."""
    best: tuple[Rule, re.Match[str]] | None = None
    for rule in refusals():
        for found in rule.says.finditer(line, start, end):
            before = line[start : found.start()]
            alone = rule.gives == "restricted" or turn("denies by itself").search(found.group())
            if not alone and (
                _in_relative(before)
                or turn("speaks of itself").search(before)
                or _within(line, start, end, found)
                or turn("takes nothing away").search(line, start, end)
                or turn("grants what is not tried").search(line, max(start - 10, 0), end)
            ):
                continue
            if rule.needs and not lists(rule.needs).search(line, start, end):
                continue
            first = best is None or found.start() < best[1].start()
            if first or (best and found.start() == best[1].start() and found.end() > best[1].end()):
                best = rule, found
            break
    return best


def last_end(line: str, match: re.Match[str], end: int) -> int:
    """Where the last of several refusals of a passage ends ("is not for and is not used in")."""
    stop = match.end()
    while found := refusal(line, stop, end):
        stop = found[1].end()
    return stop


_AUXILIARIES = re.compile(
    r"(?i)(?:\b(?:has|have|had|is|are|was|were|be|been|should|must|may|can|do|does|did|also|yet)"
    r"\s*)+$"
)


def _in_relative(before: str) -> bool:
    """Whether a relative clause is still open, so that the refusal is a part of the indication."""
    found = turn("is within a relative").search(before)
    told = ("tells what is known", "tells what the drug is")
    if found is None or any(turn(way).search(before) for way in told):
        return False
    own = _AUXILIARIES.sub("", before[found.start() :]).rstrip()
    last = list(re.finditer(r"(?i)\b(?:who|whom|whose|that|which|when|where|if)\b", own))
    said = own[last[-1].end() :] if last else own
    if turn("begins with a participle").match(said):
        return False
    if re.search(r"(?i)\b(?:and|or|but)$", said):
        return True
    taken = last and last[-1].group().lower() in ("who", "which")
    closed = turn("has a verb").search(said) or (
        taken and turn("takes its verb at once").match(before, found.start() + last[-1].end())
    )
    return not closed


def _within(line: str, start: int, end: int, found: re.Match[str]) -> bool:
    """Whether the clause itself states an indication, which the phrase only narrows."""
    cut = [one.end() for one in turn("begins a clause").finditer(line, start, found.start())]
    before, after = line[max([start, *cut]) : found.start()], line[found.end() : end]
    return bool(turn("states an indication").search(before)) or bool(
        not re.search(r"(?i)indicated", found.group())
        and re.match(r"(?i)[^.;]*?,?\s*\w+\s+is\s+indicated\s+(?:in|for)", after)
    )
