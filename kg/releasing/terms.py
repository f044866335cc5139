"""On which terms each source may be passed on, and what rests on it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from kg.names import DF, compact
from kg.store import Store

__all__ = ["FACTS_ONLY", "TEXTS", "WITHHELD", "WORDED", "Terms", "table", "terms"]

FACTS_ONLY, WITHHELD = DF + "factsOnly", DF + "withheld"
TEXTS = "texts of labels and registers, which stay in the store that was built from them"
"""What no release holds, whatever the terms (:class:`kg.model.TextSection`)."""
WORDED = "facts that rules read and that need the source's own words"
"""What no release holds of a source that lets only facts be passed on."""

_KNOWN = {DF + "free", DF + "withAttribution", FACTS_ONLY}
_SOURCES = """
SELECT ?source ?label ?publisher ?rights ?licence ?redistribution ?address {
  ?source a df:Source ; rdfs:label ?label ;
    dcterms:publisher ?publisher ; dcterms:rights ?rights .
  OPTIONAL { ?source dcterms:license ?licence }
  OPTIONAL { ?source df:redistribution ?redistribution }
  OPTIONAL { ?source schema:url ?address }
} ORDER BY ?source"""
_VERSIONS = "SELECT ?s ?v ?label { ?v df:versionOf ?s ; rdfs:label ?label } ORDER BY ?v"


@dataclass(frozen=True)
class Terms:
    """A source with its terms. IRIs are full; what is not given is ``""``.

    :ivar redistribution: a ``df:Redistribution``; silence, and what is not known here, withholds.
    :ivar versions: the IRI and name of each revision.
    """

    source: str
    label: str
    publisher: str
    rights: str
    licence: str
    redistribution: str
    address: str
    versions: tuple[tuple[str, str], ...]


def terms(store: Store) -> list[Terms]:
    """The terms of all sources, in order of their IRIs."""
    versions: dict[str, list[tuple[str, str]]] = {}
    for row in store.select(_VERSIONS):
        versions.setdefault(row["s"].value, []).append((row["v"].value, row["label"].value))
    found = []
    for row in store.select(_SOURCES):
        cells = {name: term.value if term is not None else "" for name, term in row.items()}
        if cells["redistribution"] not in _KNOWN:
            cells["redistribution"] = WITHHELD
        found.append(Terms(versions=tuple(versions.get(cells["source"], ())), **cells))
    return found


COLUMNS = (
    *("source", "name", "publisher", "rights", "licence", "redistribution", "address"),
    *("revisions", "facts", "left_out"),
)


def table(
    every: list[Terms], facts: Counter[str], texts: Counter[str], worded: Counter[str]
) -> list[list[str]]:
    """The terms as rows of :data:`COLUMNS`.

    :param facts: how many facts of the release were first seen in each revision.
    :param texts: how many texts of each revision were left out.
    :param worded: how many facts of each source were left out for its words.
    """
    rows = []
    for one in every:
        left = [TEXTS] if any(texts[version] for version, _ in one.versions) else []
        left += [WORDED] if worded[one.source] else []
        if one.redistribution == WITHHELD:
            left = ["everything that rests on it alone"]
        rows.append(
            [
                compact(one.source),
                *(one.label, one.publisher, one.rights, one.licence),
                compact(one.redistribution),
                one.address,
                "; ".join(label for _, label in one.versions),
                str(sum(facts[version] for version, _ in one.versions)),
                "; ".join(left),
            ]
        )
    return rows
