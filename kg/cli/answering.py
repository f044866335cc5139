"""The command that answers a question in people's own words: ask."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.common import endpoint_option, format_option, opened, output_option, pick, store_option


@click.command()
@click.argument("question")
@format_option("text", "json")
@output_option
@store_option
@endpoint_option
def ask(question: str, form: str | None, output: Path | None, store: Path | None) -> None:
    """Answer a question in your own words, from facts only, or say why it is not answered.

    Says what the question was taken for, and what was left out. Exits with 1 if there is no
    answer. It gives no advice: ask your doctor or pharmacist.

    \b
    Examples:  kg ask "Is Zolgensma a cure for SMA?"
               kg ask "when was spinrasa approved" --format json
    """
    from kg import render

    form = pick(form, output, "text", ("text", "json"))
    reply = opened(store).ask(question)
    render.emit(reply.text() if form == "text" else render.json_text(reply.record()), output)
    sys.exit(0 if reply.answer is not None and reply.answer.lines else 1)
