"""Answers in words: polarity first, the source with each sentence, and what is not known."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from kg.answer import VERDICTS, Answer, day, fill, word
from kg.errors import InputError
from kg.library import bind, load, run
from kg.lookup import Lookup
from kg.model import PartialDate
from kg.names import DF, expand
from kg.store import Store

CAVEAT = "does not replace a doctor."
GRAPH = "<https://w3id.org/drugfacts/graph/curated>"


def answer(store: Store, name: str, **values: object) -> Answer:
    lookup, question = Lookup(store), load()[name]
    return word(question, run(store, question, bind(question, values, lookup)), store, lookup)


def with_fact(store: Store, name: str, **changes: str) -> Store:
    """The store with a copy of a fact, some of its properties (CURIEs) changed."""
    old, new = f"<{expand('fact:' + name)}>", "<urn:x:copy>"
    given = {f"<{expand(prop.replace('_', ':'))}>": value for prop, value in changes.items()}
    lines = []
    for line in store.nquads().decode().splitlines():
        subject, prop, _ = line.split(" ", 2)
        if subject == old and "graph/curated" in line:
            tail = f"{given[prop]} {GRAPH} ." if prop in given else line.split(" ", 2)[2]
            lines.append(f"{new} {prop} {tail}")
    assert lines
    return Store.from_nquads(store.nquads() + "\n".join(lines).encode())


# ---------------------------------------------------------------- the page's three questions


def test_the_first_question_of_the_page_begins_with_no(curated: Store) -> None:
    found = answer(curated, "is-cure", drug="Zolgensma", disease="SMA")
    assert found.verdict == "no"
    first, evidence, *rest = found.text().splitlines()
    assert first == "No. Zolgensma is not a cure for spinal muscular atrophy."
    assert evidence == (
        '  Drugs.com: Is Zolgensma a cure for SMA?, section "Official answer", '
        "characters 151–245, revision of 29 December 2023; reference page; "
        "https://www.drugs.com/medical-answers/zolgensma-cure-sma-3559344/"
    )
    assert rest[1] == (
        '"SMA" was read as spinal muscular atrophy (MONDO:0001516); '
        "it can also mean proximal spinal muscular atrophy (MONDO:0019079)."
    )
    assert rest[-2].endswith(CAVEAT)
    assert rest[-1] == "Not medical advice."
    assert found.question == "Is Zolgensma a cure for spinal muscular atrophy?"


def test_the_second_question_lists_the_mechanism(curated: Store) -> None:
    found = answer(curated, "how-it-works", drug="Zolgensma")
    assert found.verdict == "listed"
    assert {line.text for line in found.lines} == {
        "Zolgensma is a kind of gene therapy.",
        "Zolgensma uses the vector adeno-associated virus serotype 9 vector.",
        "Zolgensma delivers the gene SMN1.",
        "Zolgensma replaces the function of SMN1.",
        "Zolgensma targets the cell type motor neuron.",
    }
    assert all(line.evidence[0].section == "Mechanism of action" for line in found.lines)


def test_the_third_question_says_that_its_list_was_not_captured(curated: Store) -> None:
    found = answer(curated, "treatments-for", disease="MONDO:0001516")
    text = found.text()
    assert text.startswith("Not captured: ")
    assert "has a list of its own, which is not in the copy held." in text
    assert found.verdict == "listed"
    assert {line.text.split()[0] for line in found.lines} == {
        "Zolgensma",
        "Spinraza",
        "Evrysdi",
        "Itvisma",
    }
    assert len(found.lines) == 10


def test_an_empty_list_of_the_graph_is_not_captured_and_never_none(curated: Store) -> None:
    lines = curated.nquads().splitlines(keepends=True)
    treats = b"<%s>" % (DF + "treats").encode()
    emptied = Store.from_nquads(b"".join(line for line in lines if treats not in line))
    found = answer(emptied, "treatments-for", disease="MONDO:0001516")
    assert found.verdict == "not captured" and found.lines == ()
    assert found.text().startswith("Not captured: ")
    assert "This graph holds" not in found.text()
    other = answer(curated, "treatments-for", disease="MONDO:0009669")
    assert other.verdict == "not stated" and "captured" not in other.text()


# ---------------------------------------------------------------- the answers there are


@pytest.mark.parametrize(
    ("polarity", "certainty", "verdict", "first"),
    [
        ("affirmed", "shown", "yes", "Yes. Zolgensma is a cure for motor neuron."),
        ("affirmed", "possible", "possibly", "Possibly. Zolgensma may cure motor neuron."),
        ("denied", "shown", "no", "No. Zolgensma is not a cure for motor neuron."),
        (
            "notEvaluated",
            "stated",
            "not studied",
            "Not studied. Zolgensma has not been studied as a cure for motor neuron.",
        ),
        (
            "notDemonstrated",
            "shown",
            "not studied",
            "Not shown. Zolgensma has been studied, but not shown to cure motor neuron.",
        ),
    ],
)
def test_each_polarity_has_its_own_words(
    polarity: str, certainty: str, verdict: str, first: str, curated: Store
) -> None:
    store = with_fact(
        curated,
        "zolgensma-cures-sma",
        rdf_object=f"<{expand('CL:0000100')}>",
        df_polarity=f"<{DF}{polarity}>",
        df_certainty=f"<{DF}{certainty}>",
    )
    lookup, question = Lookup(store), load()["is-cure"]
    bindings = {
        "drug": ox.NamedNode(expand("product:zolgensma")),
        "disease": ox.NamedNode(expand("CL:0000100")),
    }
    found = word(question, run(store, question, bindings), store, lookup)
    assert (found.verdict, found.text().splitlines()[0]) == (verdict, first)
    assert found.lines[0].polarity in VERDICTS


def test_no_row_is_not_stated_and_never_no(curated: Store) -> None:
    found = answer(curated, "is-cure", drug="Spinraza", disease="MONDO:0001516")
    assert found.verdict == "not stated"
    assert found.text() == (
        "Not stated. No fact held says whether Spinraza is a cure for spinal muscular atrophy.\n"
        "\nNot medical advice.\n"
    )


@pytest.mark.parametrize("name", sorted(load()))
def test_every_question_has_words_for_nothing(name: str) -> None:
    empty, question = Store.from_nquads(b""), load()[name]
    lookup = Lookup(empty)
    rows = run(empty, question, {param.name: ox.Literal("X") for param in question.params})
    found = word(question, rows, empty, lookup)
    assert found.verdict == "not stated"
    assert found.text().startswith("Not stated. ") and not re.search(r"[{}\[\]]", found.text())


def test_sources_that_differ_are_all_shown(curated: Store) -> None:
    store = with_fact(curated, "zolgensma-cures-sma", df_polarity=f"<{DF}affirmed>")
    found = answer(store, "is-cure", drug="Zolgensma", disease="MONDO:0001516")
    assert found.verdict == "mixed"
    lines = [line for line in found.text().splitlines() if not line.startswith("  ")]
    assert lines[:3] == [
        "Mixed: sources do not say the same.",
        "Yes. Zolgensma is a cure for spinal muscular atrophy.",
        "No. Zolgensma is not a cure for spinal muscular atrophy.",
    ]
    assert all(len(line.evidence) == 1 for line in found.lines)


def test_two_sources_that_agree_are_one_sentence(curated: Store) -> None:
    found = answer(curated, "studied-in", drug="Zolgensma", condition="advanced SMA")
    assert found.verdict == "not studied"
    (line,) = found.lines
    assert line.text.startswith("Not studied. ")
    assert line.details == (
        "for example: complete paralysis of limbs",
        "for example: permanent ventilator dependence",
    )
    assert {item.tier for item in line.evidence} == {"regulator", "reference page"}


# ---------------------------------------------------------------- who says so


@pytest.mark.parametrize("name", sorted(load()))
def test_every_line_on_a_fact_has_its_evidence(name: str, curated: Store) -> None:
    question = load()[name]
    found = answer(curated, name, **question.examples())
    assert found.lines
    for line in found.lines:
        assert not re.search(r"[{}\[\]]|\bNone\b", line.text), line.text
        if name in (
            "evidence-of",
            "source-review",
            "no-identifier",
            "weak-mappings",
            "not-for-kinds",
        ):
            continue  # about sources, mappings and numbers of facts
        assert line.facts and line.evidence
        for item in line.evidence:
            assert item.source in item.text and item.tier in item.text
            assert day(PartialDate(item.date)) in item.text
            if item.start is not None:
                assert f"characters {item.start}–{item.end}" in item.text
            else:
                assert item.record is not None and item.fields
                assert item.record in item.text and ", ".join(item.fields) in item.text
    assert found.caveats[-1] == "Not medical advice."


def test_a_news_report_is_named_as_one(curated: Store) -> None:
    found = answer(curated, "approvals", drug="Itvisma")
    assert "24 November 2025" in found.lines[0].text
    assert "; news report" in found.lines[0].evidence[0].text


def test_an_unreviewed_fact_says_so(curated: Store) -> None:
    store = with_fact(
        curated, "zolgensma-improves-muscle-strength", df_reviewStatus=f"<{DF}unreviewed>"
    )
    (line,) = (
        line
        for line in answer(store, "outcomes", drug="Zolgensma").lines
        if "strength" in line.text
    )
    assert line.facts == (expand("fact:zolgensma-improves-muscle-strength"), "urn:x:copy")
    assert [item.text.endswith("; unreviewed") for item in line.evidence] == [
        False,
        False,
        True,
        True,
    ]


def test_a_passage_names_what_it_is_read_with(curated: Store) -> None:
    found = answer(curated, "evidence-of", fact="fact:zolgensma-improves-muscle-strength")
    assert [line.text.endswith("read with the above") for line in found.lines] == [False, True]


def test_a_record_is_one_item_with_all_its_fields(curated: Store) -> None:
    found = answer(curated, "evidence-of", fact="fact:zolgensma-fda-approval")
    (line,) = found.lines
    assert "(Applicant, Approval Date, BLA Number," in line.text


def test_both_facts_of_a_row_are_shown(curated: Store) -> None:
    (line,) = answer(curated, "active-substance", drug="Zolgensma").lines
    assert line.details == ("Itvisma contains it too.",)
    assert len(line.facts) == len(line.evidence) == 2


def test_a_date_beside_a_use_comes_with_its_own_evidence(curated: Store) -> None:
    lines = answer(curated, "treatments-for", disease="MONDO:0001516").lines
    (line,) = (line for line in lines if "7 August 2020" in line.text)
    assert line.facts == (expand("fact:evrysdi-treats-sma-us"), expand("fact:evrysdi-fda-approval"))
    assert [item.tier for item in line.evidence] == ["regulator", "curators' list"]


def test_the_record_of_an_answer_is_plain(curated: Store) -> None:
    record = answer(curated, "is-cure", drug="Zolgensma", disease="MONDO:0001516").record()
    assert record["verdict"] == "no"
    assert record["lines"][0]["evidence"][0]["start"] == 151


# ---------------------------------------------------------------- wording


@pytest.mark.parametrize(
    ("text", "words"),
    [("2019", "2019"), ("2019-05", "May 2019"), ("2019-05-04", "4 May 2019")],
)
def test_a_date_is_worded_no_finer_than_it_is(text: str, words: str) -> None:
    assert day(PartialDate(text)) == words


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{a} b", "1 b"),
        ("x[ ({a})]", "x (1)"),
        ("x[ ({none})]", "x"),
        ("x[ ({a}[, {none}])]", "x (1)"),
        ("x[ ({none}[, {a}])]", "x"),
        ("{none}x", "x"),
        ("{a|1=one|2=two}", "a|1=one|2=two"),
    ],
)
def test_templates(template: str, text: str) -> None:
    values = {"a": "1", "none": ""}
    assert fill(template, lambda slot: values.get(slot, slot)) == text


def test_an_unknown_polarity_is_an_error(curated: Store) -> None:
    store = with_fact(curated, "zolgensma-cures-sma", df_polarity=f"<{DF}perhaps>")
    with pytest.raises(InputError, match='unknown polarity "df:perhaps"'):
        answer(store, "is-cure", drug="Zolgensma", disease="MONDO:0001516")
