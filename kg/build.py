"""The build: sources → facts → quads → derive → validate → a new generation, swapped in whole.

Plain, it builds what is curated. From a folder of the publishers' files it builds everything
they say as well, as a stream: lines of N-Quads go to a file, the file into the store and past
the shapes at the same time.

A generation is named after the digest of its N-Quads, so building twice gives the same name
and the same bytes; there is no clock and no random number in it.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from kg import rdf
from kg.assemble import Assembled, assembled
from kg.derive import Forms
from kg.errors import BuildError, DoesNotConform
from kg.model import Fact
from kg.name_entries import entries
from kg.name_index import write_index
from kg.names import BASE
from kg.place import NAME_INDEX, default_directory
from kg.publish import finished, locked, publish, staged
from kg.report import SHOWN, Report
from kg.report import places as where_from
from kg.sink import Sink
from kg.validate import validate_file

__all__ = ["Built", "build"]

Progress = Callable[[str], None]
LOADER_NICE = 10
"""The priority (0 to 19, lowest) of the threads that load while the shapes are checked."""
MOST_FINDINGS = 10_000
"""Violations after which the check of a whole graph stops; the report says so."""


@dataclass(frozen=True)
class Built:
    """What a build gave: the generation's folder, its manifest and the validation report."""

    path: Path
    manifest: dict[str, Any]
    report: Report


def build(
    directory: Path | str | None = None,
    *,
    data: Path | None = None,
    sources: Path | None = None,
    extract: bool = False,
    progress: Progress = lambda _: None,
) -> Built:
    """Build the graph and publish it below a store directory.

    :param directory: :func:`kg.place.default_directory` if not given.
    :param data: a folder like ``data/`` of the project; the packaged one if not given.
    :param sources: a folder of the publishers' files, to build from them too.
    :param extract: read the indication texts of ``sources`` by rules, as proposed facts.
    :raises InputError: for a fault in the input.
    :raises DoesNotConform: if the graph violates a shape; carries the report.
    :raises BuildError: if another build is running, or the disk fails.

    After any error the last good graph is still there and still current.
    """
    place = Path(directory) if directory is not None else default_directory()
    found = assembled(data, progress)
    try:
        with locked(place), staged(place) as staging:
            with _uncollected(), (staging / "graph.nq").open("wb") as handle:
                manifest = _written(handle, found, sources, extract, progress)
                handle.flush()
                os.fsync(handle.fileno())
            done = finished(place, manifest)
            report = _checked_and_loaded(staging, done is None, progress)
            path = publish(place, None if done else staging, manifest)
    except OSError as error:
        raise BuildError(f"cannot write to {place}: {error.strerror or error}") from error
    progress(f"published {path}")
    return Built(path, manifest, report)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles, of which nodes have none: a sixth of the time, no memory."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _written(
    handle: IO[bytes],
    found: Assembled,
    sources: Path | None,
    extract: bool,
    progress: Progress,
) -> dict[str, Any]:
    """Write the graph as N-Quads; returns the manifest."""
    from kg import __version__

    sink = Sink(handle, Forms(found.ontology), found.nodes)
    _curated(sink, found)
    report = []
    if sources is not None:
        from kg.gather import gather

        report = gather(sources, found.nodes, sink, progress, extract=extract)
    progress(f"found {sink.compare():,} disagreements")
    digest = sink.close()
    return {
        "drugfacts": __version__,
        "sha256": digest,
        "names": NAME_INDEX,
        "quads": sum(sink.quads.values()),
        "facts": sink.facts,
        "graphs": dict(sorted(sink.quads.items())),
        "sources": [asdict(line) for line in report],
    }


def _curated(sink: Sink, found: Assembled) -> None:
    """Write what is curated: each graph sorted, the direct layer with everybody else's.

    Disagreements are left out: they are computed again over all sources.
    """
    texts: dict[str, list[bytes]] = {}
    for quad, line in sorted(rdf.each_line(found.quads), key=lambda pair: pair[1]):
        name = rdf.value(quad.graph_name).removeprefix(BASE + "graph/")
        if name == "direct":
            sink.direct(line.decode())
        elif name != "disagreements":
            texts.setdefault(name, []).append(line)
    facts = sum(isinstance(node, Fact) for node in found.nodes)
    for name, lines in sorted(texts.items()):
        sink.curated(name, b"".join(lines).decode(), facts if name == "curated" else 0)


def _checked_and_loaded(staging: Path, load: bool, progress: Progress) -> Report:
    """Validate a written graph and load it into a store beside it, both at once.

    :raises DoesNotConform: if it violates a shape; says from which records the worst come.
    """
    file = staging / "graph.nq"
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(_loaded, staging, progress) if load else None
        report = validate_file(file, limit=MOST_FINDINGS, built=True)
        progress("conforms to the shapes" if report.conforms else "does not conform")
        if loading is not None:
            loading.result()
    if not report.conforms:
        focus = {result.focus for result in report.worst(SHOWN)}
        places = where_from(file, focus)
        message = "the graph does not conform; the last good one stays"
        raise DoesNotConform(message, report, places)
    return report


def _loaded(staging: Path, progress: Progress) -> None:
    """Load a written graph into a store, and index its names."""
    if sys.platform == "linux":  # where priorities are a thread's own
        # the check has one thread only and takes longest: the loader's many leave it a core
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOADER_NICE)
    with (staging / "graph.nq").open("rb") as handle:
        names = write_index(staging / NAME_INDEX, entries(handle))
    progress(f"indexed {names:,} names and codes")
    started = time.monotonic()
    engine = ox.Store(str(staging / "store"))
    engine.bulk_load(path=str(staging / "graph.nq"), format=ox.RdfFormat.N_QUADS, lenient=True)
    engine.flush()
    del engine
    progress(f"loaded in {time.monotonic() - started:.1f} s")
