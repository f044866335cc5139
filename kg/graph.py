"""The graph as Python users hold it: open it, ask it, look things up, take it elsewhere.

>>> import kg
>>> g = kg.open()                                                        # doctest: +SKIP
>>> for row in g.query("treatments-for", disease="SMA"):                 # doctest: +SKIP
...     print(row["drugLabel"], row["authorityLabel"])
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, overload

import pyoxigraph as ox

from kg import answer, describe, library
from kg.asking import ask as asking
from kg.asking.reply import Reply
from kg.errors import InputError, UnknownName
from kg.fitting import eligibility
from kg.fitting.profile import Profile
from kg.fitting.profile import profile as make_profile
from kg.jail_guard import names_dataset
from kg.library import Format, Question, Rows
from kg.lookup import Hit, Lookup, Match
from kg.names import expand
from kg.place import default_directory
from kg.store import Store, reaching

if TYPE_CHECKING:
    import networkx
    import pandas
    import rdflib

    from kg.explained import Explained
    from kg.faithful import Checked
    from kg.reading.naming import Names
    from kg.revising.compared import Diff
    from kg.revising.freshness import Age, Ages
    from kg.revising.recheck import Checked as Rechecked

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

            with reaching(text):
                return bridge.graph(found)
        columns = tuple(variable.value for variable in found.variables)
        with reaching(text):
            rows = tuple(tuple(row) for row in found)
        return Result(self, Rows(columns, rows, None, {}))

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

    def explain(
        self, one: str, other: str, *, most: int | None = None, longest: int | None = None
    ) -> Explained:
        """How a drug acts on a disease, and the facts that connect any two things.

        :param most: how many paths of facts at most.
        :param longest: how many facts such a path has at most.
        """
        from kg.explained import explained

        given = {"most": most, "longest": longest}
        asked = {name: number for name, number in given.items() if number is not None}
        return explained(self.store, self.lookup, one, other, **asked)

    def eligible(self, profile: Profile | None = None, **fields: Any) -> eligibility.Eligibility:
        """Which indications of a disease a patient's profile matches, and why the others do not.

        :param profile: the profile; or else its ``fields``, such as ``disease="SMA", age="18mo"``.
        :raises InputError: naming the field that cannot be read.
        """
        given = profile or make_profile(fields)
        return eligibility.eligible(self.store, self.lookup, given)

    @cached_property
    def _ages(self) -> list[Ages]:
        from kg.revising.freshness import ages

        return ages(self.store)

    def freshness(self, on: str | None = None) -> list[Age]:
        """How old the facts of each source are, what needs attention first.

        :param on: the day to count from, as ``YYYY-MM-DD``; today if not given.
        """
        from kg.revising.freshness import day, freshness

        return freshness(self._ages, day(on))

    def recheck(self, *folders: Path | str, source: str | None = None) -> list[Rechecked]:
        """Every piece of evidence read again from the publishers' files below some folders.

        :param source: the name of one source, to read no other.
        """
        from kg.revising.recheck import recheck

        iri = self.find(source).iri if source else None
        return recheck(self.store, [Path(folder) for folder in folders], source=iri)

    def diff(
        self,
        old: Path | str,
        new: Path | str,
        *,
        old_date: str | None = None,
        new_date: str | None = None,
    ) -> Diff:
        """Compare two revisions of a page, label or register by the facts held of it.

        :param old_date: the day of a revision whose file does not say it; ``new_date`` alike.
        :raises InputError: for a file that is not whole, is of another source, or comes in the
            wrong order.
        """
        from kg.revising.diff import diff
        from kg.revising.revision import open_revision

        revisions = open_revision(Path(old), old_date), open_revision(Path(new), new_date)
        return diff(self.store, *revisions)

    @cached_property
    def names(self) -> Names:
        """The names of the graph, to read running texts by."""
        from kg.reading.of_graph import names_of

        return names_of(self.store, self.lookup)

    def faithful(self, *places: Path | str) -> Checked:
        """Check facts against the texts they cite, as far as those are at hand.

        :param places: captured copies of sources, or folders of them.
        """
        from kg.captured import texts
        from kg.faithful import faithful

        at_hand = texts(self.store, map(Path, places))
        return faithful(self.store, at_hand, self.names, self.lookup.label)

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

    def to_networkx(
        self, *, around: str | None = None, plain: bool = False
    ) -> networkx.MultiDiGraph[str]:
        """The direct layer, or what of it is tied to one thing, as a multigraph of IRIs.

        Nodes carry ``label`` and ``kind``. Edges are keyed by the predicate's CURIE and carry
        its ``label``, its ``polarity`` (affirmed, possible, denied, notEvaluated or
        notDemonstrated) and ``facts``, the sorted IRIs of the facts that license them.

        :param around: a name, synonym, code, CURIE or IRI: only its own edges, which are had at
            once where the whole layer of a large graph takes minutes.
        :param plain: whether to leave out edges that are not affirmed, so that what measures
            the network cannot take "is not a cure for" for a tie.
        :raises UnknownName: if nothing is called as ``around`` says.
        """
        from kg.network import network

        thing = None if around is None else self.find(around).iri
        return network(self.store, self.lookup, thing, plain)


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


def open_graph(
    store: Path | str | None = None,
    *,
    endpoint: str | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> Graph:
    """Open the graph that ``kg build`` made, or the one on a SPARQL 1.1 server.

    :param store: the store directory; ``$KG_STORE`` or the user's data directory if not given.
    :param endpoint: the address of a server's query service, to which ``kg push`` took a graph.
    :param say: is told of what takes minutes there.
    :raises NoGraph: if none was built there.
    :raises RemoteError: if the server does not answer.
    """
    if endpoint is None:
        return Graph(Store.open(store))
    from kg.remote.endpoint import Endpoint

    beside = Path(store) if store else default_directory()
    return Graph(Endpoint.at(endpoint, beside=beside, say=say))
