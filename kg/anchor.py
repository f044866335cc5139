"""Staying true: find every fact of a source again in a captured copy of it.

A fact is *confirmed* when each of its passages stands where it stood, *moved* when the words
are the same elsewhere, *changed* when a passage is found in other words, *lost* when it is not
found. A passage that must be read with another (the lead-in of a list) shares its fate.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.errors import InputError
from kg.evidence import Anchor, Page, State, digest, sketch
from kg.names import compact
from kg.store import Store

__all__ = ["STATES", "Anchored", "cite", "reanchor", "source_of", "version_of"]

STATES: tuple[State, ...] = ("confirmed", "moved", "changed", "lost")
"""From best to worst."""

_PASSAGES = """
SELECT ?passage ?version ?source ?section ?start ?end ?digest ?sketch ?with WHERE {
  ?passage a df:Passage ; df:inVersion ?version ; df:section ?section ; df:start ?start ;
    df:end ?end ; df:sentenceDigest ?digest ; df:sketch ?sketch .
  ?version df:versionOf ?source .
  OPTIONAL { ?passage df:readWith ?with }
}"""
_FACTS = """
SELECT ?fact ?label ?passage WHERE {
  ?fact rdf:subject ?subject ; rdfs:label ?label ; df:evidence ?passage ; df:status df:current .
  ?passage a df:Passage .
}"""
_CHECKSUMS = "SELECT ?source ?sum ?v WHERE { ?v df:versionOf ?source ; df:sha256 ?sum }"
_VERSIONS = """
SELECT ?source ?v WHERE { ?v df:versionOf ?source ; df:versionDate ?date }
ORDER BY DESC(STR(?date)) ?v"""


@dataclass(frozen=True)
class Anchored:
    """A fact found again, or not: the worst state of its passages, and where that one stands."""

    fact: str
    label: str
    state: State
    section: str
    was: tuple[int, int]
    now: tuple[int, int] | None


@dataclass(frozen=True)
class _Passage:
    source: str
    section: str
    span: tuple[int, int]
    digest: str
    sketch: str
    read_with: tuple[str, ...]


def reanchor(store: Store, text: str, source: str | None = None) -> list[Anchored]:
    """Find all current facts of a source in a captured text, in the order of the source.

    :param source: IRI of the source that the text is a copy of; recognised if not given.
    :raises InputError: if the text is no copy of any source we hold passages of.
    """
    passages = _passages(store)
    page = Page(text)
    source = source or source_of(store, text)
    known = frozenset(one.digest for one in passages.values() if one.source == source)
    anchors = {
        iri: page.find(*one.span, one.digest, one.sketch, known)
        for iri, one in passages.items()
        if one.source == source
    }
    facts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in store.select(_FACTS):
        if row["passage"].value in anchors:
            facts[row["fact"].value, row["label"].value].append(row["passage"].value)
    found = [
        _state(fact, label, cited, passages, anchors) for (fact, label), cited in facts.items()
    ]
    return sorted(found, key=lambda one: (one.was, one.fact))


def _state(
    fact: str,
    label: str,
    cited: list[str],
    passages: Mapping[str, _Passage],
    anchors: Mapping[str, Anchor],
) -> Anchored:
    needed = sorted({*cited, *(other for one in cited for other in passages[one].read_with)})
    worst = max(needed, key=lambda one: (STATES.index(anchors[one].state), one in cited))
    anchor, passage = anchors[worst], passages[worst]
    now = None
    if anchor.start is not None and anchor.end is not None:
        now = (anchor.start, anchor.end)
    return Anchored(fact, label, anchor.state, passage.section, passage.span, now)


def source_of(store: Store, text: str) -> str:
    """The source a captured text is a copy of: by checksum, else by the passages found in it.

    :raises InputError: if it holds no passage of any source.
    """
    want = _checksum(text)
    for row in store.select(_CHECKSUMS):
        if row["sum"].value == want:
            return str(row["source"].value)
    page, hits = Page(text), Counter[str]()
    for one in _passages(store).values():
        state = page.find(*one.span, one.digest, one.sketch, frozenset()).state
        hits[one.source] += state in ("confirmed", "moved")
    best = max(sorted(hits), key=hits.__getitem__, default=None)
    if best is None or not hits[best]:
        raise InputError(
            "this text holds no passage of any source in the graph",
            mend="give a captured copy of one of the pages that `kg sources` lists",
        )
    return best


def version_of(store: Store, text: str, source: str | None = None) -> str:
    """The version a captured text is: by its checksum, else the newest of its source.

    :raises InputError: if it holds no passage of any source.
    """
    want = _checksum(text)
    for row in store.select(_CHECKSUMS):
        if row["sum"].value == want:
            return str(row["v"].value)
    bound = {"source": ox.NamedNode(source or source_of(store, text))}
    return str(next(store.select(_VERSIONS, bound))["v"].value)


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _passages(store: Store) -> dict[str, _Passage]:
    found: dict[str, dict[str, Any]] = {}
    for row in store.select(_PASSAGES):
        one = found.setdefault(
            row["passage"].value,
            {
                "source": row["source"].value,
                "section": row["section"].value,
                "span": (int(row["start"].value), int(row["end"].value)),
                "digest": row["digest"].value,
                "sketch": row["sketch"].value,
                "read_with": (),
            },
        )
        if row["with"] is not None:
            one["read_with"] += (row["with"].value,)
    return {iri: _Passage(**values) for iri, values in sorted(found.items())}


def cite(text: str, start: int, end: int, version: str, section: str) -> str:
    """A Turtle node for the passage that covers the characters from ``start`` to ``end``.

    :param version: IRI of the source version that the text is.
    :raises InputError: if no whole sentences stand there.
    """
    try:
        start, end = Page(text).passage(start, end)
    except ValueError as error:
        raise InputError(str(error), mend="point at one to four sentences") from None
    stretch, name = text[start:end], compact(version).removeprefix("source:")
    quoted = section.replace("\\", "\\\\").replace('"', '\\"')
    return (
        f"evidence:{name}-{start}-{end} a df:Passage ;\n"
        f"    df:inVersion {compact(version)} ;\n"
        f'    df:section "{quoted}" ;\n'
        f"    df:start {start} ;\n    df:end {end} ;\n"
        f'    df:sentenceDigest "{digest(stretch)}" ;\n'
        f'    df:sketch "{sketch(stretch)}" .\n'
    )
