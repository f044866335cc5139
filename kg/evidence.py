"""Evidence without copying text: fingerprints of passages, and finding them again.

A passage is a run of whole *segments* of a captured text (a segment is a sentence, or a line
where a line is no sentence: a heading, an item of a list). Of a passage the project keeps the
section, the character offsets, a digest and a sketch, never the words.

The digest is SHA-256 of the normalised text. The sketch is a MinHash (Broder 1997, "On the
resemblance and containment of documents") over the passage's words and pairs of words.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "Anchor",
    "Page",
    "State",
    "digest",
    "normalise",
    "record_digest",
    "resemblance",
    "sketch",
]

State = Literal["confirmed", "moved", "changed", "lost"]

SLOTS = 64
"""Slots of a sketch; of each minimum one byte is kept, so a sketch is 128 hexadecimal digits."""

CHANGED, CHANGED_SHORT, SHORT = 0.4, 0.2, 40
"""Resemblance from which a passage counts as a changed form of the one that was cited.

One word replaced in a sentence of three words leaves 0.25, in one of five words 0.5, in a long
one more; so passages shorter than ``SHORT`` characters have a bound of their own. Sentences of
one page come up to 0.3 of each other by what they name; and what stands there as another cited
passage, unchanged, is never a candidate.
"""

LONGEST = 4
"""Most segments one passage may span."""

_FOLD = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", None),
    }
)
_WORD = re.compile(r"\w+(?:[.,]\w+)*|[<>≤≥%±+/-]")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9•])")
_ITEM = re.compile(r"\s*(?:[•*·▪-]\s+)?")


def normalise(text: str) -> str:
    """Fold white space, quote marks, dashes and Unicode composition (NFC); keep all else.

    Digits, case and the signs ``< ≤ > ≥ % -`` carry meaning and stay as they are.
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_FOLD).split())


def digest(text: str) -> str:
    """SHA-256 of the normalised text, as 64 hexadecimal digits."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()


def record_digest(values: Mapping[str, str]) -> str:
    """SHA-256 over the fields of a table row, each as ``name=value``, sorted by name."""
    lines = (f"{name}={normalise(value)}" for name, value in sorted(values.items()))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _shingles(text: str) -> set[str]:
    words = _WORD.findall(normalise(text).lower())
    return {*words, *(f"{one} {two}" for one, two in itertools.pairwise(words))}


def sketch(text: str) -> str:
    """MinHash of the text's words and word pairs: one byte of each of 64 minima, in hexadecimal."""
    values = [hashlib.shake_128(one.encode()).digest(4 * SLOTS) for one in _shingles(text)]
    minima = [min((v[i : i + 4] for v in values), default=b"\0") for i in range(0, 4 * SLOTS, 4)]
    return bytes(smallest[-1] for smallest in minima).hex()


def resemblance(one: str, two: str) -> float:
    """Estimated share (0 to 1) of shingles that two sketches have in common."""
    pairs = zip(bytes.fromhex(one), bytes.fromhex(two), strict=True)
    return sum(left == right for left, right in pairs) / SLOTS


@dataclass(frozen=True)
class Anchor:
    """Where a passage was found again: its state, and offsets in the page looked at."""

    state: State
    start: int | None = None
    end: int | None = None


class Page:
    """A captured text, cut into segments, in which passages can be found again."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.segments = tuple(_segments(text))
        self._sketches: dict[tuple[int, int], str] = {}
        self._places: dict[str, list[tuple[int, int]]] = {}
        self._free: dict[frozenset[str], list[bool]] = {}
        for first in range(len(self.segments)):
            for last in range(first, min(first + LONGEST, len(self.segments))):
                start, end = self.segments[first][0], self.segments[last][1]
                self._places.setdefault(digest(text[start:end]), []).append((start, end))

    def passage(self, start: int, end: int) -> tuple[int, int]:
        """The run of whole segments that covers the characters from ``start`` to ``end``.

        :raises ValueError: if nothing stands there, or more than :data:`LONGEST` segments do.
        """
        hit = [(a, b) for a, b in self.segments if a < end and b > start]
        if not hit or len(hit) > LONGEST:
            raise ValueError(f"characters {start} to {end} cover {len(hit)} segments")
        return hit[0][0], hit[-1][1]

    def where(self, want: str) -> Sequence[tuple[int, int]]:
        """Every run of segments that has a digest, in order."""
        return self._places.get(want, ())

    def find(self, start: int, end: int, want: str, like: str, known: frozenset[str]) -> Anchor:
        """Find a passage again by its fingerprints.

        :param start: and ``end``: offsets in the version that was cited.
        :param want: its digest; ``like``: its sketch.
        :param known: digests of all passages cited from this source: a stretch that is
            another passage unchanged cannot be a changed form of this one.
        """
        if digest(self.text[start:end]) == want:
            return Anchor("confirmed", start, end)
        if want in self._places:
            place = min(self._places[want], key=lambda span: abs(span[0] - start))
            return Anchor("moved", *place)
        return self.like(start, end, like, known)

    def like(self, start: int, end: int, like: str, known: frozenset[str]) -> Anchor:
        """The changed form of a passage whose words are gone, if there is one; as :meth:`find`."""
        near = max(self._candidates(end - start, known, like), default=None)
        enough = CHANGED_SHORT if end - start < SHORT else CHANGED
        if near is not None and near[0] >= enough:
            return Anchor("changed", near[1], near[2])
        return Anchor("lost")

    def _sketch(self, start: int, end: int) -> str:
        """A stretch's sketch, made once however many passages are looked for."""
        if (start, end) not in self._sketches:
            self._sketches[start, end] = sketch(self.text[start:end])
        return self._sketches[start, end]

    def _unspoken(self, known: frozenset[str]) -> list[bool]:
        """Of each segment whether it lies in no passage with one of some digests."""
        if known not in self._free:
            spoken_for = {span for key in known for span in self._places.get(key, ())}
            self._free[known] = [
                not any(start <= one and two <= end for start, end in spoken_for)
                for one, two in self.segments
            ]
        return self._free[known]

    def _candidates(
        self, length: int, known: frozenset[str], like: str
    ) -> Iterable[tuple[float, int, int]]:
        free = self._unspoken(known)
        for first in range(len(self.segments)):
            for last in range(first, min(first + LONGEST, len(self.segments))):
                if not free[last]:
                    break
                start, end = self.segments[first][0], self.segments[last][1]
                if length / 2 - 40 <= end - start <= 2 * length + 40:
                    yield resemblance(self._sketch(start, end), like), start, end


def _segments(text: str) -> Iterable[tuple[int, int]]:
    """Offsets of sentences and of lines that are no sentences, without surrounding space."""
    for line in re.finditer(r"[^\n]+", text):
        lead = _ITEM.match(line.group())
        cursor = line.start() + (lead.end() if lead else 0)
        for cut in [*_SENTENCE_END.finditer(text, cursor, line.end()), None]:
            end = line.end() if cut is None else cut.start() + len(cut.group().rstrip())
            stretch = text[cursor:end]
            if stretch.strip():
                yield cursor + len(stretch) - len(stretch.lstrip()), cursor + len(stretch.rstrip())
            cursor = end if cut is None else cut.end()
