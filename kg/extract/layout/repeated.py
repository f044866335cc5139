"""Uses of a disease that an earlier passage has named: for whom an item says, or what is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kg.extract.found import Span, Use
from kg.extract.indications.leads import Lead, lead_use
from kg.extract.names.mentions import diseases
from kg.extract.names.terms import Terms
from kg.extract.passages import Passage
from kg.extract.phrasing import Phrase, phrases
from kg.extract.rules import turn
from kg.extract.whom.people import People, people
from kg.extract.whom.qualifiers import qualifiers

__all__ = ["again", "below", "below_head", "meant", "of_class", "only_whom"]

_DONE = re.compile(r"(?i)\b(?:treatment|management|relief|prevention|prophylaxis) of$")
"""The end of a phrase behind which the disease itself stands."""
_TREATED = re.compile(r"(?i)\b(?:treatment|management) of$")
"""The end of one that says more than relief."""
NEAR = 4
"""Characters between a name with its colon and what is said of it."""

_OF_PEOPLE = ("groups", "age", "weight", "sex")


def only_whom(said: str, lead: Lead) -> bool:
    """Whether an item only says for whom its lead-in's uses are."""
    tells = turn("begins with a use").match(said) or turn("tells a use").search(said)
    if not lead.opens or tells:
        return False
    return lead.for_whom or bool(turn("begins with people").match(said) or people(said).age)


def again(line: str, part: Passage, lead: Lead) -> Iterator[tuple[Use, Use]]:
    """Each use of a lead-in, with the same for the people of an item."""
    wide = people(line[part.start : part.end]).over(lead.people)
    given = {one.rule.gives for one in phrases(line, part.start, part.end)}
    more = qualifiers(line, part.start, part.end, part.start, part.start)
    span = Span(part.start, part.end)
    for use in lead.uses:
        kind = "adjunct" if "adjunct" in given and use.use == "treatment" else use.use
        kept = [pair for pair in use.qualifiers if pair[0] not in _OF_PEOPLE]
        pairs = tuple(sorted({*kept, *more, *wide.qualifiers}))
        yield use, Use(use.mention, use.term, kind, pairs, span, use.rule)


def below_head(line: str, part: Passage, headed: tuple[Use, ...]) -> Iterator[tuple[Use, Use]]:
    """The uses of a name and a colon, for the people that alone are told behind it."""
    said = line[part.start : part.end]
    near = headed and 0 <= part.start - headed[-1].passage.end <= NEAR
    if near and turn("begins in people").match(said) and only_whom(said, Lead(opens=True)):
        yield from again(line, part, Lead(uses=headed))


def below(line: str, part: Passage, head: Use) -> list[Use]:
    """The uses of the disease of a heading that an item below it tells without its name."""
    given = {
        "symptomaticRelief": turn("reduces its symptoms").match(line, part.start, part.end),
        "treatment": turn("brings it to rest").search(line, part.start, part.end),
        "maintenance": turn("keeps it away").search(line, part.start, part.end),
    }
    more = qualifiers(line, part.start, part.end, part.start, part.start)
    pairs = tuple(sorted({*more, *people(line[part.start : part.end]).qualifiers}))
    span = Span(part.start, part.end)
    return [
        Use(head.mention, head.term, kind, pairs, span, "below")
        for kind, said in given.items()
        if said
    ]


def meant(
    line: str, part: Passage, before: tuple[Use, ...], pending: bool, heading: People
) -> list[Use]:
    """The diseases named last, where a sentence states a use and names none.

    :param pending: whether they stand without a use, so that the sentence gives it.
    """
    given = phrases(line, part.start, part.end)
    if not pending and any(_of_another(line, part, one) for one in given):
        return []
    whom = people(line[part.start : part.end]).over(heading)
    pairs = {*whom.qualifiers}
    pairs |= {*qualifiers(line, part.start, part.end, part.start, part.start)}
    span = Span(part.start, part.end)
    return [
        Use(one.mention, one.term, kind, _with_its_people(one, pairs, whom), span, "meant")
        for one in before
        if one.passage == before[-1].passage
        for kind in _kinds_meant(line, part, one.use, given, pending)
    ]


def of_class(
    line: str, part: Passage, terms: Terms, short: Mapping[str, str | None], heading: People
) -> list[Use]:
    """The disease of a sentence before that says what the drug's class is but a part of."""
    before = turn("tells what a class is a part of").search(line[: part.start])
    named = diseases(line, before.start(), part.start, terms, short) if before else []
    if not before or not named:
        return []
    last = named[-1]
    span = Span(before.start(), part.start)
    one = Use(Span(last.start, last.end), last.term, "treatment", (), span, "meant")
    return meant(line, part, (one,), True, heading)


def _with_its_people(
    one: Use, pairs: set[tuple[str, str]], whom: People
) -> tuple[tuple[str, str], ...]:
    """What a sentence says of a use named before, and its people if it says none anew."""
    its = [] if whom else [pair for pair in one.qualifiers if pair[0] in _OF_PEOPLE]
    return tuple(sorted({*pairs, *its}))


def _kinds_meant(
    line: str, part: Passage, use: str, given: list[Phrase], pending: bool
) -> tuple[str, ...]:
    """The kinds of use that a sentence gives to a disease it does not name, which had one."""
    if any(one.rule.name == "maintenance" for one in given):
        use = "maintenance"
    if use == "treatment" and turn("is given as an adjunct").search(line, part.start, part.end):
        use = "adjunct"
    treated = any(_TREATED.search(line, one.start, one.end) for one in given)
    if use == "symptomaticRelief" and treated:
        use = "treatment"
    if pending:
        use = lead_use(given) or use
    both = use == "treatment" and turn("says alone and added").search(line, part.start, part.end)
    return (use, "adjunct") if both else (use,)


def _of_another(line: str, part: Passage, one: Phrase) -> bool:
    """Whether what is treated is said, in words that no name of a disease holds."""
    said = _DONE.search(line, one.start, one.end)
    behind = said and line[one.end : part.end].strip()
    return bool(behind) and not turn("names what was named before").match(line, one.end, part.end)
