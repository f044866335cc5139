"""Bind the parameters of a query by VALUES, where an engine's planner sees them.

An engine's own ``substitutions`` come after it has planned the query, as if the variables were
free: on a large graph that reads every fact.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox

__all__ = ["with_values"]

_TOKEN = re.compile(
    r"""#[^\n]*|<[^\s<>"{}|^`\\]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
    r"""|[{}()]|[?$]\w+|\b(?:CONSTRUCT|OPTIONAL|SELECT|VALUES)\b""",
    re.IGNORECASE,
)


def with_values(sparql: str, bindings: Mapping[str, ox.NamedNode | ox.Literal]) -> str:
    """A query in which every group that names a bound variable begins with its value.

    Groups are evaluated from the inside out (SPARQL 1.1 section 18.2), so each branch of a UNION,
    each OPTIONAL and each subselect gets the values on its own. Terms are written by the engine's
    own serialiser, so that no text of theirs can become part of the query.

    :param sparql: a SPARQL 1.1 query.
    :param bindings: name of a variable, without its mark, to its one value.
    :raises ValueError: for what is no name of a variable.
    """
    for name in bindings:
        ox.Variable(name)  # refuses what is no name of a variable
    parts, at = [], 0
    for position, names in sorted(_groups(sparql).items()):
        bound = [name for name in bindings if name in names]
        if bound:
            values = " ".join(str(bindings[name]) for name in bound)
            head = " ".join(f"?{name}" for name in bound)
            parts.append(f"{sparql[at:position]} VALUES ({head}) {{ ({values}) }} ")
            at = position
    return "".join(parts) + sparql[at:]


def _groups(sparql: str) -> dict[int, set[str]]:
    """Where each group of patterns of a query begins, and the variables it names itself.

    Not those that an OPTIONAL names in expressions only: there they have the value they have
    outside, and a value inside would keep the engine from following from one to the other.
    """
    found: dict[int, set[str]] = {}
    open_: list[int | None] = []
    optional: set[int] = set()
    before, depth = "", 0
    for token in _TOKEN.finditer(sparql):
        text = token[0]
        if text == "{":
            data = before in ("VALUES", "CONSTRUCT")
            open_.append(None if data else token.end())
            if not data:
                found[token.end()] = set()
            if before == "OPTIONAL":
                optional.add(token.end())
        elif text == "}" and open_:
            open_.pop()
        elif text in "()":
            depth += 1 if text == "(" else -1
        elif text[0] in "?$" and open_ and (group := open_[-1]) is not None:
            if group in found and not (depth and group in optional):
                found[group].add(text[1:])
        elif text.upper() == "SELECT" and open_ and open_[-1] is not None:
            found.pop(open_[-1], None)  # a subselect is no group; its WHERE is
        if text[0] not in "#?$()" or before != "VALUES":
            before = text.upper()
    return found
