"""Which of the publishers' files a folder holds, and which revision of its source each is.

A file whose checksum ``data/sources.ttl`` knows is that revision. Any other is a revision of its
own, dated by what the file says of itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from kg.model import Node, PartialDate, Source, SourceVersion
from kg.names import own

__all__ = ["Held", "find"]


@dataclass(frozen=True)
class Held:
    """A file and its revision; ``new`` if the registry of sources did not know it."""

    path: Path
    version: SourceVersion
    new: bool


def find(
    folder: Path,
    name: str,
    pattern: str,
    dated: Callable[[Path], PartialDate],
    registry: Iterable[Node],
    *,
    several: bool = False,
) -> Iterator[Held]:
    """The files of a source below a folder, in order of name.

    :param name: the source's name, as in ``source:NAME`` of the registry.
    :param pattern: a glob below the folder.
    :param dated: how the source's files say how old they are.
    :param several: whether the source consists of several files.
    :raises InputError: if the folder is none; if there are two files where one is wanted; if
        the registry lacks the source; and what ``dated`` raises.
    """
    if not folder.is_dir():
        mend = "name a folder that `kg fetch` filled, or that holds the files by source"
        raise InputError("is no folder", file=folder, mend=mend)
    paths = sorted(path for path in folder.glob(pattern) if path.is_file())
    if len(paths) > 1 and not several:
        raise InputError(
            f"there are two files of {name}: {paths[0].name} and {paths[1].name}",
            file=folder / pattern.partition("/")[0],
            mend="keep the one to build from",
        )
    nodes = list(registry)
    source = next(
        (n for n in nodes if isinstance(n, Source) and n.iri == own("source", name)), None
    )
    if source is None:
        raise InputError(f"the source {name} is not in the registry", mend="see data/sources.ttl")
    known = {n.checksum: n for n in nodes if isinstance(n, SourceVersion) and n.checksum}
    for path in paths:
        checksum = _checksum(path)
        if checksum in known:
            yield Held(path, known[checksum], False)
            continue
        day = dated(path)
        version = SourceVersion(
            iri=own("source", name, day.text, *([path.stem] if several else []), checksum[:8]),
            kinds=("df:SourceVersion",),
            label=f"{source.label}, {day.text}" + (f", {path.name}" if several else ""),
            version_of=source.iri,
            version_date=day,
            file_name=path.name,
            checksum=checksum,
        )
        yield Held(path, version, True)


def _checksum(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
