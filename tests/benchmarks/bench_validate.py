"""Validation at growing sizes: the fast engine against pySHACL, and how each grows.

The data are the curated graph with renamed copies of its facts, evidence, products and paths.
Sizes in quads may be given as arguments; pySHACL is left out above the size it takes minutes for.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from kg.validate import validate, validate_file
from tests.benchmarks.grown import grown
from tests.benchmarks.side_by_side import compare, heading

REFERENCE_UP_TO = 110_000


def reference(path: Path) -> object:
    """The whole check by pySHACL, from the same file."""
    return validate(ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS))


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """The slope of seconds over quads on double-logarithmic axes, by least squares."""
    x = [math.log(size) for size, _ in points]
    y = [math.log(seconds) for _, seconds in points]
    middle = sum(x) / len(x)
    over = sum((a - middle) * b for a, b in zip(x, y, strict=True))
    return over / sum((a - middle) ** 2 for a in x)


sizes = [int(one) for one in sys.argv[1:]] or [5_000, 10_000, 20_000, 100_000, 300_000]
taken: dict[str, list[tuple[int, float]]] = {"ours": [], "pySHACL": []}
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "data.nq"
    for wanted in sizes:
        quads = grown(file, wanted)
        heading(f"Validate {quads:,} quads", "shacl", "pyshacl", "rdflib")
        ways: dict[str, Callable[[], object]] = {"ours": partial(validate_file, file)}
        if wanted <= REFERENCE_UP_TO:
            ways["pySHACL"] = partial(reference, file)
            assert validate_file(file) == reference(file)
        for name, seconds in compare(3 if wanted <= 10_000 else 1, ways).items():
            taken[name].append((quads, seconds))
print()
for name, points in taken.items():
    if len(points) > 1:
        print(f"{name}: seconds grow with the number of quads to the power {exponent(points):.2f}")
