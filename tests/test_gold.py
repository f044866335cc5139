"""The gold standard: drawn as listed, annotated whole, and pointing at what is really there."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.sources import hp, mondo, obo
from tests.conftest import ROOT, SHARED
from tests.gold import sample, standard
from tests.gold.agreement import agreement
from tests.gold.standard import Record

SOURCES = SHARED / "sources"
SPLITS = sample.SPLITS
READINGS = (*SPLITS, "second")
CELLS = Counter(
    {(split, source, length): sample.EACH * sum(one.count(split) for one in sample.DRAWS.values())
     for split in SPLITS for source in sample.SOURCES for length in sample.LENGTHS}
)  # fmt: skip


@cache
def words() -> dict[str, sample.Text]:
    """The texts of the two sources by record; no record is in both."""
    return {text.record: text for text in sample.texts(SOURCES)}


@cache
def kept(split: str) -> list[Record]:
    return standard.load(standard.path(split))


@pytest.mark.parametrize("split", SPLITS)
def test_every_text_of_a_part_is_annotated_in_the_order_of_the_list(split: str) -> None:
    listed = [one.record for one in sample.listed() if one.split == split]
    assert [one.record for one in kept(split)] == listed


def test_a_draw_has_a_second_reading() -> None:
    first = {one.record: one for one in kept("opened")}
    assert len(kept("second")) == 2 * len(sample.LENGTHS) * sample.EACH
    assert all(one.record in first for one in kept("second"))
    assert any(one != first[one.record] for one in kept("second"))


@pytest.mark.shared
def test_two_people_agree_as_the_readme_says() -> None:
    found = agreement(SOURCES)
    told = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    pair, limit = (found.pooled(name).f1 for name in ("pair", "limit"))
    assert f"with F1 {pair:.2f}, on limitations with {limit:.2f} (`python -m" in told


def test_the_strata_are_of_one_size() -> None:
    assert Counter((one.split, one.source, one.length) for one in sample.listed()) == CELLS
    assert len({one.sha256 for one in sample.listed()}) == CELLS.total() == 1020


@pytest.mark.parametrize("split", READINGS)
def test_the_annotations_are_in_canonical_form(split: str) -> None:
    assert standard.path(split).read_text(encoding="utf-8") == standard.written(kept(split))


def test_every_use_and_polarity_is_explained_in_the_guide() -> None:
    guide = (sample.LIST.parent / "GUIDE.md").read_text(encoding="utf-8")
    for name in (*standard.USES, *standard.POLARITIES, *standard.KINDS,
                 *standard.QUALIFIERS):  # fmt: skip
        assert f"`{name}`" in guide, name


@pytest.mark.shared
def test_the_sample_is_drawn_as_listed() -> None:
    assert sample.check(SOURCES) == []


@pytest.mark.shared
def test_every_listed_text_is_the_one_that_was_annotated() -> None:
    for one in sample.listed():
        text = words()[one.record]
        assert (text.source, text.sha256) == (one.source, one.sha256), one.record


@pytest.mark.shared
@pytest.mark.parametrize("split", READINGS)
def test_every_span_lies_in_its_text_and_holds_whole_words(split: str) -> None:
    for record in kept(split):
        text = words()[record.record].words
        for one in record.facts + record.limits:
            for start, end in one.spans:
                piece = text[start:end]
                assert len(piece) == end - start, f"{record.record}: {start} {end}"
                assert piece == piece.strip() != "", f"{record.record}: {start} {end}"
        for limit in record.limits:
            if limit.about:
                assert limit.at.start <= limit.about.start < limit.about.end <= limit.at.end


@pytest.mark.shared
def test_every_term_is_in_force_in_its_ontology() -> None:
    known = {
        term.id
        for pattern in (mondo.GLOB, hp.GLOB)
        for term in obo.read(next(SOURCES.glob(pattern))).terms.values()
        if not term.obsolete
    }
    named = {
        term
        for split in READINGS
        for record in kept(split)
        for one in record.facts + record.limits
        for term in one.terms
    }
    assert len(named) > 100
    assert named <= known, sorted(named - known)


@pytest.mark.shared
def test_no_nine_words_of_a_text_stand_in_the_annotations() -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        found = re.findall(r"[a-z0-9]+", text.lower())
        return {tuple(found[i : i + 9]) for i in range(len(found) - 8)}

    theirs = set().union(*(runs(words()[one.record].words) for one in sample.listed()))
    for file in sorted(sample.LIST.parent.iterdir()):
        if file.is_file():
            assert not runs(file.read_text(encoding="utf-8")) & theirs, file.name


# ---------------------------------------------------------------- what the loader refuses

GOOD = "at: [0, 5], use: treatment"
BAD = {
    "at: [0, 5]": "use: this is required and missing",
    "use: treatment": "at: this is required and missing",
    "at: [5, 5], use: treatment": "at: [5, 5] is no stretch of a text; write [start, end]",
    "at: [-1, 5], use: treatment": "at: [-1, 5] is no stretch of a text; write [start, end]",
    "at: [0, 5.0], use: treatment": "at: [0, 5.0] is no stretch of a text; write [start, end]",
    "at: [0, 5], use: cure": 'use: "cure" is none of ' + ", ".join(standard.USES),
    f"{GOOD}, colour: red": "colour: unknown field",
    f"{GOOD}, polarity: notStudied": "polarity: unknown field",
    f"{GOOD}, term: 'DOID:1234'": 'term: "DOID:1234" is no term of MONDO or HP',
    f"{GOOD}, also: []": "also: is no list, or an empty one",
    f"{GOOD}, groups: [teens]": 'groups: "teens" is none of ' + ", ".join(standard.GROUPS),
    f"{GOOD}, sex: other": 'sex: "other" is none of female, male',
    f"{GOOD}, age: ['2 years']": 'age: bad bound "2 years"; write it like >=2 years',
    f"{GOOD}, age: ['>=2 kg']": 'age: bad bound ">=2 kg"; write it like >=2 years',
    f"{GOOD}, weight: ['<2 years']": 'weight: bad bound "<2 years"; write it like >=2 kg',
    f"{GOOD}, age: ['<2 years', '>1 years']":
        "age: is not a lower bound, an upper bound, or the two in order",
    f"{GOOD}, stage: [[0, 5]]": "stage: [0, 5] is not [start, end, value]",
    f"{GOOD}, stage: [[0, 5, '']]": "stage: the value is empty",
    f"{GOOD}, prior: [[0, 5, drug (unlucky)]]": 'prior: "unlucky" is no outcome of a therapy',
    f"{GOOD}, stage: [[0, 5, early, 'HP:0000001']]":
        "stage: [0, 5, 'early', 'HP:0000001'] is not [start, end, value]",
    "red": "fact: is no mapping",
}  # fmt: skip
"""A fact, and what is said of it."""


def refused(tmp_path: Path, text: str) -> str:
    file = tmp_path / "part.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        standard.load(file)
    return str(caught.value).removeprefix(f"{file}: ")


@pytest.mark.parametrize(("fact", "said"), BAD.items(), ids=BAD)
def test_a_bad_fact_is_refused(tmp_path: Path, fact: str, said: str) -> None:
    told = fact if fact == "red" else f"{{{fact}}}"
    text = f"- {{record: line 1, facts: [{told}], limits: []}}\n"
    assert refused(tmp_path, text) == f"line 1: {said}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("record: line 1", "file: is no list"),
        ("- {record: line 1}", "an entry has record, facts and limits, and nothing else"),
        ("- {record: line 1, facts: 1, limits: []}", "line 1: facts: is no list"),
        (
            "- {record: line 1, facts: [], limits: [{at: [0, 5], kind: age}]}",
            "line 1: polarity: this is required and missing",
        ),
        (
            "- {record: line 1, facts: [], limits: [{at: [0, 5], kind: x, polarity: restricted}]}",
            'line 1: kind: "x" is none of ' + ", ".join(standard.KINDS),
        ),
        ("- {record: r, facts: [], limits: []}\n" * 2, "r: the record stands twice"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert refused(tmp_path, text) == said


def test_what_is_no_yaml_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "- [").startswith("is no YAML: ")


def test_a_fact_that_stands_twice_is_refused(tmp_path: Path) -> None:
    text = f"- {{record: r, facts: [{{{GOOD}}}, {{{GOOD}}}], limits: []}}\n"
    assert refused(tmp_path, text).endswith("a fact stands twice")


def test_a_bound_says_whether_it_belongs() -> None:
    bounds = [standard.Bound(sign, "2", "years") for sign in (">=", ">", "<=", "<")]
    assert [one.inclusive for one in bounds] == [True, False, True, False]
