"""Reads of the SPARQL 1.1 Graph Store HTTP Protocol: ``/graphs?graph=IRI``, ``/graphs?default``.

Our own graphs are found directly too, at the path of their IRI: ``/graph/curated``.
"""

from __future__ import annotations

from functools import partial

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg import names
from kg.errors import InputError
from kg.graph import Graph
from kg.jail import GRAPHS
from kg.web import replies
from kg.web.jailed import jailed
from kg.web.negotiate import best
from kg.web.problems import Problem
from kg.web.sparql import parameters

__all__ = ["routes"]

EXISTS = "ASK { GRAPH ?g { ?s ?p ?o } }"


async def indirect(request: Request) -> Response:
    """A graph by the parameter ``graph``, or the union of all by ``default``."""
    given = parameters(request.scope["query_string"])
    if [name for name, _ in given] not in (["graph"], ["default"]):
        raise InputError("name one graph", mend="give ?graph=IRI or ?default")
    name, value = given[0]
    return await _graph(request, value if name == "graph" else None)


async def direct(request: Request) -> Response:
    """One of our graphs at the path of its IRI."""
    return await _graph(request, names.graph(request.path_params["name"]))


async def _graph(request: Request, iri: str | None) -> Response:
    form = best(request.headers.get("accept"), GRAPHS)
    if form is None:
        raise replies.not_acceptable(GRAPHS)
    if iri is not None and not await replies.threaded(partial(_exists, request, iri)):
        raise Problem(404, f"there is no graph <{iri}>")
    tag = replies.etag(request, form.replace("/", "."))
    unchanged = replies.known(request, tag)
    if unchanged is not None:
        return unchanged
    everything = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    reply = await jailed(request, everything, None, form, () if iri is None else (iri,))
    headers = replies.CACHING | {"ETag": tag}
    return Response(reply.body, 200, headers, reply.media_type)


def _exists(request: Request, iri: str) -> bool:
    graph: Graph = request.app.state.graph
    try:
        return bool(graph.store.run(EXISTS, {"g": ox.NamedNode(iri)}))
    except ValueError:
        raise InputError(f'"{iri}" is no IRI', field="graph", mend="give a full IRI") from None


def routes() -> list[Route]:
    """The routes; any other method is a 405."""
    return [Route("/graphs", indirect), Route("/graph/{name}", direct)]
