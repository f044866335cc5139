"""One question library, one answer: every face gives the same rows, and the same refusal.

The faces are the command, Python, HTTP, the tool of an assistant, and SPARQL with the question
written out, as the editor shows it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg import library
from kg.asking.reply import Reply
from kg.cli import cli
from kg.graph import Graph, Result, open_graph
from kg.library import Rows
from kg.names import compact
from tests.assistant import Assistant, assisted
from tests.serving import Server, served

OTHER = {
    "product": "Spinraza",
    "disease": "proximal spinal muscular atrophy",
    "concept": "concept:repeat-administration",
    "authority": "EMA",
    "outcome": "motor neuron",
    "substance": "risdiplam",
    "jurisdiction": "European Union",
    "date": "2020-06",
    "months": "23",
    "term": "imported",
    "fact": "fact:spinraza-fda-approval",
    "entity": "spinal muscular atrophy",
}
"""Other values than a question's examples, by the type of the parameter."""


def cases() -> Iterator[tuple[str, dict[str, str]]]:
    """Every question, with its examples and with others."""
    for name, question in library.load().items():
        yield name, question.examples()
        others = {
            param.name: OTHER.get(param.type, param.example)
            for param in question.params
            if param.required
        }
        if others != question.examples():
            yield name, others


CASES = list(cases())


@pytest.fixture(scope="module")
def store(built: Path) -> Path:
    return built


@pytest.fixture(scope="module")
def graph(store: Path) -> Graph:
    return open_graph(store)


@pytest.fixture(scope="module")
def assistant(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    said = tmp_path_factory.mktemp("said") / "stderr"
    with said.open("w") as errors, assisted(store, errors) as session:
        yield session


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[Server]:
    with served(store) as running:
        yield running


def command(store: Path, name: str, given: dict[str, str], form: str) -> tuple[int, bytes, str]:
    """What the command prints, with its exit code and what it says on stderr."""
    words = [word for key, value in given.items() for word in ("-p", f"{key}={value}")]
    done = CliRunner().invoke(cli, ["query", name, *words, "--format", form, "--store", str(store)])
    return done.exit_code, done.stdout_bytes, str(done.exception or "")


def python(graph: Graph, name: str, given: dict[str, str]) -> Result:
    result = graph.query(name, **given)
    assert isinstance(result, Result)
    return result


def records(data: bytes) -> list[dict[str, Any]]:
    """Rows of W3C JSON results as plain values, in order."""
    found = ox.parse_query_results(data, ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)
    columns = tuple(variable.value for variable in found.variables)
    return Rows(columns, tuple(tuple(row) for row in found), None, {}).records()


@pytest.mark.parametrize(("name", "given"), CASES)
def test_every_face_gives_the_same_rows(
    name: str,
    given: dict[str, str],
    store: Path,
    graph: Graph,
    assistant: Assistant,
    server: Server,
) -> None:
    result = python(graph, name, given)
    rows = list(result)
    code, printed, _ = command(store, name, given, "json")
    assert code == (0 if rows else 1)
    assert records(printed) == rows
    reply = server.client.get(f"/questions/{name}.json", params=given)
    assert reply.status_code == 200
    assert reply.content == printed
    tool = assistant.ask("ask_question", name=name, parameters=given, limit=500)
    assert tool["rows"] == rows
    assert tool["columns"] == dict(library.load()[name].columns)
    assert tool["verdict"] == result.answer().verdict
    assert [cut for cut in tool["cut"] if cut["what"] == "rows"] == []


@pytest.mark.parametrize(("name", "given"), CASES)
def test_a_question_written_out_gives_the_same_rows_as_sparql(
    name: str, given: dict[str, str], graph: Graph, assistant: Assistant, server: Server
) -> None:
    question = library.load()[name]
    text = question.text(library.bind(question, given, graph.lookup))
    rows = list(python(graph, name, given))
    assert list(graph.select(text)) == rows
    assert records(server.query(text, accept="application/sparql-results+json").content) == rows
    assert assistant.ask("run_sparql", query=text, limit=500)["rows"] == rows


@pytest.mark.parametrize("form", ["csv", "tsv", "xml"])
@pytest.mark.parametrize("name", ["is-cure", "treatments-for", "evidence-of"])
def test_command_python_and_http_write_the_same_bytes(
    name: str, form: str, store: Path, graph: Graph, server: Server
) -> None:
    given = library.load()[name].examples()
    _, printed, _ = command(store, name, given, form)
    assert printed == python(graph, name, given).serialize(form)
    assert printed == server.client.get(f"/questions/{name}.{form}", params=given).content


def test_the_words_are_the_same_too(
    store: Path, graph: Graph, assistant: Assistant, server: Server
) -> None:
    given = library.load()["is-cure"].examples()
    _, printed, _ = command(store, "is-cure", given, "text")
    assert printed.decode() == python(graph, "is-cure", given).answer().text()
    assert printed == server.client.get("/questions/is-cure.txt", params=given).content
    tool = assistant.ask("ask_question", name="is-cure", parameters=given)
    said = [line for line in printed.decode().splitlines() if not line.startswith("  ")]
    assert tool["answer"].splitlines() == said


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"drug": "Zolgensna", "disease": "SMA"}, 'did you mean "Zolgensma"?'),
        ({"drug": "Zolgensma"}, '"is-cure" needs it'),
        ({"drug": "SMA", "disease": "SMA"}, "not what is asked for"),
        ({"drg": "Zolgensma"}, 'has no parameter "drg"'),
    ],
)
def test_every_face_refuses_in_the_same_words(
    given: dict[str, str], told: str, store: Path, assistant: Assistant, server: Server
) -> None:
    code, printed, said = command(store, "is-cure", given, "json")
    assert (code, printed) == (1, b"")  # raised; the command's main() turns it into exit code 2
    assert told in said
    reply = server.client.get("/questions/is-cure.json", params=given)
    assert reply.status_code in (400, 404)
    assert reply.headers["content-type"] == "application/problem+json"
    assert told in reply.json()["detail"]
    assert told in assistant.refused("ask_question", name="is-cure", parameters=given)


@pytest.mark.parametrize(
    "text",
    [
        "Is Zolgensmma a cure for SMA?",
        "Which drugs treat SMA in adults?",
        "Is Spinraza a cure for SMA?",
        "Is ibuprofen a cure for SMA?",
        "Should I take Zolgensma?",
        "What is the weather like?",
    ],
)
def test_a_question_in_words_has_one_reply(
    text: str, store: Path, graph: Graph, assistant: Assistant, server: Server
) -> None:
    reply = graph.ask(text)
    lines = reply.answer.lines if reply.answer else ()

    def printed(form: str) -> bytes:
        done = CliRunner().invoke(cli, ["ask", text, "--format", form, "--store", str(store)])
        assert done.exit_code == (0 if lines else 1)
        return done.stdout_bytes

    assert printed("text").decode() == reply.text()
    assert json.loads(printed("json")) == json.loads(json.dumps(reply.record()))
    for form, kind in (("json", "application/json"), ("txt", "text/plain")):
        told = printed("text" if form == "txt" else form)
        assert server.client.get(f"/ask.{form}", params={"q": text}).content == told
        accepted = server.client.get("/ask", params={"q": text}, headers={"accept": kind})
        assert accepted.content == told
        assert accepted.headers["content-type"].startswith(kind)
    tool = assistant.ask("ask_in_words", question=text)
    assert (tool["outcome"], tool["verdict"]) == (reply.outcome, reply.verdict)
    for part in ("left", "read", "notes"):
        assert tool[part] == list(getattr(reply, part))
    bare = [line for line in reply.text().splitlines() if not _place(line, reply)]
    assert tool["answer"].splitlines() == bare
    facts = {compact(item.fact) for line in lines for item in line.evidence}
    assert {one["fact"] for one in tool["evidence"]} == facts
    page = server.client.get("/ask", params={"q": text}, headers={"accept": "text/html"})
    assert page.status_code == 200
    for line in lines:
        assert line.text.partition(". ")[2] in unescape(page.text)


def _place(line: str, reply: Reply) -> bool:
    """Whether a line of a reply words a place of evidence."""
    lines = reply.answer.lines if reply.answer else ()
    return line.strip() in {item.text for one in lines for item in one.evidence}


def test_every_face_refuses_a_text_that_is_too_long(
    store: Path, assistant: Assistant, server: Server
) -> None:
    text = "why " * 101
    done = CliRunner().invoke(cli, ["ask", text, "--store", str(store)])
    told = "letters are no question"
    assert told in str(done.exception)
    reply = server.client.get("/ask.json", params={"q": text})
    assert reply.status_code == 400
    assert told in reply.json()["detail"]
    assert told in assistant.refused("ask_in_words", question=text)


def test_every_question_of_the_library_was_asked() -> None:
    assert {name for name, _ in CASES} == set(library.load())
