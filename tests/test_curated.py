"""The curated data: every kind of slip is one error in one place, and the real data has none."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg import rdf
from kg.errors import InputError
from kg.model import Entity, Fact, Passage, Question, Record, Source, SourceFile, SourceVersion
from kg.names import DF, compact, expand
from kg.resources import folder
from kg.sources.curated import Curated, ontology_names, read

BAD = Path(__file__).parent / "bad" / "curated"
PAGE = "source:drugs-com-3559344-2023-12-29"

PROPERTIES = "see the properties of df:RegulatoryEvent in ontology/drugfacts.ttl"
NOWHERE = "is described nowhere; describe it under data/, or mend the name"
PREDICATES = "is no predicate of a fact; use a predicate of ontology/drugfacts.ttl"
FACT = "fact:itvisma-second-approval"
MESSAGES = {
    "bad-date": f'22: {FACT} df:date: bad date "2025-13": month must be in 1..12; '
    "give a day that exists",
    "bound-without-flag": "14: population:2-years-and-younger df:maxAgeMonths: the bound has no "
    "df:maxAgeInclusive; say whether the limit itself belongs: df:maxAgeInclusive true or false",
    "class-of-no-fact": f"12: {FACT} rdf:type: exactly one class of the model is wanted, found "
    "df:Fact; see ontology/drugfacts.ttl for the classes",
    "dangling-evidence": f"23: {FACT} df:evidence: evidence:itvisma-news-2026-11-title {NOWHERE}",
    "dangling-object": f"16: {FACT} rdf:object: concept:fdda {NOWHERE}",
    "day-under-a-month": f'22: {FACT} df:date: "2025-11-24" is no xsd:gYearMonth; write ^^xsd:date',
    "denied-by-hand": f"12: {FACT} rdf:type: "
    "<http://www.w3.org/2002/07/owl#NegativePropertyAssertion> is not what follows from the "
    f"rest; {PROPERTIES}",
    "form-as-predicate": f"15: {FACT} rdf:predicate: df:notApprovedBy {PREDICATES}",
    "language-tag": f'13: {FACT} rdfs:label: "a second approval of Itvisma"@en has a language tag; '
    "write it without one: queries are written without",
    "missing-evidence": f"12: {FACT} df:evidence: is required and missing; "
    f"add df:evidence to {FACT}",
    "no-name": "21: a blank node has no name that others can point to; give the node an IRI",
    "syntax-error": "19: A dot is expected at the end of statements; mend the syntax",
    "two-files": "12: product:itvisma is described in itvisma.ttl too; describe a node in one file",
    "two-polarities": f"17: {FACT} df:polarity: has 2 values, one is allowed; keep one",
    "unknown-predicate": f"15: {FACT} rdf:predicate: df:licensedBy {PREDICATES}",
    "unknown-property": f"20: {FACT} df:kindOfEvent: is not known; {PROPERTIES}",
    "unknown-value": f"18: {FACT} df:status: df:fresh {NOWHERE}",
    "wrong-encoding": "13: byte 0xe9 at offset 664 is not UTF-8; save the file as UTF-8",
    "zoned-date": f'22: {FACT} df:date: bad date "2025-11-24Z"; '
    "write YYYY, YYYY-MM or YYYY-MM-DD, nothing more",
}
"""Each file of ``tests/bad/curated``, and all that is said of it after the file's name."""


@cache
def ontology() -> tuple[Any, ...]:
    return tuple(rdf.parse_file(folder("ontology") / "drugfacts.ttl"))


@cache
def real() -> Curated:
    return read(folder("data"), ontology())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the real data, to break."""
    return Path(shutil.copytree(folder("data"), tmp_path / "data"))


# ---------------------------------------------------------------- slips


def test_every_bad_file_has_its_message() -> None:
    assert {file.name for file in BAD.iterdir()} == {f"{name}.ttl" for name in MESSAGES}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_slip_is_one_error_with_its_place_and_its_mend(data: Path, name: str) -> None:
    """The bad file is laid beside the good ones, which alone are read without an error."""
    file = data / "curated" / f"{name}.ttl"
    shutil.copy(BAD / file.name, file)
    with pytest.raises(InputError) as caught:
        read(data, ontology())
    assert str(caught.value) == f"{file}:{MESSAGES[name]}"
    assert caught.value.exit_code == 2
    file.unlink()
    assert read(data, ontology()).nodes == real().nodes


def test_a_form_is_refused_whichever_it_is(data: Path) -> None:
    """No fact may say by its predicate what its polarity or certainty has to say."""
    text = (BAD / "form-as-predicate.ttl").read_text(encoding="utf-8")
    file = data / "curated" / "form.ttl"
    links = [f"{DF}{kind}Predicate" for kind in ("negative", "notEvaluated")]
    links += [f"{DF}{kind}Predicate" for kind in ("notDemonstrated", "possible")]
    forms = sorted(compact(q.object.value) for q in ontology() if q.predicate.value in links)
    assert len(forms) == 198
    for form in ("df:notStudiedIn", "df:notShownToTreat", "df:mayPreserve", "df:isNotCureFor"):
        assert form in forms
        file.write_text(text.replace("df:notApprovedBy", form), encoding="utf-8")
        with pytest.raises(InputError, match=f"{form} is no predicate of a fact"):
            read(data, ontology())
    assert not ontology_names(ontology()).predicates & {expand(form) for form in forms}


def test_the_first_fault_in_the_order_of_file_names_is_told(data: Path) -> None:
    for name in ("bad-date", "language-tag", "missing-evidence"):
        shutil.copy(BAD / f"{name}.ttl", data / "curated")
    with pytest.raises(InputError) as caught:
        read(data, ontology())
    assert str(caught.value).startswith(f"{data}/curated/bad-date.ttl:")


def test_the_file_of_sources_must_be_there(data: Path) -> None:
    (data / "sources.ttl").unlink()
    with pytest.raises(InputError) as caught:
        read(data, ontology())
    assert str(caught.value) == f"{data}/sources.ttl: No such file or directory"


def test_a_source_that_facts_need_cannot_be_dropped(data: Path) -> None:
    (data / "sources.ttl").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=f"source:[a-z0-9-]+ {NOWHERE}"):
        read(data, ontology())


# ---------------------------------------------------------------- the real data

EXPECTED = """
zolgensma-cures-sma zolgensma-reverses-damage zolgensma-studied-in-advanced-sma
zolgensma-stops-progression-of-sma zolgensma-improves-muscle-strength zolgensma-increases-survival
zolgensma-maintains-ability-to-thrive zolgensma-preserves-motor-neurons
zolgensma-preserves-muscle-function zolgensma-early-treatment zolgensma-given-by-infusion
zolgensma-given-at-centre zolgensma-fda-approval-page zolgensma-treats-sma-page
zolgensma-is-gene-therapy zolgensma-uses-aav9 zolgensma-delivers-smn1
zolgensma-replaces-smn1-function zolgensma-targets-motor-neurons
sma-is-rare-genetic-motor-neuron-disease sma-leads-to-breathing-problems
sma-leads-to-poor-head-control sma-leads-to-swallowing-problems
sma-leads-to-death-in-early-childhood sma-leads-to-ventilation-or-death-by-two
sma-caused-by-smn1-mutation sma-has-low-smn-protein
""".split()


def facts() -> dict[str, Fact]:
    return {
        compact(node.iri).removeprefix("fact:"): node
        for node in real().facts
        if isinstance(node, Fact)
    }


def test_the_page_gives_its_27_facts() -> None:
    found = {name for name, fact in facts().items() if fact.first_seen_in == expand(PAGE)}
    assert len(EXPECTED) == 27
    assert found == set(EXPECTED)


@pytest.mark.parametrize(
    ("name", "polarity", "certainty"),
    [
        ("zolgensma-cures-sma", "denied", "stated"),
        ("zolgensma-reverses-damage", "denied", "stated"),
        ("zolgensma-studied-in-advanced-sma", "notEvaluated", "stated"),
        ("zolgensma-stops-progression-of-sma", "affirmed", "shown"),
        ("zolgensma-improves-muscle-strength", "affirmed", "shown"),
        ("zolgensma-increases-survival", "affirmed", "shown"),
        ("zolgensma-maintains-ability-to-thrive", "affirmed", "shown"),
        ("zolgensma-preserves-motor-neurons", "affirmed", "possible"),
        ("zolgensma-preserves-muscle-function", "affirmed", "possible"),
        ("zolgensma-early-treatment", "affirmed", "recommended"),
        ("sma-leads-to-ventilation-or-death-by-two", "affirmed", "possible"),
    ],
)
def test_the_page_is_heard_in_its_own_tone(name: str, polarity: str, certainty: str) -> None:
    assert facts()[name].polarity == DF + polarity
    assert facts()[name].certainty == DF + certainty


def test_may_2019_is_no_day_and_the_registers_day_is() -> None:
    for name, text in (
        ("zolgensma-fda-approval-page", "2019-05"),
        ("zolgensma-fda-approval", "2019-05-24"),
    ):
        date = facts()[name].date
        assert date is not None
        assert date.text == text


def test_less_than_two_years_and_two_years_and_older_do_not_overlap() -> None:
    nodes = {compact(node.iri): node for node in real().nodes}
    young, old = nodes["population:under-2-years-smn1"], nodes["population:2-years-and-older"]
    assert (young.max_age_months, young.max_age_inclusive) == (24, False)  # type: ignore[attr-defined]
    assert (old.min_age_months, old.min_age_inclusive) == (24, True)  # type: ignore[attr-defined]


def test_every_fact_says_who_says_so() -> None:
    """A fact leads to evidence, evidence to a version, and a version to its source."""
    nodes = {node.iri: node for node in real().nodes}
    for fact in facts().values():
        versions = set()
        for iri in fact.evidence:
            evidence = nodes[iri]
            assert isinstance(evidence, Passage | Record), iri
            version = nodes[evidence.in_version]
            assert isinstance(version, SourceVersion)
            assert isinstance(nodes[version.version_of], Source)
            versions.add(version.iri)
        assert fact.first_seen_in in versions, f"{fact.iri} was not seen where it was first seen"
        assert fact.last_confirmed_in is None or fact.last_confirmed_in in versions


def test_no_evidence_and_no_source_version_is_kept_for_nothing() -> None:
    using = [node for node in real().facts if isinstance(node, Fact | Question)]
    passages = [node for node in real().facts if isinstance(node, Passage)]
    used = {iri for node in using for iri in node.evidence}
    used |= {iri for passage in passages for iri in passage.read_with}
    for node in real().facts:
        if isinstance(node, Passage | Record):
            assert node.iri in used, node.iri


def test_the_files_hold_no_blank_node_and_no_language_tag() -> None:
    files = [folder("data") / "sources.ttl", *(folder("data") / "curated").glob("*.ttl")]
    assert len(files) == 7
    for quad in (quad for file in files for quad in rdf.parse_file(file)):
        assert isinstance(quad.subject, ox.NamedNode)
        assert not isinstance(quad.object, ox.BlankNode)
        assert not (isinstance(quad.object, ox.Literal) and quad.object.language)


def test_sources_and_facts_are_kept_apart() -> None:
    assert {type(node) for node in real().sources} == {Source, SourceFile, SourceVersion}
    assert not {type(node) for node in real().facts} & {Source, SourceFile, SourceVersion}
    assert len({node.iri for node in real().nodes}) == len(real().nodes)


def test_a_product_is_not_its_substance() -> None:
    """No node is both, and no product's indication is said of a substance."""
    kinds = {node.iri: node.kinds for node in real().facts if isinstance(node, Entity)}
    for fact in facts().values():
        if "df:Indication" in fact.kinds:
            assert kinds[fact.subject] == ("df:MedicinalProduct",)
        if fact.predicate == DF + "hasActiveSubstance":
            assert kinds[fact.object] == ("df:Substance",)
