"""The fields that are compared, and how: the one table, and what each comparison counts.

What is said less precisely is no disagreement: a route without its manner, a substance without
its salt, a population that is left out. Neither is what names alone cannot tell apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from kg import compare
from kg.compare import Limits, Relation, Terms
from kg.names import expand

__all__ = ["FIELDS", "POLARITY", "USE", "Field", "Relate", "relations"]

Relate = Callable[[Collection[Any], Collection[Any]], Relation]
"""How the values that one place gives stand to those of another."""


@dataclass(frozen=True)
class Field:
    """How one field is compared.

    :param words: the field in words.
    :param term: the property or predicate that a disagreement names.
    :param predicate: the predicate of the facts; the value is its object, or :attr:`value`.
    :param how: a comparison of :func:`relations`.
    :param many: whether it can rightly have several values at once.
    :param changes: whether it changes in time, and sources of one authority say it alike, so
        that the newer is right. Of any field a newer revision of one document is.
    :param abroad: whether authorities of two jurisdictions decide on the same question.
    :param applications: whether it belongs to an application, of which a product can have several.
    """

    words: str
    term: str
    predicate: str
    value: str = "object"
    how: str = "terms"
    many: bool = True
    changes: bool = False
    abroad: bool = False
    applications: bool = False


APPROVED = "df:approvedBy"
USE = Field("use", "df:treats", "df:treats", "use", "uses", changes=True, abroad=True)
POLARITY = Field("yes or no", "df:polarity", "", how="equal", many=False, changes=True, abroad=True)
FIELDS = (
    Field("date", "df:date", APPROVED, "date", "dates", many=False, applications=True),
    Field("holder", "df:holder", APPROVED, "holder", "companies", many=False, changes=True,
          applications=True),
    Field("name", "df:authorisedName", APPROVED, "name", "names", changes=True, applications=True),
    Field("marketing status", "df:hasMarketingStatus", "df:hasMarketingStatus", how="statuses",
          changes=True),
    Field("route", "df:hasRoute", "df:hasRoute", abroad=True),
    Field("form", "df:hasForm", "df:hasForm"),
    Field("ATC code", "df:hasAtcCode", "df:hasAtcCode"),
    Field("therapeutic area", "df:hasTherapeuticArea", "df:hasTherapeuticArea"),
    Field("active substance", "df:hasActiveSubstance", "df:hasActiveSubstance", how="substances",
          abroad=True),
    USE,
)  # fmt: skip
"""Fields of which the values are compared; :data:`POLARITY` is compared of every fact."""

STATUSES = frozenset(
    expand(f"concept:marketing-{name}")
    for name in (
        "prescription over-the-counter discontinued none-tentative-approval "
        "authorised withdrawn refused"
    ).split()
)
"""Marketing statuses of which a presentation has one; labels give ways of marketing besides."""

_WORD = re.compile(r"[a-z0-9]+")


def relations(
    terms: Terms, limits: Mapping[str, Limits], label: Callable[[str], str]
) -> dict[str, Relate]:
    """The comparisons, by name.

    :param terms: the terms that are compared.
    :param limits: the limits of each population.
    :param label: the label of an entity.
    """

    def of_terms(one: str, other: str) -> Relation:
        return "apart" if terms.relate(one, other) == "apart" else "same"

    def substances(one: str, other: str) -> Relation:
        """A salt is called after its base (``examplin maleate``), a combination after its parts."""
        a, b = (_WORD.findall(label(term).lower()) for term in (one, other))
        if a and b and (a[0] in b or b[0] in a):
            return "same"
        return of_terms(one, other)

    def uses(one: tuple[str, str], other: tuple[str, str]) -> Relation:
        """A disease and a population (or none stated) against another such pair."""
        disease = terms.relate(one[0], other[0])
        if disease == "apart" or not (one[1] and other[1]):
            return disease
        people = compare.populations(limits[one[1]], limits[other[1]], terms)
        if "same" in (disease, people):
            return people if disease == "same" else disease
        return disease if disease == people else "apart" if people == "apart" else "overlap"

    def some(pair: Callable[[Any, Any], Relation]) -> Relate:
        return lambda one, other: compare.singles(one, other, pair)

    def all_of(pair: Callable[[Any, Any], Relation], *count: Relation) -> Relate:
        """Lists compared by their values; only the relations in ``count`` do, if any is named."""

        def listed(one: Collection[Any], other: Collection[Any]) -> Relation:
            found = compare.sets(one, other, pair)
            return found if not count or found in count else "same"

        return listed

    return {
        "dates": some(compare.dates),
        "companies": some(compare.companies),
        "names": some(compare.names),
        "equal": some(lambda one, other: "same" if one == other else "apart"),
        # presentations differ: that one of them is discontinued contradicts nothing
        "statuses": all_of(_statuses, "apart"),
        "terms": all_of(of_terms),
        # two nomenclatures have two names for one substance, but both count substances
        "substances": all_of(substances, "narrower", "wider"),
        "uses": all_of(uses),
    }


def _statuses(one: str, other: str) -> Relation:
    return "apart" if one != other and {one, other} <= STATUSES else "same"
