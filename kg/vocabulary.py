"""What the public vocabularies say a name or a code stands for.

Precision before recall: a name answers only if it stands for exactly one thing in force. The
label of one disease goes before the synonym of another, since a synonym may be loose
("SMA" is a synonym in Mondo, and a label nowhere).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.names import expand
from kg.sources.obo import Ontology
from kg.sources.unii import Substances
from kg.sssom import Mapping

__all__ = ["Vocabulary", "fold", "plain"]

EXACT = "skos:exactMatch"
SPELT = {"MESH": "mesh", "ORPHA": "Orphanet", "ORPHANET": "Orphanet", "UMLS_CUI": "UMLS"}
"""Prefixes as sources write them, where ``ontology/context.jsonld`` writes them otherwise."""


ABBREVIATED = frozenset("ANDA BLA IM IV NDA OTC".split())
"""Abbreviations among the terms of registers; all else in capitals there is plain words."""

_WORD = re.compile(r"\w+")


def plain(term: str) -> str:
    """A register's term in lower case but for abbreviations: ``KIT``, ``Kit``, ``kit`` are one."""

    def lower(word: re.Match[str]) -> str:
        return word[0].upper() if word[0].upper() in ABBREVIATED else word[0].lower()

    return _WORD.sub(lower, term)


def fold(name: str) -> str:
    """A name without its case and its surplus white space."""
    return " ".join(name.casefold().split())


@dataclass
class Vocabulary:
    """Names and codes of diseases, phenotypes, genes and substances."""

    substances: Substances = field(default_factory=Substances)
    _labels: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _synonyms: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _codes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    phenotype_names: dict[str, str] = field(default_factory=dict)
    """Names of the HP terms in force, by id."""
    _phenotypes: dict[str, str] = field(default_factory=dict)
    _genes: dict[str, str] = field(default_factory=dict)

    def add_diseases(self, ontology: Ontology, matches: Iterable[Mapping]) -> None:
        """Take up the terms of Mondo that are in force, and the codes that match them exactly."""
        for term in ontology.terms.values():
            if term.obsolete or not term.id.startswith("MONDO:"):
                continue
            iri = expand(term.id)
            self._codes[term.id].add(iri)
            self._labels[fold(term.name)].add(iri)
            for text in term.exact:
                self._synonyms[fold(text)].add(iri)
        for one in matches:
            if one.predicate_id == EXACT:
                self._codes[one.object_id].add(expand(one.subject_id))

    def add_phenotypes(self, ontology: Ontology) -> None:
        """Take up the terms of HP that are in force, under their ids and their former ids."""
        for term in ontology.terms.values():
            if not term.obsolete and term.id.startswith("HP:"):
                self.phenotype_names[term.id] = term.name
                for code in (*term.alt_ids, term.id):
                    self._phenotypes[code] = expand(term.id)

    def add_gene(self, iri: str, symbol: str) -> None:
        """Take up a gene under its approved symbol."""
        self._genes[symbol] = iri

    def diseases(self, text: str) -> tuple[str, ...]:
        """IRIs of the diseases that a code or name stands for, sorted: none, one, or several."""
        prefix, colon, code = text.partition(":")
        if colon and " " not in text:
            return tuple(sorted(self._codes.get(f"{SPELT.get(prefix, prefix)}:{code}", ())))
        key = fold(text)
        labelled = self._labels.get(key, set())
        return tuple(sorted(labelled or self._synonyms.get(key, set())))

    def phenotype(self, curie: str) -> str | None:
        """The IRI of the HP term in force that an id stands for, or None."""
        return self._phenotypes.get(curie)

    def gene(self, symbol: str) -> str | None:
        """The IRI of the gene with an approved symbol, or None."""
        return self._genes.get(symbol)

    def uniis(self, name: str) -> tuple[str, ...]:
        """The UNIIs that a name stands for; one alone if it is that substance's display name."""
        found = self.substances.find(name)
        if len(found) > 1:
            shown = [one for one in found if fold(self.substances.display[one]) == fold(name)]
            return tuple(shown) if len(shown) == 1 else found
        return found
