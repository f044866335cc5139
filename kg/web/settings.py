"""What the server allows: ``/limits``."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from kg.limits import Limits
from kg.web.negotiate import best

__all__ = ["routes"]


async def limits(request: Request) -> Response:
    """The named limits with their reasons: a page where HTML is preferred, else JSON."""
    table: Limits = request.app.state.limits
    form = best(request.headers.get("accept"), ("application/json", "text/html"))
    if form == "text/html":
        html = request.app.state.limits_page(request, list(table.table()))
        return HTMLResponse(html, headers={"Vary": "Accept"})
    found = {name: {"value": value, "reason": reason} for name, value, reason in table.table()}
    return JSONResponse(found, headers={"Vary": "Accept"})


def routes() -> list[Route]:
    """The route."""
    return [Route("/limits", limits)]
