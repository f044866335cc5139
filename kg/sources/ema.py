"""The European Medicines Agency's table of medicines, as published: an ``.xlsx`` workbook.

Some banner rows, then a row of 30 column names, then one row a medicine, known by its product
number. Three habits of the table are undone, and nothing else: blanks and no-break spaces
around and between words of a name (they come from the Agency's editor), the time of day in a
cell that is a date (midnight somewhere), and the blank after a product number. The text of an
indication is kept as it is, and the digest of a row covers its cells as they are.

https://www.ema.europa.eu/en/medicines/download-medicine-data
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from kg.errors import InputError
from kg.evidence import record_digest
from kg.identity import Seen
from kg.model import PartialDate
from kg.sources import workbook
from kg.sources.cells import substances

__all__ = [
    "COLUMNS",
    "FLAGS",
    "GLOB",
    "NAME",
    "Medicine",
    "dated",
    "products",
    "raw_rows",
    "read",
    "skipped",
]

NAME = "ema-medicines"
GLOB = "ema/*.xlsx"

FLAGS = (
    *("Patient safety", "Additional monitoring", "Generic", "Biosimilar", "Conditional approval"),
    *("Exceptional circumstances", "Accelerated assessment", "Orphan medicine"),
)
"""The columns that say yes or no."""

AUTHORISED, REFUSED = "Marketing authorisation date", "Date of refusal of marketing authorisation"
INN = "International non-proprietary name (INN) / common name"
HOLDER = "Marketing authorisation holder/company name"
_DATES = (
    *(AUTHORISED, REFUSED, "Date of opinion", "Decision date", "First published"),
    "Revision date",
)
COLUMNS = (
    *("Category", "Medicine name", "Therapeutic area", INN, "Active substance", "Product number"),
    *("Authorisation status", "ATC code", HOLDER, "Human pharmacotherapeutic group"),
    *("Vet pharmacotherapeutic group", "Revision number", "Condition / indication", "Species"),
    *("ATCvet code", "URL"),
    *FLAGS,
    *_DATES,
)
"""All columns of the table, in no order: a table with others is another edition."""

STATUSES = ("Authorised", "Withdrawn", "Refused")
VETERINARY, NO_STATUS = "veterinary medicine", "no authorisation status"
REASONS = frozenset({VETERINARY, NO_STATUS})
"""Why a row makes no fact."""

_NUMBER = {"Human": r"EMEA/H/C/[0-9]{6}", "Veterinary": r"EMEA/V/C/[0-9]{6}"}
_BANNER_ROWS = 20
_WEEK = "Mon Tue Wed Thu Fri Sat Sun".split()
_GENERATED = re.compile(r"([A-Z][a-z]{2}), ([0-9]{2})/([0-9]{2})/([0-9]{4}) - [0-9]{2}:[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Medicine:
    """A row: what facts are made of, and the digest of all its cells.

    Dates are days. ``status`` is one of :data:`STATUSES` or empty; ``flags`` are the columns
    :data:`FLAGS` that say yes. ``area``, ``substance`` and ``inn`` are whole cells.
    """

    line: int
    digest: str
    human: bool
    name: str
    number: str
    status: str
    area: str
    substance: str
    inn: str
    atc: str
    holder: str
    indication: str
    flags: frozenset[str]
    authorised: PartialDate | None
    refused: PartialDate | None


def dated(path: Path) -> PartialDate:
    """The day on which the table was made, as its banner says.

    :raises InputError: if the banner does not say it, or names another day of the week.
    """
    for line, cells in workbook.rows(path):
        if line > _BANNER_ROWS:
            break
        for before, cell in itertools.pairwise(cells):
            if before == "Output generated at:":
                return _banner_date(path, line, _raw(cell))
    raise InputError('no cell "Output generated at:" above the table', file=path)


def _banner_date(path: Path, line: int, text: str) -> PartialDate:
    match = _GENERATED.fullmatch(text)
    try:
        day = date(int(match[4]), int(match[3]), int(match[2])) if match else None
    except ValueError:
        day = None
    if match is None or day is None or _WEEK[day.weekday()] != match[1]:
        raise InputError(
            f'bad date "{text}"',
            file=path,
            line=line,
            field="Output generated at",
            mend="it is written as Tue, 05/12/2023 - 01:46, day first",
        )
    return PartialDate(day.isoformat())


def read(path: Path) -> list[Medicine]:
    """All rows of the table.

    :raises InputError: for a broken or harmful workbook, a missing or unknown column, a cell of
        the wrong kind, an unknown category or status, and a product number that stands twice.
    """
    found: dict[str, Medicine] = {}
    for line, cells in _table(path):
        try:
            medicine = _medicine(line, cells)
        except InputError as error:
            raise error.at(path, line) from None
        if other := found.get(medicine.number):
            raise InputError(
                f"{medicine.number} stands in row {other.line} too",
                file=path,
                line=line,
                field="Product number",
            )
        found[medicine.number] = medicine
    if not found:
        raise InputError("the table has no rows", file=path)
    return list(found.values())


def raw_rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Each row's product number, and its cells by column as its digest takes them.

    :raises InputError: as :func:`read` does for the workbook and its columns.
    """
    for _, cells in _table(path):
        yield _name(cells, "Product number"), {name: _raw(cell) for name, cell in cells.items()}


def _table(path: Path) -> Iterator[tuple[int, dict[str, workbook.Cell]]]:
    header: tuple[workbook.Cell, ...] = ()
    for line, cells in workbook.rows(path):
        if header:
            cells += (None,) * (len(header) - len(cells))
            if len(cells) != len(header) or not any(cells):
                what = "an empty row" if not any(cells) else "a cell beyond the last column"
                raise InputError(what, file=path, line=line)
            yield line, dict(zip(map(str, header), cells, strict=True))
        elif cells[:1] == ("Category",):
            header = cells
            _columns(path, line, header)
        elif line > _BANNER_ROWS:
            break
    if not header:
        raise InputError(
            'no row of column names, beginning with "Category"',
            file=path,
            mend="give the Agency's table of medicines as published",
        )


def _columns(path: Path, line: int, header: tuple[workbook.Cell, ...]) -> None:
    names = [str(name) for name in header]
    for what, wrong in (
        ("missing", [name for name in COLUMNS if name not in names]),
        ("unknown", [name for name in names if name not in COLUMNS]),
        ("doubled", [name for name in names if names.count(name) > 1]),
    ):
        if wrong:
            raise InputError(
                f'{what} column "{wrong[0]}"',
                file=path,
                line=line,
                mend="this is another edition of the table, which needs an adapter of its own",
            )


def _medicine(line: int, cells: dict[str, workbook.Cell]) -> Medicine:
    category = _name(cells, "Category")
    if category not in _NUMBER:
        raise InputError(f'unknown category "{category}"', field="Category")
    number = _name(cells, "Product number")
    if not re.fullmatch(_NUMBER[category], number):
        raise InputError(f'bad product number "{number}"', field="Product number")
    status = _name(cells, "Authorisation status")
    if status and status not in STATUSES:
        raise InputError(f'unknown status "{status}"', field="Authorisation status")
    name = _name(cells, "Medicine name")
    if not name:
        raise InputError("the medicine has no name", field="Medicine name")
    days = {column: _day(cells, column) for column in _DATES}
    return Medicine(
        line=line,
        digest=record_digest({column: _raw(cell) for column, cell in cells.items()}),
        human=category == "Human",
        name=name,
        number=number,
        status=status,
        area=_text(cells, "Therapeutic area").replace("\xa0", " ").strip(),
        substance=_name(cells, "Active substance"),
        inn=_name(cells, INN),
        atc=_name(cells, "ATC code"),
        holder=_name(cells, HOLDER),
        indication=_text(cells, "Condition / indication"),
        flags=frozenset(column for column in FLAGS if _yes(cells, column)),
        authorised=days[AUTHORISED],
        refused=days[REFUSED],
    )


def _raw(cell: workbook.Cell) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)


def _text(cells: dict[str, workbook.Cell], column: str) -> str:
    cell = cells[column]
    if isinstance(cell, datetime | float):
        raise InputError(f'"{cell}" is no text', field=column)
    return _raw(cell)


def _name(cells: dict[str, workbook.Cell], column: str) -> str:
    return " ".join(_text(cells, column).split())


def _yes(cells: dict[str, workbook.Cell], column: str) -> bool:
    cell = cells[column]
    if cell not in ("yes", "no"):
        raise InputError(f'"{_raw(cell)}" is neither yes nor no', field=column)
    return cell == "yes"


def _day(cells: dict[str, workbook.Cell], column: str) -> PartialDate | None:
    cell = cells[column]
    if cell is None:
        return None
    if not isinstance(cell, datetime):
        raise InputError(f'"{cell}" is no date', field=column, mend="the cell must be a date")
    return PartialDate(cell.date().isoformat())


def skipped(medicine: Medicine) -> str | None:
    """Why a row makes no fact, or none if it does."""
    if not medicine.human:
        return VETERINARY
    return None if medicine.status else NO_STATUS


def products(rows: Iterable[Medicine]) -> Iterator[Seen]:
    """The human medicines, each under its product number, with the substances that are certain."""
    for row in rows:
        if skipped(row) is None:
            names = substances(row.substance, row.inn, lambda name: False)
            certain = len(names) > 1 or ", " not in row.substance
            yield Seen("ema", row.number, row.name, names if certain else ())
