"""The population that a proposal is about, as a node of the graph."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from kg.model import Population
from kg.names import expand, own
from kg.proposing.proposal import WORDS, Limit, Named, Proposal

__all__ = ["alike", "population"]

_FIELDS: dict[str, tuple[str, str, Callable[[str], Any], str]] = {
    "months": ("age_months", "age", int, "months old"),
    "days": ("age_days", "age", int, "days old"),
    "weight": ("weight_kg", "weight", str, "kg"),
    "copies": ("copy_number", "copy_number", int, "copies"),
}
"""Limits of a proposal: the field of a population, that of its flag, its type, the unit."""


def population(one: Proposal) -> Population | None:
    """The people a proposal is about, named by what they are; None if it is about all."""
    values: dict[str, Any] = dict(_limits(one)) | {
        "mutation_in": _iris(one.mutation),
        "zygosity": _term(one.zygosity),
        "copy_number_of": one.copies_of.iri if one.copies_of else None,
        "age_group": tuple(sorted(expand(f"df:{name}") for name in one.age_group)),
        "sex": _term(one.sex),
        "genetic_form": one.genetic_form.iri if one.genetic_form else None,
        "disease_subtype": _iris(one.subtype),
    }
    given = {key: value for key, value in values.items() if value not in (None, ())}
    if not given:
        return None
    key = hashlib.sha256(repr(sorted(given.items())).encode()).hexdigest()[:8]
    label = ", ".join(_words(one))
    return Population(
        iri=own("population", "proposed", key), kinds=("df:Population",), label=label, **given
    )


def alike(one: Population, other: Population) -> bool:
    """Whether two nodes are about the same people, whatever they are called."""
    return replace(one, iri=other.iri, label=other.label) == other


def _iris(things: tuple[Named, ...]) -> tuple[str, ...]:
    return tuple(sorted(one.iri for one in things))


def _term(name: str) -> str | None:
    return expand(f"df:{name}") if name else None


def _limits(one: Proposal) -> Iterator[tuple[str, Any]]:
    for name, (bound, flag, kind, _) in _FIELDS.items():
        for limit in getattr(one, name):
            yield f"{limit.side}_{bound}", kind(limit.value)
            yield f"{limit.side}_{flag}_inclusive", limit.inclusive


def _words(one: Proposal) -> Iterator[str]:
    """The parts of a population's label."""
    yield from one.age_group
    for name, (_, _, _, unit) in _FIELDS.items():
        if limits := getattr(one, name):
            of = f" of {one.copies_of.label}" if name == "copies" and one.copies_of else ""
            yield f"{_said(limits)} {unit}{of}"
    if one.genetic_form:
        yield one.genetic_form.label
    yield from (each.label for each in one.subtype)
    if one.mutation:
        yield f"mutation in {', '.join(each.label for each in one.mutation)}"
    yield from (each for each in (one.zygosity, one.sex) if each)


def _said(limits: tuple[Limit, ...]) -> str:
    return " and ".join(f"{WORDS[one.side, one.inclusive]} {one.value}" for one in limits)
