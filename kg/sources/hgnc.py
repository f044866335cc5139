"""Human genes: HGNC's custom download of symbols, names and accessions (tab-separated).

A withdrawn symbol or entry stays in the list, with its own state: its symbol may be that of
another gene by now, so only approved entries name a gene.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from kg.model import Entity, PartialDate
from kg.names import expand
from kg.sources.files import rows, text_lines
from kg.sources.tally import Tally

__all__ = ["APPROVED", "COLUMNS", "GLOB", "NAME", "REASONS", "Gene", "dated", "entities", "read"]

NAME = "hgnc"
GLOB = "hgnc/*hgnc*"

COLUMNS = (
    "HGNC ID",
    "Approved symbol",
    "Approved name",
    "Status",
    "Alias symbols",
    "Previous symbols",
    "NCBI Gene ID(supplied by NCBI)",
    "UniProt ID(supplied by UniProt)",
    "Ensembl gene ID",
    "Locus type",
    "Mouse genome database ID(supplied by MGI)",
    "Rat genome database ID(supplied by RGD)",
    "Enzyme IDs",
)
"""The columns of the download, in any order; the last three are not read."""

APPROVED = "Approved"
REASONS = {
    "Entry Withdrawn": "the entry is withdrawn",
    "Symbol Withdrawn": "the symbol is withdrawn",
}
"""The other states of an entry, and why it makes no gene."""

_SUCCESSOR = re.compile(r"\[(HGNC:[0-9]+)\]")
_FORMS = (
    ("HGNC ID", re.compile(r"HGNC:[0-9]+")),
    ("NCBI Gene ID(supplied by NCBI)", re.compile(r"[0-9]*")),
    ("UniProt ID(supplied by UniProt)", re.compile(r"([A-Z0-9]{6,10}(, )?)*")),
    ("Ensembl gene ID", re.compile(r"(ENSG[0-9]{11})?")),
)


@dataclass(frozen=True, slots=True)
class Gene:
    """One entry. ``successors`` are the ids a withdrawn one points to; empty text: not given."""

    id: str
    symbol: str
    name: str
    status: str
    aliases: tuple[str, ...]
    previous: tuple[str, ...]
    ncbi: str
    uniprot: tuple[str, ...]
    ensembl: str
    locus_type: str
    successors: tuple[str, ...]
    line: int


def dated(path: Path) -> PartialDate:
    """The download carries no date.

    :raises InputError: always.
    """
    mend = "enter the file's checksum and date in the source registry"
    raise InputError("the file does not say how old it is", file=path, mend=mend)


def read(path: Path) -> list[Gene]:
    """All entries in the order of the file.

    :raises InputError: for unknown columns or states, an identifier of another form, an id or
        an approved symbol that stands twice.
    """
    found: list[Gene] = []
    ids: dict[str, int] = {}
    symbols: dict[str, int] = {}
    for line, cells in rows(text_lines(path), path=path, sep="\t", columns=COLUMNS):
        identifier, symbol, name, status, aliases, previous, *accessions = cells
        ncbi, uniprot, ensembl, locus, *_ = accessions
        values = (identifier, ncbi, uniprot, ensembl)
        for (column, form), value in zip(_FORMS, values, strict=True):
            if not form.fullmatch(value):
                raise InputError(f'unknown form "{value}"', file=path, line=line, field=column)
        if status != APPROVED and status not in REASONS:
            raise InputError(f'unknown state "{status}"', file=path, line=line, field="Status")
        if not symbol or not name:
            raise InputError("an entry without symbol or name", file=path, line=line)
        _once(path, line, ids, identifier)
        if status == APPROVED:
            _once(path, line, symbols, symbol)
        found.append(
            Gene(
                id=identifier,
                symbol=symbol,
                name=name,
                status=status,
                aliases=_several(aliases),
                previous=_several(previous),
                ncbi=ncbi,
                uniprot=_several(uniprot),
                ensembl=ensembl,
                locus_type=locus,
                successors=tuple(_SUCCESSOR.findall(name)) if status != APPROVED else (),
                line=line,
            )
        )
    return found


def _once(path: Path, line: int, seen: dict[str, int], key: str) -> None:
    if key in seen:
        raise InputError(f"{key} stands in line {seen[key]} too", file=path, line=line)
    seen[key] = line


def _several(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(", ")) if cell else ()


def entities(genes: list[Gene], tally: Tally) -> Iterator[Entity]:
    """The approved genes: symbol as label; name, aliases and previous symbols as other names."""
    for gene in genes:
        tally.row()
        if gene.status != APPROVED:
            tally.skip(REASONS[gene.status])
            continue
        tally.used()
        others = {gene.name, *gene.aliases, *gene.previous} - {gene.symbol}
        yield Entity(
            iri=expand(gene.id),
            kinds=("df:Gene",),
            label=gene.symbol,
            alt_labels=tuple(sorted(others)),
        )
