"""The page of what drugs are not for: the kinds of limitation with their counts, and each fact.

Its numbers and rows are those of the questions ``not-for-kinds`` and ``not-for``, which also give
them as CSV and JSON, whole.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.errors import InputError
from kg.graph import named
from kg.names import DF
from kg.web.explorer.links import Link, link
from kg.web.explorer.page import busy, fresh, graph_of, page, secured

__all__ = ["SHOWN", "routes"]

SHOWN = 100
"""Facts a page of a kind shows."""


@dataclass
class Kind:
    """A kind of limitation.

    ``ways`` counts its facts by how they are said, ``unreviewed`` those that nobody read.
    """

    name: str
    label: str
    facts: int = 0
    unreviewed: int = 0
    ways: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Shown:
    """A fact of the page: what it says, of which product, and how it was checked."""

    fact: Link
    drug: Link
    said: str
    review: str


def routes() -> list[Route]:
    """The route of the page."""
    return [Route("/not-for", busy(not_for))]


def not_for(request: Request) -> Response:
    """All kinds, or by ``?kind=`` the facts of one, a page at a time by ``?page=``."""
    if (held := fresh(request)) is not None:
        return held
    kinds = _kinds(request)
    name = request.query_params.get("kind", "")
    if not name:
        total = sum(one.facts for one in kinds)
        return secured(page(request, "not_for.html", kind=None, kinds=kinds, total=total), request)
    kind = next((one for one in kinds if one.name == name), None)
    if kind is None:
        mend = "use one of " + ", ".join(one.name for one in kinds)
        raise InputError(f'no limitation held is of the kind "{name}"', field="kind", mend=mend)
    pages = 1 + (kind.facts - 1) // SHOWN
    number = _number(request.query_params.get("page", "1"), pages)
    shown = _facts(request, kind, number)
    made = page(request, "not_for.html", kind=kind, shown=shown, number=number, pages=pages)
    return secured(made, request)


def _kinds(request: Request) -> list[Kind]:
    """The kinds, the most frequent first."""
    found: dict[str, Kind] = {}
    for row in graph_of(request).ask(named("not-for-kinds")):
        name = str(row["kind"]).removeprefix(DF)
        kind = found.setdefault(name, Kind(name, str(row["kindLabel"])))
        facts = int(row["facts"])
        kind.facts += facts
        kind.unreviewed += facts if row["reviewStatus"] == DF + "unreviewed" else 0
        kind.ways[str(row["relationLabel"])] += facts
    return sorted(found.values(), key=lambda one: (-one.facts, one.label))


def _facts(request: Request, kind: Kind, number: int) -> list[Shown]:
    graph = graph_of(request)
    rows = list(graph.ask(named("not-for"), kind=kind.name))
    return [
        Shown(
            link(graph.lookup, str(row["fact"])),
            link(graph.lookup, str(row["drug"])),
            str(row["factLabel"]),
            str(row["reviewStatus"]).removeprefix(DF),
        )
        for row in rows[SHOWN * (number - 1) : SHOWN * number]
    ]


def _number(text: str, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= most:
        raise InputError(f'"{text}" is no page of it', field="page", mend=f"use 1 to {most}")
    return int(text)
