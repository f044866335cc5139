"""Facts against their passages: all of ours are clean, and what is falsified is noticed."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kg.captured import Cited, Texts, texts
from kg.errors import InputError
from kg.faithful import Finding, check, faithful, nodes_of
from kg.graph import Graph
from kg.model import Fact, PartialDate, Population
from kg.names import DF, expand
from kg.proposing import desk
from kg.store import Store
from tests.conftest import PAGE, SHARED
from tests.falsify import Case, false, rates
from tests.page_gold import PAGES, TUNED, data_with_pages, gold, graph_of

SHARES = {
    "polarity": 0.95,
    "bound": 0.95,
    "date": 0.95,
    "hedge": 0.95,
    "object": 0.95,
    "evidence": 0.9,
}
"""The least part of each kind of falsehood that has to be noticed."""


@pytest.fixture(scope="module")
def graph(curated: Store) -> Graph:
    return Graph(curated)


@pytest.fixture(scope="module")
def at_hand(curated: Store) -> Texts:
    return texts(curated, [SHARED])


def case(graph: Graph, at_hand: Texts, iri: str) -> Case:
    (fact,) = nodes_of(graph.store, expand(iri))
    assert isinstance(fact, Fact)
    people = None
    if fact.population:
        (node,) = nodes_of(graph.store, fact.population)
        assert isinstance(node, Population)
        people = node
    cited = tuple(one for evidence in fact.evidence if (one := at_hand.cited(evidence)))
    return Case(fact, people, cited)


def findings(graph: Graph, one: Case) -> list[Finding]:
    return check(one.fact, one.people, one.cited, graph.names, graph.lookup.label)


# ---------------------------------------------------------------- the curated facts


@pytest.mark.shared
def test_every_curated_fact_with_its_text_at_hand_is_clean(graph: Graph, at_hand: Texts) -> None:
    done = faithful(graph.store, at_hand, graph.names, graph.lookup.label)
    assert [one.line() for one in done.findings] == []
    assert len(done.compared) == 37
    assert done.without_text == ()


@pytest.mark.shared
def test_falsified_facts_are_noticed(
    graph: Graph, at_hand: Texts, record_property: Callable[[str, str], None]
) -> None:
    done = faithful(graph.store, at_hand, graph.names, graph.lookup.label)
    cases = [case(graph, at_hand, iri) for iri in done.compared]
    made, caught = Counter[str](), Counter[str]()
    for kind, one in false(cases):
        made[kind] += 1
        caught[kind] += bool(findings(graph, one))
    record_property("measured", f"falsified curated facts noticed: {rates(caught, made)}")
    assert set(made) == set(SHARES)
    for kind, share in SHARES.items():
        assert caught[kind] >= share * made[kind], kind


@pytest.mark.shared
@pytest.mark.parametrize(
    ("iri", "change", "said"),
    [
        (
            "fact:zolgensma-cures-sma",
            {"polarity": DF + "affirmed"},
            "polarity: the fact has affirmed, the passage denied",
        ),
        (
            "fact:zolgensma-preserves-motor-neurons",
            {"certainty": DF + "shown"},
            "certainty: the fact has shown, the passage possible",
        ),
        (
            "fact:zolgensma-preserves-motor-neurons",
            {"certainty": None},
            "certainty: the fact has none, the passage possible",
        ),
        (
            "fact:zolgensma-fda-approval-page",
            {"date": PartialDate("2019-05-24")},
            "date: the fact has 2019-05-24, the passage 2019-05",
        ),
        (
            "fact:zolgensma-treats-sma-page",
            {"population": None},
            "maxAgeMonths: the fact has nothing, the passage 24",
        ),
        (
            "fact:sma-leads-to-ventilation-or-death-by-two",
            {"severity": None},
            "severity: the fact has none, the passage the most severe form",
        ),
        (
            "fact:zolgensma-given-by-infusion",
            {"approximate": False},
            "duration: the fact has 60 minutes, the passage about 60 minutes",
        ),
        (
            "fact:zolgensma-improves-muscle-strength",
            {"object": expand("concept:ability-to-thrive")},
            "object: the ability to thrive is not named as such, but muscle strength",
        ),
        (
            "fact:zolgensma-improves-muscle-strength",
            {"predicate": expand("df:cures")},
            'predicate: nothing there says that something "cures" something',
        ),
        (
            "fact:zolgensma-improves-muscle-strength",
            {"subject": expand("product:spinraza")},
            "subject: the fact is about Spinraza, the passage about Zolgensma",
        ),
        (
            "fact:zolgensma-fda-approval-page",
            {"event_type": DF + "conditionalApproval"},
            "event: the fact has conditional approval, the passage approval",
        ),
    ],
)
def test_a_finding_names_fact_place_and_what_is_wrong(
    graph: Graph, at_hand: Texts, iri: str, change: dict[str, object], said: str
) -> None:
    """One line, which holds offsets and none of the source's words."""
    one = case(graph, at_hand, iri)
    people = None if change.get("population", 1) is None else one.people
    made: Callable[..., Fact] = replace
    found = findings(graph, replace(one, fact=made(one.fact, **change), people=people))
    lines = [finding.line() for finding in found]
    start, end = one.cited[0].evidence.rsplit("-", 2)[1:]
    assert f"{iri}: characters {start} to {end}: {said}" in lines


@pytest.mark.shared
@pytest.mark.parametrize(
    ("iri", "old", "new", "part"),
    [
        ("fact:zolgensma-cures-sma", "is not", "is", "polarity"),
        ("fact:zolgensma-reverses-damage", "cannot", "can", "polarity"),
        ("fact:zolgensma-studied-in-advanced-sma", "has not been", "has been", "polarity"),
        (
            "fact:zolgensma-preserves-motor-neurons",
            "can help to preserve",
            "preserves",
            "certainty",
        ),
        ("fact:zolgensma-stops-progression-of-sma", "has been shown to", "may", "certainty"),
        ("fact:zolgensma-treats-sma-page", "less than 2", "up to 2", "maxAgeInclusive"),
        ("fact:zolgensma-treats-sma-page", "less than 2", "less than 3", "maxAgeMonths"),
        ("fact:zolgensma-treats-sma-page", "less than 2", "older than 2", "minAgeMonths"),
        ("fact:zolgensma-treats-sma-us", "bi-allelic ", "", "zygosity"),
        ("fact:zolgensma-treats-sma-eu-copies", "up to 3", "up to 4", "maxCopyNumber"),
        ("fact:evrysdi-treats-sma-eu-copies", "one to four", "two to four", "minCopyNumber"),
        ("fact:zolgensma-fda-approval-page", "May 2019", "June 2019", "date"),
        ("fact:zolgensma-fda-approval-page", "May 2019", "2019", "date"),
        ("fact:sma-leads-to-ventilation-or-death-by-two", "can lead", "leads", "certainty"),
        ("fact:zolgensma-delivers-smn1", "SMN1", "SMN2", "object"),
        ("fact:zolgensma-given-by-infusion", "about one hour", "two hours", "duration"),
    ],
)
def test_a_passage_that_says_otherwise_is_noticed_too(
    graph: Graph, at_hand: Texts, iri: str, old: str, new: str, part: str
) -> None:
    """The other way round: the fact stays, and its source changes a word."""
    one = case(graph, at_hand, iri)
    cited = one.cited[0]
    assert old in cited.text
    other = replace(cited, text=cited.text.replace(old, new))
    assert findings(graph, one) == []
    assert part in [found.part for found in findings(graph, replace(one, cited=(other,)))]


@pytest.mark.shared
def test_an_item_is_read_with_its_lead_in(graph: Graph, at_hand: Texts) -> None:
    """Without it the item says nothing of any drug."""
    one = case(graph, at_hand, "fact:zolgensma-improves-muscle-strength")
    (cited,) = one.cited
    assert cited.lead and findings(graph, one) == []
    alone = replace(one, cited=(replace(cited, lead=""),))
    assert [finding.part for finding in findings(graph, alone)] == ["predicate"]


@pytest.mark.shared
def test_words_that_are_not_those_cited_are_a_finding(
    graph: Graph, tmp_path: Path, at_hand: Texts
) -> None:
    one = case(graph, at_hand, "fact:zolgensma-cures-sma")
    changed = replace(one, cited=(replace(one.cited[0], intact=False),))
    (found,) = findings(graph, changed)
    assert found.problem == "the words there are not those that were cited"


def test_a_finding_holds_no_words_of_the_passage(graph: Graph) -> None:
    (fact,) = nodes_of(graph.store, expand("fact:zolgensma-improves-muscle-strength"))
    assert isinstance(fact, Fact)
    text = Cited("evidence:a", "characters 0 to 9", "Zolgensma improves hand writing.")
    (found,) = check(fact, None, [text], graph.names, graph.lookup.label)
    assert found.problem.endswith("but something the graph does not hold")


def test_one_passage_that_carries_the_fact_is_enough(graph: Graph) -> None:
    (fact,) = nodes_of(graph.store, expand("fact:zolgensma-cures-sma"))
    assert isinstance(fact, Fact)
    good = Cited("evidence:a", "characters 0 to 9", "Zolgensma does not cure SMA.")
    bad = Cited("evidence:b", "characters 10 to 19", "Zolgensma cures SMA.")
    assert check(fact, None, [good], graph.names, graph.lookup.label) == []
    assert check(fact, None, [bad, good], graph.names, graph.lookup.label) == []
    assert len(check(fact, None, [bad], graph.names, graph.lookup.label)) == 1


# ---------------------------------------------------------------- pages in our own words


@pytest.fixture(scope="module")
def of_pages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Graph, Texts]:
    """A graph with all that is proposed of the tuned pages, as a person accepts it."""
    data = data_with_pages(tmp_path_factory.mktemp("pages"))
    before = graph_of(data)
    for name in TUNED:
        text = (PAGES / f"{name}.txt").read_text(encoding="utf-8")
        version = expand(f"source:test-{name}-2026")
        found = desk.propose(before, text, page=f"{name}.txt", version=version)
        blocks = tuple(replace(one, decision="accept") for one in found.blocks)
        given, day = replace(found, blocks=blocks), PartialDate("2026-11-26")
        done = desk.review(before, given, text, by="A. Reader", on=day, data=data)
        (data / "curated" / f"page-{name}.ttl").write_text(done.turtle, encoding="utf-8")
    graph = graph_of(data)
    return graph, texts(graph.store, [PAGES])


def test_falsified_facts_of_our_own_pages_are_noticed(
    of_pages: tuple[Graph, Texts], record_property: Callable[[str, str], None]
) -> None:
    graph, at_hand = of_pages
    done = faithful(graph.store, at_hand, graph.names, graph.lookup.label)
    assert [one.line() for one in done.findings] == []
    cases = [case(graph, at_hand, iri) for iri in done.compared]
    assert len(cases) == sum(len(gold(name)) for name in TUNED)
    made, caught = Counter[str](), Counter[str]()
    for kind, one in false(cases):
        made[kind] += 1
        caught[kind] += bool(findings(graph, one))
    record_property("measured", f"falsified facts of our own pages noticed: {rates(caught, made)}")
    for kind, share in SHARES.items():
        assert caught[kind] >= share * made[kind], kind


# ---------------------------------------------------------------- texts at hand


@pytest.mark.shared
def test_a_text_is_known_by_its_checksum_alone(curated: Store, tmp_path: Path) -> None:
    file = tmp_path / "renamed.txt"
    shutil.copy(PAGE, file)
    passage = expand("evidence:drugs-com-3559344-2023-12-29-151-245")
    assert texts(curated, [file]).cited(passage) is not None
    file.write_text(PAGE.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        texts(curated, [file])
    assert str(caught.value) == (
        f"{file}: is no version of a source of this graph; "
        "name a captured copy whose checksum data/sources.ttl has"
    )


def test_without_texts_nothing_is_compared_and_that_is_said(graph: Graph) -> None:
    done = graph.faithful()
    assert done.compared == ()
    assert len(done.without_text) == 37


def test_a_place_that_is_not_there_is_an_error(curated: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        texts(curated, [tmp_path / "nowhere"])
