"""How a limitation is found in a sentence: its refusal, its clauses, and what they take away."""

from __future__ import annotations

import pytest

from kg.extract.limitations.clauses import apart, clause_end, members, without_reason
from kg.extract.limitations.refusals import refusal
from kg.extract.names.terms import Terms
from kg.extract.read import extract


def refused(line: str) -> str | None:
    found = refusal(line, 0, len(line))
    return found[1].group() if found else None


@pytest.mark.parametrize(
    ("line", "phrase"),
    [
        ("Examplin is not indicated for gout.", "is not indicated"),
        ("Examplin is for adults who have not been treated before.", None),
        ("Examplin is indicated for gout when other drugs are not recommended.", None),
        ("Studies suggest that Examplin is not effective in gout.", "is not effective in"),
        ("These statements have not been evaluated.", None),
        ("The cause of gout is not known.", None),
    ],
)
def test_a_phrase_refuses_unless_it_is_a_part_of_the_indication(
    line: str, phrase: str | None
) -> None:
    assert refused(line) == phrase


def test_a_sentence_falls_apart_where_a_second_verb_takes_something_away() -> None:
    line = "Examplin has not been studied in gout and is not recommended in asthma."
    assert [line[at:stop] for at, stop in apart(line, 0, len(line))] == [
        "Examplin has not been studied in gout",
        "is not recommended in asthma.",
    ]


def test_a_clause_is_without_the_reason_before_it_and_the_one_behind() -> None:
    line = "Because of its risks, Examplin is not indicated for gout, as it may harm."
    found = refusal(line, 0, len(line))
    assert found
    end = clause_end(line, 0, len(line), found[1].end())
    at, stop = without_reason(line, 0, end, found[1])
    assert line[at:stop] == "Examplin is not indicated for gout"


@pytest.mark.parametrize(
    ("line", "each"),
    [
        (
            "Examplin is not indicated for gout or in children.",
            ["Examplin is not indicated for gout", "in children."],
        ),
        (  # before a refusal that ends the clause
            "The use of Examplin in gout or in children has not been studied.",
            ["The use of Examplin in gout", "in children has not been studied."],
        ),
    ],
)
def test_each_member_of_a_clause_is_limited_by_itself(line: str, each: list[str]) -> None:
    found = refusal(line, 0, len(line))
    assert found
    assert [line[at:stop] for at, stop in members(line, 0, len(line), found[1])] == each


def test_examples_of_those_who_should_not_have_it_are_no_limits_of_their_own() -> None:
    text = (
        "Examplin should not be used in patients with asthma who cannot take it because of "
        "risks such as any of the following: \u2022 patients with gout \u2022 patients in hospital"
    )
    terms = Terms.of([("MONDO:0004979", "asthma", ()), ("MONDO:0005393", "gout", ())])
    (limit,) = extract(text, terms)[1]
    assert limit.term == "MONDO:0004979"


def test_the_short_name_of_a_genus_does_not_end_a_name() -> None:
    text = "Examplin is indicated for E. coli infection."
    (use,) = extract(text, Terms.of([("MONDO:0020920", "E. coli infection", ())]))[0]
    assert use.term == "MONDO:0020920"
