"""Whom a fact is about, in words: each limit says whether it belongs itself."""

from __future__ import annotations

from collections.abc import Iterator

from kg.names import DF, expand
from kg.statements import Node, Read

__all__ = ["BOUNDS", "population"]

BOUNDS = (
    ("minAgeMonths", "age", "months", False),
    ("maxAgeMonths", "age", "months", True),
    ("minAgeDays", "age", "days", False),
    ("maxAgeDays", "age", "days", True),
    ("minWeightKg", "body weight", "kg", False),
    ("maxWeightKg", "body weight", "kg", True),
    ("minCopyNumber", "copies", "", False),
    ("maxCopyNumber", "copies", "", True),
)
"""Each numeric limit: property, what it limits, unit, and whether it is the upper one."""

_FLAG = {"Months": "", "Days": "", "Kg": ""}


def population(read: Read, node: Node) -> tuple[tuple[str, str], ...]:
    """The limits of a population as label and words, and then its other conditions."""
    return (*_limits(read, node), *_others(read, node))


def _limits(read: Read, node: Node) -> Iterator[tuple[str, str]]:
    gene = read.value(node, "df:copyNumberOf")
    for bound, what, unit, upper in BOUNDS:
        for value in read.values(node, f"df:{bound}"):
            inclusive = read.value(node, f"df:{_flag(bound)}") == "true"
            of = f" of {read.label(gene)}" if what == "copies" and gene else ""
            yield what + of, _worded(value, unit, upper=upper, inclusive=inclusive)


def _worded(value: str, unit: str, *, upper: bool, inclusive: bool) -> str:
    limit = f"{value} {unit}".strip()
    if inclusive:
        return f"{'up to' if upper else 'from'} {limit} ({limit} itself included)"
    return f"{'below' if upper else 'above'} {limit} ({limit} itself not included)"


def _flag(bound: str) -> str:
    for unit, none in _FLAG.items():
        bound = bound.replace(unit, none)
    return bound + "Inclusive"


def _others(read: Read, node: Node) -> tuple[tuple[str, str], ...]:
    told = {DF + name for bound, *_ in BOUNDS for name in (bound, _flag(bound))}
    told |= {expand("rdf:type"), expand("rdfs:label"), expand("df:copyNumberOf")}
    return read.pairs(node, node.keys() - told)
