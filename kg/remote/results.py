"""SPARQL results as JSON from any server, read strictly and brought to one form.

What is compared with what our own engine says must be written alike: some servers say ``1`` for
a truth value, give the type ``typed-literal`` of an early draft, or hand an IRI back as a text
where it was given to them as a parameter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from kg.errors import RemoteError
from kg.names import XSD

__all__ = ["BOOLEAN", "TRUTH", "CutOff", "read", "tidied"]

BOOLEAN, STRING = XSD + "boolean", XSD + "string"
KEYS = {
    "uri": {"type", "value"},
    "bnode": {"type", "value"},
    "literal": {"type", "value", "datatype", "xml:lang"},
    "typed-literal": {"type", "value", "datatype"},
}
TRUTH = {"1": "true", "0": "false"}
ASKED = "__ASK_RETVAL"
"""The column in which Virtuoso 7 answers an ASK."""
JsonTerm = dict[str, str]


class CutOff(RemoteError):
    """The server gives fewer rows at a time than there are."""


def read(
    data: bytes,
    columns: Sequence[str] | None,
    given: Mapping[str, ox.NamedNode | ox.Literal],
    most: int | None = None,
) -> ox.QuerySolutions | ox.QueryBoolean:
    """The rows or the truth value that a reply says (SPARQL 1.1 Query Results JSON Format).

    :param columns: the columns that the query selects; None if it asks for a truth value.
    :param given: the terms that variables were bound to: a column of theirs holds nothing else.
    :param most: rows that the server gives at most: so many may be a part of the answer.
    :raises CutOff: if there are so many.
    :raises RemoteError: for anything that is not just such an answer.
    """
    try:
        found = json.loads(data)
        if columns is None:
            return _parsed({"head": {}, "boolean": _truth(found)})
        if list(found["head"]["vars"]) != list(columns):
            raise ValueError("its columns are not those that were asked for")
        rows = [_row(row, columns, given) for row in found["results"]["bindings"]]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        why = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise RemoteError(f"the server's answer cannot be read as SPARQL results: {why}") from None
    if most is not None and len(rows) >= most:
        raise CutOff(f"the answer is cut off at {most} rows, which is all that the server gives")
    return _parsed({"head": {"vars": list(columns)}, "results": {"bindings": rows}})


def _truth(found: Mapping[str, Any]) -> bool:
    """The truth value of an ASK; Virtuoso 7 says it with a row, or with none."""
    if "boolean" not in found and found["head"]["vars"] == [ASKED]:
        return bool(found["results"]["bindings"])
    if not isinstance(found["boolean"], bool):
        raise ValueError("the truth value is none")
    return found["boolean"]


def _parsed(document: dict[str, Any]) -> ox.QuerySolutions | ox.QueryBoolean:
    return ox.parse_query_results(json.dumps(document).encode(), ox.QueryResultsFormat.JSON)


def _row(
    row: Mapping[str, JsonTerm],
    columns: Sequence[str],
    given: Mapping[str, ox.NamedNode | ox.Literal],
) -> dict[str, JsonTerm]:
    if not row.keys() <= set(columns):
        raise ValueError("a row has a column that was not asked for")
    found = {name: _term(term) for name, term in row.items()}
    for name in given.keys() & found.keys():
        if found[name]["value"] != given[name].value:
            raise ValueError(f"?{name} is not what it was bound to")
        found[name] = _json(given[name])
    return found


def _term(term: JsonTerm) -> JsonTerm:
    kind, value = term["type"], term["value"]
    if kind not in KEYS or not term.keys() <= KEYS[kind] or not isinstance(value, str):
        raise ValueError(f"{json.dumps(term)[:80]} is no term")
    if kind in ("uri", "bnode"):
        return {"type": kind, "value": value}
    if "xml:lang" in term:
        return {"type": "literal", "value": value, "xml:lang": term["xml:lang"]}
    return _literal(value, term.get("datatype", STRING))


def _literal(value: str, datatype: str) -> JsonTerm:
    if datatype == STRING:
        return {"type": "literal", "value": value}
    if datatype == BOOLEAN:
        value = TRUTH.get(value, value)
    return {"type": "literal", "value": value, "datatype": datatype}


def _json(term: ox.NamedNode | ox.Literal) -> JsonTerm:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    return _literal(term.value, term.datatype.value)


def tidied(term: Any) -> Any:
    """A term of a graph that a server gave, in the same one form."""
    if isinstance(term, ox.Literal) and term.datatype.value == BOOLEAN:
        return ox.Literal(TRUTH.get(term.value, term.value), datatype=term.datatype)
    return term
