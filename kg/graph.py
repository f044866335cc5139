"""The graph as Python users hold it: open it, ask it, look things up, take it elsewhere.

>>> import kg
>>> g = kg.open()                                                        # doctest: +SKIP
>>> for row in g.query("treatments-for", disease="SMA"):                 # doctest: +SKIP
...     print(row["drugLabel"], row["authorityLabel"])
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, overload

import pyoxigraph as ox

from kg import answer, describe, library
from kg import ask as asking
from kg.derive import licences
from kg.errors import InputError, UnknownName
from kg.jail_guard import names_dataset
from kg.library import Format, Question, Rows
from kg.lookup import Hit, Lookup, Match
from kg.names import compact, expand
from kg.reply import Reply
from kg.store import Store

if TYPE_CHECKING:
    import networkx
    import pandas
    import rdflib

__all__ = ["Graph", "Result", "open_graph"]


class Result:
    """The complete rows of a SELECT query.

    Iterating gives one dictionary a row: IRIs and texts as ``str``, numbers as ``int`` or
    ``float``, truth values as ``bool``, dates as the text their source gave.
    """

    def __init__(self, graph: Graph, rows: Rows) -> None:
        self.graph, self.rows = graph, rows

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self.rows.columns

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows.records())

    def __repr__(self) -> str:
        return f"<Result: {len(self)} rows of {', '.join(self.columns)}>"

    def serialize(self, form: str = "json") -> bytes:
        """The rows as W3C SPARQL results: ``csv``, ``tsv``, ``json`` or ``xml``."""
        return self.rows.serialize(cast(Format, form))

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a data frame (extra ``pandas``)."""
        return self.rows.to_pandas()

    def to_rdflib(self) -> rdflib.Graph:
        """The facts that the rows rest on, with evidence and sources, as an rdflib graph."""
        terms = {
            term.value for row in self.rows.rows for term in row if isinstance(term, ox.NamedNode)
        }
        return self.graph.extract(terms)

    def answer(self) -> answer.Answer:
        """The rows in words, with evidence and caveat.

        :raises InputError: if the query is none of the question library.
        """
        if self.rows.question is None:
            raise InputError("only questions of the library can be worded")
        return answer.word(self.rows.question, self.rows, self.graph.store, self.graph.lookup)


class Graph:
    """A built graph, read-only."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @cached_property
    def lookup(self) -> Lookup:
        """Names, synonyms and codes of everything in the graph."""
        return Lookup(self.store)

    @property
    def questions(self) -> dict[str, Question]:
        """The question library by name."""
        return dict(library.load())

    @overload
    def ask(self, question: str) -> Reply: ...

    @overload
    def ask(self, question: Question, **values: Any) -> Result: ...

    def ask(self, question: Question | str, **values: Any) -> Result | Reply:
        """Answer a question in people's own words, or run one of the library.

        :param question: a text, or a question of the library or one read with
            :func:`kg.library.read`, with its parameters as ``values``.
        :raises InputError: for a text that is too long, or a missing or bad parameter.
        """
        if isinstance(question, str):
            if values:
                raise InputError("a question in words takes no parameters", mend="name them in it")
            return asking.ask(question, self.store, self.lookup)
        bindings = library.bind(question, values, self.lookup)
        return Result(self, library.run(self.store, question, bindings))

    def query(self, query: str, **values: Any) -> Result | bool | rdflib.Graph:
        """Run a question by its name with its parameters, or a SPARQL 1.1 query.

        :return: a :class:`Result`; for ASK a ``bool``; for CONSTRUCT and DESCRIBE an rdflib
            ``Graph``.
        :raises UnknownName: for a question that is not in the library, or an unknown entity.
        :raises InputError: for a missing or bad parameter, or broken SPARQL.
        """
        if not any(mark in query for mark in " \n\t{"):
            return self.ask(named(query), **values)
        if values:
            raise InputError("a SPARQL text takes no parameters", mend="write them into the text")
        return self.sparql(query)

    def sparql(self, text: str) -> Result | bool | rdflib.Graph:
        """Run SPARQL; the project's prefixes need no declaration.

        The default graph is the union of all, unless the query names its dataset (FROM).

        :raises InputError: if the text is no SPARQL 1.1 query.
        """
        found = self.store.run(text, union=not names_dataset(text))
        if isinstance(found, ox.QueryBoolean):
            return bool(found)
        if isinstance(found, ox.QueryTriples):
            from kg import bridge

            return bridge.graph(found)
        columns = tuple(variable.value for variable in found.variables)
        return Result(self, Rows(columns, tuple(tuple(row) for row in found), None, {}))

    def select(self, text: str) -> Result:
        """Run a SELECT query.

        :raises InputError: if it is none.
        """
        found = self.sparql(text)
        if not isinstance(found, Result):
            raise InputError("a SELECT query is wanted here")
        return found

    def find(self, text: str) -> Match:
        """What a name, synonym, code, CURIE or IRI stands for.

        :raises UnknownName: with the nearest names.
        """
        return self.lookup.find(text)

    def search(self, text: str, kinds: Collection[str] = (), limit: int = 10) -> list[Hit]:
        """What a person may mean by a text, misspellings too, the likeliest first.

        :param kinds: classes to look among, as CURIEs such as ``df:Disease``; all if none.
        :param limit: how many at most.
        """
        return self.lookup.search(text, kinds or None, limit)

    def show(self, text: str, *, whole: bool = False) -> describe.Description:
        """Everything the graph says of one thing.

        :param whole: with all facts that name it, where they are thousands.
        """
        return describe.describe(self.store, self.lookup, self.find(text), whole=whole)

    def to_rdflib(self) -> rdflib.Dataset:
        """The whole graph as an rdflib dataset; its default graph is the union of all."""
        return self.store.to_rdflib()

    def extract(self, iris: set[str]) -> rdflib.Graph:
        """The nodes named, and what they point to among facts, evidence and sources."""
        from kg import bridge

        found: set[ox.Quad] = set()
        waiting, seen = set(iris), set[str]()
        while waiting:
            iri = waiting.pop()
            seen.add(iri)
            for quad in self.store.about(iri):
                found.add(quad)
                target = quad.object
                if not isinstance(target, ox.NamedNode) or target.value in seen:
                    continue
                if target.value.startswith(_OWN):
                    waiting.add(target.value)
        return bridge.graph(sorted(found, key=str))

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """The direct layer as a multigraph of IRIs.

        Nodes carry ``label`` and ``kind``. Edges are keyed by the predicate's CURIE and carry
        its ``label`` and ``facts``, the sorted IRIs of the facts that license them.
        """
        import networkx

        graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
        for row in self.store.select(licences("direct")):
            one, two, relation, fact = (
                row[name].value for name in ("subject", "object", "direct", "fact")
            )
            for iri in (one, two):
                match = self.lookup.find(iri)
                graph.add_node(iri, label=match.label, kind=compact(match.kind))
            key = compact(relation)
            facts = graph.edges[one, two, key]["facts"] if graph.has_edge(one, two, key) else ()
            graph.add_edge(
                one,
                two,
                key=key,
                label=self.lookup.label(relation),
                facts=tuple(sorted({*facts, fact})),
            )
        return graph


_OWN = (expand("evidence:"), expand("source:"), expand("population:"))


def named(name: str) -> Question:
    """A question of the library by its name.

    :raises UnknownName: with the nearest names.
    """
    import difflib

    questions = library.load()
    if name not in questions:
        near = tuple(difflib.get_close_matches(name, questions, 3))
        raise UnknownName(
            f'no question is called "{name}"',
            near=near,
            **({} if near else {"mend": "`kg questions` lists them"}),
        )
    return questions[name]


def open_graph(store: Path | str | None = None) -> Graph:
    """Open the graph that ``kg build`` made.

    :param store: the store directory; ``$KG_STORE`` or the user's data directory if not given.
    :raises NoGraph: if none was built there.
    """
    return Graph(Store.open(store))
