"""The command that gets the publishers' files: fetch."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.common import ROWS, format_option, output_option, pick, say
from kg.errors import InputError

if TYPE_CHECKING:
    from kg.fetch import Outcome, Registry, Wanted

COLUMNS = ("source", "file", "state", "revision", "bytes", "sha256")
LISTED = ("source", "file", "address", "there", "revision")


@click.command()
@click.argument("names", metavar="[SOURCE]…", nargs=-1)
@click.option(
    "--to",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to fetch into, and to build from afterwards.",
)
@click.option("--list", "listing", is_flag=True, help="Fetch nothing: list what there is.")
@click.option(
    "--with",
    "chosen",
    metavar="PLACE=VALUE",
    multiple=True,
    help="Fill in a place of an address, e.g. set-id=… or month=may; may be repeated.",
)
@click.option("--again", is_flag=True, help="Fetch files anew that are there already.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=60,
    show_default=True,
    help="Seconds without a byte after which a connection counts as lost.",
)
@click.option(
    "--registry",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Another list of sources than the packaged one, for mirrors.",
)
@format_option(*ROWS)
@output_option
def fetch(
    names: tuple[str, ...],
    directory: Path | None,
    listing: bool,
    chosen: tuple[str, ...],
    again: bool,
    timeout: float,
    registry: Path | None,
    form: str | None,
    output: Path | None,
) -> None:
    """Fetch the files of each SOURCE, or of all, from their publishers.

    What was broken off goes on where it stopped. Exits with 1 if a file could not be had; the
    others are fetched all the same.

    \b
    Example:  kg fetch hgnc mondo --to sources && kg build --from sources
              kg fetch --list
    """
    from functools import partial

    from kg import fetch as fetching
    from kg import render
    from kg.download import download

    form = pick(form, output, "table", ROWS)
    known = fetching.registry(registry)
    wanted = known.wanted(names, [_choice(one) for one in chosen])
    if listing:
        cells = [_listed(known, one, directory) for one in wanted]
        render.emit(render.records(LISTED, cells, form), output)
        return
    if directory is None:
        raise InputError("no folder to fetch into", field="--to", mend="give one with --to DIR")
    outcomes = fetching.fetch(
        known,
        wanted,
        directory,
        again=again,
        say=say,
        progress=lambda one: meter(one.path),
        get=partial(download, timeout=timeout),
    )
    rows = [
        [one.wanted.source, one.wanted.path, one.state, one.revision, one.size, one.sha256]
        for one in outcomes
    ]
    render.emit(render.records(COLUMNS, rows, form), output)
    _faults([one for one in outcomes if one.fault], len(outcomes), directory)


def _choice(text: str) -> tuple[str, str]:
    place, equals, value = text.partition("=")
    if not equals:
        raise InputError(f'"{text}" is not PLACE=VALUE', field="--with")
    return place, value


def _listed(known: Registry, one: Wanted, directory: Path | None) -> list[str]:
    """A file as a row: whether it is there, if a folder is given, and which revision."""
    from kg.payload import digest

    found = known.present(one, directory) if directory else []
    there = "" if directory is None else "no" if not found else found[0].name
    if len(found) > 1:
        there = f"{len(found)} files"
    revisions = {known.revision(one.source, digest(path)): None for path in found}
    return [one.source, one.path, one.address or "", there, ", ".join(revisions)]


def _faults(failed: list[Outcome], total: int, directory: Path) -> None:
    """List what was not fetched, and exit accordingly."""
    if not failed:
        return
    say(f"kg: {len(failed)} of {total} files were not fetched:")
    for one in failed:
        say(f"  {one.text(directory)}")
    codes = {one.error.exit_code if one.error else 1 for one in failed}
    sys.exit(codes.pop() if len(codes) == 1 else 1)


def meter(name: str) -> Callable[[int, int | None], None]:
    """Progress on stderr: one line that changes on a terminal, else a line every ten seconds."""
    terminal = sys.stderr.isatty()
    begun = shown = time.monotonic()
    first: int | None = None

    def tell(held: int, total: int | None) -> None:
        nonlocal shown, first
        now = time.monotonic()
        first = held if first is None or held < first else first
        done = held == total
        if now - shown < (0.2 if terminal else 10) and not (done and terminal):
            return
        shown = now
        line = status(name, held, total, (held - first) / max(now - begun, 0.001))
        if terminal:
            click.echo(f"\r\033[K{line}" + "\n" * done, err=True, nl=False)
        else:
            say(line)

    return tell


def status(name: str, held: int, total: int | None, rate: float) -> str:
    """How far a download is: bytes, per cent if the whole is known, rate in bytes a second."""
    share = "" if not total else f" of {amount(total)}, {100 * held // total} %"
    return f"{name}: {amount(held)}{share}, {amount(rate)}/s"


def amount(size: float) -> str:
    """Bytes in the unit that fits: 999 B, 1.0 kB, 12.3 MB."""
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
