"""Nodes out of a stream of quads that a build has checked already.

:func:`kg.rdf.nodes` says the same and checks every quad on the way; for half a million nodes of a
published graph that is most of the time an export takes. A test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.dates import PartialDate
from kg.errors import KgError
from kg.model import Node
from kg.names import RDF, expand

__all__ = ["Run", "node", "runs", "stream", "text"]

_TYPE = RDF + "type"
_READ: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "boolean": "true".__eq__,
    "date": PartialDate,
}


class _Field(NamedTuple):
    name: str
    read: Callable[[str], Any]
    many: bool


@cache
def _fields(cls: type) -> dict[str, _Field]:
    """The fields of a class by the IRIs of their properties."""
    return {
        expand(item.metadata["property"]): _Field(
            item.name, _READ.get(item.metadata["kind"], str), item.metadata["many"]
        )
        for item in fields(cls)
        if "property" in item.metadata
    }


def text(term: Any) -> str:
    """The IRI of a node, or the lexical form of a literal."""
    return str(getattr(term, "value", term))


class Run(NamedTuple):
    """The quads of one node, and the class for which it was taken, as a CURIE."""

    iri: str
    kind: str
    quads: list[ox.Quad]


def runs(quads: Iterable[ox.Quad], kinds: Iterable[str]) -> Iterator[Run]:
    """The quads of each node of some classes, in their order.

    :param quads: those of a node stand together.
    :param kinds: the classes, as CURIEs.
    :raises KgError: if they do not.
    """
    wanted = {expand(curie): curie for curie in kinds}
    seen: set[str] = set()
    for subject, run in groupby(quads, key=lambda quad: quad.subject):
        said = list(run)
        types = (text(quad.object) for quad in said if quad.predicate.value == _TYPE)
        kind = next((wanted[one] for one in types if one in wanted), None)
        if kind is None:
            continue
        iri = text(subject)
        if iri in seen:
            raise KgError(f"the quads of {iri} do not stand together")
        seen.add(iri)
        yield Run(iri, kind, said)


def stream(quads: Iterable[ox.Quad], *classes: type[Node]) -> Iterator[Node]:
    """The nodes of some classes, in the order of the quads (:func:`runs`)."""
    by_kind = {curie: cls for cls in classes for curie in cls.classes}
    return (node(run, by_kind[run.kind]) for run in runs(quads, by_kind))


def node(run: Run, cls: type[Node]) -> Node:
    """The node that some quads are of."""
    kind: type = cls
    known = _fields(kind)
    values: dict[str, Any] = {}
    for quad in run.quads:
        if field := known.get(quad.predicate.value):
            value = field.read(text(quad.object))
            if field.many:
                values.setdefault(field.name, []).append(value)
            else:
                values[field.name] = value
    many = {name: tuple(sorted(value)) for name, value in values.items() if type(value) is list}
    return cls(iri=run.iri, kinds=(run.kind,), **(values | many))
