"""Validation by the rules of the fact model, written as SHACL shapes (:mod:`kg.shapes`).

:func:`validate` is the reference, by pySHACL. :func:`validate_file` checks graphs of millions of
quads by a faster engine (:mod:`kg.validate_fast`) and gives the same report. The union of all
graphs of the data is checked, together with the ontology, whose class hierarchy and predicate
forms the shapes need; a stranger's file need not bring it along.

A warning or information is reported and does not make the data fail: ``conforms`` is false as
soon as there is one violation, here and as ``sh:conforms`` of the report graph alike (SHACL 1.0
itself would let any result fail; SHACL 1.2 leaves the choice open, as both engines do).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from kg.errors import KgError
from kg.report import SEVERITIES, Report, Result, from_graph
from kg.shapes import Shape, ontology, shape_index, shapes_graph
from kg.validate_fast import validate_file

if TYPE_CHECKING:
    import pyoxigraph as ox
    import rdflib
    from rdflib.term import Node

    Data = rdflib.Graph | Iterable[ox.Quad | ox.Triple]
    Triples = Iterator[tuple[Node, Node, Node]]

__all__ = [
    "SEVERITIES",
    "Report",
    "Result",
    "Shape",
    "shape_index",
    "validate",
    "validate_file",
]


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
    for part in (ontology(), data, extra if extra is not None else ()):
        for triple in _triples(part):
            graph.add(triple)
    conforms, report, _ = pyshacl.validate(
        graph, shacl_graph=shapes_graph(), inference="none", inplace=True, allow_warnings=True
    )
    if not isinstance(report, rdflib.Graph):
        raise KgError(f"a shape could not be evaluated: {report}")
    return from_graph(bool(conforms), report)


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
