"""The application: all routes over one graph, its jail and its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware

from kg.graph import Graph
from kg.limits import Limits
from kg.web import description, explorer, graph_store, problems, settings, sparql
from kg.web.compress import Compress
from kg.web.edge import Edge
from kg.web.kept import Kept

if TYPE_CHECKING:
    from kg.jail import Jail

__all__ = ["create_app"]


def create_app(graph: Graph, jail: Jail, limits: Limits) -> Starlette:
    """Make the application; ``app.state`` carries the graph, the jail and the limits."""
    app = Starlette(
        routes=[
            *settings.routes(),
            *sparql.routes(),
            *graph_store.routes(),
            *description.routes(),
            *explorer.routes(),
        ],
        middleware=[
            Middleware(Edge, limits=limits),
            Middleware(Kept, limits=limits),
            Middleware(Compress),
        ],
    )
    app.state.graph, app.state.jail, app.state.limits = graph, jail, limits
    app.state.error_page, app.state.limits_page = explorer.error_page, explorer.limits_page
    app.state.editor = app.state.jail_threads = app.state.counts = None
    problems.install(app)
    return app
