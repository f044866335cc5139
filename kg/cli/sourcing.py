"""Commands about where facts come from and go: evidence, sources, export."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.building import account
from kg.cli.common import (
    ROWS,
    extra,
    format_option,
    opened,
    output_option,
    pick,
    read,
    say,
    store_option,
)
from kg.errors import InputError

EXPORTS = (
    *("turtle", "trig", "ntriples", "nquads", "jsonld", "rdfxml"),
    *("kgx-tsv", "kgx-jsonl"),
    *("graphml", "gexf", "cytoscape"),
    *("nanopub", "parquet", "rdf12", "fhir"),
    *("sssom", "schema-org"),
)
"""The names of :data:`kg.exporting.registry.FORMS`, which is too heavy for ``kg --help``."""


@click.command()
@click.option(
    "--page",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A captured copy of a page: find every fact of it again.",
)
@click.option(
    "--source",
    help="The source that the page is a copy of; with --from, the one source to read again.",
)
@click.option(
    "--cite",
    metavar="START:END",
    help="Print an evidence node for the sentences at these characters of the page.",
)
@click.option("--section", default="", help="With --cite: the section's name.")
@click.option(
    "--from",
    "folders",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="A folder of captured pages and publishers' files: read all evidence again.",
)
@click.option("--each", is_flag=True, help="With --from: a row for each piece of evidence.")
@format_option(*ROWS)
@output_option
@store_option
def evidence(
    page: Path | None,
    source: str | None,
    cite: str | None,
    section: str,
    folders: tuple[Path, ...],
    each: bool,
    form: str | None,
    output: Path | None,
    store: Path | None,
) -> None:
    """Find the facts of a page again: confirmed, moved, changed or lost.

    With --from, every piece of evidence is read again from its file: stands, moved, changed,
    lost, or not at hand. Without either: which facts rest on which sources. Exits with 1 if
    anything changed or is lost.

    \b
    Example:  kg evidence --page zolgensma.txt
              kg evidence --from sources --from pages
    """
    from kg import anchor, render
    from kg.names import compact

    form = pick(form, output, "table", ROWS)
    graph = opened(store)
    if folders:
        from kg.cli.keeping import reread

        iri = graph.find(source).iri if source else None
        reread(graph, folders, iri, each, form, output)
        return
    if page is None:
        rows = [list(row.values()) for row in graph.select(_BY_SOURCE)]
        render.emit(render.records(("source", "version", "facts", "places"), rows, form), output)
        return
    text = read(page)
    iri = graph.find(source).iri if source else None
    if cite is not None:
        start, _, end = cite.partition(":")
        if not (start.isdigit() and end.isdigit()):
            raise InputError(f'"{cite}" is not START:END', field="--cite")
        version = anchor.version_of(graph.store, text, iri)
        render.emit(anchor.cite(text, int(start), int(end), version, section or "Page"), output)
        return
    found = anchor.reanchor(graph.store, text, iri)
    rows = [
        [
            one.state,
            compact(one.fact),
            one.label,
            one.section,
            f"{one.was[0]}-{one.was[1]}",
            f"{one.now[0]}-{one.now[1]}" if one.now else "",
        ]
        for one in found
    ]
    render.emit(
        render.records(("state", "fact", "label", "section", "was", "now"), rows, form), output
    )
    count = {state: sum(one.state == state for one in found) for state in anchor.STATES}
    rest = ", ".join(f"{count[state]} {state}" for state in anchor.STATES[1:])
    say(f"{count['confirmed']} of {len(found)} confirmed, {rest}")
    if count["changed"] or count["lost"]:
        sys.exit(1)


_BY_SOURCE = """
SELECT ?source ?version (COUNT(DISTINCT ?fact) AS ?facts) (COUNT(DISTINCT ?evidence) AS ?places)
WHERE {
  ?fact df:polarity ?polarity ; df:evidence ?evidence .
  ?evidence df:inVersion ?v .
  ?v rdfs:label ?version ; df:versionOf/rdfs:label ?source .
} GROUP BY ?source ?version ORDER BY ?source ?version"""


@click.command()
@click.argument("form", metavar="FORMAT", required=False, type=click.Choice(EXPORTS))
@click.option(
    "--loss",
    "report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write as JSON what was left out and what is not said, counted by kind.",
)
@output_option
@store_option
def export(form: str | None, report: Path | None, output: Path | None, store: Path | None) -> None:
    """Write the graph in a format of the field; what the format cannot say is told on stderr.

    \b
    Example:  kg export turtle -o drugfacts.ttl
              kg export kgx-tsv -o drugfacts-kgx --loss loss.json
    """
    from kg import render
    from kg.exporting.facts import Facts
    from kg.exporting.place import placed
    from kg.exporting.registry import FORMS

    form = pick(form, output, "", EXPORTS)
    if not form:
        raise InputError("no format", field="FORMAT", mend="use " + ", ".join(EXPORTS))
    facts = Facts(opened(store).store)
    needs = extra("parquet", "the export to Parquet", ("pyarrow",))
    with needs, placed(output, folder=bool(FORMS[form].files)) as path:
        loss = FORMS[form].run(facts, path)
    if loss.any:
        say(loss.text())
    if report is not None:
        render.emit(render.json_text(loss.record()), report)


@click.command()
@click.option("--report", is_flag=True, help="What became of every row of the publishers' files.")
@click.option("--ambiguous", is_flag=True, help="Names that could mean several things.")
@format_option(*ROWS)
@output_option
@store_option
def sources(
    report: bool, ambiguous: bool, form: str | None, output: Path | None, store: Path | None
) -> None:
    """List the sources and their revisions: publisher, rights, tier, how many facts rest on each.

    \b
    Example:  kg sources --format csv
              kg sources --report
    """
    from kg import render

    form = pick(form, output, "table", ROWS)
    if report:
        render.emit(account(opened(store).store.manifest["sources"], form), output)
        return
    if ambiguous:
        render.emit(_ambiguous(store, form), output)
        return
    rows = list(opened(store).select(_SOURCES))
    columns = ("source", "version", "date", "publisher", "tier", "rights", "facts", "address")
    cells = [[row[name] for name in columns] for row in rows]
    render.emit(render.records(columns, cells, form), output)


def _ambiguous(store: Path | None, form: str) -> str:
    from kg import render
    from kg.names import compact
    from kg.why import unclear

    cells = [
        [one.named_as, one.source, one.date, f"{label} ({compact(iri)})"]
        for one in unclear(opened(store).store)
        for iri, label in one.candidates
    ]
    return render.records(("name", "source", "revision", "could be"), cells, form)


_SOURCES = """
SELECT ?source ?version ?date ?publisher ?tier ?rights ?address (COUNT(DISTINCT ?fact) AS ?facts)
WHERE {
  ?v df:versionOf ?s ; rdfs:label ?version ; df:versionDate ?date .
  ?s rdfs:label ?source ; dcterms:publisher ?publisher ; dcterms:rights ?rights ;
    df:tier/rdfs:label ?tier .
  OPTIONAL { ?s schema:url ?address }
  OPTIONAL { ?evidence df:inVersion ?v . ?fact df:evidence ?evidence ; df:polarity ?any }
} GROUP BY ?source ?version ?date ?publisher ?tier ?rights ?address ORDER BY ?source ?version"""
