"""What the names in a question stand for: one thing, or a few products at once.

A substance stands for the products that contain it, and the answer says so; nothing is inferred
from the one to the other. A name of too many things stands for none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyoxigraph as ox

from kg.asking.recognise import PRODUCT, SUBSTANCE
from kg.asking.reply import say
from kg.asking.spotting import Span
from kg.errors import InputError
from kg.library import KINDS
from kg.lookup import Lookup, Match
from kg.store import Store

__all__ = ["MOST", "Named", "Unclear", "named"]

DISEASE = "df:Disease"
MOST = 4
"""Products that a substance or a name may stand for at once."""
PRODUCTS = """
SELECT DISTINCT ?drug ?label WHERE {
  ?fact rdf:object ?substance ; rdf:predicate df:hasActiveSubstance ; df:polarity df:affirmed ;
    df:status df:current ; rdf:subject ?drug .
  ?drug rdfs:label ?label
} ORDER BY ?label ?drug"""


@dataclass(frozen=True)
class Named:
    """What fills a parameter: the things meant, what stands for all of them, and a remark."""

    text: str
    things: tuple[Match, ...]
    whole: Match
    note: str = ""


class Unclear(Exception):
    """A name may mean several things, and it would be a guess to take one."""


def named(span: Span, kind: str, store: Store, lookup: Lookup) -> Named:
    """What a name means as a parameter of a type.

    :raises Unclear: if that is not clear.
    """
    kinds = KINDS[kind] | ({SUBSTANCE} if kind == "product" else set())
    if kind == "disease" and DISEASE in span.kinds:
        # nothing is said to treat the phenotype of the same name
        kinds = frozenset({DISEASE})
    try:
        match = lookup.find(span.name, kinds)
    except InputError as error:
        same = {
            hit.iri: Match(hit.iri, hit.label, hit.kind, hit.how)
            for hit in lookup.search(span.name, {PRODUCT}, MOST + 1)
            if hit.fit == "exact"
        }
        if kind != "product" or not 1 < len(same) <= MOST:
            raise Unclear(say("unclear", problem=error.problem)) from None
        things = tuple(same[iri] for iri in sorted(same))
        labels = ", ".join(one.label for one in things)
        whole = replace(things[0], label=span.name)
        return Named(span.text, things, whole, say("several", text=span.name, parts=labels))
    if kind != "product" or match.kind != SUBSTANCE:
        return Named(span.text, (match,), match)
    return _containing(span.text, match, store)


def _containing(text: str, substance: Match, store: Store) -> Named:
    """The products that a substance stands for; of too many, none."""
    rows = list(store.select(PRODUCTS, {"substance": ox.NamedNode(substance.iri)}))
    products = [
        Match(row["drug"].value, row["label"].value, PRODUCT, "active substance") for row in rows
    ]
    labels = [one.label for one in products]
    if len(products) > MOST:
        count, parts = str(len(products)), ", ".join(labels[:MOST])
        raise Unclear(say("many", text=text, count=count, parts=parts))
    if not products:
        raise Unclear(say("alone", text=text))
    note = say("through", text=text, parts=", ".join(labels))
    whole = products[0] if len(products) == 1 else substance
    return Named(text, tuple(products), whole, note)
