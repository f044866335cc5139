"""The SPARQL 1.1 Protocol at ``/sparql``, read-only: GET, POST of a form, POST of a query."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.errors import InputError
from kg.jail import GRAPHS, RESULTS, NoFormat
from kg.jail_guard import text_of
from kg.web import description, replies
from kg.web.jailed import jailed
from kg.web.negotiate import best
from kg.web.problems import Problem

__all__ = ["Asked", "parameters", "routes"]

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
MAX_PARAMETERS = 200


@dataclass(frozen=True)
class Asked:
    """A query with the dataset that the protocol names."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


async def endpoint(request: Request) -> Response:
    """Answer a query; on a bare GET, describe the service."""
    if request.method != "POST" and not request.scope["query_string"]:
        return await description.service(request)
    asked = await _asked(request)
    accept = request.headers.get("accept")
    results, graphs = best(accept, RESULTS), best(accept, GRAPHS)
    if results is None and graphs is None:
        raise replies.not_acceptable((*RESULTS, *GRAPHS))
    variant = ".".join((one or "none").partition("/")[2] or "none" for one in (results, graphs))
    tag = replies.etag(request, variant)
    if request.method != "POST":
        unchanged = replies.known(request, tag)
        if unchanged is not None:
            return unchanged
    try:
        reply = await jailed(
            request, asked.query, results, graphs, asked.default_graphs, asked.named_graphs
        )
    except NoFormat as error:
        raise Problem(406, str(error), offered=[*RESULTS, *GRAPHS]) from None
    headers = {"Cache-Control": "no-store", "Vary": "Accept"}
    if request.method != "POST":
        headers = replies.CACHING | {"ETag": tag}
    return Response(reply.body, 200, headers, reply.media_type)


async def _asked(request: Request) -> Asked:
    """Read the request strictly."""
    given = parameters(request.scope["query_string"])
    if request.method == "POST":
        kind = _content_type(request)
        data = await replies.body(request)
        if kind == UPDATE:
            raise _read_only()
        given += parameters(data) if kind == FORM else [("query", text_of(data))]
    if any(name == "update" for name, _ in given):
        raise _read_only()
    queries = [value for name, value in given if name == "query"]
    if len(queries) != 1:
        problem = "is given more than once" if queries else "is missing"
        raise InputError(problem, field="query", mend="give one query")
    graphs = (
        tuple(_iri(name, value) for name, value in given if name == wanted)
        for wanted in ("default-graph-uri", "named-graph-uri")
    )
    return Asked(queries[0], *graphs)


def _iri(name: str, value: str) -> str:
    import pyoxigraph as ox

    try:
        return ox.NamedNode(value).value
    except ValueError:
        raise InputError(f'"{value}" is no IRI', field=name, mend="give an absolute IRI") from None


def _read_only() -> Problem:
    return Problem(403, "the graph is read-only: updates are refused")


def _content_type(request: Request) -> str:
    """The media type of a body that a query can come in."""
    kind, *given = request.headers.get("content-type", "").split(";")
    pairs = (one.partition("=") for one in given)
    charsets = {
        value.strip(' "').lower() for name, _, value in pairs if name.strip().lower() == "charset"
    }
    utf8 = charsets <= {"utf-8", "utf8"}
    kind = kind.strip().lower()
    if kind not in (FORM, DIRECT, UPDATE) or not utf8:
        raise Problem(
            415,
            f"send the query as {FORM} or as {DIRECT}, in UTF-8",
            headers={"Accept-Post": f"{FORM}, {DIRECT}"},
        )
    return kind


def parameters(data: bytes) -> list[tuple[str, str]]:
    """The fields of a query string or of a form, in their order.

    :raises InputError: for what is not UTF-8, or for hundreds of fields.
    """
    fields = [one.partition(b"=") for one in data.split(b"&") if one]
    if len(fields) > MAX_PARAMETERS:
        raise InputError(f"{len(fields)} parameters are too many")
    return [(_decoded(name), _decoded(value)) for name, _, value in fields]


def _decoded(data: bytes) -> str:
    return text_of(unquote_to_bytes(data.replace(b"+", b" ")))


def routes() -> list[Route]:
    """The route, with and without a slash at its end."""
    return [Route(path, endpoint, methods=["GET", "POST"]) for path in ("/sparql", "/sparql/")]
