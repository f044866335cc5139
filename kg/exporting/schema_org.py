"""schema.org: drugs, conditions and therapies as JSON-LD (https://schema.org, version 30.1).

A condition never names a drug as its treatment: it names a therapy, which is one fact, with the
drug, and in words for whom it is and where that is said. So a use that was approved for some is
not read as one for all. An approval is a certification, since a legal status would say that it
still holds. What is denied, not studied or merely possible has no term there, and is left out.

The context is the vocabulary's namespace alone, so that no reader has to fetch one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from sys import intern
from typing import Any

from kg.exporting.facts import Facts, Told
from kg.exporting.form import Form
from kg.exporting.loss import Loss, on_label
from kg.model import Fact
from kg.names import DF, compact

__all__ = ["FORMS"]

_PRODUCT = DF + "MedicinalProduct"
_TYPES = {
    _PRODUCT: "Drug",
    DF + "Disease": "MedicalCondition",
    DF + "Phenotype": "MedicalSignOrSymptom",
}
_TREATS, _AGAINST, _APPROVED = DF + "treats", DF + "contraindicatedIn", DF + "approvedBy"
_APPROVALS = {DF + "approval", DF + "conditionalApproval"}
_STATUSES = {DF + "hasRegulatoryStatus", DF + "hasMarketingStatus"}
_TEXTS = {
    DF + "hasActiveSubstance": "activeIngredient",
    DF + "hasForm": "dosageForm",
    DF + "hasRoute": "administrationRoute",
}
_TO_TREAT = {None, *(DF + name for name in "treatment symptomaticRelief maintenance".split())}
_EVENT = "An approval is an event: whether it still holds is not said here."
_EVIDENCE = frozenset({"evidence", "source revision"})
_WHO = frozenset({"authority or jurisdiction"})
_WHEN = frozenset({"date", "date precision"})
Thing = dict[str, Any]


class _Graph:
    """What is written: nodes of facts as they come, and at last the things that they name."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        """Of each drug and condition, the values of its properties."""
        self.named: dict[str, str] = {}
        """Everything else that needs a name, with its type."""

    def refer(self, iri: str, kind: str) -> Thing:
        self.named.setdefault(iri, kind)
        return {"@id": iri}

    def told_in(self, fact: Fact) -> list[Thing]:
        places = [{"@type": "CreativeWork", "@id": iri} for iri in fact.evidence]
        return [*places, self.refer(fact.first_seen_in, "CreativeWork")]

    def by_whom(self, fact: Fact, authority: str, where: str) -> Thing:
        """The authority and the place, each by the property that the type has for it."""
        found = {}
        if fact.authority:
            found[authority] = self.refer(fact.authority, "Organization")
        if fact.jurisdiction:
            found[where] = self.refer(fact.jurisdiction, "AdministrativeArea")
        return found

    def use(self, told: Told) -> Thing:
        """A therapy; schema.org tells in words alone for whom it is."""
        fact = told.fact
        made: Thing = {"@type": "MedicalTherapy", "@id": fact.iri, "name": fact.label}
        if words := self.for_whom(told):
            made["description"] = words
        made |= {"drug": self.refer(fact.subject, "Drug"), "subjectOf": self.told_in(fact)}
        if fact.authority:
            made["recognizingAuthority"] = self.refer(fact.authority, "Organization")
        if told.predicate == _TREATS:
            self.said[fact.object]["possibleTreatment"].append(fact.iri)
            return made
        code = {"@type": "MedicalCode", "codeValue": compact(fact.object)}
        reason = {"@type": "MedicalContraindication", "name": self.facts.label(fact.object)}
        return made | {"contraindication": reason | {"code": code}}

    def for_whom(self, told: Told) -> str:
        """Whom a use is for and where it holds, in words: schema.org has no property for either."""
        people, where = told.population, told.fact.jurisdiction
        words = [f"For: {people.label}."] if people else []
        return " ".join(words + ([f"In: {self.facts.label(where)}."] if where else []))

    def approval(self, fact: Fact) -> Thing:
        self.said[fact.subject]["hasCertification"].append(fact.iri)
        made: Thing = {"@type": "Certification", "@id": fact.iri, "name": fact.label}
        made |= {"about": {"@id": fact.subject}, "subjectOf": self.told_in(fact)}
        made["issuedBy"] = self.refer(fact.object, "Organization")
        if fact.jurisdiction:
            made["validIn"] = self.refer(fact.jurisdiction, "AdministrativeArea")
        if fact.application_number:
            made["certificationIdentification"] = fact.application_number
        words = _EVENT
        if fact.date and fact.date.datatype == "date":
            made["validFrom"] = fact.date.text
        elif fact.date:  # a Date of schema.org is a day
            words = f"Dated {fact.date.text}. {words}"
        return made | {"description": words}

    def status(self, fact: Fact) -> Thing:
        self.said[fact.subject]["legalStatus"].append(fact.iri)
        made = {"@type": "DrugLegalStatus", "@id": fact.iri, "name": self.facts.label(fact.object)}
        if fact.date:
            made["description"] = f"Dated {fact.date.text}."
        made |= self.by_whom(fact, "recognizingAuthority", "applicableLocation")
        return made | {"subjectOf": self.told_in(fact)}

    def things(self) -> Iterator[Thing]:
        """Drugs, conditions, and all that was referred to, in order of their IRIs."""
        for iri in sorted({*self.said, *self.named}):
            made: Thing = {"@type": self.named.get(iri) or _TYPES[self.facts.things[iri].kind]}
            made |= {"@id": iri, "name": self.facts.label(iri)}
            if iri in self.facts.sources:
                source = self.facts.sources[iri]
                named = {"@type": "CreativeWork", "@id": source, "name": self.facts.label(source)}
                made["isPartOf"] = named
            for name, values in sorted(self.said.get(iri, {}).items()):
                if name in _TEXTS.values():
                    made[name] = sorted({self.facts.label(value) for value in values})
                else:
                    made[name] = [{"@id": value} for value in sorted(set(values))]
            yield made


def _nodes(facts: Facts, loss: Loss) -> Iterator[Thing]:
    graph = _Graph(facts)
    for told in facts.each(loss):
        if why := _unsaid(facts, told):
            loss.leave(why)
            continue
        fact = told.fact
        if told.predicate == DF + "hasPhenotype":
            loss.wrote(fact, told.population)
            graph.said[intern(fact.subject)]["signOrSymptom"].append(intern(fact.object))
            graph.named.setdefault(fact.object, "MedicalSignOrSymptom")
        elif name := _TEXTS.get(told.predicate):
            loss.wrote(fact, told.population)
            graph.said[intern(fact.subject)][name].append(intern(fact.object))
        elif told.predicate == _APPROVED:
            loss.wrote(fact, told.population, _EVIDENCE | _WHO | _WHEN)
            yield graph.approval(fact)
        elif told.predicate in _STATUSES:
            loss.wrote(fact, told.population, _EVIDENCE | _WHO | _WHEN)
            yield graph.status(fact)
        else:
            loss.wrote(fact, told.population, _EVIDENCE | _WHO | {"population"})
            for what in ("population", "jurisdiction"):
                if getattr(fact, what):
                    loss.not_said[f"{what} in coded form"] += 1
            yield graph.use(told)
    yield from graph.things()


def _unsaid(facts: Facts, told: Told) -> str | None:
    """Why schema.org cannot say a plain fact, or None if it can."""
    fact = told.fact
    ends = [facts.things.get(iri) for iri in (fact.subject, fact.object)]
    kinds = [_TYPES.get(end.kind) if end else None for end in ends]
    if told.predicate == DF + "hasPhenotype":
        conditions = ("MedicalCondition", "MedicalSignOrSymptom")
        right = kinds[0] in conditions and kinds[1] == "MedicalSignOrSymptom"
        return None if right else "no schema.org type for it"
    if told.predicate in (_TREATS, _AGAINST):
        if not on_label(fact) or fact.therapeutic_intent not in _TO_TREAT:
            return "no treatment on label"
        right = kinds[0] == "Drug" and kinds[1] in ("MedicalCondition", "MedicalSignOrSymptom")
        return None if right else "no schema.org type for it"
    approved = told.predicate == _APPROVED and fact.event_type in _APPROVALS
    if approved or told.predicate in _STATUSES or told.predicate in _TEXTS:
        return None if kinds[0] == "Drug" else "no schema.org type for it"
    return "no schema.org property for it"


def _write(facts: Facts, path: Path, loss: Loss) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write('{"@context": {"@vocab": "https://schema.org/"}, "@graph": [')
        before = "\n"
        for node in _nodes(facts, loss):
            out.write(before + json.dumps(node, ensure_ascii=False))
            before = ",\n"
        out.write("\n]}\n")


FORMS = (
    Form(
        "schema-org",
        "drugs and conditions in schema.org's terms, as JSON-LD",
        _write,
        "schema-org.jsonld",
        "application/ld+json",
    ),
)
