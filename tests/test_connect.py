"""What connects two things: exact paths, what is never a step, limits, the same on every face."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg import neighbours, rdf
from kg.build import build
from kg.cli import cli
from kg.connect import FARTHEST, LARGEST, MARKS, Connections, Said, connect, text
from kg.errors import InputError, UnknownName
from kg.graph import Graph, open_graph
from kg.names import compact, expand
from kg.store import Store
from tests.assistant import assisted
from tests.site import Site, application, read

SVG = "{http://www.w3.org/2000/svg}"
THINGS = (
    "Zolgensma", "Spinraza", "Evrysdi", "Itvisma", "spinal muscular atrophy", "SMN1", "SMN2",
    "onasemnogene abeparvovec", "FDA", "motor neuron", "respiratory failure", "AAV9",
)  # fmt: skip


@pytest.fixture(scope="module")
def g(curated: Store) -> Graph:
    return Graph(curated)


def connected(graph: Graph, one: str, other: str, **limits: int) -> Connections:
    return connect(graph.store, graph.lookup, graph.find(one), graph.find(other), **limits)


def ways(found: Connections) -> list[list[str]]:
    """The things that each path passes, by name."""
    return [
        [route.links[0].start_label, *(link.end_label for link in route.links)]
        for route in found.routes
    ]


def everything(found: Connections) -> list[Said]:
    steps = [said for route in found.routes for link in route.links for said in link.said]
    against = [said for route in found.routes for link in route.links for said in link.against]
    return [*steps, *against, *found.against]


# ---------------------------------------------------------------- exact paths


SMA = "spinal muscular atrophy"
EXPECTED = {
    ("SMN1", "Spinraza"): [["SMN1", SMA, "Spinraza"]],
    ("Zolgensma", "SMN1"): [["Zolgensma", "SMN1"], ["Zolgensma", SMA, "SMN1"]],
    ("Zolgensma", SMA): [
        ["Zolgensma", SMA],
        ["Zolgensma", "SMN1", SMA],
        ["Zolgensma", "onasemnogene abeparvovec", "Itvisma", SMA],
    ],
    ("Itvisma", "AAV9"): [
        ["Itvisma", "onasemnogene abeparvovec", "Zolgensma",
         "adeno-associated virus serotype 9 vector"],
        ["Itvisma", SMA, "Zolgensma", "adeno-associated virus serotype 9 vector"],
    ],
    ("FDA", "EMA"): [["FDA", drug, "EMA"] for drug in ("Evrysdi", "Spinraza", "Zolgensma")],
}  # fmt: skip


@pytest.mark.parametrize("pair", EXPECTED)
def test_the_paths_between_two_things(g: Graph, pair: tuple[str, str]) -> None:
    assert ways(connected(g, *pair)) == EXPECTED[pair]


def test_a_path_in_words_with_its_evidence(g: Graph) -> None:
    found = text(connected(g, "SMN1", "Spinraza"))
    assert found.splitlines()[:4] == [
        "Facts that connect SMN1 and Spinraza: 1 path",
        "",
        "Path 1 of 1: 2 steps",
        "  1. spinal muscular atrophy is caused by a mutation in SMN1 "
        "(fact:sma-caused-by-smn1-mutation)",
    ]
    assert 'section "Mechanism of action", characters 2067' in found
    assert "Spinraza treats spinal muscular atrophy: patients with 5q SMA" in found
    assert found.endswith("Not medical advice.\n")


def test_there_and_back_are_the_same_paths(g: Graph) -> None:
    for one, other in combinations(THINGS, 2):
        there, back = connected(g, one, other), connected(g, other, one)
        assert sorted(way[::-1] for way in ways(back)) == sorted(ways(there)), (one, other)
        assert [route.cost for route in there.routes] == [route.cost for route in back.routes]


def test_the_cheapest_comes_first_and_the_cost_is_as_documented(g: Graph) -> None:
    found = connected(g, "Zolgensma", SMA)
    costs = [route.cost for route in found.routes]
    assert costs == sorted(costs)
    about = """SELECT (COUNT(DISTINCT ?fact) AS ?n)
               { { ?fact rdf:subject ?it } UNION { ?fact rdf:object ?it } }"""
    (row,) = g.store.select(about, {"it": ox.NamedNode(g.find("SMN1").iri)})
    (named,) = (int(row["n"].value),)
    assert costs[:2] == [1, 2 + {3: 2.0}[named]]


# ---------------------------------------------------------------- what is never a step


def test_only_what_is_affirmed_is_a_step_and_all_has_evidence(g: Graph) -> None:
    steps = against = 0
    for one, other in combinations(THINGS, 2):
        found = connected(g, one, other)
        for said in everything(found):
            assert {item.fact for item in said.evidence} == set(said.facts)
        for route in found.routes:
            for link in route.links:
                assert link.said
                assert {said.polarity for said in link.said} <= {"affirmed", "possible"}
                assert not {"affirmed", "possible"} & {said.polarity for said in link.against}
                steps, against = steps + 1, against + len(link.against)
            assert route.hedged == any(
                {said.polarity for said in link.said} == {"possible"} for link in route.links
            )
    assert steps > 50
    assert against


def test_what_is_denied_connects_nothing_and_is_shown(g: Graph) -> None:
    found = connected(g, "Zolgensma", "concept:motor-neuron-damage-before-treatment")
    assert found.routes == ()
    (said,) = found.against
    assert said.polarity == "denied"
    words = text(found)
    assert words.startswith("No facts were found that connect Zolgensma and motor neuron damage")
    assert "does not reverse motor neuron damage that came before treatment (denied)" in words
    unstudied = connected(g, "Zolgensma", "advanced SMA", longest=1)
    assert unstudied.routes == ()
    assert {said.polarity for said in unstudied.against} == {"notEvaluated"}
    assert "(not studied)" in text(unstudied)


def test_a_step_that_is_only_possible_says_so_and_costs_more(g: Graph) -> None:
    found = connected(g, "Zolgensma", "muscle function needed to survive")
    (first, *_) = found.routes
    assert first.hedged
    assert (first.cost, len(first.links)) == (2, 1)
    assert "Path 1 of" in text(found)
    assert "only possible" in text(found)
    assert " (possible) (fact:" in text(found)


@pytest.mark.parametrize(
    ("swap", "left"),
    [
        ({"df:polarity": "df:denied"}, 0),
        ({"df:polarity": "df:notEvaluated"}, 0),
        ({"df:polarity": "df:notDemonstrated"}, 0),
        ({"df:status": "df:superseded"}, 0),
        ({"df:status": "df:retracted"}, 0),
        ({"df:reviewStatus": "df:unreviewed"}, 0),
        ({"df:certainty": "df:possible"}, 1),
    ],
)
def test_a_fact_that_turns_is_no_step_any_more(
    quads: list[ox.Quad], swap: dict[str, str], left: int
) -> None:
    fact = ox.NamedNode(expand("fact:sma-caused-by-smn1-mutation"))
    changed = [
        ox.Quad(
            one.subject, one.predicate,
            ox.NamedNode(expand(swap[compact(one.predicate.value)])), one.graph_name,
        )
        if one.subject == fact and compact(one.predicate.value) in swap
        else one
        for one in quads
    ]  # fmt: skip
    found = connected(Graph(Store.from_nquads(rdf.nquads(changed))), "SMN1", SMA, longest=1)
    assert len(found.routes) == left
    assert all(route.hedged for route in found.routes)


# ---------------------------------------------------------------- limits


def test_what_everything_is_connected_with_is_not_followed(
    g: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "HUB", 8)
    found = connected(g, "SMN1", "Spinraza")
    assert found.routes == ()
    (note,) = [note for note in found.notes if note.startswith("Not followed")]
    assert SMA in note


def test_an_authority_is_an_end_and_never_on_the_way(g: Graph) -> None:
    for one, other in combinations(THINGS, 2):
        for way in ways(connected(g, one, other)):
            assert not {"FDA", "EMA"} & set(way[1:-1])


def test_an_end_that_is_named_very_often_is_found_from_the_other(
    g: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "HUB", 3)
    monkeypatch.setattr(neighbours, "READ", 4)
    found = connected(g, "SMN1", SMA)
    assert ways(found)[0] == ["SMN1", SMA]
    assert any(note.startswith("Cut: more than 4 facts name") for note in found.notes)


def test_only_so_many_things_are_followed(g: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "WIDEST", 3)
    found = connected(g, "Zolgensma", "Evrysdi")
    assert "Cut: only 3 things were followed." in found.notes


def test_paths_are_as_many_and_as_long_as_asked(g: Graph) -> None:
    one = connected(g, "Zolgensma", SMA, most=1)
    assert len(one.routes) == 1
    assert "There are more paths than the 1 shown." in one.notes
    short = connected(g, "Zolgensma", SMA, longest=1)
    assert [len(route.links) for route in short.routes] == [1]
    assert "Looked at paths of at most one fact." in short.notes
    longer = connected(g, "Zolgensma", SMA, longest=FARTHEST, most=LARGEST)
    assert max(len(route.links) for route in longer.routes) <= FARTHEST


@pytest.mark.parametrize(
    ("limits", "field"),
    [({"most": 0}, "most"), ({"most": 51}, "most"), ({"longest": 0}, "longest"),
     ({"longest": 7}, "longest")],
)  # fmt: skip
def test_a_number_out_of_range_is_named(g: Graph, limits: dict[str, int], field: str) -> None:
    with pytest.raises(InputError, match="no number from 1 to") as error:
        connected(g, "Zolgensma", SMA, **limits)
    assert error.value.field == field


def test_two_names_of_one_thing_are_refused(g: Graph) -> None:
    with pytest.raises(InputError, match="both names stand for SMN1"):
        g.explain("SMN1", "HGNC:11117")
    with pytest.raises(UnknownName):
        g.explain("SMN1", "nothing of the kind")


# ---------------------------------------------------------------- the picture


def test_the_picture_is_accessible_and_the_same_again(g: Graph) -> None:
    found = g.explain("SMN1", "Spinraza")
    picture = found.picture()
    assert picture is not None
    root = ET.fromstring(picture)
    assert root.tag == f"{SVG}svg"
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SVG}title") == "What connects SMN1 and Spinraza"
    desc = str(root.findtext(f"{SVG}desc"))
    assert "spinal muscular atrophy is caused by a mutation in SMN1." in desc
    texts = [one.text for one in root.iter(f"{SVG}text")]
    assert {"SMN1", "Spinraza", SMA, "a source says so", "Not medical advice."} <= set(texts)
    assert g.explain("SMN1", "Spinraza").picture() == picture


def test_a_possible_step_is_drawn_as_such(g: Graph) -> None:
    picture = g.explain("Zolgensma", "muscle function needed to survive").picture()
    assert picture is not None
    assert "stroke-dasharray" in picture
    assert "possible: " in picture
    assert "(possible)." in str(ET.fromstring(picture).findtext(f"{SVG}desc"))


def test_there_is_no_picture_of_what_is_denied(g: Graph) -> None:
    end = "concept:motor-neuron-damage-before-treatment"
    assert g.explain("Zolgensma", end).picture() is None


# ---------------------------------------------------------------- every face


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("connect")
    build(place)
    return place


def command(store: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["explain", *words, "--store", str(store)])
    return done.exit_code, done.stdout


def test_every_face_gives_the_same_paths(built: Path, tmp_path: Path) -> None:
    graph = open_graph(built)
    found = graph.explain("SMN1", "Spinraza")
    plain: dict[str, Any] = json.loads(json.dumps(found.record()))
    code, said = command(built, "SMN1", "Spinraza", "--format", "json")
    assert (code, json.loads(said)) == (0, plain)
    assert command(built, "SMN1", "Spinraza") == (0, found.text())
    site = Site(application(graph.store))
    assert site.get("/explain.json?a=SMN1&b=Spinraza").text == said
    accept = {"Accept": "application/json"}
    assert site.get("/explain?a=SMN1&b=Spinraza", accept).text == said
    assert site.get("/explain.svg?a=SMN1&b=Spinraza").text == found.picture()
    page = read(site.get("/explain?a=SMN1&b=Spinraza").text)
    assert "What connects SMN1 and Spinraza" in page.text
    with (tmp_path / "said").open("w") as errors, assisted(built, errors) as assistant:
        tool = assistant.ask("explain_connection", one="SMN1", other="Spinraza")
    for route, path in zip(found.connections.routes, tool["paths"], strict=True):
        assert path["cost"] == route.cost
        for link, step in zip(route.links, path["steps"], strict=True):
            assert [one["words"] for one in step["said"]] == [one.words for one in link.said]
            assert [one["polarity"] for one in step["said"]] == [one.polarity for one in link.said]
            facts = [fact for one in link.said for fact in one.facts]
            links = {href for _, href in page.links}
            assert {"/fact/" + compact(fact).partition(":")[2] for fact in facts} <= links
    assert tool["notes"] == list(found.connections.notes)


def test_of_a_drug_and_a_disease_the_mechanism_comes_first(built: Path) -> None:
    code, said = command(built, "nusinersen", SMA)
    assert code == 0
    assert said.index("Path 1 of 1 from nusinersen: 3 steps") < said.index("Facts that connect")
    assert said.count("Not medical advice.") == 1
    code, facts = command(built, "nusinersen", SMA, "--facts")
    assert facts.startswith("Facts that connect nusinersen and spinal muscular atrophy")
    assert "Taken together" not in facts


def test_the_exit_code_says_whether_anything_connects(built: Path) -> None:
    end = "concept:motor-neuron-damage-before-treatment"
    code, said = command(built, "Zolgensma", end)
    assert code == 1
    assert MARKS["denied"] in said


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("a=SMN1", 400),
        ("a=SMN1&b=SMN1", 400),
        ("a=SMN1&b=nothing+of+the+kind", 400),
        ("a=SMN1&b=Spinraza&most=x", 400),
        ("a=SMN1&b=Spinraza&longest=99", 400),
        ("a=SMN1&b=Spinraza&most=1&longest=2", 200),
    ],
)
def test_the_page_refuses_what_the_command_refuses(g: Graph, query: str, status: int) -> None:
    site = Site(application(g.store))
    for path in ("/explain", "/explain.json"):
        assert site.get(f"{path}?{query}").status_code == status
