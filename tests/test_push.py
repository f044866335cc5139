"""The graph on real servers: pushed, broken off, resumed, verified, loaded from files, asked."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from kg.errors import InputError, NoGraph, RemoteError
from kg.graph import open_graph
from kg.names import expand
from kg.remote import digest, record
from kg.remote.endpoint import Endpoint
from kg.remote.push import Pushed, push
from kg.remote.services import GraphStore, Updates, takers
from kg.remote.wire import Wire
from kg.store import Store
from kg.tried import tried
from tests.engines import Engine, Oxigraph, Virtuoso, engine, free_port, needs
from tests.serving import store_of

KINDS = [
    pytest.param(Oxigraph, id="oxigraph"),
    pytest.param(Virtuoso, id="virtuoso", marks=needs("virtuoso-t", "isql-vt")),
]
CURATED = "https://w3id.org/drugfacts/graph/curated"
A = ox.NamedNode("urn:x:a")


def silent(text: str) -> None:
    pass


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[type[Engine]], Engine]]:
    """A server of each kind, started once."""
    running: dict[type[Engine], Engine] = {}
    with ExitStack() as held:

        def of(kind: type[Engine]) -> Engine:
            if kind not in running:
                place = tmp_path_factory.mktemp(kind.__name__)
                running[kind] = held.enter_context(engine(kind, place))
            return running[kind]

        yield of


@pytest.fixture
def server(
    request: pytest.FixtureRequest,
    engines: Callable[[type[Engine]], Engine],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Engine]:
    """A running server that holds nothing, and what has to be set to write to it."""
    kind: type[Engine] = request.param
    for name, value in kind.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    one = engines(kind)
    yield one
    for name, value in kind.environment.items():
        monkeypatch.setenv(name, value)
    for graph in (*sizes(one), record.GRAPH):
        updates(one)(f"DROP SILENT GRAPH <{graph}>")


def pushed(
    built: Path, server: Engine, say: Callable[[str], None] = silent, **how: object
) -> Pushed:
    return push(Store.open(built), Endpoint.bare(server.query), say=say, **how)  # type: ignore[arg-type]


def kg(*words: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {
        key: value for key, value in os.environ.items() if key not in ("KG_STORE", "KG_ENDPOINT")
    }
    return subprocess.run(
        [sys.executable, "-m", "kg", *map(str, words)],
        capture_output=True, text=True, check=False, env=clean | env,
    )  # fmt: skip


def updates(server: Engine) -> Callable[[str], None]:
    """Runs an update there."""
    found = [one for one in takers(Wire(server.query), server.query) if isinstance(one, Updates)]
    return found[0].run if isinstance(server, Oxigraph) else found[-2].run


def sizes(server: Engine) -> dict[str, int]:
    """How many triples each of our graphs has there, by the server's own count."""
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    form = {"Accept": "application/sparql-results+json"}
    rows = httpx.get(server.query, params={"query": query}, headers=form, timeout=60).json()
    counts = {row["g"]["value"]: int(row["n"]["value"]) for row in rows["results"]["bindings"]}
    return {name: n for name, n in counts.items() if "/drugfacts/graph/" in name}


# ---------------------------------------------------------------- push


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_a_pushed_graph_answers_the_whole_library_as_the_store_does(
    built: Path, server: Engine
) -> None:
    done = pushed(built, server)
    store = Store.open(built)
    assert done.sent == store.manifest["graphs"] and not done.held
    assert sizes(server) == store.manifest["graphs"]
    here = {one.name: (one.rows, one.digest) for one in tried(open_graph(built))}
    there = {
        one.name: (one.rows, one.digest, one.problem)
        for one in tried(open_graph(endpoint=server.query))
    }
    assert there == {name: (*found, "") for name, found in here.items()}
    assert len(here) > 50


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_a_server_that_is_killed_in_mid_push_gets_the_rest_once(
    built: Path, server: Engine
) -> None:
    told: list[str] = []

    def until(text: str) -> None:
        told.append(text)
        if len(told) == 12:
            server.kill()

    with pytest.raises(RemoteError, match=r"cannot be reached|connection"):
        pushed(built, server, until, part=300)
    server.start()
    begun = record.read(Endpoint.bare(server.query).run)
    assert begun is not None and not begun.complete
    with pytest.raises(NoGraph, match="is not whole: resume `kg push`"):
        open_graph(endpoint=server.query)

    manifest = Store.open(built).manifest
    rest = pushed(built, server, part=300)
    come = sum(min(number * 300, begun.graphs[name]) for name, number in begun.parts.items())
    assert 0 < come < manifest["quads"]
    assert sum(rest.sent.values()) == manifest["quads"] - come
    assert sizes(server) == manifest["graphs"]
    assert open_graph(endpoint=server.query).store.manifest["sha256"] == manifest["sha256"]


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_what_is_there_already_is_not_sent_again(built: Path, server: Engine) -> None:
    pushed(built, server)
    graphs = Store.open(built).manifest["graphs"]
    for again in (False, True):
        done = pushed(built, server, again=again)
        assert (done.sent, sorted(done.held)) == ({}, sorted(graphs))


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_a_triple_that_the_server_lost_or_changed_is_found(built: Path, server: Engine) -> None:
    pushed(built, server)
    way = updates(server)
    label = f"<{expand('rdfs:label')}>"
    way(f"DELETE WHERE {{ GRAPH <{CURATED}> {{ ?s {label} ?o }} }}")
    assert sizes(server)[CURATED] < Store.open(built).manifest["graphs"][CURATED]
    assert list(pushed(built, server).sent) == [CURATED]
    assert sizes(server) == Store.open(built).manifest["graphs"]

    one = next(Store.open(built).triples_of(CURATED))
    way(f"DELETE DATA {{ GRAPH <{CURATED}> {{ {one} }} }}")
    way(f"INSERT DATA {{ GRAPH <{CURATED}> {{ <urn:x:a> <urn:x:b> <urn:x:c> }} }}")
    assert pushed(built, server).sent == {}, "counts alone do not show it"
    assert list(pushed(built, server, again=True).sent) == [CURATED]


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_a_new_build_takes_the_place_of_the_old_one(
    built: Path, tmp_path: Path, server: Engine
) -> None:
    quads = list(Store.open(built).quads())
    old = [one for one in quads if one.graph_name != ox.NamedNode(CURATED)]
    old.append(ox.Quad(A, A, ox.Literal("1"), ox.NamedNode(CURATED.replace("curated", "gone"))))
    before = store_of(tmp_path / "old", old)
    path = before / "generations" / "one" / "manifest.json"
    manifest = json.loads(path.read_text())
    graphs = Counter(str(one.graph_name)[1:-1] for one in old)
    path.write_text(json.dumps(manifest | {"graphs": graphs, "facts": 0}))
    pushed(before, server)
    assert CURATED not in sizes(server)

    told: list[str] = []
    done = pushed(built, server, told.append)
    assert list(done.sent) == [CURATED], "the graphs that both have are only compared"
    assert "gone: removed; this build does not have it" in told
    assert sizes(server) == Store.open(built).manifest["graphs"]


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_it_goes_by_sparql_update_too(built: Path, server: Engine) -> None:
    address = server.query.replace("/query", "/update").replace("/sparql", "/sparql-auth")
    done = pushed(built, server, update=address)
    assert done.by == f"SPARQL Update at {address}"
    assert sizes(server) == Store.open(built).manifest["graphs"]


@pytest.mark.parametrize("server", KINDS[:1], indirect=True)
def test_a_server_that_takes_nothing_is_told_of(built: Path, server: Engine) -> None:
    with pytest.raises(InputError, match=r"takes no triples where that was tried.*--graph-store"):
        pushed(built, server, graph_store=server.query.replace("query", "nowhere"))
    assert sizes(server) == {}


@pytest.mark.parametrize("server", KINDS[:1], indirect=True)
def test_a_blank_node_is_not_taken_apart(tmp_path: Path, server: Engine) -> None:
    quad = ox.Quad(ox.BlankNode(), A, A, ox.NamedNode(CURATED))
    place = store_of(tmp_path / "blank", [quad])
    path = place / "generations" / "one" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"graphs": {CURATED: 1}, "facts": 0}))
    with pytest.raises(InputError, match="has a blank node"):
        pushed(place, server)


@pytest.mark.parametrize("server", KINDS[1:], indirect=True)
def test_a_server_that_wants_a_password_says_so(
    built: Path, server: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KG_ENDPOINT_USER")
    with pytest.raises(RemoteError, match="set KG_ENDPOINT_USER and KG_ENDPOINT_PASSWORD"):
        pushed(built, server)
    monkeypatch.setenv("KG_ENDPOINT_USER", "somebody")
    with pytest.raises(RemoteError, match="does not let this user in: see who is allowed to"):
        pushed(built, server)


def test_a_server_that_is_not_there_is_one_line(built: Path) -> None:
    done = kg("push", f"http://127.0.0.1:{free_port()}/query", "--store", built)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("kg: 127.0.0.1:") and "cannot be reached" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://localhost/query", "this is no http or https address"),
        ("http://dba:dba@localhost/query", "no user or password may stand in an address"),
    ],
)
def test_an_address_that_is_none_or_carries_a_password_is_refused(
    built: Path, url: str, said: str
) -> None:
    done = kg("push", url, "--store", built)
    assert done.returncode == 2 and said in done.stderr


@pytest.mark.parametrize("server", KINDS[:1], indirect=True)
def test_the_command_tells_how_far_it_is(built: Path, server: Engine) -> None:
    done = kg("push", server.query, "--store", built, "--part", "1000")
    assert (done.returncode, done.stdout) == (0, f"the graph at {server.query} is whole\n"), (
        done.stderr
    )
    size = Store.open(built).manifest["graphs"][CURATED]
    assert f"curated: 1,000 of {size:,} triples\n" in done.stderr
    done = kg("push", server.query, "--store", built)
    assert "6 graphs were there already" in done.stderr


@pytest.mark.parametrize("server", KINDS[:1], indirect=True)
def test_names_are_read_from_the_server_once(
    built: Path, server: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A store of the same build, as `make run` leaves one, would have the names here.
    monkeypatch.setenv("KG_STORE", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "pusher"))
    pushed(built, server)
    here = open_graph(built).search("nusinersan")
    told: list[str] = []
    for user, heard in (("pusher", 0), ("another", 1), ("another", 1)):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / user))
        assert open_graph(endpoint=server.query, say=told.append).search("nusinersan") == here
        assert len(told) == heard
        assert len(list((tmp_path / user / "drugfacts").iterdir())) == 1


# ---------------------------------------------------------------- the digest


def test_a_digest_is_of_the_triples_not_of_their_order(built: Path) -> None:
    triples = list(Store.open(built).triples_of(CURATED))
    whole = digest.of(triples)
    mixed = random.Random(1).sample(triples, len(triples))
    assert digest.of(mixed) == whole
    lines = b"".join(f"{one} .\n".encode() for one in mixed)
    blocks = (lines[at : at + 1000] for at in range(0, len(lines), 1000))
    assert digest.read(blocks) == whole
    assert digest.of(triples[1:]).hex != whole.hex
    assert digest.of([*triples[1:], triples[1]]).hex != whole.hex


@pytest.mark.parametrize(
    ("one", "other", "kind", "same"),
    [
        ("25.0", "25", "decimal", True),
        ("2.50", "2.5", "decimal", True),
        ("250", "25", "decimal", False),
        ("2.05", "2.5", "decimal", False),
        ("-0.10", "-0.1", "decimal", True),
        ("1", "true", "boolean", True),
        ("0", "true", "boolean", False),
        ("25.0", "25", "string", False),
    ],
)
def test_a_value_counts_not_how_a_server_writes_it(
    one: str, other: str, kind: str, same: bool
) -> None:
    typed = ox.NamedNode(expand(f"xsd:{kind}"))
    sums = [digest.of([ox.Triple(A, A, ox.Literal(text, datatype=typed))]) for text in (one, other)]
    assert (sums[0] == sums[1]) is same
    quoted = ox.Literal(f'"{one}"^^<{typed.value}>')
    assert quoted.value.encode() not in digest.lines([ox.Triple(A, A, quoted)])


def test_what_is_no_n_triples_is_no_digest() -> None:
    with pytest.raises(RemoteError, match="sends no N-Triples"):
        digest.read(iter([b"<a> <b> ", b"<html>"]))


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("http://h/query", "http://h/store"),
        ("http://h/sparql", "http://h/sparql-graph-crud-auth"),
        ("http://h/repositories/drugs", "http://h/repositories/drugs/rdf-graphs/service"),
    ],
)
def test_where_triples_are_taken_follows_from_where_queries_are(query: str, first: str) -> None:
    ways = list(takers(Wire(query), query))
    assert isinstance(ways[0], GraphStore) and ways[0].url == first
    assert isinstance(ways[-1], Updates) and ways[-1].url == query


# ---------------------------------------------------------------- files for bulk loaders


@pytest.fixture(scope="module")
def files(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("load") / "parts"
    done = kg("load-files", place, "--quads", "3000", "--store", built)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(f"quads in 3 files: {place}\n")
    return place


def test_the_parts_are_equal_and_are_the_graph(built: Path, files: Path) -> None:
    told = json.loads((files / "manifest.json").read_text())
    manifest = Store.open(built).manifest
    assert (told["build"], told["quads"]) == (manifest["sha256"], manifest["quads"])
    assert {name: one["triples"] for name, one in told["graphs"].items()} == manifest["graphs"]
    data = b""
    for one in told["parts"]:
        raw = (files / one["file"]).read_bytes()
        assert (len(raw), hashlib.sha256(raw).hexdigest()) == (one["bytes"], one["sha256"])
        part = gzip.decompress(raw)
        assert part.count(b"\n") == one["quads"]
        data += part
    assert [one["quads"] for one in told["parts"]] == [3000, 3000, manifest["quads"] - 6000]
    assert data == Store.open(built).nquads()


def test_the_same_graph_gives_the_same_bytes(built: Path, files: Path, tmp_path: Path) -> None:
    assert kg("load-files", tmp_path / "again", "--quads", "3000", "--store", built).returncode == 0
    for one in files.iterdir():
        assert (tmp_path / "again" / one.name).read_bytes() == one.read_bytes()


def test_a_folder_that_is_there_is_left_alone(built: Path, tmp_path: Path) -> None:
    done = kg("load-files", tmp_path, "--store", built)
    assert done.returncode == 2 and "is there already" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_what_a_bulk_loader_loaded_is_only_compared(
    built: Path, files: Path, server: Engine
) -> None:
    if isinstance(server, Virtuoso):
        for one in files.glob("*.gz"):
            (server.place / one.name).write_bytes(one.read_bytes())
        server.isql(
            f"ld_dir('{server.place}', '*.nq.gz', 'urn:x:none');\nrdf_loader_run();\ncheckpoint;\n"
        )
    else:
        server.kill()
        store = ox.Store(str(server.place / "store"))
        for one in files.glob("*.gz"):
            store.bulk_load(gzip.decompress(one.read_bytes()), ox.RdfFormat.N_QUADS)
        store.flush()
        del store
        server.start()
    loaded = open_graph(endpoint=server.query)
    assert loaded.store.manifest["graphs"] == Store.open(built).manifest["graphs"]
    assert loaded.find("Zolgensma").label == "Zolgensma"
    done = pushed(built, server)
    assert done.sent == {} and len(done.held) == len(loaded.store.manifest["graphs"])
    assert (
        open_graph(endpoint=server.query).store.manifest["sha256"]
        == Store.open(built).manifest["sha256"]
    )


def test_the_table_of_tried_questions_is_data(built: Path) -> None:
    done = kg("questions", "--rows", "--store", built, "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert done.returncode == 0 and len(rows) > 50
    assert {row["name"]: row["rows"] for row in rows}["is-cure"] == "1"
