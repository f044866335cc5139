"""Where the clause that takes something away begins and ends, and into which parts it falls."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.limitations import verb_rows
from kg.extract.limitations.refusals import refusal
from kg.extract.rules import turn

__all__ = ["apart", "clause_end", "listed", "members", "without_reason"]


def apart(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The clauses of a sentence; a reason that takes something away itself apart from the rest."""
    for at, stop in _clauses(line, start, end):
        found = turn("begins with a reason").match(line, at, stop) and refusal(line, at, stop)
        if found and not turn("ends a reason").search(line, at, found[1].start()):
            comma = turn("ends a reason").search(line, found[1].end(), stop)
            if comma and refusal(line, comma.end(), stop):
                yield at, comma.start()
                at = comma.end()
        yield at, stop


def _clauses(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence cut where a clause with a verb of its own begins."""
    further = {one.span() for one in turn("begins a further clause").finditer(line, start, end)}
    cuts = further | {one.span() for one in turn("begins a clause").finditer(line, start, end)}
    for at, stop in sorted(cuts):
        plain = turn("has a plain verb").search(line, start, at)
        if at < start or ("," in line[at:stop] and not plain):
            continue
        if (at, stop) in further and not refusal(line, start, at):
            continue
        if at > start:
            yield start, at
        start = stop
    yield start, end


def without_reason(line: str, start: int, end: int, match: re.Match[str]) -> tuple[int, int]:
    """A clause without the reason before it, or the reason alone if it is what takes away."""
    if not turn("begins with a reason").match(line[start:end]):
        return start, end
    commas = list(turn("ends a reason").finditer(line, start, match.start()))
    if commas:
        return commas[-1].end(), end
    comma = line.find(",", match.end(), end)
    return start, comma if comma > 0 else end


def members(line: str, start: int, end: int, match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """The parts of a clause that are limited each by itself, the first with what is before it.

    They stand behind the refusal, or before one that ends the clause.
    """
    bare = not line[match.end() : end].strip(" .,;")
    bare = bare or bool(turn("leaves out of studies").search(match.group()))
    first, last = (start, match.start()) if bare else (match.end(), end)
    at = start
    cuts = [one.span() for one in turn("joins a further limit").finditer(line, first, last)]
    for cut, behind in sorted({*cuts, *verb_rows.with_objects(line, match, end)}):
        if cut > max(first, at):
            yield at, cut
            at = behind
    yield at, end


def listed(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The people of an item, each by themselves, where the lines between them are lost."""
    for cut in turn("begins another of those").finditer(line, start, end):
        if not line[start : cut.start()].split()[-1][0].isupper():
            yield start, cut.start()
            start = cut.end()
    yield start, end


_REASON = re.compile(
    r"\s*(?:[\[(]\s*see\b|,\s*(?:as|since|because|and|but|so)\s+(?:it|the|there|this|a)\b|;"
    r"|,\s*since\s+[\w\s-]{1,40}?\s(?:is|are|has|have)\b|,?\s+unless\b|,?\s+despite\b|,?\s+because\s+of\b|,?\s+except\s+(?:in|when|for|where|those)\b|\s+due\s+to\s+(?:the\s+|an?\s+)?(?:risk|concerns?|lack|potential|possib|absence|increased)"
    r"|\s(?:because|since)\s(?:it|a|the|there|adequate|such|they|its|of)\b"
    r"|,?\s(?:because|since)\s(?:[\w-]+\s){1,5}?(?:has|have|is|are|was|were)\b"
    r"|\sas\s(?:it|there|adequate|such|they|(?:the|a)\s(?:[\w-]+\s){1,3}(?:is|are|has|have)\b)\b)",
    re.IGNORECASE,
)
"""How a reference, a reason or an exception begins, which is no part of what is limited."""


def clause_end(line: str, start: int, end: int, after: int) -> int:
    """Where a clause ends: before a reference, a reason or an exception behind its refusal."""
    cut = _REASON.search(line, after, end)
    stop = cut.start() if cut else end
    while stop > start and line[stop - 1] in " .,;:])":
        if (
            line[stop - 1] in ")]"
            and line.count("(", start, stop) >= line.count(")", start, stop) > 0
        ):
            break
        stop -= 1
    return stop
