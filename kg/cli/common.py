"""What the commands share: their options, formats, and how a graph is opened and a text read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from kg.errors import InputError

if TYPE_CHECKING:
    from kg.graph import Graph

Command = TypeVar("Command", bound=Callable[..., Any])

__all__ = [
    "ENDINGS",
    "ROWS",
    "endpoint_option",
    "extra",
    "format_option",
    "given",
    "opened",
    "output_option",
    "pick",
    "read",
    "say",
    "store_option",
]

ROWS = ("table", "csv", "tsv", "json")
"""The formats of plain rows."""

ENDPOINT = "kg.endpoint"
ENDINGS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".srj": "json",
    ".xml": "xml",
    ".srx": "xml",
    ".txt": "text",
    ".ttl": "turtle",
    ".trig": "trig",
    ".nt": "ntriples",
    ".nq": "nquads",
    ".jsonld": "jsonld",
    ".rdf": "rdfxml",
    ".graphml": "graphml",
    ".gexf": "gexf",
    ".cyjs": "cytoscape",
}

store_option = click.option(
    "--store",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the built graph lives; else $KG_STORE, else the user's data directory.",
)
endpoint_option = click.option(
    "--endpoint",
    metavar="URL",
    envvar="KG_ENDPOINT",
    expose_value=False,
    callback=lambda ctx, param, value: ctx.meta.__setitem__(ENDPOINT, value),
    help="Ask the SPARQL 1.1 server at this address instead; else $KG_ENDPOINT.",
)
"""Kept in the context of the command, where :func:`opened` finds it."""
output_option = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of stdout; its ending picks the format.",
)


def format_option(*allowed: str) -> Callable[[Command], Command]:
    """The option ``--format`` with the formats that a command has."""
    return click.option(
        "-f", "--format", "form", type=click.Choice(allowed), help="The output format."
    )


def pick(form: str | None, output: Path | None, default: str, allowed: tuple[str, ...]) -> str:
    """The format asked for, or guessed from the output file's ending, or the default.

    :raises InputError: if this kind of answer does not come in that format.
    """
    if form is None and output is not None:
        form = ENDINGS.get(output.suffix.lower())
        if form not in allowed:
            raise InputError(
                f'no format goes by the ending "{output.suffix}" here',
                mend="name one with --format: " + ", ".join(allowed),
            )
    if form is not None and form not in allowed:
        raise InputError(f"this cannot be written as {form}", mend="use " + ", ".join(allowed))
    return form or default


def say(text: str) -> None:
    """Narrate on stderr."""
    click.echo(text, err=True)


@contextmanager
def extra(name: str, what: str, brings: Collection[str]) -> Iterator[None]:
    """Import what an extra of the distribution brings.

    :param what: what needs it, such as "the web server".
    :raises InputError: if it is not here, with how to get it.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        missing = str(error.name).partition(".")[0]
        if missing not in brings:
            raise
        problem = f"{what} needs {missing}"
        raise InputError(problem, mend=f"pip install drugfacts[{name}]") from None


def given(option: str) -> bool:
    """Whether an option stands on the command line, not in the environment."""
    source = click.get_current_context().get_parameter_source(option)
    return source is ParameterSource.COMMANDLINE


def opened(store: Path | None) -> Graph:
    """Open the built graph, or the one on the server that the command was given.

    :param store: what ``--store`` says; it goes before ``$KG_ENDPOINT``.
    :raises InputError: if ``--store`` and ``--endpoint`` are both given.
    """
    from kg.graph import open_graph

    endpoint = click.get_current_context().meta.get(ENDPOINT)
    if store is not None and endpoint is not None:
        if given("endpoint"):
            raise InputError("a graph is in a store or at an endpoint", mend="name one of the two")
        endpoint = None
    return open_graph(store, endpoint=endpoint, say=lambda text: say(f"kg: {text}"))


def read(path: Path) -> str:
    """Read a text file, strictly UTF-8."""
    from kg.syntax import decode

    try:
        return decode(path.read_bytes(), str(path))
    except OSError as error:
        raise InputError(error.strerror or str(error), file=path) from None
