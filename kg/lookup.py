"""Find an entity by its name, synonym, code, CURIE or IRI; and find the label of anything.

Matching is exact but for case, diacritics, white space and hyphens; nothing is guessed. What is
not found is an error that carries the nearest names, and a name of several things says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import InputError, UnknownName
from kg.model import Fact, Passage, Record, Source, SourceVersion, TextSection
from kg.name_base import Found, NameBase
from kg.name_entries import HOW, NAMED, entries
from kg.name_index import CODES
from kg.name_search import FITS, search
from kg.names import compact, expand, own, prefixes
from kg.spelling import spelled

if TYPE_CHECKING:
    from kg.store import Store

__all__ = ["FITS", "HOW", "Hit", "Lookup", "Match", "listed"]

KNOWN = NAMED | Fact.classes | Passage.classes | Record.classes | TextSection.classes
KIND = (
    "SELECT ?entity ?kind ?label WHERE { ?entity a ?kind OPTIONAL { ?entity rdfs:label ?label } }"
)
LABEL = "SELECT ?entity ?label WHERE { ?entity rdfs:label ?label }"
APART = "SELECT ?entity ?label WHERE { ?entity %s ?what . ?what rdfs:label ?label }"
TRAITS = ("df:hasForm", "df:hasRoute", "df:hasMarketingStatus")
"""What may tell products of one name apart; looked up in the direct layer."""
PRODUCT, SUBSTANCE = "df:MedicinalProduct", "df:Substance"
NEAR = 3
"""How many near names an error offers."""
SHOWN = 5
"""How many candidates are listed before they are only counted."""
LOCAL = {
    "fact:": Fact.classes,
    "evidence:": Passage.classes | Record.classes | TextSection.classes,
    "source:": Source.classes | SourceVersion.classes,
}
"""Namespaces whose names need no prefix where only their kinds are asked for."""


@dataclass(frozen=True)
class Match:
    """What a text stands for. ``how`` is one of :data:`HOW`; ``others`` could be meant too."""

    iri: str
    label: str
    kind: str
    how: str
    others: tuple[Match, ...] = ()


@dataclass(frozen=True)
class Hit:
    """One of the things that a text may stand for.

    :param how: the way it is called so, one of :data:`HOW`, and ``name`` the name that fits.
    :param fit: how closely, one of :data:`FITS`.
    :param distance: the letters that are wrong, missing, too many or swapped.
    :param facts: how many current facts are about it.
    """

    iri: str
    label: str
    kind: str
    how: str
    name: str
    fit: str
    distance: int
    facts: int


class Lookup:
    """Names of a store's entities: the index that its build wrote, or one made at the first use."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._labels: dict[str, str] = {}

    def find(self, text: str, kinds: Collection[str] | None = None) -> Match:
        """The one thing a text stands for.

        Where several are called so, one whose name is written so goes before one that differs
        in hyphens, one called so by its own identifier or label before a namesake, a substance
        or a curated product before other products, and then the one that more curated facts, or
        else more current facts, are about; ``others`` names the rest. Products that are not
        curated are never told apart by their facts: that one has more is no sign that it is the
        one meant.

        :param kinds: classes (CURIEs) to accept; all if not given.
        :raises UnknownName: if there is none; carries the nearest names.
        :raises InputError: if it is a thing of another kind, or two are equally likely.
        :raises NoGraph: if the file with the names is missing or damaged.
        """
        if match := self._by_iri(text, kinds):
            return match
        found = self._names.exact(text)
        fit = [one for one in found if kinds is None or one.kind in kinds]
        if not fit and found and kinds is not None:
            first = found[0]
            wanted = ", ".join(sorted(map(self._noun, kinds)))
            raise InputError(
                f'"{text}" is {first.label} ({self._noun(first.kind)}), not what is asked for',
                mend=f"give one of these: {wanted}",
            )
        if not fit:
            near = dict.fromkeys(hit.label for hit in self.search(text, kinds, NEAR))
            raise UnknownName(f'nothing is called "{text}"', near=tuple(near))
        first, others, rivals = _choose(text, fit)
        if rivals:
            raise InputError(
                f'"{text}" may be any of {self._told_apart([first, *rivals])}',
                mend="give the identifier",
            )
        return _match(first, tuple(map(_match, others)))

    def kinds(self, text: str) -> frozenset[str]:
        """The kinds (CURIEs) of all that is called just so, or has this CURIE or IRI."""
        if match := self._by_iri(text, None):
            return frozenset({match.kind})
        return frozenset(one.kind for one in self._names.exact(text))

    def called(self, text: str) -> list[Found]:
        """Everything that is called so, the likeliest first: curated things before others.

        Names of our own concepts may come back as identifiers; bare codes do not count.

        :raises NoGraph: if the file with the names is missing or damaged.
        """
        found = [
            one
            for one in self._names.exact(text)
            if one.how in ("label", "synonym")
            or (one.how == "identifier" and one.iri in _own(text))
        ]
        return sorted(
            found, key=lambda one: (-one.curated, HOW.index(one.how), -one.facts, one.iri)
        )

    def search(self, text: str, kinds: Collection[str] | None = None, limit: int = 10) -> list[Hit]:
        """What a person may mean by a text, the likeliest first.

        Names that are the text go before names that begin with it, then those with all its
        words, then misspellings; among equals, what has more current facts goes first.

        :param kinds: classes (CURIEs) to look among; all if not given.
        :raises NoGraph: if the file with the names is missing or damaged.
        """
        hits = []
        for one, fit, distance in search(self._names, text, kinds, limit):
            facts = one.facts
            hits.append(Hit(one.iri, one.label, one.kind, one.how, one.name, fit, distance, facts))
        return hits

    def label(self, iri: str) -> str:
        """The label of anything in the store, terms of the ontology too; else its CURIE."""
        if iri not in self._labels:
            labels = [label for _, label in self._ask(LABEL, iri)]
            self._labels[iri] = min(labels, default=compact(iri))
        return self._labels[iri]

    def _by_iri(self, text: str, kinds: Collection[str] | None) -> Match | None:
        """What a text stands for as an IRI, a CURIE, or a local name of the kind asked for."""
        local = [prefix for prefix, own in LOCAL.items() if kinds and set(kinds) <= own]
        for name in (text, *(prefix + text for prefix in local)):
            prefix, colon, _ = name.partition(":")
            if not colon or prefix not in (*prefixes(), "http", "https", "urn"):
                continue
            iri = expand(name)
            for kind, label in self._ask(KIND, iri):
                if (curie := compact(kind)) in KNOWN and (kinds is None or curie in kinds):
                    return Match(iri, label or compact(iri), curie, "identifier")
        return None

    def _ask(self, sparql: str, iri: str) -> list[tuple[str, str]]:
        """The other two columns (or one, doubled) of a query about one entity."""
        try:
            bindings = {"entity": ox.NamedNode(iri)}
        except ValueError:
            return []
        rows = self._store.run(sparql, bindings)
        assert isinstance(rows, ox.QuerySolutions)
        texts = [[getattr(term, "value", "") for term in row] for row in rows]
        return sorted((row[1], row[-1]) for row in texts)

    @cached_property
    def _names(self) -> NameBase:
        path = self._store.names_file()
        return NameBase.open(path) if path else NameBase.of(entries(self._store.name_lines()))

    def _noun(self, kind: str) -> str:
        return self.label(expand(kind)).lower()

    def _told_apart(self, several: list[Found]) -> str:
        """A list of things of one name; of products also what not all of them have."""
        traits = [self._traits(one) for one in several[:SHOWN]]
        common = set.intersection(*map(set, traits))
        apart = [[trait for trait in own if trait not in common] for own in traits]
        return listed(list(map(_match, several)), apart)

    def _traits(self, one: Found) -> list[str]:
        if one.kind != PRODUCT:
            return []
        found = [label for what in TRAITS for label, _ in self._ask(APART % what, one.iri)]
        return list(dict.fromkeys(found))


def _own(text: str) -> set[str]:
    """IRIs of things of our own that are named by a text."""
    return {own(kind, text) for kind in ("concept", "product", "substance")}


def listed(several: Sequence[Match], traits: Iterable[Sequence[str]] = repeat(())) -> str:
    """The first few of several things, each with its CURIE and traits; the others are counted."""
    shown = [
        f"{one.label} ({compact(one.iri)}{': ' if own else ''}{', '.join(own)})"
        for one, own in zip(several[:SHOWN], traits, strict=False)
    ]
    more = [f"{len(several) - SHOWN} more"] if len(several) > SHOWN else []
    return ", ".join([*shown, *more])


def _choose(text: str, fit: list[Found]) -> tuple[Found, list[Found], list[Found]]:
    """The likeliest of those that are called so, the others, and those as likely as the first."""
    sought = any(one.kind == SUBSTANCE or (one.kind == PRODUCT and one.curated) for one in fit)

    def rank(one: Found) -> tuple[bool, bool, bool]:
        return (
            one.how not in CODES and spelled(one.name) != spelled(text),
            HOW.index(one.how) >= HOW.index("synonym"),
            sought and _one_of_many(one),
        )

    first, *others = sorted(fit, key=lambda one: (rank(one), -one.curated, -one.facts, one.iri))
    rivals = [
        other
        for other in others
        if rank(other) == rank(first)
        and (
            (other.curated, other.facts) == (first.curated, first.facts)
            or (_one_of_many(first) and _one_of_many(other))
        )
    ]
    return first, others, rivals


def _one_of_many(one: Found) -> bool:
    return one.kind == PRODUCT and not one.curated


def _match(one: Found, others: tuple[Match, ...] = ()) -> Match:
    return Match(one.iri, one.label, one.kind, one.how, others)
