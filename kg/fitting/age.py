"""How old a patient may be, set against an age limit, exactly.

An age limit is a moment: 24 months are complete on one day, and on that day the age is *at* the
limit; the day before it is below, the day after above.

- With a birth date the calendar decides: a month is complete on the same day of the next month,
  or, where that month has no such day, on the first of the month after it: who is born on
  31 January is one month old on 1 March, and who is born on 29 February has birthday on 1 March.
- An age in months or years is one in completed ones, as people say it: ``18mo`` is any day from
  18 months to the day before 19 months, ``2y`` any day of the third year of life.
- An age in days is that day; in weeks, any day of the seven. How many days some months have
  depends on the birth date: 24 months are 730 or 731 days. Where that matters, it is not decided.

So an age stands to a limit in one, two or three ways: the answer here is all that are possible.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Protocol

from kg.dates import PartialDate
from kg.errors import InputError

__all__ = ["ABOVE", "AT", "BELOW", "Age", "Birth", "Span", "complete", "days_in", "read"]

BELOW, AT, ABOVE = -1, 0, 1
OLDEST = 150
"""Years beyond which a number is no age of a person."""
UNITS = {
    "d": "days", "day": "days", "days": "days",
    "w": "weeks", "wk": "weeks", "week": "weeks", "weeks": "weeks",
    "mo": "months", "month": "months", "months": "months",
    "y": "years", "yr": "years", "year": "years", "years": "years",
}  # fmt: skip
_PART = re.compile(r"([0-9]{1,6})\s*([a-z]+)\s*")
FORMS = "write it as 540d, 10w, 18mo, 2y or 1y 6mo, or give the birth date"


class Age(Protocol):
    """An age, as exactly as it is known."""

    def to_months(self, months: int) -> frozenset[int]:
        """How it may stand to a limit in months: some of BELOW, AT, ABOVE."""

    def to_days(self, days: int) -> frozenset[int]:
        """How it may stand to a limit in days."""

    @property
    def words(self) -> str:
        """The age in words."""


@dataclass(frozen=True)
class Span:
    """An age from ``first`` to ``last``, both included, in days or else in completed months."""

    first: int
    last: int
    in_days: bool
    words: str

    def to_months(self, months: int) -> frozenset[int]:
        """How it may stand to a limit in months."""
        if not self.in_days:
            below, at, above = self.first < months, self._has(months), self.last >= months
            return _ways(below, at, above)
        early, late = days_in(months)
        return _ways(
            self.first < late, self.first <= late and early <= self.last, early < self.last
        )

    def to_days(self, days: int) -> frozenset[int]:
        """How it may stand to a limit in days."""
        first, last = self.first, self.last
        if not self.in_days:
            first, last = days_in(self.first)[0], days_in(self.last + 1)[1] - 1
        return _ways(first < days, first <= days <= last, days < last)

    def _has(self, months: int) -> bool:
        return self.first <= months <= self.last


@dataclass(frozen=True)
class Birth:
    """The age on a day of one born on a day, both as precise as they are given."""

    born: PartialDate
    on: PartialDate

    @property
    def words(self) -> str:
        """Birth and day in words."""
        return f"born {self.born.text}, on {self.on.text}"

    def to_months(self, months: int) -> frozenset[int]:
        """How it may stand to a limit in months: by the calendar."""
        youngest = _order(self.on.earliest, complete(self.born.latest, months))
        oldest = _order(self.on.latest, complete(self.born.earliest, months))
        return frozenset(range(youngest, oldest + 1))

    def to_days(self, days: int) -> frozenset[int]:
        """How it may stand to a limit in days."""
        youngest = (self.on.earliest - self.born.latest).days
        oldest = (self.on.latest - self.born.earliest).days
        return _ways(youngest < days, youngest <= days <= oldest, days < oldest)


def read(text: str) -> Span:
    """An age as people write it: ``540d``, ``10w``, ``18mo``, ``2y``, ``1y 6mo``.

    :raises InputError: if it is none, or no age of a person.
    """
    said = " ".join(text.lower().split())
    parts, at = dict[str, int](), 0
    while at < len(said):
        found = _PART.match(said, at)
        unit = UNITS.get(found[2]) if found else None
        if found is None or unit is None or unit in parts:
            raise InputError(f'"{text}" is no age', field="age", mend=FORMS)
        parts[unit], at = int(found[1]), found.end()
    if not parts or (len(parts) > 1 and set(parts) != {"years", "months"}):
        raise InputError(f'"{text}" is no age', field="age", mend=FORMS)
    words = " and ".join(
        f"{number} {unit if number != 1 else unit[:-1]}" for unit, number in parts.items()
    )
    if "days" in parts:
        span = Span(parts["days"], parts["days"], True, words)
    elif "weeks" in parts:
        span = Span(7 * parts["weeks"], 7 * parts["weeks"] + 6, True, f"{words} (completed)")
    else:
        first = 12 * parts.get("years", 0) + parts.get("months", 0)
        last = first if "months" in parts else first + 11
        span = Span(first, last, False, f"{words} (completed)")
    if span.first > OLDEST * (366 if span.in_days else 12):
        raise InputError(f'"{text}" is no age of a person', field="age", mend=FORMS)
    return span


def complete(born: date, months: int) -> date:
    """The day on which one born on a day has completed so many months."""
    year, month = divmod(born.year * 12 + born.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    try:
        return date(year, month + 1, born.day)
    except ValueError:
        return date(year, month + 2, 1)  # no month lacks a day and ends a year


@cache
def days_in(months: int) -> tuple[int, int]:
    """The fewest and the most days that so many months of life may have.

    Over all birth dates of four years, which is all there are from March 1900 to February 2100.
    """
    births = (date(2000, 3, 1) + timedelta(days=day) for day in range(1461))
    found = {(complete(born, months) - born).days for born in births}
    return min(found), max(found)


def _order(one: date, other: date) -> int:
    return (one > other) - (one < other)


def _ways(below: bool, at: bool, above: bool) -> frozenset[int]:
    ways = ((BELOW, below), (AT, at), (ABOVE, above))
    return frozenset(way for way, possible in ways if possible)
