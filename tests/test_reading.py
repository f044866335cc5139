"""Cues in sentences: amounts and bounds, dates, tone, names, people, and whole statements."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.graph import Graph
from kg.names import compact
from kg.reading.amounts import bounds, durations
from kg.reading.naming import abbreviations
from kg.reading.people import people
from kg.reading.rules import cues, frames, pattern, wordings
from kg.reading.sentence import Context
from kg.reading.statements import statements
from kg.reading.text import main, plain
from kg.reading.times import dates
from kg.store import Store


@pytest.fixture(scope="module")
def graph(curated: Store) -> Graph:
    return Graph(curated)


# ---------------------------------------------------------------- amounts


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("children less than 2 years of age", "age_months<24"),
        ("children younger than 6 months", "age_months<6"),
        ("children under two years", "age_months<24"),
        ("< 2 years of age", "age_months<24"),
        ("children up to 5 years old", "age_months<=60"),
        ("patients aged 12 years and younger", "age_months<=144"),
        ("patients not older than 5 years of age", "age_months<=60"),
        ("≤ 12 years of age", "age_months<=144"),
        ("patients 2 years and older", "age_months>=24"),
        ("adults aged 18 years or over", "age_months>=216"),
        ("children at least 6 years old", "age_months>=72"),
        ("pediatric patients 1 month of age or older", "age_months>=1"),
        ("older than 12 years of age", "age_months>144"),
        ("infants from 2 weeks of age", "age_days>=14"),
        ("children 6 months to less than 18 years", "age_months>=6 age_months<216"),
        ("from 2 to 11 years of age", "age_months>=24 age_months<=132"),
        ("children aged 1-3 years", "age_months>=12 age_months<=36"),
        ("weighing at least 20 kg", "weight_kg>=20"),
        ("weighing less than 13.5 kg", "weight_kg<13.5"),
        ("body weight of 10 kg or more", "weight_kg>=10"),
        ("up to 3 copies of the gene", "copies<=3"),
        ("one to four SMN2 copies", "copies>=1 copies<=4"),
        ("for 2 years after treatment", ""),
        ("an infusion over 60 minutes", ""),
        ("5 mg twice a day", ""),
    ],
)
def test_bounds_have_their_direction_and_say_whether_the_limit_belongs(
    text: str, want: str
) -> None:
    sign = {("min", True): ">=", ("min", False): ">", ("max", True): "<=", ("max", False): "<"}
    found = [f"{one.quantity}{sign[one.side, one.inclusive]}{one.value}" for one in bounds(text)]
    assert " ".join(found) == want


@given(st.integers(1, 99), st.sampled_from(["year", "month", "week"]))
def test_less_than_up_to_and_older_are_told_apart(number: int, unit: str) -> None:
    def read(text: str) -> list[tuple[str, str, bool]]:
        return [(one.side, one.value, one.inclusive) for one in bounds(text)]

    size = f"{number} {unit}{'s' if number > 1 else ''}"
    ((side, value, inclusive),) = read(f"children less than {size} of age")
    assert (side, inclusive) == ("max", False)
    assert read(f"children up to {size} of age") == [("max", value, True)]
    assert read(f"children {size} of age and younger") == [("max", value, True)]
    assert read(f"children {size} of age and older") == [("min", value, True)]
    assert read(f"children older than {size} of age") == [("min", value, False)]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("takes about one hour", [(60, True)]),
        ("over 90 minutes", [(90, False)]),
        ("lasts half an hour", [(30, False)]),
        ("takes approximately 4 hours", [(240, True)]),
        ("for 2 years", []),
    ],
)
def test_durations_are_minutes_and_say_if_they_are_rough(
    text: str, want: list[tuple[int, bool]]
) -> None:
    assert [(one.minutes, one.about) for one in durations(text)] == want


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("in May 2019", ["2019-05"]),
        ("on 24 May 2019", ["2019-05-24"]),
        ("on May 24, 2019", ["2019-05-24"]),
        ("on 2019-05-24", ["2019-05-24"]),
        ("since December of 2017", ["2017-12"]),
        ("updated on Dec 29, 2023.", ["2023-12-29"]),
        ("in 2016 and again in 2018", ["2016", "2018"]),
        ("on 31 February 2019", []),
        ("may 2019 people", ["2019"]),
        ("12019 patients", []),
    ],
)
def test_dates_are_as_precise_as_they_are_said(text: str, want: list[str]) -> None:
    assert [date.text for date, _, _ in dates(text)] == want


# ---------------------------------------------------------------- tone


def tone_of(graph: Graph, text: str, predicate: str = "df:improves") -> str:
    found = [one for one in statements(text, graph.names) if one.frame.predicate == predicate]
    assert len(found) == 1, found
    return f"{found[0].tone.polarity} {found[0].tone.certainty}"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Zolgensma improves muscle strength.", "affirmed stated"),
        ("Zolgensma can improve muscle strength.", "affirmed possible"),
        ("Zolgensma may help to improve muscle strength.", "affirmed possible"),
        ("Zolgensma May improve muscle strength.", "affirmed possible"),
        ("In May Zolgensma improves muscle strength.", "affirmed stated"),
        ("Since May 2019 Zolgensma improves muscle strength.", "affirmed stated"),
        ("Zolgensma has been shown to improve muscle strength.", "affirmed shown"),
        ("Studies have shown that Zolgensma improves muscle strength.", "affirmed shown"),
        ("Zolgensma is thought to improve muscle strength.", "affirmed possible"),
        ("Zolgensma does not improve muscle strength.", "denied stated"),
        ("Zolgensma cannot improve muscle strength.", "denied stated"),
        ("Zolgensma doesn’t improve muscle strength.", "denied stated"),
        ("Zolgensma has not been shown to improve muscle strength.", "notDemonstrated stated"),
        ("It is not known whether Zolgensma improves muscle strength.", "notEvaluated stated"),
        ("Since damage is not reversible, Zolgensma improves muscle strength.", "affirmed stated"),
        ("It is not a cure, but Zolgensma improves muscle strength.", "affirmed stated"),
        ("Zolgensma does not stop, slow or improve muscle strength.", "denied stated"),
    ],
)
def test_a_not_and_a_hedge_reach_as_far_as_their_clause(graph: Graph, text: str, want: str) -> None:
    assert tone_of(graph, text) == want


def test_not_studied_is_neither_yes_nor_no(graph: Graph) -> None:
    for text in (
        "Zolgensma has not been studied in people with advanced SMA.",
        "Zolgensma was never tested in advanced SMA.",
        "The use of Zolgensma in advanced SMA has not been evaluated.",
        "The safety of Zolgensma in advanced SMA has not been established.",
    ):
        assert tone_of(graph, text, "df:studiedIn") == "notEvaluated stated", text


def test_a_question_says_nothing(graph: Graph) -> None:
    assert statements("Does Zolgensma improve muscle strength?", graph.names) == []


# ---------------------------------------------------------------- names


def test_abbreviations_are_what_the_text_defines() -> None:
    text = "Spinal muscular atrophy (SMA), survival motor neuron 1 (SMN1) gene; EV (extra vial)."
    assert abbreviations(text) == {
        "SMA": "Spinal muscular atrophy",
        "SMN1": "survival motor neuron 1",
        "EV": "extra vial",
    }
    assert abbreviations("It was given (twice) and (see above).") == {}


def test_a_defined_abbreviation_decides_between_namesakes(graph: Graph) -> None:
    short = {"SMA": "spinal muscular atrophy"}
    (bare,) = graph.names.mentions("SMA", {})
    (defined,) = graph.names.mentions("SMA", short)
    assert len(bare.things) == 2
    assert [compact(one.iri) for one in defined.things] == ["MONDO:0001516"]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("motor neurons", ["CL:0000100"]),
        ("advanced SMA", ["concept:advanced-sma"]),
        ("the SMN1 gene", ["HGNC:11117"]),
        ("the smn1 gene", []),
        ("approved in the US", ["concept:us"]),
        ("it helps us", []),
        ("trouble swallowing", ["HP:0002015"]),
        ("an intravenous      infusion", ["concept:intravenous-infusion"]),
    ],
)
def test_names_are_found_longest_first_and_symbols_in_their_own_case(
    graph: Graph, text: str, want: list[str]
) -> None:
    assert [compact(one.things[0].iri) for one in graph.names.mentions(text)] == want


def test_a_concept_is_found_with_words_between_its_words(graph: Graph) -> None:
    text = "damage done to some of the motor neurons"
    found = graph.names.loose(text, 0, len(text), 2)
    assert found is not None
    assert found.things[0].label == "motor neuron damage that came before treatment"
    assert graph.names.loose("damage to the house", 0, 19, 2) is None


# ---------------------------------------------------------------- people


def test_or_patients_with_makes_two_groups(graph: Graph) -> None:
    text = (
        "for patients with 5q SMA with a bi-allelic mutation in SMN1 and SMA type 1, "
        "or patients with 5q SMA and up to 3 copies of SMN2"
    )
    sma = graph.find("MONDO:0001516").iri
    one, two = people(text, graph.names, sma, {})
    assert {key: [compact(v) for v in values] for key, values in one.values.items()} == {
        "diseaseSubtype": ["MONDO:0009669"],
        "geneticForm": ["concept:5q-sma"],
        "mutationIn": ["HGNC:11117"],
        "zygosity": ["df:biAllelic"],
    }
    assert two.values["maxCopyNumber"] == ("3",)
    assert two.values["maxCopyNumberInclusive"] == ("true",)
    assert "diseaseSubtype" not in two.values


def test_types_in_a_row_are_all_read(graph: Graph) -> None:
    sma = graph.find("MONDO:0001516").iri
    (one,) = people("patients with SMA type 1, type 2 or type 3", graph.names, sma, {})
    kinds = [compact(value) for value in one.values["diseaseSubtype"]]
    assert kinds == ["MONDO:0009669", "MONDO:0009672", "MONDO:0009673"]


# ---------------------------------------------------------------- statements


def said(graph: Graph, text: str, context: Context | None = None) -> list[str]:
    found = statements(text, graph.names, context)
    return [
        f"{one.frame.predicate} {compact(one.objects[0].iri)} {one.tone.polarity}" for one in found
    ]


def test_several_objects_in_a_row_are_several_statements(graph: Graph) -> None:
    text = "SMA causes problems with swallowing, breathing or holding the head up."
    assert said(graph, text) == [
        "df:leadsTo HP:0002015 affirmed",
        "df:leadsTo concept:breathing-problems affirmed",
        "df:leadsTo HP:0002421 affirmed",
    ]


def test_it_is_what_was_named_last(graph: Graph) -> None:
    context = Context().after("Evrysdi is given by mouth.", graph.names)
    (one,) = statements("It improves muscle strength.", graph.names, context)
    assert one.subjects[0].label == "Evrysdi"
    assert statements("It improves muscle strength.", graph.names) == []


def test_what_the_graph_does_not_hold_is_a_new_concept(graph: Graph) -> None:
    (one,) = statements("Zolgensma improves lung function in adults.", graph.names)
    (thing,) = one.objects
    assert (thing.new, thing.label, compact(thing.iri)) == (
        *(True, "lung function"),
        "concept:lung-function",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Zolgensma is given at increased risk.",
        "SMA-related weakness is what Zolgensma leads to.",
        "Zolgensma is a reverse transcriptase inhibitor.",
        "Zolgensma has not been studied in patients.",
        "It improves muscle strength.",
        "Improve muscle strength with Zolgensma.",
        "Zolgensma improvement muscle strength.",
    ],
)
def test_what_only_looks_like_a_statement_is_none(graph: Graph, text: str) -> None:
    assert said(graph, text) == []


def test_a_further_thing_that_is_done_is_no_object(graph: Graph) -> None:
    text = "Zolgensma can improve walking, prevent falls and reduce pain."
    assert said(graph, text) == ["df:improves concept:walking affirmed"]


def test_each_item_of_a_label_has_its_own_people(graph: Graph) -> None:
    text = (
        "Evrysdi is indicated for the treatment of SMA in adults 18 years and older ( 1.1 ) and "
        "other things in children under 2 years ( 1.2 )"
    )
    (one,) = [x for x in statements(text, graph.names) if x.frame.predicate == "df:treats"]
    (people_,) = one.qualifiers.groups
    assert people_.values["minAgeMonths"] == ("216",)
    assert "maxAgeMonths" not in people_.values


# ---------------------------------------------------------------- the rules themselves


def test_every_frame_uses_terms_of_the_ontology(curated: Store) -> None:
    rows = curated.select(
        "SELECT ?p ?kind WHERE { ?p a df:Predicate ; schema:rangeIncludes ?kind }"
    )
    ranges = {(compact(row["p"].value), compact(row["kind"].value)) for row in rows}
    predicates = {predicate for predicate, _ in ranges}
    wider = {"df:Concept", "df:Phenotype", "df:Disease", "df:AnatomicalStructure"}
    for frame in frames():
        assert frame.predicate in predicates
        kinds = {kind for predicate, kind in ranges if predicate == frame.predicate}
        assert frame.kinds <= kinds | wider, frame.predicate


def test_phrases_match_their_own_words_in_any_form() -> None:
    assert pattern(["improve*"]).fullmatch("improving")
    assert pattern(["stop* the progression of"]).fullmatch("stopped  the progression of")
    assert pattern(["caused by ... mutation* in"]).fullmatch("caused by a rare kind of mutation in")
    assert not pattern(["improve*"]).search("improvement")
    for heading in ("denied", "hedges", "shown", "not_demonstrated", "not_evaluated"):
        for phrase in cues()[heading]:
            assert pattern([phrase]).search(phrase.replace("*", ""))
    assert all(isinstance(said, str) for phrases in wordings().values() for said in phrases)


@given(st.text(alphabet="ab ()[]“’–\u00a0.\n", max_size=40))
def test_folding_moves_no_offset(text: str) -> None:
    assert len(main(plain(text))) == len(text)
    outside = re.sub(r"\([^()\[\]]*\)|\[[^()\[\]]*\]", "", text)
    assert set(main(plain(text))) <= set(plain(outside)) | {" "}


@given(st.text(max_size=80))
def test_no_text_is_too_odd_to_read(text: str) -> None:
    for one, two in itertools.pairwise(sorted(bounds(text), key=lambda one: one.start)):
        assert one.start <= two.start
    assert list(dates(text)) == list(dates(text))
    assert abbreviations(text) == abbreviations(text)
