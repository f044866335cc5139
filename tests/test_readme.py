"""The README is true: every command in it runs, its Python prints what it says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.build import build
from kg.cli import cli
from kg.names import prefixes
from tests.conftest import ROOT
from tests.engines import free_port

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands(block: str) -> list[str]:
    return [line[2:] for line in block.splitlines() if line.startswith("$ ")]


COMMANDS = commands(blocks("console")[0])
SERVERS = [line for block in blocks("console")[1:] for line in commands(block)]
"""Servers run until they are stopped; their own tests start them."""


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A store, and the installed command first on the path."""
    store = tmp_path_factory.mktemp("readme")
    build(store)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "KG_STORE": str(store), "PATH": path}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_runs(command: str, setting: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        command, shell=True, cwd=tmp_path, env=setting, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout or list(tmp_path.iterdir())


def test_a_server_is_filled_and_asked_as_shown(setting: dict[str, str], tmp_path: Path) -> None:
    (block,) = (one for one in blocks("console") if "oxigraph serve" in one)
    served, *asked = commands(block.replace("localhost:7878", f"127.0.0.1:{free_port()}"))
    with subprocess.Popen(shlex.split(served), cwd=tmp_path, env=setting) as server:
        try:
            end = time.monotonic() + 30
            for command in asked:
                words = shlex.split(command)
                while (done := run(words, setting)).returncode and time.monotonic() < end:
                    assert "cannot be reached" in done.stderr, done.stderr
        finally:
            server.kill()
    assert done.stdout.startswith("No. ")


def run(words: list[str], setting: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, env=setting, capture_output=True, text=True, check=False)


def test_every_command_of_kg_is_shown() -> None:
    shown = {word for line in COMMANDS + SERVERS for word in re.findall(r"\bkg ([\w-]+)", line)}
    assert shown == set(cli.commands)


def test_the_eight_lines_work(setting: dict[str, str]) -> None:
    script = blocks("python")[0]
    assert len([line for line in script.splitlines() if line.strip()]) == 8
    done = subprocess.run(
        [sys.executable, "-c", script], env=setting, capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    assert lines[0].startswith("No. ")
    assert "Zolgensma FDA 2019-05-24" in lines
    assert lines[-3:] == ["False", "True", "48 direct triples"]


def test_the_turtle_is_in_the_graph(quads: list[ox.Quad]) -> None:
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes().items())
    shown = ox.parse((head + blocks("turtle")[0]).encode(), ox.RdfFormat.TURTLE)
    held = {(quad.subject, quad.predicate, quad.object) for quad in quads}
    assert all((one.subject, one.predicate, one.object) in held for one in shown)


def test_set_up_is_two_commands_and_both_are_targets() -> None:
    (setup,) = blocks("sh")
    makefile = (ROOT / "Makefile").read_text()
    for command in setup.split("\n")[:2]:
        assert re.search(rf"(?m)^{command.removeprefix('make ')}:", makefile)
    assert "make test" in (ROOT / ".ci" / "run").read_text()


def test_exit_codes_and_export_formats_are_those_of_the_code() -> None:
    from kg import errors
    from kg.exporting.registry import FORMS

    codes = {getattr(errors, name).exit_code for name in errors.__all__}
    line = next(line for line in README.splitlines() if line.startswith("- Exit codes"))
    assert {int(code) for code in re.findall(r"\b([0-9])\b", line)} == codes | {0}
    shown = next(line for line in README.splitlines() if line.startswith("- `kg export`"))
    text = README[README.index(shown) :].partition("\n- ")[0]
    assert set(re.findall(r"`([a-z][\w-]*)`", text)) == set(FORMS)
