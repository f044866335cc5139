"""What the entities of a graph are called, read from its N-Quads in one pass.

The store would take many times as long at a million names. All lines of a fact must stand
together, as a build writes them and as sorting leaves them; what is said of an entity may be
spread over several graphs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.model import Entity, Source, SourceVersion
from kg.names import DF, RDF, RDFS, compact, expand, graph

__all__ = ["HOW", "NAMED", "WANTED", "Entry", "entries"]

NAMED = Entity.classes | Source.classes | SourceVersion.classes
"""The classes (CURIEs) of what can be found by a name."""

HOW = ("label", "identifier", "synonym", "application number", "mapped identifier")
"""The ways to be called, best first: an entity's own name goes before a namesake's."""

_CURATED = graph("curated")
_TYPE, _STATUS = RDF + "type", DF + "status"
_SUBJECT, _OBJECT, _APPLICATION = RDF + "subject", RDF + "object", DF + "applicationNumber"
_WAYS = {
    RDFS + "label": "label",
    expand("skos:altLabel"): "synonym",
    expand("skos:exactMatch"): "mapped identifier",
    expand("skos:closeMatch"): "mapped identifier",
    _APPLICATION: "application number",
}
WANTED = (_TYPE, _STATUS, _SUBJECT, _OBJECT, *_WAYS)
"""The properties that are read; no line of another is needed."""
_WANTED = {f"<{iri}>".encode(): iri for iri in WANTED}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entity as the index of names knows it.

    :param kind: its class, a CURIE of :data:`NAMED`.
    :param names: pairs of a way (one of :data:`HOW`) and a name; an identifier's name is an IRI.
    :param facts: how many current facts are about it, as subject or object.
    :param curated: 0 if it is only imported; of what the curated graph describes, one more than
        the number of curated facts among them.
    """

    iri: str
    kind: str
    label: str
    names: tuple[tuple[str, str], ...] = ()
    facts: int = 0
    curated: int = 0


Said = dict[str, list[str]]
"""What a node's lines say: values by the IRI of the property, some of them twice."""


def entries(lines: Iterable[bytes]) -> Iterator[Entry]:
    """The entities of a graph with all their names, in no order that matters.

    :param lines: N-Quads, one a line, in the canonical form that a build writes.
    """
    kinds = {expand(curie): curie for curie in NAMED}
    facts: Counter[str] = Counter()
    by_hand: Counter[str] = Counter()
    found: dict[str, Said] = {}
    for iri, said in _nodes(lines):
        if _SUBJECT in said:
            if DF + "current" in said.get(_STATUS, ()):
                ends = {*said[_SUBJECT], *said.get(_OBJECT, ())}
                facts.update(ends)
                by_hand.update(ends if _CURATED in said else ())
                for subject in said[_SUBJECT] if _APPLICATION in said else ():
                    held = found.setdefault(subject, {})
                    held.setdefault(_APPLICATION, []).extend(said[_APPLICATION])
        elif _TYPE not in said or not kinds.keys().isdisjoint(said[_TYPE]):
            if iri not in found:
                found[iri] = said
                continue
            for key, values in said.items():
                found[iri].setdefault(key, []).extend(values)
    for iri, said in found.items():
        if types := [kinds[kind] for kind in said.get(_TYPE, ()) if kind in kinds]:
            names = {(way, name) for key, way in _WAYS.items() for name in said.get(key, ())}
            label = min(said.get(RDFS + "label", ()), default="") or compact(iri)
            curated = 1 + by_hand[iri] if _CURATED in said else 0
            yield Entry(iri, min(types), label, tuple(sorted(names)), facts[iri], curated)


def _nodes(lines: Iterable[bytes]) -> Iterator[tuple[str, Said]]:
    """Each IRI with what its wanted properties say, as far as its lines stand together."""
    within = f"<{_CURATED}> .".encode()
    node, said = b"", Said()
    for line in lines:
        subject, predicate, rest = line.split(b" ", 2)
        if subject != node:
            if said:
                yield node[1:-1].decode(), said
            node, said = subject, {}
        if (wanted := _WANTED.get(predicate)) is None:
            continue
        if wanted in said:
            said[wanted].append(_value(rest))
        else:
            said[wanted] = [_value(rest)]
        if wanted is _TYPE and rest.rstrip().endswith(within):
            said[_CURATED] = []
    if said:
        yield node[1:-1].decode(), said


def _value(rest: bytes) -> str:
    """The IRI or the lexical form of the literal that the rest of a line begins with."""
    if rest[:1] != b'"':
        return rest.partition(b" ")[0].strip(b"<>").decode()
    text = rest[1 : rest.rindex(b'"')].decode()
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(found: re.Match[str]) -> str:
    short, long, char = found.groups()
    return chr(int(short or long, 16)) if short or long else _ESCAPED.get(char, char)
