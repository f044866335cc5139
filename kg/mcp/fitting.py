"""What the tool about eligibility answers: typed, from the same answer as every other face."""

from __future__ import annotations

from collections.abc import Iterable

from kg.answer import Evidence
from kg.fitting.eligibility import Apart, Assessed, Eligibility
from kg.fitting.profile import FIELDS
from kg.mcp.payloads import Pair, Payload, Reply
from kg.names import compact

__all__ = ["PATIENT", "Eligible", "eligible"]

PATIENT = (
    "The profile by field; several values of one field as a list. Leave out what is not known: "
    + "; ".join(f"{one.name}: {one.doc}, such as {one.example}" for one in FIELDS)
    + "."
)
"""The fields of a profile, as the schema of the tool describes them."""


class CriterionAsked(Payload):
    """One thing that an indication asks of the patient."""

    name: str
    """What is asked: age, mutation, authorisation …"""
    outcome: str
    """holds, fails or undecided."""
    words: str
    """What is given against what is asked."""
    missing: str | None
    """The field that would decide it; "not captured" if the facts held do not say enough."""
    facts: list[str]
    """CURIEs of the facts that state it."""


class IndicationAssessed(Payload):
    """One indication, and how the profile stands to it."""

    fact: str
    """The CURIE of the indication."""
    drug: str
    """The CURIE of the product."""
    label: str
    """The product by its name."""
    disease: str
    """The disease, as the indication names it."""
    authority: str
    """Who approved it."""
    jurisdiction: str
    """Where it holds."""
    population: str
    """Whom it is for, in words."""
    verdict: str
    """match, undecided or fails. Only a match is one."""
    criteria: list[CriterionAsked]
    """Everything that is asked."""
    evidence: list[Pair]
    """The CURIE of a fact, and where it stands."""


class ListedApart(Payload):
    """What is no match whatever the profile is."""

    fact: str
    """The CURIE of the fact."""
    kind: str
    """denied, not studied, contraindicated, off label or investigational."""
    words: str
    """The statement, its negation included."""
    evidence: list[Pair]
    """The CURIE of the fact, and where it stands."""


class Eligible(Reply):
    """Every indication of a disease, set against a profile."""

    asked: list[Pair]
    """The profile, as it was understood."""
    indications: list[IndicationAssessed]
    """Matches first, then those that cannot be decided, then those that fail."""
    apart: list[ListedApart]
    """Denied, not studied, contraindicated and off-label uses: never matches."""
    notes: list[str]
    """What else to know: other jurisdictions, later revisions, differing indications."""
    caveats: list[str]
    """What the sources say of themselves."""


def eligible(found: Eligibility, build: str) -> Eligible:
    """The answer as the tool gives it, whole."""
    return Eligible(
        asked=[Pair(name=name, value=value) for name, value in found.asked],
        indications=[_assessed(one) for one in found.assessed],
        apart=[_apart(one) for one in found.apart],
        notes=list(found.notes),
        caveats=list(found.caveats),
        cut=[],
        build=build,
    )


def _assessed(one: Assessed) -> IndicationAssessed:
    return IndicationAssessed(
        fact=compact(one.fact),
        drug=compact(one.drug),
        label=one.drug_label,
        disease=one.disease_label,
        authority=one.authority_label,
        jurisdiction=one.jurisdiction_label,
        population=one.population_label,
        verdict=one.verdict,
        criteria=[
            CriterionAsked(
                name=asked.name,
                outcome=asked.outcome,
                words=asked.words,
                missing=asked.missing,
                facts=list(map(compact, asked.facts)),
            )
            for asked in one.criteria
        ],
        evidence=_places(one.evidence),
    )


def _apart(one: Apart) -> ListedApart:
    return ListedApart(
        fact=compact(one.fact), kind=one.kind, words=one.words, evidence=_places(one.evidence)
    )


def _places(several: Iterable[Evidence]) -> list[Pair]:
    return [Pair(name=compact(one.fact), value=one.text) for one in several]
