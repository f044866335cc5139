"""What a statement says something of: a name, a listed thing, or the words themselves."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.reading.naming import Mention, Thing, content, listed
from kg.reading.rules import Frame, cues, frames, phrases
from kg.reading.sentence import Sentence
from kg.reading.spans import after_people, joint, new_name, stop

__all__ = ["objects"]

LOOSE = 2
"""Words before the words of a concept, at most."""
LOOSE_BEFORE = 12
"""The same where the object stands before what is said of it."""
EXACT = frozenset({"df:Concept", "df:Phenotype"})
PARTS = frozenset({"df:Gene", "df:Protein", "df:Cell", "df:Authority", "df:Substance"})
"""Kinds that are meant wherever they are named; others only if the phrase names nothing more."""

_CHUNK = re.compile(r"[^,;:.]*?(?=\s*(?:[,;:.]|\band\b|\bor\b|$))")


def objects(sentence: Sentence, span: tuple[int, int], frame: Frame) -> list[Mention]:
    """The objects of the statement that the words of a frame at a place make, in order."""
    if frame.options:
        return _listed(sentence, frame)
    if frame.object == "itself":
        known = [one for one in sentence.names.called(frame.name) if one.kind in frame.kinds]
        return [Mention(*span, (known[0] if known else Thing.made(frame.name),))]
    mentions = [
        Mention(one.start, one.end, things)
        for one in sentence.mentions
        if (things := one.of(frame.kinds) or sentence.names.wider(one, frame.kinds))
    ]
    if frame.object == "near":
        after = [one for one in mentions if one.start >= span[1]]
        return after[:1] or [one for one in mentions if one.end <= span[0]][-1:]
    if frame.object == "before":
        return _before(sentence, span[0], frame, mentions)
    return _Row(sentence, frame, mentions).after(span[1])


def _listed(sentence: Sentence, frame: Frame) -> list[Mention]:
    for text in (sentence.line, sentence.whole):
        if found := listed(frame.options, text, sentence.names, frame.kinds):
            return found[:1]
    return []


def _before(sentence: Sentence, at: int, frame: Frame, mentions: list[Mention]) -> list[Mention]:
    """The concept, or the last thing, that stands before a place in its clause."""
    signs = (found.end() for found in re.finditer(r"[,;:.]\s", sentence.line[:at]))
    begin = 0 if frame.kinds == {"df:Authority"} else max(signs, default=0)
    inside = [one for one in mentions if begin <= one.start and one.end <= at]
    if "df:Disease" in frame.kinds:
        loose = sentence.names.loose(sentence.line, begin, at, LOOSE_BEFORE)
        inside += [loose] if loose else []
    concepts = [one for one in inside if one.of({"df:Concept", "df:Authority"})]
    return concepts[:1] or inside[-1:]


class _Row:
    """Finds one or several objects in a row after what says something of them."""

    def __init__(self, sentence: Sentence, frame: Frame, mentions: list[Mention]) -> None:
        self._sentence, self._line, self._names = sentence, sentence.line, sentence.names
        self._frame, self._mentions = frame, mentions

    def after(self, at: int) -> list[Mention]:
        """The objects after a place: "muscle strength, head control and breathing"."""
        line, end = self._line, stop(self._line, at)
        first = self._one(at, end, self._frame)
        if first is None:
            return []
        found, opening = [first], phrases("shared_openings").match(line[first.start : first.end])
        further = replace(self._frame, within=1, new=self._frame.new and not self._frame.whole)
        while joined := joint().match(line, found[-1].end):
            at = joined.end()
            if at >= end or any(one.says.match(line, at) for one in frames()):
                break
            chunk = _CHUNK.match(line, at, end) if opening else None
            more = None
            if opening and chunk and chunk.group().strip():
                more = self._opened(f"{opening.group()} {chunk.group()}", chunk)
            more = more or self._one(at, end, further)
            if more is None or more.start < at or self._does(more):
                break
            found.append(more)
        return found

    def _does(self, one: Mention) -> bool:
        """Whether a new name is rather something else that is done."""
        words = set(self._line[one.start : one.end].lower().split())
        return one.things[0].new and bool(set(cues()["doing"]) & words)

    def _opened(self, phrase: str, chunk: re.Match[str]) -> Mention | None:
        """A further thing with the opening of the first: "(problems with) swallowing"."""
        for one in self._names.mentions(phrase):
            if one.start == 0 and one.end >= len(phrase.rstrip()) and one.of(self._frame.kinds):
                return Mention(*chunk.span(), one.of(self._frame.kinds))
        new = (Thing.made(" ".join(phrase.split())),)
        return Mention(*chunk.span(), new) if self._frame.new else None

    def _one(self, at: int, end: int, frame: Frame) -> Mention | None:
        """The object that begins within a few words of a place."""
        line = self._line
        begun = line[at:end].lstrip().lower()
        if any(begun.startswith(f"{word} ") for word in frame.starts_not):
            return None
        start = after_people(line, at, end)
        inside = (one for one in self._mentions if at <= one.start < end)
        near = [one for one in inside if len(line[start : one.start].split()) <= frame.within]
        loose = None
        if frame.kinds & EXACT:
            loose = self._names.loose(line, start, end, min(frame.within, LOOSE))
        if loose and loose.of(frame.kinds) and _goes_first(loose, near):
            return loose
        if not near and (pronoun := self._pronoun(start)):
            return pronoun
        phrase = new_name(line, start, end, frame.whole) if frame.new else None
        if phrase and frame.head and line[slice(*phrase)].lower().split()[-1] not in frame.head:
            phrase = None
        if near and (phrase is None or self._is_meant(near[0], phrase)):
            return near[0]
        if phrase is None:
            return None
        return Mention(*phrase, (Thing.made(" ".join(line[slice(*phrase)].split())),))

    def _pronoun(self, at: int) -> Mention | None:
        """The disease, where the object is "the disease" and one has been named."""
        found = phrases("disease_pronouns").search(self._line, at)
        disease = self._sentence.context.disease
        if found is None or self._line[at : found.start()].strip():
            return None
        if disease is None or disease.kind not in self._frame.kinds:
            return None
        return Mention(*found.span(), (disease,))

    def _is_meant(self, one: Mention, phrase: tuple[int, int]) -> bool:
        """Whether a name is what a phrase means, and not only a part of it."""
        if one.of(PARTS) or not phrase[0] <= one.start < phrase[1]:
            return True
        rest = self._line[phrase[0] : one.start] + " " + self._line[one.end : phrase[1]]
        return content(rest) <= set(cues()["broad_words"])


def _goes_first(loose: Mention, near: list[Mention]) -> bool:
    """Whether a concept goes before the first name: it begins first, or is longer."""
    if not near or loose.start < near[0].start:
        return True
    return near[0].end > loose.start and near[0].end < loose.end
