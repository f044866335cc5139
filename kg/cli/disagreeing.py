"""The command that shows where sources disagree: disagreements."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kg.cli.common import endpoint_option, format_option, opened, output_option, pick, store_option

__all__ = ["disagreements"]

KINDS = ("contradiction", "divergence", "scope", "stale", "differentProduct")
FORMS = ("text", "table", "csv", "tsv", "json", "xml")
SHOWN = ("disagreement", "subject", "value", "standing", "authority", "source", "versionDate")
"""Columns of a table; the place is the last one."""


@click.command()
@click.option("-k", "--kind", type=click.Choice(KINDS), help="Only disagreements of this kind.")
@click.option("-p", "--product", metavar="NAME", help="Only those about this product.")
@format_option(*FORMS)
@output_option
@store_option
@endpoint_option
def disagreements(
    kind: str | None,
    product: str | None,
    form: str | None,
    output: Path | None,
    store: Path | None,
) -> None:
    """Show where sources disagree: what each place says, in which revision and record, and when.

    \b
    contradiction     cannot all be true
    divergence        authorities of different jurisdictions decided differently
    scope             one value lies within the other
    stale             a newer revision says otherwise
    differentProduct  of other applications, presentations or products of one substance

    Exits with 1 if there is none.

    \b
    Example:  kg disagreements --product Zolgensma --kind divergence
    """
    from kg import render
    from kg.graph import named

    form = pick(form, output, "table", FORMS)
    graph = opened(store)
    result = graph.ask(named("disagreements"), drug=product, kind=kind)
    if form == "text":
        render.emit(result.answer().text(), output)
    elif form == "table":
        columns = (*SHOWN, "place")
        at = [result.columns.index(name) for name in columns]
        label = [result.columns.index(f"{name}Label") for name in ("value", "disagreement")]
        rows: list[list[Any]] = []
        for row in result.rows.rows:
            cells = [row[i] for i in at]
            cells[columns.index("value")] = row[label[0]]
            cells[columns.index("disagreement")] = row[label[1]]
            if cells not in rows[-1:]:
                rows.append(cells)
        shown = render.cells(columns, rows, graph.lookup.label)
        render.emit(render.table(*shown), output)
    else:
        render.emit(result.serialize(form), output)
    sys.exit(0 if len(result) else 1)
