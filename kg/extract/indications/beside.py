"""Uses that are no disease: what is done with a drug, shown, fed or undone, by set phrases."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.names.mentions import Disease
from kg.extract.phrasing import Phrase, also
from kg.extract.rules import Beside, besides, lists

__all__ = ["with_others"]

Told = list[tuple[Disease, Phrase | None]]

_ASIDE = re.compile(
    r"(?i)\b(?:after|following|undergoing|before|during|despite|without|prior to|who|by)"
    r"\s+(?:[\w-]+\s+){0,2}$"
)
"""What makes a phrase right behind it no use."""
_SOURCE = re.compile(r"(?i)\bsources?\s+of$")
"""What makes a name behind it the stuff of a use that is told too."""
_PART = re.compile(r"\s*(?:,\s*(?:and|or)|,|\band/or\b|\band\b|\bor\b)\s+")


def with_others(line: str, start: int, end: int, told_of: Told) -> Told:
    """The uses of a passage, with those that are no disease.

    Where the two overlap, the phrase goes before the name; what stands behind a phrase that is
    a use by itself ("to mobilise stem cells in adults with lymphoma") is its background.
    """
    if line[max(start, end - 2) : end + 1].rstrip().endswith(":"):
        told_of = [pair for pair in told_of if not _stuff(line, pair, end)]
    found = _kept(one for rule in besides() for one in _said(line, start, end, rule, told_of))
    if not found:
        return told_of
    last = min((one.end for one, _, rule in found if rule.last), default=end)
    own: Told = [(one, each) for one, phrase, _ in found for each in (phrase, *also(phrase))]
    alone = any(rule.only for *_, rule in found)
    rest = [
        pair
        for pair in told_of
        if pair[0].start < last
        and not (alone and pair[0].new)
        and not (not pair[0].term and _within(line, pair, own))
        and all(pair[0].end <= one.start or one.end <= pair[0].start for one, _ in own)
    ]
    return sorted([*rest, *own], key=lambda pair: pair[0].start)


def _within(line: str, pair: tuple[Disease, Phrase | None], own: Told) -> bool:
    """Whether a name without a term is told by another use, its heading perhaps, or its stuff."""
    one, _ = pair
    said = line[one.start : one.end].lower()
    if any(line[other.start : other.end].lower().endswith(said) for other, _ in own):
        return True
    return _stuff(line, pair) or any(
        phrase and phrase.start <= one.start and one.end <= phrase.end for _, phrase in own
    )


def _stuff(line: str, pair: tuple[Disease, Phrase | None], end: int = 0) -> bool:
    """Whether a name is but the stuff that the drug is a source of.

    :param end: where a lead-in ends whose items tell what the stuff is for.
    """
    one, opened = pair
    if one.term or not opened or not _SOURCE.search(line, opened.start, opened.end):
        return False
    return one.start - opened.end <= 1 and (not end or end - one.end <= 2)


def _kept(
    found: Iterator[tuple[Disease, Phrase, Beside]],
) -> list[tuple[Disease, Phrase, Beside]]:
    """The first at each place, and none behind one that makes it a background."""
    kept: list[tuple[Disease, Phrase, Beside]] = []
    for one in sorted(found, key=lambda one: (one[0].start, -one[0].end)):
        before = kept[-1] if kept else None
        same = before and before[1] == one[1]
        if before and (one[0].start < before[0].end or (before[2].last and not same)):
            continue
        kept.append(one)
    return kept


def _said(
    line: str, start: int, end: int, rule: Beside, told_of: Told
) -> Iterator[tuple[Disease, Phrase, Beside]]:
    """What a rule finds in a passage."""
    if rule.only and any(not one.new or rule.use.gives == "treatment" for one, _ in told_of):
        return
    text = line[start:end]
    if rule.needs and not lists(rule.needs).search(text):
        return
    for match in rule.says.finditer(text):
        if _ASIDE.search(text[: match.start()]):
            continue
        group = next((name for name, said in match.groupdict().items() if said), None)
        at, stop = match.span(group) if group else match.span()
        phrase = Phrase(rule.use, start + match.start(), start + at)
        for begin, finish in _parts(text, at, stop) if rule.row else [(at, stop)]:
            yield Disease(start + begin, start + finish, rule.term, new=True), phrase, rule


def _parts(text: str, at: int, stop: int) -> Iterator[tuple[int, int]]:
    """The parts of a row."""
    for cut in _PART.finditer(text, at, stop):
        if cut.start() > at:
            yield at, cut.start()
        at = cut.end()
    if stop > at:
        yield at, stop
