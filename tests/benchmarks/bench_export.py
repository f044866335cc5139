"""Every export format beside Oxigraph's dump, the floor, and rdflib's serialisers.

All read the same graph, and their speed is told in quads of that graph a second, whatever part
of it they write. rdflib's time leaves out that it has to load the graph first. The argument is a
size in quads, or the store of a published graph: its own graph is written once then, however
large, and rdflib writes a small one beside it, for it would have to hold the whole in memory.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from kg.export import stream
from kg.exporting.facts import Facts
from kg.exporting.form import Form
from kg.exporting.registry import FORMS
from kg.store import Store
from tests.benchmarks.grown import grown
from tests.benchmarks.side_by_side import compare, heading


def export(form: Form, store: Store) -> None:
    """One export, as the command makes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out"
        if form.files:
            path.mkdir()
        form.run(Facts(store), path)


def streamed(name: str, store: Store) -> None:
    """An RDF format as it is written for a graph too large to be held."""
    with tempfile.TemporaryDirectory() as folder:
        stream(Facts(store).quads(), name, Path(folder) / "out")


def rdflibs(store: Store) -> dict[str, Callable[[], object]]:
    """The serialisers of rdflib over a graph that it has loaded."""
    theirs = store.to_rdflib()
    return {
        "rdflib, N-Quads": partial(theirs.serialize, format="nquads"),
        "rdflib, TriG": partial(theirs.serialize, format="trig"),
    }


def ours(store: Store, engine: ox.Store) -> dict[str, Callable[[], object]]:
    """The floor, and every form of ours."""
    ways: dict[str, Callable[[], object]] = {
        "Oxigraph, dump as N-Quads": partial(dump, engine),
        "turtle, streamed": partial(streamed, "turtle", store),
        "nquads, streamed": partial(streamed, "nquads", store),
    }
    return ways | {name: partial(export, form, store) for name, form in FORMS.items()}


def dump(engine: ox.Store) -> None:
    """What the engine itself writes of all that it holds."""
    with tempfile.TemporaryFile() as handle:
        engine.dump(handle, format=ox.RdfFormat.N_QUADS)


def measure(quads: int, rounds: int, ways: dict[str, Callable[[], object]]) -> None:
    """Time the ways over a graph of so many quads, and print."""
    heading(f"Export a graph of {quads:,} quads", "pyoxigraph", "rdflib", "pyarrow")
    medians = compare(rounds, ways)
    print("  quads a second:")
    for name, seconds in medians.items():
        print(f"  {name:<34} {quads / seconds:12,.0f}")


def main(size: int, place: Path | None = None) -> None:
    """Measure and print; ``place`` is the store of a published graph, to measure that."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        quads = grown(path / "graph.nq", size)
        engine = ox.Store()
        engine.bulk_load(path=str(path / "graph.nq"), format=ox.RdfFormat.N_QUADS)
        small = Store(engine, {}, path)
        if place is None:
            measure(quads, 3, ours(small, engine) | rdflibs(small))
            return
        measure(quads, 3, {"Oxigraph, dump as N-Quads": partial(dump, engine)} | rdflibs(small))
        whole = Store.open(place)
        assert whole.path is not None
        held = ox.Store()  # from the database, its dump takes a quarter of an hour
        held.bulk_load(path=str(whole.path / "graph.nq"), format=ox.RdfFormat.N_QUADS)
        measure(whole.manifest["quads"], 1, ours(whole, held))


if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) > 1 else "30000"
    if given.isdigit():
        main(int(given))
    else:
        main(30_000, Path(given))
