"""The build: sources → facts → quads → derive → validate → a new generation, swapped in whole.

Nothing readable is half-written: a generation is made in a staging folder that nobody reads,
its manifest comes last, and one atomic rename of the file ``CURRENT`` publishes it. Until then,
and whatever goes wrong or is killed before, the last good graph stays in place.

A generation is named after the digest of its N-Quads, so building twice gives the same name
and the same bytes; there is no clock and no random number in it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import rdf, sssom
from kg.derive import derive
from kg.errors import BuildError, DoesNotConform, InputError
from kg.model import Fact
from kg.names import expand, graph
from kg.place import current, default_directory
from kg.resources import folder
from kg.sources import curated
from kg.validate import Report, validate

__all__ = ["Built", "assemble", "build"]

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """What a build gave: the generation's folder, its manifest and the validation report."""

    path: Path
    manifest: dict[str, Any]
    report: Report


def assemble(data: Path | None = None, progress: Progress = lambda _: None) -> list[ox.Quad]:
    """Read everything that is curated and derive what follows, as quads in named graphs.

    :param data: a folder like ``data/`` of the project; the packaged one if not given.
    :raises InputError: for the first fault in the input, with file and line.
    """
    data = data or folder("data")
    ontology = [
        quad
        for name in ("drugfacts.ttl", "borrowed.ttl")
        for quad in rdf.parse_file(folder("ontology") / name, name=f"ontology/{name}")
    ]
    quads = [_within(quad, graph("ontology")) for quad in ontology]
    found = curated.read(data, ontology)
    for name, nodes in (("sources", found.sources), ("curated", found.facts)):
        quads += (quad for node in nodes for quad in rdf.quads(node, graph(name)))
    progress(f"read {len(found.nodes)} nodes from {data}")
    quads += _mappings(data, {node.iri for node in found.nodes}, ontology)
    derived = list(derive(quads))
    progress(f"derived {len(derived)} direct triples")
    return quads + derived


def _within(quad: ox.Quad, name: str) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(name))


def _mappings(data: Path, known: set[str], ontology: list[ox.Quad]) -> Iterator[ox.Quad]:
    known = known | {rdf.value(quad.subject) for quad in ontology}
    for place in (folder("ontology"), data):
        for file in sorted((place / "mappings").glob("*.sssom.tsv")):
            mappings = sssom.read(file)
            for one in mappings:
                if expand(one.subject_id) not in known:
                    raise InputError(
                        f"{one.subject_id} is described nowhere",
                        file=file,
                        line=one.line,
                        field="subject_id",
                        mend="map only what the graph or the ontology has",
                    )
            yield from sssom.quads(mappings, graph("mappings"))


def build(
    directory: Path | str | None = None,
    *,
    data: Path | None = None,
    progress: Progress = lambda _: None,
) -> Built:
    """Build the graph and publish it below a store directory.

    :param directory: :func:`kg.place.default_directory` if not given.
    :raises InputError: for a fault in the input.
    :raises DoesNotConform: if the graph violates a shape; carries the report.
    :raises BuildError: if another build is running, or the disk fails.

    After any error the last good graph is still there and still current.
    """
    place = Path(directory) if directory is not None else default_directory()
    quads = assemble(data, progress)
    text = rdf.nquads(quads)
    report = validate(quads)
    if not report.conforms:
        raise DoesNotConform("the graph does not conform; the last good one stays", report)
    progress("conforms to the shapes")
    manifest = _manifest(quads, text)
    try:
        with _locked(place):
            path = _publish(place, text, manifest)
    except OSError as error:
        raise BuildError(f"cannot write to {place}: {error.strerror or error}") from error
    progress(f"published {path}")
    return Built(path, manifest, report)


def _manifest(quads: list[ox.Quad], text: bytes) -> dict[str, Any]:
    from kg import __version__

    facts, kind, unique = {expand(name) for name in Fact.classes}, expand("rdf:type"), set(quads)
    return {
        "drugfacts": __version__,
        "sha256": hashlib.sha256(text).hexdigest(),
        "quads": len(unique),
        "facts": sum(
            rdf.value(q.predicate) == kind and rdf.value(q.object) in facts for q in unique
        ),
        "graphs": dict(sorted(Counter(rdf.value(q.graph_name) for q in unique).items())),
    }


@contextmanager
def _locked(place: Path) -> Iterator[None]:
    """Hold the store directory for one build; the kernel lets go when the process ends."""
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildError(f"another build is writing to {place}: wait for it to end") from None
        yield


def _publish(place: Path, text: bytes, manifest: dict[str, Any]) -> Path:
    generations = place / "generations"
    generations.mkdir(exist_ok=True)
    for orphan in generations.glob(".staging-*"):
        shutil.rmtree(orphan)
    target = generations / str(manifest["sha256"])[:16]
    about = json.dumps(manifest, indent=1).encode() + b"\n"
    if not _intact(target, text, about):
        shutil.rmtree(target, ignore_errors=True)
        staging = generations / f".staging-{os.getpid()}"
        staging.mkdir()
        _write(staging / "graph.nq", text)
        engine = ox.Store(str(staging / "store"))
        engine.bulk_load(text, ox.RdfFormat.N_QUADS)
        engine.flush()
        del engine
        _write(staging / "manifest.json", about)
        staging.rename(target)
        _sync_folder(generations)
    previous = current(place)
    _write(place / "CURRENT.new", target.name.encode() + b"\n")
    (place / "CURRENT.new").replace(place / "CURRENT")
    _sync_folder(place)
    _collect(generations, keep={target, previous})
    return target


def _intact(target: Path, text: bytes, about: bytes) -> bool:
    """Whether a generation made before is whole, so that it need not be made again."""
    try:
        same = (target / "graph.nq").read_bytes() == text
        same = same and (target / "manifest.json").read_bytes() == about
        ox.Store.read_only(str(target / "store"))
    except (OSError, RuntimeError):  # RocksDB reports damage as a RuntimeError
        return False
    return same


def _collect(generations: Path, keep: set[Path | None]) -> None:
    """Remove old generations, but not the one before: readers may still have it open."""
    for path in generations.iterdir():
        if path not in keep:
            shutil.rmtree(path, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
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
