"""The names of a built graph, to read texts by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import pyoxigraph as ox

from kg.lookup import Lookup
from kg.names import graph
from kg.reading.naming import Names, Thing
from kg.spelling import fold
from kg.store import Store

__all__ = ["names_of"]

_CONCEPTS = f"""
SELECT ?concept ?label ?name WHERE {{ GRAPH <{graph("curated")}> {{
  ?concept a df:Concept ; rdfs:label ?label .
  {{ ?concept rdfs:label ?name }} UNION {{ ?concept skos:altLabel ?name }}
}} }}"""
_FORMS = f"""
SELECT ?concept ?disease ?label WHERE {{ GRAPH <{graph("curated")}> {{
  ?concept a df:Concept ; skos:broader ?disease . ?disease a df:Disease ; rdfs:label ?label
}} }}"""


_NAMES = """
SELECT ?name WHERE { { ?entity rdfs:label ?name } UNION { ?entity skos:altLabel ?name } }"""


def names_of(store: Store, lookup: Lookup) -> Names:
    """All names of a graph; of the curated concepts also their words with others between."""

    def call(phrase: str) -> Sequence[tuple[Thing, str]]:
        found = []
        for one in lookup.called(phrase):
            thing = Thing(one.iri, one.label, one.kind)
            written = [one.name] if one.how != "identifier" else _written(store, one.iri, phrase)
            found += [(thing, name) for name in written]
        return found

    concepts = [
        (Thing(row["concept"].value, row["label"].value, "df:Concept"), row["name"].value)
        for row in store.select(_CONCEPTS)
    ]
    wider: dict[str, tuple[Thing, ...]] = defaultdict(tuple)
    for row in store.select(_FORMS):
        disease = Thing(row["disease"].value, row["label"].value, "df:Disease")
        wider[row["concept"].value] += (disease,)
    return Names(call, concepts, wider)


def _written(store: Store, iri: str, phrase: str) -> list[str]:
    """The names of a thing that a phrase is, as they are written; none if it is only its code."""
    rows = store.select(_NAMES, {"entity": ox.NamedNode(iri)})
    return [name for row in rows if fold(name := row["name"].value) == fold(phrase)]
