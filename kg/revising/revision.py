"""One revision of a page, label or table, as a file in a curator's hand.

What a file is, its ending says: ``.xml`` is a structured product label, ``.xlsx`` the EMA's
table, ``.csv`` the Purple Book, ``.tsv.gz`` the indication sections of labels, ``.zip`` the
archive of Drugs@FDA or DrugMechDB; anything else is the text of a page. The text of a label is
that of its sections, each below its heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kg.dates import PartialDate
from kg.errors import InputError
from kg.evidence import Page
from kg.names import own
from kg.payload import digest as checksum
from kg.revising.recheck import Records
from kg.sources import spl, spl_rows
from kg.sources.cited import READERS, Cited
from kg.sources.files import SafeZip
from kg.syntax import decode

__all__ = ["Revision", "Section", "open_revision"]

ENDINGS = {
    ".xml": "fda-spl",
    ".xlsx": "ema-medicines",
    ".csv": "fda-purple-book",
    ".tsv.gz": "fda-labels",
    ".tsv": "fda-labels",
    ".hpoa": "hpo",
    ".hpoa.gz": "hpo",
}
"""Sources with records by the ending of their files."""
LARGEST = 64 << 20
"""Bytes of the largest page."""

_CONTROL = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Section:
    """A section of a label: its heading and code, and where it stands in the label's text."""

    heading: str
    code: str
    start: int
    end: int


@dataclass(frozen=True)
class Revision:
    """A file and what it is.

    :param source: the IRI of its source; empty of a page, whose source its text has to tell.
    :param date: of the revision, as given or as the file says; None if neither.
    :param text: of a page or label; empty of a table.
    :param about: the set id of a label.
    :param cited: the records of a label or table.
    """

    path: Path
    checksum: str
    source: str
    date: PartialDate | None
    text: str
    sections: tuple[Section, ...] = ()
    about: str = ""
    cited: Sequence[Cited] = field(default=(), repr=False)

    @property
    def is_table(self) -> bool:
        """Whether it has records only."""
        return bool(self.source) and not self.about

    @cached_property
    def page(self) -> Page:
        """Its text, cut into sentences."""
        return Page(self.text)

    @cached_property
    def records(self) -> Records:
        """Its records, by place and by value."""
        name = self.source.rpartition("/")[2]
        return Records(self.cited, keyed=READERS[name].keyed if name in READERS else True)

    def section(self, at: int) -> str:
        """The heading under which a character of a label stands; empty in a page."""
        return next((one.heading for one in self.sections if one.start <= at < one.end), "")


def open_revision(path: Path, date: str | None = None) -> Revision:
    """Read a file as the revision of a source that it is.

    :param date: the day of the revision, where the file does not say it itself.
    :raises InputError: if it is missing, empty, no text, or not whole; if the date is none, or
        another than the file says.
    """
    given = PartialDate(date) if date else None
    name = _source(path)
    if not name:
        return Revision(path, checksum(path), "", given, _text(path))
    reader = READERS[name]
    cited = list(reader.read(path))
    said = reader.date(path)
    if given and said and given.text != said:
        raise InputError(
            f"the file says that it is of {said}, not of {given.text}", file=path, field="date"
        )
    day = PartialDate(said) if said else given
    iri = own("source", name)
    if name != "fda-spl":
        return Revision(path, checksum(path), iri, day, "", cited=cited)
    text, sections = _label(path)
    about = cited[0].place.removeprefix("label ").partition(",")[0]
    return Revision(path, checksum(path), iri, day, text, sections, about, cited)


def _source(path: Path) -> str:
    """The source with records whose file it is by its ending; empty if it is a page."""
    if not path.is_file():
        raise InputError("there is no such file", file=path)
    if path.suffix == ".zip":
        paths = any(one.startswith("paths/") for one in SafeZip(path).names())
        return "drugmechdb" if paths else "fda-drugs-at-fda"
    lower = path.name.lower()
    return next((name for end, name in ENDINGS.items() if lower.endswith(end)), "")


def _text(path: Path) -> str:
    """The text of a page.

    :raises InputError: if it is too long, empty, not UTF-8, or holds what no page holds.
    """
    if path.stat().st_size > LARGEST:
        raise InputError(f"is larger than {LARGEST} bytes", file=path)
    text = decode(path.read_bytes(), str(path))
    if not text.strip():
        raise InputError("is empty", file=path, mend="capture the page again")
    if found := _CONTROL.search(text):
        raise InputError(
            f"control character U+{ord(found.group()):04X}: this is no text of a page",
            file=path,
            line=text.count("\n", 0, found.start()) + 1,
            mend="capture the page again, as plain text",
        )
    return text


def _label(path: Path) -> tuple[str, tuple[Section, ...]]:
    """The text of a label, section below section, and where each of them stands."""
    parts: list[str] = []
    sections: list[Section] = []
    length = 0
    for row in spl.read(path):
        if not isinstance(row, spl_rows.Section) or not row.text:
            continue
        part = f"{row.heading}\n{row.text}\n\n"
        sections.append(Section(row.heading, row.code or "", length, length + len(part)))
        parts.append(part)
        length += len(part)
    return "".join(parts), tuple(sections)
