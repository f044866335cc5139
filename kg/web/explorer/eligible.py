"""The page that sets a patient's profile against the indications of a disease: a plain form."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.errors import InputError
from kg.fitting.eligibility import HEADS, MARKS, ORDER, Eligibility
from kg.fitting.profile import FIELDS, profile
from kg.render import json_text
from kg.web.explorer.page import busy, fresh, graph_of, page, secured
from kg.web.negotiate import best
from kg.web.replies import not_acceptable

__all__ = ["routes"]

HTML, JSON, TEXT = "text/html", "application/json", "text/plain"
TONES = {"match": "affirmed", "undecided": "unstudied", "fails": "denied"}
WORDS = {"holds": "holds", "fails": "fails", "undecided": "not decided"}


def routes() -> list[Route]:
    """The page, and its machine forms by extension."""
    return [
        Route("/eligible", busy(negotiated)),
        Route("/eligible.json", busy(as_json)),
        Route("/eligible.txt", busy(as_text)),
    ]


def negotiated(request: Request) -> Response:
    """The page, or JSON or text, as the client accepts."""
    offered = (HTML, JSON, TEXT)
    form = best(request.headers.get("accept"), offered)
    if form is None:
        raise not_acceptable(offered)
    if form == HTML:
        return _page(request)
    return as_json(request) if form == JSON else as_text(request)


def as_json(request: Request) -> Response:
    """The whole answer as data."""
    if (held := fresh(request, JSON)) is not None:
        return held
    body = json_text(_found(request).record())
    return secured(Response(body, media_type=JSON), request, JSON)


def as_text(request: Request) -> Response:
    """The whole answer in words."""
    if (held := fresh(request, TEXT)) is not None:
        return held
    return secured(Response(_found(request).text(), media_type=TEXT), request, TEXT)


def _given(request: Request) -> dict[str, list[str]]:
    """The fields of the address; in a field that takes several, a semicolon parts them too."""
    several = {one.name for one in FIELDS if one.many}
    given: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        texts = value.split(";") if name in several else [value]
        given.setdefault(name, []).extend(texts)
    return given


def _found(request: Request) -> Eligibility:
    return graph_of(request).eligible(profile(_given(request)))


def _page(request: Request) -> Response:
    """The form; with its answer, if the disease is given."""
    if (held := fresh(request)) is not None:
        return held
    given = _given(request)
    if not any(text.strip() for texts in given.values() for text in texts):
        return _filled(request, given)
    try:
        return _filled(request, given, found=_found(request))
    except InputError as error:
        return _filled(request, given, error=error)


def _filled(
    request: Request,
    given: dict[str, list[str]],
    found: Eligibility | None = None,
    error: InputError | None = None,
) -> Response:
    text = "" if error is None else error.problem + (f"; {error.mend}" if error.mend else "")
    return page(
        request,
        "eligible.html",
        400 if error else 200,
        fields=FIELDS,
        given={name: "; ".join(texts) for name, texts in given.items()},
        found=found,
        error=text[:1].upper() + text[1:],
        wrong=error.field if error else None,
        heads=[(one, HEADS[one], TONES[one]) for one in ORDER],
        marks=MARKS,
        words=WORDS,
        query=request.url.query,
    )
