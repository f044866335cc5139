"""The fact model: frozen values without input or output.

Each class is one kind of node of the graph. A field says by its metadata which RDF property
carries it and what its values are; :mod:`kg.rdf` turns values into quads and back by that
metadata alone. The terms are defined in ``ontology/drugfacts.ttl``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from kg.dates import PartialDate
from kg.errors import InputError
from kg.node import Node, prop

__all__ = ["Ambiguity", "Confirmation", "Disagreement", "Entity", "Fact", "MechanismPath"]
__all__ += ["MechanismStep", "Merge", "Node", "PartialDate", "Passage", "Population", "Question"]
__all__ += ["Record", "Source", "SourceFile", "SourceVersion", "TextSection"]


@dataclass(frozen=True, kw_only=True)
class Entity(Node):
    """A thing facts are about: a product, substance, disease, gene, authority, concept …"""

    classes = frozenset(
        f"df:{name}"
        for name in (
            "MedicinalProduct Substance Disease Phenotype Gene Protein Cell ViralVector "
            "BiologicalProcess MolecularActivity CellularComponent AnatomicalStructure Pathway "
            "GeneFamily MacromolecularComplex Taxon Authority Jurisdiction Concept"
        ).split()
    )
    label: str = prop("rdfs:label", "string", required=True)
    alt_labels: tuple[str, ...] = prop("skos:altLabel", "string", many=True)
    definition: str | None = prop("skos:definition", "string")
    broader: tuple[str, ...] = prop("skos:broader", many=True)
    jurisdiction: str | None = prop("df:jurisdiction")


BOUNDS = "minAgeMonths maxAgeMonths minAgeDays maxAgeDays minWeightKg maxWeightKg".split()
BOUNDS += ["minCopyNumber", "maxCopyNumber"]
"""The numeric limits of a population; each needs its ``…Inclusive`` flag."""


def inclusive_flag(bound: str) -> str:
    """The flag that belongs to a bound: ``maxAgeMonths`` has ``maxAgeInclusive``."""
    return re.sub(r"(Months|Days|Kg)$", "", bound) + "Inclusive"


@dataclass(frozen=True, kw_only=True)
class Population(Node):
    """Whom a fact is about. A limit that is not given is not stated: nothing is assumed.

    Several values of ``df:diseaseSubtype``, ``df:ageGroup`` and ``df:priorTherapy`` mean any of
    them; different properties are all required together, and so are several ``df:stated…`` of one
    kind, which are words that no entity stands for. Ages in whole months or days, weights
    in kilograms.
    """

    classes = frozenset({"df:Population"})
    label: str = prop("rdfs:label", "string", required=True)
    min_age_months: int | None = prop("df:minAgeMonths", "integer")
    max_age_months: int | None = prop("df:maxAgeMonths", "integer")
    min_age_days: int | None = prop("df:minAgeDays", "integer")
    max_age_days: int | None = prop("df:maxAgeDays", "integer")
    min_age_inclusive: bool | None = prop("df:minAgeInclusive", "boolean")
    max_age_inclusive: bool | None = prop("df:maxAgeInclusive", "boolean")
    min_weight_kg: str | None = prop("df:minWeightKg", "decimal")
    max_weight_kg: str | None = prop("df:maxWeightKg", "decimal")
    min_weight_inclusive: bool | None = prop("df:minWeightInclusive", "boolean")
    max_weight_inclusive: bool | None = prop("df:maxWeightInclusive", "boolean")
    age_group: tuple[str, ...] = prop("df:ageGroup", many=True)
    mutation_in: tuple[str, ...] = prop("df:mutationIn", many=True)
    zygosity: str | None = prop("df:zygosity")
    copy_number_of: str | None = prop("df:copyNumberOf")
    min_copy_number: int | None = prop("df:minCopyNumber", "integer")
    max_copy_number: int | None = prop("df:maxCopyNumber", "integer")
    min_copy_number_inclusive: bool | None = prop("df:minCopyNumberInclusive", "boolean")
    max_copy_number_inclusive: bool | None = prop("df:maxCopyNumberInclusive", "boolean")
    genetic_form: str | None = prop("df:geneticForm")
    disease_subtype: tuple[str, ...] = prop("df:diseaseSubtype", many=True)
    disease_stage: str | None = prop("df:diseaseStage")
    prior_therapy: tuple[str, ...] = prop("df:priorTherapy", many=True)
    combined_with: tuple[str, ...] = prop("df:combinedWith", many=True)
    sex: str | None = prop("df:sex")
    stated_biomarker: tuple[str, ...] = prop("df:statedBiomarker", "string", many=True)
    stated_cause: tuple[str, ...] = prop("df:statedCause", "string", many=True)
    stated_combination: tuple[str, ...] = prop("df:statedCombination", "string", many=True)
    stated_condition: tuple[str, ...] = prop("df:statedCondition", "string", many=True)
    stated_eligibility: tuple[str, ...] = prop("df:statedEligibility", "string", many=True)
    stated_prior_therapy: tuple[str, ...] = prop("df:statedPriorTherapy", "string", many=True)
    stated_severity: tuple[str, ...] = prop("df:statedSeverity", "string", many=True)
    stated_site: tuple[str, ...] = prop("df:statedSite", "string", many=True)
    stated_stage: tuple[str, ...] = prop("df:statedStage", "string", many=True)

    def __post_init__(self) -> None:
        Node.__post_init__(self)
        given = {
            item.metadata["property"].removeprefix("df:")
            for item in fields(self)
            if "property" in item.metadata and getattr(self, item.name) is not None
        }
        for bound in BOUNDS:
            flag = inclusive_flag(bound)
            if bound in given and flag not in given:
                raise InputError(
                    f"the bound has no df:{flag}",
                    field=f"df:{bound}",
                    mend=f"say whether the limit itself belongs: df:{flag} true or false",
                )


@dataclass(frozen=True, kw_only=True)
class Passage(Node):
    """Evidence in running text: a stretch of a source version, and fingerprints of it.

    ``start`` and ``end`` count characters (Unicode code points) of the captured text;
    ``digest`` and ``sketch`` are those of :mod:`kg.evidence`. ``read_with`` names passages
    without which this one does not carry its meaning (the lead-in of a list).
    """

    classes = frozenset({"df:Passage"})
    in_version: str = prop("df:inVersion", required=True)
    section: str = prop("df:section", "string", required=True)
    start: int = prop("df:start", "integer", required=True)
    end: int = prop("df:end", "integer", required=True)
    digest: str = prop("df:sentenceDigest", "string", required=True)
    sketch: str = prop("df:sketch", "string", required=True)
    read_with: tuple[str, ...] = prop("df:readWith", many=True)


@dataclass(frozen=True, kw_only=True)
class Record(Node):
    """Evidence in a table: a record of a source version, the fields read, and their digest.

    Where no field is named, the digest covers the whole record. A passage of a field that holds
    text is told by ``start`` and ``end``, which count its characters (Unicode code points).
    """

    classes = frozenset({"df:Record"})
    in_version: str = prop("df:inVersion", required=True)
    record: str = prop("df:record", "string", required=True)
    fields_read: tuple[str, ...] = prop("df:field", "string", many=True)
    digest: str = prop("df:recordDigest", "string", required=True)
    start: int | None = prop("df:start", "integer")
    end: int | None = prop("df:end", "integer")

    @property
    def place(self) -> str:
        """Where it stands, in words without any of its own."""
        named = ": ".join(part for part in (self.record, ", ".join(self.fields_read)) if part)
        return named if self.start is None else f"{named}, characters {self.start} to {self.end}"


@dataclass(frozen=True, kw_only=True)
class TextSection(Node):
    """A section of a label or register whose text can be cited.

    ``code`` is its LOINC code, where the source gives one. ``text`` goes into a store that a
    user builds from their own files, and nowhere else.
    """

    classes = frozenset({"df:TextSection"})
    label: str = prop("rdfs:label", "string", required=True)
    in_version: str = prop("df:inVersion", required=True)
    record: str = prop("df:record", "string", required=True)
    section: str = prop("df:section", "string", required=True)
    code: str | None = prop("df:sectionCode", "string")
    about: tuple[str, ...] = prop("df:about", many=True)
    digest: str = prop("df:sentenceDigest", "string", required=True)
    text: str = prop("df:text", "string", required=True)


@dataclass(frozen=True, kw_only=True)
class Merge(Node):
    """That a source's record or name was taken for an entity, and on what the two agree."""

    classes = frozenset({"df:Merge"})
    label: str = prop("rdfs:label", "string", required=True)
    entity: str = prop("df:mergedEntity", required=True)
    named_as: str = prop("df:namedAs", "string", required=True)
    agreed_on: tuple[str, ...] = prop("df:agreedOn", "string", required=True, many=True)
    in_version: str = prop("df:inVersion", required=True)


@dataclass(frozen=True, kw_only=True)
class Confirmation(Node):
    """That facts were found again in a later version of their source.

    ``evidence`` is where each of their passages or records stands in that version.
    """

    classes = frozenset({"df:Confirmation"})
    label: str = prop("rdfs:label", "string", required=True)
    confirms: tuple[str, ...] = prop("df:confirms", required=True, many=True)
    in_version: str = prop("df:inVersion", required=True)
    evidence: tuple[str, ...] = prop("df:evidence", required=True, many=True)


@dataclass(frozen=True, kw_only=True)
class Ambiguity(Node):
    """That a source's name could stand for several entities, and was taken for none of them."""

    classes = frozenset({"df:Ambiguity"})
    label: str = prop("rdfs:label", "string", required=True)
    named_as: str = prop("df:namedAs", "string", required=True)
    candidates: tuple[str, ...] = prop("df:candidate", required=True, many=True)
    in_version: str = prop("df:inVersion", required=True)


@dataclass(frozen=True, kw_only=True)
class Source(Node):
    """A page, a register, a database: who publishes it, on which terms, how it is read.

    ``licence`` is the IRI of a licence, where there is one; ``redistribution`` says what the
    terms let others pass on.
    """

    classes = frozenset({"df:Source"})
    label: str = prop("rdfs:label", "string", required=True)
    publisher: str = prop("dcterms:publisher", "string", required=True)
    rights: str = prop("dcterms:rights", "string", required=True)
    licence: str | None = prop("dcterms:license")
    redistribution: str = prop("df:redistribution", required=True)
    tier: str = prop("df:tier", required=True)
    address: str | None = prop("schema:url")
    how_read: str | None = prop("df:howRead", "string")


@dataclass(frozen=True, kw_only=True)
class SourceFile(Node):
    """A file that a source is read from: where its publisher offers it, and where it is kept.

    ``download_from`` and ``saved_as`` may hold places to fill in: ``{release=v1}`` with what
    stands there if nothing is said, ``{set-id}`` without. ``saved_as`` is below the folder that
    a build reads. ``size_limit`` is in bytes.
    """

    classes = frozenset({"df:SourceFile"})
    label: str = prop("rdfs:label", "string", required=True)
    file_of: str = prop("df:fileOf", required=True)
    saved_as: str = prop("df:savedAs", "string", required=True)
    download_from: str | None = prop("df:downloadFrom", "string")
    size_limit: int | None = prop("df:sizeLimit", "integer")


@dataclass(frozen=True, kw_only=True)
class SourceVersion(Node):
    """One revision of a source, as it was captured."""

    classes = frozenset({"df:SourceVersion"})
    label: str = prop("rdfs:label", "string", required=True)
    version_of: str = prop("df:versionOf", required=True)
    version_date: PartialDate = prop("df:versionDate", "date", required=True)
    file_name: str | None = prop("df:fileName", "string")
    checksum: str | None = prop("df:sha256", "string")
    reviewed_by: str | None = prop("df:reviewedBy", "string")
    last_updated: PartialDate | None = prop("df:lastUpdated", "date")
    retrieved: PartialDate | None = prop("df:retrieved", "date")
    caveat: str | None = prop("df:caveat", "string")


@dataclass(frozen=True, kw_only=True)
class Fact(Node):
    """One statement of a source: subject, predicate, object, polarity, qualifiers, evidence."""

    classes = frozenset(
        f"df:{name}"
        for name in (
            "Indication Contraindication UseEvaluation RegulatoryEvent OutcomeClaim "
            "MechanismClaim AdministrationClaim DiseaseClaim IdentityClaim"
        ).split()
    )
    label: str = prop("rdfs:label", "string", required=True)
    subject: str = prop("rdf:subject", required=True)
    predicate: str = prop("rdf:predicate", required=True)
    object: str = prop("rdf:object", required=True)
    polarity: str = prop("df:polarity", required=True)
    certainty: str | None = prop("df:certainty")
    status: str = prop("df:status", required=True)
    review_status: str = prop("df:reviewStatus", required=True)
    evidence: tuple[str, ...] = prop("df:evidence", required=True, many=True)
    first_seen_in: str = prop("df:firstSeenIn", required=True)
    last_confirmed_in: str | None = prop("df:lastConfirmedIn")
    knowledge_level: str | None = prop("biolink:knowledge_level")
    agent_type: str | None = prop("biolink:agent_type")
    because: tuple[str, ...] = prop("df:because", many=True)
    applies_to: tuple[str, ...] = prop("df:appliesTo", many=True)
    population: str | None = prop("df:population")
    use_status: str | None = prop("df:useStatus")
    therapeutic_intent: str | None = prop("df:therapeuticIntent")
    authority: str | None = prop("df:authority")
    jurisdiction: str | None = prop("df:jurisdiction")
    event_type: str | None = prop("df:eventType")
    application_number: str | None = prop("df:applicationNumber", "string")
    submission: str | None = prop("df:submission", "string")
    holder: str | None = prop("df:holder", "string")
    authorised_name: str | None = prop("df:authorisedName", "string")
    date: PartialDate | None = prop("df:date", "date")
    frequency: str | None = prop("df:doseFrequency")
    duration_minutes: int | None = prop("df:durationMinutes", "integer")
    approximate: bool | None = prop("df:approximate", "boolean")
    timing: str | None = prop("df:timing")
    examples: tuple[str, ...] = prop("df:example", many=True)
    proportion: str | None = prop("df:proportion")
    through: str | None = prop("df:through")
    severity: str | None = prop("df:severity")
    stated_frequency: str | None = prop("df:statedFrequency", "string")
    onset: str | None = prop("df:onset")
    sex: str | None = prop("df:sex")
    accepted_by: str | None = prop("df:acceptedBy", "string")
    accepted_on: PartialDate | None = prop("df:acceptedOn", "date")
    made_by_rule: str | None = prop("df:madeByRule", "string")
    limitation_kind: str | None = prop("df:limitationKind")
    stated_limit: str | None = prop("df:statedLimit", "string")


@dataclass(frozen=True, kw_only=True)
class MechanismPath(Node):
    """How a drug acts on a disease: ordered, signed steps; the net sign is their product."""

    classes = frozenset({"df:MechanismPath"})
    label: str = prop("rdfs:label", "string", required=True)
    start: str = prop("df:pathFrom", required=True)
    end: str = prop("df:pathTo", required=True)
    steps: tuple[str, ...] = prop("df:hasStep", required=True, many=True)
    references: tuple[str, ...] = prop("df:reference", "string", many=True)
    evidence: tuple[str, ...] = prop("df:evidence", many=True)


@dataclass(frozen=True, kw_only=True)
class MechanismStep(Node):
    """One step of a path.

    ``sign`` is 1 where the step raises its target, -1 where it lowers it, 0 where the source
    states no direction.
    """

    classes = frozenset({"df:MechanismStep"})
    label: str = prop("rdfs:label", "string", required=True)
    position: int = prop("df:position", "integer", required=True)
    start: str = prop("df:stepFrom", required=True)
    end: str = prop("df:stepTo", required=True)
    sign: int = prop("df:sign", "integer", required=True)
    supported_by: tuple[str, ...] = prop("df:supportedBy", required=True, many=True)


@dataclass(frozen=True, kw_only=True)
class Question(Node):
    """A question that a captured page asks, and where its answer stands in the graph.

    ``library_question`` names a file of ``queries/``; each of ``arguments`` is ``slot=value``.
    ``captured`` is ``df:captured`` or ``df:notCaptured``: the page's own answer was, or was not,
    in the copy we hold.
    """

    classes = frozenset({"df:Question"})
    label: str = prop("rdfs:label", "string", required=True)
    position: int = prop("df:position", "integer", required=True)
    in_version: str = prop("df:inVersion", required=True)
    library_question: str = prop("df:libraryQuestion", "string", required=True)
    arguments: tuple[str, ...] = prop("df:argument", "string", many=True)
    captured: str = prop("df:answerStatus", required=True)
    answered_by: tuple[str, ...] = prop("df:answeredBy", many=True)
    evidence: tuple[str, ...] = prop("df:evidence", required=True, many=True)


@dataclass(frozen=True, kw_only=True)
class Disagreement(Node):
    """That facts of several places differ about the same thing; computed, never read.

    ``about`` names what the facts are about, ``field`` the property or predicate whose values
    differ, ``between`` one fact for each place and value. ``overtaken`` are those of them that a
    newer revision of their source or authority has overtaken.
    """

    classes = frozenset({"df:Disagreement"})
    label: str = prop("rdfs:label", "string", required=True)
    kind: str = prop("df:kindOfDisagreement", required=True)
    field: str = prop("df:disagreesOn", required=True)
    about: tuple[str, ...] = prop("df:about", required=True, many=True)
    between: tuple[str, ...] = prop("df:between", required=True, many=True)
    authorities: tuple[str, ...] = prop("df:authority", many=True)
    overtaken: tuple[str, ...] = prop("df:overtaken", many=True)
