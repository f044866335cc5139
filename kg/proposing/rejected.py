"""Proposals that a person rejected, remembered so that they are not made again.

A table of tab-separated values; the first column is the id of a proposal, the others say to a
reader what it was. It holds no word of any source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from kg.errors import InputError
from kg.proposing.proposal import ID
from kg.resources import folder

__all__ = ["COLUMNS", "added", "default_table", "ids"]

COLUMNS = "id subject predicate object polarity version passage by on".split()


def default_table() -> Path:
    """The project's own table."""
    return folder("data") / "rejected.tsv"


def ids(path: Path) -> frozenset[str]:
    """The ids in a file; none if it is not there.

    :raises InputError: for the first line that is not one of ours.
    """
    return frozenset(row[0] for row in _rows(path))


def _rows(path: Path) -> list[tuple[str, ...]]:
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].split("\t") != COLUMNS:
        mend = "let its first line be the names of the columns: " + ", ".join(COLUMNS)
        raise InputError("is no table of rejected proposals", file=path, line=1, mend=mend)
    found = []
    for number, line in enumerate(lines[1:], 2):
        row = tuple(line.split("\t"))
        if len(row) != len(COLUMNS) or not re.fullmatch(ID, row[0]):
            raise InputError(
                f"this is no row of {len(COLUMNS)} cells that begins with an id",
                file=path,
                line=number,
                mend="remove the line, or restore it",
            )
        found.append(row)
    return found


def added(path: Path, rows: Iterable[tuple[str, ...]]) -> str:
    """The text of the file with more rows in it, sorted, each id once."""
    table = {row[0]: row for row in [*_rows(path), *rows]}
    lines = ["\t".join(row) for row in [tuple(COLUMNS), *sorted(table.values())]]
    return "\n".join(lines) + "\n"
