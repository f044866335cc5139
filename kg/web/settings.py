"""What the server allows: ``/limits``."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.limits import Limits

__all__ = ["routes"]


async def limits(request: Request) -> Response:
    """The named limits with their reasons."""
    table: Limits = request.app.state.limits
    return JSONResponse(
        {name: {"value": value, "reason": reason} for name, value, reason in table.table()}
    )


def routes() -> list[Route]:
    """The route."""
    return [Route("/limits", limits)]
