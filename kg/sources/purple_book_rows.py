"""The rows of the FDA Purple Book: licensed biologics, from the monthly CSV as published.

The file holds a banner (``… Report - April 2025``), an empty line, a legend, then twice the same
header: first over the rows that changed this month, then, after an empty row, over the full list.
A row is one presentation of a product (a strength in a container); its date is the day on which
that presentation was approved, so that only the rows of the original submission give the day on
which the product was licensed. An empty cell is written as nothing, as one blank or as ``N/A``.
Rows of the two centres differ: CDER leaves the supplement number of an original empty where CBER
writes ``0``; neither is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from kg.model import PartialDate
from kg.sources.files import rows as table_rows
from kg.sources.files import text_lines

__all__ = ["Row", "dated", "read"]

COLUMNS = (
    "N/R/U",
    "Applicant",
    "BLA Number",
    "Proprietary Name",
    "Proper Name",
    "BLA Type",
    "Strength",
    "Dosage Form",
    "Route of Administration",
    "Product Presentation",
    "Marketing Status",
    "Licensure",
    "Approval Date",
    "Ref. Product Proper Name",
    "Ref. Product Proprietary Name",
    "Supplement Number",
    "Submission Type",
    "License Number",
    "Product Number",
    "Center",
    "Date of First Licensure",
    "Exclusivity Expiration Date",
    "First Interchangeable Exclusivity Exp. Date",
    "Ref. Product Exclusivity Exp. Date",
    "Orphan Exclusivity Exp. Date",
)
DATES = ("Approval Date", *COLUMNS[20:])
VALUES = {
    "N/R/U": ("", "N", "R", "U"),
    "BLA Type": ("351(a)", "351(k) Biosimilar", "351(k) Interchangeable"),
    "Marketing Status": ("Rx", "OTC", "Disc", "Disc*"),
    "Licensure": ("Licensed", "Voluntarily Revoked", "Revoked"),
    "Submission Type": ("Original", "Supplement", ""),
    "Center": ("CDER", "CBER"),
}
NUMBERS = {"BLA Number": 6, "Product Number": 3}
"""Columns of numbers, and how many digits they have."""

PUBLISHED = "take the monthly download as published"

_BANNER = re.compile(r"Purple Book Monthly Historical Data Changes Report - (\w+) ([0-9]{4}),*")
_DAY = re.compile(r"([A-Z][a-z]+) ([0-9]{1,2}), ([0-9]{4})")
_MONTHS = {
    name: number
    for number, name in enumerate(
        "January February March April May June July August September October November "
        "December".split(),
        1,
    )
}


@dataclass(frozen=True, slots=True)
class Row:
    """One presentation of a product; ``changed`` rows repeat what changed this month."""

    line: int
    changed: bool
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """The text of a cell, empty where the register writes that there is none."""
        text = self.cells[column].strip()
        return "" if text == "N/A" else text

    @property
    def key(self) -> tuple[str, str]:
        """What tells the row from all others of the list."""
        return self["BLA Number"], self["Product Number"]

    @property
    def application(self) -> str:
        """The licence application, such as ``BLA 125694``."""
        return f"BLA {self['BLA Number']}"

    @property
    def brand(self) -> str:
        """The proprietary name, or the proper name of a product that has none."""
        return self["Proprietary Name"] or self["Proper Name"]

    @property
    def approved(self) -> PartialDate | None:
        """The day on which this presentation was approved."""
        return _day(self["Approval Date"]) if self["Approval Date"] else None


def dated(path: Path) -> PartialDate:
    """The month that the banner names."""
    return _month(path, next(text_lines(path), (1, ""))[1])


def _month(path: Path, banner: str) -> PartialDate:
    found = _BANNER.fullmatch(banner)
    if not found or found[1] not in _MONTHS:
        raise InputError(
            "the first line is no banner of the Purple Book with its month",
            file=path,
            line=1,
            mend=PUBLISHED,
        )
    return PartialDate(f"{found[2]}-{_MONTHS[found[1]]:02}")


def _day(text: str) -> PartialDate:
    found = _DAY.fullmatch(text)
    if not found or found[1] not in _MONTHS:
        raise InputError(f'bad date "{text}"', mend='dates are written like "May 24, 2019"')
    return PartialDate(f"{found[3]}-{_MONTHS[found[1]]:02}-{int(found[2]):02}")


def read(path: Path) -> list[Row]:
    """Every row of both blocks.

    :raises InputError: for a banner, header or cell that is not as described above, and for a
        presentation that stands twice in the list.
    """
    try:
        return _read(path)
    except InputError as error:
        error.mend = error.mend or PUBLISHED
        raise


def _read(path: Path) -> list[Row]:
    lines = list(text_lines(path))
    _month(path, lines[0][1] if lines else "")
    heads = [at for at, (_, text) in enumerate(lines) if text.startswith("N/R/U,")]
    if len(heads) != 2:
        problem = f"{len(heads)} headers, not two: of the month's changes and of the full list"
        raise InputError(problem, file=path, mend=PUBLISHED)
    if lines[heads[1] - 1][1].strip(","):
        problem = "no empty row between the month's changes and the full list"
        raise InputError(problem, file=path, line=lines[heads[1]][0], mend=PUBLISHED)
    changes, full = lines[heads[0] : heads[1] - 1], lines[heads[1] :]
    found = [*_block(path, changes, changed=True), *_block(path, full, changed=False)]
    lines_of: dict[tuple[str, str], int] = {}
    for row in found:
        if not row.changed and lines_of.setdefault(row.key, row.line) != row.line:
            raise InputError(
                f"product {row['Product Number']} of {row.application} stands twice, first in "
                f"line {lines_of[row.key]}",
                file=path,
                line=row.line,
                field="Product Number",
                mend=PUBLISHED,
            )
    return found


def _block(path: Path, lines: Sequence[tuple[int, str]], *, changed: bool) -> Iterator[Row]:
    for line, cells in table_rows(lines, path=path, sep=",", columns=COLUMNS):
        row = Row(line, changed, dict(zip(COLUMNS, cells, strict=True)))
        try:
            _check(row)
        except InputError as error:
            raise error.at(path, line) from None
        yield row


def _check(row: Row) -> None:
    """Refuse a cell that means nothing we know.

    :raises InputError: naming the column.
    """
    for column in ("Applicant", "Proper Name"):
        if not row[column]:
            raise InputError("is empty", field=column, mend="every row has one")
    for column, digits in NUMBERS.items():
        text = row.cells[column]
        if not re.fullmatch(f"[0-9]{{{digits}}}", text):
            raise InputError(
                f'"{text}" is no number of {digits} digits', field=column, mend=PUBLISHED
            )
    for column, values in VALUES.items():
        if row.cells[column] not in values:
            raise InputError(
                f'"{row.cells[column]}" is not known',
                field=column,
                mend="it is one of: " + ", ".join(value or "nothing" for value in values),
            )
    for column in DATES:
        if row[column] not in ("", "Date TBD"):
            try:
                _day(row[column])
            except InputError as error:
                raise InputError(error.problem, field=column, mend=error.mend) from None
