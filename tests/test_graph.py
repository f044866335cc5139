"""The graph in Python: ask it, describe things, take it to rdflib, networkx and pandas."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.sparql.results.xmlresults import XMLResultParser

import kg
from kg import describe, rdf, statements
from kg.derive import licences
from kg.errors import InputError, NoGraph, UnknownName
from kg.graph import Graph, Result, open_graph
from kg.model import Fact, Node, PartialDate, Record
from kg.names import DF, compact, expand, graph
from kg.rdf import nquads
from kg.sources.imported import AFFIRMED, DENIED, imported
from kg.statements import MOST
from kg.store import Store

NEWCOMER = """
PREFIX df: <https://w3id.org/drugfacts/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?drug WHERE { ?drug df:treats/rdfs:label "spinal muscular atrophy" }"""
TREATING = {f"product:{name}" for name in ("zolgensma", "spinraza", "evrysdi", "itvisma")}


@pytest.fixture(scope="module")
def g(curated: Store) -> Graph:
    return Graph(curated)


def rows(found: object) -> Result:
    assert isinstance(found, Result)
    return found


# ---------------------------------------------------------------- the package


def run(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


HEAVY = "rdflib pyoxigraph pandas networkx pyshacl yaml".split()


def test_importing_the_package_loads_no_heavy_library() -> None:
    loaded = run(f"import sys, kg; print([name for name in {HEAVY} if name in sys.modules])")
    assert loaded == "[]"


def test_the_graph_itself_loads_neither_rdflib_nor_pandas() -> None:
    script = f"import sys, kg; kg.Graph; print([n for n in {HEAVY} if n in sys.modules])"
    assert set(run(script).strip("[]").replace("'", "").split(", ")) <= {"pyoxigraph", "yaml"}


def test_all_public_names_resolve() -> None:
    assert {"Graph", "__version__", "open"} <= set(kg.__all__)
    assert len(set(kg.__all__)) == len(kg.__all__)
    for name in kg.__all__:
        assert getattr(kg, name) is not None
    assert kg.Graph is Graph
    assert kg.open is open_graph


def test_a_public_name_stays_what_it_is_when_it_is_used_again() -> None:
    twice = "[type(getattr(kg, name)).__name__ for name in kg.__all__]"
    assert run(f"import kg; print({twice} == {twice})") == "True"


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'kg' has no attribute 'nope'"):
        kg.nope  # noqa: B018


def test_opening_a_place_without_a_graph_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoGraph) as caught:
        kg.open(tmp_path)
    assert str(caught.value) == f"no graph has been built in {tmp_path}: run `kg build` first"


# ---------------------------------------------------------------- SPARQL


def test_select_gives_rows(g: Graph) -> None:
    found = rows(g.query(NEWCOMER))
    assert found.columns == ("drug",)
    assert {compact(row["drug"]) for row in found} == TREATING
    assert len(found) == 4
    assert list(found) == list(found), "rows can be read more than once"
    assert repr(found) == "<Result: 4 rows of drug>"


def test_the_projects_prefixes_need_no_declaration(g: Graph) -> None:
    short = 'SELECT ?drug WHERE { ?drug df:treats/rdfs:label "spinal muscular atrophy" }'
    assert sorted(map(str, rows(g.query(short)))) == sorted(map(str, rows(g.query(NEWCOMER))))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("ASK { product:zolgensma df:isNotCureFor MONDO:0001516 }", True),
        ("ASK { product:zolgensma df:cures MONDO:0001516 }", False),
        ("ASK{}", True),
    ],
)
def test_ask_gives_a_bool(g: Graph, text: str, answer: bool) -> None:
    assert g.query(text) is answer


def test_from_names_the_dataset(g: Graph) -> None:
    """Without FROM, the union of all graphs; with it, just what it names (SPARQL 1.1, 13.2)."""
    count = "SELECT (COUNT(*) AS ?n) {} {{ ?s rdf:subject ?o }}"
    all_, empty = (
        next(iter(rows(g.query(count.format(dataset)))))["n"]
        for dataset in ("", "FROM <https://example.org/no-such-graph>")
    )
    assert all_ > empty == 0


def test_construct_and_describe_give_an_rdflib_graph(g: Graph) -> None:
    made = g.query("CONSTRUCT { ?d df:treats ?x } WHERE { ?d df:treats ?x }")
    assert isinstance(made, rdflib.Graph)
    assert {compact(str(subject)) for subject in made.subjects()} == TREATING
    told = g.query("DESCRIBE product:zolgensma")
    assert isinstance(told, rdflib.Graph)
    assert (None, None, rdflib.Literal("Zolgensma")) in told


def test_values_are_native(g: Graph) -> None:
    text = """SELECT ?label ?months ?inclusive ?weight ?none WHERE {
      population:under-2-years-smn1 rdfs:label ?label ; df:maxAgeMonths ?months ;
        df:maxAgeInclusive ?inclusive BIND(13.5 AS ?weight) OPTIONAL { df:no df:no ?none } }"""
    assert list(rows(g.query(text))) == [
        {
            "label": "children younger than 2 years with mutations in SMN1",
            "months": 24,
            "inclusive": False,
            "weight": 13.5,
            "none": None,
        }
    ]


def test_a_date_stays_as_precise_as_its_source(g: Graph) -> None:
    text = "SELECT ?d WHERE { fact:zolgensma-fda-approval-page df:date ?d }"
    assert list(rows(g.query(text))) == [{"d": "2019-05"}]


def test_an_empty_result_has_its_columns(g: Graph) -> None:
    found = rows(g.query("SELECT ?a ?b WHERE { ?a df:nothing ?b }"))
    assert (len(found), list(found), found.columns) == (0, [], ("a", "b"))
    assert found.serialize("csv") == b"a,b\r\n"
    assert list(found.to_pandas().columns) == ["a", "b"]


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <http://e.org/a> <http://e.org/b> 1 }",
        "DELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "DROP ALL",
        "LOAD <file:///etc/hostname>",
    ],
)
def test_updates_are_refused_and_change_nothing(g: Graph, update: str) -> None:
    before = g.store.nquads()
    with pytest.raises(InputError, match=r"^not a SPARQL query: .*; mend the syntax$"):
        g.query(update)
    assert g.store.nquads() == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SELECT ?x WHERE { ?x a }", "line 1, column 25: it cannot be read on"),
        ("ASK {\n ?x foo:bar ?y }", "line 2, column 12: Prefix not found"),
        (
            "SELECT (COUNT(?x) AS ?n) ?y { ?x ?p ?y }",
            "line 1, column 41: The SELECT contains a variable that is unbound",
        ),
    ],
)
def test_broken_sparql_is_told_where(g: Graph, text: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        g.query(text)
    assert str(error.value) == f"not a SPARQL query: {told}; mend the syntax"


def test_broken_sparql_is_bad_input(g: Graph) -> None:
    with pytest.raises(InputError) as caught:
        g.query("SELECT ?x WHERE { ?x a }")
    assert str(caught.value).startswith("not a SPARQL query: ")
    assert caught.value.exit_code == 2


def test_a_sparql_text_takes_no_parameters(g: Graph) -> None:
    with pytest.raises(InputError) as caught:
        g.query(NEWCOMER, disease="SMA")
    assert str(caught.value) == "a SPARQL text takes no parameters; write them into the text"


def test_a_sparql_result_is_not_worded(g: Graph) -> None:
    with pytest.raises(InputError, match="only questions of the library can be worded"):
        rows(g.query(NEWCOMER)).answer()


# ---------------------------------------------------------------- questions by name


def test_a_question_is_asked_by_its_name(g: Graph) -> None:
    found = rows(g.query("treatments-for", disease="spinal muscular atrophy"))
    assert {compact(row["drug"]) for row in found} == TREATING
    again = rows(g.query("treatments-for", disease="MONDO:0001516"))
    assert list(again) == list(found)
    assert "treatments-for" in g.questions


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("treatment-for", 'no question is called "treatment-for"; did you mean "treatments-for"'),
        ("is-a-cure", 'no question is called "is-a-cure"; did you mean "is-cure"'),
        ("zzzz", 'no question is called "zzzz"; `kg questions` lists them'),
        ("", 'no question is called ""; `kg questions` lists them'),
    ],
)
def test_an_unknown_question_is_told_its_neighbours(g: Graph, name: str, message: str) -> None:
    with pytest.raises(UnknownName) as caught:
        g.query(name)
    assert str(caught.value).startswith(message)


def test_an_unknown_entity_is_told_its_neighbours(g: Graph) -> None:
    with pytest.raises(UnknownName) as caught:
        g.query("is-cure", drug="Zolgensmaa", disease="spinal muscular atrophy")
    assert caught.value.near[0] == "Zolgensma"
    assert str(caught.value).startswith('drug: nothing is called "Zolgensmaa"; did you mean')


def test_a_missing_and_an_unknown_parameter_are_errors(g: Graph) -> None:
    with pytest.raises(InputError, match='disease: "treatments-for" needs it'):
        g.query("treatments-for")
    with pytest.raises(UnknownName, match='"treatments-for" has no parameter "illness"'):
        g.query("treatments-for", illness="SMA")


def test_an_answer_comes_in_words(g: Graph) -> None:
    found = rows(g.query("is-cure", drug="Zolgensma", disease="spinal muscular atrophy"))
    answer = found.answer()
    assert answer.verdict == "no"
    assert [compact(row["fact"]) for row in found] == ["fact:zolgensma-cures-sma"]
    nothing = g.query("is-cure", drug="Spinraza", disease="spinal muscular atrophy")
    assert rows(nothing).answer().verdict == "not stated"


# ---------------------------------------------------------------- a result elsewhere


def test_a_result_is_written_in_the_formats_of_the_w3c(g: Graph) -> None:
    found = rows(g.query("SELECT ?d ?l WHERE { ?d df:treats ?x ; rdfs:label ?l } ORDER BY ?l"))
    wanted = [(row["d"], row["l"]) for row in found]
    assert len(wanted) == 4
    table = list(csv.reader(io.StringIO(found.serialize("csv").decode())))
    assert table == [["d", "l"], *map(list, wanted)]
    tsv = found.serialize("tsv").decode().splitlines()
    assert tsv == ["?d\t?l", *(f'<{iri}>\t"{label}"' for iri, label in wanted)]
    tree = json.loads(found.serialize("json"))
    assert tree == json.loads(found.serialize())
    assert tree["head"]["vars"] == ["d", "l"]
    assert [(r["d"]["value"], r["l"]["value"]) for r in tree["results"]["bindings"]] == wanted
    xml = cast(Any, XMLResultParser)().parse(io.BytesIO(found.serialize("xml")))
    columns = [rdflib.Variable(name) for name in "dl"]
    assert [tuple(str(row[name]) for name in columns) for row in xml.bindings] == wanted
    with pytest.raises(InputError) as caught:
        found.serialize("xlsx")
    assert str(caught.value) == 'no result format "xlsx"; use csv, tsv, json, xml'


def test_a_result_goes_to_pandas(g: Graph) -> None:
    found = rows(g.query("treatments-for", disease="spinal muscular atrophy"))
    frame = found.to_pandas()
    assert tuple(frame.columns) == found.columns
    assert frame.to_dict("records") == list(found)


def test_a_result_goes_to_rdflib_with_evidence_and_sources(g: Graph) -> None:
    found = rows(g.query("is-cure", drug="Zolgensma", disease="spinal muscular atrophy"))
    told = found.to_rdflib()
    (row,) = told.query(
        """SELECT ?section ?digest ?date ?publisher WHERE {
          fact:zolgensma-cures-sma df:polarity df:denied ; df:evidence ?evidence .
          ?evidence df:section ?section ; df:sentenceDigest ?digest ; df:inVersion ?version .
          ?version df:versionDate ?date ; df:versionOf/dcterms:publisher ?publisher }"""
    )
    section, digest, date, publisher = cast(tuple[rdflib.Literal, ...], row)
    assert section
    assert len(str(digest)) == 64
    assert (str(date), str(publisher)) == ("2023-12-29", "Drugs.com")
    assert not told.query("ASK { ?x df:cures ?y }").askAnswer
    whole = {(q.subject, q.predicate, q.object) for q in g.store.quads()}
    assert len(told) < len(whole) / 4, "not the whole graph"


def test_populations_come_along(g: Graph) -> None:
    told = rows(g.query("treatments-for", disease="spinal muscular atrophy")).to_rdflib()
    months = told.query("ASK { fact:zolgensma-treats-sma-page df:population/df:maxAgeMonths 24 }")
    assert months.askAnswer


# ---------------------------------------------------------------- the whole graph elsewhere


def test_the_newcomers_query_works_in_rdflib_as_it_does_here(g: Graph) -> None:
    """No GRAPH, no language tag: the default graph is the union of all."""
    dataset = g.to_rdflib()
    found = {compact(str(row[0])) for row in cast(list[tuple[object]], dataset.query(NEWCOMER))}
    assert found == TREATING
    named = {str(one.identifier) for one in dataset.graphs() if len(one)}
    assert {graph(name) for name in "ontology sources mappings curated direct".split()} <= named
    assert dataset.query("ASK { GRAPH graph:direct { product:zolgensma df:treats ?x } }").askAnswer


def test_rdflib_holds_the_same_quads(g: Graph, quads: list[Any]) -> None:
    text = g.to_rdflib().serialize(format="nquads", encoding="utf-8")
    assert set(ox.parse(text, ox.RdfFormat.N_QUADS)) == set(quads)
    assert g.store.nquads() == nquads(quads)


def test_networkx_holds_the_direct_layer(g: Graph, quads: list[Any]) -> None:
    network = g.to_networkx()
    direct = {
        (q.subject.value, q.object.value, compact(q.predicate.value))
        for q in quads
        if q.graph_name.value == graph("direct")
    }
    assert set(network.edges(keys=True)) == direct
    assert len(network.edges) == len(direct)
    for iri, data in network.nodes(data=True):
        assert set(data) == {"label", "kind"}
        assert data["kind"] == compact(g.find(iri).kind)
        assert data["kind"].startswith("df:")
        assert data["label"] == g.lookup.label(iri) != compact(iri)
    assert network.nodes[expand("product:zolgensma")] == {
        "label": "Zolgensma",
        "kind": "df:MedicinalProduct",
    }


def test_every_edge_names_the_facts_that_license_it(g: Graph, quads: list[Any]) -> None:
    own = [quad for quad in quads if quad.graph_name.value == graph("curated")]
    facts = {node.iri: node for node in rdf.nodes(own) if isinstance(node, Fact)}
    named = set()
    for one, two, key, data in g.to_networkx().edges(keys=True, data=True):
        assert set(data) == {"label", "polarity", "facts"}
        for fact in data["facts"]:
            held = facts[fact]
            hedged = held.polarity == expand("df:affirmed") and held.certainty == POSSIBLE
            assert expand(f"df:{data['polarity']}") == (POSSIBLE if hedged else held.polarity)
        assert data["label"] == g.lookup.label(expand(key))
        assert data["facts"] == tuple(sorted(set(data["facts"])))
        assert data["facts"]
        for fact in data["facts"]:
            assert (facts[fact].subject, facts[fact].object) == (one, two)
        named |= set(data["facts"])
    assert named == set(facts)


POSSIBLE = expand("df:possible")


def test_a_plain_network_ties_nothing_that_is_not_affirmed(g: Graph) -> None:
    network, plain = g.to_networkx(), g.to_networkx(plain=True)
    left = set(network.edges(keys=True)) - set(plain.edges(keys=True))
    assert {network.edges[edge]["polarity"] for edge in left} == {
        "denied",
        "notEvaluated",
        "possible",
    }
    assert {data["polarity"] for *_, data in plain.edges(data=True)} == {"affirmed"}
    zolgensma, sma = expand("product:zolgensma"), expand("MONDO:0001516")
    assert not plain.has_edge(zolgensma, sma, "df:isNotCureFor")
    assert plain.has_edge(zolgensma, sma, "df:treats")


@pytest.mark.parametrize("name", ["SMA", "product:zolgensma", "HGNC:11117"])
def test_the_network_around_a_thing_has_just_its_edges(g: Graph, name: str) -> None:
    network, iri = g.to_networkx(), g.find(name).iri
    found = g.to_networkx(around=name)
    own = {edge for edge in network.edges(keys=True) if iri in edge[:2]}
    assert own and set(found.edges(keys=True)) == own
    assert all(found.edges[edge] == network.edges[edge] for edge in own)
    assert {one: found.nodes[one] for one in found} == {one: network.nodes[one] for one in found}
    with pytest.raises(UnknownName):
        g.to_networkx(around="nothing of that name")


def test_several_facts_may_license_one_edge(g: Graph) -> None:
    zolgensma, sma = expand("product:zolgensma"), expand("MONDO:0001516")
    edges = g.to_networkx().get_edge_data(zolgensma, sma)
    assert {compact(fact) for fact in edges["df:treats"]["facts"]} == {
        f"fact:zolgensma-treats-sma-{name}" for name in ("page", "us", "eu-type-1", "eu-copies")
    }
    assert [compact(fact) for fact in edges["df:isNotCureFor"]["facts"]] == [
        "fact:zolgensma-cures-sma"
    ]
    assert "df:cures" not in edges


# ---------------------------------------------------------------- describe


def sections(g: Graph, name: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in g.show(name).statements:
        found.setdefault(one.section, set()).update(compact(told.fact) for told in one.told)
    return found


def told(g: Graph, name: str, fact: str) -> list[statements.Told]:
    """What is told of one fact in the description of a thing."""
    said = (one for statement in g.show(name).statements for one in statement.told)
    return [one for one in said if compact(one.fact) == fact]


def test_a_product_is_described_in_the_order_readers_know(g: Graph) -> None:
    shown = g.show("Zolgensma")
    assert (compact(shown.iri), shown.label) == ("product:zolgensma", "Zolgensma")
    assert shown.kind == g.lookup.label(DF + "MedicinalProduct")
    order = [list(describe.SECTIONS).index(one.section) for one in shown.statements]
    assert order == sorted(order)
    assert sections(g, "Zolgensma")["negative"] == {
        "fact:zolgensma-cures-sma",
        "fact:zolgensma-reverses-damage",
        "fact:zolgensma-studied-in-advanced-sma",
        "fact:zolgensma-advanced-sma-label",
        "fact:zolgensma-repeat-administration",
    }
    assert "onasemnogene abeparvovec-xioi" in {value for _, value in shown.names}


def test_no_negative_stands_under_a_positive_heading(g: Graph) -> None:
    entities = [row["e"] for row in rows(g.query("SELECT DISTINCT ?e { ?f rdf:subject ?e }"))]
    assert len(entities) >= 5
    for iri in entities:
        for one in g.show(iri).statements:
            negative = one.polarity != "affirmed"
            assert (one.section == "negative") == (negative and one.section != "object")
            assert not (negative and one.text == positive(g, one.told[0].fact)), one.text


def positive(g: Graph, fact: str) -> str:
    """The words that the fact would have if it were affirmed."""
    text = f"SELECT ?s ?p ?o {{ <{fact}> rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o }}"
    (row,) = rows(g.query(text))
    return " ".join(g.lookup.label(row[name]) for name in "spo")


def test_the_text_says_not_where_the_source_says_not(g: Graph) -> None:
    text = describe.text(g.show("Zolgensma"))
    heading = text.index(describe.NEGATIVE)
    below = text[heading : text.index("\n\n", heading)]
    assert "Zolgensma is not a cure for spinal muscular atrophy" in below
    assert "Zolgensma has not been studied in" in below
    assert text.endswith("\nNot medical advice.\n")
    assert text.count("Zolgensma is not a cure for") == 1
    disease = describe.text(g.show("spinal muscular atrophy"))
    elsewhere = disease.index(describe.SECTIONS["object"])
    assert disease.index("is not a cure for") > elsewhere


def test_every_statement_says_who_says_so_where_and_how_surely(g: Graph) -> None:
    hedged = set()
    for statement in g.show("Zolgensma").statements:
        assert statement.told
        for one in statement.told:
            assert one.source
            assert one.version_date[:2] == "20"
            assert one.review == "curated"
            assert one.places
            assert any("characters" in place or "record" in place for place in one.places)
            if one.certainty == "possible":
                assert "may preserve" in statement.text
                hedged.add(compact(one.fact))
    assert hedged == {
        "fact:zolgensma-preserves-motor-neurons",
        "fact:zolgensma-preserves-muscle-function",
    }
    (one,) = told(g, "Zolgensma", "fact:zolgensma-cures-sma")
    assert one.places == ('section "Official answer", characters 151–245',)


def test_what_has_no_facts_is_described_by_its_properties(g: Graph) -> None:
    shown = g.show("fact:zolgensma-cures-sma")
    assert not shown.statements
    assert dict(shown.properties)[g.lookup.label(DF + "polarity")].endswith("(df:denied)")
    assert len(shown.derived) == 1
    assert "df:isNotCureFor" in shown.derived[0]


def with_changed(quads: list[Any], fact: str, prop: str, value: str) -> Graph:
    """The curated graph with one value of one fact changed."""
    name, kind, term = (ox.NamedNode(expand(curie)) for curie in (fact, prop, value))
    kept = [q for q in quads if (q.subject, q.predicate) != (name, kind)]
    where = ox.NamedNode(graph("curated"))
    return Graph(Store.from_nquads(nquads([*kept, ox.Quad(name, kind, term, where)])))


def test_a_fact_confirmed_in_a_later_version_is_told_once_from_there(quads: list[Any]) -> None:
    fact = "fact:zolgensma-cures-sma"
    g = with_changed(quads, fact, "df:lastConfirmedIn", "source:itvisma-news-2026-11")
    (one,) = told(g, "Zolgensma", fact)
    assert one.version_date.startswith("2026-11")
    (place,) = one.places
    assert "29 December 2023" in place, "the place is in the revision that it was read in"


def test_a_fact_that_is_only_proposed_says_so(quads: list[Any]) -> None:
    g = with_changed(quads, "fact:zolgensma-cures-sma", "df:reviewStatus", "df:unreviewed")
    (one,) = told(g, "Zolgensma", "fact:zolgensma-cures-sma")
    assert one.review == "unreviewed"
    line = describe.text(g.show("Zolgensma")).split("fact:zolgensma-cures-sma")[1].split("\n")[0]
    assert line.endswith(", unreviewed")


def test_a_fact_of_the_past_is_not_described(quads: list[Any]) -> None:
    g = with_changed(quads, "fact:zolgensma-cures-sma", "df:status", "df:superseded")
    assert not told(g, "Zolgensma", "fact:zolgensma-cures-sma")
    assert told(g, "Zolgensma", "fact:zolgensma-reverses-damage")


# ---------------------------------------------------------------- describe, of many facts


def fact_of(number: int, **changed: Any) -> Fact:
    """An imported fact: that product ``number`` was approved by the FDA."""
    version = expand("source:fda-purple-book-2025-04")
    said: dict[str, Any] = {
        "kind": "df:RegulatoryEvent",
        "label": f"approval {number}",
        "subject": expand(f"product:p-{number}"),
        "predicate": expand("df:approvedBy"),
        "object": expand("concept:fda"),
        "polarity": AFFIRMED,
        "event_type": expand("df:approval"),
        **changed,
    }
    place = expand(f"evidence:row-{number}")
    return imported(version, [place], ("register", str(number)), **said)


def with_facts(quads: list[Any], *facts: Fact) -> Graph:
    """The curated graph with imported facts, each on a row of the Purple Book."""
    nodes: list[Node] = list(facts)
    for one in facts:
        (place,) = one.evidence
        row = f"row {place.rpartition('-')[2]}"
        version = one.first_seen_in
        nodes.append(
            Record(iri=place, kinds=("df:Record",), in_version=version, record=row, digest="0" * 64)
        )
    more = [quad for node in nodes for quad in rdf.quads(node, graph("register"))]
    return Graph(Store.from_nquads(nquads([*quads, *more])))


def test_of_thousands_of_facts_the_first_are_shown_and_the_rest_declared(
    quads: list[Any],
) -> None:
    before = Graph(Store.from_nquads(nquads(quads))).show("FDA")
    assert (before.left_out, "Left out" in describe.text(before)) == (0, False)
    g = with_facts(quads, *(fact_of(number) for number in range(1000, 1000 + MOST)))
    shown, whole = g.show("FDA"), g.show("FDA", whole=True)
    assert shown.facts == whole.facts == before.facts + MOST
    facts = [one.fact for statement in shown.statements for one in statement.told]
    assert len(facts) == shown.facts - shown.left_out == MOST
    assert shown.left_out == before.facts
    kept = {one.fact for statement in before.statements for one in statement.told}
    assert kept <= set(facts), "what was curated is never left out first"
    assert expand("fact:register-1000") in facts
    assert expand(f"fact:register-{999 + MOST}") not in facts
    count = f"Left out: {shown.left_out} of the {shown.facts} facts about it or that name it"
    assert f"\n{count}. All of them: --all\n" in describe.text(shown)
    assert whole.left_out == 0
    assert sum(len(one.told) for one in whole.statements) == whole.facts
    assert "Left out" not in describe.text(whole)


def test_what_several_sources_say_alike_stands_once_with_all_of_them(quads: list[Any]) -> None:
    same = {"subject": expand("product:zolgensma"), "date": PartialDate("2019-05-24")}
    us = {"jurisdiction": expand("concept:us")}
    g = with_facts(
        quads,
        fact_of(1, **same, **us, holder="Example One"),
        fact_of(2, **same, **us, holder="EXAMPLE ONE INC"),
        fact_of(3, **same),
        fact_of(4, **same, **us, event_type=expand("df:efficacySupplement")),
        fact_of(5, **same, **us, polarity=DENIED),
    )
    shown = g.show("Zolgensma")
    by_fact = {
        compact(one.fact): statement for statement in shown.statements for one in statement.told
    }
    first = by_fact["fact:register-1"]
    assert first is by_fact["fact:register-2"] is by_fact["fact:zolgensma-fda-approval"]
    assert first.text == "Zolgensma was approved by FDA, 2019-05-24"
    assert [(compact(one.fact), one.places, one.review) for one in first.told][:2] == [
        ("fact:register-1", ("record row 1",), "imported"),
        ("fact:register-2", ("record row 2",), "imported"),
    ]
    holders = [dict(one.details).get("holder") for one in first.told]
    assert holders[:2] == ["Example One", "EXAMPLE ONE INC"]
    other = by_fact["fact:register-3"]
    assert (other.text, other.qualifiers != first.qualifiers) == (first.text, True)
    assert (
        by_fact["fact:register-4"].text
        == "Zolgensma was approved by FDA, efficacy supplement, 2019-05-24"
    )
    assert by_fact["fact:register-5"].section == "negative"
    lines = describe.text(shown).split("\n")
    assert [line for line in lines if line.startswith(f"  {first.text}")] == [
        f"  {first.text} (event type: approval)",
        f"  {first.text} (event type: approval; jurisdiction: United States)",
    ]
    assert sum("fact:register-" in line for line in lines) == 5


def test_a_description_reads_no_more_of_the_graph_than_it_shows(
    quads: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query without its thing, or one that joins, would read every fact of a large graph."""
    g = with_facts(quads, *(fact_of(number) for number in range(9)))
    asked: list[tuple[str, Any]] = []
    run = Store.run

    def noted(self: Store, sparql: str, bindings: Any = None) -> Any:
        asked.append((sparql, bindings))
        return run(self, sparql, bindings)

    monkeypatch.setattr(Store, "run", noted)
    g.show("SMA")
    direct = licences("direct")
    for sparql, bindings in asked:
        assert bindings or sparql == statements.PAST
        assert sparql == direct or not re.search(r"OPTIONAL|UNION|;|\.\s*\?", sparql), sparql
