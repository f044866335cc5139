"""All texts at once: in order, by any number of processes, a bounded number of them ahead."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import pytest

from kg.errors import BuildError
from kg.extract import corpus
from kg.extract.found import Limit, Span, Use
from kg.extract.many import AHEAD, AT_ONCE, read_all
from kg.extract.names.terms import Terms
from tests.conftest import SHARED

SOURCES = SHARED / "sources"

OBO = """format-version: 1.2
data-version: mondo/releases/2026-01-01

[Term]
id: MONDO:0000001
name: disease

[Term]
id: MONDO:0000011
name: red fever
is_a: MONDO:0000001
"""
TEXTS = (
    "Examplix is indicated for the treatment of red fever in adults.",
    "Otherix is indicated for the prevention of red fever in children aged 2 years and older.",
)


def length() -> Callable[[str], int]:
    """A reader, made in each process anew."""
    return len


def slow_first() -> Callable[[int], tuple[int, int]]:
    def read(number: int) -> tuple[int, int]:
        time.sleep(0.2 if number == 0 else 0)
        return number * number, os.getpid()

    return read


def faulty(how: str) -> Callable[[int], int]:
    def read(number: int) -> int:
        if number == 20 and how == "dies":
            os._exit(9)
        if number == 20:
            raise ValueError("no text")
        return number

    return read


# ---------------------------------------------------------------- many texts, several processes


def test_one_process_reads_here() -> None:
    assert list(read_all(["a", "bb"], length, 1)) == [("a", 1), ("bb", 2)]
    assert list(read_all([], length, 1)) == []


def test_the_order_is_that_of_the_texts_whoever_is_quicker() -> None:
    many = range(5 * AT_ONCE + 1)
    found = list(read_all(many, slow_first, 2))
    assert [(text, value) for text, (value, _) in found] == [(n, n * n) for n in many]
    assert os.getpid() not in {process for _, (_, process) in found}


def test_no_more_texts_are_taken_than_will_soon_be_read() -> None:
    taken = 0

    def source() -> Iterator[str]:
        nonlocal taken
        for number in range(10_000):
            taken += 1
            yield str(number)

    found = read_all(source(), length, 2)
    for read, _ in enumerate(islice(found, 10 * AT_ONCE), 1):
        assert taken <= read + (2 * AHEAD + 1) * AT_ONCE
    found.close()  # type: ignore[attr-defined]
    assert taken < 10_000


def test_what_a_reader_raises_is_raised() -> None:
    with pytest.raises(ValueError, match="no text"):
        list(read_all(range(40), partial(faulty, "raises"), 2))


def test_a_process_that_dies_is_an_error_and_no_silence() -> None:
    with pytest.raises(BuildError, match="a process that read texts died"):
        list(read_all(range(200), partial(faulty, "dies"), 2))


# ---------------------------------------------------------------- lines


def test_a_line_tells_places_and_codes_and_not_the_text() -> None:
    use = Use(Span(3, 8), None, "treatment", (("age", ">=2 years"),), Span(0, 9), "a rule")
    limit = Limit(Span(10, 20), None, "MONDO:0000011", "disease", "notStudied", "another")
    text = corpus.Text("a-source", "line 7", "words that stand nowhere")
    line = corpus.line(text, ([use], [limit]))
    assert line.endswith("}\n")
    assert "nowhere" not in line
    assert json.loads(line) == {
        "source": "a-source",
        "record": "line 7",
        "uses": [{"mention": [3, 8], "term": None, "use": "treatment",
                  "qualifiers": [["age", ">=2 years"]], "passage": [0, 9], "rule": "a rule"}],
        "limits": [{"clause": [10, 20], "about": None, "term": "MONDO:0000011",
                    "kind": "disease", "polarity": "notStudied", "rule": "another"}],
    }  # fmt: skip


# ---------------------------------------------------------------- the command


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A folder as of publishers' files, of our own making."""
    rows = ["active_ingredients\tindications_text", *(f"{{'examplix'}}\t{one}" for one in TEXTS)]
    for name, text in (("fda-label-indications/some.tsv.gz", rows), ("mondo/mondo.obo", [OBO])):
        path = tmp_path / name
        path.parent.mkdir()
        data = "\n".join([*text, ""]).encode()
        path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return tmp_path


def extract(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("kg"), "extract", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_writes_a_line_a_text_and_tells_how_far_it_is(sources: Path) -> None:
    done = extract("--from", sources)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["record"] for one in lines] == ["line 2", "line 3"]
    assert [one["term"] for line in lines for one in line["uses"]] == ["MONDO:0000011"] * 2
    assert [one["use"] for line in lines for one in line["uses"]] == ["treatment", "prevention"]
    assert "read 2 texts, 2 uses, 0 limits" in done.stderr
    assert "MB of memory" in done.stderr


def test_the_bytes_are_the_same_twice_and_by_one_process(sources: Path) -> None:
    first = extract("--from", sources).stdout
    assert first
    assert first == extract("--from", sources, "--processes", "1").stdout


def test_a_folder_without_texts_or_terms_is_refused(sources: Path) -> None:
    (sources / "fda-label-indications" / "some.tsv.gz").unlink()
    done = extract("--from", sources)
    assert (done.returncode, done.stdout) == (2, "")
    assert "holds no indication texts; get them with kg fetch" in done.stderr
    (sources / "mondo" / "mondo.obo").unlink()
    done = extract("--from", sources)
    assert (done.returncode, done.stdout) == (2, "")
    assert "holds neither MONDO nor HP; get them with kg fetch" in done.stderr


@pytest.mark.shared
def test_real_texts_are_read_alike_by_one_process_and_by_two() -> None:
    terms = Terms.of_files(SOURCES)
    every = list(corpus.texts(SOURCES))
    some = every[::50]
    told: list[str] = []
    one, two = (
        [corpus.line(*found) for found in corpus.run(some, terms, number, told.append)]
        for number in (1, 2)
    )
    assert len(every) > 5000
    assert one == two
    assert len([line for line in one if '"term":"' in line]) > len(some) / 2
    assert told[-1].startswith(f"read {len(some)} texts, ")
