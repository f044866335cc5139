"""Questions about any kind of a disease, over the graph of all the publishers' files.

What they should answer is read here from the files themselves, by other means than the package's:
the hierarchy from the lines of Mondo's OBO file, the uses from the texts of the label table.
"""

from __future__ import annotations

import gzip
import time
from collections import defaultdict
from functools import cache
from typing import Any

import pytest

from kg.graph import Graph
from kg.names import DF, compact
from tests.conftest import SHARED

__all__ = [
    "test_nothing_is_inferred_for_what_is_asked",
    "test_texts_about_kinds_are_found",
    "test_treatments_of_any_kind_are_those_of_the_kinds",
    "test_what_is_denied_of_kinds",
]

ASKED = (
    "motor neuron disorder",
    "lysosomal storage disease",
    "leukemia",
    "spinal muscular atrophy",
)
SLOWEST = 10.0
"""Seconds of this process for a disease with thousands of kinds."""


@cache
def mondo() -> tuple[dict[str, str], dict[str, set[str]]]:
    """Names of the terms in force, and the terms that each stands directly below."""
    names, parents, here = dict[str, str](), defaultdict[str, set[str]](set), ""
    (path,) = (SHARED / "sources" / "mondo").glob("*.obo.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            tag, _, value = line.rstrip("\n").partition(": ")
            if tag == "id":
                here = value
            elif tag == "name" and here.startswith("MONDO:"):
                names[here] = value
            elif tag == "is_a" and here.startswith("MONDO:"):
                parents[here].add(value.split(" ")[0])
            elif tag == "is_obsolete":
                names.pop(here, None)
    return names, parents


@cache
def above(kind: str) -> frozenset[str]:
    """A term and all that it is below of."""
    found, waiting = set[str](), [kind]
    while waiting:
        if (one := waiting.pop()) not in found:
            found.add(one)
            waiting += mondo()[1].get(one, ())
    return frozenset(found)


def way(kind: str, asked: str) -> set[str]:
    """Every term above a kind, up to what was asked for, on whichever way."""
    return {one for one in above(kind) - {kind} if asked in above(one)}


def rows(g: Graph, name: str, disease: str) -> list[dict[str, Any]]:
    begun = time.process_time()
    found = list(g.ask(g.questions[name], disease=disease))
    took = time.process_time() - begun
    assert took < SLOWEST, f"{name} of {disease}: {took:.2f} s"
    return found


def term(label: str) -> str:
    """The term of Mondo's that is called so; a phenotype may have the same name."""
    (found,) = (one for one, name in mondo()[0].items() if name == label)
    return found


@cache
def facts_of(g: Graph, statuses: str, predicates: str) -> dict[str, str]:
    """Facts of these predicates that affirm without a hedge, each with the disease it is about."""
    found = g.select(
        f"""SELECT ?fact ?kind {{
          VALUES ?predicate {{ {predicates} }} VALUES ?status {{ {statuses} }}
          ?fact rdf:predicate ?predicate ; df:status ?status ; df:polarity df:affirmed ;
            rdf:object ?kind .
          FILTER NOT EXISTS {{ ?fact df:certainty df:possible }} }}"""
    )
    return {row["fact"]: compact(row["kind"]) for row in found}


@pytest.mark.parametrize("disease", ASKED)
@pytest.mark.parametrize(
    ("name", "statuses", "predicates"),
    [
        ("treatments-below", "df:current", "df:treats"),
        ("uses-read-below", "df:current df:proposed", "df:treats df:indicatedFor"),
    ],
)
def test_treatments_of_any_kind_are_those_of_the_kinds(
    g: Graph, name: str, statuses: str, predicates: str, disease: str
) -> None:
    asked = term(disease)
    wanted = {
        (fact, kind)
        for fact, kind in facts_of(g, statuses, predicates).items()
        if asked in above(kind)
    }
    found = rows(g, name, asked)
    assert {(row["fact"], compact(row["kind"])) for row in found} >= wanted
    other = {compact(row["kind"]) for row in found} - {kind for _, kind in wanted}
    assert all(kind.startswith(("concept:", "HP:")) for kind in other), "no kinds of Mondo's own"
    steps: dict[str, set[str]] = defaultdict(set)
    for row in found:
        if row["via"] is not None:
            steps[compact(row["kind"])].add(compact(row["via"]))
        assert row["itself"] == (compact(row["kind"]) == asked)
        assert (row["via"] is None) == row["itself"], "a way up, but of what was asked itself"
    for _, kind in wanted:
        assert steps[kind] == way(kind, asked)
    if name == "uses-read-below" and disease != ASKED[-1]:
        assert len({kind for _, kind in wanted}) > 1


def test_nothing_is_inferred_for_what_is_asked(g: Graph) -> None:
    asked = "motor neuron disorder"
    assert rows(g, "treatments-for", asked) == [], "the files name no drug for the group as such"
    reply = g.ask("What products are there for any motor neuron disease?")
    assert reply.taken is not None and reply.taken.name == "treatments-below"
    assert reply.answer is not None
    said = reply.text()
    assert f"No fact held says that a drug treats {asked} itself." in said
    assert f"treats {asked}" not in said.replace(f"a drug treats {asked} itself", "")
    assert {"spinal muscular atrophy"} == {
        row["kindLabel"] for row in rows(g, "treatments-below", asked)
    }
    texts = {text.label for text in reply.answer.texts}
    assert any("Rilutek" in label for label in texts), "held as a text, about a kind"


def test_texts_about_kinds_are_found(g: Graph) -> None:
    """Each line of the label table that treats ALS is a use for a kind of motor neuron disease."""
    (path,) = (SHARED / "sources" / "fda-label-indications").glob("*.tsv.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        wanted = {
            f"line {number}"
            for number, line in enumerate(lines, start=1)
            if "indicated for the treatment of amyotrophic lateral sclerosis" in line
        }
    assert len(wanted) >= 3
    found = rows(g, "uses-read-below", "motor neuron disorder")
    als = {row["fact"] for row in found if row["kindLabel"] == "amyotrophic lateral sclerosis"}
    records = {
        row["record"]
        for fact in als
        for row in g.select(f"SELECT ?record {{ <{fact}> df:evidence/df:record ?record }}")
    }
    assert wanted <= records
    rules = {row["fact"] for row in found if row["rule"] is not None}
    read = {row["reviewStatus"] for row in found if row["fact"] in rules}
    assert read == {DF + "unreviewed"}, "what no person has read says so"


def test_what_is_denied_of_kinds(g: Graph) -> None:
    found = rows(g, "negatives-below", "motor neuron disorder")
    cure = [row for row in found if row["relationLabel"] == "is not a cure for"]
    assert [(row["drugLabel"], row["kindLabel"]) for row in cure] == [
        ("Zolgensma", "spinal muscular atrophy")
    ]
    for disease in ("leukemia", "diabetes mellitus"):
        asked = term(disease)
        denied = rows(g, "negatives-below", asked)
        assert denied
        for row in denied:
            kind = compact(row["kind"])
            assert kind.startswith(("concept:", "HP:")) or asked in above(kind)
            affirmed = compact(row["polarity"]) == "df:affirmed"
            assert affirmed == (row["relation"] == DF + "contraindicatedIn")
