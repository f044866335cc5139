"""The machine forms of one thing: RDF of it and of the facts about it, and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox

from kg.describe import describe
from kg.lookup import Match
from kg.names import prefixes

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["ENDINGS", "TYPES", "written"]

ENDINGS = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "json": "application/json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
"""Media types by the ending of a path."""

TYPES = ("text/html", *ENDINGS.values())
FACTS = "SELECT DISTINCT ?fact WHERE { ?fact rdf:subject ?this }"


def written(graph: Graph, match: Match, media_type: str) -> bytes:
    """A thing and the facts about it; as JSON, its description with all that names it."""
    if media_type == ENDINGS["json"]:
        found = describe(graph.store, graph.lookup, match)
        return json.dumps(asdict(found), ensure_ascii=False, indent=1).encode()
    kind = ox.RdfFormat.from_media_type(media_type)
    assert kind is not None, "the types are those of ENDINGS"
    triples = sorted(set(_triples(graph, match.iri)), key=str)
    named = {key: value for key, value in prefixes().items() if kind != ox.RdfFormat.N_TRIPLES}
    return cast(bytes, ox.serialize(triples, format=kind, prefixes=named))


def _triples(graph: Graph, iri: str) -> Iterator[ox.Triple]:
    rows = graph.store.select(FACTS, {"this": ox.NamedNode(iri)})
    for node in [iri, *(row["fact"].value for row in rows)]:
        yield from (quad.triple for quad in graph.store.about(node))
