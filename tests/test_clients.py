"""The clients that people use, against the running server, over loopback.

A client that is not part of the development set-up is skipped where it is not installed;
``.ci/run`` installs Debian's Virtuoso and npm's Comunica.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

import httpx
import pyoxigraph as ox
import pytest
import rdflib
import SPARQLWrapper
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from kg.build import build
from kg.names import expand
from tests.engines import Oxigraph, Virtuoso, engine, needs
from tests.serving import Server, served

pandas: Any = pytest.importorskip("pandas")

TREATS, LABEL = expand("df:treats"), expand("rdfs:label")
SMA, ZOLGENSMA = expand("MONDO:0001516"), expand("product:zolgensma")
NO_CURE = expand("df:isNotCureFor")
DRUGS = ["Evrysdi", "Itvisma", "Spinraza", "Zolgensma"]
PATTERN = f"?drug <{TREATS}> <{SMA}> ; <{LABEL}> ?name"
QUERY = f"SELECT ?name {{ {PATTERN} }} ORDER BY ?name"
TRIPLES = f"CONSTRUCT WHERE {{ ?drug <{TREATS}> <{SMA}> }}"
SECONDS = 30


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    store = tmp_path_factory.mktemp("clients")
    build(store)
    with served(store) as running:
        yield running


@pytest.fixture(scope="module")
def endpoint(server: Server) -> str:
    return server.url + "sparql"


def run(*words: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, words)),
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


# ---------------------------------------------------------------- SPARQLWrapper


def wrapper(endpoint: str, query: str, **settings: str) -> SPARQLWrapper.SPARQLWrapper:
    one = SPARQLWrapper.SPARQLWrapper(endpoint)
    one.setQuery(query)
    one.setMethod(settings.get("method", SPARQLWrapper.GET))
    one.setRequestMethod(settings.get("request", SPARQLWrapper.URLENCODED))
    one.setReturnFormat(settings.get("format", SPARQLWrapper.JSON))
    one.setTimeout(SECONDS)
    return one


@pytest.mark.parametrize(
    ("method", "request_method"),
    [
        (SPARQLWrapper.GET, SPARQLWrapper.URLENCODED),
        (SPARQLWrapper.POST, SPARQLWrapper.URLENCODED),
        (SPARQLWrapper.POST, SPARQLWrapper.POSTDIRECTLY),
    ],
)
def test_sparqlwrapper_asks_in_every_way(endpoint: str, method: str, request_method: str) -> None:
    found: Any = wrapper(endpoint, QUERY, method=method, request=request_method).queryAndConvert()
    assert [row["name"]["value"] for row in found["results"]["bindings"]] == DRUGS


@pytest.mark.parametrize(
    ("form", "beginning"),
    [
        (SPARQLWrapper.JSON, '{"head"'),
        (SPARQLWrapper.XML, "<?xml"),
        (SPARQLWrapper.CSV, "name\r\nEvrysdi\r\n"),
        (SPARQLWrapper.TSV, '?name\n"Evrysdi"\n'),
    ],
)
def test_sparqlwrapper_gets_the_format_it_asks_for(
    endpoint: str, form: str, beginning: str
) -> None:
    reply = wrapper(endpoint, QUERY, format=form).query()
    assert reply._get_responseFormat() == form
    assert reply.response.read().decode().startswith(beginning)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("form", [SPARQLWrapper.RDFXML, SPARQLWrapper.JSONLD])
def test_sparqlwrapper_reads_a_graph(endpoint: str, form: str) -> None:
    found: Any = wrapper(endpoint, TRIPLES, format=form).queryAndConvert()
    assert isinstance(found, rdflib.Graph)
    assert {str(one) for one in found.objects()} == {SMA}
    assert len(found) == len(DRUGS)


def test_sparqlwrapper_gives_turtle_as_it_came(endpoint: str) -> None:
    found: Any = wrapper(endpoint, TRIPLES, format=SPARQLWrapper.TURTLE).queryAndConvert()
    assert len(rdflib.Graph().parse(data=found, format="turtle")) == len(DRUGS)


def test_sparqlwrapper_hears_why_a_query_is_refused(endpoint: str) -> None:
    with pytest.raises(SPARQLWrapper.SPARQLExceptions.QueryBadFormed, match="not a SPARQL query"):
        wrapper(endpoint, "SELECT").query()
    update = wrapper(endpoint, "INSERT DATA { <a:b> <a:b> <a:b> }", method=SPARQLWrapper.POST)
    with pytest.raises(HTTPError) as refused:
        update.query()
    assert refused.value.code == 403
    refused.value.close()


# ---------------------------------------------------------------- rdflib


@pytest.mark.parametrize(("method", "form"), [("GET", "xml"), ("POST", "json")])
def test_rdflib_queries_the_endpoint_as_a_store(endpoint: str, method: Any, form: str) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint, method=method, returnFormat=form))
    rows: Any = graph.query(QUERY)
    assert [str(row.name) for row in rows] == DRUGS
    about = rdflib.URIRef(ZOLGENSMA)
    assert list(graph.objects(about, rdflib.URIRef(NO_CURE))) == [rdflib.URIRef(SMA)]
    assert graph.value(about, rdflib.RDFS.label) == rdflib.Literal("Zolgensma")


def test_rdflib_reads_one_named_graph_and_knows_which_there_are(
    server: Server, endpoint: str
) -> None:
    store = SPARQLStore(endpoint)
    direct = rdflib.Graph(store, identifier=rdflib.URIRef(expand("graph:direct")))
    assert len(list(direct)) == 48
    named = {str(getattr(one, "identifier", one)) for one in store.contexts()}
    assert {expand("graph:curated"), expand("graph:direct")} <= named


def test_rdflib_reads_a_graph_by_its_address(server: Server) -> None:
    where = server.url + "product/zolgensma.ttl"
    found = rdflib.Graph().parse(where, format="turtle")
    assert (rdflib.URIRef(ZOLGENSMA), rdflib.RDFS.label, rdflib.Literal("Zolgensma")) in found


# ---------------------------------------------------------------- pandas


def test_pandas_reads_csv_from_the_endpoint(endpoint: str) -> None:
    address = f"{endpoint}?{urlencode({'query': QUERY})}"
    frame = pandas.read_csv(address, storage_options={"Accept": "text/csv"})
    assert list(frame["name"]) == DRUGS


def test_pandas_reads_a_question_by_its_address(server: Server) -> None:
    frame = pandas.read_csv(server.url + "questions/treatments-for.csv?disease=SMA")
    assert set(frame["drugLabel"]) == set(DRUGS)


# ---------------------------------------------------------------- curl


@needs("curl")
def test_curl_asks_and_is_told_what_is_wrong_by_its_exit_code(endpoint: str) -> None:
    ask = ("curl", "-fsS", "-H", "Accept: text/csv", "--data-urlencode", "query@-", endpoint)
    done = run(*ask, stdin=QUERY)
    assert done.stdout.splitlines() == ["name", *DRUGS]
    assert run(*ask, stdin="SELECT").returncode == 22
    for body in (("--data-binary", "@-"), ("--compressed", "--data-binary", "@-")):
        kind = ("-H", "Content-Type: application/sparql-query", "-H", "Accept: text/csv")
        assert run("curl", "-fsS", *kind, *body, endpoint, stdin=QUERY).stdout == done.stdout


@needs("curl")
def test_curl_keeps_a_copy_until_the_build_changes(endpoint: str, tmp_path: Path) -> None:
    tag, body = tmp_path / "tag", tmp_path / "body"
    ask = ("curl", "-fsS", "-G", "--etag-save", tag, "--etag-compare", tag, "-o", body)
    more = ("-w", "%{http_code}", "--data-urlencode", f"query={QUERY}", endpoint)
    assert [run(*ask, *more).stdout for _ in range(2)] == ["200", "304"]


# ---------------------------------------------------------------- other engines, by SERVICE

OWN = f"<urn:mine:cohort> <urn:mine:takes> <{ZOLGENSMA}> ."
"""A stranger's own data, to be joined with ours."""


def federated(endpoint: str) -> str:
    return (
        f"SELECT ?name ?disease {{ ?who <urn:mine:takes> ?drug SERVICE <{endpoint}> "
        f"{{ ?drug <{LABEL}> ?name ; <{NO_CURE}> ?disease }} }}"
    )


def test_the_oxigraph_server_joins_its_data_with_ours(endpoint: str, tmp_path: Path) -> None:
    own = ox.Store(str(tmp_path / "store"))
    own.load(OWN.encode(), ox.RdfFormat.N_TRIPLES)
    own.flush()
    del own
    with engine(Oxigraph, tmp_path) as other:
        reply = httpx.get(
            other.query,
            params={"query": federated(endpoint)},
            headers={"accept": "application/sparql-results+json"},
            timeout=SECONDS,
        )
    (row,) = reply.json()["results"]["bindings"]
    assert (row["name"]["value"], row["disease"]["value"]) == ("Zolgensma", SMA)


@needs("virtuoso-t", "isql-vt")
def test_virtuoso_joins_its_data_with_ours(endpoint: str, tmp_path: Path) -> None:
    commands = (
        f"SPARQL INSERT DATA {{ GRAPH <urn:mine> {{ {OWN} }} }};\nSPARQL {federated(endpoint)};\n"
    )
    with engine(Virtuoso, tmp_path) as other:
        assert isinstance(other, Virtuoso)
        printed = other.isql(commands)
    lines = printed.replace("SQL>", "").splitlines()
    rows = [line.split() for line in lines if line.strip()]
    assert rows == [["Zolgensma", SMA]], printed


# ---------------------------------------------------------------- Comunica


def comunica(*words: str) -> Any:
    done = run("comunica-sparql", *words, "-t", "application/sparql-results+json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@needs("comunica-sparql")
def test_comunica_finds_the_endpoint_and_asks_it(endpoint: str) -> None:
    for source in (endpoint, f"sparql@{endpoint}"):
        found = comunica(source, QUERY)["results"]["bindings"]
        assert [row["name"]["value"] for row in found] == DRUGS


@needs("comunica-sparql")
def test_comunica_queries_the_page_of_a_drug_as_linked_data(server: Server) -> None:
    page = server.url + "product/zolgensma"
    (row,) = comunica(page, f"SELECT ?no {{ <{ZOLGENSMA}> <{NO_CURE}> ?no }}")["results"][
        "bindings"
    ]
    assert row["no"]["value"] == SMA


@needs("comunica-sparql")
def test_comunica_joins_a_page_with_the_endpoint(server: Server, endpoint: str) -> None:
    query = f"SELECT ?name {{ <{ZOLGENSMA}> <{NO_CURE}> ?disease . ?disease <{LABEL}> ?name }}"
    found = comunica(server.url + "product/zolgensma", f"sparql@{endpoint}", query)
    names = {row["name"]["value"] for row in found["results"]["bindings"]}
    assert names == {"spinal muscular atrophy"}
