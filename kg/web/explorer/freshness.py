"""The page of freshness: how old the facts of each source are, as a page, JSON or CSV."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.names import expand
from kg.render import records
from kg.revising.freshness import COLUMNS, day, table
from kg.web.explorer.links import link
from kg.web.explorer.page import busy, fresh, graph_of, page, secured

__all__ = ["routes"]

TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


def routes() -> list[Route]:
    """The route of the table, and those of its machine forms."""
    return [
        Route("/freshness", busy(freshness)),
        Route("/freshness.json", busy(freshness)),
        Route("/freshness.csv", busy(freshness)),
    ]


def freshness(request: Request) -> Response:
    """The table on a day: ``?on=YYYY-MM-DD``, or today, which no copy may outlive."""
    given = request.query_params.get("on", "").strip()
    on = day(given).isoformat()
    form = request.url.path.rpartition(".")[2] if "." in request.url.path else "html"
    kept = f"{form}-{on}"  # another day is another table
    if given and (held := fresh(request, kept)) is not None:
        return held
    reply = secured(_table(request, on, form), request, kept)
    if not given:
        del reply.headers["ETag"]
        reply.headers["Cache-Control"] = "no-store"
    return reply


def _table(request: Request, on: str, form: str) -> Response:
    graph = graph_of(request)
    rows = graph.freshness(on)
    if form in TYPES:
        body = records(COLUMNS, table(rows), form)
        return Response(body, media_type=TYPES[form])
    shown = [
        {
            "age": one,
            "link": link(graph.lookup, expand(one.source)),
            "facts": [link(graph.lookup, expand(fact)) for fact in one.oldest_facts],
        }
        for one in rows
    ]
    return page(request, "freshness.html", on=on, rows=shown, total=sum(r.facts for r in rows))
