"""The fast engine gives the report of the reference, on bad, good and shuffled data alike."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib.compare import isomorphic

from kg.errors import InputError
from kg.names import DF, expand
from kg.report import Report, Result, lines, places
from kg.validate import validate, validate_file
from kg.validate_fast import validate_quads
from tests.test_shapes import DFSH, good, overlay, unlabelled

A, B = (ox.NamedNode(f"https://example.org/{name}") for name in "ab")


def same(quads: list[ox.Quad]) -> Report:
    """The report, once both engines agree on it."""
    mine, reference = validate_quads(quads), validate(quads)
    assert unlabelled(mine.results) == unlabelled(reference.results)
    assert mine.conforms == reference.conforms
    assert mine.complete
    return mine


# ---------------------------------------------------------------- the same report


def test_good_and_no_data_conform() -> None:
    assert same(list(good())).results == ()
    assert same([]).results == ()


def test_the_curated_graph_has_the_report_of_the_reference(quads: list[ox.Quad]) -> None:
    assert same(quads).conforms


def shuffled(quads: Iterable[ox.Quad], seed: int, share: float) -> list[ox.Quad]:
    """Some statements dropped, some with another's subject, predicate or object."""
    chance = random.Random(seed)
    found = sorted(set(quads), key=str)
    for n, quad in enumerate(list(found)):
        if chance.random() < share:
            other = chance.choice(found)
            s, p, o = quad.subject, quad.predicate, quad.object
            found[n] = chance.choice(
                [
                    other,
                    ox.Quad(other.subject, p, o),
                    ox.Quad(s, other.predicate, o),
                    ox.Quad(s, p, other.object),
                ]
            )
    return found


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_good_data_have_the_report_of_the_reference(seed: int) -> None:
    assert not same(shuffled(good(), seed, 0.05 * (seed + 1))).conforms


@pytest.mark.parametrize("seed", range(1))
def test_a_shuffled_curated_graph_has_the_report_of_the_reference(
    seed: int, quads: list[ox.Quad]
) -> None:
    ours = [quad for quad in quads if "graph/ontology>" not in str(quad.graph_name)]
    rest = [quad for quad in quads if quad not in set(ours)]
    assert not same(shuffled(ours, seed, 0.05) + rest).conforms


def test_the_report_graph_is_that_of_the_reference() -> None:
    for name in ("MinAge-bound", "Predicate-formOfForm", "TreatsSubject", "MechanismStep-sign"):
        quads = overlay((Path(__file__).parent / f"bad/shapes/{name}.ttl").read_bytes())
        assert isomorphic(validate_quads(quads).graph, validate(quads).graph)


def test_lexical_forms_are_not_repaired() -> None:
    text = (Path(__file__).parent / "good" / "minimal.ttl").read_bytes()
    quads = list(ox.parse(text.replace(b"df:sign 1 ;", b"df:sign 01 ;"), ox.RdfFormat.TURTLE))
    report = same(quads)
    assert {(one.shape, one.value) for one in report.results} == {
        (DFSH + "MechanismStep-sign", "01")
    }
    assert '"01"' in report.graph.serialize(format="nt")


def test_a_focus_that_is_a_string_is_given_plain() -> None:
    fact = ox.NamedNode(expand("fact:death"))
    text = ox.Literal('say "so"\n<x> \\ é', language="en")
    quads = [*good(), ox.Quad(fact, ox.NamedNode(DF + "evidence"), text)]
    assert text.value in {one.focus for one in same(quads).results}


def test_extra_resolves_references() -> None:
    mine = [quad for quad in good() if quad.subject == ox.NamedNode(expand("fact:death"))]
    assert not validate_quads(mine).conforms
    assert validate_quads(mine, extra=good()).conforms


# ---------------------------------------------------------------- files


def written(path: Path, quads: Iterable[ox.Quad]) -> Path:
    path.write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    return path


def test_all_graphs_of_a_file_are_one(tmp_path: Path) -> None:
    graphs = [ox.NamedNode(f"https://example.org/{n}") for n in range(3)]
    spread = [
        ox.Quad(quad.subject, quad.predicate, quad.object, graphs[n % 3])
        for n, quad in enumerate([*good(), *good()[:50]])
    ]
    assert validate_file(written(tmp_path / "a.nq", spread), scratch=tmp_path).results == ()
    assert [path.name for path in tmp_path.iterdir()] == ["a.nq"]


def test_the_last_line_need_not_be_ended(tmp_path: Path) -> None:
    path = written(tmp_path / "a.nt", good())
    path.write_bytes(path.read_bytes().rstrip())
    assert validate_file(path).conforms


@pytest.mark.parametrize("times", [1, 3000])
def test_a_broken_line_is_named(tmp_path: Path, times: int) -> None:
    path = tmp_path / "broken.nq"
    line = "<https://example.org/a> <https://example.org/b> 'x' .\n"
    path.write_text(line.replace("'", '"') * times + line)
    with pytest.raises(InputError, match=rf"broken.nq:{times + 1}: no N-Quads: ") as caught:
        validate_file(path)
    assert caught.value.line == times + 1


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    path = tmp_path / "bytes.nq"
    path.write_bytes(b'<https://example.org/a> <https://example.org/b> "\xff" .\n')
    with pytest.raises(InputError, match=r"bytes.nq:1: no N-Quads: .*utf-8"):
        validate_file(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none.nq: cannot be read: No such file"):
        validate_file(tmp_path / "none.nq")


def test_triple_terms_are_refused(tmp_path: Path) -> None:
    inner = ox.Triple(A, A, A)
    with pytest.raises(InputError, match="triple term"):
        validate_quads([ox.Quad(B, A, inner)])
    path = tmp_path / "terms.nq"
    path.write_text(f"{A} {A} {B} .\n{A} {A} <<( {A} {A} {A} )>> .")
    with pytest.raises(InputError, match=r"terms.nq: .*triple term"):
        validate_file(path)


def test_what_only_looks_like_a_triple_term_is_not_refused() -> None:
    assert validate_quads([ox.Quad(A, B, ox.Literal("a <<( b"))]).conforms


def test_a_limit_stops_the_check_and_says_so(tmp_path: Path) -> None:
    quads = shuffled(good(), 1, 0.5)
    path = written(tmp_path / "a.nq", quads)
    whole, short = validate_file(path), validate_file(path, limit=5)
    assert whole.complete
    assert whole.counts()["Violation"] > 5 == short.counts()["Violation"]
    assert not short.complete
    assert not short.conforms
    assert set(short.results) < set(whole.results)
    assert "the check stopped at this many violations" in "".join(lines(short))
    assert validate_file(path, limit=10**6) == whole


# ---------------------------------------------------------------- for people


def test_lines_show_the_worst_and_count_the_rest() -> None:
    results = tuple(
        Result(expand(f"fact:f{n}"), DF + "holder", "", DFSH + "Fact-holder", severity, "Mend it.")
        for n, severity in enumerate(["Warning", "Violation", "Violation", "Warning", "Info"])
    )
    report = Report(False, results, made=lambda: pytest.fail("the graph is not needed"))
    shown = list(lines(report, {expand("fact:f2"): "record 7 of ema"}.get, first=2))
    assert shown == [
        "Violation: fact:f1 df:holder",
        "    Mend it. (dfsh:Fact-holder)",
        "Violation: fact:f2 df:holder",
        "    Mend it. (dfsh:Fact-holder)",
        "    from record 7 of ema",
        "and 3 more; in all:",
        "    2 Violation of dfsh:Fact-holder",
        "    2 Warning of dfsh:Fact-holder",
        "    1 Info of dfsh:Fact-holder",
    ]
    assert len(list(lines(report))) == 10


def test_places_name_the_records_of_facts(tmp_path: Path) -> None:
    graph = "<https://w3id.org/drugfacts/graph/examplix>"
    fact, record, other = (f"https://example.org/{n}" for n in ("fact", "record", "other"))
    path = tmp_path / "a.nq"
    path.write_text(
        f"<{fact}> <{DF}evidence> <{record}> {graph} .\n"
        f"<{fact}> <{DF}evidence> <{other}> {graph} .\n"
        f'<{record}> <{DF}record> "NDA 1 \\"x\\"" {graph} .\n'
        f'<{other}> <{DF}record> "NDA 2" {graph} .\n'
    )
    assert places(path, [fact, record, "https://example.org/unknown"]) == {
        fact: 'record NDA 1 "x" of examplix, record NDA 2 of examplix',
        record: 'record NDA 1 "x" of examplix',
    }
