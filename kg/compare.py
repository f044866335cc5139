"""How two values of one field stand to each other: the same, one within the other, or apart.

Precision goes before recall. What may be the same (two spellings of a company, a month and a day
in it) is taken as the same; what cannot be told apart for certain overlaps.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeVar

from kg.dates import PartialDate

__all__ = [
    "Limits",
    "Relation",
    "Terms",
    "companies",
    "dates",
    "names",
    "populations",
    "sets",
    "singles",
]

Relation = Literal["same", "narrower", "wider", "overlap", "apart"]
"""The first value against the second: ``narrower`` lies within it, ``apart`` excludes it."""

Value = TypeVar("Value")

LEGAL_FORMS = frozenset(
    "ab ag as aps bhd bv co company corp corporation cv doo dac eeig gmbh inc incorporated kg kga "
    "kgaa kk limited llc llp lp ltd ltda nv oy oyj plc pte pty pvt sa sab sarl sas sca se sl slu "
    "spa spol sro srl zoo and the of dr laboratoires laboratoire laboratories laboratory labs lab "
    "laboratorios pharma pharmaceutical pharmaceuticals pharms pharm".split()
)
"""Words of a company's name that do not tell companies apart."""

SHORTEST = 4
"""Letters of a first word that may be the beginning of a longer one: ``Glaxo``, not ``Bio``."""

_WORD = re.compile(r"[a-z0-9]+")
_DOTTED = re.compile(r"\b(?:[a-z]\.\s?)+(?=\W|$)")


def dates(one: str, other: str) -> Relation:
    """``2019-05`` and ``2019-05-24`` are the same as far as both say; 2019-04 and 2019-05 are not.

    :raises InputError: if one is no date.
    """
    a, b = PartialDate(one), PartialDate(other)
    return "same" if a.earliest <= b.latest and b.earliest <= a.latest else "apart"


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in folded if not unicodedata.combining(char))


def _company(text: str) -> tuple[str, ...]:
    """The words that tell a company from others: no legal form, and no letter of its own."""
    joined = _DOTTED.sub(lambda dotted: re.sub(r"[.\s]", "", dotted.group()) + " ", _plain(text))
    words = [word for word in _WORD.findall(joined) if word not in LEGAL_FORMS and len(word) > 1]
    return tuple(words or _WORD.findall(_plain(text)) or [_plain(text)])


def companies(one: str, other: str) -> Relation:
    """Apart only if neither name has the other's first word: legal form and place do not count.

    Initials stand for the words they begin (``BMS``), and a first word for one that it begins.
    """
    a, b = _company(one), _company(other)
    return "same" if _stands_for(a, b) or _stands_for(b, a) else "apart"


def _stands_for(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    first = short[0]
    if first in long or first == "".join(word[:1] for word in long):
        return True
    return len(first) >= SHORTEST and "".join(long).startswith(first)


def names(one: str, other: str) -> Relation:
    """Names of a product: apart if neither begins the other, letters and digits alone counted."""
    a, b = ("".join(_WORD.findall(_plain(text))) for text in (one, other))
    return "same" if a.startswith(b) or b.startswith(a) else "apart"


@dataclass(frozen=True)
class Terms:
    """Terms and the broader terms of each (``skos:broader``): diseases, routes, concepts."""

    broader: Mapping[str, Collection[str]]
    _above: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)

    def above(self, term: str) -> frozenset[str]:
        """All terms broader than a term, however far; a circle ends where it closes."""
        if term not in self._above:
            found: set[str] = set()
            waiting = list(self.broader.get(term, ()))
            while waiting:
                one = waiting.pop()
                if one not in found and one != term:
                    found.add(one)
                    waiting.extend(self.broader.get(one, ()))
            self._above[term] = frozenset(found)
        return self._above[term]

    def relate(self, one: str, other: str) -> Relation:
        """Whether one term is the other, or lies below or above it; both ways, they are one."""
        below, above = other in self.above(one), one in self.above(other)
        if one == other or (below and above):
            return "same"
        return "narrower" if below else "wider" if above else "apart"


BOUNDS = ("AgeMonths", "AgeDays", "WeightKg", "CopyNumber")
ANY_OF = frozenset({"diseaseSubtype", "ageGroup", "priorTherapy"})
"""Limits whose several values mean any of them; of others all are required."""
EVERYONE = frozenset({"paediatric", "adult"})
"""Age groups that leave nobody out when both are named."""


@dataclass(frozen=True)
class Limits:
    """The limits of a population by local name: numbers as pairs with their flag, terms as IRIs."""

    terms: Mapping[str, frozenset[str]]
    least: Mapping[str, tuple[Decimal, bool]]
    most: Mapping[str, tuple[Decimal, bool]]

    @classmethod
    def of(cls, stated: Mapping[str, Collection[str]]) -> Limits:
        """Read limits from the values of a population's properties, by local name."""
        terms: dict[str, frozenset[str]] = {}
        least: dict[str, tuple[Decimal, bool]] = {}
        most: dict[str, tuple[Decimal, bool]] = {}
        for kind in BOUNDS:
            flag = re.sub(r"(Months|Days|Kg)$", "", kind) + "Inclusive"
            for side, into in (("min", least), ("max", most)):
                for text in stated.get(side + kind, ()):
                    into[kind] = (Decimal(text), "true" in stated.get(side + flag, ()))
        for name, values in stated.items():
            if not name.startswith(("min", "max")):
                terms[name] = frozenset(values)
        if {one.rpartition("#")[2] for one in terms.get("ageGroup", ())} == EVERYONE:
            del terms["ageGroup"]
        return cls(terms, least, most)


def within(one: Limits, other: Limits, terms: Terms) -> bool:
    """Whether everybody in one population belongs to the other, by the limits alone."""
    for kind, (number, inclusive) in other.least.items():
        mine = one.least.get(kind)
        if mine is None or mine[0] < number or (mine[0] == number and mine[1] > inclusive):
            return False
    for kind, (number, inclusive) in other.most.items():
        mine = one.most.get(kind)
        if mine is None or mine[0] > number or (mine[0] == number and mine[1] > inclusive):
            return False
    return all(
        _covered(name, one.terms.get(name, frozenset()), values, terms)
        for name, values in other.terms.items()
    )


def _covered(name: str, mine: frozenset[str], values: frozenset[str], terms: Terms) -> bool:
    def inside(one: str, other: str) -> bool:
        return terms.relate(one, other) in ("same", "narrower")

    if name in ANY_OF:
        return bool(mine) and all(any(inside(one, other) for other in values) for one in mine)
    return all(any(inside(one, other) for one in mine) for other in values)


def excludes(one: Limits, other: Limits) -> bool:
    """Whether nobody can belong to both populations, by their numbers alone."""
    for low, high in ((one, other), (other, one)):
        for kind, (least, from_) in low.least.items():
            if kind == "CopyNumber" and low.terms.get("copyNumberOf") != high.terms.get(
                "copyNumberOf"
            ):
                continue
            most, upto = high.most.get(kind, (least, True))
            if least > most or (kind in high.most and least == most and not (from_ and upto)):
                return True
    return False


def populations(one: Limits, other: Limits, terms: Terms) -> Relation:
    """Populations by their limits; what a population does not limit, it leaves open."""
    inside, around = within(one, other, terms), within(other, one, terms)
    if inside and around:
        return "same"
    if inside or around:
        return "narrower" if inside else "wider"
    return "apart" if excludes(one, other) else "overlap"


def sets(
    one: Collection[Value], other: Collection[Value], relate: Callable[[Value, Value], Relation]
) -> Relation:
    """Lists of a field that can have several values: one covers the other, or does not."""
    found = [[relate(a, b) for b in other] for a in one]
    inside = all(any(r in ("same", "narrower") for r in row) for row in found)
    columns = [[row[i] for row in found] for i in range(len(other))]
    around = all(any(r in ("same", "wider") for r in column) for column in columns)
    if inside and around:
        return "same"
    if inside or around:
        return "narrower" if inside else "wider"
    return "apart" if all(r == "apart" for row in found for r in row) else "overlap"


def singles(
    one: Collection[Value], other: Collection[Value], relate: Callable[[Value, Value], Relation]
) -> Relation:
    """A field of one value: the same as soon as any two of the values given for it are."""
    return "same" if any(relate(a, b) == "same" for a in one for b in other) else "apart"
