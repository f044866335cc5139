"""Federated queries: between two servers on loopback, in both directions.

Each file of ``queries/federated`` is run as it is but for the address of the other endpoint, which
is here the Oxigraph server with a few triples in that endpoint's vocabulary.
"""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

import httpx
import pyoxigraph as ox
import pytest

from kg.errors import InputError, NotAnswered
from kg.graph import Graph
from kg.names import compact
from kg.question import read
from kg.store import Store
from tests.conftest import ROOT
from tests.engines import Oxigraph, engine, free_port
from tests.serving import Server, served

FOLDER = ROOT / "queries" / "federated"
FILES = sorted(FOLDER.glob("*.rq"))
OURS, ADDRESS = "from-your-own-store", re.compile(r"SERVICE <([^>]*)>")
QUESTIONS = [path for path in FILES if path.stem != OURS]
ENDPOINTS = {
    "https://sparql.uniprot.org/sparql",
    "https://query.wikidata.org/sparql",
    "http://localhost:8000/sparql",
}

UNIPROT = """
PREFIX up: <http://purl.uniprot.org/core/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
<http://purl.uniprot.org/uniprot/Q16637> a up:Protein ; up:mnemonic "STAND_IN" ;
  up:recommendedName [ up:fullName "stand-in name" ] ;
  up:annotation [ a up:Function_Annotation ; rdfs:comment "stand-in function" ] ,
    [ a up:Disease_Annotation ; rdfs:comment "no function" ] .
<http://purl.uniprot.org/uniprot/X00000> a up:Protein ; up:mnemonic "OTHER" ;
  up:recommendedName [ up:fullName "another" ] ;
  up:annotation [ a up:Function_Annotation ; rdfs:comment "another function" ] .
"""
WIKIDATA = """
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
<urn:x:item> wdt:P652 "MLU3LU3EVV" ; wdt:P715 "DB15528" ; wdt:P267 "X00XX00" .
<urn:x:other> wdt:P652 "OTHER" ; wdt:P715 "DB99999" .
"""


@contextmanager
def elsewhere(place: Path, turtle: str) -> Iterator[str]:
    """Another server, with some triples; its address."""
    store = ox.Store(str(place / "store"))
    store.load(turtle.encode(), ox.RdfFormat.TURTLE)
    store.flush()
    del store
    with engine(Oxigraph, place) as server:
        yield server.query


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with elsewhere(tmp_path_factory.mktemp("other"), UNIPROT + WIKIDATA) as address:
        yield address


@pytest.fixture(scope="module")
def server(built: Path) -> Iterator[Server]:
    with served(built) as server:
        yield server


def file_of(name: str, address: str, place: Path) -> Path:
    """A federated query with another address in the place of the endpoint's."""
    text = (FOLDER / f"{name}.rq").read_text(encoding="utf-8")
    path = place / f"{name}.rq"
    path.write_text(ADDRESS.sub(f"SERVICE <{address}>", text), encoding="utf-8")
    return path


def kg(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_each_file_names_one_endpoint_and_its_example_is_held(curated: Store) -> None:
    found = {path.stem: ADDRESS.findall(path.read_text(encoding="utf-8")) for path in FILES}
    assert len(found) == 3
    assert all(len(addresses) == 1 for addresses in found.values())
    assert {addresses[0] for addresses in found.values()} == ENDPOINTS
    g = Graph(curated)
    for path in QUESTIONS:
        question = read(path)
        assert "federated" in question.tags
        for example in question.examples().values():
            assert g.find(example).iri.startswith(
                ("http://purl.uniprot.org/", "http://identifiers")
            )


def test_what_uniprot_says_stands_beside_our_facts(built: Path, other: str, tmp_path: Path) -> None:
    path = file_of("protein-in-uniprot", other, tmp_path)
    asked = ("query", str(path), "-p", "protein=UniProt:Q16637", "--store", str(built))
    done = kg(*asked, "--format", "csv")
    assert done.returncode == 0, done.stderr
    found = rows(done.stdout)
    assert {compact(row["fact"]) for row in found} == {"fact:sma-has-low-smn-protein"}
    assert {row["name"] for row in found} == {"stand-in name"}
    assert {row["function"] for row in found} == {"stand-in function"}
    assert {row["proteinLabel"] for row in found} == {"survival motor neuron protein"}
    said = kg(*asked)
    assert "by UniProt: stand-in function" in said.stdout
    assert "Not medical advice." in said.stdout


def test_identifiers_of_wikidata_are_held_against_ours(
    curated: Store, other: str, tmp_path: Path
) -> None:
    question = read(file_of("identifiers-in-wikidata", other, tmp_path))
    found = Graph(curated).ask(question, substance="onasemnogene abeparvovec")
    assert [(row["unii"], row["scheme"], row["code"], row["held"]) for row in found] == [
        ("MLU3LU3EVV", "ATC", "X00XX00", False),
        ("MLU3LU3EVV", "DrugBank", "DB15528", True),
    ]
    assert "not held here" in found.answer().lines[0].text


def test_another_store_asks_ours(
    server: Server, other: str, curated: Store, tmp_path: Path
) -> None:
    text = file_of(OURS, f"{server.url}sparql", tmp_path).read_text(encoding="utf-8")
    accept = {"accept": "text/csv", "content-type": "application/sparql-query"}
    reply = httpx.post(other, content=text.encode(), headers=accept, timeout=60)
    assert reply.status_code == 200, reply.text
    found = rows(reply.text)
    assert found and {row["mnemonic"] for row in found} == {"STAND_IN"}
    protein = "http://purl.uniprot.org/uniprot/Q16637"
    held = Graph(curated).to_networkx().in_edges(protein, data=True)
    told = {(row["thing"], row["relationLabel"]) for row in found}
    assert told == {(one, data["label"]) for one, _, data in held}
    assert {row["protein"] for row in found} == {protein}


def test_only_what_was_asked_for_is_sent(curated: Store, tmp_path: Path) -> None:
    """The parameter goes with the query, so that nobody is asked for all that they have."""
    sent: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            sent.append(parse_qs(body)["query"][0] if "query=" in body else body)
            reply = b'{"head": {"vars": []}, "results": {"bindings": []}}'
            self.send_response(200)
            self.send_header("content-type", "application/sparql-results+json")
            self.send_header("content-length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Listener) as listener:
        thread = Thread(target=listener.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{listener.server_port}/sparql"
        try:
            for path in QUESTIONS:
                question = read(file_of(path.stem, address, tmp_path))
                assert sent == [], "a file is read without a word to anyone"
                assert len(Graph(curated).ask(question, **question.examples())) == 0
                assert sent
                value = Graph(curated).find(*question.examples().values()).iri
                assert all(f"<{value}>" in text for text in sent), sent
                sent.clear()
        finally:
            listener.shutdown()
            thread.join()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_our_own_endpoint_asks_nobody(path: Path, server: Server) -> None:
    """Whoever asks a stranger's server to reach out uses its address, not their own."""
    reply = server.query(path.read_text(encoding="utf-8"))
    assert reply.status_code == 400
    assert "SERVICE is off here" in reply.text


@pytest.mark.parametrize("what", ["absent", "refusing"])
def test_an_endpoint_that_does_not_answer_is_one_error(
    what: str, built: Path, server: Server, tmp_path: Path
) -> None:
    address = {"absent": f"http://127.0.0.1:{free_port()}/", "refusing": f"{server.url}nowhere"}
    path = file_of("protein-in-uniprot", address[what], tmp_path)
    done = kg("query", str(path), "-p", "protein=UniProt:Q16637", "--store", str(built))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("kg: an endpoint that SERVICE names gave no answer: ")
    assert len(done.stderr.splitlines()) == 1
    text = f"SELECT * {{ SERVICE <{address[what]}> {{ ?a ?b ?c }} }}"
    with pytest.raises(NotAnswered):
        Graph(Store.open(built)).sparql(text)
    plain = tmp_path / "plain.rq"
    plain.write_text(text, encoding="utf-8")
    assert kg("query", str(plain), "--store", str(built)).returncode == 1


def test_a_question_names_its_endpoint_by_address(tmp_path: Path) -> None:
    text = (FOLDER / "protein-in-uniprot.rq").read_text(encoding="utf-8")
    path = tmp_path / "made.rq"
    path.write_text(ADDRESS.sub("SERVICE ?where", text), encoding="utf-8")
    with pytest.raises(InputError, match="SERVICE without an address"):
        read(path)


def test_the_readme_names_each() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "`queries/federated/`" in readme
    assert all(f"`{path.stem}`" in readme for path in FILES)
