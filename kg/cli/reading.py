"""The commands that read running text: faithful."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.common import ROWS, format_option, opened, output_option, pick, say, store_option


@click.command()
@click.argument("texts", nargs=-1, type=click.Path(path_type=Path))
@format_option(*ROWS, "text")
@output_option
@store_option
def faithful(
    texts: tuple[Path, ...], form: str | None, output: Path | None, store: Path | None
) -> None:
    """Check facts against the passages they cite: names, numbers, dates, negation, hedges.

    TEXTS are captured copies of sources, or folders of them; sections of labels in the store are
    read without. Each finding is one line. Exits with 1 if there is one.

    \b
    Example:  kg faithful pages/
    """
    from kg import render
    from kg.names import compact

    form = pick(form, output, "text", (*ROWS, "text"))
    done = opened(store).faithful(*texts)
    if form == "text":
        found = [one.line() for one in done.findings]
        summary = f"{len(done.compared)} facts compared with their passages, {len(found)} findings"
        render.emit("\n".join([*found, summary]) + "\n", output)
    else:
        columns = ("fact", "place", "part", "problem")
        rows = [[compact(one.fact), one.place, one.part, one.problem] for one in done.findings]
        render.emit(render.records(columns, rows, form), output)
    if done.without_text:
        say(f"{len(done.without_text)} facts cite running text that is not at hand")
    if done.findings:
        sys.exit(1)
