"""Indication sections: made-up rows, every fault of a file, and the real one."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import cast

import pytest

from kg.errors import InputError
from kg.identity import Identity
from kg.model import Node, TextSection
from kg.names import expand, own
from kg.sources import label_sections
from kg.sources.tally import Tally
from tests.conftest import SHARED
from tests.stand_in import Names

BAD = Path(__file__).parent / "bad" / "sources" / "label-sections"
VERSION = expand("source:fda-labels-2024")
HEADER = "active_ingredients\tindications_text"

MESSAGES = {
    "code-in-list": ":2: active_ingredients: {'A', __import__('os')} is no list of names",
    "control": ":2: control character U+0000",
    "cut": ":2: the last line has no end; the file may be cut: fetch it again",
    "empty-list": ":2: active_ingredients: set() is no list of names",
    "empty-text": ":2: indications_text: the text is empty",
    "escape-in-list": ":2: active_ingredients: {'A\\x41'} is no list of names",
    "missing-column": ':1: missing column "indications_text"',
    "named-twice": ":2: active_ingredients: a name is listed twice",
    "no-header": ": has no header line",
    "no-list": ":2: active_ingredients: ['A'] is no list of names",
    "open-quote": ":2: not tab-separated: unexpected end of data",
    "tab-in-cell": ":2: a tab within a cell",
    "too-few-cells": ":2: 1 cells, the header has 2",
    "too-many-cells": ":2: 3 cells, the header has 2",
    "unknown-column": ':1: unknown column "disease"',
    "wrong-encoding": ":2: byte 0xe9 is not utf-8",
}
"""Each file of ``tests/bad/sources/label-sections``, and all that is said after its name."""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write rows to a file as the publisher packs it."""

    def made(*rows: str) -> Path:
        path = tmp_path / "sections.tsv.gz"
        path.write_bytes(gzip.compress("\r\n".join([HEADER, *rows, ""]).encode()))
        return path

    return made


def told(rows: list[label_sections.Indications]) -> tuple[list[Node], Tally]:
    tally = Tally(label_sections.NAME)
    nodes = list(label_sections.facts(rows, cast(Identity, Names()), VERSION, tally))
    tally.check()
    return nodes, tally


# ---------------------------------------------------------------- made-up rows


def test_rows_are_read_with_their_quotation_marks(write: Callable[..., Path]) -> None:
    rows = label_sections.read(
        write(
            "{'EXAMPLINIB', 'RUBBING SPIRIT'}\tFor examples.",
            '"{\'ALPHAN\', ""EXAMPLE\'S ACID, MIXED""}"\t"For ""examples"" too."',
        )
    )
    assert [(row.line, row.listed, row.text) for row in rows] == [
        (2, ("EXAMPLINIB", "RUBBING SPIRIT"), "For examples."),
        (3, ("ALPHAN", "EXAMPLE'S ACID, MIXED"), 'For "examples" too.'),
    ]


@pytest.mark.parametrize(
    ("listed", "text", "want"),
    [
        ("{'EXAMPLINIB'}", "Examplinib is for examples.", "EXAMPLINIB"),
        ("{'EXAMPLINIB'}", "Examplix is for examples.", None),
        ("{'EXAMPLINIB', 'RUBBING SPIRIT'}", "Examplinib and rubbing spirit.", None),
        ("{'TIN'}", "Examplatin is for examples.", None),
        ("{'ALPHA (B)'}", "For alpha (b), or so.", "ALPHA (B)"),
    ],
)
def test_a_text_is_about_the_one_substance_that_it_names_itself(
    write: Callable[..., Path], listed: str, text: str, want: str | None
) -> None:
    (row,) = label_sections.read(write(f"{listed}\t{text}"))
    assert row.about == want
    ((node,), _) = told([row])
    assert isinstance(node, TextSection)
    assert node.about == ((own("substance", want),) if want else ())


def test_texts_and_nothing_but_texts(write: Callable[..., Path]) -> None:
    nodes, tally = told(
        label_sections.read(write("{'A'}\tA is for examples.", "{'A'}\t{template}"))
    )
    assert (tally.rows, tally.taken) == (2, 1)
    assert set(tally.skipped) == label_sections.REASONS
    (node,) = nodes
    assert isinstance(node, TextSection)
    assert (node.text, node.record, node.section, node.code) == (
        *("A is for examples.", "line 2"),
        *("indications_text", None),
    )
    assert node.iri == expand("evidence:fda-labels-2024-text-2")


def test_the_file_says_nothing_of_its_date(write: Callable[..., Path]) -> None:
    path = write("{'A'}\tText.")
    with pytest.raises(InputError) as caught:
        label_sections.dated(path)
    assert str(caught.value) == (
        f"{path}: the file does not say of which date it is; "
        "describe this revision in data/sources.ttl, with its checksum and date"
    )


# ---------------------------------------------------------------- faults


def test_every_bad_file_has_its_message() -> None:
    assert {file.name for file in BAD.iterdir()} == {f"{name}.tsv" for name in MESSAGES}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_fault_is_one_error_with_its_place(name: str) -> None:
    file = BAD / f"{name}.tsv"
    with pytest.raises(InputError) as caught:
        label_sections.read(file)
    assert str(caught.value) == f"{file}{MESSAGES[name]}"


@pytest.mark.parametrize("keep", [0, 5, 60, -1])
def test_a_cut_or_empty_archive_is_refused(write: Callable[..., Path], keep: int) -> None:
    path = write(*[f"{{'A'}}\tText number {n}." for n in range(9)])
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(InputError):
        label_sections.read(path)


def test_an_archive_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sections.tsv.gz"
    line = f"{{'A'}}\t{'very ' * 20_000}\n"
    path.write_bytes(gzip.compress((HEADER + "\n" + line * 300).encode()))
    with pytest.raises(InputError, match="times its size"):
        label_sections.read(path)


# ---------------------------------------------------------------- the real file


@cache
def real() -> tuple[label_sections.Indications, ...]:
    return tuple(label_sections.read(next(SHARED.glob(f"sources/{label_sections.GLOB}"))))


@pytest.mark.shared
def test_the_real_sections_are_all_read_and_accounted_for() -> None:
    rows = list(real())
    assert len(rows) == 3266
    nodes, tally = told(rows)
    assert (tally.taken, tally.skipped) == (3264, {label_sections.PLACEHOLDER: 2})
    assert len({node.iri for node in nodes}) == len(nodes)
    assert all(isinstance(node, TextSection) for node in nodes)
    assert sum(len(row.listed) == 1 for row in rows) == 2725
    assert sum(row.about is not None for row in rows) == 1435


@pytest.mark.shared
def test_no_real_section_of_a_gene_therapy_is_about_its_swab() -> None:
    (row,) = [row for row in real() if row.text.startswith("ZOLGENSMA")]
    assert "ISOPROPYL ALCOHOL" in row.listed
    assert row.about is None
    about = {row.about for row in real() if row.about}
    swabs = [row for row in real() if row.about == "ISOPROPYL ALCOHOL"]
    assert all("alcohol" in row.text.lower() for row in swabs)
    assert "WATER" not in about and "SYRINGE" not in about
    sample = random.Random(3).sample([row for row in real() if row.about], 200)
    assert all(row.about and row.about.lower() in row.text.lower() for row in sample)
