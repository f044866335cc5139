"""The whole build from publishers' files: against its floor, and against rdflib on a sample.

The floor is one bulk load of the finished N-Quads. rdflib is fed one triple at a time with as many
lines as ``KG_BENCH_LINES`` says (100,000), and the rest is reckoned in proportion. The folder of
files is ``KG_BENCH_SOURCES``, or the one beside the project.
"""

from __future__ import annotations

import os
import tempfile
import time
from itertools import islice
from pathlib import Path

import pyoxigraph as ox
import rdflib

from kg.bridge import outward
from kg.build import build
from kg.store import Store
from tests.benchmarks.side_by_side import compare, heading
from tests.conftest import SHARED

SOURCES = Path(os.environ.get("KG_BENCH_SOURCES", SHARED / "sources"))
LINES = int(os.environ.get("KG_BENCH_LINES", "100000"))
LABEL = "SELECT ?drug ?label WHERE { ?drug rdfs:label ?label }"
ZOLGENSMA = {"drug": ox.NamedNode("https://w3id.org/drugfacts/product/zolgensma")}


def seconds(start: float) -> float:
    """Since a moment of the monotonic clock."""
    return time.perf_counter() - start


def one_by_one(path: Path) -> float:
    """Seconds a quad that rdflib takes for the first lines, one added at a time."""
    quads = list(islice(ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS), LINES))
    dataset, start = rdflib.Dataset(), time.perf_counter()
    for quad in quads:
        terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
        dataset.add(tuple(map(outward, terms)))  # type: ignore[arg-type]
    return seconds(start) / len(quads)


def whole(folder: Path) -> None:
    """Print the three ways side by side, then a point lookup at both sizes."""
    start = time.perf_counter()
    built = build(folder / "full", sources=SOURCES)
    ours, quads = seconds(start), built.manifest["quads"]
    start = time.perf_counter()
    store = ox.Store(str(folder / "floor"))
    store.bulk_load(path=str(built.path / "graph.nq"), format=ox.RdfFormat.N_QUADS, lenient=True)
    store.flush()
    floor = seconds(start)
    theirs = one_by_one(built.path / "graph.nq") * quads
    heading(f"Build of {quads:,} quads", "pyoxigraph", "rdflib", "shacl")
    for name, taken in (
        ("our whole build", ours),
        ("floor: one bulk load of the result", floor),
        (f"rdflib, add by add (from {LINES:,})", theirs),
    ):
        print(f"  {name:<40} {taken:10.1f} s   {taken / ours:8.2f} × the first")
    build(folder / "small")
    small, full = Store.open(folder / "small"), Store.open(folder / "full")
    heading("A point lookup", "pyoxigraph")
    compare(
        25,
        {
            "the curated graph": lambda: list(small.select(LABEL, ZOLGENSMA)),
            "the full graph": lambda: list(full.select(LABEL, ZOLGENSMA)),
        },
    )


if SOURCES.is_dir():
    with tempfile.TemporaryDirectory() as place:
        whole(Path(place))
else:
    print(f"no folder of publishers' files at {SOURCES.name}: name one in KG_BENCH_SOURCES")
