"""The graph of all the publishers' files: counts that anyone can check, and expected answers.

The graph is built once, by the command, as a user builds it. What a dozen drugs of different
kinds should answer stands in ``tests/expected/full/``; it was read from the publishers' files.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import random
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.draw import draw
from kg.errors import InputError
from kg.explain import explain
from kg.graph import Graph, Result
from kg.library import load
from kg.model import PartialDate
from kg.names import DF, compact, graph
from kg.web.explorer.links import path_of
from tests.asking import (
    test_answers_of_the_full_graph_have_evidence_that_opens,
    test_questions_about_drugs_of_the_full_graph,
    test_the_questions_of_the_page_word_for_word,
    test_the_same_three_questions_about_other_drugs,
)
from tests.conftest import ROOT, SHARED
from tests.hierarchy import (
    test_nothing_is_inferred_for_what_is_asked,
    test_texts_about_kinds_are_found,
    test_treatments_of_any_kind_are_those_of_the_kinds,
    test_what_is_denied_of_kinds,
)
from tests.serving import Server, served
from tests.site import Site, application, broken, read
from tests.test_explain import FOUND, PUBLISHED
from tests.threats import LIMITS
from tests.threats import test_a_killed_worker_is_never_a_200_with_a_part as test_a_kill
from tests.threats import test_a_limit_is_named_by_the_error as test_a_limit
from tests.threats import test_no_spelling_of_service_reaches_out as test_service
from tests.threats import (
    test_twenty_cross_products_leave_fifty_cheap_queries_answered as test_cross_products,
)

__all__ = [
    "test_a_kill",
    "test_a_limit",
    "test_answers_of_the_full_graph_have_evidence_that_opens",
    "test_cross_products",
    "test_nothing_is_inferred_for_what_is_asked",
    "test_questions_about_drugs_of_the_full_graph",
    "test_service",
    "test_texts_about_kinds_are_found",
    "test_the_questions_of_the_page_word_for_word",
    "test_the_same_three_questions_about_other_drugs",
    "test_treatments_of_any_kind_are_those_of_the_kinds",
    "test_what_is_denied_of_kinds",
]

pytestmark = [pytest.mark.shared, pytest.mark.xdist_group("full")]
EXPECTED = ROOT / "tests" / "expected" / "full"
AID = re.compile(r"\b(isopropyl alcohol|water|syringe|needle|swab|diluent)\b")
MEDICINES, MECHANISMS = (f"GRAPH <{graph(name)}> {{" for name in ("ema-medicines", "drugmechdb"))
USED = "rdf:predicate ?use . FILTER (?use IN (df:treats, df:indicatedFor))"
TREATING = """SELECT ?base ?may {
  VALUES ?base { df:treats df:indicatedFor df:cures df:prevents df:ameliorates df:reverses
                 df:counteracts
                 df:helpsStopProgressionOf df:improves df:preserves }
  OPTIONAL { ?base df:possiblePredicate ?may } }"""
ALIKE = set(
    "no-identifier weak-mappings source-review us-and-eu same-vector population-limited "
    "uses-by-status".split()
)


@dataclass(frozen=True)
class Full:
    """The built graph, and what the command said of it."""

    place: Path
    stdout: str
    stderr: str
    manifest: dict[str, Any]
    graph: Graph


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Full:
    place = tmp_path_factory.mktemp("full")
    command = [sys.executable, "-m", "kg", "build", "--from", str(SHARED / "sources")]
    command.append("--extract")
    done = subprocess.run(
        [*command, "--store", str(place)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (manifest,) = (place / "generations").glob("*/manifest.json")
    found = json.loads(manifest.read_bytes())
    return Full(place, done.stdout, done.stderr, found, kg.open(place))


@pytest.fixture(scope="module")
def g(full: Full) -> Graph:
    return full.graph


@pytest.fixture(scope="module")
def server(full: Full) -> Iterator[Server]:
    """A server over the whole graph, for the attacks imported above."""
    with served(full.place, **LIMITS) as server:
        yield server


def expected(name: str) -> list[dict[str, str]]:
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def of(drug: str, name: str) -> set[tuple[str, ...]]:
    """The expected rows about a drug, without it."""
    return {tuple(row.values())[1:] for row in expected(name) if row["drug"] == drug}


DRUGS = {row["drug"]: row for row in expected("drugs")}


def ask(g: Graph, query: str, **parameters: object) -> list[dict[str, Any]]:
    found = g.query(query, **parameters)
    assert isinstance(found, Result)
    return list(found)


# ---------------------------------------------------------------- the build


def test_the_build_tells_rows_facts_reasons_quads_time_and_memory(full: Full) -> None:
    assert "conforms to the shapes" in full.stderr.splitlines()
    assert re.search(r"(?m)^[0-9]+ s, at most [0-9,]+ MB of memory$", full.stderr)
    last = full.stdout.splitlines()[-1]
    facts, quads = full.manifest["facts"], full.manifest["quads"]
    assert last.startswith(f"{facts} facts, {quads} quads: ")
    assert facts > 400_000 and quads > 10_000_000
    for line in full.manifest["sources"]:
        assert line["rows"] == line["taken"] + sum(line["skipped"].values()), line
        assert f"{line['rows']} " in full.stdout and line["file"] in full.stdout
    files = {path.name for path in (SHARED / "sources").rglob("*") if path.is_file()}
    assert {line["file"] for line in full.manifest["sources"]} == files


def test_counts_that_anyone_can_check(g: Graph, full: Full) -> None:
    rows = {line["name"]: line for line in full.manifest["sources"]}
    ema = rows["ema-medicines"]
    assert (ema["rows"], ema["taken"]) == (2041, 1758)
    assert ema["skipped"] == {"veterinary medicine": 282, "no authorisation status": 1}
    assert rows["hgnc"]["rows"] == 49_013
    assert (rows["fda-purple-book"]["taken"], rows["drugmechdb"]["taken"]) == (2070, 4846)
    (paths,) = ask(g, f"SELECT (COUNT(?path) AS ?n) {{ {MECHANISMS} ?path a df:MechanismPath }} }}")
    assert paths["n"] == 4846
    status = {
        compact(row["status"]): row["n"]
        for row in ask(
            g,
            f"""SELECT ?status (COUNT(DISTINCT ?record) AS ?n) {{ {MEDICINES}
                ?fact rdf:predicate df:hasMarketingStatus ; rdf:object ?status ;
                  df:evidence/df:record ?record }} }} GROUP BY ?status""",
        )
    }
    assert status == {
        "concept:marketing-authorised": 1372,
        "concept:marketing-withdrawn": 331,
        "concept:marketing-refused": 55,
    }, "of the human medicines"


def test_a_month_and_its_day_agree(g: Graph) -> None:
    """The page says May 2019, the Purple Book 24 May 2019, of the same licence."""
    found = {
        (row["authorityLabel"], row["eventTypeLabel"], str(row["date"]), row["applicationNumber"])
        for row in ask(g, "approvals", drug="Zolgensma")
    }
    assert found == {
        ("FDA", "approval", "2019-05", None),
        ("FDA", "approval", "2019-05-24", "BLA 125694"),
        ("EMA", "conditional approval", "2020-05-18", "EMEA/H/C/004750"),
    }
    told = ask(g, "disagreements", drug="Zolgensma")
    assert {row["fieldLabel"] for row in told} == {"population"}


def test_no_graph_says_that_an_aid_treats_anything(g: Graph) -> None:
    """Not a swab, diluent or syringe of a kit, by itself or as a substance of what is said to."""
    forms = {compact(form) for row in ask(g, TREATING) for form in row.values() if form}
    assert {"df:treats", "df:cures", "df:prevents", "df:mayPreserve"} <= forms
    told = set()
    for form in forms:
        told |= {row["what"] for row in ask(g, f"SELECT DISTINCT ?what {{ ?what {form} ?for }}")}
        stated = f"?fact rdf:predicate {form} ; df:polarity df:affirmed ; rdf:subject ?what"
        told |= {row["what"] for row in ask(g, f"SELECT DISTINCT ?what {{ {stated} }}")}
    names = "rdfs:label|skos:altLabel|df:hasActiveSubstance/rdfs:label"
    labels = {
        row["name"].lower()
        for what in told
        for row in ask(g, f"SELECT ?name {{ <{what}> {names} ?name }}")
    }
    assert {"zolgensma", "nusinersen"} <= labels
    assert not {label for label in labels if AID.search(label)}
    carrier = f"?fact rdf:subject ?what ; df:status df:proposed ; df:polarity df:affirmed ; {USED}"
    named = '?what rdfs:label "ELLIOTTS B SOLUTION"'
    assert ask(g, f"SELECT ?what {{ {named} }}")
    assert not ask(g, f"SELECT ?fact {{ {named} . {carrier} }}"), "a diluent treats no leukaemia"


def test_what_rules_read_is_proposed_and_nothing_else_is(g: Graph) -> None:
    rows = ask(
        g,
        """SELECT ?graph ?status ?review ?agent (COUNT(DISTINCT ?fact) AS ?n) {
          GRAPH ?graph { ?fact df:status ?status ; df:reviewStatus ?review ;
            biolink:agent_type ?agent } } GROUP BY ?graph ?status ?review ?agent""",
    )
    told = {(compact(r["status"]), compact(r["review"]), compact(r["agent"])): r for r in rows}
    automated = told["df:proposed", "df:unreviewed", "biolink:automated_agent"]
    assert automated["graph"] == graph("extracted")
    assert automated["n"] > 15_000
    other = [row for row in rows if row["graph"] != graph("extracted")]
    assert {compact(row["status"]) for row in other} == {"df:current"}
    assert len(rows) == len(other) + 1


def test_labels_take_away_more_than_ten_kinds_of_things(g: Graph) -> None:
    counts: dict[str, int] = {}
    for row in ask(g, "not-for-kinds"):
        assert row["facts"] >= row["products"] > 0
        counts[row["kindLabel"]] = counts.get(row["kindLabel"], 0) + row["facts"]
    assert len(counts) >= 10
    assert sum(counts.values()) > 1_500
    assert counts["a disease"] > counts["a combination"] > 10
    rows = ask(g, "not-for")
    assert len(rows) == sum(counts.values())
    assert {row["relationLabel"] for row in rows} >= {
        "is not indicated for",
        "has not been studied in",
        "is not established as safe and effective in",
        "is not recommended for",
        "is contraindicated in",
    }


SMA = {
    ("Zolgensma", "EMA"): [
        "5q SMA; SMN1; bi-allelic; type 1",
        "5q SMA; SMN1; bi-allelic; SMN2 up to 3",
    ],
    ("Zolgensma", "FDA"): ["SMN1; bi-allelic; paediatric; under 24 months"],
    ("Spinraza", "EMA"): ["5q SMA"],
    ("Spinraza", "FDA"): ["adult or paediatric"],
    ("Evrysdi", "EMA"): ["5q SMA; type 1 or II or III", "5q SMA; SMN2 1 to 4"],
    ("Evrysdi", "FDA"): ["adult or paediatric"],
}
"""Whom the EMA's table of December 2023 and the US labels of 2024 admit, in short."""


def short(people: dict[str, list[str]]) -> str:
    """A population in short, from its properties."""
    number, said = {key: values[0] for key, values in people.items()}, []
    if "geneticForm" in people:
        said.append("5q SMA")
    said += people.get("mutationIn", []) + people.get("zygosity", [])
    if "copyNumberOf" in people:
        low, high = number.get("minCopyNumber"), number["maxCopyNumber"]
        assert number["maxCopyNumberInclusive"] == "true"
        said.append(f"{number['copyNumberOf']} " + (f"{low} to {high}" if low else f"up to {high}"))
    types = sorted(one.rpartition(" ")[2] for one in people.get("diseaseSubtype", []))
    said += ["type " + " or ".join(types)] if types else []
    groups = sorted(people.get("ageGroup", []))
    said += [" or ".join(groups)] if groups else []
    if "maxAgeMonths" in people:
        assert number["maxAgeInclusive"] == "false"
        said.append(f"under {number['maxAgeMonths']} months")
    return "; ".join(said)


@pytest.mark.parametrize(("drug", "authority"), SMA)
def test_whom_rules_read_for_spinal_muscular_atrophy(g: Graph, drug: str, authority: str) -> None:
    rows = ask(
        g,
        f"""SELECT ?fact ?property ?value {{ GRAPH <{graph("extracted")}> {{
          ?fact rdf:predicate df:treats ; rdf:object MONDO:0001516 ; rdf:subject ?drug ;
            df:authority ?authority ; df:population ?people }}
          ?drug rdfs:label "{drug}" . ?authority rdfs:label "{authority}" .
          ?people ?property ?what . FILTER (?property NOT IN (rdf:type, rdfs:label))
          OPTIONAL {{ ?what rdfs:label ?name }} BIND (COALESCE(?name, STR(?what)) AS ?value) }}""",
    )
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        name = row["property"].removeprefix(DF)
        found.setdefault(row["fact"], {}).setdefault(name, []).append(str(row["value"]))
    assert sorted(map(short, found.values())) == sorted(SMA[drug, authority])


def test_the_authorities_differ_field_by_field(g: Graph) -> None:
    """The report over what was curated and what rules read: the two say the same."""
    wanted = {
        "Zolgensma": {"age group", "maximum age in months", "genetic form", "disease subtype"}
        | {"copy number of", "maximum copy number"},
        "Spinraza": {"age group", "genetic form"},
        "Evrysdi": {"age group", "genetic form", "disease subtype", "copy number of"}
        | {"minimum copy number", "maximum copy number"},
    }
    for drug, fields in wanted.items():
        rows = ask(g, "label-divergence", drug=drug)
        assert {row["fieldLabel"] for row in rows} == fields, drug
        for field in fields:
            checked = {r["reviewStatus"] for r in rows if r["fieldLabel"] == field}
            assert DF + "unreviewed" in checked, (drug, field)


def test_a_triple_stands_in_one_graph(full: Full) -> None:
    """Or rows would come twice; the direct layer's and the vocabularies' are those at risk."""
    seen, twice = set[int](), []
    (file,) = (full.place / "generations").glob("*/graph.nq")
    with file.open("rb") as lines:
        for line in lines:
            triple = line.rsplit(b" ", 2)[0]
            if (number := hash(triple)) in seen:
                twice.append(triple)
            seen.add(number)
    assert twice == []


# ---------------------------------------------------------------- drugs of different kinds


@pytest.mark.parametrize("drug", DRUGS)
def test_approvals(g: Graph, drug: str) -> None:
    """Question 6, and question 19 for each of the days."""
    found = {
        (row["eventTypeLabel"], row["authorityLabel"], str(row["date"]), row["applicationNumber"])
        for row in ask(g, "approvals", drug=drug)
        if row["eventTypeLabel"] != "efficacy supplement"
    }
    assert found == {(*row[:3], row[3] or None) for row in of(drug, "approvals")}
    for event, authority, date, _ in found:
        day = PartialDate(date).latest
        after = str(day + datetime.timedelta(days=1))
        values = {"authority": authority, "since": date}
        rows = ask(g, "approved-before", date=after, **values)
        own = [row for row in rows if compact(row["drug"]) == drug and str(row["approved"]) == date]
        assert own and {row["before"] for row in own} == {"certainly"}, event
        rows = ask(g, "approved-before", date=str(PartialDate(date).earliest), **values)
        assert not [row for row in rows if compact(row["drug"]) == drug and row["approved"] == date]


def test_a_refusal_is_a_denied_approval(g: Graph) -> None:
    (row,) = (
        row
        for row in ask(g, "negative-facts", drug="product:mylotarg-emea-h-c-000705")
        if row["objectLabel"] == "EMA"
    )
    assert row["relationLabel"] == "was not approved by"
    assert compact(row["fact"]) == "fact:ema-medicines-emea-h-c-000705-refusal-2008-04-14"
    assert g.query("ASK { product:mylotarg-emea-h-c-000705 df:approvedBy concept:ema }") is False


@pytest.mark.parametrize("drug", DRUGS)
def test_substances_and_marketing(g: Graph, drug: str) -> None:
    rows = ask(g, "active-substance", drug=drug)
    assert (
        " ".join(sorted({compact(row["substance"]) for row in rows})) == DRUGS[drug]["substances"]
    )
    rows = ask(g, f"SELECT ?label {{ {drug} df:hasMarketingStatus/rdfs:label ?label }}")
    assert "; ".join(sorted(row["label"] for row in rows)) == DRUGS[drug]["marketing"]


@pytest.mark.parametrize("drug", DRUGS)
def test_disagreements(g: Graph, drug: str) -> None:
    """Question 23, with both places of each; and question 28: nothing denied is contradicted."""
    rows = ask(g, "disagreements", drug=drug)
    assert {(row["kindLabel"], row["fieldLabel"]) for row in rows} == of(drug, "disagreements")
    places: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        places[row["disagreement"]].add(row["fact"])
    assert all(len(facts) > 1 for facts in places.values())
    assert {row["verdict"] for row in ask(g, "denied-facts", drug=drug)} <= {"not contradicted"}


def test_two_dates_of_one_licence_contradict_each_other(g: Graph) -> None:
    found = {
        (str(row["value"]), row["sourceLabel"])
        for row in ask(g, "disagreements", drug="Retavase", kind="contradiction")
    }
    assert found == {("1996-10-30", "FDA Purple Book"), ("1998-05-06", "Drugs@FDA")}


@pytest.mark.parametrize("name", sorted(load()))
def test_answers_of_the_curated_graph_still_stand(g: Graph, name: str) -> None:
    """All of the library, with its examples: rows are added at most, and none comes twice.

    A cell that is empty there (such as the marketing status) another source may fill. Exactly the
    same for what only the curated graph knows: questions 20 to 22, 24, 27 and 29.
    """
    question = load()[name]
    if name == "approved-before":
        examples = question.examples() | {"since": "2016", "authority": "EMA"}
        assert len(ask(g, name, **examples)) > 200
        return
    rows = g.query(name, **question.examples())
    assert isinstance(rows, Result)
    wanted, found = (
        [tuple(row) for row in csv.reader(io.StringIO(text))]
        for text in (
            (ROOT / "tests" / "expected" / f"{name}.csv").read_text(encoding="utf-8"),
            rows.serialize("csv").decode(),
        )
    )
    assert len(found) == len(set(found))
    for row in wanted:
        assert any(
            all(cell in ("", other) for cell, other in zip(row, one, strict=True)) for one in found
        ), row
    if name in ALIKE:
        assert found == wanted


# ---------------------------------------------------------------- mechanisms and names


@pytest.mark.parametrize("drug", PUBLISHED)
def test_how_a_drug_acts(g: Graph, drug: str) -> None:
    found = explain(g.store, drug, PUBLISHED[drug])
    assert [(len(path.steps), path.net) for path in found.paths] == FOUND[drug]
    for path in found.paths:
        assert path.sources[0].startswith("DrugMechDB paths, 2 July 2026, DB")
        assert bool(path.references) == (drug != "imatinib"), "the source gives none for imatinib"
    assert draw(found.paths).startswith("<svg")


@pytest.mark.parametrize(
    ("one", "other", "first"),
    [
        ("SMN1", "Spinraza", ["SMN1", "spinal muscular atrophy", "Spinraza"]),
        ("FDA", "Zolgensma", ["FDA", "Zolgensma"]),
        (
            "imatinib",
            "chronic myeloid leukemia",
            [
                "imatinib",
                "Tyrosine-protein kinase ABL1",
                "chronic myelogenous leukemia, BCR-ABL1 positive",
            ],
        ),
    ],
)
def test_what_connects_two_things(g: Graph, one: str, other: str, first: list[str]) -> None:
    start = time.perf_counter()
    found = g.explain(one, other).connections
    print(f"{one} and {other}: {time.perf_counter() - start:.2f} s")
    route = found.routes[0]
    assert [route.links[0].start_label, *(link.end_label for link in route.links)] == first
    for way in found.routes:
        for link in way.links:
            assert all(said.polarity in ("affirmed", "possible") for said in link.said)
            assert all(said.evidence for said in link.said)
    assert any(note.startswith("Not followed") for note in found.notes)


@pytest.mark.parametrize(
    ("drug", "jurisdiction", "fields", "wanted"),
    [
        ("Spinraza", "US", {}, ["match"]),
        ("Evrysdi", "US", {}, ["match"]),
        ("Spinraza", "EU", {}, ["undecided"]),
        ("Evrysdi", "EU", {}, ["undecided", "undecided"]),
        ("Spinraza", "EU", {"genetic_form": "concept:5q-sma"}, ["match"]),
        ("Evrysdi", "EU", {"genetic_form": "concept:5q-sma"}, ["undecided", "undecided"]),
        (
            "Evrysdi",
            "EU",
            {"genetic_form": "concept:5q-sma", "copies": ("SMN2=4",), "subtype": "MONDO:0010056"},
            ["match", "fails"],
        ),
        (
            "Evrysdi",
            "EU",
            {"genetic_form": "concept:5q-sma", "copies": ("SMN2=5",), "subtype": "MONDO:0009672"},
            ["fails", "match"],
        ),
    ],
)
def test_whom_two_authorities_admit(
    g: Graph, drug: str, jurisdiction: str, fields: dict[str, Any], wanted: list[str]
) -> None:
    found = g.eligible(
        disease="MONDO:0001516",
        age="18mo",
        jurisdiction=jurisdiction,
        date="2024-01-01",
        **fields,
    )
    mine = sorted((one for one in found.assessed if one.drug_label == drug), key=lambda x: x.fact)
    assert [one.verdict for one in mine] == wanted
    for one in mine:
        listed = [asked for asked in one.criteria if asked.name == "marketing status"]
        assert [asked.outcome for asked in listed] == (
            [] if (drug, jurisdiction) == ("Evrysdi", "US") else ["holds"]
        )


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("zolgensma", "Zolgensma"),
        ("zolgensna", "Zolgensma"),
        ("EMEA/H/C/004750", "Zolgensma"),
        ("BLA 125694", "Zolgensma"),
        ("onasemnogene abeparvovec", "onasemnogene abeparvovec"),
        ("imatinb", "Imatinib"),
        ("kymria", "Kymriah"),
        ("spinal muscular atrofy", "spinal muscular atrophy"),
        ("SMN1", "SMN1"),
        ("MONDO:0001516", "spinal muscular atrophy"),
    ],
)
def test_names_codes_and_misspellings_are_found_first(g: Graph, text: str, label: str) -> None:
    (first, *_) = g.search(text)
    assert first.label.lower() == label.lower()


def test_a_name_of_two_applications_is_told_apart_not_guessed(g: Graph) -> None:
    with pytest.raises(InputError) as error:
        ask(g, "approvals", drug="Gleevec")
    assert "product:gleevec-nda-021588: tablet" in str(error.value)
    assert "product:gleevec-nda-021335: capsule" in str(error.value)


def test_each_merge_says_what_agreed(full: Full) -> None:
    command = [sys.executable, "-m", "kg", "show", "Humira", "--why", "--store", str(full.place)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = done.stdout.split("\n\n", 1)[1]
    agreed = dict(re.findall(r"(?m)^(.+?), [0-9-]+: .*\n +agreed on: (.+)$", told))
    assert agreed == {
        "Drugs@FDA": "application BLA 125057, name Humira, substance adalimumab",
        "EMA table of medicines": "name Humira, substance adalimumab",
        "FDA Purple Book": "application BLA 125057, name Humira, substance adalimumab",
        "US structured product labels": "application BLA 125057, name Humira, substance adalimumab",
    }


# ---------------------------------------------------------------- staying true


def test_the_table_of_freshness_counts_every_fact_once(full: Full) -> None:
    """Every fact that was built has evidence: a shape says so, and the build conforms."""
    rows = full.graph.freshness("2026-12-31")
    assert sum(row.facts for row in rows) == full.manifest["facts"]
    assert [row.age_days_most for row in rows] == sorted(
        (row.age_days_most for row in rows), reverse=True
    )
    found = {row.source: row for row in rows}
    labels = found["source:fda-spl"]
    assert (labels.oldest, labels.last_confirmed) == ("2010-07-28", "2017-11-07")
    assert {row.behind for row in rows} == {0}, "labels of other sets overtake none"
    assert all(row.oldest_facts for row in rows)


@pytest.mark.parametrize("name", ["ema-medicines", "fda-purple-book", "fda-spl", "fda-labels"])
def test_the_evidence_of_a_register_stands_in_its_files(g: Graph, name: str) -> None:
    found = g.recheck(SHARED / "sources", source=f"source:{name}")
    assert len(found) > 400
    assert {(one.state, one.same) for one in found} == {("stands", True)}


def test_a_label_that_names_another_substance_changes_that_fact_alone(
    g: Graph, tmp_path: Path
) -> None:
    old, new = SHARED / "sources" / "fda-spl" / "humira.xml", tmp_path / "humira.xml"
    new.write_text(old.read_text("utf-8").replace(">ADALIMUMAB<", ">EXAMPLIMAB<"), "utf-8")
    found = g.diff(old, new)
    assert found.counts == {"confirmed": 5, "moved": 0, "changed": 1, "lost": 0}
    (changed,) = (one for one in found.facts if one.state == "changed")
    assert changed.label == "Humira contains ADALIMUMAB"
    assert changed.how == 'name: words: "ADALIMUMAB" → "EXAMPLIMAB"'


def test_five_hundred_things_have_pages_that_keep_the_laws(g: Graph) -> None:
    """Pages of things of every kind, bounded in size, and what they link to."""
    site, chance = Site(application(g.store)), random.Random(4)
    kinds = "MedicinalProduct Substance Disease Phenotype Gene Protein BiologicalProcess Concept"
    found = [
        iri
        for kind in kinds.split()
        for iri in chance.sample(
            sorted(
                row["iri"].value for row in g.store.select(f"SELECT ?iri {{ ?iri a df:{kind} }}")
            ),
            63,
        )
    ][:500]
    ontology, faults, linked = site.page("/ontology"), list[str](), set[str]()
    for path in map(path_of, found):
        reply = site.get(path)
        assert reply.status_code == 200, path
        assert len(reply.content) < 400_000, path
        page = read(reply.text)
        faults += broken(path, page, ontology)
        linked |= {href for _, href in page.links if href.startswith(("/fact/", "/entity"))}
    assert faults == []
    for path in chance.sample(sorted(linked), 200):
        assert site.get(path).status_code == 200, path
