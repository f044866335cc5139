"""The names of a built graph, to read texts by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from kg.lookup import Lookup
from kg.name_base import Found
from kg.names import graph
from kg.reading.naming import Names, Thing
from kg.spelling import fold
from kg.store import Store

__all__ = ["names_of"]

SHORT = 5
"""Letters of a word that is too short for an imported synonym."""

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
        for one in _meant(lookup.called(phrase), phrase):
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


def _meant(several: list[Found], phrase: str) -> Iterator[Found]:
    """Those that a running text can mean by a phrase.

    A generic name is its substance, not one of the many products that are called so. Short words
    are not the synonyms of anything imported, and imported concepts but for routes are no
    objects of statements.
    """
    generic = any(one.kind == "df:Substance" for one in several)
    short = phrase.islower() and " " not in phrase and len(phrase) <= SHORT
    for one in several:
        if one.kind == "df:MedicinalProduct" and generic and not one.curated:
            continue
        if not one.curated and short and one.how != "label":
            continue
        if not one.curated and one.kind == "df:Concept" and "/route-" not in one.iri:
            continue
        yield one


def _written(store: Store, iri: str, phrase: str) -> list[str]:
    """The names of a thing that a phrase is, as they are written; none if it is only its code."""
    rows = store.select(_NAMES, {"entity": ox.NamedNode(iri)})
    return [name for row in rows if fold(name := row["name"].value) == fold(phrase)]
