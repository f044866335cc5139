"""The files of a release: written whole and the same each time, with their checksums."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CHECKSUMS", "File", "checksums", "compressed", "file_of", "written"]

CHECKSUMS = "SHA256SUMS"
"""The file that ``sha256sum -c`` reads."""

_LEVEL = 6


@dataclass(frozen=True)
class File:
    """A file of a release.

    :ivar name: its path in the folder, with ``/``.
    :ivar what: what it holds, in a few words.
    :ivar media: its media type; that of the text within, if it is compressed.
    """

    name: str
    what: str
    media: str
    size: int
    sha256: str

    @property
    def gzip(self) -> bool:
        """Whether it is compressed by gzip."""
        return self.name.endswith(".gz")


def file_of(folder: Path, name: str, what: str, media: str) -> File:
    """A file that stands in the folder."""
    path = folder / name
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return File(name, what, media, path.stat().st_size, digest)


def written(folder: Path, name: str, what: str, media: str, text: str | bytes) -> File:
    """Write a small file."""
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return file_of(folder, name, what, media)


def compressed(source: Path, target: Path) -> None:
    """Compress a file by gzip, without its name and time, and remove it."""
    with (
        source.open("rb") as plain,
        target.open("wb") as raw,
        gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as out,
    ):
        shutil.copyfileobj(plain, out, 1 << 20)
    source.unlink()


def checksums(files: Iterable[File]) -> str:
    """The checksums, a line each, as ``sha256sum`` writes them."""
    return "".join(f"{one.sha256}  {one.name}\n" for one in sorted(files, key=lambda one: one.name))
