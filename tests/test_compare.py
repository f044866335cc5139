"""How two values of one field stand to each other: dates, companies, names, terms, populations."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import compare
from kg.compare import Limits, Relation, Terms

TURNED: dict[Relation, Relation] = {"narrower": "wider", "wider": "narrower"}
"""A relation as seen from the other value; of the others each is its own."""

DAYS = st.dates(date(2019, 1, 1), date(2020, 12, 31))
DATES = st.tuples(DAYS, st.sampled_from([4, 7, 10])).map(lambda day: day[0].isoformat()[: day[1]])


@given(DATES, DATES)
def test_dates_are_the_same_if_one_day_can_be_both(one: str, other: str) -> None:
    both = any(
        day.startswith(one) and day.startswith(other)
        for day in ((date(2019, 1, 1) + timedelta(n)).isoformat() for n in range(731))
    )
    assert compare.dates(one, other) == ("same" if both else "apart")


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("ABBVIE INC", "AbbVie Inc.", "same"),
        ("EXAMPLIX PHARMS CORP", "Examplix Pharmaceuticals, Inc.", "same"),
        ("DOMPE FARMACEUTICI", "Dompé farmaceutici S.p.A.", "same"),
        ("BRISTOL MYERS SQUIBB", "BMS", "same"),
        ("Glaxo Grp Ltd", "GlaxoSmithKline LLC", "same"),
        ("Roche", "Hoffmann-La Roche Inc.", "same"),
        ("BIOVITRUM AB", "Swedish Orphan Biovitrum AB (publ)", "same"),
        ("DYAX CORP.", "Takeda Pharmaceuticals U.S.A., Inc.", "apart"),
        ("H. Lundbeck A/S", "Hospira, Inc.", "apart"),
        ("L. Perrigo Co.", "Eli Lilly and Company", "apart"),
        ("Bio Products Laboratory", "Biogen Inc.", "apart"),
        ("Pharma Labs", "Laboratoires Inc.", "apart"),
    ],
)
def test_companies_are_told_apart_by_their_own_words(
    one: str, other: str, relation: Relation
) -> None:
    assert compare.companies(one, other) == compare.companies(other, one) == relation


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("EXAMPLIX-PEN", "Examplix Pen", "same"),
        ("Examplix", "Examplix, Examplix-20", "same"),
        ("Éxamplix", "examplix", "same"),
        ("Examplix 10", "Examplix 20", "apart"),
    ],
)
def test_names_are_told_apart_by_letters_and_digits(
    one: str, other: str, relation: Relation
) -> None:
    assert compare.names(one, other) == compare.names(other, one) == relation


@given(st.text(), st.text())
def test_any_text_can_be_compared(one: str, other: str) -> None:
    for relate in (compare.companies, compare.names):
        assert relate(one, one) == "same"
        assert relate(one, other) == relate(other, one)


def test_a_term_lies_below_all_that_are_broader() -> None:
    terms = Terms({"type 1": ("SMA",), "SMA": ("disease", "genetic"), "flu": ("disease",)})
    assert terms.above("type 1") == {"SMA", "disease", "genetic"}
    assert terms.relate("type 1", "genetic") == "narrower"
    assert terms.relate("disease", "type 1") == "wider"
    assert terms.relate("flu", "SMA") == "apart"


def test_terms_in_a_circle_are_one() -> None:
    """A fault of a source, but no reason to run for ever or to take sides."""
    circle = Terms({"a": ("b",), "b": ("c",), "c": ("a",)})
    assert circle.above("a") == {"b", "c"}
    assert circle.relate("a", "b") == circle.relate("b", "a") == "same"


LIMITS = st.builds(
    lambda low, high, genes, subtypes: Limits.of(
        {
            **({"minAgeMonths": [str(low[0])], "minAgeInclusive": [low[1]]} if low else {}),
            **({"maxAgeMonths": [str(high[0])], "maxAgeInclusive": [high[1]]} if high else {}),
            **({"mutationIn": genes} if genes else {}),
            **({"diseaseSubtype": subtypes} if subtypes else {}),
        }
    ),
    *[st.none() | st.tuples(st.integers(0, 3), st.sampled_from(["true", "false"]))] * 2,
    st.sets(st.sampled_from("ab")),
    st.sets(st.sampled_from("cd")),
)


def admits(limits: Limits, half_months: int, genes: set[str], subtype: str) -> bool:
    """Whether a patient belongs: the definition that the comparison must keep to."""
    age = half_months / 2
    least, most = limits.least.get("AgeMonths"), limits.most.get("AgeMonths")
    return bool(
        (least is None or age > least[0] or (age == least[0] and least[1]))
        and (most is None or age < most[0] or (age == most[0] and most[1]))
        and limits.terms.get("mutationIn", frozenset()) <= genes
        and subtype in limits.terms.get("diseaseSubtype", {subtype})
    )


@given(LIMITS, LIMITS)
def test_populations_are_compared_from_either_side(one: Limits, other: Limits) -> None:
    there = compare.populations(one, other, Terms({}))
    assert compare.populations(other, one, Terms({})) == TURNED.get(there, there)
    assert compare.populations(one, one, Terms({})) == "same"


PATIENTS = list(product(range(8), (set(), {"a"}, {"b"}, {"a", "b"}), "cde"))


@given(LIMITS, LIMITS)
def test_who_belongs_to_the_narrower_belongs_to_the_wider(one: Limits, other: Limits) -> None:
    relation = compare.populations(one, other, Terms({}))
    here, there = (
        {n for n, who in enumerate(PATIENTS) if admits(each, *who)} for each in (one, other)
    )
    if relation in ("same", "narrower"):
        assert here <= there
    if relation == "apart":
        assert not here & there


def copies(side: str, gene: str) -> dict[str, list[str]]:
    """At least three copies of a gene, or at most two."""
    number = "3" if side == "min" else "2"
    bound = f"{side}CopyNumber"
    return {bound: [number], f"{bound}Inclusive": ["true"], "copyNumberOf": [gene]}


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ({"ageGroup": ["https://e.org/o#paediatric", "https://e.org/o#adult"]}, {}, "same"),
        ({"ageGroup": ["https://e.org/o#paediatric"]}, {}, "narrower"),
        ({"diseaseSubtype": ["1"]}, {"diseaseSubtype": ["1", "2"]}, "narrower"),
        ({"mutationIn": ["1"]}, {"mutationIn": ["1", "2"]}, "wider"),
        ({"diseaseSubtype": ["1"]}, {"diseaseSubtype": ["2"]}, "overlap"),
        ({"sex": ["female"]}, {"mutationIn": ["1"]}, "overlap"),
        (copies("min", "SMN1"), copies("max", "SMN1"), "apart"),
        (copies("min", "SMN1"), copies("max", "SMN2"), "overlap"),
    ],
)
def test_limits_of_several_values(one: Any, other: Any, relation: Relation) -> None:
    """Subtypes mean any of them, mutations all; what cannot be told for certain overlaps."""
    assert compare.populations(Limits.of(one), Limits.of(other), Terms({})) == relation


@given(*[st.sets(st.integers(0, 3), min_size=1)] * 2)
def test_lists_are_compared_as_sets(one: set[int], other: set[int]) -> None:
    def equal(a: int, b: int) -> Relation:
        return "same" if a == b else "apart"

    relation = compare.sets(sorted(one), sorted(other), equal)
    wanted = {one == other: "same", one < other: "narrower", one > other: "wider"}
    assert relation == wanted.get(True, "overlap" if one & other else "apart")
    assert compare.singles(one, other, equal) == ("same" if one & other else "apart")
