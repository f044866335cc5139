"""The benchmarks run and print ratios with the versions; no time is asserted."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT

NAMES = re.search(r"for what in ([\w ]+);", (ROOT / "Makefile").read_text())


def test_make_bench_runs_every_script() -> None:
    assert NAMES is not None
    files = (ROOT / "tests" / "benchmarks").glob("bench_*.py")
    assert {file.stem.removeprefix("bench_") for file in files} == set(NAMES.group(1).split())


@pytest.mark.parametrize("name", ["load"])
def test_a_benchmark_prints_ratios_and_versions(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.bench_{name}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "rdflib 7." in done.stdout
    assert len(re.findall(r"[0-9.]+ × the first", done.stdout)) == 4
