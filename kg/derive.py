"""Derivation: each rule of ``ontology/rules/*.rq`` is one CONSTRUCT, and fills one graph.

The graph is named after the rule's file (``direct.rq`` fills ``graph:direct``), so that a
derived triple always tells which rule made it; and every rule binds ``?fact`` to the fact that
licenses the triple, so that it tells whose word it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from kg.model import Fact
from kg.names import expand, graph
from kg.resources import folder

__all__ = ["Forms", "derive", "licences", "rules"]

_LINKS = {
    expand(f"df:{polarity}"): expand(f"df:{link}Predicate")
    for polarity, link in (
        ("denied", "negative"),
        ("notEvaluated", "notEvaluated"),
        ("notDemonstrated", "notDemonstrated"),
    )
}
_AFFIRMED, _POSSIBLE = expand("df:affirmed"), expand("df:possible")
_POSSIBLE_LINK = expand("df:possiblePredicate")
_CURRENT = expand("df:current")
_ACCEPTED = {expand(f"df:{name}") for name in ("curated", "reviewed", "imported")}


def rules() -> dict[str, str]:
    """The rules: name to SPARQL text, in order of name."""
    files = sorted((folder("ontology") / "rules").glob("*.rq"))
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


def derive(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """The quads that the rules derive from the given ones; rules do not feed each other."""
    store = ox.Store()
    store.bulk_extend(quads)
    for name, sparql in rules().items():
        where = ox.NamedNode(graph(name))
        triples = store.query(sparql, use_default_graph_as_union=True)
        assert isinstance(triples, ox.QueryTriples)
        for triple in triples:
            yield ox.Quad(triple.subject, triple.predicate, triple.object, where)


class Forms:
    """The rule ``direct`` for one fact at a time, where millions of triples stream by.

    It says what the rule says, from the same links of the ontology; a test holds the two equal.

    :param ontology: quads that link predicates to their forms.
    """

    def __init__(self, ontology: Iterable[ox.Quad]) -> None:
        links = {_POSSIBLE_LINK, *_LINKS.values()}
        self._forms = {
            (str(quad.predicate.value), _text(quad.subject)): _text(quad.object)
            for quad in ontology
            if quad.predicate.value in links
        }

    def direct(self, fact: Fact) -> str | None:
        """The predicate of the direct triple that a fact licenses, or None."""
        if fact.status != _CURRENT or fact.review_status not in _ACCEPTED:
            return None
        if fact.polarity != _AFFIRMED:
            return self._forms.get((_LINKS[fact.polarity], fact.predicate))
        if fact.certainty != _POSSIBLE:
            return fact.predicate
        return self._forms.get((_POSSIBLE_LINK, fact.predicate))


def _text(term: Any) -> str:
    return str(term.value)


def licences(name: str) -> str:
    """The rule ``name`` as a SELECT: ``?fact``, and the triple ``?subject ?direct ?object``."""
    return re.sub(
        r"(?m)^CONSTRUCT \{[^}]*\}", "SELECT ?fact ?subject ?direct ?object", rules()[name], count=1
    )
