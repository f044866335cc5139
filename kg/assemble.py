"""The curated graph: what the project itself holds, as quads in named graphs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg import rdf, sssom
from kg.claims import Claims
from kg.derive import derive
from kg.disagree import disagreements
from kg.errors import InputError
from kg.model import Node
from kg.names import expand, graph
from kg.resources import folder
from kg.sources import curated

__all__ = ["Assembled", "assemble", "assembled"]

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Assembled:
    """What is curated: nodes, the quads that say them and those that follow.

    ``quads`` holds everything; ``ontology`` only what the ontology itself says.
    """

    nodes: tuple[Node, ...]
    ontology: list[ox.Quad]
    quads: list[ox.Quad]


def assemble(data: Path | None = None, progress: Progress = lambda _: None) -> list[ox.Quad]:
    """The quads of :func:`assembled`."""
    return assembled(data, progress).quads


def assembled(data: Path | None = None, progress: Progress = lambda _: None) -> Assembled:
    """Read everything that is curated and derive what follows.

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
    for node in disagreements(Claims(found.nodes)):
        quads += rdf.quads(node, graph("disagreements"))
    return Assembled(found.nodes, ontology, quads + derived)


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
