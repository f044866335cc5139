"""Illnesses that are told by what causes them, and by nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.rules import listed, turn
from kg.extract.terms import Terms

__all__ = ["BY_CAUSE", "caused", "of_its_own", "organisms"]

BY_CAUSE = " caused disease or disorder"
"""How Mondo names a disease after what causes it."""

_CAUSE_BEHIND = re.compile(
    r"(?:caused by|due to|with|by):? (?:(?:the|all) )*(?:(?:species|strains) of )?"
    r"(?P<name>(?:[A-Z]\. )?[\w-]+(?: [\w-]+){0,3})"
)
_MORE = re.compile(r"(?:[\w'-]+-|[^\W\d_][\w'/-]*[ ]{1,2})$")
"""A word before a name."""
_ON = re.compile(r" (?P<word>[a-z]{3,})")


def of_its_own(
    line: str, start: int, end: int, stop: int, terms: Terms
) -> tuple[int, int, str] | None:
    """An infection that is told by nothing but its germ ("infection due to Shigella").

    In "bone infection due to Shigella" and in "infections due to Shigella grown in a test" the
    germ is but the cause.
    """
    if not re.fullmatch("(?i)infections?", line[start:end]):
        return None
    more = _MORE.search(line, max(0, start - 30), start)
    word = more.group().strip(" -").lower() if more else ""
    found = _CAUSE_BEHIND.match(line, end + 1, stop)
    if not found or (word and word not in listed("stops") and word not in listed("degrees")):
        return None
    at, names = found.start("name"), found["name"].split(" ")
    for size in range(len(names), 0, -1):
        name = " ".join(names[:size])
        behind = _ON.match(line, at + len(name), stop)
        if behind and behind["word"] not in listed("stops"):
            continue
        if term := terms.ground(f"{name} infection"):
            return start, at + len(name), term
    return None


_CAUSED = re.compile(
    r"(?:^|(?<=against )|(?<=of )|(?<=and )|(?<=prevent ))(?:invasive )?[Dd]iseases? "
    r"(?:caused by|due to) "
    r"(?P<name>[A-Z][a-z]+ [a-z]{3,}|[a-z-]+ virus)"
    r"(?: (?:serogroup|serotype|subtype|type|group)s? [A-Z]?\d*)?"
)


def caused(line: str, start: int, end: int, terms: Terms) -> Iterator[tuple[int, int, str]]:
    """Diseases told by nothing but what causes them ("disease caused by Vibrio cholerae")."""
    for match in _CAUSED.finditer(line, start, end):
        name = match["name"]
        if term := _by_cause(name, terms) or terms.ground(name.removesuffix(" virus")):
            yield *match.span(), term


def _by_cause(name: str, terms: Terms) -> str | None:
    """The disease that is called after what causes it."""
    return terms.ground(name + BY_CAUSE) or terms.ground(f"{name} infection")


_ROW = re.compile(r"\s*(?:,|and|or|,\s*and|,\s*or)\s+")
_SPECIES = re.compile(
    r"(?P<name>[A-Z][a-z]{2,} [a-z]{4,})(?=\s*(?:,|and\b|or\b|in\b|infections?\b|[.;:]|$))"
)


def organisms(line: str, start: int, end: int, terms: Terms) -> Iterator[tuple[int, int, str]]:
    """Diseases told by the species that cause them, in a row ("against Ascaris lumbricoides")."""
    for phrase in turn("leads in species").finditer(line, start, end):
        at = phrase.end()
        while match := _SPECIES.match(line, at, end):
            if term := _by_cause(match["name"], terms):
                yield *match.span("name"), term
            row = _ROW.match(line, match.end(), end)
            at = row.end() if row else end
