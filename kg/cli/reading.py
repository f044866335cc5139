"""The commands that read running text: faithful, propose, review."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.common import (
    ROWS,
    format_option,
    opened,
    output_option,
    pick,
    read,
    say,
    store_option,
)
from kg.errors import InputError

PATH = click.Path(dir_okay=False, path_type=Path)
rejected_option = click.option(
    "--rejected",
    type=PATH,
    help="The table of rejected proposals; data/rejected.tsv of the project if not given.",
)


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


@click.command()
@click.argument("page", type=PATH)
@click.option("--source", help="The source or version that the page is; recognised if not given.")
@click.option("--authority", help="Whose text it is (FDA, EMA): uses it states are this one's.")
@click.option("--all", "known", is_flag=True, help="Propose what the graph holds already, too.")
@rejected_option
@output_option
@store_option
def propose(
    page: Path,
    source: str | None,
    authority: str | None,
    known: bool,
    rejected: Path | None,
    output: Path | None,
    store: Path | None,
) -> None:
    """Propose facts that PAGE (a text file, or - for stdin) seems to say, as text to be edited.

    Nobody has read them yet, and none is in the graph. `kg review` takes the text back.

    \b
    Example:  kg propose page.txt -o proposed.txt
              kg propose label.txt --authority FDA
    """
    from kg import render
    from kg.proposing import desk
    from kg.proposing.proposal_text import write
    from kg.proposing.rejected import default_table, ids
    from kg.syntax import decode

    graph = opened(store)
    text = decode(sys.stdin.buffer.read(), "stdin") if str(page) == "-" else read(page)
    version = desk.version_of(graph, text, source)
    if not version:
        say("the page is no source of the graph yet: see the line version: of the proposals")
    found = desk.propose(
        graph,
        text,
        page=page.name,
        version=version,
        authority=authority,
        rejected=ids(rejected or default_table()),
        known=known,
    )
    render.emit(write(found), output)
    say(f"{len(found.blocks)} facts proposed, none of them reviewed")


@click.command()
@click.argument("proposals", type=PATH)
@click.option("--page", required=True, type=PATH, help="The page they were read in.")
@click.option("--by", required=True, help="Who decided.")
@click.option("--on", required=True, help="On which day: YYYY-MM-DD.")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The data folder that the facts are to join; the project's own if not given.",
)
@rejected_option
@output_option
@store_option
def review(
    proposals: Path,
    page: Path,
    by: str,
    on: str,
    data: Path | None,
    rejected: Path | None,
    output: Path | None,
    store: Path | None,
) -> None:
    """Take decisions on PROPOSALS: accepted ones come out as Turtle, rejected ones are remembered.

    The Turtle belongs into data/curated; it is only written if the graph conforms with it.

    \b
    Example:  kg review proposed.txt --page page.txt --by "A. Name" --on 2026-11-26 -o new.ttl
    """
    from kg import render
    from kg.dates import PartialDate
    from kg.proposing import desk
    from kg.proposing.proposal_text import read as read_proposals
    from kg.proposing.rejected import added, default_table

    table = rejected or default_table()
    for path in (table, output):
        if path is not None and not path.absolute().parent.is_dir():
            raise InputError("its folder is not there", file=path, mend="make the folder first")
    day = PartialDate(on)
    given = read_proposals(read(proposals), str(proposals))
    graph, text = opened(store), read(page)
    done = desk.review(graph, given, text, file=str(proposals), by=by, on=day, data=data)
    if done.rejected:  # first, since taking it down twice does no harm
        render.emit(added(table, done.rejected), table)
    if done.turtle:
        render.emit(done.turtle, output)
    accepted, refused, later = done.counts
    say(f"{accepted} accepted, {refused} rejected, {later} left for later")
