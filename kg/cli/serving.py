"""The command that puts the graph on the web: serve."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.common import endpoint_option, extra, opened, say, store_option
from kg.errors import InputError

NEEDED = ("starlette", "uvicorn", "anyio", "httptools", "uvloop", "jinja2")
"""What the extra ``web`` brings."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port to listen on; 0 takes a free one.",
)
@click.option(
    "-l",
    "--limit",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a limit otherwise; the server shows all at /limits.",
)
@store_option
@endpoint_option
def serve(host: str, port: int, given: tuple[str, ...], store: Path | None) -> None:
    """Serve the graph on the web: SPARQL for programs, pages for people.

    Prints the address once it answers there. Stops at Ctrl-C or SIGTERM.

    \b
    Example:  kg serve --port 8080
              kg serve --limit query_seconds=5
    """
    from kg.limits import Limits

    limits = Limits.of(_pairs(given))
    graph = opened(store)
    with extra("web", "the web server", NEEDED):
        from kg.web.server import run
    run(graph, host, port, say, limits)


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    for name, equals, _ in pairs:
        if not equals:
            raise InputError(f'"{name}" is not NAME=VALUE', field="--limit")
    return {name: value for name, _, value in pairs}
