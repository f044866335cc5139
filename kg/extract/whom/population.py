"""Qualifiers as a population: bounds and groups as values, all else in the few words they are.

Numbers keep the sign that the text gives them. What no property of the model can say exactly
stays in words; nothing is rounded, and nothing is dropped.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from kg.model import Population
from kg.names import expand, own

__all__ = ["Gene", "population"]

Gene = Callable[[str], str | None]
"""The IRI of the gene that a symbol stands for."""

Named = Callable[[str], str | None]
"""The IRI of a form or type of a disease by its name."""

WORDS = {
    "biomarker": "stated_biomarker",
    "cause": "stated_cause",
    "combined": "stated_combination",
    "condition": "stated_condition",
    "eligible": "stated_eligibility",
    "prior": "stated_prior_therapy",
    "severity": "stated_severity",
    "site": "stated_site",
    "stage": "stated_stage",
}
"""The field of a population that holds a qualifier in words."""

_BOUND = re.compile(r"(>=|<=|>|<)(\d+(?:\.\d+)?) (years|months|weeks|days|kg)")
_SIDES = {">": "min", "<": "max"}
_SAID = {">=": "at least", "<=": "up to", ">": "over", "<": "under"}
_DAYS = {"weeks": 7, "days": 1}
_MONTHS = {"years": 12, "months": 1}
_ZYGOSITIES = {
    "bi-allelic": "biAllelic",
    "homozygous": "homozygous",
    "heterozygous": "heterozygous",
}
_MUTATION = re.compile(r"(?:(bi-allelic|homozygous|heterozygous) )?mutation in the (\w+) gene")
_COPIES = re.compile(r"(?:(up to|at least|one to|1 to) )?(\w+) copies of the (\w+) gene")
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}


def population(
    pairs: Iterable[tuple[str, str]],
    gene: Gene,
    form: Named = lambda _: None,
    subtype: Named = lambda _: None,
) -> Population | None:
    """The population that qualifiers describe, or None where there are none.

    :param pairs: names and values, as :class:`kg.extract.found.Use` has them.
    :param gene: finds genes.
    :param form: the IRI of a genetic form of the disease by its name ("5q"), if that is known.
    :param subtype: the IRI of a type of the disease by its name ("type 1"), if that is known.
    """
    given = sorted(set(pairs))
    if not given:
        return None
    made: dict[str, Any] = defaultdict(list)
    for name, value in given:
        if name == "subtype" and (iri := subtype(value)):
            made["disease_subtype"].append(iri)
        elif not _taken(name, value, made, gene, form):
            made[WORDS.get(name, "stated_condition")].append(value)
    _possible(made)
    values: dict[str, Any] = {
        key: tuple(sorted(set(value))) if isinstance(value, list) else value
        for key, value in made.items()
    }
    key = "\n".join(f"{name} {value}" for name, value in sorted(values.items()))
    return Population(
        iri=own("population", "read", hashlib.sha256(key.encode()).hexdigest()[:20]),
        kinds=("df:Population",),
        label=_label(given),
        **values,
    )


def _taken(name: str, value: str, made: dict[str, Any], gene: Gene, form: Named) -> bool:
    """Whether a qualifier became a value."""
    if name == "groups":
        made["age_group"].append(expand(f"df:{value}"))
    elif name == "sex":
        made["sex"] = expand(f"df:{value}")
    elif name in ("age", "weight"):
        return _bound(value, made)
    elif name == "biomarker":
        return _genetic(value, made, gene, form)
    else:
        return False
    return True


def _bound(value: str, made: dict[str, Any]) -> bool:
    match = _BOUND.fullmatch(value)
    if match is None:
        return False
    sign, number, unit = match[1], Decimal(match[2]), match[3]
    side, inclusive = _SIDES[sign[0]], sign.endswith("=")
    if unit == "kg":
        limit, flag, amount = f"{side}_weight_kg", f"{side}_weight_inclusive", str(number)
        exact: Any = amount if "." in amount else f"{amount}.0"
    else:
        span = "months" if unit in _MONTHS else "days"
        exact = number * (_MONTHS | _DAYS)[unit]
        limit, flag = f"{side}_age_{span}", f"{side}_age_inclusive"
        if exact != int(exact):
            return False
        exact = int(exact)
    if flag in made:
        return False
    made[limit], made[flag] = exact, inclusive
    return True


def _possible(made: dict[str, Any]) -> None:
    """Leave out limits that exclude each other: a range that nobody fits was misread."""
    for what in ("age", "weight"):
        said = {name: value for name, value in made.items() if f"_{what}_" in name}
        both = said.get(f"min_{what}_inclusive") and said.get(f"max_{what}_inclusive")
        if _empty(said, bool(both)):
            for name in said:
                del made[name]
            made["stated_condition"].append(f"limits of {what} that were not understood")


def _empty(made: Mapping[str, Any], both: bool) -> bool:
    """Whether a lowest limit lies above the highest; a month has 28 to 31 days."""
    for unit in ("age_months", "age_days", "weight_kg"):
        low, high = (made.get(f"{side}_{unit}") for side in ("min", "max"))
        if low is not None and high is not None:
            low, high = Decimal(low), Decimal(high)
            return low > high or (low == high and not both)
    if "min_age_months" in made and "max_age_days" in made:
        return bool(made["min_age_months"] * 28 > made["max_age_days"])
    if "min_age_days" in made and "max_age_months" in made:
        return bool(made["min_age_days"] > made["max_age_months"] * 31)
    return False


def _genetic(value: str, made: dict[str, Any], gene: Gene, form: Named) -> bool:
    if known := form(value):
        made["genetic_form"] = known
        return True
    if match := _MUTATION.fullmatch(value):
        iri = gene(match[2].upper())
        zygosity = _ZYGOSITIES.get(match[1] or "")
        if iri is None or (zygosity and "zygosity" in made):
            return False
        made["mutation_in"].append(iri)
        if zygosity:
            made["zygosity"] = expand(f"df:{zygosity}")
        return True
    match = _COPIES.fullmatch(value)
    iri = gene(match[3].upper()) if match else None
    number = _NUMBERS.get(match[2]) or (int(match[2]) if match[2].isdigit() else 0) if match else 0
    if match is None or iri is None or not number or "copy_number_of" in made:
        return False
    made["copy_number_of"] = iri
    if match[1] in ("at least", "one to", "1 to"):
        low = number if match[1] == "at least" else 1
        made["min_copy_number"], made["min_copy_number_inclusive"] = low, True
    if match[1] != "at least":
        made["max_copy_number"], made["max_copy_number_inclusive"] = number, True
        if not match[1]:
            made["min_copy_number"], made["min_copy_number_inclusive"] = number, True
    return True


_PREFIX: Mapping[str, str] = {
    "prior": "prior therapy: ",
    "combined": "together with: ",
    "cause": "caused by: ",
    "condition": "with: ",
}


def _label(pairs: list[tuple[str, str]]) -> str:
    """The qualifiers in words, groups first."""
    order = ("groups", "sex", "age", "weight")
    ranked = sorted(pairs, key=lambda pair: (pair[0] not in order, pair))
    return "; ".join(_worded(*pair) for pair in ranked)


def _worded(name: str, value: str) -> str:
    if name in ("age", "weight") and (match := _BOUND.fullmatch(value)):
        return f"{_SAID[match[1]]} {match[2]} {match[3]}"
    if value == "none" and name in ("prior", "combined"):
        return "untreated before" if name == "prior" else "used alone"
    return _PREFIX.get(name, "") + value
