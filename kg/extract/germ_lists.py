"""Germs listed one by one behind "infections caused by the following": each is an infection.

A row of germs within a sentence is but the cause of the infections that the sentence names.
"""

from __future__ import annotations

import re

from kg.extract.found import Span, Use
from kg.extract.germs import by_cause
from kg.extract.passages import Passage
from kg.extract.rules import turn
from kg.extract.terms import Terms

__all__ = ["GermList"]

_GERM = re.compile(r"\W*(?P<name>[A-Z][a-z]{4,} (?:species|spp|[a-z]{4,}))\W*")
"""A germ by its two names, and nothing else."""


class GermList:
    """Whether the last lead-in lists germs."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.within = False

    def take(self, line: str, part: Passage, uses: dict[Use, None]) -> bool:
        """Take the infection by the germ that is all there is of an item.

        :param uses: what the text has told so far.
        """
        said = line[part.start : part.end]
        if turn("leads in germs").search(said) and part.opens:
            self.within = True
            return False
        named = _GERM.fullmatch(said) if self.within else None
        if named is None:
            self.within = False
            return False
        at = part.start + named.start("name")
        span, term = Span(at, at + len(named["name"])), by_cause(named["name"], self.terms)
        uses[Use(span, term, "treatment", (), Span(part.start, part.end), "germ")] = None
        return True
