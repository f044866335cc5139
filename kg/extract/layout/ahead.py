"""What stands behind a passage, and what of it the passage leads in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kg.extract.found import Use
from kg.extract.indications.leads import Lead
from kg.extract.layout.cues import general, in_passing, is_sentence, is_short
from kg.extract.layout.titles import leads_in
from kg.extract.names.mentions import diseases
from kg.extract.names.terms import Terms
from kg.extract.passages import Passage
from kg.extract.phrasing import Phrase
from kg.extract.rules import listed, lists, turn

__all__ = ["FAR", "Ahead"]

FAR = 4
"""Passages within which the first item of a list may stand, behind a sentence that speaks of it."""


@dataclass(frozen=True)
class Ahead:
    """A place in a text: the passages behind the one that is read, the next of them first."""

    line: str
    terms: Terms
    short: Mapping[str, str | None]
    later: tuple[Passage, ...] = ()

    @property
    def behind(self) -> Passage | None:
        """The next passage."""
        return self.later[0] if self.later else None

    def under(self, behind: Passage, part: Passage, lead: Lead | None) -> bool:
        """Whether what is glued to a heading is itself a heading, of a part of it.

        :param part: what may be the heading, and ``lead`` what a list that it stands in gives.
        """
        said = self.line[behind.start : behind.end]
        if turn("begins with a use").match(said):
            return True
        led = lead is not None and lead.opens
        if led and self.heads(part, small=True) and not general(self.line[part.start : part.end]):
            return False
        short = len(said.split()) <= 4 and not behind.opens
        return short and (behind.glued or self.heads(behind))

    def stated(self, part: Passage) -> bool:
        """Whether a passage says that the drug is for something."""
        said = self.line[part.start : part.end]
        return bool(turn("states a use").search(said)) or in_passing(said)

    def noted(self, part: Passage) -> bool:
        """Whether a passage is but a remark on what was said."""
        return bool(turn("is but noted").search(self.line, max(0, part.start - 12), part.start))

    def discussed(self, said: str) -> bool:
        """Whether a short passage is but the heading of a sentence that states no use."""
        if not is_short(said) or self.behind is None or self.stated(self.behind):
            return False
        behind = self.line[self.behind.start : self.behind.end]
        warns = turn("cautions").search(behind) or turn("is of how often it comes").match(behind)
        names = re.findall(r"[a-z]{5,}", said.lower())
        return bool(warns and names and names[-1] in behind.lower())

    def narrows_only(self, part: Passage, said: str) -> bool:
        """Whether an item behind "in patients with A who" tells no more than which of them."""
        own = turn("begins with a use").match(said) or turn("is another item of people").match(said)
        titled = re.match("[A-Z][a-z]", said) and not part.item
        titled = titled or (re.match("[A-Z][a-z]", said) and self.leads_people())
        return not own and not titled and not self.stated(part)

    def leads_people(self) -> bool:
        """Whether the next passage tells people, as it does below the name of their disease."""
        whom = turn("is another item of people")
        return self.behind is not None and bool(whom.match(self.line, self.behind.start))

    def heads_people(self, part: Passage, said: str, lead: Lead | None) -> bool:
        """Whether a passage is a heading, and no more than that of whom it is about.

        The items of a lead-in that has named its uses are the people of those.
        """
        if self.behind is None:
            return False
        glued = part.glued and self.stated(self.behind)
        named = lead is not None and bool(lead.uses) and (lead.opens or part.item)
        leads = not named and (part.opens or self.stated(self.behind))
        return glued or (leads and bool(turn("heads people").fullmatch(said)))

    def is_people(self) -> bool:
        """Whether the next passage tells people by their disease."""
        turned = turn("tells people by a disease")
        return self.behind is not None and bool(turned.match(self.line, self.behind.start))

    def narrows(self, said: str, made: list[Use]) -> bool:
        """Whether an item leads in the people whom its own uses are for."""
        if not made or turn("leads in either").search(said):
            return False
        last = made[-1].mention
        return not lists("measures").fullmatch(self.line, last.start, last.end)

    def shows(self, part: Passage, said: str) -> bool:
        """Whether signs or causes stand behind a passage, and no diseases of their own."""
        if not part.opens:
            return bool(turn("leads in causes").search(said))
        hurts = self.behind and turn("names what hurts").match(self.line, self.behind.start)
        if hurts and turn("leads in what hurts").search(said):
            return True
        return bool(turn("leads in signs").search(said))

    def opens_list(self, part: Passage, said: str, stated: bool) -> bool:
        """Whether the diseases stand behind a passage."""
        if turn("leads in conditions").search(said):
            return False
        below = re.search(r"(?i)\blisted\b[^.;]{0,20}\b(?:below|section)\b", said)
        lists_behind = stated and self.lists_behind(said)
        opens = part.opens or below or lists_behind
        kinds = turn("leads in diseases").search(said) or general(said)
        whose = stated and part.opens and turn("leads in uses for people").search(said)
        return bool((opens and kinds) or lists_behind or whose)

    def lists_behind(self, said: str) -> bool:
        """Whether a sentence with a full stop leads in the names of diseases behind it."""
        if not turn("speaks of the following").search(said):
            return False
        items = [one for one in self.later if not is_sentence(self.line[one.start : one.end])]
        whose = turn("begins with whose it is")
        kinds = turn("names kinds of illness").search(said)
        return any(
            self.heads(one, small=one.item) or (kinds and whose.match(self.line, one.start))
            for one in items
        )

    def gives_kind(self, given: list[Phrase], made: list[Use]) -> bool:
        """Whether a lead-in says how the drug is used in the diseases that follow it."""
        if self.behind is None or not leads_in(given, made):
            return False
        whom = turn("begins with whom it is for").match(self.line, self.behind.start)
        return bool(whom) or self.is_people() or self.heads(self.behind, small=True)

    def heads(self, part: Passage, small: bool = False) -> bool:
        """Whether a passage begins with the name of a disease."""
        own = diseases(self.line, part.start, part.end, self.terms, self.short)
        if not own or not (small or self.line[part.start].isupper()):
            return False
        ahead = turn("is a time of it and of").sub(" ", self.line[part.start : own[0].start])
        before = re.findall(r"\w+", ahead.lower())
        return all(word in listed("degrees") or word in ("and", "or", "to") for word in before)
