"""The command ``kg fetch``: the registry, the layout it leaves, and every way it can end."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import pkgutil
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import kg.sources
from kg.cli import fetching
from kg.errors import BuildError, InputError, UnknownName
from kg.fetch import Outcome, Registry, Wanted, fetch, registry
from tests.publisher import Answer, Publisher, serving

KG = Path(sys.executable).parent / "kg"
GENES = b"id\tsymbol\nHGNC:0\tEXMP\n"
OLD = b"id\tsymbol\nHGNC:0\tEXM\n"
BIG = b"".join(b"%d\tExamplix\n" % n for n in range(100_000))

TURTLE = """
@prefix df: <https://w3id.org/drugfacts/ontology#> .
@prefix source: <https://w3id.org/drugfacts/source/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix schema: <https://schema.org/> .
"""


def source(name: str, *files: str) -> str:
    """A source in Turtle, with its files given as further properties of each."""
    text = (
        f'source:{name} a df:Source ; rdfs:label "{name}" ; dcterms:publisher "P" ;\n'
        f'  dcterms:rights "R" ; df:redistribution df:free ; df:tier df:database ;\n'
        f"  schema:url <https://{name}.example/> .\n"
    )
    for n, rest in enumerate(files):
        text += f'source:{name}-{n} a df:SourceFile ; rdfs:label "{name} file {n}" ;\n'
        text += f"  df:fileOf source:{name} ; {rest} .\n"
    return text


def version(name: str, of: str, data: bytes) -> str:
    return (
        f'source:{name} a df:SourceVersion ; rdfs:label "{name}" ; df:versionOf source:{of} ;\n'
        f'  df:versionDate "2025"^^xsd:gYear ; df:sha256 "{hashlib.sha256(data).hexdigest()}" .\n'
    )


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with serving() as found:
        yield found


@pytest.fixture
def listed(publisher: Publisher, tmp_path: Path) -> Path:
    """A registry of four sources, three of them offered by the publisher."""
    base = publisher.base
    file = tmp_path / "sources.ttl"
    file.write_text(
        TURTLE
        + source("genes", f'df:savedAs "genes/genes.tsv" ; df:downloadFrom "{base}/genes.tsv"')
        + version("genes-2025", "genes", GENES)
        + version("genes-2019", "genes", OLD)
        + source(
            "labels",
            'df:savedAs "labels/{set-id}.xml" ; df:sizeLimit 1000 ; '
            f'df:downloadFrom "{base}/spls/{{set-id}}.xml"',
        )
        + source(
            "month",
            'df:savedAs "month/month.csv" ; '
            f'df:downloadFrom "{base}/{{year=2025}}/{{month=april}}.csv"',
        )
        + source("compiled", 'df:savedAs "compiled/compiled.tsv"'),
        encoding="utf-8",
    )
    publisher.holds("/genes.tsv", GENES)
    publisher.holds("/2025/april.csv", b"a,b\n")
    return file


def run(
    *words: str | Path,
    registry: Path | None = None,
    before: Callable[[], None] | None = None,
) -> subprocess.CompletedProcess[str]:
    """``kg fetch`` as a user runs it."""
    extra = ["--registry", registry] if registry else []
    return subprocess.run(
        [KG, "fetch", *map(str, [*words, *extra])],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=before,
    )


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


# ---------------------------------------------------------------- the packaged registry


def packaged() -> list[Wanted]:
    return registry().wanted()


def test_every_source_that_a_build_reads_can_be_had_or_says_why_not() -> None:
    without = {one.source for one in packaged() if one.address is None}
    assert without == {"fda-labels"}
    assert registry().names() == sorted(
        "drugmechdb ema-medicines fda-drugs-at-fda fda-labels fda-purple-book fda-spl hgnc hpo "
        "mondo unii".split()
    )
    assert all(one.landing for one in packaged())


def test_every_packaged_address_is_secure_and_names_no_one() -> None:
    for one in packaged():
        parts = urlsplit(one.address or "https://none.example/")
        assert parts.scheme == "https" and parts.hostname and parts.username is None
        assert not parts.fragment
    paths = [one.path for one in packaged()]
    assert len(paths) == len(set(paths)) == 21


def test_every_path_is_one_that_an_adapter_looks_for() -> None:
    paths = {one.source: [] for one in packaged()}  # type: dict[str, list[str]]
    for one in packaged():
        paths[one.source].append(one.path)
    looked = {}
    for module in pkgutil.iter_modules(kg.sources.__path__):
        found = import_module(f"kg.sources.{module.name}")
        if hasattr(found, "GLOB") and found.NAME in paths:
            looked[found.NAME] = found.GLOB
    assert len(looked) >= 6
    for name, pattern in looked.items():
        assert [path for path in paths[name] if fnmatchcase(path, pattern)], (name, pattern)


# ---------------------------------------------------------------- what is asked for


def test_places_of_an_address_are_filled_in(listed: Path) -> None:
    known = registry(listed)
    (one,) = known.wanted(["month"], [("month", "may")])
    assert one.address and one.address.endswith("/2025/may.csv")
    assert (one.path, one.missing, one.changed) == ("month/month.csv", (), True)
    labels = known.wanted(["labels"], [("set-id", "a-1"), ("set-id", "b-2")])
    assert [one.path for one in labels] == ["labels/a-1.xml", "labels/b-2.xml"]
    assert [one.limit for one in labels] == [1000, 1000]
    assert not any(one.changed for one in labels)
    (open_,) = known.wanted(["labels"])
    assert open_.missing == ("set-id",)


@pytest.mark.parametrize(
    ("names", "choices", "words"),
    [
        (["gene"], [], 'no source with files is called "gene"; did you mean "genes"?'),
        (["genes"], [("month", "may")], '--with: no file has a place "month"; there is none'),
        ([], [("day", "1")], 'no file has a place "day"; there is month, set-id, year'),
        ([], [("set-id", "../x")], '"../x" is not letters, digits, ".", "_" or "-"'),
        ([], [("set-id", "a b")], '"a b" is not letters, digits, ".", "_" or "-"'),
        ([], [("set-id", "")], '"" is not letters, digits, ".", "_" or "-"'),
        ([], [("month", "may"), ("month", "june")], "2 files would be kept as month/month.csv"),
    ],
)
def test_what_cannot_be_asked_for(
    listed: Path, names: list[str], choices: list[tuple[str, str]], words: str
) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        registry(listed).wanted(names, choices)


def test_a_name_far_from_every_other_has_no_near_one(listed: Path) -> None:
    with pytest.raises(UnknownName) as caught:
        registry(listed).wanted(["zzz"])
    assert caught.value.near == ()


@pytest.mark.parametrize("path", ["/etc/passwd", "a/../../b", "a/.b", "b", "../b"])
def test_no_registry_makes_us_write_elsewhere(tmp_path: Path, path: str) -> None:
    file = tmp_path / "sources.ttl"
    file.write_text(TURTLE + source("evil", f'df:savedAs "{path}"'), encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(f'"{path}" is no path below a folder')):
        registry(file).wanted()


def test_a_file_of_no_source_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "sources.ttl"
    text = source("genes", 'df:savedAs "genes/genes.tsv"').replace(
        "fileOf source:genes", "fileOf source:gone"
    )
    file.write_text(TURTLE + text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        registry(file)
    assert str(caught.value) == f"{file}: df:fileOf: source:gone is no source here"


# ---------------------------------------------------------------- what becomes of it


def states(outcomes: list[Outcome]) -> dict[str, str]:
    return {one.wanted.path: one.state for one in outcomes}


def test_all_that_can_be_had_is_fetched(listed: Path, tmp_path: Path) -> None:
    known, told = registry(listed), list[str]()
    outcomes = fetch(known, known.wanted(), tmp_path / "to", say=told.append)
    assert states(outcomes) == {
        "compiled/compiled.tsv": "by hand",
        "genes/genes.tsv": "fetched",
        "labels/{set-id}.xml": "not chosen",
        "month/month.csv": "fetched",
    }
    assert not any(one.fault for one in outcomes), "nothing was asked for by name"
    assert (tmp_path / "to/genes/genes.tsv").read_bytes() == GENES
    said = "\n".join(told)
    assert (
        "compiled/compiled.tsv: no address is known for it (compiled file 0); look at "
        f"https://compiled.example/, put it at {tmp_path}/to/compiled/compiled.tsv" in said
    )
    assert "labels/{set-id}.xml: choose which: --with set-id=…" in said
    assert f"genes/genes.tsv: {len(GENES)} bytes, same revision as genes-2025" in said
    assert "month/month.csv: 4 bytes, newer or unknown revision" in said


def test_what_is_there_is_left_alone_unless_asked(
    publisher: Publisher, listed: Path, tmp_path: Path
) -> None:
    known = registry(listed)
    held = tmp_path / "genes" / "downloaded-in-2019.tsv"
    held.parent.mkdir()
    held.write_bytes(OLD)
    genes = known.wanted(["genes"])
    told = list[str]()
    assert [one.state for one in fetch(known, genes, tmp_path, say=told.append)] == ["present"]
    assert told == [f"genes/genes.tsv: there already as {held}, same revision as genes-2019"]
    assert publisher.asked == []
    assert [one.state for one in fetch(known, genes, tmp_path, again=True)] == ["fetched"]
    assert held.read_bytes() == OLD
    assert [one.state for one in fetch(known, genes, tmp_path)] == ["present"]
    assert len(publisher.asked) == 1


def test_another_month_is_fetched_over_the_one_that_is_there(
    publisher: Publisher, listed: Path, tmp_path: Path
) -> None:
    known = registry(listed)
    publisher.holds("/2026/may.csv", b"c,d\n")
    fetch(known, known.wanted(["month"]), tmp_path)
    may = known.wanted(["month"], [("year", "2026"), ("month", "may")])
    assert [one.state for one in fetch(known, may, tmp_path)] == ["fetched"]
    assert (tmp_path / "month" / "month.csv").read_bytes() == b"c,d\n"


def test_a_failure_does_not_stop_the_others(
    publisher: Publisher, listed: Path, tmp_path: Path
) -> None:
    del publisher.pages["/genes.tsv"]
    publisher.offers("/spls/a.xml", Answer(b"<document>" + bytes(b"x" * 2000)))
    known = registry(listed)
    outcomes = fetch(known, known.wanted((), [("set-id", "a")]), tmp_path)
    assert states(outcomes) == {
        "compiled/compiled.tsv": "by hand",
        "genes/genes.tsv": "failed",
        "labels/a.xml": "failed",
        "month/month.csv": "fetched",
    }
    texts = {one.wanted.source: one.text(tmp_path) for one in outcomes}
    assert texts["genes"] == (
        "genes/genes.tsv: the publisher's address has moved (status 404); look at "
        f"https://genes.example/, put it at {tmp_path}/genes/genes.tsv"
    )
    assert "the file has 2010 bytes, and the limit for it is 1000" in texts["labels"]


def test_a_move_is_told(publisher: Publisher, listed: Path, tmp_path: Path) -> None:
    publisher.offers("/genes.tsv", Answer(status=301, headers={"Location": "/new.tsv"}))
    publisher.holds("/new.tsv", GENES)
    known, told = registry(listed), list[str]()
    fetch(known, known.wanted(["genes"]), tmp_path, say=told.append)
    moved = f"genes/genes.tsv: the publisher's address has moved to {publisher.base}/new.tsv"
    assert moved in told


def test_a_disk_that_cannot_be_written_stops_everything(listed: Path, tmp_path: Path) -> None:
    (tmp_path / "to").write_text("a file")
    known: Registry = registry(listed)
    with pytest.raises(BuildError, match="cannot be written"):
        fetch(known, known.wanted(["genes", "month"]), tmp_path / "to")


# ---------------------------------------------------------------- the command


def test_the_command_leaves_what_a_build_reads(listed: Path, tmp_path: Path) -> None:
    done = run("genes", "month", "--to", tmp_path, "-f", "csv", registry=listed)
    assert done.returncode == 0, done.stderr
    assert rows(done.stdout) == [
        {
            "source": "genes",
            "file": "genes/genes.tsv",
            "state": "fetched",
            "revision": "same revision as genes-2025",
            "bytes": str(len(GENES)),
            "sha256": hashlib.sha256(GENES).hexdigest(),
        },
        {
            "source": "month",
            "file": "month/month.csv",
            "state": "fetched",
            "revision": "newer or unknown revision",
            "bytes": "4",
            "sha256": hashlib.sha256(b"a,b\n").hexdigest(),
        },
    ]
    assert "\r" not in done.stderr and "\033" not in done.stderr
    assert sorted(p.name for p in (tmp_path / "genes").iterdir()) == ["genes.tsv"]


def test_everything_at_once_is_no_failure_where_nothing_can_be_done(
    listed: Path, tmp_path: Path
) -> None:
    done = run("--to", tmp_path, registry=listed)
    assert done.returncode == 0, done.stderr
    assert "by hand" in done.stdout and "not chosen" in done.stdout
    assert "no address is known for it" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["compiled"], 1, "kg: 1 of 1 files were not fetched:\n  compiled/compiled.tsv: no addr"),
        (["labels"], 1, "kg: 1 of 1 files were not fetched:\n  labels/{set-id}.xml: choose"),
        (["labels", "--with", "set-id=none"], 1, "the publisher's address has moved (status 404)"),
        (["labels", "--with", "set-id=long"], 3, "and the limit for it is 1000"),
        (["labels", "genes", "--with", "set-id=page"], 1, "answers with a web page; it may have"),
        (["gene"], 2, 'kg: no source with files is called "gene"; did you mean "genes"?'),
        (["labels", "--with", "set-id"], 2, 'kg: --with: "set-id" is not PLACE=VALUE'),
        (["genes", "--timeout", "0"], 2, "0.0 is not in the range"),
    ],
)
def test_how_it_ends(
    publisher: Publisher, listed: Path, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    publisher.offers("/spls/long.xml", Answer(b"x" * 2000))
    publisher.offers("/spls/page.xml", Answer(b"<!doctype html>moved"))
    done = run(*words, "--to", tmp_path, registry=listed)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "genes").exists() == (words[:2] == ["labels", "genes"])


def test_a_folder_is_asked_for(listed: Path) -> None:
    done = run("genes", registry=listed)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "kg: --to: no folder to fetch into; give one with --to DIR\n"


def test_the_list(listed: Path, tmp_path: Path) -> None:
    run("genes", "labels", "--to", tmp_path, registry=listed)
    for name in ("a", "b"):
        (tmp_path / "labels").mkdir(exist_ok=True)
        (tmp_path / "labels" / f"{name}.xml").write_text("<document/>")
    done = run("--list", "--to", tmp_path, "-f", "json", registry=listed)
    found = {row["source"]: row for row in json.loads(done.stdout)}
    assert found["genes"]["there"] == "genes.tsv"
    assert found["genes"]["revision"] == "same revision as genes-2025"
    assert (found["labels"]["there"], found["month"]["there"]) == ("2 files", "no")
    assert found["labels"]["address"].endswith("/spls/{set-id}.xml")
    assert (found["compiled"]["address"], found["compiled"]["there"]) == ("", "no")


def test_the_packaged_list_needs_no_folder_and_no_network() -> None:
    done = run("--list", "-f", "csv")
    assert done.returncode == 0, done.stderr
    assert len(rows(done.stdout)) == len(packaged())
    assert {row["there"] for row in rows(done.stdout)} == {""}


# ---------------------------------------------------------------- broken off


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_what_was_broken_off_goes_on_where_it_stopped(
    publisher: Publisher, listed: Path, tmp_path: Path, how: signal.Signals
) -> None:
    stall = 800_000
    publisher.offers("/genes.tsv", Answer(BIG, headers={"ETag": '"one"'}, stall=stall))
    part = tmp_path / "genes" / ".parts" / "genes.tsv.part"
    words: list[str | Path] = [KG, "fetch", "genes", "--to", tmp_path, "--registry", listed]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        deadline = time.monotonic() + 20
        while not (part.exists() and part.stat().st_size > stall // 2):
            assert time.monotonic() < deadline and child.poll() is None
            time.sleep(0.02)
        child.send_signal(how)
        out, said = child.communicate(timeout=20)
    assert out == ""
    if how == signal.SIGINT:
        assert child.returncode == 130
        assert said.endswith("kg: stopped\n")
    assert not (tmp_path / "genes" / "genes.tsv").exists()
    size = part.stat().st_size
    assert 0 < size <= stall
    publisher.asked.clear()
    publisher.holds("/genes.tsv", BIG, ETag='"one"')
    assert run("genes", "--to", tmp_path, registry=listed).returncode == 0
    assert publisher.ranges() == [f"bytes={size}-"]
    assert (tmp_path / "genes" / "genes.tsv").read_bytes() == BIG
    assert [path.name for path in (tmp_path / "genes").iterdir()] == ["genes.tsv"]


def test_a_full_disk_leaves_the_old_file_and_a_part(
    publisher: Publisher, listed: Path, tmp_path: Path
) -> None:
    publisher.holds("/genes.tsv", BIG, ETag='"one"')
    target = tmp_path / "genes" / "genes.tsv"
    target.parent.mkdir()
    target.write_bytes(OLD)

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    done = run("genes", "--again", "--to", tmp_path, registry=listed, before=small)
    assert done.returncode == 4, done.stderr
    last = done.stderr.splitlines()[-1]
    part = target.parent / ".parts" / "genes.tsv.part"
    assert last == f"kg: {part} cannot be written: File too large; the old file is untouched"
    assert target.read_bytes() == OLD
    publisher.asked.clear()
    assert run("genes", "--again", "--to", tmp_path, registry=listed).returncode == 0
    assert publisher.ranges() == ["bytes=200000-"]
    assert target.read_bytes() == BIG


# ---------------------------------------------------------------- progress


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (12_345_678, "12.3 MB"), (4e9, "4.0 GB")],
)
def test_amounts(size: float, text: str) -> None:
    assert fetching.amount(size) == text


def test_status() -> None:
    assert fetching.status("a", 500, 2000, 1e6) == "a: 500 B of 2.0 kB, 25 %, 1.0 MB/s"
    assert fetching.status("a", 500, None, 10) == "a: 500 B, 10 B/s"


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_a_line_that_changes_only_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal: bool
) -> None:
    now = iter([0.0, 0.1, 0.3, 5.0, 11.0, 12.0])
    monkeypatch.setattr("kg.cli.fetching.time.monotonic", lambda: next(now))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    tell = fetching.meter("a")
    for held in (0, 100, 200, 300, 400):
        tell(held, 400)
    out, err = capsys.readouterr()
    assert out == ""
    if terminal:
        lines = err.split("\r\033[K")
        assert lines[1:] == [
            "a: 100 B of 400 B, 25 %, 333 B/s",
            "a: 200 B of 400 B, 50 %, 40 B/s",
            "a: 300 B of 400 B, 75 %, 27 B/s",
            "a: 400 B of 400 B, 100 %, 33 B/s\n",
        ]
    else:
        assert err == "a: 300 B of 400 B, 75 %, 27 B/s\n"
