"""A download under way: the bytes so far in ``NAME.part``, what the server said of them beside.

Both stand in a folder ``.parts`` beside the file to come, where no build looks for files, and
which goes when it is empty. One process writes a part at a time. Every fault in writing is a
:class:`kg.errors.BuildError`; the file itself is untouched until :meth:`Part.publish`.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from kg import payload
from kg.errors import BuildError, NotFetched

__all__ = ["Held", "Part"]


@dataclass(frozen=True)
class Held:
    """What the server said of the file that a part is of."""

    address: str = ""
    etag: str = ""
    modified: str = ""
    encoding: str = ""

    @property
    def validator(self) -> str:
        """What ``If-Range`` may ask with: a strong entity tag, else the date of the change."""
        return self.etag if self.etag.startswith('"') else self.modified

    def agrees(self, other: Held) -> bool:
        """Whether the two are of the same file, as far as both say; a 206 may say little."""
        pairs = ((self.etag, other.etag), (self.modified, other.modified))
        return all(one == two for one, two in pairs if one and two)


class Part:
    """The part of one target file, held by this process alone; a context manager.

    :raises BuildError: if it cannot be written, or another process is writing it.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.parent / ".parts" / f"{target.name}.part"
        self.about = self.path.with_name(f"{target.name}.part.json")
        self.held = Held()
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Part:
        with self._writing():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("ab")
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                ours = os.path.samestat(os.fstat(self._file.fileno()), self.path.stat())
            except (BlockingIOError, FileNotFoundError):
                ours = False
            if not ours:
                self._file.close()
                raise BuildError(f"another download is writing {self.path}: wait for it to end")
        return self

    def __exit__(self, *_: object) -> None:
        """Let go; an empty part is not kept."""
        with self._writing():
            if self._file is not None and self.path.exists() and not self.size:
                self.clear()
                self.path.unlink()
            self._handle.close()
        with suppress(OSError):  # another file's part is there
            self.path.parent.rmdir()

    @property
    def _handle(self) -> IO[bytes]:
        assert self._file is not None, "a part is a context manager"
        return self._file

    @property
    def size(self) -> int:
        """Bytes held so far."""
        return self._handle.tell()

    def resume_at(self, address: str) -> int:
        """From which byte to go on: 0 if what is held is of another address, or undated."""
        self._handle.seek(0, os.SEEK_END)
        try:
            self.held = Held(**json.loads(self.about.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            self.held = Held()
        if self.held.address != address or not self.held.validator:
            self.clear()
        return self.size

    def begin(self, held: Held) -> None:
        """Begin anew, with what the server says of the file to come."""
        self.clear()
        with self._writing():
            self.held = held
            self.about.write_text(json.dumps(asdict(held), indent=1) + "\n", encoding="utf-8")

    def clear(self) -> None:
        """Throw away what is held."""
        with self._writing():
            self.held = Held()
            self.about.unlink(missing_ok=True)
            self._handle.seek(0)
            self._handle.truncate()

    def write(self, block: bytes) -> None:
        """Add bytes at the end."""
        with self._writing():
            self._handle.write(block)

    def sync(self) -> None:
        """See to it that what is held stands on the disk."""
        with self._writing():
            self._handle.flush()
            os.fsync(self._handle.fileno())

    def decode(self, limit: int) -> None:
        """Unpack what came as gzip though the file is none.

        :raises NotFetched: if it is damaged.
        """
        plain = self.path.with_name(self.path.name + ".plain")
        try:
            with self._writing(payload.DAMAGED):
                payload.unpack(self.path, plain, limit)
                self._handle.seek(0)
                self._handle.truncate()
                with plain.open("rb") as handle:
                    while block := handle.read(1 << 20):
                        self._handle.write(block)
            self.sync()
        except payload.DAMAGED as error:
            raise NotFetched(f"what was sent is encoded as gzip, and is damaged: {error}") from None
        finally:
            plain.unlink(missing_ok=True)

    def publish(self) -> None:
        """Put the file in its place, at once and for good."""
        self.sync()
        with self._writing():
            self.path.replace(self.target)
            self.about.unlink(missing_ok=True)
            folder = os.open(self.target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    @contextmanager
    def _writing(self, other: tuple[type[Exception], ...] = ()) -> Iterator[None]:
        try:
            yield
        except other:
            raise
        except OSError as error:
            old = "; the old file is untouched" if self.target.exists() else ""
            why = error.strerror or str(error)
            raise BuildError(f"{self.path} cannot be written: {why}{old}") from None
