"""Publishers' files, opened without trust: plain text, ``.gz``, ``.zip``, and tables in them.

A file may be cut, wrongly encoded, or made to harm: a small archive that unpacks to terabytes,
a member named ``../../etc/passwd``. Each of these is an :class:`~kg.errors.InputError` that
names the file and, where there is one, the line; nothing is skipped or repaired.
"""

from __future__ import annotations

import codecs
import copy
import csv
import gzip
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from operator import itemgetter
from pathlib import Path

from kg.errors import InputError

__all__ = ["SafeZip", "rows", "table", "text_lines"]

MAX_BYTES = 1 << 30
"""Largest text, or member of an archive, in bytes when unpacked (the largest known: 76 MB)."""

MAX_ARCHIVE = 4 << 30
"""Largest sum of an archive's members, in bytes when unpacked."""

MAX_MEMBERS = 200_000
"""Most members of one archive (the largest known: 4,847)."""

MAX_RATIO, FREE = 200, 16 << 20
"""More than ``FREE`` bytes may not come out of fewer than 1/``MAX_RATIO`` (known files: 15)."""

LONGEST_LINE = 8 << 20
"""Longest line, in bytes."""

BLOCK = 1 << 20
ENDINGS = (".txt", ".tsv", ".csv", ".obo", ".hpoa")
"""How the names of texts in a ``.zip`` end; what else it holds (a licence as PDF) is not read."""

_CONTROL = bytes(set(range(32)) - set(b"\t\n\r")) + b"\x7f"
_UNSEEN = re.compile("[\0-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def text_lines(
    path: Path, encoding: str = "utf-8", *, member: str = "*"
) -> Iterator[tuple[int, str]]:
    """The lines of a text file with their numbers from 1, without line ends and byte order mark.

    :param path: plain, ``.gz``, or a ``.zip`` that holds just one text (:data:`ENDINGS`).
    :param encoding: one in which a line feed is one byte: UTF-8, cp1252, Latin-1.
    :param member: a pattern for the name of the one text in a ``.zip`` that holds several.
    :raises InputError: for bytes of another encoding, control characters or marks that reverse
        the direction of reading, a file that is cut, and one that unpacks to absurd sizes.
    """
    line = 1
    for block in _whole_lines(path, _chunks(path, member)):
        if line == 1 and encoding == "utf-8":
            block = block.removeprefix(codecs.BOM_UTF8)
        try:
            text = block.decode(encoding)
        except UnicodeDecodeError as error:
            at = line + block.count(b"\n", 0, error.start)
            raise InputError(
                f"byte 0x{block[error.start]:02x} is not {encoding}", file=path, line=at
            ) from None
        if b"\r" in block:
            text = text.replace("\r\n", "\n")
        if not block.isascii() or len(block.translate(None, _CONTROL)) < len(block) or "\r" in text:
            _no_unseen(path, text, line)
        lines = text.split("\n")
        if lines.pop():
            raise InputError(
                "the last line has no end", file=path, line=line + len(lines), mend=_CUT
            )
        yield from enumerate(lines, line)
        line += len(lines)


_CUT = "the file may be cut: fetch it again"


def _no_unseen(path: Path, text: str, line: int) -> None:
    if found := _UNSEEN.search(text):
        raise InputError(
            f"control character U+{ord(found.group()):04X}",
            file=path,
            line=line + text.count("\n", 0, found.start()),
        )


def _chunks(path: Path, member: str) -> Iterator[bytes]:
    """What a file unpacks to, in pieces, never more than the limits allow."""
    if not path.is_file():
        raise InputError("there is no such file", file=path)
    if path.suffix.lower() == ".zip":
        archive = SafeZip(path)
        texts = [name for name in archive.names() if name.lower().endswith(ENDINGS)]
        names = [name for name in texts if fnmatchcase(Path(name).name, member)]
        if len(names) != 1:
            raise InputError(f"holds {len(names)} texts like {member}, not one", file=path)
        yield from archive.chunks(names[0])
        return
    packed, total = path.stat().st_size, 0
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as handle:
            if path.suffix.lower() == ".gz" and not packed:
                raise InputError("is empty, so no gzip file", file=path, mend=_CUT)
            while chunk := handle.read(BLOCK):
                total += len(chunk)
                _no_bomb(path, total, packed)
                yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(f"broken gzip file: {error}", file=path, mend=_CUT) from None
    except OSError as error:
        raise InputError(error.strerror or str(error), file=path) from None


def _whole_lines(path: Path, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks that end where a line ends, the last one perhaps not."""
    rest = b""
    for chunk in chunks:
        cut = chunk.rfind(b"\n") + 1
        if cut:
            yield rest + chunk[:cut]
            rest = b""
        rest += chunk[cut:]
        if len(rest) > LONGEST_LINE:
            raise InputError(f"a line is longer than {LONGEST_LINE} bytes", file=path)
    if rest:
        yield rest


def _no_bomb(path: Path, size: int, packed: int, name: str | None = None) -> None:
    if size > MAX_BYTES:
        raise InputError(f"unpacks to more than {MAX_BYTES} bytes", file=path, field=name)
    if size > FREE and size > MAX_RATIO * packed:
        raise InputError(f"unpacks to more than {MAX_RATIO} times its size", file=path, field=name)


_BROKEN = (
    zipfile.BadZipFile,
    EOFError,
    NotImplementedError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What :mod:`zipfile` raises for archives that are not as they should be."""


class SafeZip:
    """An archive whose directory was checked before anything is unpacked, and never to disk.

    :raises InputError: for a broken or cut archive; a member whose name is absolute, climbs,
        or stands twice; a link; an encrypted member; an unusual compression; absurd sizes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._archive = zipfile.ZipFile(path)  # its directory is read once
            members = self._archive.infolist()
        except _BROKEN as error:
            raise InputError(f"broken zip archive: {error}", file=path, mend=_CUT) from None
        except OSError as error:
            raise InputError(error.strerror or str(error), file=path) from None
        if len(members) > MAX_MEMBERS:
            raise InputError(f"more than {MAX_MEMBERS} members", file=path)
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in members:
            _check_member(path, member)
            if member.filename in self._members:
                raise InputError("the member stands twice", file=path, field=member.filename)
            self._members[member.filename] = member
        if sum(member.file_size for member in members) > MAX_ARCHIVE:
            raise InputError(f"unpacks to more than {MAX_ARCHIVE} bytes", file=path)

    def names(self) -> list[str]:
        """The members that are files, in the order of the archive."""
        return [name for name, member in self._members.items() if not member.is_dir()]

    def read(self, name: str) -> bytes:
        """All bytes of one member.

        :raises InputError: if there is no such member, or what comes out is not what was declared.
        """
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of one member in pieces of at most a megabyte; as :meth:`read`."""
        member = self._members.get(name)
        if member is None or member.is_dir():
            raise InputError("there is no such member", file=self.path, field=name)
        # One byte more than declared is asked for, so that a longer member is seen to be longer.
        longer, total = copy.copy(member), 0
        longer.file_size += 1
        try:
            with self._archive.open(longer) as handle:
                while chunk := handle.read(BLOCK):
                    total += len(chunk)
                    if total > member.file_size:
                        break
                    yield chunk
        except _BROKEN as error:
            raise InputError(
                f"broken zip member: {error}", file=self.path, field=name, mend=_CUT
            ) from None
        except OSError as error:
            raise InputError(error.strerror or str(error), file=self.path, field=name) from None
        if total != member.file_size:
            raise InputError(
                f"unpacks to another size than the {member.file_size} bytes declared",
                file=self.path,
                field=name,
            )


def _check_member(path: Path, member: zipfile.ZipInfo) -> None:
    # orig_filename is the name before zipfile cuts it at a null byte.
    name = member.orig_filename
    parts = name.split("/")
    problem = None
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        problem = "the member's name is absolute"
    elif ".." in parts or "\\" in name or not name or _UNSEEN.search(name):
        problem = "the member's name leaves the archive or is no plain name"
    elif member.flag_bits & 1:
        problem = "the member is encrypted"
    elif stat.S_ISLNK(member.external_attr >> 16):
        problem = "the member is a link"
    elif member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        problem = f"unknown compression {member.compress_type}"
    if problem:
        raise InputError(problem, file=path, field=name)
    _no_bomb(path, member.file_size, member.compress_size, name)


def table(
    lines: Iterable[tuple[int, str]],
    *,
    path: Path,
    sep: str,
    columns: Sequence[str],
    exact: bool = True,
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows below the header, each as column to cell, with the line it begins in.

    :param lines: from the header on, as :func:`text_lines` gives them.
    :param sep: ``"\\t"`` (no quoting) or ``","`` (quoting as in RFC 4180).
    :param columns: the columns that must be there, in any order.
    :param exact: whether other columns are an error; if not they are passed on too.
    :raises InputError: for a missing, unknown or doubled column, or a wrong number of cells.
    """
    header, body = _table(lines, path=path, sep=sep, columns=columns, exact=exact)
    for line, cells in body:
        yield line, dict(zip(header, cells, strict=True))


def rows(
    lines: Iterable[tuple[int, str]], *, path: Path, sep: str, columns: Sequence[str]
) -> Iterator[tuple[int, Sequence[str]]]:
    """As :func:`table`, exact, but each row only its cells in the order of ``columns``: faster."""
    header, body = _table(lines, path=path, sep=sep, columns=columns, exact=True)
    if list(columns) == header:
        return body
    pick = itemgetter(*(header.index(name) for name in columns))
    return ((line, pick(cells)) for line, cells in body)


def _table(
    lines: Iterable[tuple[int, str]],
    *,
    path: Path,
    sep: str,
    columns: Sequence[str],
    exact: bool,
) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    cut = _quoted(path, lines) if sep == "," else ((n, text.split(sep)) for n, text in lines)
    line, header = next(cut, (None, []))
    if line is None:
        raise InputError("has no header line", file=path)
    if missing := [name for name in columns if name not in header]:
        raise InputError(f'missing column "{missing[0]}"', file=path, line=line)
    if exact and (unknown := [name for name in header if name not in columns]):
        raise InputError(f'unknown column "{unknown[0]}"', file=path, line=line)
    if twice := [name for name in header if header.count(name) > 1]:
        raise InputError(f'the column "{twice[0]}" stands twice', file=path, line=line)
    return header, _counted(path, cut, len(header))


def _counted(
    path: Path, cut: Iterable[tuple[int, list[str]]], width: int
) -> Iterator[tuple[int, list[str]]]:
    for line, cells in cut:
        if len(cells) != width:
            raise InputError(f"{len(cells)} cells, the header has {width}", file=path, line=line)
        yield line, cells


def _quoted(path: Path, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """Comma-separated records, which may span lines, with the line each begins in."""
    numbers: list[int] = []

    def feed() -> Iterator[str]:
        for line, text in lines:
            numbers.append(line)
            yield text + "\n"

    try:
        for record in csv.reader(feed(), strict=True):
            yield numbers[0], record
            numbers.clear()
    except csv.Error as error:
        line = numbers[0] if numbers else None
        raise InputError(f"not CSV: {error}", file=path, line=line) from None
