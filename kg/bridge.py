"""Between the two RDF libraries: terms and graphs of pyoxigraph as those of rdflib, and back.

Terms go over one by one, without a text in between, and with their lexical form untouched:
rdflib would otherwise take ``"01"`` for ``1``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox
import rdflib

from kg.errors import InputError
from kg.names import prefixes

__all__ = ["dataset", "graph", "inward", "outward"]

_STRING = rdflib.XSD.string


def outward(term: Any) -> rdflib.term.Node:
    """The rdflib term for a term of pyoxigraph; a plain string carries no datatype.

    :raises InputError: for a triple term of RDF 1.2, which rdflib does not have.
    """
    match term:
        case ox.NamedNode():
            return rdflib.URIRef(term.value)
        case ox.BlankNode():
            return rdflib.BNode(term.value)
        case ox.Literal(language=str(language)):
            return rdflib.Literal(term.value, lang=language)
        case ox.Literal():
            datatype = rdflib.URIRef(term.datatype.value)
            if datatype == _STRING:
                return rdflib.Literal(term.value)
            return rdflib.Literal(term.value, datatype=datatype, normalize=False)
        case _:
            raise InputError(f"{term} is a triple term", mend="state facts as nodes")


def inward(node: Any) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """The pyoxigraph term for a term of rdflib."""
    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return ox.BlankNode(str(node))
    if node.language:
        return ox.Literal(str(node), language=node.language)
    datatype = None if node.datatype is None else ox.NamedNode(str(node.datatype))
    return ox.Literal(str(node), datatype=datatype)


def graph(quads: Iterable[ox.Quad | ox.Triple]) -> rdflib.Graph:
    """All triples of all graphs as one rdflib graph, the project's prefixes bound."""
    found = rdflib.Graph(bind_namespaces="none")
    for one in quads:
        found.add((outward(one.subject), outward(one.predicate), outward(one.object)))
    _bind(found)
    return found


def dataset(quads: Iterable[ox.Quad]) -> rdflib.Dataset:
    """Quads as an rdflib dataset; its default graph is the union of all graphs."""
    found = rdflib.Dataset(default_union=True)
    _bind(found)
    for quad in quads:
        where = quad.graph_name
        into = found.default_graph
        if not isinstance(where, ox.DefaultGraph):
            into = found.get_context(rdflib.URIRef(where.value))
        into.add((outward(quad.subject), outward(quad.predicate), outward(quad.object)))
    return found


def _bind(found: rdflib.Graph) -> None:
    for prefix, namespace in prefixes().items():
        found.bind(prefix, namespace, override=True, replace=True)
