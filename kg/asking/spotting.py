"""The names in a question: those of the graph, found exactly, the longest first.

What is left over and is no word of any question may be misspelled. It is mended only where one
name or word is nearer than all others, and the mending is said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from kg.asking.tokens import Token, Value, ages, dates, places, tokens
from kg.asking.words import Words
from kg.errors import InputError
from kg.lookup import Lookup
from kg.names import compact, context
from kg.spelling import fold, nearest, words

__all__ = ["Span", "Spotted", "spot"]

WINDOW = 9
"""Words of the longest name that is looked for."""
SPELLED = frozenset(
    "df:MedicinalProduct df:Substance df:Disease df:Phenotype df:Concept df:ViralVector".split()
)
"""Kinds of things whose misspelled names are mended; a gene with another letter is another gene."""
SYMBOLS = frozenset("df:Gene df:Protein df:GeneFamily df:MacromolecularComplex".split())
"""Kinds whose names may look like words: a single word is one only in capitals or with a digit."""
SHORTEST = 5
"""Letters of a word that may be a misspelled one."""
LETTERS_A_SLIP = 4
"""A misspelled name has at most one slip for so many of its letters, and no more than
:data:`SLIPS`."""
SLIPS = 3
NEAR = 3


@dataclass(frozen=True)
class Span:
    """Words that name something or give a value: those from ``first`` up to ``last``.

    :param text: as written; ``name`` is what to look up, or the value.
    :param kinds: the classes (CURIEs) of what is called so, or the plain type of the value.
    :param mended: whether the name is another than what is written.
    :param weak: whether the words may as well be the question's own.
    """

    first: int
    last: int
    text: str
    name: str
    kinds: frozenset[str]
    mended: bool = False
    weak: bool = False


@dataclass
class Spotted:
    """All that was found in a text. ``respelled`` has what words were read as, by their place."""

    text: str
    tokens: list[Token]
    spans: list[Span] = field(default_factory=list)
    respelled: dict[int, str] = field(default_factory=dict)

    def word(self, at: int) -> str:
        """A word, as it was read."""
        return self.respelled.get(at, self.tokens[at].word)

    def written(self, first: int, last: int) -> str:
        """The text from one word up to another."""
        return self.text[self.tokens[first].start : self.tokens[last - 1].end]

    def covered(self) -> set[int]:
        """The places of the words within spans."""
        return {at for span in self.spans for at in range(span.first, span.last)}

    def runs(self, at: Collection[int]) -> list[tuple[int, int]]:
        """Places, neighbours together: each run's first word, and the first after it."""
        found: list[tuple[int, int]] = []
        for one in sorted(at):
            if found and found[-1][1] == one:
                found[-1] = (found[-1][0], one + 1)
            else:
                found.append((one, one + 1))
        return found

    def quoted(self, at: Collection[int]) -> list[str]:
        """The same as written."""
        return [self.written(first, last) for first, last in self.runs(at)]


def spot(text: str, lookup: Lookup, known: Words, vocabulary: Collection[str]) -> Spotted:
    """Find words, ages, dates and names in a question.

    :param vocabulary: all words that questions are made of.
    """
    spotted = Spotted(text, tokens(text))
    for kind, values in (("months", ages(text)), ("date", dates(text))):
        for value in values:
            _value(spotted, kind, value)
    _names(spotted, lookup, known, vocabulary)
    _mend(spotted, lookup, vocabulary)
    spotted.spans.sort(key=lambda span: span.first)
    spotted.spans = list(_apposed(spotted, lookup))
    return spotted


def _value(spotted: Spotted, kind: str, value: Value) -> None:
    first, last = places(spotted.tokens, value)
    if first < last and spotted.covered().isdisjoint(range(first, last)):
        written = spotted.written(first, last)
        spotted.spans.append(Span(first, last, written, value.text, frozenset({kind})))


def _names(spotted: Spotted, lookup: Lookup, known: Words, vocabulary: Collection[str]) -> None:
    """Exact names, the longest first; of equals the first."""
    count = len(spotted.tokens)
    for size in range(min(WINDOW, count), 0, -1):
        for first in range(count - size + 1):
            if spotted.covered().isdisjoint(range(first, first + size)):
                spotted.spans += _named(spotted, first, first + size, lookup, known, vocabulary)


def _named(
    spotted: Spotted,
    first: int,
    last: int,
    lookup: Lookup,
    known: Words,
    vocabulary: Collection[str],
) -> Iterator[Span]:
    """The name that some words are, if they are one."""
    written = spotted.written(first, last)
    said = tuple(token.word for token in spotted.tokens[first:last])
    capital = written.isupper() and not spotted.text.isupper()
    curie = known.names.get(said, "")
    if curie and (kinds := lookup.kinds(curie)):
        yield Span(first, last, written, curie, kinds)
        return
    weak = all(word in vocabulary for word in said)
    if len(said) == 1 and ((weak and not capital) or len(written) < 2 or written.isdigit()):
        term = written in _terms() and written[:1].isupper()
        if not term:
            return
    name = written
    if not (kinds := lookup.kinds(name)) and said[-1].endswith("s") and len(said[-1]) > SHORTEST:
        name = written[:-1]
        kinds = lookup.kinds(name)
    if len(said) == 1 and written in _terms():
        kinds |= {"term"}
    if len(said) == 1 and kinds <= SYMBOLS and not re.search(r"\d|^[A-Z]+$", written):
        return
    if kinds:
        yield Span(first, last, written, name, kinds, weak=weak)


def _apposed(spotted: Spotted, lookup: Lookup) -> Iterator[Span]:
    """The spans; of two of which the second stands in brackets and names the same, one."""
    before: Span | None = None
    for span in spotted.spans:
        if before is not None:
            ends = spotted.tokens[before.last - 1].end, spotted.tokens[span.first].start
            if spotted.text[slice(*ends)].strip() == "(" and _same(before, span, lookup):
                before = replace(before, last=span.last)
                continue
            yield before
        before = span
    if before is not None:
        yield before


def _same(one: Span, other: Span, lookup: Lookup) -> bool:
    try:
        named, again = (lookup.find(span.name, one.kinds) for span in (one, other))
    except InputError:
        return False
    return named.iri in {again.iri, *(match.iri for match in again.others)}


def _terms() -> frozenset[str]:
    return frozenset(key for key, value in context().items() if value == f"df:{key}")


def _mend(spotted: Spotted, lookup: Lookup, vocabulary: Collection[str]) -> None:
    """Read what is left over as the one name or word that is nearest, where there is one."""
    covered = spotted.covered()
    left = {
        at
        for at, token in enumerate(spotted.tokens)
        if at not in covered and token.word not in vocabulary and not token.word.isdigit()
    }
    for first, last in spotted.runs(left):
        for size in range(last - first, 0, -1):
            for start in range(first, last - size + 1):
                if spotted.covered().isdisjoint(range(start, start + size)):
                    _nearest(spotted, start, start + size, lookup, vocabulary)


def _nearest(
    spotted: Spotted, first: int, last: int, lookup: Lookup, vocabulary: Collection[str]
) -> None:
    if any(at in spotted.respelled for at in range(first, last)):
        return
    written, word = spotted.written(first, last), spotted.tokens[first].word
    if len(written) < SHORTEST:
        return
    slips, label = _near_name(written, lookup)
    single = last == first + 1 and len(word) >= SHORTEST and not re.search(r"\d", word)
    near = nearest(word, [one for one in vocabulary if one[:1] == word[:1]]) if single else {}
    fewest = min(near.values(), default=SLIPS + 1)
    alike = sorted(one for one, slip in near.items() if slip == fewest)
    most = min(2, max(1, len(word) // LETTERS_A_SLIP - 1))
    if fewest <= most and (not label or fewest < slips):
        spotted.respelled[first] = alike[0]
    elif label:
        kinds = lookup.kinds(label)
        spotted.spans.append(Span(first, last, written, label, kinds, mended=True))


def _near_name(written: str, lookup: Lookup) -> tuple[int, str]:
    """The slips and the name that is nearest; no name where two things are equally near."""
    hits = [hit for hit in lookup.search(written, SPELLED, NEAR) if hit.fit == "spelling"]
    most = min(SLIPS, len(written) // LETTERS_A_SLIP)
    hits = [hit for hit in hits if hit.distance <= most]
    if not hits:
        return SLIPS + 1, ""
    fewest = min(hit.distance for hit in hits)
    best = [hit for hit in hits if hit.distance == fewest]
    best = [hit for hit in best if len(words(hit.name)) == len(words(written))] or best
    if len({hit.iri for hit in best}) == 1:
        return fewest, compact(best[0].iri)
    names = {fold(hit.name): hit.name for hit in best}
    return fewest, next(iter(names.values())) if len(names) == 1 else ""


def near_names(written: str, lookup: Lookup) -> tuple[str, ...]:
    """The names that come near a text, to offer."""
    try:
        return tuple(dict.fromkeys(hit.label for hit in lookup.search(written, SPELLED, NEAR)))
    except InputError:
        return ()
