"""Commands that keep facts true: comparing revisions, confirming, and what has grown old."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.common import (
    ROWS,
    endpoint_option,
    format_option,
    opened,
    output_option,
    pick,
    say,
    store_option,
)

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["confirm", "diff", "freshness", "reread"]

REVISION = click.Path(exists=True, dir_okay=False, path_type=Path)


def reread(
    graph: Graph,
    folders: Sequence[Path],
    source: str | None,
    each: bool,
    form: str,
    output: Path | None,
) -> None:
    """Read every piece of evidence again from the files below some folders, and tell of it.

    Exits with 1 if anything changed or is lost.

    :param source: IRI of the one source to read; all if not given.
    """
    from kg import render
    from kg.names import compact
    from kg.revising.recheck import STATES, Checked, Line, recheck, summary

    checked = recheck(graph.store, folders, say, source=source)
    columns: Sequence[str]
    cells: list[list[Any]]
    if each:
        columns, cells = Checked.COLUMNS, [one.row() for one in checked]
    else:
        columns = (*Line.COLUMNS, *STATES)
        lines = summary(checked, graph.lookup.label)
        cells = [[*one.named(), *one.counts.values()] for one in lines]
    render.emit(render.records(columns, cells, form), output)
    wrong = [one for one in checked if one.state in ("changed", "lost")]
    for one in wrong[:20]:
        say(f"{one.state}: {compact(one.piece.iri)} ({one.version.label}, {one.piece.place})")
    if wrong:
        say(f"{len(wrong):,} of {len(checked):,} pieces of evidence changed or are lost")
        sys.exit(1)
    say(f"of {len(checked):,} pieces of evidence none changed or is lost")


@click.command()
@click.argument("old", type=REVISION)
@click.argument("new", type=REVISION)
@click.option("--old-date", metavar="DATE", help="The day of OLD, if it does not say it itself.")
@click.option("--new-date", metavar="DATE", help="The day of NEW, if it does not say it itself.")
@click.option("--all", "whole", is_flag=True, help="List also what stands.")
@format_option("text", "json", "table", "csv", "tsv")
@output_option
@store_option
def diff(
    old: Path,
    new: Path,
    old_date: str | None,
    new_date: str | None,
    whole: bool,
    form: str | None,
    output: Path | None,
    store: Path | None,
) -> None:
    """Compare two revisions of a page, a label (SPL, XML) or a register by the facts held of it.

    Each fact is confirmed, moved, changed or lost; sentences of NEW that no fact rests on are
    listed. Exits with 1 if a fact changed or is lost.

    \b
    Example:  kg diff zolgensma-2023.txt zolgensma-2024.txt --new-date 2024-06-01
              kg diff label-v3.xml label-v4.xml --format json
    """
    from dataclasses import astuple, fields

    from kg import render
    from kg.names import compact
    from kg.revising.compared import Compared

    form = pick(form, output, "text", ("text", "json", *ROWS))
    found = opened(store).diff(old, new, old_date=old_date, new_date=new_date)
    if form == "json":
        render.emit(render.json_text(found.document()), output)
    elif form == "text":
        render.emit(found.text(whole), output)
    else:
        rows = [[compact(one.fact), *astuple(one)[1:]] for one in found.facts]
        columns = [one.name for one in fields(Compared)]
        render.emit(render.records(columns, rows, form), output)
    if not found.holds:
        sys.exit(1)


@click.command()
@click.argument("old", type=REVISION)
@click.argument("new", type=REVISION)
@click.option("--old-date", metavar="DATE", help="The day of OLD, if it does not say it itself.")
@click.option("--new-date", metavar="DATE", help="The day of NEW, if it does not say it itself.")
@click.option("--retrieved", metavar="DATE", help="The day on which NEW was captured.")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The curated data to confirm in, instead of the packaged one.",
)
def confirm(
    old: Path,
    new: Path,
    old_date: str | None,
    new_date: str | None,
    retrieved: str | None,
    data: Path | None,
) -> None:
    """Confirm the curated facts that stand in NEW: adds an entry to data/confirmations.ttl.

    Facts whose evidence changed or is lost are listed and left for a person; then the exit code
    is 1. The next `kg build` takes the entry in.

    \b
    Example:  kg confirm zolgensma-2023.txt zolgensma-2024.txt --new-date 2024-06-01
    """
    from kg.names import compact
    from kg.resources import folder
    from kg.revising.confirm import confirm as run
    from kg.revising.revision import open_revision

    revisions = open_revision(old, old_date), open_revision(new, new_date)
    done = run(data or folder("data"), *revisions, retrieved)
    what = "added to" if done.written else "nothing to add to"
    click.echo(f"{len(done.facts)} facts stand in {done.version.label}; {what} {done.file}")
    for one in done.report.facts:
        if one.state in ("changed", "lost"):
            how = f": {one.how}" if one.how else ""
            click.echo(f"{one.state}: {one.label} ({compact(one.fact)}){how}")
    if not done.report.holds:
        sys.exit(1)


@click.command()
@click.option("--on", metavar="DATE", help="The day to count ages from; today if not given.")
@format_option(*ROWS)
@output_option
@store_option
@endpoint_option
def freshness(on: str | None, form: str | None, output: Path | None, store: Path | None) -> None:
    """Show how old the facts of each source are, what needs attention first.

    \b
    Example:  kg freshness --on 2026-12-01 --format csv
    """
    from kg import render
    from kg.revising.freshness import COLUMNS, table

    form = pick(form, output, "table", ROWS)
    rows = table(opened(store).freshness(on))
    render.emit(render.records(COLUMNS, rows, form), output)
