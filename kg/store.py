"""The embedded store: open a built graph and ask it trusted, parametrised queries.

An open store keeps its generation: a build that is published meanwhile does not disturb it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import pyoxigraph as ox

from kg.errors import InputError, NoGraph, NotAnswered
from kg.graph_file import GraphFile
from kg.jail_guard import names_service
from kg.misread import not_sparql
from kg.names import prefixes
from kg.place import NAME_INDEX, current, default_directory
from kg.values import with_values

if TYPE_CHECKING:
    import rdflib

__all__ = ["Answer", "Queryable", "Store", "Term", "reaching", "solutions"]

Term = ox.NamedNode | ox.Literal
Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class Queryable(Protocol):
    """What can run a parametrised query: :class:`Store`, or a stand-in for one."""

    def run(self, sparql: str, bindings: Mapping[str, Term] | None = None) -> Answer:
        """Run a query with some of its variables bound."""


@contextmanager
def reaching(sparql: str) -> Iterator[None]:
    """Whatever is read of a query's result here may come from other endpoints, if it names any.

    :raises NotAnswered: if one of them does not answer.
    """
    try:
        yield
    except OSError as error:
        if not names_service(sparql):
            raise
        told = " ".join(str(error).split())[:300]  # it may quote a whole page of theirs
        raise NotAnswered(f"an endpoint that SERVICE names gave no answer: {told}") from None


def solutions(found: ox.QuerySolutions) -> Iterator[dict[str, Any]]:
    """Each solution as its terms by variable (None where unbound)."""
    names = [variable.value for variable in found.variables]
    for solution in found:
        yield dict(zip(names, solution, strict=True))


class Store:
    """A graph that can be queried. Queries see the union of all named graphs by default."""

    def __init__(self, engine: ox.Store, manifest: dict[str, Any], path: Path | None) -> None:
        self._engine, self.manifest, self.path = engine, manifest, path
        self._file: GraphFile | None = None

    @classmethod
    def open(cls, directory: Path | str | None = None) -> Store:
        """Open the current generation below a directory, read-only.

        :param directory: the store directory; :func:`default_directory` if not given.
        :raises NoGraph: if no graph was built there.
        """
        place = Path(directory) if directory is not None else default_directory()
        path = current(place)
        if path is None:
            raise NoGraph(f"no graph has been built in {place}: run `kg build` first")
        try:
            manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
            engine = ox.Store.read_only(str(path / "store"))
        except (OSError, ValueError, RuntimeError) as error:
            raise NoGraph(
                f"the graph in {place} cannot be opened ({error}): build it again"
            ) from None
        return cls(engine, manifest, path)

    @classmethod
    def from_nquads(cls, data: bytes) -> Store:
        """A store in memory, for a build that is not published and for tests."""
        engine = ox.Store()
        engine.bulk_load(data, ox.RdfFormat.N_QUADS)
        return cls(engine, {}, None)

    def beside(self, folder: Path) -> Store:
        """The same engine beside another ``graph.nq``, such as one without its texts."""
        return Store(self._engine, self.manifest, folder)

    def run(
        self, sparql: str, bindings: Mapping[str, Term] | None = None, *, union: bool = True
    ) -> Answer:
        """Run a query; variables named in ``bindings`` are replaced by their terms.

        The prefixes of the project's context need no declaration.

        :param union: whether the default graph is the union of all; FROM has no effect if so.
        :raises InputError: if the text is no SPARQL 1.1 query (updates are not accepted).
        :raises NotAnswered: if another endpoint that it names does not answer.
        """
        text = with_values(sparql, bindings) if bindings else sparql
        try:
            with reaching(text):
                return self._engine.query(
                    text, prefixes=prefixes(), use_default_graph_as_union=union
                )
        except SyntaxError as error:
            raise not_sparql(error.msg) from None

    def select(
        self, sparql: str, bindings: Mapping[str, Term] | None = None
    ) -> Iterator[dict[str, Any]]:
        """The solutions of a SELECT query, each as its terms by variable (None where unbound).

        :raises InputError: if the text is no SELECT query.
        """
        found = self.run(sparql, bindings)
        if not isinstance(found, ox.QuerySolutions):
            raise InputError("a SELECT query is wanted here")
        yield from solutions(found)

    def quads(self) -> Iterator[ox.Quad]:
        """All quads."""
        return self._engine.quads_for_pattern(None, None, None)

    def about(self, iri: str) -> Iterator[ox.Quad]:
        """The quads whose subject is an IRI."""
        return self._engine.quads_for_pattern(ox.NamedNode(iri), None, None)

    def into(self, predicate: str, iri: str) -> Iterator[str]:
        """The subjects that a predicate (an IRI) ties to an object (an IRI), as they are found."""
        found = self._engine.quads_for_pattern(None, ox.NamedNode(predicate), ox.NamedNode(iri))
        return (one.subject.value for one in found if isinstance(one.subject, ox.NamedNode))

    def triples_of(self, iri: str) -> Iterator[ox.Triple]:
        """The triples of one named graph, in an order that stays."""
        if self._file is None and self.path is not None and (self.path / "graph.nq").exists():
            self._file = GraphFile(self.path / "graph.nq")
        if self._file is not None:
            return self._file.triples(iri)
        found = self._engine.quads_for_pattern(None, None, None, ox.NamedNode(iri))
        return (quad.triple for quad in found)

    def names_file(self) -> Path | None:
        """The file of the index of names that the build wrote; None if it wrote none."""
        file = self.path and self.path / NAME_INDEX
        return file if file and ("names" in self.manifest or file.exists()) else None

    def name_lines(self) -> Iterable[bytes]:
        """Lines of N-Quads with all that things are called, those of a node together."""
        return self.nquads().splitlines()

    def nquads(self) -> bytes:
        """The whole graph as sorted N-Quads, byte for byte as it was built."""
        if self.path is not None:
            return (self.path / "graph.nq").read_bytes()
        lines = cast(bytes, self._engine.dump(format=ox.RdfFormat.N_QUADS))
        return b"".join(sorted(lines.splitlines(keepends=True)))

    def to_rdflib(self) -> rdflib.Dataset:
        """The whole graph as an rdflib ``Dataset`` whose default graph is the union of all."""
        from kg.bridge import dataset

        return dataset(ox.parse(self.nquads(), ox.RdfFormat.N_QUADS))
