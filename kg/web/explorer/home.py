"""The way in: the start page, finding things, and what the site is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg import library
from kg.errors import InputError
from kg.library import KINDS
from kg.lookup import Hit
from kg.names import compact, expand
from kg.statements import Read
from kg.web.explorer.asking import ask, example
from kg.web.explorer.links import link, path_of
from kg.web.explorer.page import asset, filled, fresh, graph_of, page, secured

if TYPE_CHECKING:
    from kg.answer import Answer
    from kg.graph import Graph

__all__ = ["error_page", "limits_page", "routes"]

FIRST = (
    "is-cure treatments-for indications fits-age approvals how-it-works negative-facts "
    "us-and-eu disagreements"
).split()
"""The questions that the start page asks, with their own examples."""
SAMPLE = ("is-cure", {"drug": "Zolgensma", "disease": "spinal muscular atrophy"})
EXAMPLES = ("Zolgensma", "Spinraza", "spinal muscular atrophy", "SMN1")
LONGEST, MOST = 200, 50
"""Letters of what is looked for, and how many hits at most."""
SOURCES = "SELECT ?source WHERE { ?source a df:Source }"


def routes() -> list[Route]:
    """The routes of the start page, of finding, and of the page about the site."""
    return [
        Route("/", home),
        Route("/search", search),
        Route("/search.json", suggestions),
        Route("/about", about),
    ]


def home(request: Request) -> Response:
    """The start page."""
    if (held := fresh(request)) is not None:
        return held
    graph, questions = graph_of(request), library.load()
    asked = [questions[name] for name in FIRST]
    manifest = graph.store.manifest
    return page(
        request,
        "home.html",
        sample=_sample(graph),
        sample_href=ask(questions[SAMPLE[0]], SAMPLE[1], SAMPLE[1]).href,
        examples=[link(graph.lookup, iri) for iri in _known(graph)],
        questions=[example(one, graph.lookup) for one in asked],
        count=len(questions),
        facts=manifest.get("facts", 0),
        quads=manifest.get("quads", 0),
        sources=sum(1 for _ in graph.store.select(SOURCES)),
    )


def _sample(graph: Graph) -> Answer | None:
    """The answer to a question that everybody understands, if this graph has one."""
    try:
        answer = graph.ask(library.load()[SAMPLE[0]], **SAMPLE[1]).answer()
    except InputError:
        return None
    return answer if answer.lines else None


def _known(graph: Graph) -> list[str]:
    found = []
    for name in EXAMPLES:
        try:
            found.append(graph.find(name).iri)
        except InputError:
            continue
    return found


def _hits(request: Request) -> tuple[str, list[Hit]]:
    """What is looked for, and what it may mean.

    :raises InputError: for a kind that is none, or a text or number that is too long.
    """
    given = request.query_params
    text, kind = given.get("q", "").strip(), given.get("kind", "")
    if len(text) > LONGEST:
        raise InputError(f"more than {LONGEST} letters are no name", field="q")
    if kind and kind not in KINDS:
        raise InputError(f'"{kind}" is no kind', field="kind", mend="use " + ", ".join(KINDS))
    limit = given.get("limit", "20")
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:6]) <= MOST:
        raise InputError(f'"{limit}" is no number from 1 to {MOST}', field="limit")
    kinds = KINDS[kind] if kind else ()
    return text, graph_of(request).search(text, kinds, int(limit)) if text else []


def _shown(graph: Graph, hit: Hit) -> dict[str, Any]:
    return {
        "iri": hit.iri,
        "curie": compact(hit.iri),
        "href": path_of(hit.iri),
        "label": hit.label,
        "kind": graph.lookup.label(expand(hit.kind)),
        "name": compact(hit.name),
        "how": hit.how,
        "facts": hit.facts,
    }


def search(request: Request) -> Response:
    """What a text may mean, as a page."""
    text, hits = _hits(request)
    graph = graph_of(request)
    shown = [_shown(graph, hit) for hit in hits]
    return page(request, "search.html", q=text, hits=shown, limit=20)


def suggestions(request: Request) -> Response:
    """The same for the field that suggests as you type."""
    text, hits = _hits(request)
    graph = graph_of(request)
    found = {"query": text, "hits": [_shown(graph, hit) for hit in hits]}
    return secured(JSONResponse(found), request, "search")


def about(request: Request) -> Response:
    """What this is, what it is not, and who owns what."""
    if (held := fresh(request)) is not None:
        return held
    graph = graph_of(request)
    read = Read(graph.store, graph.lookup)
    found = sorted({row["source"].value for row in graph.store.select(SOURCES)}, key=read.label)
    sources = [
        {
            "link": link(graph.lookup, iri),
            "publisher": read.value(read.node(iri), "dcterms:publisher"),
            "tier": read.label(read.value(read.node(iri), "df:tier")),
            "rights": read.value(read.node(iri), "dcterms:rights"),
            "address": read.value(read.node(iri), "schema:url"),
        }
        for iri in found
    ]
    return page(request, "about.html", sources=sources, licence=asset("vendor/LICENSE"))


def limits_page(request: Request, table: list[tuple[str, int | float, str]]) -> str:
    """The named limits as a page."""
    return filled(request, "limits.html", limits=table)


def error_page(request: Request, document: dict[str, Any]) -> str:
    """A problem document as a page, for a reader's browser."""
    return filled(
        request,
        "error.html",
        status=document["status"],
        title=document["title"],
        detail=document.get("detail", ""),
        near=document.get("near", []),
    )
