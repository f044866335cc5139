"""The question library on the web: a form, an answer in words, its rows, and its SPARQL.

These are our own parametrised queries: they run in a thread on the open store, not in the jail.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg import library
from kg.errors import InputError, UnknownName
from kg.graph import Result, named
from kg.library import KINDS, Question
from kg.lookup import Lookup
from kg.store import Store, Term
from kg.web.explorer.asking import Ask, example, spoken, worded
from kg.web.explorer.links import Link, shown
from kg.web.explorer.page import busy, fresh, graph_of, page, secured
from kg.web.negotiate import best
from kg.web.problems import Problem

__all__ = ["MACHINE", "routes"]

MACHINE = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "txt": "text/plain",
    "rq": "application/sparql-query",
}
"""The machine forms of an answer by the ending of its path; ``rq`` is the query itself."""
TYPES = ("text/html", *MACHINE.values(), "application/json")
THEMES = {
    "product": "About a product",
    "disease": "About a disease",
    "substance": "About a substance",
    "gene": "About a gene or a vector",
    "vector": "About a gene or a vector",
    "entity": "About a gene or a vector",
    "outcome": "Over all products",
    "concept": "Over all products",
    "jurisdiction": "Over all products",
    "authority": "Over all products",
    "months": "Over all products",
    "date": "By date",
    "fact": "About facts, evidence and sources",
    "evidence": "About facts, evidence and sources",
    "source": "About facts, evidence and sources",
    "integer": "About the graph itself",
    "term": "About the graph itself",
}
"""What questions are about, by the type of their first parameter, in the order of the list."""
ROWS, LINES = 100, 50
"""How many rows and lines a page shows; the machine forms have all."""


def routes() -> list[Route]:
    """The routes of the question library."""
    return [Route("/questions", listed), Route("/questions/{name}", busy(question))]


@dataclass(frozen=True)
class Wrong:
    """What is wrong with the parameters that were given."""

    text: str
    field: str | None


def listed(request: Request) -> Response:
    """All questions, by what they are about."""
    if (held := fresh(request)) is not None:
        return held
    groups: dict[str, list[Ask]] = {}
    for one in library.load().values():
        made = example(one, graph_of(request).lookup)
        groups.setdefault(THEMES[one.params[0].type], []).append(made)
    count = sum(map(len, groups.values()))
    ordered = [(name, groups[name]) for name in dict.fromkeys(THEMES.values()) if name in groups]
    return page(request, "questions.html", groups=ordered, count=count)


def question(request: Request) -> Response:
    """One question: the page with its form and answer, or a machine form of its rows."""
    name, _, ending = request.path_params["name"].partition(".")
    if ending and ending not in MACHINE:
        raise Problem(404, f'no form is called "{ending}": use {", ".join(MACHINE)}')
    if name not in library.load():
        raise _unknown(name)
    asked = named(name)
    media_type = MACHINE[ending] if ending else best(request.headers.get("accept"), TYPES)
    if media_type is None:
        raise Problem(406, "none of the types accepted is offered: " + ", ".join(TYPES))
    values = _values(request)
    if media_type == "text/html":
        return _page(request, asked, values)
    return _machine(request, asked, values, media_type)


def _unknown(name: str) -> Problem:
    try:
        named(name)
    except UnknownName as error:
        return Problem(404, str(error), near=list(error.near))
    raise AssertionError(name)


def _values(request: Request) -> dict[str, str]:
    """The parameters given; one that is empty counts as not given.

    :raises InputError: for one that is given twice.
    """
    given = request.query_params
    for name in given:
        if len(given.getlist(name)) > 1:
            raise InputError("it is given twice", field=name, mend="give it once")
    return {name: value.strip() for name, value in given.items() if value.strip()}


def _machine(
    request: Request, asked: Question, values: dict[str, str], media_type: str
) -> Response:
    graph = graph_of(request)
    if (held := fresh(request, media_type)) is not None:
        return held
    if media_type == MACHINE["rq"]:
        text = asked.text(library.bind(asked, values, graph.lookup)) if values else asked.sparql
        return secured(Response(text, media_type=media_type), request, media_type)
    result = graph.ask(asked, **values)
    if media_type == MACHINE["txt"]:
        body: str | bytes = result.answer().text()
    else:
        forms = {kind: form for form, kind in MACHINE.items()} | {"application/json": "json"}
        body = result.serialize(forms[media_type])
    charset = "; charset=utf-8" if media_type in (MACHINE["csv"], MACHINE["tsv"]) else ""
    return secured(Response(body, media_type=media_type + charset), request, media_type)


def _page(request: Request, asked: Question, values: dict[str, str]) -> Response:
    """The form; with its answer, if the parameters that it needs are given."""
    missing = [one.name for one in asked.params if one.required and one.name not in values]
    if missing and not values:
        return _form(request, asked, values)
    try:
        result = graph_of(request).ask(asked, **values)
    except InputError as error:
        return _form(request, asked, values, Wrong(_sentence(error), error.field))
    return _answered(request, asked, values, result)


def _sentence(error: InputError) -> str:
    text = error.problem + (f"; {error.mend}" if error.mend else "")
    return text[:1].upper() + text[1:]


def _form(
    request: Request,
    asked: Question,
    values: dict[str, str],
    error: Wrong | None = None,
    **answer: Any,
) -> Response:
    lookup = graph_of(request).lookup
    made, said = example(asked, lookup), spoken(asked, lookup)
    return page(
        request,
        "question.html",
        400 if error else 200,
        q=asked,
        title=answer.pop("title", asked.title),
        given=values,
        kinds=KINDS,
        error=error,
        example=made.href,
        example_text=", ".join(said.values()),
        also=[worded(replace(asked, question=one), said) for one in asked.also],
        **({"answer": None} | answer),
    )


def _answered(
    request: Request, asked: Question, values: dict[str, str], result: Result
) -> Response:
    query = urlencode(values)
    answer = result.answer()
    columns, rows = _rows(result)
    return _form(
        request,
        asked,
        values,
        title=answer.question[:1].upper() + answer.question[1:],
        answer=answer,
        columns=columns,
        rows=rows,
        total=len(result),
        most=LINES,
        sparql=asked.text(result.rows.bindings),
        forms={form: f"/questions/{asked.name}.{form}?{query}".rstrip("?") for form in MACHINE},
        editor="/editor?" + urlencode({"question": asked.name} | values),
    )


def _rows(result: Result) -> tuple[list[str], list[list[Link | str]]]:
    """The first rows for a reader; a column with the label of the one beside it is left out."""
    names, graph = result.columns, result.graph
    kept = [
        at
        for at, name in enumerate(names)
        if not (name.endswith("Label") and name.removesuffix("Label") in names)
    ]
    rows = [
        [_cell(row[at], graph.store, graph.lookup) for at in kept]
        for row in result.rows.rows[:ROWS]
    ]
    return [names[at] for at in kept], rows


def _cell(term: Term | None, store: Store, lookup: Lookup) -> Link | str:
    return "" if term is None else shown(store, lookup, term)
