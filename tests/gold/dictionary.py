"""The plain baseline: the longest names of diseases in the text, each a treatment of the drug.

Names are the labels and exact synonyms of MONDO, then of HP's abnormalities, without regard to
case; what is written in capitals alone is met in capitals alone. From left to right the longest
name wins. No population, no limit, no negation: what reading adds shows against this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.extract.found import Span, Use
from kg.sources import hp, mondo, obo

__all__ = ["Dictionary"]

ROOTS = {mondo: "MONDO:0000001", hp: "HP:0000118"}
"""Below which a term is a disease, or an abnormality."""

_WORD = re.compile(r"\w+")


class Dictionary:
    """Names and what they are names of.

    :param names: pairs of a name and a CURIE; of a name that comes twice the first counts.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._terms: dict[tuple[str, ...], tuple[str, str]] = {}
        for name, term in names:
            words = tuple(_WORD.findall(name.casefold()))
            if words:
                self._terms.setdefault(words, (name, term))
        self._longest: dict[str, int] = {}
        for words in self._terms:
            self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))

    @classmethod
    def read(cls, folder: Path) -> Dictionary:
        """The names of the two ontologies as their publishers' files have them."""
        return cls(_names(folder))

    def __len__(self) -> int:
        return len(self._terms)

    def uses(self, text: str) -> list[Use]:
        """Each name in a text, as a treatment."""
        return list(self._found(text))

    def _found(self, text: str) -> Iterator[Use]:
        words = list(_WORD.finditer(text))
        folded = [word.group().casefold() for word in words]
        whole, at = Span(0, len(text)), 0
        while at < len(words):
            step = 1
            longest = self._longest.get(folded[at], 0)
            for end in range(min(at + longest, len(words)), at, -1):
                span = Span(words[at].start(), words[end - 1].end())
                name, term = self._terms.get(tuple(folded[at:end]), ("", ""))
                if term and (not name.isupper() or name == text[span.start : span.end]):
                    yield Use(span, term, "treatment", (), whole, "longest name")
                    step = end - at
                    break
            at += step


def _names(folder: Path) -> Iterator[tuple[str, str]]:
    for module, root in ROOTS.items():
        ontology = obo.read(next(folder.glob(module.GLOB)))
        terms = [ontology.terms[id] for id in sorted(obo.below(ontology, root) - {root})]
        kept = [term for term in terms if not term.obsolete]
        yield from ((term.name, term.id) for term in kept)
        yield from ((name, term.id) for term in kept for name in term.exact)
