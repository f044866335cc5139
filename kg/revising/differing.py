"""How one wording differs from another, in a few words for a curator."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from kg.evidence import normalise
from kg.reading.tone import hedges

__all__ = ["differing"]

NEGATIONS = frozenset("not no cannot never without neither nor none".split())
SHOWN = 60
"""Letters of a stretch that are shown."""

_TOKEN = re.compile(r"\w+(?:[.,']\w+)*|[^\w\s]")
_SIGNS = frozenset("<>≤≥%±+-/=")
"""Signs that mean something: not punctuation."""


def differing(old: str, new: str) -> str:
    """What differs between two wordings: numbers, negations and hedges named, then the words."""
    one, two = (_TOKEN.findall(normalise(text)) for text in (old, new))
    if [word for word in one if _means(word)] == [word for word in two if _means(word)]:
        return "only punctuation" if one != two else "only the form of the text"
    found: list[str] = []
    kinds: dict[str, None] = {}
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        gone, come = one[a:b], two[c:d]
        for kind in _kinds(gone, come):
            kinds[kind] = None
        found.append(f'"{_short(gone)}" → "{_short(come)}"')
    if hedges(old) != hedges(new):
        kinds["hedge"] = None
    named = ", ".join(kinds) or "words"
    return f"{named}: {'; '.join(found[:4])}" + (f" and {len(found) - 4} more" * (len(found) > 4))


def _means(word: str) -> bool:
    return word[0].isalnum() or word in _SIGNS


def _kinds(gone: list[str], come: list[str]) -> list[str]:
    words = [word.lower() for word in (*gone, *come)]
    kinds = []
    if any(char.isdigit() for word in words for char in word) or _SIGNS.intersection(words):
        kinds.append("number")
    if NEGATIONS.intersection(words) or any(word.endswith("n't") for word in words):
        kinds.append("negation")
    return kinds


def _short(words: list[str]) -> str:
    text = " ".join(words)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
