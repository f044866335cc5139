"""Errors on the web: one problem document (RFC 9457) on every route.

A person's browser, which prefers HTML, gets the same as a page, if ``app.state.error_page`` is
set: a function of the request and the document that returns HTML.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kg.errors import InputError, KgError, LimitHit, RemoteError, UnknownName
from kg.web.negotiate import best

__all__ = ["MEDIA_TYPE", "Problem", "install", "response"]

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "5"
"""Seconds after which to try again where the server is busy."""
LASTING = frozenset({"query_seconds", "query_memory", "query_nesting"})
"""Limits that the same request meets again, however often it comes."""
Page = Callable[[Request, Mapping[str, Any]], str]
_log = logging.getLogger("kg.web")


class Problem(HTTPException):
    """An error to answer with; ``more`` are members of its document beside the usual ones.

    :param status: the HTTP status.
    :param detail: one sentence: what is wrong and what to do about it.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **more: object,
    ) -> None:
        super().__init__(status, detail, headers)
        self.more = more


def response(request: Request, problem: Problem) -> Response:
    """A problem as this request wants it: a problem document, or a page."""
    status = HTTPStatus(problem.status_code)
    document = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": problem.detail,
        "instance": request.url.path,
        **problem.more,
    }
    headers = {"Vary": "Accept", "Cache-Control": "no-store"} | dict(problem.headers or {})
    page: Page | None = getattr(request.app.state, "error_page", None)
    offered = [MEDIA_TYPE, "application/json", *(["text/html"] if page else [])]
    form = best(request.headers.get("accept"), offered)
    if page is not None and form == "text/html":
        return Response(page(request, document), status, headers, "text/html")
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    return Response(text, status, headers, MEDIA_TYPE)


def of(error: KgError) -> Problem:
    """The problem that one of our own errors is on the web."""
    if isinstance(error, LimitHit):
        name, headers = error.limit, {}
        if error.status == HTTPStatus.SERVICE_UNAVAILABLE and name not in LASTING:
            headers["Retry-After"] = RETRY_AFTER
        named = {"type": f"/limits#{name}", "limit": name} if name else {}
        return Problem(error.status, str(error), headers=headers, **named)
    if isinstance(error, InputError):
        near = list(error.near) if isinstance(error, UnknownName) else None
        where = {"field": error.field, "line": error.line, "mend": error.mend, "near": near}
        given = {key: value for key, value in where.items() if value is not None}
        return Problem(HTTPStatus.BAD_REQUEST, str(error), headers=None, **given)
    if isinstance(error, RemoteError):
        return Problem(HTTPStatus.BAD_GATEWAY, str(error))
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, KgError)
    return response(request, of(error))


def _http(request: Request, error: Exception) -> Response:
    """Starlette's own 404 and 405, and our problems."""
    if isinstance(error, Problem):
        return response(request, error)
    assert isinstance(error, HTTPException)
    words = {
        404: f"nothing is at {request.url.path}",
        405: f"{request.method} is not allowed here: everything is read-only",
    }
    detail = words.get(error.status_code, error.detail)
    return response(request, Problem(error.status_code, detail, headers=error.headers))


def _internal(request: Request, error: Exception) -> Response:
    """A fault of ours: logged in full, told in short."""
    _log.error("%s %s", request.method, request.url.path, exc_info=error)
    return response(request, Problem(500, "an internal error; the server's log says more"))


def install(app: Starlette) -> None:
    """Answer every error of an application with a problem document."""
    app.add_exception_handler(KgError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _internal)
