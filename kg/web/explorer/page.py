"""Pages: templates filled with everything escaped, and the tag by which a reply is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from kg.errors import LimitHit
from kg.names import compact
from kg.web.compress import GZIPPED
from kg.web.edge import HEADERS
from kg.web.explorer.links import outward, path_of

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.limits import Limits

__all__ = ["CSP", "WEB", "busy", "etag", "filled", "fresh", "graph_of", "page", "secured"]

WEB = Path(__file__).parent.parent
CSP = HEADERS["Content-Security-Policy"]
_SCRIPT = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028"}


Handler = Callable[[Request], Response]


def busy(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """A handler that may take long, run in one of a bounded number of threads.

    It raises LimitHit if too many such requests are waiting already.
    """

    async def waiting(request: Request) -> Response:
        state = request.app.state
        limits: Limits = state.limits
        if getattr(state, "page_threads", None) is None:
            state.page_threads = anyio.CapacityLimiter(limits.pages)
        if state.page_threads.statistics().tasks_waiting >= limits.waiting_pages:
            raise LimitHit("too many pages are waiting to be made", limit="waiting_pages")
        return await anyio.to_thread.run_sync(handler, request, limiter=state.page_threads)

    return waiting


def graph_of(request: Request) -> Graph:
    """The graph that the application serves."""
    graph: Graph = request.app.state.graph
    return graph


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"page_of": path_of, "outward": outward, "curie": compact, "embedded": embedded}
    made.globals |= {"asset": asset}
    return made


def embedded(value: Any) -> Markup:
    """JSON inside a ``<script>`` that no text of it can end (HTML Standard, 4.12.1.3)."""
    return Markup(json.dumps(value, ensure_ascii=True, sort_keys=True).translate(_SCRIPT))


@cache
def asset(name: str) -> str:
    """The address of a static file, with a mark of its content so that it may be kept for long."""
    digest = hashlib.sha256((WEB / "static" / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:10]}"


@cache
def _templates_mark() -> str:
    """A mark of all templates and assets: a page changes with them as with the build."""
    mark = hashlib.sha256()
    for path in sorted([*(WEB / "templates").rglob("*"), *(WEB / "static").glob("*")]):
        if path.is_file():
            mark.update(path.read_bytes())
    return mark.hexdigest()[:8]


def etag(request: Request, form: str = "html") -> str | None:
    """The entity tag of a reply by build, form and our own files; none of an unsaved graph."""
    build = graph_of(request).store.manifest.get("sha256")
    return f'"{build[:16]}-{_templates_mark()}-{form}"' if build else None


def fresh(request: Request, form: str = "html") -> Response | None:
    """A 304 where the client holds this very reply already (RFC 9110, section 13.1.2)."""
    tag, given = etag(request, form), request.headers.get("if-none-match", "")
    held = {one.strip().removeprefix("W/").replace(GZIPPED, "") for one in given.split(",")}
    if tag is None or tag not in held:
        return None
    return secured(Response(status_code=304), request, form)


def secured(reply: Response, request: Request, form: str = "html") -> Response:
    """A reply with its entity tag; the other headers are those of :mod:`kg.web.edge`."""
    reply.headers.setdefault("Vary", "Accept")
    if (tag := etag(request, form)) and reply.status_code < 400:
        reply.headers["ETag"] = tag
        reply.headers.setdefault("Cache-Control", "no-cache")
    return reply


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A page of a template."""
    return secured(HTMLResponse(filled(request, template, **values), status), request)


def filled(request: Request, template: str, **values: Any) -> str:
    """A template with values in it, all escaped."""
    return _environment().get_template(template).render(here=request.url.path, **values)
