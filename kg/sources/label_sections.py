"""Indication sections of US labels: two tab-separated columns, one section a line.

The words are the labels'. The other column is not: a compilation put the substances there that
it believed each label to list, by their active moieties, and it counted the parts of kits (an
alcohol swab stands beside a gene therapy). So it makes no fact. A text is said to be about a
substance only if the column lists that one alone *and* the text itself names it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import InputError
from kg.evidence import digest
from kg.model import Node, PartialDate, TextSection
from kg.names import own
from kg.sources.files import table, text_lines

if TYPE_CHECKING:
    from kg.identity import Identity
    from kg.sources.tally import Tally

__all__ = ["GLOB", "NAME", "REASONS", "Indications", "dated", "facts", "placeholder", "read"]

NAME = "fda-labels"
GLOB = "fda-label-indications/*.tsv.gz"
COLUMNS = ("active_ingredients", "indications_text")

PLACEHOLDER = "placeholder instead of a text"
REASONS = frozenset({PLACEHOLDER})
"""Why a row makes no text."""

_NAME = r"'[^'\"\\]+'|\"[^\"\\]*'[^\"\\]*\""
_SET = re.compile(rf"\{{(?:{_NAME})(?:, (?:{_NAME}))*\}}")
_MARKER = re.compile(r"\{[a-z_]+\}")


@dataclass(frozen=True, slots=True)
class Indications:
    """A section: its line in the file, the substances listed with it, its words."""

    line: int
    listed: tuple[str, ...]
    text: str

    @property
    def about(self) -> str | None:
        """The one substance that is listed and that the text names too, if there is just one."""
        if len(self.listed) != 1:
            return None
        name = rf"(?<!\w){re.escape(self.listed[0].casefold())}(?!\w)"
        return self.listed[0] if re.search(name, self.text.casefold()) else None


def dated(path: Path) -> PartialDate:
    """Not in the file: neither its rows nor its header say of when they are.

    :raises InputError: always.
    """
    raise InputError(
        "the file does not say of which date it is",
        file=path,
        mend="describe this revision in data/sources.ttl, with its checksum and date",
    )


def read(path: Path) -> list[Indications]:
    """All rows of the file, in its order.

    :raises InputError: for a broken or harmful file, a missing or unknown column, a row with
        another number of cells, a list of substances that is none, or an empty text.
    """
    found = []
    for line, cells in table(_unquoted(path), path=path, sep="\t", columns=COLUMNS):
        listed, text = cells["active_ingredients"], cells["indications_text"]
        if not _SET.fullmatch(listed):
            raise InputError(
                f"{listed[:60]} is no list of names", file=path, line=line, field=COLUMNS[0]
            )
        names = [name[1:-1] for name in re.findall(_NAME, listed)]
        if len(set(names)) < len(names):
            raise InputError("a name is listed twice", file=path, line=line, field=COLUMNS[0])
        if not text.strip():
            raise InputError("the text is empty", file=path, line=line, field=COLUMNS[1])
        found.append(Indications(line, tuple(sorted(names)), text))
    return found


def _unquoted(path: Path) -> Iterator[tuple[int, str]]:
    """Lines in which a cell with a quotation mark is quoted, and its marks doubled, undone."""
    for line, text in text_lines(path):
        if '"' not in text:
            yield line, text
            continue
        try:
            (cells,) = csv.reader([text], delimiter="\t", strict=True)
        except csv.Error as error:
            raise InputError(f"not tab-separated: {error}", file=path, line=line) from None
        if any("\t" in cell for cell in cells):
            raise InputError("a tab within a cell", file=path, line=line)
        yield line, "\t".join(cells)


def placeholder(row: Indications) -> bool:
    """Whether a row holds a mark instead of a text."""
    return bool(_MARKER.fullmatch(row.text.strip()))


def facts(
    rows: Iterable[Indications], identity: Identity, version: str, tally: Tally
) -> Iterator[Node]:
    """The texts, and no fact at all.

    :param version: the IRI of the revision.
    """
    for row in rows:
        tally.row()
        if placeholder(row):
            tally.skip(PLACEHOLDER)
            continue
        tally.used()
        about = row.about
        yield TextSection(
            iri=own("evidence", version.rpartition("/")[2], f"text {row.line}"),
            kinds=("df:TextSection",),
            label=f"indication section of a US label, line {row.line}",
            in_version=version,
            record=f"line {row.line}",
            section=COLUMNS[1],
            about=(identity.substance(about),) if about else (),
            digest=digest(row.text),
            text=row.text,
        )
