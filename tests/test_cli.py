"""The command ``kg`` as a user runs it: the real binary, its stdout, stderr and exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.library import load
from kg.store import Store

KG = Path(sys.executable).parent / "kg"


def kg(
    *words: str | Path, store: Path | None = None, stdin: str | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run ``kg``, with a store of its own and nothing of the caller's settings."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("KG_")}
    if store is not None:
        clean["KG_STORE"] = str(store)
    return subprocess.run(
        [KG, *map(str, words)],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env=clean | env,
    )


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store directory with the curated graph in it, built by the command."""
    path = tmp_path_factory.mktemp("store")
    done = kg("build", "--store", path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("56 facts, ")
    assert "conforms to the shapes" in done.stderr
    return path


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def fails(done: subprocess.CompletedProcess[str], code: int, *said: str) -> None:
    """One line on stderr, nothing on stdout, no traceback."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stderr.startswith("kg: ")
    for words in said:
        assert words in done.stderr


# ---------------------------------------------------------------- query


def test_a_cure_is_denied_in_the_first_word_with_place_date_and_caveat(store: Path) -> None:
    done = kg("query", "is-cure", "-p", "drug=Zolgensma", "-p", "disease=SMA", store=store)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "No. Zolgensma is not a cure for spinal muscular atrophy."
    for words in ("Drugs.com", "Official answer", "characters 151–245", "29 December 2023"):
        assert words in lines[1]
    assert "does not replace a doctor" in done.stdout
    assert lines[-1] == "Not medical advice."


def test_what_is_not_held_is_not_stated_and_never_no(store: Path) -> None:
    done = kg("query", "is-cure", "-p", "drug=Spinraza", "-p", "disease=SMA", store=store)
    assert done.returncode == 1
    assert done.stdout.startswith("Not stated")
    assert not done.stdout.startswith("No.")


def test_the_machine_formats_are_the_w3c_ones(store: Path) -> None:
    ask: Sequence[str] = ("query", "approvals", "-p", "drug=Spinraza", "--format")
    found = rows(kg(*ask, "csv", store=store).stdout)
    assert [row["date"] for row in found] == ["2016-12-23", "2017-05-30"]
    tree = json.loads(kg(*ask, "json", store=store).stdout)
    assert len(tree["results"]["bindings"]) == 2
    for form, kind in (
        ("csv", ox.QueryResultsFormat.CSV),
        ("tsv", ox.QueryResultsFormat.TSV),
        ("json", ox.QueryResultsFormat.JSON),
        ("xml", ox.QueryResultsFormat.XML),
    ):
        done = kg(*ask, form, store=store)
        assert done.returncode == 0
        if form != "csv":
            parsed = ox.parse_query_results(done.stdout.encode(), kind)
            assert isinstance(parsed, ox.QuerySolutions)
            assert len(list(parsed)) == 2


def test_the_format_is_guessed_from_the_output_file(store: Path, tmp_path: Path) -> None:
    for ending, start in (
        (".csv", "fact,"),
        (".json", "{"),
        (".xml", "<?xml"),
        (".tsv", "?fact\t"),
    ):
        out = tmp_path / f"rows{ending}"
        done = kg("query", "approvals", "-p", "drug=Spinraza", "-o", out, store=store)
        assert (done.returncode, done.stdout) == (0, "")
        assert out.read_text().startswith(start)
    fails(
        kg("query", "approvals", "-p", "drug=Spinraza", "-o", tmp_path / "x.doc", store=store),
        2,
        'no format goes by the ending ".doc"',
    )


def test_a_table_shows_a_label_beside_every_curie(store: Path) -> None:
    done = kg("query", "approvals", "-p", "drug=Spinraza", "--format", "table", store=store)
    assert "Spinraza (product:spinraza)" in done.stdout
    assert "FDA (concept:fda)" in done.stdout
    assert "https://w3id.org" not in done.stdout


def test_the_simplest_sparql_works_as_a_newcomer_writes_it(store: Path) -> None:
    text = 'SELECT ?drug WHERE { ?drug df:treats/rdfs:label "spinal muscular atrophy" }'
    done = kg("query", "-", "--format", "csv", store=store, stdin=text)
    assert {row["drug"].rpartition("/")[2] for row in rows(done.stdout)} == {
        "zolgensma",
        "spinraza",
        "evrysdi",
        "itvisma",
    }


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        ("ASK { product:zolgensma df:cures MONDO:0001516 }", "false\n"),
        ("ASK { GRAPH ?g { product:zolgensma df:cures MONDO:0001516 } }", "false\n"),
        ("ASK { product:zolgensma df:isNotCureFor MONDO:0001516 }", "true\n"),
    ],
)
def test_a_denied_fact_is_never_a_positive_triple(store: Path, ask: str, answer: str) -> None:
    assert kg("query", "-", store=store, stdin=ask).stdout == answer


def test_a_sparql_file_and_a_construct(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "own.rq"
    file.write_text("CONSTRUCT { ?s df:treats ?o } WHERE { ?s df:treats ?o }")
    done = kg("query", file, "--format", "ntriples", store=store)
    assert len(list(ox.parse(done.stdout.encode(), ox.RdfFormat.N_TRIPLES))) == 4
    fails(kg("query", file, "--format", "csv", store=store), 2, "this cannot be written as csv")


def test_a_question_of_ones_own_runs_from_its_file(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    library = Path(__file__).parent.parent / "queries" / "is-cure.rq"
    file.write_text(library.read_text())
    done = kg("query", file, "-p", "drug=Zolgensma", "-p", "disease=SMA", store=store)
    assert done.stdout.startswith("No. ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing-such"], "no question is called"),
        (["is-cures"], 'did you mean "is-cure"'),
        (["is-cure", "-p", "drug=Zolgensma"], "disease"),
        (["is-cure", "-p", "drug=Zolgensmaa", "-p", "disease=SMA"], 'did you mean "Zolgensma"?'),
        (["is-cure", "-p", "dose=1"], 'has no parameter "dose"'),
        (["is-cure", "-p", "drug"], "is not KEY=VALUE"),
        (["is-cure", "-p", "drug=a", "-p", "drug=b"], "is given twice"),
        (["fits-age", "-p", "disease=SMA", "-p", "months=old"], "is no whole number"),
        (["nowhere.rq"], "No such file"),
    ],
)
def test_bad_questions_get_one_clear_error(store: Path, words: list[str], said: str) -> None:
    fails(kg("query", *words, store=store), 2, said)


def test_an_update_is_refused(store: Path) -> None:
    before = Store.open(store).nquads()
    fails(kg("query", "-", store=store, stdin="DELETE WHERE { ?s ?p ?o }"), 2, "not a SPARQL query")
    assert Store.open(store).nquads() == before


def test_18_months_fit_zolgensma_in_the_us_and_exactly_24_do_not(store: Path) -> None:
    def fit(months: int) -> dict[tuple[str, str, str], str]:
        words = ("fits-age", "-p", "disease=SMA", "-p", f"months={months}", "--format", "csv")
        found = rows(kg("query", *words, store=store).stdout)
        return {
            (row["drugLabel"], row["authorityLabel"], row["fact"].rpartition("/")[2]): row["fit"]
            for row in found
        }

    us = ("Zolgensma", "FDA", "zolgensma-treats-sma-us")
    itvisma = ("Itvisma", "FDA", "itvisma-treats-sma-us")
    assert fit(18)[us] == "fits"
    assert fit(23)[us] == "fits"
    assert fit(24)[us] == "does not fit"
    assert fit(24)[itvisma] == "fits"
    assert fit(23)[itvisma] == "does not fit"


# ---------------------------------------------------------------- answers, show, sources


def test_the_pages_three_questions_are_answered_in_english(store: Path) -> None:
    done = kg("answers", store=store)
    assert done.returncode == 0
    one, two, three = done.stdout.strip("─\n").split("─" * 72 + "\n")
    assert one.splitlines()[0] == "Is Zolgensma a cure for SMA?"
    assert one.splitlines()[2].startswith("No. ")
    assert "gene therapy" in two
    assert "SMN1" in two
    assert "Not captured" in three
    for brand in ("Zolgensma", "Spinraza", "Evrysdi", "Itvisma"):
        line = next(line for line in three.splitlines() if line.startswith(brand))
        assert "FDA" in three
        assert "20" in line, "the line gives the date of the approval"
    assert "news report" in three
    for text in (one, two, three):
        assert "revision of" in text
        assert "Not medical advice." in text
    assert len(json.loads(kg("answers", "--format", "json", store=store).stdout)) == 3


def test_show_takes_names_synonyms_codes_and_curies(store: Path) -> None:
    for name in ("Zolgensma", "zolgensma", "product:zolgensma", "BLA 125694"):
        done = kg("show", name, store=store)
        assert done.stdout.startswith("Zolgensma (product:zolgensma), medicinal product"), name
    for name in ("MLU3LU3EVV", "DB15528", "onasemnogene abeparvovec"):
        assert kg("show", name, store=store).stdout.startswith("onasemnogene abeparvovec"), name
    done = kg("show", "Zolgensma", store=store)
    before, _, after = done.stdout.partition("What it is not, and what was not studied")
    assert "is not" not in before
    assert "Zolgensma is not a cure for spinal muscular atrophy" in after
    assert json.loads(kg("show", "SMA", "--format", "json", store=store).stdout)["label"]


def test_show_declares_in_every_format_what_it_leaves_out(store: Path) -> None:
    for words in (["FDA"], ["FDA", "--all"]):
        found = json.loads(kg("show", *words, "--format", "json", store=store).stdout)
        told = [one for statement in found["statements"] for one in statement["told"]]
        assert (found["left_out"], found["facts"]) == (0, len(told))
        assert {"fact", "source", "version_date", "places", "review"} <= told[0].keys()
        assert "Left out" not in kg("show", *words, store=store).stdout


def test_an_ambiguous_name_says_what_else_it_means(store: Path) -> None:
    done = kg("show", "SMA", store=store)
    assert done.stdout.startswith("spinal muscular atrophy (MONDO:0001516)")
    assert "proximal spinal muscular atrophy" in done.stderr


def test_a_fact_says_who_says_it_and_what_follows_from_it(store: Path) -> None:
    done = kg("show", "fact:zolgensma-cures-sma", store=store)
    assert "polarity: denied" in done.stdout
    assert "(df:isNotCureFor)" in done.stdout
    assert "characters 151–245" in done.stdout


def test_an_unknown_name_is_refused_with_the_nearest(store: Path) -> None:
    fails(kg("show", "Zolgensmaa", store=store), 2, 'did you mean "Zolgensma"')


def test_sources_lists_every_revision_with_its_tier(store: Path) -> None:
    found = rows(kg("sources", "--format", "csv", store=store).stdout)
    assert len(found) == 13
    tiers = {row["source"]: row["tier"] for row in found}
    assert tiers["news reports on Itvisma"] == "news report"
    assert {row["facts"] for row in found if row["source"].startswith("Drugs.com")} == {"27"}


def test_questions_lists_and_shows(store: Path) -> None:
    found = rows(kg("questions", "--format", "csv").stdout)
    assert [row["name"] for row in found] == list(load())
    done = kg("questions", "is-cure")
    assert "-p drug=" in done.stdout
    assert "SELECT" in done.stdout
    fails(kg("questions", "is-cures"), 2, "did you mean")


# ---------------------------------------------------------------- evidence


@pytest.mark.shared
def test_evidence_on_the_page_and_on_a_changed_copy(store: Path, page: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_text(page, encoding="utf-8")
    done = kg("evidence", "--page", copy, "--format", "csv", store=store)
    assert done.returncode == 0
    assert {row["state"] for row in rows(done.stdout)} == {"confirmed"}
    assert "27 of 27 confirmed, 0 moved, 0 changed, 0 lost" in done.stderr
    copy.write_text(page.replace("is not a cure", "is a cure"), encoding="utf-8")
    done = kg("evidence", "--page", copy, "--format", "csv", store=store)
    assert done.returncode == 1
    assert [row["fact"] for row in rows(done.stdout) if row["state"] == "changed"] == [
        "fact:zolgensma-cures-sma"
    ]


@pytest.mark.shared
def test_evidence_cites_a_place_for_a_curator(store: Path, page: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_text(page, encoding="utf-8")
    words = ("evidence", "--page", copy, "--cite", "160:170", "--section", "Official answer")
    done = kg(*words, store=store)
    assert done.stdout.startswith("evidence:drugs-com-3559344-2023-12-29-151-245 a df:Passage ;")
    fails(kg("evidence", "--page", copy, "--cite", "x", store=store), 2, "is not START:END")


def test_evidence_of_a_strange_page_is_refused(store: Path, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("Nothing of ours.")
    fails(kg("evidence", "--page", tmp_path / "other.txt", store=store), 2, "holds no passage")
    (tmp_path / "bytes.txt").write_bytes(b"caf\xe9")
    fails(kg("evidence", "--page", tmp_path / "bytes.txt", store=store), 2, "is not UTF-8")


def test_evidence_without_a_page_counts_by_source(store: Path) -> None:
    found = rows(kg("evidence", "--format", "csv", store=store).stdout)
    assert sum(int(row["facts"]) for row in found) == 56
    assert len(found) == 8


# ---------------------------------------------------------------- check, build, export


def test_check_of_the_built_graph_conforms(store: Path) -> None:
    done = kg("check", store=store)
    assert (done.returncode, done.stdout) == (0, "the graph conforms\n")


def test_check_of_a_strangers_file_reports_and_exits_with_1(tmp_path: Path) -> None:
    file = tmp_path / "theirs.ttl"
    file.write_text(
        "@prefix df: <https://w3id.org/drugfacts/ontology#> .\n"
        "<https://example.org/pill> df:cures <https://example.org/ill> .\n"
    )
    done = kg("check", file)
    assert done.returncode == 1
    assert "does not conform" in done.stdout
    assert "df:cures" in done.stdout
    tree = json.loads(kg("check", file, "--format", "json").stdout)
    assert tree["conforms"] is False
    assert {one["shape"].rpartition("#")[2] for one in tree["results"]} == {"LeakGuard"}
    (row,) = rows(kg("check", file, "--format", "csv").stdout)
    assert row["shape"] == "dfsh:LeakGuard"
    assert "│ dfsh:LeakGuard" in kg("check", file, "--format", "table").stdout
    report = kg("check", file, "--format", "turtle").stdout
    assert "sh:conforms false" in report
    assert list(ox.parse(report.encode(), ox.RdfFormat.TURTLE))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("broken.ttl", b"<a> <b> ", "broken.ttl:1:"),
        ("latin.ttl", b"# ok\n# caf\xe9\n", "latin.ttl:2: byte 0xe9 at offset 10 is not UTF-8"),
        ("bomb.rdf", b'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "b">]><x/>', "bomb.rdf:2:"),
        ("deep.ttl", b"<a:a> <a:b> " + b"[ <a:b> " * 20_000, "nest deeper than 64"),
        ("deep.jsonld", b"[" * 20_000, "nest deeper than 64"),
        ("far.jsonld", b'{"@context": "http://127.0.0.1:9/"}', "a remote @context is not loaded"),
        ("table.docx", b"", 'unknown ending ".docx"'),
    ],
)
def test_check_of_a_broken_file_is_one_clear_error(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(data)
    fails(kg("check", tmp_path / name), 2, said)


def test_a_fault_in_the_data_is_one_line_with_file_and_line(tmp_path: Path) -> None:
    import shutil

    from kg.resources import folder

    data = shutil.copytree(folder("data"), tmp_path / "data")
    file = data / "curated" / "itvisma.ttl"
    text = file.read_text()
    line = text[: text.index("df:minAgeInclusive")].count("\n")
    file.write_text(
        text.replace("    df:minAgeInclusive true .", "").replace(
            "    df:minAgeMonths 24 ;", "    df:minAgeMonths 24 ."
        )
    )
    done = kg("build", "--store", tmp_path / "store", "--data", data)
    fails(
        done,
        2,
        f"itvisma.ttl:{line}: population:2-years-and-older df:minAgeMonths: "
        "the bound has no df:minAgeInclusive",
    )
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("form", ["turtle", "trig", "ntriples", "nquads", "jsonld", "rdfxml"])
def test_export_writes_every_format_the_same_twice(store: Path, form: str) -> None:
    one, two = (kg("export", form, store=store, PYTHONHASHSEED=seed) for seed in "12")
    assert one.returncode == 0
    assert one.stdout == two.stdout
    assert "zolgensma" in one.stdout


def test_export_of_several_files_is_a_new_folder_and_a_report(store: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "kgx", tmp_path / "loss.json"
    done = kg("export", "kgx-tsv", "-o", out, "--loss", report, store=store)
    assert (done.returncode, done.stdout) == (0, "")
    assert {path.name for path in out.iterdir()} == {"nodes.tsv", "edges.tsv"}
    loss = json.loads(report.read_text())
    assert f"kgx-tsv: {loss['written']} of {loss['facts']} facts written" in done.stderr
    assert f"left out: denied, {loss['left_out']['denied']}" in done.stderr
    assert kg("export", "kgx-tsv", "-o", out, store=store).returncode == 2
    fails(kg("export", "kgx-tsv", store=store), 2, "name a new folder with -o")
    network = tmp_path / "network.graphml"
    assert kg("export", "-o", network, store=store).returncode == 0
    assert "<graphml" in network.read_text()


def test_export_to_a_full_disk_leaves_the_old_file(store: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands in for a full disk."""
    out = tmp_path / "graph.ttl"
    out.write_text("the old one")
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f 8; trap '' XFSZ; exec {KG} export -o {out}"],
        env={**os.environ, "KG_STORE": str(store)},
        capture_output=True,
        text=True,
        check=False,
    )
    fails(done, 4, "cannot write")
    assert out.read_text() == "the old one"
    assert [path.name for path in tmp_path.iterdir()] == ["graph.ttl"]


# ---------------------------------------------------------------- the command itself


def test_without_a_graph_the_mend_is_named(tmp_path: Path) -> None:
    fails(kg("answers", "--store", tmp_path / "none"), 2, "run `kg build` first")


def test_help_is_quick_and_every_command_has_an_example() -> None:
    done = kg("--help")
    assert done.returncode == 0
    names = ["build", "check", "questions", "query", "answers", "show", "evidence", "export"]
    for name in [*names, "sources"]:
        assert f"\n  {name} " in done.stdout
        assert "Example" in kg(name, "--help").stdout, name


def test_help_loads_no_rdf_library() -> None:
    script = (
        "import sys; from click.testing import CliRunner; from kg.cli import cli; "
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0; "
        "print([n for n in ('rdflib', 'pyoxigraph', 'pandas', 'pyshacl', 'networkx', 'yaml')"
        " if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_a_closed_pipe_is_no_error(store: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{KG} export nquads --store {store} | head -1; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_usage_errors_exit_with_2() -> None:
    assert kg("nonsense").returncode == 2
    assert kg("export", "docx").returncode == 2
    assert kg("--version").stdout.startswith("drugfacts, version 0.1.0")
