"""What a validation finds: results, the report that holds them, and how people read it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kg.names import DF, compact
from kg.shapes import SH

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

__all__ = ["SEVERITIES", "Report", "Result", "from_graph", "lines", "places", "written_path"]

SEVERITIES = ("Violation", "Warning", "Info")
"""The severities of SHACL, worst first, by the local names of their IRIs."""

SHOWN = 20
"""Findings that are written in full where there are many."""


@dataclass(frozen=True, slots=True, order=True)
class Result:
    """One finding. IRIs and literals are plain text; what a finding does not have is ``""``.

    :param focus: the node it is about.
    :param path: the property, or a SPARQL property path of full IRIs without ``<>``.
    :param value: the value at fault, where there is one.
    :param shape: the IRI of the shape that is violated.
    :param severity: one of :data:`SEVERITIES`.
    :param message: one sentence that says the mend.
    """

    focus: str
    path: str
    value: str
    shape: str
    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a validation; ``results`` are sorted, and equal data gives equal reports.

    :param made: makes ``graph``, which a large report does without until somebody asks.
    :param complete: false if the check stopped at a limit of violations; there may be more.
    """

    conforms: bool
    results: tuple[Result, ...]
    made: Callable[[], rdflib.Graph] = field(repr=False, compare=False)
    complete: bool = True

    @property
    def graph(self) -> rdflib.Graph:
        """The same as a ``sh:ValidationReport``, its blank nodes numbered in that order."""
        return self.made()

    def worst(self, first: int) -> list[Result]:
        """The first findings, the worst severity before the others."""
        return sorted(self.results, key=lambda one: (SEVERITIES.index(one.severity), one))[:first]

    def counts(self) -> dict[str, int]:
        """How many results there are of each severity; all three are always named."""
        found = Counter(result.severity for result in self.results)
        return {severity: found[severity] for severity in SEVERITIES}


# ---------------------------------------------------------------- for people


def lines(
    report: Report, place: Callable[[str], str | None] | None = None, first: int = SHOWN
) -> Iterator[str]:
    """The findings as lines of text, the worst first: some in full, then counts for each shape.

    :param place: tells where a focus node comes from, such as the record of a source.
    :param first: how many findings to write in full.
    """
    for one in report.worst(first):
        value = f" = {_curies(one.value)}" if one.value else ""
        yield f"{one.severity}: {_curies(one.focus)} {_curies(one.path)}{value}".rstrip()
        yield f"    {one.message} ({_curies(one.shape)})"
        if place is not None and (where := place(one.focus)):
            yield f"    from {where}"
    if len(report.results) > first:
        yield f"and {len(report.results) - first:,} more; in all:"
        for (severity, shape), count in _by_shape(report.results):
            yield f"    {count:,} {severity} of {_curies(shape)}"
    if not report.complete:
        yield "the check stopped at this many violations: there may be more"


def _by_shape(results: Iterable[Result]) -> list[tuple[tuple[str, str], int]]:
    found = Counter((one.severity, one.shape) for one in results)
    return sorted(found.items(), key=lambda item: (SEVERITIES.index(item[0][0]), -item[1], item))


def _curies(text: str) -> str:
    return re.sub(r"https?://[^\s|()^*+?]+", lambda found: compact(found.group()), text)


def places(path: Path, nodes: Iterable[str]) -> dict[str, str]:
    """Where facts and records of an N-Quads file come from: the records they are taken from.

    Reads the file twice, so ask for few nodes at once.

    :param nodes: IRIs; a node that is neither a record nor cites one is left out.
    :return: for each node the keys of its records, as the source's table has them, each with
        the name of its graph, which is that of its source.
    """
    cited: dict[str, list[str]] = {node: [node] for node in nodes}
    for subject, _, value in _statements(path, DF + "evidence", set(cited)):
        cited[subject].append(value)
    keys = {
        subject: f"record {value} of {graph.rpartition('/')[2]}"
        for subject, graph, value in _statements(
            path, DF + "record", {one for found in cited.values() for one in found}
        )
    }
    held = {
        node: sorted({keys[one] for one in found if one in keys}) for node, found in cited.items()
    }
    return {node: ", ".join(found) for node, found in held.items() if found}


def _statements(path: Path, predicate: str, subjects: set[str]) -> Iterator[tuple[str, str, str]]:
    """Subject, graph and plain object of the lines of N-Quads with that predicate."""
    import pyoxigraph as ox

    needle = f" <{predicate}> ".encode()
    wanted = {f"<{subject}>".encode() for subject in subjects}
    with path.open("rb") as handle:
        for line in handle:
            if needle in line and line.split(b" ", 1)[0] in wanted:
                for quad in ox.parse(line, format=ox.RdfFormat.N_QUADS):
                    graph = getattr(quad.graph_name, "value", "")
                    yield quad.subject.value, graph, getattr(quad.object, "value", "")


# ---------------------------------------------------------------- from a report graph


def from_graph(conforms: bool, raw: rdflib.Graph) -> Report:
    """A report from the graph that an engine made of it: results sorted, blank nodes numbered."""
    found = sorted(
        (_result(raw, node), str(raw.value(node, _sh("sourceConstraintComponent"))), node)
        for node in raw.objects(None, _sh("result"))
    )
    nodes = [node for *_, node in found]
    results = tuple(result for result, *_ in found)
    return Report(conforms, results, cache(lambda: _numbered(conforms, raw, nodes)))


def _numbered(conforms: bool, raw: rdflib.Graph, nodes: list[Node]) -> rdflib.Graph:
    import rdflib

    root = rdflib.BNode("report")
    names: dict[Node, Node] = {node: rdflib.BNode(f"r{n}") for n, node in enumerate(nodes)}
    graph = rdflib.Graph(bind_namespaces="none")
    graph.bind("sh", SH)
    graph.add((root, rdflib.RDF.type, _sh("ValidationReport")))
    graph.add((root, _sh("conforms"), rdflib.Literal(conforms)))
    for node in nodes:
        graph.add((root, _sh("result"), names[node]))
        _copy(raw, node, graph, names)
    return graph


def _copy(raw: rdflib.Graph, node: Node, graph: rdflib.Graph, names: dict[Node, Node]) -> None:
    """Copy what is said of a node, and of the path below it, under numbered blank nodes."""
    import rdflib

    for _, p, o in sorted(raw.triples((node, None, None)), key=lambda triple: str(triple[1])):
        inner = isinstance(o, rdflib.BNode) and o not in names and (o, None, None) in raw
        if inner:
            names[o] = rdflib.BNode(f"p{len(names)}")
        graph.add((names[node], p, names.get(o, o)))
        if inner:
            _copy(raw, o, graph, names)


def _result(raw: rdflib.Graph, node: Node) -> Result:
    def text(name: str) -> str:
        return " ".join(sorted(str(value) for value in raw.objects(node, _sh(name))))

    path = raw.value(node, _sh("resultPath"))
    return Result(
        focus=text("focusNode"),
        path="" if path is None else written_path(raw, path),
        value=text("value"),
        shape=text("sourceShape"),
        severity=text("resultSeverity").removeprefix(SH),
        message=text("resultMessage"),
    )


def written_path(raw: rdflib.Graph, path: Node) -> str:
    """A SHACL property path as a SPARQL one (alternatives, sequences and inverses)."""
    import rdflib
    from rdflib.collection import Collection

    if isinstance(path, rdflib.URIRef):
        return str(path)
    if (inner := raw.value(path, _sh("inversePath"))) is not None:
        return "^" + written_path(raw, inner)
    if (members := raw.value(path, _sh("alternativePath"))) is not None:
        return "(" + "|".join(written_path(raw, item) for item in Collection(raw, members)) + ")"
    return "/".join(written_path(raw, item) for item in Collection(raw, path))


def _sh(name: str) -> Node:
    from rdflib import URIRef

    return URIRef(SH + name)
