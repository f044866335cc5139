"""Nodes as Turtle in the form of ``data/curated``: one property a line, in the model's order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from kg.model import Node
from kg.names import compact, expand, prefixes

__all__ = ["block", "document"]

_NAME = re.compile(r"(?<![\w<])([A-Za-z]\w*):(?=[A-Za-z0-9_])")


def block(node: Node) -> str:
    """One node."""
    lines = [f"{_name(node.iri)} a {' , '.join(node.kinds)}"]
    lines += [f"    {prop} {value}" for prop, value in _statements(node)]
    return " ;\n".join(lines) + " .\n"


def _statements(node: Node) -> Iterator[tuple[str, str]]:
    for item in fields(node):
        value = getattr(node, item.name)
        if "property" not in item.metadata or value in (None, ()):
            continue
        several = value if item.metadata["many"] else (value,)
        written = " , ".join(_value(one, item.metadata["kind"]) for one in several)
        yield item.metadata["property"], written


def _value(one: Any, kind: str) -> str:
    value: str = str(one).lower() if kind == "boolean" else getattr(one, "text", str(one))
    if kind == "iri":
        return _name(value)
    if kind == "string":
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + quoted.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'
    if kind == "date":
        return f'"{value}"^^xsd:{one.datatype}'
    if kind == "decimal":
        return value if "." in value else f'"{value}"^^xsd:decimal'
    return value


def _name(iri: str) -> str:
    short = compact(iri)
    return short if short != iri else f"<{iri}>"


def document(head: str, parts: Iterable[tuple[str, Iterable[Node]]]) -> str:
    """A file: a comment, the prefixes that are used, and nodes under headings.

    :param head: what the file holds, one or more lines without ``#``.
    :param parts: headings with their nodes; a heading without nodes is left out.
    """
    bodies = []
    for heading, nodes in parts:
        made = [block(node) for node in nodes]
        if made:
            bodies.append(f"# {'-' * 64} {heading}\n\n" + "\n".join(made))
    text = "\n".join(bodies)
    bare = re.sub(r'"(?:[^"\\]|\\.)*"|<[^>]*>', "", text)
    used = {name for name in _NAME.findall(bare) if name in prefixes()}
    known = [f"@prefix {name}: <{expand(name + ':')}> .\n" for name in prefixes() if name in used]
    comment = "".join(f"# {line}\n" for line in head.splitlines())
    return f"{comment}\n{''.join(known)}\n{text}"
