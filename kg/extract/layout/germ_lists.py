"""Germs listed one by one behind "infections caused by the following": each is an infection.

A row of germs within a sentence is but the cause of the infections that the sentence names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.found import Span, Use
from kg.extract.names.germs import by_cause
from kg.extract.names.terms import Terms
from kg.extract.passages import Passage
from kg.extract.rules import turn

__all__ = ["GermList"]

_NAME = r"(?:[A-Z][a-z]{4,}(?:-[A-Z][a-z]{4,})*|[A-Z]\.) (?:species|spp\.?|[a-z]{4,})|Rickettsiae"
_ROW = re.compile(
    rf"\W*(?P<name>{_NAME})(?: (?:subspecies|serotype|group) \w+)?"
    r"(?:\s*\((?P<aside>[^()]*)\))?(?P<joint>\s*[*,;]*\s*(?:and\s+|or\s+)?)"
)
"""A germ by its two names in a row, perhaps with what it brings in brackets."""
_PART = re.compile(r"\s*(?:,\s*(?:and|or)?|\band\b|\bor\b)\s*(?:the\s+)?")


class GermList:
    """Whether the last lead-in lists germs."""

    def __init__(self, terms: Terms, text: str) -> None:
        """For a text with its brackets."""
        self.terms = terms
        self.text = text
        self.within = False

    def take(self, line: str, part: Passage, uses: dict[Use, None]) -> bool:
        """Take the infections by the germs that are all there is of an item.

        :param uses: what the text has told so far.
        """
        said = line[part.start : part.end]
        if part.opens and turn("leads in germs").search(said):
            self.within = True
            return False
        if self.within and part.opens and turn("leads in more germs").fullmatch(said):
            return True
        row = list(self._row(part)) if self.within else []
        if not row:
            self.within = self.within and bool(turn("tells what a germ brings").match(said))
            return False
        span = Span(part.start, part.end)
        for start, end, term in row:
            uses[Use(Span(start, end), term, "treatment", (), span, "germ")] = None
        return True

    def _row(self, part: Passage) -> Iterator[tuple[int, int, str | None]]:
        """The infections of a passage that is a row of germs and no more."""
        found: list[re.Match[str]] = []
        at = part.start
        while one := _ROW.match(self.text, at, part.end):
            found.append(one)
            at = one.end()
        if re.search(r"\w", self.text[at : part.end]) or not found:
            return
        for one in found:
            brought = list(self._brought(one)) if one["aside"] else []
            yield from brought or [self._germ(one["name"], one.start("name"))]

    def _germ(self, name: str, start: int) -> tuple[int, int, str | None]:
        """A germ and its infection; an initial stands for the last genus with it."""
        genera, _, kind = name.partition(" ")
        if genera.endswith("."):
            ahead = re.findall(rf"\b{genera[0]}[a-z]{{4,}}(?= [a-z])", self.text[:start])
            genus = ahead[-1] if ahead else genera
        else:
            genus = genera = genera.partition("-")[0]
        several = not name.startswith(f"{genera} ") and kind
        end = start + len(genera if several else name)
        return start, end, by_cause(f"{genus} {kind}".strip(), self.terms)

    def _brought(self, germ: re.Match[str]) -> Iterator[tuple[int, int, str | None]]:
        """The diseases that a bracket behind a germ names, which may share their last word."""
        at, shared = germ.start("aside"), re.search(r" [a-z]+$", germ["aside"])
        for said in _PART.split(germ["aside"]):
            start = self.text.index(said, at)
            at = start + len(said)
            names = (said, f"{said}{shared.group() if shared else ''}")
            term = next(filter(None, map(self.terms.ground, names)), None)
            if term or (said and self.terms.knows(said)):
                yield start, at, term
