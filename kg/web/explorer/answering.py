"""A question in people's own words: the form, the answer, and its machine forms."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg import library
from kg.asking.ask import LONGEST
from kg.asking.reply import Reply, Taken, quoted, say
from kg.errors import InputError
from kg.render import json_text
from kg.web.explorer.asking import Ask
from kg.web.explorer.page import busy, fresh, graph_of, page, secured
from kg.web.negotiate import best
from kg.web.problems import Problem

__all__ = ["FORMS", "routes"]

FORMS = {"json": "application/json", "txt": "text/plain"}
"""The machine forms of a reply by the ending of the path."""
TYPES = ("text/html", *FORMS.values())
LINES = 50
"""How many lines a page shows; the machine forms have all."""


def routes() -> list[Route]:
    """The routes of asking in words."""
    return [
        Route("/ask", busy(ask)),
        *(Route(f"/ask.{ending}", busy(ask)) for ending in FORMS),
    ]


def ask(request: Request) -> Response:
    """A question in words: the page with its form and answer, or the reply in a machine form.

    :raises InputError: if it is given twice, too long, or not given where a machine asks.
    """
    ending = request.url.path.rpartition("/")[2].partition(".")[2]
    media_type = FORMS[ending] if ending else best(request.headers.get("accept"), TYPES)
    if media_type is None:
        raise Problem(406, "none of the types accepted is offered: " + ", ".join(TYPES))
    form = "html" if media_type == "text/html" else media_type
    if (held := fresh(request, form)) is not None:
        return held
    given = request.query_params.getlist("q")
    if len(given) > 1:
        raise InputError("it is given twice", field="q", mend="give it once")
    text = " ".join((given or [""])[0].split())
    if not text:
        if form == "html":
            return _page(request, "", None)
        raise InputError("there is no question", field="q", mend="add ?q=")
    reply = graph_of(request).ask(text)
    if form == "html":
        return _page(request, text, reply)
    body = reply.text() if media_type == FORMS["txt"] else json_text(reply.record())
    return secured(Response(body, media_type=media_type), request, media_type)


def _page(request: Request, text: str, reply: Reply | None) -> Response:
    query = urlencode({"q": text})
    heading = text or "Ask in your own words"
    return page(
        request,
        "ask.html",
        q=text,
        heading=heading[:1].upper() + heading[1:],
        title=f"{text}: drugfacts" if text else "Ask a question: drugfacts",
        longest=LONGEST,
        most=LINES,
        reply=reply,
        left=say("left", parts=quoted(reply.left)) if reply else "",
        taken=_link(reply.taken) if reply and reply.taken else None,
        others=[_link(one) for one in reply.others] if reply else [],
        nearest=[_link(one) for one in reply.nearest] if reply else [],
        forms={ending: f"/ask.{ending}?{query}" for ending in FORMS},
    )


def _link(one: Taken) -> Ask:
    """A question of the library with what is known of its parameters."""
    question = library.load()[one.name]
    query = f"?{urlencode(dict(one.arguments))}" if one.arguments else ""
    return Ask(one.question, question.title, f"/questions/{one.name}{query}")
