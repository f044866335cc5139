"""The pages of things: every IRI of the graph resolves here, as a page or as data."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kg.connect import MARKS
from kg.draw import draw
from kg.errors import InputError, UnknownName
from kg.explain import Explanation, explain
from kg.explained import Explained
from kg.lookup import Match
from kg.model import Fact
from kg.names import BASE, compact, expand
from kg.render import json_text
from kg.statements import Read
from kg.web.explorer.asking import asks
from kg.web.explorer.entity import entity_page
from kg.web.explorer.fact import fact_page
from kg.web.explorer.forms import ENDINGS, TYPES, written
from kg.web.explorer.links import KINDS, iri_of, path_of
from kg.web.explorer.page import busy, fresh, graph_of, page, secured
from kg.web.explorer.schema_org import schema_org
from kg.web.explorer.timeline import timeline
from kg.web.negotiate import best
from kg.web.problems import Problem

__all__ = ["routes"]

SVG = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""What a drawing may do by itself: be styled."""
NAMING = "SELECT ?fact ?text {\n  ?fact rdf:object <%s> ; rdfs:label ?text\n}"


def routes() -> list[Route]:
    """The routes of entities, facts and mechanisms."""
    return [
        Route("/entity", busy(foreign)),
        Route("/entity/{name:path}", busy(foreign)),
        Route("/explain", busy(explained)),
        Route("/explain.json", busy(explained_json)),
        Route("/explain.svg", busy(drawing)),
        *(Route(f"/{kind}/{{name:path}}", busy(ours)) for kind in KINDS if kind != "graph"),
    ]


def ours(request: Request) -> Response:
    """A thing whose IRI is ours: its path is the path here."""
    kind = request.url.path.split("/")[1]
    return _thing(request, iri_of(kind, request.path_params["name"]))


def foreign(request: Request) -> Response:
    """A thing with another's IRI: by its CURIE in the path, or by ``?iri=``."""
    name = request.path_params.get("name") or request.query_params.get("iri", "")
    if not name:
        raise InputError("no thing is named", field="iri", mend="give ?iri= or /entity/CURIE")
    iri = expand(name) if ":" in name else name
    if iri.startswith(BASE) and "iri" in request.query_params:
        return secured(RedirectResponse(path_of(iri), 303), request)
    return _thing(request, iri)


def _thing(request: Request, iri: str) -> Response:
    graph = graph_of(request)
    match, ending = _found(request, iri), None
    if match is None and "." in iri:
        stem, _, ending = iri.rpartition(".")
        match = _found(request, stem) if ending in ENDINGS else None
    if match is None:
        raise Problem(404, f"nothing here is called {compact(iri)}")
    media_type = ENDINGS[ending] if ending else best(request.headers.get("accept"), TYPES)
    if media_type is None:
        raise Problem(406, "none of the types accepted is offered: " + ", ".join(TYPES))
    form = "html" if media_type == "text/html" else media_type
    if (held := fresh(request, form)) is not None:
        return held
    if form != "html":
        body = written(graph, match, media_type)
        reply = Response(body, media_type=media_type)
        reply.headers["Access-Control-Allow-Origin"] = "*"
        return secured(reply, request, media_type)
    return _fact(request, match) if match.kind in Fact.classes else _entity(request, match)


def _found(request: Request, iri: str) -> Match | None:
    """What has this very IRI; a node that has a label, of whatever kind."""
    graph = graph_of(request)
    try:
        return graph.lookup.find(iri)
    except UnknownName:
        pass
    try:
        node = Read(graph.store, graph.lookup).node(iri)
    except ValueError:
        return None
    kind = next((term.value for term in node.get(expand("rdf:type"), ())), None)
    return Match(iri, graph.lookup.label(iri), compact(kind), "identifier") if kind else None


def _forms(iri: str) -> dict[str, str]:
    path = path_of(iri)
    if path.startswith("/entity?"):
        return {ending: f"/entity?{urlencode({'iri': f'{iri}.{ending}'})}" for ending in ENDINGS}
    return {ending: f"{path}.{ending}" for ending in ENDINGS}


def _entity(request: Request, match: Match) -> Response:
    graph = graph_of(request)
    found = entity_page(graph, match)
    keys = [one.key for one in found.sections]
    query = urlencode({"query": NAMING % match.iri}) if found.left_out else ""
    return page(
        request,
        "entity.html",
        e=found,
        own=match.iri.startswith(BASE),
        forms=_forms(match.iri) | {"all": f"/editor?{query}"},
        schema=schema_org(found),
        timeline=timeline(found.timeline),
        drawing=_drawing(found.drawn) if found.drawn else "",
        mechanism_after=next(
            (key for key in ("MechanismClaim", "negative", "Indication") if key in keys), None
        ),
        asks=asks(match),
    )


def _fact(request: Request, match: Match) -> Response:
    found = fact_page(graph_of(request), match.iri)
    question = "/questions/evidence-of?" + urlencode({"fact": found.curie})
    return page(request, "fact.html", f=found, forms=_forms(match.iri) | {"question": question})


def _asked(request: Request) -> Explained:
    """What is asked: a drug and a disease, or any two things as ``a`` and ``b``."""
    given: Any = request.query_params
    names = ("a", "b") if "a" in given or "b" in given else ("drug", "disease")
    for name in names:
        if not given.get(name):
            raise InputError("it is not given", field=name, mend=f"add ?{name}=")
    numbers = {name: _number(name, given[name]) for name in ("most", "longest") if name in given}
    return graph_of(request).explain(given[names[0]], given[names[1]], **numbers)


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 3:
        raise InputError(f'"{text}" is no whole number', field=name)
    return int(text)


def _drawing(found: Explanation, whole: bool = False) -> str:
    ends = {"drug": compact(found.drug.iri), "disease": compact(found.disease.iri)}
    return "/explain.svg?" + urlencode(ends | ({"all": "1"} if whole else {}), quote_via=quote)


def explained(request: Request) -> Response:
    """Every path held between a drug and a disease, and the facts that connect two things."""
    form = best(request.headers.get("accept"), ("text/html", ENDINGS["json"]))
    if form == ENDINGS["json"]:
        return explained_json(request)
    found = _asked(request)
    ends = {"a": compact(found.connections.start.iri), "b": compact(found.connections.end.iri)}
    numbers = {name: request.query_params.get(name, "") for name in ("most", "longest")}
    query = urlencode(ends | {name: one for name, one in numbers.items() if one}, quote_via=quote)
    return page(
        request,
        "explain.html",
        x=found.mechanism,
        c=found.connections,
        drawing=_drawing(found.mechanism, whole=True) if found.mechanism else "",
        facts_drawing=f"/explain.svg?{query}&facts=1",
        data=f"/explain.json?{query}",
        marks=MARKS,
    )


def explained_json(request: Request) -> Response:
    """The same as data."""
    body = json_text(_asked(request).record())
    return secured(Response(body, media_type=ENDINGS["json"]), request, ENDINGS["json"])


def drawing(request: Request) -> Response:
    """The mechanism of a drug as a picture; or, of any two things or if asked, the facts."""
    given = request.query_params
    if "facts" in given or "drug" not in given:
        asked = _asked(request)
        picture = asked.picture(facts="facts" in given)
        ends = f"{asked.connections.start.label} and {asked.connections.end.label}"
        missing = f"no facts were found that connect {ends}"
    else:
        found = explain(graph_of(request).store, given["drug"], given.get("disease", ""))
        shown = found.paths if "all" in given else found.paths[:1]
        picture = draw(shown) if shown else None
        missing = f"no path from {found.drug.label} to {found.disease.label} is held"
    if picture is None:
        raise Problem(404, missing)
    reply = Response(picture, media_type="image/svg+xml")
    reply.headers["Content-Security-Policy"] = SVG
    return secured(reply, request, "svg")
