"""Where an export is written: one file or a folder of files, whole or not there at all.

Everything is written aside, in the folder it will stand in, and renamed when it is complete.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import BuildError, InputError

__all__ = ["placed"]


@contextmanager
def placed(output: Path | None, *, folder: bool) -> Iterator[Path]:
    """A path to write to; what was written stands at ``output`` afterwards, or on stdout.

    :param folder: whether the path is a folder, for an export of several files.
    :raises InputError: for a folder that is there already, or is wanted on stdout.
    :raises BuildError: if it cannot be written; what stood there before still stands.
    """
    if folder and output is None:
        mend = "name a new folder with -o"
        raise InputError("this export is several files", field="--output", mend=mend)
    if folder and output is not None and output.exists():
        raise InputError("is there already", file=output, mend="name a new folder")
    beside = output.absolute().parent if output is not None else None
    try:
        with tempfile.TemporaryDirectory(dir=beside, prefix=".export-") as aside:
            path = Path(aside) / "export"
            if folder:
                path.mkdir()
            yield path
            _through(path)
            if output is not None:
                path.rename(output)
            else:
                _to_stdout(path)
    except OSError as error:
        raise BuildError(f"cannot write {output or 'stdout'}: {error.strerror or error}") from None


def _to_stdout(path: Path) -> None:
    """Copy a file to stdout; a reader who closes it has read enough."""
    try:
        with path.open("rb") as handle:
            shutil.copyfileobj(handle, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _through(path: Path) -> None:
    """Write files through to the disk."""
    files = (one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    for file in sorted(files):
        with file.open("rb") as handle:
            os.fsync(handle.fileno())
