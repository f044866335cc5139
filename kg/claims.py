"""The facts that are compared, as flat claims, taken up while a graph is written.

A build sees each node once. What comparing needs of it is kept here, in a few references a fact,
so that no store has to be asked: comparing half a million facts takes seconds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from kg.model import (
    Entity,
    Fact,
    Node,
    PartialDate,
    Population,
    Source,
    SourceFile,
    SourceVersion,
)
from kg.names import DF, compact, expand

__all__ = ["COMPARED", "Claim", "Claims", "Place"]

COMPARED = tuple(
    f"df:{name}"
    for name in (
        "approvedBy hasMarketingStatus hasRoute hasForm hasAtcCode hasTherapeuticArea "
        "hasActiveSubstance treats"
    ).split()
)
"""Predicates of whose facts the values are compared; of all others only yes and no."""

_COMPARED = {expand(one): one for one in COMPARED}
_APPROVED, _STUDIED = expand("df:approvedBy"), expand("df:studiedIn")
_APPROVALS = frozenset({expand("df:approval"), expand("df:conditionalApproval")})
_YES, _POSSIBLE, _CURRENT = expand("df:affirmed"), expand("df:possible"), expand("df:current")
_NO = frozenset({expand("df:denied"), expand("df:notDemonstrated")})
_NOT_STUDIED = expand("df:notEvaluated")
_TYPE = re.compile(r"^[A-Z]+ (?=[0-9])")
"""The type of a US application: it can change while the number stays, as when NDAs became BLAs."""
_ONE_OF_MANY = re.compile(r"\{[^=}]*\}")
"""What stands in the name of a file where a source has many: ``{set-id}.xml``."""


@dataclass(frozen=True, order=True)
class Place:
    """One revision of one document, speaking for one authority ("" if none is known).

    The document is the source, or a file of it where it has many, such as a label each.
    """

    version: str
    document: tuple[str, str]
    when: PartialDate
    authority: str

    def before(self, other: Place) -> bool:
        """Whether this revision is certainly the older one."""
        return self.when.latest < other.when.earliest


@dataclass(frozen=True)
class Claim:
    """What one fact says of one field; ``key`` is what has to be alike to be compared."""

    subject: str
    key: tuple[str, ...]
    value: Any
    fact: str
    place: Place
    application: str | None = None
    submission: str | None = None


class _Said(NamedTuple):
    """What is kept of a fact whose values are compared."""

    fact: str
    subject: str
    object: str
    version: str
    authority: str | None
    population: str
    event: str
    date: str | None
    holder: str | None
    name: str | None
    application: str | None
    submission: str | None


class _Stated(NamedTuple):
    """What is kept of any fact: that it says yes or no."""

    fact: str
    yes: bool
    version: str
    authority: str | None


class Claims:
    """Claims of nodes: those of a whole graph, in any order.

    Facts that are not current, or only possible, are left out: a hedged claim contradicts nothing.
    """

    def __init__(self, nodes: Iterable[Node] = ()) -> None:
        self._said: dict[str, list[_Said]] = defaultdict(list)
        self._stated: dict[tuple[str, ...], list[_Stated]] = {}
        self._denied: set[tuple[str, ...]] = set()
        self._sources: dict[str, Source] = {}
        self._of_many: set[str] = set()
        self._versions: dict[str, SourceVersion] = {}
        self._authorities: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        self._places: dict[tuple[str, str | None], Place] = {}
        self.broader: dict[str, tuple[str, ...]] = {}
        """Each term's next broader terms."""
        self.populations: dict[str, dict[str, tuple[str, ...]]] = {}
        """The values of each population's properties, by local name."""
        for node in nodes:
            self.take(node)

    def take(self, node: Node) -> None:
        """Take up a node; what is not compared is passed over."""
        if isinstance(node, Fact):
            if node.status == _CURRENT and node.certainty != _POSSIBLE:
                self._fact(node)
        elif isinstance(node, Entity):
            self._labels.setdefault(node.iri, node.label)
            if node.broader:
                self.broader[node.iri] = (*self.broader.get(node.iri, ()), *node.broader)
            if "df:Authority" in node.kinds:
                self._authorities |= dict.fromkeys((node.label, *node.alt_labels), node.iri)
        elif isinstance(node, Population):
            self.populations[node.iri] = dict(_limits(node))
        elif isinstance(node, Source):
            self._sources[node.iri] = node
        elif isinstance(node, SourceFile):
            if _ONE_OF_MANY.search(node.saved_as):
                self._of_many.add(node.file_of)
        elif isinstance(node, SourceVersion):
            self._versions[node.iri] = node

    def _fact(self, fact: Fact) -> None:
        version = fact.last_confirmed_in or fact.first_seen_in
        affirmed, no = fact.polarity == _YES, _says_no(fact)
        if fact.predicate != _APPROVED and (affirmed or no):
            people = (fact.population or "", fact.sex or "")
            key = (fact.subject, fact.predicate, fact.object, *people)
            stated = _Stated(fact.iri, affirmed, version, fact.authority)
            self._stated.setdefault(key, []).append(stated)
            if no:
                self._denied.add(key)
        if not affirmed or fact.predicate not in _COMPARED:
            return
        event = fact.event_type or ""
        if fact.predicate == _APPROVED and event not in _APPROVALS:
            return
        said = _Said(
            fact.iri,
            fact.subject,
            fact.object,
            version,
            fact.object if fact.predicate == _APPROVED else fact.authority,
            fact.population or "",
            event,
            fact.date.text if fact.date else None,
            fact.holder,
            fact.authorised_name,
            _TYPE.sub("", fact.application_number) if fact.application_number else None,
            fact.submission,
        )
        self._said[_COMPARED[fact.predicate]].append(said)

    def claims(self, predicate: str, value: str) -> list[Claim]:
        """The claims that affirmed facts of one predicate make, in order of the facts.

        :param predicate: one of :data:`COMPARED`.
        :param value: ``object``; ``use`` (the object and the population, or ""); or, of
            approvals, ``date``, ``holder`` or ``name``, where the fact gives one.
        """
        found = []
        for said in self._said[predicate]:
            what: Any = (said.object, said.population) if value == "use" else getattr(said, value)
            if what is not None:
                place = self._place(said.version, said.authority)
                key = (said.subject, said.event)
                number = (said.application, said.submission)
                found.append(Claim(said.subject, key, what, said.fact, place, *number))
        return sorted(found, key=lambda claim: claim.fact)

    def polarities(self) -> Iterator[Claim]:
        """What is denied or not shown of something, and what affirms the same; yes or no."""
        for key in sorted(self._denied):
            for stated in sorted(self._stated[key]):
                place = self._place(stated.version, stated.authority)
                answer = "yes" if stated.yes else "no"
                yield Claim(key[0], key, answer, stated.fact, place)

    def label(self, iri: str) -> str:
        """The label of an entity; of a term of the ontology its name in words."""
        if iri.startswith(DF):
            return re.sub(r"(?=[A-Z])", " ", iri.removeprefix(DF)).lower()
        return self._labels.get(iri, compact(iri))

    def _place(self, version: str, authority: str | None) -> Place:
        """A revision's place; where no authority is named, its publisher may be one."""
        if (version, authority) not in self._places:
            revision = self._versions[version]
            source = self._sources[revision.version_of]
            file = (revision.file_name or "") if source.iri in self._of_many else ""
            speaks = authority or self._authorities.get(source.publisher, "")
            place = Place(version, (source.iri, file), revision.version_date, speaks)
            self._places[version, authority] = place
        return self._places[version, authority]


def _says_no(fact: Fact) -> bool:
    """Whether a fact says no to its statement; that few patients were without it is no such no."""
    if fact.polarity == _NOT_STUDIED:
        return fact.predicate == _STUDIED
    return fact.polarity in _NO and not fact.stated_frequency


def _limits(population: Population) -> Iterator[tuple[str, tuple[str, ...]]]:
    for item in fields(population):
        prop, value = item.metadata.get("property", ""), getattr(population, item.name)
        if not prop.startswith("df:") or value in (None, ()):
            continue
        values = value if isinstance(value, tuple) else (value,)
        texts = (str(one).lower() if isinstance(one, bool) else str(one) for one in values)
        yield prop.removeprefix("df:"), tuple(texts)
