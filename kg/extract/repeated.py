"""Uses of a disease that an earlier passage has named: for whom an item says, or what is meant."""

from __future__ import annotations

from collections.abc import Iterator

from kg.extract.found import Span, Use
from kg.extract.leads import Lead, lead_use
from kg.extract.passages import Passage
from kg.extract.people import People, people
from kg.extract.phrasing import phrases
from kg.extract.qualifiers import qualifiers
from kg.extract.rules import turn

__all__ = ["again", "below", "meant", "only_whom"]

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


def meant(line: str, part: Passage, last: Use, pending: bool, heading: People) -> Use:
    """The disease named before, where a sentence states a use and names none.

    :param pending: whether that disease stands without a use, so that the sentence gives it.
    """
    given = phrases(line, part.start, part.end)
    use = "maintenance" if any(one.rule.name == "maintenance" for one in given) else last.use
    if use == "treatment" and turn("is given as an adjunct").search(line, part.start, part.end):
        use = "adjunct"
    if pending:
        use = lead_use(given) or use
    pairs = {*people(line[part.start : part.end]).over(heading).qualifiers}
    pairs |= {*qualifiers(line, part.start, part.end, part.start, part.start)}
    span = Span(part.start, part.end)
    return Use(last.mention, last.term, use, tuple(sorted(pairs)), span, "meant")
