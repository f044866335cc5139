"""The tables of Drugs@FDA, from the zip archive of the data files as published.

Each member is a table: cp1252 text, one header line, cells parted by tabs, no quoting. Keys are
``ApplNo``, ``ApplNo`` with ``ProductNo``, and ``ApplNo`` with submission type and number; lookups
name the codes of submission classes and marketing statuses. Some keys are padded with blanks.

References between the tables do not all hold as published: thousands of submissions belong to
applications that are not listed (older ones mostly), and some statuses to products that are not.
Such rows are read, and counted where facts are made. A code that its lookup does not name, and a
key that stands twice, are errors. A row of products that ends in one empty cell too many is kept
apart: in which of its columns the extra tab stands cannot be told.

The archive says nowhere of which day it is, but when its members were packed.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.errors import InputError
from kg.model import PartialDate
from kg.sources.files import SafeZip, rows, text_lines

__all__ = ["COLUMNS", "UNREAD", "Row", "Tables", "cells", "dated", "read"]

COLUMNS = {
    "Applications.txt": ("ApplNo", "ApplType", "ApplPublicNotes", "SponsorName"),
    "Products.txt": (
        "ApplNo",
        "ProductNo",
        "Form",
        "Strength",
        "ReferenceDrug",
        "DrugName",
        "ActiveIngredient",
        "ReferenceStandard",
    ),
    "Submissions.txt": (
        "ApplNo",
        "SubmissionClassCodeID",
        "SubmissionType",
        "SubmissionNo",
        "SubmissionStatus",
        "SubmissionStatusDate",
        "SubmissionsPublicNotes",
        "ReviewPriority",
    ),
    "MarketingStatus.txt": ("MarketingStatusID", "ApplNo", "ProductNo"),
    "MarketingStatus_Lookup.txt": ("MarketingStatusID", "MarketingStatusDescription"),
    "SubmissionClass_Lookup.txt": (
        "SubmissionClassCodeID",
        "SubmissionClassCode",
        "SubmissionClassCodeDescription",
    ),
    "ApplicationDocs.txt": (
        "ApplicationDocsID",
        "ApplicationDocsTypeID",
        "ApplNo",
        "SubmissionType",
        "SubmissionNo",
        "ApplicationDocsTitle",
        "ApplicationDocsURL",
        "ApplicationDocsDate",
    ),
    "SubmissionPropertyType.txt": (
        "ApplNo",
        "SubmissionType",
        "SubmissionNo",
        "SubmissionPropertyTypeCode",
        "SubmissionPropertyTypeID",
    ),
    "TE.txt": ("ApplNo", "ProductNo", "MarketingStatusID", "TECode"),
    "ActionTypes_Lookup.txt": (
        "ActionTypes_LookupID",
        "ActionTypes_LookupDescription",
        "SupplCategoryLevel1Code",
        "SupplCategoryLevel2Code",
    ),
    "ApplicationsDocsType_Lookup.txt": (
        "ApplicationDocsType_Lookup_ID",
        "ApplicationDocsType_Lookup_Description",
    ),
}
"""Every member of the archive and its columns."""

UNREAD = tuple(COLUMNS)[4:]
"""The tables of which rows are counted, but make no fact of their own."""

ENCODING = "cp1252"
PUBLISHED = "take the archive of data files as published"

APPLICATION, PRODUCT = 6, 3
"""Digits of an application's and of a product's number."""

_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) 00:00:00")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its line, and its cells in the order of :data:`COLUMNS`."""

    line: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Tables:
    """What the archive holds, each row checked."""

    applications: list[Row]
    products: list[Row]
    odd_products: list[Row]
    """Rows of products with an empty cell too many at their end."""
    submissions: list[Row]
    marketing: list[Row]
    classes: dict[str, str]
    """Codes of submission classes, such as ``EFFICACY``, by their numbers."""
    statuses: dict[str, str]
    """Names of marketing statuses, such as ``Prescription``, by their numbers."""
    unread: dict[str, int]
    """Numbers of rows of the tables of :data:`UNREAD`."""


def cells(table: str, row: Row) -> dict[str, str]:
    """A row as column to text."""
    return dict(zip(COLUMNS[table], row.cells, strict=True))


def dated(path: Path) -> PartialDate:
    """The day on which the last member was packed."""
    SafeZip(path)
    with zipfile.ZipFile(path) as archive:
        latest = max((member.date_time[:3] for member in archive.infolist()), default=(0, 0, 0))
    try:
        return PartialDate("{:04}-{:02}-{:02}".format(*latest))
    except InputError as error:
        raise error.at(path) from None


def read(path: Path) -> Tables:
    """Every table of the archive.

    :raises InputError: for a missing or unknown member, another column, a wrong number of cells,
        a key that stands twice, a code without a name, a bad date.
    """
    names = SafeZip(path).names()
    for problem, found in (
        ("there is no such member", [name for name in COLUMNS if name not in names]),
        ("an unknown member", [name for name in names if name not in COLUMNS]),
    ):
        if found:
            raise InputError(problem, file=path, field=found[0], mend=PUBLISHED)
    classes = _lookup(path, "SubmissionClass_Lookup.txt")
    statuses = _lookup(path, "MarketingStatus_Lookup.txt")
    odd: list[Row] = []
    return Tables(
        applications=_checked(path, "Applications.txt", _application),
        products=_checked(path, "Products.txt", _product, odd),
        odd_products=odd,
        submissions=_checked(path, "Submissions.txt", _submission(classes)),
        marketing=_checked(path, "MarketingStatus.txt", _marketing(statuses)),
        classes=classes,
        statuses=statuses,
        unread={name: sum(1 for _ in _rows(path, name)) for name in UNREAD},
    )


def _rows(path: Path, name: str, odd: list[Row] | None = None) -> Iterator[Row]:
    place = path / name
    try:
        lines: Iterable[tuple[int, str]] = text_lines(path, ENCODING, member=name)
        if odd is not None:
            lines = _set_apart(lines, len(COLUMNS[name]), odd)
        for line, found in rows(lines, path=place, sep="\t", columns=COLUMNS[name]):
            yield Row(line, found)
    except InputError as error:
        raise InputError(
            error.problem,
            file=place,
            line=error.line,
            field=error.field,
            mend=error.mend or PUBLISHED,
        ) from None


def _set_apart(
    lines: Iterable[tuple[int, str]], width: int, odd: list[Row]
) -> Iterator[tuple[int, str]]:
    for line, text in lines:
        if text.endswith("\t") and text.count("\t") == width:
            odd.append(Row(line, text.split("\t")))
        else:
            yield line, text


def _checked(
    path: Path,
    name: str,
    check: Callable[[Sequence[str]], Hashable],
    odd: list[Row] | None = None,
) -> list[Row]:
    """The rows of a table; ``check`` refuses bad cells and returns the key of a row."""
    found: list[Row] = []
    first: dict[Hashable, int] = {}
    for row in _rows(path, name, odd):
        try:
            before = first.setdefault(check(row.cells), row.line)
            if before != row.line:
                raise InputError(
                    f"the key stands twice, first in line {before}",
                    field=COLUMNS[name][0],
                    mend=PUBLISHED,
                )
        except InputError as error:
            raise error.at(path / name, row.line) from None
        found.append(row)
    return found


def _lookup(path: Path, name: str) -> dict[str, str]:
    found = _checked(path, name, lambda cells: cells[0])
    return {row.cells[0]: row.cells[1] for row in found}


def _number(text: str, digits: int, column: str) -> None:
    if len(text) != digits or not text.isdecimal():
        raise InputError(f'"{text}" is no number of {digits} digits', field=column, mend=PUBLISHED)


def _one_of(values: Iterable[str], text: str, column: str) -> None:
    if text not in values:
        known = ", ".join(values)
        raise InputError(f'"{text}" is not known', field=column, mend=f"it is one of: {known}")


def _application(cells: Sequence[str]) -> Hashable:
    number, kind, _, _ = cells
    _number(number, APPLICATION, "ApplNo")
    _one_of(("NDA", "ANDA", "BLA"), kind, "ApplType")
    return number


def _product(cells: Sequence[str]) -> Hashable:
    number, product, form, _, _, name, ingredient, _ = cells
    _number(number, APPLICATION, "ApplNo")
    _number(product, PRODUCT, "ProductNo")
    texts = (("Form", form), ("DrugName", name), ("ActiveIngredient", ingredient))
    for column, text in texts:
        if not text.strip(" ;"):
            raise InputError("is empty", field=column, mend="every product has one")
    return number, product


def _submission(classes: dict[str, str]) -> Callable[[Sequence[str]], Hashable]:
    known = {"", *classes}

    def check(cells: Sequence[str]) -> Hashable:
        number, class_id, kind, count, status, day, _, _ = cells
        _number(number, APPLICATION, "ApplNo")
        if class_id not in known:
            _one_of(classes, class_id, "SubmissionClassCodeID")
        _one_of(("ORIG", "SUPPL"), kind.strip(), "SubmissionType")
        _one_of(("AP", "TA"), status, "SubmissionStatus")
        if not count.isdecimal():
            raise InputError(f'"{count}" is no number', field="SubmissionNo", mend=PUBLISHED)
        _day(day)
        return number, kind.strip(), count

    return check


def _marketing(statuses: dict[str, str]) -> Callable[[Sequence[str]], Hashable]:
    def check(cells: Sequence[str]) -> Hashable:
        status, number, product = cells
        _one_of(statuses, status, "MarketingStatusID")
        _number(number, APPLICATION, "ApplNo")
        _number(product, PRODUCT, "ProductNo")
        return status, number, product

    return check


@cache
def _day(text: str) -> PartialDate | None:
    """The day of a moment as published, always midnight; nothing for an empty cell."""
    if not text:
        return None
    found = _MOMENT.fullmatch(text)
    if not found:
        problem, mend = f'bad date "{text}"', "dates are written like 2016-12-23 00:00:00"
        raise InputError(problem, field="SubmissionStatusDate", mend=mend)
    try:
        return PartialDate(found[1])
    except InputError as error:
        raise InputError(
            error.problem, field="SubmissionStatusDate", mend="give a day that exists"
        ) from None
