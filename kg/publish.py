"""Generations: a finished graph becomes the current one in a single atomic rename.

Nothing readable is half-written: a generation is made in a staging folder that nobody reads,
its manifest comes last, and one rename of the file ``CURRENT`` publishes it. Until then, and
whatever goes wrong or is killed before, the last good graph stays in place.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import BuildError, NoGraph
from kg.name_base import NameBase
from kg.place import NAME_INDEX, current

__all__ = ["locked", "publish", "staged"]


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """Hold the store directory for one build; the kernel lets go when the process ends.

    :raises BuildError: if another build holds it.
    """
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildError(f"another build is writing to {place}: wait for it to end") from None
        yield


@contextmanager
def staged(place: Path) -> Iterator[Path]:
    """A folder to make a generation in, gone afterwards unless it was published.

    What builds that were killed left behind is removed.
    """
    generations = place / "generations"
    generations.mkdir(exist_ok=True)
    for orphan in generations.glob(".staging-*"):
        shutil.rmtree(orphan)
    staging = generations / f".staging-{os.getpid()}"
    staging.mkdir()
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def finished(place: Path, manifest: dict[str, Any]) -> Path | None:
    """The generation with this very manifest, if it was made before and is whole."""
    target = place / "generations" / str(manifest["sha256"])[:16]
    try:
        same = (target / "manifest.json").read_bytes() == _text(manifest)
        with (target / "graph.nq").open("rb") as handle:
            same = same and hashlib.file_digest(handle, "sha256").hexdigest() == manifest["sha256"]
        ox.Store.read_only(str(target / "store"))
        NameBase.open(target / NAME_INDEX)
    except (OSError, RuntimeError, NoGraph):  # RocksDB reports damage as a RuntimeError
        return None
    return target if same else None


def publish(place: Path, staging: Path | None, manifest: dict[str, Any]) -> Path:
    """Make a generation the current one.

    :param staging: where it was made; None if it is there already (:func:`finished`).
    :returns: its folder. The generation before is kept: readers may still have it open.
    """
    generations = place / "generations"
    target = generations / str(manifest["sha256"])[:16]
    if staging is not None:
        shutil.rmtree(target, ignore_errors=True)
        write(staging / "manifest.json", _text(manifest))
        staging.rename(target)
        _sync_folder(generations)
    previous = current(place)
    write(place / "CURRENT.new", target.name.encode() + b"\n")
    (place / "CURRENT.new").replace(place / "CURRENT")
    _sync_folder(place)
    for path in generations.iterdir():
        if path not in {target, previous, staging}:
            shutil.rmtree(path, ignore_errors=True)
    return target


def _text(manifest: dict[str, Any]) -> bytes:
    return json.dumps(manifest, indent=1).encode() + b"\n"


def write(path: Path, data: bytes) -> None:
    """Write a file through to the disk."""
    with path.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
