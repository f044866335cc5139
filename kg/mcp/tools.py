"""The tools: what an assistant may ask of the graph, and how each answer is put together.

Every tool only reads. Lists are bounded; what is left out of one is declared in the answer,
with how to get it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Annotated, Any

import pyoxigraph as ox
from pydantic import Field

from kg import answer, library
from kg.connect import FARTHEST, LARGEST, LONGEST, MOST
from kg.errors import UnknownName
from kg.explain import explain
from kg.explained import explained
from kg.fitting.profile import profile
from kg.graph import Graph, Result, named
from kg.jail import Jail
from kg.kinds import KINDS
from kg.lookup import Match
from kg.mcp import connecting, fitting, payloads
from kg.mcp.page import head, page
from kg.mcp.payloads import Cut, Pair, Value
from kg.names import compact, expand
from kg.rows import Rows, native
from kg.statements import SECTIONS, Statement

__all__ = ["CATALOGUE", "PROOFS", "Tools", "proof"]

CATALOGUE = "drugfacts://questions"
"""The resource that lists the questions."""
PLACES, SAYING, PROOFS, LINKS, PATHS = 3, 5, 60, 40, 5
"""How many places, sayings of a statement, proofs, links and paths an answer has at most."""
KEPT = 4
"""How many results are kept, so that the next page of one is not asked for again."""
ROWS_JSON = "application/sparql-results+json"
TRIPLES = "application/n-triples"
ORDERED = " and an ORDER BY in the query"
"""Without it, pages may overlap."""

Limit = Annotated[int, Field(ge=1, le=500, description="How many items at most.")]
Offset = Annotated[int, Field(ge=0, description="How many items to pass over.")]
Name = Annotated[
    str,
    Field(description="A name, brand, synonym, code, CURIE or IRI: Zolgensma, SMA, MONDO:0001516."),
]


class Tools:
    """The tools over one graph; what strangers write in SPARQL runs in the jail."""

    def __init__(self, graph: Graph, jail: Jail) -> None:
        self._graph, self._jail = graph, jail
        self._build = str(graph.store.manifest.get("sha256", ""))
        self._rows = lru_cache(maxsize=KEPT)(self._ask)

    def find_entity(
        self,
        text: Annotated[str, Field(description="What it is called; misspellings are forgiven.")],
        kind: Annotated[
            str | None, Field(description="Only things of this kind: " + ", ".join(KINDS) + ".")
        ] = None,
        limit: Annotated[int, Field(ge=1, le=100, description="How many hits at most.")] = 10,
    ) -> payloads.Found:
        """Find a drug, disease, gene or anything else by what people call it: a name, brand,
        synonym, code or misspelling. Gives ranked hits with the id that other tools take.
        """
        if kind is not None and kind not in KINDS:
            raise UnknownName(f'no kind is called "{kind}"', mend="use " + ", ".join(KINDS))
        kinds = [KINDS[kind]] if kind else []
        found = self._graph.search(text, kinds, limit + 1)
        hits = [
            payloads.Hit(
                **self._thing(one.iri, one.label, one.kind),
                name=compact(one.name),
                how=one.how,
                fit=one.fit,
                distance=one.distance,
                facts=one.facts,
            )
            for one in found[:limit]
        ]
        rest = "call again with a larger limit, a kind, or more of the name"
        more = Cut(what="hits", first=0, shown=len(hits), total=None, rest=rest)
        return payloads.Found(hits=hits, cut=[more] * (len(found) > limit), build=self._build)

    def facts_about(
        self,
        entity: Name,
        limit: Limit = 30,
        offset: Offset = 0,
    ) -> payloads.About:
        """What the graph says of one thing: statements with their polarity, certainty and
        qualifiers, and for each who says so, in which revision and where. Also describes one
        fact or one source. What is denied or was not studied is given as such.
        """
        match = self._graph.find(entity)
        found = self._graph.show(match.iri)
        shown, cut = page("statements", found.statements, offset, limit)
        links, more = head("links", found.links, LINKS, "ask with run_sparql")
        if found.left_out:
            rest = (
                "the facts left out only name it: ask a question of the library that takes it, "
                f"or run_sparql with ?fact rdf:object {compact(match.iri)}"
            )
            said = found.facts - found.left_out
            cut += [Cut(what="facts", first=0, shown=said, total=found.facts, rest=rest)]
        return payloads.About(
            **self._thing(match.iri, match.label, match.kind),
            how=match.how,
            also=[self._match(one) for one in match.others],
            names=_pairs(found.names),
            facts=found.facts,
            statements=[_asserted(one) for one in shown],
            links=[Pair(name=rel, value=f"{code} {name}".rstrip()) for rel, code, name in links],
            properties=_pairs(found.properties),
            derived=list(found.derived),
            cut=[*cut, *more],
            build=self._build,
        )

    def ask_question(
        self,
        name: Annotated[str, Field(description="The question's name, such as is-cure.")],
        parameters: Annotated[
            dict[str, str | int | None],
            Field(description='By the question\'s parameters, such as {"drug": "Zolgensma"}.'),
        ],
        limit: Limit = 100,
        offset: Offset = 0,
    ) -> payloads.Answered:
        """Ask a question of the library, which knows polarity, dates and populations. Prefer
        this to SPARQL.
        """
        question = self._question(name)
        result = self._rows(name, tuple(sorted(parameters.items())))
        rows, cut = page("rows", result.rows.rows, offset, limit)
        worded = self._worded(replace(result.rows, rows=tuple(rows)))
        if cut and question.kind == "polar":
            whole = self._worded(result.rows)
            worded = replace(worded, verdict=whole.verdict, lead=whole.lead)
        places = {one: None for line in worded.lines for one in line.evidence}
        rest = "ask for fewer rows at a time, or for evidence-of a fact"
        proofs, more = head("evidence", list(places), PROOFS, rest)
        bare = replace(worded, lines=tuple(replace(line, evidence=()) for line in worded.lines))
        return payloads.Answered(
            name=question.name,
            question=worded.question,
            verdict=worded.verdict,
            answer=bare.text(),
            evidence=[proof(one) for one in proofs],
            columns=dict(question.columns),
            rows=_records(result.columns, rows),
            cut=[*cut, *more],
            build=self._build,
        )

    def run_sparql(
        self,
        query: Annotated[str, Field(description="A SPARQL 1.1 query; our prefixes are known.")],
        limit: Limit = 100,
        offset: Offset = 0,
    ) -> payloads.Queried:
        """Run a SPARQL 1.1 query over the graph, read-only and bounded in time and memory. Read
        drugfacts://schema first: a fact's polarity decides what it says.
        """
        reply = self._jail.query(query, results=ROWS_JSON, graphs=TRIPLES)
        columns: tuple[str, ...] = ()
        rows: Sequence[Sequence[Any]] = ()
        triples: Sequence[str] = ()
        truth, cut = None, list[Cut]()
        if reply.form == "construct":
            triples, cut = page("triples", reply.body.decode().splitlines(), offset, limit)
        else:
            found = ox.parse_query_results(reply.body, ox.QueryResultsFormat.JSON)
            if isinstance(found, ox.QuerySolutions):
                columns = tuple(one.value for one in found.variables)
                rows, cut = page("rows", [tuple(row) for row in found], offset, limit)
            else:
                truth = bool(found)
        return payloads.Queried(
            form=reply.form,
            columns=list(columns),
            rows=_records(columns, rows),
            boolean=truth,
            triples=list(triples),
            cut=[one.model_copy(update={"rest": one.rest + ORDERED}) for one in cut],
            build=self._build,
        )

    def explain_mechanism(
        self,
        drug: Name,
        disease: Name,
        offset: Offset = 0,
    ) -> payloads.Explained:
        """How a drug acts on a disease: every path held, as ordered steps with signs, and the
        sources. A path explains how it may work; it is no proof that the drug works.
        """
        found = explain(self._graph.store, drug, disease)
        paths, cut = page("paths", found.paths, offset, PATHS)
        return payloads.Explained(
            drug=self._match(found.drug),
            disease=self._match(found.disease),
            paths=[_path(one) for one in paths],
            notes=list(found.notes),
            cut=cut,
            build=self._build,
        )

    def explain_connection(
        self,
        one: Name,
        other: Name,
        most: Annotated[int, Field(ge=1, le=LARGEST, description="Paths at most.")] = MOST,
        longest: Annotated[
            int, Field(ge=1, le=FARTHEST, description="Facts of a path at most.")
        ] = LONGEST,
    ) -> connecting.Connected:
        """The facts that connect any two things, as ranked paths with polarity and evidence. What
        is denied or was not studied is never a step. A path of facts is no proof of an effect.
        """
        found = explained(
            self._graph.store, self._graph.lookup, one, other, most=most, longest=longest
        )
        return connecting.connected(found.connections, self._build)

    def eligible_indications(
        self,
        patient: Annotated[dict[str, str | list[str] | None], Field(description=fitting.PATIENT)],
    ) -> fitting.Eligible:
        """Which indications of a disease a patient's profile matches, which fail and on which
        criterion, and which cannot be decided and what is missing. What is not given is never
        counted as a match. It explains what sources say and advises nothing.
        """
        return fitting.eligible(self._graph.eligible(profile(patient)), self._build)

    def _ask(self, name: str, given: tuple[tuple[str, Any], ...]) -> Result:
        return self._graph.ask(named(name), **dict(given))

    def _question(self, name: str) -> library.Question:
        try:
            return named(name)
        except UnknownName as error:
            if not error.near:
                error.mend = f"{CATALOGUE} lists them"
            raise

    def _worded(self, rows: Rows) -> answer.Answer:
        assert rows.question is not None, "asked by name"
        return answer.word(rows.question, rows, self._graph.store, self._graph.lookup)

    def _thing(self, iri: str, label: str, kind: str) -> dict[str, Any]:
        words = self._graph.lookup.label(expand(kind)) if kind else ""
        return {"id": compact(iri), "iri": iri, "label": label, "kind": words}

    def _match(self, one: Match) -> payloads.Thing:
        return payloads.Thing(**self._thing(one.iri, one.label, one.kind))


def _records(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[dict[str, Value]]:
    return [dict(zip(columns, map(_value, row), strict=True)) for row in rows]


def _value(term: Any) -> Value:
    """The plain value of a term; its text where JSON has no such number."""
    if term is None or isinstance(term, ox.NamedNode):
        return native(term)
    if not isinstance(term, ox.Literal):
        return str(term)
    try:
        value = native(term)
    except ValueError:
        return term.value
    return term.value if isinstance(value, float) and not math.isfinite(value) else value


def _pairs(several: Sequence[tuple[str, str]]) -> list[Pair]:
    return [Pair(name=name, value=value) for name, value in several]


def _asserted(one: Statement) -> payloads.Asserted:
    return payloads.Asserted(
        section=SECTIONS[one.section],
        text=one.text,
        polarity=one.polarity,
        qualifiers=_pairs(one.qualifiers),
        said_by=[
            payloads.Said(
                fact=compact(told.fact),
                source=told.source,
                revision=told.version_date,
                places=_some(told.places),
                certainty=told.certainty,
                review=told.review,
                details=_pairs(told.details),
            )
            for told in one.told[:SAYING]
        ],
        said_by_total=len(one.told),
    )


def _some(places: Sequence[str]) -> list[str]:
    more = len(places) - PLACES
    return [*places[:PLACES], *([f"and {more} more"] if more > 0 else [])]


def proof(one: answer.Evidence) -> payloads.Proof:
    """A place that an answer rests on."""
    return payloads.Proof(
        fact=compact(one.fact),
        evidence=compact(one.evidence),
        role=one.role,
        source=one.source,
        revision=one.version,
        date=one.date,
        tier=one.tier,
        place=", ".join(_place(one)),
        address=one.address,
        review=one.review_status,
        caveat=one.caveat,
    )


def _place(one: answer.Evidence) -> Iterator[str]:
    if one.section:
        yield f'section "{one.section}"'
    if one.start is not None:
        yield f"characters {one.start}–{one.end}"
    if one.record:
        yield f"record {one.record}" + (f" ({', '.join(one.fields)})" if one.fields else "")


def _path(one: Any) -> payloads.Path:
    return payloads.Path(
        start=one.start_label,
        end=one.end_label,
        steps=[
            payloads.Step(
                position=step.position,
                words=step.words,
                sign=step.sign,
                start=compact(step.start),
                end=compact(step.end),
                facts=[compact(fact) for fact in step.facts],
            )
            for step in one.steps
        ],
        net=one.net,
        verdict=one.verdict,
        sources=list(one.sources),
        references=list(one.references),
        review=list(one.review),
    )
