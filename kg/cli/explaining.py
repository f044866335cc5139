"""The command that explains how a drug acts on a disease: explain."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.common import format_option, opened, output_option, pick, say, store_option


@click.command()
@click.argument("drug")
@click.argument("disease")
@click.option("--all", "whole", is_flag=True, help="Show the steps of every path, not the first.")
@click.option(
    "--svg",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw the path (with --all every path) into this file.",
)
@format_option("text", "json")
@output_option
@store_option
def explain(
    drug: str,
    disease: str,
    whole: bool,
    svg: Path | None,
    form: str | None,
    output: Path | None,
    store: Path | None,
) -> None:
    """Explain how DRUG (a substance or a product) acts on DISEASE: steps, signs, sources.

    Exits with 1 if no path between the two is held.

    \b
    Example:  kg explain nusinersen "spinal muscular atrophy"
    """
    from dataclasses import asdict

    from kg import render
    from kg.draw import draw
    from kg.explain import explain as run
    from kg.explain import text
    from kg.lookup import listed

    form = pick(form, output, "text", ("text", "json"))
    found = run(opened(store).store, drug, disease)
    for name, match in ((drug, found.drug), (disease, found.disease)):
        if match.others:
            say(f'"{name}" is also: {listed(match.others)}')
    if svg is not None and found.paths:
        render.emit(draw(found.paths if whole else found.paths[:1]), svg)
    shown = render.json_text(asdict(found)) if form == "json" else text(found, whole=whole)
    render.emit(shown, output)
    if not found.paths:
        sys.exit(1)
