"""Facts that a page seems to say, proposed for a person to accept or reject.

Rule-based, in the order of the page, and the same each time. What the rules read of a sentence
becomes a proposal as it stands: nothing is filled in that the sentence, or the page before it,
does not say.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

import pyoxigraph as ox

from kg.evidence import digest
from kg.lookup import Lookup
from kg.names import compact, expand
from kg.proposing.proposal import Limit, Named, Proposal, Proposals
from kg.reading.naming import Names, Thing, abbreviations
from kg.reading.people import People
from kg.reading.sentence import BRANDS, Context
from kg.reading.statements import Said, statements
from kg.reading.units import Unit, units
from kg.store import Store

__all__ = ["propose"]

_FORMS = {
    "denied": "df:negativePredicate",
    "notEvaluated": "df:notEvaluatedPredicate",
    "notDemonstrated": "df:notDemonstratedPredicate",
}
_KNOWN = """
SELECT ?fact ?polarity ?version WHERE {
  ?fact rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ;
    df:polarity ?polarity ; df:evidence/df:inVersion/df:versionOf ?source ; df:status df:current .
} ORDER BY ?fact"""
_JURISDICTION = """
SELECT ?jurisdiction ?label WHERE {
  ?authority df:jurisdiction ?jurisdiction . ?jurisdiction rdfs:label ?label }"""
_FORM = "SELECT ?label WHERE { ?predicate %s/rdfs:label ?label }"
_SOURCE = "SELECT ?source WHERE { ?version df:versionOf ?source }"
_OF_PRODUCTS = ("df:Indication", "df:RegulatoryEvent")
"""Kinds of facts whose subject is a product, and never a substance."""
_TREAT = re.compile(r"\btreat", re.IGNORECASE)


def propose(
    store: Store,
    lookup: Lookup,
    names: Names,
    text: str,
    *,
    page: str,
    version: str = "",
    authority: str = "",
    rejected: Collection[str] = (),
    known: bool = False,
) -> Proposals:
    """Read a page, or a section of a label.

    :param page: the name of its file.
    :param version: the IRI of the source version that it is, if that is known.
    :param authority: the IRI of the authority whose text it is; uses are stated by it where the
        sentence names none.
    :param rejected: ids of proposals that are not made again.
    :param known: propose what the graph already holds from this source, too.
    """
    maker = _Maker(store, lookup, version, authority)
    found: dict[str, Proposal] = {}
    context = Context(short=abbreviations(text))
    for unit in units(text):
        for said in statements(unit.text, names, context):
            for one in maker.proposals(said, unit):
                one = replace(one, id=_id(one, text))
                if one.id not in rejected and (known or not one.known):
                    found.setdefault(_same(one), one)
        context = context.after(unit.text, names)
    checksum = hashlib.sha256(text.encode()).hexdigest()
    return Proposals(page, checksum, compact(version) if version else "", tuple(found.values()))


def _same(one: Proposal) -> str:
    """What two proposals share that say the same, perhaps in two places."""
    bare = replace(one, id="", label="", passage=(0, 1), leads=(), section="", known="")
    return repr(replace(bare, decision="", others=()))


def _id(one: Proposal, text: str) -> str:
    """What a proposal is remembered by: all that it says, and the words of its passage."""
    parts = f"{_same(one)}\n{digest(text[slice(*one.passage)])}"
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


# ---------------------------------------------------------------- proposals


class _Maker:
    """Makes proposals of statements, with what the graph says of their parts."""

    def __init__(self, store: Store, lookup: Lookup, version: str, authority: str) -> None:
        self._store, self._lookup = store, lookup
        self._authority, self._source = authority, ""
        if version:
            rows = store.select(_SOURCE, {"version": ox.NamedNode(version)})
            self._source = next((row["source"].value for row in rows), "")

    def proposals(self, said: Said, unit: Unit) -> Iterator[Proposal]:
        """A statement as proposals, one for each group of people.

        None where it lacks what a fact of its kind must have: a product, an event its date, an
        indication its authority. That something is not indicated does not say that it does not
        act: no denied indication is proposed.
        """
        more, kind = said.qualifiers, said.frame.kind
        authority = None
        if kind == "df:RegulatoryEvent":
            authority = said.objects[0]
        elif kind == "df:Indication":
            authority = more.authority or self._own_authority()
        if kind in _OF_PRODUCTS and (said.subjects[0].kind not in BRANDS):
            return
        if kind == "df:RegulatoryEvent" and more.date is None:
            return
        if kind == "df:Indication" and (authority is None or said.tone.polarity != "affirmed"):
            return
        plain = self._plain(said, unit, _maybe(authority))
        if kind == "df:Indication":
            intent = "treatment" if _TREAT.search(unit.text) else ""
            plain = replace(plain, authority=_maybe(authority), use="onLabel", intent=intent)
        for group in more.groups or (People(),):
            one = self._with_people(plain, group)
            yield replace(one, known=self._known(one))

    def _plain(self, said: Said, unit: Unit, authority: Named | None) -> Proposal:
        more, frame, subject = said.qualifiers, said.frame, said.subjects[0]
        return Proposal(
            id="",
            label=self._label(subject, said),
            decision="later",
            kind=frame.kind.removeprefix("df:"),
            subject=_thing(subject),
            others=tuple(map(_thing, said.subjects[1:])),
            predicate=frame.predicate,
            object=_thing(said.objects[0]),
            polarity=said.tone.polarity,
            certainty=said.tone.certainty,
            passage=unit.span,
            leads=unit.leads,
            section=unit.section or "Text",
            date=more.date,
            event=more.event,
            jurisdiction=self._jurisdiction(authority),
            frequency=_maybe(more.frequency),
            minutes=more.minutes,
            about=more.about,
            timing=_maybe(more.timing),
            proportion=_maybe(more.proportion),
            severity=_maybe(more.severity),
            through=_maybe(more.through),
            examples=tuple(map(_thing, more.examples)),
        )

    def _own_authority(self) -> Thing | None:
        if not self._authority:
            return None
        return Thing(self._authority, self._lookup.label(self._authority), "df:Authority")

    def _jurisdiction(self, authority: Named | None) -> Named | None:
        if authority is None:
            return None
        rows = self._store.select(_JURISDICTION, {"authority": ox.NamedNode(authority.iri)})
        return next((Named(r["jurisdiction"].value, r["label"].value) for r in rows), None)

    def _label(self, subject: Thing, said: Said) -> str:
        predicate = expand(said.frame.predicate)
        form = _FORMS.get(said.tone.polarity)
        if said.tone.certainty == "possible" and form is None:
            form = "df:possiblePredicate"
        words = self._lookup.label(predicate)
        if form:
            rows = self._store.select(_FORM % form, {"predicate": ox.NamedNode(predicate)})
            words = next((row["label"].value for row in rows), f"{words} ({said.tone.polarity})")
        return f"{subject.label} {words} {said.objects[0].label}"

    def _known(self, one: Proposal) -> str:
        """The CURIE of a current fact of this source that says the same."""
        if not self._source:
            return ""
        values = {
            "subject": one.subject.iri,
            "predicate": expand(one.predicate),
            "object": one.object.iri,
            "source": self._source,
        }
        bound = {name: ox.NamedNode(value) for name, value in values.items()}
        for row in self._store.select(_KNOWN, bound):
            if row["polarity"].value == expand(f"df:{one.polarity}"):
                return compact(row["fact"].value)
        return ""

    def _with_people(self, one: Proposal, group: People) -> Proposal:
        values = group.values

        def named(key: str) -> tuple[Named, ...]:
            return tuple(Named(iri, self._lookup.label(iri)) for iri in values.get(key, ()))

        def term(key: str) -> tuple[str, ...]:
            return tuple(compact(iri).removeprefix("df:") for iri in values.get(key, ()))

        return replace(
            one,
            months=_limits(values, "AgeMonths", "Age"),
            days=_limits(values, "AgeDays", "Age"),
            weight=_limits(values, "WeightKg", "Weight"),
            copies=_limits(values, "CopyNumber", "CopyNumber"),
            copies_of=next(iter(named("copyNumberOf")), None),
            mutation=named("mutationIn"),
            zygosity="".join(term("zygosity")),
            age_group=() if group.aged else term("ageGroup"),
            sex="".join(term("sex")),
            genetic_form=next(iter(named("geneticForm")), None),
            subtype=named("diseaseSubtype"),
        )


def _limits(values: Mapping[str, tuple[str, ...]], bound: str, flag: str) -> tuple[Limit, ...]:
    return tuple(
        Limit(side, values[side + bound][0], values[f"{side}{flag}Inclusive"][0] == "true")
        for side in ("min", "max")
        if side + bound in values
    )


def _thing(one: Thing) -> Named:
    return Named(one.iri, one.label, one.kind if one.new else "")


def _maybe(one: Thing | None) -> Named | None:
    return None if one is None else _thing(one)
