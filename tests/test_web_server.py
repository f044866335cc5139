"""The server as programs meet it: formats, validators, errors, limits, and what attackers find."""

from __future__ import annotations

import asyncio
import gzip
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from rdflib import RDF, Dataset, Graph, Namespace
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from kg.errors import InputError, UnknownName
from kg.jail import GRAPHS, RESULTS
from kg.library import load
from kg.limits import Limits
from kg.web.compress import Compress, accepts_gzip
from kg.web.kept import Kept
from kg.web.negotiate import best
from kg.web.server import _allowed
from tests.serving import Server, children, gone, served, started
from tests.test_jail import ENDLESS
from tests.threats import LABEL, LIMITS, PROBLEM, healthy, problem
from tests.threats import test_a_killed_worker_is_never_a_200_with_a_part as test_a_kill
from tests.threats import test_a_limit_is_named_by_the_error as test_a_limit
from tests.threats import test_no_spelling_of_service_reaches_out as test_service
from tests.threats import (
    test_twenty_cross_products_leave_fifty_cheap_queries_answered as test_cross_products,
)

__all__ = ["test_a_kill", "test_a_limit", "test_cross_products", "test_service"]

pytestmark = pytest.mark.xdist_group("server")

VOID = Namespace("http://rdfs.org/ns/void#")
SH = Namespace("http://www.w3.org/ns/shacl#")
SCHEMA = Namespace("https://schema.org/")


@pytest.fixture(scope="module")
def store(built: Path) -> Path:
    return built


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[Server]:
    with served(store, **LIMITS) as server:
        yield server


# --- negotiation -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "accept, chosen",
    [
        (None, "text/turtle"),
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/*", "text/turtle"),
        ("application/*", "application/n-triples"),
        ("TEXT/CSV", "text/csv"),
        ("text/csv;q=0.5, text/turtle;q=0.4", "text/csv"),
        ("text/*;q=0.9, text/turtle;q=0.1", "text/csv"),
        ("text/turtle;q=0, */*;q=0.1", "text/csv"),
        ("text/*, text/turtle;q=0", "text/csv"),
        ("text/turtle;q=1.000", "text/turtle"),
        ("text/turtle; charset=utf-8 ; q=0.3, text/csv;q=0.2", "text/turtle"),
        ('text/turtle;x="a,b;q=0"', "text/turtle"),
        ("image/png", None),
        ("text/turtle;q=0", None),
        ("text/turtle;q=2", None),
        ("text/turtle;q=0.1234", None),
        ("*/turtle", None),
        ("nonsense, text/csv", "text/csv"),
        ("text/turtle text/csv", None),
    ],
)
def test_the_best_of_what_is_accepted(accept: str | None, chosen: str | None) -> None:
    assert best(accept, ["text/turtle", "text/csv", "application/n-triples"]) == chosen


@pytest.mark.parametrize("piece", ['\\"', '"', "a/b,", "a/b;", ";", " ", "gzip ", ", ", "gzip  x"])
def test_no_header_takes_long_to_read(piece: str) -> None:
    text = "text/turtle" + piece * (32_000 // len(piece))
    start = time.monotonic()
    best(text, ["text/turtle"])
    accepts_gzip("gzip" + text)
    accepts_gzip("gzip" + piece * 10_000 + "x")
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("media_type", RESULTS)
def test_rows_in_every_format(server: Server, media_type: str) -> None:
    reply = server.query(LABEL, media_type)
    assert reply.headers["content-type"].partition(";")[0] == media_type
    assert b"product/zolgensma" in reply.content
    form = ox.QueryResultsFormat.from_media_type(media_type)
    if form != ox.QueryResultsFormat.CSV:
        found = ox.parse_query_results(reply.content, form)
        assert isinstance(found, ox.QuerySolutions)
        assert len(list(found)) == 1


@pytest.mark.parametrize("media_type", GRAPHS)
def test_graphs_in_every_format(server: Server, media_type: str) -> None:
    triples = set()
    for reply in (
        server.query("DESCRIBE product:zolgensma", media_type),
        server.query("DESCRIBE product:zolgensma", "application/n-triples"),
    ):
        form = ox.RdfFormat.from_media_type(reply.headers["content-type"].partition(";")[0])
        triples.add(frozenset(str(q.triple) for q in ox.parse(reply.content, form)))
    assert len(triples) == 1
    assert len(triples.pop()) > 10


@pytest.mark.parametrize(
    "query, accept, status",
    [
        ("ASK {}", "image/png", 406),
        ("ASK {}", "text/turtle", 406),
        ("DESCRIBE <a:b>", "text/csv", 406),
        ("DESCRIBE <a:b>", "text/csv, text/turtle;q=0.1", 200),
        ("ASK {}", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 200),
    ],
)
def test_what_is_not_accepted_is_not_sent(
    server: Server, query: str, accept: str, status: int
) -> None:
    reply = server.query(query, accept)
    assert reply.status_code == status
    if status == 406:
        assert "text/turtle" in problem(reply, 406)["offered"]


# --- requests that are none --------------------------------------------------------------------


@pytest.mark.parametrize(
    "path, status, words",
    [
        ("/sparql?query=SELECT", 400, "not a SPARQL query"),
        ("/sparql?x=1", 400, "query: is missing"),
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", 400, "more than once"),
        ("/sparql?query=%FF", 400, "byte 0xff at offset 0 is not UTF-8"),
        ("/sparql?query=ASK%20%7B%7D%00", 400, "U+0000 at character 6"),
        ("/sparql?query=ASK%20%7B%7D%23%E2%80%AE", 400, "U+202E at character 7"),
        ("/sparql?query=ASK%7B%7D&default-graph-uri=here", 400, '"here" is no IRI'),
        ("/sparql?update=CLEAR%20ALL", 403, "read-only"),
        ("/sparql?query=CLEAR%20ALL", 400, "would change the graph"),
        ("/graphs", 400, "name one graph"),
        ("/graphs?graph=x:y&default", 400, "name one graph"),
        ("/graphs?graph=here", 400, '"here" is no IRI'),
        ("/graphs?graph=x:y", 404, "there is no graph <x:y>"),
        ("/graph/nothing", 404, "there is no graph"),
        ("/nothing/here", 404, "nothing is at /nothing/here"),
        ("/sparql?query=" + "x" * 17_000, 414, "the address"),
    ],
)
def test_a_bad_request_says_what_is_wrong(
    server: Server, path: str, status: int, words: str
) -> None:
    assert words in problem(server.get(path), status)["detail"]


@pytest.mark.parametrize(
    "kind, body, status",
    [
        ("application/sparql-query", b"\xff\xfe", 400),
        ("application/x-www-form-urlencoded", b"query=%C0%80", 400),
        ("application/x-www-form-urlencoded", b"", 400),
        ("application/x-www-form-urlencoded", b"&".join([b"a=b"] * 201), 400),
        ("application/sparql-query; charset=utf-16", b"ASK {}", 415),
        ('application/sparql-query; x=y; Charset="UTF-8"', b"ASK {}", 200),
        ("application/json", b"{}", 415),
        ("", b"ASK {}", 415),
        ("application/sparql-update", b"CLEAR ALL", 403),
        ("application/x-www-form-urlencoded", b"update=CLEAR%20ALL", 403),
        ("application/sparql-query", b"#" * 200_001, 413),
        ("application/sparql-query", b"ASK {} #" + b"x" * 100_000, 413),
    ],
)
def test_a_bad_body_is_refused(server: Server, kind: str, body: bytes, status: int) -> None:
    reply = server.ask("POST", "/sparql", None, body, content_type=kind)
    assert (
        reply.json() == {"head": {}, "boolean": True} if status == 200 else problem(reply, status)
    )


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
@pytest.mark.parametrize(
    "path", ["/graphs?default", "/limits", "/.well-known/void", "/graph/curated"]
)
def test_nothing_is_written(server: Server, method: str, path: str) -> None:
    reply = server.ask(method, path)
    assert problem(reply, 405)["detail"].endswith("everything is read-only")
    assert set(reply.headers["allow"].split(", ")) == {"GET", "HEAD"}


def raw(server: Server, *parts: bytes) -> bytes:
    """Send bytes as they are; what comes back until the server closes."""
    url = httpx.URL(server.url)
    with socket.create_connection((url.host, url.port or 80), timeout=10) as sock:
        for part in parts:
            sock.sendall(part)
        found = b""
        while data := sock.recv(65536):
            found += data
        return found


def test_a_body_of_unknown_length_is_bounded(server: Server) -> None:
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    chunk = b"30d41\r\n" + b" " * 0x30D41 + b"\r\n"
    for status, body in ((b"413", chunk), (b"408", b"5\r\nASK {\r\n")):
        assert raw(server, head, body).split()[1] == status


def test_a_slow_head_is_not_waited_for(server: Server) -> None:
    start = time.monotonic()
    assert raw(server, b"GET /limits HTTP/1.1\r\nHo") == b""
    assert 1.5 < time.monotonic() - start < 8
    assert healthy(server)


@pytest.mark.parametrize(
    "sent", [b"\x16\x03\x01 hello\r\n\r\n", b"GET / HTTP/1.1\r\nA: " + b"x" * 60_000]
)
def test_what_is_no_http_is_a_problem_too(server: Server, sent: bytes) -> None:
    reply = raw(server, sent)
    head, _, body = reply.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert PROBLEM.encode() in head
    assert json.loads(body)["status"] == 400


def test_requests_at_once_are_bounded(store: Path) -> None:
    with served(store, requests=1, query_seconds=1) as server:
        slow = threading.Thread(target=server.query, args=(ENDLESS,))
        slow.start()
        time.sleep(0.3)
        refused = httpx.get(f"{server.url}limits")
        slow.join()
        assert problem(refused, 503)["limit"] == "requests"
        assert refused.headers["retry-after"] == "5"
        assert healthy(server)


def test_what_is_asked_again_comes_from_memory_as_it_was(server: Server) -> None:
    address = "/questions/is-cure.json?drug=Zolgensma&disease=SMA"
    first, again, anew = (
        server.get(address, cache_control=given) if given else server.get(address)
        for given in ("", "", "no-cache")
    )
    assert first.content == again.content == anew.content
    same, other = (dict(one.headers) | {"date": ""} for one in (first, again))
    assert same == other
    tag = first.headers["etag"]
    assert server.get(address, if_none_match=tag).status_code == 304
    plain = server.get(address, accept_encoding="identity")
    assert plain.content == first.content
    assert "content-encoding" not in plain.headers
    worded = "/questions/is-cure?drug=Zolgensma&disease=SMA"
    page, rows = (server.get(worded, kind) for kind in ("text/html", "text/csv"))
    assert page.headers["content-type"].startswith("text/html")
    assert rows.headers["content-type"].startswith("text/csv")
    bad = server.get("/questions/is-cure.json?drug=Nosuchdrug&disease=SMA")
    assert [server.get(str(bad.url)).status_code, bad.status_code] == [400, 400]


@pytest.fixture
def counted() -> tuple[Kept, list[str]]:
    """An application that counts what it is asked; a path says how large its reply is."""
    asked: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope["path"])
        _, tagged, size = scope["path"].split("/")
        headers = {"ETag": '"build"'} if tagged == "tagged" else {}
        await Response(b"x" * int(size), headers=headers)(scope, receive, send)

    return Kept(app, replace(Limits(), kept_bytes=200_000)), asked


def fetched(app: Kept, path: str, **headers: str) -> bytes:
    async def fetch() -> bytes:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://kept") as client:
            return (await client.get(path, headers=headers)).content

    return asyncio.run(fetch())


def test_only_a_tagged_reply_is_kept(counted: tuple[Kept, list[str]]) -> None:
    app, asked = counted
    for path in ("/tagged/10", "/tagged/10", "/bare/10", "/bare/10"):
        assert fetched(app, path) == b"x" * 10
    assert asked == ["/tagged/10", "/bare/10", "/bare/10"]
    fetched(app, "/tagged/10", accept="text/csv")
    fetched(app, "/tagged/10", authorization="x")
    assert len(asked) == 5


def test_replies_kept_are_bounded_and_the_oldest_goes_first(
    counted: tuple[Kept, list[str]],
) -> None:
    app, asked = counted
    for size in range(4000, 4100):
        fetched(app, f"/tagged/{size}")
        assert app.used <= app.room
    assert app.used == sum(one.size(key) for key, one in app.replies.items())
    count = len(asked)
    fetched(app, "/tagged/4099")
    assert len(asked) == count, "the newest is there"
    fetched(app, "/tagged/4000")
    assert len(asked) == count + 1, "the oldest is not"
    fetched(app, "/tagged/50000")
    fetched(app, "/tagged/50000")
    assert len(asked) == count + 3, "one reply does not fill the room"


def test_pages_that_wait_are_bounded(store: Path) -> None:
    """Pages are slow where a build holds the disk; here, where many come at once."""
    with served(store, pages=1, waiting_pages=1, requests=200) as server:

        def page(number: int) -> httpx.Response:
            return httpx.get(f"{server.url}product/zolgensma?n={number}", timeout=60)

        with ThreadPoolExecutor(24) as crowd:
            replies = list(crowd.map(page, range(72)))
        refused = [reply for reply in replies if reply.status_code != 200]
        assert refused, "some met the limit"
        for reply in refused:
            assert problem(reply, 503)["limit"] == "waiting_pages"
            assert reply.headers["retry-after"] == "5"
        assert len({reply.text for reply in replies if reply.status_code == 200}) == 1
        assert healthy(server)


def test_a_client_that_leaves_frees_its_place(store: Path) -> None:
    with served(store, query_seconds=30, slow_queries=1, quick_seconds=0.2) as server:
        for _ in range(3):
            with pytest.raises(httpx.ReadTimeout):
                httpx.get(f"{server.url}sparql", params={"query": ENDLESS}, timeout=0.8)
        with pytest.raises(httpx.ReadTimeout):  # not refused: the only place for slow ones is free
            httpx.get(f"{server.url}sparql", params={"query": ENDLESS}, timeout=1.5)
        assert healthy(server)


@pytest.mark.parametrize(
    "head, status",
    [
        (b'GET /limits HTTP/1.1\r\nHost: "><script>\r\n', b"400"),
        (b"GET /limits HTTP/1.1\r\nHost: x\r\nA: " + b"x" * 33_000 + b"\r\n", b"431"),
    ],
)
def test_a_bad_head_is_refused(server: Server, head: bytes, status: bytes) -> None:
    reply = raw(server, head + b"Connection: close\r\n\r\n")
    assert reply.split()[1] == status
    assert b"<script" not in reply
    assert healthy(server)


# --- what every reply carries ------------------------------------------------------------------


def test_any_site_may_read(server: Server) -> None:
    reply = server.ask(
        "OPTIONS",
        "/sparql",
        Origin="https://example.org",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type",
    )
    assert reply.status_code == 204
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "POST" in reply.headers["access-control-allow-methods"]
    assert "Content-Type" in reply.headers["access-control-allow-headers"]
    assert server.get("/limits").headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/limits", "/sparql", "/nothing"])
def test_no_reply_runs_or_loads_anything_of_others(server: Server, path: str) -> None:
    headers = server.get(path).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


PATHS = [
    "/sparql",
    "/sparql?query=DESCRIBE%20product:zolgensma",
    "/graphs?default",
    "/graph/direct",
    "/.well-known/void",
    "/.well-known/sparql-examples",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_validator_names_the_build_and_the_format(server: Server, store: Path, path: str) -> None:
    build_id = (store / "CURRENT").read_text().strip()
    turtle, xml = (server.get(path, kind) for kind in ("text/turtle", "application/rdf+xml"))
    tags = {reply.headers["etag"] for reply in (turtle, xml)}
    assert len(tags) == 2
    assert all(tag.startswith(f'"{build_id}') for tag in tags)
    assert turtle.headers["vary"] == "Accept, Accept-Encoding"
    again = server.get(path, "text/turtle", if_none_match=turtle.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    other = server.get(path, "text/turtle", if_none_match=xml.headers["etag"])
    assert other.content == turtle.content


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_a_body(server: Server, path: str) -> None:
    got, told = (server.ask(method, path, "text/turtle") for method in ("GET", "HEAD"))
    assert told.content == b""
    assert {**told.headers, "date": ""} == {**got.headers, "date": ""}


def test_a_compressed_reply_is_another_one_with_the_same_text(server: Server) -> None:
    plain = server.get("/graphs?default", "text/turtle", accept_encoding="identity")
    with server.client.stream(
        "GET", "/graphs?default", headers={"accept": "text/turtle", "accept-encoding": "gzip"}
    ) as reply:
        data = b"".join(reply.iter_raw())
        tag = reply.headers["etag"]
        assert reply.headers["content-encoding"] == "gzip"
    assert gzip.decompress(data) == plain.content
    assert tag != plain.headers["etag"]
    again = server.get("/graphs?default", "text/turtle", if_none_match=tag)
    assert again.status_code == 304


@pytest.mark.parametrize(
    "header, taken",
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5, br", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("x-gzip, br", False),
        ("", False),
    ],
)
def test_who_takes_gzip(header: str, taken: bool) -> None:
    assert accepts_gzip(header) is taken


def test_a_stream_is_compressed_piece_by_piece() -> None:
    pieces = [b"a" * 70_000, b"b" * 10, b""]

    async def stream() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await StreamingResponse(stream(), media_type="text/plain")(scope, receive, send)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(Compress(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.get("/", headers={"accept-encoding": "gzip"})

    reply = asyncio.run(ask())
    assert reply.headers["content-encoding"] == "gzip"
    assert reply.content == b"".join(pieces)


# --- what the server says of itself ------------------------------------------------------------


def test_void_counts_classes_and_properties(server: Server) -> None:
    found = Graph().parse(data=server.get("/.well-known/void", "text/turtle").content)
    (dataset,) = found.subjects(VOID.sparqlEndpoint)
    assert (dataset, RDF.type, VOID.Dataset) in found
    for part, name, size, query in (
        (VOID.classPartition, VOID["class"], VOID.entities, "{ ?x a ?it }"),
        (VOID.propertyPartition, VOID.property, VOID.triples, "{ ?x ?it ?y }"),
    ):
        told = {
            (str(found.value(one, name)), str(found.value(one, size)))
            for one in found.objects(dataset, part)
        }
        count = f"SELECT ?it (COUNT(DISTINCT *) AS ?n) {query} GROUP BY ?it"
        rows = json.loads(server.query(count).content)["results"]["bindings"]
        assert told == {(row["it"]["value"], row["n"]["value"]) for row in rows}
        assert len(told) > 40


def test_every_question_is_an_example_that_runs(server: Server) -> None:
    found = Graph().parse(data=server.get("/.well-known/sparql-examples", "text/turtle").content)
    examples = set(found.subjects(RDF.type, SH.SPARQLSelectExecutable))
    assert {str(one).rpartition("#")[2] for one in examples} == set(load())
    for one in examples:
        assert (one, RDF.type, SH.SPARQLExecutable) in found
        assert list(found.objects(one, SCHEMA.keywords))
        assert str(found.value(one, SCHEMA.target)) == f"{server.url}sparql"
        comment = found.value(one, Namespace("http://www.w3.org/2000/01/rdf-schema#").comment)
        assert "{" not in str(comment)
        reply = server.query(str(found.value(one, SH.select)))
        assert reply.status_code == 200, reply.text


def test_the_graph_store_gives_back_what_was_built(server: Server, store: Path) -> None:
    (path,) = (store / "generations").glob("*/graph.nq")
    built = list(ox.parse(path.read_bytes(), ox.RdfFormat.N_QUADS))
    reply = server.get("/graphs?default", "application/n-triples")
    served_triples = {q.triple for q in ox.parse(reply.content, ox.RdfFormat.N_TRIPLES)}
    assert len(served_triples) == len({q.triple for q in built})
    name = "https://w3id.org/drugfacts/graph/curated"
    one, same = server.get(f"/graphs?graph={name}"), server.get("/graph/curated")
    assert one.content == same.content
    assert len(Dataset().parse(data=one.content, format="turtle")) == sum(
        q.graph_name == ox.NamedNode(name) for q in built
    )


def test_limits_are_shown_with_their_reasons(server: Server) -> None:
    told = server.get("/limits").json()
    assert {name: one["value"] for name, one in told.items()} == {
        name: LIMITS.get(name, value) for name, value, _ in Limits().table()
    }
    assert all(one["reason"] for one in told.values())


@pytest.mark.parametrize(
    "name, value", [("worker", "1"), ("workers", "0"), ("workers", "1.5"), ("workers", "-1")]
)
def test_a_limit_that_is_none_is_refused(name: str, value: str) -> None:
    with pytest.raises(UnknownName if name == "worker" else InputError):
        Limits.of({name: value})


def test_replies_do_not_wait_for_an_acknowledgement(server: Server) -> None:
    """Head and body are two packets: with Nagle's algorithm each reply would take 40 ms."""
    start = time.monotonic()
    for _ in range(50):
        server.get("/limits")
    assert time.monotonic() - start < 1.5


# --- starting and stopping ---------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_server(store: Path, number: signal.Signals) -> None:
    with started(store, "--limit", "query_seconds=30") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().strip()
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{url}sparql", params={"query": ENDLESS}, timeout=0.5)
        below = children(process.pid)
        assert below
        process.send_signal(number)
        code = process.wait(20)
        assert code == (-9 if number == signal.SIGKILL else 0)
        assert gone(below)
        told = process.stderr.read()
        assert told.startswith(f"kg: serving at {url} ")
        assert "Traceback" not in told


def test_without_a_graph_nothing_is_served(tmp_path: Path) -> None:
    process = started(tmp_path)
    out, told = process.communicate(timeout=20)
    assert (process.returncode, out) == (2, "")
    assert "no graph has been built" in told


def test_a_port_in_use_is_an_error_of_one_line(server: Server, store: Path) -> None:
    port = str(httpx.URL(server.url).port)
    process = started(store, "--port", port)
    _, told = process.communicate(timeout=20)
    assert process.returncode == 2
    assert told.startswith(f"kg: cannot listen on 127.0.0.1 port {port}: ")
    assert len(told.splitlines()) == 1


def test_elsewhere_than_on_linux_only_loopback_is_listened_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _allowed("0.0.0.0")
    monkeypatch.setattr("sys.platform", "darwin")
    for host in ("127.0.0.1", "::1", "localhost"):
        _allowed(host)
    for host in ("0.0.0.0", "192.0.2.1", "example.org"):
        with pytest.raises(InputError, match="needs Linux"):
            _allowed(host)


@pytest.mark.parametrize("missing", ["starlette", "uvicorn"])
def test_without_the_extra_the_error_names_it(store: Path, missing: str) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None; from kg.cli import main; "
        f"sys.argv = ['kg', 'serve', '--store', {str(store)!r}]; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert f"needs {missing}" in done.stderr
    assert "pip install" in done.stderr


def test_help_loads_no_web_framework() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from kg.cli import cli; "
        "assert CliRunner().invoke(cli, ['serve', '--help']).exit_code == 0; "
        "print([name for name in ('starlette', 'uvicorn', 'rdflib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
