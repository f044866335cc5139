"""Which indications of a disease a patient's profile matches, and on what the others fail.

It explains what sources say; it never advises. An indication matches only if every criterion of
it is known to hold. One criterion that fails is enough to fail; else one that is not decided
leaves the whole undecided. Jurisdiction and authority choose which indications are looked at;
everything else is asked of each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import pyoxigraph as ox

from kg.answer import Evidence, evidence_of
from kg.fitting.approval import authorisation
from kg.fitting.criteria import NOT_CAPTURED, Criterion, criteria, kind_of
from kg.fitting.known import Known, known
from kg.fitting.profile import Profile
from kg.lookup import Lookup
from kg.names import DF, compact, expand
from kg.statements import Read, sentence
from kg.store import Store, Term

__all__ = ["Apart", "Assessed", "Eligibility", "Verdict", "eligible"]

Verdict = Literal["match", "undecided", "fails"]
ORDER: tuple[Verdict, ...] = ("match", "undecided", "fails")
HEADS = {"match": "Matches", "undecided": "Cannot be decided", "fails": "Fails"}
MARKS = {"holds": "+", "fails": "\N{MINUS SIGN}", "undecided": "?"}
APART = "Never matches, and to be read with them"
NOT_ADVICE = "Not medical advice."
INDICATIONS = """
SELECT DISTINCT ?fact WHERE {
  ?what skos:broader* ?this .
  ?fact rdf:object ?what ; a df:Indication
}"""
BROADER = """
SELECT DISTINCT ?fact ?what WHERE {
  ?this skos:broader+ ?what .
  ?fact rdf:object ?what ; a df:Indication ; df:status df:current
}"""
OF_DISEASE = """
SELECT DISTINCT ?fact WHERE {
  VALUES ?kind { df:Contraindication df:UseEvaluation df:OutcomeClaim df:Indication }
  ?fact rdf:object ?this ; a ?kind
} ORDER BY ?fact"""
OF_DRUG = OF_DISEASE.replace("rdf:object", "rdf:subject")
LIMITING = ("df:timing", "df:severity", "df:onset", "df:sex", "df:proportion", "df:through")
"""Properties of a fact that narrow a use; beyond its population, none is understood here."""


@dataclass(frozen=True)
class Assessed:
    """One indication, and how the profile stands to it.

    :param evidence: of the indication and of every fact that a criterion rests on, by fact.
    """

    fact: str
    drug: str
    drug_label: str
    disease_label: str
    authority_label: str
    jurisdiction_label: str
    population_label: str
    verdict: Verdict
    criteria: tuple[Criterion, ...]
    evidence: tuple[Evidence, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What would decide it."""
        found = (one.missing for one in self.criteria if one.missing)
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Apart:
    """What is no match whatever the profile: denied, not studied, contraindicated, off-label."""

    fact: str
    kind: str
    words: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Eligibility:
    """All indications assessed; ``asked`` is how the profile was understood."""

    disease: str
    disease_label: str
    asked: tuple[tuple[str, str], ...]
    assessed: tuple[Assessed, ...]
    apart: tuple[Apart, ...]
    notes: tuple[str, ...]
    caveats: tuple[str, ...]

    def of(self, verdict: Verdict) -> tuple[Assessed, ...]:
        """The indications of one verdict."""
        return tuple(one for one in self.assessed if one.verdict == verdict)

    def record(self) -> dict[str, Any]:
        """The same as plain dictionaries, lists and values."""
        found = asdict(self)
        for one, plain in zip(self.assessed, found["assessed"], strict=True):
            plain["missing"] = one.missing
        return found

    def text(self) -> str:
        """The same to read: plain text, evidence indented below what it supports."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield "Asked: " + "; ".join(f"{name} {value}" for name, value in self.asked) + "."
        for verdict in ORDER:
            found = self.of(verdict)
            yield ""
            yield f"{HEADS[verdict]}: {len(found) or 'none'}"
            for one in found:
                yield from _shown(one)
        if self.apart:
            yield ""
            yield f"{APART}: {len(self.apart)}"
            for other in self.apart:
                yield f"  {other.kind}: {other.words} ({compact(other.fact)})"
                yield from (f"      {item.text}" for item in other.evidence[:1])
        yield ""
        yield from self.notes
        yield from self.caveats


def _shown(one: Assessed) -> Iterator[str]:
    where = ", ".join(filter(None, [one.authority_label, one.jurisdiction_label]))
    for_whom = f": {one.population_label}" if one.population_label else ""
    yield f"  {one.drug_label} for {one.disease_label} ({where}){for_whom}"
    for criterion in one.criteria:
        missing = f" [missing: {criterion.missing}]" if criterion.missing else ""
        said = f"{criterion.name}: {criterion.words}{missing}"
        facts = ", ".join(map(compact, criterion.facts))
        yield f"    {MARKS[criterion.outcome]} {said} ({facts})"
    yield from (f"      {item.text}" for item in one.evidence)


def eligible(store: Store, lookup: Lookup, profile: Profile) -> Eligibility:
    """Assess every indication of a disease for a profile.

    :raises InputError: naming the field of the profile that cannot be read.
    :raises UnknownName: for a name that stands for nothing held.
    """
    return _Assess(store, lookup, known(profile, lookup)).all()


def _differing(assessed: Iterable[Assessed]) -> Iterator[str]:
    """Products that one authority's indications answer differently."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for one in assessed:
        key = (one.drug_label, one.authority_label)
        found.setdefault(key, {})[HEADS[one.verdict].lower()] = None
    for (drug, authority), heads in sorted(found.items()):
        if len(heads) > 1:
            yield (
                f"{drug} ({authority}) has several indications with different answers here "
                f"({', '.join(heads)}): read each with its source."
            )


USED_BY_ALL = frozenset({"disease", "jurisdiction", "authority", "date"})


def _idle(known: Known, assessed: Iterable[Assessed]) -> Iterator[str]:
    """What is given of the patient and no indication listed asks for."""
    asked = {criterion.name for one in assessed for criterion in one.criteria}
    asked |= {"born"} if "age" in asked else set()
    idle = [name for name, _ in known.asked if name not in asked | USED_BY_ALL]
    if idle:
        yield f"No indication listed here states a limit of: {', '.join(idle)}."


class _Assess:
    """The assessment of one profile."""

    def __init__(self, store: Store, lookup: Lookup, profile: Known) -> None:
        self.store, self.lookup, self.known = store, lookup, profile
        self.read = Read(store, lookup)

    def all(self) -> Eligibility:
        """The whole answer."""
        on_label, others, notes = self._indications()
        here = [fact for fact in on_label if self._here(fact)]
        assessed = sorted(
            map(self._assessed, here),
            key=lambda one: (ORDER.index(one.verdict), one.drug_label, one.authority_label),
        )
        elsewhere = len(on_label) - len(here)
        if elsewhere:
            held = "indication is" if elsewhere == 1 else "indications are"
            notes.append(f"{elsewhere} {held} held for other jurisdictions or authorities.")
        if not assessed:
            notes.insert(0, f"No indication for {self.known.disease.label} is held here.")
        notes += _differing(assessed)
        notes += _idle(self.known, assessed)
        apart = tuple(self._apart(others, {one.drug for one in assessed}))
        items = [item for one in assessed for item in one.evidence]
        items += [item for one in apart for item in one.evidence]
        caveats = {f"{item.source} says of itself: {item.caveat}" for item in items if item.caveat}
        return Eligibility(
            disease=self.known.disease.iri,
            disease_label=self.known.disease.label,
            asked=self.known.asked,
            assessed=tuple(assessed),
            apart=apart,
            notes=(*notes, *self._as_of(items)),
            caveats=(*sorted(caveats), NOT_ADVICE),
        )

    def _indications(self) -> tuple[list[str], list[str], list[str]]:
        """On-label indications of the disease and what is stated to be narrower; other uses; notes.

        One of a broader disease is named in a note: nothing is inferred down a hierarchy.
        """
        this: dict[str, Term] = {"this": ox.NamedNode(self.known.disease.iri)}
        wide = {row["what"].value for row in self.store.select(BROADER, this)}
        notes = {
            f"An indication for the broader {self.read.label(what)} is held: ask it."
            for what in wide
        }
        on_label, others = list[str](), list[str]()
        for row in self.store.select(INDICATIONS, this):
            fact = row["fact"].value
            node = self.read.node(fact)
            if self.read.value(node, "df:status") != DF + "current":
                continue
            plain = self._plain(fact) == "affirmed"
            used = self.read.value(node, "df:useStatus")
            (on_label if plain and used == DF + "onLabel" else others).append(fact)
        return sorted(on_label), sorted(others), sorted(notes)

    def _plain(self, fact: str) -> str:
        return self.read.value(self.read.node(fact), "df:polarity").removeprefix(DF)

    def _here(self, fact: str) -> bool:
        """Whether an indication may hold where and for whom it is asked; if not stated, it may."""
        node = self.read.node(fact)
        asked = (
            ("df:jurisdiction", self.known.jurisdiction),
            ("df:authority", self.known.authority),
        )
        return all(
            wanted is None or self.read.value(node, curie) in ("", wanted)
            for curie, wanted in asked
        )

    def _assessed(self, fact: str) -> Assessed:
        node, value = self.read.node(fact), self.read.value
        found = [
            replace(one, facts=one.facts or (fact,)) for one in self._criteria(fact, node, value)
        ]
        outcomes = {one.outcome for one in found}
        verdict: Verdict = (
            "fails" if "fails" in outcomes else "undecided" if "undecided" in outcomes else "match"
        )
        facts = dict.fromkeys([fact, *(iri for one in found for iri in one.facts)])
        drug = value(node, "rdf:subject")

        def label(curie: str) -> str:
            return self.read.label(iri) if (iri := value(node, curie)) else ""

        return Assessed(
            fact=fact,
            drug=drug,
            drug_label=self.read.label(drug),
            disease_label=label("rdf:object"),
            authority_label=label("df:authority"),
            jurisdiction_label=label("df:jurisdiction"),
            population_label=label("df:population"),
            verdict=verdict,
            criteria=tuple(found),
            evidence=self._evidence(facts),
        )

    def _criteria(self, fact: str, node: Any, value: Any) -> Iterator[Criterion]:
        """All criteria of an indication; without facts where they are its own."""
        what = value(node, "rdf:object")
        if what != self.known.disease.iri:
            yield kind_of(self.read, "subtype", self.known.subtype, [what])
        if self.known.jurisdiction and not value(node, "df:jurisdiction"):
            words = "the indication names no jurisdiction"
            yield Criterion("jurisdiction", "undecided", words, NOT_CAPTURED)
        if population := value(node, "df:population"):
            yield from criteria(self.read, self.read.node(population), self.known)
        else:
            words = "whom the indication is for is not held"
            yield Criterion("population", "undecided", words, NOT_CAPTURED)
        if value(node, "df:certainty") == DF + "possible":
            words = "the source only says that it may be so"
            yield Criterion("certainty", "undecided", words, NOT_CAPTURED)
        if value(node, "df:reviewStatus") == DF + "unreviewed":
            words = "nobody has accepted this fact yet"
            yield Criterion("review", "undecided", words, NOT_CAPTURED)
        for curie in LIMITING:
            if value(node, curie):
                name = self.read.label(expand(curie))
                words = f"{self.read.label(value(node, curie))}: it is not understood here"
                yield Criterion(name, "undecided", words, NOT_CAPTURED)
        yield from authorisation(self.store, self.read, fact, self.known.date)

    def _evidence(self, facts: Iterable[str]) -> tuple[Evidence, ...]:
        found = (item for fact in facts for item in evidence_of(self.store, self.lookup, fact))
        return tuple({(item.fact, item.evidence): item for item in found}.values())

    def _apart(self, others: list[str], drugs: set[str]) -> Iterator[Apart]:
        """What is denied, not studied, contraindicated or off label, of disease and drugs."""
        facts = dict.fromkeys(others)
        for query, iris in ((OF_DISEASE, {self.known.disease.iri}), (OF_DRUG, drugs)):
            for iri in sorted(iris):
                rows = self.store.select(query, {"this": ox.NamedNode(iri)})
                facts |= dict.fromkeys(row["fact"].value for row in rows)
        for fact in sorted(facts):
            node = self.read.node(fact)
            kind = self._kind(fact)
            if not kind or self.read.value(node, "df:status") != DF + "current":
                continue
            if not self._here(fact):
                continue
            words = sentence(self.read, node, self._plain(fact))
            yield Apart(fact, kind, words, self._evidence([fact]))

    def _kind(self, fact: str) -> str:
        """Why a fact is listed apart; nothing if it is not."""
        node, polarity = self.read.node(fact), self._plain(fact)
        if polarity != "affirmed":
            return {"denied": "denied"}.get(polarity, "not studied")
        if expand("df:Contraindication") in self.read.values(node, "rdf:type"):
            return "contraindicated"
        indication = expand("df:Indication") in self.read.values(node, "rdf:type")
        used = self.read.value(node, "df:useStatus")
        if indication and used != DF + "onLabel":
            return self.read.label(used) if used else "use of unknown standing"
        return ""

    def _as_of(self, items: list[Evidence]) -> Iterator[str]:
        """That wording and standing are those of the revisions held, where the day is earlier."""
        day = self.known.date
        if day and any(item.date > day.text for item in items):
            yield (
                f"Some of the revisions named are later than {day.text}: "
                "what was worded differently on that day is not held."
            )
        if items:
            yield "A withdrawal or suspension after the revisions named is not held."
