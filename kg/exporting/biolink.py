"""Our terms in Biolink's, by the mappings of ``ontology/mappings/terms.sssom.tsv``.

A broader term is true wherever ours is, and so is taken; a narrower or related one is not.
"""

from __future__ import annotations

from functools import cache

from kg import sssom
from kg.names import BASE, compact, expand
from kg.resources import folder

__all__ = ["INFORES", "PREFIXES", "broader", "curie", "term"]

_TRUE = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch")

PREFIXES = {
    "CHEMBL": "CHEMBL.COMPOUND",
    "InterPro": "interpro",
    "OMIMPS": "OMIM.PS",
    "Pfam": "PFAM",
    "UniProt": "UniProtKB",
    "mesh": "MESH",
    "reactome": "REACT",
}
"""Prefixes that Biolink spells otherwise than ``ontology/context.jsonld``."""

INFORES = {BASE + "source/mondo": "infores:mondo"}
"""Sources by the names of the Information Resource Registry, as far as a source we hold uses
them (Mondo's mapping sets name their own)."""


def term(iri: str) -> str | None:
    """The Biolink term for a class or predicate of ours, as a CURIE, or None."""
    found = _terms().get(iri)
    return found[1] if found else None


def broader(iri: str) -> bool:
    """Whether the Biolink term for one of ours says less."""
    return _terms()[iri][0] == "skos:broadMatch"


@cache
def _terms() -> dict[str, tuple[str, str]]:
    """Our terms to the best match: exact before close before broad."""
    rows = sssom.read(folder("ontology") / "mappings" / "terms.sssom.tsv")
    best: dict[str, tuple[str, str]] = {}
    for kind in reversed(_TRUE):
        for row in rows:
            if row.predicate_id == kind and row.object_id.startswith("biolink:"):
                best[expand(row.subject_id)] = (kind, row.object_id)
    return best


@cache
def _spelt(prefix: str) -> str:
    return PREFIXES.get(prefix, prefix)


def curie(iri: str) -> str:
    """The CURIE of a thing with the prefix as Biolink spells it."""
    prefix, _, local = compact(iri).partition(":")
    return f"{_spelt(prefix)}:{local}"
