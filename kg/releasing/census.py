"""One reading of a release's graph: what it holds by kind, and a line for each of its facts."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

import pyoxigraph as ox

from kg.exporting.reading import text
from kg.model import Fact
from kg.names import DF, RDF, RDFS, expand
from kg.releasing.changes import Line

__all__ = ["Census", "census"]

_TYPE, _LABEL = RDF + "type", RDFS + "label"
_FIRST = DF + "firstSeenIn"
_WHERE_FROM = {DF + name for name in ("evidence", "firstSeenIn", "lastConfirmedIn")}
_FACTS = {expand(curie) for curie in Fact.classes}


@dataclass
class Census:
    """Quads by named graph and by property, things by class, facts by the revision they are of."""

    graphs: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    versions: Counter[str] = field(default_factory=Counter)
    facts: list[Line] = field(default_factory=list)

    @property
    def quads(self) -> int:
        """How many quads there are."""
        return sum(self.graphs.values())


def census(quads: Iterable[ox.Quad]) -> Census:
    """Count quads, those of a node together; the facts come out in order of their IRIs.

    Memory holds a line for each fact. A thing that is described in several graphs counts once
    in each that says its class.
    """
    found = Census()
    for subject, run in groupby(quads, key=lambda quad: quad.subject):
        said = [(quad.predicate.value, quad) for quad in run]
        types = {text(q.object) for name, q in said if name == _TYPE}
        for name, quad in said:
            found.graphs[text(quad.graph_name)] += 1
            found.properties[name] += 1
        found.classes.update(types)
        if types & _FACTS:
            found.facts.append(_line(text(subject), said))
            found.versions.update(text(q.object) for name, q in said if name == _FIRST)
    found.facts.sort()
    return found


def _line(iri: str, said: list[tuple[str, ox.Quad]]) -> Line:
    """A fact with digests of what it says and of where that is said."""
    parts: tuple[list[str], list[str]] = ([], [])
    label = ""
    for name, quad in said:
        parts[name in _WHERE_FROM].append(f"{name} {quad.object}")
        if name == _LABEL:
            label = " ".join(text(quad.object).split())
    says, rests = (_digest(part) for part in parts)
    return Line(iri, says, rests, label)


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:16]
