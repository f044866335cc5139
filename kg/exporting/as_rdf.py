"""The RDF formats: the whole graph, facts as nodes, so that every fact says what it is.

Formats with named graphs lose nothing; the others hold the union, and the graph of a triple is
not said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.export import FORMATS, NAMED, export, stream
from kg.exporting.facts import Facts
from kg.exporting.form import Form
from kg.exporting.loss import QUALITIES, UNPLAIN, Loss
from kg.names import DF

__all__ = ["FORMS", "LARGE"]

_POLARITY = DF + "polarity"

LARGE = 200_000_000
"""Bytes of N-Quads from which on a graph is written as it comes, and not sorted and tidied in
memory: about 800,000 quads."""


def _counted(quads: Iterable[ox.Quad], loss: Loss, named: bool) -> Iterator[ox.Quad]:
    for quad in quads:
        if not named:
            loss.besides["quads without their named graph"] += 1
        if quad.predicate.value == _POLARITY:  # every fact has exactly one
            loss.facts += 1
            loss.written += 1
        yield quad


def _writer(name: str) -> Callable[[Facts, Path, Loss], None]:
    def write(facts: Facts, path: Path, loss: Loss) -> None:
        quads = _counted(facts.quads(), loss, name in NAMED)
        if facts.size > LARGE:
            stream(quads, name, path)
        else:
            path.write_bytes(export(list(quads), name))

    return write


_NAMED_AS = {
    "turtle": ("ttl", "text/turtle"),
    "trig": ("trig", "application/trig"),
    "ntriples": ("nt", "application/n-triples"),
    "nquads": ("nq", "application/n-quads"),
    "jsonld": ("jsonld", "application/ld+json"),
    "rdfxml": ("rdf", "application/rdf+xml"),
}

FORMS = tuple(
    Form(
        name,
        f"the whole graph as {name}",
        _writer(name),
        *_NAMED_AS[name],
        says=frozenset(UNPLAIN),
        keeps=frozenset(QUALITIES),
    )
    for name in FORMATS
)
