"""The server for assistants: a client of the SDK talks to the real ``kg mcp``."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg import library
from kg.cli import cli
from kg.errors import InputError
from kg.graph import Graph, open_graph
from kg.mcp.mistakes import MISTAKES
from kg.mcp.schema import SCHEMA, WORKED
from kg.mcp.server import HINTS, LONGEST
from kg.mcp.tools import CATALOGUE, PATHS, PROOFS
from kg.names import context, prefixes
from kg.store import Store
from tests.assistant import Assistant, assisted
from tests.conftest import ROOT
from tests.serving import children, gone

TOOLS = (
    "find_entity",
    "facts_about",
    "ask_question",
    "run_sparql",
    "explain_mechanism",
    "explain_connection",
    "eligible_indications",
    "ask_in_words",
)
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("find_entity", {"text": "zolgensna"}),
    ("find_entity", {"text": "nothing at all is called so"}),
    ("facts_about", {"entity": "Zolgensma"}),
    ("ask_in_words", {"question": "Is Zolgensma a cure for SMA?"}),
    ("ask_in_words", {"question": "What does Zolgensma cost?"}),
    ("facts_about", {"entity": "fact:zolgensma-cures-sma"}),
    ("ask_question", {"name": "is-cure", "parameters": {"drug": "Zolgensma", "disease": "SMA"}}),
    ("run_sparql", {"query": "SELECT ?drug { ?drug df:treats MONDO:0001516 }"}),
    ("run_sparql", {"query": "ASK { product:zolgensma df:cures MONDO:0001516 }"}),
    ("run_sparql", {"query": "CONSTRUCT WHERE { ?drug df:treats MONDO:0001516 }"}),
    ("explain_mechanism", {"drug": "nusinersen", "disease": "SMA"}),
    ("explain_mechanism", {"drug": "Evrysdi", "disease": "SMA"}),
    ("explain_connection", {"one": "SMN1", "other": "Spinraza"}),
    ("eligible_indications", {"patient": {"disease": "SMA", "age": "18mo", "mutation": ["SMN1"]}}),
]
HOSTILE = (
    '" } UNION { ?s ?p ?o } #',
    "'; DROP ALL; --",
    "} SERVICE <http://127.0.0.1:9/> { ?a ?b ?c",
    "<script>alert(1)</script>",
    "\\u0022 ?x",
    "../../../etc/passwd",
    "{{7*7}} ${x} %s",
    "\x00\x1b[2J",
    "\u202etxt",
    "a" * 5000,
    "",
)
"""Texts that would do harm if they were pasted into a query, a path or a template."""


@pytest.fixture(scope="module")
def store(built: Path) -> Path:
    return built


@pytest.fixture(scope="module")
def graph(store: Path) -> Graph:
    return open_graph(store)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server's narration goes."""
    return tmp_path_factory.mktemp("said") / "stderr"


@pytest.fixture(scope="module")
def assistant(store: Path, said: Path) -> Iterator[Assistant]:
    with said.open("w") as errors, assisted(store, errors) as session:
        yield session


# ---------------------------------------------------------------- what is offered


def test_the_tools_are_few_and_only_read(assistant: Assistant) -> None:
    tools = assistant.portal.call(assistant.client.list_tools).tools
    assert tuple(tool.name for tool in tools) == TOOLS == tuple(HINTS)
    for tool in tools:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.destructive_hint is False
        assert tool.annotations.open_world_hint is False
        assert tool.description
        for name, given in tool.input_schema["properties"].items():
            assert given.get("description"), f"{tool.name}: {name}"


def test_every_answer_has_a_published_schema_with_words(assistant: Assistant) -> None:
    for tool in assistant.portal.call(assistant.client.list_tools).tools:
        schema = tool.output_schema
        assert schema is not None
        assert {"cut", "build", "notice"} <= set(schema["properties"])
        assert schema["additionalProperties"] is False
        assert schema["properties"]["cut"]["description"]


@pytest.mark.parametrize(("tool", "arguments"), CALLS)
def test_every_answer_fits_its_schema(
    assistant: Assistant, graph: Graph, tool: str, arguments: dict[str, Any]
) -> None:
    tools = {one.name: one for one in assistant.portal.call(assistant.client.list_tools).tools}
    answer = assistant.ask(tool, **arguments)
    jsonschema.validate(answer, tools[tool].output_schema or False)
    assert answer["notice"] == "Not medical advice."
    assert answer["build"] == graph.store.manifest["sha256"]
    assert answer["cut"] == []


def test_the_instructions_say_where_to_begin(assistant: Assistant) -> None:
    said = assistant.client.instructions
    assert said is not None
    assert SCHEMA in said
    assert CATALOGUE in said
    assert "Silence is never a no" in said


def test_ask_question_lists_every_question(assistant: Assistant) -> None:
    tools = {one.name: one for one in assistant.portal.call(assistant.client.list_tools).tools}
    listed = re.findall(r"(?m)^- ([\w-]+)\(", tools["ask_question"].description or "")
    assert listed == list(library.load())


# ---------------------------------------------------------------- find_entity


@pytest.mark.parametrize(
    ("text", "found", "how", "fit"),
    [
        ("Zolgensma", "product:zolgensma", "label", "exact"),
        ("SMA", "MONDO:0001516", "synonym", "exact"),
        ("MONDO:0001516", "MONDO:0001516", "identifier", "exact"),
        ("zolgensna", "product:zolgensma", "label", "spelling"),
        ("onasemnogene abeparvovec-xioi", "product:zolgensma", "synonym", "exact"),
        ("zolg", "product:zolgensma", "label", "beginning"),
    ],
)
def test_a_thing_is_found_by_any_name(
    assistant: Assistant, text: str, found: str, how: str, fit: str
) -> None:
    hit = assistant.ask("find_entity", text=text)["hits"][0]
    assert (hit["id"], hit["how"], hit["fit"]) == (found, how, fit)
    assert hit["kind"] in ("medicinal product", "disease")


def test_a_kind_narrows_the_search(assistant: Assistant) -> None:
    hits = assistant.ask("find_entity", text="zolgensma", kind="source")["hits"]
    assert {hit["kind"] for hit in hits} == {"source"}


def test_more_hits_than_asked_for_are_declared(assistant: Assistant) -> None:
    answer = assistant.ask("find_entity", text="zolgensma", limit=1)
    assert len(answer["hits"]) == 1
    (cut,) = answer["cut"]
    assert (cut["what"], cut["shown"], cut["total"]) == ("hits", 1, None)


# ---------------------------------------------------------------- facts_about


def test_a_product_is_described_with_what_is_denied_and_who_says_so(
    assistant: Assistant,
) -> None:
    found = assistant.ask("facts_about", entity="Zolgensma")
    (cure,) = [one for one in found["statements"] if "cure" in one["text"]]
    assert cure["text"] == "Zolgensma is not a cure for spinal muscular atrophy"
    assert cure["polarity"] == "denied"
    assert cure["section"] == "What it is not, and what was not studied"
    (told,) = cure["said_by"]
    assert told["fact"] == "fact:zolgensma-cures-sma"
    assert told["revision"] == "2023-12-29"
    assert told["places"] == ['section "Official answer", characters 151–245']


def test_statements_come_in_pages_that_are_declared_and_add_up(assistant: Assistant) -> None:
    whole = assistant.ask("facts_about", entity="Zolgensma")["statements"]
    pages: list[Any] = []
    while len(pages) < len(whole):
        answer = assistant.ask("facts_about", entity="Zolgensma", limit=10, offset=len(pages))
        pages += answer["statements"]
        (cut,) = answer["cut"]
        assert (cut["what"], cut["total"]) == ("statements", len(whole))
        following = len(pages) if len(pages) < len(whole) else 0
        assert cut["rest"] == f"call again with offset={following}"
    assert pages == whole


def test_a_name_of_several_things_says_so(assistant: Assistant) -> None:
    found = assistant.ask("facts_about", entity="SMA")
    assert [one["id"] for one in found["also"]] == ["MONDO:0019079"]


def test_a_fact_shows_what_is_derived_from_it(assistant: Assistant) -> None:
    found = assistant.ask("facts_about", entity="fact:zolgensma-cures-sma")
    (derived,) = found["derived"]
    assert "df:isNotCureFor" in derived
    assert "polarity" in {one["name"] for one in found["properties"]}


# ---------------------------------------------------------------- ask_question


@pytest.mark.parametrize(
    ("name", "parameters", "verdict"),
    [
        ("is-cure", {"drug": "Zolgensma", "disease": "SMA"}, "no"),
        ("is-cure", {"drug": "Evrysdi", "disease": "SMA"}, "not stated"),
        ("studied-in", {"drug": "Zolgensma", "condition": "advanced SMA"}, "not studied"),
        ("treatments-for", {"disease": "SMA"}, "listed"),
    ],
)
def test_an_answer_has_a_verdict(
    assistant: Assistant, name: str, parameters: dict[str, str], verdict: str
) -> None:
    found = assistant.ask("ask_question", name=name, parameters=parameters)
    assert found["verdict"] == verdict
    assert found["answer"].endswith("Not medical advice.\n")
    assert bool(found["rows"]) == bool(found["evidence"]) == (verdict != "not stated")


def test_evidence_names_source_revision_and_place(assistant: Assistant) -> None:
    given = {"drug": "Zolgensma", "disease": "SMA"}
    (proof,) = assistant.ask("ask_question", name="is-cure", parameters=given)["evidence"]
    assert proof["source"] == "Drugs.com: Is Zolgensma a cure for SMA?"
    assert proof["date"] == "2023-12-29"
    assert proof["place"] == 'section "Official answer", characters 151–245'
    assert proof["review"] == "curated"


def test_rows_come_in_pages_and_the_verdict_is_that_of_all(assistant: Assistant) -> None:
    given: dict[str, Any] = {"name": "treatments-for", "parameters": {"disease": "SMA"}}
    whole = assistant.ask("ask_question", **given)
    one = assistant.ask("ask_question", **given, limit=1, offset=2)
    assert one["rows"] == whole["rows"][2:3]
    (cut,) = one["cut"]
    assert (cut["first"], cut["shown"], cut["total"]) == (2, 1, len(whole["rows"]))
    assert one["verdict"] == whole["verdict"]
    assert len(one["evidence"]) < len(whole["evidence"]) <= PROOFS


# ---------------------------------------------------------------- run_sparql, explain_mechanism


def test_sparql_gives_rows_truth_or_triples(assistant: Assistant) -> None:
    rows = assistant.ask("run_sparql", query="SELECT ?d { ?d df:treats MONDO:0001516 } ORDER BY ?d")
    assert [row["d"].rpartition("/")[2] for row in rows["rows"]] == [
        "evrysdi", "itvisma", "spinraza", "zolgensma",
    ]  # fmt: skip
    truth = assistant.ask("run_sparql", query="ASK { ?d df:isNotCureFor MONDO:0001516 }")
    assert (truth["form"], truth["boolean"], truth["rows"]) == ("ask", True, [])
    triples = assistant.ask("run_sparql", query="CONSTRUCT WHERE { ?d df:treats ?x }", limit=3)
    assert (triples["form"], len(triples["triples"])) == ("construct", 3)
    (cut,) = triples["cut"]
    assert (cut["what"], cut["total"]) == ("triples", 4)
    assert "ORDER BY" in cut["rest"]


def test_values_that_json_lacks_come_as_text(assistant: Assistant) -> None:
    query = """SELECT ("NaN"^^xsd:double AS ?nan) (STRDT("x", xsd:integer) AS ?odd)
      (1/0 AS ?none) (2 AS ?two) (true AS ?yes) ("2019-05"^^xsd:gYearMonth AS ?month) {}"""
    (row,) = assistant.ask("run_sparql", query=query)["rows"]
    assert row == {
        "nan": "NaN", "odd": "x", "none": None, "two": 2, "yes": True, "month": "2019-05",
    }  # fmt: skip


def test_a_mechanism_has_ordered_signed_steps_with_sources(assistant: Assistant) -> None:
    found = assistant.ask("explain_mechanism", drug="Spinraza", disease="SMA")
    (path,) = found["paths"]
    assert [step["position"] for step in path["steps"]] == [1, 2, 3]
    assert [step["sign"] for step in path["steps"]] == [1, 1, -1]
    assert path["net"] == -1
    assert path["start"] == "nusinersen"
    assert all(step["facts"] for step in path["steps"])
    assert "DrugMechDB" in path["sources"][0]
    assert len(found["paths"]) <= PATHS


def test_no_path_is_said_with_what_comes_near(assistant: Assistant) -> None:
    found = assistant.ask("explain_mechanism", drug="Evrysdi", disease="SMA")
    assert found["paths"] == []


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("nonsense", {}, "use find_entity, facts_about"),
        ("find_entity", {}, "text: Field required"),
        ("find_entity", {"txt": "x"}, 'takes no "txt"; use text, kind, limit'),
        ("find_entity", {"text": "x", "limit": 0}, "limit: Input should be greater than"),
        ("find_entity", {"text": "x", "kind": "pill"}, "use product, "),
        ("facts_about", {"entity": "Zolgensna"}, 'did you mean "Zolgensma"'),
        ("facts_about", {"entity": "qqqqqqqq"}, "find_entity"),
        ("facts_about", {"entity": "fact:no-such-fact"}, "find_entity"),
        ("ask_question", {"name": "is-cured", "parameters": {}}, 'did you mean "is-cure"'),
        ("ask_question", {"name": "qqqqqqqq", "parameters": {}}, CATALOGUE),
        ("ask_question", {"name": "is-cure", "parameters": {}}, "give product drug, e.g. Zolgen"),
        (
            "ask_question",
            {"name": "is-cure", "parameters": {"drg": "x"}},
            "use drug and disease",
        ),
        (
            "ask_question",
            {"name": "is-cure", "parameters": {"drug": "SMA", "disease": "SMA"}},
            "drug: ",
        ),
        (
            "ask_question",
            {"name": "approved-before", "parameters": {"date": "2019-13"}},
            "date: ",
        ),
        ("ask_question", {"name": "is-cure", "parameters": {"drug": [1]}}, "see the schema"),
        ("run_sparql", {"query": "SELECT WHERE"}, "not a SPARQL query"),
        ("run_sparql", {"query": "DROP ALL"}, "read-only"),
        ("run_sparql", {"query": "SELECT * { SERVICE <http://[::1]/> { ?a ?b ?c } }"}, "SERVICE"),
        ("run_sparql", {"query": "SELECT * " + "{" * 100 + "}" * 100}, "brackets deep"),
        ("explain_mechanism", {"drug": "Spinraza", "disease": "qqqqqqqq"}, "find_entity"),
        ("explain_mechanism", {"drug": "SMA", "disease": "SMA"}, "give one of these"),
        ("explain_connection", {"one": "SMN1", "other": "qqqqqqqq"}, "find_entity"),
        ("explain_connection", {"one": "SMN1", "other": "SMN1"}, "name two things"),
        ("eligible_indications", {"patient": {"age": "18mo"}}, "name the disease"),
        ("eligible_indications", {"patient": {"disease": "SMA", "height": "1"}}, "use disease"),
        ("eligible_indications", {"patient": {"disease": "qqqqqqqq"}}, "find_entity"),
        ("ask_in_words", {"question": "why? " * 100}, "ask one thing"),
    ],
)
def test_an_error_says_what_to_try(
    assistant: Assistant, tool: str, arguments: dict[str, Any], told: str
) -> None:
    assert told in assistant.refused(tool, **arguments)


def test_an_answer_that_would_fill_the_memory_is_refused_whole(assistant: Assistant) -> None:
    doubled = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(16))
    query = f'SELECT ?x16 {{ BIND("12345678" AS ?x0) {doubled} }}'
    assert f"more than {LONGEST}" in assistant.refused("run_sparql", query=query)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_only_a_name(assistant: Assistant, text: str) -> None:
    assert assistant.ask("find_entity", text=text)["build"]
    assistant.refused("facts_about", entity=text)
    assistant.refused("explain_mechanism", drug=text, disease="SMA")
    assistant.refused("explain_connection", one=text, other="SMA")
    assistant.refused("eligible_indications", patient={"disease": text})
    assistant.refused("explain_mechanism", drug="Spinraza", disease=text)
    assistant.refused("ask_question", name=text, parameters={})


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_in_any_parameter_is_refused(assistant: Assistant, text: str) -> None:
    for name, question in library.load().items():
        for param in question.params:
            given: dict[str, Any] = {**question.examples(), param.name: text}
            message = assistant.refused("ask_question", name=name, parameters=given)
            assert message.startswith(f"{param.name}: ")
        assert assistant.refused("ask_question", name=name, parameters={text: "x"})


# ---------------------------------------------------------------- resources


def test_the_resources_are_listed_and_can_be_read(assistant: Assistant) -> None:
    listed = assistant.portal.call(assistant.client.list_resources).resources
    assert [one.uri for one in listed] == [SCHEMA, CATALOGUE]
    for one in listed:
        assert one.description
        assert assistant.read(one.uri).startswith("# ")


def test_the_schema_names_polarity_predicates_and_prefixes(assistant: Assistant) -> None:
    text = assistant.read(SCHEMA)
    for name, iri in prefixes().items():
        assert f"- `{name}:` <{iri}>" in text
    for term in ("affirmed", "denied", "notEvaluated", "notDemonstrated"):
        assert f"- `df:{term}` (" in text
    assert "- `df:cures` (cures): `df:isNotCureFor`, `df:notStudiedAsCureFor`" in text
    assert "`graph:direct`: 48 triples" in text


def test_every_term_of_ours_in_the_schema_is_one_of_the_ontology(assistant: Assistant) -> None:
    terms = {str(value) for value in context().values()} | {"df:Fact", "df:Entity", "df:Evidence"}
    held = Store.from_nquads((ROOT / "ontology" / "drugfacts.ttl").read_bytes() and b"")
    held._engine.load(path=str(ROOT / "ontology" / "drugfacts.ttl"), format=ox.RdfFormat.TURTLE)
    known = {row["t"].value for row in held.select("SELECT DISTINCT ?t { ?t a ?c }")}
    for name in set(re.findall(r"\bdf:\w+", assistant.read(SCHEMA))):
        assert name in terms or prefixes()["df"] + name[3:] in known, name


def test_the_catalogue_has_every_question_parameter_and_column(assistant: Assistant) -> None:
    text = assistant.read(CATALOGUE)
    parts = dict(re.findall(r"(?ms)^## ([\w-]+)\n(.*?)(?=^## |\Z)", text))
    assert list(parts) == list(library.load())
    for name, question in library.load().items():
        for param in question.params:
            assert f"- parameter `{param.name}` ({param.type}" in parts[name]
        for column in question.columns:
            assert f"`{column}` " in parts[name]


@pytest.mark.parametrize("name", WORKED)
def test_a_worked_question_runs_and_gives_the_rows_of_the_question(
    assistant: Assistant, name: str
) -> None:
    question = library.load()[name]
    pattern = rf"(?s)### `{name}`:.*?```sparql\n(.*?)```"
    shown = re.search(pattern, assistant.read(SCHEMA))
    assert shown is not None
    rows = assistant.ask("run_sparql", query=shown[1])["rows"]
    asked = assistant.ask("ask_question", name=name, parameters=question.examples())["rows"]
    assert rows == asked != []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: one.title)
def test_a_common_mistake_misleads_and_its_mend_does_not(
    assistant: Assistant, mistake: Any
) -> None:
    text = assistant.read(SCHEMA)
    assert mistake.wrong in text
    assert mistake.right in text
    wrong, right = (
        assistant.ask("run_sparql", query=query) for query in (mistake.wrong, mistake.right)
    )
    if wrong["form"] == "ask":
        assert wrong["boolean"] is not right["boolean"]
    else:
        assert len(wrong["rows"]) < len(right["rows"])


def test_an_unknown_resource_is_an_error(assistant: Assistant) -> None:
    with pytest.raises(Exception, match="drugfacts://nothing"):
        assistant.read("drugfacts://nothing")


# ---------------------------------------------------------------- the process


def test_narration_goes_to_stderr_and_holds_no_traceback(assistant: Assistant, said: Path) -> None:
    assistant.ask("find_entity", text="Zolgensma")
    text = said.read_text()
    assert text == "kg mcp: serving the Model Context Protocol on stdin and stdout\n"


def test_it_ends_with_its_input_and_leaves_no_process(store: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "kg", "mcp", "--store", str(store)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        assert "serving" in process.stderr.readline()
        hello = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": {"name": "an older client", "version": "1"},
            },
        }
        process.stdin.write(json.dumps(hello) + "\n")
        process.stdin.flush()
        reply = json.loads(process.stdout.readline())
        assert reply["result"]["serverInfo"]["name"] == "drugfacts"
        assert reply["result"]["protocolVersion"] == "2025-06-18"
        below = children(process.pid)
        process.stdin.close()
        start = time.monotonic()
        assert process.wait(10) == 0
        assert time.monotonic() - start < 5
        assert process.stdout.read() == ""
        assert process.stderr.read() == ""
    assert gone(below)


def test_without_a_graph_it_says_so_and_ends(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kg", "mcp", "--store", str(tmp_path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=dict(os.environ),
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "run `kg build` first" in done.stderr


def test_without_the_extra_it_says_what_to_install(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [one for one in sys.modules if one.partition(".")[0] == "mcp"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "kg.mcp.server")
    monkeypatch.setitem(sys.modules, "mcp", None)
    done = CliRunner().invoke(cli, ["mcp", "--store", str(store)])
    assert isinstance(done.exception, InputError)
    said = "the server for assistants needs mcp; pip install drugfacts[mcp]"
    assert str(done.exception) == said
