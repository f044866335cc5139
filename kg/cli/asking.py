"""Commands that ask: questions, query, answers, show."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.common import (
    ROWS,
    endpoint_option,
    format_option,
    given,
    opened,
    output_option,
    pick,
    read,
    say,
    store_option,
)
from kg.errors import InputError

if TYPE_CHECKING:
    from kg.graph import Graph, Result
    from kg.library import Question

W3C = ("csv", "tsv", "json", "xml")
"""The formats of SPARQL results."""

TRIPLES = {"turtle": "turtle", "ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml"}
"""The formats of a graph that a query gives, and what rdflib calls them."""


@click.command()
@click.argument("name", required=False)
@click.option(
    "--rows",
    is_flag=True,
    help="Ask each with its example: how many rows, their digest, and the seconds it took.",
)
@format_option(*ROWS)
@output_option
@store_option
@endpoint_option
def questions(
    name: str | None, rows: bool, form: str | None, output: Path | None, store: Path | None
) -> None:
    """List the questions of the library, or show one with its parameters and its SPARQL.

    With --rows or --endpoint, ask them all: the digests are the same where the same graph is
    asked, by whatever engine. Exits with 1 if one could not be answered.

    \b
    Example:  kg questions is-cure
              kg questions --endpoint http://localhost:7878/query
    """
    from kg import library, render
    from kg.graph import named

    if name is None and (rows or given("endpoint")):
        sys.exit(_tried(opened(store), pick(form, output, "table", ROWS), output))
    if name is None:
        listed = [
            (one.name, " ".join(f"{p.name}={p.example}" for p in one.params), one.question)
            for one in library.load().values()
        ]
        form = pick(form, output, "table", ROWS)
        render.emit(render.records(("name", "parameters", "question"), listed, form), output)
        return
    one = named(name)
    lines = [f"{one.title}: {one.question}", *(f"  also: {text}" for text in one.also), ""]
    for param in one.params:
        need = "" if param.required else f" (optional, default {param.default})"
        lines.append(f"  -p {param.name}=…   {param.type}: {param.doc}, e.g. {param.example}{need}")
    render.emit("\n".join([*lines, "", one.sparql]), output)


def _tried(graph: Graph, form: str, output: Path | None) -> int:
    """Ask the whole library; the exit code."""
    from dataclasses import astuple

    from kg import render
    from kg.tried import tried

    found = list(tried(graph))
    columns = ("name", "parameters", "rows", "digest", "seconds", "problem")
    render.emit(render.records(columns, [astuple(one) for one in found], form), output)
    failed = sum(one.rows is None for one in found)
    say(f"kg: {len(found) - failed} of {len(found)} questions were answered")
    return 1 if failed else 0


@click.command()
@click.argument("query")
@click.option("-p", "--param", "params", multiple=True, metavar="KEY=VALUE", help="A parameter.")
@format_option("text", "table", *W3C, *TRIPLES)
@output_option
@store_option
@endpoint_option
def query(
    query: str, params: tuple[str, ...], form: str | None, output: Path | None, store: Path | None
) -> None:
    """Ask a question of the library by its name, or run a SPARQL file, or stdin (-).

    Library questions are answered in words (format text), with evidence, unless another format
    is asked for. Exits with 1 if there is no answer.

    \b
    Examples:  kg query treatments-for -p disease=SMA
               kg query approvals -p drug=Spinraza --format csv
               echo 'SELECT ?d {?d df:treats/rdfs:label "spinal muscular atrophy"}' | kg query -
    """
    from kg import library
    from kg.graph import named

    values = _values(params)
    if query == "-" or query.endswith((".rq", ".sparql")):
        text = sys.stdin.read() if query == "-" else read(Path(query))
        if not text.startswith("#+"):
            if values:
                raise InputError("plain SPARQL takes no parameters", mend="leave out -p")
            sys.exit(_sparql(text, form, output, opened(store)))
        if query == "-":
            raise InputError("a question with a header is read from a file", mend="name the file")
        question = library.read(Path(query))
    else:
        question = named(query)
    sys.exit(_question(question, values, form, output, opened(store)))


def _values(params: tuple[str, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for param in params:
        key, equals, value = param.partition("=")
        if not equals or key in values:
            problem = "is given twice" if equals else "is not KEY=VALUE"
            raise InputError(f'"{param}" {problem}', field="-p", mend="write -p drug=Zolgensma")
        values[key] = value
    return values


def _question(
    question: Question, values: dict[str, str], form: str | None, output: Path | None, graph: Graph
) -> int:
    from kg import render

    form = pick(form, output, "text", ("text", "table", *W3C))
    result = graph.ask(question, **values)
    if form == "text":
        render.emit(result.answer().text(), output)
    else:
        _rows(result, form, output)
    return 0 if len(result) else 1


def _rows(result: Result, form: str, output: Path | None) -> None:
    from kg import render

    if form == "table":
        cells = render.cells(result.columns, result.rows.rows, result.graph.lookup.label)
        render.emit(render.table(*cells), output)
    else:
        render.emit(result.serialize(form), output)


def _sparql(text: str, form: str | None, output: Path | None, graph: Graph) -> int:
    from kg import render
    from kg.graph import Result

    found = graph.sparql(text)
    if isinstance(found, bool):
        form = pick(form, output, "table", ("table", "json"))
        answer = {"head": {}, "boolean": found}
        render.emit(render.json_text(answer) if form == "json" else f"{found}\n".lower(), output)
        return 0
    if isinstance(found, Result):
        _rows(found, pick(form, output, "table", ("table", *W3C)), output)
    else:
        form = pick(form, output, "turtle", tuple(TRIPLES))
        render.emit(found.serialize(format=TRIPLES[form], encoding="utf-8"), output)
    return 0 if len(found) else 1


@click.command()
@format_option("text", "json")
@output_option
@store_option
@endpoint_option
def answers(form: str | None, output: Path | None, store: Path | None) -> None:
    """Answer the questions that the captured pages ask, from the graph.

    \b
    Example:  kg answers
    """
    from kg import render
    from kg.pages import answered

    form = pick(form, output, "text", ("text", "json"))
    found = answered(opened(store))
    if form == "json":
        render.emit(render.json_text([answer.record() for _, answer in found]), output)
        return
    rule = "─" * 72
    text = "".join(f"{rule}\n{asked}\n\n{answer.text()}" for asked, answer in found)
    render.emit(text + rule + "\n", output)


@click.command()
@click.argument("entity")
@click.option(
    "--why", is_flag=True, help="Which records of which sources were taken for it, and why."
)
@click.option(
    "--all", "whole", is_flag=True, help="Show every fact that names it, where they are thousands."
)
@format_option("text", "json")
@output_option
@store_option
@endpoint_option
def show(
    entity: str,
    why: bool,
    whole: bool,
    form: str | None,
    output: Path | None,
    store: Path | None,
) -> None:
    """Show what the graph says of one thing: a name, synonym, code, CURIE or IRI.

    \b
    Example:  kg show Zolgensma
              kg show fact:zolgensma-cures-sma
              kg show Zolgensma --why
              kg show FDA --all
    """
    from dataclasses import asdict

    from kg import render
    from kg.describe import text
    from kg.graph import named
    from kg.lookup import listed
    from kg.names import expand

    form = pick(form, output, "text", ("text", "json"))
    graph = opened(store)
    if why:
        render.emit(_why(graph, entity, form), output)
        return
    found = graph.show(entity, whole=whole)
    if others := graph.find(entity).others:
        say(f'"{entity}" is also: {listed(others)}')
    if form == "json":
        render.emit(render.json_text(asdict(found)), output)
        return
    shown = text(found)
    if found.iri.startswith(expand("fact:")):
        shown += f"\n{graph.ask(named('evidence-of'), fact=found.iri).answer().text()}"
    render.emit(shown, output)


def _why(graph: Graph, entity: str, form: str) -> str:
    """What was joined to an entity and on what grounds; and names that were joined to nothing."""
    from dataclasses import asdict

    from kg import render
    from kg.names import compact
    from kg.why import joined, unclear

    match = graph.find(entity)
    merges, open_ = joined(graph.store, match.iri), unclear(graph.store, match.iri)
    if form == "json":
        return render.json_text(
            {
                "iri": match.iri,
                "label": match.label,
                "joined": [asdict(one) for one in merges],
                "unclear": [asdict(one) for one in open_],
            }
        )
    lines = [f"{match.label} ({compact(match.iri)})", ""]
    lines += [
        f"{one.source}, {one.date}: {one.named_as}\n    agreed on: {', '.join(one.agreed_on)}"
        for one in merges
    ] or ["No record of another source was joined to it."]
    for one in open_:
        others = ", ".join(f"{label} ({compact(iri)})" for iri, label in one.candidates)
        lines += [
            f'Joined to nothing: "{one.named_as}" ({one.source}, {one.date}) may be any of',
            f"    {others}",
        ]
    return "\n".join(lines) + "\n"
