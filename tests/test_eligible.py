"""Eligibility: every bound of every population at its edge, and what is never a match."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kg import rdf
from kg.build import build
from kg.cli import cli
from kg.dates import PartialDate
from kg.errors import InputError, UnknownName
from kg.fitting import age
from kg.fitting.criteria import READ_HERE, Criterion, criteria
from kg.fitting.eligibility import Assessed, Eligibility
from kg.fitting.known import known
from kg.fitting.profile import FIELDS, Profile, profile
from kg.graph import Graph, open_graph
from kg.lookup import Lookup
from kg.model import BOUNDS, Entity, Fact, Population, inclusive_flag
from kg.names import DF, compact, expand
from kg.names import graph as graph_name
from kg.statements import Read
from kg.store import Store
from tests.assistant import assisted
from tests.site import Site, application, read

KG = Path(sys.executable).parent / "kg"
SMA = "spinal muscular atrophy"
LATE = "2026-06-15"
"""A day after every approval that is curated."""
POPULATIONS = """
SELECT ?fact ?population ?p ?value WHERE {
  ?fact a df:Indication ; df:status df:current ; df:population ?population . ?population ?p ?value
} ORDER BY ?fact ?p ?value"""
WHOLE: dict[str, Any] = {
    "disease": SMA,
    "age": "18mo",
    "age_group": "paediatric",
    "weight": "8kg",
    "sex": "female",
    "mutation": ("SMN1",),
    "zygosity": "biAllelic",
    "copies": ("SMN2=2",),
    "genetic_form": "concept:5q-sma",
    "subtype": "MONDO:0009669",
    "stage": "advanced SMA",
    "prior_therapy": ("none",),
    "combined_with": ("none",),
    "date": LATE,
}


@pytest.fixture(scope="module")
def g(curated: Store) -> Graph:
    return Graph(curated)


def answers(graph: Graph, **fields: Any) -> dict[str, Assessed]:
    """The assessment of each indication, by its local name."""
    found = graph.eligible(Profile(**fields))
    return {one.fact.rpartition("/")[2]: one for one in found.assessed}


def outcomes(one: Assessed, name: str) -> list[str]:
    return [asked.outcome for asked in one.criteria if asked.name == name]


# ---------------------------------------------------------------- ages


def months_done(born: date, on: date) -> int:
    """Completed months by comparing year, month and day: not the way of the code under test."""
    return (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)


def stands(born: date, on: date, months: int) -> int:
    """-1 before the day on which so many months are complete, 0 on it, 1 after it."""
    if months_done(born, on) < months:
        return -1
    return 0 if months_done(born, on - timedelta(days=1)) < months else 1


days = st.dates(date(1950, 1, 1), date(2080, 12, 31))


@given(days, st.integers(0, 40_000), st.integers(0, 1200))
def test_a_month_is_complete_on_its_day_or_the_first_that_follows(
    born: date, lived: int, months: int
) -> None:
    on = born + timedelta(days=lived)
    birth = age.Birth(PartialDate(born.isoformat()), PartialDate(on.isoformat()))
    assert birth.to_months(months) == {stands(born, on, months)}
    assert birth.to_days(months) == {(lived > months) - (lived < months)}


@pytest.mark.parametrize(
    ("born", "months", "day"),
    [
        ("2022-07-01", 24, "2024-07-01"),
        ("2023-01-31", 1, "2023-03-01"),
        ("2024-01-31", 1, "2024-03-01"),
        ("2024-01-31", 2, "2024-03-31"),
        ("2024-02-29", 12, "2025-03-01"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2023-12-31", 2, "2024-03-01"),
    ],
)
def test_what_a_calendar_month_means(born: str, months: int, day: str) -> None:
    assert age.complete(date.fromisoformat(born), months) == date.fromisoformat(day)


@pytest.mark.parametrize("months", [1, 2, 6, 23, 24, 25, 48, 216])
def test_days_against_months_are_decided_where_every_birth_date_agrees(months: int) -> None:
    births = [date(1999, 1, 1) + timedelta(days=n) for n in range(8 * 366)]
    some = {(age.complete(born, months) - born).days for born in births}
    for count in range(min(some) - 2, max(some) + 3):
        ways = {stands(born, born + timedelta(days=count), months) for born in births}
        assert age.read(f"{count}d").to_months(months) == ways


@given(st.integers(0, 40_000), st.integers(0, 1300), st.integers(0, 40_000))
def test_spans_are_their_days(first: int, months: int, limit: int) -> None:
    weeks = age.read(f"{first // 7}w")
    week = [age.read(f"{7 * (first // 7) + day}d") for day in range(7)]
    assert weeks.to_days(limit) == frozenset().union(*(day.to_days(limit) for day in week))
    assert weeks.to_months(months) == frozenset().union(*(day.to_months(months) for day in week))


@given(days, st.integers(0, 1200), st.integers(0, 1300), st.integers(0, 40_000))
def test_an_age_in_months_is_never_surer_than_any_birth_date(
    born: date, done: int, months: int, limit: int
) -> None:
    """Whoever has so many completed months stands to a limit in a way that the span allows."""
    span = age.read(f"{done}mo")
    first = next(
        born + timedelta(days=n) for n in range(28 * done, 32 * done + 2)
        if months_done(born, born + timedelta(days=n)) == done
    )  # fmt: skip
    for on in (first, first + timedelta(days=1), first + timedelta(days=27)):
        assert months_done(born, on) == done
        assert stands(born, on, months) in span.to_months(months)
        lived = (on - born).days
        assert (lived > limit) - (lived < limit) in span.to_days(limit)


@pytest.mark.parametrize(
    ("text", "same"), [("2y", "2 years"), ("1y 6mo", "1year 6 months"), ("540 d", "540days")]
)
def test_an_age_is_written_as_people_do(text: str, same: str) -> None:
    one, other = age.read(text), age.read(same)
    assert one == other


@pytest.mark.parametrize(
    "text",
    [
        "",
        "18",
        "mo",
        "-1d",
        "1.5y",
        "18mo 3d",
        "1y 1y",
        "2w 1d",
        "151y",
        "99999d",
        "1y6mo?",
        "١٨mo",
    ],
)
def test_what_is_no_age_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no age") as error:
        age.read(text)
    assert error.value.field == "age"
    assert error.value.mend


def test_birth_dates_as_precise_as_they_are_given() -> None:
    day = PartialDate
    assert age.Birth(day("2022"), day("2024-06-01")).to_months(24) == {-1, 0, 1}
    assert age.Birth(day("2022-06"), day("2024-05-31")).to_months(24) == {-1}
    assert age.Birth(day("2022-06"), day("2024-06-30")).to_months(24) == {0, 1}
    assert age.Birth(day("2022-06-01"), day("2024")).to_months(24) == {-1, 0, 1}


# ---------------------------------------------------------------- every population, at its edges

Limits = dict[str, list[str]]


def populations(store: Store) -> dict[str, Limits]:
    """The properties of the population of each indication, by the indication's local name."""
    found: dict[str, Limits] = {}
    for row in store.select(POPULATIONS):
        name = row["fact"].value.rpartition("/")[2]
        if row["p"].value.startswith(DF):
            limits = found.setdefault(name, {})
            limits.setdefault(row["p"].value.removeprefix(DF), []).append(row["value"].value)
    return found


def fitting(limits: Limits) -> dict[str, Any]:
    """A profile that meets a population, read off its properties."""
    fits: dict[str, Any] = {"disease": SMA, "date": LATE}
    if "ageGroup" in limits:
        fits["age_group"] = limits["ageGroup"][0].removeprefix(DF)
    for months in limits.get("minAgeMonths", ()):
        fits["age"] = f"{int(months) + 1}mo"
    for months in limits.get("maxAgeMonths", ()):
        fits["age"] = f"{int(months) - 1}mo"
    if "mutationIn" in limits:
        fits["mutation"] = tuple(limits["mutationIn"])
    for name, field in (
        ("zygosity", "zygosity"), ("geneticForm", "genetic_form"),
        ("diseaseSubtype", "subtype"), ("diseaseStage", "stage"), ("sex", "sex"),
    ):  # fmt: skip
        if name in limits:
            fits[field] = limits[name][0].removeprefix(DF)
    for gene in limits.get("copyNumberOf", ()):
        number = limits.get("maxCopyNumber") or limits["minCopyNumber"]
        fits["copies"] = (f"{gene}={number[0]}",)
    return fits


def passes(limits: Limits, bound: str, order: int) -> bool:
    """Whether a value below (-1), at (0) or above (1) a bound meets it, by its own flag."""
    inclusive = limits[inclusive_flag(bound)] == ["true"]
    return order == 0 and inclusive if order == 0 else order == (1 if bound[:3] == "min" else -1)


def edges(limits: Limits, fits: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, int]]:
    """Profiles a step below, exactly at and a step above each bound of a population."""
    for bound in set(BOUNDS) & set(limits):
        (value,) = limits[bound]
        for order in (-1, 0, 1):
            rest = {key: text for key, text in fits.items() if key != "age"}
            if bound.endswith("Months"):
                on = date(2026, 6, 15) + timedelta(days=order)
                year, month = divmod(2026 * 12 + 5 - int(value), 12)
                born = date(year, month + 1, 15).isoformat()
                yield rest | {"born": born, "date": on.isoformat()}, bound, order
            elif bound.endswith("Days"):
                yield rest | {"age": f"{int(value) + order}d"}, bound, order
            elif bound.endswith("Kg"):
                weight = Decimal(value) + order * Decimal("0.001")
                yield fits | {"weight": f"{weight}kg"}, bound, order
            else:
                (gene,) = limits["copyNumberOf"]
                yield fits | {"copies": (f"{gene}={int(value) + order}",)}, bound, order


def test_every_bound_of_every_population_at_its_edge(g: Graph, curated: Store) -> None:
    held = populations(curated)
    tried = 0
    for name, limits in held.items():
        fits = fitting(limits)
        assert answers(g, **fits)[name].verdict == "match", name
        for case, bound, order in edges(limits, fits):
            wanted = "match" if passes(limits, bound, order) else "fails"
            assert answers(g, **case)[name].verdict == wanted, (name, case)
            tried += 1
    stated = sum(len(set(BOUNDS) & set(limits)) for limits in held.values())
    assert (len(held), stated, tried) == (10, 6, 18)
    print(f"{tried} edges of {stated} bounds in {len(held)} indications")


def test_every_population_in_days_of_life(g: Graph, curated: Store) -> None:
    """An age in days decides a limit in months where every birth date gives the same answer."""
    births = [date(2001, 1, 1) + timedelta(days=n) for n in range(1461)]
    said = set[str]()
    for name, limits in populations(curated).items():
        for bound in {"minAgeMonths", "maxAgeMonths"} & set(limits):
            months = int(limits[bound][0])
            for count in range(months * 30 + months // 3, months * 31 + 1):
                ways = {stands(born, born + timedelta(days=count), months) for born in births}
                passed = {passes(limits, bound, way) for way in ways}
                wanted = "undecided" if len(passed) == 2 else "holds" if True in passed else "fails"
                one = criterion(g, name, limits, f"{count}d")
                assert one == [wanted], (name, count)
                said.add(wanted)
    assert said == {"holds", "fails", "undecided"}


def criterion(g: Graph, name: str, limits: Limits, text: str) -> list[str]:
    read = Read(g.store, g.lookup)
    population = read.node(read.value(read.node(expand(f"fact:{name}")), "df:population"))
    who = known(Profile(**(fitting(limits) | {"age": text})), g.lookup)
    return [one.outcome for one in criteria(read, population, who) if one.name == "age"]


@pytest.mark.parametrize("name", ["mutationIn", "zygosity", "geneticForm", "diseaseSubtype"])
def test_every_population_without_what_it_asks(g: Graph, curated: Store, name: str) -> None:
    """Each kind of thing asked for, given otherwise and not given at all."""
    field = {
        "mutationIn": "mutation", "zygosity": "zygosity",
        "geneticForm": "genetic_form", "diseaseSubtype": "subtype",
    }[name]  # fmt: skip
    asked = 0
    for fact, limits in populations(curated).items():
        if name not in limits:
            continue
        asked += 1
        fits = fitting(limits)
        bare = answers(g, **{key: value for key, value in fits.items() if key != field})[fact]
        assert bare.verdict == "undecided"
        assert bare.missing == (field,)
        other = {
            "mutationIn": ("no SMN1",),
            "zygosity": "heterozygous",
            "geneticForm": "MONDO:0850170",
            "diseaseSubtype": "MONDO:0010056",
        }[name]
        there = answers(g, **(fits | {field: other}))[fact]
        assert there.verdict == ("undecided" if name == "geneticForm" else "fails")
    assert asked


# ---------------------------------------------------------------- any population

bounds = st.builds(
    lambda low, high, flags: (min(low, high), max(low, high), flags),
    st.integers(1, 300),
    st.integers(1, 300),
    st.tuples(st.booleans(), st.booleans()),
)


def only(population: Population, **fields: Any) -> list[Criterion]:
    """The criteria of a population that stands in a graph alone, for a profile."""
    things = [
        Entity(iri=expand("MONDO:0001516"), kinds=("df:Disease",), label=SMA),
        Entity(iri=expand("HGNC:11118"), kinds=("df:Gene",), label="SMN2"),
        population,
    ]
    quads = [quad for one in things for quad in rdf.quads(one, graph_name("curated"))]
    store = Store.from_nquads(rdf.nquads(quads))
    lookup = Lookup(store)
    read = Read(store, lookup)
    who = known(Profile(disease=SMA, **fields), lookup)
    return list(criteria(read, read.node(population.iri), who))


@settings(max_examples=40)
@given(bounds, st.sampled_from([-1, 0, 1]), st.booleans())
def test_any_interval_of_weight_copies_and_days(
    drawn: tuple[int, int, tuple[bool, bool]], order: int, lower: bool
) -> None:
    """Weights by a gram, copies by one, days by one: the flag alone decides at the limit."""
    low, high, (least, most) = drawn
    group = Population(
        iri=expand("population:drawn"),
        kinds=("df:Population",),
        label="drawn",
        min_age_days=low,
        max_age_days=high,
        min_age_inclusive=least,
        max_age_inclusive=most,
        min_weight_kg=f"{low}.5",
        max_weight_kg=f"{high}.5",
        min_weight_inclusive=least,
        max_weight_inclusive=most,
        copy_number_of=expand("HGNC:11118"),
        min_copy_number=low % 99,
        min_copy_number_inclusive=least,
    )
    at = low if lower else high
    found = only(
        group,
        age=f"{at + order}d",
        weight=f"{Decimal(at) + Decimal('0.5') + order * Decimal('0.001')}kg",
        copies=(f"SMN2={min(max(low % 99 + order, 0), 99)}",),
    )
    value = at + order
    inside = (value > low or (least and value == low), value < high or (most and value == high))
    said = {True: "holds", False: "fails"}
    assert [one.outcome for one in found if one.name == "age"] == [said[one] for one in inside]
    grams = 1000 * at + 500 + order
    heavy = (
        grams > 1000 * low + 500 or (least and grams == 1000 * low + 500),
        grams < 1000 * high + 500 or (most and grams == 1000 * high + 500),
    )
    assert [one.outcome for one in found if one.name == "weight"] == [said[one] for one in heavy]
    copies = min(max(low % 99 + order, 0), 99)
    enough = copies > low % 99 or (least and copies == low % 99)
    assert [one.outcome for one in found if one.name == "copies"] == [said[enough]]


def test_every_field_of_a_population_is_a_criterion() -> None:
    """A field that the model gains is asked here, or leaves every indication undecided.

    So do those in words, which no profile has, and rightly: nobody has read what they mean.
    """
    from dataclasses import fields

    model = {
        item.metadata["property"] for item in fields(Population) if "property" in item.metadata
    }
    in_words = {one for one in model if one.startswith("df:stated")}
    assert len(in_words) == 9 and in_words < model
    assert model - {"rdfs:label"} - in_words == READ_HERE


def test_a_population_held_as_text_only_never_matches() -> None:
    (one,) = only(Population(iri=expand("population:x"), kinds=("df:Population",), label="some"))
    assert (one.outcome, one.missing) == ("undecided", "not captured")


@pytest.mark.parametrize(
    ("limits", "fields", "wanted"),
    [
        ({"sex": "df:female"}, {"sex": "female"}, "holds"),
        ({"sex": "df:female"}, {"sex": "male"}, "fails"),
        ({"sex": "df:female"}, {}, "undecided"),
        ({"age_group": "df:adult"}, {"age_group": "adult"}, "holds"),
        ({"age_group": "df:adult"}, {"age_group": "pediatric"}, "fails"),
        ({"age_group": "df:adult"}, {"age": "40y"}, "undecided"),
        ({"prior_therapy": "HGNC:11118"}, {"prior_therapy": ("SMN2",)}, "holds"),
        ({"prior_therapy": "HGNC:11118"}, {"prior_therapy": ("none",)}, "fails"),
        ({"prior_therapy": "HGNC:11118"}, {"prior_therapy": ("no SMN2",)}, "fails"),
        ({"prior_therapy": "HGNC:11118"}, {}, "undecided"),
        ({"combined_with": "HGNC:11118"}, {"combined_with": ("SMN2",)}, "holds"),
        ({"combined_with": "HGNC:11118"}, {"combined_with": ("none",)}, "fails"),
        ({"combined_with": "HGNC:11118"}, {}, "undecided"),
        ({"disease_stage": "MONDO:0001516"}, {"stage": SMA}, "holds"),
        ({"disease_stage": "HGNC:11118"}, {"stage": SMA}, "undecided"),
        ({"disease_stage": "HGNC:11118"}, {}, "undecided"),
        ({"zygosity": "df:biAllelic"}, {"zygosity": "homozygous"}, "holds"),
        ({"zygosity": "df:biAllelic"}, {"zygosity": "compound heterozygous"}, "holds"),
        ({"zygosity": "df:biAllelic"}, {"zygosity": "heterozygous"}, "fails"),
        ({"zygosity": "df:homozygous"}, {"zygosity": "bi-allelic"}, "undecided"),
        ({"copy_number_of": "HGNC:11118"}, {"copies": ("SMN2=2",)}, "undecided"),
    ],
)
def test_each_kind_of_criterion(
    limits: dict[str, str], fields: dict[str, Any], wanted: str
) -> None:
    many = {"age_group", "prior_therapy", "combined_with"}
    values: dict[str, Any] = {
        name: (expand(iri),) if name in many else expand(iri) for name, iri in limits.items()
    }
    group = Population(iri=expand("population:x"), kinds=("df:Population",), label="x", **values)
    (one,) = only(group, **fields)
    assert one.outcome == wanted
    assert bool(one.missing) == (wanted == "undecided")


# ---------------------------------------------------------------- the unknown is never a match

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "age": st.sampled_from(["0d", "18mo", "23mo", "24mo", "730d", "2y", "40y"]),
    "age_group": st.sampled_from(["paediatric", "adult"]),
    "weight": st.sampled_from(["3kg", "21kg"]),
    "mutation": st.sampled_from([("SMN1",), ("no SMN1",)]),
    "zygosity": st.sampled_from(["biAllelic", "homozygous", "heterozygous"]),
    "copies": st.sampled_from([(f"SMN2={n}",) for n in range(6)]),
    "genetic_form": st.sampled_from(["concept:5q-sma", "MONDO:0019079"]),
    "subtype": st.sampled_from(["MONDO:0009669", "MONDO:0010056", "MONDO:0019079"]),
    "stage": st.just("advanced SMA"),
    "date": st.sampled_from(["2019", "2019-05", "2019-05-24", "2021", LATE]),
    "jurisdiction": st.sampled_from(["US", "EU"]),
    "authority": st.sampled_from(["FDA", "EMA"]),
}
RANK = {"match": 2, "undecided": 1, "fails": 0}


@settings(max_examples=60)
@given(st.fixed_dictionaries({}, optional=VALUES), st.data())
def test_what_is_left_out_never_makes_a_match(g: Graph, fields: dict[str, Any], data: Any) -> None:
    assume(fields)
    dropped = data.draw(st.sampled_from(sorted(fields)))
    whole = answers(g, disease=SMA, **fields)
    less = answers(g, disease=SMA, **{key: fields[key] for key in fields if key != dropped})
    for name, one in whole.items():
        if one.verdict != "match":
            assert less[name].verdict != "match", (name, dropped)


@settings(max_examples=30)
@given(st.fixed_dictionaries({}, optional=VALUES))
def test_every_criterion_names_a_fact_with_evidence(g: Graph, fields: dict[str, Any]) -> None:
    for one in answers(g, disease=SMA, **fields).values():
        proven = {item.fact for item in one.evidence}
        assert one.criteria
        for asked in one.criteria:
            assert asked.facts
            assert set(asked.facts) <= proven
            assert (asked.missing is not None) == (asked.outcome == "undecided")
        wanted = {asked.outcome for asked in one.criteria}
        assert (one.verdict == "match") == (wanted == {"holds"})


def test_nothing_matches_the_disease_alone(g: Graph) -> None:
    assert {one.verdict for one in answers(g, disease=SMA).values()} == {"undecided"}


# ---------------------------------------------------------------- by date and authority


@pytest.mark.parametrize(
    ("fact", "day", "outcome"),
    [
        ("zolgensma-treats-sma-us", "2019-05-23", "fails"),
        ("zolgensma-treats-sma-us", "2019-05-24", "holds"),
        ("zolgensma-treats-sma-us", "2019-05-25", "holds"),
        ("zolgensma-treats-sma-us", "2019-05", "undecided"),
        ("zolgensma-treats-sma-us", "2019", "undecided"),
        ("zolgensma-treats-sma-us", "2018", "fails"),
        ("zolgensma-treats-sma-us", "2020", "holds"),
        ("zolgensma-treats-sma-page", "2019-04-30", "fails"),
        ("zolgensma-treats-sma-page", "2019-05-15", "undecided"),
        ("zolgensma-treats-sma-page", "2019-05-31", "holds"),
        ("zolgensma-treats-sma-page", "2019-05", "undecided"),
        ("zolgensma-treats-sma-page", None, "undecided"),
    ],
)
def test_approved_on_that_day(g: Graph, fact: str, day: str | None, outcome: str) -> None:
    one = answers(g, disease=SMA, date=day)[fact]
    assert outcomes(one, "authorisation") == [outcome]


def test_jurisdiction_and_authority_choose_what_is_looked_at(g: Graph) -> None:
    every = answers(g, **WHOLE)
    us, ema = answers(g, jurisdiction="US", **WHOLE), answers(g, authority="EMA", **WHOLE)
    assert set(us) | set(ema) == set(every)
    assert not set(us) & set(ema)
    for one in (us, ema):
        assert one == {name: every[name] for name in one}
    found = g.eligible(jurisdiction="US", **WHOLE)
    assert "5 indications are held for other jurisdictions or authorities." in found.notes


def test_a_narrower_or_broader_disease_is_not_the_disease(g: Graph) -> None:
    found = g.eligible(disease="MONDO:0009669", date=LATE)
    assert found.assessed == ()
    assert f"No indication for {found.disease_label} is held here." in found.notes
    assert f"An indication for the broader {SMA} is held: ask it." in found.notes


# ---------------------------------------------------------------- what never matches

MARKED = "zolgensma-treats-sma-us"
PLAIN: dict[str, Any] = WHOLE | {"jurisdiction": "US"}


def changed(quads: Iterable[ox.Quad], *nodes: Fact | Entity, swap: dict[str, str] | None) -> Graph:
    """The curated graph with further nodes, and objects of the marked indication swapped."""
    made = []
    for quad in quads:
        key = compact(quad.predicate.value)
        if swap and quad.subject == ox.NamedNode(expand(f"fact:{MARKED}")) and key in swap:
            if not swap[key]:
                continue
            quad = ox.Quad(
                quad.subject, quad.predicate, ox.NamedNode(expand(swap[key])), quad.graph_name
            )
        made.append(quad)
    made += [quad for node in nodes for quad in rdf.quads(node, graph_name("curated"))]
    return Graph(Store.from_nquads(rdf.nquads(made)))


def like_approval(g: Graph, **values: Any) -> Fact:
    """A fact about Zolgensma with the evidence of its approval."""
    read = Read(g.store, g.lookup)
    node = read.node(expand("fact:zolgensma-fda-approval"))
    fact = Fact(
        iri=expand("fact:made-for-a-test"),
        kinds=("df:RegulatoryEvent",),
        label="made for a test",
        subject=expand("product:zolgensma"),
        predicate=expand("df:approvedBy"),
        object=expand("concept:fda"),
        polarity=expand("df:affirmed"),
        certainty=expand("df:stated"),
        status=expand("df:current"),
        review_status=expand("df:curated"),
        evidence=(read.value(node, "df:evidence"),),
        first_seen_in=read.value(node, "df:firstSeenIn"),
    )
    return replace(fact, **values)


def listed_as(g: Graph, status: str) -> Fact:
    return like_approval(
        g,
        kinds=("df:IdentityClaim",),
        predicate=expand("df:hasMarketingStatus"),
        object=expand(f"concept:marketing-{status}"),
        authority=expand("concept:fda"),
    )


def ended(g: Graph, event: str, polarity: str, **values: Any) -> Fact:
    return like_approval(
        g, event_type=expand(f"df:{event}"), polarity=expand(f"df:{polarity}"), **values
    )


ON_IT: dict[str, Callable[[Graph], Fact]] = {
    "prescription match": lambda g: listed_as(g, "prescription"),
    "withdrawn fails": lambda g: listed_as(g, "withdrawn"),
    "suspended fails": lambda g: listed_as(g, "suspended"),
    "refused fails": lambda g: listed_as(g, "refused"),
    "none-tentative-approval fails": lambda g: listed_as(g, "none-tentative-approval"),
    "discontinued undecided": lambda g: listed_as(g, "discontinued"),
    "withdrawal fails": lambda g: ended(g, "withdrawal", "affirmed"),
    "withdrawal of this use fails": lambda g: ended(
        g, "withdrawal", "affirmed", applies_to=(expand(f"fact:{MARKED}"),)
    ),
    "withdrawal of another use match": lambda g: ended(
        g, "withdrawal", "affirmed", applies_to=(expand("fact:zolgensma-treats-sma-page"),)
    ),
    "withdrawal by another match": lambda g: ended(
        g, "withdrawal", "affirmed", object=expand("concept:ema")
    ),
    "withdrawal retracted match": lambda g: ended(
        g, "withdrawal", "affirmed", status=expand("df:retracted")
    ),
    "refusal fails": lambda g: ended(g, "refusal", "denied"),
}


@pytest.mark.parametrize("case", ON_IT)
def test_a_withdrawn_or_suspended_authorisation_never_matches(
    g: Graph, quads: list[ox.Quad], case: str
) -> None:
    graph = changed(quads, ON_IT[case](g), swap=None)
    one = answers(graph, **PLAIN)[MARKED]
    assert one.verdict == case.rpartition(" ")[2]
    if one.verdict != "match":
        assert expand("fact:made-for-a-test") in {item.fact for item in one.evidence}


@pytest.mark.parametrize(
    ("swap", "said"),
    [
        ({"df:certainty": "df:possible"}, "may be so"),
        ({"df:reviewStatus": "df:unreviewed"}, "nobody has accepted"),
        ({"df:population": ""}, "whom the indication is for is not held"),
        ({"df:authority": ""}, "names no authority"),
        ({"df:jurisdiction": ""}, "names no jurisdiction"),
    ],
)
def test_a_use_that_is_not_sure_is_undecided(
    quads: list[ox.Quad], swap: dict[str, str], said: str
) -> None:
    one = answers(changed(quads, swap=swap), **PLAIN)[MARKED]
    assert one.verdict == "undecided"
    assert "not captured" in one.missing
    assert any(said in asked.words for asked in one.criteria)


@pytest.mark.parametrize(
    ("swap", "kind"),
    [
        ({"df:polarity": "df:denied"}, "denied"),
        ({"df:polarity": "df:notEvaluated"}, "not studied"),
        ({"df:polarity": "df:notDemonstrated"}, "not studied"),
        ({"df:useStatus": "df:offLabel"}, "off label"),
        ({"df:useStatus": "df:investigational"}, "investigational"),
        ({"df:useStatus": ""}, "use of unknown standing"),
        ({"rdf:type": "df:Contraindication"}, "contraindicated"),
    ],
)
def test_other_uses_are_listed_apart(quads: list[ox.Quad], swap: dict[str, str], kind: str) -> None:
    found = changed(quads, swap=swap).eligible(**PLAIN)
    assert MARKED not in {one.fact.rpartition("/")[2] for one in found.assessed}
    (one,) = [one for one in found.apart if one.fact == expand(f"fact:{MARKED}")]
    assert one.kind == kind
    assert one.evidence
    assert f"  {kind}: Zolgensma" in found.text()


@pytest.mark.parametrize("status", ["superseded", "retracted"])
def test_what_is_no_longer_said_is_not_listed(quads: list[ox.Quad], status: str) -> None:
    found = changed(quads, swap={"df:status": f"df:{status}"}).eligible(**PLAIN)
    shown = {one.fact for one in found.assessed} | {one.fact for one in found.apart}
    assert expand(f"fact:{MARKED}") not in shown


def test_an_indication_without_its_approval_is_undecided(quads: list[ox.Quad]) -> None:
    event = ox.NamedNode(expand("fact:zolgensma-fda-approval"))
    applies = ox.NamedNode(expand("df:appliesTo"))
    less = [one for one in quads if (one.subject, one.predicate) != (event, applies)]
    one = answers(changed(less, swap=None), **PLAIN)[MARKED]
    assert (one.verdict, one.missing) == ("undecided", ("not captured",))


# ---------------------------------------------------------------- the profile


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"age": "x"}, "age", "no age"),
        ({"age": "1y", "born": "2022-01-01", "date": LATE}, "age", "both"),
        ({"born": "2026-06-16", "date": LATE}, "born", "after"),
        ({"born": "2026", "date": LATE}, "born", "after"),
        ({"born": "01.02.2022"}, "born", "bad date"),
        ({"date": "yesterday"}, "date", "bad date"),
        ({"weight": "8"}, "weight", "no weight"),
        ({"weight": "0kg"}, "weight", "no weight"),
        ({"weight": "1000kg"}, "weight", "no weight"),
        ({"copies": ("SMN2",)}, "copies", "number of copies"),
        ({"copies": ("SMN2=2", "SMN2=3")}, "copies", "twice"),
        ({"mutation": ("SMN1", "no SMN1")}, "mutation", "so and not so"),
        ({"prior_therapy": ("none", "Spinraza")}, "prior_therapy", "so and not so"),
        ({"sex": "x"}, "sex", "female, male"),
        ({"zygosity": "both"}, "zygosity", "none of its values"),
        ({"mutation": ("nosuchgene",)}, "mutation", "nothing is called"),
        ({"jurisdiction": "Atlantis"}, "jurisdiction", "nothing is called"),
        ({"authority": "SMA"}, "authority", "not what is asked for"),
        ({"height": "1m"}, "height", "no such field"),
        ({"sex": ["male", "female"]}, "sex", "more than once"),
        ({"disease": ""}, "disease", "not given"),
    ],
)
def test_a_bad_profile_names_the_field_and_the_mend(
    g: Graph, fields: dict[str, Any], field: str, said: str
) -> None:
    with pytest.raises(InputError, match=said) as error:
        g.eligible(profile({"disease": SMA} | fields))
    assert error.value.field == field
    assert error.value.mend or isinstance(error.value, UnknownName)


@pytest.mark.parametrize(("text", "same"), [("8kg", "8000g"), ("7.5 kg", "7500 g")])
def test_weights_in_grams_are_weights(g: Graph, text: str, same: str) -> None:
    one, other = (known(Profile(disease=SMA, weight=what), g.lookup) for what in (text, same))
    assert one.weight == other.weight


# ---------------------------------------------------------------- every face

ASKED = {
    "disease": SMA, "age": "18mo", "weight": "8kg", "mutation": ["SMN1"], "jurisdiction": "US",
    "date": "2024-01-01",
}  # fmt: skip
MATCHING = ["evrysdi-treats-sma-us", "spinraza-treats-sma-us", "zolgensma-treats-sma-page"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("eligible")
    build(place)
    return place


def command(store: Path, fields: dict[str, Any], *more: str) -> tuple[int, str, str]:
    words = [
        word
        for name, value in fields.items()
        for text in ([value] if isinstance(value, str) else value)
        for word in ("--" + name.replace("_", "-"), text)
    ]
    done = CliRunner().invoke(cli, ["eligible", *words, *more, "--store", str(store)])
    return done.exit_code, done.stdout, str(done.exception or "")


def test_the_command_of_the_brief(built: Path) -> None:
    code, said, _ = command(built, ASKED)
    assert code == 0
    assert said.startswith("Asked: disease spinal muscular atrophy; age 18 months (completed)")
    heads = [line for line in said.splitlines() if line and not line.startswith(" ")]
    assert heads[1:5] == [
        "Matches: 3", "Cannot be decided: 1", "Fails: 1",
        "Never matches, and to be read with them: 5",
    ]  # fmt: skip
    assert "− age: 18 months (completed); the indication is for at least 24 months" in said
    assert "[missing: zygosity]" in said
    assert "No indication listed here states a limit of: weight." in said
    assert "Zolgensma (FDA) has several indications with different answers" in said
    assert said.endswith("Not medical advice.\n")


def test_the_exit_code_says_whether_anything_matches(built: Path) -> None:
    assert command(built, {"disease": SMA})[0] == 1
    words = [KG, "eligible", "--disease", SMA, "--age", "old", "--store", built]
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith('kg: age: "old" is no age; write it as 540d')


def test_every_face_gives_the_same_answer(built: Path, tmp_path: Path) -> None:
    graph = open_graph(built)
    found = graph.eligible(profile(ASKED))
    assert [one.fact.rpartition("/")[2] for one in found.of("match")] == MATCHING
    plain = json.loads(json.dumps(found.record()))
    code, said, _ = command(built, ASKED, "--format", "json")
    assert (code, json.loads(said)) == (0, plain)
    site = Site(application(graph.store))
    query = "/eligible{}?" + "&".join(
        f"{name}={value if isinstance(value, str) else ';'.join(value)}"
        for name, value in ASKED.items()
    )
    assert site.get(query.format(".json")).text == said
    assert site.get(query.format(""), {"Accept": "application/json"}).text == said
    assert site.get(query.format(".txt")).text == found.text()
    with (tmp_path / "said").open("w") as errors, assisted(built, errors) as assistant:
        tool = assistant.ask("eligible_indications", patient=ASKED)
    assert [(one["fact"], one["verdict"]) for one in tool["indications"]] == [
        (compact(one.fact), one.verdict) for one in found.assessed
    ]
    assert [len(one["criteria"]) for one in tool["indications"]] == [
        len(one.criteria) for one in found.assessed
    ]
    assert tool["notes"] == list(found.notes)
    assert tool["notice"] == "Not medical advice."


def test_the_page_is_a_plain_form_with_its_answer(g: Graph) -> None:
    site = Site(application(g.store))
    blank = read(site.get("/eligible").text)
    reply = site.get(f"/eligible?disease={SMA}&age=18mo&mutation=SMN1;&date=2024-01-01")
    page = read(reply.text)
    assert reply.status_code == 200
    for one in FIELDS:
        assert f'name="{one.name}"' in reply.text
        assert f'for="p-{one.name}"' in reply.text
    assert "Matches: 3" in page.text
    assert "Not medical advice." in page.text
    assert "Matches" not in blank.text
    links = {href for _, href in page.links}
    assert {"/fact/zolgensma-treats-sma-us", "/fact/zolgensma-cures-sma"} <= links
    wrong = site.get(f"/eligible?disease={SMA}&age=old")
    assert wrong.status_code == 400
    assert "“old” is no age" in wrong.text or "&#34;old&#34; is no age" in wrong.text
    assert site.get("/eligible", {"Accept": "image/png"}).status_code == 406
    assert site.get("/eligible.json?disease=").status_code == 400


def test_the_record_says_what_the_text_says(g: Graph) -> None:
    found: Eligibility = g.eligible(**WHOLE)
    record = found.record()
    assert record["caveats"][-1] == "Not medical advice."
    assert [one["missing"] for one in record["assessed"]] == [one.missing for one in found.assessed]
