"""What a lead-in or a heading gives to the passages behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kg.extract.found import Use
from kg.extract.passages import Passage
from kg.extract.phrasing import Phrase, also, phrases
from kg.extract.rules import turn
from kg.extract.whom.people import People, people
from kg.extract.whom.qualifiers import qualifiers

__all__ = ["Lead", "above_list", "begins_uses", "below_people", "lead_use", "leading", "use_for"]


@dataclass
class Lead:
    """What a lead-in or a heading gives to what stands behind it.

    :param asks: whether it ends with "in" or "for".
    :param also: the second kind of use that it gives, if it gives two.
    :param resumed: the kind of use that an item behind goes on with by "in the treatment of".
    :param within: whether it stands in a list itself, and leads in a part of it.
    :param outer: its people, where an item has narrowed them for the items below it.
    """

    people: People = People()
    use: str = ""
    uses: tuple[Use, ...] = ()
    opens: bool = False
    for_whom: bool = False
    more: tuple[tuple[str, str], ...] = ()
    general: tuple[Use, ...] = ()
    asks: bool = False
    within: bool = False
    also: str = ""
    resumed: str = ""
    outer: People | None = None

    def narrowed(self, whom: People) -> Lead:
        """The same for the people of an item that leads in others."""
        return replace(self, people=whom.over(self.people), outer=self.people) if whom else self

    def widened(self) -> Lead:
        """The same for all its people again."""
        return self if self.outer is None else replace(self, people=self.outer, outer=None)


def below_people(part: Passage, said: str, lead: Lead | None) -> tuple[People, Lead | None]:
    """The people of a heading, and what a lead-in before it still gives to those below."""
    whom = people(said)
    if lead is None or not part.opens:
        return whom, None
    return whom, replace(lead, people=whom.over(lead.people))


def leading(
    line: str,
    part: Passage,
    lead: Lead,
    above: People,
    made: list[Use],
    listing: bool,
    whom: bool,
) -> Lead:
    """What a passage gives to those behind it.

    :param lead: what was given to the passage itself, and ``above`` to whom its items are.
    :param made: its uses, and ``listing`` whether they are but the kind of those behind it.
    :param whom: whether people stand behind it.
    """
    given = phrases(line, part.start, part.end)
    said = line[part.start : part.end]
    more = qualifiers(line, part.start, part.end, part.end, part.end)
    return Lead(
        people=people(said).over(above),
        use=_use_given(part, given, lead, said) if part.opens or not made else "",
        uses=() if listing else tuple(made),
        opens=part.opens or listing or not made,
        for_whom=whom and bool(made),
        more=tuple(one for one in more if one[0] == "combined") if part.opens else (),
        general=tuple(made) if listing else (),
        also=next((more.rule.gives for one in given for more in also(one)), "")
        or ("treatment" if turn("lessens and keeps").search(said) else ""),
        asks=bool(turn("leads in people").search(said)),
        resumed="adjunct" if turn("adds in the treatment").search(said) else "",
    )


def _use_given(part: Passage, given: list[Phrase], lead: Lead, said: str) -> str:
    """The kind of use that a lead-in gives; a plain one that begins anew ends a special one."""
    plain = given and given[0].start <= part.start + len("the ") and not part.item
    anew = plain or turn("begins a part by its route").match(said)
    return lead_use(given) or ("" if anew else lead.use)


_ON = re.compile(r"in the (?:treatment|management) of\b")
"""How an item goes on with the words that a role was told by."""


def use_for(lead: Lead, said: str) -> str:
    """The kind of use that a lead-in gives to a passage, which may go on with its words."""
    return lead.use or (lead.resumed if _ON.match(said) else "")


def above_list(line: str, lead: Lead, listing: Lead | None, stated: bool) -> tuple[Use, ...]:
    """The general names above a list, which are no uses once the list names what it is of.

    The sentences of a section are the items of what speaks of "the conditions in this section".
    """
    if not stated:
        return lead.general
    found = listing.general if listing else ()
    return tuple(one for one in found if _SECTION.search(line[one.passage.start : one.passage.end]))


_SECTION = re.compile(r"\blisted\b[^.;]{0,20}\b(?:in|below)\b")


def lead_use(given: list[Phrase]) -> str:
    """The kind of use that a lead-in gives to its items."""
    order = (
        *("prevention", "imaging", "diagnosis", "replacement"),
        *("adjunct", "maintenance", "symptomaticRelief"),
    )
    said = {one.rule.gives for one in given}
    return next((use for use in order if use in said), "")


def begins_uses(said: str) -> bool:
    """Whether a lead-in begins the uses behind it anew, by what is done, a role or a route."""
    turns = ("begins with a use", "leads in a role", "begins a part by its route")
    return any(turn(one).match(said) for one in turns)
