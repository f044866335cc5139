"""What all nodes of the graph have, and how a field says which RDF property carries it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, ClassVar, Literal

from kg.errors import InputError

__all__ = ["Kind", "Node", "prop"]

Kind = Literal["iri", "string", "integer", "decimal", "boolean", "date"]


def prop(curie: str, kind: Kind = "iri", *, required: bool = False, many: bool = False) -> Any:
    """A field carried by the RDF property ``curie``; ``many`` makes it a sorted tuple."""
    metadata = {"property": curie, "kind": kind, "required": required, "many": many}
    if many:
        return field(default=(), metadata=metadata)
    if required:
        return field(metadata=metadata)
    return field(default=None, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Node:
    """What all nodes have: an IRI and one or more classes (CURIEs of the ontology)."""

    iri: str
    kinds: tuple[str, ...] = ()
    classes: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        kind: type = type(self)
        for name, prop_ in _required(kind):
            if getattr(self, name) in (None, ()):
                raise InputError("this is required and missing", field=prop_, mend=f"add {prop_}")


@cache
def _required(cls: type) -> tuple[tuple[str, str], ...]:
    """Names and properties of the fields that a class must have."""
    return tuple(
        (item.name, item.metadata["property"])
        for item in fields(cls)
        if item.metadata.get("required")
    )
