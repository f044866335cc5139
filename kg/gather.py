"""Everything that a folder of publishers' files says, as nodes in a stream.

Vocabularies come first, since they say what names stand for; then all registers are read, so
that products can be resolved; then each source's facts are made and written, one source after
the other; and at last the entities that were spoken of.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kg import sssom
from kg.adapters import FACTS, VOCABULARIES, Adapter
from kg.held import Held, find
from kg.identity import Identity
from kg.model import Entity, Node
from kg.names import expand, graph
from kg.sink import Sink
from kg.sources import hgnc, hp, mondo, unii
from kg.sources.obo import Ontology
from kg.sources.tally import Tally
from kg.vocabulary import Vocabulary, fold

__all__ = ["Line", "gather"]

Progress = Callable[[str], None]
BRAND = "the name is a brand, not the substance"
UNUSED = "no other source speaks of the substance"


@dataclass(frozen=True)
class Line:
    """One line of the report: a source, its file, and what became of its rows."""

    name: str
    file: str
    version: str
    rows: int
    taken: int
    skipped: dict[str, int]
    facts: int
    quads: int


@dataclass
class _Gathering:
    """The state of one gathering, from files to the last entity."""

    folder: Path
    registry: Sequence[Node]
    sink: Sink
    progress: Progress
    curated: Mapping[str, str]
    identity: Identity = field(init=False)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    described: dict[str, str] = field(default_factory=dict)
    names: int = 0
    report: list[Line] = field(default_factory=list)

    def held(self, adapter: Adapter) -> list[Held]:
        """The files of a source; a revision that the registry lacks is described."""
        found = list(
            find(
                self.folder,
                adapter.source,
                adapter.glob,
                adapter.dated,
                self.registry,
                several=adapter.several,
            )
        )
        self.sink.put((one.version for one in found if one.new), "sources")
        if not found:
            self.progress(f"{adapter.name}: no file {adapter.glob}")
        return found

    @contextmanager
    def written(self) -> Iterator[Callable[[], int]]:
        """Count the quads that are written meanwhile."""
        before = sum(self.sink.quads.values())
        yield lambda: sum(self.sink.quads.values()) - before

    def record(self, name: str, held: Held, tally: Tally, facts: int, quads: int) -> None:
        """Close the account of one file."""
        tally.check()
        skipped = dict(sorted(tally.skipped.items()))
        file, version = held.path.name, held.version.iri
        rows, taken = tally.rows, tally.taken
        self.report.append(Line(name, file, version, rows, taken, skipped, facts, quads))


def gather(
    folder: Path,
    curated: Sequence[Node],
    sink: Sink,
    progress: Progress = lambda _: None,
    *,
    extract: bool = False,
) -> list[Line]:
    """Read every source that a folder holds into a sink.

    :param curated: all nodes of ``data/``, the registry of sources included.
    :param extract: read the indication texts by rules, too.
    :returns: what became of the rows of each file.
    :raises InputError: for the first fault of a file; nothing is skipped without being counted.
    """
    labels = {node.iri: node.label for node in curated if isinstance(node, Entity)}
    state = _Gathering(folder, curated, sink, progress, labels)
    ontologies = _vocabularies(state)
    files = _names(state)
    state.identity = Identity(state.vocabulary, curated)
    read = _registers(state)
    state.identity.resolve()
    for adapter, held, rows in read:
        _facts(state, adapter, held, rows)
    _terms(state, ontologies)
    if extract:
        _extracted(state, read)
    for held in files:
        _substances(state, held)
    _entities(state)
    return state.report


# ---------------------------------------------------------------- reading


def _vocabularies(
    state: _Gathering,
) -> dict[str, tuple[Held, Any]]:
    """Read the vocabularies; returns those whose entities are written later."""
    found: dict[str, tuple[Held, Any]] = {}
    for name in ("mondo", "hpo", "hgnc"):
        for held in state.held(VOCABULARIES[name]):
            found[name] = held, VOCABULARIES[name].read(held.path)
    if "mondo" in found:
        _mappings(state, found["mondo"][1])
    elif state.held(VOCABULARIES[mondo.MAPPINGS_NAME]):
        state.progress(f"{mondo.MAPPINGS_NAME}: not read, for want of Mondo's own terms")
    if "hpo" in found:
        state.vocabulary.add_phenotypes(found["hpo"][1])
    for gene in found["hgnc"][1] if "hgnc" in found else ():
        if gene.status == hgnc.APPROVED:
            state.vocabulary.add_gene(expand(gene.id), gene.symbol)
    return found


def _names(state: _Gathering) -> list[Held]:
    """Read the names of substances; they are written when it is known which are spoken of."""
    files = state.held(VOCABULARIES["unii"])
    for held in files:
        tally = Tally("unii")
        state.vocabulary.substances = unii.by_name(unii.each(held.path), tally)
        state.names = tally.rows
        state.progress(f"unii: {tally.rows:,} names")
    return files


def _mappings(state: _Gathering, ontology: Ontology) -> None:
    """Write the sets of mappings of diseases, and the diseases that only the sets name."""
    name, kept = mondo.MAPPINGS_NAME, []
    for held in state.held(VOCABULARIES[name]):
        tally = Tally(name)
        found = list(mondo.matches(mondo.read_mappings(held.path), ontology, tally))
        with state.written() as quads:
            state.sink.text(name, state.sink.uncurated(name, sssom.lines(found, graph(name))))
        state.record(name, held, tally, 0, quads())
        kept += found
    state.sink.put(_described(state, mondo.further(kept, ontology)), name)
    state.vocabulary.add_diseases(ontology, kept)
    state.progress(f"{name}: {len(kept):,} mappings")


def _described(state: _Gathering, entities: Iterable[Entity]) -> Iterator[Entity]:
    """Entities of a vocabulary, noted; one that is curated too keeps its curated label alone."""
    for one in entities:
        label = state.curated.get(one.iri, one.label)
        if label != one.label or label in one.alt_labels:
            others = {one.label, *one.alt_labels} - {label}
            one = replace(one, label=label, alt_labels=tuple(sorted(others)))
        state.described[one.iri] = label
        yield one


def _registers(state: _Gathering) -> list[tuple[Adapter, Held, Any]]:
    """Read the sources of facts, and take up the products they name."""
    read = []
    for adapter in FACTS:
        for held in state.held(adapter):
            rows = adapter.read(held.path)
            read.append((adapter, held, rows))
            if adapter.products:
                state.identity.reading(held.version.iri)
                state.identity.see(adapter.products(rows))
    return read


# ---------------------------------------------------------------- writing


def _facts(state: _Gathering, adapter: Adapter, held: Held, rows: Any) -> None:
    assert adapter.facts is not None
    started, tally = time.monotonic(), Tally(adapter.name)
    state.identity.reading(held.version.iri)
    with state.written() as quads:
        nodes = adapter.facts(rows, state.identity, held.version.iri, tally)
        facts = state.sink.put(nodes, adapter.name)
    state.record(adapter.name, held, tally, facts, quads())
    seconds = time.monotonic() - started
    state.progress(f"{adapter.name}: {tally.rows:,} rows, {facts:,} facts, {seconds:.1f} s")


def _extracted(state: _Gathering, read: Iterable[tuple[Adapter, Held, Any]]) -> None:
    """Write what rules read in the texts of the sources, into a graph of its own."""
    from kg.extraction import GRAPH, SOURCES, Reader

    known = {**state.curated, **state.described}
    reader = Reader(state.folder, state.identity, known, state.progress)
    for adapter, held, rows in read:
        if adapter.name in SOURCES:
            tally = Tally(GRAPH)
            with state.written() as quads:
                nodes = reader.nodes(adapter.name, rows, held.version.iri, tally)
                facts = state.sink.put(nodes, GRAPH)
            state.record(GRAPH, held, tally, facts, quads())


def _terms(state: _Gathering, found: Mapping[str, tuple[Held, Any]]) -> None:
    """Write the entities of the vocabularies."""
    makers: dict[str, Callable[[Any, Tally], Iterator[Entity]]] = {
        "mondo": mondo.entities,
        "hpo": hp.entities,
        "hgnc": hgnc.entities,
    }
    for name, (held, what) in found.items():
        tally = Tally(name)
        with state.written() as quads:
            state.sink.put(_described(state, makers[name](what, tally)), name)
        state.record(name, held, tally, 0, quads())
        state.progress(f"{name}: {tally.taken:,} entities")


def _substances(state: _Gathering, held: Held) -> None:
    """Write the names of the substances that other sources speak of."""
    labels = {one.iri: one.label for one in state.identity.entities({})}
    wanted = unii.names(held.path, state.identity.spoken_of("UNII"))
    tally = Tally("unii", rows=state.names)
    with state.written() as quads:
        state.sink.put(_named(state, wanted, labels, tally), "unii")
    tally.skip(UNUSED, state.names - sum(map(len, wanted.values())))
    state.record("unii", held, tally, 0, quads())
    state.progress(f"unii: {len(wanted):,} substances, {tally.taken:,} names")


def _named(
    state: _Gathering,
    wanted: Mapping[str, list[unii.Name]],
    labels: Mapping[str, str],
    tally: Tally,
) -> Iterator[Entity]:
    for code, names in wanted.items():
        iri = expand(f"UNII:{code}")
        label = state.curated.get(iri) or labels[iri]
        others: dict[str, str] = {fold(label): ""}
        for row in names:
            name = unii.plain(row.name)[0]
            if row.type == "bn":
                tally.skip(BRAND)
            elif row.type == "sys":
                tally.skip(unii.SYSTEMATIC)
            else:
                tally.used()
                others.setdefault(fold(name), name)
        if names:
            state.described[iri] = label
            yield Entity(
                iri=iri,
                kinds=("df:Substance",),
                label=label,
                alt_labels=tuple(sorted(filter(None, others.values()))),
            )


def _entities(state: _Gathering) -> None:
    state.sink.put(state.identity.entities(state.described), "entities")
    state.sink.put(state.identity.merges(), "identity")
    state.sink.put(state.identity.ambiguities(), "identity")
