"""Texts that are held but were not read as facts: sections of labels, cells of registers.

Where no fact answers a question, such a text may. Then the answer is "not captured", for "not
stated" would say of a source what nobody looked up in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.library import Question
from kg.store import Queryable, Term, solutions

__all__ = ["Text", "listing", "unread"]

SHOWN = 3
"""How many texts are named before they are only counted."""

_TEXT = """
  ?text a df:TextSection ; rdfs:label ?label ; df:section ?section ; df:record ?record ;
    df:inVersion ?version .
  ?version df:versionOf/rdfs:label ?source .
  OPTIONAL { ?text df:sectionCode ?code }
  FILTER (?section IN (%(names)s) || ?code IN (%(names)s))
  FILTER NOT EXISTS {
    ?fact rdf:subject ?drug ; df:evidence ?place .
    ?place df:inVersion ?version ; df:record ?record ; df:field ?section .
  }
} ORDER BY ?source ?text"""
OF_PRODUCT = (
    """
SELECT DISTINCT ?text ?label ?source WHERE {
  { ?text df:about ?drug }
  UNION { ?drug df:hasActiveSubstance ?substance . ?text df:about ?substance }"""
    + _TEXT
)
"""Texts about a product or its active substance that no fact about the product cites."""
OF_DISEASE = (
    """
SELECT DISTINCT ?text ?label ?source WHERE {
  ?drug df:hasTherapeuticArea ?disease . ?text df:about ?drug ."""
    + _TEXT
)
"""The same about products that a register lists in the therapeutic area of a disease."""


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
    names = ", ".join(str(ox.Literal(one)) for one in question.unread)
    if isinstance(product, ox.NamedNode):
        rows = store.run(OF_PRODUCT % {"names": names}, {"drug": product})
    elif isinstance(disease, ox.NamedNode):
        rows = store.run(OF_DISEASE % {"names": names}, {"disease": disease})
    else:
        return ()
    assert isinstance(rows, ox.QuerySolutions)
    texts = (
        tuple(row[key].value for key in ("text", "label", "source")) for row in solutions(rows)
    )
    return tuple(Text(*one) for one in texts)


def listing(texts: Sequence[Text]) -> str:
    """The first few texts in words; the others are counted."""
    shown = [f"{one.label} ({one.source})" for one in texts[:SHOWN]]
    more = [f"{len(texts) - SHOWN} more"] if len(texts) > SHOWN else []
    return "; ".join([*shown, *more])
