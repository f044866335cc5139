"""Exports: the graph in the formats the field reads, the same bytes from the same graph.

Formats with named graphs (TriG, N-Quads, JSON-LD) keep them; the others (Turtle, N-Triples,
RDF/XML) hold the union. Every export carries the whole evidence: a fact is never cut loose.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox

from kg.names import compact, context, prefixes
from kg.rdf import nquads

__all__ = ["FORMATS", "NAMED", "export", "stream"]

NAMED = frozenset({"trig", "nquads", "jsonld"})
"""The formats that keep named graphs."""


def export(quads: list[ox.Quad], form: str) -> bytes:
    """Serialise quads; ``form`` is a key of :data:`FORMATS`."""
    return FORMATS[form](quads)


def stream(quads: Iterable[ox.Quad], form: str, path: Path) -> None:
    """Write quads as they come, for a graph that is too large to be held.

    The triples of a node should stand together: the text is shorter then. The bytes are those of
    the order given.
    """
    triples = (ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads)
    ox.serialize(
        quads if form in NAMED else triples, str(path), format=_OX[form], prefixes=prefixes()
    )


_OX = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}


def _nquads(quads: list[ox.Quad]) -> bytes:
    return nquads(quads)


def _ntriples(quads: list[ox.Quad]) -> bytes:
    return nquads(ox.Quad(q.subject, q.predicate, q.object) for q in quads)


def _turtle(quads: list[ox.Quad]) -> bytes:
    from rdflib.plugins.serializers.longturtle import LongTurtleSerializer

    from kg.bridge import graph

    class Sorted(LongTurtleSerializer):
        """rdflib orders subjects by how often they are named: one new fact would move many."""

        def orderSubjects(self) -> list[Any]:
            return sorted(self._subjects)

    stream = io.BytesIO()
    cast(Any, Sorted)(graph(quads)).serialize(stream, encoding="utf-8")
    return stream.getvalue()


def _rdfxml(quads: list[ox.Quad]) -> bytes:
    triples = ox.parse(_ntriples(quads), ox.RdfFormat.N_TRIPLES)
    return _written(triples, ox.RdfFormat.RDF_XML)


def _trig(quads: list[ox.Quad]) -> bytes:
    # Sorted N-Quads come by subject; TriG wants one block a graph.
    lines = sorted(
        ox.parse(nquads(quads), ox.RdfFormat.N_QUADS), key=lambda quad: str(quad.graph_name)
    )
    return _written(lines, ox.RdfFormat.TRIG)


def _written(quads: Iterable[ox.Quad], form: ox.RdfFormat) -> bytes:
    return cast(bytes, ox.serialize(quads, format=form, prefixes=prefixes()))


def _jsonld(quads: list[ox.Quad]) -> bytes:
    from rdflib.plugins.serializers.jsonld import from_rdf

    from kg.bridge import dataset

    # rdflib overwrites a value that Python takes for false, if another one follows: those go last
    ordered = sorted(set(quads), key=lambda quad: (_value(quad) in ("", "0", "false"), str(quad)))
    tree = cast(Any, from_rdf)(
        dataset(ordered), context(), use_native_types=True, auto_compact=False
    )
    if "id" in tree:  # a single graph, or a single node, stands at the top
        tree = {"@graph": [{key: value for key, value in tree.items() if key != "@context"}]}
    tidy = {"@context": context(), "@graph": _tidy(tree.get("@graph", []))}
    return json.dumps(tidy, indent=1, ensure_ascii=False).encode() + b"\n"


def _value(quad: ox.Quad) -> str:
    return quad.object.value if isinstance(quad.object, ox.Literal) else str(quad.object)


def _tidy(value: Any, iri: bool = False) -> Any:
    """Order nodes by identifier and sets by text; shorten IRIs that rdflib leaves long.

    rdflib makes no CURIE of a namespace that ends in ``_``, though it reads one.
    """
    if isinstance(value, list):
        return sorted((_tidy(item, iri) for item in value), key=_key)
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (key not in ("id", "type", "label"), key))
        return {key: _tidy(value[key], _names_a_node(key)) for key in keys}
    return compact(str(value)) if iri else value


def _names_a_node(key: str) -> bool:
    term = context().get(key)
    return key == "id" or (isinstance(term, dict) and term.get("@type") == "@id")


def _key(value: Any) -> tuple[str, str]:
    name = str(value.get("id", "")) if isinstance(value, dict) else ""
    return name, json.dumps(value, sort_keys=True, ensure_ascii=False)


FORMATS: dict[str, Callable[[list[ox.Quad]], bytes]] = {
    "turtle": _turtle,
    "trig": _trig,
    "ntriples": _ntriples,
    "nquads": _nquads,
    "jsonld": _jsonld,
    "rdfxml": _rdfxml,
}
"""The formats by their names on the command line."""
