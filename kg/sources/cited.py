"""The records of a publisher's file by the names under which evidence cites them.

An adapter makes facts, and needs to know of every name what it stands for. To read a piece of
evidence again only its place and its values are wanted: that is what these readers give, by the
same rows and cells from which the adapter took the digest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import InputError
from kg.evidence import digest, record_digest
from kg.model import PartialDate
from kg.sources import (
    drugmechdb,
    drugs_at_fda,
    ema,
    hpoa,
    label_sections,
    purple_book,
    spl,
)
from kg.sources.drugs_at_fda_tables import cells as table_cells
from kg.sources.spl_facts import cells as label_cells
from kg.sources.spl_rows import Section

__all__ = ["READERS", "Cited", "Reader"]


@dataclass(frozen=True, slots=True)
class Cited:
    """A record of a file.

    :param place: what names it, as in ``df:record``.
    :param cells: its fields and their text.
    :param text: of a section of text, its words; such a section has no fields.
    :param heading: of a section of text, what it is headed.
    :param whole: the digest of all fields, where the adapter has it already.
    """

    place: str
    cells: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    heading: str = ""
    whole: str = ""

    def digest(self, fields: Iterable[str] = ()) -> str:
        """The digest over some fields, or over all; empty if it lacks one of them."""
        wanted = sorted(fields)
        if self.text is not None and not wanted:
            return digest(self.text)
        if not wanted:
            return self.whole or record_digest(self.cells)
        if any(name not in self.cells for name in wanted):
            return ""
        return record_digest({name: self.cells[name] for name in wanted})


@dataclass(frozen=True)
class Reader:
    """How the files of a source are found, dated and read.

    ``keyed`` is false where a record is named by its line: another text in that line is then no
    changed form of the one that was cited.
    """

    glob: str
    dated: Callable[[Path], PartialDate]
    read: Callable[[Path], Iterator[Cited]]
    several: bool = False
    keyed: bool = True

    def date(self, path: Path) -> str:
        """What the file says of its date; empty if it does not say it."""
        try:
            return self.dated(path).text
        except InputError:
            return ""


def _purple_book(path: Path) -> Iterator[Cited]:
    for row in purple_book.read(path):
        if not row.changed:
            yield Cited(f"{row.application}, product {row.key[1]}", row.cells)


def _drugs_at_fda(path: Path) -> Iterator[Cited]:
    tables = drugs_at_fda.read(path)
    for name, rows, columns in (
        ("Applications.txt", tables.applications, (0,)),
        ("Products.txt", tables.products, (0, 1)),
        ("Submissions.txt", tables.submissions, (0, 2, 3)),
        ("MarketingStatus.txt", tables.marketing, (1, 2, 0)),
    ):
        for row in rows:
            key = " ".join(row.cells[n].strip() for n in columns)
            yield Cited(f"{name}, {key}", table_cells(name, row))


def _ema(path: Path) -> Iterator[Cited]:
    for number, cells in ema.raw_rows(path):
        yield Cited(number, cells)
        if text := cells[INDICATION]:
            yield Cited(number, text=text, heading=INDICATION)


INDICATION = "Condition / indication"


def _label_sections(path: Path) -> Iterator[Cited]:
    name = label_sections.COLUMNS[1]
    for row in label_sections.read(path):
        place = f"line {row.line}"
        yield Cited(place, {name: row.text})
        yield Cited(place, text=row.text, heading=name)


def _label(path: Path) -> Iterator[Cited]:
    for row in spl.read(path):
        place = f"label {row.label.set_id}, {row.place}"
        if isinstance(row, Section):
            yield Cited(place, text=row.text, heading=row.heading)
        else:
            yield Cited(place, label_cells(row))


def _mechanisms(path: Path) -> Iterator[Cited]:
    for row in drugmechdb.read(path):
        yield Cited(row.id, row.cells)
        for link in row.links:
            ends = {"key": link.key, "source": link.source, "target": link.target}
            yield Cited(f"{row.id}, link {link.number}", ends)


def _annotations(path: Path) -> Iterator[Cited]:
    for row in hpoa.read(path):
        place = f"{row.database_id}, {row.hpo_id}, {row.reference}"
        yield Cited(place, whole=hpoa.row_digest(row))


READERS: dict[str, Reader] = {
    "fda-purple-book": Reader(purple_book.GLOB, purple_book.dated, _purple_book),
    "fda-drugs-at-fda": Reader(drugs_at_fda.GLOB, drugs_at_fda.dated, _drugs_at_fda),
    "ema-medicines": Reader(ema.GLOB, ema.dated, _ema),
    "fda-spl": Reader(spl.GLOB, spl.dated, _label, several=True),
    "fda-labels": Reader(label_sections.GLOB, label_sections.dated, _label_sections, keyed=False),
    "drugmechdb": Reader(drugmechdb.GLOB, drugmechdb.dated, _mechanisms),
    "hpo": Reader(hpoa.GLOB, hpoa.dated, _annotations),
}
"""The sources whose records are evidence, by name in the registry of sources."""
