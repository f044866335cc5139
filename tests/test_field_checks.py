"""KGX's and SSSOM's own validators accept what we export, where they are installed."""

from __future__ import annotations

import csv
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kg.exporting.facts import Facts
from kg.exporting.registry import FORMS
from kg.store import Store
from tests.conftest import ROOT

PYTHON = os.environ.get("FIELD_PYTHON", "")
OURS = ("product", "concept", "substance")
"""The prefixes of our own things, which the Biolink Model cannot know."""

pytestmark = pytest.mark.skipif(
    not PYTHON, reason="FIELD_PYTHON names no Python that has kgx, sssom and biolink-model"
)


def checked(*command: object) -> Any:
    script = ROOT / "tests" / "field_checks.py"
    done = subprocess.run(
        [PYTHON, str(script), *map(str, command)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def exported(name: str, store: Store, path: Path) -> Path:
    if FORMS[name].files:
        path.mkdir()
    FORMS[name].run(Facts(store), path)
    return path


@pytest.mark.parametrize("ending", ["tsv", "jsonl"])
def test_kgx_finds_no_error(ending: str, curated: Store, tmp_path: Path) -> None:
    path = exported(f"kgx-{ending}", curated, tmp_path / "kgx")
    assert checked("kgx", path, ending, *OURS) == {}


def test_kgx_would_find_an_error(curated: Store, tmp_path: Path) -> None:
    path = exported("kgx-tsv", curated, tmp_path / "kgx")
    edges = path / "edges.tsv"
    text = edges.read_text(encoding="utf-8")
    edges.write_text(text.replace("biolink:treats", "biolink:heals"), encoding="utf-8")
    assert "INVALID_EDGE_PREDICATE" in checked("kgx", path, "tsv", *OURS)["ERROR"]
    assert set(checked("kgx", path, "tsv")["ERROR"]) > {"INVALID_EDGE_PREDICATE"}


def test_sssom_reads_every_mapping_and_finds_no_error(curated: Store, tmp_path: Path) -> None:
    path = exported("sssom", curated, tmp_path / "set.sssom.tsv")
    every = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines = [line for line in every if not line.startswith("#")]
    rows = len(list(csv.reader(lines, delimiter="\t"))) - 1
    assert checked("sssom", path) == {"rows": rows, "errors": []}
