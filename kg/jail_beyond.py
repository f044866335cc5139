"""What is refused before a stranger's query goes on to another engine.

Engines call functions of their own by IRIs: ``bif:`` and ``sql:`` in Virtuoso, ``java:`` in Jena,
scripts in GraphDB. And a server holds graphs that are not ours.
"""

from __future__ import annotations

import re

from kg.errors import InputError
from kg.jail_guard import names_dataset, spaced
from kg.names import XSD, prefixes

__all__ = ["check"]

_SCHEMES = frozenset("http https urn mailto tel doi".split())


def check(sparql: str) -> None:
    """Refuse what another engine may do with a query beyond asking our graphs.

    :raises InputError: if the query names its dataset, calls a function by an IRI other than a
        cast of XML Schema, names an IRI of such a scheme, or hides a call in what may be no IRI.
    """
    if names_dataset(sparql):
        mend = "name them with the parameters default-graph-uri and named-graph-uri"
        raise InputError("FROM is off here: graphs are named by the protocol", mend=mend)
    declared, called = {key: {value} for key, value in prefixes().items()}, list[str]()
    before, gap = ("", ""), ""
    for kind, text, gap in spaced(sparql):
        if kind == "iri":
            _refuse_scheme(text)
            if "(" in text:  # it may be read as two comparisons, with a call between them
                raise InputError(f"{text} is off here", mend="write its bracket as %28")
            if before[0] == "name" and before[1].endswith(":"):
                declared.setdefault(before[1][:-1], set()).add(text[1:-1])
        if "\\" in gap:
            raise InputError("a name with a backslash is off here", mend="write its IRI in full")
        if text == "(" and not gap.strip() and before[0] in ("iri", "name"):
            called.append(before[1])
        before = kind, text
    for name in called:
        _refuse_function(name, declared)


def _refuse_scheme(iri: str) -> None:
    scheme = re.match(r"<([A-Za-z][A-Za-z0-9+.-]*):", iri)
    if scheme and scheme[1].lower() not in _SCHEMES:
        raise InputError(f"{iri} is off here: it may name a function of the engine that is asked")


def _refuse_function(name: str, declared: dict[str, set[str]]) -> None:
    if name[0] in "?$@":
        return
    prefix, _, local = name.partition(":")
    spaces = {name[1:-1]} if name.startswith("<") else declared.get(prefix, set())
    whole = {one if name.startswith("<") else one + local for one in spaces}
    if not all(one.startswith(XSD) for one in whole):
        raise InputError(f"{name} is off here: a query calls no functions but those of SPARQL")
