"""Cells of a register that hold several names, parted only where that is certain.

The signs that part names stand within names too: ``Muscular Atrophy, Spinal`` is one disease,
and ``virus, live, attenuated`` one substance. What cannot be parted for certain stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

__all__ = ["areas", "common_names", "substances", "uninverted"]

Known = Callable[[str], bool]
"""Whether a name stands for exactly one substance."""

_SIGN = re.compile(r"[(\[]|[)\]]|,(?= )| /(?= )")
_NOT_PLAIN = re.compile(r"\.$| and | vaccine", re.IGNORECASE)


def areas(cell: str) -> tuple[str, ...]:
    """Therapeutic areas, which are headings of MeSH: parted by a semicolon and two blanks only."""
    return tuple(" ".join(one.split()) for one in cell.split(";  ") if one.strip())


def uninverted(heading: str) -> str:
    """An inverted heading in the order of speech: ``Leukemia, Hairy Cell`` is hairy cell leukemia.

    MeSH puts the noun first and each word that narrows it behind a comma.
    """
    return " ".join(reversed(heading.split(", ")))


def substances(cell: str, common: str, known: Known) -> tuple[str, ...]:
    """Active substances of a cell in which commas part them and stand within them.

    The parts are believed if each is known, or if each begins with the same word as just one of
    the common names in the cell beside; otherwise the whole cell is one name.
    """
    parts = _parts(cell)
    if len(parts) > 1 and not known(cell):
        ours, theirs = _first_words(parts), _first_words(_parts(common))
        alike = len(set(ours)) == len(ours) and sorted(ours) == sorted(theirs)
        if all(map(known, parts)) or (alike and all(map(_plain, parts))):
            return parts
    return (cell,) if cell else ()


def common_names(cell: str, known: Known) -> tuple[str, ...]:
    """Common names of a cell, if each of its parts is known; else none."""
    parts = (cell,) if known(cell) else _parts(cell)
    return parts if all(map(known, parts)) else ()


def _parts(cell: str) -> tuple[str, ...]:
    """A cell cut at each comma, or slash between blanks, that stands outside of brackets."""
    depth, start, found = 0, 0, []
    for sign in _SIGN.finditer(cell):
        if sign.group() in "([":
            depth += 1
        elif sign.group() in ")]":
            depth -= 1
        elif depth == 0:
            found.append(cell[start : sign.start()].strip())
            start = sign.end()
    return (*found, cell[start:].strip())


def _first_words(names: Iterable[str]) -> list[str]:
    return [re.split(r"[ (-]", name.casefold(), maxsplit=1)[0] for name in names]


def _plain(name: str) -> bool:
    """Whether a text can be the name of one substance, and not a piece of a sentence."""
    return bool(re.match(r"[A-Za-z]{4}", name)) and not _NOT_PLAIN.search(name)
