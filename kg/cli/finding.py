"""The command that finds things by what people call them: find."""

from __future__ import annotations

import sys
from pathlib import Path

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
from kg.kinds import KINDS

COLUMNS = ("label", "id", "kind", "facts", "matched", "how", "fit", "distance")
SHOWN = 6
"""Columns of a table; how closely a name fits is seen at a glance."""


@click.command()
@click.argument("text")
@click.option(
    "-k",
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(list(KINDS)),
    help="Only things of this kind; may be given several times.",
)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, 1000),
    default=10,
    show_default=True,
    help="How many at most.",
)
@format_option(*ROWS)
@output_option
@store_option
@endpoint_option
def find(
    text: str,
    kinds: tuple[str, ...],
    limit: int,
    form: str | None,
    output: Path | None,
    store: Path | None,
) -> None:
    """Find things by a name, a part of a name, a code, or a misspelling.

    The likeliest goes first. Exits with 1 if nothing is called so or nearly so.

    \b
    Examples:  kg find nusinersan
               kg find "muscular atrophy" --kind disease --limit 20
               kg find TTN --format json
    """
    from kg import render
    from kg.names import compact, expand

    form = pick(form, output, "table", ROWS)
    graph = opened(store)
    rows = [
        (
            hit.label,
            compact(hit.iri),
            graph.lookup.label(expand(hit.kind)),
            hit.facts,
            compact(hit.name),
            hit.how,
            hit.fit,
            hit.distance,
        )
        for hit in graph.search(text, kinds=[KINDS[kind] for kind in kinds], limit=limit)
    ]
    if form == "table":
        data = render.table(COLUMNS[:SHOWN], [row[:SHOWN] for row in rows]) if rows else ""
    else:
        data = render.records(COLUMNS, rows, form)
    render.emit(data, output)
    if not rows:
        say(f'kg: nothing is called "{text}", or nearly so')
        sys.exit(1)
