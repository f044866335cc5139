"""Whom a whole text is about, told by a sentence of its own that names no illness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kg.extract.found import Use
from kg.extract.passages import Passage
from kg.extract.rules import turn
from kg.extract.whom.people import People, people

__all__ = ["for_all"]

_WHOM = frozenset(("age", "groups"))


def for_all(line: str, parts: Sequence[Passage], uses: Iterable[Use]) -> list[Use]:
    """The uses, those of whom no people are told for those that a sentence tells for all.

    Such a sentence is the first of the text or the last that tells something of its uses, so that
    it is not one that goes with a single illness between others.
    """
    found = list(uses)
    last = max((one.passage.end for one in found), default=0)
    for number, part in enumerate(parts):
        if (number and part.end < last) or _names(found, part):
            continue
        whom = _whom(line[part.start : part.end])
        if whom is None or (number and _mixed(found, part)):
            continue
        kept = [one for one in found if one.passage.start != part.start or one.rule != "meant"]
        return [_of(one, whom) for one in kept or found]
    return found


def _names(found: Sequence[Use], part: Passage) -> bool:
    """Whether a sentence names an illness itself, whose people it then tells."""
    return any(part.start <= one.mention.start < part.end for one in found)


def _whom(said: str) -> People | None:
    """The people of a sentence that tells an age and nothing else."""
    told = turn("tells for whom it is").fullmatch(said.strip(" .;"))
    alone = turn("names people by age alone").fullmatch(said)
    whom = people(told["whom"] if told else said) if told or alone else None
    return whom if whom and whom.age else None


def _mixed(found: Sequence[Use], part: Passage) -> bool:
    """Whether the uses before are each for people of their own, or for a bare name."""
    before = [one for one in found if one.passage.start < part.start]
    told = any(name in _WHOM for one in before for name, _ in one.qualifiers)
    return told or not before or before[-1].rule == "bare"


def _of(one: Use, whom: People) -> Use:
    """A use for people, if none are told of it."""
    if any(name in _WHOM for name, _ in one.qualifiers):
        return one
    pairs = whom.over(People()).qualifiers
    more = [pair for pair in pairs if pair[0] in _WHOM]
    return replace(one, qualifiers=tuple(sorted({*one.qualifiers, *more})))
