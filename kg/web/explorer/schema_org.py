"""What search engines read: JSON-LD with schema.org terms, from affirmed and certain facts alone.

A denied, unstudied or merely possible statement has no term there, and is left out rather than
bent into one.
"""

from __future__ import annotations

from typing import Any

from kg.names import compact
from kg.web.explorer.entity import EntityPage
from kg.web.explorer.links import Link, outward

__all__ = ["schema_org"]

TYPES = {
    "df:MedicinalProduct": "Drug",
    "df:Substance": "Substance",
    "df:Disease": "MedicalCondition",
    "df:Phenotype": "MedicalSignOrSymptom",
    "df:Gene": "Gene",
    "df:Protein": "Protein",
    "df:Source": "CreativeWork",
}
WITHIN = {
    "Active substance": "activeIngredient",
    "Dose form": "dosageForm",
    "Route": "administrationRoute",
}
SAME = "exact match"


def schema_org(page: EntityPage) -> dict[str, Any] | None:
    """A thing in schema.org's terms, or None where it has none for its kind."""
    kind = next((TYPES[one] for one in map(compact, page.kinds) if one in TYPES), None)
    if kind is None:
        return None
    made: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": page.iri,
        "name": page.label,
        "identifier": page.curie,
    }
    for name, values in page.names:
        texts = [one.label if isinstance(one, Link) else one for one in values]
        if name == "also called":
            made["alternateName"] = texts
        elif name == "definition":
            made["description"] = texts[0]
    if kind == "Drug":
        for name, values in page.glance:
            if name in WITHIN:
                made[WITHIN[name]] = [one.label for one in values]
    same = [iri for relation, _, _, iri in page.links if relation == SAME and outward(iri)]
    return made | ({"sameAs": same} if same else {})
