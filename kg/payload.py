"""What a downloaded file must look like before it takes its place, told by its first bytes.

A publisher whose address has moved often answers with a web page and status 200; a connection
that was cut leaves half an archive. Neither may replace a file that is good.
"""

from __future__ import annotations

import gzip
import hashlib
import zipfile
import zlib
from pathlib import Path

from kg.errors import LimitHit, NotFetched

__all__ = ["DAMAGED", "UNPACKED_LIMIT", "check", "digest", "unpack"]

UNPACKED_LIMIT = 4 << 30
"""Bytes that an archive may hold when unpacked, by its own account or in fact."""

DAMAGED = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError)
"""What the standard library says of an archive that is not whole."""

_BLOCK = 1 << 20
_KINDS = {".zip": "a zip archive", ".xlsx": "a zip archive", ".gz": "a gzip file"}
_SIGNATURES = {b"PK\x03\x04": "a zip archive", b"\x1f\x8b": "a gzip file", b"%PDF": "a PDF file"}


def check(path: Path, name: str) -> None:
    """Check that a file is whole and of the kind that its name says.

    :param name: the name under which it is to be kept; its ending says the kind.
    :raises NotFetched: if it is empty, a web page, of another kind, or a damaged archive.
    :raises LimitHit: if it unpacks to more than :data:`UNPACKED_LIMIT` bytes.
    """
    with path.open("rb") as handle:
        head = handle.read(2048)
    if not head:
        raise NotFetched("the publisher's address answers with nothing")
    kind, wanted = _kind(head), _KINDS.get(Path(name).suffix)
    if kind == "a web page":
        raise NotFetched("the publisher's address answers with a web page; it may have moved")
    if kind != wanted:
        was = kind or "something else"
        raise NotFetched(f"the publisher's address answers with {was}, not {wanted or 'text'}")
    try:
        if kind == "a zip archive":
            _whole_zip(path)
        elif kind == "a gzip file":
            unpack(path, None, UNPACKED_LIMIT)
    except (*DAMAGED, NotImplementedError) as error:
        raise NotFetched(f"what was sent is {kind}, and it is damaged: {error}") from None
    except RuntimeError:  # zipfile says so of a member that asks for a password
        raise NotFetched(f"what was sent is {kind} locked by a password") from None


def _kind(head: bytes) -> str | None:
    """What the first bytes are: a web page, an archive, something unreadable, or None: text."""
    for signature, kind in _SIGNATURES.items():
        if head.startswith(signature):
            return kind
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<!doctype html", b"<html")) or (text[:1] == b"<" and b"<html" in text):
        return "a web page"
    return "a binary file" if b"\0" in head else None


def _whole_zip(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > UNPACKED_LIMIT:
            raise LimitHit(f"the archive unpacks to more than {UNPACKED_LIMIT} bytes")
        if archive.testzip() is not None:  # a name that a stranger chose: not for a terminal
            raise zipfile.BadZipFile("a member does not have its checksum")


def unpack(path: Path, target: Path | None, limit: int) -> None:
    """Unpack a gzip file into another, or nowhere, which checks it.

    :raises LimitHit: beyond ``limit`` bytes.
    :raises: one of :data:`DAMAGED` if it is not whole.
    """
    size = 0
    with gzip.open(path) as packed, Path(target or "/dev/null").open("wb") as plain:
        while block := packed.read(_BLOCK):
            size += len(block)
            if size > limit:
                raise LimitHit(f"it unpacks to more than {limit} bytes")
            plain.write(block)


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
