"""The question library over the curated graph: Oxigraph against rdflib, question by question."""

from __future__ import annotations

import statistics
from functools import partial

from kg import library
from kg.assemble import assemble
from kg.lookup import Lookup
from kg.rdf import nquads
from kg.store import Store
from tests.benchmarks.side_by_side import compare, heading

store = Store.from_nquads(nquads(assemble()))
dataset, lookup = store.to_rdflib(), Lookup(store)
ratios = []
for name, question in library.load().items():
    bindings = library.bind(question, question.examples(), lookup)
    rows = library.run(store, question, bindings)
    assert rows.rows == library.run_rdflib(dataset, question, bindings).rows
    heading(f"{name}: {len(rows)} rows, the same from both", "pyoxigraph", "rdflib")
    medians = compare(
        3,
        {
            "Oxigraph": partial(library.run, store, question, bindings),
            "rdflib": partial(library.run_rdflib, dataset, question, bindings),
        },
    )
    ratios.append(medians["rdflib"] / medians["Oxigraph"])
low, middle, high = min(ratios), statistics.median(ratios), max(ratios)
print(f"\n{len(ratios)} questions: rdflib takes {middle:.0f} × the time ({low:.0f} to {high:.0f})")
