"""FHIR R5: a Bundle of medicinal products, clinical uses and authorisations, as JSON.

Resources: MedicinalProductDefinition, ClinicalUseDefinition, RegulatedAuthorization
(https://hl7.org/fhir/R5/). FHIR has no word for what is not a use, and its ranges cannot say
whether a limit itself belongs: a population is told in words, and what is no plain fact is left
out. A date keeps its precision, since a FHIR dateTime may be a year or a month.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.exporting.facts import Facts, Told
from kg.exporting.form import Form
from kg.exporting.loss import Loss, on_label
from kg.names import DF

__all__ = ["FORMS"]

_URI = "urn:ietf:rfc:3986"
_USES = {DF + "treats": "indication", DF + "contraindicatedIn": "contraindication"}
_APPROVED = DF + "approvedBy"
_APPROVALS = {DF + "approval", DF + "conditionalApproval"}
_OF_PRODUCT = {DF + "hasRoute": "route", DF + "hasActiveSubstance": "ingredient"}
_PRODUCT = DF + "MedicinalProduct"
Resource = dict[str, Any]


def _concept(facts: Facts, iri: str) -> Resource:
    """A CodeableConcept whose code is the IRI itself: no code system is made up."""
    label = facts.label(iri)
    return {"coding": [{"system": _URI, "code": iri, "display": label}], "text": label}


def _reference(facts: Facts, iri: str) -> Resource:
    return {"reference": iri, "display": facts.label(iri)}


def _identified(kind: str, iri: str) -> Resource:
    return {"resourceType": kind, "identifier": [{"system": _URI, "value": iri}]}


def _use(facts: Facts, told: Told) -> Resource:
    fact, kind = told.fact, _USES[told.predicate]
    disease = {"diseaseSymptomProcedure": {"concept": _concept(facts, fact.object)}}
    made = _identified("ClinicalUseDefinition", fact.iri) | {
        "type": kind,
        "subject": [_reference(facts, fact.subject)],
        kind: disease,
    }
    if told.population:
        made["population"] = [{"display": told.population.label}]
    return made


def _authorisation(facts: Facts, told: Told) -> Resource:
    """An approval as a case: a period would say that it lasts, and a status that it is current."""
    fact = told.fact
    made = _identified("RegulatedAuthorization", fact.iri) | {
        "subject": [_reference(facts, fact.subject)],
        "regulator": {"display": facts.label(fact.object)},
    }
    if fact.jurisdiction:
        made["region"] = [_concept(facts, fact.jurisdiction)]
    case = {"type": _concept(facts, str(fact.event_type))}
    made["case"] = case | ({"dateDateTime": fact.date.text} if fact.date else {})
    if fact.holder:
        made["holder"] = {"display": fact.holder}
    if fact.application_number:
        made["identifier"].append({"value": fact.application_number})
    return made


def _resources(facts: Facts, loss: Loss) -> Iterator[tuple[str, Resource]]:
    """Uses and authorisations as they come, then the products they name."""
    products: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for told in facts.each(loss):
        fact = told.fact
        thing = facts.things.get(fact.subject)
        approval = told.predicate == _APPROVED and fact.event_type in _APPROVALS
        field = _OF_PRODUCT.get(told.predicate)
        if (
            thing is None
            or thing.kind != _PRODUCT
            or not (told.predicate in _USES or approval or field)
        ):
            loss.leave("no FHIR resource for it")
            continue
        if told.predicate in _USES and not on_label(fact):
            loss.leave("no use on label")
            continue
        loss.wrote(fact, told.population)
        if told.population:
            loss.not_said["population in coded form"] += 1
        if field:
            products[fact.subject][field].append(fact.object)
            continue
        products[fact.subject]["route"] += []
        make = _authorisation if approval else _use
        yield fact.iri, make(facts, told)
    for iri in sorted(products):
        made = _identified("MedicinalProductDefinition", iri)
        made["name"] = [{"productName": facts.label(iri)}]
        for field, values in sorted(products[iri].items()):
            if values:
                made[field] = [_concept(facts, value) for value in sorted(set(values))]
        yield iri, made


def _write(facts: Facts, path: Path, loss: Loss) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write('{"resourceType": "Bundle", "type": "collection", "entry": [')
        before = "\n"
        for iri, resource in _resources(facts, loss):
            entry = {"fullUrl": iri, "resource": resource}
            out.write(before + json.dumps(entry, ensure_ascii=False))
            before = ",\n"
        out.write("\n]}\n")


_KEEPS = frozenset({"population", "date", "date precision"})

_MEDIA = "application/fhir+json"

FORMS = (Form("fhir", "a Bundle of FHIR R5, as JSON", _write, "fhir.json", _MEDIA, keeps=_KEEPS),)
