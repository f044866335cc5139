"""Fingerprints: what they fold, what they keep, and how passages are found again."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import evidence
from kg.evidence import Page, digest, normalise, record_digest, resemblance, sketch

TEXT = """A heading

Brand is given by mouth twice a day. It must not be given to children under 12 years of age
(or under 40 kg). Most people feel better within a week!

Brand may help:

  • sleep through the night
  • walk further

Doses up to 21 mg are usual, see Dr. Nobody for more.
"""


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("two  words\n here", "two words here"),
        ("the patient\u2019s", "the patient's"),
        ("\u201cquoted\u201d", '"quoted"'),
        ("2\u20133 years", "2-3 years"),
        ("non\u2011oral", "non-oral"),
        ("10\u00a0mg", "10 mg"),
        ("cafe\u0301", "caf\u00e9"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_spaces_quotes_dashes_and_unicode_forms_are_folded(one: str, two: str) -> None:
    assert digest(one) == digest(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("≤ 21 kg", "≥ 21 kg"),
        ("< 2 years", "> 2 years"),
        ("< 2 years", "≤ 2 years"),
        ("less than 2", "less than 3"),
        ("10 mg", "10 mG"),
        ("10²", "102"),
        ("5 %", "5"),
        ("2-3", "23"),
        ("is a cure", "is not a cure"),
        ("1.5", "15"),
    ],
)
def test_every_sign_that_carries_meaning_is_kept(one: str, two: str) -> None:
    assert digest(one) != digest(two)


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_a_sketch_is_one_byte_of_each_of_64_slots() -> None:
    text = "improves the strength of muscles"
    assert len(sketch(text)) == 128
    assert sketch("") == sketch("  ")
    assert resemblance(sketch(text), sketch(text)) == 1


@given(st.lists(st.sampled_from("abcdefghijklmnop"), min_size=12, max_size=30))
def test_resemblance_estimates_the_shared_words_and_pairs(words: list[str]) -> None:
    one, two = " ".join(words), " ".join([*words, "zz"])
    left, right = evidence._shingles(one), evidence._shingles(two)
    exact = len(left & right) / len(left | right)
    assert abs(resemblance(sketch(one), sketch(two)) - exact) < 0.3


def test_segments_are_sentences_headings_and_items_of_lists() -> None:
    page = Page(TEXT)
    found = [page.text[start:end] for start, end in page.segments]
    assert found[0] == "A heading"
    assert "Brand is given by mouth twice a day." in found
    assert "sleep through the night" in found
    assert "walk further" in found
    assert all(text == text.strip() for text in found)


@given(st.text(alphabet="ab .!?\n•(\"')A1"))
def test_segments_are_in_order_apart_and_hold_every_word(text: str) -> None:
    segments = Page(text).segments
    assert all(start < end for start, end in segments)
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(segments))
    inside = "".join(text[start:end] for start, end in segments)
    assert sorted(c for c in inside if c.isalnum()) == sorted(c for c in text if c.isalnum())


def find(page: Page, passage: str, known: frozenset[str] = frozenset()) -> evidence.Anchor:
    start = TEXT.index(passage)
    return page.find(start, start + len(passage), digest(passage), sketch(passage), known)


def test_a_passage_in_its_place_is_confirmed() -> None:
    assert find(Page(TEXT), "walk further").state == "confirmed"


def test_a_passage_elsewhere_is_moved_and_says_where() -> None:
    moved = "Something new stands here.\n\n" + TEXT
    anchor = find(Page(moved), "walk further")
    assert anchor.state == "moved"
    assert anchor.start is not None
    assert moved[anchor.start : anchor.end] == "walk further"


def test_a_passage_in_other_words_is_changed() -> None:
    anchor = find(Page(TEXT.replace("twice", "once")), "Brand is given by mouth twice a day.")
    assert anchor.state == "changed"


def test_a_passage_that_is_gone_is_lost() -> None:
    gone = TEXT.replace("Brand is given by mouth twice a day. ", "")
    assert find(Page(gone), "Brand is given by mouth twice a day.").state == "lost"


def test_another_cited_passage_is_no_changed_form_of_a_lost_one() -> None:
    one, two = "Brand is given by mouth every day.", "Brand is given by mouth every night."
    page = Page(two)
    lost = page.find(0, len(one), digest(one), sketch(one), frozenset({digest(two)}))
    assert lost.state == "lost"
    assert page.find(0, len(one), digest(one), sketch(one), frozenset()).state == "changed"


def test_a_passage_covers_whole_segments_and_not_too_many() -> None:
    page = Page(TEXT)
    start = TEXT.index("mouth")
    assert TEXT[slice(*page.passage(start, start + 5))] == "Brand is given by mouth twice a day."
    with pytest.raises(ValueError, match="cover 0 segments"):
        page.passage(len(TEXT) + 5, len(TEXT) + 9)
    with pytest.raises(ValueError, match="segments"):
        page.passage(0, len(TEXT))


def test_a_record_digest_depends_on_names_and_values_not_on_order_or_spaces() -> None:
    assert record_digest({"a": "1", "b": "2"}) == record_digest({"b": " 2\u00a0", "a": "1"})
    assert record_digest({"a": "1", "b": "2"}) != record_digest({"a": "2", "b": "1"})
    assert record_digest({"a": "1"}) != record_digest({"b": "1"})
