"""Proposals: what is found in pages, measured; their text there and back; each malformed line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.dates import PartialDate
from kg.errors import InputError
from kg.faithful import nodes_of
from kg.graph import Graph
from kg.model import Entity, Fact, Population
from kg.names import expand, own
from kg.proposing import desk
from kg.proposing.proposal import DECISIONS, Limit, Named, Proposal, Proposals
from kg.proposing.proposal_text import read, write
from kg.store import Store
from tests.conftest import PAGE
from tests.page_gold import (
    HELD_OUT,
    PAGES,
    TUNED,
    data_with_pages,
    gold,
    graph_of,
    key,
    key_of_fact,
    measure,
    proposed,
)

SEED = "source:drugs-com-3559344-2023-12-29"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The curated graph with what the pages of the tests speak of."""
    return graph_of(data_with_pages(tmp_path_factory.mktemp("pages")))


# ---------------------------------------------------------------- what is found


@pytest.mark.shared
def test_the_page_this_project_began_with_is_found_again(
    curated: Store, page: str, record_property: Callable[[str, str], None]
) -> None:
    """At least 24 of its 27 facts, and at most 3 wrong ones."""
    graph = Graph(curated)
    asked = f"SELECT ?fact WHERE {{ ?fact df:firstSeenIn {SEED} ; df:polarity ?p }} ORDER BY ?fact"
    rows = curated.select(asked)
    want = []
    for row in rows:
        (fact,) = nodes_of(curated, row["fact"].value)
        assert isinstance(fact, Fact)
        people = nodes_of(curated, fact.population)[0] if fact.population else None
        assert people is None or isinstance(people, Population)
        want.append(key_of_fact(fact, people))
    found = desk.propose(graph, page, page=PAGE.name, version=expand(SEED), known=True)
    made = measure([key(one) for one in found.blocks], want)
    record_property("measured", made.line("the seed page"))
    assert len(want) == 27
    assert len(made.found) >= 24, made.missed
    assert len(made.wrong) <= 3, made.wrong


@pytest.mark.parametrize("name", TUNED)
def test_pages_in_our_own_words_are_found(
    pages: Graph, name: str, record_property: Callable[[str, str], None]
) -> None:
    made = measure([key(one) for one in proposed(pages, name)], gold(name))
    record_property("measured", made.line(f"{name} (tuned)"))
    assert (made.missed, made.wrong) == ((), ())


def test_pages_written_after_the_rules_are_measured_and_no_rule_was_changed_for_them(
    pages: Graph, record_property: Callable[[str, str], None]
) -> None:
    """The figures are what they are: they were first seen when the pages were finished."""
    found = {}
    for name in HELD_OUT:
        made = measure([key(one) for one in proposed(pages, name)], gold(name))
        record_property("measured", made.line(f"{name} (written after the rules)"))
        found[name] = len(made.found), len(made.missed), len(made.wrong)
    assert found == {"byetta": (5, 5, 1), "naglazyme": (10, 5, 0), "vyjuvek": (10, 0, 0)}


@pytest.mark.shared
def test_what_the_graph_holds_from_the_page_is_not_proposed_again(
    curated: Store, page: str
) -> None:
    graph = Graph(curated)
    assert desk.version_of(graph, page) == expand(SEED)
    found = desk.propose(graph, page, version=expand(SEED))
    assert found.blocks == ()
    other = desk.propose(graph, page)
    assert len(other.blocks) == 27
    assert all(one.decision == "later" and not one.known for one in other.blocks)


def test_proposing_twice_gives_the_same_text(pages: Graph) -> None:
    text = (PAGES / "rilutek.txt").read_text(encoding="utf-8")
    one, two = (write(desk.propose(pages, text, page="rilutek.txt")) for _ in range(2))
    assert one == two


def test_nothing_proposed_is_in_the_graph(pages: Graph) -> None:
    proposed(pages, "rilutek")
    assert pages.sparql("ASK { ?fact rdf:subject product:rilutek }") is False


def test_a_text_says_nothing_of_nobodys_drug(pages: Graph) -> None:
    assert desk.propose(pages, "Improves walking. Can cure anything.").blocks == ()


def test_an_indication_needs_somebody_whose_it_is(pages: Graph) -> None:
    text = "Kalydeco is indicated for the treatment of cystic fibrosis in patients under 6 years."
    assert desk.propose(pages, text).blocks == ()
    (one,) = desk.propose(pages, text, authority="FDA").blocks
    assert one.authority is not None and one.jurisdiction is not None
    assert (one.authority.label, one.jurisdiction.label) == ("FDA", "United States")
    assert one.months == (Limit("max", "72", False),)
    assert (one.use, one.intent) == ("onLabel", "treatment")


def test_each_group_of_people_is_a_proposal_of_its_own(pages: Graph) -> None:
    text = (
        "Evrysdi is indicated for the treatment of SMA in patients with SMA type 1 or with "
        "one to four copies of SMN2."
    )
    one, two = desk.propose(pages, text, authority="EMA").blocks
    assert desk.propose(pages, text, authority="EMA", rejected={one.id}).blocks == (two,)
    assert [named.label for named in one.subtype] == ["spinal muscular atrophy, type 1"]
    assert two.copies == (Limit("min", "1", True), Limit("max", "4", True))


def test_what_was_rejected_is_not_proposed_again_wherever_it_stands(pages: Graph) -> None:
    text = "Kalydeco can improve lung function."
    (one,) = desk.propose(pages, text).blocks
    assert one.object == Named(own("concept", "lung-function"), "lung function", "df:Concept")
    rejected = {one.id}
    assert desk.propose(pages, text, rejected=rejected).blocks == ()
    assert desk.propose(pages, "News.\n\n" + text, rejected=rejected).blocks == ()
    assert len(desk.propose(pages, text.replace("can ", "")).blocks) == 1


# ---------------------------------------------------------------- there and back


def words(alphabet: str) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=1, max_size=12).map(lambda text: " ".join(text.split()))


LABELS = words("abcÄé ()[]:;#=-").filter(lambda text: bool(text))
IRIS = st.sampled_from(["product:a", "concept:b-c", "MONDO:0001516", "HGNC:11117"]).map(expand)
KNOWN = st.builds(Named, IRIS, LABELS)
NEW = st.builds(Named, IRIS, LABELS, st.sampled_from(sorted(Entity.classes)))
THINGS = KNOWN | NEW
SPANS = st.tuples(st.integers(0, 999), st.integers(1000, 9999))
VALUES = st.integers(0, 999).map(str)
LIMITS = st.lists(
    st.builds(Limit, st.sampled_from(["min", "max"]), VALUES, st.booleans()),
    max_size=2,
    unique_by=lambda one: one.side,
).map(tuple)


def several(one: st.SearchStrategy[Named]) -> st.SearchStrategy[tuple[Named, ...]]:
    return st.lists(one, max_size=3).map(tuple)


PROPOSALS = st.builds(
    Proposal,
    id=st.sampled_from(["0123456789abcdef", "f" * 16]),
    label=LABELS,
    decision=st.sampled_from(DECISIONS),
    kind=st.sampled_from(sorted(one.removeprefix("df:") for one in Fact.classes)),
    subject=THINGS,
    predicate=st.sampled_from(["df:treats", "df:cures"]),
    object=THINGS,
    polarity=st.sampled_from(["affirmed", "denied", "notEvaluated", "notDemonstrated"]),
    certainty=st.sampled_from(["stated", "shown", "recommended", "possible"]),
    passage=SPANS,
    leads=st.lists(SPANS, max_size=2).map(tuple),
    section=LABELS,
    others=several(THINGS),
    date=st.none() | st.sampled_from(["2019", "2019-05", "2019-05-24"]).map(PartialDate),
    event=st.sampled_from(["", "approval", "conditionalApproval"]),
    authority=st.none() | THINGS,
    jurisdiction=st.none() | THINGS,
    intent=st.sampled_from(["", "treatment"]),
    use=st.sampled_from(["", "onLabel"]),
    months=LIMITS,
    days=LIMITS,
    weight=LIMITS,
    copies=LIMITS,
    copies_of=st.none() | THINGS,
    mutation=several(THINGS),
    zygosity=st.sampled_from(["", "biAllelic"]),
    age_group=st.lists(st.sampled_from(["paediatric", "adult"]), unique=True).map(tuple),
    sex=st.sampled_from(["", "female"]),
    genetic_form=st.none() | THINGS,
    subtype=several(THINGS),
    frequency=st.none() | THINGS,
    minutes=st.none() | st.integers(1, 999),
    about=st.booleans(),
    timing=st.none() | THINGS,
    proportion=st.none() | THINGS,
    severity=st.none() | THINGS,
    through=st.none() | THINGS,
    examples=several(THINGS),
    known=st.sampled_from(["", "fact:a"]),
    line=st.just(0),
)


@given(st.lists(PROPOSALS, max_size=3))
def test_the_text_gives_back_what_was_written(blocks: list[Proposal]) -> None:
    given = Proposals("page.txt", "0" * 64, "source:a-2026", tuple(blocks))
    text = write(given)
    back = read(text)
    plain = tuple(replace(one, line=0) for one in back.blocks)
    assert replace(back, blocks=plain) == given
    assert write(back) == text


# ---------------------------------------------------------------- malformed lines


GOOD = """\
page: page.txt
sha256: 0
version: source:a

[1] A cures B
decision: accept
class: OutcomeClaim
subject: product:a (A)
predicate: df:cures
object: MONDO:0001516 (B)
polarity: affirmed
certainty: stated
age: less than 24 months
section: Answer
passage: 0-10
id: 0123456789abcdef
"""


@pytest.mark.parametrize(
    ("line", "instead", "said"),
    [
        ("decision: accept", "decision: yes", '6: decision: "yes" cannot be read; write one of '),
        ("decision: accept\n", "", '5: decision is missing; add a line "decision: …"'),
        ("class: OutcomeClaim", "class: Claim", '7: class: "Claim" cannot be read; write one of '),
        ("product:a (A)", "A", '8: subject: "A" cannot be read; write an identifier with a prefix'),
        ("product:a (A)", "nowhere:a", '8: subject: "nowhere:a" cannot be read; write a full IRI'),
        ("MONDO:0001516 (B)", "new Concept concept:b", "10: object: "),
        ("MONDO:0001516 (B)", "new Thing concept:b (B)", "Thing is no class of things"),
        ("df:cures", "cures", '9: predicate: "cures" cannot be read; write a predicate'),
        ("affirmed", "yes", '11: polarity: "yes" cannot be read; write one of affirmed, denied'),
        ("stated", "sure", '12: certainty: "sure" cannot be read; write one of stated, shown'),
        (
            "less than 24 months",
            "2 years",
            '13: age: "2 years" cannot be read; write such as "less than 24 months"',
        ),
        ("less than 24 months", "less than 1 and up to 2 months", "13: age: "),
        ("0-10", "10-0", '15: passage: "10-0" cannot be read; write the first and the last'),
        ("age: less", "date: 2019-13\nage: less", '13: date: "2019-13" cannot be read; give a day'),
        ("age: less", "minutes: an hour\nage: less", "write a whole number of minutes"),
        ("age: less", "about: no\nage: less", '13: about: "no" cannot be read; write one of yes'),
        (
            "polarity: affirmed",
            "polarity: affirmed\npolarity: denied",
            "12: polarity: is given twice",
        ),
        ("certainty", "certitude", '12: "certitude: stated" is no line of a proposal; write KEY'),
        ("certainty: ", "certainty ", '12: "certainty stated" is no line of a proposal'),
        ("version: source:a\n", "", "version is missing; keep the line"),
        ("version: source:a", "page: b", "3: page is given twice; keep one"),
        ("id: 0", "id: x", '16: id: "x123456789abcdef" cannot be read; leave the id'),
        ("sha256: 0", "sum: 0", '2: "sum: 0" is no line of a proposal'),
    ],
)
def test_a_malformed_line_is_one_error_with_its_mend(line: str, instead: str, said: str) -> None:
    assert write(read(GOOD)).count("decision: accept") == 1
    assert line in GOOD
    with pytest.raises(InputError) as caught:
        read(GOOD.replace(line, instead), "facts.txt")
    assert str(caught.value).startswith("facts.txt:")
    assert said in str(caught.value)
    assert ";" in str(caught.value)


def test_comments_and_blank_lines_are_the_persons_own() -> None:
    noted = re.sub(r"\n", "\n# a note\n\n", GOOD)
    assert [one.label for one in read(noted).blocks] == ["A cures B"]


def test_pages_name_their_sources_and_quote_none() -> None:
    for file in sorted(Path(PAGES).glob("*.txt")):
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert "in our own words, from" in first and re.search(r"(line|row) [0-9]+", first)
