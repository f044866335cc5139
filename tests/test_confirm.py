"""Confirmations: added, never changed; taken in by the next build; nothing half-written."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg import rdf
from kg.assemble import assembled
from kg.build import build
from kg.errors import BuildError, InputError
from kg.evidence import digest
from kg.graph import Graph, Result, open_graph
from kg.model import Fact
from kg.names import compact, expand
from kg.resources import folder
from kg.revising.confirm import Confirmed, confirm
from kg.revising.revision import open_revision
from kg.sources.curated import CONFIRMATIONS
from kg.store import Store
from kg.validate_fast import validate_quads
from tests.conftest import PAGE, ROOT
from tests.test_cli import fails, kg

SEEN = "2023-12-29"
CHANGED = {"zolgensma-fda-approval-page", "zolgensma-treats-sma-page"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the curated data, to confirm in."""
    return Path(shutil.copytree(folder("data"), tmp_path / "data"))


@pytest.fixture
def new(page: str, tmp_path: Path) -> Path:
    """A later revision of the page: a number changed, a sentence new at the top."""
    path = tmp_path / "new.txt"
    path.write_text("Mine.\n\n" + page.replace("May 2019", "May 2018"), encoding="utf-8")
    return path


def confirmed(data: Path, old: Path, new: Path, date: str | None = None) -> Confirmed:
    return confirm(data, open_revision(old), open_revision(new, date))


def last(data: Path) -> dict[str, str]:
    """The day on which each fact of the page was last confirmed, as the data are read."""
    nodes = {node.iri: node for node in assembled(data).nodes}
    found = {}
    for node in nodes.values():
        if isinstance(node, Fact) and node.first_seen_in.endswith(f"3559344-{SEEN}"):
            version: Any = nodes[node.last_confirmed_in or ""]
            found[compact(node.iri).removeprefix("fact:")] = version.version_date.text
    return found


def before(graph: Graph, date: str) -> set[str]:
    rows = graph.query("confirmed-before", date=date, source="source:drugs-com-3559344")
    assert isinstance(rows, Result)
    return {compact(row["fact"]).removeprefix("fact:") for row in rows}


# ---------------------------------------------------------------- confirm, build, ask


@pytest.mark.shared
def test_what_stands_is_confirmed_and_what_changed_is_left(data: Path, new: Path) -> None:
    done = confirmed(data, PAGE, new, "2024-06-01")
    assert done.written and len(done.facts) == 25
    assert {compact(one.fact).removeprefix("fact:") for one in done.report.facts
            if one.state == "changed"} == CHANGED  # fmt: skip
    days = last(data)
    assert {name for name, day in days.items() if day == SEEN} == CHANGED
    assert {day for name, day in days.items() if name not in CHANGED} == {"2024-06-01"}


@pytest.mark.shared
def test_the_next_build_takes_it_in(data: Path, new: Path, tmp_path: Path) -> None:
    build(tmp_path / "a", data=data)
    assert len(before(open_graph(tmp_path / "a"), "2024-01-01")) == 27
    confirmed(data, PAGE, new, "2024-06-01")
    built = build(tmp_path / "b", data=data)
    assert built.report.conforms
    graph = open_graph(tmp_path / "b")
    assert before(graph, "2024-01-01") == CHANGED
    assert len(before(graph, "2024-06-02")) == 27
    (page,) = (one for one in graph.freshness("2024-06-11") if "drugs-com" in one.source)
    assert (page.revision, page.last_confirmed, page.oldest) == ("2024-06-01", "2024-06-01", SEEN)
    assert (page.facts, page.behind, page.age_days) == (27, 2, 165)
    assert {one.removeprefix("fact:") for one in page.oldest_facts} == CHANGED
    assert build(tmp_path / "c", data=data).manifest == built.manifest
    answer = graph.query("is-cure", drug="Zolgensma", disease="SMA")
    assert isinstance(answer, Result) and answer.answer().text().startswith("No. ")


@pytest.mark.shared
def test_each_place_in_the_new_revision_is_noted(data: Path, new: Path) -> None:
    done = confirmed(data, PAGE, new, "2024-06-01")
    quads = assembled(data).quads
    assert validate_quads(quads).conforms
    store, text = Store.from_nquads(rdf.nquads(quads)), new.read_text(encoding="utf-8")
    places = {
        (int(row["start"].value), int(row["end"].value)): row["digest"].value
        for row in store.select(
            "SELECT ?start ?end ?digest { ?c a df:Confirmation ; df:evidence ?p . "
            "?p df:inVersion ?v ; df:start ?start ; df:end ?end ; df:sentenceDigest ?digest }"
        )
    }
    cited = store.select(
        "SELECT DISTINCT ?p { ?fact df:polarity ?any ; df:evidence/df:readWith? ?p . "
        "?p df:inVersion source:drugs-com-3559344-2023-12-29 }"
    )
    assert len(places) == len(list(cited)) - 1, "but for the passage that changed"
    assert all(digest(text[start:end]) == value for (start, end), value in places.items())
    named = {compact(iri) for iri in done.facts}
    told = store.select("SELECT ?fact { ?c a df:Confirmation ; df:confirms ?fact }")
    assert {compact(row["fact"].value) for row in told} == named


@pytest.mark.shared
def test_a_second_confirmation_is_added_below_the_first(
    data: Path, new: Path, page: str, tmp_path: Path
) -> None:
    confirmed(data, PAGE, new, "2024-06-01")
    first = (data / CONFIRMATIONS).read_bytes()
    newer = tmp_path / "newer.txt"
    newer.write_text(page + "\nMore.\n", encoding="utf-8")
    done = confirmed(data, new, newer, "2025-03")
    second = (data / CONFIRMATIONS).read_bytes()
    assert second.startswith(first) and len(second) > len(first)
    assert len(done.facts) == 27, "what had changed is back in its old words"
    assert set(last(data).values()) == {"2025-03"}


@pytest.mark.shared
def test_the_same_confirmation_twice_changes_nothing(data: Path, new: Path) -> None:
    confirmed(data, PAGE, new, "2024-06-01")
    once = (data / CONFIRMATIONS).read_bytes()
    again = confirmed(data, PAGE, new, "2024-06-01")
    assert not again.written and len(again.facts) == 25
    assert (data / CONFIRMATIONS).read_bytes() == once


@pytest.mark.shared
def test_the_revision_held_needs_no_confirmation(data: Path) -> None:
    assert not confirmed(data, PAGE, PAGE).written
    assert not (data / CONFIRMATIONS).exists()


@pytest.mark.shared
def test_an_unchanged_page_can_be_confirmed_on_a_later_day(data: Path) -> None:
    done = confirm(data, open_revision(PAGE), open_revision(PAGE, "2025-01-02"), "2025-01-03")
    assert done.written and len(done.facts) == 27
    assert set(last(data).values()) == {"2025-01-02"}
    graph = Graph(Store.from_nquads(rdf.nquads(assembled(data).quads)))
    (page,) = (one for one in graph.freshness("2025-01-12") if "drugs-com" in one.source)
    assert (page.retrieved, page.age_days, page.behind) == ("2025-01-03", 10, 0)


@pytest.mark.shared
def test_records_of_a_register_are_confirmed_too(data: Path, tmp_path: Path) -> None:
    """A line of the label sections that moved is confirmed with its new place."""
    from tests.test_diff import SECTIONS, sections

    more = sections(tmp_path / "more.tsv.gz", {}, first="{'examplin'}\tExamplin is for examples.")
    done = confirmed(data, SECTIONS, more, "2025")
    assert len(done.facts) == 5 and done.report.counts["moved"] == 5
    text = (data / CONFIRMATIONS).read_text(encoding="utf-8")
    assert 'df:record "line 66"' in text and 'df:record "line 65"' not in text
    assert validate_quads(assembled(data).quads).conforms


# ---------------------------------------------------------------- refusals


@pytest.mark.shared
def test_an_older_confirmation_is_refused(data: Path, new: Path) -> None:
    confirmed(data, PAGE, new, "2024-06-01")
    once = (data / CONFIRMATIONS).read_bytes()
    with pytest.raises(InputError) as error:
        confirmed(data, PAGE, new, "2024-02-01")
    assert "is confirmed already in a later revision, of 2024-06-01; this one is of 2024-02-01" in (
        str(error.value)
    )
    with pytest.raises(InputError, match="in a perhaps later revision, of 2024-06-01"):
        confirmed(data, PAGE, new, "2024")
    assert (data / CONFIRMATIONS).read_bytes() == once


@pytest.mark.shared
def test_a_revision_without_a_date_is_refused(data: Path, new: Path) -> None:
    with pytest.raises(InputError, match="nothing says of which day it is; say it with --new-date"):
        confirmed(data, PAGE, new)
    assert not (data / CONFIRMATIONS).exists()


@pytest.mark.shared
def test_two_confirmations_at_once_are_one_too_many(data: Path, new: Path) -> None:
    import fcntl
    import os

    held = os.open(data, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BuildError, match="another confirmation is writing"):
            confirmed(data, PAGE, new, "2024-06-01")
    finally:
        os.close(held)


def test_the_file_holds_confirmations_only(data: Path) -> None:
    text = (data / "curated" / "itvisma.ttl").read_text(encoding="utf-8")
    (data / CONFIRMATIONS).write_text(text, encoding="utf-8")
    (data / "curated" / "itvisma.ttl").unlink()
    with pytest.raises(InputError) as error:
        assembled(data)
    assert f"{data / CONFIRMATIONS}:" in str(error.value)
    assert "is no confirmation, revision or place" in str(error.value)


def test_a_confirmation_of_what_is_not_there_is_one_error_with_its_line(data: Path) -> None:
    (data / CONFIRMATIONS).write_text(
        "@prefix df: <https://w3id.org/drugfacts/ontology#> .\n"
        "@prefix evidence: <https://w3id.org/drugfacts/evidence/> .\n"
        "@prefix fact: <https://w3id.org/drugfacts/fact/> .\n"
        "@prefix source: <https://w3id.org/drugfacts/source/> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'evidence:c a df:Confirmation ;\n    rdfs:label "x" ;\n    df:confirms fact:nothing ;\n'
        "    df:inVersion source:fda-labels-2024 ;\n"
        "    df:evidence evidence:fda-labels-2024-line-65 .\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as error:
        assembled(data)
    assert f"{data / CONFIRMATIONS}:8: evidence:c df:confirms: fact:nothing is described" in str(
        error.value
    )


def test_an_older_entry_does_not_undo_a_newer_one(data: Path) -> None:
    """However the entries are ordered in the file, the newest revision counts."""
    head = "".join(
        f"@prefix {name}: <{expand(name + ':x')[:-1]}> .\n"
        for name in ("df", "evidence", "fact", "source", "rdfs", "xsd")
    )
    entries = [
        f'source:p-{year} a df:SourceVersion ; rdfs:label "of {year}" ;\n'
        f'  df:versionOf source:drugs-com-3559344 ; df:versionDate "{year}"^^xsd:gYear .\n'
        f'evidence:c-{year} a df:Confirmation ; rdfs:label "c" ; df:inVersion source:p-{year} ;\n'
        "  df:confirms fact:zolgensma-cures-sma ;\n"
        "  df:evidence evidence:drugs-com-3559344-2023-12-29-151-245 .\n"
        for year in (2026, 2022, 2025)
    ]
    for order in (entries, entries[::-1]):
        (data / CONFIRMATIONS).write_text(head + "".join(order), encoding="utf-8")
        assert last(data)["zolgensma-cures-sma"] == "2026"
    (data / CONFIRMATIONS).write_text(head + entries[1], encoding="utf-8")
    assert last(data)["zolgensma-cures-sma"] == SEEN


# ---------------------------------------------------------------- killed, and the command

KILLED = """
import os, signal, sys
from pathlib import Path
import kg.render, tempfile
point, data, old, new = sys.argv[1:]
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
def dying(real, after):
    def run(*words, **more):
        if not after:
            die()
        real(*words, **more)
        die()
    return run
if point in ("written", "synced"):
    os.fsync = dying(os.fsync, point == "synced")
else:
    Path.replace = dying(Path.replace, point == "renamed")
from kg.revising.confirm import confirm
from kg.revising.revision import open_revision
confirm(Path(data), open_revision(Path(old)), open_revision(Path(new), "2025-01-01"))
"""


@pytest.mark.shared
@pytest.mark.parametrize("point", ["written", "synced", "renaming", "renamed"])
def test_killed_at_any_point_the_old_file_stands_or_the_new(
    data: Path, new: Path, page: str, tmp_path: Path, point: str
) -> None:
    confirmed(data, PAGE, new, "2024-06-01")
    file = data / CONFIRMATIONS
    old, other = file.read_bytes(), Path(shutil.copytree(data, tmp_path / "other"))
    newer = tmp_path / "newer.txt"
    newer.write_text(page + "\nMore.\n", encoding="utf-8")
    confirmed(other, PAGE, newer, "2025-01-01")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, point, str(data), str(PAGE), str(newer)],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == -9, done.stderr
    want = (other / CONFIRMATIONS).read_bytes() if point == "renamed" else old
    assert file.read_bytes() == want
    confirmed(data, PAGE, newer, "2025-01-01")
    assert file.read_bytes() == (other / CONFIRMATIONS).read_bytes()
    assert not list(data.glob(".*")), "what the killed one left aside is gone"


@pytest.mark.shared
def test_the_command_confirms_and_lists_what_is_left_for_a_person(data: Path, new: Path) -> None:
    words = ("confirm", PAGE, new, "--new-date", "2024-06-01", "--data", data)
    done = kg(*words)
    assert done.returncode == 1, done.stderr
    first, *left = done.stdout.splitlines()
    assert first.startswith("25 facts stand in Drugs.com: Is Zolgensma a cure for SMA?, 1 June")
    assert first.endswith(f"added to {data / CONFIRMATIONS}")
    assert len(left) == 2 and all('number: "2019" → "2018"' in line for line in left)
    assert "nothing to add to" in kg(*words).stdout
    new.write_text(new.read_text(encoding="utf-8") + "More.\n", encoding="utf-8")
    fails(kg("confirm", PAGE, new, "--data", data), 2, "nothing says of which day it is")
