"""A small graph whose facts rest on the sentences of a text, for the tests of revisions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from kg import rdf
from kg.evidence import digest, sketch
from kg.model import Fact, Node, PartialDate, Passage, Source, SourceVersion
from kg.names import expand, own
from kg.revising.compared import Diff
from kg.revising.diff import diff
from kg.revising.revision import open_revision
from kg.store import Store

SOURCE = own("source", "leaflet")


def cited(text: str, spans: Iterable[tuple[int, int]], source: str = SOURCE) -> Store:
    """A graph with one fact for each stretch of a text, called ``fact:START``."""
    version = f"{source}-2024"
    nodes: list[Node] = [
        Source(
            iri=source, kinds=("df:Source",), label="a leaflet", publisher="P", rights="R",
            redistribution=expand("df:free"), tier=expand("df:referencePage"),
        ),
        SourceVersion(
            iri=version, kinds=("df:SourceVersion",), label="of 2024", version_of=source,
            version_date=PartialDate("2024"), checksum=hashlib.sha256(text.encode()).hexdigest(),
        ),
    ]  # fmt: skip
    for start, end in spans:
        passage = Passage(
            iri=own("evidence", str(start)), kinds=("df:Passage",), in_version=version,
            section="Leaflet", start=start, end=end, digest=digest(text[start:end]),
            sketch=sketch(text[start:end]),
        )  # fmt: skip
        fact = Fact(
            iri=own("fact", str(start)), kinds=("df:OutcomeClaim",), label=f"fact {start}",
            subject=own("product", "x"), predicate=expand("df:treats"), object=own("concept", "y"),
            polarity=expand("df:affirmed"), status=expand("df:current"),
            review_status=expand("df:curated"), evidence=(passage.iri,), first_seen_in=version,
        )  # fmt: skip
        nodes += [passage, fact]
    quads = [quad for node in nodes for quad in rdf.quads(node, own("graph", "curated"))]
    return Store.from_nquads(rdf.nquads(quads))


def compared(store: Store, folder: Path, old: str, new: str) -> Diff:
    """The report on two texts, by way of files."""
    paths = folder / "old.txt", folder / "new.txt"
    for path, text in zip(paths, (old, new), strict=True):
        path.write_text(text, encoding="utf-8")
    return diff(store, *map(open_revision, paths))


def states(found: Diff) -> dict[str, set[str]]:
    """The facts by state, each by the last part of its name; states that have none left out."""
    told: dict[str, set[str]] = {}
    for one in found.facts:
        told.setdefault(one.state, set()).add(one.fact.rpartition("/")[2])
    return told
