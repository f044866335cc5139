"""Ranking names for a person: the text itself, its beginning, its words, its misspellings.

Ranking works on the numbers of names alone (the smaller, the likelier; see
:mod:`kg.name_index`); only what is shown is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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
            ("words", lambda: _with(base, map(base.having, asked), allowed)),
            ("words", lambda: _with(base, map(base.begun, asked), allowed)),
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


def _with(base: NameBase, names: Iterable[Collection[int]], allowed: bytes) -> Numbers:
    """The names that are in all of some lists."""
    lists = sorted(names, key=len)
    if not lists:
        return []
    marks, common = base.marks, set(lists[0]).intersection(*lists[1:])
    return [(0, at) for at in nsmallest(TOP, (at for at in common if allowed[marks[at]]))]


def _spelled(base: NameBase, asked: list[str], allowed: bytes) -> Numbers:
    """Names with words that are nearly the ones asked for: the fewest slips, and one more.

    Of these, names without further words go first, then labels. A word left out counts its
    letters.
    """
    near = [_near(base, word) for word in asked]
    slips = _slips(near)
    if not slips and len(asked) > 1:
        for at, word in enumerate(asked):
            if 2 * len(word) <= sum(map(len, asked)):
                for number, slip in _slips(near[:at] + near[at + 1 :]).items():
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


def _near(base: NameBase, word: str) -> dict[int, int]:
    """The names with a word that is this one, begins so or is nearly the same, with slips."""
    found = dict.fromkeys(base.begun(word), 0)
    for other, slip in base.alike(word).items():
        for number in base.having(other):
            found.setdefault(number, slip)
    return found


def _slips(near: Sequence[Mapping[int, int]]) -> dict[int, int]:
    """What all words take together, of the names that have them all."""
    if not near:
        return {}
    smallest, *others = sorted(near, key=len)
    return {
        number: slip + sum(other[number] for other in others)
        for number, slip in smallest.items()
        if all(number in other for other in others)
    }
