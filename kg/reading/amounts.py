"""Amounts in running text: bounds of age, weight and copies with their inclusivity; durations.

"Less than 2 years" leaves two years out, "up to 2 years" and "2 years and younger" take them in.
A number of years is an age only where a word such as "aged" or "children" stands by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kg.reading.rules import alternatives, cues, phrases

__all__ = ["Bound", "Duration", "bounds", "durations"]

NEAR = 60
"""Characters around a number of years in which a word makes it an age."""


@dataclass(frozen=True)
class Bound:
    """A limit: ``quantity`` is age_months, age_days, weight_kg or copies; ``side`` min or max."""

    quantity: str
    side: str
    value: str
    inclusive: bool
    start: int
    end: int


@dataclass(frozen=True)
class Duration:
    """How long something takes, in minutes; ``about`` where the text calls it a rough amount."""

    minutes: int
    about: bool
    start: int
    end: int


_BEFORE = {
    "below": ("max", False),
    "at_most": ("max", True),
    "at_least": ("min", True),
    "above": ("min", False),
}
_AFTER = {"and_younger": ("max", True), "and_older": ("min", True)}


@cache
def _number() -> str:
    words = alternatives(word for word in cues()["numbers"] if word not in ("a", "an"))
    return rf"(?:[0-9]+(?:[.,][0-9]+)?|{words})"


@cache
def _unit() -> str:
    return rf"(?:{'|'.join(sorted(cues()['units'], key=len, reverse=True))})s?"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    said = cues()["comparisons"]
    before = "|".join(f"(?P<{name}>{_marks(said[name])})" for name in _BEFORE)
    after = "|".join(f"(?P<{name}>{alternatives(said[name])})" for name in _AFTER)
    number, unit = _number(), _unit()
    measure = (
        rf"(?<![\w.,])(?:(?P<between>from|between|aged)\s+)?(?P<n1>{number})"
        rf"(?:[\s-]*(?P<u1>{unit})(?!\w)(?:\s+of\s+age)?)?\s*(?P<to>-|to|and|through)\s*"
        rf"(?:(?P<less>less\s+than|under|<|below)\s*)?"
        rf"(?P<n2>{number})[\s-]*(?P<u2>{unit}|copies)(?!\w)"
        rf"|(?:(?<![\w])(?:{before})\s*)?(?<![\w.,])(?P<n>{number})[\s-]*"
        rf"(?P<unit>{unit}|[Cc]op(?:y|ies))(?!\w)(?:\s+(?:of\s+age|old))?(?:\s*,?\s*(?:{after})(?!\w))?"
    )
    copies = (
        rf"(?<!\w)(?:(?:{before})\s*)?(?<![\w.,])(?P<n>{number})(?:\s+(?P<to>to|or|-)\s+(?P<n2>{number}))?"
        rf"\s+(?:[A-Z0-9]+\s+)?(?:gene\s+)?cop(?:y|ies)(?!\w)(?:\s+(?:{after})(?!\w))?"
    )
    return re.compile(measure, re.IGNORECASE), re.compile(copies, re.IGNORECASE)


def _marks(said: list[str]) -> str:
    words = [one for one in said if one[0].isalpha()]
    signs = [re.escape(one) for one in said if not one[0].isalpha()]
    return "|".join([rf"(?:{alternatives(words)})(?!\w)", *signs])


def bounds(text: str) -> Iterator[Bound]:
    """Every limit of age, weight or copies in a text, in order."""
    measure, copies = _patterns()
    for found in measure.finditer(text):
        unit = (found["u2"] or found["unit"]).lower().rstrip("s")
        if unit in ("copy", "copie"):
            continue
        quantity, _ = cues()["units"][unit]
        if quantity.startswith("age") and not _is_age(text, *found.span()):
            continue
        yield from _limits(found)
    for found in copies.finditer(text):
        yield from _copies(found)


def _is_age(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - NEAR) : end + 16]
    return bool(phrases("age_words").search(around))


def _limits(found: re.Match[str]) -> Iterator[Bound]:
    span = found.span()
    if found["n2"]:
        unit = found["u2"].lower()
        low = _scaled(found["n1"], (found["u1"] or unit).lower())
        high = _scaled(found["n2"], unit)
        yield Bound(low[0], "min", low[1], True, *span)
        yield Bound(high[0], "max", high[1], not found["less"], *span)
        return
    quantity, value = _scaled(found["n"], found["unit"].lower())
    for side, inclusive in _sides(found):
        yield Bound(quantity, side, value, inclusive, *span)


def _sides(found: re.Match[str]) -> Iterator[tuple[str, bool]]:
    for name, meaning in (_BEFORE | _AFTER).items():
        if found[name]:
            yield meaning


def _copies(found: re.Match[str]) -> Iterator[Bound]:
    span = found.span()
    if found["n2"]:
        yield Bound("copies", "min", str(_value(found["n"])), True, *span)
        yield Bound("copies", "max", str(_value(found["n2"])), True, *span)
        return
    sides = list(_sides(found)) or [("min", True), ("max", True)]
    for side, inclusive in sides:
        yield Bound("copies", side, str(_value(found["n"])), inclusive, *span)


def _scaled(number: str, unit: str) -> tuple[str, str]:
    quantity, factor = cues()["units"][unit.rstrip("s")]
    value = _value(number) * factor
    return quantity, f"{value:g}"


def _value(number: str) -> float:
    words = cues()["numbers"]
    lower = number.lower()
    value = float(words[lower] if lower in words else lower.replace(",", "."))
    return int(value) if value.is_integer() else value


@cache
def _times() -> re.Pattern[str]:
    units = "|".join(sorted(cues()["durations"], key=len, reverse=True))
    return re.compile(
        rf"(?<!\w)(?:(?P<about>{alternatives(cues()['about'])})\s+)?"
        rf"(?P<n>{_number()}|an?|half\s+an)\s+(?P<unit>{units})s?(?!\w)",
        re.IGNORECASE,
    )


def durations(text: str) -> Iterator[Duration]:
    """Every duration of minutes or hours in a text, in order."""
    for found in _times().finditer(text):
        said = found["n"].lower()
        number = 0.5 if said.startswith("half") else _value(said)
        minutes = number * cues()["durations"][found["unit"].lower()]
        yield Duration(round(minutes), bool(found["about"]), *found.span())
