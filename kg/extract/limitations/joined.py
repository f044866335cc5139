"""Which of the things that a clause names are taken away together, each by itself."""

from __future__ import annotations

import re
from itertools import zip_longest

from kg.extract.found import Span
from kg.extract.names.mentions import Disease
from kg.extract.names.unnamed import named
from kg.extract.phrasing import phrases
from kg.extract.rules import lists, turn

__all__ = ["each_of", "in_a_row", "organisms", "types", "unnamed", "with_unnamed"]

_ROW = re.compile(
    r"\s*(?:\([^)]*\))?\s*(?:,|\band\b|\bor\b|,\s*and|,\s*or|/|and/or)\s*(?:or|and)?\s*"
    r"(?:including\s+)?"
    r"(?:(?:the\s+)?(?:treatment|prevention|management|relief|reduction)\s+(?:of|in)\s+)?"
    r"(?:(?:the\s+)?(?:risk|recurrence|incidence)\s+(?:of|for)\s+){0,2}"
    r"(?:(?:for\s+use\s+)?(?:in|for)\s+(?:the\s+)?(?:\w+\s+(?:of\s+\w+\s+)?)?(?:of|with)\s+)?"
    r"(?:the\s+)?(?:(?:acute|chronic|severe|active|moderate|mild|other"
    r"|complicated|uncomplicated|recurrent|[\w-]+-\w+)\s+){0,3}"
    r"|[^.;]*,\s*or\s+in\s+\w+\s+with\s+"
    r"|\s{2,}including\s+(?:the\s+)?"
    r"|\s+(?:that|which)\s[^.;]*\s+or\s+",
    re.IGNORECASE,
)
"""What joins two diseases of a row."""

LONG = 6
"""Words above which what stands in a row is no name."""

_FROM = re.compile(r"\b(?:associated with|due to|caused by|secondary to|resulting from)\b")
"""What makes all that follows a background."""


def in_a_row(line: str, own: list[Disease]) -> list[Disease]:
    """The first disease of a clause and those joined to it."""
    kept = own[:1]
    for one in own[1:]:
        gap = line[kept[-1].end : one.start]
        if _FROM.search(gap):
            break
        if _ROW.fullmatch(gap):
            kept.append(one)
    return kept


_MORE = re.compile(r"\s*(?:\([^)]*\))?\s*(?:,\s*(?P<last>or|and)?|(?P<or>or|and)\b)\s*")
"""What joins one of a row to the next, which may have no term."""

_ENDS = (
    r"(?:associated|due|caused|in|which|that|for|with|by|and|or|has|have|usually|is|are|should)\b"
)

_ROW_ENDS = re.compile(rf"\s*(?:\([^)]*\))?\s*(?:$|[.;:]|{_ENDS})")
"""What stands behind the last of a row."""

_NAME = re.compile(rf"(?!{_ENDS})[a-z][\w'-]*(?:\s(?!{_ENDS})[a-z][\w'-]*){{0,3}}")
"""What may stand in a row of diseases without being known as one."""

_FIRST = re.compile(
    rf"\b(?:of|for|in|relieve|treat|prevent)\s+(?P<name>{_NAME.pattern})"
    r"\s*(?:,\s*(?:and|or)?|\b(?:and|or))\s+$"
)
"""What stands before a row and may be its first."""


def with_unnamed(
    line: str, kept: list[Disease], own: list[Disease], start: int, end: int
) -> list[Disease]:
    """The diseases of a row, and those without a term around them, if the row has an end."""
    first = kept and _FIRST.search(line, max(start, kept[0].start - 60), kept[0].start)
    if first and not lists("no row").search(first["name"]):
        slight = turn("is of a small degree").search(f"{first['name']} ")
        if not slight and not turn("ends like an adjective").search(first["name"]):
            kept = [Disease(*first.span("name"), None, new=True), *kept]
    more: list[Disease] = []
    at, last = kept[-1].end if kept else end, ""
    while found := _MORE.match(line, at, end):
        last = found["last"] or found["or"] or last
        new = next((one for one in own if one.start == found.end()), None)
        words = _NAME.match(line, found.end(), end)
        if new is None and words and not lists("no row").search(words.group()):
            new = Disease(words.start(), words.end(), None, new=True)
        if new is None:
            break
        more.append(new)
        at = new.end
    return [*kept, *more] if last and _ROW_ENDS.match(line[at:end]) else kept


def unnamed(line: str, at: int, end: int, own: list[Disease]) -> list[Disease]:
    """What has no term, and whose background alone is a disease ("management of … in …")."""
    given = [one for one in phrases(line, at, end) if one.rule.opens and line[one.end - 1] == "f"]
    if not own or not given or own[0].start < given[0].end:
        return []
    new = named(line, given[0].end, own[0].start)
    if new is None and (told := _SIGNS.match(line, given[-1].end, own[0].start)):
        new = Disease(*told.span("name"), None, new=True)
    gap = line[new.end : own[0].start] if new else ""
    return [new] if new and re.search(r"(?i)\b(?:in|with|due to|associated)\b", gap) else []


_SIGNS = re.compile(
    r"\s*(?:the\s+)?(?P<name>(?:[\w-]+\s+){1,3}"
    r"(?:complications|problems|disturbances|manifestations|behaviou?rs?))\b"
)
"""What a disease brings with it that is treated by itself."""


def organisms(line: str, about: Span) -> list[Span]:
    """What is limited, once for each organism that it names."""
    found = turn("names organisms").fullmatch(line, about.start, about.end)
    if found is None:
        return [about]
    each, at = [Span(about.start, found.end("first"))], found.start("rest")
    cuts = list(turn("joins organisms").finditer(line, at, about.end))
    for cut, following in zip_longest(cuts, cuts[1:]):
        stop = following.start() if following else about.end
        if stop > cut.end():
            each.append(Span(cut.end(), stop))
    return each


def ages(line: str, about: Span) -> list[Span]:
    """What is limited, once for each age of a row that no bound holds together."""
    found = turn("names ages in a row").match(line, about.start, about.end)
    if found is None:
        return [about]
    return _parted(line, about, "joins ages", found.end())


def sorts_of_people(line: str, about: Span) -> list[Span]:
    """People once for each way in which they are told, if there are several."""
    if turn("tells a cause of signs").search(line, about.start, about.end):
        return _parted(line, about, "joins causes", about.end)
    each = _parted(line, about, "joins people who", about.end)
    if len(each) > 1:
        return each
    row = turn("names sorts of people").fullmatch(line, about.start, about.end)
    return _parted(line, about, "joins sorts of people", about.end) if row else []


def _parted(line: str, about: Span, joint: str, stop: int) -> list[Span]:
    """A stretch without what joins its parts, as far as they go."""
    cuts = [one.span() for one in turn(joint).finditer(line, about.start, stop)]
    edges = [about.start, *(edge for cut in cuts for edge in cut), about.end]
    return [Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=True)]


def each_of(line: str, about: Span, kind: str) -> list[Span]:
    """What is limited, once for each drug or place of a row that it names."""
    if kind == "organism":
        return organisms(line, about)
    if kind == "age":
        return ages(line, about)
    if kind == "patients" and (
        two := turn("names two sorts of people").fullmatch(line, about.start, about.end)
    ):
        return [Span(about.start, two.end("first")), Span(two.start("second"), about.end)]
    if kind == "patients" and (each := sorts_of_people(line, about)):
        return each
    people = kind == "patients" and turn("names people by a row")
    if not people and kind not in ("combination", "setting"):
        return [about]
    before = (people or turn("stands before a row")).match(line, about.start, about.end)
    if people and not before:
        return [about]
    at = before.end() if before else about.start
    stop = turn("ends a row").search(line, at, about.end)
    end = stop.start() if stop else about.end
    cuts = [one.span() for one in turn("joins a row").finditer(line, at, end)]
    last = turn("ends with an alternative").search(line, cuts[-1][1] if cuts else at, end)
    if last and (last["or"] == "or" or cuts):
        cuts.append(last.span("joint"))
    if end < about.end and (more := _WITH_MORE.search(line, end, about.end)):
        cuts.append(more.span())
        stop = turn("ends a row").search(line, more.end(), about.end)
        end = stop.start() if stop else about.end
    edges = [about.start, *(edge for cut in cuts for edge in cut), end]
    each = [Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=True)]
    short = all(0 < len(line[one.start : one.end].split()) <= LONG for one in each[1:])
    return each if cuts and short else [about]


_WITH_MORE = re.compile(r",?\s+(?:and|or)\s+with\s+")
"""How a row of drugs goes on behind what the one before is for."""


def types(line: str, start: int, end: int) -> list[Span]:
    """The types of an illness that are told by numbers in a row, each by itself."""
    found = turn("names types").search(line, start, end)
    if found is None:
        return []
    own = re.finditer("[IVX]+", line[found.start("rest") : found.end()])
    more = [Span(found.start("rest") + a.start(), found.start("rest") + a.end()) for a in own]
    return [Span(found.start(), found.start("rest")), *more]
