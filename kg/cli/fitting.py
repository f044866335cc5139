"""The command that sets a patient's profile against the indications of a disease: eligible."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kg.cli.common import (
    Command,
    endpoint_option,
    format_option,
    opened,
    output_option,
    pick,
    store_option,
)
from kg.fitting.profile import FIELDS, profile


def _options(command: Command) -> Command:
    """An option for each field of a profile, in their order."""
    for one in reversed(FIELDS):
        more = "; may be given again" if one.many else ""
        command = click.option(
            one.option,
            one.name,
            multiple=one.many,
            required=one.name == "disease",
            help=f"{one.doc[:1].upper()}{one.doc[1:]}{more}.",
        )(command)
    return command


@click.command()
@_options
@format_option("text", "json")
@output_option
@store_option
@endpoint_option
def eligible(form: str | None, output: Path | None, store: Path | None, **fields: Any) -> None:
    """Say which indications of a disease a patient's profile matches, which fail and on what, and
    which cannot be decided and what is missing. What is not given is not known, and is never
    counted as a match. Exits with 1 if none matches. Not medical advice.

    An age in months is one in completed months; in days, or by --born and --date, it is exact.

    \b
    Example:  kg eligible --disease SMA --age 18mo --mutation SMN1 --date 2024-01-01
    """
    from kg import render

    form = pick(form, output, "text", ("text", "json"))
    found = opened(store).eligible(profile(fields))
    render.emit(render.json_text(found.record()) if form == "json" else found.text(), output)
    if not found.of("match"):
        sys.exit(1)
