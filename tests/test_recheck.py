"""Every piece of evidence read again from the publisher's file: what stands, and what does not."""

from __future__ import annotations

import csv
import gzip
import io
import shutil
from collections import Counter
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.graph import Graph
from kg.names import compact
from kg.revising.pieces import pieces
from kg.revising.recheck import STATES, Checked, Records, recheck, summary
from kg.sources.cited import Cited
from kg.store import Store
from tests.conftest import PAGE, SHARED
from tests.test_cli import kg, rows
from tests.test_cli import store as store

SOURCES = SHARED / "sources"
PURPLE_BOOK = SOURCES / "fda-purple-book" / "purplebook-2025-04.csv"
SECTIONS = SOURCES / "fda-label-indications" / "indication-sections.tsv.gz"


def told(found: list[Checked], *among: str) -> dict[str, str]:
    """The pieces in some states, by the last part of their names."""
    return {
        compact(one.piece.iri).removeprefix("evidence:"): one.state
        for one in found
        if one.state in among
    }


# ---------------------------------------------------------------- one record


def records(*found: Cited, keyed: bool = True) -> Records:
    return Records(found, keyed=keyed)


def test_a_record_stands_moves_changes_or_is_lost(curated: Store) -> None:
    (piece,) = (one for one in pieces(curated) if one.iri.endswith("2023-12-05-004750-indication"))
    cells = {name: f"the {name}" for name in piece.fields}
    same, other = Cited(piece.place, cells), Cited(piece.place, dict.fromkeys(cells, "x"))
    piece = type(piece)(**{**vars(piece), "digest": same.digest(piece.fields)})
    assert records(same).find(piece) == ("stands", piece.place)
    assert records(other, Cited("elsewhere", cells)).find(piece) == ("moved", "elsewhere")
    assert records(other).find(piece) == ("changed", piece.place)
    assert records(other, keyed=False).find(piece) == ("lost", "another text stands there")
    assert records(Cited("elsewhere", {})).find(piece) == ("lost", "")


def test_a_record_without_the_fields_read_does_not_stand() -> None:
    assert Cited("1", {"a": "1"}).digest(["a", "b"]) == ""
    assert Cited("1", text="words").digest() == Cited("2", text=" words ").digest()


# ---------------------------------------------------------------- the publishers' files


@pytest.mark.shared
def test_all_evidence_of_the_curated_graph_stands(curated: Store) -> None:
    found = recheck(curated, [SHARED])
    assert Counter(one.state for one in found) == {"stands": len(pieces(curated))}
    assert all(one.same for one in found)
    lines = summary(found, str)
    assert sum(line.evidence for line in lines) == len(found) == 45
    assert all(list(line.counts) == list(STATES) for line in lines)


def test_without_a_file_nothing_is_said_of_it(curated: Store, tmp_path: Path) -> None:
    found = recheck(curated, [tmp_path])
    assert {one.state for one in found} == {"not at hand"}
    assert len(found) == len(pieces(curated))


@pytest.mark.shared
def test_what_changed_in_a_file_is_told_of_just_that_evidence(
    curated: Store, page: str, tmp_path: Path
) -> None:
    (tmp_path / "fda-purple-book").mkdir()
    table = list(csv.reader(io.StringIO(PURPLE_BOOK.read_text("utf-8"))))
    header = next(row for row in table if row[:1] == ["N/R/U"])
    for row in table:
        if len(row) == len(header) and "125694" in row[header.index("BLA Number")]:
            row[header.index("Approval Date")] = "May 25, 2019"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    (tmp_path / "fda-purple-book" / "purplebook.csv").write_text(out.getvalue(), "utf-8")
    (tmp_path / PAGE.name).write_text(page.replace("May 2019", "June 2019"), "utf-8")
    found = recheck(curated, [tmp_path])
    assert told(found, "changed", "lost", "moved") == {
        "purple-book-2025-04-bla-125694-licence": "changed",
        "drugs-com-3559344-2023-12-29-1082-1233": "changed",
    } | told(found, "moved")
    assert set(told(found, "stands")) >= {
        "purple-book-2025-04-bla-125694-name",
        "purple-book-2025-04-bla-125694-route",
        "drugs-com-3559344-2023-12-29-151-245",
    }
    files = {one.file: one.same for one in found if one.file}
    assert files == {"purplebook.csv": False, PAGE.name: False}
    assert summary(found, str)[0].counts["changed"] == 1, "what needs a person comes first"


@pytest.mark.shared
def test_a_line_that_moved_is_found_and_one_that_is_gone_is_lost(
    curated: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "deep" / "fda-label-indications"
    folder.mkdir(parents=True)
    with gzip.open(SECTIONS, "rt", encoding="utf-8") as handle:
        lines = handle.read().split("\n")
    with gzip.open(folder / SECTIONS.name, "wt", encoding="utf-8") as handle:
        handle.write("\n".join(line for number, line in enumerate(lines, 1) if number != 65))
    found = {one.piece.place: one for one in recheck(curated, [tmp_path]) if one.file}
    assert {place: (one.state, one.now) for place, one in found.items()} == {
        "line 65": ("lost", "another text stands there"),
        "line 2233": ("moved", "line 2232"),
        "line 2661": ("moved", "line 2660"),
    }


@pytest.mark.shared
def test_two_files_that_could_both_be_it_are_refused(curated: Store, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "fda-purple-book").mkdir(parents=True)
        shutil.copy(PURPLE_BOOK, tmp_path / name / "fda-purple-book" / "new.csv")
    assert {one.same for one in recheck(curated, [tmp_path]) if one.file} == {True}
    for name in ("one", "two"):
        with (tmp_path / name / "fda-purple-book" / "new.csv").open("a", encoding="utf-8") as file:
            file.write("\n")
    with pytest.raises(InputError, match=r"could both be it, .*; keep one of them"):
        recheck(curated, [tmp_path])


def test_a_folder_that_is_none_is_refused(curated: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no folder"):
        recheck(curated, [tmp_path / "nowhere"])


@pytest.mark.shared
def test_the_command_counts_by_revision_lists_each_piece_and_exits_with_1(
    store: Path, page: str, tmp_path: Path
) -> None:
    (tmp_path / PAGE.name).write_text(page.replace("is not a cure", "is a cure"), "utf-8")
    done = kg("evidence", "--from", tmp_path, "--format", "csv", store=store)
    assert done.returncode == 1
    (line,) = (row for row in rows(done.stdout) if row["file"])
    assert (line["revision"], line["evidence"], line["changed"]) == ("another", "22", "1")
    assert sum(int(row["not at hand"]) for row in rows(done.stdout)) == 45 - 22
    assert "changed: evidence:drugs-com-3559344-2023-12-29-151-245" in done.stderr
    each = rows(kg("evidence", "--from", tmp_path, "--each", "-f", "csv", store=store).stdout)
    want = Graph(Store.open(store)).recheck(tmp_path)
    assert [list(row.values()) for row in each] == [one.row() for one in want]
    (tmp_path / PAGE.name).write_text(page, "utf-8")
    done = kg("evidence", "--from", tmp_path, store=store)
    assert done.returncode == 0
    assert "of 45 pieces of evidence none changed or is lost" in done.stderr
    (tmp_path / PAGE.name).write_bytes(b"caf\xe9")
    last = kg("evidence", "--from", tmp_path, store=store).stderr.splitlines()[-1]
    assert "is not UTF-8" in last
