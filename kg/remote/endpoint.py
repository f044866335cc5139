"""A graph on a SPARQL 1.1 server, asked as the embedded store is (SPARQL 1.1 Protocol).

The default graph of a query is the union of our named graphs there, which is said with every
request: servers differ in what they take for it, and keep graphs of others and of their own.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

import pyoxigraph as ox

from kg.errors import NoGraph, RemoteError
from kg.misread import not_sparql
from kg.name_entries import WANTED, entries
from kg.name_index import write_index
from kg.names import BASE, prefixes
from kg.place import NAME_INDEX, current
from kg.remote import pages, record
from kg.remote.dialect import spoken
from kg.remote.results import read, tidied
from kg.remote.wire import Reply, Wire
from kg.store import Answer, Store, Term
from kg.values import with_values

if TYPE_CHECKING:
    from kg.remote.record import Record

__all__ = ["Dataset", "Endpoint", "keep_names", "kept_names"]

FORM, JSON = "application/x-www-form-urlencoded", "application/sparql-results+json"
TRIPLES = "application/n-triples, text/turtle;q=0.9"
OURS = BASE + "graph/"
NAMED = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
Dataset = tuple[Sequence[str], Sequence[str]]
"""The default graphs and the named ones of a query; those of the server if there are none."""
ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


class Endpoint(Store):
    """What is at a SPARQL endpoint, read-only.

    ``manifest`` has what a build's has of ``sha256``, ``facts``, ``quads`` and ``graphs``.
    """

    def __init__(
        self,
        url: str,
        wire: Wire,
        graphs: Mapping[str, int],
        told: Record | None = None,
        beside: Path | None = None,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.url, self.wire, self.record, self._beside = url, wire, told, beside
        self._say = say
        self.graphs = sorted(graphs)
        """Our graphs there."""
        self.page = pages.PAGE
        """Rows that are asked for at a time: fewer than the server gives at most."""
        seen = hashlib.sha256(repr(sorted(graphs.items())).encode()).hexdigest()
        build = told.sha256 if told is not None else seen
        manifest = {
            "sha256": build,
            "facts": told.facts if told is not None else 0,
            "quads": sum(graphs.values()),
            "graphs": dict(graphs),
        }
        super().__init__(ox.Store(), manifest, None)

    @classmethod
    def bare(cls, url: str) -> Endpoint:
        """A server by its address alone, whatever it holds; nothing is asked yet.

        :raises InputError: if that is no address, or carries a user or password.
        """
        return cls(url, Wire(url), {})

    @classmethod
    def at(
        cls,
        url: str,
        *,
        beside: Path | None = None,
        say: Callable[[str], None] = lambda text: None,
    ) -> Endpoint:
        """Find out what is there.

        :param url: the address of the query service, such as ``http://localhost:7878/query``.
        :param beside: a store directory that may hold the same build, whose index of names serves.
        :param say: is told of what takes minutes.
        :raises InputError: if that is no address, or carries a user or password.
        :raises RemoteError: if nothing there speaks SPARQL.
        :raises NoGraph: if it holds none of our graphs, or not yet all of a push.
        """
        bare = cls.bare(url)
        wire = bare.wire
        told = record.read(bare.run)
        if told is not None:
            if not told.complete:
                raise NoGraph(f"the graph at {wire.host} is not whole: resume `kg push`")
            return cls(url, wire, told.graphs, told, beside, say)
        rows = bare.select(NAMED)
        graphs = {
            row["g"].value: int(row["n"].value) for row in rows if row["g"].value.startswith(OURS)
        }
        if not graphs:
            raise NoGraph(
                f"there is no graph of drugfacts at {wire.host}: `kg push` takes it there"
            )
        return cls(url, wire, graphs)

    def run(
        self, sparql: str, bindings: Mapping[str, Term] | None = None, *, union: bool = True
    ) -> Answer:
        """As :meth:`kg.store.Store.run`, whole or not at all.

        :raises InputError: if the text is no SPARQL 1.1 query.
        :raises RemoteError: if the server gives no whole answer to it.
        :raises LimitHit: if that takes too long or is too large.
        """
        given = dict(bindings or {})
        text = with_values(sparql, given) if given else sparql
        expected = self._expected(text)
        graphs = (self.graphs, self.graphs) if union else ((), ())
        if isinstance(expected, ox.QueryTriples):
            return self.triples(text, graphs, given)
        if isinstance(expected, ox.QuerySolutions):
            columns = [variable.value for variable in expected.variables]
            return self.rows(text, graphs, columns, given)
        return self.rows(text, graphs, None, given)

    def rows(
        self,
        text: str,
        graphs: Dataset,
        columns: Sequence[str] | None,
        given: Mapping[str, Term],
    ) -> ox.QuerySolutions | ox.QueryBoolean:
        """Send a query for rows, or for a truth value; errors as those of :meth:`run`.

        :param columns: those of the rows; None for a truth value.
        :param given: what variables were bound to.
        """
        reply = self._post(text, graphs, JSON, given)
        most = _cap(reply)
        if most is not None:
            self.page = min(most - 1, pages.PAGE)
        return read(reply.body, columns, given, most)

    def triples(self, text: str, graphs: Dataset, given: Mapping[str, Term]) -> ox.QueryTriples:
        """Send a query for a graph; errors as those of :meth:`run`."""
        reply = self._post(text, graphs, TRIPLES, given)
        _cap(reply)
        form = ox.RdfFormat.from_media_type(reply.headers.get("Content-Type", "").split(";")[0])
        try:
            if form is None:
                raise ValueError("its media type is none of RDF")
            held = ox.Store()
            for quad in ox.parse(reply.body, form):
                held.add(ox.Quad(quad.subject, quad.predicate, tidied(quad.object)))
        except (SyntaxError, ValueError) as error:
            raise RemoteError(f"the server's answer cannot be read as a graph: {error}") from None
        return cast(ox.QueryTriples, held.query(ALL))

    def _expected(self, text: str) -> Answer:
        """The form of the answer, from our own parser: what is no query is never sent."""
        try:
            return ox.Store().query(text, prefixes=prefixes())
        except SyntaxError as error:
            raise not_sparql(error.msg) from None

    def _post(self, text: str, graphs: Dataset, accept: str, given: Mapping[str, Term]) -> Reply:
        fields = [("query", spoken(text, self.wire.server, given))]
        for name, some in zip(("default-graph-uri", "named-graph-uri"), graphs, strict=True):
            fields += [(name, one) for one in some]
        body = urlencode(fields).encode()
        return self.wire.ask("POST", self.url, body, Content_Type=FORM, Accept=accept)

    def triples_of(self, iri: str) -> Iterator[ox.Triple]:
        """The triples of one named graph, read page by page."""
        return pages.triples(self, iri)

    def quads(self) -> Iterator[ox.Quad]:
        """All quads, read page by page."""
        for name in self.graphs:
            node = ox.NamedNode(name)
            for one in pages.triples(self, name):
                yield ox.Quad(one.subject, one.predicate, one.object, node)

    def about(self, iri: str) -> Iterator[ox.Quad]:
        """The quads whose subject is an IRI."""
        this = ox.NamedNode(iri)
        for row in self.select("SELECT ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }", {"s": this}):
            yield ox.Quad(this, row["p"], row["o"], row["g"])

    def into(self, predicate: str, iri: str) -> Iterator[str]:
        """The subjects that a predicate (an IRI) ties to an object (an IRI)."""
        bound: dict[str, Term] = {"p": ox.NamedNode(predicate), "o": ox.NamedNode(iri)}
        rows = self.select("SELECT ?s { ?s ?p ?o }", bound)
        return (row["s"].value for row in rows if isinstance(row["s"], ox.NamedNode))

    def nquads(self) -> bytes:
        """The whole graph as sorted N-Quads."""
        return b"".join(sorted(f"{quad} .\n".encode() for quad in self.quads()))

    def name_lines(self) -> Iterable[bytes]:
        """The lines that say what things are called, those of a node together."""
        found: list[bytes] = []
        for predicate in WANTED:
            verb = ox.NamedNode(predicate)
            for name in self.graphs:
                node = ox.NamedNode(name)
                for one, other in pages.pairs(self, name, verb):
                    found.append(f"{ox.Quad(one, verb, other, node)} .\n".encode())
        return sorted(found)

    def names_file(self) -> Path | None:
        """The index of names of the build that was pushed: that of a store here, or one kept.

        It is made once. Of what was not pushed by us none is kept: its build is not known.
        """
        if self.record is None:
            return None
        here = self._beside and current(self._beside)
        if here and here.name == self.record.sha256[:16] and (here / NAME_INDEX).exists():
            return here / NAME_INDEX
        kept = kept_names(self.record.sha256)
        if not kept.exists():
            self._say(f"reading the names from {self.wire.host}, once")
            keep_names(kept, lambda aside: write_index(aside, entries(self.name_lines())))
        return kept


def kept_names(build: str) -> Path:
    """Where the index of names of a build is kept: in the user's cache (XDG Base Directory 0.8)."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "drugfacts" / f"{build}.sqlite"


def keep_names(place: Path, write: Callable[[Path], object]) -> None:
    """Put an index there, whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_suffix(f".{os.getpid()}")
    write(aside)
    aside.replace(place)


def _cap(reply: Reply) -> int | None:
    """How many rows the server gives at most, if it says so, as Virtuoso does.

    :raises RemoteError: for what it sends with a 200 when a clock of its own cut an answer short.
    """
    if said := reply.headers.get("X-SQL-State"):
        raise RemoteError(f"the server cut its answer short ({said})")
    most = reply.headers.get("X-SPARQL-MaxRows", "")
    return int(most) if most.isdecimal() else None
