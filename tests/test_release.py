"""A release is whole, checked by others' tools, the same each time, and holds nothing withheld."""

from __future__ import annotations

import gzip
import json
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg import rdf
from kg.cli import cli
from kg.derive import derive
from kg.errors import InputError
from kg.exporting.reading import text
from kg.exporting.registry import FORMS
from kg.model import (
    Entity,
    Fact,
    PartialDate,
    Population,
    Record,
    Source,
    SourceVersion,
    TextSection,
)
from kg.names import BASE, DF, expand, graph, own
from kg.releasing.changes import INDEX, Change, Line, changes, read
from kg.releasing.release import Released, date_of, last, release
from kg.store import Store

DAY = "1790000000"  # 2026-09-21
"""Seconds of a release's day."""


@pytest.fixture(scope="module")
def released(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Released]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", DAY)
        yield release(Store.open(built), tmp_path_factory.mktemp("releases"))


def files(folder: Path) -> set[str]:
    return {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}


def quads_of(folder: Path) -> set[ox.Quad]:
    with gzip.open(folder / "drugfacts.nq.gz") as handle:
        return set(ox.parse(handle.read(), ox.RdfFormat.N_QUADS))


def data(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


# ---------------------------------------------------------------- what is in it


def test_it_has_every_export_with_its_loss_report(released: Released) -> None:
    assert released.path.name == "drugfacts-2026-09-21"
    expected = {
        *("README.md", "SHA256SUMS", "facts.tsv.gz", "changes.tsv.gz", "sources.tsv"),
        *("release.json", "shacl-report.ttl", "void.ttl", "croissant.json"),
        "ro-crate-metadata.json",
    }
    for name, form in FORMS.items():
        assert bool(form.ending) != bool(form.files)
        expected |= {f"{name}/{file}" for file in form.files}
        expected |= {f"drugfacts.{form.ending}.gz"} if form.ending else set()
        expected.add(f"loss/{name}.json")
        assert data(released.path, f"loss/{name}.json")["format"] == name
    assert files(released.path) == expected
    page = (released.path / "README.md").read_text(encoding="utf-8")
    assert "Nothing here is medical advice." in page
    listed = expected - {"README.md", "SHA256SUMS", "ro-crate-metadata.json"}
    assert {name for name in listed if f"`{name}`" not in page} == set()


def test_sha256sum_finds_every_file_as_it_was_written(released: Released, tmp_path: Path) -> None:
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    done = subprocess.run(command, cwd=released.path, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert {line.removesuffix(": OK") for line in lines} == files(released.path) - {"SHA256SUMS"}


def test_the_same_graph_gives_the_same_bytes(
    released: Released, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY)
    again = release(Store.open(built), tmp_path)
    for name in files(released.path) | files(again.path):
        assert (released.path / name).read_bytes() == (again.path / name).read_bytes(), name


def test_it_conforms_and_the_report_says_so(released: Released) -> None:
    assert released.conforms
    triples = list(ox.parse((released.path / "shacl-report.ttl").read_bytes(), ox.RdfFormat.TURTLE))
    assert [q.object.value for q in triples if q.predicate.value == expand("sh:conforms")] == [
        "true"
    ]


def test_it_is_described_by_void_and_dcat(released: Released, curated: Store) -> None:
    store = ox.Store()
    store.load((released.path / "void.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    names = {"void": "http://rdfs.org/ns/void#", "dcat": "http://www.w3.org/ns/dcat#"}
    names |= {"dcterms": "http://purl.org/dc/terms/", "spdx": "http://spdx.org/rdf/terms#"}

    def rows(text: str) -> list[list[str]]:
        found = store.query(text, prefixes=names)
        assert isinstance(found, ox.QuerySolutions)
        return [[term.value for term in row] for row in found]

    ((this, size),) = rows("SELECT ?d ?n { ?d a dcat:Dataset, void:Dataset ; void:triples ?n }")
    assert this == f"{BASE}release/2026-09-21"
    assert int(size) == len(quads_of(released.path))
    subsets = rows("SELECT ?g ?n { ?d void:subset [ dcterms:identifier ?g ; void:triples ?n ] }")
    counted: dict[str, int] = {}
    for quad in quads_of(released.path):
        name = text(quad.graph_name)
        counted[name] = counted.get(name, 0) + 1
    assert {name: int(n) for name, n in subsets} == counted
    listed = rows(
        "SELECT ?name ?size ?sum { ?d dcat:distribution [ dcterms:identifier ?name ; "
        "dcat:byteSize ?size ; spdx:checksum/spdx:checksumValue ?sum ] }"
    )
    sums = {row[66:]: row[:64] for row in lines(released.path / "SHA256SUMS")}
    assert len(listed) > 40
    for name, bytes_, digest in listed:
        assert (released.path / name).stat().st_size == int(bytes_)
        assert sums[name] == digest


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


# ---------------------------------------------------------------- RO-Crate and Croissant


def test_rocrate_reads_it_as_a_crate_whose_parts_are_all_there(released: Released) -> None:
    from rocrate.rocrate import ROCrate

    found = ROCrate(released.path)
    root = found.root_dataset
    assert str(root["datePublished"])[:10] == "2026-09-21"
    assert root["license"].id == "https://creativecommons.org/publicdomain/zero/1.0/"
    parts = {part.id for part in root["hasPart"]}
    beside = {"SHA256SUMS", "ro-crate-metadata.json"}
    assert {name for name in parts if not name.endswith("/")} == files(released.path) - beside
    assert {"kgx-tsv/", "parquet/", "loss/"} <= parts
    sources = {one.id: one for one in root["isBasedOn"]}
    page = sources[expand("source:drugs-com-3559344")]
    assert page["copyrightNotice"].startswith("© Drugs.com")
    for entity in found.get_entities():
        for name, value in entity.properties().items():
            if isinstance(value, dict) and name != "conformsTo":
                assert found.dereference(value["@id"]) is not None, (entity.id, name)


@pytest.mark.filterwarnings("ignore")
def test_mlcroissant_finds_no_error_and_reads_the_facts(released: Released) -> None:
    import mlcroissant

    dataset = mlcroissant.Dataset(jsonld=released.path / "croissant.json")
    assert dataset.metadata.ctx.issues.errors == set()
    sets = {one.name for one in dataset.metadata.record_sets}
    assert sets == {"facts", "evidence", "populations", "things", "versions"}
    rows = {row["facts/iri"]: row for row in dataset.records("facts")}
    written = data(released.path, "loss/parquet.json")["written"]
    assert len(rows) == written > 50
    cure = rows[expand("fact:zolgensma-cures-sma").encode()]
    assert cure["facts/predicate"] == b"df:isNotCureFor"


# ---------------------------------------------------------------- changes


def test_every_fact_has_a_line_with_what_it_says_and_rests_on(
    released: Released, curated: Store
) -> None:
    found = list(read(released.path))
    (row,) = curated.select("SELECT (COUNT(?f) AS ?n) { ?f df:polarity ?p }")
    assert len(found) == released.facts == int(row["n"].value)
    labels = {line.fact: line.label for line in found}
    assert labels[expand("fact:zolgensma-cures-sma")] == (
        "Zolgensma is not a cure for spinal muscular atrophy"
    )
    assert released.changed == {}
    assert data(released.path, "release.json")["previous"] is None


def line(fact: str, says: str = "s", rests_on: str = "r") -> Line:
    return Line(fact, says, rests_on, fact.upper())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([], [], []),
        ([line("a")], [line("a")], []),
        ([], [line("a")], [("added", "a")]),
        ([line("a")], [], [("withdrawn", "a")]),
        ([line("a")], [line("a", says="t")], [("changed", "a")]),
        ([line("a")], [line("a", rests_on="t")], [("rests otherwise", "a")]),
        ([line("a"), line("c")], [line("b"), line("c")], [("withdrawn", "a"), ("added", "b")]),
        ([line("b")], [line("a"), line("c")], [("added", "a"), ("withdrawn", "b"), ("added", "c")]),
    ],
)
def test_changes_are_told_fact_by_fact(
    old: list[Line], new: list[Line], expected: list[tuple[str, str]]
) -> None:
    assert list(changes(old, new)) == [Change(*one, one[1].upper()) for one in expected]


CURE, APPROVAL = expand("fact:zolgensma-cures-sma"), expand("fact:zolgensma-fda-approval")


def altered(known: Iterable[ox.Quad], extra: Iterable[Any] = ()) -> bytes:
    """The quads without the direct layer, with more nodes, and the layer derived anew."""
    direct = ox.NamedNode(graph("direct"))
    more = [quad for node in extra for quad in rdf.quads(node, graph("curated"))]
    said = [*(quad for quad in known if quad.graph_name != direct), *more]
    return rdf.nquads([*said, *derive(said)])


def test_a_release_is_compared_with_the_newest_older_one_of_its_folder(
    released: Released, quads: list[ox.Quad], monkeypatch: pytest.MonkeyPatch
) -> None:
    (approval,) = rdf.nodes(q for q in quads if q.subject == ox.NamedNode(APPROVAL))
    assert isinstance(approval, Fact)
    gone = {ox.NamedNode(CURE), ox.NamedNode(APPROVAL)}
    new = replace(approval, iri=own("fact", "made-up"), label="a made-up approval")
    dated = replace(approval, date=PartialDate("2019-05-25"))
    store = Store.from_nquads(altered((q for q in quads if q.subject not in gone), (new, dated)))
    directory = released.path.parent
    assert last(directory, "2026-09-22") == released.path
    assert last(directory, "2026-09-21") is None
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(DAY) + 86_400))
    made = release(store, directory)
    assert made.path.name == "drugfacts-2026-09-22"
    assert made.changed == {"added": 1, "withdrawn": 1, "changed": 1, "rests otherwise": 0}
    with gzip.open(made.path / "changes.tsv.gz", "rt", encoding="utf-8") as handle:
        rows = {tuple(row.rstrip("\n").split("\t")[:2]) for row in handle}
    assert rows == {
        ("change", "fact"),
        ("added", new.iri),
        ("withdrawn", CURE),
        ("changed", APPROVAL),
    }
    summary = data(made.path, "release.json")
    assert (summary["previous"], summary["changes"]) == ("2026-09-21", made.changed)
    again = release(store, directory / "elsewhere", since=released.path)
    assert again.changed == made.changed


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "is no release; name the folder of a release"),
        ("fact\tsays\trests_on\tlabel\nb\ts\tr\tB\na\ts\tr\tA\n", ":3: fact: out of order"),
        ("fact\tsays\trests_on\tlabel\nb\ts\n", ":2: no line of an index of facts"),
        ("b\ts\tr\tB\n", ":1: no line of an index of facts"),
        ("cut", "cannot be read"),
    ],
)
def test_what_is_no_release_is_not_compared_with(
    text: str | None, problem: str, tmp_path: Path
) -> None:
    if text == "cut":
        whole = gzip.compress(b"fact\tsays\trests_on\tlabel\n")
        (tmp_path / INDEX).write_bytes(whole[:-9])
    elif text is not None:
        (tmp_path / INDEX).write_bytes(gzip.compress(text.encode()))
    with pytest.raises(InputError) as caught:
        list(read(tmp_path))
    assert problem in str(caught.value)


# ---------------------------------------------------------------- its day


def test_its_day_is_that_of_the_build_unless_one_is_given(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(built)
    assert store.path is not None
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    seconds = (store.path / "manifest.json").stat().st_mtime
    assert date_of(store) == time.strftime("%Y-%m-%d", time.gmtime(seconds))
    with pytest.raises(InputError, match="the graph has no date"):
        date_of(Store.from_nquads(b""))
    for wrong in ("yesterday", "-5", "1" * 20):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)
        with pytest.raises(InputError, match="is no date; give whole seconds"):
            date_of(store)


def test_a_release_is_never_written_over(
    released: Released, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY)
    with pytest.raises(InputError, match="of that day is there already; remove it, or say"):
        release(Store.open(built), released.path.parent)


def test_one_that_fails_leaves_nothing(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr("kg.releasing.release.described", fail)
    with pytest.raises(ZeroDivisionError):
        release(Store.open(built), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


# ---------------------------------------------------------------- what may not be passed on

WORDS, PHRASE = "words that no release may hold", "a phrase of the source"


def held_back(quads: list[ox.Quad], may: str) -> Store:
    """The curated graph with a source on some terms, a text of it, and two facts of its own.

    One fact says what the source alone says; the other, approved by the same authority, has
    evidence of another source too.
    """
    source = Source(
        kinds=("df:Source",),
        iri=own("source", "secret"),
        label="a source that keeps to itself",
        publisher="nobody",
        rights="all reserved",
        redistribution=DF + may,
        tier=DF + "database",
    )
    version = SourceVersion(
        kinds=("df:SourceVersion",),
        iri=own("source", "secret-1"),
        label="its first revision",
        version_of=source.iri,
        version_date=PartialDate("2026"),
    )
    where = Record(
        kinds=("df:Record",),
        iri=own("evidence", "secret-1"),
        in_version=version.iri,
        record="row 1",
        digest="0" * 64,
    )
    text = TextSection(
        kinds=("df:TextSection",),
        iri=own("evidence", "secret-1-text"),
        label="row 1 of a source that keeps to itself",
        in_version=version.iri,
        record="row 1",
        section="Use",
        digest="0" * 64,
        text=WORDS,
    )
    thing = Entity(iri=own("product", "secret"), kinds=("df:MedicinalProduct",), label="Secretum")
    (known,) = rdf.nodes(
        q for q in quads if q.subject == ox.NamedNode(expand("fact:zolgensma-treats-sma-us"))
    )
    assert isinstance(known, Fact)
    alone = replace(
        known,
        iri=own("fact", "secret-alone"),
        subject=thing.iri,
        evidence=(where.iri,),
        first_seen_in=version.iri,
    )
    shared = replace(alone, iri=own("fact", "secret-shared"), evidence=(*known.evidence, where.iri))
    shared = replace(shared, subject=known.subject, first_seen_in=known.first_seen_in)
    people = Population(
        iri=own("population", "secret"),
        kinds=("df:Population",),
        label=f"those of {PHRASE}",
        stated_condition=(PHRASE,),
    )
    read_ = replace(
        alone,
        iri=own("fact", "secret-read"),
        population=people.iri,
        made_by_rule="a rule",
        status=DF + "proposed",
        review_status=DF + "unreviewed",
    )
    extra = [source, version, where, text, thing, alone, shared, people, read_]
    return Store.from_nquads(altered(quads, extra))


def everything(folder: Path) -> str:
    """All text of a release, and the facts of its tables."""
    import pyarrow.parquet as pq

    found = []
    for name in files(folder):
        path = folder / name
        if name.endswith(".gz"):
            found.append(gzip.decompress(path.read_bytes()).decode())
        elif name.endswith(".parquet"):
            found.append(json.dumps(pq.read_table(path).to_pylist(), default=str))
        else:
            found.append(path.read_text(encoding="utf-8"))
    return "\n".join(found)


def test_texts_are_left_out_and_named_whatever_the_terms(
    quads: list[ox.Quad], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY)
    store = held_back(quads, "free")
    assert WORDS in store.nquads().decode()
    made = release(store, tmp_path)
    text = everything(made.path)
    assert WORDS not in text
    assert own("fact", "secret-alone") in text
    left = data(made.path, "release.json")["left_out"]
    assert list(left.values()) == [{own("source", "secret"): 1}, {}, {}, []]
    assert PHRASE in text  # it is free, and a fact that rules read is told as one
    (row,) = [one for one in lines(made.path / "sources.tsv") if one.startswith("source:secret")]
    assert row.endswith(
        "texts of labels and registers, which stay in the store that was built from them"
    )


@pytest.mark.parametrize("may", ["withheld", "somethingElse"])
def test_what_rests_on_a_withheld_source_alone_is_left_out_and_named(
    may: str, quads: list[ox.Quad], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY)
    made = release(held_back(quads, may), tmp_path)
    found, text = quads_of(made.path), everything(made.path)
    alone, shared = (ox.NamedNode(own("fact", f"secret-{name}")) for name in ("alone", "shared"))
    subjects = {quad.subject for quad in found}
    assert alone not in subjects
    assert shared in subjects
    assert own("evidence", "secret-1") not in text
    assert WORDS not in text
    assert PHRASE not in text
    thing = ox.NamedNode(own("product", "secret"))
    assert not [q for q in found if q.subject == thing and q.predicate.value == DF + "treats"]
    kept = ox.NamedNode(expand("product:zolgensma"))
    assert [q for q in found if q.subject == kept and q.predicate.value == DF + "treats"]
    left = data(made.path, "release.json")["left_out"]
    assert list(left.values()) == [
        {own("source", "secret"): 1},
        {},
        {own("source", "secret"): 2},
        [own("source", "secret")],
    ]
    (row,) = [one for one in lines(made.path / "sources.tsv") if one.startswith("source:secret")]
    assert row.endswith("\teverything that rests on it alone")


def test_of_facts_alone_what_rules_read_goes_if_it_needs_the_words(
    quads: list[ox.Quad], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY)
    made = release(held_back(quads, "factsOnly"), tmp_path)
    found = everything(made.path)
    assert PHRASE not in found
    assert own("fact", "secret-read") not in found
    assert own("population", "secret") not in found
    assert own("fact", "secret-alone") in found
    assert expand("population:") in found
    secret = own("source", "secret")
    left = data(made.path, "release.json")["left_out"]
    assert list(left.values()) == [{secret: 1}, {secret: 1}, {}, []]
    assert made.conforms
    (row,) = [one for one in lines(made.path / "sources.tsv") if one.startswith("source:secret")]
    assert row.endswith("; facts that rules read and that need the source's own words")


def test_the_command_writes_a_release_and_says_where(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY)
    done = CliRunner().invoke(cli, ["release", str(tmp_path), "--store", str(built)])
    assert done.exit_code == 0, done.output
    assert done.stdout == f"56 facts: {tmp_path / 'drugfacts-2026-09-21'}\n"
    assert "wrote nanopub" in done.stderr
