"""The kind of a use: what its phrase says, what words of its sentence or lead-in give to it.

A word such as "adjunctive" gives its kind to a whole sentence, but not where it tells of another
therapy, stands in a clause about the people, or opens a further use. A sentence may also tell
two kinds of one disease ("as monotherapy and as an adjunct", "and then as maintenance").
"""

from __future__ import annotations

import re

from kg.extract.found import Span
from kg.extract.names.mentions import Disease
from kg.extract.phrasing import TO_ALL_BEHIND, Phrase
from kg.extract.rules import Rule, turn, uses

__all__ = ["further", "kind"]

_WIDE = ("adjunct", "replacement")
"""Kinds that a word anywhere in the sentence or its lead-in gives to all of it."""


def kind(
    line: str,
    part: Span,
    phrase: Phrase | None,
    at: int,
    given: list[Phrase],
    lead: str,
    wide: tuple[str, ...] = _WIDE,
) -> tuple[str, str]:
    """The kind of use and the rule's name: the first that fits of phrase, sentence and lead-in.

    :param part: the passage, and ``at`` where the disease stands in it.
    :param given: the phrases of the passage.
    :param lead: the kind that a lead-in gives.
    :param wide: the kinds that a word gives to the whole passage.
    """
    choices = [phrase.rule] if phrase else []
    choices += [
        one.rule
        for one in given
        if one.rule.gives in wide and _reaches(line, part.start, one, phrase, at)
    ]
    choices += _maintained(line, phrase, given, at)
    choices += [
        one.rule
        for one in given
        if one.rule.gives in TO_ALL_BEHIND
        and one.start < at
        and not one.rule.also
        and not _treated(line, one, phrase)
    ]
    choices += _by_turn(line, part, phrase, at, given)
    if lead:
        choices += [rule for rule in uses() if rule.gives == lead]
    if not choices:
        return "treatment", "bare"
    order = [rule.gives for rule in uses()]
    best = min(choices, key=lambda rule: order.index(rule.gives))
    return best.gives, best.name


def _treated(line: str, told: Phrase, phrase: Phrase | None) -> bool:
    """Whether a disease is treated behind one that is found ("diagnosis of A treatment of B")."""
    if told.rule.gives != "diagnosis" or phrase is None:
        return False
    return bool(turn("treats what follows").fullmatch(line, phrase.start, phrase.end))


def _maintained(line: str, phrase: Phrase | None, given: list[Phrase], at: int) -> list[Rule]:
    """The maintenance that is told before the use ("maintenance therapy for the treatment of")."""
    indicated = [one.start for one in given if one.rule.name == "treatment"]
    return [
        one.rule
        for one in given
        if one.rule.name == "maintenance"
        and one.end < at
        and (
            (indicated and one.end <= indicated[0])
            or (phrase and re.fullmatch(r"[\s,]*(?:in order )?", line[one.end : phrase.start]))
        )
    ]


def _reaches(line: str, start: int, word: Phrase, phrase: Phrase | None, at: int) -> bool:
    """Whether a word such as "adjunctive" is said of the disease at a place."""
    before = line[start : word.start]
    if turn("tells of whom").search(before) or turn("has another therapy").search(before):
        return False
    if word.end <= at:
        own = phrase.start if phrase and phrase.start >= word.end else word.end
        return not turn("begins a use of its own").search(line[word.end : own])
    return not turn("joins a further role").search(line[at : word.start])


def _by_turn(
    line: str, part: Span, phrase: Phrase | None, at: int, given: list[Phrase]
) -> list[Rule]:
    """The kinds that a turn of phrase about the disease gives, whatever opened its place."""
    ordered = {rule.name: rule for rule in uses()}
    found = []
    if turn("is a prophylactic").search(line, part.start, part.end):
        found.append(ordered["prevention"])
    if turn("is treated against its return").match(line, at, part.end):
        found.append(ordered["prevention"])
    if turn("is kept up").match(line, at, part.end):
        found.append(ordered["maintenance"])
    if phrase is None or phrase.rule.gives != "treatment":
        return found
    symptoms = turn("treats symptoms").match(line, phrase.start, part.end)
    if symptoms and symptoms.end() <= at:
        found.append(ordered["relief"])
    if re.search("(?i)indicated", line[phrase.start : phrase.end]):
        found += [
            one.rule
            for one in given
            if one.rule.gives == "imaging"
            and one.start > at
            and re.search(r"(?i)\b(?:for|to)\s+(?:the\s+)?$", line[at : one.start])
        ]
    return found


def further(
    line: str,
    part: Span,
    told_of: list[tuple[Disease, Phrase | None]],
    number: int,
    use: str,
    given: list[Phrase],
    lead: str,
) -> list[str]:
    """The second kind of use that a passage tells of a disease, if it tells one."""
    one, phrase = told_of[number]
    if use == "adjunct" and _alone(line, part, one.start, given):
        alone = None if phrase and phrase.rule.gives == "adjunct" else phrase
        own = "" if lead == "adjunct" else lead
        return [kind(line, part, alone, one.start, given, own, wide=("replacement",))[0]]
    more = turn("lessens symptoms and more").search(line[part.start : one.start])
    if more and use in ("treatment", "symptomaticRelief"):
        return ["treatment" if use == "symptomaticRelief" else "symptomaticRelief"]
    averted = turn("goes on to prevent").search(line, part.start, part.end)
    if averted and use == "treatment" and one.start < averted.start():
        return ["prevention"]
    kept = turn("goes on to maintain").search(line, part.start, part.end)
    if kept is None or turn("tells of whom").search(line[part.start : kept.start()]):
        return []
    if any(said.rule.also and kept.start() < said.end for said in given):
        return []
    ahead = any(other.start < kept.start() for other, _ in told_of)
    behind = any(other.start > kept.start() for other, _ in told_of)
    if use == "maintenance" and not ahead:
        return ["treatment"]
    if use == "treatment" and not ahead and phrase and kept.end() < phrase.start:
        return ["maintenance"] if re.search(r"\bas\b", kept.group()) else []
    return ["maintenance"] if use in ("treatment", "symptomaticRelief") and not behind else []


def _alone(line: str, part: Span, at: int, given: list[Phrase]) -> bool:
    """Whether the drug is given to the disease at a place both alone and as an adjunct."""
    both = turn("says alone and added").search(line, part.start, part.end)
    far = turn("says alone and far from it added").search(line, part.start, part.end)
    if far and at < far.end():
        return True
    added = [one for one in given if one.rule.gives == "adjunct" and one.end <= at]
    return both is not None and (not added or added[-1].start < both.end() + 1)
