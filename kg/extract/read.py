"""From an indication text to its uses and limits: pure, and the same each time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from kg.extract.found import Limit, Use
from kg.extract.indications.leads import Lead, above_list, begins_uses, below_people, leading
from kg.extract.indications.making import exposed, kept_up, uses_of
from kg.extract.layout.ahead import FAR, Ahead
from kg.extract.layout.cues import (
    abbreviations,
    general,
    headed,
    in_passing,
    is_item,
    is_sentence,
    is_short,
    opened,
    tells_else,
    whole,
)
from kg.extract.layout.germ_lists import GermList
from kg.extract.layout.overall import for_all
from kg.extract.layout.repeated import again, below, below_head, meant, of_class, only_whom
from kg.extract.layout.runs import goes_on_with, parted, told_again, without_next
from kg.extract.layout.titled import Titled
from kg.extract.layout.titles import Title, heads
from kg.extract.limitations.denials import Denials, granted_first
from kg.extract.limitations.known import Known
from kg.extract.names.bracketed import reopened
from kg.extract.names.terms import Terms
from kg.extract.passages import Passage, passages
from kg.extract.phrasing import Phrase, phrases
from kg.extract.rules import lists, turn
from kg.extract.whom.people import People, people

__all__ = ["extract"]

TOLD = 60
"""Characters before a colon in which stands for whom the items behind it are."""


def extract(text: str, terms: Terms) -> tuple[list[Use], list[Limit]]:
    """The uses and limits that an indication text states, in their order.

    :param text: as its source has it; every span of what comes back counts its characters.
    """
    uses, limits = _Reader(text, terms).read()
    return [replace(use, mention=use.mention.closed(text)) for use in uses], limits


class _Read(NamedTuple):
    """A passage and what was made of it: its words, what it was given, its uses and phrases."""

    part: Passage
    said: str
    lead: Lead
    made: list[Use]
    given: list[Phrase]
    stated: bool


class _Reader:
    """The passages of a text, read one after the other.

    What passages leave to those behind them: ``lead``, what a lead-in gives to its items;
    ``listing``, the last that opened a list, which a note may break and a heading resumes;
    ``denials``, that items are limits, ``conditions``, that they narrow the use, and ``aside``,
    that they are what else is done;
    ``pending``, whose disease all that follows is about;
    ``headed`` and ``defined``, a name before a colon, which its items may be kinds or signs of;
    ``title``, a bare name and where it ends, which may be but the heading of what follows.
    """

    def __init__(self, text: str, terms: Terms) -> None:
        self.whole = whole(text)
        self.line = reopened(self.whole, opened(self.whole), terms)
        self.terms = terms
        self.short = abbreviations(self.whole, self.line, terms)
        self.uses: dict[Use, None] = {}
        self.denials = Denials(self.line, terms, self.short, self.whole)
        self.lead: Lead | None = None
        self.heading = People()
        self.defined = self.conditions = self.aside = False
        self.past: Lead | None = None
        self.listing: Lead | None = None
        self.run = ""
        self.sticky = False
        self.pending: tuple[Use, ...] = ()
        self.headed: tuple[Use, ...] = ()
        self.ahead = Ahead(self.line, terms, self.short)
        self.title = Title()
        self.titled = Titled()
        self.germs = GermList(terms, self.whole)

    def read(self) -> tuple[list[Use], list[Limit]]:
        """Read all passages."""
        parts = [one for one in passages(self.whole) if self.line[one.start : one.end].strip()]
        warning = self.whole.lstrip().startswith("WARNING")
        warning = warning or bool(turn("warns").search(self.whole))
        bare = not any(map(self.ahead.stated, parts)) and len(parts) < 30 and not warning
        for number, part in enumerate(parts):
            said = self.line[part.start : part.end]
            self.ahead = replace(self.ahead, later=tuple(parts[number + 1 : number + 1 + FAR]))
            behind = self.ahead.behind
            if turn("is a heading").fullmatch(said) or (
                said.startswith("Limitations") and part.opens and not is_sentence(said)
            ):
                continue
            under = part.glued and re.search(r"(?i)\b(?:diseases|disorders|conditions)$", said)
            begins = turn("begins with a use").match(said)
            above = (
                part.glued and behind and not begins and self.ahead.under(behind, part, self.lead)
            )
            if under or headed(said) or above:
                self.lead = self.listing or Lead(opens=True)
                continue
            tells = self.ahead.stated(part) or begins
            if not tells and self.ahead.heads_people(part, said, self.lead):
                self.heading, self.lead = below_people(part, said, self.lead)
                continue
            first = bare or (not warning and (number == 0 or (not self.uses and number < 3)))
            led = part.item and self._led(part) and self.ahead.heads(part, small=True)
            told = granted_first(self.line, part)
            for one in parted(self.line, part, self.terms, self.short) if led else told:
                self._passage(one, self.line[one.start : one.end], first)
                self.title = self.title if one.end == part.end else Title()
        return for_all(self.whole, parts, self.uses), list(self.denials.found)

    def _passage(self, part: Passage, said: str, first: bool) -> None:
        """Read one passage, by what the passages before it have left open."""
        if going_on := goes_on_with(self.line, part, self.uses):
            before, (part, self.lead) = self.lead, going_on
            self._passage(part, self.line[part.start : part.end], first)
            self.lead = before
            return
        if any(one.take(self.line, part, self.uses) for one in (self.titled, self.germs)):
            return
        conditions = part.item and self.conditions
        if self._is_aside(part, said) or lists("aids").search(said):
            return
        if not conditions and self.denials.take(part, said, self._known()):
            return
        stated = self.ahead.stated(part)
        if self._below_name(part, said, stated):
            return
        if part.opens and not stated and not self.lead and is_short(said):
            self.lead = self.past if self.ahead.heads(part) else None
        broken = self.lead is None or not self.lead.opens
        if not stated and broken and self._goes_on(part, said):
            self.lead = self.listing or Lead(opens=True)
        self.denials.end(part, said, stated)
        if self.denials.take_item(part, self._known()):
            return
        if not stated and part.item and self._led(part) and self.ahead.heads(part, small=True):
            part = without_next(self.line, part)
            said = self.line[part.start : part.end]
        item = stated or (
            not self.ahead.noted(part) and is_item(said, part, self._led(part), first)
        )
        if not item or tells_else(said) or (not stated and self.ahead.discussed(said)):
            if is_sentence(said):
                self.lead = None
            self.defined = self.sticky = part.opens and bool(turn("leads in signs").search(said))
            return
        self._use(part, said, stated)

    def _is_aside(self, part: Passage, said: str) -> bool:
        """Whether a passage refers elsewhere, or is an item of what else is done."""
        refers = re.match(r"(?i)(?:see|if|before|reconsider|risks? of|when patients)\b", said)
        route = bool(turn("tells why by that route").search(said))
        if part.opens:
            self.conditions = bool(turn("leads in conditions").search(said))
        else:
            self.conditions = part.item and self.conditions
        if self.conditions and not part.opens and self.lead and self.lead.uses:
            self.conditions = self.ahead.narrows_only(part, said)
            self.lead = None if is_sentence(said) else self.lead
            return self.conditions
        aside = self.aside and part.item
        self.aside = aside or (
            part.opens and bool(turn("leads in what is done besides").search(said))
        )
        return bool(refers and not self.ahead.stated(part)) or route or aside

    def _below_name(self, part: Passage, said: str, stated: bool) -> bool:
        """Whether an item below a name and a colon tells its signs, and no disease of its own."""
        defined, self.defined = self.defined, False
        below = part.item or (self.sticky and part.opens)
        if not stated and not defined and (whom := [*below_head(self.line, part, self.headed)]):
            self._replace(whom)
            return True
        if defined and below and not stated and not turn("begins with a use").match(said):
            self._replace(below_head(self.line, part, self.headed))
            if self.sticky or not self.ahead.heads(part, small=True):
                self.defined = self.sticky
                return True
            for broad in self.headed:
                self.uses.pop(broad, None)
            self.lead = self.lead or Lead(opens=True)
        self.sticky = False
        return False

    def _known(self) -> Known:
        return Known.of(self.uses, self.line)

    def _goes_on(self, part: Passage, said: str) -> bool:
        """Whether a passage is of the list that a sentence between had broken off."""
        if is_sentence(said):
            return False
        caused = self.uses and turn("is an infection by its cause").match(said)
        if caused and re.match("(?:Other )?Infections ", said):
            return True
        cited = self.uses and turn("ends with a citation").search(self.whole, part.start, part.end)
        return bool(self.listing or caused or cited) and self.ahead.heads(part)

    def _use(self, part: Passage, said: str, stated: bool) -> None:
        """Take the uses of a passage that states them, or names them behind a lead-in."""
        lead = self._lead_of(part, said, stated)
        if part.opens and lead.opens and turn("is as follows").fullmatch(said):
            self.lead = replace(lead, uses=tuple(self.uses))
            return
        if not stated and lead.uses and only_whom(said, lead):
            self._again(part, lead)
            return
        shown = self.ahead.shows(part, said)
        listing = not shown and self.ahead.opens_list(part, said, stated)
        begins = bool(turn("begins with a use").match(said))
        if not stated and listing and not begins and not self.ahead.heads(part, small=part.item):
            self.lead = lead.narrowed(people(said))
            return
        made = uses_of(self.line, part, lead, not stated, not self.uses, self.terms, self.short)
        if not stated and not made and part.item and self.headed:
            made = below(self.line, part, self.headed[-1])
        if not stated and part.opens and turn("begins with patients").match(said) and not self.uses:
            self.pending, self.heading = tuple(made), people(said).over(self.heading)
            return
        kinds = general(said) or turn("names kinds of illness").search(said)
        if listing and made and self.ahead.behind and not kinds:
            listing = not self.ahead.is_people()
        if listing and kinds:
            made = [one for one in made if one.term]
        given = phrases(self.line, part.start, part.end)
        if not stated and part.opens and made and not given and not said.endswith("including"):
            self.defined, self.past, self.headed = True, lead, tuple(made[-1:])
        self.sticky = shown and bool(made)
        self.defined = self.defined or self.sticky
        if stated and not made:
            if in_passing(said):
                return
            made = self._meant(part, said)
        one = _Read(part, said, lead, made, given, stated)
        self._take(one)
        self._lead_in(one, listing)

    def _lead_in(self, one: _Read, listing: bool) -> None:
        """Keep what a passage gives to those behind it."""
        part, said, lead, made, given, stated = one
        gives = part.opens and not made and begins_uses(said)
        if not gives and not stated and part.opens and self.ahead.gives_kind(given, made):
            gives, listing, self.defined = True, bool(made), False
        whom = bool(turn("leads in people").search(said))
        if stated and not part.opens and turn("tells of what is listed").search(said):
            self.heading = people(said).over(self.heading)
        if stated or gives:
            above = self.heading if stated else lead.people
            whom = whom and not turn("leads in either").search(said)
            self.lead = leading(self.line, part, lead, above, made, listing, whom)
            self.lead.within = gives
            if stated and (part.opens or listing):
                self.listing = self.lead
        elif part.opens and whom and self.ahead.narrows(said, made):
            with_ = bool(turn("leads in those with").search(said))
            narrow = leading(self.line, part, lead, lead.people, made, False, with_)
            self.lead = replace(narrow, asks=False)
        elif lead.opens and _opens_people(part, said):
            behind = made[-1].mention.end if made else max(part.start, part.end - TOLD)
            self.lead = lead.narrowed(people(self.line[behind : part.end]))

    def _lead_of(self, part: Passage, said: str, stated: bool) -> Lead:
        """What the passages before it give to a passage."""
        lead = Lead(self.heading) if stated or self.lead is None else self.lead
        if part.glued and not lead.opens:
            lead = Lead(self.heading)
        if _opens_people(part, said) and lead.outer is not None:
            self.lead = lead = lead.widened()
        if lead.within and part.opens and self.ahead.heads(part):
            self.lead = lead = self.listing or Lead(opens=True)
        narrowed = lead.for_whom and lead is not self.listing
        anew = turn("begins with a use").match(said) or turn("begins anew").match(said)
        if narrowed and anew:
            self.lead = lead = self.listing or Lead(opens=True)
        if lead.asks and turn("begins anew").match(said):
            lead = replace(lead, use="", asks=False)
        row = self.whole[: part.start].rstrip().endswith(";")
        row = row and not (self.run == "symptomaticRelief" and said.startswith("in "))
        if not stated and row and not lead.use and not phrases(self.line, part.start, part.end):
            lead = replace(lead, use=self.run)
        return lead

    def _again(self, part: Passage, lead: Lead) -> None:
        """Take the uses of a lead-in for the people of an item, and not the lead-in's alone."""
        self._replace(again(self.line, part, lead))
        if part.opens:
            self.lead = replace(lead, for_whom=True)

    def _replace(self, pairs: Iterable[tuple[Use, Use]]) -> None:
        """Put uses in the place of others."""
        for use, new in pairs:
            self.uses.pop(use, None)
            self.uses[new] = None

    def _meant(self, part: Passage, said: str) -> list[Use]:
        """The use of a disease named before, by a sentence that states one and names none."""
        before = self.pending or tuple(self.uses)
        if part.opens:
            named = (
                re.search(r"\bwith\W*$", said)
                and self.ahead.behind
                and self.ahead.heads(self.ahead.behind)
            )
            if named or not turn("leads in people").search(said):
                return []
        if not before:
            return of_class(self.line, part, self.terms, self.short, self.heading)
        return meant(self.line, part, before, bool(self.pending), self.heading)

    def _take(self, one: _Read) -> None:
        """Take the uses that were made of a passage, and not what was but their heading."""
        part, said, lead, made, given, stated = one
        made = exposed(self.whole, told_again(self.whole, made, self.terms))
        for broad in above_list(self.line, lead, self.listing, stated) if made else ():
            self.uses.pop(broad, None)
        own = stated or given or turn("begins with a use").match(said)
        if made and own and heads(self.title, self.whole, part.start, made, stated):
            for bare in self.title.uses:
                self.uses.pop(bare, None)
        new = tuple(use for use in made if use not in self.uses)
        if part.glued and not stated and is_short(said):
            self.headed = new
        named_only = not stated and not given and is_short(said)
        titled = named_only or (part.opens and not stated and is_short(said))
        self.title = Title(new, part.end, not named_only) if titled else Title()
        if stated or (named_only and new):
            self.titled.under(None if stated else new[-1])
        self.uses.update(dict.fromkeys([*made, *kept_up(self.whole, made)]))
        self.run = made[-1].use if made and not stated else ""

    def _led(self, part: Passage) -> bool:
        return self.lead is not None and (self.lead.opens or part.item)


def _opens_people(part: Passage, said: str) -> bool:
    """Whether a passage leads in others, or tells people and nothing else."""
    return part.opens or bool(turn("heads people").fullmatch(said) and people(said).groups)
