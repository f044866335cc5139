"""Re-anchoring the facts of the captured page: confirmed, moved, changed, lost."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from kg.anchor import Anchored, cite, reanchor, source_of
from kg.errors import InputError
from kg.evidence import Page
from kg.names import compact, expand
from kg.store import Store

SOURCE = expand("source:drugs-com-3559344")
VERSION = expand("source:drugs-com-3559344-2023-12-29")


def states(found: list[Anchored]) -> Counter[str]:
    return Counter(one.state for one in found)


def changed(found: list[Anchored]) -> set[str]:
    assert states(found)["lost"] == 0
    return {compact(one.fact).removeprefix("fact:") for one in found if one.state == "changed"}


def cited(store: Store) -> dict[tuple[int, int], set[str]]:
    """The facts behind each passage of the page, those that must be read with it included."""
    rows = store.select(
        """SELECT ?fact ?start ?end WHERE {
             ?fact df:status df:current ; df:evidence/df:readWith? ?passage .
             ?passage df:start ?start ; df:end ?end }"""
    )
    found: dict[tuple[int, int], set[str]] = {}
    for row in rows:
        span = int(row["start"].value), int(row["end"].value)
        found.setdefault(span, set()).add(compact(row["fact"].value).removeprefix("fact:"))
    return found


pytestmark = pytest.mark.shared


def test_all_27_facts_are_confirmed_on_the_page_itself(curated: Store, page: str) -> None:
    found = reanchor(curated, page)
    assert states(found) == {"confirmed": 27}
    assert all(one.now == one.was for one in found)


@pytest.mark.parametrize("seed", range(5))
def test_with_its_paragraphs_moved_all_27_are_found(curated: Store, page: str, seed: int) -> None:
    paragraphs = page.split("\n\n")
    # The items of a list stay below their lead-in only by chance, which moves them, no more.
    random.Random(seed).shuffle(paragraphs)
    found = states(reanchor(curated, "\n\n".join(paragraphs)))
    assert found["confirmed"] + found["moved"] == 27
    assert found["moved"] > 0


@pytest.mark.parametrize(
    ("old", "new", "facts"),
    [
        ("May 2019", "May 2018", {"zolgensma-fda-approval-page", "zolgensma-treats-sma-page"}),
        (" 2 years", " 3 years", {"zolgensma-fda-approval-page", "zolgensma-treats-sma-page"}),
        ("less than 2", "up to 2", {"zolgensma-fda-approval-page", "zolgensma-treats-sma-page"}),
        ("is not a cure", "is a cure", {"zolgensma-cures-sma"}),
        ("it cannot", "it can", {"zolgensma-reverses-damage"}),
        ("has not been", "has been", {"zolgensma-studied-in-advanced-sma"}),
        ("age two", "age five", {"sma-leads-to-ventilation-or-death-by-two"}),
        (
            "can help to preserve",
            "helps to preserve",
            {"zolgensma-preserves-motor-neurons", "zolgensma-preserves-muscle-function"},
        ),
        ("one hour", "two hours", {"zolgensma-given-at-centre", "zolgensma-given-by-infusion"}),
        (
            "been shown to:",
            "not been shown to:",
            {
                "zolgensma-improves-muscle-strength",
                "zolgensma-increases-survival",
                "zolgensma-maintains-ability-to-thrive",
            },
        ),
    ],
)
def test_one_change_is_reported_for_exactly_the_facts_it_touches(
    curated: Store, page: str, old: str, new: str, facts: set[str]
) -> None:
    assert page.count(old) == 1
    assert changed(reanchor(curated, page.replace(old, new))) == facts


def test_one_word_changed_in_any_passage_changes_its_facts_and_no_others(
    curated: Store, page: str
) -> None:
    for (start, end), facts in cited(curated).items():
        for word in re.finditer(r"\w+", page[start:end]):
            at = start + word.start()
            other = "Zzz" if word.group()[0].isupper() else "zzz"
            copy = page[:at] + other + page[at + len(word.group()) :]
            assert changed(reanchor(curated, copy, SOURCE)) == facts, word.group()


def test_a_passage_taken_out_is_lost_with_its_facts_and_no_others(
    curated: Store, page: str
) -> None:
    for (start, end), facts in cited(curated).items():
        found = reanchor(curated, page[:start] + page[end:], SOURCE)
        gone = {compact(one.fact).removeprefix("fact:") for one in found if one.state == "lost"}
        assert gone == facts
        assert states(found)["changed"] == 0


def test_every_passage_cited_is_a_run_of_whole_sentences(curated: Store, page: str) -> None:
    whole = Page(page)
    for start, end in cited(curated):
        assert whole.passage(start, end) == (start, end)


def test_a_copy_is_recognised_by_its_passages_and_a_stranger_is_refused(
    curated: Store, page: str
) -> None:
    assert source_of(curated, page) == SOURCE
    assert source_of(curated, page[500:]) == SOURCE
    with pytest.raises(InputError, match="holds no passage of any source"):
        source_of(curated, "A page about something else.")


def test_citing_a_place_gives_the_node_that_the_curated_file_has(curated: Store, page: str) -> None:
    node = cite(page, 160, 170, VERSION, "Official answer")
    name = "evidence:drugs-com-3559344-2023-12-29-151-245"
    assert node.startswith(f"{name} a df:Passage ;")
    rows = curated.select(
        "SELECT ?passage ?digest ?sketch { ?passage df:sentenceDigest ?digest ; df:sketch ?sketch "
        f"FILTER(?passage = {name}) }}"
    )
    row = next(iter(rows))
    assert f'"{row["digest"].value}"' in node
    assert f'"{row["sketch"].value}"' in node
    with pytest.raises(InputError, match="point at one to four sentences"):
        cite(page, 0, len(page), VERSION, "all")
