"""The jail: what a stranger's query may do, and how every attempt at more ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import jail_guard
from kg.errors import InputError, KgError, LimitHit, NoGraph
from kg.jail import Jail, NoFormat, Reply
from kg.limits import Limits
from kg.store import Store
from tests.conftest import ROOT
from tests.serving import alive, children, gone, jail_over, store_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the jail needs Linux")

NUMBERS = 3000
G2 = "https://example.org/g2"
LIMITS = Limits(
    query_seconds=1.5,
    quick_seconds=0.5,
    slow_queries=1,
    workers=3,
    spare_workers=1,
    waiting_seconds=5.0,
    result_bytes=2_000_000,
    query_memory=500_000_000,
)
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
MANY = "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"
DOUBLED = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(24))
LONG = f'SELECT ?x24 {{ BIND("12345678" AS ?x0) {DOUBLED} }}'


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode("https://example.org/" + name)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    quads = [ox.Quad(node(f"s{n}"), node("p"), ox.Literal(n), node("g1")) for n in range(NUMBERS)]
    quads += [ox.Quad(node("one"), node("q"), ox.Literal("two"), node("g2"))]
    return store_of(tmp_path_factory.mktemp("jail"), quads)


@pytest.fixture(scope="module")
def jail(store: Path) -> Iterator[Jail]:
    with jail_over(store, LIMITS) as jail:
        yield jail


def rows(reply: Reply) -> list[dict[str, str]]:
    found = json.loads(reply.body)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def limit(call: Callable[[], object]) -> str:
    with pytest.raises(LimitHit) as caught:
        call()
    return caught.value.limit


def healthy(jail: Jail) -> bool:
    return jail.query("ASK { ?s ?p ?o }").body == b'{"head":{},"boolean":true}'


# --- what it answers ---------------------------------------------------------------------------


def test_each_form_comes_in_the_format_for_it(jail: Jail) -> None:
    select = jail.query("SELECT ?o { <https://example.org/one> ?p ?o }", results="text/csv")
    assert (select.form, select.media_type, select.body) == ("select", "text/csv", b"o\r\ntwo\r\n")
    ask = jail.query("ASK {}", results="application/sparql-results+xml")
    assert ask.form == "ask"
    assert b"<boolean>true</boolean>" in ask.body
    made = jail.query("DESCRIBE <https://example.org/one>", graphs="application/n-triples")
    assert (made.form, made.body) == (
        "construct",
        b'<https://example.org/one> <https://example.org/q> "two" .\n',
    )


def test_a_form_without_a_format_is_told_apart(jail: Jail) -> None:
    with pytest.raises(NoFormat):
        jail.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", graphs=None)
    with pytest.raises(NoFormat):
        jail.query("ASK {}", results=None)


@pytest.mark.parametrize(
    "query, default, named, count",
    [
        ("SELECT ?s { ?s ?p ?o }", (), (), NUMBERS + 1),
        ("SELECT ?s FROM <https://example.org/g2> { ?s ?p ?o }", (), (), 1),
        ("SELECT ?s { ?s ?p ?o }", (G2,), (), 1),
        ("SELECT ?s { ?s ?p ?o }", (), (G2,), 0),
        ("SELECT ?s { GRAPH ?g { ?s ?p ?o } }", (), (G2,), 1),
        # the protocol's dataset goes before the query's own
        (
            "SELECT ?s FROM <https://example.org/g1> { ?s ?p ?o }",
            (G2,),
            (),
            1,
        ),
        ("SELECT ?s FROM NAMED <https://example.org/g2> { GRAPH ?g { ?s ?p ?o } }", (), (), 1),
        (
            "SELECT ?s { ?s ?p ?o FILTER(STR(?o) != 'FROM <x:y>') } # FROM <x:y>",
            (),
            (),
            NUMBERS + 1,
        ),
    ],
)
def test_the_dataset(
    jail: Jail, query: str, default: tuple[str, ...], named: tuple[str, ...], count: int
) -> None:
    assert len(rows(jail.query(query, default_graphs=default, named_graphs=named))) == count


def test_our_prefixes_need_no_declaration(jail: Jail) -> None:
    assert rows(jail.query("SELECT (STR(df:treats) AS ?iri) {}")) == [
        {"iri": "https://w3id.org/drugfacts/ontology#treats"}
    ]


def test_without_a_graph_it_does_not_open(tmp_path: Path) -> None:
    with pytest.raises(NoGraph, match="in memory"):
        Jail.over(Store.from_nquads(b""))
    (tmp_path / "store").mkdir()
    with pytest.raises(NoGraph, match="cannot be opened"):
        Jail(tmp_path)


def test_a_graph_and_its_jail_are_of_one_build(tmp_path: Path) -> None:
    """Between the opening of the two, another build is published."""
    quad = ox.Quad(node("s"), node("p"), ox.Literal("old"), node("g"))
    opened = Store.open(store_of(tmp_path, [quad]))
    (tmp_path / "generations" / "two" / "store").mkdir(parents=True)
    (tmp_path / "CURRENT").write_text("two\n")
    with Jail.over(opened, LIMITS) as jail:
        assert rows(jail.query("SELECT ?o { ?s ?p ?o }")) == [{"o": "old"}]


# --- what it refuses before parsing ------------------------------------------------------------


@pytest.mark.parametrize(
    "query, words",
    [
        ("SELECT * {", "not a SPARQL query"),
        ("", "not a SPARQL query"),
        ("INSERT DATA { <a:b> <a:b> <a:b> }", "INSERT would change the graph"),
        ("PREFIX a: <a:> BASE <b:> DELETE WHERE { ?s ?p ?o }", "DELETE would change the graph"),
        ("LOAD <https://example.org/>", "LOAD would change the graph"),
        ("SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }", "SERVICE is off"),
        ("SELECT * { ?s ?p 1.SERVICE <https://example.org/> { ?s ?p ?o } }", "SERVICE is off"),
        ("SELECT * { ?s ?p '\x00' }", "U[+]0000 at character 18"),
        ("SELECT * { ?s ?p '\u202e' }", "U[+]202E at character 18"),
        ("SELECT * { ?s ?p '\ud800' }", "U[+]D800"),
    ],
)
def test_what_is_no_query_is_refused(jail: Jail, query: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        jail.query(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?service a ?load ; <a:SERVICE> 'SERVICE', a:service } # SERVICE INSERT",
        "SELECT ?insert { ?insert ?p 'x' }",
        "# INSERT\nASK {}",
        "PREFIX LOAD: <a:> ASK { ?s LOAD:x ?o }",
    ],
)
def test_a_word_is_refused_only_where_it_is_a_keyword(query: str) -> None:
    jail_guard.check(query, LIMITS)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * " + "{" * 5000,
        "ASK " + "{" * 65 + "}" * 65,
        "ASK { FILTER" + "(" * 5000 + "1" + ")" * 5000 + " }",
        "ASK { ?s ?p " + "[ a " * 100 + "1" + "]" * 100 + " }",
        # closing brackets that are none: in strings, comments, IRIs; and opening ones in disguise
        "ASK " + "{ # }\n" * 100,
        "ASK " + "{ # }\r" * 100,
        "ASK " + '{ ?s ?p "}" . ' * 100,
        "ASK " + '{ ?s ?p """}"} """ . ' * 100,
        "ASK " + "{ ?s ?p '\\'}' . " * 100,
        "ASK { ?s ?p '" + "{" * 100,
        "ASK { FILTER" + "(<)>" * 100,
        "ASK " + r"\u007B" * 100,
        "ASK { FILTER(1<" + "(" * 100 + "> 1) }",
    ],
)
def test_deep_nesting_is_refused_before_anything_parses_it(jail: Jail, query: str) -> None:
    assert limit(lambda: jail.query(query)) == "query_nesting"


@pytest.mark.parametrize(
    "piece",
    ["a.", "a-", '"', "'", '"""', "\\", '\\"', "<", "<a", ":", "?", "#", "a:", "\\u007", "{}"],
)
def test_no_text_takes_long_to_look_through(piece: str) -> None:
    text = piece * (LIMITS.query_bytes // len(piece))
    start = time.monotonic()
    jail_guard.check(text, LIMITS)
    jail_guard.names_dataset(text)
    assert time.monotonic() - start < 2


def test_brackets_in_a_row_are_no_nesting(jail: Jail) -> None:
    values = " ".join(f"({n} <x:(>)" for n in range(500))
    assert len(rows(jail.query(f"SELECT * {{ VALUES (?a ?b) {{ {values} }} }}"))) == 500


def test_a_long_query_is_refused(jail: Jail) -> None:
    assert limit(lambda: jail.query("ASK {}" + " " * LIMITS.query_bytes)) == "query_bytes"


# --- what it ends ------------------------------------------------------------------------------


def test_an_endless_query_is_killed_by_the_clock(jail: Jail) -> None:
    start = time.monotonic()
    assert limit(lambda: jail.query(ENDLESS)) == "query_seconds"
    assert 1.4 < time.monotonic() - start < 4
    assert healthy(jail)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { FILTER(" + "!" * 40_000 + "true) }",
        "ASK { " + "{} UNION " * 9_000 + "{} }",
        "ASK { ?s " + "^" * 40_000 + "<a:b> ?o }",
    ],
)
def test_a_query_that_kills_its_parser_kills_nothing_else(jail: Jail, query: str) -> None:
    with pytest.raises((LimitHit, InputError)):
        jail.query(query)
    assert healthy(jail)


def test_strings_that_double_are_stopped(jail: Jail) -> None:
    assert limit(lambda: jail.query(LONG)) in ("result_bytes", "query_memory", "query_seconds")
    longer = LONG.replace("SELECT ?x24", "SELECT (STRLEN(CONCAT(?x24, ?x24, ?x24, ?x24)) AS ?n)")
    assert limit(lambda: jail.query(longer)) in ("query_memory", "query_seconds")
    assert healthy(jail)


def test_a_large_answer_is_refused_whole(jail: Jail) -> None:
    assert limit(lambda: jail.query(MANY)) == "result_bytes"
    assert healthy(jail)


def test_slow_queries_leave_room_for_quick_ones(store: Path) -> None:
    """20 cross products at once: one place for slow ones, and quick ones get by."""
    with jail_over(store, replace(LIMITS, waiting_seconds=25.0)) as jail:
        ended: list[str] = []
        attackers = [
            threading.Thread(target=lambda: ended.append(limit(lambda: jail.query(ENDLESS))))
            for _ in range(20)
        ]
        for one in attackers:
            one.start()
        for _ in range(5):
            assert healthy(jail)
        for one in attackers:
            one.join()
        assert len(ended) == 20
        assert set(ended) == {"slow_queries", "query_seconds"}
        assert healthy(jail)


def test_the_queue_is_bounded(store: Path) -> None:
    limits = Limits(workers=1, waiting_queries=1, waiting_seconds=0.2, query_seconds=1.0)
    with jail_over(store, limits) as jail:
        first = threading.Thread(target=lambda: limit(lambda: jail.query(ENDLESS)))
        first.start()
        time.sleep(0.1)
        ended: list[str] = []
        later = [
            threading.Thread(target=lambda: ended.append(limit(lambda: jail.query("ASK {}"))))
            for _ in range(2)
        ]
        for one in later:
            one.start()
        for one in (first, *later):
            one.join()
        assert sorted(ended) == ["waiting_queries", "waiting_seconds"]
        assert healthy(jail)


# --- what a worker may do ----------------------------------------------------------------------


def workers(jail: Jail) -> set[int]:
    return children(jail._holder._process.pid)


def test_the_kernel_holds_a_worker_in(jail: Jail) -> None:
    assert healthy(jail)
    for pid in workers(jail):
        told = Path(f"/proc/{pid}/limits").read_text()
        table = {line[:25].strip(): line[26:].split()[:2] for line in told.splitlines()[1:]}
        assert table["Max open files"] == ["0", "0"]
        assert table["Max core file size"] == ["0", "0"]
        assert table["Max file size"] == ["0", "0"]
        assert int(table["Max address space"][0]) < 3_000_000_000


SPELLINGS = [
    "SELECT * { SERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { service <%s> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE <%s> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <%s> { ?s ?p ?o } }",
    "SELECT * { service silent <%s> { ?s ?p ?o } }",
    "SELECT * { SERVICE\n<%s>\n{ ?s ?p ?o } }",
    "SELECT * { SERVICE\t<%s>{?s ?p ?o} }",
    "SELECT * { SERVICE<%s>{?s ?p ?o} }",
    "SELECT * { SERVICE # a remark\n <%s> { ?s ?p ?o } }",
    "SELECT * { # a remark \r SERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { #\rSERVICE#\r<%s>#\r{ ?s ?p ?o } }",
    "PREFIX a: <%s> SELECT * { SERVICE a: { ?s ?p ?o } }",
    "PREFIX a: <%s> SELECT * { SERVICE SILENT a: { ?s ?p ?o } }",
    "BASE <%s> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "SELECT * { VALUES ?g { <%s> } SERVICE ?g { ?s ?p ?o } }",
    "SELECT * { BIND(IRI('%s') AS ?g) SERVICE ?g { ?s ?p ?o } }",
    "SELECT * { BIND(URI(CONCAT('%s', '')) AS ?g) SERVICE SILENT ?g { ?s ?p ?o } }",
    "SELECT * { SERV\\u0049CE <%s> { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ERVICE <%s> { ?s ?p ?o } }",
    "ASK { SERVICE <%s> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <%s> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { OPTIONAL { SERVICE <%s> { ?s ?p ?o } } }",
    "SELECT * { {} UNION { SERVICE <%s> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o MINUS { SERVICE <%s> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <%s> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { SERVICE <%s> { ?s ?p ?o } } } }",
    "SELECT * { GRAPH ?g { SERVICE <%s> { ?s ?p ?o } } }",
    "SELECT * FROM <%s> { ?s ?p ?o }",
    "SELECT * FROM NAMED <%s> { GRAPH ?g { ?s ?p ?o } }",
    "LOAD <%s>",
    "LOAD SILENT <%s> INTO GRAPH <a:b>",
    "DESCRIBE <%s>",
]


def test_no_spelling_of_service_makes_a_connection(
    jail: Jail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the friendly refusal, which is switched off here: the kernel refuses the socket."""
    assert len(SPELLINGS) >= 30
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for refusing in (True, False):
            if not refusing:
                monkeypatch.setattr(jail_guard, "check", lambda *_: None)
            for spelling in SPELLINGS:
                with suppress(InputError, LimitHit):
                    jail.query(spelling % url)
        with pytest.raises(TimeoutError):
            listener.accept()
    assert healthy(jail)


def test_the_listener_would_have_noticed() -> None:
    """The same query outside of the jail does connect: the test above can fail."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        text = f"SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}"
        code = f"import pyoxigraph as ox; list(ox.Store().query({text!r}))"
        with subprocess.Popen([sys.executable, "-c", code]) as asking:
            listener.accept()[0].close()
            asking.kill()


@pytest.mark.parametrize("spelling", ["LOAD <%s>", "SELECT * FROM <%s> { ?s ?p ?o }"])
def test_no_file_is_read(jail: Jail, spelling: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary.nt"
    canary.write_text('<a:b> <a:b> "canary" .\n')
    try:
        assert b"canary" not in jail.query(spelling % canary.as_uri()).body
    except InputError as error:
        assert "read-only" in str(error)


# --- what is left behind -----------------------------------------------------------------------


def test_a_killed_worker_never_gives_a_part_of_an_answer(store: Path) -> None:
    query = MANY.replace("20000", "8000")
    with jail_over(store, LIMITS) as jail:
        whole = jail.query(query).body
        for step in range(12):
            victims = workers(jail)
            timer = threading.Timer(0.002 * step, _kill, victims)
            timer.start()
            try:
                assert jail.query(query).body == whole
            except LimitHit as error:
                assert "no part of its answer" in str(error)
            timer.join()
        assert healthy(jail)


def _kill(*pids: int) -> None:
    for pid in alive(pids):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_a_killed_holder_is_replaced(store: Path) -> None:
    with jail_over(store, LIMITS) as jail:
        before = workers(jail)
        _kill(jail._holder._process.pid)
        assert gone(before)
        assert all(healthy(jail) for _ in range(6))
        assert workers(jail)


def test_close_leaves_no_process(store: Path) -> None:
    with jail_over(store, LIMITS) as jail:
        below = workers(jail) | {jail._holder._process.pid}
        assert len(below) == 1 + LIMITS.workers + LIMITS.spare_workers
        slow = threading.Thread(target=_refused, args=(jail, ENDLESS))
        slow.start()
        time.sleep(0.1)
    assert gone(below)
    slow.join()


def _refused(jail: Jail, query: str) -> None:
    with pytest.raises(KgError):
        jail.query(query)


def test_a_killed_server_leaves_no_process(store: Path) -> None:
    code = (
        "import sys, threading; from kg.jail import Jail\n"
        "from kg.store import Store\n"
        "jail = Jail.over(Store.open(sys.argv[1]))\n"
        "threading.Thread(target=jail.query, args=(sys.argv[2],), daemon=True).start()\n"
        "print('ready', flush=True); threading.Event().wait()"
    )
    command = [sys.executable, "-c", code, str(store), ENDLESS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        time.sleep(0.2)
        below = children(server.pid)
        assert len(below) > 3
        server.kill()
    assert gone(below)
    assert not alive(below)
