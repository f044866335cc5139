"""What may be passed on of a graph: all but texts, and what rests on withheld sources alone.

The words of labels and registers are in a store for whoever built it from their own files. Of a
source that withholds itself go the graphs that were imported from it, its evidence, the facts that
have no other, and the triples that these alone license; the source itself stays, so that it can
be named.
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
from kg.releasing.terms import WITHHELD, Terms
from kg.store import Store

__all__ = ["Cut", "cut"]

_TEXT = re.compile(f" <{RDF}type> <{DF}TextSection> | <{DF}text> ".encode())
_IN_VERSION = f"<{DF}inVersion> <".encode()
_DIRECT = f" <{graph('direct')}> .\n".encode()
_RESTS_ON = "SELECT ?x { ?x df:inVersion ?v }"
_FACTS = "SELECT DISTINCT ?f { ?f df:evidence ?e ; df:polarity ?p . ?e df:inVersion ?v }"
_NAMED = "SELECT DISTINCT ?x { VALUES ?p { df:between df:hasStep df:supportedBy } ?x ?p ?y }"


@dataclass
class Cut:
    """What is kept, as a store, and what was left out.

    :ivar texts: how many texts, by the revision that they are of.
    :ivar facts: how many facts, by the source that withholds itself.
    """

    store: Store
    texts: Counter[str] = field(default_factory=Counter)
    facts: Counter[str] = field(default_factory=Counter)


def cut(store: Store, every: list[Terms], folder: Path) -> Cut:
    """Write what may be passed on to ``graph.nq`` of a folder, and open it as a store.

    Without withheld sources the store's own engine goes on answering: it then knows nothing more
    than texts.
    """
    gone = _Gone(store, every)
    made = Cut(store)
    with (folder / "graph.nq").open("wb") as out:
        for run in _runs(_lines(store)):
            if any(map(_TEXT.search, run)):
                made.texts[_version(run)] += 1
            else:
                out.writelines(line for line in run if gone.keeps(line))
    made.facts = gone.counted
    made.store = store.beside(folder) if not gone.any else _loaded(store, folder)
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
    """What goes with the sources that withhold themselves."""

    def __init__(self, store: Store, every: list[Terms]) -> None:
        self.counted: Counter[str] = Counter()
        withheld = [one for one in every if one.redistribution == WITHHELD]
        self.any = bool(withheld)
        self._nodes: set[bytes] = set()
        self._direct: set[bytes] = set()
        versions = {version: one.source for one in withheld for version, _ in one.versions}
        self._graphs = tuple(f" <{iri}> .\n".encode() for iri in _whole(store, set(versions)))
        if not withheld:
            return
        resting = {
            row["x"].value
            for version in versions
            for row in store.select(_RESTS_ON, {"v": ox.NamedNode(version)})
        }
        facts = self._facts(store, versions, resting)
        gone = resting | {fact.iri for fact in facts}
        for row in store.select(_NAMED):
            about = {getattr(quad.object, "value", "") for quad in store.about(row["x"].value)}
            if about & gone:
                gone.add(row["x"].value)
        self._nodes = {f"<{iri}>".encode() for iri in gone}
        self._direct = set(_unlicensed(store, facts))

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
        if not self.any:
            return True
        subject, _, rest = line.split(b" ", 2)
        target = rest[: rest.index(b"> ") + 1] if rest.startswith(b"<") else b""
        if subject in self._nodes or target in self._nodes or line.endswith(self._graphs):
            return False
        return not (line.endswith(_DIRECT) and line in self._direct)


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
        direct = forms.direct(fact)
        ends = {"s": ox.NamedNode(fact.subject), "o": ox.NamedNode(fact.object)}
        rows = store.select("SELECT ?f { ?f rdf:subject ?s ; rdf:object ?o }", ends)
        others = [_fact(store, row["f"].value) for row in rows if row["f"].value not in names]
        if direct and direct not in {forms.direct(other) for other in others}:
            yield f"<{fact.subject}> <{direct}> <{fact.object}>".encode() + _DIRECT
