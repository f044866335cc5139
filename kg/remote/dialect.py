"""What is sent to a server in the place of a query of ours: prefixes, and what one engine needs."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox

from kg.names import prefixes

__all__ = ["spoken"]

_DECLARED = re.compile(r"(?i)\bPREFIX\s+([\w-]*):")
_PATH = re.compile(r"(\?\w+)( (?:\([^(){}?]*\)|[\w-]+:[\w-]+)[+*] )(\?\w+)")
_EXISTS = re.compile(r"FILTER EXISTS \{ (\?\w+) (\S+) (\S+) \}")


def spoken(sparql: str, server: str, given: Mapping[str, ox.NamedNode | ox.Literal]) -> str:
    """A query as the server that calls itself ``server`` takes it.

    Virtuoso 7 does not see the variables of an outer group within EXISTS. So it gets the pattern
    itself: with all its variables bound, it holds once or not at all. And it follows a path of any
    length only from a term, not from a variable that VALUES bind to one.

    :param given: the terms that variables are bound to, wherever they stand.
    """
    declared = set(_DECLARED.findall(sparql))
    wanted = "".join(
        f"PREFIX {name}: <{iri}> "
        for name, iri in prefixes().items()
        if name not in declared and re.search(rf"(?<![\w-]){re.escape(name)}:", sparql)
    )
    if "virtuoso" in server.lower():
        sparql = _EXISTS.sub(lambda found: _joined(found, sparql), sparql)
        sparql = _PATH.sub(lambda found: _from_a_term(found, given), sparql)
    return wanted + sparql


def _from_a_term(found: re.Match[str], given: Mapping[str, ox.NamedNode | ox.Literal]) -> str:
    ends = [str(given.get(found[end][1:], found[end])) for end in (1, 3)]
    return found[2].join(ends)


def _joined(found: re.Match[str], sparql: str) -> str:
    """The pattern of an EXISTS, unless a variable of it stands nowhere else."""
    names = [word for word in found.groups() if word.startswith("?")]
    if any(len(re.findall(rf"\{name}\b", sparql)) < 2 for name in names):
        return found[0]
    return " ".join(found.groups()) + " ."
