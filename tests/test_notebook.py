"""The notebook that a researcher starts from: valid, empty of outputs, and it runs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from kg.graph import Graph
from kg.store import Store
from tests.conftest import ROOT

NOTEBOOK = ROOT / "queries" / "start.ipynb"
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECONDS = 300
"""For one cell; more than any takes, on a machine that is busy."""


@pytest.fixture(scope="module")
def ran(built: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The cells by id, after they ran on the curated graph with warnings as errors."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    strict = "import warnings\n\nwarnings.simplefilter('error')"
    notebook.cells.insert(0, nbformat.v4.new_code_cell(strict))
    home = tmp_path_factory.mktemp("home")
    notebook.cells.append(nbformat.v4.new_code_cell("warnings.resetwarnings()"))  # the kernel's own
    client = NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": home}}
    )
    env = {**os.environ, "KG_STORE": str(built), "MPLCONFIGDIR": str(home)}
    client.execute(env=env)
    return {cell["id"]: cell for cell in notebook.cells}


def text(cell: Any) -> str:
    """What a cell shows in words: what it prints, and its table."""
    outputs = cell.get("outputs", ())
    found = [one.get("text", "") for one in outputs]
    found += [one.get("data", {}).get("text/plain", "") for one in outputs]
    return "".join(found)


def test_it_is_valid_and_holds_no_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    ids = [cell["id"] for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    code = [cell for cell in notebook.cells if cell["cell_type"] == "code"]
    assert len(code) > 8
    assert not [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"]]
    assert {"load", "ask", "frame", "network", "plot"} <= set(ids)


def test_its_file_is_written_one_way() -> None:
    """So that a change of it can be read."""
    held = NOTEBOOK.read_text(encoding="utf-8")
    again = json.dumps(json.loads(held), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    assert held == again


def test_every_cell_runs_without_a_warning(ran: dict[str, Any]) -> None:
    for name, cell in ran.items():
        assert "Warning" not in text(cell), name
        for output in cell.get("outputs", ()):
            assert output.get("name") != "stderr", output["text"]


def test_it_answers_with_evidence(ran: dict[str, Any]) -> None:
    said = text(ran["ask"])
    assert said.startswith("No. Zolgensma is not a cure for spinal muscular atrophy.")
    assert "characters 151–245" in said and "Not medical advice." in said


def test_its_frames_keep_what_is_not_plain(ran: dict[str, Any], curated: Store) -> None:
    assert "has not been studied in" in text(ran["negatives"])
    assert "is not a cure for" in text(ran["network"])
    shown = text(ran["network"])
    g = Graph(curated)
    name = "spinal muscular atrophy"
    edges, plain = g.to_networkx(around=name), g.to_networkx(around=name, plain=True)
    whole, stated = edges.number_of_edges(), plain.number_of_edges()
    assert f"{whole} edges, of which {stated} are plain statements" in shown
    assert whole > stated
    assert "False" in text(ran["kinds"]), "no fact is about what was asked for itself"


def test_its_plot_shows_the_decisions_that_the_graph_holds(
    ran: dict[str, Any], curated: Store
) -> None:
    rows = [line.split()[1:] for line in text(ran["decisions"]).splitlines()[1:]]
    held: dict[tuple[str, str], set[str]] = {}
    for row in Graph(curated).query("approved-before", date="2100"):  # type: ignore[union-attr]
        assert isinstance(row, dict)
        key = str(row["authorityLabel"]), str(row["approved"])[:4]
        held.setdefault(key, set()).add(str(row["drug"]))
    wanted = {(*key, "affirmed", str(len(drugs))) for key, drugs in held.items()}
    assert {tuple(row) for row in rows} == wanted
    assert ("FDA", "2019", "affirmed", "1") in wanted
    assert "tentativeApproval" not in ran["decisions"]["source"]
    for name in ("drawing", "plot"):
        (image,) = (
            one["data"]["image/png"] for one in ran[name]["outputs"] if "image/png" in one["data"]
        )
        assert len(image) > 5_000


def test_the_readme_names_it() -> None:
    assert "`queries/start.ipynb`" in README
    assert "drugfacts[notebook]" in README
