"""Extraction: every rule does what its own examples say, and no text breaks it."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract import rules
from kg.extract.names.terms import Terms, key
from kg.extract.read import extract
from kg.extract.whom.people import people
from tests.conftest import SHARED

NAMED = [
    ("MONDO:0004979", "asthma", ()),
    ("MONDO:0005393", "gout", ()),
    ("MONDO:0005526", "tetanus", ()),
    ("MONDO:0005077", "pertussis", ()),
    ("MONDO:0005090", "schizophrenia", ()),
    ("MONDO:0001627", "dementia", ()),
    ("MONDO:0005148", "type 2 diabetes mellitus", ("type 2 diabetes",)),
    ("MONDO:0004995", "cardiovascular disease", ("disease of cardiovascular system",)),
    ("MONDO:0008233", "pheochromocytoma", ()),
    ("MONDO:0008315", "prostate cancer", ("malignant tumor of prostate",)),
    ("HP:0003394", "Muscle spasm", ()),
    ("HP:0000815", "Hypergonadotropic hypogonadism", ("Primary hypogonadism",)),
]


@cache
def terms() -> Terms:
    return Terms.of(NAMED)


def told(text: str) -> Iterator[str]:
    uses, limits = extract(text, terms())
    for use in uses:
        yield f"{text[use.mention.start : use.mention.end]}, {use.use}"
    for one in limits:
        about = f"{text[one.about.start : one.about.end]}, " if one.term and one.about else ""
        yield f"{about}{one.kind}, {one.polarity}"


@pytest.mark.parametrize("example", rules.examples(), ids=lambda one: f"{one.rule}: {one.text}")
def test_a_rule_does_what_its_example_says(example: rules.Example) -> None:
    assert list(told(example.text)) == list(example.finds)


@pytest.mark.parametrize("example", rules.examples(qualified=True), ids=lambda one: one.text)
def test_a_qualifier_is_found_as_its_example_says(example: rules.Example) -> None:
    uses, _ = extract(example.text, terms())
    said = {f"{name}: {value}" for one in uses for name, value in one.qualifiers}
    assert {one for one in said if not one.startswith(("groups", "sex"))} == set(example.finds)


LISTS = {
    "Examplin is not indicated for use: In patients with gout receiving other drugs. In patients "
    "with asthma who wait for surgery.":
        ["In patients with gout receiving other drugs, patients, notIndicated",
         "asthma, disease, notIndicated"],
    "Examplin is indicated for gout when: other drugs are not appropriate; surgery is not advised.":
        ["gout, treatment"],
    "Examplin is not recommended in: Patients with gout Patients with asthma":
        ["gout, disease, notRecommended", "asthma, disease, notRecommended"],
    "Examplin is indicated for: Gout in adults. Note: gout is a disease of long standing. Asthma "
    "in adults.": ["Gout, treatment", "Asthma, treatment"],
    "Examplin is indicated in combination with other medicines for the treatment of asthma.":
        ["asthma, treatment"],
    "Examplin is to be given by physicians who are experienced in the treatment of gout.": [],
    "WARNING: GOUT AND ASTHMA. Gout can occur.": [],
    "For adult patients with type 2 diabetes: Examplin is indicated as an adjunct to diet in those "
    "who take no other drug.": ["type 2 diabetes, adjunct"],
    "Examplin is indicated for the following: 1. Endocrine Disorders Gout. 2. Allergic States "
    "Asthma.": ["Gout, treatment", "Asthma, treatment"],
    "Examplin is indicated for gout. Its safety has not been studied in asthma. Use of Examplin is "
    "not recommended in these situations.":
        ["gout, treatment", "asthma, disease, notStudied",
         "these situations, disease, notRecommended"],
}  # fmt: skip
"""Texts in our own words as labels put them, and all that is to be found in each."""


@pytest.mark.parametrize("text", LISTS)
def test_lists_denials_and_others_drugs_are_read_as_they_are_meant(text: str) -> None:
    assert list(told(text)) == LISTS[text]


def test_a_disease_is_known_by_the_place_that_it_is_of() -> None:
    (use,), _ = extract(
        "Examplin is indicated for the treatment of cancer of the prostate.", terms()
    )
    assert use.term == "MONDO:0008315"


@pytest.mark.parametrize("one", rules.turns().values(), ids=lambda one: one.name)
def test_a_turn_of_phrase_fits_its_examples_and_not_the_others(one: rules.Turn) -> None:
    fits = getattr(one.pattern, one.how)
    assert one.fits and one.fits_not
    assert [text for text in one.fits if not fits(text)] == []
    assert [text for text in one.fits_not if fits(text)] == []


WORDS = (
    "Examplin is indicated for the treatment of asthma and gout in adults aged 6 years or older "
    "( ) [see 5.1] . ; : , - not recommended prevention type 2 diabetes with who have • \n older "
    "limitations of Use: should only be used ≥ 12 months kg Tetanus été \ud800"
).split(" ")


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(WORDS)).map(" ".join)))
def test_whatever_the_text_every_span_lies_within_it(text: str) -> None:
    uses, limits = extract(text, terms())
    assert (uses, limits) == extract(text, terms())
    for use in uses:
        assert 0 <= use.passage.start < use.passage.end <= len(text)
        assert 0 <= use.mention.start < use.mention.end <= len(text)
        assert use.qualifiers == tuple(sorted(use.qualifiers))
    for one in limits:
        assert 0 <= one.clause.start < one.clause.end <= len(text)
        if one.about:
            assert one.clause.start <= one.about.start < one.about.end <= one.clause.end


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("chronic oedema", "Chronic Edema"),
        ("actinic keratoses", "actinic keratosis"),
        ("Type II non-small tumours", "type 2 non small tumor"),
        ("Cushing\u2019s neuropathies", "Cushing neuropathy"),
    ],
)
def test_spelling_number_and_genitive_do_not_tell_names_apart(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("adults and children from 6 years of age", (">=6 years",)),
        ("patients aged 12 to less than 18 years", (">=12 years", "<18 years")),
        ("infants from 6 weeks to 17 years of age", (">=6 weeks", "<=17 years")),
        ("adults over 65 years of age", (">65 years",)),
        ("adults up to and including 25 years of age", ("<=25 years",)),
        ("children younger than 2 years of age", ("<2 years",)),
        ("patients aged 55 or over", (">=55 years",)),
        ("infants during the first year of life", ("<1 years",)),
        ("patients not older than 18 years", ("<=18 years",)),
        ("patients no younger than six years", (">=6 years",)),
        ("children 2 through 17 years of age", (">=2 years", "<=17 years")),
        ("children between the ages of 2 and 17", (">=2 years", "<=17 years")),
        ("patients >2 to <18 years of age", (">2 years", "<18 years")),
        ("patients sixty-five years and older", (">=65 years",)),
        ("women over 50 who smoke", (">50 years",)),
        ("patients aged 2 to less than 24 months", (">=2 months", "<24 months")),
        ("patients 12+ years", (">=12 years",)),
        ("adults, and children and adolescents (0-18 years)", (">=0 years",)),
        ("adults and newborn infants, toddlers and children, ages 0-17 years", (">=0 years",)),
        ("adults and children of all ages, including newborns", (">=0 days",)),
        ("children of all ages", (">=0 days",)),
        ("patients of any age", ()),
        ("pediatric (newborn and older) patients", (">=0 days",)),
        ("adults and in pediatric patients 6 to 17 years old", (">=6 years",)),
        ("children from newborn to 17 years", (">=0 days", "<=17 years")),
        ("women more than one year but less than five years postmenopausal", ()),
        ("treatment (4 to 8 weeks) in adults", ()),
        ("patients over 60 mmHg", ()),
        ("patients treated for 12 weeks", ()),
        ("adults with risk factors such as age \u2265 75 years", ()),
    ],
)
def test_a_limit_of_age_keeps_its_sign_and_its_unit(text: str, age: tuple[str, ...]) -> None:
    assert people(text).age == age


def test_a_background_a_cause_and_a_kit_treat_nothing() -> None:
    text = "Examplin is indicated for the treatment of gout associated with asthma."
    assert list(told(text)) == ["gout, treatment"]
    text = "Examplin with its diluent is indicated for prostate cancer after dementia."
    assert list(told(text)) == ["prostate cancer, treatment"]


def test_terms_travel_between_processes() -> None:
    assert pickle.loads(pickle.dumps(terms())) == terms()


def test_no_phrase_is_given_two_meanings() -> None:
    read = yaml.compose((Path(rules.__file__).parent / "words.yaml").read_text(encoding="utf-8"))
    assert isinstance(read, yaml.MappingNode)
    (meanings,) = (told for name, told in read.value if name.value == "meanings")
    meant: dict[str, set[str]] = {}
    for phrase, term in meanings.value:
        meant.setdefault(key(phrase.value), set()).add(term.value)
    assert [phrase for phrase, terms in meant.items() if len(terms) > 1] == []
    assert len({phrase.value for phrase, _ in meanings.value}) == len(meanings.value)


@pytest.mark.shared
def test_every_meaning_is_a_term_in_force() -> None:
    known = Terms.of_files(SHARED / "sources")
    for phrase, meant in rules.meanings().items():
        assert known.ground(phrase) == meant, phrase


@pytest.mark.parametrize(
    "text",
    [
        "Diluin is indicated as a diluent for Examplin for the treatment of asthma.",
        "Diluin is indicated as a vehicle for the intrathecal use of drugs that treat gout.",
    ],
)
def test_what_only_carries_a_drug_treats_nothing(text: str) -> None:
    assert list(told(text)) == []
