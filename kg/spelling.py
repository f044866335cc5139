"""How names are compared: folded to a key, cut into words, and words that are nearly the same.

Nearly the same words are found without comparing all with all (PASS-JOIN; Li, Deng, Wang and
Feng, VLDB 2011): a word is stored under each of its three parts, with the part's place and the
word's length. Two edits leave one of three parts as it was, so every word within two edits of
another shares a part with it, near the same place. Words with a digit are left out: a code with
another digit is another code, not a misspelling.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache

__all__ = ["edits", "fold", "nearest", "parts", "probes", "spelled", "words"]

SHORTEST, LONGEST = 4, 32
"""Letters of the words that are compared by spelling: shorter ones are all alike."""
PARTS = 3

_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W_]+")
_DASH = re.compile("[\N{HYPHEN-MINUS}\N{HYPHEN}-\N{HORIZONTAL BAR}\N{MINUS SIGN}]+")


def _plain(text: str) -> str:
    """Case-folded and without diacritics (Unicode NFKD)."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text).casefold()
    text = unicodedata.normalize("NFKD", text)
    text = "".join(char for char in text if not unicodedata.combining(char))
    # a lone surrogate is no character, and nothing is called so
    return text.encode("utf-8", "backslashreplace").decode()


def spelled(text: str) -> str:
    """A text without its case, diacritics and white space."""
    return "".join(_plain(text).split())


def fold(text: str) -> str:
    """The key of a name: without case, diacritics, white space and hyphens.

    A name of nothing but hyphens keeps them.
    """
    if text.isascii():
        whole = "".join(text.lower().split())
        return whole.replace("-", "") or whole
    whole = spelled(text)
    return _DASH.sub("", whole) or whole


def words(text: str) -> list[str]:
    """The words of a text, folded: runs of letters and digits."""
    return _WORD.findall(_plain(text))


def edits(word: str) -> int:
    """How many letters of a word may be wrong, missing, too many or swapped."""
    if not SHORTEST <= len(word) <= LONGEST or _DIGIT.search(word):
        return 0
    return 1 if len(word) < 6 else 2 if len(word) < 10 else 3


@cache
def _cut(length: int) -> list[tuple[int, int]]:
    """Where the parts of a word of a length begin and end; the last ones are the longer."""
    size, longer = divmod(length, PARTS)
    sizes = [size + (number >= PARTS - longer) for number in range(PARTS)]
    return [(sum(sizes[:number]), sum(sizes[: number + 1])) for number in range(PARTS)]


def parts(word: str) -> Iterator[str]:
    """What to store a word under; nothing for one that is not compared by spelling."""
    if edits(word):
        for number, (start, end) in enumerate(_cut(len(word))):
            yield f"{len(word)}.{number}.{word[start:end]}"


def probes(word: str) -> Iterator[str]:
    """Where to look for the words within :func:`edits` of a word.

    A part may stand further left or right by the letters added or lost before it, and what is
    lost before and after it makes up the difference in length.
    """
    most = edits(word)
    if not most:
        return
    for length in range(max(SHORTEST, len(word) - most), min(LONGEST, len(word) + most) + 1):
        for number, (start, end) in enumerate(_cut(length)):
            for shift in range(-most, most + 1):
                after = len(word) - length - shift
                first, last = start + shift, end + shift
                if abs(shift) + abs(after) <= most and first >= 0 and last <= len(word):
                    yield f"{length}.{number}.{word[first:last]}"


def nearest(word: str, candidates: Collection[str]) -> dict[str, int]:
    """The candidates within :func:`edits` of a word, each with its distance.

    The distance counts letters added, lost, replaced, or swapped with their neighbour (optimal
    string alignment).
    """
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    found = extract(word, candidates, scorer=OSA.distance, score_cutoff=edits(word), limit=None)
    return {near: int(distance) for near, distance, _ in found}
