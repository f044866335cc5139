"""What may be passed on of a graph: no texts, and nothing that rests on withheld sources alone.

The words of labels and registers are in a store for whoever built it from their own files. Where a
source lets only facts be passed on, a fact that rules read goes if it needs the source's words, and
so does a population that only such facts have: without the words they would say something else.
Of a source that withholds itself go the graphs that were imported from it, its evidence, the facts
that have no other, and the triples that these alone license; the source itself stays, so that it
can be named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from kg import rdf
from kg.derive import Forms
from kg.exporting.facts import Facts
from kg.model import Fact
from kg.names import DF, RDF, graph
from kg.releasing.terms import FACTS_ONLY, WITHHELD, Terms
from kg.store import Store

__all__ = ["Cut", "cut"]

_TEXT = re.compile(f" <{RDF}type> <{DF}TextSection> | <{DF}text> ".encode())
_IN_VERSION = f"<{DF}inVersion> <".encode()
_DIRECT = f" <{graph('direct')}> .\n".encode()
_RESTS_ON = "SELECT ?x { ?x df:inVersion ?v }"
_FACTS = "SELECT DISTINCT ?f { ?f df:evidence ?e ; df:polarity ?p . ?e df:inVersion ?v }"
_READ = """SELECT DISTINCT ?f { ?f df:firstSeenIn ?v ; df:madeByRule ?rule .
  { ?f df:statedLimit ?words } UNION { ?f df:population ?p . ?p ?stated ?words
    FILTER(STRSTARTS(STR(?stated), CONCAT(STR(df:), "stated"))) } }"""
_RESTING = ("between", "supportedBy", "hasStep")
"""What ties a disagreement, a step or a path to what it cannot be without."""


@dataclass
class Cut:
    """What is kept, as a store, and what was left out.

    :ivar texts: how many texts, by the revision that they are of.
    :ivar facts: how many facts, by the source that withholds itself.
    :ivar worded: how many facts that need its words, by the source that lets only facts go.
    :ivar gone: the nodes that are not in the store's N-Quads, if its engine still knows them.
    """

    store: Store
    texts: Counter[str] = field(default_factory=Counter)
    facts: Counter[str] = field(default_factory=Counter)
    worded: Counter[str] = field(default_factory=Counter)
    gone: frozenset[str] = frozenset()


def cut(store: Store, every: list[Terms], folder: Path) -> Cut:
    """Write what may be passed on to ``graph.nq`` of a folder, and open it as a store.

    Without withheld sources the store's own engine goes on answering: it knows no more than
    texts and the nodes that the result names.
    """
    gone = _Gone(store, every)
    made = Cut(store)
    with (folder / "graph.nq").open("wb") as out:
        for run in _runs(_lines(store)):
            if any(map(_TEXT.search, run)):
                made.texts[_version(run)] += 1
            else:
                out.writelines(line for line in run if gone.keeps(line))
    made.facts, made.worded, made.gone = gone.counted, gone.worded, frozenset(gone.nodes)
    made.store = _loaded(store, folder) if gone.withheld else store.beside(folder)
    return made


def _lines(store: Store) -> Iterator[bytes]:
    if store.path is None:
        yield from store.nquads().splitlines(keepends=True)
        return
    with (store.path / "graph.nq").open("rb") as handle:
        yield from handle


def _runs(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    for _, run in groupby(lines, key=lambda line: line[: line.index(b" ")]):
        yield list(run)


def _version(run: list[bytes]) -> str:
    """The revision that a node's lines say it is in."""
    line = next(line for line in run if _IN_VERSION in line)
    return line.split(_IN_VERSION, 1)[1].split(b">", 1)[0].decode()


def _loaded(store: Store, folder: Path) -> Store:
    engine = ox.Store(str(folder / "store"))
    engine.bulk_load(path=str(folder / "graph.nq"), format=ox.RdfFormat.N_QUADS, lenient=True)
    return Store(engine, store.manifest, folder)


class _Gone:
    """What goes: the facts, with all that rests on them or only they have."""

    def __init__(self, store: Store, every: list[Terms]) -> None:
        self.counted: Counter[str] = Counter()
        self.worded: Counter[str] = Counter()
        self.withheld = [one for one in every if one.redistribution == WITHHELD]
        versions = {version: one.source for one in self.withheld for version, _ in one.versions}
        resting = {
            row["x"].value
            for version in versions
            for row in store.select(_RESTS_ON, {"v": ox.NamedNode(version)})
        }
        facts = self._facts(store, versions, resting) + self._worded(store, every)
        self.nodes = resting | {fact.iri for fact in facts}
        self.nodes |= set(_populations(store, facts, self.nodes))
        self.nodes |= set(_resting(store, self.nodes))
        self._lines = {f"<{iri}>".encode() for iri in self.nodes}
        self._direct = set(_unlicensed(store, facts))
        self._graphs = tuple(f" <{iri}> .\n".encode() for iri in _whole(store, set(versions)))

    def _worded(self, store: Store, every: list[Terms]) -> list[Fact]:
        """The facts that rules read, and that need words of a source that lets only facts go."""
        found = []
        for one in every:
            for version, _ in one.versions if one.redistribution == FACTS_ONLY else ():
                for row in store.select(_READ, {"v": ox.NamedNode(version)}):
                    found.append(_fact(store, row["f"].value))
                    self.worded[one.source] += 1
        return found

    def _facts(self, store: Store, versions: dict[str, str], resting: set[str]) -> list[Fact]:
        """The facts all of whose evidence goes."""
        found: dict[str, Fact] = {}
        for version, source in versions.items():
            for row in store.select(_FACTS, {"v": ox.NamedNode(version)}):
                fact = _fact(store, row["f"].value)
                if set(fact.evidence) <= resting and fact.iri not in found:
                    found[fact.iri] = fact
                    self.counted[source] += 1
        return list(found.values())

    def keeps(self, line: bytes) -> bool:
        """Whether a line of N-Quads may be passed on."""
        if not self.nodes:
            return True
        subject, _, rest = line.split(b" ", 2)
        target = rest[: rest.index(b"> ") + 1] if rest.startswith(b"<") else b""
        if subject in self._lines or target in self._lines or line.endswith(self._graphs):
            return False
        return not (line.endswith(_DIRECT) and line in self._direct)


def _resting(store: Store, gone: set[str]) -> Iterator[str]:
    """The disagreements, steps and paths that rest on nodes that go, or on one another."""
    todo = list(gone)
    while todo:
        iri = todo.pop()
        for name in _RESTING:
            found = list(store.into(DF + name, iri))
            todo += found
            yield from found


def _populations(store: Store, facts: list[Fact], gone: set[str]) -> Iterator[str]:
    """The populations that no fact has but those that go."""
    for iri in sorted({fact.population for fact in facts if fact.population}):
        if set(store.into(DF + "population", iri)) <= gone:
            yield iri


def _whole(store: Store, versions: set[str]) -> list[str]:
    """The graphs that were imported from nothing but the given revisions."""
    held: dict[str, set[str]] = {}
    for line in store.manifest.get("sources", []):
        held.setdefault(graph(line["name"]), set()).add(line["version"])
    return sorted(name for name, found in held.items() if found <= versions)


def _fact(store: Store, iri: str) -> Fact:
    (fact,) = rdf.nodes(store.about(iri))
    assert isinstance(fact, Fact)
    return fact


def _unlicensed(store: Store, gone: list[Fact]) -> Iterator[bytes]:
    """The direct triples, as lines, that no fact licenses but those that go."""
    forms: Forms = Facts(store).forms
    names = {fact.iri for fact in gone}
    for fact in gone:
        if (direct := forms.direct(fact)) is None:
            continue
        ends = {"s": ox.NamedNode(fact.subject), "o": ox.NamedNode(fact.object)}
        rows = store.select("SELECT ?f { ?f rdf:subject ?s ; rdf:object ?o }", ends)
        others = [_fact(store, row["f"].value) for row in rows if row["f"].value not in names]
        if direct not in {forms.direct(other) for other in others}:
            yield f"<{fact.subject}> <{direct}> <{fact.object}>".encode() + _DIRECT
