"""The words of a question with their places, and the ages and dates among them.

Nothing is guessed: "under 2 years" is no age, and "2020" stays a year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.names import prefixes
from kg.spelling import fold

__all__ = ["Token", "Value", "ages", "dates", "places", "tokens"]

_NUMBERS = {
    word: at
    for at, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
}
_NUMBER = rf"(?:\d{{1,4}}|{'|'.join(_NUMBERS)})"
_UNIT = r"months?|mos?|years?|yrs?|yo"
_AGE = re.compile(
    rf"(?i)\b(?:aged?(?:\s+of)?|at\s+age)\s+(?P<one>{_NUMBER})\b(?:[ -]*(?P<of>{_UNIT})\b)?"
    rf"|\b(?P<two>{_NUMBER})[ -]*(?P<unit>{_UNIT})\b(?:[ -]*(?:olds?|of\s+age)\b)?"
)
_BOUND_BEFORE = re.compile(
    r"(?i)(?:\b(?:than|under|over|below|above|least|most|until|before|after|past|past|within"
    r"|last|next|from|to|between|and|or)|[-\N{EN DASH}<>\N{LESS-THAN OR EQUAL TO}"
    r"\N{GREATER-THAN OR EQUAL TO}=])\s*(?:the\s+)?(?:age\s+(?:of\s+)?)?$"
)
_BOUND_AFTER = re.compile(
    r"(?i)^\s*(?:(?:and|or)\s+(?:younger|older|under|over|above|below|up|less|more)\b|\+|ago\b"
    r"|(?:to|-)\s*\d)"
)
"""What makes a number of years a limit, or no age at all."""

_IS = re.compile(r"(?i)\b(?:what|who|where|when|how|that|it|there)$")
"""After these words ``'s`` is an ``is``."""
_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_NAMED = "|".join(_MONTHS)
_DATE = re.compile(
    r"(?i)\b(?:(?P<iso>\d{4}-\d\d(?:-\d\d)?)"
    rf"|(?:(?P<day>\d\d?)\s+)?(?P<month>{_NAMED})\s+(?:(?P<after>\d\d?),?\s+)?(?P<of>\d{{4}})"
    r"|(?P<year>(?:19|20)\d\d))\b"
)


@dataclass(frozen=True)
class Token:
    """A word of a question: as written from ``start`` to ``end``, and folded."""

    start: int
    end: int
    word: str


@dataclass(frozen=True)
class Value:
    """An age in whole months or a date, and where it is written."""

    start: int
    end: int
    text: str


def tokens(text: str) -> list[Token]:
    """The words of a text; ``n't`` is a ``not`` of its own, and ``'s`` is no word."""
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    for found in _pattern().finditer(text):
        if found["stem"] is not None:
            stem = fold(found["stem"])
            yield Token(
                *found.span("stem"), {"ca": "can", "wo": "will", "sha": "shall"}.get(stem, stem)
            )
            yield Token(*found.span("negated"), "not")
        elif found["owned"]:
            if _IS.search(text[: found.start()]) and found["owned"][-1] in "sS":
                yield Token(*found.span(), "is")
        else:
            yield Token(*found.span(), fold(found[0]))


def _pattern() -> re.Pattern[str]:
    known = "|".join(sorted(map(re.escape, prefixes()), key=lambda one: (-len(one), one)))
    quote = "['\N{RIGHT SINGLE QUOTATION MARK}]"
    return re.compile(
        rf"(?:{known}):[\w.\-/]*\w|https?://\S*\w"
        rf"|(?P<stem>(?i:[^\W_]+?))(?P<negated>(?i:n{quote}t))\b"
        rf"|(?P<owned>(?<=\w){quote}(?i:s|re|ve|m|d|ll)\b)|[^\W_]+"
    )


def ages(text: str) -> list[Value]:
    """The ages in a text that are one age, in whole months."""
    found = []
    for age in _AGE.finditer(text):
        number = (age["one"] or age["two"]).lower()
        unit = (age["of"] or age["unit"] or "years").lower()
        if _BOUND_BEFORE.search(text[: age.start()]) or _BOUND_AFTER.match(text[age.end() :]):
            continue
        count = _NUMBERS[number] if number in _NUMBERS else int(number)
        months = count * (1 if unit.startswith("mo") else 12)
        found.append(Value(age.start(), age.end(), str(months)))
    return found


def dates(text: str) -> list[Value]:
    """The dates in a text, each as precise as it is written: ``2020``, ``2020-05``."""
    found = []
    for date in _DATE.finditer(text):
        if date["month"]:
            month = _MONTHS.index(date["month"].lower()) + 1
            day = date["day"] or date["after"]
            written = f"{date['of']}-{month:02}" + (f"-{int(day):02}" if day else "")
        else:
            written = date["iso"] or date["year"]
        found.append(Value(date.start(), date.end(), written))
    return found


def places(words: Sequence[Token], value: Value) -> tuple[int, int]:
    """The first word of a value, and the first after it; none of part of a word, such as a code."""
    inside = [at for at, one in enumerate(words) if one.start < value.end and one.end > value.start]
    whole = all(value.start <= words[at].start and words[at].end <= value.end for at in inside)
    return (inside[0], inside[-1] + 1) if inside and whole else (0, 0)
