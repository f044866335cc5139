"""Dates in running text, as precise as they are said and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kg.dates import PartialDate
from kg.errors import InputError
from kg.reading.rules import cues

__all__ = ["dates", "is_month"]


@cache
def _pattern() -> re.Pattern[str]:
    names = "|".join(f"{name}|{name[:3]}" for name in cues()["months"])
    month = rf"(?P<{{}}>{names})\.?"
    year = r"(?P<{}>(?:19|20)[0-9]{{2}})"
    return re.compile(
        rf"(?<![\w-])(?:(?P<iso>(?:19|20)[0-9]{{2}}-[0-9]{{2}}(?:-[0-9]{{2}})?)"
        rf"|(?P<d1>[0-9]{{1,2}})\s+{month.format('m1')}\s+{year.format('y1')}"
        rf"|{month.format('m2')}\s+(?P<d2>[0-9]{{1,2}}),?\s+{year.format('y2')}"
        rf"|{month.format('m3')}\s+(?:of\s+)?{year.format('y3')}"
        rf"|{year.format('y4')})(?![\w-])"
    )


def dates(text: str) -> Iterator[tuple[PartialDate, int, int]]:
    """Each date with its place; what is no day of the calendar is no date."""
    for found in _pattern().finditer(text):
        date = _date(found)
        if date is not None:
            yield date, *found.span()


def _date(found: re.Match[str]) -> PartialDate | None:
    part = found.groupdict()
    text = part["iso"] or part["y4"]
    for way in "123" if text is None else "":
        if part[f"m{way}"]:
            text = f"{part[f'y{way}']}-{_month(part[f'm{way}']):02}"
            if way != "3":
                text += f"-{int(part[f'd{way}']):02}"
    try:
        return PartialDate(text or "")
    except InputError:
        return None


def _month(name: str) -> int:
    return next(n for n, month in enumerate(cues()["months"], 1) if month[:3] == name[:3])


def is_month(text: str, start: int, end: int) -> bool:
    """Whether the word "May" at a place is the month: a year, day or preposition stands by."""
    if text[start:end] != "May":
        return False
    after = re.match(r"\s+(?:of\s+)?[0-9]", text[end:])
    before = re.search(
        r"(?:[0-9]|\b(?:in|on|since|until|by|during|of|from|before|after))\s+$",
        text[:start],
        re.IGNORECASE,
    )
    return bool(after or before)
