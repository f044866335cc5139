"""Names in running text: what the graph calls so, by labels, synonyms and turns of phrase.

The longest name wins. A name in capitals (SMN1, US, IV) is only itself in capitals. An
abbreviation that the text defines stands for what it was defined as.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kg.names import own
from kg.reading.rules import cues, pattern, wordings
from kg.reading.text import brackets

__all__ = ["Mention", "Names", "Thing", "abbreviations", "content", "listed"]

LONGEST = 9
"""Words of the longest name that is looked for."""
LOOSE = 8
"""Words that may stand between those of a concept's name: "damage to the motor neurons"."""
CAPITALS = 5
"""Letters up to which a name in capitals is taken for a symbol."""

_WORD = re.compile(r"[^\W_]+")
_APART = re.compile(r"[.;:?!]")
_JOINED = re.compile(r",|\b(?:and|or)\b")
_SHORT = re.compile(r"[A-Z][A-Za-z0-9-]{1,9}")


@dataclass(frozen=True, order=True)
class Thing:
    """Something that a text names; ``new`` if the graph does not hold it yet."""

    iri: str
    label: str
    kind: str
    new: bool = False

    @classmethod
    def made(cls, label: str, kind: str = "df:Concept") -> Thing:
        """A thing that the graph does not hold, named by the text."""
        return cls(own("concept", label), label, kind, new=True)


@dataclass(frozen=True)
class Mention:
    """A place in a text that names something: any of ``things``, the likeliest first."""

    start: int
    end: int
    things: tuple[Thing, ...]

    def of(self, kinds: Collection[str]) -> tuple[Thing, ...]:
        """Those of some kinds."""
        return tuple(one for one in self.things if one.kind in kinds)


Call = Callable[[str], Sequence[tuple[Thing, str]]]
"""What is called so: each thing with the name that fits, as it is written in the graph."""


class Names:
    """The names of a graph, to be found in texts.

    :param call: what a phrase stands for, the likeliest first.
    :param concepts: concepts and their names, which are also found with words between their words.
    :param wider: of a concept's IRI, the wider things: a disease, of which it is a form.
    """

    def __init__(
        self,
        call: Call,
        concepts: Iterable[tuple[Thing, str]] = (),
        wider: Mapping[str, tuple[Thing, ...]] | None = None,
    ) -> None:
        self._call, self._wider = call, wider or {}
        self._called: dict[str, tuple[Thing, ...]] = {}
        self._seen: dict[tuple[str, tuple[tuple[str, str], ...]], tuple[Mention, ...]] = {}
        self._loose = sorted(
            (
                (words, one, bool(_JOINED.search(name)))
                for one, name in concepts
                if len(words := content(name)) > 1
            ),
            key=lambda found: (-len(found[0]), found[1]),
        )

    def called(self, phrase: str) -> tuple[Thing, ...]:
        """What a phrase is the name of, in the plural too; a symbol only in its own case."""
        if phrase not in self._called:
            self._called[phrase] = tuple(dict.fromkeys(self._all(phrase)))
        return self._called[phrase]

    def _all(self, phrase: str) -> Iterable[Thing]:
        if phrase.lower() in cues()["no_names"] or _single(phrase.lower()) in cues()["no_names"]:
            return
        for form in dict.fromkeys([phrase, _single(phrase)]):
            for thing, name in self._call(form):
                symbol = name.isupper() and len(name) <= CAPITALS
                strict = symbol or thing.kind == "df:Gene"
                if not strict or name in (phrase, form):
                    yield thing

    def wider(self, mention: Mention, kinds: Collection[str]) -> tuple[Thing, ...]:
        """The wider things of some kinds, where a mention names a form of them."""
        wide = (one for thing in mention.things for one in self._wider.get(thing.iri, ()))
        return tuple(one for one in wide if one.kind in kinds)

    def mentions(self, text: str, short: Mapping[str, str] | None = None) -> tuple[Mention, ...]:
        """Everything that a text names, in order, the longest names first.

        :param short: abbreviations and what they were defined as.
        """
        key = text, tuple(sorted((short or {}).items()))
        if key not in self._seen:
            self._seen[key] = tuple(self._find(text, short or {}))
        return self._seen[key]

    def _find(self, text: str, short: Mapping[str, str]) -> list[Mention]:
        found = list(self._turns(text))
        words = list(_WORD.finditer(text))
        at = 0
        while at < len(words):
            inside = next((m for m in found if m.start <= words[at].start() < m.end), None)
            one = None if inside else self._longest(text, words, at, short)
            if one:
                found.append(one)
            at += len(_WORD.findall(text[one.start : one.end])) if one else 1
        return sorted(found, key=lambda one: one.start)

    def _longest(
        self, text: str, words: list[re.Match[str]], at: int, short: Mapping[str, str]
    ) -> Mention | None:
        for last in range(min(at + LONGEST, len(words)) - 1, at - 1, -1):
            start, end = words[at].start(), words[last].end()
            phrase = " ".join(text[start:end].split())
            if _APART.search(phrase) or _compound(text, start, end):
                continue
            things = self.called(phrase)
            if things and phrase in short:
                long = self.called(short[phrase])
                things = tuple(one for one in things if one in long) or things
            elif not things:
                same = short.get(phrase) or next((a for a, b in short.items() if b == phrase), "")
                things = self.called(same) if same else ()
            if things:
                return Mention(start, end, things)
        return None

    def _turns(self, text: str) -> Iterable[Mention]:
        for label, said in wordings().items():
            for match in pattern(said).finditer(text):
                if things := self.called(label):
                    yield Mention(*match.span(), things)

    def loose(self, text: str, start: int, end: int, within: int) -> Mention | None:
        """The concept whose words all stand near the beginning of a stretch, in any order.

        :param within: words before the first of them, at most.
        """
        found = [
            (match.start(), match.end(), _stem(match.group()))
            for match in _WORD.finditer(text, start, end)
        ]
        for wanted, thing, joined in self._loose:
            window = found[: within + 2 * len(wanted) + LOOSE]
            have = [one for one in window if one[2] in wanted]
            if {one[2] for one in have} >= wanted and found.index(have[0]) <= within:
                last = max(next(one for one in have if one[2] == word)[1] for word in wanted)
                if joined or not _JOINED.search(text, have[0][0], last):
                    return Mention(have[0][0], last, (thing,))
        return None

    def exactly(self, thing: Thing, text: str) -> bool:
        """Whether a text names a thing anywhere, by its names or by all their words."""
        whole = Mention(0, len(text), ())
        return any(thing in one.things for one in (*self.mentions(text), whole)) or any(
            one == thing and {_stem(word) for word in _WORD.findall(text)} >= words
            for words, one, _ in self._loose
        )


def _compound(text: str, start: int, end: int) -> bool:
    """Whether a stretch is part of a compound such as "AIDS-related" or "anti-TNF"."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return (before[-1:] == "-" and before[:1].isalnum()) or (
        after[:1] == "-" and after[1:].isalpha()
    )


def listed(name: str, text: str, names: Names, kinds: Collection[str]) -> list[Mention]:
    """The things of a list of ``cues.yaml`` that a text names, the closest first at each place."""
    found: list[Mention] = []
    for label, said in cues()[name].items():
        for match in pattern(said).finditer(text):
            if any(one.start < match.end() and match.start() < one.end for one in found):
                continue
            known = [one for one in names.called(label) if one.kind in kinds]
            thing = known[0] if known else Thing.made(label, sorted(kinds)[0])
            found.append(Mention(*match.span(), (thing,)))
    return sorted(found, key=lambda one: one.start)


def abbreviations(text: str) -> dict[str, str]:
    """Abbreviations that a text defines, and what they stand for.

    "Long form (LF)" and "LF (long form)", where the letters of the one begin words of the other
    or stand in them in order (after Schwartz and Hearst 2003).
    """
    found: dict[str, str] = {}
    for start, end in brackets(text):
        inside, before = text[start:end].strip(), text[: start - 1].rstrip()
        words = list(_WORD.finditer(before))
        if _SHORT.fullmatch(inside):
            for count in range(1, min(len(words), len(inside) + 5) + 1):
                long = before[words[-count].start() :]
                if long[0].lower() == inside[0].lower() and _spells(inside, long):
                    found.setdefault(inside, long)
                    if count >= sum(sign.isalpha() for sign in inside):
                        break
        elif words and words[-1].end() == len(before):
            last = words[-1].group()
            if _SHORT.fullmatch(last) and _spells(last, inside):
                found.setdefault(last, inside)
    return found


def _spells(short: str, long: str) -> bool:
    """Whether the letters of an abbreviation stand in order in the long form, at words' starts."""
    letters = [sign.lower() for sign in short if sign.isalnum()]
    starts = [word[0].lower() for word in _WORD.findall(long)]
    at = iter(starts)
    return len(starts) > 1 and all(letter in at for letter in letters if letter.isalpha())


def content(name: str) -> frozenset[str]:
    """The words of a name that carry its meaning, without endings."""
    small = cues()["small_words"]
    return frozenset(_stem(word) for word in _WORD.findall(name) if word.lower() not in small)


@cache
def _stem(word: str) -> str:
    lower: str = cues()["same_words"].get(word.lower(), word.lower())
    if len(lower) > 3 and lower.endswith("s") and not lower.endswith(("ss", "us", "is")):
        lower = lower[:-1]
    result: str = cues()["same_words"].get(lower, lower)
    return result


def _single(phrase: str) -> str:
    head, space, last = phrase.rpartition(" ")
    if len(last) > 3 and last.endswith("s") and not last.endswith(("ss", "us", "is")):
        return head + space + last[:-1]
    return phrase
