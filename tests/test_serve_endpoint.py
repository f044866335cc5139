"""``--endpoint``: commands, the web server and the assistant's server over a server elsewhere."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pyoxigraph as ox
import pytest

from kg import jail_beyond
from kg.errors import InputError, LimitHit, RemoteError
from kg.graph import open_graph
from kg.jail_onward import OnwardJail
from kg.limits import Limits
from kg.names import expand
from kg.remote.dialect import spoken
from kg.remote.endpoint import Endpoint
from kg.remote.push import push
from kg.remote.services import Updates
from kg.remote.wire import Wire
from kg.store import Store
from tests.assistant import assisted
from tests.engines import Engine, Oxigraph, engine
from tests.publisher import Answer, Publisher, serving
from tests.serving import Server, served

JSON = "application/sparql-results+json"
SECRET = "urn:x:someone-elses"
ASKED = ["-p", "drug=Zolgensma", "-p", "disease=SMA"]


@pytest.fixture(scope="module")
def elsewhere(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A server that holds our graph, and one of somebody else."""
    with engine(Oxigraph, tmp_path_factory.mktemp("elsewhere")) as one:
        push(Store.open(built), Endpoint.bare(one.query), say=lambda text: None)
        updates = Updates(Wire(one.query), one.query.replace("query", "update"))
        updates.run(f"INSERT DATA {{ GRAPH <{SECRET}> {{ <urn:x:s> <urn:x:p> <urn:x:o> }} }}")
        yield one


@pytest.fixture(scope="module")
def server(elsewhere: Engine) -> Iterator[Server]:
    with served(elsewhere.query) as one:
        yield one


@pytest.fixture(scope="module")
def jail(elsewhere: Engine) -> Iterator[OnwardJail]:
    endpoint = open_graph(endpoint=elsewhere.query).store
    assert isinstance(endpoint, Endpoint)
    with OnwardJail(endpoint) as one:
        yield one


def kg(*words: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}
    return subprocess.run(
        [sys.executable, "-m", "kg", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env=clean | env,
    )


# ---------------------------------------------------------------- commands


@pytest.mark.parametrize(
    "words",
    [
        ["query", "is-cure", *ASKED],
        ["query", "is-cure", *ASKED, "-f", "csv"],
        ["ask", "Is Zolgensma a cure for SMA?"],
        ["answers"],
        ["show", "Zolgensma"],
        ["find", "nusinersan", "-f", "json"],
        ["explain", "nusinersen", "SMA"],
        ["eligible", "--disease", "SMA", "--age", "18mo"],
        ["disagreements"],
        ["freshness", "--on", "2026-11-26"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_command_says_the_same_of_an_endpoint(
    built: Path, elsewhere: Engine, words: list[str]
) -> None:
    here = kg(*words, "--store", built)
    there = kg(*words, "--endpoint", elsewhere.query)
    assert here.returncode in (0, 1), here.stderr
    assert (there.returncode, there.stdout) == (here.returncode, here.stdout), there.stderr


def test_the_environment_may_name_it_and_a_store_goes_before(
    built: Path, elsewhere: Engine
) -> None:
    words = ("query", "is-cure", *ASKED, "-f", "csv")
    assert kg(*words, KG_ENDPOINT=elsewhere.query).stdout == kg(*words, "--store", built).stdout
    done = kg(*words, "--store", built, KG_ENDPOINT="http://127.0.0.1:1/query")
    assert done.returncode == 0, done.stderr


def test_a_store_and_an_endpoint_are_not_both(built: Path) -> None:
    done = kg("show", "Zolgensma", "--store", built, "--endpoint", "http://127.0.0.1:1/query")
    assert done.returncode == 2
    assert "a graph is in a store or at an endpoint; name one of the two" in done.stderr


def test_an_empty_server_has_no_graph(tmp_path: Path) -> None:
    with engine(Oxigraph, tmp_path) as empty:
        done = kg("show", "Zolgensma", "--endpoint", empty.query)
    assert done.returncode == 2
    assert "there is no graph of drugfacts at 127.0.0.1" in done.stderr and "kg push" in done.stderr


def test_an_update_is_no_query(elsewhere: Engine) -> None:
    graph = open_graph(endpoint=elsewhere.query)
    with pytest.raises(InputError):
        graph.store.run("DROP ALL")


def test_the_whole_library_is_tried_there(built: Path, elsewhere: Engine) -> None:
    tables = []
    for words in (("--rows", "--store", built), ("--endpoint", elsewhere.query)):
        done = kg("questions", *words, "-f", "csv")
        assert done.returncode == 0, done.stderr
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        tables.append([{**row, "seconds": ""} for row in rows])
    assert tables[0] == tables[1]
    assert len(tables[0]) > 50


# ---------------------------------------------------------------- a server that misbehaves


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serving() as one:
        yield one


def endpoint_of(publisher: Publisher, answer: Answer, seconds: float = 5) -> Endpoint:
    url = publisher.offers("/query", answer)
    return Endpoint(url, Wire(url, seconds, 10_000), {"urn:x:g": 1})


def rows(*bindings: Mapping[str, object], names: tuple[str, ...] = ("s",)) -> bytes:
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()


def json_of(body: bytes, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(body, headers={"Content-Type": JSON} | named)


IRI = {"type": "uri", "value": "urn:x:s"}


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (json_of(b"<html>"), RemoteError, "cannot be read as SPARQL results"),
        (json_of(rows(names=("other",))), RemoteError, "not those that were asked for"),
        (json_of(rows({"o": IRI})), RemoteError, "a column that was not asked for"),
        (json_of(rows({"s": {"type": "odd", "value": "x"}})), RemoteError, "is no term"),
        (json_of(b'{"head": {}}'), RemoteError, "'vars' is missing"),
        (json_of(rows({"s": IRI}), X_SPARQL_MaxRows="1"), RemoteError, "cut off at 1 rows"),
        (json_of(rows({"s": IRI}), X_SQL_State="S1TAT"), RemoteError, "cut its answer short"),
        (Answer(b"no", 500), RemoteError, "answers with status 500: no"),
        (Answer(b"", 302, {"Location": "http://x/"}), RemoteError, "redirects to http://x/"),
        (Answer(b"", 403), RemoteError, "does not let this user in"),
        (Answer(b"", 401, {"WWW-Authenticate": "Basic"}), RemoteError, "does not let this user in"),
        (Answer(rows({"s": IRI}), cut=10), RemoteError, "ended after 10 of"),
        (Answer(rows({"s": IRI}), stall=10), LimitHit, "took longer than 0.5 s"),
        (json_of(rows(*[{"s": IRI}] * 1000)), LimitHit, "has more than 10000 bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_whole_answer_is_none(
    publisher: Publisher, answer: Answer, error: type[Exception], said: str
) -> None:
    endpoint = endpoint_of(publisher, answer, 0.5 if error is LimitHit else 5)
    with pytest.raises(error, match=said):
        list(endpoint.select("SELECT ?s { ?s ?p ?o }"))


@pytest.mark.parametrize(
    ("body", "media_type", "said"),
    [
        (b"<urn:x:a> <urn:x:b> .", "application/n-triples", "cannot be read as a graph"),
        (b"<html>", "text/html", "its media type is none of RDF"),
    ],
)
def test_a_graph_that_is_none_is_refused(
    publisher: Publisher, body: bytes, media_type: str, said: str
) -> None:
    endpoint = endpoint_of(publisher, Answer(body, headers={"Content-Type": media_type}))
    with pytest.raises(RemoteError, match=said):
        endpoint.run("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


def test_the_graphs_that_are_ours_are_named_and_no_others(publisher: Publisher) -> None:
    endpoint = endpoint_of(publisher, json_of(rows({"s": IRI})))
    bound = {"o": ox.NamedNode(expand("df:Product"))}
    (row,) = endpoint.select("SELECT ?s { ?s a ?o }", bound)
    assert row["s"].value == "urn:x:s"
    sent = parse_qs(publisher.sent[-1].decode())
    assert sent["default-graph-uri"] == sent["named-graph-uri"] == ["urn:x:g"]
    assert "VALUES (?o)" in sent["query"][0]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("?a (df:x|df:y)+ ?b", "<urn:x:s> (df:x|df:y)+ ?b"),
        ("?b skos:broader* ?a .", "?b skos:broader* <urn:x:s> ."),
        ("?b skos:broader* ?c", "?b skos:broader* ?c"),
        ("?a df:x ?b FILTER EXISTS { ?a df:y df:z }", "?a df:x ?b ?a df:y df:z ."),
        ("?a df:x ?b FILTER EXISTS { ?c df:y ?a }", "?a df:x ?b FILTER EXISTS { ?c df:y ?a }"),
    ],
)
def test_virtuoso_is_told_in_its_own_way_and_no_other_server_is(asked: str, told: str) -> None:
    given = {"a": ox.NamedNode("urn:x:s")}
    assert spoken(asked, "Virtuoso/07.20.3229", given).endswith(told)
    assert spoken(asked, "oxigraph/0.5", given).endswith(asked)
    assert spoken("?a df:x ?b", "", given).startswith(f"PREFIX df: <{expand('df:')}> ")
    assert spoken("PREFIX df: <urn:x:> ?a df:x ?b", "", given).count("PREFIX") == 1


def test_a_truth_value_may_come_as_a_row(publisher: Publisher) -> None:
    value = {"type": "typed-literal", "datatype": expand("xsd:integer"), "value": "1"}
    one: dict[str, object] = {"__ASK_RETVAL": value}
    names = ("__ASK_RETVAL",)
    said = (
        (rows(one, names=names), True),
        (rows(names=names), False),
        (b'{"head": {}, "boolean": true}', True),
    )
    for body, truth in said:
        assert bool(endpoint_of(publisher, json_of(body)).run("ASK { ?s ?p ?o }")) is truth


def test_a_password_is_not_sent_unasked_nor_unencrypted_nor_elsewhere(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_ENDPOINT_USER", "me")
    monkeypatch.setenv("KG_ENDPOINT_PASSWORD", "secret")
    url = publisher.offers("/query", json_of(rows({"s": IRI})))
    wire = Wire(url)
    wire.ask("POST", url, b"x")
    assert publisher.asked[-1][1].get("Authorization") is None
    with pytest.raises(RemoteError, match="names another server"):
        wire.ask("POST", url.replace("127.0.0.1", "localhost"), b"x")
    asks = Answer(b"", 401, {"WWW-Authenticate": 'Basic realm="x"'})
    publisher.offers("/query", asks, json_of(rows()))
    wire.ask("POST", url, b"x")
    assert publisher.asked[-1][1]["Authorization"].startswith("Basic ")


# ---------------------------------------------------------------- what goes on to it


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (f"SELECT * FROM <{SECRET}> {{ ?s ?p ?o }}", "FROM is off here"),
        ("PREFIX b: <bif:> SELECT (b:exec('x') AS ?x) {}", "<bif:> is off here"),
        ("SELECT (<sql:rdf_load>('x') AS ?x) {}", "<sql:rdf_load> is off here"),
        ("SELECT (<BIF:exec>('x') AS ?x) {}", "is off here"),
        (r"SELECT (<\u0062if:exec>('x') AS ?x) {}", "is off here"),
        ("BASE <java:x> SELECT (<y>('x') AS ?x) {}", "<java:x> is off here"),
        ("SELECT ?s { ?s <java:Run> ?o }", "<java:Run> is off here"),
        ("PREFIX f: <http://x/> SELECT (f:exec('x') AS ?x) {}", "f:exec is off here"),
        ("PREFIX f: <http://x/> SELECT (f:exec # no\n ('x') AS ?x) {}", "f:exec is off here"),
        ("PREFIX xsd: <http://x/> SELECT (xsd:exec('x') AS ?x) {}", "xsd:exec is off here"),
        ("SELECT (<http://x/f>('x') AS ?x) {}", "<http://x/f> is off here"),
        (r"PREFIX f: <http://x/> SELECT (f:a\-b('x') AS ?x) {}", "a backslash is off here"),
        ("PREFIX http: <http://x/> ASK { FILTER(1<http:f(?u)&&2>1) }", "<http:f(?u)&&2> is off"),
        ("SELECT (df:f('x') AS ?x) {}", "df:f is off here"),
    ],
)
def test_what_another_engine_may_run_is_refused(query: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        jail_beyond.check(query)
    assert said in str(error.value)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (xsd:integer('1') AS ?x) {}",
        f"SELECT (<{expand('xsd:integer')}>('1') AS ?x) {{}}",
        "SELECT (COUNT(*) AS ?n) { ?s df:treats/(rdfs:label|skos:prefLabel) ?o }",
        "SELECT ?x (STR(?x) AS ?y) { VALUES (?x ?y) { (df:a df:b) (df:c df:d) } }",
        "SELECT * { ?s ?p 'bif:x(', \"<bif:x>\" } # <bif:x>(",
    ],
)
def test_what_sparql_itself_says_goes_on(query: str) -> None:
    jail_beyond.check(query)


def test_a_query_is_answered_there(jail: OnwardJail, built: Path) -> None:
    query = "SELECT ?fact { ?fact df:polarity ?polarity } ORDER BY ?fact"
    here = Store.open(built).select(query)
    found = json.loads(jail.query(query).body)["results"]["bindings"]
    assert [row["fact"]["value"] for row in found] == [row["fact"].value for row in here]
    assert found
    assert jail.query(query, results="text/csv").body.count(b"\n") == len(found) + 1
    assert json.loads(jail.query("ASK { <product/zolgensma> ?p ?o }").body)["boolean"] is True
    graph = jail.query("CONSTRUCT WHERE { product:zolgensma rdfs:label ?o }", graphs="text/turtle")
    assert (graph.media_type, b'"Zolgensma"' in graph.body) == ("text/turtle", True)


def test_graphs_of_others_are_not_there(jail: OnwardJail) -> None:
    named = json.loads(jail.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").body)
    seen = {row["g"]["value"] for row in named["results"]["bindings"]}
    assert seen and all("/drugfacts/graph/" in name for name in seen)
    asked = jail.query(f"ASK {{ GRAPH <{SECRET}> {{ ?s ?p ?o }} }}")
    assert json.loads(asked.body)["boolean"] is False
    with pytest.raises(InputError, match="there is no graph <urn:x:someone-elses>"):
        jail.query("ASK { ?s ?p ?o }", default_graphs=[SECRET])
    one = [name for name in seen if name.endswith("/curated")]
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    (row,) = json.loads(jail.query(query, default_graphs=one).body)["results"]["bindings"]
    assert int(row["n"]["value"]) == jail._endpoint.manifest["graphs"][one[0]]


def test_what_kills_a_parser_is_never_sent(publisher: Publisher) -> None:
    with OnwardJail(endpoint_of(publisher, json_of(rows()))) as jail:
        with pytest.raises((InputError, LimitHit)):
            jail.query("SELECT * { ?s ^" + "^" * 50_000 + "<urn:p> ?o }")
        with pytest.raises(InputError):
            jail.query("SELECT * { broken")
    assert publisher.sent == []


@pytest.mark.parametrize(
    ("limits", "answer", "limit"),
    [
        ({"query_seconds": 0.5}, Answer(rows({"s": IRI}), stall=5), "query_seconds"),
        ({"result_bytes": 1000}, json_of(rows(*[{"s": IRI}] * 100)), "result_bytes"),
    ],
)
def test_the_limits_hold_for_its_answers(
    publisher: Publisher, limits: dict[str, float], answer: Answer, limit: str
) -> None:
    named = Limits.of({name: str(value) for name, value in limits.items()})
    with (
        OnwardJail(endpoint_of(publisher, answer), named) as jail,
        pytest.raises(LimitHit) as hit,
    ):
        jail.query("SELECT ?s { ?s ?p ?o }")
    assert hit.value.limit == limit


# ---------------------------------------------------------------- served


def test_the_pages_and_the_endpoint_are_those_of_the_store(server: Server, built: Path) -> None:
    home = httpx.get(server.url, headers={"Accept": "text/html"})
    assert home.status_code == 200 and "<strong>56</strong> facts" in home.text
    page = httpx.get(server.url + "product/zolgensma", headers={"Accept": "text/html"})
    assert page.status_code == 200 and "is not a cure for" in page.text
    query = {"query": "SELECT ?d { ?d df:treats ?x } ORDER BY ?d"}
    with served(built) as local:
        here = httpx.get(local.url + "sparql", params=query, headers={"Accept": JSON})
        there = httpx.get(server.url + "sparql", params=query, headers={"Accept": JSON})
    assert there.status_code == 200, there.text
    assert there.json() == here.json()


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("sparql?query=SELECT", 400, "not a SPARQL query"),
        (f"sparql?query=ASK+FROM+<{SECRET}>+%7B%7D", 400, "FROM is off here"),
        (f"sparql?query=ASK+%7B%7D&default-graph-uri={SECRET}", 400, "there is no graph"),
        (f"graphs?graph={SECRET}", 404, "there is no graph"),
    ],
)
def test_a_stranger_gets_no_further(server: Server, path: str, status: int, said: str) -> None:
    accept = {"Accept": "application/problem+json, text/turtle"}
    reply = httpx.get(server.url + path, headers=accept)
    assert (reply.status_code, said in reply.text) == (status, True), reply.text


def test_a_server_behind_that_is_gone_is_a_bad_gateway(built: Path, tmp_path: Path) -> None:
    with engine(Oxigraph, tmp_path) as other:
        push(Store.open(built), Endpoint.bare(other.query), say=lambda text: None)
        with served(other.query) as server:
            other.kill()
            reply = httpx.get(server.url + "sparql", params={"query": "ASK { ?s ?p ?o }"})
    assert reply.status_code == 502
    assert "cannot be reached" in reply.json()["detail"]


def test_an_assistant_asks_it_too(elsewhere: Engine) -> None:
    with assisted(elsewhere.query, sys.stderr) as assistant:
        found = assistant.ask("run_sparql", query="SELECT (COUNT(?f) AS ?n) { ?f df:polarity ?p }")
    assert found["rows"] == [{"n": 56}]
