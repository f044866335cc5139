"""The file of a built graph gives each graph's triples, however it is cut into blocks."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import graph_file
from kg.graph_file import GraphFile
from kg.store import Store


@pytest.mark.parametrize("block", [1, 1000, 1 << 22])
def test_every_graph_has_the_triples_of_the_file(
    built: Path, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_file, "_BLOCK", block)
    store = Store.open(built)
    assert store.path is not None
    file = GraphFile(store.path / "graph.nq")
    held = list(ox.parse(store.nquads(), ox.RdfFormat.N_QUADS))
    for name, size in store.manifest["graphs"].items():
        graph = ox.NamedNode(name)
        found = list(file.triples(name))
        assert found == [quad.triple for quad in held if quad.graph_name == graph]
        assert len(found) == size


def test_graphs_may_take_turns_and_need_not_be_there(tmp_path: Path) -> None:
    path = tmp_path / "graph.nq"
    lines = [f'<urn:x:{n}> <urn:x:p> "a <urn:x:g> ." <urn:x:g{n % 2}> .\n' for n in range(9)]
    path.write_text("".join(lines), encoding="utf-8")
    file = GraphFile(path)
    even = [one.subject.value for one in file.triples("urn:x:g0")]  # type: ignore[union-attr]
    assert even == [f"urn:x:{n}" for n in range(0, 9, 2)]
    assert list(file.triples("urn:x:none")) == []
    path.write_text("", encoding="utf-8")
    assert list(GraphFile(path).triples("urn:x:g0")) == []
