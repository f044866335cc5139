"""The W3C's SPARQL 1.1 suites for protocol, service description, graph store and result formats.

The endpoint is read-only: where a test sends an update, it is refused with 403, and what the
test would then find changed is unchanged.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pyoxigraph as ox
import pytest
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from tests.conftest import SHARED
from tests.serving import Server, jail_over, served, store_of

pytestmark = [pytest.mark.shared, pytest.mark.xdist_group("server")]

SUITES = SHARED / "w3c" / "sparql11"
KASEI = "http://kasei.us/2009/09/sparql/data/"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
TABULAR = {"application/sparql-results+json", "application/sparql-results+xml", "text/csv"}
RDF_TYPES = {"text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"}


def manifest(suite: str) -> Graph:
    path = SUITES / suite / "manifest.ttl"
    return Graph().parse(path, format="turtle") if path.exists() else Graph()


def entries(graph: Graph) -> list[Any]:
    (found,) = graph.objects(None, MF.entries)
    return list(Collection(graph, found))


def names(suite: str) -> list[str]:
    """The tests of a suite; one stand-in, which is skipped, where the suites are absent."""
    graph = manifest(suite)
    return [one.rpartition("#")[2] for one in entries(graph)] if graph else ["absent"]


def entry(graph: Graph, name: str) -> Any:
    (found,) = (one for one in entries(graph) if one.endswith("#" + name))
    return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the data of the protocol suite."""
    quads = []
    for number in (1, 2, 3):
        name = ox.NamedNode(f"{KASEI}data{number}.rdf")
        for one in ox.parse(path=SUITES / "protocol" / f"data{number}.nt"):
            quads.append(ox.Quad(one.subject, one.predicate, one.object, name))
    with served(store_of(tmp_path_factory.mktemp("w3c"), quads)) as server:
        yield server


def test_the_number_of_tests() -> None:
    counts = {
        suite: len(names(suite))
        for suite in (
            "protocol",
            "service-description",
            "http-rdf-update",
            "csv-tsv-res",
            "json-res",
        )
    }
    assert counts == {
        "protocol": 34,
        "service-description": 3,
        "http-rdf-update": 18,
        "csv-tsv-res": 6,
        "json-res": 4,
    }


# --- protocol ----------------------------------------------------------------------------------


def text(graph: Graph, node: Node | None, predicate: URIRef) -> str:
    """A value, or an empty text."""
    found = None if node is None else graph.value(node, predicate)
    return "" if found is None else str(found)


def send(server: Server, graph: Graph, request: Node) -> httpx.Response:
    headers = {
        text(graph, one, HT.fieldName): text(graph, one, HT.fieldValue)
        for given in graph.objects(request, HT.headers)
        for one in Collection(graph, given)
    }
    body = graph.value(request, HT.body)
    encoding = text(graph, body, CNT.characterEncoding) or "utf-8"
    content = text(graph, body, CNT.chars).encode(encoding)
    return server.client.request(
        text(graph, request, HT.methodName),
        text(graph, request, HT.absolutePath),
        headers=headers,
        content=content if body else None,
    )


def updates(graph: Graph, request: Node) -> bool:
    """Whether a request of the suite is an update."""
    body = text(graph, graph.value(request, HT.body), CNT.chars)
    path = text(graph, request, HT.absolutePath)
    kinds = {
        text(graph, one, HT.fieldValue)
        for given in graph.objects(request, HT.headers)
        for one in Collection(graph, given)
    }
    return "application/sparql-update" in kinds or bool(re.search(r"(^|[?&])update=", body + path))


@pytest.mark.parametrize("name", names("protocol"))
def test_protocol(server: Server, name: str) -> None:
    graph = manifest("protocol")
    (connection,) = graph.objects(entry(graph, name), MF.action)
    (requests,) = graph.objects(connection, HT.requests)
    for request in Collection(graph, requests):
        reply = send(server, graph, request)
        expected = graph.value(request, HT.resp)
        statuses = {str(one)[-3] for one in graph.objects(expected, MF.expectedStatus)}
        if updates(graph, request) and "4" not in statuses:
            assert reply.status_code == 403
            assert "read-only" in reply.json()["detail"]
        elif name.startswith("update_"):
            assert reply.status_code == 200
            assert reply.json()["boolean"] is False
        else:
            assert str(reply.status_code)[0] in statuses, reply.text
            check(graph, expected, reply)
        if reply.status_code >= 400:
            assert reply.headers["content-type"] == "application/problem+json"


def check(graph: Graph, expected: Node | None, reply: httpx.Response) -> None:
    """The kind of the result, and a truth value, as the suite wants them."""
    kind = reply.headers["content-type"].partition(";")[0]
    wanted = text(graph, expected, MF.expectedFormat)
    if wanted in ("boolean", "tabular"):
        assert kind in TABULAR
    elif wanted == "RDF":
        assert kind in RDF_TYPES
    truth = graph.value(expected, MF.expectedBoolean)
    if truth is not None:
        assert reply.json()["boolean"] is cast(Any, truth).toPython()


# --- service description -----------------------------------------------------------------------


@pytest.mark.parametrize("name", names("service-description"))
def test_service_description(server: Server, name: str) -> None:
    reply = server.get("/sparql", "text/turtle, application/rdf+xml;q=0.5")
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/turtle; charset=utf-8"
    graph = Graph().parse(data=reply.content, format="turtle")
    services = set(graph.subjects(SD.endpoint, URIRef(f"{server.url}sparql")))
    match name:
        case "returns-rdf":
            assert len(graph) > 10
        case "has-endpoint-triple":
            assert len(services) == 1
        case "conforms-to-schema":
            (service,) = services
            assert (service, RDF.type, SD.Service) in graph
            assert (service, SD.supportedLanguage, SD.SPARQL11Query) in graph
            (dataset,) = graph.objects(service, SD.defaultDataset)
            assert (dataset, RDF.type, SD.Dataset) in graph
            (default,) = graph.objects(dataset, SD.defaultGraph)
            assert (default, RDF.type, SD.Graph) in graph
            named = set(graph.objects(dataset, SD.namedGraph))
            assert {str(graph.value(one, SD.name)) for one in named} == {
                f"{KASEI}data{number}.rdf" for number in (1, 2, 3)
            }
            for one in named:
                assert (one, RDF.type, SD.NamedGraph) in graph
                assert (graph.value(one, SD.graph), RDF.type, SD.Graph) in graph
        case _:
            raise AssertionError(name)


# --- graph store -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", names("http-rdf-update"))
def test_graph_store(server: Server, name: str) -> None:
    """Reads answer; whatever writes is a 405 that names what is allowed."""
    graph = manifest("http-rdf-update")
    comments = map(str, graph.objects(entry(graph, name), Namespace(RDFS).comment))
    (request,) = re.findall(r"#### Request\s+([A-Z]+) (\S+)", "\n".join(comments))
    method, path = request
    target = f"/graphs?graph={KASEI}data1.rdf"
    if "?default" in path:
        target = "/graphs?default"
    elif "nonexist" in name or name == "get_of_delete__existing_graph":
        target = f"/graphs?graph={KASEI}none.rdf"
    reply = server.ask(method, target, "text/turtle")
    if method not in ("GET", "HEAD"):
        assert reply.status_code == 405
        assert set(reply.headers["allow"].split(", ")) == {"GET", "HEAD"}
    elif "none" in target:
        assert reply.status_code == 404
    else:
        assert reply.status_code == 200
        assert reply.headers["content-type"] == "text/turtle; charset=utf-8"
        assert int(reply.headers["content-length"]) > 0
        count = 3 if target.endswith("default") else 1
        triples = Graph().parse(data=reply.content, format="turtle")
        assert len(triples) == (count if method == "GET" else 0)


RDFS = "http://www.w3.org/2000/01/rdf-schema#"

# --- result formats ----------------------------------------------------------------------------


def run(suite: str, name: str, place: Path, media_type: str) -> tuple[bytes, bytes]:
    """What the suite expects, and what we answer."""
    graph = manifest(suite)
    test = entry(graph, name)
    (action,) = graph.objects(test, MF.action)

    def file(node: Any, predicate: URIRef) -> Path:
        return SUITES / suite / str(graph.value(node, predicate)).rpartition("/")[2]

    quads = ox.parse(path=file(action, QT.data), base_iri="http://example.org/")
    with jail_over(store_of(place, quads)) as jail:
        query = file(action, QT.query).read_text(encoding="utf-8")
        return file(test, MF.result).read_bytes(), jail.query(query, results=media_type).body


def cell(text: str) -> str:
    """A cell by its value: labels of blank nodes mean nothing, and the store keeps numbers.

    It keeps ``1.0E6`` as 1000000, and a number of a type derived from integers as an integer.
    """
    text = re.sub(r'^"(-?[0-9]+)"\^\^<http://www.w3.org/2001/XMLSchema#\w+>$', r"\1", text)
    if re.fullmatch(r"[+-]?[0-9.]+([eE][+-]?[0-9]+)?", text):
        return str(float(text))
    return "_:b" if text.startswith("_:") else text


@pytest.mark.parametrize("name", [one for one in names("csv-tsv-res") if one[:3] != "tsv"])
def test_csv(name: str, tmp_path: Path) -> None:
    expected, found = run("csv-tsv-res", name, tmp_path, "text/csv")

    def table(data: bytes) -> list[list[tuple[str, str]]]:
        rows = list(csv.DictReader(data.decode().splitlines()))
        return sorted(sorted((k, cell(v)) for k, v in row.items()) for row in rows)

    assert table(found) == table(expected)


@pytest.mark.parametrize("name", [one for one in names("csv-tsv-res") if one[:3] != "csv"])
def test_tsv(name: str, tmp_path: Path) -> None:
    expected, found = run("csv-tsv-res", name, tmp_path, "text/tab-separated-values")

    def table(data: bytes) -> list[list[tuple[str, str]]]:
        head, *lines = (line.split("\t") for line in data.decode().splitlines())
        return sorted(sorted(zip(head, map(cell, line), strict=True)) for line in lines)

    assert table(found) == table(expected)


@pytest.mark.parametrize("name", names("json-res"))
def test_json(name: str, tmp_path: Path) -> None:
    expected, found = run("json-res", name, tmp_path, "application/sparql-results+json")

    def normal(data: bytes) -> Any:
        told = json.loads(data)
        if "boolean" in told:
            return told["boolean"]
        rows = told["results"]["bindings"]
        for row in rows:
            for term in row.values():
                if term["type"] == "bnode":
                    term["value"] = ""
        return sorted(told["head"]["vars"]), sorted(json.dumps(row, sort_keys=True) for row in rows)

    assert normal(found) == normal(expected)
