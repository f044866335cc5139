"""Fixtures that many tests share: the curated graph, built once, and the publishers' files.

The publishers' files lie beside the project (``../shared``) on our machines and in CI, not in a
user's clone. A test that reads them carries the mark ``shared``: it is skipped, with the reason,
where they are absent, and where they are there a run in which one of them is skipped, or in
which fewer are run than :data:`SHARED_TESTS`, fails.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import settings

from kg import rdf
from kg.assemble import assembled
from kg.store import Store

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("DRUGFACTS_SHARED", ROOT.parent / "shared"))
PAGE = SHARED / "pages" / "drugs-com-zolgensma-cure-sma.txt"
SHARED_TESTS = 434
LONG = 200
"""From how many letters a text is not part of a test's name."""

# Machines are noisy: no example has a deadline; and CI tries the same examples every time.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")

pytest.register_assert_rewrite("tests.hierarchy", "tests.serving", "tests.threats")

_seen: Counter[str] = Counter()
_measured: list[str] = []
"""What tests have measured, by their property ``measured``; told at the end of a run."""


@pytest.fixture(scope="session")
def quads() -> list[ox.Quad]:
    """The curated graph as quads, with all that a build derives and computes of it."""
    return assembled().quads


@pytest.fixture(scope="session")
def curated(quads: list[ox.Quad]) -> Store:
    """The curated graph in a store in memory."""
    return Store.from_nquads(rdf.nquads(quads))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store directory with the curated graph, built once for all that only read it."""
    from kg.build import build

    place = tmp_path_factory.mktemp("built")
    build(place)
    return place


@pytest.fixture(scope="session")
def page() -> str:
    """The captured page this project began with."""
    return PAGE.read_text(encoding="utf-8")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A long text goes by its length: a test's name stands in the environment of what it starts."""
    if isinstance(val, str | bytes) and len(val) > LONG:
        return f"{argname} of {len(val)}"
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not SHARED.is_dir():
        absent = pytest.mark.skip(reason=f"the publishers' files are not at {SHARED.name}/")
        for item in items:
            if item.get_closest_marker("shared"):
                item.add_marker(absent)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call":
        _measured.extend(str(text) for name, text in report.user_properties if name == "measured")
    if "shared" in report.keywords and (report.when == "call" or report.skipped):
        _seen["skipped" if report.skipped else "run"] += 1


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workerinput") or not SHARED.is_dir():
        return
    option = session.config.option
    whole = not (option.keyword or option.markexpr or option.collectonly)
    whole = whole and not getattr(option, "lf", False) and session.config.args == ["tests"]
    if _seen["skipped"] or (whole and _seen["run"] != SHARED_TESTS):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    run, skipped = _seen["run"], _seen["skipped"]
    for text in _measured:
        terminalreporter.write_line(text)
    terminalreporter.write_line(
        f"tests over the publishers' files: {run} run, {skipped} skipped"
        + (f" (a whole run has {SHARED_TESTS})" if SHARED.is_dir() else "")
    )
