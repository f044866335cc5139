"""Files for bulk loaders: the whole graph as N-Quads, cut into equal parts, each under gzip.

Virtuoso, Amazon Neptune, GraphDB, QLever and Oxigraph load such files faster than any server
takes triples over HTTP. A manifest says what each part and each graph holds.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.exporting.place import placed
from kg.remote import digest
from kg.store import Store

__all__ = ["MANIFEST", "Part", "load_files"]

MANIFEST = "manifest.json"
_LEVEL = 6


@dataclass(frozen=True)
class Part:
    """One file: its name, the quads in it, its size in bytes and its SHA-256."""

    file: str
    quads: int
    bytes: int
    sha256: str


def load_files(store: Store, folder: Path, *, quads: int, say: Callable[[str], None]) -> list[Part]:
    """Write the parts and their manifest into a new folder; the same bytes from the same graph.

    :param quads: how many a part holds; the last one holds the rest.
    :param say: is told how far it has come.
    :raises InputError: if the folder is there already, or the graph is not one that was built.
    :raises BuildError: if it cannot be written; then nothing of it is there.
    """
    if store.path is None:
        raise InputError("only a graph that was built is cut into files", mend="run `kg build`")
    build, graphs = str(store.manifest["sha256"]), dict(store.manifest["graphs"])
    with placed(folder, folder=True) as place, (store.path / "graph.nq").open("rb") as lines:
        parts = []
        for number, part in enumerate(_cut(lines, quads), 1):
            parts.append(_written(place / f"drugfacts-{number:04d}.nq.gz", part))
            say(f"{parts[-1].file}: {sum(one.quads for one in parts):,} quads")
        say("the digests of the graphs")
        told: dict[str, Any] = {
            "build": build,
            "quads": sum(one.quads for one in parts),
            "format": "application/n-quads",
            "parts": [asdict(one) for one in parts],
            "graphs": {name: _graph(store, name) for name in sorted(graphs)},
        }
        (place / MANIFEST).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return parts


def _cut(lines: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    rest = iter(lines)
    while part := list(islice(rest, size)):
        yield part


def _written(path: Path, part: list[bytes]) -> Part:
    with path.open("wb") as raw, gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as out:
        out.writelines(part)
    with path.open("rb") as handle:
        found = hashlib.file_digest(handle, "sha256").hexdigest()
    return Part(path.name, len(part), path.stat().st_size, found)


def _graph(store: Store, name: str) -> dict[str, Any]:
    found = digest.of(store.triples_of(name))
    return {"triples": found.triples, "digest": found.hex}
