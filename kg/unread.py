"""Texts that are held but were not read as facts: sections of labels, cells of registers.

Where no fact answers a question, such a text may. Then the answer is "not captured", for "not
stated" would say of a source what nobody looked up in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.library import Question
from kg.store import Queryable, Term, solutions

__all__ = ["Text", "listing", "unread"]

SHOWN = 3
"""How many texts are named before they are only counted."""

# What every text has is optional in form, so that an engine looks it up for the texts found.
_HELD = """
  ?text df:section ?section ; rdfs:label ?label ; df:record ?record ;
    df:inVersion ?version .
  OPTIONAL { ?text df:sectionCode ?code }
  OPTIONAL { ?version df:versionOf ?of . ?of rdfs:label ?source }
} ORDER BY ?source ?text"""
_WHAT = "SELECT DISTINCT ?text ?label ?source ?section ?code ?record ?version WHERE {"
OF_PRODUCT = f"{_WHAT} ?text df:about ?drug . {_HELD}"
OF_SUBSTANCE = f"{_WHAT} ?drug df:hasActiveSubstance ?one . ?text df:about ?one . {_HELD}"
OF_DISEASE = f"{_WHAT} ?drug df:hasTherapeuticArea ?disease . ?text df:about ?drug . {_HELD}"
OF_KINDS = (
    f"{_WHAT} ?kind (skos:broader|df:belongsTo)* ?disease . ?drug df:hasTherapeuticArea ?kind . "
    f"?text df:about ?drug . {_HELD}"
)
"""Texts about a product, its active substance, or products that a register lists in the
therapeutic area of a disease, or of any kind of it."""
CITED = """
SELECT ?field WHERE {
  ?place df:record ?record ; df:inVersion ?version ; df:field ?field .
  ?fact df:evidence ?place ; df:status df:current }"""


@dataclass(frozen=True)
class Text:
    """A text that is held: its IRI, what it is, and its source."""

    iri: str
    label: str
    source: str


def unread(
    question: Question, asked: Mapping[str, Term], store: Queryable, *, found: bool
) -> tuple[Text, ...]:
    """The texts that may answer a question, by the sections that it names as ``unread``.

    :param found: whether there are facts that answer it. Of a product they are the answer; of a
        disease they are those of some products, and the texts of others may say more.
    """
    types = {param.type: param.name for param in question.params}
    product, disease = asked.get(types.get("product", "")), asked.get(types.get("disease", ""))
    if not question.unread or (found and product is not None):
        return ()
    if isinstance(product, ox.NamedNode):
        bound = {"drug": product}
        rows = [*_rows(store, OF_PRODUCT, bound), *_rows(store, OF_SUBSTANCE, bound)]
    elif isinstance(disease, ox.NamedNode):
        below = any(param.below for param in question.params)
        rows = _rows(store, OF_KINDS if below else OF_DISEASE, {"disease": disease})
    else:
        return ()
    wanted = set(question.unread)
    held = {
        row["text"].value: Text(row["text"].value, row["label"].value, row["source"].value)
        for row in rows
        if wanted & {row[key].value for key in ("section", "code") if row[key] is not None}
        and not _cited(row, store)
    }
    return tuple(held.values())


def _rows(store: Queryable, query: str, bound: Mapping[str, Term]) -> list[dict[str, Any]]:
    rows = store.run(query, bound)
    assert isinstance(rows, ox.QuerySolutions)
    return list(solutions(rows))


def _cited(row: Mapping[str, Any], store: Queryable) -> bool:
    """Whether a current fact rests on the text: then it was read, and not by rules alone."""
    bound = {name: row[name] for name in ("record", "version")}
    return row["section"].value in {one["field"].value for one in _rows(store, CITED, bound)}


def listing(texts: Sequence[Text]) -> str:
    """The first few texts in words; the others are counted."""
    shown = [f"{one.label} ({one.source})" for one in texts[:SHOWN]]
    more = [f"{len(texts) - SHOWN} more"] if len(texts) > SHOWN else []
    return "; ".join([*shown, *more])
