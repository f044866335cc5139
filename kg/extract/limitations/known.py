"""What a text has said that a drug is for, before it takes something away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from kg.extract.found import Use
from kg.extract.names.mentions import Disease
from kg.extract.phrasing import phrases
from kg.extract.rules import turn

__all__ = ["Known"]


@dataclass(frozen=True)
class Known:
    """The diseases that a text has said its drug is for.

    :param names: their terms and their words in small letters.
    :param uses: the kinds of use of each.
    :param said: the words of the passages that say so.
    """

    names: frozenset[str] = frozenset()
    uses: Mapping[str, frozenset[str]] = field(default_factory=dict)
    said: str = ""

    @classmethod
    def of(cls, uses: Iterable[Use], line: str) -> Self:
        """What the uses found in a line say."""
        told: dict[str, set[str]] = {}
        passages = {}
        for use in uses:
            words = line[use.mention.start : use.mention.end].lower()
            for name in filter(None, (use.term, words)):
                told.setdefault(name, set()).add(use.use)
            passages[use.passage] = line[use.passage.start : use.passage.end].lower()
        kinds = {name: frozenset(each) for name, each in told.items()}
        return cls(frozenset(told), kinds, " ".join(passages.values()))

    def __bool__(self) -> bool:
        return bool(self.names)

    def has(self, line: str, one: Disease) -> bool:
        """Whether a name in the line is of a disease that the drug is for, or of its kind."""
        if turn("is not of that name").search(line, max(0, one.start - 30), one.start):
            return False
        words = line[one.start : one.end].lower()
        known = one.term in self.names or words in self.names
        return known or any(name.endswith(f" {words}") for name in self.names)

    def tells(self, line: str, one: Disease) -> bool:
        """Whether what the drug is for is said with that name, as a background or as itself."""
        words = re.escape(line[one.start : one.end].lower())
        return bool(re.search(rf"\b{words}\b", self.said))

    def akin(self, line: str, one: Disease) -> bool:
        """Whether a name shares the beginning of a word with what the drug is for."""
        words = re.findall(r"\b(?!diseas|disord|syndr)[a-z]{5}", line[one.start : one.end].lower())
        return any(re.search(rf"\b{word}", self.said) for word in words)

    def spells(self, line: str, one: Disease) -> bool:
        """Whether all longer words of a name stand somewhere in what the drug is for."""
        words = re.findall(r"\b[a-z]{4,}", line[one.start : one.end].lower())
        return bool(words) and all(re.search(rf"\b{word}", self.said) for word in words)

    def shortens(self, line: str, one: Disease) -> bool:
        """Whether a name is but the first letters of what stands in what the drug is for."""
        letters = re.sub(r"[^A-Za-z]", "", line[one.start : one.end]).lower()
        joint = r"[a-z]*[\s-]+(?:(?:with|of|and|the|in)\s+)?"
        return len(letters) > 2 and bool(re.search(rf"\b{joint.join(letters)}", self.said))

    def behind(self, line: str, one: Disease) -> bool:
        """Whether a name is of what those have who get the drug for another illness."""
        words = set(re.findall(r"\b[a-z]{4,}", line[one.start : one.end].lower()))
        if not words:
            return self.shortens(line, one) and not self.has(line, one)
        uses = {word for name in self.names for word in re.findall(r"[a-z]{4,}", name)}
        return len(words) > 1 and self.spells(line, one) and words & uses <= _ANY

    def _wider(self, words: str) -> frozenset[str]:
        """The kinds of use of the diseases whose name has those words and more."""
        said = re.compile(rf"\b{re.escape(words)}\b")
        return frozenset(use for name in self.uses if said.search(name) for use in self.uses[name])

    def otherwise(
        self, line: str, one: Disease, start: int, use: str = "", attacks: bool = False
    ) -> bool:
        """Whether the phrase before a name tells another kind of use than the drug has for it.

        :param use: what a refusal itself tells ("does not prevent").
        :param attacks: whether but a part of the disease is meant: to treat it is what one who
            keeps it at bay does besides.
        """
        words = line[one.start : one.end].lower()
        core = _TURN.sub("", words)
        has = self.uses.get(one.term or words) or self.uses.get(core) or self._wider(core)
        given = phrases(line, start, one.start)
        if not has or not (given or use):
            return False
        use = given[-1].rule.gives if given else use
        apart = _APART - {"maintenance"} if attacks else _APART
        return use not in has and bool({use, *has} & apart)


_TURN = re.compile(r"^(?:active|acute|established|existing|symptomatic)\s+")
"""How a turn of a disease is told before its name."""

_ANY = frozenset(("disease", "disorder", "syndrome"))
"""Words that names of illnesses share for nothing."""

_APART = frozenset(("prevention", "diagnosis", "imaging", "maintenance"))
"""Kinds of use of which none is a part of another."""
