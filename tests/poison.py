"""A graph that a malicious source could have written: every text and some addresses attack."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kg.names import DF, expand

__all__ = ["BAD", "POISON", "poisoned"]

POISON = '<script>alert("x")</script><img src=x onerror=alert(1)>"\'><svg onload=alert(2)>'
BAD = "javascript:alert(1)"
KEPT = frozenset(
    DF + name for name in "libraryQuestion argument sentenceDigest sketch recordDigest".split()
)
"""Properties whose texts the program itself reads."""


def poisoned(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The quads with attacks before every text, and scripts where addresses stand."""
    made = [quad if quad.predicate.value in KEPT else _worse(quad) for quad in quads]
    product = ox.NamedNode(expand("product:zolgensma"))
    broader = ox.NamedNode(expand("skos:broader"))
    return [*made, ox.Quad(product, broader, ox.NamedNode(BAD), made[0].graph_name)]


def _worse(quad: ox.Quad) -> ox.Quad:
    said = quad.object
    if isinstance(said, ox.Literal) and said.datatype.value.endswith("#string"):
        said = ox.Literal(POISON + said.value)
    if quad.predicate.value == expand("schema:url"):
        said = ox.Literal(BAD)
    return ox.Quad(quad.subject, quad.predicate, said, quad.graph_name)
