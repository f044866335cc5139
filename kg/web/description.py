"""What the server says of itself: Service Description, VoID, and the questions as examples."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg import library
from kg.errors import InputError
from kg.graph import Graph
from kg.jail import GRAPHS
from kg.library import Question
from kg.names import RDF, RDFS, XSD, expand, prefixes
from kg.releasing.describe import ABOUT, LICENCE, TITLE, parts
from kg.web import replies
from kg.web.negotiate import best
from kg.web.replies import OWN_PREFIXES

__all__ = ["routes", "service"]

SD, VOID, FORMATS = (OWN_PREFIXES[name] for name in ("sd", "void", "formats"))
VOID_PATH, EXAMPLES_PATH = "/.well-known/void", "/.well-known/sparql-examples"
RESULT_FORMATS = (
    "SPARQL_Results_JSON SPARQL_Results_XML SPARQL_Results_CSV SPARQL_Results_TSV "
    "Turtle N-Triples N-Quads TriG RDF_XML JSON-LD"
).split()
BY_CLASS = "SELECT ?it (COUNT(DISTINCT ?s) AS ?n) { ?s a ?it } GROUP BY ?it ORDER BY ?it"
BY_PROPERTY = "SELECT ?it (COUNT(*) AS ?n) { ?s ?it ?o } GROUP BY ?it ORDER BY ?it"
_counting = threading.Lock()


def _triple(subject: str, predicate: str, value: str | int | ox.Literal) -> ox.Triple:
    if isinstance(value, str):
        return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))
    literal = value if isinstance(value, ox.Literal) else ox.Literal(value)
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), literal)


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


async def service(request: Request) -> Response:
    """The SPARQL 1.1 Service Description; to a browser, the page of the editor if there is one."""
    editor = getattr(request.app.state, "editor", None)
    if editor is not None:
        accept = request.headers.get("accept")
        if best(accept, (*GRAPHS, "text/html")) == "text/html":
            page: Response = await editor(request)
            return page
    address = str(request.url.replace(query="", fragment=""))
    graph: Graph = request.app.state.graph
    return await replies.graph_reply(request, partial(_service, address, _base(request), graph))


def _service(address: str, base: str, graph: Graph) -> Iterator[ox.Triple]:
    this, dataset = f"{base}/sparql#service", f"{base}{VOID_PATH}#dataset"
    yield _triple(this, RDF + "type", SD + "Service")
    yield _triple(this, SD + "endpoint", address)
    yield _triple(this, SD + "supportedLanguage", SD + "SPARQL11Query")
    yield _triple(this, SD + "feature", SD + "UnionDefaultGraph")
    for name in RESULT_FORMATS:
        yield _triple(this, SD + "resultFormat", FORMATS + name)
    yield _triple(this, SD + "defaultDataset", dataset)
    yield _triple(dataset, RDF + "type", SD + "Dataset")
    default = f"{dataset}-default-graph"
    yield _triple(dataset, SD + "defaultGraph", default)
    yield _triple(default, RDF + "type", SD + "Graph")
    for name, size in _graphs(graph):
        local = name.rpartition("/")[2]
        named, itself = f"{dataset}-named-{local}", f"{dataset}-graph-{local}"
        yield _triple(dataset, SD + "namedGraph", named)
        yield _triple(named, RDF + "type", SD + "NamedGraph")
        yield _triple(named, SD + "name", name)
        yield _triple(named, SD + "graph", itself)
        yield _triple(itself, RDF + "type", SD + "Graph")
        yield _triple(itself, VOID + "triples", size)


def _graphs(graph: Graph) -> list[tuple[str, int]]:
    """The named graphs with their sizes, as the build counted them."""
    return sorted(graph.store.manifest.get("graphs", {}).items())


async def void(request: Request) -> Response:
    """VoID with class and property partitions, counted once a build."""
    make = partial(_void, _base(request), request.app.state)
    return await replies.graph_reply(request, make)


def _void(base: str, state: Any) -> Iterator[ox.Triple]:
    graph: Graph = state.graph
    classes, properties = counts(state)
    this = f"{base}{VOID_PATH}#dataset"
    yield _triple(this, RDF + "type", VOID + "Dataset")
    yield _triple(this, expand("dcterms:title"), ox.Literal(TITLE))
    yield _triple(this, expand("dcterms:description"), ox.Literal(ABOUT))
    yield _triple(this, expand("dcterms:license"), LICENCE)
    yield _triple(this, VOID + "sparqlEndpoint", f"{base}/sparql")
    yield _triple(this, VOID + "triples", sum(size for _, size in properties))
    yield _triple(this, VOID + "classes", len(classes))
    yield _triple(this, VOID + "properties", len(properties))
    for name in ("Turtle", "N-Triples", "N-Quads", "TriG", "RDF_XML", "JSON-LD"):
        yield _triple(this, VOID + "feature", FORMATS + name)
    for iri in sorted({expand("df:"), RDF, RDFS, expand("skos:"), expand("schema:")}):
        yield _triple(this, VOID + "vocabulary", iri)
    yield from parts(this, f"{this}-", _graphs(graph), classes, properties)


Counts = list[tuple[str, int]]


def counts(state: Any) -> tuple[Counts, Counts]:
    """How often each class and each property is used; counted once and kept."""
    with _counting:
        found: tuple[Counts, Counts] | None = getattr(state, "counts", None)
        if found is None:
            found = (_count(state.graph, BY_CLASS), _count(state.graph, BY_PROPERTY))
            state.counts = found
    return found


def _count(graph: Graph, query: str) -> Counts:
    return [(row["it"].value, int(row["n"].value)) for row in graph.store.select(query)]


async def examples(request: Request) -> Response:
    """The question library in the vocabulary of SIB's sparql-examples."""
    make = partial(_examples, _base(request), request.app.state.graph)
    return await replies.graph_reply(request, make)


def _examples(base: str, graph: Graph) -> Iterator[ox.Triple]:
    here = f"{base}{EXAMPLES_PATH}"
    declared = f"{here}#prefixes"
    yield _triple(declared, RDF + "type", expand("owl:Ontology"))
    for name, namespace in prefixes().items():
        one = f"{here}#prefix-{name}"
        yield _triple(declared, expand("sh:declare"), one)
        yield _triple(one, expand("sh:prefix"), ox.Literal(name))
        any_uri = ox.Literal(namespace, datatype=ox.NamedNode(XSD + "anyURI"))
        yield _triple(one, expand("sh:namespace"), any_uri)
    for question in library.load().values():
        this = f"{here}#{question.name}"
        yield _triple(this, RDF + "type", expand("sh:SPARQLExecutable"))
        yield _triple(this, RDF + "type", expand("sh:SPARQLSelectExecutable"))
        yield _triple(this, RDFS + "label", ox.Literal(question.title))
        yield _triple(this, RDFS + "comment", ox.Literal(_worded(question), language="en"))
        yield _triple(this, expand("sh:select"), ox.Literal(_bound(question, graph)))
        yield _triple(this, expand("sh:prefixes"), declared)
        yield _triple(this, expand("schema:target"), f"{base}/sparql")
        for tag in question.tags:
            yield _triple(this, expand("schema:keywords"), ox.Literal(tag))


def _worded(question: Question) -> str:
    """The question with its example values."""
    values = question.examples()
    return re.sub(r"\{(\w+)[^}]*\}", lambda slot: values.get(slot[1], slot[0]), question.question)


def _bound(question: Question, graph: Graph) -> str:
    """The query with its example values; without, where this graph has no such entities."""
    try:
        return question.text(library.bind(question, question.examples(), graph.lookup))
    except InputError:
        return question.sparql


def routes() -> list[Route]:
    """The routes."""
    return [Route(VOID_PATH, void), Route(EXAMPLES_PATH, examples)]
