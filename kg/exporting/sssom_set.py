"""SSSOM: the mappings of the graph as one mapping set (https://mapping-commons.github.io/sssom/).

A mapping says which term elsewhere stands for a thing; a fact about a drug is none, so that every
fact is left out. A mapping that is denied stays so (``predicate_modifier`` is ``Not``), and "we
looked and there is no term" stays ``sssom:NoTermFound``. Sources have terms of their own: the
licence stands beside each mapping, and the set claims none.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kg.exporting import reading
from kg.exporting.facts import Facts
from kg.exporting.form import Form
from kg.exporting.loss import Loss, unplain
from kg.model import Fact
from kg.names import BASE, compact, expand, prefixes

__all__ = ["COLUMNS", "FORMS"]

COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "predicate_modifier",
    "object_id",
    "object_label",
    "mapping_justification",
    "license",
    "object_source_version",
    "mapping_source",
    "comment",
)
"""The columns, in the order of the specification's schema."""

_OURS = "https://creativecommons.org/publicdomain/zero/1.0/"
_NO_LICENCE = "https://w3id.org/sssom/license/unspecified"
_CURATED = BASE + "graph/mappings"


_SAID = {
    expand("owl:annotatedSource"): "subject_id",
    expand("owl:annotatedProperty"): "predicate_id",
    expand("owl:annotatedTarget"): "object_id",
    expand("sssom:mapping_justification"): "mapping_justification",
    **{
        expand(f"sssom:{name}"): name
        for name in ("object_label", "object_source_version", "predicate_modifier", "comment")
    },
}
"""The columns by the properties of a mapping node, as :func:`kg.sssom.quads` writes it."""

_IDS = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_MAPPING = "sssom:Mapping"


def _rows(facts: Facts, loss: Loss) -> Iterator[dict[str, str]]:
    for run in reading.runs(facts.quads(), (*Fact.classes, _MAPPING)):
        if run.kind != _MAPPING:
            fact = reading.node(run, Fact)
            assert isinstance(fact, Fact)
            loss.leave(unplain(fact) or "no mapping")
            continue
        said = {quad.predicate.value: reading.text(quad.object) for quad in run.quads}
        row = {name: said[prop] for prop, name in _SAID.items() if prop in said}
        label = facts.label(row["subject_id"])
        if label != row["subject_id"]:
            row["subject_label"] = label
        row |= {name: compact(row[name]) for name in _IDS}
        if any(row[name].startswith("http") for name in _IDS):
            loss.besides["mappings to names without a prefix"] += 1
            continue
        loss.besides["mappings written"] += 1
        yield row | _origin(facts, reading.text(run.quads[0].graph_name))


def _origin(facts: Facts, graph: str) -> dict[str, str]:
    """Whose mappings those of a named graph are, and on which terms."""
    if graph == _CURATED:
        return {"license": _OURS}
    source = facts.source_of_graph.get(graph)
    if source is None:
        return {}
    return {"mapping_source": compact(source), "license": facts.licences.get(source, "")}


def _write(facts: Facts, path: Path, loss: Loss) -> None:
    """The rows wait aside: the header, which comes first, lists the prefixes that they use."""
    used: set[str] = set()
    with tempfile.TemporaryFile("w+", encoding="utf-8", dir=path.parent, newline="") as aside:
        out = csv.DictWriter(aside, COLUMNS, delimiter="\t", lineterminator="\n", restval="")
        out.writeheader()
        for row in _rows(facts, loss):
            used |= {
                row[name].partition(":")[0] for name in (*_IDS, "mapping_source") if name in row
            }
            out.writerow(row)
        aside.seek(0)
        with path.open("w", encoding="utf-8", newline="") as handle:
            handle.writelines(f"#{line}\n" for line in _header(facts, used))
            handle.writelines(aside)


def _header(facts: Facts, used: set[str]) -> Iterator[str]:
    yield "curie_map:"
    for prefix in sorted(used - {""}):
        yield f"  {prefix}: {prefixes()[prefix]}"
    yield f"license: {_NO_LICENCE}"
    yield f"mapping_set_id: {expand('graph:mappings')}"
    if digest := facts.store.manifest.get("sha256"):
        yield f"mapping_set_version: {digest}"
    yield "mapping_set_title: Things of the drugfacts graph in other terminologies"


FORMS = (
    Form(
        "sssom",
        "a mapping set as SSSOM TSV, without facts",
        _write,
        "sssom.tsv",
        "text/tab-separated-values",
        of_facts=False,
    ),
)
