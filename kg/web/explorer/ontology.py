"""The vocabulary: every class, predicate and value with its definition, example and forms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.names import DF, compact, expand, graph, prefixes
from kg.statements import Read
from kg.web.explorer.links import Link, link
from kg.web.explorer.page import fresh, graph_of, page, secured

if TYPE_CHECKING:
    from kg.graph import Graph

__all__ = ["Term", "routes", "vocabulary"]

TERMS = f"""SELECT DISTINCT ?term ?kind WHERE {{
  GRAPH <{graph("ontology")}> {{ ?term rdfs:label ?label OPTIONAL {{ ?term a ?kind }} }}
}}"""


@dataclass(frozen=True)
class Kind:
    """A kind of form: how a predicate reads where a source says no, or nothing."""

    tone: str
    sign: str
    word: str


FORMS = {
    "df:negativePredicate": Kind("denied", "✕", "Not so"),
    "df:notEvaluatedPredicate": Kind("unstudied", "○", "Not studied"),
    "df:notDemonstratedPredicate": Kind("unstudied", "○", "Not shown"),
    "df:possiblePredicate": Kind("possible", "◐", "Possible"),
}
GROUPS = (
    ("classes", "Classes"),
    ("predicates", "Predicates of facts"),
    ("properties", "Properties"),
    ("values", "Values"),
    ("borrowed", "Terms of other vocabularies"),
)


@dataclass(frozen=True)
class Term:
    """A term of the ontology, and the place where the page explains it."""

    iri: str
    curie: str
    anchor: str
    label: str
    definition: str
    example: str
    broader: tuple[Link, ...] = ()
    forms: tuple[tuple[Kind, Term], ...] = ()


@dataclass(frozen=True)
class Group:
    """Terms of one kind."""

    key: str
    title: str
    terms: tuple[Term, ...]


def routes() -> list[Route]:
    """The routes of the vocabulary, for readers and for the editor's completion."""
    return [Route("/ontology", ontology), Route("/editor/terms.json", terms)]


@lru_cache(maxsize=1)
def vocabulary(held: Graph) -> tuple[Group, ...]:
    """All terms by kind, sorted by label; the forms of a predicate stand with it."""
    read = Read(held.store, held.lookup)
    kinds: dict[str, set[str]] = {}
    for row in held.store.select(TERMS):
        several = kinds.setdefault(row["term"].value, set())
        several |= {compact(row["kind"].value)} if row["kind"] else set()
    found: dict[str, list[Term]] = {key: [] for key, _ in GROUPS}
    forms = {iri for one in kinds for key in FORMS for iri in read.values(read.node(one), key)}
    for iri, several in kinds.items():
        if iri not in forms and "owl:Ontology" not in several:
            found[_group(iri, several)].append(_term(held, read, iri))
    return tuple(
        Group(key, title, tuple(sorted(found[key], key=lambda one: (one.label, one.iri))))
        for key, title in GROUPS
        if found[key]
    )


def _group(iri: str, kinds: set[str]) -> str:
    if not iri.startswith(DF):
        return "borrowed"
    if kinds & {"owl:Class", "rdfs:Class"}:
        return "classes"
    if "df:Predicate" in kinds:
        return "predicates"
    return "properties" if any(kind.endswith("Property") for kind in kinds) else "values"


def _term(held: Graph, read: Read, iri: str) -> Term:
    node = read.node(iri)
    own = iri.startswith(DF)
    made = Term(
        iri=iri,
        curie=compact(iri),
        anchor=quote(iri.removeprefix(DF) if own else compact(iri), safe=":"),
        label=read.label(iri),
        definition=read.value(node, "skos:definition"),
        example=read.value(node, "skos:example"),
        broader=tuple(
            link(held.lookup, one)
            for key in ("rdfs:subClassOf", "rdfs:subPropertyOf")
            for one in read.values(node, key)
        ),
    )
    several = [
        (kind, _term(held, read, form))
        for key, kind in FORMS.items()
        for form in read.values(node, key)
    ]
    return replace(made, forms=tuple(several))


def ontology(request: Request) -> Response:
    """The vocabulary as a page."""
    if (held := fresh(request)) is not None:
        return held
    return page(request, "ontology.html", groups=vocabulary(graph_of(request)))


def terms(request: Request) -> Response:
    """What the editor completes: our prefixes, and the classes and predicates that are used."""
    if (held := fresh(request, "terms")) is not None:
        return held
    groups = {one.key: one.terms for one in vocabulary(graph_of(request))}
    classes = [one.iri for one in groups["classes"]]
    named = [term for key in ("predicates", "properties") for term in groups[key]]
    properties = [one.iri for term in named for one in (term, *(form for _, form in term.forms))]
    properties += [
        expand(one)
        for one in (
            "rdf:type rdf:subject rdf:predicate rdf:object rdfs:label skos:altLabel "
            "skos:broader skos:exactMatch"
        ).split()
    ]
    body = {"prefixes": prefixes(), "classes": classes, "properties": properties}
    return secured(JSONResponse(body), request, "terms")
