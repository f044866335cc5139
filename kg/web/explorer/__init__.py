"""The explorer: pages for people over the graph, and the question routes."""

from __future__ import annotations

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from kg.web.explorer import (
    answering,
    editor,
    eligible,
    freshness,
    home,
    not_for,
    ontology,
    questions,
    things,
)
from kg.web.explorer.home import error_page, limits_page
from kg.web.explorer.page import WEB

__all__ = ["error_page", "limits_page", "routes"]


def routes() -> list[BaseRoute]:
    """All routes of the explorer; those of things last, since their paths are the widest."""
    return [
        *home.routes(),
        *freshness.routes(),
        *not_for.routes(),
        *questions.routes(),
        *ontology.routes(),
        *eligible.routes(),
        *editor.routes(),
        Mount("/static", StaticFiles(directory=WEB / "static")),
        *answering.routes(),
        *things.routes(),
    ]
