"""Which of the effects, routes and types that stand in a row are taken away each by itself."""

from __future__ import annotations

import re

from kg.extract.found import Span
from kg.extract.names.mentions import Disease
from kg.extract.rules import turn

__all__ = ["effects", "kinds_of", "members", "routes"]

LONG = 7
"""Words above which what stands in a row is no name."""

_LAST = re.compile(r",?\s+(?:and|or)\s+|,\s*")
"""What parts the members of a row."""

_TWO = re.compile(r"[\w-]+\s+tests?(?P<joint>\s+(?:or|nor|and)\s+an?\s+)[\w-]+\s+test\b.*")
"""Two tests, each of a kind of its own."""


def effects(line: str, about: Span) -> list[Span]:
    """What is limited, once for each effect that it names."""
    such = turn("gives examples").search(line, about.start, about.end)
    end = such.start() if such else about.end
    cuts = [one.span() for one in turn("joins effects").finditer(line, about.start, end)]
    if cuts:
        edges = [about.start, *(edge for cut in cuts for edge in cut), end]
        return [Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=True)]
    return [about] if such else members(line, about)


def members(line: str, about: Span) -> list[Span]:
    """What is limited, once for each member of a row of three or more, all of them short."""
    end = about.end
    if turn("tells effects of a drug").match(line, about.start, end):
        return [about]
    if two := _TWO.fullmatch(line, about.start, end):
        return [Span(about.start, two.start("joint")), Span(two.end("joint"), end)]
    cuts = [one.span() for one in _LAST.finditer(line, about.start, end)]
    commas = [cut for cut in cuts if "," in line[cut[0] : cut[1]]]
    last = re.search(r"\b(?:and|or)\b", line[cuts[-1][0] : cuts[-1][1]]) if cuts else None
    if not commas or not last or (len(cuts) < 2):
        return [about]
    kept = [cut for cut in cuts if cut in commas or cut == cuts[-1]]
    edges = [about.start, *(edge for cut in kept for edge in cut), end]
    each = [Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=True)]
    short = all(0 < len(line[one.start : one.end].split()) <= LONG for one in each)
    return each if short and len(each) > 2 else [about]


def routes(line: str, start: int, end: int) -> list[Span]:
    """The routes of a row that lend their last word to one another ("oral or vaginal use")."""
    found = turn("names routes in a row").search(line, start, end)
    if found is None:
        return []
    stop = found.end("row")
    cuts = [one.span() for one in _LAST.finditer(line, found.start("row"), stop)]
    edges = [found.start("row"), *(edge for cut in cuts for edge in cut), stop]
    return [Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=True)]


def kinds_of(line: str, one: Disease, start: int) -> list[Disease]:
    """The types before a disease that share its name ("congenital or late gout"), without it."""
    found = turn("types before a name").search(line, max(start, one.start - 80), one.start)
    if found is None:
        return []
    cuts = [cut.span() for cut in _LAST.finditer(line, found.start("row"), found.end("row"))]
    edges = [found.start("row"), *(edge for cut in cuts for edge in cut), found.end("row")]
    return [
        Disease(at, stop, None, new=True) for at, stop in zip(edges[::2], edges[1::2], strict=True)
    ]
