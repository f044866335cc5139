"""Mappings: SSSOM TSV is read strictly, and only a mapping that holds becomes a plain triple."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.names import expand
from kg.resources import folder
from kg.sssom import NO_TERM, OPTIONAL, PREDICATES, REQUIRED, Mapping, quads, read

GRAPH = "https://w3id.org/drugfacts/graph/mappings"
FILES = [
    folder("data") / "mappings" / "entities.sssom.tsv",
    folder("ontology") / "mappings" / "terms.sssom.tsv",
]
HEAD = "#mapping_set_id: https://e.org/set\n#license: https://e.org/licence\n"
COLUMNS = "subject_id\tsubject_label\tpredicate_id\tobject_id\tmapping_justification"
ROW = "MONDO:0001516\tSMA\tskos:exactMatch\tDOID:12377\tsemapv:ManualMappingCuration"
BY_HAND = "semapv:ManualMappingCuration"


def written(tmp_path: Path, *lines: str, head: str = HEAD) -> Path:
    file = tmp_path / "x.sssom.tsv"
    file.write_bytes((head + "\n".join(lines)).encode())
    return file


def refused(file: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(file)
    return str(caught.value).removeprefix(f"{file}:")


# ---------------------------------------------------------------- the real files


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_real_files_are_read_row_by_row(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if not line.startswith("#")][1:]
    found = read(file)
    assert len(found) == len(rows) > 20
    for one in found:
        line = text.splitlines()[one.line - 1]
        assert line.startswith(f"{one.subject_id}\t")
        assert f"\t{one.object_id}\t" in line
    assert len({one.iri for one in found}) == len(found), "a mapping has an IRI of its own"


def test_every_set_of_mappings_in_the_project_is_one_of_these() -> None:
    found = {path for name in ("data", "ontology") for path in folder(name).rglob("*.sssom.tsv")}
    assert found == set(FILES)


def test_what_was_looked_for_and_not_found_is_told() -> None:
    for file in FILES:
        assert any(one.object_id == NO_TERM for one in read(file))


# ---------------------------------------------------------------- reading


def test_a_row_is_read_as_it_stands(tmp_path: Path) -> None:
    file = written(tmp_path, COLUMNS + "\tcomment", ROW + "\tby hand, é", "")
    assert read(file) == [
        Mapping(
            subject_id="MONDO:0001516",
            subject_label="SMA",
            predicate_id="skos:exactMatch",
            object_id="DOID:12377",
            mapping_justification=BY_HAND,
            comment="by hand, é",
            line=4,
        )
    ]


def test_columns_may_come_in_any_order_and_lines_end_either_way(tmp_path: Path) -> None:
    turned = ["\t".join(reversed(line.split("\t"))) for line in (COLUMNS, ROW)]
    (one,) = read(written(tmp_path, COLUMNS, ROW))
    assert read(written(tmp_path, *turned)) == [one]
    assert read(written(tmp_path, COLUMNS + "\r", ROW + "\r", "")) == [one]


def test_a_set_without_rows_is_empty(tmp_path: Path) -> None:
    assert read(written(tmp_path, COLUMNS)) == []
    assert read(written(tmp_path, COLUMNS, head="")) == []


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_column_is_refused(tmp_path: Path, name: str) -> None:
    columns = "\t".join(column for column in COLUMNS.split("\t") if column != name)
    assert refused(written(tmp_path, columns)) == f"3: missing column {name}"


def test_an_empty_file_misses_its_columns(tmp_path: Path) -> None:
    assert refused(written(tmp_path, head="")) == "1: missing column subject_id"
    assert refused(written(tmp_path)) == "3: missing column subject_id"


def test_an_unknown_column_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, COLUMNS + "\tconfidence", ROW + "\t1")
    assert refused(file) == "3: unknown column confidence"


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, COLUMNS + "\tobject_id", ROW + "\tDOID:1")
    assert refused(file) == "3: the column object_id stands twice"


@pytest.mark.parametrize(
    ("row", "cells"), [(ROW + "\tmore", 6), (ROW.rpartition("\t")[0], 4), ("", 0), ("# note", 1)]
)
def test_a_row_with_more_or_fewer_cells_is_refused(tmp_path: Path, row: str, cells: int) -> None:
    file = written(tmp_path, COLUMNS, ROW, row, ROW)
    assert refused(file) == f"5: {cells} cells, the header has 5"


@pytest.mark.parametrize("name", [name for name in REQUIRED if name != "subject_label"])
def test_a_prefix_that_the_context_lacks_is_refused(tmp_path: Path, name: str) -> None:
    cells = dict(zip(COLUMNS.split("\t"), ROW.split("\t"), strict=True)) | {name: "NOPE:1"}
    assert refused(written(tmp_path, COLUMNS, "\t".join(cells.values()))) == (
        f'4: {name}: "NOPE:1" is no IRI and its prefix is not known; '
        "write a full IRI or a CURIE with a prefix of ontology/context.jsonld"
    )


@pytest.mark.parametrize("text", ["MONDO:00 01", "http://e.org/a b", "http://e.org/<x>"])
def test_what_expands_to_no_iri_is_refused(tmp_path: Path, text: str) -> None:
    file = written(tmp_path, COLUMNS, ROW.replace("DOID:12377", text))
    assert refused(file) == f'4: object_id: "{text}" is no IRI'


@pytest.mark.parametrize("name", REQUIRED)
def test_an_empty_cell_is_refused_where_it_is_required(tmp_path: Path, name: str) -> None:
    cells = dict(zip(COLUMNS.split("\t"), ROW.split("\t"), strict=True)) | {name: ""}
    file = written(tmp_path, COLUMNS, "\t".join(cells.values()))
    assert refused(file) == f"4: {name}: is empty; every mapping needs it"


def test_the_same_mapping_twice_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, COLUMNS, ROW, ROW.replace("exact", "close"), ROW.replace("SMA", "x"))
    assert refused(file) == "6: the same mapping stands in line 4"


@pytest.mark.parametrize("predicate", ["owl:sameAs", "skos:broader", "rdfs:subClassOf"])
def test_other_relations_than_those_of_skos_are_refused(tmp_path: Path, predicate: str) -> None:
    file = written(tmp_path, COLUMNS, ROW.replace("skos:exactMatch", predicate))
    assert refused(file) == (
        f"4: predicate_id: {predicate} is none of skos:broadMatch, skos:closeMatch, "
        "skos:exactMatch, skos:narrowMatch, skos:relatedMatch"
    )


@pytest.mark.parametrize("modifier", ["not", "NOT", "Inverse", " "])
def test_a_modifier_is_not_or_nothing(tmp_path: Path, modifier: str) -> None:
    file = written(tmp_path, COLUMNS + "\tpredicate_modifier", f"{ROW}\t{modifier}")
    assert refused(file) == "4: predicate_modifier: is neither empty nor Not"


def test_bytes_that_are_not_utf_8_are_refused(tmp_path: Path) -> None:
    file = written(tmp_path, COLUMNS, ROW)
    file.write_bytes(b"# a\n" + ROW.replace("SMA", "é").encode("latin-1"))
    assert refused(file) == "2: byte 0xe9 at offset 18 is not UTF-8; save the file as UTF-8"


def test_a_quote_left_open_does_not_swallow_the_rows_below(tmp_path: Path) -> None:
    file = written(tmp_path, COLUMNS + "\tcomment", ROW + '\t"open', ROW + "\tx", "")
    assert refused(file).startswith("4: not TSV: unexpected end of data")


def test_a_line_separator_in_a_cell_ends_no_line(tmp_path: Path) -> None:
    odd = "a\u2028b\x85c\x0bd"
    file = written(
        tmp_path, COLUMNS + "\tcomment", f"{ROW}\t{odd}", ROW.replace("12377", "1") + "\t"
    )
    assert [(one.comment, one.line) for one in read(file)] == [(odd, 4), ("", 5)]


def test_a_quoted_cell_may_span_lines_and_the_lines_below_are_still_right(tmp_path: Path) -> None:
    other = ROW.replace("12377", "1")
    file = written(tmp_path, COLUMNS + "\tcomment", f'{ROW}\t"two\nlines"', other + "\t")
    assert [(one.comment, one.line) for one in read(file)] == [("two\nlines", 4), ("", 6)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.sampled_from('#\t\n\r"aé:/ \u2028') | st.characters(codec="utf-8")))
def test_any_text_is_read_or_refused(tmp_path: Path, text: str) -> None:
    for before in ("", COLUMNS + "\tcomment\n" + ROW + "\t"):
        file = tmp_path / "x.sssom.tsv"
        file.write_bytes((before + text).encode())
        try:
            read(file)
        except InputError as error:
            assert str(error).startswith(f"{file}:")


# ---------------------------------------------------------------- quads


def mapping(object_id: str = "DOID:12377", **more: Any) -> Mapping:
    return Mapping("MONDO:0001516", "SMA", "skos:exactMatch", object_id, BY_HAND, **more)


def test_a_mapping_is_a_node_and_a_plain_triple() -> None:
    one = mapping(object_label="spinal muscular atrophy", object_source_version="2025", comment="c")
    node = ox.NamedNode(one.iri)
    names = ("MONDO:0001516", "skos:exactMatch", "DOID:12377")
    ends = [ox.NamedNode(expand(name)) for name in names]
    expected: dict[str, ox.NamedNode | ox.Literal] = {
        "rdf:type": ox.NamedNode(expand("sssom:Mapping")),
        "rdfs:label": ox.Literal("SMA → spinal muscular atrophy"),
        "owl:annotatedSource": ends[0],
        "owl:annotatedProperty": ends[1],
        "owl:annotatedTarget": ends[2],
        "sssom:mapping_justification": ox.NamedNode(expand(BY_HAND)),
        "sssom:object_label": ox.Literal("spinal muscular atrophy"),
        "sssom:object_source_version": ox.Literal("2025"),
        "sssom:comment": ox.Literal("c"),
    }
    where = ox.NamedNode(GRAPH)
    assert set(quads([one], GRAPH)) == {ox.Quad(ends[0], ends[1], ends[2], where)} | {
        ox.Quad(node, ox.NamedNode(expand(prop)), term, where) for prop, term in expected.items()
    }


@pytest.mark.parametrize("one", [mapping(NO_TERM), mapping(predicate_modifier="Not")])
def test_no_term_and_not_this_term_give_no_plain_triple(one: Mapping) -> None:
    found: list[Any] = list(quads([one], GRAPH))
    assert {quad.subject.value for quad in found} == {one.iri}
    assert ox.NamedNode(expand("sssom:Mapping")) in {quad.object for quad in found}
    assert not {quad.predicate.value for quad in found} & {expand(name) for name in PREDICATES}


def test_a_negated_mapping_says_so_on_its_node() -> None:
    (said,) = [
        q.object
        for q in quads([mapping(predicate_modifier="Not")], GRAPH)
        if q.predicate.value == expand("sssom:predicate_modifier")
    ]
    assert said == ox.Literal("Not")
    assert mapping(predicate_modifier="Not").iri != mapping().iri


def test_the_iri_of_a_mapping_does_not_depend_on_its_wording_or_its_line() -> None:
    assert mapping(comment="x", object_label="y", line=5).iri == mapping().iri
    others = [mapping("DOID:1"), mapping(object_source_version="2"), mapping(NO_TERM), mapping()]
    assert len({one.iri for one in others}) == 4


def test_the_plain_triples_of_the_graph_are_those_mappings_that_hold(quads: list[Any]) -> None:
    plain = {
        (q.subject.value, q.predicate.value, q.object.value)
        for q in quads
        if q.graph_name.value == GRAPH
        and q.predicate.value in {expand(name) for name in PREDICATES}
    }
    assert plain == {
        (expand(one.subject_id), expand(one.predicate_id), expand(one.object_id))
        for file in FILES
        for one in read(file)
        if one.object_id != NO_TERM and not one.predicate_modifier
    }
    assert not any(target == expand(NO_TERM) for _, _, target in plain)


def test_the_columns_are_all_of_a_mapping() -> None:
    assert {*REQUIRED, *OPTIONAL, "line"} == set(Mapping.__dataclass_fields__)
