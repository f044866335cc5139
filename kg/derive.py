"""Derivation: each rule of ``ontology/rules/*.rq`` is one CONSTRUCT, and fills one graph.

The graph is named after the rule's file (``direct.rq`` fills ``graph:direct``), so that a
derived triple always tells which rule made it; and every rule binds ``?fact`` to the fact that
licenses the triple, so that it tells whose word it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.names import graph
from kg.resources import folder

__all__ = ["derive", "licences", "rules"]


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


def licences(name: str) -> str:
    """The rule ``name`` as a SELECT: ``?fact``, and the triple ``?subject ?direct ?object``."""
    return re.sub(
        r"(?m)^CONSTRUCT \{[^}]*\}", "SELECT ?fact ?subject ?direct ?object", rules()[name], count=1
    )
