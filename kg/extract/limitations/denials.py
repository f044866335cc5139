"""What a text takes away, passage by passage: its refusals, and the items that they lead in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kg.extract.found import Limit
from kg.extract.layout.cues import is_sentence
from kg.extract.limitations.known import Known
from kg.extract.limitations.limits import below_people, limits, listed_limits
from kg.extract.limitations.refusals import last_end, refusal
from kg.extract.names.terms import Terms
from kg.extract.passages import Passage
from kg.extract.rules import Rule, turn
from kg.reading.text import brackets

__all__ = ["Denials", "granted_first"]

LEAD_IN = 6
"""Words behind a refusal, below which a colon and not they say what is taken away."""

_ENDED = re.compile(r"(?:[a-z]{2}\.|\.\*+)\s+[A-Z]")
"""Where the sentence of a refusal has ended, for all that its passage goes on."""

_YET = re.compile(
    r",?\s+(?:but|although|though|however,?|whereas|while|and|nor)\s+"
    r"(?=(?:it|they|this|the|its|is|are|was|were|has|have|should|must|does|do|did|will|cannot|there"
    r"|[A-Z][\w-]+)\b)"
)
"""What stands between what a sentence grants and what it takes away."""

_VERB = re.compile(
    r"(?i)\b(?:is|are|was|were|has|have|should|must|may|does|do|did|will|cannot|can)\b"
)

FAR = 10
"""Words before a refusal above which the clause that it denies is another."""


def granted_first(line: str, part: Passage) -> Iterator[Passage]:
    """A passage, or what it grants and then what it takes away with a verb of its own."""
    for cut in _YET.finditer(line, part.start, part.end):
        before = line[part.start : cut.start()]
        bare = "although" in cut.group() and not _VERB.search(before)
        if not (bare or turn("is indicated").search(before)):
            continue
        if turn("is within a relative").search(before):
            continue
        found = refusal(line, cut.end(), part.end)
        if found is None or found[0].gives == "restricted":
            continue
        if refusal(line, part.start, cut.start()):
            continue
        own = line[cut.end() : found[1].end()]
        if _VERB.search(own) and len(own.split()) - len(found[1].group().split()) <= FAR:
            yield part._replace(end=cut.start(), opens=False, glued=False)
            yield part._replace(start=cut.end(), item=False)
            return
    yield part


class Denials:
    """The limits found so far, in their order, and the refusal whose items may follow.

    :param line: the text made plain, and ``short`` the abbreviations that it brings.
    :param whole: the text with its brackets, which the line has lost.
    """

    def __init__(
        self, line: str, terms: Terms, short: Mapping[str, str | None], whole: str
    ) -> None:
        self.line, self.terms, self.short = line, terms, short
        self.whole, self.brackets = whole, tuple(brackets(whole))
        self.found: dict[Limit, None] = {}
        self.open: tuple[int, tuple[Rule, re.Match[str]]] | None = None
        self.loose = self.examples = False

    def take(self, part: Passage, said: str, known: Known) -> bool:
        """Take the limits of a passage; whether it is none but that, and its items with it."""
        self._bracketed(part, known)
        refused = refusal(self.line, part.start, part.end)
        if refused is None:
            return False
        rule, match = refused
        last = tuple(self.found)[-4:]
        last = tuple(one for one in last if last and one.clause == last[-1].clause)
        new = limits(self.line, part.start, part.end, self.terms, self.short, known, last)
        new = below_people(self.line, part.start, new)
        alone = bool(turn("denies by itself").search(match.group()))
        ended = _ENDED.search(self.line, match.end(), part.end)
        apart = rule.gives != "restricted" and not alone and not ended
        if apart and not part.item and self.line.startswith(";", part.end):
            self.open, self.loose, self.examples = (part.start, refused), True, False
        if part.opens and apart:
            self.open, self.loose = (part.start, refused), False
            self.examples = bool(turn("leads in examples").search(said))
            behind = self.line[last_end(self.line, match, part.end) : part.end]
            if len(behind.split()) < LEAD_IN or re.search(r"\b(?:in|for|with)\W*$", behind):
                return True
        before = self.line[part.start : match.start()]
        narrowed = re.search("(?i)indicated|recommended", match.group()) and not re.match(
            "(?i)while|although", said
        )
        within = rule.gives == "restricted" or alone
        states = within and (narrowed or turn("is indicated").search(before))
        if not (states and narrowed and not known):
            self.found.update(dict.fromkeys(new))
        return not states

    def _bracketed(self, part: Passage, known: Known) -> None:
        """Take the limits that stand in a bracket of a passage, as a clause of its own."""
        for start, end in self.brackets:
            blank = part.start <= start < end <= part.end and not self.line[start:end].strip()
            if blank and turn("denies in brackets").match(self.whole, start, end):
                new = limits(self.whole, start, end, self.terms, self.short, known)
                self.found.update(dict.fromkeys(new))

    def take_item(self, part: Passage, known: Known) -> bool:
        """Take the limits of an item of the open refusal; whether there is one."""
        if self.open is None:
            return False
        if self.examples and part.item:
            return True
        start, refused = self.open
        item = part.start, part.end
        more = listed_limits(self.line, start, item, refused, self.terms, self.short, known)
        self.found.update(dict.fromkeys(more))
        return True

    def end(self, part: Passage, said: str, stated: bool) -> None:
        """Close the open refusal, if a passage is no item of it, even one with a full stop."""
        ways = ("begins with people", "begins with a use", "begins with whom")
        item = any(turn(way).match(said) for way in ways)
        other = self.loose and is_sentence(said)
        if stated or other or (not part.item and (is_sentence(said) or not item)):
            self.open = None
