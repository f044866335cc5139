"""The command that explains two things by the paths and facts between them: explain."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.common import (
    endpoint_option,
    format_option,
    opened,
    output_option,
    pick,
    say,
    store_option,
)


@click.command()
@click.argument("one")
@click.argument("other")
@click.option("--all", "whole", is_flag=True, help="Show the steps of every mechanism path.")
@click.option("--facts", is_flag=True, help="Only the facts that connect the two; draw them too.")
@click.option("--most", type=int, help="How many paths of facts at most (default 5).")
@click.option("--longest", type=int, help="How many facts such a path has at most (default 4).")
@click.option(
    "--svg",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw the mechanism (with --all every path), or else the facts, into this file.",
)
@format_option("text", "json")
@output_option
@store_option
@endpoint_option
def explain(
    one: str,
    other: str,
    whole: bool,
    facts: bool,
    most: int | None,
    longest: int | None,
    svg: Path | None,
    form: str | None,
    output: Path | None,
    store: Path | None,
) -> None:
    """Explain ONE and OTHER: of a drug and a disease how it acts, with steps, signs and sources;
    of any two things the facts that connect them.

    What is denied or was not studied is never a step. Exits with 1 if nothing connects the two.

    \b
    Example:  kg explain nusinersen "spinal muscular atrophy"
              kg explain SMN1 Spinraza --svg why.svg
    """
    from dataclasses import replace

    from kg import render
    from kg.lookup import listed

    form = pick(form, output, "text", ("text", "json"))
    found = opened(store).explain(one, other, most=most, longest=longest)
    if facts:
        found = replace(found, mechanism=None)
    ends = (found.connections.start, found.connections.end)
    for name, match in zip((one, other), ends, strict=True):
        if match.others:
            say(f'"{name}" is also: {listed(match.others)}')
    if svg is not None and (picture := found.picture(whole=whole)):
        render.emit(picture, svg)
    shown = render.json_text(found.record()) if form == "json" else found.text(whole=whole)
    render.emit(shown, output)
    if not found.held:
        sys.exit(1)
