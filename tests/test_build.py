"""The build: same bytes twice, the last good graph stays, killed at any moment."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.assemble import assemble
from kg.build import build
from kg.errors import BuildError, DoesNotConform, InputError, NoGraph
from kg.place import default_directory
from kg.rdf import nquads
from kg.resources import folder
from kg.store import Store


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the curated data, to spoil."""
    return Path(shutil.copytree(folder("data"), tmp_path / "data"))


def spoil(data: Path, file: str, old: str, new: str) -> None:
    path = data / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def snapshot(store: Path) -> dict[str, str]:
    """Every file a reader can reach, and its digest."""
    current = store / "generations" / (store / "CURRENT").read_text().strip()
    files = [store / "CURRENT", current / "graph.nq", current / "manifest.json"]
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_two_builds_give_the_same_bytes_and_the_same_generation(tmp_path: Path) -> None:
    one, two = build(tmp_path / "one"), build(tmp_path / "two")
    assert one.path.name == two.path.name
    for name in ("graph.nq", "manifest.json"):
        assert (one.path / name).read_bytes() == (two.path / name).read_bytes()


def test_the_bytes_do_not_depend_on_the_order_of_sets(tmp_path: Path) -> None:
    script = "import sys; from kg.assemble import assemble; from kg.rdf import nquads; "
    script += "sys.stdout.buffer.write(nquads(assemble()))"
    texts = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert texts[0] == texts[1]
    assert len(texts[0]) > 100_000


def test_a_built_graph_is_the_assembled_one_graph_by_graph_and_sorted(tmp_path: Path) -> None:
    built = build(tmp_path)
    text = (built.path / "graph.nq").read_bytes()
    lines = text.splitlines(keepends=True)
    assert b"".join(sorted(lines)) == nquads(assemble())
    graphs = [line.rsplit(b" ", 2)[1] for line in lines]
    assert [key for key, _ in groupby(graphs)] == sorted(set(graphs), key=graphs.index)
    for _, group in groupby(lines, key=lambda line: line.rsplit(b" ", 2)[1]):
        found = list(group)
        assert found == sorted(set(found))
    store = Store.open(tmp_path)
    assert {str(quad) for quad in store.quads()} == {
        str(quad) for quad in ox.parse(text, ox.RdfFormat.N_QUADS)
    }
    assert store.nquads() == text
    manifest = json.loads((built.path / "manifest.json").read_bytes())
    assert manifest == store.manifest
    assert manifest["sha256"] == hashlib.sha256(text).hexdigest()
    assert manifest["quads"] == len(text.splitlines()) == sum(manifest["graphs"].values())


def test_a_build_says_what_it_does_and_reports_conformance(tmp_path: Path) -> None:
    said: list[str] = []
    built = build(tmp_path, progress=said.append)
    assert built.report.conforms
    assert built.report.counts() == {"Violation": 0, "Warning": 0, "Info": 0}
    told = [line.split()[0] for line in said]
    assert sorted(told) == [
        "conforms",
        "derived",
        "found",
        "indexed",
        "loaded",
        "published",
        "read",
    ]
    assert told[-1] == "published"


def test_a_fault_in_the_input_leaves_the_last_good_graph(tmp_path: Path, data: Path) -> None:
    build(tmp_path / "store", data=data)
    before = snapshot(tmp_path / "store")
    spoil(data, "curated/itvisma.ttl", '"2025-11-24"^^xsd:date', '"2025-11-31"^^xsd:date')
    with pytest.raises(InputError, match=r"itvisma\.ttl:\d+: fact:itvisma-fda-approval df:date"):
        build(tmp_path / "store", data=data)
    assert snapshot(tmp_path / "store") == before


def test_a_graph_that_does_not_conform_is_not_published(tmp_path: Path, data: Path) -> None:
    build(tmp_path / "store", data=data)
    before = snapshot(tmp_path / "store")
    spoil(data, "curated/itvisma.ttl", "    df:minAgeMonths 24 ;", "    df:minAgeMonths -24 ;")
    with pytest.raises(DoesNotConform) as caught:
        build(tmp_path / "store", data=data)
    assert {result.focus.rpartition("/")[2] for result in caught.value.report.results} == {
        "2-years-and-older"
    }
    assert snapshot(tmp_path / "store") == before


def test_a_mapping_of_something_unknown_is_refused(tmp_path: Path, data: Path) -> None:
    spoil(data, "mappings/entities.sssom.tsv", "product:itvisma\t", "product:nobody\t")
    with pytest.raises(InputError, match=r"product:nobody is described nowhere"):
        build(tmp_path / "store", data=data)


def test_an_open_store_keeps_its_generation_while_others_are_published(
    tmp_path: Path, data: Path
) -> None:
    build(tmp_path / "store", data=data)
    reader = Store.open(tmp_path / "store")
    spoil(data, "curated/itvisma.ttl", 'rdfs:label "Itvisma" ', 'rdfs:label "Itvisma again" ')
    build(tmp_path / "store", data=data)
    ask = 'ASK { ?any rdfs:label "Itvisma again" }'
    assert not bool(reader.run(ask))
    assert bool(Store.open(tmp_path / "store").run(ask))


def test_only_the_current_generation_and_the_one_before_are_kept(
    tmp_path: Path, data: Path
) -> None:
    names = []
    for n in range(3):
        path = data / "curated" / "itvisma.ttl"
        path.write_text(path.read_text().replace('"Itvisma', f'"Itvisma {n}', 1))
        names.append(build(tmp_path / "store", data=data).path.name)
    assert {path.name for path in (tmp_path / "store" / "generations").iterdir()} == {*names[1:]}


def test_two_builds_at_once_are_refused_in_one_sentence(tmp_path: Path) -> None:
    import fcntl

    tmp_path.joinpath("lock").touch()
    with (tmp_path / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(BuildError, match="another build is writing to"):
            build(tmp_path)
    build(tmp_path)


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BuildError, match="cannot write to"):
        build(tmp_path / "file")


def test_without_a_build_there_is_no_graph_and_the_mend_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoGraph, match="run `kg build` first"):
        Store.open(tmp_path)


@pytest.mark.parametrize("part", ["manifest.json", "store/CURRENT"])
def test_a_damaged_store_says_so(tmp_path: Path, part: str) -> None:
    built = build(tmp_path)
    (built.path / part).write_text("{")
    with pytest.raises(NoGraph, match="build it again"):
        Store.open(tmp_path)


@pytest.mark.parametrize("part", ["manifest.json", "graph.nq", "store/CURRENT"])
def test_a_damaged_generation_is_mended_by_building_again(tmp_path: Path, part: str) -> None:
    built = build(tmp_path)
    text = (built.path / "graph.nq").read_bytes()
    (built.path / part).write_text("{")
    assert build(tmp_path).path == built.path
    store = Store.open(tmp_path)
    assert store.nquads() == text
    assert len(list(store.quads())) == store.manifest["quads"]


def test_the_store_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_STORE", "/somewhere/else")
    assert default_directory() == Path("/somewhere/else")
    monkeypatch.delenv("KG_STORE")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert default_directory() == Path("/data/drugfacts")


def test_killed_at_any_moment_the_old_graph_or_the_new_one_is_there(
    tmp_path: Path, data: Path
) -> None:
    """Kills spread over a build's whole time, the last ones over its writing."""
    store, source = tmp_path / "store", data / "curated" / "itvisma.ttl"
    old = build(store, data=data).path.name
    text = source.read_text()
    command = [sys.executable, "-m", "kg", "build", "--store", str(store), "--data", str(data)]
    started = time.monotonic()
    source.write_text(text.replace('"Itvisma"', '"Itvisma 0"', 1))
    subprocess.run(command, check=True, capture_output=True)
    whole = time.monotonic() - started
    random.seed(7)
    outcomes = set()
    for n in range(1, 51):
        old = (store / "CURRENT").read_text().strip()
        source.write_text(text.replace('"Itvisma"', f'"Itvisma {n}"', 1))
        process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        if n % 2:
            time.sleep(random.uniform(0, whole))
        else:  # let it reach the writing, then strike within it
            assert process.stderr is not None
            for line in process.stderr:
                if line.startswith(b"conforms"):
                    time.sleep(random.uniform(0, 0.05))
                    break
        process.send_signal(signal.SIGKILL)
        process.communicate()
        opened = Store.open(store)
        labels = [
            row["l"].value for row in opened.select("SELECT ?l { product:itvisma rdfs:label ?l }")
        ]
        assert len(labels) == 1
        now = (store / "CURRENT").read_text().strip()
        assert (labels == [f"Itvisma {n}"]) == (now != old)
        outcomes.add(now != old)
        assert opened.manifest["sha256"] == hashlib.sha256(opened.nquads()).hexdigest()
    final = build(store, data=data)
    assert not list((store / "generations").glob(".staging-*")), "orphans are collected"
    assert Store.open(store).path == final.path
    assert False in outcomes, "no kill came before the end"
