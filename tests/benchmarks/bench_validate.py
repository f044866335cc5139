"""Validation: the whole check of the curated graph, beside assembling it and the bare engine."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pyshacl
import rdflib

from kg import bridge
from kg.assemble import assemble
from kg.resources import folder
from kg.validate import validate
from tests.benchmarks.side_by_side import compare, heading

quads = assemble()
shapes = rdflib.Graph()
for file in sorted((Path(folder("ontology")) / "shapes").glob("*.ttl")):
    shapes.parse(file)


def bare() -> None:
    """pySHACL as it comes: no cache of parsed queries."""
    conforms, _, _ = pyshacl.validate(bridge.graph(quads), shacl_graph=shapes, inference="none")
    assert conforms


validate(quads)
heading(f"Validate {len(set(quads)):,} quads", "pyshacl", "rdflib")
compare(
    3,
    {
        "kg.validate": partial(validate, quads),
        "pySHACL as it comes": bare,
        "assembling the graph": assemble,
    },
)
