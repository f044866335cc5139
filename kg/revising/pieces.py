"""The pieces of evidence that a graph holds: where each stands, and its fingerprint."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.names import expand
from kg.store import Store

__all__ = ["Piece", "Version", "facts_on", "pieces", "versions"]

_VERSIONS = """
SELECT ?version ?source ?label ?date ?file ?sum ?retrieved WHERE {
  ?version df:versionOf ?source ; rdfs:label ?label ; df:versionDate ?date .
  OPTIONAL { ?version df:fileName ?file }
  OPTIONAL { ?version df:sha256 ?sum }
  OPTIONAL { ?version df:retrieved ?retrieved }
} ORDER BY ?source ?version"""
_PASSAGES = """
SELECT ?piece ?version ?place ?digest ?start ?end ?sketch WHERE {
  ?piece df:sketch ?sketch ; df:inVersion ?version ; df:section ?place ; df:start ?start ;
    df:end ?end ; df:sentenceDigest ?digest .
}"""
_READ_WITH = "SELECT ?piece ?with WHERE { ?piece df:readWith ?with } ORDER BY ?with"
_RECORDS = """
SELECT ?piece ?version ?place ?digest WHERE {
  ?piece df:inVersion ?version ; df:recordDigest ?digest ; df:record ?place .
}"""
_DIGESTS = "SELECT ?piece ?value WHERE { ?piece df:recordDigest ?value }"
_PLACES = "SELECT ?piece ?value WHERE { ?piece df:record ?value }"
_WHERE = "SELECT ?piece ?value WHERE { ?piece df:inVersion ?value }"
_FIELDS = "SELECT ?piece ?field WHERE { ?piece df:field ?field } ORDER BY ?field"
_TEXTS = """
SELECT ?piece ?version ?place ?section ?digest WHERE {
  ?piece a df:TextSection ; df:inVersion ?version ; df:record ?place ; df:section ?section ;
    df:sentenceDigest ?digest .
}"""
_FACTS = """
SELECT ?fact ?label ?piece WHERE {
  ?fact rdf:subject ?subject ; rdfs:label ?label ; df:status df:current ; df:evidence ?piece .
  ?piece df:inVersion/df:versionOf ?source .
}"""


_COLUMNS = ("piece", "version", "place", "digest", "start", "end", "sketch")


@dataclass(frozen=True)
class Version:
    """A revision of a source: its name, date, file and checksum, as far as they are known."""

    iri: str
    source: str
    label: str
    date: str
    file: str = ""
    checksum: str = ""
    retrieved: str = ""


@dataclass(frozen=True)
class Piece:
    """A piece of evidence.

    :param kind: ``passage`` of a text, ``record`` of a table, or ``text`` of a section.
    :param place: the section of a passage; what names a record or text.
    :param span: characters of a passage; ``sketch`` is of a passage too.
    :param fields: of a record, the fields read; all if none.
    :param section: of a text, its heading.
    """

    iri: str
    kind: str
    version: str
    place: str
    digest: str
    span: tuple[int, int] = (0, 0)
    sketch: str = ""
    fields: tuple[str, ...] = ()
    section: str = ""
    read_with: tuple[str, ...] = ()


def versions(store: Store) -> dict[str, Version]:
    """Every revision of every source, by IRI."""
    names = ("version", "source", "label", "date", "file", "sum", "retrieved")
    return {
        row["version"].value: Version(*(row[n].value if row[n] else "" for n in names))
        for row in store.select(_VERSIONS)
    }


def pieces(store: Store, of: Collection[str] | None = None) -> list[Piece]:
    """The evidence of a graph, in order of revision and place.

    :param of: IRIs of revisions, to have the evidence in them only.
    """
    bound = [None] if of is None else [{"version": ox.NamedNode(iri)} for iri in sorted(of)]
    read_with, fields = _many(store, _READ_WITH, "with"), _many(store, _FIELDS, "field")
    found: list[Piece] = []
    for binding in bound:
        for row in store.select(_PASSAGES, binding):
            iri, version, place, digest, start, end, sketch = (row[n].value for n in _COLUMNS)
            span = (int(start), int(end))
            with_ = read_with[iri]
            found.append(Piece(iri, "passage", version, place, digest, span, sketch, (), "", with_))
        for row in store.select(_TEXTS, binding):
            iri, version, place, digest = (row[n].value for n in _COLUMNS[:4])
            found.append(Piece(iri, "text", version, place, digest, section=row["section"].value))
        for iri, version, place, digest in _records(store, binding):
            found.append(Piece(iri, "record", version, place, digest, fields=fields[iri]))
    return sorted(found, key=lambda one: (one.version, one.kind, one.place, one.span, one.iri))


def _records(
    store: Store, binding: Mapping[str, ox.NamedNode] | None
) -> Iterator[tuple[str, str, str, str]]:
    """Name, revision, place and digest of records.

    Those of all revisions are joined here: over hundreds of thousands the engine takes twice as
    long.
    """
    if binding:
        for row in store.select(_RECORDS, binding):
            iri, version, place, digest = (row[name].value for name in _COLUMNS[:4])
            yield iri, version, place, digest
        return
    places, where = _one(store, _PLACES), _one(store, _WHERE)
    for iri, digest in _one(store, _DIGESTS).items():
        yield iri, where[iri], places[iri], digest


def _one(store: Store, query: str) -> dict[str, str]:
    return {row["piece"].value: row["value"].value for row in store.select(query)}


def _many(store: Store, query: str, name: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for row in store.select(query):
        found[row["piece"].value] += (row[name].value,)
    return found


def facts_on(store: Store, source: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The current facts that rest on a source: label, and the pieces cited of it, by fact.

    :param source: its IRI.
    """
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    bound = {"source": ox.NamedNode(expand(source))}
    for row in store.select(_FACTS, bound):
        label, cited = found.get(row["fact"].value, (row["label"].value, ()))
        found[row["fact"].value] = (label, tuple(sorted({*cited, row["piece"].value})))
    return dict(sorted(found.items()))
