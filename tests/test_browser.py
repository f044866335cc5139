"""The pages in a real browser: read, followed, asked, on a phone, in the dark, and poisoned.

Debian's Chromium is driven by Playwright. Screenshots are written to ``screenshots/``, which git
ignores, to be looked at.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.build import build
from kg.names import expand
from kg.rdf import nquads
from tests.conftest import ROOT
from tests.poison import poisoned

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

CHROMIUM = shutil.which("chromium")
SHOTS = ROOT / "screenshots"
ASK = "/ask?q=Does+Zolgensmma+treat+SMA+in+adults%3F"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(
        CHROMIUM is None and "CI" not in os.environ, reason="no chromium on this machine"
    ),
]


@contextmanager
def served(store: Path) -> Iterator[str]:
    """``kg serve`` on a free port; the address that it prints."""
    command = [sys.executable, "-m", "kg", "serve", "--port", "0", "--store", str(store)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip().rstrip("/")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The curated graph, served."""
    place = tmp_path_factory.mktemp("curated")
    build(place)
    with served(place) as address:
        yield address


@pytest.fixture(scope="module")
def poison(tmp_path_factory: pytest.TempPathFactory, quads: list[ox.Quad]) -> Iterator[str]:
    """The same with every text and some addresses poisoned, served."""
    place = tmp_path_factory.mktemp("poisoned")
    folder = place / "generations" / "poisoned"
    folder.mkdir(parents=True)
    data = nquads(poisoned(quads))
    (folder / "graph.nq").write_bytes(data)
    store = ox.Store(str(folder / "store"))
    store.bulk_load(data, ox.RdfFormat.N_QUADS)
    store.flush()
    del store
    manifest = {"sha256": "0" * 64, "facts": 0, "quads": 0}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (place / "CURRENT").write_text("poisoned\n", encoding="utf-8")
    with served(place) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser."""
    assert CHROMIUM, "CI installs chromium: see .ci/run"
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Tab:
    """A page of the browser, and what happened in it that must not."""

    page: Any
    base: str
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def open(self, path: str) -> Any:
        """Go to a page of the site."""
        self.page.goto(self.base + path)
        return self.page

    def requested(self, request: Any) -> None:
        """Note what is asked of others."""
        if not request.url.startswith((self.base + "/", "data:", "blob:")):
            self.outside.append(request.url)

    def popped_up(self, dialog: Any) -> None:
        """Note a dialog: a script of someone ran."""
        self.dialogs.append(dialog.message)
        dialog.dismiss()


@contextmanager
def tab(chromium: Any, base: str, **options: Any) -> Iterator[Tab]:
    """A fresh tab; nothing may be asked of others, nothing may fail, nothing may pop up."""
    context = chromium.new_context(**({"viewport": DESK} | options))
    made = Tab(context.new_page(), base)
    made.page.set_default_timeout(15_000)
    made.page.on("request", made.requested)
    made.page.on("pageerror", lambda error: made.errors.append(str(error)))
    made.page.on("dialog", made.popped_up)
    yield made
    context.close()
    assert (made.outside, made.errors, made.dialogs) == ([], [], [])


def shot(page: Any, name: str, *, whole: bool = False) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=whole)


def test_a_reader_searches_reads_that_it_is_no_cure_follows_the_fact_and_asks_again(
    chromium: Any, base: str
) -> None:
    with tab(chromium, base) as one:
        page = one.open("/")
        shot(page, "home")
        page.get_by_role("combobox", name="Find a drug, disease, gene or code").fill("zolg")
        page.get_by_role("option", name="Zolgensma").first.wait_for()
        shot(page, "search")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/product/zolgensma")
        shot(page, "product", whole=True)
        denied = page.locator("#negative .claim--denied").first
        assert "Not so" in denied.inner_text()
        assert "is not a cure for spinal muscular atrophy" in denied.inner_text()
        assert "characters 151–245" in denied.inner_text()
        denied.get_by_role("link", name=re.compile("Drugs.com")).click()
        page.wait_for_url("**/fact/zolgensma-cures-sma")
        shot(page, "fact", whole=True)
        assert page.locator("a[href^='https://www.drugs.com/']").is_visible()
        page.get_by_role("link", name="Drugs.com: Is Zolgensma a cure for SMA?").click()
        page.wait_for_url("**/source/drugs-com-3559344")
        shot(page, "source")

        page = one.open("/questions/is-cure?drug=Zolgensma&disease=spinal+muscular+atrophy")
        assert page.locator(".verdict").inner_text().endswith("No")
        shot(page, "question", whole=True)
        page.get_by_role("link", name="Open it in the editor").click()
        page.wait_for_url("**/editor?*")
        page.locator(".yasqe_queryButton").click()
        page.locator(".yasr table td").get_by_text("denied").first.wait_for()
        shot(page, "editor")


def test_the_editor_completes_from_our_vocabulary_and_says_why_a_query_fails(
    chromium: Any, base: str
) -> None:
    with tab(chromium, base) as one:
        page = one.open("/editor")
        page.evaluate(
            """text => { const editor = document.querySelector('.CodeMirror').CodeMirror;
              editor.setValue(text); editor.setCursor(1, 99); editor.focus(); }""",
            "PREFIX df: <https://w3id.org/drugfacts/ontology#>\nSELECT * { ?a df:isNot",
        )
        page.keyboard.press("Control+Space")
        page.locator(".CodeMirror-hints").get_by_text("df:isNotCureFor").wait_for()
        page.keyboard.press("Escape")
        page.evaluate(
            "document.querySelector('.CodeMirror').CodeMirror.setValue('SELECT nonsense')"
        )
        page.locator(".yasqe_queryButton").click()
        page.locator(".yasr .errorResult").get_by_text("not a SPARQL query").first.wait_for()


def test_a_form_suggests_and_takes_what_is_meant(chromium: Any, base: str) -> None:
    with tab(chromium, base) as one:
        page = one.open("/questions/is-cure")
        page.get_by_label("the product").fill("zolgen")
        page.get_by_role("option", name="Zolgensma").first.click()
        page.get_by_label("the disease").fill("SMA")
        page.get_by_role("button", name="Ask").click()
        page.wait_for_url("**/questions/is-cure?*")
        assert page.locator(".verdict").inner_text().endswith("No")


def test_the_keyboard_reaches_the_content_first(chromium: Any, base: str) -> None:
    with tab(chromium, base) as one:
        page = one.open("/product/zolgensma")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_question_in_words_is_answered_without_a_script(chromium: Any, base: str) -> None:
    with tab(chromium, base, java_script_enabled=False) as one:
        page = one.open("/")
        page.get_by_label("In your own words").fill("Is Zolgensmma a cure for SMA?")
        page.get_by_role("button", name="Ask").click()
        page.wait_for_url("**/ask?q=*")
        assert page.locator(".verdict").inner_text().endswith("No")
        shot(page, "ask-answered")
        page.locator(".fact-link").first.click()
        page.wait_for_url("**/fact/zolgensma-cures-sma")


def test_pages_are_read_without_a_script(chromium: Any, base: str) -> None:
    with tab(chromium, base, java_script_enabled=False) as one:
        page = one.open("/")
        page.get_by_label("Find a drug, disease, gene or code").fill("zolgensma")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=zolgensma")
        page.locator(".hits a").first.click()
        page.wait_for_url("**/product/zolgensma")
        assert page.get_by_text("is not a cure for").first.is_visible()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/product/zolgensma",
        "/fact/zolgensma-treats-sma-us",
        "/questions",
        "/editor",
        "/about",
        ASK,
    ],
)
def test_a_phone_and_the_dark_show_it_whole_and_axe_finds_nothing_serious(
    chromium: Any, base: str, path: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    name = path.partition("?")[0].strip("/").replace("/", "-") or "home"
    for size, scheme in (("phone", "light"), ("desk", "dark")):
        view = PHONE if size == "phone" else DESK
        with tab(chromium, base, viewport=view, color_scheme=scheme) as one:
            page = one.open(path)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            whole = path != "/editor"  # the vendored editor is its makers'
            found = axe.run(page, context="body" if whole else ".editor-page > :not(#yasgui)")
            shot(page, f"{name}-{size}-{scheme}")
            serious = [
                (each["id"], each["nodes"][0]["html"][:200], each["nodes"][0]["failureSummary"])
                for each in found.response["violations"]
                if each["impact"] in ("serious", "critical")
            ]
            assert serious == []


def test_a_poisoned_graph_runs_no_script_and_asks_no_one(chromium: Any, poison: str) -> None:
    with tab(chromium, poison) as one:
        for path in (
            "/",
            "/product/zolgensma",
            "/entity/MONDO:0001516",
            "/fact/zolgensma-cures-sma",
            "/fact/zolgensma-treats-sma-us",
            "/source/drugs-com-3559344",
            "/about",
            "/ontology",
            "/search?q=alert",
            "/questions/is-cure?drug=product:zolgensma&disease=MONDO:0001516",
            "/ask?q=is product:zolgensma a cure for MONDO:0001516",
        ):
            page = one.open(path)
            bad = "a[href^='javascript:' i], a[href^='data:' i], [onerror], [onload]"
            assert page.locator(bad).count() == 0, path
            if path == "/product/zolgensma":
                shot(page, "poisoned")
        page = one.open("/")
        page.get_by_role("combobox").first.fill("alert")
        page.get_by_role("option").first.wait_for()


def test_a_poisoned_result_in_the_editor_is_text(chromium: Any, poison: str) -> None:
    with tab(chromium, poison) as one:
        page = one.open("/editor")
        product, broader = expand("product:zolgensma"), expand("skos:broader")
        query = f"SELECT * {{ {{ <{product}> ?p ?o }} UNION {{ ?s <{broader}> ?o }} }} LIMIT 60"
        page.evaluate(
            "text => document.querySelector('.CodeMirror').CodeMirror.setValue(text)", query
        )
        page.locator(".yasqe_queryButton").click()
        page.locator(".yasr table td").get_by_text("javascript:alert(1)").first.wait_for()
        shot(page, "poisoned-editor")
        assert page.locator(".yasr a[href^='javascript:' i]").count() == 0
        assert page.locator(".yasr td img, .yasr td script, .yasr td svg").count() == 0
