"""Whose label a US indication section is: a product of the registers, or one known by its label.

The list of substances that comes with a section counts parts of kits, so it never names the
drug. The text does: by a name that a register has, at its very beginning or, further on, where
the list agrees; or by a name that no register has, in capitals as the subject of its first words.
A name of several products tells the substance only; the product is then the one that bears this
label, whichever that is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.products import Called
from kg.sources.label_sections import Indications
from kg.vocabulary import fold

__all__ = ["Drug", "Labels"]

BEGINNING = 12
"""Characters behind a heading within which a text names its own drug."""
_HEADING = re.compile(
    r"(?i)\W*(?:(?:\d+(?:\.\d+)*\s+)?(?:indications?(?:\s+(?:and|&)\s+usages?)?\b|uses?:)\W*)*(?:\d+(?:\.\d+)*\s+)?"
)
_WORD = re.compile(r"[^\W_][\w'-]*")
_SUBJECT = re.compile(
    r"(?P<name>[A-Z][A-Z0-9-]{3,}(?: [A-Z][A-Z0-9-]{1,})?)(?:\s*[®™])?(?:,?\s+\([^)]{1,80}\))?,?\s+"
    r"(?:\w+\s+)?(?:is|are|tablets|capsules|injection|cream|gel|oral|in combination)\b"
)
"""How a text begins whose subject is a product: "EXAMPLIX (examplin) is …"."""
_TITLES = frozenset("TREATMENT PREVENTION USES USAGE LIMITATIONS THIS THESE".split())
SHORTEST = 4
"""Letters of the shortest name that is looked for."""


@dataclass(frozen=True)
class Drug:
    """The drug of a label.

    :param product: IRI of the product of a register, or None if several bear the name.
    :param name: as the text spells it.
    :param substances: IRIs of what it contains by the registers, where they agree.
    """

    product: str | None
    name: str
    substances: frozenset[str]


class Labels:
    """Finds the drug of a section.

    :param called: the products of an authority's registers by folded name.
    """

    def __init__(self, called: Mapping[str, Iterable[Called]]) -> None:
        self._called = {
            name: list(found) for name, found in called.items() if len(name) >= SHORTEST
        }
        self._starts: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._called, key=lambda one: (-len(one), one)):
            if word := _WORD.match(name):
                self._starts[word.group()].append(name)

    def drug(self, row: Indications) -> Drug | None:
        """The drug whose label a section is, or None if the text does not tell."""
        start = _HEADING.match(row.text)
        begins = (start.end() if start else 0) + BEGINNING
        listed = {fold(name).partition(" ")[0] for name in row.listed}
        for place, spelt, name in self._named(row.text):
            found = self._called[name]
            agreed = [one for one in found if one.words and one.words <= listed]
            if agreed or place <= begins:
                return _drug(spelt, agreed or found)
        return self._unregistered(row, start.end() if start else 0)

    def _unregistered(self, row: Indications, begins: int) -> Drug | None:
        """A drug that no register has: by its own text, or the one substance that both name."""
        named = _SUBJECT.match(row.text, begins)
        if named and not _TITLES & set(named["name"].split()):
            return Drug(None, named["name"].capitalize(), frozenset())
        return Drug(None, row.about.capitalize(), frozenset()) if row.about else None

    def _named(self, text: str) -> Iterator[tuple[int, str, str]]:
        """Each name of a product in a text, the longest at its place: where, as spelt, folded."""
        for match in _WORD.finditer(text):
            for name in self._starts.get(match.group().lower(), ()):
                end = match.start() + len(name)
                spelt = text[match.start() : end]
                if fold(spelt) == name and not text[end : end + 1].isalnum():
                    yield match.start(), spelt, name
                    break


def _drug(spelt: str, found: list[Called]) -> Drug:
    products = {one.product for one in found}
    contents = {one.substances for one in found}
    return Drug(
        next(iter(products)) if len(products) == 1 else None,
        spelt.capitalize() if spelt.isupper() else spelt,
        next(iter(contents)) if len(contents) == 1 else frozenset(),
    )
