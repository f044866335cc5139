"""A sheet of an ``.xlsx`` workbook as rows of text, read without trust.

The archive and each XML part of it are checked before a library sees them: sizes, document type
declarations, formulas, and that rows and cells stand in order, each once (the library would
drop those that do not). The reader is openpyxl's streaming one: it is pure Python, and a cell
that claims to stand in row 1,048,576 costs it nothing (a faster reader that lays out the whole
rectangle aborts the process on such a file of 1,429 bytes).
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.sources.files import SafeZip
from kg.sources.xmlfile import MAX_XML, check

__all__ = ["rows"]

MAX_ROWS = 200_000
"""Most rows of a sheet (the most known: 2,050)."""

MAX_COLUMNS = 100
"""Most columns of a sheet (the most known: 30)."""

_ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")
_UNSEEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LEAD = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""What may stand before the first sign of an XML document."""

Cell = str | int | float | datetime | None


def rows(path: Path) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """The rows of the only sheet, with their numbers from 1, each as long as its last cell.

    :raises InputError: for a broken archive or workbook, more than one sheet, a formula, an
        error value, a control character, and sizes that no table of ours has.
    """
    _check(path)
    workbook = _open(path)
    try:
        if len(workbook.sheetnames) != 1:
            raise InputError(f"holds {len(workbook.sheetnames)} sheets, not one", file=path)
        for line, cells in enumerate(_cells(path, workbook.worksheets[0]), 1):
            yield line, tuple(_cell(path, line, cell) for cell in cells)
    finally:
        workbook.close()


def _check(path: Path) -> None:
    archive = SafeZip(path)
    names = archive.names()
    if "xl/workbook.xml" not in names:
        raise InputError("is no xlsx workbook", file=path, mend="give the publisher's own file")
    for name in names:
        data = _part(archive, name)
        # What a part is, its relations say and not its name: all that could be XML is checked.
        if data.lstrip(_LEAD)[:1] == b"<":
            sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
            check(data, file=path, part=name, look=_Order() if sheet else None)


class _Order:
    """Looks at the elements of a sheet: no formulas; rows and cells in order, each once."""

    def __init__(self) -> None:
        self.row = self.column = 0

    def __call__(self, tag: str, attributes: dict[str, str]) -> str | None:
        if tag == "f":
            return "a formula in a cell"
        if tag == "row":
            number = attributes.get("r", "")
            if not number.isdecimal() or not self.row < int(number) <= MAX_ROWS:
                return f'row "{number}" after row {self.row}, of {MAX_ROWS} at most'
            self.row, self.column = int(number), 0
        elif tag == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            column = _column(place[1]) if place else 0
            inside = place is not None and int(place[2]) == self.row
            if not inside or not self.column < column <= MAX_COLUMNS:
                return f'cell "{attributes.get("r")}" out of its order, or beyond {MAX_COLUMNS}'
            self.column = column
        return None


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _part(archive: SafeZip, name: str) -> bytes:
    """The bytes of a member, as long as they are not too many."""
    found = bytearray()
    for chunk in archive.chunks(name):
        found += chunk
        if len(found) > MAX_XML:
            raise InputError(f"unpacks to more than {MAX_XML} bytes", file=archive.path, field=name)
    return bytes(found)


def _open(path: Path) -> Any:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except _BROKEN as error:
        raise _unreadable(path, error) from None


def _cells(path: Path, sheet: Any) -> Iterator[Sequence[Any]]:
    # The size a sheet declares is not believed: rows are as long as they are.
    sheet.reset_dimensions()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield from sheet.iter_rows(values_only=True)
    except _BROKEN as error:
        raise _unreadable(path, error) from None


_BROKEN = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, OSError),
    *(SyntaxError, zipfile.BadZipFile),
)
"""What openpyxl is known to raise for a workbook whose parts do not fit together."""


def _unreadable(path: Path, error: Exception) -> InputError:
    return InputError(
        f"is no readable workbook: {type(error).__name__} {error}",
        file=path,
        mend="the file may be cut or altered: fetch it again",
    )


def _cell(path: Path, line: int, cell: Any) -> Cell:
    if isinstance(cell, str):
        if _ERROR.fullmatch(cell):
            raise InputError(f"the error value {cell} in a cell", file=path, line=line)
        if found := _UNSEEN.search(cell):
            raise InputError(
                f"control character U+{ord(found.group()):04X} in a cell", file=path, line=line
            )
        return cell
    if isinstance(cell, bool) or not isinstance(cell, int | float | datetime | None):
        raise InputError(f"a cell of the type {type(cell).__name__}", file=path, line=line)
    return cell
