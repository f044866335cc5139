"""When what was found is what the gold standard says: every rule of matching, and nothing else.

- **Words** are the same without regard to case, signs and blanks; words that stand elsewhere in
  the text are as good as the mention given.
- **Disease**: one of the right terms (``term`` or ``also``); ``broader`` is none of them. Where
  the gold standard has no term, the same words, and no term.
- **Bound**: the same sign and the same number of days (or kilograms); 12 months are one year.
- **Group** and **sex**: the same word.
- **Other qualifiers** have values in words of our own, so they are the same if half of the
  shorter one's words are in the other: in the gold standard's value, or in the text at its
  place. ``none`` is only ``none``; what stands in brackets (how a therapy ended, that it is
  optional) must be told by both, and one word of it must be the same.
- **Limitation**: the clauses share half of the shorter one (or have the same words), and the
  things limited touch, have the same words or a right term, if both sides tell one; polarity and
  kind are asked for by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from kg.extract.found import Limit, Span, Use
from tests.gold import standard
from tests.gold.standard import OUTCOMES, QUALIFIERS, Fact, Qualifier

__all__ = [
    "FIELDS",
    "PEOPLE",
    "bound",
    "disease",
    "found_values",
    "gold_values",
    "limit",
    "named",
    "right_terms",
    "touch",
    "words",
]

PEOPLE = ("age", "weight", "groups", "sex")
"""What a fact says of the people, in words of closed lists and in numbers."""

FIELDS = (*PEOPLE, *QUALIFIERS)
"""What a fact says besides the disease and the use."""

CALLED = {"subtype": "stage"}
"""What is read under another name than the gold standard has for it."""

_BOUND = re.compile(r"(>=|>|<=|<)([0-9]+(?:\.[0-9]+)?) ([a-z]+)")
_DAYS = {"days": Fraction(1), "weeks": Fraction(7),
         "months": Fraction(1461, 48), "years": Fraction(1461, 4)}  # fmt: skip
_ENDED = OUTCOMES | {"optional"}
_SMALL = frozenset("a an and as at by for from in of on or that the to was were who with".split())


Stretch = standard.Span | Span
"""A stretch of a text, of the gold standard or of what was found."""


def words(text: str, at: Stretch) -> str:
    """The words of a stretch, so that two that read alike are equal."""
    return " ".join(re.findall(r"\w+", text[at.start : at.end].casefold()))


def touch(one: Stretch, other: Stretch) -> bool:
    """Whether two stretches share a character."""
    return one.start < other.end and other.start < one.end


def right_terms(fact: Fact) -> frozenset[str]:
    """The terms that are a right answer; none, if there is no right one."""
    return frozenset([fact.term, *fact.also]) if fact.term else frozenset()


def named(text: str, fact: Fact, use: Use) -> bool:
    """Whether a use names a fact's disease, whatever term it is given."""
    return words(text, fact.at) == words(text, use.mention)


def disease(text: str, fact: Fact, use: Use) -> bool:
    """Whether a use is of the fact's disease."""
    if fact.term is None:
        return use.term is None and named(text, fact, use)
    return use.term in right_terms(fact)


def bound(value: str) -> tuple[str, Fraction]:
    """A bound as its sign and a number of days or kilograms.

    :raises ValueError: if it is not written as the gold standard writes one.
    """
    match = _BOUND.fullmatch(value)
    if match is None or match[3] not in (*_DAYS, "kg"):
        raise ValueError(f'bad bound "{value}"')
    return match[1], Fraction(match[2]) * _DAYS.get(match[3], 1)


class Value:
    """A value of a qualifier: what it must share with another to be the same."""

    def __init__(self, *readings: str, exact: object = None) -> None:
        self.exact = "none" if readings[:1] == ("none",) else exact
        self._readings = [frozenset(_content(one)) for one in readings]
        brackets = re.findall(r"\(([^)]*)\)", readings[0]) if readings else []
        self._ended = _ENDED & {word for one in brackets for word in one.split(" or ")}

    def same(self, other: Value) -> bool:
        """Whether the two say the same; it does not matter which is asked."""
        if self.exact is not None or other.exact is not None:
            return self.exact == other.exact
        if (self._ended or other._ended) and not self._ended & other._ended:
            return False
        return any(
            0 < min(len(one), len(two)) <= 2 * len(one & two)
            for one in self._readings
            for two in other._readings
        )


def _content(text: str) -> Iterable[str]:
    for word in re.findall(r"\w+", re.sub(r"\([^)]*\)", " ", text.casefold())):
        if word not in _SMALL:
            yield word[:-1] if len(word) > 3 and word.endswith("s") else word


def gold_values(text: str, fact: Fact, field: str) -> list[Value]:
    """What the gold standard says of a field."""
    if field in ("age", "weight"):
        return [Value(exact=bound(str(one))) for one in getattr(fact, field)]
    if field in ("groups", "sex"):
        value = getattr(fact, field)
        return [Value(exact=one) for one in ([value] if isinstance(value, str) else value or ())]
    told: tuple[Qualifier, ...] = getattr(fact, field)
    return [Value(one.value, text[one.span.start : one.span.end]) for one in told]


def found_values(use: Use, field: str) -> list[Value]:
    """What was found of a field.

    :raises ValueError: for a name that is no field, or a bound that is none.
    """
    told = [(CALLED.get(name, name), value) for name, value in use.qualifiers]
    for name, _ in told:
        if name not in FIELDS:
            raise ValueError(f'no qualifier is called "{name}"')
    values = [value for name, value in told if name == field]
    if field in ("age", "weight"):
        return [Value(exact=bound(one)) for one in values]
    if field in ("groups", "sex"):
        return [Value(exact=one) for one in values]
    return [Value(one) for one in values]


def limit(text: str, gold: standard.Limit, found: Limit) -> bool:
    """Whether two limitations are of one thing, whatever polarity and kind they are given."""
    shared = min(gold.at.end, found.clause.end) - max(gold.at.start, found.clause.start)
    shorter = min(gold.at.end - gold.at.start, found.clause.end - found.clause.start)
    if 2 * shared < shorter and words(text, gold.at) != words(text, found.clause):
        return False
    if gold.about is None or found.about is None:
        return True
    if found.term is not None and found.term in right_terms(gold):
        return True
    if gold.term is not None and found.term is not None:
        return words(text, gold.about) == words(text, found.about)
    return touch(gold.about, found.about) or words(text, gold.about) == words(text, found.about)
