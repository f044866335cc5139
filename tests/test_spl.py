"""Product labels: made-up ones, every fault of one, and the six real ones."""

from __future__ import annotations

import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import cast

import pytest

from kg.errors import InputError
from kg.evidence import digest
from kg.identity import Identity, Seen
from kg.model import Fact, Node, Record, TextSection
from kg.names import compact, expand
from kg.sources import spl, spl_facts, xmlfile
from kg.sources.spl_rows import Ingredient, Product, Row, Section
from kg.sources.spl_text import flat
from kg.sources.tally import Tally
from tests.conftest import SHARED
from tests.stand_in import Names

HERE = Path(__file__).parent
GOOD, BAD = HERE / "good" / "sources", HERE / "bad" / "sources" / "spl"
VERSION = expand("source:fda-spl-example")

DECLARED = "has a document type declaration; no data of ours has one; do not trust this file"
MESSAGES = {
    "bad-application": ':28: approval: bad application number "NDA1"',
    "bad-date": ':6: bad date "2023-02-29": day is out of range for month; give a day that exists',
    "bad-id": ':3: id: "1" is no id',
    "bad-loinc": ':13: code: "48780" is no LOINC code',
    "bad-unii": ':19: ingredientSubstance: "EXAMPLE1" is no UNII',
    "bad-version": ':8: versionNumber: "7b" is no versionNumber',
    "cut": ":34: not XML: no element found",
    "deep": ":18: is nested more than 100 deep",
    "doctype": f":2: {DECLARED}",
    "empty-part": ":25: part: describes no product",
    "empty-product": ":15: manufacturedProduct: describes no product",
    "entity-bomb": f":2: {DECLARED}",
    "external-entity": f":2: {DECLARED}",
    "month-only": ':6: effectiveTime: "202402" is no effectiveTime',
    "no-heading": ":12: title: the section has neither title nor code",
    "no-name": ":16: name: the product has no name",
    "no-product": ": the label has no product",
    "no-set-id": ":2: setId: the label has none",
    "no-substance-name": ":19: ingredientSubstance: the substance has no name",
    "other-code-system": ':19: ingredientSubstance: "EXAMPLE001" is no UNII',
    "other-encoding": ":1: declares the encoding ISO-8859-1; save it as UTF-8",
    "other-namespace": ':2: "document" is not of the namespace urn:hl7-org:v3',
    "other-root": ':2: the root is "label", not "document"',
    "reversed": ":17: control character U+202E",
    "two-applications": ":15: approval: stands under two applications",
    "unknown-role": ':19: classCode: unknown role "ACTX"',
    "wrong-bytes": ":17: not XML: not well-formed (invalid token)",
}
"""Each file of ``tests/bad/sources/spl``, and all that is said of it after the file's name."""


def told(rows: list[Row]) -> tuple[list[Node], Tally, dict[str, Fact]]:
    """All nodes, the tally, and the facts by their labels."""
    tally = Tally(spl.NAME)
    nodes = list(spl_facts.facts(rows, cast(Identity, Names()), VERSION, tally))
    tally.check()
    assert len({node.iri for node in nodes}) == len(nodes)
    return nodes, tally, {node.label: node for node in nodes if isinstance(node, Fact)}


# ---------------------------------------------------------------- made-up labels


def test_a_label_says_which_it_is() -> None:
    label = spl.read(GOOD / "kit-label.xml")[0].label
    assert label.set_id == "00000000-0000-4000-8000-00000000000a"
    assert (label.document[-1], label.version, label.effective.text) == ("1", 7, "2024-02-29")
    assert (label.code, label.kind) == ("34391-3", "HUMAN PRESCRIPTION DRUG LABEL")
    assert label.title == "EXAMPLIX® (examplinib) Initial approval: never"
    assert label.key == f"{label.set_id}-v7"
    assert spl.dated(GOOD / "kit-label.xml") == label.effective


def test_a_title_may_be_absent() -> None:
    assert spl.read(GOOD / "otc-label.xml")[0].label.title == ""


def test_only_a_part_licensed_and_named_as_the_kit_is_a_drug_of_the_label() -> None:
    rows = spl.read(GOOD / "kit-label.xml")
    parts = {row.place: (row.name, row.own) for row in rows if isinstance(row, Product) and row.kit}
    assert parts == {
        "product 1.1": ("Examplix", True),
        "product 1.2": ("Second", True),
        "product 1.3": ("Swab", False),
        "product 1.4": ("Diluent", False),
        "product 1.5": ("Examplix", False),
    }
    assert list(spl.products(rows)) == [
        Seen(
            *("fda", "BLA 000001", "Examplix", ("EXAMPLINIB", "SECONDINE")),
            ("EXAMPLE001", "EXAMPLE002"),
        )
    ]


def test_facts_of_a_kit_are_of_the_kit_and_of_its_drugs_only() -> None:
    nodes, tally, facts = told(spl.read(GOOD / "kit-label.xml"))
    said = {label.removeprefix("Examplix "): compact(fact.object) for label, fact in facts.items()}
    assert said == {
        "has the dose form KIT": "concept:form-kit",
        "has the dose form INJECTION": "concept:form-injection",
        "has the dose form TABLET": "concept:form-tablet",
        "is given by: INTRAVENOUS": "concept:route-intravenous",
        "is given by: ORAL": "concept:route-oral",
        "in the US: prescription": "concept:marketing-prescription",
        "in the US: marketing category BLA": "concept:status-marketing-category-bla",
        "contains EXAMPLINIB": "UNII:EXAMPLE001",
        "contains SECONDINE": "UNII:EXAMPLE002",
    }
    category = facts["Examplix in the US: marketing category BLA"]
    assert compact(category.predicate) == "df:hasRegulatoryStatus", "that is no way of selling it"
    assert (category.authority, category.jurisdiction) == (
        expand("concept:fda"),
        expand("concept:us"),
    )
    assert {fact.subject for fact in facts.values()} == {expand("product:examplix")}
    assert {fact.date for fact in facts.values()} == {None}, "a marketing start is no approval"
    # In the kit and in the vial: one fact, two records.
    examplinib = facts["Examplix contains EXAMPLINIB"]
    records = {node.iri: node for node in nodes if isinstance(node, Record)}
    assert [records[iri].record.partition(", ")[2] for iri in examplinib.evidence] == [
        "product 1.1, ingredient 1",
        "product 2, ingredient 1",
    ]
    assert {iri for fact in facts.values() for iri in fact.evidence} == set(records)
    assert tally.skipped == {
        spl_facts.OTHER_PART: 3,
        spl_facts.OTHER_INGREDIENT: 3,
        spl_facts.INACTIVE: 2,
        spl_facts.NO_TEXT: 2,
    }


def test_every_reason_is_tripped() -> None:
    reasons = set()
    for name in ("kit-label", "otc-label", "bare-label"):
        reasons |= set(told(spl.read(GOOD / f"{name}.xml"))[1].skipped)
    assert reasons == spl_facts.REASONS


def test_a_monograph_has_no_number_and_a_suffix_belongs_to_the_name() -> None:
    rows = spl.read(GOOD / "otc-label.xml")
    (seen,) = spl.products(rows)
    assert (seen.application, seen.brand) == (
        "SPL 00000000-0000-4000-8000-00000000000b",
        "Samplix Night",
    )
    _, _, facts = told(rows)
    assert "Samplix Night in the US: over the counter" in facts
    assert "Samplix Night in the US: marketing category OTC monograph final" in facts


def test_sections_keep_their_words_line_by_line() -> None:
    nodes, _, _ = told(spl.read(GOOD / "kit-label.xml"))
    whole, short, inner = (node for node in nodes if isinstance(node, TextSection))
    assert whole.text.split("\n") == [
        "Examplix is for examples^1, at 2 x 10^14 a kilogram.",
        "one bold thing",
        "H2O",
        "A table",
        "Dose | 1 mg | two lines",
    ]
    assert (whole.section, whole.code) == ("1 INDICATIONS AND USAGE", "34067-9")
    assert (short.section, short.text) == ("1 INDICATIONS AND USAGE (highlights)", "For examples.")
    # A section without a title stands under the heading it is part of.
    assert (inner.section, inner.code, inner.text) == (
        *("1 INDICATIONS AND USAGE", "42229-5"),
        "Untitled words.",
    )
    assert whole.about == (expand("product:examplix"),)
    assert whole.digest == digest(whole.text)
    assert whole.record == "label 00000000-0000-4000-8000-00000000000a, section 2"


def test_flat_text_of_nothing_is_empty() -> None:
    assert flat(xmlfile.Element("text", {}, 1, [" \n", xmlfile.Element("br", {}, 1)])) == ""


# ---------------------------------------------------------------- faults


def test_every_bad_file_has_its_message() -> None:
    assert {file.name for file in BAD.iterdir()} == {f"{name}.xml" for name in MESSAGES}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_fault_is_one_error_with_its_place(name: str) -> None:
    file = BAD / f"{name}.xml"
    started = time.monotonic()
    with pytest.raises(InputError) as caught:
        spl.read(file)
    assert time.monotonic() - started < 1
    assert str(caught.value) == f"{file}{MESSAGES[name]}"


def test_a_label_that_is_not_there_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="No such file"):
        spl.read(tmp_path / "none.xml")
    with pytest.raises(InputError, match="Is a directory"):
        spl.read(tmp_path)
    monkeypatch.setattr(spl, "MAX_XML", 99)
    with pytest.raises(InputError, match="is larger than 99 bytes"):
        spl.read(GOOD / "kit-label.xml")


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("MAX_XML", "is larger than 9 bytes of XML"),
        ("MAX_ELEMENTS", "has more than 9 elements"),
        ("MAX_DEPTH", "is nested more than 9 deep"),
    ],
)
def test_limits_hold(monkeypatch: pytest.MonkeyPatch, limit: str, message: str) -> None:
    monkeypatch.setattr(xmlfile, limit, 9)
    file = GOOD / "kit-label.xml"
    with pytest.raises(InputError, match=message):
        xmlfile.tree(file.read_bytes(), file=file, namespace=spl.NAMESPACE, root="document")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-7", "cp037"])
def test_no_bomb_hides_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "label.xml"
    text = (BAD / "entity-bomb.xml").read_text("utf-8")
    for declared in (encoding.upper(), "UTF-8"):
        file.write_bytes(text.replace("UTF-8", declared).encode(encoding))
        with pytest.raises(InputError):
            spl.read(file)


# ---------------------------------------------------------------- the real labels


@cache
def real() -> dict[str, list[Row]]:
    return {path.stem: spl.read(path) for path in sorted(SHARED.glob(f"sources/{spl.GLOB}"))}


@pytest.mark.shared
def test_the_real_labels_are_all_read_and_accounted_for() -> None:
    counts = {}
    for name, rows in real().items():
        _, tally, facts = told(rows)
        kinds = Counter(type(row) for row in rows)
        counts[name] = (kinds[Product], kinds[Ingredient], kinds[Section], tally.taken, len(facts))
    assert counts == {
        "64f8040f-938d-4236-8e22-c838c9b5f8da": (3, 33, 114, 106, 5),
        "cough": (1, 12, 19, 19, 6),
        "humira": (10, 22, 82, 84, 6),
        "lipitor-orig": (4, 52, 119, 114, 5),
        "lipitor-repack": (1, 13, 102, 91, 5),
        "no-title": (1, 7, 44, 36, 5),
    }


@pytest.mark.shared
def test_the_real_kit_is_a_drug_and_its_swab_is_not() -> None:
    rows = real()["humira"]
    label = rows[0].label
    assert (label.set_id, label.version) == ("608d4f0d-b19f-46d3-749a-7159aa5f933d", 1560)
    assert label.effective.text == "2013-09-30"
    assert list(spl.products(rows)) == [
        Seen("fda", "BLA 125057", "Humira", ("ADALIMUMAB",), ("FYS6T7F842",))
    ]
    listed = {row.unii for row in rows if isinstance(row, Ingredient)}
    assert {"ND2M416302", "059QF0KO0R"} <= listed, "isopropyl alcohol and water stand in the kit"
    _, tally, facts = told(rows)
    assert tally.skipped[spl_facts.OTHER_PART] == 3
    assert tally.skipped[spl_facts.OTHER_INGREDIENT] == 6
    assert {compact(fact.object) for fact in facts.values()} == {
        *("UNII:FYS6T7F842", "concept:route-subcutaneous", "concept:form-kit"),
        *("concept:form-injection-solution", "concept:marketing-prescription"),
        "concept:status-marketing-category-bla",
    }


@pytest.mark.shared
def test_in_no_real_label_a_swab_or_water_is_a_medicine_and_nothing_treats() -> None:
    for rows in real().values():
        _, _, facts = told(rows)
        for fact in facts.values():
            assert compact(fact.predicate) in {
                *("df:hasActiveSubstance", "df:hasForm", "df:hasRoute"),
                *("df:hasMarketingStatus", "df:hasRegulatoryStatus"),
            }
            assert compact(fact.object) not in {"UNII:ND2M416302", "UNII:059QF0KO0R"}
            assert fact.date is None
            assert "swab" not in fact.label.lower() and "syringe" not in fact.label.lower()


@pytest.mark.shared
def test_a_repackager_sells_the_same_product_under_another_label() -> None:
    ours, theirs = real()["lipitor-orig"], real()["lipitor-repack"]
    assert ours[0].label.set_id != theirs[0].label.set_id
    (one,), (other,) = spl.products(ours), spl.products(theirs)
    assert (one.application, one.brand) == (other.application, other.brand)
    assert one.application == "NDA 020702"
    assert {row.label.title for row in real()["no-title"]} == {""}
    (syrup,) = spl.products(real()["cough"])
    assert syrup.application == "SPL 00f66f25-3469-4c16-9baf-fba21e9628bd"
