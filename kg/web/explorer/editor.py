"""The SPARQL editor: vendored, with our endpoint, our vocabulary and our questions alone."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg import library
from kg.graph import named
from kg.lookup import Lookup
from kg.names import prefixes
from kg.web.explorer.asking import spoken, worded
from kg.web.explorer.page import CSP, graph_of, page

__all__ = ["routes"]

STYLED = CSP.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
"""The editor sets styles of its own; on this page alone."""
FIRST = """PREFIX df: <https://w3id.org/drugfacts/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

# Which products are not a cure for something, by someone's word?
SELECT ?product ?name ?disease WHERE {
  ?product df:isNotCureFor ?what ; rdfs:label ?name .
  ?what rdfs:label ?disease .
}
LIMIT 100
"""
LONGEST = 20_000
"""Letters of a query that the address may bring along."""


@dataclass(frozen=True)
class Example:
    """A question of the library to start from."""

    text: str
    href: str


def routes() -> list[Route]:
    """The route of the editor."""
    return [Route("/editor", editor)]


def editor(request: Request) -> Response:
    """The editor, with a question of the library or a query that the address brings."""
    given = dict(request.query_params)
    name = given.pop("question", "")
    title, query = "Query", given.pop("query", "")[:LONGEST] or FIRST
    if name:
        asked = named(name)
        values = {key: value for key, value in given.items() if value}
        bound = library.bind(asked, values, graph_of(request).lookup) if values else {}
        title, query = asked.title, asked.text(bound)
    config = {
        "endpoint": "/sparql",
        "terms": "/editor/terms.json",
        "query": query,
        "title": title,
        "prefixes": prefixes(),
    }
    reply = page(
        request,
        "editor.html",
        config=config,
        chosen=bool(name),
        examples=_examples(graph_of(request).lookup),
    )
    reply.headers["Content-Security-Policy"] = STYLED
    return reply


def _examples(lookup: Lookup) -> list[Example]:
    return [
        Example(
            worded(one, spoken(one, lookup)),
            "/editor?" + urlencode({"question": one.name} | one.examples()),
        )
        for one in library.load().values()
    ]
