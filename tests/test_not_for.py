"""What drugs are not for: the page and the two questions count and show the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.graph import Graph, named
from kg.names import DF
from kg.store import Store
from kg.web.explorer import not_for
from tests.site import Site, application
from tests.test_cli import kg, rows
from tests.test_cli import store as store

KINDS = {"a stage or severity": 2, "repeated use": 1}
"""The limitations of the curated graph by kind."""


@pytest.fixture
def site(store: Path) -> Site:
    return Site(application(Store.open(store)))


def test_the_kinds_are_counted_the_same_on_every_face(store: Path, site: Site) -> None:
    found = {
        one["kindLabel"]: one["facts"]
        for one in Graph(Store.open(store)).ask(named("not-for-kinds"))
    }
    assert found == KINDS
    told = rows(kg("query", "not-for-kinds", "--format", "csv", store=store).stdout)
    assert {one["kindLabel"]: int(one["facts"]) for one in told} == KINDS
    page = site.page("/not-for")
    assert "3 limitations of use" in page.text
    for label in KINDS:
        assert label in page.text
    links = [href for _, href in page.links]
    assert {"/not-for?kind=stageLimitation", "/not-for?kind=repetitionLimitation"} <= set(links)
    assert "/not-for" in [href for _, href in site.page("/about").links]


def test_a_kind_shows_each_fact_with_its_product_and_its_review(store: Path, site: Site) -> None:
    page = site.page("/not-for?kind=stageLimitation")
    facts = list(Graph(Store.open(store)).ask(named("not-for"), kind="stageLimitation"))
    assert len(facts) == KINDS["a stage or severity"]
    for one in facts:
        assert one["factLabel"] in page.text
        assert one["kind"] == DF + "stageLimitation"
    assert "curated" in page.text
    assert "2 limitations, 0 of them read by rules and unreviewed; page 1 of 1" in page.text


def test_many_facts_come_a_page_at_a_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(not_for, "SHOWN", 1)
    first = site.page("/not-for?kind=stageLimitation")
    assert "page 1 of 2" in first.text
    (on,) = (href for name, href in first.links if name == "On")
    second = site.page(on)
    assert "page 2 of 2" in second.text and second.text != first.text
    assert [href for name, href in second.links if name == "Back"] == [
        "/not-for?kind=stageLimitation&page=1"
    ]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("kind=nothing", "use one of "),
        ("kind=stageLimitation&page=2", "use 1 to 1"),
        ("kind=stageLimitation&page=0", "use 1 to 1"),
        ("kind=stageLimitation&page=x", "use 1 to 1"),
    ],
)
def test_what_is_not_there_is_said_with_the_mend(site: Site, query: str, told: str) -> None:
    reply = site.get(f"/not-for?{query}")
    assert reply.status_code == 400
    assert told in reply.text
