"""Ranking names for a person: the text itself, its beginning, its words, its misspellings.

Ranking works on the numbers of names alone (the smaller, the likelier; see
:mod:`kg.name_index`); only what is shown is fetched.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from heapq import nsmallest
from itertools import islice
from typing import NamedTuple

from kg.name_base import Found, NameBase, is_label
from kg.spelling import fold, words

__all__ = ["FITS", "Fit", "search"]

FITS = ("exact", "beginning", "words", "spelling")
"""How closely a name can fit a text, best first."""

LONGEST = 500
"""Characters of a text whose words are looked at."""
MOST_WORDS = 12
"""Words of a text that are looked at."""
TOP = 2_000
"""Names that are ranked; with fewer entities than asked for among them, there are fewer."""

FEW = 16
"""Searching a sorted list is worth about so many steps along it."""

Options = list[tuple[int, Sequence[int]]]
"""What a word may be: sorted numbers of names, each list after its slips, the fewest first."""

Numbers = list[tuple[int, int]]
"""Numbers of names, each after its distance, the best first."""


class Fit(NamedTuple):
    """A name that fits a text: how closely (one of :data:`FITS`), and how many letters differ."""

    found: Found
    fit: str
    distance: int


def search(base: NameBase, text: str, kinds: Collection[str] | None, limit: int) -> list[Fit]:
    """What a person may mean, the likeliest first, each entity once.

    Names that are the text go before those that begin with it, then those that have all its
    words, or words that begin so. Misspellings are looked for only where nothing is called so;
    if no name has all the words, one of them may be missing.
    """
    exact = [one for one in base.exact(text) if kinds is None or one.kind in kinds]
    fits = {one.iri: Fit(one, "exact", 0) for one in exact}
    if len(text) <= LONGEST:
        asked = list(dict.fromkeys(words(text)))[:MOST_WORDS]
        allowed = base.allowed(kinds)
        ways: list[tuple[str, Callable[[], Numbers]]] = [
            ("beginning", lambda: [(0, at) for at in base.beginning(fold(text), allowed, TOP)]),
            ("words", lambda: _with(base, [[(0, base.having(one))] for one in asked], allowed)),
            ("words", lambda: _with(base, [_begun(base, one) for one in asked], allowed)),
            ("spelling", lambda: [] if exact else _spelled(base, asked, allowed)),
        ]
        for fit, numbers in ways:
            if len(fits) < limit:
                _take(base, fits, limit, fit, numbers())
    return list(fits.values())[:limit]


def _take(base: NameBase, fits: dict[str, Fit], limit: int, fit: str, numbers: Numbers) -> None:
    """Fetch names, the best first, until there are enough entities."""
    waiting = iter(numbers)
    while len(fits) < limit and (some := list(islice(waiting, 4 * limit))):
        found = base.fetch([at for _, at in some])
        for (distance, _), one in zip(some, found, strict=True):
            fits.setdefault(one.iri, Fit(one, fit, distance))


def _with(base: NameBase, asked: Sequence[Options], allowed: bytes) -> Numbers:
    """The names that have all the words."""
    marks = base.marks
    return [(0, at) for at in nsmallest(TOP, (at for at in _shared(asked) if allowed[marks[at]]))]


def _spelled(base: NameBase, asked: list[str], allowed: bytes) -> Numbers:
    """Names with words that are nearly the ones asked for: the fewest slips, and one more.

    Of these, names without further words go first, then labels. A word left out counts its
    letters.
    """
    near = [_near(base, word) for word in asked]
    slips = _shared(near)
    if not slips and len(asked) > 1:
        for at, word in enumerate(asked):
            if 2 * len(word) <= sum(map(len, asked)):
                for number, slip in _shared(near[:at] + near[at + 1 :]).items():
                    slips[number] = min(slips.get(number, LONGEST), slip + len(word))
    marks, sizes = base.marks, base.sizes
    fit = {number: slip for number, slip in slips.items() if allowed[marks[number]]}
    most = min(fit.values(), default=0) + 1
    order = (
        (slip, sizes[number] != len(asked), not is_label(marks[number]), number)
        for number, slip in fit.items()
        if slip <= most
    )
    return [(slip, number) for slip, *_, number in nsmallest(TOP, order)]


def _begun(base: NameBase, word: str) -> Options:
    """The words that begin so."""
    return [(0, names) for names in base.begun(word)]


def _near(base: NameBase, word: str) -> Options:
    """The words that begin so or are nearly the same, the fewest slips first."""
    return _begun(base, word) + [
        (slip, base.having(other)) for other, slip in base.alike(word).items()
    ]


def _shared(asked: Sequence[Options]) -> dict[int, int]:
    """The names that have one of the words that each word may be, with the slips of all."""
    if not asked:
        return {}
    first, *others = sorted(asked, key=lambda options: sum(len(names) for _, names in options))
    slips: dict[int, int] = {}
    for slip, names in first:
        for number in names:
            slips.setdefault(number, slip)
    for options in others:
        left, kept = set(slips), dict[int, int]()
        for slip, names in options:
            found = _among(left, names)
            kept.update((number, slips[number] + slip) for number in found)
            left -= found
        slips = kept
    return slips


def _among(some: set[int], names: Sequence[int]) -> set[int]:
    """Those of a set that are in a sorted list; a short set is looked up in a long list."""
    if FEW * len(some) > len(names):
        return some.intersection(names)
    found = set()
    for number in some:
        at = bisect_left(names, number)
        if at < len(names) and names[at] == number:
            found.add(number)
    return found
