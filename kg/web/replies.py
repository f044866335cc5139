"""What handlers share: validators, threads, bodies, and RDF that the server itself makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar, cast

import anyio
import anyio.to_thread
import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response

from kg import __version__
from kg.jail import GRAPHS
from kg.jail_holder import tidy
from kg.limits import Limits
from kg.names import prefixes
from kg.web.compress import GZIPPED
from kg.web.negotiate import best
from kg.web.problems import Problem

__all__ = [
    "Quads",
    "body",
    "etag",
    "graph_reply",
    "known",
    "not_acceptable",
    "threaded",
]

Given = TypeVar("Given")
Quads = Iterable[ox.Triple]
CACHING = {"Cache-Control": "public, no-cache", "Vary": "Accept"}
"""A copy may be kept, and is asked for again by its validator."""
OWN_PREFIXES = {
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
    "formats": "http://www.w3.org/ns/formats/",
}
"""Prefixes of what the server says of itself; the graph has no use for them."""


def etag(request: Request, variant: str) -> str:
    """The strong validator of one variant of an address: by build, version and media type."""
    build = str(request.app.state.graph.store.manifest.get("sha256", "none"))[:16]
    return f'"{build}-{__version__}-{variant}"'


def known(request: Request, tag: str) -> Response | None:
    """A 304, if the client has this very variant already."""
    given = request.headers.get("if-none-match", "")
    tags = {one.strip().removeprefix("W/").replace(GZIPPED + '"', '"') for one in given.split(",")}
    if "*" in tags or tag in tags:
        headers = CACHING | {"ETag": tag, "Vary": "Accept, Accept-Encoding"}
        return Response(status_code=304, headers=headers)
    return None


def not_acceptable(offered: Iterable[str]) -> Problem:
    """A 406 that names what there is."""
    names = list(dict.fromkeys(offered))
    return Problem(406, "this comes as " + ", ".join(names), offered=names)


async def threaded(call: Callable[[], Given]) -> Given:
    """Run what blocks in a thread."""
    return await anyio.to_thread.run_sync(call)


async def body(request: Request) -> bytes:
    """The body of a request, bounded in size and time."""
    limits = cast(Limits, request.app.state.limits)
    found = bytearray()
    with anyio.move_on_after(limits.body_seconds) as scope:
        async for chunk in request.stream():
            found += chunk
            if len(found) > limits.body_bytes:
                detail = f"the body of the request has more than {limits.body_bytes} bytes"
                raise Problem(413, detail, type="/limits#body_bytes", limit="body_bytes")
    if scope.cancelled_caught:
        detail = f"the body did not come within {limits.body_seconds:g} s"
        raise Problem(408, detail, type="/limits#body_seconds", limit="body_seconds")
    return bytes(found)


async def graph_reply(request: Request, make: Callable[[], Quads]) -> Response:
    """RDF that the server makes of its own, in the format asked for.

    :param make: gives the triples; runs in a thread.
    """
    form = best(request.headers.get("accept"), GRAPHS)
    if form is None:
        raise not_acceptable(GRAPHS)
    tag = etag(request, form.replace("/", "."))
    unchanged = known(request, tag)
    if unchanged is not None:
        return unchanged
    text = await threaded(partial(_written, make, form))
    return Response(text, 200, CACHING | {"ETag": tag}, form)


def _written(make: Callable[[], Quads], form: str) -> bytes:
    kind: Any = ox.RdfFormat.from_media_type(form)
    names = prefixes() | OWN_PREFIXES
    return tidy(cast(bytes, ox.serialize(make(), format=kind, prefixes=names)))
