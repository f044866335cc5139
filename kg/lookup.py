"""Find an entity by its name, synonym, code, CURIE or IRI; and find the label of anything.

Matching is exact but for case, diacritics and white space; nothing is guessed. What is not
found is an error that carries the nearest names, and a name of several things says so.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import InputError, UnknownName
from kg.model import Entity, Fact, Passage, Record, Source, SourceVersion
from kg.names import compact, expand, prefixes

if TYPE_CHECKING:
    from kg.store import Queryable

__all__ = ["Lookup", "Match", "fold"]

NAMED = Entity.classes | Source.classes | SourceVersion.classes
KNOWN = NAMED | Fact.classes | Passage.classes | Record.classes
HOW = ("label", "identifier", "synonym", "application number", "mapped identifier")
"""The ways to match, best first: an entity called by its own name goes before a namesake."""

NAMES = """
SELECT ?entity ?how ?name WHERE {
  { VALUES ?name { %s } ?entity a ?name BIND("kind" AS ?how) }
  UNION { ?entity rdfs:label ?name BIND("label" AS ?how) }
  UNION { ?entity skos:altLabel ?name BIND("synonym" AS ?how) }
  UNION { ?entity skos:exactMatch|skos:closeMatch ?name BIND("mapped identifier" AS ?how) }
  UNION {
    ?fact df:applicationNumber ?name ; df:status df:current ; rdf:subject ?entity
    BIND("application number" AS ?how)
  }
}"""
KIND = (
    "SELECT ?entity ?kind ?label WHERE { ?entity a ?kind OPTIONAL { ?entity rdfs:label ?label } }"
)
LABEL = "SELECT ?entity ?label WHERE { ?entity rdfs:label ?label }"
USES = """
SELECT ?entity (COUNT(DISTINCT ?fact) AS ?facts) WHERE {
  { ?fact rdf:subject ?entity } UNION { ?fact rdf:object ?entity }
  ?fact df:status df:current
} GROUP BY ?entity"""
SHOWN = 5
"""How many candidates an error lists before it only counts them."""
LOCAL = {
    "fact:": Fact.classes,
    "evidence:": Passage.classes | Record.classes,
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


def fold(text: str) -> str:
    """A text without its case, diacritics and white space (Unicode NFKD, case-folded)."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return "".join(plain.casefold().split())


class Lookup:
    """Names of a store's entities; the index is built at the first use."""

    def __init__(self, store: Queryable) -> None:
        self._store = store
        self._labels: dict[str, str] = {}

    def find(self, text: str, kinds: Collection[str] | None = None) -> Match:
        """The one thing a text stands for.

        Where several are called so, one called so by its own identifier or label goes before
        a namesake, and then the one that more current facts are about; ``others`` names the rest.

        :param kinds: classes (CURIEs) to accept; all if not given.
        :raises UnknownName: if there is none; carries the nearest names.
        :raises InputError: if it is a thing of another kind, or two are equally likely.
        """
        found = self._by_iri(text, kinds) or self._index.get(fold(text), [])
        fit = [match for match in found if kinds is None or match.kind in kinds]
        if not fit and found and kinds is not None:
            first = found[0]
            wanted = ", ".join(sorted(map(self._noun, kinds)))
            raise InputError(
                f'"{text}" is {first.label} ({self._noun(first.kind)}), not what is asked for',
                mend=f"give one of these: {wanted}",
            )
        if not fit:
            raise UnknownName(f'nothing is called "{text}"', near=self._near(text, kinds))
        return fit[0] if len(fit) == 1 else self._choose(text, fit)

    def label(self, iri: str) -> str:
        """The label of anything in the store, terms of the ontology too; else its CURIE."""
        if iri not in self._labels:
            labels = [label for _, label in self._ask(LABEL, iri)]
            self._labels[iri] = min(labels, default=compact(iri))
        return self._labels[iri]

    def _choose(self, text: str, fit: list[Match]) -> Match:
        facts = {match.iri: sum(int(n) for _, n in self._ask(USES, match.iri)) for match in fit}

        def rank(match: Match) -> tuple[int, int]:
            return HOW.index(match.how) >= HOW.index("synonym"), -facts[match.iri]

        first, *others = sorted(fit, key=lambda match: (*rank(match), match.iri))
        if rank(first) == rank(others[0]):
            shown = [f"{match.label} ({compact(match.iri)})" for match in (first, *others)]
            more = [f"{len(shown) - SHOWN} more"] if len(shown) > SHOWN else []
            names = ", ".join([*shown[:SHOWN], *more])
            raise InputError(f'"{text}" may be any of {names}', mend="give the identifier")
        return Match(first.iri, first.label, first.kind, first.how, tuple(others))

    def _by_iri(self, text: str, kinds: Collection[str] | None) -> list[Match]:
        """What a text stands for as an IRI, a CURIE, or a local name of the kind asked for."""
        local = [prefix for prefix, own in LOCAL.items() if kinds and set(kinds) <= own]
        found = []
        for name in (text, *(prefix + text for prefix in local)):
            prefix = name.partition(":")[0]
            if prefix not in (*prefixes(), "http", "https", "urn"):
                continue
            iri = expand(name)
            for kind, label in self._ask(KIND, iri):
                if (curie := compact(kind)) in KNOWN and (kinds is None or curie in kinds):
                    found.append(Match(iri, label or compact(iri), curie, "identifier"))
        return found[:1]

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
    def _index(self) -> Mapping[str, list[Match]]:
        rows = self._store.run(NAMES % " ".join(sorted(NAMED)))
        assert isinstance(rows, ox.QuerySolutions)
        kinds: dict[str, list[str]] = defaultdict(list)
        names: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for entity, how, name in ([getattr(t, "value", "") for t in row] for row in rows):
            if how == "kind":
                kinds[entity].append(compact(name))
            else:
                forms = _forms(name) if how == "mapped identifier" else {name}
                names[entity] |= {(how, form) for form in forms}
        index: dict[str, dict[str, Match]] = defaultdict(dict)
        for iri, classes in sorted(kinds.items()):
            ways = names[iri] | {("identifier", form) for form in _forms(iri)}
            label = min((name for how, name in ways if how == "label"), default=compact(iri))
            for how, name in sorted(ways, key=lambda way: HOW.index(way[0])):
                index[fold(name)].setdefault(iri, Match(iri, label, min(classes), how))
        return {key: list(found.values()) for key, found in index.items()}

    def _near(self, text: str, kinds: Collection[str] | None) -> tuple[str, ...]:
        keys = [
            key
            for key, found in self._index.items()
            if kinds is None or any(match.kind in kinds for match in found)
        ]
        near = difflib.get_close_matches(fold(text)[:100], keys, n=6, cutoff=0.6)
        labels = [
            match.label
            for key in near
            for match in self._index[key]
            if kinds is None or match.kind in kinds
        ]
        return tuple(dict.fromkeys(labels))[:3]

    def _noun(self, kind: str) -> str:
        return self.label(expand(kind)).lower()


def _forms(iri: str) -> set[str]:
    """An IRI as it may be written: in full, as CURIE, as bare code."""
    curie = compact(iri)
    return {iri, curie, curie.partition(":")[2]} if curie != iri else {iri}
