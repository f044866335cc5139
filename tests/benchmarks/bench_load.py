"""Loading the same N-Quads: our build's way into the store against rdflib, at two sizes."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import rdflib

from kg.assemble import assemble
from kg.rdf import nquads
from tests.benchmarks.side_by_side import compare, heading


def copies(text: bytes, times: int) -> bytes:
    """The graph several times over, each copy with names of its own."""
    own = b"<https://w3id.org/drugfacts/"
    return b"".join(text.replace(own, own + b"copy%d/" % n) for n in range(times))


def ours(text: bytes) -> None:
    """Into a fresh Oxigraph database on disk, in one bulk load, as the build does."""
    with tempfile.TemporaryDirectory() as folder:
        store = ox.Store(str(Path(folder) / "store"))
        store.bulk_load(text, ox.RdfFormat.N_QUADS)
        store.flush()


def theirs(text: bytes) -> None:
    """Into an rdflib dataset in memory."""
    rdflib.Dataset(default_union=True).parse(data=text, format="nquads")


text = nquads(assemble())
for times in (1, 10):
    data = copies(text, times)
    heading(
        f"Load {len(data.splitlines()):,} quads",
        "pyoxigraph",
        "rdflib",
    )
    compare(
        3,
        {
            "our build path (on disk)": partial(ours, data),
            "rdflib (in memory)": partial(theirs, data),
        },
    )
