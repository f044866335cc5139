"""Nodes as lines of N-Quads, without an RDF object for each triple.

The text is that of :func:`kg.rdf.quads`, written some ten times faster: a whole graph of
regulators' data is millions of triples. A property test holds the two equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from typing import Any

from kg.errors import InputError
from kg.model import Fact, Node, Passage, Record
from kg.names import DF, RDF, RDFS, XSD, expand

__all__ = ["direct_line", "iri", "lines", "literal"]

_FORBIDDEN = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_SPECIAL = re.compile(r'[\x00-\x1f"\\\x7f]')
_ESCAPED = {'"': '\\"', "\\": "\\\\"} | {
    chr(code): f"\\{letter}"
    for code, letter in ((8, "b"), (9, "t"), (10, "n"), (12, "f"), (13, "r"))
}
_DENIED = DF + "denied"
_NEGATIVE = f"<{RDF}type> <{expand('owl:NegativePropertyAssertion')}>"
_PARTS = tuple(
    (expand(f"owl:{name}"), field)
    for name, field in (
        ("sourceIndividual", "subject"),
        ("assertionProperty", "predicate"),
        ("targetIndividual", "object"),
    )
)


def iri(value: str) -> str:
    """An IRI as N-Quads writes it.

    :raises InputError: if a character in it may not stand in an IRI (RFC 3987).
    """
    if _FORBIDDEN.search(value):
        raise InputError(f'"{value}" is no IRI', mend="write it without spaces, quotes or brackets")
    return f"<{value}>"


def literal(value: str) -> str:
    """A plain string as canonical N-Quads writes it."""
    if _SPECIAL.search(value):
        value = _SPECIAL.sub(_escape, value)
    return f'"{value}"'


def _escape(found: re.Match[str]) -> str:
    return _ESCAPED.get(found[0]) or f"\\u{ord(found[0]):04X}"


def _dated(value: Any) -> str:
    return f'"{value.text}"^^<{XSD}{value.datatype}>'


def _typed(datatype: str) -> Callable[[Any], str]:
    return lambda value: f'"{value}"^^<{XSD}{datatype}>'


_TERM: dict[str, Callable[[Any], str]] = {
    "iri": iri,
    "string": literal,
    "date": _dated,
    "integer": _typed("integer"),
    "decimal": _typed("decimal"),
    "boolean": lambda value: f'"{str(value).lower()}"^^<{XSD}boolean>',
}


@cache
def _plan(cls: type) -> tuple[tuple[str, str, Callable[[Any], str], bool], ...]:
    """For each field of a class: its name, its property as text, how to write it, and many."""
    return tuple(
        (
            item.name,
            f"<{expand(item.metadata['property'])}>",
            _TERM[item.metadata["kind"]],
            item.metadata["many"],
        )
        for item in fields(cls)
        if "property" in item.metadata
    )


@cache
def _typing(kind: str) -> str:
    return f"<{RDF}type> {iri(expand(kind))}"


def lines(node: Node, graph: str) -> str:
    """The statements of a node in the named graph ``graph``, one a line, in a fixed order.

    :raises InputError: for a value that cannot be written as an IRI.
    """
    said = [_typing(kind) for kind in node.kinds]
    kind: type = type(node)
    for name, prop, write, many in _plan(kind):
        value = getattr(node, name)
        if value is None:
            continue
        if many:
            said += [f"{prop} {write(one)}" for one in value]
        else:
            said.append(f"{prop} {write(value)}")
    if isinstance(node, Fact):
        said += _derived(node)
    elif isinstance(node, Passage):
        where = f"{node.section}, characters {node.start} to {node.end}"
        said.append(f"<{RDFS}label> {literal(where)}")
    elif isinstance(node, Record):
        said.append(f"<{RDFS}label> {literal(node.place)}")
    subject, end = iri(node.iri) + " ", f" <{graph}> .\n"
    return "".join([subject + one + end for one in said])


def _derived(fact: Fact) -> list[str]:
    said = []
    if fact.date is not None:
        for name, day in (("Earliest", fact.date.earliest), ("Latest", fact.date.latest)):
            said.append(f'<{DF}date{name}> "{day.isoformat()}"^^<{XSD}date>')
    if fact.polarity == _DENIED:
        said.append(_NEGATIVE)
        said += [f"<{prop}> <{getattr(fact, name)}>" for prop, name in _PARTS]
    return said


def direct_line(fact: Fact, predicate: str, graph: str) -> str:
    """The line of the direct triple that a fact licenses."""
    return f"<{fact.subject}> <{predicate}> <{fact.object}> <{graph}> .\n"
