"""Phenotypes: the Human Phenotype Ontology (OBO).

Its terms outside the branch of phenotypic abnormalities (onset, frequency, mode of inheritance,
severity …) qualify what a phenotype is of, and become concepts.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.errors import InputError
from kg.model import Entity
from kg.sources import obo
from kg.sources.obo import REASONS, Ontology, dated, read
from kg.sources.tally import Tally

__all__ = ["GLOB", "NAME", "REASONS", "ROOT", "dated", "entities", "read"]

NAME = "hpo"
GLOB = "hpo/hp.obo*"
ROOT = "HP:0000118"
"""Phenotypic abnormality: the root of all phenotypes."""


def entities(ontology: Ontology, tally: Tally) -> Iterator[Entity]:
    """The terms in force: phenotypes and, outside their branch, concepts.

    :raises InputError: if the file lacks the branch of phenotypes.
    """
    phenotypes = obo.below(ontology, ROOT)
    if not phenotypes:
        raise InputError(f"the ontology has no term {ROOT}")

    def kind(term: str) -> str:
        return "df:Phenotype" if term in phenotypes else "df:Concept"

    return obo.entities(ontology, tally, prefix="HP", kind=kind)
