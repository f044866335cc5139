"""Where real sources disagree: the curated graph as the command tells it, and two registers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kg.assemble import assembled
from kg.build import build
from kg.claims import Claims
from kg.disagree import disagreements
from kg.identity import Identity
from kg.model import SourceVersion
from kg.names import compact
from kg.sources import drugs_at_fda, purple_book
from kg.sources.tally import Tally
from kg.vocabulary import Vocabulary
from tests.conftest import SHARED
from tests.test_cli import kg, rows
from tests.test_disagree import kind, named


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("disagreeing")
    build(path)
    return path


def test_the_curated_graph_tells_both_places_of_each_disagreement(store: Path) -> None:
    done = kg("disagreements", "--product", "Zolgensma", "--format", "csv", store=store)
    assert done.returncode == 0, done.stderr
    told: dict[str, list[tuple[str, str]]] = {}
    for row in rows(done.stdout):
        assert row["place"]
        version = compact(row["version"]).removeprefix("source:")
        told.setdefault(row["disagreementLabel"], []).append((version, row["valueLabel"]))
    page = ("drugs-com-3559344-2023-12-29", "children younger than 2 years with mutations in SMN1")
    label = (
        "fda-labels-2024",
        "paediatric patients younger than 2 years with bi-allelic mutations in SMN1",
    )
    ema = "ema-medicines-2023-12-05"
    use = "population for spinal muscular atrophy"
    assert told == {
        f"Itvisma and Zolgensma: {use} (different products, presentations or applications)": [
            page,
            label,
            ("itvisma-news-2026-11", "patients 2 years and older"),
        ],
        f"Zolgensma: {use} (authorities differ)": [
            (ema, "5q SMA, bi-allelic mutation in SMN1, up to 3 copies of SMN2"),
            (ema, "5q SMA, bi-allelic mutation in SMN1, clinical diagnosis of type 1"),
            page,
            label,
        ],
        f"Zolgensma: {use} (one within the other)": [page, label],
    }


def test_in_words_each_value_has_its_source_revision_and_place(store: Path) -> None:
    done = kg("disagreements", "-p", "Zolgensma", "-k", "scope", "--format", "text", store=store)
    headline, page, label, *_ = done.stdout.splitlines()
    assert headline.endswith("(one within the other).")
    for words in ("FDA", "Drugs.com", "29 December 2023", "characters 1082 to 1233"):
        assert words in page
    for words in ("FDA", "US labels", "2024", "line 65"):
        assert words in label
    assert done.stdout.endswith("Not medical advice.\n")


def test_a_month_beside_its_day_is_no_disagreement(store: Path) -> None:
    """The page says May 2019, the Purple Book 24 May 2019; both are in the graph."""
    done = kg("query", "approvals", "-p", "drug=Zolgensma", "--format", "csv", store=store)
    assert {"2019-05", "2019-05-24"} <= {row["date"] for row in rows(done.stdout)}
    done = kg("disagreements", "-p", "Zolgensma", "-k", "contradiction", store=store)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.shared
def test_two_registers_of_the_fda() -> None:
    """The Purple Book beside Drugs@FDA, six years older: holders changed, one date differs."""
    nodes = assembled().nodes
    identity, claims = Identity(Vocabulary(), nodes), Claims(nodes)
    read: list[tuple[Any, Any]] = []
    for register in (purple_book, drugs_at_fda):
        read.append((register, register.read(next((SHARED / "sources").glob(register.GLOB)))))
        identity.reading(register.NAME)
        identity.see(register.products(read[-1][1]))
    identity.resolve()
    for register, table in read:
        version = next(
            node.iri
            for node in nodes
            if isinstance(node, SourceVersion) and register.NAME in node.version_of
        )
        for node in register.facts(table, identity, version, Tally(register.NAME)):
            claims.take(node)
    for entity in identity.entities({}):
        claims.take(entity)
    told = disagreements(claims)
    assert Counter(map(named, told)) == {
        "contradiction date": 1,
        "differentProduct date": 5,
        "differentProduct population": 1,
        "divergence population": 3,
        "scope hasActiveSubstance": 1,
        "scope hasRoute": 5,
        "scope population": 1,
        "stale hasMarketingStatus": 27,
        "stale holder": 47,
    }
    (date,) = (node for node in told if kind(node) == "contradiction")
    assert date.label == "Retavase: date (cannot all be true)"
