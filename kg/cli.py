"""The command ``kg``: parses what a user gives, renders what comes back.

stdout is data; narration, progress and errors go to stderr. Exit codes: 0 ok, 1 does not
conform or no answer, 2 bad input, 3 a limit was hit, 4 internal. RDF libraries are imported by
the commands that need them, so that ``kg --help`` stays quick.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg import __version__
from kg.errors import DoesNotConform, InputError, KgError

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.validate import Report

ROWS = ("table", "csv", "tsv", "json")
RESULTS = ("text", "table", "csv", "tsv", "json", "xml", "turtle", "ntriples", "jsonld", "rdfxml")
EXPORTS = ("turtle", "trig", "ntriples", "nquads", "jsonld", "rdfxml")
ENDINGS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".srj": "json",
    ".xml": "xml",
    ".srx": "xml",
    ".txt": "text",
    ".ttl": "turtle",
    ".nt": "ntriples",
    ".jsonld": "jsonld",
    ".rdf": "rdfxml",
}

_store = click.option(
    "--store",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the built graph lives; else $KG_STORE, else the user's data directory.",
)
_output = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of stdout; its ending picks the format.",
)


def _format(*allowed: str) -> Any:
    return click.option(
        "-f", "--format", "form", type=click.Choice(allowed), help="The output format."
    )


def _pick(form: str | None, output: Path | None, default: str, allowed: tuple[str, ...]) -> str:
    """The format asked for, or guessed from the output file's ending."""
    if form is None and output is not None:
        form = ENDINGS.get(output.suffix.lower())
        if form is None or form not in allowed:
            raise InputError(
                f'no format goes by the ending "{output.suffix}" here',
                mend="name one with --format: " + ", ".join(allowed),
            )
    return form or default


def _say(text: str) -> None:
    click.echo(text, err=True)


def _open(store: Path | None) -> Graph:
    from kg.graph import open_graph

    return open_graph(store)


class _Group(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="drugfacts")
def cli() -> None:
    """Drug facts with their qualifiers, evidence and dates, negatives included.

    \b
    Start with:  kg build
                 kg query is-cure -p drug=Zolgensma -p disease=SMA
                 kg show Zolgensma
    """


@cli.command()
@_store
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Curated data to build from instead of the packaged one.",
)
def build(store: Path | None, data: Path | None) -> None:
    """Build the graph, check it, and publish it; the old one stays until then.

    \b
    Example:  kg build --store /tmp/graph
    """
    from kg.build import build as run

    built = run(store, data=data, progress=_say)
    click.echo(f"{built.manifest['facts']} facts, {built.manifest['quads']} quads: {built.path}")


@cli.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--with-graph", is_flag=True, help="Read the built graph beside the files.")
@_format("text", "json", "turtle")
@_output
@_store
def check(
    files: tuple[Path, ...],
    with_graph: bool,
    form: str | None,
    output: Path | None,
    store: Path | None,
) -> None:
    """Check the built graph, or any RDF FILE, against our shapes.

    Exits with 1 if something does not conform. The format turtle is the SHACL report graph.

    \b
    Example:  kg check my-facts.ttl --format json
    """
    from kg.rdf import parse_file
    from kg.validate import validate

    form = _pick(form, output, "text", ("text", "json", "turtle"))
    if files:
        quads = [quad for file in files for quad in parse_file(file)]
        extra = list(_open(store).store.quads()) if with_graph else None
        report = validate(quads, extra=extra)
        what = ", ".join(map(str, files))
    else:
        report = validate(_open(store).store.quads())
        what = "the graph"
    _report(report, what, form, output)
    if not report.conforms:
        sys.exit(DoesNotConform.exit_code)


def _report(report: Report, what: str, form: str, output: Path | None) -> None:
    from kg import render

    columns = ("severity", "focus", "path", "value", "shape", "message")
    if form == "turtle":
        render.emit(report.graph.serialize(format="turtle"), output)
    elif form == "json":
        rows = [{name: getattr(one, name) for name in columns} for one in report.results]
        render.emit(render.json_text({"conforms": report.conforms, "results": rows}), output)
    else:
        lines = [f"{what} {'conforms' if report.conforms else 'does not conform'}"]
        for one in report.results:
            value = f" = {_curies(one.value)}" if one.value else ""
            lines += [
                f"{one.severity}: {_curies(one.focus)} {_curies(one.path)}{value}".rstrip(),
                f"    {one.message} ({_curies(one.shape)})",
            ]
        found = ", ".join(f"{n} {name}" for name, n in report.counts().items() if n)
        render.emit("\n".join([*lines, *([found] if found else [])]) + "\n", output)


def _curies(text: str) -> str:
    """A text with every IRI in it as its CURIE."""
    from kg.names import compact

    return re.sub(r"https?://[^\s|()^*+?]+", lambda found: compact(found.group()), text)


@cli.command()
@click.argument("name", required=False)
@_format(*ROWS)
@_output
def questions(name: str | None, form: str | None, output: Path | None) -> None:
    """List the questions of the library, or show one with its parameters and its SPARQL.

    \b
    Example:  kg questions is-cure
    """
    from kg import library, render
    from kg.graph import named

    if name is None:
        rows = [
            (one.name, " ".join(f"{p.name}={p.example}" for p in one.params), one.question)
            for one in library.load().values()
        ]
        form = _pick(form, output, "table", ROWS)
        render.emit(render.records(("name", "parameters", "question"), rows, form), output)
        return
    one = named(name)
    lines = [f"{one.title}: {one.question}", *(f"  also: {text}" for text in one.also), ""]
    for param in one.params:
        need = "" if param.required else f" (optional, default {param.default})"
        lines.append(f"  -p {param.name}=…   {param.type}: {param.doc}, e.g. {param.example}{need}")
    render.emit("\n".join([*lines, "", one.sparql]), output)


@cli.command()
@click.argument("query")
@click.option("-p", "--param", "params", multiple=True, metavar="KEY=VALUE", help="A parameter.")
@_format(*RESULTS)
@_output
@_store
def query(
    query: str, params: tuple[str, ...], form: str | None, output: Path | None, store: Path | None
) -> None:
    """Ask a question of the library by its name, or run a SPARQL file, or stdin (-).

    Library questions are answered in words (format text), with evidence, unless another format
    is asked for. Exits with 1 if there is no answer.

    \b
    Examples:  kg query treatments-for -p disease=SMA
               kg query approvals -p drug=Spinraza --format csv
               echo 'SELECT ?d {?d df:treats/rdfs:label "spinal muscular atrophy"}' | kg query -
    """
    from kg import library
    from kg.graph import named

    values = _values(params)
    if query == "-" or query.endswith((".rq", ".sparql")):
        text = sys.stdin.read() if query == "-" else _read(Path(query))
        if not text.startswith("#+"):
            if values:
                raise InputError("plain SPARQL takes no parameters", mend="leave out -p")
            sys.exit(_sparql(text, form, output, _open(store)))
        if query == "-":
            raise InputError("a question with a header is read from a file", mend="name the file")
        question = library.read(Path(query))
    else:
        question = named(query)
    sys.exit(_question(question, values, form, output, _open(store)))


def _values(params: tuple[str, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for param in params:
        key, equals, value = param.partition("=")
        if not equals or key in values:
            problem = "is given twice" if equals else "is not KEY=VALUE"
            raise InputError(f'"{param}" {problem}', field="-p", mend="write -p drug=Zolgensma")
        values[key] = value
    return values


def _read(path: Path) -> str:
    from kg.rdf import decode

    try:
        return decode(path.read_bytes(), str(path))
    except OSError as error:
        raise InputError(error.strerror or str(error), file=path) from None


def _question(
    question: Any, values: dict[str, str], form: str | None, output: Path | None, graph: Graph
) -> int:
    from kg import render

    form = _pick(form, output, "text", RESULTS[:6])
    result = graph.ask(question, **values)
    if form == "text":
        render.emit(result.answer().text(), output)
    elif form == "table":
        render.emit(_table(result, graph), output)
    elif form in RESULTS[2:6]:
        render.emit(result.serialize(form), output)  # type: ignore[arg-type]
    else:
        raise InputError(f"rows cannot be written as {form}", mend="use " + ", ".join(RESULTS[:6]))
    return 0 if len(result) else 1


def _table(result: Any, graph: Graph) -> str:
    from kg import render

    return render.table(*render.cells(result.columns, result.rows.rows, graph.lookup.label))


def _sparql(text: str, form: str | None, output: Path | None, graph: Graph) -> int:
    from kg import render

    found = graph.sparql(text)
    if isinstance(found, bool):
        kind = _pick(form, output, "table", ("table", "json"))
        if kind not in ("table", "json"):
            raise InputError(f"yes or no cannot be written as {kind}", mend="use table or json")
        answer = {"head": {}, "boolean": found}
        render.emit(render.json_text(answer) if kind == "json" else f"{found}\n".lower(), output)
        return 0
    if hasattr(found, "columns"):
        kind = _pick(form, output, "table", RESULTS[1:6])
        if kind == "table":
            render.emit(_table(found, graph), output)
        elif kind in RESULTS[2:6]:
            render.emit(found.serialize(kind), output)  # type: ignore[union-attr,call-overload]
        else:
            raise InputError(f"rows cannot be written as {kind}", mend="use table, csv, json …")
        return 0 if len(found) else 1
    kind = _pick(form, output, "turtle", RESULTS[6:])
    if kind not in RESULTS[6:]:
        raise InputError(f"triples cannot be written as {kind}", mend="use turtle, jsonld …")
    names = {"ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml"}
    render.emit(found.serialize(format=names.get(kind, kind)), output)
    return 0 if len(found) else 1


@cli.command()
@_format("text", "json")
@_output
@_store
def answers(form: str | None, output: Path | None, store: Path | None) -> None:
    """Answer the questions that the captured pages ask, from the graph.

    \b
    Example:  kg answers
    """
    from kg import render
    from kg.pages import answered

    form = _pick(form, output, "text", ("text", "json"))
    found = answered(_open(store))
    if form == "json":
        render.emit(render.json_text([answer.record() for _, answer in found]), output)
        return
    rule = "─" * 72
    text = "".join(f"{rule}\n{asked}\n\n{answer.text()}" for asked, answer in found)
    render.emit(text + rule + "\n", output)


@cli.command()
@click.argument("entity")
@_format("text", "json")
@_output
@_store
def show(entity: str, form: str | None, output: Path | None, store: Path | None) -> None:
    """Show what the graph says of one thing: a name, synonym, code, CURIE or IRI.

    \b
    Example:  kg show Zolgensma
              kg show fact:zolgensma-cures-sma
    """
    from dataclasses import asdict

    from kg import render
    from kg.describe import text
    from kg.graph import named
    from kg.names import expand

    form = _pick(form, output, "text", ("text", "json"))
    graph = _open(store)
    found = graph.show(entity)
    if others := graph.find(entity).others:
        _say(f'"{entity}" is also: ' + ", ".join(f"{o.label} ({o.iri})" for o in others))
    if form == "json":
        render.emit(render.json_text(asdict(found)), output)
        return
    shown = text(found)
    if found.iri.startswith(expand("fact:")):
        shown += f"\n{graph.ask(named('evidence-of'), fact=found.iri).answer().text()}"
    render.emit(shown, output)


@cli.command()
@click.option(
    "--page",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A captured copy of a page: find every fact of it again.",
)
@click.option("--source", help="The source that the page is a copy of; recognised if not given.")
@click.option(
    "--cite",
    metavar="START:END",
    help="Print an evidence node for the sentences at these characters of the page.",
)
@click.option("--section", default="", help="With --cite: the section's name.")
@_format(*ROWS)
@_output
@_store
def evidence(
    page: Path | None,
    source: str | None,
    cite: str | None,
    section: str,
    form: str | None,
    output: Path | None,
    store: Path | None,
) -> None:
    """Find the facts of a page again: confirmed, moved, changed or lost.

    Without --page: which facts rest on which sources. Exits with 1 if a fact changed or is lost.

    \b
    Example:  kg evidence --page zolgensma.txt
    """
    from kg import anchor, render
    from kg.names import compact

    form = _pick(form, output, "table", ROWS)
    graph = _open(store)
    if page is None:
        rows = [list(row.values()) for row in graph.sparql(_BY_SOURCE)]  # type: ignore[union-attr]
        render.emit(render.records(("source", "version", "facts", "places"), rows, form), output)
        return
    text = _read(page)
    iri = graph.find(source).iri if source else None
    if cite is not None:
        start, _, end = cite.partition(":")
        if not (start.isdigit() and end.isdigit()):
            raise InputError(f'"{cite}" is not START:END', field="--cite")
        version = _version(graph, iri or anchor.source_of(graph.store, text))
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
    _say(f"{len(found)} facts: " + ", ".join(f"{n} {state}" for state, n in count.items()))
    if count["changed"] or count["lost"]:
        sys.exit(1)


_BY_SOURCE = """
SELECT ?source ?version (COUNT(DISTINCT ?fact) AS ?facts) (COUNT(DISTINCT ?evidence) AS ?places)
WHERE {
  ?fact df:polarity ?polarity ; df:evidence ?evidence .
  ?evidence df:inVersion ?v .
  ?v rdfs:label ?version ; df:versionOf/rdfs:label ?source .
} GROUP BY ?source ?version ORDER BY ?source ?version"""


def _version(graph: Graph, source: str) -> str:
    found = graph.sparql(f"SELECT ?v {{ ?v df:versionOf <{source}> }} ORDER BY DESC(?v)")
    return str(next(iter(found))["v"])  # type: ignore[call-overload,index]


@cli.command()
@click.argument("form", metavar="FORMAT", required=False, type=click.Choice(EXPORTS))
@_output
@_store
def export(form: str | None, output: Path | None, store: Path | None) -> None:
    """Write the whole graph as turtle, trig, ntriples, nquads, jsonld or rdfxml.

    \b
    Example:  kg export turtle -o drugfacts.ttl
    """
    from kg import render
    from kg.export import ENDINGS as guess
    from kg.export import export as write

    if form is None:
        form = guess.get(output.suffix.lower()) if output else None
    if form is None:
        raise InputError("no format", field="FORMAT", mend="use " + ", ".join(EXPORTS))
    render.emit(write(list(_open(store).store.quads()), form), output)


@cli.command()
@_format(*ROWS)
@_output
@_store
def sources(form: str | None, output: Path | None, store: Path | None) -> None:
    """List the sources and their revisions: publisher, rights, tier, how many facts rest on each.

    \b
    Example:  kg sources --format csv
    """
    from kg import render

    form = _pick(form, output, "table", ROWS)
    rows = list(_open(store).sparql(_SOURCES))  # type: ignore[arg-type]
    columns = ("source", "version", "date", "publisher", "tier", "rights", "facts", "address")
    cells = [[row[name] for name in columns] for row in rows]  # type: ignore[index,call-overload]
    render.emit(render.records(columns, cells, form), output)


_SOURCES = """
SELECT ?source ?version ?date ?publisher ?tier ?rights ?address (COUNT(DISTINCT ?fact) AS ?facts)
WHERE {
  ?v df:versionOf ?s ; rdfs:label ?version ; df:versionDate ?date .
  ?s rdfs:label ?source ; dcterms:publisher ?publisher ; dcterms:rights ?rights ;
    df:tier/rdfs:label ?tier .
  OPTIONAL { ?s schema:url ?address }
  OPTIONAL { ?evidence df:inVersion ?v . ?fact df:evidence ?evidence ; df:polarity ?any }
} GROUP BY ?source ?version ?date ?publisher ?tier ?rights ?address ORDER BY ?source ?version"""


def main() -> None:
    """Run the command line: an error is one line on stderr, and its exit code."""
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _say("kg: stopped")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except DoesNotConform as error:
        _report(error.report, "the graph", "text", None)
        _say(f"kg: {error}")
        sys.exit(error.exit_code)
    except KgError as error:
        _say(f"kg: {error}")
        sys.exit(error.exit_code)
    except Exception as error:
        if os.environ.get("KG_DEBUG"):
            raise
        _say(f"kg: internal error: {type(error).__name__}: {error} (KG_DEBUG=1 shows where)")
        sys.exit(4)


if __name__ == "__main__":
    main()
