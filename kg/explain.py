"""How a drug acts on a disease: every path held between the two, step by step.

The sign of a path is that of its routes. A route leads from the drug to the disease, and its
sign is the product of the signs of its steps; where a step states no direction, so does every
route over it. Only where all routes have the same sign has the path one. Nothing is inferred to
another disease, nor from one substance to another: those that come near are named, not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox

from kg.errors import InputError, UnknownName
from kg.lookup import Lookup, Match
from kg.store import Store, Term, solutions

__all__ = ["Explanation", "Path", "Step", "explain", "net_sign", "text"]

SUBSTANCE, PRODUCT, DISEASE = "df:Substance", "df:MedicinalProduct", "df:Disease"
ACTIVE = """
SELECT DISTINCT ?drug ?start WHERE {
  ?identity rdf:subject ?drug ; rdf:predicate df:hasActiveSubstance ; rdf:object ?start ;
    df:polarity df:affirmed ; df:status df:current .
  FILTER NOT EXISTS { ?identity df:certainty df:possible }
} ORDER BY ?start"""
PATHS = """
SELECT DISTINCT ?start ?disease ?path WHERE {
  ?path df:pathFrom ?start ; df:pathTo ?disease
} ORDER BY ?path"""
STEPS = """
SELECT ?path ?position ?words ?start ?end ?sign ?fact ?predicate ?subject ?object ?review WHERE {
  ?path df:hasStep ?step .
  ?step df:position ?position ; rdfs:label ?words ; df:stepFrom ?start ; df:stepTo ?end ;
    df:sign ?sign ; df:supportedBy ?fact .
  ?fact rdf:predicate ?predicate ; rdf:subject ?subject ; rdf:object ?object ;
    df:reviewStatus ?review .
} ORDER BY ?position ?fact"""
EVIDENCE = """
SELECT DISTINCT ?path ?version ?address ?place WHERE {
  ?path %s ?evidence .
  ?evidence df:inVersion ?v . ?v rdfs:label ?version ; df:versionOf ?source .
  OPTIONAL { ?source schema:url ?address }
  OPTIONAL { ?evidence df:record ?place }
  OPTIONAL { ?evidence df:section ?place }
} ORDER BY ?version ?place"""
OWN, OF_STEPS = "df:evidence", "df:hasStep/df:supportedBy/df:evidence"
"""Where the evidence of a path stands; a UNION of the two would be joined over the whole graph."""
REFERENCES = "SELECT ?path ?reference WHERE { ?path df:reference ?reference } ORDER BY ?reference"
ENDS = "SELECT DISTINCT ?start ?disease WHERE { ?path df:pathFrom ?start ; df:pathTo ?disease }"
STARTS = "SELECT DISTINCT ?disease ?start WHERE { ?path df:pathTo ?disease ; df:pathFrom ?start }"
BROADER = "SELECT DISTINCT ?narrow ?wide WHERE { ?narrow skos:broader+ ?wide }"
DOES = {1: "raises", -1: "lowers"}
SIGNS = {1: "+", -1: "\N{MINUS SIGN}", 0: "?"}
SHOWN = 5
"""How many of the other diseases are named before they are only counted."""


@dataclass(frozen=True)
class Step:
    """One step: ``sign`` is 1, -1, or 0 where no direction is stated; ``words`` say what happens.

    ``relation`` is the step's predicate in words, where all its facts share one between its ends.
    """

    position: int
    start: str
    start_label: str
    end: str
    end_label: str
    sign: int
    words: str
    relation: str | None
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Path:
    """One path. ``net`` is its sign, 0 where it has none; ``verdict`` says so in a sentence.

    ``sources`` name revision and record; ``review`` is how its facts were checked.
    """

    iris: tuple[str, ...]
    start: str
    start_label: str
    end: str
    end_label: str
    steps: tuple[Step, ...]
    net: int
    verdict: str
    sources: tuple[str, ...]
    references: tuple[str, ...]
    review: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """All paths between a drug and a disease; ``notes`` say what comes near where none is."""

    drug: Match
    disease: Match
    paths: tuple[Path, ...]
    notes: tuple[str, ...]


def explain(store: Store, drug: str, disease: str) -> Explanation:
    """Every path held between a drug (a substance, or a product by its active substances) and a
    disease, those drawn alike by several hands once.

    :raises UnknownName: if the graph holds no such drug or disease.
    :raises InputError: if a name could be several.
    """
    lookup = Lookup(store)
    ask = _Ask(store, lookup)
    by_drug, by_disease = _drug(lookup, drug), lookup.find(disease, {DISEASE})
    starts = ask.starts(by_drug)
    paths: dict[tuple[Any, ...], Path] = {}
    for start in starts:
        for iri in ask.column(PATHS, start=start, disease=by_disease.iri):
            path = ask.path(iri, start, by_disease.iri)
            alike = (start, tuple((one.start, one.words, one.end, one.sign) for one in path.steps))
            paths[alike] = _merged(paths[alike], path) if alike in paths else path
    notes = () if paths else tuple(_near(ask, starts, by_drug, by_disease))
    return Explanation(by_drug, by_disease, tuple(paths.values()), notes)


def net_sign(steps: Iterable[tuple[str, str, int]], start: str, end: str) -> frozenset[int]:
    """The signs of all routes from start to end, of steps as (start, end, sign).

    0 stands for a route with a step that states no direction.
    """
    steps = list(steps)
    signs = {start: {1}}
    grown = True
    while grown:
        grown = False
        for one, other, sign in steps:
            new = {sign * held for held in signs.get(one, ())} - signs.get(other, set())
            if new:
                signs.setdefault(other, set()).update(new)
                grown = True
    return frozenset(signs.get(end, ()))


def _drug(lookup: Lookup, text: str) -> Match:
    """The substance or product that is meant; among namesakes the substance."""
    try:
        found = lookup.find(text, {SUBSTANCE, PRODUCT})
    except UnknownName:
        raise
    except InputError as several:
        try:
            return lookup.find(text, {SUBSTANCE})
        except InputError:
            raise several from None
    substances = [match for match in (found, *found.others) if match.kind == SUBSTANCE]
    return substances[0] if len(substances) == 1 else found


def _verdict(path: Path) -> tuple[int, str]:
    """The sign of a path and the sentence that says it."""
    steps = [(step.start, step.end, step.sign) for step in path.steps]
    signs = net_sign(steps, path.start, path.end)
    branches = len({step.start for step in path.steps}) < len(path.steps)
    along = ", along every route" if branches else ""
    start, end = path.start_label, path.end_label
    if len(signs) == 1 and 0 not in signs:
        (sign,) = signs
        return sign, f"Taken together{along}: {start} {DOES[sign]} {end}."
    if 0 not in signs:
        return (
            0,
            f"Taken together: not determined, since some routes raise {end} and others lower it.",
        )
    silent = [step.position for step in path.steps if step.sign == 0]
    spoken = [(one, other, sign or 1) for one, other, sign in steps]
    rest = net_sign(spoken, path.start, path.end)
    passed = "it" if len(silent) == 1 else "them"
    hint = f" Without {passed}, the steps would say: {start} {DOES[min(rest)]} {end}."
    return 0, (
        f"Taken together: not determined, since {_steps(silent)} no direction."
        + (hint if len(rest) == 1 else "")
    )


def _steps(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"step {numbers[0]} states"
    return f"steps {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} state"


def _merged(one: Path, other: Path) -> Path:
    """One path of two with the same steps: with the facts, sources and reviews of both."""
    steps = tuple(
        replace(step, facts=tuple(dict.fromkeys((*step.facts, *again.facts))))
        for step, again in zip(one.steps, other.steps, strict=True)
    )
    return replace(
        one,
        iris=(*one.iris, *other.iris),
        steps=steps,
        sources=tuple(dict.fromkeys((*one.sources, *other.sources))),
        references=tuple(dict.fromkeys((*one.references, *other.references))),
        review=tuple(dict.fromkeys((*one.review, *other.review))),
    )


class _Ask:
    """The queries, each as plain values."""

    def __init__(self, store: Store, lookup: Lookup) -> None:
        self._store, self.lookup = store, lookup

    def rows(self, sparql: str, **bound: str) -> Iterator[dict[str, Any]]:
        """The rows of a query as texts, without the columns that were given."""
        bindings: dict[str, Term] = {name: ox.NamedNode(iri) for name, iri in bound.items()}
        found = self._store.run(sparql, bindings)
        assert isinstance(found, ox.QuerySolutions)
        for row in solutions(found):
            yield {
                name: term.value
                for name, term in row.items()
                if term is not None and name not in bound
            }

    def column(self, sparql: str, **bound: str) -> list[str]:
        """The one column of a query that was not given."""
        return [value for row in self.rows(sparql, **bound) for value in row.values()]

    def starts(self, drug: Match) -> list[str]:
        """Where its paths can start: itself, and the active substances of a product."""
        return list(dict.fromkeys([drug.iri, *self.column(ACTIVE, drug=drug.iri)]))

    def path(self, iri: str, start: str, end: str) -> Path:
        """One path with its steps in order."""
        label = self.lookup.label
        by_position: dict[int, list[dict[str, Any]]] = {}
        for row in self.rows(STEPS, path=iri):
            by_position.setdefault(int(row["position"]), []).append(row)
        steps = tuple(self._step(at, rows) for at, rows in sorted(by_position.items()))
        reviews = {row["review"] for rows in by_position.values() for row in rows}
        path = Path(
            iris=(iri,),
            start=start,
            start_label=label(start),
            end=end,
            end_label=label(end),
            steps=steps,
            net=0,
            verdict="",
            sources=tuple(self._sources(iri)),
            references=tuple(self.column(REFERENCES, path=iri)),
            review=tuple(sorted(label(review) for review in reviews)),
        )
        net, verdict = _verdict(path)
        return replace(path, net=net, verdict=verdict)

    def _step(self, position: int, rows: list[dict[str, Any]]) -> Step:
        """A step of one row a fact: worded by its predicate, where the facts share one."""
        label, first = self.lookup.label, rows[0]
        start, end = label(first["start"]), label(first["end"])
        said = {(row["subject"], row["predicate"], row["object"]) for row in rows}
        alike = said == {(first["start"], first["predicate"], first["end"])}
        relation = label(first["predicate"]) if alike else None
        return Step(
            position=position,
            start=first["start"],
            start_label=start,
            end=first["end"],
            end_label=end,
            sign=int(first["sign"]),
            words=f"{start} {relation} {end}" if relation else first["words"],
            relation=relation,
            facts=tuple(dict.fromkeys(row["fact"] for row in rows)),
        )

    def _sources(self, iri: str) -> Iterator[str]:
        """Each revision with its address and the records that the path rests on."""
        places: dict[tuple[str, str], list[str]] = {}
        own = list(self.rows(EVIDENCE % OWN, path=iri))
        for row in own or self.rows(EVIDENCE % OF_STEPS, path=iri):
            key = (row["version"], row.get("address", ""))
            places.setdefault(key, []).append(row.get("place", ""))
        for (version, address), found in places.items():
            where = "; ".join(filter(None, dict.fromkeys(found)))
            yield ", ".join(filter(None, (version, where, address)))


def _near(ask: _Ask, starts: list[str], drug: Match, disease: Match) -> Iterator[str]:
    """What is held instead, in words; none of it is an answer."""
    label = ask.lookup.label
    ends = {end for start in starts for end in ask.column(ENDS, start=start)}
    above = set(ask.column(BROADER, narrow=disease.iri))
    for end in sorted(ends, key=lambda iri: (label(iri), iri)):
        if disease.iri in ask.column(BROADER, narrow=end):
            yield f'A path to the narrower "{label(end)}" is held: ask for that.'
        elif end in above:
            yield f'A path to the broader "{label(end)}" is held: ask for that.'
    mine = [_words(label(start)) for start in starts]
    for start in sorted(ask.column(STARTS, disease=disease.iri)):
        words = _words(label(start))
        if any(words[: len(one)] == one or one[: len(words)] == words for one in mine):
            yield f'A path from "{label(start)}" is held: ask for that.'
    if ends:
        names = sorted({label(end) for end in ends})
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        yield f"From {drug.label}, paths are held to: {'; '.join(names[:SHOWN])}{more}."


def _words(text: str) -> list[str]:
    return text.casefold().split()


def text(found: Explanation, *, whole: bool = False) -> str:
    """The explanation for a reader: the first path in full, the others too if ``whole``."""
    drug, disease, count = found.drug.label, found.disease.label, len(found.paths)
    if not count:
        lines = [f"No path from {drug} to {disease} is held.", *found.notes]
        return "\n".join([*lines, "", "Not medical advice."]) + "\n"
    lines = [f"{drug} \N{RIGHTWARDS ARROW} {disease}: {count} path{'s' if count > 1 else ''}"]
    for number, path in enumerate(found.paths, 1):
        lines += ["", *_worded(path, number, count, full=whole or number == 1)]
    if count > 1 and not whole:
        lines += ["", "The steps of all paths: --all"]
    lines += [
        "",
        "(+) more of the one goes with more of the other, (\N{MINUS SIGN}) with less, "
        "(?) the source states no direction.",
        "Not medical advice.",
    ]
    return "\n".join(lines) + "\n"


def _worded(path: Path, number: int, count: int, *, full: bool) -> Iterator[str]:
    start = f" from {path.start_label}" if number == 1 or full else ""
    size = f"{len(path.steps)} step{'s' if len(path.steps) > 1 else ''}"
    yield f"Path {number} of {count}{start}: {size}"
    if full:
        for step in path.steps:
            yield f"  {step.position}. {step.words} ({SIGNS[step.sign]})"
    yield f"  {path.verdict}"
    if full:
        for source in path.sources:
            yield f"  Source: {source}"
        for reference in path.references or ("the source gives none",):
            yield f"  Reference of the path: {reference}"
        yield f"  Review: {', '.join(path.review)}"
