"""Facts that rules read in texts: for whom, whose label, how said, and that nobody is misled."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.build import Built, build
from kg.extract.corpus import Text
from kg.extract.found import Limit, Span, Use
from kg.extract.labelled import Drug, Labels
from kg.extract.proposed import POLARITIES, Maker, Told
from kg.extract.rules import kinds, refusals, uses
from kg.extract.whom.genetics import genetics
from kg.extract.whom.population import WORDS, population
from kg.extraction import UNNAMED
from kg.graph import named
from kg.model import Fact, Node, Population, Record
from kg.names import DF, compact, expand, graph, slug
from kg.products import Called
from kg.resources import folder
from kg.sources.label_sections import PLACEHOLDER, Indications
from tests.test_gather import publishers, query

TEXT = "Examplix is indicated for red fever in adults. It has not been studied in blue fever."
VERSION = expand("source:some-labels-2024")


def gene(symbol: str) -> str | None:
    return expand(f"HGNC:{symbol[-1]}") if symbol in ("ABC1", "ABC2") else None


def whom(*pairs: tuple[str, str]) -> dict[str, Any]:
    """What a population says, by field, without its name."""
    made = population(pairs, gene, {"5q": expand("concept:5q-some")}.get)
    assert made is not None
    return {
        one.name: value
        for one in fields(made)
        if (value := getattr(made, one.name)) not in (None, ())
        and one.name not in ("iri", "kinds", "label")
    }


# ---------------------------------------------------------------- for whom


@pytest.mark.parametrize(
    ("age", "months", "inclusive"),
    [
        (">=2 years", ("min", 24), True),
        (">17 years", ("min", 204), False),
        ("<=18 months", ("max", 18), True),
        ("<2 years", ("max", 24), False),
        (">=1.5 years", ("min", 18), True),
    ],
)
def test_an_age_keeps_its_side_and_its_sign(
    age: str, months: tuple[str, int], inclusive: bool
) -> None:
    side, number = months
    assert whom(("age", age)) == {
        f"{side}_age_months": number,
        f"{side}_age_inclusive": inclusive,
    }


def test_days_and_weeks_are_days_and_kilograms_are_decimals() -> None:
    assert whom(("age", ">=6 weeks")) == {"min_age_days": 42, "min_age_inclusive": True}
    assert whom(("weight", "<40 kg")) == {"max_weight_kg": "40.0", "max_weight_inclusive": False}


def test_what_is_no_whole_month_stays_in_words() -> None:
    assert whom(("age", ">=2.3 months")) == {"stated_condition": (">=2.3 months",)}


def test_limits_that_nobody_fits_are_not_told_as_limits() -> None:
    for low, high in (
        (">=12 years", "<6 years"),
        (">=2 years", "<2 years"),
        (">=24 months", "<=6 weeks"),
        (">=60 weeks", "<1 years"),
    ):
        assert whom(("age", low), ("age", high)) == {
            "stated_condition": ("limits of age that were not understood",)
        }
    assert whom(("weight", ">=50 kg"), ("weight", "<=10 kg")) == {
        "stated_condition": ("limits of weight that were not understood",)
    }
    assert "min_age_months" in whom(("age", ">=2 years"), ("age", "<=2 years"))
    assert "min_age_days" in whom(("age", ">=6 weeks"), ("age", "<2 years"))


def test_genes_copies_and_forms_become_values() -> None:
    assert whom(("biomarker", "bi-allelic mutation in the abc1 gene")) == {
        "mutation_in": (expand("HGNC:1"),),
        "zygosity": expand("df:biAllelic"),
    }
    assert whom(("biomarker", "up to 3 copies of the abc2 gene")) == {
        "copy_number_of": expand("HGNC:2"),
        "max_copy_number": 3,
        "max_copy_number_inclusive": True,
    }
    assert whom(("biomarker", "one to four copies of the abc2 gene"))["min_copy_number"] == 1
    assert whom(("biomarker", "two to four copies of the abc2 gene")) == {
        "stated_biomarker": ("two to four copies of the abc2 gene",)
    }, "in words, rather than as four"
    assert whom(("biomarker", "5q")) == {"genetic_form": expand("concept:5q-some")}
    assert whom(("biomarker", "mutation in the xyz9 gene")) == {
        "stated_biomarker": ("mutation in the xyz9 gene",)
    }


def test_a_type_of_the_disease_is_a_value_where_it_is_known() -> None:
    known = {"type 1": "d:1", "type 2": "d:2"}.get
    made = population([("subtype", "type 1"), ("subtype", "type 2")], gene, subtype=known)
    assert made is not None and made.disease_subtype == ("d:1", "d:2")
    assert whom(("subtype", "type 9")) == {"stated_condition": ("type 9",)}


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("bi-allelic mutations in the some 1 SFA1 gene", ["bi-allelic mutation in the sfa1 gene"]),
        ("with a mutation in ABC2", ["mutation in the abc2 gene"]),
        ("and up to 3 copies of the ABC2 gene", ["up to 3 copies of the abc2 gene"]),
        ("or with one to four ABC2 copies", ["one to four copies of the abc2 gene"]),
        ("with two to four copies of ABC2", ["two to four copies of the abc2 gene"]),
        ("with 1-4 ABC2 copies", ["1 to 4 copies of the abc2 gene"]),
        ("with a clinical diagnosis of XYZ Type 1 or Type III or with", ["type 1", "type 3"]),
        ("with type 2 diabetes", []),
    ],
)  # fmt: skip
def test_genes_and_types_are_told_in_one_wording(text: str, pairs: list[str]) -> None:
    assert [value for _, value in genetics(text)] == pairs


@pytest.mark.parametrize("name", sorted(WORDS))
def test_every_other_qualifier_stays_in_its_own_words(name: str) -> None:
    assert whom((name, "some words")) == {WORDS[name]: ("some words",)}


def test_nothing_said_is_no_population_and_the_same_is_the_same() -> None:
    assert population([], gene) is None
    one, two = (("groups", "adult"), ("stage", "acute")), (("stage", "acute"), ("groups", "adult"))
    assert population(one, gene) == population(two, gene)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["age", "weight", "stage", "biomarker"]),
            st.one_of(
                st.text(min_size=1),
                st.from_regex(r"(>=|<=|>|<)[0-9]{1,3} (years|days|kg)", fullmatch=True),
            ),
        ),
        max_size=5,
    )
)
def test_no_qualifier_is_lost_and_every_bound_has_its_flag(pairs: list[tuple[str, str]]) -> None:
    made = population(pairs, gene)  # the model itself refuses a bound without its flag
    assert (made is None) == (not pairs)
    if made:
        assert made.label.count("; ") >= len(set(pairs)) - 1


# ---------------------------------------------------------------- whose label


def called(product: str, substance: str) -> Called:
    return Called(product, frozenset([substance]), frozenset([substance]))


LABELS = Labels(
    {
        "examplix": [called("p:1", "examplin")],
        "examplin": [called("p:2", "examplin"), called("p:3", "examplin")],
        "other": [called("p:4", "otherin")],
        "wet": [called("p:5", "water")],
    }
)


def drug(text: str, *listed: str) -> Drug | None:
    return LABELS.drug(Indications(7, listed, text))


def test_a_text_that_begins_with_a_product_is_its_label_whatever_is_listed() -> None:
    found = drug("1 INDICATIONS AND USAGE EXAMPLIX is for fever.", "ISOPROPYL ALCOHOL", "VIRUS")
    assert found == Drug("p:1", "Examplix", frozenset(["examplin"]))


def test_a_name_further_on_counts_only_where_the_list_agrees() -> None:
    text = "For the relief of fever where nothing else helped, Other may be used."
    assert drug(text, "OTHERIN") == Drug("p:4", "Other", frozenset(["otherin"]))
    assert drug(text, "EXAMPLIN") is None, "a comparator is no drug of the label"
    assert drug("For fever.", "OTHERIN") is None, "what is listed alone names no drug"


def test_a_product_that_no_register_has_is_known_by_its_label() -> None:
    assert drug("NOVIX® (novin) is indicated for fever.", "NOVIN") == Drug(
        None, "Novix", frozenset()
    )
    assert drug("Novin tablets are indicated.", "NOVIN") == Drug(None, "Novin", frozenset())
    assert drug("TREATMENT OF FEVER is what this is for.", "VIRUS") is None


def test_a_name_of_several_products_tells_the_substance_only() -> None:
    found = drug("Examplin tablets are indicated for fever.", "EXAMPLIN")
    assert found == Drug(None, "Examplin", frozenset(["examplin"]))


def test_a_name_within_a_word_or_of_few_letters_is_none() -> None:
    assert drug("Examplixes are indicated.", "VIRUS") is None
    assert drug("Wet ones.", "WATER") is None


# ---------------------------------------------------------------- how it is said


def maker() -> Maker:
    return Maker(
        disease={expand("MONDO:0000011"): "red fever"}.get,
        concept=lambda kind, text: expand(f"concept:{kind}-{slug(text)}"),
        gene=gene,
    )


def told(text: str = TEXT) -> Told:
    where = (VERSION, expand("concept:fda"), expand("concept:us"))
    return Told(
        Text("some-labels", "line 7", text), "text", expand("product:x"), "Examplix", *where
    )


def use(kind: str = "treatment", *qualifiers: tuple[str, str], term: str | None = None) -> Use:
    return Use(Span(26, 35), term, kind, qualifiers, Span(0, 46), "some rule")


def limit(polarity: str, kind: str = "disease") -> Limit:
    return Limit(Span(47, 85), Span(74, 84), None, kind, polarity, "some rule")


def made(uses: Iterable[Use] = (), limits: Iterable[Limit] = ()) -> list[Node]:
    return list(maker().nodes(told(), uses, limits))


def test_a_use_is_proposed_unreviewed_with_passage_rule_and_population() -> None:
    record, people, fact = sorted(
        made([use("treatment", ("groups", "adult"), term="MONDO:0000011")]),
        key=lambda node: [Record, Population, Fact].index(type(node)),
    )
    assert isinstance(record, Record) and isinstance(fact, Fact)
    assert record.place == "line 7: text, characters 0 to 46"
    assert fact.evidence == (record.iri,) and fact.population == people.iri
    assert (compact(fact.predicate), compact(fact.object)) == ("df:treats", "MONDO:0000011")
    assert (compact(fact.status), compact(fact.review_status)) == ("df:proposed", "df:unreviewed")
    assert compact(fact.agent_type or "") == "biolink:automated_agent"
    assert fact.made_by_rule == "some rule"
    assert fact.label == "Examplix for red fever: adult"


@pytest.mark.parametrize("kind", sorted({rule.gives for rule in uses()}))
def test_only_what_treats_is_said_to_treat(kind: str) -> None:
    (fact,) = (node for node in made([use(kind)]) if isinstance(node, Fact))
    treats = kind not in ("prevention", "diagnosis", "imaging", "procedure", "reversal")
    assert compact(fact.predicate) == ("df:treats" if treats else "df:indicatedFor")
    assert fact.therapeutic_intent == DF + kind


def test_a_disease_that_no_term_names_is_a_concept_of_its_words() -> None:
    (fact,) = (node for node in made([use()]) if isinstance(node, Fact))
    assert compact(fact.object) == "concept:condition-red-fever"


def test_the_polarities_are_those_of_the_rules_and_none_reads_as_a_plain_yes() -> None:
    assert set(POLARITIES) == {rule.gives for rule in refusals()}
    for polarity in POLARITIES:
        (fact,) = (node for node in made(limits=[limit(polarity)]) if isinstance(node, Fact))
        predicate, said = compact(fact.predicate), compact(fact.polarity)
        assert (predicate, said) == POLARITIES[polarity][:2]
        positive = {"df:contraindicatedIn", "df:restrictedTo"}
        assert said != "df:affirmed" or predicate in positive
        assert compact(fact.object) == "concept:condition-blue-fever"
        assert fact.stated_limit == "blue fever"


@pytest.mark.parametrize("kind", sorted({rule.gives for rule in kinds()} - {"disease"}))
def test_what_is_no_disease_is_limited_by_its_kind(kind: str) -> None:
    (fact,) = (node for node in made(limits=[limit("notStudied", kind)]) if isinstance(node, Fact))
    assert compact(fact.limitation_kind or "") == f"df:{kind}Limitation"
    assert fact.object == expand(f"concept:limitation-{kind}-limitation")


@pytest.mark.parametrize("kind", ["disease", "stage"])
def test_a_degree_before_a_disease_narrows_what_is_taken_away(kind: str) -> None:
    """What is not for severe fever may be for another."""
    text = "Examplix has not been studied in patients with advanced red fever."
    one = Limit(Span(0, 65), Span(56, 65), "MONDO:0000011", kind, "notStudied", "some rule")
    nodes = list(maker().nodes(told(text), [], [one]))
    (people,) = (node for node in nodes if isinstance(node, Population))
    (fact,) = (node for node in nodes if isinstance(node, Fact))
    assert people.stated_stage == ("advanced",)
    assert (compact(fact.object), fact.population) == ("MONDO:0000011", people.iri)
    assert fact.stated_limit == "advanced red fever"
    assert fact.label == "Examplix has not been studied: advanced red fever"


def test_an_age_that_is_taken_away_is_a_population() -> None:
    text = "Examplix has not been studied in children under 6 years of age."
    age = Limit(Span(0, 62), Span(33, 62), None, "age", "notStudied", "some rule")
    nodes = list(maker().nodes(told(text), [], [age]))
    (people,) = (node for node in nodes if isinstance(node, Population))
    assert (people.max_age_months, people.max_age_inclusive) == (72, False)


def test_what_is_read_twice_is_one_fact() -> None:
    assert len(made([use(), use()], [limit("notStudied"), limit("notStudied")])) == 4


# ---------------------------------------------------------------- the build

SECTIONS = (
    "EXAMPLIX is indicated for the treatment of examplosis in adults. Limitations of use: the "
    "safety of EXAMPLIX has not been established in children under 2 years of age.",
    "Nobody knows whose label this is.",
    "{placeholder}",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A graph built with --extract from made-up files, two of them labels of one register."""
    place = tmp_path_factory.mktemp("extracted")
    sources = publishers(place / "sources")
    table = sources / "fda-label-indications" / "some.tsv.gz"
    table.parent.mkdir()
    rows = (f"{{'isopropyl alcohol'}}\t{one}" for one in SECTIONS)
    said = "\n".join(["active_ingredients\tindications_text", *rows, ""])
    table.write_bytes(gzip.compress(said.encode(), mtime=0))
    data = Path(shutil.copytree(folder("data"), place / "data"))
    checksum = hashlib.sha256(table.read_bytes()).hexdigest()
    with (data / "sources.ttl").open("a", encoding="utf-8") as registry:
        registry.write(
            'source:some-labels a df:SourceVersion ; rdfs:label "some labels" ; '
            'df:versionOf source:fda-labels ; df:versionDate "2025"^^xsd:gYear ; '
            f'df:fileName "some.tsv.gz" ; df:sha256 "{checksum}" .\n'
        )
    return build(place / "store", sources=sources, data=data, extract=True)


def test_the_facts_stand_in_a_graph_of_their_own_and_conform(built: Built) -> None:
    assert built.report.conforms
    rows = query(
        built,
        """SELECT ?graph ?fact ?status ?drug {
          GRAPH ?graph { ?fact df:reviewStatus df:unreviewed ; df:status ?status ; rdf:subject ?of }
          ?of rdfs:label ?drug }""",
    )
    assert {row["graph"] for row in rows} == {graph("extracted")}
    assert {row["status"] for row in rows} == {DF + "proposed"}
    assert {row["drug"] for row in rows} == {"Examplix"}, "never what is listed, a part of a kit"
    assert len(rows) == 2


def test_every_text_is_accounted_for(built: Built) -> None:
    (line,) = (one for one in built.manifest["sources"] if one["name"] == "extracted")
    assert (line["rows"], line["taken"], line["facts"]) == (3, 1, 2)
    assert line["skipped"] == {UNNAMED: 1, PLACEHOLDER: 1}


def test_no_answer_rests_on_them_unless_it_is_asked_for(built: Built) -> None:
    g = kg.open(built.path.parent.parent)
    plain = g.ask(named("does-treat"), drug="Examplix", disease="examplosis")
    assert list(plain) == []
    assert plain.answer().verdict == "not stated"
    assert list(g.ask(named("treatments-for"), disease="examplosis")) == []
    (row,) = g.ask(named("uses-read"), drug="Examplix")
    assert (row["diseaseLabel"], row["populationLabel"]) == ("examplosis", "adult")
    assert row["reviewStatus"] == DF + "unreviewed"
    asked = g.ask(named("uses-read"), drug="Examplix").answer().text()
    assert "read by rules, unreviewed" in asked
    (taken,) = g.ask(named("not-for"), drug="Examplix")
    assert taken["kindLabel"] == "an age group"
    assert taken["relationLabel"] == "is not established as safe and effective in"
    told = {row["kindLabel"]: row["facts"] for row in g.ask(named("not-for-kinds"))}
    assert told["an age group"] == 1


def test_nothing_is_derived_from_them(built: Built) -> None:
    rows = query(built, "SELECT ?o { GRAPH <" + graph("direct") + "> { ?s df:treats ?o } }")
    assert rows and expand("MONDO:0000002") not in {row["o"] for row in rows}


def test_the_evidence_stands_where_it_is_said(built: Built) -> None:
    g = kg.open(built.path.parent.parent)
    found = g.recheck(built.path.parents[2] / "sources", source="source:fda-labels")
    here = [one for one in found if one.same]
    assert {one.state for one in here} == {"stands"} and len(here) >= 2


def test_the_same_bytes_come_again(built: Built, tmp_path: Path) -> None:
    place = built.path.parents[2]
    again = build(tmp_path, sources=place / "sources", data=place / "data", extract=True)
    assert again.manifest["sha256"] == built.manifest["sha256"]
    plain = build(tmp_path, sources=place / "sources", data=place / "data")
    assert plain.manifest["sha256"] != built.manifest["sha256"]
    assert graph("extracted") not in plain.manifest["graphs"]


def test_texts_are_needed_to_read_them() -> None:
    command = [str(Path(sys.executable).with_name("kg")), "build", "--extract"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--extract: needs the texts" in done.stderr
