"""What a phrase is called in MONDO and HP: labels and exact synonyms under one folded key.

The key is the same for what differs only in case, accents, hyphens, the genitive, the plural and
British or American spelling. Nothing is guessed: what has no name that folds so has no term.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kg.extract.names.variants import others, turned_round
from kg.extract.rules import listed, meanings, organs

__all__ = ["Named", "Terms", "Word", "key", "words"]

DISEASE = "MONDO:0000001"
"""The root of all diseases: what is not below it is a trait or a course."""
LONGEST = 12
"""Words of the longest name that is looked for."""
SHORT = 4
"""Letters up to which a name must be written as the vocabulary has it."""

_WORD = re.compile(
    r"\b(?:of|in) the\b|[\u03b1-\u03c9](?=\d)|(?i:\b(?:non|multi|post|pre|anti|intra|peri"
    r"|gastro|micro|hypo|hyper|sub|super|auto|muco"
    r"|naso|oro|ano|broncho|cardio|entero|osteo|thrombo|neuro|musculo|arterio|cerebro|lympho"
    r"|immuno|cortico|coccidioido|vulvo|hepato|myelo)"
    r"[-\u00ad](?=[^\W\d_]{3})|\bnon (?=[a-z]{3}))?[^\W_]+(?:'s\b)?"
)
"""A word; what a hyphen puts before it is part of it ("non-small"), and "of the" is one word, as
"in the" is."""
_SPELLING = (
    *(("ae", "e"), ("oe", "e"), ("isation", "ization"), ("sulph", "sulf"), ("leuc", "leuk")),
    *(
        ("tumour", "tumor"),
        ("behaviour", "behavior"),
        ("colour", "color"),
        ("ymphoedem", "ymphedem"),
    ),
)
_IZED = re.compile(r"(?<=[a-z]{4})is(?=(?:ed|ing|er|able)$)")
_NUMERALS = {"ii": "2", "iii": "3", "i": "1", "iv": "4", "v": "5"}
_GREEK = {"\u03b1": "alpha", "\u03b2": "beta", "\u03b3": "gamma", "\u03b4": "delta"}
_PLURALS = {
    **{"calculi": "calculus", "emboli": "embolus", "thrombi": "thrombus", "fungi": "fungus"},
    **{"verruce": "verruca", "bulle": "bulla", "aphthe": "aphtha"},
    **{"sinuses": "sinus", "viruses": "virus"},
    **{"crises": "crisis", "lentigines": "lentigo", "varices": "varix"},
}
"""Plurals as Latin and Greek have them, in American spelling."""
_FIXED = frozenset(
    ("diseases", "cases", "phases", "diabetes", "herpes", "rabies", "scabies", "pancreas")
)


class Word(NamedTuple):
    """A word of a text: its folded form and its place."""

    form: str
    start: int
    end: int


class Named(NamedTuple):
    """A stretch of a text that a term's name fits: the term and its place."""

    term: str | None
    start: int
    end: int


@lru_cache(maxsize=200_000)
def _form(word: str) -> str:
    text = re.sub(r" the$|[ \u00ad-]", "", word.lower().removesuffix("'s"))
    if not text.isascii():
        text = "".join(_GREEK.get(char, char) for char in text)
        text = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in text if not unicodedata.combining(char))
    for british, american in _SPELLING:
        text = text.replace(british, american)
    return _singular(_IZED.sub("iz", text))


def _singular(text: str) -> str:
    if text in _PLURALS:
        return _PLURALS[text]
    if text == "diseases":
        return "disease"
    if text.endswith("omata"):
        return text[:-2]
    if len(text) < 4 or text in _FIXED or not text.endswith("s") or text[-2] in "sui":
        return text
    if text.endswith("ies"):
        return text[:-3] + "y"
    if text.endswith(("oses", "ases", "yses", "eses")):
        return text[:-2] + "is"
    if text.endswith(("sses", "xes", "ches", "shes")):
        return text[:-2]
    return text[:-1]


def words(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """The words of a stretch of a text, folded; numerals after "type" become digits."""
    found: list[Word] = []
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        form = _form(match.group())
        if form in _NUMERALS and found and found[-1].form in ("type", "grade", "class"):
            form = _NUMERALS[form]
        found.append(Word(form, *match.span()))
    return found


def key(text: str) -> str:
    """The folded form of a name."""
    return " ".join(word.form for word in words(text.replace("\u2019", "'")))


@dataclass(frozen=True)
class Terms:
    """Names by their key; ``short`` holds names of few letters as they are written."""

    names: Mapping[str, str]
    short: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, named: Iterable[tuple[str, str, Iterable[str]]]) -> Terms:
        """From terms in force: a CURIE, a label and exact synonyms each.

        MONDO goes before HP, in each a label before a synonym, and what the rules say before
        all; a synonym that several terms of one vocabulary share stands for none of them.
        """
        ranked: dict[str, dict[int, set[str]]] = {}
        short: dict[str, str] = {}
        nothing = frozenset(map(key, listed("nothing")))
        for curie, label, synonyms in named:
            other = 2 * curie.startswith("HP:")
            told = [(other, label), *((1 + other, one) for one in synonyms)]
            told += [(5 + other, one) for _, name in told if (one := turned_round(name))]
            if not other and label.endswith(" infectious disease"):
                told.append((1, label.removesuffix("ious disease") + "ion"))
            for rank, name in told:
                if len(name) <= SHORT and not name[1:].islower():
                    if len(name) == SHORT and name.isupper() and key(name) not in nothing:
                        short.setdefault(name, curie)
                    continue
                folded = key(name)
                if len(folded) > 2 and folded not in nothing and " caused by " not in folded:
                    ranked.setdefault(folded, {}).setdefault(rank, set()).add(curie)
        names = {folded: found for folded, said in ranked.items() if (found := _best(said))}
        known = {curie for said in ranked.values() for one in said.values() for curie in one}
        for phrase, meant in meanings().items():
            if meant in known and len(phrase) <= SHORT and not phrase[1:].islower():
                short[phrase] = meant
                names.pop(key(phrase), None)
            elif not meant or meant in known:
                names[key(phrase)] = meant or ""
        names = others(dict(_of_organs(names)) | dict(_as_disease(names)) | names)
        short = {name: curie for name, curie in short.items() if key(name) not in names}
        sizes: dict[str, int] = {}
        for folded in names:
            first, *rest = folded.split()
            sizes[first] = max(sizes.get(first, 0), min(LONGEST, 1 + len(rest)))
        return cls(names, short, sizes)

    @classmethod
    def of_files(cls, folder: Path) -> Terms:
        """From the two vocabularies' files, in a directory as ``kg build --from`` reads it.

        :raises InputError: for a file that its adapter refuses.
        """
        from kg.sources import hp, mondo, obo

        meant = frozenset(meanings().values())
        found: list[tuple[str, str, tuple[str, ...]]] = []
        for source, prefix in ((mondo, "MONDO:"), (hp, "HP:")):
            for path in sorted(folder.glob(source.GLOB)):
                ontology = obo.read(path)
                below = obo.below(ontology, hp.ROOT if source is hp else DISEASE)
                for term in ontology.terms.values():
                    fit = term.id in below or term.id in meant
                    if fit and term.id.startswith(prefix) and not term.obsolete:
                        found.append((term.id, term.name, term.exact))
        return cls.of(found)

    def ground(self, phrase: str) -> str | None:
        """The term that a whole phrase names, in its own order or turned ("X of the Y")."""
        phrase = phrase.strip().replace("\u2019", "'")
        if found := self.short.get(phrase):
            return found
        for one in _turned(key(phrase)):
            if found := self.names.get(one):
                return found
        return None

    def knows(self, phrase: str) -> bool:
        """Whether a whole phrase is a name, with a term or known to have none."""
        return key(phrase) in self.names

    def find(self, text: str, start: int, end: int) -> Iterator[Named]:
        """What is named in a stretch of a text, the longest first at each place, in order."""
        said = words(text, start, end)
        place = 0
        while place < len(said):
            size = 1
            if found := self._at(text, said, place):
                size, term = found
                if self._longer(text, said, place, size):
                    place += 1
                    continue
                yield Named(term or None, said[place].start, said[place + size - 1].end)
            place += size

    def _longer(self, text: str, said: list[Word], place: int, size: int) -> bool:
        """Whether a name that begins a word later, behind a word of degree, is the longer one."""
        if size < 2 or said[place].form not in listed("degrees"):
            return False
        later = self._at(text, said, place + 1)
        return later is not None and later[0] > size

    def _at(self, text: str, said: list[Word], place: int) -> tuple[int, str] | None:
        most = min(self.sizes.get(said[place].form, 0), len(said) - place)
        forms = [said[place].form]
        for number in range(place + 1, place + most):
            gap = text[said[number - 1].end : said[number].start]
            genus = re.fullmatch(r"[A-Z]\. ?", text[said[number - 1].start : said[number].start])
            typed = gap == ", " and said[number].form == "type"
            if re.search(r"[^\s'/-]", gap) and not genus and not typed:
                break
            forms.append(said[number].form)
        for size in range(len(forms), 0, -1):
            if (term := self.names.get(" ".join(forms[:size]))) is not None:
                return size, term
        term = self.short.get(text[said[place].start : said[place].end], "")
        return (1, term) if term else None


def _best(said: dict[int, set[str]]) -> str | None:
    for rank in sorted(said):
        if rank % 2 == 0 or len(said[rank]) == 1:
            return min(said[rank])
    return None


def _of_organs(names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Names as they are said of a place: "carcinoma of the ovary" is ovarian carcinoma."""
    places = {_form(word): key(place) for word, place in organs().items()}
    words_for: dict[str, list[str]] = {}
    for word, place in places.items():
        words_for.setdefault(place, []).append(word)
    for folded, term in names.items():
        first, _, rest = folded.partition(" ")
        if rest and " of " not in rest and (organ := places.get(first)):
            for word in words_for[organ]:
                yield f"{word} {rest}", term
            yield f"{rest} of {organ}", term
        head, _, named = folded.partition(" of ")
        for word in words_for.get(named, ()):
            yield f"{word} {head}", term


def _as_disease(names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Names of disorders as labels have them ("metabolic bone disease", "X type C disease")."""
    for folded, term in names.items():
        if folded.endswith(" disorder"):
            yield folded.removesuffix("disorder") + "disease", term
        if " disease type " in folded:
            name, _, number = folded.partition(" disease type ")
            yield f"{name} type {number} disease", term


_TYPED = re.compile(r"(?P<first>(?:\w+ )*?)(?P<type>type \w{1,3}) (?P<rest>\w+(?: \w+)*)")
"""A name with its type before it, which vocabularies have behind it."""


def _turned(folded: str) -> Iterator[str]:
    yield folded
    head, of, rest = folded.partition(" of ")
    if of:
        yield f"{rest} {head}"
        yield f"{head} of {rest}"
    if folded.endswith(" infection"):
        yield folded + " disease"
    if typed := _TYPED.fullmatch(folded):
        yield f"{typed['first']}{typed['rest']} {typed['type']}"
