"""Validation: the rules of the fact model as SHACL shapes, checked by pySHACL (the reference).

The shapes are ``ontology/shapes/*.ttl`` (SHACL core and SHACL-SPARQL, W3C Recommendation of
2017). The union of all graphs of the data is checked, together with the ontology, whose class
hierarchy and predicate forms the shapes need; a stranger's file need not bring it along.

A warning or information is reported and does not make the data fail: ``conforms`` is false as
soon as there is one violation, here and as ``sh:conforms`` of the report graph alike (SHACL 1.0
itself would let any result fail; SHACL 1.2 leaves the choice open, as pySHACL does).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from kg.errors import KgError
from kg.resources import folder

if TYPE_CHECKING:
    import pyoxigraph as ox
    import rdflib
    from rdflib.term import Node

    Data = rdflib.Graph | Iterable[ox.Quad | ox.Triple]
    Triples = Iterator[tuple[Node, Node, Node]]

__all__ = ["SEVERITIES", "Report", "Result", "Shape", "shape_index", "validate"]

SEVERITIES = ("Violation", "Warning", "Info")
"""The severities of SHACL, worst first, by the local names of their IRIs."""

_SH = "http://www.w3.org/ns/shacl#"
_LINKS = frozenset("property name message severity path deactivated description order".split())


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

    ``graph`` is the same as a ``sh:ValidationReport``, its blank nodes numbered in that order.
    """

    conforms: bool
    results: tuple[Result, ...]
    graph: rdflib.Graph = field(repr=False, compare=False)

    def counts(self) -> dict[str, int]:
        """How many results there are of each severity; all three are always named."""
        found = Counter(result.severity for result in self.results)
        return {severity: found[severity] for severity in SEVERITIES}


@dataclass(frozen=True, slots=True, order=True)
class Shape:
    """A named shape: its IRI, the file of ``ontology/shapes`` it stands in, and its texts.

    ``fires`` is false for a shape that only holds others together and is never in a result.
    """

    iri: str
    topic: str
    name: str
    message: str
    severity: str
    fires: bool


def validate(data: Data, *, extra: Data | None = None) -> Report:
    """Check data against all shapes; results come sorted.

    :param data: an rdflib graph or dataset, or quads of pyoxigraph; all its graphs together.
    :param extra: more triples to read beside it, such as the curated graph that a stranger's
        file refers to; they are checked as well.
    :raises InputError: for a triple term of RDF 1.2, which SHACL 1.0 cannot address.
    :raises KgError: if a shape cannot be evaluated, which is a mistake in the shapes.
    """
    import pyshacl
    import rdflib

    graph = _graph_class()()
    for part in (_ontology(), _triples(data), _triples(extra if extra is not None else ())):
        for triple in part:
            graph.add(triple)
    conforms, report, _ = pyshacl.validate(
        graph, shacl_graph=_shapes(), inference="none", inplace=True, allow_warnings=True
    )
    if not isinstance(report, rdflib.Graph):
        raise KgError(f"a shape could not be evaluated: {report}")
    return _report(bool(conforms), report)


@cache
def shape_index() -> Mapping[str, Shape]:
    """All named shapes by IRI, in order: for the documentation and the tests."""
    from rdflib import RDF, URIRef

    graph, sh = _shapes(), _SH
    found = {}
    for topic, subjects in _topics().items():
        for node in subjects:
            if URIRef(sh + "severity") not in graph.predicates(node) and not (
                {URIRef(sh + "NodeShape"), URIRef(sh + "PropertyShape")}
                & set(graph.objects(node, RDF.type))
            ):
                continue
            text = {
                key: str(graph.value(node, URIRef(sh + key)) or "")
                for key in ("name", "message", "severity")
            }
            found[str(node)] = Shape(
                iri=str(node),
                topic=topic,
                name=text["name"],
                message=text["message"],
                severity=text["severity"].removeprefix(sh),
                fires=_fires(node),
            )
    return dict(sorted(found.items()))


def _fires(node: Node) -> bool:
    """Whether a shape has a constraint of its own and is reached by a target."""
    from rdflib import URIRef

    graph = _shapes()
    used = {str(p).removeprefix(_SH) for p in graph.predicates(node) if str(p).startswith(_SH)}
    targets = {name for name in used if name.startswith("target")}
    reached = bool(targets) or (None, URIRef(_SH + "property"), node) in graph
    return reached and bool(used - targets - _LINKS)


# ---------------------------------------------------------------- what is checked with what


@cache
def _graph_class() -> type[rdflib.Graph]:
    """A graph that parses each query text once: pySHACL asks the same text of every node."""
    import rdflib
    from rdflib.plugins.sparql import prepareQuery

    prepare = cache(prepareQuery)

    class Prepared(rdflib.Graph):
        def query(self, query_object: Any, *args: Any, **kwargs: Any) -> Any:
            return super().query(prepare(query_object), *args, **kwargs)

    return Prepared


def _read(name: str) -> list[tuple[Node, Node, Node]]:
    import pyoxigraph as ox

    data = (folder("ontology") / name).read_bytes()
    return list(_triples(ox.parse(data, format=ox.RdfFormat.TURTLE)))


@cache
def _ontology() -> list[tuple[Node, Node, Node]]:
    return _read("drugfacts.ttl")


@cache
def _topics() -> dict[str, list[Node]]:
    """The subjects of each file of shapes, by the file's stem, in the order they stand there."""
    from rdflib import URIRef

    files = sorted((folder("ontology") / "shapes").glob("*.ttl"))
    return {
        file.stem: list(
            dict.fromkeys(s for s, _, _ in _read(f"shapes/{file.name}") if isinstance(s, URIRef))
        )
        for file in files
    }


@cache
def _shapes() -> rdflib.Graph:
    import rdflib

    graph = rdflib.Graph(store="SimpleMemory")
    for file in sorted((folder("ontology") / "shapes").glob("*.ttl")):
        for triple in _read(f"shapes/{file.name}"):
            graph.add(triple)
    return graph


def _triples(data: Data) -> Triples:
    """The triples of all graphs as rdflib terms; a plain string carries no datatype."""
    import rdflib

    from kg.bridge import outward

    if isinstance(data, rdflib.Dataset):
        for s, p, o, _ in data.quads((None, None, None, None)):
            yield s, p, _plain(o)
    elif isinstance(data, rdflib.Graph):
        for s, p, o in data:
            yield s, p, _plain(o)
    else:
        for item in data:
            yield outward(item.subject), outward(item.predicate), outward(item.object)


def _plain(term: Node) -> Node:
    import rdflib

    if isinstance(term, rdflib.Literal) and term.datatype == rdflib.XSD.string:
        return rdflib.Literal(str(term))
    return term


# ---------------------------------------------------------------- the report


def _report(conforms: bool, raw: rdflib.Graph) -> Report:
    """Sort the results and number the blank nodes of the report in that order."""
    import rdflib

    sh = rdflib.Namespace(_SH)
    root = rdflib.BNode("report")
    found = sorted(
        ((_result(raw, node), str(raw.value(node, sh.sourceConstraintComponent)), node)
         for node in raw.objects(None, sh.result)),
        key=lambda item: item[:2],
    )  # fmt: skip
    names: dict[Node, Node] = {node: rdflib.BNode(f"r{n}") for n, (*_, node) in enumerate(found)}
    graph = rdflib.Graph(bind_namespaces="none")
    graph.bind("sh", sh)
    graph.add((root, rdflib.RDF.type, sh.ValidationReport))
    graph.add((root, sh.conforms, rdflib.Literal(conforms)))
    for *_, node in found:
        graph.add((root, sh.result, names[node]))
        _copy(raw, node, graph, names)
    return Report(conforms, tuple(result for result, *_ in found), graph)


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
    import rdflib

    sh = rdflib.Namespace(_SH)

    def text(name: str) -> str:
        return " ".join(sorted(str(value) for value in raw.objects(node, sh[name])))

    path = raw.value(node, sh.resultPath)
    return Result(
        focus=text("focusNode"),
        path="" if path is None else _path(raw, path),
        value=text("value"),
        shape=text("sourceShape"),
        severity=text("resultSeverity").removeprefix(_SH),
        message=text("resultMessage"),
    )


def _path(raw: rdflib.Graph, path: Node) -> str:
    """A SHACL property path as a SPARQL one (alternatives, sequences and inverses)."""
    import rdflib
    from rdflib.collection import Collection

    sh = rdflib.Namespace(_SH)
    if isinstance(path, rdflib.URIRef):
        return str(path)
    if (inner := raw.value(path, sh.inversePath)) is not None:
        return "^" + _path(raw, inner)
    if (members := raw.value(path, sh.alternativePath)) is not None:
        return "(" + "|".join(_path(raw, item) for item in Collection(raw, members)) + ")"
    return "/".join(_path(raw, item) for item in Collection(raw, path))
