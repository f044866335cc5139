"""Every export format beside Oxigraph's dump, the floor, and rdflib's serialisers.

All read the same graph, and their speed is told in quads of that graph a second, whatever part
of it they write. rdflib's time leaves out that it has to load the graph first. The size in quads
may be given as an argument.
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


def main(size: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        quads = grown(path / "graph.nq", size)
        engine = ox.Store()
        engine.bulk_load(path=str(path / "graph.nq"), format=ox.RdfFormat.N_QUADS)
        store = Store(engine, {}, path)
        theirs = store.to_rdflib()
        ways: dict[str, Callable[[], object]] = {
            "Oxigraph, dump as N-Quads": partial(engine.dump, format=ox.RdfFormat.N_QUADS),
            "rdflib, N-Quads": partial(theirs.serialize, format="nquads"),
            "rdflib, TriG": partial(theirs.serialize, format="trig"),
            "turtle, streamed": partial(streamed, "turtle", store),
            "nquads, streamed": partial(streamed, "nquads", store),
        }
        ways |= {name: partial(export, form, store) for name, form in FORMS.items()}
        heading(f"Export a graph of {quads:,} quads", "pyoxigraph", "rdflib", "pyarrow")
        medians = compare(3, ways)
        print("  quads a second:")
        for name, seconds in medians.items():
            print(f"  {name:<34} {quads / seconds:12,.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30_000)
