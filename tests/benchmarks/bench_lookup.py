"""Finding names among a million: building the index, opening it, exact and misspelt look-ups.

The names are made up of syllables, the same every time; ``KG_BENCH_NAMES`` takes another number.
"""

from __future__ import annotations

import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from kg.lookup import Lookup
from kg.name_base import NameBase
from kg.name_entries import Entry, entries
from kg.name_index import write_index
from kg.name_search import search
from kg.names import DF, expand, graph
from kg.place import NAME_INDEX
from kg.store import Store
from tests.benchmarks.side_by_side import compare, heading

NAMES = int(os.environ.get("KG_BENCH_NAMES", "1000000"))
HEADS = "ab da fe gli ima lo mero nusi ome pra ris sol tra vela xa zol".split()
MIDDLES = "bar cal di fen go lu mi no per qui ra sta ti ve zo".split()
TAILS = "cin dipine gene lamide mab nib olol parvovec pril sen statin tide vir xaban".split()
SALTS = "sodium hydrochloride mesylate calcium acetate phosphate monohydrate".split()
KINDS = {"Disease": "disease", "Gene": "protein", "Substance": "", "MedicinalProduct": "tablets"}


def graph_text(names: int) -> Iterator[bytes]:
    """N-Quads of entities with about so many names, a fact for every second entity."""
    chance = random.Random(7)
    into = f"<{graph('made')}> .\n"

    def line(one: str, relation: str, other: str) -> bytes:
        return f"<{one}> <{expand(relation)}> {other} {into}".encode()

    for number in range(names * 9 // 20):
        kind, noun = chance.choice(list(KINDS.items()))
        word = "".join(chance.choice(some) for some in (HEADS, MIDDLES, MIDDLES, TAILS))
        code = f"{word[:3].upper()}-{number}"
        one = expand(f"concept:{kind.lower()}-{number}")
        yield line(one, "rdf:type", f"<{DF}{kind}>")
        yield line(one, "rdfs:label", f'"{word} {noun or chance.choice(SALTS)} {number % 9000}"')
        yield line(one, "skos:altLabel", f'"{code}"')
        if number % 5 == 0:
            yield line(one, "skos:altLabel", f'"{word} {chance.choice(SALTS)} type {number % 700}"')
        if number % 2:
            fact = expand(f"fact:f{number}")
            yield line(fact, "rdf:subject", f"<{expand(f'concept:x{chance.randrange(9**5)}')}>")
            yield line(fact, "rdf:object", f"<{one}>")
            yield line(fact, "df:status", f"<{DF}current>")


def wrong(name: str, chance: random.Random) -> str:
    """A name with one letter lost, doubled, replaced or swapped."""
    at = chance.randrange(1, min(len(name), 10) - 1)
    one, two = name[at], name[at + 1]
    return name[:at] + chance.choice(("", one + one, "q", two + one)) + name[at + 1 :]


def timed(what: str, texts: list[str], way: Callable[[str], object]) -> None:
    """Print median and 95th percentile over many different texts."""
    times = []
    for text in texts:
        start = time.perf_counter()
        way(text)
        times.append(1000 * (time.perf_counter() - start))
    high = statistics.quantiles(times, n=20)[-1]
    print(f"  {what:<34} {statistics.median(times):10.2f} ms   p95 {high:8.2f} ms")


def seconds(what: str, since: float) -> None:
    print(f"  {what:<34} {time.perf_counter() - since:10.2f} s")


with tempfile.TemporaryDirectory() as folder:
    text, path = Path(folder) / "graph.nq", Path(folder) / NAME_INDEX
    with text.open("wb") as handle:
        handle.writelines(graph_text(NAMES))
    heading(f"Names of {text.stat().st_size / 1e6:,.0f} MB of N-Quads", "rapidfuzz", "pyoxigraph")
    print(f"  SQLite {sqlite3.sqlite_version}")
    start = time.perf_counter()
    with text.open("rb") as made:
        held = list(entries(made))
    seconds("read from the N-Quads", start)
    start = time.perf_counter()
    count = write_index(path, held)
    seconds("index written", start)
    size = path.stat().st_size / 1e6
    print(f"  {len(held):,} entities, {count:,} names and codes, {size:,.0f} MB")
    chance = random.Random(8)
    some: list[Entry] = chance.sample(held, min(500, len(held)))
    exact = [chance.choice(one.names)[1] for one in some]
    misspelt = [wrong(one.label, chance) for one in some]
    base = NameBase.open(path)
    lookup = Lookup(Store(Store.from_nquads(b"")._engine, {"names": count}, Path(folder)))
    lookup.search("warm up")
    timed("exact", exact, base.exact)
    timed("ranked, of a name", exact, lambda text: search(base, text, None, 10))
    timed(
        "ranked, of the beginning of a name", exact, lambda text: search(base, text[:5], None, 10)
    )
    timed("ranked, of a misspelling", misspelt, lambda text: search(base, text, None, 10))
    timed("ranked, of one misspelt word", [text.split()[0] for text in misspelt], lookup.search)
    right = sum(
        one.iri == fit.found.iri
        for one, text in zip(some, misspelt, strict=True)
        for fit in search(base, text, None, 1)
    )
    print(f"  {right} of {len(some)} misspelt labels find their entity first")
    compare(
        9,
        {
            "open and find one name": lambda: NameBase.open(path).exact(exact[0]),
            "open and rank one name": lambda: search(NameBase.open(path), exact[0], None, 10),
        },
    )
