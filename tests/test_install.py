"""Installed into an empty environment, the package works from any folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.mark.install
def test_the_wheel_carries_all_that_build_check_and_a_query_need(tmp_path: Path) -> None:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("KG_", "PYTHON"))}

    def run(*command: object, cwd: Path = ROOT) -> str:
        words = list(map(str, command))
        done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    wheels = tmp_path / "wheels"
    run(sys.executable, "-m", "build", "--wheel", "--outdir", wheels, ROOT)
    (wheel,) = wheels.glob("drugfacts-*.whl")
    assert wheel.stat().st_size < 1_300_000
    venv.create(tmp_path / "empty", with_pip=True)
    binaries = tmp_path / "empty" / "bin"
    run(binaries / "python", "-m", "pip", "install", "--quiet", wheel)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    env["XDG_DATA_HOME"] = str(tmp_path / "home")
    assert "56 facts" in run(binaries / "kg", "build", cwd=elsewhere)
    assert run(binaries / "kg", "check", cwd=elsewhere) == "the graph conforms\n"
    ask = (binaries / "kg", "query", "is-cure", "-p", "drug=Zolgensma", "-p", "disease=SMA")
    assert run(*ask, cwd=elsewhere).startswith("No. ")
    (script,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert "direct triples" in run(binaries / "python", "-c", script, cwd=elsewhere)
    code = "import kg; print(kg.__file__, len(kg.open().query('treatments-for', disease='SMA')))"
    shown = run(binaries / "python", "-c", code, cwd=elsewhere)
    assert str(tmp_path / "empty") in shown
    assert shown.endswith(" 10\n")
