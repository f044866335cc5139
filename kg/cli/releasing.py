"""The command that writes a release."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.common import extra, opened, say, store_option
from kg.errors import DoesNotConform


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--since",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The release to compare with; the newest older one in DIRECTORY if not given.",
)
@store_option
def release(directory: Path, since: Path | None, store: Path | None) -> None:
    """Write a release into DIRECTORY: a folder with all exports, their terms and checksums.

    Its day is that of $SOURCE_DATE_EPOCH, or of the build. Exits with 1 if the graph does not
    conform to the shapes; the release is written and says so.

    \b
    Example:  kg release releases
              kg release releases --since releases/drugfacts-2026-11-26
    """
    from kg.releasing.release import release as run

    with extra("parquet", "a release", ("pyarrow",)):
        made = run(opened(store).store, directory, since, say)
    for kind, count in made.changed.items():
        say(f"  {kind}: {count:,} facts")
    click.echo(f"{made.facts} facts: {made.path}")
    if not made.conforms:
        sys.exit(DoesNotConform.exit_code)
