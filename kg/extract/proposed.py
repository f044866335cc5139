"""What was read in a text, as proposed facts: with passage, rule and revision, and unreviewed.

A use is an indication: ``df:treats``, or ``df:indicatedFor`` where nothing is treated. A limit
is a statement of its own, by the words that the text uses; none of them is a plain positive.
All have the status *proposed*, so that no answer rests on them unless they are asked for.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kg.evidence import record_digest
from kg.extract.corpus import Text
from kg.extract.found import Limit, Span, Use
from kg.extract.whom.people import people
from kg.extract.whom.population import Gene, population
from kg.model import Fact, Node, Population, Record
from kg.names import expand, own

__all__ = ["POLARITIES", "Maker", "Told"]

TREATING = frozenset(("treatment", "symptomaticRelief", "adjunct", "maintenance", "replacement"))
"""Kinds of use that treat; the others find, prevent, undo or make bearable."""

POLARITIES = {
    "notIndicated": ("df:indicatedFor", "df:denied", "is not indicated"),
    "notStudied": ("df:studiedIn", "df:notEvaluated", "has not been studied"),
    "notEstablished": ("df:establishedIn", "df:denied", "is not established"),
    "notDemonstrated": ("df:establishedIn", "df:notDemonstrated", "was not shown to work"),
    "notRecommended": ("df:recommendedUse", "df:denied", "is not recommended"),
    "contraindicated": ("df:contraindicatedIn", "df:affirmed", "is contraindicated"),
    "restricted": ("df:restrictedTo", "df:affirmed", "is for restricted use only"),
}
"""How a text takes something away: predicate, polarity, and the words of a label."""

_WORDS_BEFORE = re.compile(r"(?:[A-Za-z][\w-]*\s+){1,4}$")
_OTHER_WORDS = frozenset(
    "a an the of in for with without to or and any all other as from by on against treat treating "
    "prevent preventing treatment prevention management relief control patients people individuals "
    "having has have is are such than who whose this that use used including".split()
)
"""Words before a disease that do not narrow it."""
LONGEST = 120
"""Characters of the longest stated limit, and of the name of a disease no term stands for."""
STATED, PROPOSED = expand("df:stated"), expand("df:proposed")
UNREVIEWED, ON_LABEL = expand("df:unreviewed"), expand("df:onLabel")
ALWAYS: dict[str, Any] = {
    "status": PROPOSED,
    "review_status": UNREVIEWED,
    "knowledge_level": expand("biolink:knowledge_assertion"),
    "agent_type": expand("biolink:automated_agent"),
}


class Told(NamedTuple):
    """A text and what it is about.

    :param text: as its source has it; ``field`` names its field there.
    :param product: IRI of the product whose label or entry it is, and ``name`` of that.
    :param version: IRI of the revision.
    :param authority: IRI of the authority that approved it, and ``jurisdiction`` where.
    """

    text: Text
    field: str
    product: str
    name: str
    version: str
    authority: str
    jurisdiction: str


@dataclass
class Maker:
    """Makes nodes of what was read; populations and passages come once.

    :param disease: the label of a term of a vocabulary by its IRI, or None if it has none.
    :param concept: the IRI of a concept by kind and words; notes that it is spoken of.
    :param gene: finds genes.
    :param form: the IRI of a genetic form of a disease by marker and the disease's label, and
        ``subtype`` that of a type of it, by the type and the label.
    """

    disease: Callable[[str], str | None]
    concept: Callable[[str, str], str]
    gene: Gene
    form: Callable[[str, str], str | None] = lambda _, __: None
    subtype: Callable[[str, str], str | None] = lambda _, __: None
    _once: set[str] = field(default_factory=set)
    _digest: tuple[str, str] = ("", "")

    def nodes(self, told: Told, uses: Iterable[Use], limits: Iterable[Limit]) -> Iterator[Node]:
        """The facts of a text, each behind its passage and its population."""
        for use in uses:
            yield from self._use(told, use)
        for limit in limits:
            yield from self._limit(told, limit)

    def contains(
        self, told: Told, substances: Iterable[str], label: Callable[[str], str]
    ) -> Iterator[Node]:
        """That the product of a label contains substances, by its name in the registers."""
        for iri in sorted(substances):
            yield from self._fact(
                told,
                Span(0, len(told.text.words)),
                "df:IdentityClaim",
                label=f"{told.name} contains {label(iri)}",
                predicate=expand("df:hasActiveSubstance"),
                object=iri,
                polarity=expand("df:affirmed"),
                made_by_rule="name of a register",
            )

    def _use(self, told: Told, use: Use) -> Iterator[Node]:
        object, name = self._thing(told, use.mention, use.term)
        whom = population(
            use.qualifiers,
            self.gene,
            lambda mark: self.form(mark, name),
            lambda kind: self.subtype(kind, name),
        )
        treats = use.use in TREATING
        kind = "" if use.use == "treatment" else f", {_spaced(use.use)}"
        people = f": {whom.label}" if whom else ""
        yield from self._population(whom)
        yield from self._fact(
            told,
            use.passage,
            "df:Indication",
            label=f"{told.name} for {name}{kind}{people}",
            predicate=expand("df:treats" if treats else "df:indicatedFor"),
            object=object,
            polarity=expand("df:affirmed"),
            population=whom.iri if whom else None,
            therapeutic_intent=expand(f"df:{use.use}"),
            use_status=ON_LABEL,
            authority=told.authority,
            jurisdiction=told.jurisdiction,
            made_by_rule=use.rule,
        )

    def _limit(self, told: Told, limit: Limit) -> Iterator[Node]:
        predicate, polarity, words = POLARITIES[limit.polarity]
        about = limit.about or limit.clause
        text = told.text.words
        said = _short(text[about.start : about.end])
        pairs: list[tuple[str, str]] = []
        if limit.kind == "disease" or (limit.kind == "stage" and limit.term):
            object, name = self._thing(told, about, limit.term)
            if degree := _degree(text[limit.clause.start : about.start]):
                pairs, said = [("stage", degree.lower())], f"{degree} {said}"
        else:
            name = f"{_spaced(limit.kind)} (limitation)"
            object = self.concept("limitation", name)
            if limit.kind == "age":
                pairs = list(people(text[about.start : about.end]).qualifiers)
        whom = population(pairs, self.gene)
        contraindicated = limit.polarity == "contraindicated"
        yield from self._population(whom)
        yield from self._fact(
            told,
            limit.clause,
            "df:Contraindication" if contraindicated else "df:UseEvaluation",
            label=f"{told.name} {words}: {said}",
            predicate=expand(predicate),
            object=object,
            polarity=expand(polarity),
            population=whom.iri if whom else None,
            limitation_kind=expand(f"df:{limit.kind}Limitation"),
            stated_limit=said,
            authority=told.authority,
            jurisdiction=told.jurisdiction,
            made_by_rule=limit.rule,
        )

    def _thing(self, told: Told, mention: Span, term: str | None) -> tuple[str, str]:
        """A disease as IRI and label: a term of a vocabulary, or a concept of the text's words."""
        if term:
            iri = expand(term)
            label = self.disease(iri)
            if label is not None:
                return iri, label
        words = _short(told.text.words[mention.start : mention.end]).lower()
        return self.concept("condition", words), words

    def _digested(self, told: Told) -> str:
        if self._digest[0] != told.text.record:
            self._digest = told.text.record, record_digest({told.field: told.text.words})
        return self._digest[1]

    def _population(self, whom: Population | None) -> Iterator[Node]:
        if whom is not None and whom.iri not in self._once:
            self._once.add(whom.iri)
            yield whom

    def _fact(self, told: Told, span: Span, kind: str, **said: Any) -> Iterator[Node]:
        """A fact behind its evidence; one that was made before is not made again."""
        source = told.version.rpartition("/")[2]
        place = (source, told.text.record, f"{span.start}-{span.end}")
        key = "\n".join(f"{name}={value}" for name, value in sorted(said.items()))
        iri = own("fact", "read", *place, hashlib.sha256(key.encode()).hexdigest()[:12])
        if iri in self._once:
            return
        self._once.add(iri)
        cited = Record(
            iri=own("evidence", *place, "read"),
            kinds=("df:Record",),
            in_version=told.version,
            record=told.text.record,
            fields_read=(told.field,),
            digest=self._digested(told),
            start=span.start,
            end=span.end,
        )
        if cited.iri not in self._once:
            self._once.add(cited.iri)
            yield cited
        yield Fact(
            iri=iri,
            kinds=(kind,),
            subject=told.product,
            certainty=STATED,
            evidence=(cited.iri,),
            first_seen_in=told.version,
            last_confirmed_in=told.version,
            **ALWAYS,
            **said,
        )


def _degree(before: str) -> str:
    """The words of degree and course that stand right before a disease, which narrow it."""
    found = _WORDS_BEFORE.search(before)
    kept: list[str] = []
    for word in reversed(found.group().split() if found else []):
        if word.lower() in _OTHER_WORDS:
            break
        kept.insert(0, word)
    return " ".join(kept)


def _short(words: str) -> str:
    """A few words on one line."""
    text = " ".join(words.split())
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0] + " …"


def _spaced(name: str) -> str:
    return "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in name)
