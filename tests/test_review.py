"""Decisions on proposals: accepted ones become facts, rejected ones are remembered."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import rdf
from kg.build import build
from kg.captured import texts
from kg.dates import PartialDate
from kg.errors import DoesNotConform, InputError
from kg.faithful import faithful
from kg.graph import Graph
from kg.model import Node
from kg.names import expand
from kg.proposing import desk
from kg.proposing.accept import Reviewed
from kg.proposing.proposal import Limit, Named, Proposal, Proposals
from kg.proposing.proposal_text import read, write
from kg.proposing.rejected import COLUMNS, added, ids
from kg.proposing.turtle_form import document
from kg.resources import folder
from kg.sources import curated
from kg.store import Store
from tests.page_gold import PAGES, data_with_pages, graph_of
from tests.test_cli import fails, kg

DAY = PartialDate("2026-11-26")
ON = ("--by", "A. Reader", "--on", DAY.text)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return data_with_pages(tmp_path_factory.mktemp("review"))


@pytest.fixture(scope="module")
def graph(data: Path) -> Graph:
    return graph_of(data)


def page(name: str) -> str:
    return (PAGES / f"{name}.txt").read_text(encoding="utf-8")


def proposals(graph: Graph, name: str, decision: str = "accept") -> Proposals:
    version = expand(f"source:test-{name}-2026")
    found = desk.propose(graph, page(name), page=f"{name}.txt", version=version)
    return replace(found, blocks=tuple(replace(one, decision=decision) for one in found.blocks))


def review(graph: Graph, data: Path, given: Proposals, name: str) -> Reviewed:
    return desk.review(graph, given, page(name), by="A. Reader", on=DAY, file="p.txt", data=data)


# ---------------------------------------------------------------- from page to graph


@pytest.mark.parametrize("name", ["elaprase", "rilutek", "roctavian"])
def test_accepted_facts_are_in_the_graph_that_is_built_with_them(
    graph: Graph, data: Path, tmp_path: Path, name: str
) -> None:
    """Proposed, accepted, written, built: every fact is there, reviewed, and finds its passage."""
    given = proposals(graph, name)
    done = review(graph, data, read(write(given)), name)
    assert done.counts == (len(given.blocks), 0, 0)
    joined = Path(shutil.copytree(data, tmp_path / "data"))
    (joined / "curated" / f"{name}.ttl").write_text(done.turtle, encoding="utf-8")
    built = build(tmp_path / "store", data=joined)
    assert built.report.conforms
    store = Store.open(tmp_path / "store")
    rows = list(
        store.select(
            f"""SELECT ?s ?p ?o ?polarity ?by ?on WHERE {{
              ?fact df:firstSeenIn source:test-{name}-2026 ; rdf:subject ?s ; rdf:predicate ?p ;
                rdf:object ?o ; df:polarity ?polarity ; df:reviewStatus df:reviewed ;
                df:acceptedBy ?by ; df:acceptedOn ?on }}"""
        )
    )
    said = {tuple(row[key].value for key in ("s", "p", "o", "polarity")) for row in rows}
    assert said == {
        (one.subject.iri, expand(one.predicate), one.object.iri, expand(f"df:{one.polarity}"))
        for one in given.blocks
    }
    assert {(row["by"].value, row["on"].value) for row in rows} == {("A. Reader", DAY.text)}
    after = Graph(store)
    checked = faithful(
        store, texts(store, [PAGES / f"{name}.txt"]), after.names, after.lookup.label
    )
    assert len(checked.compared) == len(given.blocks)
    assert [one.line() for one in checked.findings] == []


def test_a_proposal_is_no_fact_before_it_is_accepted(graph: Graph, data: Path) -> None:
    for decision in ("later", "reject"):
        assert review(graph, data, proposals(graph, "rilutek", decision), "rilutek").turtle == ""


def test_a_denied_fact_is_written_as_a_denial(graph: Graph, data: Path) -> None:
    done = review(graph, data, proposals(graph, "disulfiram"), "disulfiram")
    assert "df:polarity df:denied" in done.turtle
    assert "df:isNotCureFor" not in done.turtle


def test_people_that_are_described_already_are_not_described_again(
    graph: Graph, data: Path
) -> None:
    (one,) = [b for b in proposals(graph, "roctavian").blocks if b.kind == "Indication"]
    old = replace(one, months=(Limit("min", "24", True),))
    done = review(graph, data, only(graph, old), "roctavian")
    assert "df:population population:2-years-and-older" in done.turtle
    assert "a df:Population" not in done.turtle
    new = review(graph, data, only(graph, one), "roctavian").turtle
    assert "df:minAgeMonths 216 ;\n    df:minAgeInclusive true" in new


def only(graph: Graph, *blocks: Proposal, name: str = "roctavian") -> Proposals:
    return replace(proposals(graph, name), blocks=blocks)


# ---------------------------------------------------------------- what cannot be carried out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"passage": (3, 9)}, "passage: 3-9 does not begin and end with a sentence; write 0-"),
        ({"passage": (90000, 90001)}, "passage: characters 90000 to 90001 cover 0 segments"),
        (
            {"object": Named("https://w3id.org/drugfacts/concept/nobody", "nobody")},
            "nothing is called",
        ),
    ],
)
def test_what_cannot_be_carried_out_is_one_error_with_the_line(
    graph: Graph, data: Path, change: dict[str, object], said: str
) -> None:
    given = proposals(graph, "rilutek")
    made: Callable[..., Proposal] = replace
    bad = made(given.blocks[0], line=7, **change)
    with pytest.raises(InputError) as caught:
        review(graph, data, replace(given, blocks=(bad,)), "rilutek")
    assert str(caught.value).startswith("p.txt:7: ")
    assert said in str(caught.value)


def test_a_predicate_that_is_none_is_refused(graph: Graph, data: Path) -> None:
    given = proposals(graph, "rilutek")
    bad = replace(given.blocks[0], predicate="df:curess")
    with pytest.raises(InputError) as caught:
        review(graph, data, replace(given, blocks=(bad,)), "rilutek")
    assert str(caught.value).startswith("p.txt: fact:rilutek-")
    assert "df:curess is no predicate of a fact; use a predicate of" in str(caught.value)


def test_what_only_the_whole_graph_holds_is_described_with_the_facts(
    graph: Graph, data: Path, tmp_path: Path
) -> None:
    """A disease of a vocabulary is in the built graph, and not in the curated data."""
    bare = Path(shutil.copytree(data, tmp_path / "data"))
    (bare / "curated" / "pages.ttl").unlink()
    done = review(graph, bare, proposals(graph, "rilutek"), "rilutek")
    assert 'MONDO:0004976 a df:Disease ;\n    rdfs:label "amyotrophic lateral' in done.turtle
    assert 'product:rilutek a df:MedicinalProduct ;\n    rdfs:label "Rilutek" .' in done.turtle


def test_a_fact_cannot_be_accepted_twice(graph: Graph, data: Path) -> None:
    given = proposals(graph, "rilutek")
    twice = replace(given, blocks=(given.blocks[0], given.blocks[0]))
    with pytest.raises(InputError, match="is a fact of the graph already; set its decision to"):
        review(graph, data, twice, "rilutek")


def test_facts_that_do_not_conform_are_refused_as_a_whole(graph: Graph, data: Path) -> None:
    """An approval without a date breaks a shape."""
    event = next(b for b in proposals(graph, "rilutek").blocks if b.kind == "RegulatoryEvent")
    given = only(graph, replace(event, date=None), name="rilutek")
    with pytest.raises(DoesNotConform, match="the accepted facts do not conform; nothing is"):
        review(graph, data, given, "rilutek")


def test_another_page_version_or_day_is_refused(graph: Graph, data: Path) -> None:
    given = proposals(graph, "rilutek")
    with pytest.raises(InputError, match="the page is not the one the proposals were read in"):
        review(graph, data, given, "elaprase")
    with pytest.raises(InputError, match='version: "source:x" is no version of a source; describe'):
        review(graph, data, replace(given, version="source:x"), "rilutek")
    for nobody in ("", " ", "A\tB", "A\nB"):
        with pytest.raises(InputError, match="--by: is no name; name the person who decided"):
            desk.review(graph, given, page("rilutek"), by=nobody, on=DAY, data=data)
    with pytest.raises(InputError, match='--on: "2026" is no day; write YYYY-MM-DD'):
        year = PartialDate("2026")
        desk.review(graph, given, page("rilutek"), by="A", on=year, data=data)


# ---------------------------------------------------------------- rejected ones


def test_rejected_ones_are_remembered_once_and_without_words(
    graph: Graph, data: Path, tmp_path: Path
) -> None:
    given = proposals(graph, "rilutek", "reject")
    done = review(graph, data, given, "rilutek")
    table = tmp_path / "rejected.tsv"
    table.write_text(added(table, done.rejected), encoding="utf-8")
    table.write_text(added(table, done.rejected), encoding="utf-8")
    lines = table.read_text(encoding="utf-8").splitlines()
    assert lines[0].split("\t") == COLUMNS
    assert len(lines) == 1 + len(given.blocks)
    text = page("rilutek")
    again = desk.propose(graph, text, version=expand(given.version), rejected=ids(table))
    assert again.blocks == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ":1: is no table of rejected proposals; let its first line be"),
        ("a\tb\n", ":1: is no table of rejected proposals"),
        ("\t".join(COLUMNS) + "\nzz\n", ":2: this is no row of 9 cells that begins with"),
        ("\t".join(COLUMNS) + "\n" + "\t" * 8 + "\n", ":2: this is no row of 9 cells"),
    ],
)
def test_a_broken_table_of_rejected_ones_is_one_error(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "rejected.tsv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        ids(file)
    assert str(caught.value).startswith(f"{file}{said}")


def test_the_projects_own_table_can_be_read() -> None:
    ids(folder("data") / "rejected.tsv")


# ---------------------------------------------------------------- Turtle in the curated form


def test_every_curated_node_survives_the_curated_form(tmp_path: Path) -> None:
    ontology = rdf.parse_file(folder("ontology") / "drugfacts.ttl")
    nodes: tuple[Node, ...] = curated.read(folder("data"), ontology).nodes
    file = tmp_path / "all.ttl"
    file.write_text(document("all", [("All", nodes)]), encoding="utf-8")
    back = rdf.nodes(rdf.parse_file(file))
    assert back == sorted(nodes, key=lambda node: node.iri)


def test_a_text_with_quotes_and_breaks_is_written_safely() -> None:
    from kg.model import Entity

    odd = 'a "b" \\ c:d\n<e> é'
    node = Entity(iri=expand("concept:x"), kinds=("df:Concept",), label=odd)
    text = document("two\nlines", [("One", [node]), ("None", [])])
    assert text.startswith("# two\n# lines\n\n@prefix")
    assert "None" not in text
    (back,) = rdf.nodes(ox.parse(text.encode(), ox.RdfFormat.TURTLE))
    assert back == node


# ---------------------------------------------------------------- the commands


@pytest.fixture(scope="module")
def store(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("store")
    build(place, data=data)
    return place


def test_from_the_page_to_turtle_by_the_commands(store: Path, data: Path, tmp_path: Path) -> None:
    source, facts, table = PAGES / "elaprase.txt", tmp_path / "facts.txt", tmp_path / "no.tsv"
    done = kg("propose", source, "--rejected", table, "-o", facts, store=store)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "15 facts proposed, none of them reviewed\n"
    head, *blocks = facts.read_text(encoding="utf-8").split("\n\n[")
    assert "version: source:test-elaprase-2026" in head
    words = [block.replace("decision: later", "decision: accept") for block in blocks]
    words[1] = words[1].replace("decision: accept", "decision: reject")
    words[2] = words[2].replace("decision: accept", "decision: later")
    facts.write_text("\n\n[".join([head, *words]), encoding="utf-8")
    new = tmp_path / "new.ttl"
    options = ("--page", source, *ON, "--data", data, "--rejected", table)
    done = kg("review", facts, *options, "-o", new, store=store)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "13 accepted, 1 rejected, 1 left for later\n"
    assert new.read_text(encoding="utf-8").startswith(
        "# Facts of source:test-elaprase-2026: proposed by rules,\n"
        "# read and accepted by A. Reader on 2026-11-26.\n"
    )
    assert len(ids(table)) == 1
    again = kg("propose", source, "--rejected", table, store=store)
    assert again.stderr == "14 facts proposed, none of them reviewed\n"


def test_after_any_error_nothing_is_written(store: Path, data: Path, tmp_path: Path) -> None:
    source, facts, table = PAGES / "elaprase.txt", tmp_path / "facts.txt", tmp_path / "no.tsv"
    kg("propose", source, "--rejected", table, "-o", facts, store=store)
    good = facts.read_text(encoding="utf-8").replace("decision: later", "decision: reject")
    facts.write_text(good.replace("polarity: affirmed", "polarity: maybe", 1), encoding="utf-8")
    options = ("--page", source, "--data", data, "--rejected", table, "-o", tmp_path / "new.ttl")
    fails(kg("review", facts, *options, *ON, store=store), 2, "facts.txt:", "polarity", "write one")
    facts.write_text(good, encoding="utf-8")
    fails(kg("review", facts, *options, "--by", " ", "--on", "2026-11-26", store=store), 2, "--by")
    fails(kg("review", facts, *options, "--by", "A", "--on", "today", store=store), 2, "bad date")
    gone = ("--page", source, "--rejected", tmp_path / "no" / "no.tsv", *ON)
    fails(kg("review", facts, *gone, store=store), 2, "its folder is not there; make the folder")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts.txt"]


def test_a_page_of_no_source_can_be_read_but_not_accepted(store: Path, tmp_path: Path) -> None:
    file, facts = tmp_path / "page.txt", tmp_path / "facts.txt"
    file.write_text("Evrysdi may improve walking.\n", encoding="utf-8")
    done = kg("propose", file, "-o", facts, store=store)
    assert "the page is no source of the graph yet" in done.stderr
    text = facts.read_text(encoding="utf-8")
    facts.write_text(text.replace("decision: later", "decision: accept"), encoding="utf-8")
    done = kg("review", facts, "--page", file, *ON, store=store)
    fails(done, 2, "is no version of a source", "data/sources.ttl")


def test_a_page_can_come_by_stdin(store: Path) -> None:
    done = kg("propose", "-", store=store, stdin="Evrysdi does not improve walking.\n")
    assert "polarity: denied" in done.stdout
    assert "decision: later" in done.stdout


def test_the_check_speaks_for_itself_and_by_its_exit_code(store: Path) -> None:
    done = kg("faithful", store=store)
    assert (done.returncode, done.stdout) == (
        0,
        "0 facts compared with their passages, 0 findings\n",
    )
    assert done.stderr == "37 facts cite running text that is not at hand\n"
    fails(kg("faithful", "nowhere", store=store), 2, "no such file or folder")
