"""From a passage to its uses: which diseases it says the drug is for, and what kind of use it is.

A phrase of use ("for the prevention of") opens a place for diseases. The first disease behind it
and those joined to it are mentions; a word such as "associated with" or "who have" makes what
follows a background.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kg.extract.mentions import Disease, category, named
from kg.extract.rules import Rule, lists, uses
from kg.extract.terms import words

__all__ = ["Phrase", "kind", "phrases", "told"]

_WIDE = ("adjunct", "replacement")
"""Kinds that a word anywhere in the sentence or its lead-in gives to all of it."""
_BEFORE = ("imaging", "diagnosis")
"""Kinds that a word gives to every disease behind it."""
_FOR_WHOM = re.compile(
    r"(?i)\s*(?:of\s+the\s+\w+\s+)?in\s+(?!.*\b(?:with|who|whose|whom|due|associated|undergoing|receiving)\b)"
    r"[^;.]*?\b(?:patients|adults|children|adolescents|infants|men|women|older|above|over|age)\b[^;.]*?"
    r"(?:,|\band\b|\bor\b|,\s*and\b)\s*(?:[\w-]+\s+){0,2}"
)
"""Between two names: for whom the first is, and a joiner."""
_JOINER = re.compile(r"\s*(?:/|,|and|or|and/or|,\s*and)\s*")
_ROW = re.compile(r"\s*(?:,|and|or|/|and/or|,\s*and|,\s*or)?\s*(?:[\w-]+\s+){0,2}")
_HEADED = re.compile(
    r"(?i)(?:infections?|diseases?|disorders?|syndromes?|cancers?|tumou?rs?|pain|deficiency|failure|rejection|events?)$"
)


class Phrase(NamedTuple):
    """A phrase of use and its place."""

    rule: Rule
    start: int
    end: int


def phrases(line: str, start: int, end: int) -> list[Phrase]:
    """The phrases of use in a stretch of a line, in order; of two that overlap the longer."""
    found = [
        Phrase(rule, start + match.start(), start + match.end())
        for rule in uses()
        for match in rule.says.finditer(line[start:end])
    ]
    found = [one for one in found if not _had(line, start, one)]
    kept: list[Phrase] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _had(line: str, start: int, one: Phrase) -> bool:
    """Whether a phrase tells of a diagnosis that people have, not of one to be made."""
    if one.rule.name != "diagnosis" or not re.match(r"(?i)diagnosis", line[one.start : one.end]):
        return False
    before = line[max(start, one.start - 40) : one.start]
    return bool(
        re.search(r"(?i)\b(?:confirmed|established|clinical|with an?|with)\s+(?:\w+\s+)?$", before)
    )


def told(
    line: str,
    start: int,
    end: int,
    given: list[Phrase],
    found: list[Disease],
    bare: bool,
) -> Iterator[tuple[Disease, Phrase | None]]:
    """The diseases of a passage that are uses, each with the phrase that opened its place.

    :param bare: whether the passage itself is a place for diseases (an item of a list).
    """
    places: list[tuple[int, Phrase | None]] = [(start, None)] if bare else []
    places += [(one.end, one) for one in given if one.rule.opens and not _idle(line, start, one)]
    joined: list[Phrase | None] = []
    for number, (at, phrase) in enumerate(places):
        stop = places[number + 1][1].start if number + 1 < len(places) else end  # type: ignore[union-attr]
        own = [one for one in found if at <= one.start < stop]
        if phrase and not own and _JOINER.fullmatch(line[at:stop]) and number + 1 < len(places):
            joined.append(phrase)
            continue
        new = named(line, at, stop)
        if not phrase:
            listed_ahead = new and "following" in line[at : new.start]
            new = new if new and _HEADED.search(line[new.start : new.end]) else None
            new = None if listed_ahead or (new and category(line, new)) else new
        elif phrase.rule.name in _BEFORE or not _says_of(line, phrase):
            new = None
        if new and lists("measures").fullmatch(line[new.start : new.end]):
            new = None
        if new and any(one.start < new.end for one in own):
            new = None
        if new and own and not _ROW.fullmatch(line[new.end : max(new.end, own[0].start)]):
            apart = own[0].start > new.end and _apart(line[new.end : own[0].start], already=True)
            new = new if apart else None
        accepted: list[Disease] = [new] if new else []
        background = False
        last = at
        for one in own:
            gap = line[last : one.start]
            if background := (background and not _resumed(gap)) or _apart(gap, bool(accepted)):
                pass
            elif not _measured(line, one, stop):
                accepted.append(one)
            last = one.end
        for one in accepted:
            for other in (*joined, phrase):
                yield one, other
        joined = []


_JOINED_TO = re.compile(
    r"(?i)\s*(?:/|,|and|or|and/or|,\s*and)\s+(?:treatment|prevention|prophylaxis|management|"
    r"maintenance|relief|control|correction|reduction|suppression|to prevent)\b"
)
"""The same behind a use that shares its disease with the next."""


def _idle(line: str, start: int, one: Phrase) -> bool:
    """Whether a phrase stands in a background ("candidates for therapy", "after treatment")."""
    said = line[one.start : one.end].lower()
    before = line[max(start, one.start - 40) : one.start]
    if said in (
        "treatment",
        "therapy",
        "prevention",
        "prophylaxis",
        "imaging",
        "management",
        "relief",
        "control",
        "symptomatic treatment",
        "symptomatic relief",
        "maintenance treatment",
        "treatment in",
        "therapy in",
    ):
        if _JOINED_TO.match(line[one.end :]):
            return False
        return bool(lists("idle").search(before)) or len(said.split()) == 1
    if said == "diagnosis of" and re.search(
        r"(?i)\b(?:confirmed|established|clinical|with an?|the)\s+(?:\w+\s+)?$", before
    ):
        return True
    evaluated = "evaluat" in said
    return not evaluated and bool(re.search(r"(?i)\b(?:who|whose|whom|which|that)\b[^,]*$", before))


def _says_of(line: str, phrase: Phrase) -> bool:
    return bool(
        re.search(
            r"(?i)\b(?:of|treat|treating|prevent|against|preventing|relieve)$",
            line[phrase.start : phrase.end],
        )
    )


def _resumed(gap: str) -> bool:
    return bool(re.fullmatch(r"[^.;]{0,60}?\b(?:including|to include)\s+(?:[\w-]+\s+){0,3}", gap))


def _apart(gap: str, already: bool) -> bool:
    """Whether a gap makes what follows a background."""
    if re.fullmatch(r"\s*(?:,|and|or)\s+other causes of\s+", gap):
        return False
    if already and _FOR_WHOM.fullmatch(gap):
        return False
    if already and re.search(r"(?<!and )(?<!or )\bof\b", gap):
        return True
    if not already:
        gap = _before_people(gap)
    return bool(lists("background").search(gap))


def _before_people(gap: str) -> str:
    """A gap before the first disease, without what only says for whom ("in adults with")."""
    if lists("remote").search(gap):
        return gap
    if lists("people").search(gap) or re.fullmatch(
        r"(?i).*\b(?:with|in|for|of|associated with|from|that)\s+(?:\w+\s+){0,3}", gap
    ):
        return ""
    return "" if len(words(gap)) <= 6 else gap


def _measured(line: str, one: Disease, stop: int) -> bool:
    """Whether a name is only the measure of the disease behind it."""
    said = line[one.start : one.end].lower()
    return bool(lists("measures").fullmatch(said)) and bool(
        re.match(r"\s+(?:(?:and|or)\s+\w+\s+)?(?:in|of|associated)\b", line[one.end : stop])
    )


def kind(phrase: Phrase | None, at: int, given: list[Phrase], lead: str) -> tuple[str, str]:
    """The kind of use and the rule's name: the first that fits of phrase, sentence and lead-in.

    :param at: where the disease stands.
    """
    own = phrase.rule if phrase else None
    said = {one.rule.gives: one.rule for one in given}
    order = [rule.gives for rule in uses()]
    choices = [own] if own else []
    choices += [said[use] for use in _WIDE if use in said]
    choices += [one.rule for one in given if one.rule.gives in _BEFORE and one.start < at]
    if lead:
        choices += [rule for rule in uses() if rule.gives == lead]
    if not choices:
        return "treatment", "bare"
    best = min(choices, key=lambda rule: order.index(rule.gives))
    return best.gives, best.name
