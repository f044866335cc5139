"""Names of substances: the UNII list of FDA and NCATS (``UNII_Names``, tab-separated).

A name is written as its authority writes it, with the authority's mark behind it
(``EXAMPLIX [INN]``). One name may stand for several substances: a brand and a salt, an acid and
its ester; the index keeps them all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from sys import intern
from typing import NamedTuple

from kg.errors import InputError
from kg.model import PartialDate
from kg.sources.files import SafeZip, rows, text_lines
from kg.sources.tally import Tally

__all__ = [
    "COLUMNS",
    "GLOB",
    "MARKS",
    "NAME",
    "REASONS",
    "Name",
    "Substances",
    "by_name",
    "dated",
    "each",
    "names",
    "plain",
    "read",
]

NAME = "unii"
GLOB = "unii/UNII*"
MEMBER = "UNII_Names*.txt"
COLUMNS = ("Name", "TYPE", "UNII", "Display Name")

TYPES = {
    "bn": "brand name",
    "cd": "code",
    "cn": "common name",
    "of": "official name",
    "sys": "systematic name",
}
SPOKEN = ("bn", "cd", "cn", "of")
"""The types that registers and labels call a substance by: all but chemical nomenclature."""

SYSTEMATIC = "the name is chemical nomenclature"
REASONS = (SYSTEMATIC,)

MARKS = frozenset(
    "BAN|BP|CHP|DSC|EMA EPAR|EMA EPAR VETERINARY|EMA HERBAL SUBSTANCE|EP|EP IMPURITY|"
    "EP MONOGRAPH|FCC|FDMS|FHFI|GREEN BOOK|HOC|HPUS|HSDB|IARC|II|INCB GREEN LIST|INCI|INN|IP|"
    "ISO|IUPAC|JAN|JP|LANGUAL|LOINC|MART.|MI|NDI|NF|NFLIS-DRUG|ORANGE BOOK|PURPLE BOOK CDER|"
    "USAN|USP|USP IMPURITY|USP MONOGRAPH|USP-NF|USP-RS|VANDF|WHO-DD|WHO-IP|WHO-IP LATIN|"
    "WHO-SDG".split("|")
)
"""Authorities and lists that mark their names; other words in brackets belong to the name."""

_MARKED = re.compile(r"(.+?) \[([^\[\]]+)\]")
_UNII = re.compile(r"[A-Z0-9]{10}")
_DAY = re.compile(r"_([0-9]{1,2}[A-Za-z]{3}[0-9]{4})\.")


class Name(NamedTuple):
    """One row: a name of a substance. ``type`` is a key of :data:`TYPES`."""

    name: str
    type: str
    unii: str
    display: str
    line: int


def plain(name: str) -> tuple[str, str | None]:
    """A name without its authority's mark, and the mark: ``("EXAMPLIX", "INN")``.

    What stands in brackets is a mark only if it is one of :data:`MARKS`.
    """
    if name[-1:] != "]":
        return name, None
    found = _MARKED.fullmatch(name)
    if found is None or found.group(2) not in MARKS:
        return name, None
    return found.group(1), found.group(2)


def dated(path: Path) -> PartialDate:
    """The day in the name of the file, or of its member: ``UNII_Names_26Feb2025.txt``.

    :raises InputError: if there is none; the text itself does not say how old it is.
    """
    inside = SafeZip(path).names() if path.suffix.lower() == ".zip" else []
    for name in (path.name, *inside):
        if found := _DAY.search(name):
            try:
                return PartialDate(datetime.strptime(found.group(1), "%d%b%Y").date().isoformat())
            except ValueError:
                raise InputError(f'"{found.group(1)}" is no day', file=path) from None
    mend = "enter the file's checksum and date in the source registry"
    raise InputError("the file does not say how old it is", file=path, mend=mend)


def each(path: Path) -> Iterator[Name]:
    """The rows one by one, so that a million need not be held; see :func:`read`."""
    seen: dict[str, tuple[str, str]] = {}
    types = {code: intern(code) for code in TYPES}
    new = tuple.__new__
    lines = text_lines(path, member=MEMBER)
    for line, (name, kind, unii, display) in rows(lines, path=path, sep="\t", columns=COLUMNS):
        known = seen.get(unii)
        if known is None:
            if not _UNII.fullmatch(unii):
                raise InputError(f'"{unii}" is no UNII', file=path, line=line, field="UNII")
            if not display:
                raise InputError("is empty", file=path, line=line, field="Display Name")
            known = seen[unii] = (unii, display)
        elif known[1] != display:
            problem = f'{unii} is called "{known[1]}" further up'
            raise InputError(problem, file=path, line=line, field="Display Name")
        if kind not in types:
            raise InputError(f'unknown type "{kind}"', file=path, line=line, field="TYPE")
        if not name:
            raise InputError("is empty", file=path, line=line, field="Name")
        yield new(Name, (name, types[kind], *known, line))


def read(path: Path) -> list[Name]:
    """All names in the order of the file.

    :raises InputError: for an unknown column or type, an identifier that is no UNII, an empty
        name, or a substance with two display names.
    """
    return list(each(path))


def names(path: Path, wanted: Collection[str]) -> dict[str, list[Name]]:
    """All names of the substances wanted, by UNII: read on demand rather than held."""
    found: dict[str, list[Name]] = {unii: [] for unii in wanted}
    for row in each(path):
        if row.unii in found:
            found[row.unii].append(row)
    return found


class Substances:
    """Which substances a name stands for, and what each is called for display."""

    def __init__(self) -> None:
        self.display: dict[str, str] = {}
        """Display name by UNII."""
        self._index: dict[str, str | tuple[str, ...]] = {}

    def add(self, row: Name) -> None:
        """Take up a name."""
        self.display[row.unii] = row.display
        key = _fold(plain(row.name)[0])
        held = self._index.get(key)
        if held is None:
            self._index[key] = row.unii
        elif isinstance(held, str):
            if held != row.unii:
                self._index[key] = (held, row.unii)
        elif row.unii not in held:
            self._index[key] = (*held, row.unii)

    def find(self, name: str) -> tuple[str, ...]:
        """The UNIIs that a name stands for, sorted: none, one, or several.

        Case, repeated white space and an authority's mark make no difference.
        """
        held = self._index.get(_fold(plain(name)[0]), ())
        return (held,) if isinstance(held, str) else tuple(sorted(held))

    def __len__(self) -> int:
        """How many different names are known."""
        return len(self._index)


def by_name(rows: Iterable[Name], tally: Tally) -> Substances:
    """The index over all rows of :data:`SPOKEN`; every substance keeps its display name."""
    found = Substances()
    for row in rows:
        tally.row()
        if row.type in SPOKEN:
            found.add(row)
            tally.used()
        else:
            found.display[row.unii] = row.display
            tally.skip(SYSTEMATIC)
    return found


def _fold(name: str) -> str:
    return " ".join(name.casefold().split())
