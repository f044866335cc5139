"""Parquet tables with typed columns: facts, things, populations, evidence, revisions.

A fact's predicate is the one that says what it is: a denied fact has ``df:isNotCureFor``, not
``df:cures`` and a flag beside it. Columns are the fields of the model, by the names of their
properties; a date stands as its source gave it, and as the first and last day it can mean.
Needs pyarrow (extra ``parquet``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.exporting.facts import Facts
from kg.exporting.form import Form
from kg.exporting.loss import QUALITIES, UNPLAIN, Loss
from kg.model import Fact, Node, Passage, Population, Record
from kg.names import compact

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FORMS"]

BATCH = 5_000
"""Rows that are held at a time."""

Columns = dict[str, tuple[str, Callable[[Any], Any]]]
"""Name of a column to its type and how its value is taken from a node."""

_TYPES = {"iri": "string", "string": "string", "integer": "int64", "boolean": "bool"}
_LEFT = {"polarity", "status"}  # the predicate says the one, and what is not current is not here


def columns(*classes: type[Node]) -> Columns:
    """The columns of some classes of the model: the IRI, the class, and every field."""
    found: Columns = {
        "iri": ("string", lambda node: node.iri),
        "class": ("string", lambda node: node.kinds[0]),
    }
    for cls in classes:
        for item in fields(cls):
            if item.metadata and item.name not in _LEFT:
                name = _snake(item.metadata["property"])
                found.update(_column(name, item.name, item.metadata))
    return found


def _snake(prop: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", prop.partition(":")[2]).lower()


def _column(name: str, field: str, said: Any) -> Columns:
    def plain(node: Node) -> Any:
        return getattr(node, field, None)

    if said["kind"] == "date":
        return {
            name: ("string", lambda node: _of(plain(node), "text")),
            f"{name}_earliest": ("date", lambda node: _of(plain(node), "earliest")),
            f"{name}_latest": ("date", lambda node: _of(plain(node), "latest")),
        }
    if said["kind"] == "decimal":
        return {name: ("decimal", lambda node: _decimal(plain(node)))}
    if said["many"]:
        return {name: ("list", lambda node: list(plain(node) or ()))}
    return {name: (_TYPES[said["kind"]], plain)}


def _of(value: Any, name: str) -> Any:
    return None if value is None else getattr(value, name)


def _decimal(text: str | None) -> Any:
    from decimal import Decimal

    return None if text is None else Decimal(text)


def _schema(found: Columns) -> pa.Schema:
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "int64": pa.int64(),
        "bool": pa.bool_(),
        "date": pa.date32(),
        "decimal": pa.decimal128(12, 4),
        "list": pa.list_(pa.string()),
    }
    return pa.schema([(name, types[kind]) for name, (kind, _) in found.items()])


def _table(path: Path, found: Columns, rows: Iterable[Any]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema, left = _schema(found), iter(rows)
    with pq.ParquetWriter(path, schema, compression="zstd") as out:
        while batch := list(islice(left, BATCH)):
            values = {name: [take(row) for row in batch] for name, (_, take) in found.items()}
            out.write_table(pa.table(values, schema=schema))


def _facts(facts: Facts) -> Columns:
    """The columns of facts: the model's, with the names of what they point to."""

    def named(field: str) -> Callable[[Any], Any]:
        return lambda told: facts.label(getattr(told.fact, field))

    def of_fact(take: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda told: take(told.fact)

    found = {name: (kind, of_fact(take)) for name, (kind, take) in columns(Fact).items()}
    found["predicate"] = ("string", lambda told: compact(told.predicate))
    return found | {
        "subject_label": ("string", named("subject")),
        "predicate_label": ("string", lambda told: facts.label(told.predicate)),
        "object_label": ("string", named("object")),
    }


def _write(facts: Facts, path: Path, loss: Loss) -> None:
    def told() -> Iterator[Any]:
        for one in facts.each(loss, _SAYS):
            loss.wrote(one.fact, one.population)
            yield one

    _table(path / "facts.parquet", _facts(facts), told())
    _table(path / "evidence.parquet", columns(Passage, Record), facts.cited())
    people = [facts.populations[iri] for iri in sorted(facts.populations)]
    _table(path / "populations.parquet", columns(Population), people)
    things: Columns = {
        "iri": ("string", lambda row: row[0]),
        "class": ("string", lambda row: compact(row[1].kind)),
        "label": ("string", lambda row: row[1].label),
    }
    _table(path / "things.parquet", things, sorted(facts.things.items()))
    versions: Columns = {
        "iri": ("string", lambda row: row[0]),
        "label": ("string", lambda row: facts.label(row[0])),
        "source": ("string", lambda row: row[1]),
        "source_label": ("string", lambda row: facts.label(row[1])),
    }
    _table(path / "versions.parquet", versions, sorted(facts.sources.items()))


_SAYS = frozenset(UNPLAIN) - {"not current", "unreviewed"}
_FILES = ("facts", "evidence", "populations", "things", "versions")

FORMS = (
    Form(
        "parquet",
        "tables with typed columns, as Parquet",
        _write,
        "",
        "application/vnd.apache.parquet",
        files=tuple(f"{name}.parquet" for name in _FILES),
        says=_SAYS,
        keeps=frozenset(QUALITIES),
    ),
)
