"""Commands that make and check: build and check."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.common import ROWS, format_option, opened, output_option, pick, say, store_option
from kg.errors import DoesNotConform, InputError

if TYPE_CHECKING:
    from kg.validate import Report


@click.command()
@store_option
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Curated data to build from instead of the packaged one.",
)
@click.option(
    "--from",
    "sources",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of the publishers' files: build from everything they say, too.",
)
@click.option(
    "--extract",
    is_flag=True,
    help="With --from: read the indication texts by rules too. Their facts are unreviewed, and no "
    "answer rests on them unless it is asked for what rules read.",
)
def build(store: Path | None, data: Path | None, sources: Path | None, extract: bool) -> None:
    """Build the graph, check it, and publish it; the old one stays until then.

    \b
    Example:  kg build --store /tmp/graph
              kg build --from sources
              kg build --from sources --extract
    """
    import time

    from kg.build import build as run

    if extract and sources is None:
        raise InputError("needs the texts", field="--extract", mend="name their folder by --from")
    started = time.monotonic()
    built = run(store, data=data, sources=sources, extract=extract, progress=say)
    manifest = built.manifest
    if sources is not None:
        seconds, megabytes = time.monotonic() - started, peak()
        say(f"{seconds:.0f} s, at most {megabytes:,.0f} MB of memory")
        click.echo(account(manifest["sources"], "table"), nl=False)
    click.echo(f"{manifest['facts']} facts, {manifest['quads']} quads: {built.path}")


def peak() -> float:
    """The most memory that this process, or one it waited for, had at once, in MB."""
    import resource

    scale = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(one).ru_maxrss for one in who) / scale


def account(lines: list[dict[str, Any]], form: str) -> str:
    """What became of the rows of each file: a row a file, and a row a reason to skip."""
    from kg import render

    columns = ("source", "file", "what became of the rows", "rows", "facts", "quads")
    cells: list[list[Any]] = []
    for line in lines:
        first = [line["name"], line["file"]]
        cells.append([*first, "read", line["rows"], line["facts"], line["quads"]])
        cells.append([*first, "taken", line["taken"], "", ""])
        cells += [[*first, reason, count, "", ""] for reason, count in line["skipped"].items()]
    return render.records(columns, cells, form)


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--with-graph", is_flag=True, help="Read the built graph beside the files.")
@click.option(
    "--engine",
    type=click.Choice(["pyshacl", "shacl"]),
    help="pySHACL is the reference, and checks files; shacl says the same, and checks the graph.",
)
@format_option("text", *ROWS, "turtle")
@output_option
@store_option
def check(
    files: tuple[Path, ...],
    with_graph: bool,
    engine: str | None,
    form: str | None,
    output: Path | None,
    store: Path | None,
) -> None:
    """Check the built graph, or any RDF FILE, against our shapes.

    Exits with 1 if something does not conform. The format turtle is the SHACL report graph.

    \b
    Example:  kg check my-facts.ttl --format json
    """
    from kg.rdf import parse_file
    from kg.validate import validate, validate_file
    from kg.validate_fast import validate_quads

    form = pick(form, output, "text", ("text", *ROWS, "turtle"))
    if files:
        quads = [quad for file in files for quad in parse_file(file)]
        extra = list(opened(store).store.quads()) if with_graph else None
        run = validate_quads if engine == "shacl" else validate
        checked = run(quads, extra=extra)
        what = ", ".join(map(str, files))
    else:
        graph = opened(store).store
        if engine == "pyshacl" or graph.path is None:
            checked = validate(graph.quads())
        else:
            checked = validate_file(graph.path / "graph.nq")
        what = "the graph"
    report(checked, what, form, output)
    if not checked.conforms:
        sys.exit(DoesNotConform.exit_code)


def report(
    found: Report,
    what: str,
    form: str,
    output: Path | None,
    places: Mapping[str, str] | None = None,
) -> None:
    """Print a validation report as text, JSON or the SHACL report graph (Turtle).

    :param places: from which records some of the focus nodes come.
    """
    from kg import render
    from kg.report import lines

    columns = ("severity", "focus", "path", "value", "shape", "message")
    if form == "turtle":
        render.emit(found.graph.serialize(format="turtle"), output)
    elif form == "json":
        rows = [{name: getattr(one, name) for name in columns} for one in found.results]
        render.emit(render.json_text({"conforms": found.conforms, "results": rows}), output)
    elif form in ROWS:
        cells = [[curies(getattr(one, name)) for name in columns] for one in found.results]
        render.emit(render.records(columns, cells, form), output)
    else:
        said = [f"{what} {'conforms' if found.conforms else 'does not conform'}"]
        said += lines(found, (places or {}).get)
        total = ", ".join(f"{n} {name}" for name, n in found.counts().items() if n)
        render.emit("\n".join([*said, *([total] if total else [])]) + "\n", output)


def curies(text: str) -> str:
    """A text with every IRI in it as its CURIE."""
    from kg.names import compact

    return re.sub(r"https?://[^\s|()^*+?]+", lambda found: compact(found.group()), text)
