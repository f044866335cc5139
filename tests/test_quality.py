"""The figures of reading: what is the same, what is counted, and what an error is called."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from kg.extract.found import Limit, Span, Use
from tests.conftest import ROOT, SHARED
from tests.gold import errors, quality, same, sample, standard
from tests.gold.dictionary import Dictionary
from tests.gold.reading import Count, Reading, aligned
from tests.gold.score import MISSED, NAMES, NOT_SAID, Score, score
from tests.gold.standard import Bound, Fact, Qualifier, Record

TEXT = (
    "Examplix treats red fever in adults and prevents blue fever in children from 2 years who "
    "failed otherix. It is not for grey fever. Red Fever is its use. It was not studied for long."
)
RED, BLUE, GREY, WIDE = "MONDO:0000011", "MONDO:0000012", "MONDO:0000013", "MONDO:0000009"


def place(words: str, nth: int = 0) -> tuple[int, int]:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return start, start + len(words)


def gold(words: str, use: str = "treatment", **more: Any) -> Fact:
    return Fact(at=standard.Span(*place(words)), use=use, **more)


def told(words: str, value: str) -> tuple[Qualifier, ...]:
    return (Qualifier(standard.Span(*place(words)), value),)


def use(words: str, term: str | None, kind: str = "treatment", *more: tuple[str, str]) -> Use:
    return Use(Span(*place(words)), term, kind, tuple(sorted(more)), Span(0, 5), "a rule")


def taken(clause: str, kind: str, polarity: str, about: str | None = None, **more: Any) -> Any:
    """A limitation of the gold standard."""
    there = standard.Span(*place(about)) if about else None
    at = standard.Span(*place(clause))
    return standard.Limit(at=at, kind=kind, polarity=polarity, about=there, **more)


def limit(
    clause: str, kind: str, polarity: str, about: str | None = None, term: str | None = None
) -> Limit:
    start, end = place(clause)
    first = start + clause.index(about) if about else 0
    there = Span(first, first + len(about)) if about else None
    return Limit(Span(start, end), there, term, kind, polarity, "a rule")


FACTS = (
    gold("red fever", term=RED, groups=("adult",)),
    gold("blue fever", "prevention", term=BLUE, groups=("child",), age=(Bound(">=", "2", "years"),),
         prior=told("failed otherix", "otherix (failed)")),
)  # fmt: skip
LIMITS = (
    taken("It is not for grey fever", "disease", "notIndicated", "grey fever", term=GREY),
    taken("It was not studied for long", "duration", "notStudied", "long"),
)
USES = [
    use("red fever", RED, "treatment", ("groups", "adult")),
    use("blue fever", BLUE, "prevention", ("groups", "child"), ("age", ">=2 years"),
        ("prior", "otherix (failed)")),
]  # fmt: skip
FOUND_LIMITS = [
    limit("not for grey fever", "disease", "notIndicated", "grey fever", GREY),
    limit("not studied for long", "duration", "notStudied"),
]


def reading(
    facts: tuple[Fact, ...] = FACTS,
    uses: list[Use] | None = None,
    limits: tuple[standard.Limit, ...] = LIMITS,
    found: list[Limit] | None = None,
) -> Reading:
    return Reading(Record("line 1", facts, limits), TEXT, uses or [], found or [])


def figures(one: Reading) -> dict[str, tuple[float | None, float | None]]:
    scored = score([one])
    return {n: (scored.pooled(n).precision, scored.pooled(n).recall) for n in NAMES}


# ---------------------------------------------------------------- the two ends, and order


def test_who_finds_all_and_nothing_else_has_one_everywhere() -> None:
    scored = score([reading(uses=USES, found=FOUND_LIMITS)])
    for name in NAMES:
        assert scored.pooled(name).f1 in (1.0, None), name
        assert scored.mean(name) in (1.0, None), name
    assert {n for n in NAMES if scored.pooled(n).f1 is None} == {
        *("weight", "sex", "biomarker", "stage", "severity", "condition"),
        *("cause", "site", "combined", "eligible"),
    }
    assert scored.grounding == scored.use_kind == scored.reach("age") == scored.reach("groups") == 1
    assert errors.worst([reading(uses=USES, found=FOUND_LIMITS)], 30) == []


def test_who_finds_nothing_has_zero() -> None:
    scored = score([reading()])
    for name in ("mention", "pair", "pair by words", "fact", "limit", "limit: clause"):
        count = scored.pooled(name)
        assert (count.precision, count.recall, count.f1) == (0, 0, 0), name
    assert scored.grounding is None
    assert scored.use_kind is None
    assert scored.reach("age") == scored.reach("prior") == 0


def test_who_finds_something_where_there_is_nothing_has_zero() -> None:
    count = score([reading(facts=(), uses=USES)]).pooled("pair")
    assert (count.precision, count.recall, count.f1) == (0, 0, 0)


def test_where_there_is_nothing_and_nothing_is_found_there_is_no_figure() -> None:
    empty = reading(facts=(), limits=())
    assert score([empty]).mean("pair") is None
    assert score([empty, reading(uses=USES)]).mean("pair") == 1


def test_order_and_repetition_do_not_matter() -> None:
    uses = [*USES, use("grey fever", GREY), use("red fever", WIDE), use("blue fever", BLUE)]
    limits = [*FOUND_LIMITS, limit("red fever in adults", "age", "notStudied")]
    first = reading(uses=uses, found=limits)
    for seed in range(5):
        chance = random.Random(seed)
        mixed = chance.sample(uses * 2, 2 * len(uses)), chance.sample(limits * 2, 2 * len(limits))
        other = reading(uses=mixed[0], found=mixed[1])
        assert score([other]) == score([first])
        assert errors.worst([other], 99) == errors.worst([first], 99)


# ---------------------------------------------------------------- the disease


@pytest.mark.parametrize(
    ("term", "fact", "right"),
    [
        (RED, {"term": RED}, True),
        (WIDE, {"term": RED, "also": (WIDE,)}, True),
        (WIDE, {"term": RED, "broader": WIDE}, False),
        (None, {"term": RED}, False),
        (None, {}, True),
        (WIDE, {"broader": WIDE}, False),
    ],
)
def test_a_term_is_right_if_it_is_the_one_or_as_good(
    term: str | None, fact: dict[str, Any], right: bool
) -> None:
    scored = score([reading(facts=(gold("red fever", **fact),), uses=[use("red fever", term)])])
    assert scored.pooled("pair").f1 == scored.grounding == float(right)
    assert scored.pooled("mention").f1 == scored.pooled("pair by words").f1 == 1


def test_the_same_words_elsewhere_are_as_good_a_mention() -> None:
    facts = (gold("red fever"),)
    assert figures(reading(facts, [use("Red Fever", None)]))["pair"] == (1, 1)
    assert figures(reading(facts, [use("blue fever", None)]))["pair"] == (0, 0)


def test_the_right_term_makes_a_pair_wherever_it_is_read_but_no_mention() -> None:
    found = figures(reading(FACTS[:1], [use("treats red fever", RED)]))
    assert found["pair"] == found["mention touched"] == (1, 1)
    assert found["mention"] == (0, 0)
    assert figures(reading(FACTS[:1], [use("grey fever", RED)]))["mention touched"] == (0, 0)


def test_two_right_names_of_a_disease_are_one_disease_to_be_found() -> None:
    facts = (gold("red fever", term=RED), gold("Red Fever is its use", term=RED))
    assert score([reading(facts, USES)]).pooled("pair") == Count(1, 1, 2, 1)
    assert score([reading(facts, USES)]).pooled("mention") == Count(2, 1, 2, 1)


def test_a_term_of_a_mention_that_is_none_does_not_count_for_grounding() -> None:
    assert score([reading(FACTS[:1], [use("grey fever", WIDE)])]).grounding is None


# ---------------------------------------------------------------- the kind of use


def test_a_wrong_kind_of_use_is_a_wrong_pair_and_stands_in_the_confusion() -> None:
    scored = score([reading(FACTS, [use("red fever", RED, "prevention"), use("grey fever", GREY)])])
    assert scored.pooled("pair").f1 == 0
    assert scored.uses == {
        ("treatment", "prevention"): 1,
        ("prevention", MISSED): 1,
        (NOT_SAID, "treatment"): 1,
    }
    assert scored.use_kind == 0


def test_two_kinds_of_use_of_one_disease_are_two_pairs() -> None:
    facts = (gold("red fever", term=RED), gold("red fever", "maintenance", term=RED))
    scored = score([reading(facts, [use("red fever", RED)])])
    assert scored.pooled("pair") == Count(2, 1, 1, 1)
    assert scored.uses == {("treatment", "treatment"): 1, ("maintenance", MISSED): 1}
    assert scored.use_kind == 1


# ---------------------------------------------------------------- bounds and people


@pytest.mark.parametrize(
    ("one", "other", "right"),
    [
        (">=2 years", ">=24 months", True),
        (">=2 weeks", ">=14 days", True),
        ("<1 years", "<12 months", True),
        (">=2 years", ">2 years", False),
        ("<2 years", "<=2 years", False),
        (">=2 years", ">=2 months", False),
        (">=0.5 years", ">=6 months", True),
    ],
)
def test_a_bound_is_its_sign_and_its_number_in_whatever_unit(
    one: str, other: str, right: bool
) -> None:
    assert (same.bound(one) == same.bound(other)) is right


@pytest.mark.parametrize("value", ["2 years", ">=2", ">=2 kgs", "≥2 years", ">=two years"])
def test_what_is_no_bound_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="bad bound"):
        figures(reading(FACTS[:1], [use("red fever", RED, "treatment", ("age", value))]))


def test_a_name_that_is_no_qualifier_is_refused() -> None:
    with pytest.raises(ValueError, match='no qualifier is called "colour"'):
        figures(reading(FACTS[:1], [use("red fever", RED, "treatment", ("colour", "red"))]))


def test_bounds_and_groups_count_one_by_one() -> None:
    fact = gold("red fever", term=RED, groups=("child", "adolescent"), sex="male",
                age=(Bound(">=", "2", "years"), Bound("<", "18", "years")),
                weight=(Bound(">=", "10", "kg"),))  # fmt: skip
    more = [("age", ">=2 years"), ("age", "<=18 years"), ("groups", "child"), ("groups", "adult"),
            ("groups", "elderly"), ("sex", "female"), ("weight", ">=10 kg")]  # fmt: skip
    scored = score([reading((fact,), [use("red fever", RED, "treatment", *more)])])
    assert scored.pooled("age") == Count(2, 1, 2, 1)
    assert scored.pooled("groups") == Count(2, 1, 3, 1)
    assert scored.pooled("sex") == Count(1, 0, 1, 0)
    assert scored.pooled("weight") == Count(1, 1, 1, 1)
    assert scored.pooled("fact").f1 == scored.pooled("fact: people").f1 == 0


def test_what_a_missed_fact_states_is_missed_in_reach_alone() -> None:
    facts = (*FACTS, gold("grey fever", term=GREY, age=(Bound("<", "1", "years"),)))
    scored = score([reading(facts, USES)])
    assert scored.pooled("age").recall == 1
    assert scored.reach("age") == 0.5


def test_facts_of_one_pair_are_laid_side_by_side_so_that_most_agrees() -> None:
    young, old = (
        gold("red fever", term=RED, age=(Bound(sign, "2", "years"),)) for sign in ("<", ">=")
    )
    uses = [use("red fever", RED, "treatment", ("age", age)) for age in (">=2 years", "<2 years")]
    for found in (uses, uses[::-1]):
        assert figures(reading((young, old), found))["fact"] == (1, 1)
    assert figures(reading((young, old), uses[:1]))["fact"] == (1, 0.5)
    assert figures(reading((young,), uses))["fact"] == (0.5, 1)


# ---------------------------------------------------------------- qualifiers in words

FAILED = {"prior": told("failed otherix", "other drug (failed)")}
NONE = {"prior": told("children", "none")}
OPTIONAL = {"combined": told("otherix", "otherix (optional)")}
WORDS = [
    (FAILED, ("prior", "otherix (failed)"), True),  # the words of the text at its place
    (FAILED, ("prior", "other drugs (failed)"), True),  # our words, in the plural
    (FAILED, ("prior", "some other thing (failed or intolerant)"), True),  # half, one outcome
    (FAILED, ("prior", "other drug (responded)"), False),
    (FAILED, ("prior", "other drug"), False),
    (FAILED, ("prior", "surgery (failed)"), False),
    (FAILED, ("prior", "none"), False),
    (FAILED, ("combined", "otherix"), False),
    (NONE, ("prior", "none"), True),
    (NONE, ("prior", "children"), False),
    (OPTIONAL, ("combined", "otherix (optional)"), True),
    (OPTIONAL, ("combined", "otherix"), False),
    ({"stage": told("adults", "late")}, ("stage", "early"), False),
    ({"stage": told("in adults and", "of the end")}, ("stage", "in the adults"), True),
    ({"stage": told("in adults and", "end")}, ("stage", "in and of the"), False),  # small words
]


@pytest.mark.parametrize(("fact", "found", "right"), WORDS)
def test_a_value_in_words_is_the_same_if_half_of_the_words_are(
    fact: dict[str, Any], found: tuple[str, str], right: bool
) -> None:
    one = reading((gold("red fever", term=RED, **fact),),
                  [use("red fever", RED, "treatment", found)])  # fmt: skip
    assert figures(one)["fact"] == (right, right)
    assert figures(one)["pair"] == (1, 1)


def test_a_qualifier_too_many_spoils_a_fact() -> None:
    more = use("red fever", RED, "treatment", ("groups", "adult"), ("stage", "late"))
    found = figures(reading(FACTS[:1], [more]))
    assert found["fact"] == (0, 0)
    assert found["fact: people"] == (1, 1)
    assert found["stage"] == (0, 0)
    assert found["groups"] == (1, 1)


# ---------------------------------------------------------------- limitations

GREY_LIMIT = LIMITS[:1]
CLAUSE = "It is not for grey fever"


@pytest.mark.parametrize(
    ("found", "clause", "polarity", "whole"),
    [
        (limit("not for grey fever", "disease", "notIndicated"), 1, 1, 1),
        (limit("not for grey fever", "age", "notIndicated"), 1, 1, 0),
        (limit("not for grey fever", "disease", "notStudied"), 1, 0, 0),
        (limit("grey fever. Red Fever is its use", "disease", "notIndicated"), 0, 0, 0),
        (limit(CLAUSE, "disease", "notIndicated", "It is not"), 0, 0, 0),
        (limit(CLAUSE, "disease", "notIndicated", "fever"), 1, 1, 1),
        (limit(CLAUSE, "disease", "notIndicated", "It is not", GREY), 1, 1, 1),
        (limit(CLAUSE, "disease", "notIndicated", "fever", WIDE), 0, 0, 0),
        (limit(CLAUSE, "disease", "notIndicated", "grey fever", WIDE), 1, 1, 1),
    ],
)
def test_a_limitation_is_its_clause_its_polarity_and_its_kind(
    found: Limit, clause: float, polarity: float, whole: float
) -> None:
    of = figures(reading((), [], GREY_LIMIT, [found]))
    assert of["limit: clause"] == (clause, clause)
    assert of["limit: polarity"] == (polarity, polarity)
    assert of["limit"] == (whole, whole)


def test_one_limitation_found_is_not_two_of_the_gold_standard() -> None:
    two = (*GREY_LIMIT, replace(LIMITS[0], about=standard.Span(*place("not for"))))
    assert figures(reading((), [], two, FOUND_LIMITS[:1]))["limit"] == (1, 0.5)


def test_what_only_restricts_is_left_out_of_the_figure_on_both_sides() -> None:
    only = taken(CLAUSE, "line", "restricted")
    found = limit(CLAUSE, "line", "restricted")
    scored = score([reading((), [], (only,), [found])])
    assert scored.pooled("limit") == Count()
    assert scored.pooled("limit, all") == Count(1, 1, 1, 1)
    wrong = replace(found, polarity="notIndicated")
    assert score([reading((), [], (only,), [wrong])]).pooled("limit") == Count(0, 0, 1, 0)


def test_the_term_of_a_limitation_counts_where_the_limitation_was_found() -> None:
    wrong = limit(CLAUSE, "disease", "notIndicated", "grey fever", WIDE)
    for found, right in ((FOUND_LIMITS[0], 1), (wrong, 0)):
        scored = score([reading((), [], GREY_LIMIT, [found])])
        assert scored.pooled("limit term") == Count(1, right, 1, right)
    other = replace(wrong, kind="age")
    assert score([reading((), [], GREY_LIMIT, [other])]).pooled("limit term") == Count()


def test_limitations_of_one_thing_are_confused_and_others_missed_or_not_said() -> None:
    found = [
        limit("not for grey fever", "age", "notStudied"),
        limit("Examplix treats", "dose", "notStudied"),
    ]
    scored = score([reading((), [], LIMITS, found)])
    assert scored.polarities == {
        ("notIndicated", "notStudied"): 1,
        ("notStudied", MISSED): 1,
        (NOT_SAID, "notStudied"): 1,
    }
    assert scored.kinds == {("disease", "age"): 1, ("duration", MISSED): 1, (NOT_SAID, "dose"): 1}


# ---------------------------------------------------------------- errors


def test_each_error_has_its_name_its_place_and_no_word_of_the_text() -> None:
    facts = (
        *FACTS,
        gold("children", term=WIDE, broader=None),
        gold("Red Fever is its use", "diagnosis", stage=told("children", "young")),
        gold("adults", term="HP:0000001", groups=("adult",)),
        gold("adults", term="HP:0000001", groups=("elderly",)),
    )
    uses = [
        use("grey fever", GREY),  # what it is not for
        use("otherix", "HP:0000002"),
        use("red fever", WIDE, "treatment"),
        use("blue fever", BLUE, "treatment"),
        use("Red Fever is its use", None, "diagnosis", ("stage", "grown")),
        use("adults", "HP:0000001"),
    ]
    limits = [
        limit("not for grey fever", "disease", "notStudied", "grey fever", GREY),
        limit("Examplix treats", "age", "notStudied"),
    ]
    found = errors.worst([reading(facts, uses, LIMITS, limits)], 99)
    kinds = [errors.KINDS[one.rank] for one in found]
    assert errors.tally([reading(facts, uses, LIMITS, limits)]) == dict.fromkeys(kinds, 1)
    assert kinds == [
        *("contrary", "not said", "wrong use", "missed", "limit not said", "wrong limit"),
        *("limit missed", "wrong people", "wrong qualifier", "fact missed"),
    ]
    for one in found:
        assert f"line 1 {one.start}-{one.end}" in str(one)
        assert "fever" not in str(one)
        assert "grown" not in str(one)
    start, end = place("grey fever")
    assert str(found[0]) == (
        f"contrary: line 1 {start}-{end}: expected nothing, found treatment of {GREY}  [a rule]"
    )


def test_a_wrong_term_and_a_wrong_bound_are_told_with_what_is_right() -> None:
    fact = gold("red fever", term=RED, also=(BLUE,), broader=WIDE)
    (one,) = errors.worst([reading((fact,), [use("red fever", WIDE)], ())], 9)
    assert f"expected treatment of {RED}/{BLUE}, no {WIDE}, found treatment of {WIDE}" in str(one)
    wrong = use("blue fever", BLUE, "prevention", ("age", ">2 years"), *USES[1].qualifiers[1:])
    (one,) = errors.worst([reading(FACTS[1:], [wrong], ())], 9)
    assert errors.KINDS[one.rank] == "wrong bound"
    assert "expected age >=2 years, found >2 years" in str(one)


def test_the_worst_of_many_texts_come_before_the_many_of_one() -> None:
    many = reading((), [use(words, RED, kind) for words in ("red fever",)
                        for kind in ("treatment", "diagnosis", "imaging")], ())  # fmt: skip
    other = Reading(Record("line 2", (), ()), TEXT, [use("blue fever", BLUE)], [])
    found = errors.worst([many, other], 2)
    assert [one.record for one in found] == ["line 1", "line 2"]


# ---------------------------------------------------------------- arithmetic, baseline, command


def test_pairs_are_as_many_as_can_be_and_then_of_the_greatest_worth() -> None:
    def worth(one: str, other: str) -> int:
        return {"ax": 9, "ay": 1, "bx": 1}.get(one + other, 0)

    assert aligned("ab", "xy", worth) == [("a", "y"), ("b", "x")]
    assert aligned("a", "xy", worth) == [("a", "x")]
    assert aligned("", "xy", worth) == []


def test_the_pool_and_the_mean_differ_where_one_text_holds_most() -> None:
    of_texts = [{"pair": Count(8, 8, 8, 8)}, {"pair": Count(2, 0, 0, 0)}, {"pair": Count()}]
    scored = Score(texts=of_texts)
    assert scored.pooled("pair") == Count(10, 8, 8, 8)
    assert scored.mean("pair") == 0.5
    assert scored.mean("pair", "recall") == 0.5


def test_the_interval_holds_the_figure_and_is_the_same_twice() -> None:
    counts = [Count(2, 2, 2, 2), Count(2, 1, 2, 1), Count(2, 0, 1, 0)] * 10
    low, high = quality.interval(counts)
    assert low < (sum(counts, Count()).f1 or 0) < high
    assert quality.interval(counts) == (low, high)
    assert quality.interval([Count(1, 1, 1, 1)] * 3) == (1, 1)


def test_the_baseline_takes_the_longest_name_and_capitals_as_they_are() -> None:
    names = Dictionary([("fever", WIDE), ("Red fever", RED), ("red fever", GREY), ("IT", BLUE)])
    found = names.uses(TEXT)
    assert {(TEXT[one.mention.start : one.mention.end], one.term) for one in found} == {
        ("red fever", RED),
        ("Red Fever", RED),
        ("fever", WIDE),
    }
    assert {(one.use, one.qualifiers) for one in found} == {("treatment", ())}
    assert Dictionary([]).uses(TEXT) == []


def test_the_command_knows_its_parts_and_its_directory(capsys: pytest.CaptureFixture[str]) -> None:
    assert quality.main(["--from", "nowhere"]) == 2
    assert "nowhere: no such directory" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        quality.main(["--part", "all"])


def test_make_quality_prints_the_locked_part_only_if_told_to() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "\nPART ?= development\n" in makefile
    assert "python -m tests.gold.quality --part $(PART)\n" in makefile


def test_a_text_that_is_not_the_annotated_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    first = next(one for one in sample.listed() if one.split == "development")
    for found in ([sample.Text(first.source, first.record, "another edition")], []):
        monkeypatch.setattr(sample, "texts", lambda folder, found=found: iter(found))
        with pytest.raises(SystemExit, match="not the text that was annotated"):
            quality.readings("development", SHARED, lambda text: ([], []))


@pytest.mark.shared
def test_the_development_part_is_measured_beside_the_baseline(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert quality.main(["--errors", "3"]) == 0
    printed = capsys.readouterr().out
    listed = [one for one in sample.listed() if one.split == "development"]
    assert f"all {len(listed)} texts" in printed
    assert printed.count("disease-use pairs: F1 0.") == len(quality.readers(SHARED / "sources"))
    assert printed.count(": expected ") == 3


@pytest.mark.shared
def test_the_readme_says_what_is_reached_on_the_texts_that_the_rules_were_made_with() -> None:
    folder = SHARED / "sources"
    ours = quality.readers(folder)[quality.OURS]
    read = [one for part in ("development", "opened")
            for one in quality.readings(part, folder, ours)]  # fmt: skip
    found = score(read)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"| made with ({len(read)} texts) |" in readme
    for row, name in (("disease and kind of use", "pair"),
                      ("limitation: kind and polarity", "limit"),
                      ("limitation: clause and polarity", "limit: polarity")):  # fmt: skip
        count = found.pooled(name)
        told = f"{count.precision:.2f}, {count.recall:.2f}, {count.f1:.2f}"
        assert f"| {row} | {told} |" in readme
    assert f"| age bounds of the uses found | {found.pooled('age').recall:.2f} |" in readme
    assert f"| right term of a disease found | {found.grounding:.2f} |" in readme
    assert f"| right kind of use of a disease found | {found.use_kind:.2f} |" in readme
