"""KGX: nodes and edges with Biolink terms, as TSV and as JSON Lines.

The form is that of the Knowledge Graph Exchange (https://kgx.readthedocs.io), the terms those of
the Biolink Model. KGX says no by a flag on a positive edge (``negated``), which many readers
ignore: what is denied, not studied or hedged is therefore left out, and counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from kg.exporting import biolink
from kg.exporting.facts import Facts, Told
from kg.exporting.form import Form
from kg.exporting.loss import Loss
from kg.names import compact

__all__ = ["FORMS"]

NODE = ("id", "category", "name", "iri")
EDGE = (
    "id",
    "subject",
    "predicate",
    "object",
    "category",
    "knowledge_level",
    "agent_type",
    "primary_knowledge_source",
    "original_predicate",
)
_KEEPS = frozenset({"knowledge level and agent"})
Row = dict[str, Any]


def edges(facts: Facts, loss: Loss, named: set[str]) -> Iterator[Row]:
    """The edges; the IRIs of their ends are added to ``named``."""
    for told in facts.each(loss):
        predicate = biolink.term(told.predicate)
        if predicate is None:
            loss.leave("no Biolink predicate")
            continue
        named |= {told.fact.subject, told.fact.object}
        loss.wrote(told.fact, told.population)
        if biolink.broader(told.predicate):
            loss.not_said["narrower predicate"] += 1
        yield _edge(facts, told, predicate, loss)


def _edge(facts: Facts, told: Told, predicate: str, loss: Loss) -> Row:
    fact = told.fact
    row = {
        "id": compact(fact.iri),
        "subject": biolink.curie(fact.subject),
        "predicate": predicate,
        "object": biolink.curie(fact.object),
        "category": ["biolink:Association"],
        "knowledge_level": _local(fact.knowledge_level),
        "agent_type": _local(fact.agent_type),
        "original_predicate": compact(told.predicate),
    }
    if source := biolink.INFORES.get(facts.sources[fact.first_seen_in]):
        row["primary_knowledge_source"] = source
    else:
        loss.not_said["primary knowledge source"] += 1
    return row


def _local(value: str | None) -> str:
    """An enumerated value; Biolink has a word for what is not given, and requires one."""
    return compact(value).partition(":")[2] if value else "not_provided"


def nodes(facts: Facts, named: Iterable[str]) -> Iterator[Row]:
    """The nodes, in order of their IRIs."""
    for iri in sorted(named):
        thing = facts.things.get(iri)
        category = biolink.term(thing.kind) if thing else None
        yield {
            "id": biolink.curie(iri),
            "category": [category or "biolink:NamedThing"],
            "name": facts.label(iri),
            "iri": iri,
        }


def _tsv(handle: TextIO, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """KGX TSV: no quotes, lists joined by ``|``."""
    handle.write("\t".join(columns) + "\n")
    for row in rows:
        handle.write("\t".join(_cell(row.get(name, "")) for name in columns) + "\n")


def _cell(value: str | list[str]) -> str:
    text = "|".join(value) if isinstance(value, list) else value
    return " ".join(text.split()) if any(mark in text for mark in "\t\n\r") else text


def _jsonl(handle: TextIO, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    for row in rows:
        kept = {name: row[name] for name in columns if name in row}
        handle.write(json.dumps(kept, ensure_ascii=False) + "\n")


def _writer(
    ending: str, put: Callable[[TextIO, tuple[str, ...], Iterable[Row]], None]
) -> Callable[[Facts, Path, Loss], None]:
    def write(facts: Facts, path: Path, loss: Loss) -> None:
        named: set[str] = set()
        with (path / f"edges.{ending}").open("w", encoding="utf-8", newline="") as handle:
            put(handle, EDGE, edges(facts, loss, named))
        with (path / f"nodes.{ending}").open("w", encoding="utf-8", newline="") as handle:
            put(handle, NODE, nodes(facts, named))

    return write


FORMS = (
    Form(
        "kgx-tsv",
        "KGX with Biolink terms, as TSV",
        _writer("tsv", _tsv),
        "",
        "text/tab-separated-values",
        files=("nodes.tsv", "edges.tsv"),
        keeps=_KEEPS,
    ),
    Form(
        "kgx-jsonl",
        "KGX with Biolink terms, as JSON Lines",
        _writer("jsonl", _jsonl),
        "",
        "application/jsonl",
        files=("nodes.jsonl", "edges.jsonl"),
        keeps=_KEEPS,
    ),
)
