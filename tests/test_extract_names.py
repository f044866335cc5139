"""Names put otherwise than a vocabulary has them."""

from __future__ import annotations

import pytest

from kg.extract.layout.cues import opened
from kg.extract.names.bracketed import reopened
from kg.extract.names.mentions import diseases
from kg.extract.names.terms import Terms, key
from kg.extract.names.variants import others, turned_round
from kg.extract.rules import variants

NAMED = [
    ("MONDO:0000001", "examplella infectious disease", ()),
    ("MONDO:0000002", "examplin deficiency", ("exampliosis",)),
    ("MONDO:0000003", "candidosis, invasive", ()),
    ("MONDO:0000004", "corneal ulcer", ()),
    ("MONDO:0000005", "infection", ()),
    ("MONDO:0000006", "bone infection", ()),
    ("MONDO:0000007", "shaking", ()),
    ("MONDO:0000008", "trembles", ()),
    ("MONDO:0000009", "trembles due to examplella", ()),
    ("MONDO:0000010", "gram-negative bacterial infection", ()),
    ("MONDO:0000011", "Klebsiella minor shaking", ()),
    ("MONDO:0000012", "staphylococcal infection", ()),
    ("MONDO:0000013", "streptococcal infection", ()),
]
TERMS = Terms.of(NAMED)


@pytest.mark.parametrize("way", [way for step in variants() for way in step], ids=str)
def test_a_rule_puts_its_example_otherwise(way: dict[str, str]) -> None:
    assert others({way["is"]: "MONDO:1"})[way["as"]] == "MONDO:1"


def test_a_variant_of_two_names_is_of_none() -> None:
    assert "examplin disease" not in others(
        {"examplin virus infection": "MONDO:1", "blue examplin syndrome": "MONDO:2"}
    )
    found = others({"blue eye disorder": "MONDO:1", "blue eye syndrome": "MONDO:2"})
    assert "blue eye disease" not in found


@pytest.mark.parametrize(
    ("phrase", "term"),
    [
        ("deficiency of examplin", "MONDO:0000002"),
        ("Invasive candidosis", "MONDO:0000003"),
        ("ulcer of the cornea", "MONDO:0000004"),
        ("examplella infection", "MONDO:0000001"),
        ("deficiency of gold", None),
    ],
)
def test_a_name_put_otherwise_has_its_term(phrase: str, term: str | None) -> None:
    assert TERMS.ground(phrase) == term


def test_only_a_type_is_turned_round() -> None:
    assert turned_round("arthritis, juvenile") == "juvenile arthritis"
    for name in ("myopathy, type 2", "fever, due to mites", "gout", "gout, 2"):
        assert turned_round(name) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("treatment of infections caused by Examplella.", ["infections caused by Examplella"]),
        ("severe infections due to Examplella and others", ["infections due to Examplella"]),
        ("infections due to: all species of examplella", None),
        ("bone infections caused by Examplella", ["bone infections"]),
        ("infections due to Examplella grown in vitro", []),
        ("reversible shaking", ["shaking"]),
        ("trembles due to Examplella major", ["trembles"]),
        ("trembles due to Examplella in adults", ["trembles due to Examplella"]),
        ("facial shaking in childhood", ["shaking"]),
        ("infections due to resistant gram-negative bacilli", None),
        ("E5N2 subtype of Examplella A virus", None),
        ("bone infections due to gram-negative bacilli", ["bone infections"]),
        ("shaking caused by Klebsiella minor", None),
        ("shaking caused by Klebsiella minor or Examplella major", ["shaking"]),
        (
            "infections due to staphylococci and streptococci",
            ["infections due to staphylococci", "streptococci"],
        ),
    ],
)
def test_a_germ_belongs_to_an_infection_that_it_alone_tells(
    text: str, named: list[str] | None
) -> None:
    found = [text[one.start : one.end] for one in diseases(text, 0, len(text), TERMS, {})]
    assert found == ([text] if named is None else named)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("auto-immune muco-cutaneous shaking", "autoimmune mucocutaneous shaking"),
        ("\u03b2-examplin \u03b11-examplin", "beta examplin alpha 1 examplin"),
        ("verrucae and calculi", "verruca and calculus"),
        ("leiomyomata of sinuses", "leiomyoma of sinus"),
        ("pain in the eyes", "pain in eye"),
        ("lentigines, varices, crises", "lentigo varix crisis"),
        ("haemorrhagic bullae", "hemorrhagic bulla"),
    ],
)
def test_hyphens_greek_letters_and_old_plurals_are_folded(one: str, other: str) -> None:
    assert key(one) == key(other)


def test_a_short_name_of_the_rules_keeps_its_capitals() -> None:
    terms = Terms.of([("MONDO:0011849", "psoriatic arthritis", ())])
    found = diseases("PsA but not PSA", 0, 15, terms, {})
    assert [(one.start, one.term) for one in found] == [(0, "MONDO:0011849")]


def test_a_bracket_before_a_name_tells_its_type() -> None:
    for said, name in (
        ("acute (examplella-like) bone infection", None),
        ("acute (bone) infection in adults", "bone) infection"),
        ("acute (corneal) ulcer", "corneal) ulcer"),
        ("bone (corneal) infection", "bone (corneal) infection"),
    ):
        line = reopened(said, opened(said), TERMS)
        found = [said[one.start : one.end] for one in diseases(line, 0, len(line), TERMS, {})]
        assert found == ["bone infection" if name is None else name], said
