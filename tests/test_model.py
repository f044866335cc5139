"""The model: dates as precise as their source, bounds that say whether they are inclusive."""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, fields
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.model import (
    BOUNDS,
    Ambiguity,
    Confirmation,
    Disagreement,
    Entity,
    Fact,
    MechanismPath,
    MechanismStep,
    Merge,
    Node,
    PartialDate,
    Passage,
    Population,
    Question,
    Record,
    Source,
    SourceFile,
    SourceVersion,
    TextSection,
    inclusive_flag,
)

KINDS: tuple[type[Node], ...] = (
    Entity,
    Population,
    Passage,
    Record,
    Source,
    SourceFile,
    SourceVersion,
    Fact,
    MechanismPath,
    MechanismStep,
    Question,
    TextSection,
    Merge,
    Ambiguity,
    Confirmation,
    Disagreement,
)


def least(cls: type[Node]) -> dict[str, Any]:
    """The least that a node of a class must have."""
    samples = {"integer": 1, "date": PartialDate("2019"), "boolean": True}
    values: dict[str, Any] = {"iri": "http://e.org/x"}
    for item in fields(cls):
        if item.metadata.get("required"):
            one = samples.get(item.metadata["kind"], "http://e.org/y")
            values[item.name] = (one,) if item.metadata["many"] else one
    return values


def test_these_are_all_kinds_of_node() -> None:
    assert set(Node.__subclasses__()) == set(KINDS)
    named = [curie for cls in KINDS for curie in cls.classes]
    assert len(named) == len(set(named)), "a class of the ontology belongs to one kind"


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("text", "datatype", "earliest", "latest"),
    [
        ("2019", "gYear", "2019-01-01", "2019-12-31"),
        ("2020", "gYear", "2020-01-01", "2020-12-31"),
        ("2019-05", "gYearMonth", "2019-05-01", "2019-05-31"),
        ("2019-04", "gYearMonth", "2019-04-01", "2019-04-30"),
        ("2019-02", "gYearMonth", "2019-02-01", "2019-02-28"),
        ("2020-02", "gYearMonth", "2020-02-01", "2020-02-29"),
        ("1900-02", "gYearMonth", "1900-02-01", "1900-02-28"),
        ("2000-02", "gYearMonth", "2000-02-01", "2000-02-29"),
        ("2019-12", "gYearMonth", "2019-12-01", "2019-12-31"),
        ("2019-05-24", "date", "2019-05-24", "2019-05-24"),
        ("2020-02-29", "date", "2020-02-29", "2020-02-29"),
        ("0001", "gYear", "0001-01-01", "0001-12-31"),
        ("9999-12", "gYearMonth", "9999-12-01", "9999-12-31"),
    ],
)
def test_a_date_is_an_interval_as_long_as_its_precision(
    text: str, datatype: str, earliest: str, latest: str
) -> None:
    found = PartialDate(text)
    assert found.text == text
    assert found.datatype == datatype
    assert found.earliest.isoformat() == earliest
    assert found.latest.isoformat() == latest


@given(st.dates(max_value=date(9999, 11, 30)))
def test_a_month_ends_on_the_day_before_the_next_one_begins(day: date) -> None:
    month = PartialDate(f"{day:%Y-%m}".rjust(7, "0"))
    assert month.earliest <= day <= month.latest
    assert month.earliest.day == 1
    assert (month.latest + timedelta(days=1)).day == 1
    assert (month.latest - month.earliest).days in (27, 28, 29, 30)
    year = PartialDate(month.text[:4])
    assert year.earliest <= month.earliest <= month.latest <= year.latest


SHAPE = "write YYYY, YYYY-MM or YYYY-MM-DD, nothing more"


@pytest.mark.parametrize(
    "text",
    ["", "19", "May 2019", "2019-5", "2019-05-24T00:00:00", "2019-05-24Z", "2019/05", "-2019"]
    + ["2019-05-", "2019-05-24\n", " 2019", "12019", "２０１９", "2019-5-24", "24.05.2019"],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        PartialDate(text)
    assert str(caught.value) == f'bad date "{text}"; {SHAPE}'


@pytest.mark.parametrize(
    "text", ["2019-13", "2019-00", "2019-02-29", "1900-02-29", "2019-04-31", "0000", "2019-05-00"]
)
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        PartialDate(text)
    assert caught.value.problem.startswith(f'bad date "{text}": ')
    assert caught.value.mend == "give a day that exists"


# ---------------------------------------------------------------- bounds


def bounded(bound: str) -> str:
    """The field of a population that holds a bound."""
    return next(f.name for f in fields(Population) if f.metadata.get("property") == f"df:{bound}")


@pytest.mark.parametrize("bound", BOUNDS)
def test_a_bound_without_its_flag_is_refused(bound: str) -> None:
    flag = inclusive_flag(bound)
    with pytest.raises(InputError) as caught:
        Population(**least(Population) | {bounded(bound): 24})
    assert str(caught.value) == (
        f"df:{bound}: the bound has no df:{flag}; "
        f"say whether the limit itself belongs: df:{flag} true or false"
    )


@pytest.mark.parametrize("bound", BOUNDS)
@pytest.mark.parametrize("flag", [True, False])
def test_a_bound_with_its_flag_is_taken_whichever_way_the_flag_says(bound: str, flag: bool) -> None:
    values: dict[str, Any] = {bounded(bound): 0, bounded(inclusive_flag(bound)): flag}
    Population(**least(Population) | values)


@pytest.mark.parametrize("bound", BOUNDS)
def test_the_flag_of_another_bound_does_not_count(bound: str) -> None:
    others = {inclusive_flag(other) for other in BOUNDS} - {inclusive_flag(bound)}
    with pytest.raises(InputError, match=f"no df:{inclusive_flag(bound)};"):
        flags = {bounded(flag): True for flag in others}
        Population(**least(Population) | flags | {bounded(bound): 1})


def test_every_numeric_limit_of_a_population_is_a_bound() -> None:
    numeric = {
        item.metadata["property"].removeprefix("df:")
        for item in fields(Population)
        if item.metadata.get("kind") in ("integer", "decimal")
    }
    assert numeric == set(BOUNDS)
    assert {inclusive_flag(bound) for bound in BOUNDS} == {
        item.metadata["property"].removeprefix("df:")
        for item in fields(Population)
        if item.metadata.get("kind") == "boolean"
    }


# ---------------------------------------------------------------- nodes


@pytest.mark.parametrize("cls", KINDS)
def test_the_least_node_has_nothing_but_what_is_required(cls: type[Node]) -> None:
    node = cls(**least(cls))
    for item in fields(cls):
        if item.name not in least(cls):
            assert getattr(node, item.name) in (None, ()), "nothing is defaulted"


REQUIRED = [(cls, name) for cls in KINDS for name in least(cls) if name != "iri"]


@pytest.mark.parametrize(("cls", "name"), REQUIRED)
def test_what_is_required_cannot_be_left_out_or_empty(cls: type[Node], name: str) -> None:
    item = next(item for item in fields(cls) if item.name == name)
    prop = item.metadata["property"]
    empty = () if item.metadata["many"] else None
    with pytest.raises(InputError) as caught:
        cls(**least(cls) | {name: empty})
    assert str(caught.value) == f"{prop}: this is required and missing; add {prop}"
    if item.default is MISSING:
        with pytest.raises(TypeError):
            cls(**{key: value for key, value in least(cls).items() if key != name})


@pytest.mark.parametrize("cls", KINDS)
def test_nodes_are_frozen_and_compared_by_value(cls: type[Node]) -> None:
    node = cls(**least(cls))
    assert node == cls(**least(cls))
    assert hash(node) == hash(cls(**least(cls)))
    assert node != cls(**least(cls) | {"iri": "http://e.org/other"})
    for item in fields(cls):
        with pytest.raises(FrozenInstanceError):
            setattr(node, item.name, "changed")


def test_dates_are_frozen_too() -> None:
    with pytest.raises(FrozenInstanceError):
        PartialDate("2019").text = "2020"  # type: ignore[misc]


def test_zero_and_false_are_values_not_gaps() -> None:
    step = MechanismStep(**least(MechanismStep) | {"position": 0, "sign": -1})
    assert step.position == 0


def test_no_two_fields_of_a_class_share_a_property() -> None:
    for cls in KINDS:
        props = [item.metadata["property"] for item in fields(cls) if "property" in item.metadata]
        assert len(props) == len(set(props))
