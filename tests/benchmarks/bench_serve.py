"""The server under load, beside ``oxigraph serve`` and ``rdflib-endpoint``.

All three serve the same graph to the same client; every reply's rows are counted first.
``KG_BENCH_STORE`` names a built graph to serve in place of the curated one (without
rdflib-endpoint then, which would need hours to load it); ``KG_BENCH_REQUESTS`` sets how many
requests stand for one hour's worth.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import cycle, islice
from pathlib import Path

from kg import library
from kg.build import build
from kg.lookup import Lookup
from kg.names import prefixes
from kg.store import Store
from tests.benchmarks.side_by_side import heading
from tests.benchmarks.wire import Asked, Connection, Load, get, load
from tests.serving import children, served

JSON = "application/sparql-results+json"
HOUR = int(os.environ.get("KG_BENCH_REQUESTS", "20000"))
GIVEN = os.environ.get("KG_BENCH_STORE")
PRODUCTS = ("Zolgensma", "Spinraza", "Evrysdi")
POINTS = {
    "is-cure": {"disease": "spinal muscular atrophy"},
    "indications": {},
    "approvals": {},
    "active-substance": {},
    "therapy-type": {},
    "administration": {},
    "outcomes": {},
    "studied-in": {"condition": "concept:advanced-sma"},
}
"""Questions about one product, with what they need beside it."""
SIMPLE = (
    'SELECT ?drug { ?drug df:treats/rdfs:label "spinal muscular atrophy" }',
    "SELECT ?p ?o { product:zolgensma ?p ?o }",
    "SELECT ?label { product:spinraza rdfs:label ?label }",
    "ASK { product:zolgensma df:isNotCureFor MONDO:0001516 }",
)
JOINS = (
    "SELECT ?fact ?label ?source { ?fact rdf:subject ?drug ; df:evidence ?e . "
    "?drug rdfs:label ?label . ?e df:inVersion/df:versionOf/rdfs:label ?source }",
    "SELECT ?one ?other ?disease { ?a rdf:subject ?one ; rdf:object ?disease ; df:polarity ?p . "
    "?b rdf:subject ?other ; rdf:object ?disease ; df:polarity ?p . FILTER(?one != ?other) }",
    "SELECT ?type (COUNT(?fact) AS ?facts) { ?fact a ?type ; rdf:subject/rdfs:label ?label ; "
    "df:evidence/df:inVersion ?version } GROUP BY ?type ORDER BY ?type",
)

LIBRARY = ("treatments-for", "indications", "us-and-eu", "uses-by-status", "how-it-works")
"""Questions of the library that join much, as any client may send them."""
ANEW = "Cache-Control: no-cache"
"""Asks our server not to answer from memory."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def other(*words: str, port: int) -> Iterator[None]:
    """Another server, once it listens."""
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(words, stdout=nowhere, stderr=nowhere) as process:
        try:
            end = time.monotonic() + 120
            while time.monotonic() < end and process.poll() is None:
                with socket.socket() as one:
                    if one.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield
        finally:
            process.kill()


def count(asked: Asked) -> int:
    """The rows of a reply; of a truth value, one."""
    with Connection(asked) as one:
        found = json.loads(one.ask(asked))
    return len(found["results"]["bindings"]) if "results" in found else 1


def side_by_side(
    title: str, ways: Mapping[str, list[Asked]], requests: int, connections: int
) -> None:
    """Three rounds in turn; print the middle one of each and its ratio to the first."""
    counts = {name: [count(one) for one in asked] for name, asked in ways.items()}
    assert len({tuple(some) for some in counts.values()}) == 1, counts
    rounds: dict[str, list[Load]] = {name: [] for name in ways}
    for _ in range(3):
        for name, asked in ways.items():
            rounds[name].append(load(list(islice(cycle(asked), requests)), connections))
    print(f"  {title}, {connections} connection{'s' * (connections > 1)}")
    middle = {name: sorted(some, key=lambda one: one.rate)[1] for name, some in rounds.items()}
    ours = next(iter(middle.values())).rate
    for name, one in middle.items():
        print(
            f"    {name:<24} {one.rate:8.0f} requests/s   median {one.median:7.2f} ms   "
            f"p95 {one.high:7.2f} ms   ours is {ours / one.rate:6.2f} × as many"
        )


def memory(pid: int) -> float:
    """Private memory of a process and all below it, in megabytes (proc(5), smaps_rollup)."""
    total = 0
    for one in {pid, *children(pid)}:
        text = Path(f"/proc/{one}/smaps_rollup").read_text()
        total += sum(
            int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_")
        )
    return total / 1000


def run(place: Path) -> None:
    store = Store.open(place)
    assert store.path is not None
    lookup = Lookup(store)
    heading(f"Serving {store.manifest['quads']:,} quads", "oxigraph", "rdflib-endpoint", "rdflib")
    with ExitStack() as running:
        server = running.enter_context(served(place, client_queries=6))
        oxigraph, endpoint = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        running.enter_context(
            other(
                str(Path(sys.executable).parent / "oxigraph"),
                "serve-read-only",
                f"--location={store.path / 'store'}",
                f"--bind={oxigraph.removeprefix('http://')}",
                "--union-default-graph",
                port=int(oxigraph.rpartition(":")[2]),
            )
        )
        if GIVEN is None:
            running.enter_context(
                other(
                    *(sys.executable, "-m", "rdflib_endpoint", "serve"),
                    *(f"--port={endpoint.rpartition(':')[2]}", "--host=127.0.0.1"),
                    str(store.path / "graph.nq"),
                    port=int(endpoint.rpartition(":")[2]),
                )
            )
        routes, anew, texts = [], [], []
        for name, more in POINTS.items():
            question = library.load()[name]
            for product in PRODUCTS:
                values = {"drug": product, **more}
                address = f"{server.url}questions/{name}.json"
                routes.append(get(address, JSON, **values))
                anew.append(get(address, JSON, ANEW, **values))
                texts.append(question.text(library.bind(question, values, lookup)))
        theirs = [get(f"{oxigraph}/query", JSON, query=declared(text)) for text in texts]
        for connections in (1, 8):
            side_by_side(
                f"{len(texts)} point questions",
                {
                    "our question routes": routes,
                    "the same, made anew": anew,
                    "oxigraph serve": theirs,
                },
                len(texts) * 40,
                connections,
            )
        questions = [library.load()[name] for name in LIBRARY]
        bound = [one.text(library.bind(one, one.examples(), lookup)) for one in questions]
        adhoc = (("simple", SIMPLE, 1000), ("joins", JOINS, 90), ("of the library", bound, 15))
        for title, queries, requests in adhoc:
            asked = [declared(text) for text in queries]
            ways = {
                "our /sparql, jailed": [
                    get(f"{server.url}sparql", JSON, ANEW, query=q) for q in asked
                ],
                "the same, kept": [get(f"{server.url}sparql", JSON, query=q) for q in asked],
                "oxigraph serve": [get(f"{oxigraph}/query", JSON, query=q) for q in asked],
            }
            if title != "simple" and GIVEN is None:
                ways["rdflib-endpoint"] = [get(f"{endpoint}/", JSON, query=q) for q in asked]
            for connections in (1, 8)[: 1 if queries is bound else 2]:
                side_by_side(f"ad-hoc SPARQL: {len(queries)} {title}", ways, requests, connections)
        soak(server.url, server.process.pid, anew)


def declared(text: str) -> str:
    """A query as any server takes it: ours alone knows our prefixes undeclared."""
    used = {name: iri for name, iri in prefixes().items() if f"{name}:" in text}
    return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in used.items()) + text


def soak(url: str, pid: int, routes: list[Asked]) -> None:
    """One hour's worth of requests, none from memory: what is held after each tenth of them."""
    jailed = [get(f"{url}sparql", JSON, ANEW, query=text) for text in SIMPLE]
    paths = ("", "product/zolgensma", "questions/is-cure")
    pages = [get(f"{url}{path}", "text/html", ANEW) for path in paths]
    every = list(islice(cycle([*routes, *jailed, *pages]), HOUR // 10))
    held = []
    for _ in range(10):
        load(every, 8)
        held.append(memory(pid))
    told = " ".join(f"{one:.0f}" for one in held)
    print(f"  {HOUR:,} requests (questions, SPARQL, pages): private memory in MB {told}")
    print(f"  second half against first: {held[-1] / held[4]:.3f} ×")


if __name__ == "__main__":
    if GIVEN is not None:
        run(Path(GIVEN))
    else:
        with tempfile.TemporaryDirectory() as folder:
            build(Path(folder))
            run(Path(folder))
