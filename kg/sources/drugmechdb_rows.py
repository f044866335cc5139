"""DrugMechDB as its maintainers publish it: an archive with one YAML file a mechanism path.

``paths/<id>.yaml`` holds the drug, the disease, named nodes, directed links and the references
of the whole path; no link has references of its own. ``paths/_index.yaml`` lists the paths and
serves only to see that none is missing. Reading is strict: an unknown key anywhere is an error
that names the member.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.model import PartialDate
from kg.sources.drugmechdb_terms import KEYS, KINDS, PREFIXES
from kg.sources.files import SafeZip
from kg.sources.plain_yaml import load

__all__ = ["Link", "PathNode", "Row", "dated", "read"]

FOLDER, INDEX = "paths/", "_index.yaml"
LARGEST_INDEX = 4 << 20
"""Bytes of the largest index that is read (the largest known: 0.9 MB)."""


@dataclass(frozen=True, slots=True)
class PathNode:
    """A node as a path names it: ``id`` is the source's CURIE, ``label`` its kind there."""

    id: str
    label: str
    name: str
    alt_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A directed link between two nodes; ``number`` counts from 1 in the file."""

    number: int
    key: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Row:
    """One path. ``start`` and ``end`` are the ids of its drug and its disease.

    ``line`` is the place of the file in the archive, from 1; ``cells`` is every value of the
    file as text, under a name that says where it stands.
    """

    line: int
    id: str
    drug: str
    disease: str
    start: str
    end: str
    nodes: Mapping[str, PathNode]
    links: tuple[Link, ...]
    references: tuple[str, ...]
    cells: Mapping[str, str]


def dated(path: Path) -> PartialDate:
    """The day the archive was packed: the latest date of its members."""
    SafeZip(path)
    with zipfile.ZipFile(path) as archive:
        days = [member.date_time[:3] for member in archive.infolist()]
    if not days:
        raise InputError("is empty", file=path)
    return PartialDate("{:04}-{:02}-{:02}".format(*max(days)))


def read(path: Path) -> list[Row]:
    """Every path of the archive, in the order of their ids.

    :raises InputError: for a broken archive, a member of another name, a file that is no such
        path, and an index that does not list just these files.
    """
    archive = SafeZip(path)
    members = {name: archive.read(name) for name in sorted(archive.names())}
    for name in members:
        if not (name.startswith(FOLDER) and name.endswith(".yaml") and name.count("/") == 1):
            raise InputError("is no path of DrugMechDB", file=f"{path}/{name}")
    index = members.pop(FOLDER + INDEX, None)
    if index is None:
        raise InputError("has no index", file=path, field=FOLDER + INDEX)
    listed = _index(index, f"{path}/{FOLDER}{INDEX}")
    if differing := sorted(listed ^ {name.removeprefix(FOLDER) for name in members}):
        raise InputError(
            f"the index and the files differ by {differing[0]}", file=path, field=FOLDER + INDEX
        )
    return [
        _row(line, data, f"{path}/{name}", name.removeprefix(FOLDER)[:-5])
        for line, (name, data) in enumerate(members.items(), 1)
    ]


def _index(data: bytes, file: str) -> set[str]:
    """The names of the files that the index lists."""
    entries = _list(load(data, file=file, largest=LARGEST_INDEX), file, "index")
    needed, allowed = {"id", "file", "drug", "disease", "disease_mesh"}, {"drug_mesh", "drugbank"}
    for entry in entries:
        _keys(entry, needed, allowed, file, "index")
        if entry["file"] != f"{entry['id']}.yaml":
            raise InputError(f'"{entry["file"]}" is not the file of {entry["id"]}', file=file)
    if len({entry["file"] for entry in entries}) < len(entries):
        raise InputError("a path is listed twice", file=file)
    return {entry["file"] for entry in entries}


def _row(line: int, data: bytes, file: str, stem: str) -> Row:
    whole = load(data, file=file)
    needed = {"directed", "multigraph", "graph", "nodes", "links"}
    _keys(whole, needed, {"references", "comment"}, file, "file")
    for name in ("directed", "multigraph"):
        if whole[name] != "true":
            raise InputError(f'is "{whole[name]}"', file=file, field=name, mend="it must be true")
    graph = whole["graph"]
    ids = {"drug_mesh", "drugbank"}
    _keys(graph, {"_id", "drug", "disease", "disease_mesh"}, ids, file, "graph")
    if graph["_id"] != stem:
        raise InputError(f'is "{graph["_id"]}", not {stem}', file=file, field="_id")
    nodes = _nodes(whole["nodes"], file)
    links = _links(whole["links"], nodes, file)
    drugs = [graph[name] for name in sorted(ids, reverse=True) if graph.get(name) in nodes]
    return Row(
        line=line,
        id=graph["_id"],
        drug=_text(graph["drug"], file, "drug"),
        disease=_text(graph["disease"], file, "disease"),
        start=drugs[0] if drugs else "",
        end=graph["disease_mesh"] if graph["disease_mesh"] in nodes else "",
        nodes=nodes,
        links=links,
        references=tuple(
            _text(one, file, "references")
            for one in _list(whole.get("references", []), file, "references")
        ),
        cells=_cells("", whole),
    )


def _nodes(found: Any, file: str) -> dict[str, PathNode]:
    nodes: dict[str, PathNode] = {}
    for one in _list(found, file, "nodes"):
        _keys(one, {"id", "label", "name"}, {"alt_ids", "alt_names"}, file, "nodes")
        if one["label"] not in KINDS:
            raise InputError(f'unknown label "{one["label"]}"', file=file, field="nodes")
        prefix, colon, local = one["id"].partition(":")
        if prefix not in PREFIXES or not (colon and local):
            raise InputError(f'unknown kind of id "{one["id"]}"', file=file, field="nodes")
        alt = _list(one.get("alt_names", []), file, "alt_names")
        name = _text(one["name"], file, "name")
        node = PathNode(one["id"], one["label"], name, tuple(alt))
        if nodes.setdefault(node.id, node) != node:
            raise InputError(f"{node.id} stands for two nodes", file=file, field="nodes")
    return nodes


def _links(found: Any, nodes: Mapping[str, PathNode], file: str) -> tuple[Link, ...]:
    links = []
    for number, one in enumerate(_list(found, file, "links"), 1):
        _keys(one, {"key", "source", "target"}, set(), file, "links")
        if one["key"] not in KEYS:
            raise InputError(f'unknown key "{one["key"]}"', file=file, field=f"link {number}")
        for end in ("source", "target"):
            if one[end] not in nodes:
                raise InputError(
                    f"{one[end]} is no node of the path", file=file, field=f"link {number}"
                )
        links.append(Link(number, one["key"], one["source"], one["target"]))
    if not links:
        raise InputError("has no links", file=file)
    return tuple(links)


def _keys(found: Any, needed: set[str], allowed: set[str], file: str, where: str) -> None:
    if not isinstance(found, dict):
        raise InputError("is no mapping", file=file, field=where)
    if unknown := sorted(set(found) - needed - allowed):
        raise InputError(f'unknown key "{unknown[0]}"', file=file, field=where)
    if missing := sorted(needed - set(found)):
        raise InputError(f'missing key "{missing[0]}"', file=file, field=where)


def _list(found: Any, file: str, where: str) -> list[Any]:
    if not isinstance(found, list):
        raise InputError("is no list", file=file, field=where)
    return found


def _text(found: Any, file: str, where: str) -> str:
    text = found.strip() if isinstance(found, str) else ""
    if not text:
        raise InputError("is no text", file=file, field=where)
    return text


def _cells(name: str, found: Any) -> dict[str, str]:
    """Every value of a file as text, each under a name such as ``links 3 key``."""
    if isinstance(found, str):
        return {name: found}
    parts = found.items() if isinstance(found, dict) else enumerate(found, 1)
    cells: dict[str, str] = {}
    for part, value in parts:
        cells |= _cells(f"{name} {part}".strip(), value)
    return cells
