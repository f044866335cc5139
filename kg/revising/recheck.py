"""Every piece of evidence read again from the publisher's file, as far as the file is at hand.

A piece *stands* when the same values, or words, are where it says; it has *moved* when they are
elsewhere in the file, *changed* when its place holds others, and is *lost* when neither is
found. Where no file of the source is at hand, nothing is said of it but that.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Literal

from kg.errors import InputError
from kg.evidence import Page
from kg.names import compact
from kg.payload import digest as checksum
from kg.revising.pieces import Piece, Version, pieces, versions
from kg.sources.cited import READERS, Cited, Reader
from kg.store import Store
from kg.syntax import decode

__all__ = ["STATES", "Checked", "Line", "Records", "recheck", "summary"]

State = Literal["stands", "moved", "changed", "lost", "not at hand"]
STATES: tuple[State, ...] = ("stands", "moved", "changed", "lost", "not at hand")
"""What can be told of a piece of evidence."""

Progress = Callable[[str], None]
Told = tuple[State, str]
"""A state, and where the piece stands now, or why nothing can be said."""


@dataclass(frozen=True)
class Checked:
    """A piece of evidence, and what became of it in a file (empty if none is at hand)."""

    piece: Piece
    version: Version
    state: State
    now: str
    file: str
    same: bool

    COLUMNS: ClassVar[Sequence[str]] = ("state", "evidence", "version", "place", "now", "file")

    def row(self) -> list[Any]:
        """The cells of :data:`COLUMNS`."""
        piece = self.piece
        place = f"{piece.place}, characters {piece.span[0]}-{piece.span[1]}"
        place = place if piece.kind == "passage" else piece.place
        return [self.state, compact(piece.iri), self.version.label, place, self.now, self.file]


@dataclass(frozen=True)
class Line:
    """A revision in the report: its file, whether that is the very same, and counts by state."""

    source: str
    version: str
    file: str
    revision: str
    evidence: int
    counts: Mapping[State, int]

    COLUMNS: ClassVar[Sequence[str]] = ("source", "version", "file", "revision", "evidence")

    def named(self) -> list[Any]:
        """The cells of :data:`COLUMNS`; the counts of :data:`STATES` follow them."""
        return [self.source, self.version, self.file, self.revision, self.evidence]


class Records:
    """The records of one file, found by their place or by their values."""

    def __init__(self, found: Iterable[Cited], *, keyed: bool = True) -> None:
        self.keyed = keyed
        self.by_place: dict[str, list[Cited]] = defaultdict(list)
        for one in found:
            self.by_place[one.place].append(one)
        self._indexes: dict[tuple[bool, tuple[str, ...]], dict[str, str]] = {}

    def at(self, piece: Piece) -> list[Cited]:
        """What stands where a piece says: records, or texts if it is one."""
        is_text = piece.kind == "text"
        return [
            one for one in self.by_place.get(piece.place, ()) if (one.text is not None) == is_text
        ]

    def elsewhere(self, piece: Piece) -> str | None:
        """The first place that has the values of a piece, or the words."""
        key = (piece.kind == "text", piece.fields)
        if key not in self._indexes:
            index = self._indexes[key] = {}
            for place, found in self.by_place.items():
                for one in found:
                    if (one.text is not None) == key[0]:
                        index.setdefault(one.digest(piece.fields), place)
        return self._indexes[key].get(piece.digest)

    def find(self, piece: Piece) -> Told:
        """What became of a record, and its place now."""
        here = self.at(piece)
        if any(one.digest(piece.fields) == piece.digest for one in here):
            return "stands", piece.place
        if place := self.elsewhere(piece):
            return "moved", place
        if not here:
            return "lost", ""
        if self.keyed:
            return "changed", piece.place
        return "lost", "another text stands there"


def recheck(
    store: Store,
    folders: Sequence[Path],
    progress: Progress = lambda _: None,
    *,
    source: str | None = None,
) -> list[Checked]:
    """Read every piece of evidence of the graph again, in order of revision and place.

    :param folders: where the publishers' files lie, at whatever depth.
    :param source: IRI of the one source whose evidence is wanted; all if not given.
    :raises InputError: for a folder that is none, and a file that cannot be read.
    """
    shelf, known = _Shelf(folders), versions(store)
    groups: dict[str, list[Piece]] = defaultdict(list)
    of = [iri for iri, one in known.items() if one.source == source] if source else None
    for piece in pieces(store, of):
        groups[piece.version].append(piece)
    found: list[Checked] = []
    for iri, group in groups.items():
        version = known[iri]
        path, same = shelf.of(version)
        told = _told(path, same, version, group)
        name = path.name if path else ""
        found += (
            Checked(piece, version, *what, name, same)
            for piece, what in zip(group, told, strict=True)
        )
        progress(
            f"{version.label}: {len(group):,} read again" if path else f"{version.label}: no file"
        )
    return found


def _told(path: Path | None, same: bool, version: Version, group: list[Piece]) -> list[Told]:
    if path is None:
        return [("not at hand", "")] * len(group)
    reader = READERS.get(_name(version.source))
    if reader is not None and any(one.kind != "passage" for one in group):
        records = Records(reader.read(path), keyed=reader.keyed)
        return [records.find(piece) for piece in group]
    if all(one.kind == "passage" for one in group):
        return _passages(path, group)
    # read by hand, from a file that no program understands: its checksum has to do
    return [("stands", one.place) if same else ("not at hand", "") for one in group]


def _passages(path: Path, group: list[Piece]) -> list[Told]:
    page = Page(decode(path.read_bytes(), str(path)))
    known = frozenset(one.digest for one in group)
    found: list[Told] = []
    for one in group:
        anchor = page.find(*one.span, one.digest, one.sketch, known)
        now = f"characters {anchor.start}-{anchor.end}" if anchor.start is not None else ""
        found.append(("stands" if anchor.state == "confirmed" else anchor.state, now))
    return found


@dataclass
class _Shelf:
    """The files below some folders, and which of them is which revision."""

    folders: Sequence[Path]
    _sums: dict[Path, str] = field(default_factory=dict)

    @cached_property
    def files(self) -> list[Path]:
        found = []
        for folder in self.folders:
            if not folder.is_dir():
                raise InputError("is no folder", file=folder, field="--from")
            for at, folders, names in os.walk(folder):
                folders[:] = sorted(name for name in folders if not name.startswith("."))
                found += [Path(at, name) for name in sorted(names) if not name.startswith(".")]
        return found

    def of(self, version: Version) -> tuple[Path | None, bool]:
        """The file of a revision, and whether it is that very one; else another of its source.

        :raises InputError: if several could be it and none is.
        """
        reader = READERS.get(_name(version.source))
        near = [path for path in self.files if _near(path, version, reader)]
        for path in near:
            if version.checksum and self._sum(path) == version.checksum:
                return path, True
        named = [path for path in near if path.name == version.file]
        near = named or ([] if reader is None or reader.several else near)
        if len(near) > 1:
            raise InputError(
                f"{near[0]} and {near[1]} could both be it, and neither is the revision held",
                field=version.label,
                mend="keep one of them",
            )
        return (near[0], False) if near else (None, False)

    def _sum(self, path: Path) -> str:
        if path not in self._sums:
            self._sums[path] = checksum(path)
        return self._sums[path]


def _near(path: Path, version: Version, reader: Reader | None) -> bool:
    return path.name == version.file or (reader is not None and path.match(reader.glob))


def _name(source: str) -> str:
    return source.rpartition("/")[2]


def summary(checked: Iterable[Checked], label: Callable[[str], str]) -> list[Line]:
    """Counts by source and revision, those with something changed or lost first.

    :param label: what a source is called.
    """
    groups: dict[str, list[Checked]] = defaultdict(list)
    for one in checked:
        groups[one.version.iri].append(one)
    lines = []
    for group in groups.values():
        first, count = group[0], Counter(one.state for one in group)
        lines.append(
            Line(
                source=label(first.version.source),
                version=first.version.label,
                file=first.file,
                revision="" if not first.file else "the one held" if first.same else "another",
                evidence=len(group),
                counts={state: count[state] for state in STATES},
            )
        )
    return sorted(
        lines,
        key=lambda one: (-one.counts["lost"], -one.counts["changed"], one.source, one.version),
    )
