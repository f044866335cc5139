"""DrugMechDB's own terms, and what they are called here.

A link's key becomes a predicate of the ontology, one for one. Which way the predicate runs (its
sign) and how it is worded stand in the ontology, where each sign is justified by a definition:
this module only reads them. A key that is no predicate of another meaning here keeps its own:
``treats`` and ``contraindicated for`` say what a step of a mechanism does and claim no use.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from kg.errors import InputError
from kg.names import DF, RDFS, expand
from kg.rdf import value
from kg.resources import folder
from kg.syntax import parse_file

__all__ = ["KEYS", "KINDS", "PREFIXES", "Term", "terms"]

KEYS = {
    "positively regulates": "positivelyRegulates",
    "negatively regulates": "negativelyRegulates",
    "regulates": "regulates",
    "positively correlated with": "positivelyCorrelatedWith",
    "negatively correlated with": "negativelyCorrelatedWith",
    "correlated with": "correlatedWith",
    "decreases activity of": "decreasesActivityOf",
    "increases activity of": "increasesActivityOf",
    "decreases abundance of": "decreasesAbundanceOf",
    "increases abundance of": "increasesAbundanceOf",
    "decreases expression of": "decreasesExpressionOf",
    "increases expression of": "increasesExpressionOf",
    "decreases synthesis of": "decreasesSynthesisOf",
    "decreases uptake of": "decreasesUptakeOf",
    "increases transport of": "increasesTransportOf",
    "increases degradation of": "increasesDegradationOf",
    "increases stability of": "increasesStabilityOf",
    "decreases response to": "decreasesResponseTo",
    "increases response to": "increasesResponseTo",
    "causes": "causes",
    "caused by": "causedBy",
    "contributes to": "contributesTo",
    "predisposes": "predisposesTo",
    "affects risk for": "affectsRiskFor",
    "affected by": "affectedBy",
    "exacerbates": "exacerbates",
    "ameliorates": "ameliorates",
    "prevents": "prevents",
    "treats": "counteracts",
    "contraindicated for": "drawnAsContraindicatedFor",
    "disrupts": "disrupts",
    "disrupted by": "disruptedBy",
    "manifestation of": "manifestationOf",
    "phenotype of": "phenotypeOf",
    "has phenotype": "hasManifestation",
    "produces": "produces",
    "produced by": "producedBy",
    "has output": "hasOutput",
    "has metabolite": "hasMetabolite",
    "is metabolite of": "metaboliteOf",
    "derives into": "derivesInto",
    "derives from": "derivesFrom",
    "has active ingredient": "hasActiveIngredient",
    "participates in": "participatesIn",
    "actively involved in": "activelyInvolvedIn",
    "has participant": "hasParticipant",
    "capable of": "capableOf",
    "enables": "enables",
    "precedes": "precedes",
    "coexists with": "coexistsWith",
    "interacts with": "interactsWith",
    "directly interacts with": "directlyInteractsWith",
    "physically interacts with": "physicallyInteractsWith",
    "molecularly interacts with": "molecularlyInteractsWith",
    "in complex with": "inComplexWith",
    "located in": "locatedIn",
    "location of": "locationOf",
    "occurs in": "occursIn",
    "expressed in": "expressedIn",
    "expresses": "expresses",
    "in taxon": "inTaxon",
    "part of": "partOf",
    "has part": "hasPart",
    "subclass of": "subclassOf",
    "superclass of": "superclassOf",
    "chemically similar to": "chemicallySimilarTo",
    "similar to": "similarTo",
}
"""Key of a link to the local name of its predicate; the closed list of keys."""

KINDS = {
    "BiologicalProcess": "df:BiologicalProcess",
    "Cell": "df:Cell",
    "CellularComponent": "df:CellularComponent",
    "ChemicalSubstance": "df:Substance",
    "Disease": "df:Disease",
    "Drug": "df:Substance",
    "GeneFamily": "df:GeneFamily",
    "GrossAnatomicalStructure": "df:AnatomicalStructure",
    "MacromolecularComplex": "df:MacromolecularComplex",
    "MolecularActivity": "df:MolecularActivity",
    "OrganismTaxon": "df:Taxon",
    "Pathway": "df:Pathway",
    "PhenotypicFeature": "df:Phenotype",
    "Protein": "df:Protein",
}
"""Label of a node to the class of its entity; the closed list of labels."""

_ACCESSION = (
    "[OPQ][0-9][A-Z0-9]{3}[0-9]|[A-NR-Z][0-9][A-Z][A-Z0-9]{2}[0-9](?:[A-Z][A-Z0-9]{2}[0-9])?"
)


class Prefix(NamedTuple):
    """How the identifiers of an authority are written there and here.

    ``kind`` is the one class its entities have, where they have one.
    """

    iri: str
    form: re.Pattern[str]
    kind: str | None = None


def _prefix(curie: str, form: str, kind: str | None = None) -> Prefix:
    return Prefix(expand(curie), re.compile(form), kind)


PREFIXES = {
    "CHEBI": _prefix("CHEBI:", "[1-9][0-9]*", "df:Substance"),
    "CL": _prefix("CL:", "[0-9]{7}", "df:Cell"),
    "DB": _prefix("DRUGBANK:", "DB[0-9]{5}", "df:Substance"),
    "GO": _prefix("GO:", "[0-9]{7}"),
    "HP": _prefix("HP:", "[0-9]{7}", "df:Phenotype"),
    "InterPro": _prefix("InterPro:", "IPR[0-9]{6}", "df:GeneFamily"),
    "MESH": _prefix("mesh:", "[CD][0-9]{6}(?:[0-9]{3})?"),
    "Pfam": _prefix("Pfam:", "PF[0-9]{5}", "df:GeneFamily"),
    "PR": _prefix("PR:", "[0-9]{9}", "df:MacromolecularComplex"),
    "TIGR": _prefix("TIGRFAM:TIGR", "[0-9]{5}", "df:GeneFamily"),
    "UBERON": _prefix("UBERON:", "[0-9]{7}", "df:AnatomicalStructure"),
    "UniProt": _prefix("UniProt:", _ACCESSION, "df:Protein"),
    "reactome": _prefix("reactome:", "R-[A-Z]{3}-[0-9]+", "df:Pathway"),
    "taxonomy": _prefix("NCBITaxon:", "[1-9][0-9]*", "df:Taxon"),
}
"""Prefix of a node's identifier to its authority; the closed list of prefixes."""


class Term(NamedTuple):
    """A predicate: its IRI, its words, and 1, -1 or 0 for the way it runs."""

    iri: str
    label: str
    sign: int


@cache
def terms() -> dict[str, Term]:
    """Key of a link to its predicate, as the ontology words and signs it.

    :raises InputError: if the ontology lacks a predicate, its label or its sign.
    """
    file = folder("ontology") / "drugfacts.ttl"
    wanted = {RDFS + "label", DF + "effectSign"}
    stated: dict[str, dict[str, str]] = {}
    for quad in parse_file(file):
        if quad.predicate.value in wanted:
            values = stated.setdefault(value(quad.subject), {})
            values[value(quad.predicate)] = value(quad.object)
    found = {}
    for key, name in KEYS.items():
        values = stated.get(DF + name, {})
        if missing := sorted(wanted - set(values)):
            raise InputError(f"the predicate lacks {missing[0]}", file=file, field=f"df:{name}")
        sign = int(values[DF + "effectSign"])
        found[key] = Term(DF + name, values[RDFS + "label"], sign)
    return found
