"""The command that reads indication texts by rules: extract."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.common import say
from kg.errors import InputError


@click.command()
@click.option(
    "--from",
    "sources",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of the publishers' files: labels, the EMA table, MONDO and HP.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="How many read at once; what they find is the same.",
)
def extract(sources: Path, processes: int) -> None:
    """Read every indication text by rules: uses, for whom, and what the drug is not for.

    One line of JSON a text: places, codes and values, each with the rule that made it. Nobody has
    reviewed them, and none is in the graph.

    \b
    Example:  kg extract --from sources > found.jsonl
    """
    from kg.cli.building import peak
    from kg.extract import corpus
    from kg.extract.names.terms import Terms

    terms = Terms.of_files(sources)
    if not any(terms.names.values()):
        raise InputError("holds neither MONDO nor HP", file=sources, mend="get them with kg fetch")
    read = 0
    for text, found in corpus.run(corpus.texts(sources), terms, processes, say):
        click.echo(corpus.line(text, found), nl=False)
        read += 1
    if not read:
        raise InputError("holds no indication texts", file=sources, mend="get them with kg fetch")
    say(f"at most {peak():,.0f} MB of memory in one process")
