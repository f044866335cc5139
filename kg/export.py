"""Exports: the graph in the formats the field reads, the same bytes from the same graph.

Formats with named graphs (TriG, N-Quads, JSON-LD) keep them; the others (Turtle, N-Triples,
RDF/XML) hold the union. Every export carries the whole evidence: a fact is never cut loose.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, cast

import pyoxigraph as ox

from kg.names import compact, context, prefixes
from kg.rdf import nquads

__all__ = ["ENDINGS", "FORMATS", "export"]

ENDINGS = {
    ".ttl": "turtle",
    ".trig": "trig",
    ".nt": "ntriples",
    ".nq": "nquads",
    ".jsonld": "jsonld",
    ".rdf": "rdfxml",
}
"""The format that the ending of an output file asks for."""


def export(quads: list[ox.Quad], form: str) -> bytes:
    """Serialise quads; ``form`` is a key of :data:`FORMATS`."""
    return FORMATS[form](quads)


def _nquads(quads: list[ox.Quad]) -> bytes:
    return nquads(quads)


def _ntriples(quads: list[ox.Quad]) -> bytes:
    return nquads(ox.Quad(q.subject, q.predicate, q.object) for q in quads)


def _turtle(quads: list[ox.Quad]) -> bytes:
    from kg.bridge import graph

    return graph(quads).serialize(format="longturtle", encoding="utf-8")


def _rdfxml(quads: list[ox.Quad]) -> bytes:
    triples = ox.parse(_ntriples(quads), ox.RdfFormat.N_TRIPLES)
    return _written(triples, ox.RdfFormat.RDF_XML)


def _trig(quads: list[ox.Quad]) -> bytes:
    # Sorted N-Quads come by subject; TriG wants one block a graph.
    lines = sorted(
        ox.parse(nquads(quads), ox.RdfFormat.N_QUADS), key=lambda quad: quad.graph_name.value
    )
    return _written(lines, ox.RdfFormat.TRIG)


def _written(quads: Iterable[ox.Quad], form: ox.RdfFormat) -> bytes:
    return cast(bytes, ox.serialize(quads, format=form, prefixes=prefixes()))


def _jsonld(quads: list[ox.Quad]) -> bytes:
    from rdflib.plugins.serializers.jsonld import from_rdf

    from kg.bridge import dataset

    tree = cast(Any, from_rdf)(dataset(quads), context(), use_native_types=True, auto_compact=False)
    if "id" in tree:  # a single graph stands at the top
        tree = {"@graph": [{"id": tree["id"], "@graph": tree["@graph"]}]}
    tidy = {"@context": context(), "@graph": _tidy(tree.get("@graph", []))}
    return json.dumps(tidy, indent=1, ensure_ascii=False).encode() + b"\n"


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
