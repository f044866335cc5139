"""The command that serves assistants: mcp."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.common import endpoint_option, extra, opened, say, store_option

NEEDED = ("mcp", "pydantic")
"""What the extra ``mcp`` brings."""


@click.command()
@store_option
@endpoint_option
def mcp(store: Path | None) -> None:
    """Serve the graph to an assistant over stdin and stdout (Model Context Protocol).

    Tell the assistant's program to run this command; it ends when its stdin does.

    \b
    Example:  kg mcp --store .kg
    """
    graph = opened(store)
    with extra("mcp", "the server for assistants", NEEDED):
        from kg.mcp.server import run
    run(graph, say)
