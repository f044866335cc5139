"""Rows: the complete result of a question or of any SELECT, and its ways out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

import pyoxigraph as ox

from kg.errors import InputError
from kg.names import XSD
from kg.question import Question
from kg.store import Term

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Format", "Rows", "Value", "native"]

Format = Literal["csv", "tsv", "json", "xml"]
Value = str | int | float | bool | None


@dataclass(frozen=True)
class Rows:
    """A complete result: ``rows`` of terms (None where nothing is bound), one a solution."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    question: Question | None
    bindings: Mapping[str, Term]

    def __len__(self) -> int:
        return len(self.rows)

    def terms(self) -> list[dict[str, Term]]:
        """A dictionary a row, without the columns that are not bound in it."""
        pairs = [zip(self.columns, row, strict=True) for row in self.rows]
        return [{name: term for name, term in row if term is not None} for row in pairs]

    def records(self) -> list[dict[str, Value]]:
        """A dictionary a row: IRIs in full, numbers and booleans native, the rest as text.

        A date stays the text that its source gave, since it may be no more than a month.
        """
        return [dict(zip(self.columns, map(native, row), strict=True)) for row in self.rows]

    def serialize(self, format: Format = "json") -> bytes:
        """The rows in a W3C result format (SPARQL 1.1 CSV, TSV, JSON or XML results)."""
        kind = ox.QueryResultsFormat.from_extension(format) if format in _FORMATS else None
        if kind is None:
            raise InputError(f'no result format "{format}"', mend="use " + ", ".join(_FORMATS))
        found = ox.parse_query_results(self._json(), ox.QueryResultsFormat.JSON)
        return cast(bytes, found.serialize(format=kind))

    def to_pandas(self) -> pd.DataFrame:
        """A data frame of :meth:`records`; needs the extra ``pandas``."""
        try:
            import pandas
        except ImportError:
            raise InputError("pandas is not here", mend="pip install drugfacts[pandas]") from None
        return pandas.DataFrame(self.records(), columns=list(self.columns), dtype=object)

    def _json(self) -> bytes:
        rows = [{name: _json_term(term) for name, term in row.items()} for row in self.terms()]
        return json.dumps({"head": {"vars": self.columns}, "results": {"bindings": rows}}).encode()


_FORMATS = ("csv", "tsv", "json", "xml")
_NATIVE: Mapping[str, Any] = {
    XSD + "integer": int,
    XSD + "decimal": float,
    XSD + "double": float,
    XSD + "boolean": "true".__eq__,
}


def native(term: Term | None) -> Value:
    """The plain Python value of a term."""
    if isinstance(term, ox.Literal):
        return cast(Value, _NATIVE.get(term.datatype.value, str)(term.value))
    return None if term is None else term.value


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    kind = {"datatype": term.datatype.value} if term.datatype.value != XSD + "string" else {}
    return {"type": "literal", "value": term.value, **kind}
