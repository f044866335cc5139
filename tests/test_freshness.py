"""The table of freshness: its numbers add up, its order, and that every face has the same rows."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import rdf
from kg.errors import InputError
from kg.graph import Graph
from kg.model import PartialDate, SourceVersion
from kg.names import expand, own
from kg.revising.freshness import COLUMNS, day, table
from kg.store import Store
from tests.site import Site, application
from tests.test_cli import fails, kg, rows
from tests.test_cli import store as store

ON = "2026-12-31"
WITH_EVIDENCE = """
SELECT (COUNT(DISTINCT ?fact) AS ?facts) WHERE {
  ?fact df:polarity ?polarity ; df:status df:current ; df:evidence ?evidence
}"""


def with_evidence(graph: Graph) -> int:
    return int(next(iter(graph.select(WITH_EVIDENCE)))["facts"])


def test_the_numbers_add_up_to_the_facts_with_evidence(curated: Store) -> None:
    graph = Graph(curated)
    assert sum(one.facts for one in graph.freshness(ON)) == with_evidence(graph) == 56


def test_each_row_is_what_the_facts_themselves_say(curated: Store) -> None:
    for row in Graph(curated).freshness(ON):
        bound = {"source": ox.NamedNode(expand(row.source))}
        said = [
            (one["date"].value, one["fact"].value)
            for one in curated.select(
                "SELECT ?fact ?date { ?fact df:lastConfirmedIn ?v ; df:status df:current . "
                "?v df:versionOf ?source ; df:versionDate ?date }",
                bound,
            )
        ]
        assert row.facts == len(said)
        oldest = min(day for day, _ in said)
        assert (row.oldest, row.last_confirmed) == (oldest, max(day for day, _ in said))
        facts = sorted(fact for day, fact in said if day == oldest)[:3]
        assert [expand(fact) for fact in row.oldest_facts] == facts
        assert row.age_days_most == (date(2026, 12, 31) - PartialDate(oldest).earliest).days
        assert row.age_days == (date(2026, 12, 31) - PartialDate(oldest).latest).days


def test_what_was_confirmed_longest_ago_is_on_top(curated: Store) -> None:
    ages = [one.age_days_most for one in Graph(curated).freshness(ON)]
    assert ages == sorted(ages, reverse=True)
    assert ages[0] > 2_700, "the Drugs@FDA files of 2019"


def test_an_age_is_a_span_where_the_date_is_a_month_or_a_year(curated: Store) -> None:
    found = {one.source: one for one in Graph(curated).freshness("2026-11-21")}
    year, month = found["source:fda-labels"], found["source:verified-identifiers"]
    assert (year.age_days, year.age_days_most) == (690, 1055)
    assert (month.age_days, month.age_days_most) == (0, 20), "the month is not over yet"


def test_a_newer_revision_that_confirms_nothing_leaves_its_source_behind(
    quads: list[ox.Quad],
) -> None:
    newer = SourceVersion(
        iri=own("source", "newer"),
        kinds=("df:SourceVersion",),
        label="newer",
        version_of=expand("source:fda-purple-book"),
        version_date=PartialDate("2026-01"),
        retrieved=PartialDate("2026-02-03"),
    )
    added = [*quads, *rdf.quads(newer, own("graph", "sources"))]
    found = {one.source: one for one in Graph(Store.from_nquads(rdf.nquads(added))).freshness(ON)}
    row = found["source:fda-purple-book"]
    assert (row.revision, row.retrieved) == ("2026-01", "2026-02-03")
    assert (row.last_confirmed, row.behind) == ("2025-04", row.facts)
    assert found["source:ema-medicines"].behind == 0
    assert found["source:ema-medicines"].retrieved == "", "not noted is not today"


def test_never_confirmed_counts_as_first_seen_and_what_is_past_does_not_count(
    quads: list[ox.Quad],
) -> None:
    cures, reverses = (
        expand(f"fact:zolgensma-{name}") for name in ("cures-sma", "reverses-damage")
    )
    last, status = expand("df:lastConfirmedIn"), expand("df:status")
    kept = []
    for quad in quads:
        if (rdf.value(quad.subject), rdf.value(quad.predicate)) == (cures, last):
            continue
        if (rdf.value(quad.subject), rdf.value(quad.predicate)) == (reverses, status):
            retracted = ox.NamedNode(expand("df:retracted"))
            quad = ox.Quad(quad.subject, quad.predicate, retracted, quad.graph_name)
        kept.append(quad)
    graph = Graph(Store.from_nquads(rdf.nquads(kept)))
    assert sum(one.facts for one in graph.freshness(ON)) == with_evidence(graph) == 55
    (page,) = (one for one in graph.freshness(ON) if "drugs-com" in one.source)
    assert (page.facts, page.oldest) == (26, "2023-12-29")


def test_of_many_facts_the_first_is_named(curated: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    few = {one.source: one.oldest_facts for one in Graph(curated).freshness(ON)}
    monkeypatch.setattr("kg.revising.freshness.FEW", 0)
    many = {one.source: one.oldest_facts for one in Graph(curated).freshness(ON)}
    assert many == {source: facts[:1] for source, facts in few.items()}


def test_the_same_rows_on_the_command_in_python_and_on_the_web(store: Path) -> None:
    graph = Graph(Store.open(store))
    want = [[str(cell) for cell in row] for row in table(graph.freshness(ON))]
    done = kg("freshness", "--on", ON, "--format", "csv", store=store)
    assert [list(row.values()) for row in rows(done.stdout)] == want
    site = Site(application(graph.store))
    reply = site.get(f"/freshness.csv?on={ON}")
    assert reply.text == done.stdout
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    tree = site.get(f"/freshness.json?on={ON}")
    assert [[str(one[name]) for name in COLUMNS] for one in tree.json()] == want
    assert tree.text == kg("freshness", "--on", ON, "--format", "json", store=store).stdout
    page = site.page(f"/freshness?on={ON}")
    for one in graph.freshness(ON):
        assert one.label in page.text and f"{one.facts:,}" in page.text
    assert next(csv.reader(io.StringIO(reply.text))) == list(COLUMNS)


def test_the_page_is_found_from_about_and_kept_for_its_day_only(store: Path) -> None:
    site = Site(application(Store.open(store)))
    assert "/freshness" in [href for _, href in site.page("/about").links]
    tag = site.get(f"/freshness?on={ON}").headers["etag"]
    assert site.get(f"/freshness?on={ON}", {"If-None-Match": tag}).status_code == 304
    assert site.get("/freshness?on=2027-01-01", {"If-None-Match": tag}).status_code == 200
    today = site.get("/freshness")
    assert "etag" not in today.headers, "tomorrow the same address says something else"
    assert today.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("on", ["2026", "2026-02", "tomorrow", "2026-02-30"])
def test_a_day_that_is_none_is_refused_on_every_face(store: Path, on: str) -> None:
    with pytest.raises(InputError, match="on: "):
        day(on)
    fails(kg("freshness", "--on", on, store=store), 2, "on: ")
    assert (
        Site(application(Store.open(store))).get(f"/freshness.json?on={on}", {}).status_code == 400
    )


def test_no_day_means_today(curated: Store) -> None:
    assert day(None) == day("") == date.today()
    assert Graph(curated).freshness() == Graph(curated).freshness(date.today().isoformat())
