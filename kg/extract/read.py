"""From an indication text to its uses and limits: pure, and the same each time."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.extract.cues import abbreviations, general, headed, is_item, is_sentence, opened, whole
from kg.extract.found import Limit, Span, Use
from kg.extract.known import Known
from kg.extract.limits import limits, listed_limits
from kg.extract.making import Lead, kept_up, lead_use, uses_of
from kg.extract.mentions import diseases
from kg.extract.passages import Passage, passages
from kg.extract.people import People, people
from kg.extract.phrasing import Phrase, phrases
from kg.extract.qualifiers import qualifiers
from kg.extract.refusals import last_end, refusal
from kg.extract.rules import Rule, listed, lists, turn
from kg.extract.terms import Terms
from kg.extract.titles import Title, heads, leads_in

__all__ = ["extract"]

LEAD_IN = 6
"""Words behind a refusal, below which a colon and not they say what is taken away."""
SHORT_HEAD = 9
"""Words below which a passage that begins with a disease's name may be a heading."""


def extract(text: str, terms: Terms) -> tuple[list[Use], list[Limit]]:
    """The uses and limits that an indication text states, in their order.

    :param text: as its source has it; every span of what comes back counts its characters.
    """
    return _Reader(text, terms).read()


def _short(said: str) -> bool:
    return len(said.split()) < SHORT_HEAD


class _Reader:
    """The passages of a text, read one after the other.

    What passages leave to those behind them: ``lead``, what a lead-in gives to its items;
    ``listing``, the last that opened a list, which a note may break and a heading resumes;
    ``denied``, that items are limits, and ``conditions``, that they narrow the use;
    ``pending``, whose disease all that follows is about;
    ``headed`` and ``defined``, a name before a colon, which its items may be kinds or signs of;
    ``title``, a bare name and where it ends, which may be but the heading of what follows.
    """

    def __init__(self, text: str, terms: Terms) -> None:
        self.whole = whole(text)
        self.line = opened(self.whole)
        self.terms = terms
        self.short = abbreviations(self.whole, self.line, terms)
        self.uses: dict[Use, None] = {}
        self.limits: dict[Limit, None] = {}
        self.lead: Lead | None = None
        self.heading = People()
        self.denied: tuple[int, tuple[Rule, re.Match[str]]] | None = None
        self.defined = self.conditions = False
        self.past: Lead | None = None
        self.listing: Lead | None = None
        self.run = ""
        self.sticky = False
        self.pending: tuple[Use, ...] = ()
        self.headed: tuple[Use, ...] = ()
        self.behind: Passage | None = None
        self.title = Title()

    def read(self) -> tuple[list[Use], list[Limit]]:
        """Read all passages."""
        parts = list(passages(self.whole))
        warning = self.whole.lstrip().startswith("WARNING")
        warning = warning or bool(turn("warns").search(self.whole))
        bare = not any(map(self._stated, parts)) and len(parts) < 30 and not warning
        for number, part in enumerate(parts):
            said = self.line[part.start : part.end]
            self.behind = behind = parts[number + 1] if number + 1 < len(parts) else None
            if turn("is a heading").fullmatch(said) or (
                said.startswith("Limitations") and part.opens
            ):
                continue
            under = part.glued and re.search(r"(?i)\b(?:diseases|disorders|conditions)$", said)
            if under or headed(said) or (part.glued and behind and self._under(behind)):
                self.lead = self.listing or Lead(opens=True)
                continue
            tells = self._stated(part) or turn("begins with a use").match(said)
            if behind and part.glued and self._stated(behind) and not tells:
                self.heading, self.lead = people(said), None
                continue
            self._passage(
                part,
                said,
                first=bare or (not warning and (number == 0 or (not self.uses and number < 3))),
            )
        return list(self.uses), list(self.limits)

    def _under(self, behind: Passage) -> bool:
        """Whether what is glued to a heading is itself a heading, of a part of it."""
        said = self.line[behind.start : behind.end]
        if turn("begins with a use").match(said):
            return True
        short = len(said.split()) <= 4 and not behind.opens
        return short and (behind.glued or self._heads(behind))

    def _stated(self, part: Passage) -> bool:
        return bool(turn("states a use").search(self.line[part.start : part.end]))

    def _passage(self, part: Passage, said: str, first: bool) -> None:
        """Read one passage, by what the passages before it have left open."""
        refers = re.match(r"(?i)(?:see|if|before|reconsider)\b", said) and not self._stated(part)
        conditions = part.item and self.conditions
        self.conditions = bool(
            turn("leads in conditions").search(said) if part.opens else conditions
        )
        if refers or lists("aids").search(said) or (not conditions and self._refused(part, said)):
            return
        stated = self._stated(part)
        defined, self.defined = self.defined, False
        if defined and part.item and not stated and not turn("begins with a use").match(said):
            if self.sticky or not self._heads(part, small=True):
                self.defined = self.sticky
                return
            for broad in self.headed:
                self.uses.pop(broad, None)
            self.lead = self.lead or Lead(opens=True)
        self.sticky = False
        if part.opens and not stated and not self.lead and self._short_head(part, said):
            self.lead = self.past
        broken = self.lead is None or not self.lead.opens
        if not stated and broken and self._goes_on(part, said):
            self.lead = self.listing or Lead(opens=True)
        if stated or self._ends_denial(part, said):
            self.denied = None
        if self.denied:
            start, refused = self.denied
            item = part.start, part.end
            more = listed_limits(
                self.line, start, item, refused, self.terms, self.short, self._known()
            )
            self.limits.update(dict.fromkeys(more))
            return
        if not stated and part.item and self._led(part) and self._heads(part, small=True):
            part = self._without_next(part, said)
            said = self.line[part.start : part.end]
        telling = lists("telling").search(said) and not (
            turn("is indicated").search(said) or turn("shows an effect").search(said)
        )
        if telling or (not stated and not is_item(said, part, self._led(part), first)):
            if is_sentence(said):
                self.lead = None
            return
        self._use(part, said, stated)

    def _refused(self, part: Passage, said: str) -> bool:
        """Take the limits of a passage; whether it is none but that, and its items with it."""
        refused = refusal(self.line, part.start, part.end)
        if refused is None:
            return False
        known = self._known()
        last = tuple(self.limits)[-4:]
        last = tuple(one for one in last if last and one.clause == last[-1].clause)
        found = limits(self.line, part.start, part.end, self.terms, self.short, known, last)
        alone = turn("denies by itself").search(refused[1].group())
        if part.opens and refused[0].gives != "restricted" and not alone:
            self.denied = part.start, refused
            behind = self.line[last_end(self.line, refused[1], part.end) : part.end]
            if len(behind.split()) < LEAD_IN or re.search(r"\b(?:in|for|with)\W*$", behind):
                return True
        rule, match = refused
        before = self.line[part.start : match.start()]
        narrowed = re.search("(?i)indicated|recommended", match.group()) and not re.match(
            "(?i)while|although", said
        )
        within = rule.gives == "restricted" or alone
        states = within and (narrowed or turn("is indicated").search(before))
        if not (states and narrowed and not known):
            self.limits.update(dict.fromkeys(found))
        return not states

    def _known(self) -> Known:
        return Known.of(self.uses, self.line)

    def _ends_denial(self, part: Passage, said: str) -> bool:
        """Whether a passage is no item of a list of limits, even one with a full stop."""
        ways = ("begins with people", "begins with a use", "begins with whom")
        item = any(turn(way).match(said) for way in ways)
        return not part.item and bool(is_sentence(said) or not item)

    def _goes_on(self, part: Passage, said: str) -> bool:
        """Whether a passage is of the list that a sentence between had broken off."""
        if is_sentence(said):
            return False
        caused = self.uses and turn("is an infection by its cause").match(said)
        if caused and re.match("(?:Other )?Infections ", said):
            return True
        return bool(self.listing or caused) and self._heads(part)

    def _without_next(self, part: Passage, said: str) -> Passage:
        """An item without the sentence that it has run into."""
        verb = turn("has a verb").search(said) if is_sentence(said) else None
        before = said[: verb.start()] if verb else ""
        ends = list(turn("begins another sentence").finditer(before))
        if not ends:
            return part
        return part._replace(end=part.start + len(said[: ends[-1].end()].rstrip()))

    def _short_head(self, part: Passage, said: str) -> bool:
        return _short(said) and self._heads(part)

    def _use(self, part: Passage, said: str, stated: bool) -> None:
        """Take the uses of a passage that states them, or names them behind a lead-in."""
        lead = Lead(self.heading) if stated or self.lead is None else self.lead
        if lead.within and part.opens and self._heads(part):
            self.lead = lead = self.listing or Lead(opens=True)
        if lead.asks and turn("begins anew").match(said):
            lead = replace(lead, use="", asks=False)
        row = self.whole[: part.start].rstrip().endswith(";")
        if not stated and row and not lead.use and not phrases(self.line, part.start, part.end):
            lead = replace(lead, use=self.run)
        if not stated and lead.uses and self._only_whom(part, said, lead):
            self._again(part, said, lead)
            if part.opens:
                self.lead = replace(lead, for_whom=True)
            return
        shown = bool(
            turn("leads in signs").search(said)
            if part.opens
            else turn("leads in causes").search(said)
        )
        below = re.search(r"(?i)\blisted\b[^.;]{0,20}\b(?:below|section)\b", said)
        opens = part.opens or bool(below) or (stated and self._lists(said))
        listing = (
            opens and not shown and bool(turn("leads in diseases").search(said) or general(said))
        )
        if (
            not stated
            and listing
            and not turn("begins with a use").match(said)
            and not self._heads(part)
        ):
            return
        made = uses_of(self.line, part, lead, not stated, not self.uses, self.terms, self.short)
        if not stated and part.opens and turn("begins with patients").match(said) and not self.uses:
            self.pending, self.heading = tuple(made), people(said).over(self.heading)
            return
        if listing and made and self.behind and not general(said):
            listing = not turn("tells people by a disease").match(self.line, self.behind.start)
        if listing and general(said):
            made = [one for one in made if one.term]
        whom = bool(turn("leads in people").search(said))
        items_say = bool(turn("leads in either").search(said))
        if not stated and part.opens and made and not phrases(self.line, part.start, part.end):
            self.defined, self.past, self.headed = True, lead, tuple(made[-1:])
        self.sticky = shown and bool(made)
        self.defined = self.defined or self.sticky
        named = re.search(r"\bwith\W*$", said) and self.behind and self._heads(self.behind)
        meant = not part.opens or (whom and not named)
        if stated and not made and (self.uses or self.pending) and meant:
            made = self._meant(part, said)
        if made and not stated:
            for broad in lead.general:
                self.uses.pop(broad, None)
        given = phrases(self.line, part.start, part.end)
        own = stated or given or turn("begins with a use").match(said)
        if made and own and heads(self.title, self.whole, part.start, made, stated):
            for bare in self.title.uses:
                self.uses.pop(bare, None)
        new = tuple(one for one in made if one not in self.uses)
        named_only = not stated and not given and _short(said)
        self.title = Title(new, part.end) if named_only else Title()
        self.uses.update(dict.fromkeys([*made, *kept_up(self.whole, made)]))
        self.run = made[-1].use if made and not stated else ""
        gives = bool(part.opens and not made and turn("begins with a use").match(said))
        if not gives and not stated and part.opens and self._gives_kind(given, made):
            gives, listing, self.defined = True, bool(made), False
        if stated or gives:
            above = self.heading if stated else lead.people
            self.lead = self._leading(part, lead, above, made, listing, whom and not items_say)
            self.lead.within = gives
            if stated and (part.opens or listing):
                self.listing = self.lead

    def _lists(self, said: str) -> bool:
        """Whether a sentence with a full stop leads in the names of diseases behind it."""
        if self.behind is None or not turn("speaks of the following").search(said):
            return False
        item = self.line[self.behind.start : self.behind.end]
        return not is_sentence(item) and self._heads(self.behind)

    def _gives_kind(self, given: list[Phrase], made: list[Use]) -> bool:
        """Whether a lead-in says how the drug is used in the diseases that follow it."""
        if self.behind is None or not leads_in(given, made):
            return False
        whom = turn("begins with whom it is for").match(self.line, self.behind.start)
        return bool(whom) or self._heads(self.behind, small=True)

    def _leading(
        self,
        part: Passage,
        lead: Lead,
        above: People,
        made: list[Use],
        listing: bool,
        whom: bool,
    ) -> Lead:
        """What a passage gives to those behind it."""
        given = phrases(self.line, part.start, part.end)
        more = qualifiers(self.line, part.start, part.end, part.end, part.end)
        return Lead(
            people=people(self.line[part.start : part.end]).over(above),
            use=(lead_use(given) or lead.use) if part.opens or not made else "",
            uses=() if listing else tuple(made),
            opens=part.opens or listing or not made,
            for_whom=whom and bool(made),
            more=tuple(one for one in more if one[0] == "combined") if part.opens else (),
            general=tuple(made) if listing else (),
            also=next((one.rule.also for one in given if one.rule.gives == "maintenance"), ""),
            asks=bool(turn("leads in people").search(self.line[part.start : part.end])),
        )

    def _heads(self, part: Passage, small: bool = False) -> bool:
        """Whether a passage begins with the name of a disease."""
        own = diseases(self.line, part.start, part.end, self.terms, self.short)
        if not own or not (small or self.line[part.start].isupper()):
            return False
        before = re.findall(r"\w+", self.line[part.start : own[0].start].lower())
        return all(word in listed("degrees") or word in ("and", "or", "to") for word in before)

    def _led(self, part: Passage) -> bool:
        return self.lead is not None and (self.lead.opens or part.item)

    def _only_whom(self, part: Passage, said: str, lead: Lead) -> bool:
        """Whether an item only says for whom its lead-in's uses are."""
        if (
            not lead.opens
            or turn("begins with a use").match(said)
            or turn("tells a use").search(said)
        ):
            return False
        return (
            lead.for_whom or bool(turn("begins with people").match(said)) or bool(people(said).age)
        )

    def _again(self, part: Passage, said: str, lead: Lead) -> None:
        """The uses of the lead-in for the people of an item; not the lead-in's alone."""
        wide = people(said).over(lead.people)
        given = {one.rule.gives for one in phrases(self.line, part.start, part.end)}
        for use in lead.uses:
            self.uses.pop(use, None)
            kind_of = "adjunct" if "adjunct" in given and use.use == "treatment" else use.use
            kept = [
                pair for pair in use.qualifiers if pair[0] not in ("groups", "age", "weight", "sex")
            ]
            more = qualifiers(self.line, part.start, part.end, part.start, part.start)
            pairs = tuple(sorted({*kept, *more, *wide.qualifiers}))
            span = Span(part.start, part.end)
            self.uses[Use(use.mention, use.term, kind_of, pairs, span, use.rule)] = None

    def _meant(self, part: Passage, said: str) -> list[Use]:
        """The disease named before, where a sentence states a use and names none."""
        last = self.pending[-1] if self.pending else list(self.uses)[-1]
        given = phrases(self.line, part.start, part.end)
        use = "maintenance" if any(one.rule.name == "maintenance" for one in given) else last.use
        if self.pending:
            use = lead_use(given) or use
        pairs = {*people(said).over(self.heading).qualifiers}
        pairs |= {*qualifiers(self.line, part.start, part.end, part.start, part.start)}
        span = Span(part.start, part.end)
        return [Use(last.mention, last.term, use, tuple(sorted(pairs)), span, "meant")]
