"""The SHACL shapes and the ontology they need, as the validators read them.

The shapes are ``ontology/shapes/*.ttl`` (SHACL core and SHACL-SPARQL, W3C Recommendation of
2017), one file a topic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kg.resources import folder

if TYPE_CHECKING:
    import pyoxigraph as ox
    import rdflib
    from rdflib.term import Node

__all__ = ["SH", "Shape", "ontology", "shape_index", "shapes_graph", "shapes_text"]

SH = "http://www.w3.org/ns/shacl#"
_LINKS = frozenset("property name message severity path deactivated description order".split())


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


@cache
def ontology() -> tuple[ox.Triple, ...]:
    """The triples of ``ontology/drugfacts.ttl``: class hierarchy and predicate forms."""
    return _read("drugfacts.ttl")


@cache
def shapes_text() -> str:
    """All shapes as N-Triples, each file's blank nodes kept apart."""
    import pyoxigraph as ox

    text = b"".join(
        ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"" for triples in _files().values()
    )
    return text.decode()


@cache
def shapes_graph() -> rdflib.Graph:
    """All shapes as one rdflib graph; not to be changed."""
    import rdflib

    from kg.bridge import outward

    graph = rdflib.Graph(store="SimpleMemory")
    for triples in _files().values():
        for one in triples:
            graph.add((outward(one.subject), outward(one.predicate), outward(one.object)))
    return graph


@cache
def shape_index() -> Mapping[str, Shape]:
    """All named shapes by IRI, in order: for reports, the documentation and the tests."""
    import pyoxigraph as ox
    from rdflib import RDF, URIRef

    graph = shapes_graph()
    kinds = {URIRef(SH + "NodeShape"), URIRef(SH + "PropertyShape")}
    found = {}
    for topic, triples in _files().items():
        subjects = (one.subject for one in triples)
        for iri in dict.fromkeys(s.value for s in subjects if isinstance(s, ox.NamedNode)):
            node = URIRef(iri)
            if not (kinds & set(graph.objects(node, RDF.type))) and (
                URIRef(SH + "severity") not in graph.predicates(node)
            ):
                continue
            text = {
                key: str(graph.value(node, URIRef(SH + key)) or "")
                for key in ("name", "message", "severity")
            }
            found[iri] = Shape(
                iri=iri,
                topic=topic,
                name=text["name"],
                message=text["message"],
                severity=text["severity"].removeprefix(SH),
                fires=_fires(node),
            )
    return dict(sorted(found.items()))


def _fires(node: Node) -> bool:
    """Whether a shape has a constraint of its own and is reached by a target."""
    from rdflib import URIRef

    graph = shapes_graph()
    used = {str(p).removeprefix(SH) for p in graph.predicates(node) if str(p).startswith(SH)}
    targets = {name for name in used if name.startswith("target")}
    reached = bool(targets) or (None, URIRef(SH + "property"), node) in graph
    return reached and bool(used - targets - _LINKS)


@cache
def _files() -> Mapping[str, tuple[ox.Triple, ...]]:
    """The triples of each file of shapes, by the file's stem."""
    files = sorted((folder("ontology") / "shapes").glob("*.ttl"))
    return {file.stem: _read(f"shapes/{file.name}") for file in files}


def _read(name: str) -> tuple[ox.Triple, ...]:
    import pyoxigraph as ox

    data = (folder("ontology") / name).read_bytes()
    quads = ox.parse(data, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    return tuple(quad.triple for quad in quads)
