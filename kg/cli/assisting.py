"""The command that serves assistants: mcp."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.common import opened, say, store_option
from kg.errors import InputError

NEEDED = ("mcp", "pydantic")
"""What the extra ``mcp`` brings."""


@click.command()
@store_option
def mcp(store: Path | None) -> None:
    """Serve the graph to an assistant over stdin and stdout (Model Context Protocol).

    Tell the assistant's program to run this command; it ends when its stdin does.

    \b
    Example:  kg mcp --store .kg
    """
    graph = opened(store)
    try:
        from kg.mcp.server import run
    except ModuleNotFoundError as error:
        name = str(error.name).partition(".")[0]
        if name not in NEEDED:
            raise
        missing = f"the server for assistants needs {name}"
        raise InputError(missing, mend="pip install drugfacts[mcp]") from None
    run(graph, say)
