"""The stream of a build: nodes go in, N-Quads go out to a file, and what went out is counted.

Memory holds what must be unique or sorted (names of facts, direct triples), never the triples.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import IO

from kg.claims import Claims
from kg.derive import Forms
from kg.disagree import disagreements
from kg.errors import KgError
from kg.lines import direct_line, lines
from kg.model import Fact, MechanismStep, Node, Record
from kg.names import expand, graph

__all__ = ["Sink"]

PROPOSED = expand("df:proposed")
BATCH = 4_000
"""Nodes that are written at a time."""


class Sink:
    """Writes nodes into named graphs.

    :param handle: a binary file.
    :param forms: which direct triple a fact licenses.
    :param curated: nodes that are curated already: what an adapter says again of the same
        revision is not written twice, the curated fact stands.
    """

    def __init__(self, handle: IO[bytes], forms: Forms, curated: Iterable[Node] = ()) -> None:
        self._handle, self._forms = handle, forms
        self._digest = hashlib.sha256()
        self._batch: list[str] = []
        nodes = list(curated)
        self._curated = {_said(node): node.iri for node in nodes if isinstance(node, Fact)}
        self._instead: dict[str, str] = {}
        self._claims = Claims(nodes)
        self._described = {node.iri for node in nodes}
        self._triples: set[str] = set()
        self._seen: set[str] = set()
        self._direct: set[str] = set()
        self._cited: dict[str, Record] = {}
        self.quads: Counter[str] = Counter()
        """Quads written, by graph."""
        self.facts = 0
        """Facts written, the curated ones included."""

    def text(self, name: str, text: str, facts: int = 0) -> None:
        """Write lines of N-Quads that are ready, all in the graph ``name``."""
        self.quads[graph(name)] += text.count("\n")
        self.facts += facts
        self._batch.append(text)
        if len(self._batch) >= BATCH:
            self._flush()

    def curated(self, name: str, text: str, facts: int = 0) -> None:
        """Write lines of what is curated: no graph that comes later says one of them again."""
        self._triples.update(_triples(text, name))
        self.text(name, text, facts)

    def uncurated(self, name: str, text: str) -> str:
        """The lines of ``text``, all in the graph ``name``, of which the triple is not curated.

        A triple stands in one graph, or a query over all of them would have a row twice.
        """
        said = zip(text.split("\n"), _triples(text, name), strict=False)
        return "".join(line + "\n" for line, triple in said if triple not in self._triples)

    def direct(self, line: str) -> None:
        """Take up a line of the direct layer; they are written last, each once, sorted."""
        self._direct.add(line)

    def put(self, nodes: Iterable[Node], name: str) -> int:
        """Write the nodes of one source into the graph ``name``.

        A record is written as soon as a fact cites it, and not at all if none does.

        :returns: how many facts were written.
        :raises KgError: if two facts have one IRI; a mistake in the adapter.
        """
        before, where = self.facts, graph(name)
        for node in nodes:
            if isinstance(node, Record):
                self._cited[node.iri] = node
                continue
            if isinstance(node, Fact):
                if node.status != PROPOSED and (same := self._curated.get(_said(node))):
                    self._instead[node.iri] = same
                    continue
                self._once(node.iri)
                if predicate := self._forms.direct(node):
                    self._direct.add(direct_line(node, predicate, graph("direct")))
                self.facts += 1
            elif isinstance(node, MechanismStep):
                node = self._by_curated(node)
            self._claims.take(node)
            for cited in getattr(node, "evidence", ()):
                if record := self._cited.pop(cited, None):
                    self.text(name, lines(record, where))
            text = lines(node, where)
            self.text(name, self.uncurated(name, text) if node.iri in self._described else text)
        self._cited.clear()
        return self.facts - before

    def _by_curated(self, step: MechanismStep) -> MechanismStep:
        """A step that points to the curated fact where its own was not written."""
        facts = tuple(sorted({self._instead.get(iri, iri) for iri in step.supported_by}))
        return step if facts == step.supported_by else replace(step, supported_by=facts)

    def _once(self, iri: str) -> None:
        if iri in self._seen:
            raise KgError(f"two facts are called {iri}")
        self._seen.add(iri)

    def compare(self) -> int:
        """Write where the facts written, and the curated ones, disagree; returns how often."""
        found, name = disagreements(self._claims), "disagreements"
        written = "".join(lines(node, graph(name)) for node in found)
        self.text(name, "".join(sorted(re.findall(r".*\n", written))))
        return len(found)

    def close(self) -> str:
        """Write what is left, the direct layer last; returns the SHA-256 of everything."""
        for line in sorted(self._direct):
            self.text("direct", line)
        self._flush()
        self._direct.clear()
        return self._digest.hexdigest()

    def _flush(self) -> None:
        data = "".join(self._batch).encode()
        self._batch.clear()
        self._digest.update(data)
        self._handle.write(data)


def _triples(text: str, name: str) -> Iterator[str]:
    """What each line says without its graph."""
    end = len(f" <{graph(name)}> .")
    return (line[:-end] for line in text.split("\n")[:-1])


def _said(fact: Fact) -> tuple[object, ...]:
    return (
        fact.subject,
        fact.predicate,
        fact.object,
        fact.polarity,
        fact.event_type,
        fact.date,
        fact.first_seen_in,
    )
