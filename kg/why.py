"""Why records of different sources are one entity, and which names were joined to none."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg.store import Store

__all__ = ["Joined", "Unclear", "joined", "unclear"]

_MERGES = """
SELECT ?this ?merge ?named ?source ?date (GROUP_CONCAT(?on; separator="\\n") AS ?agreed) WHERE {
  ?merge df:mergedEntity ?this ; df:namedAs ?named ; df:inVersion ?version ; df:agreedOn ?on .
  ?version df:versionDate ?date ; df:versionOf/rdfs:label ?source .
} GROUP BY ?this ?merge ?named ?source ?date ORDER BY ?source ?date ?named"""
_UNCLEAR = """
SELECT ?this ?named ?source ?date ?candidate ?label WHERE {
  ?this a df:Ambiguity ; df:namedAs ?named ; df:inVersion ?version ; df:candidate ?candidate .
  ?version df:versionDate ?date ; df:versionOf/rdfs:label ?source .
  ?candidate rdfs:label ?label
} ORDER BY ?named ?source ?label ?candidate"""
_NAMING = "SELECT DISTINCT ?this ?candidate WHERE { ?this df:candidate ?candidate }"


@dataclass(frozen=True)
class Joined:
    """That a source's name was taken for an entity; ``agreed_on`` says on what grounds."""

    source: str
    date: str
    named_as: str
    agreed_on: tuple[str, ...]


@dataclass(frozen=True)
class Unclear:
    """A source's name that could stand for several entities: IRI and label of each."""

    source: str
    date: str
    named_as: str
    candidates: tuple[tuple[str, str], ...]


def joined(store: Store, iri: str) -> list[Joined]:
    """What was joined to an entity, by source and name."""
    return [
        Joined(
            row["source"].value,
            row["date"].value,
            row["named"].value,
            tuple(sorted(row["agreed"].value.split("\n"))),
        )
        for row in store.select(_MERGES, {"this": ox.NamedNode(iri)})
        if row["merge"] is not None
    ]


def unclear(store: Store, iri: str | None = None) -> list[Unclear]:
    """The names that were joined to nothing: all, or those that could mean one entity."""
    nodes: list[ox.NamedNode | None] = [None]
    if iri is not None:
        found = store.select(_NAMING, {"candidate": ox.NamedNode(iri)})
        nodes = sorted((row["this"] for row in found), key=str)
    grouped: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for node in nodes:
        for row in store.select(_UNCLEAR, {"this": node} if node else None):
            key = (row["named"].value, row["source"].value, row["date"].value)
            grouped.setdefault(key, []).append((row["candidate"].value, row["label"].value))
    return [
        Unclear(source, date, named, tuple(candidates))
        for (named, source, date), candidates in sorted(grouped.items())
    ]
