"""The Purple Book: every row accounted for, the original's date, and nothing read that is bad."""

from __future__ import annotations

import dataclasses
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.identity import Identity
from kg.model import Fact, PartialDate, Record
from kg.names import compact, expand
from kg.sources import purple_book
from kg.sources.purple_book import NAME, NOT_LISTED, REASONS, REPEATS, facts, products, read
from kg.sources.tally import Tally
from kg.vocabulary import Vocabulary
from tests.conftest import SHARED

HERE = Path(__file__).parent
GOOD = HERE / "good" / "sources" / "purple-book.csv"
BAD = HERE / "bad" / "sources" / "purple-book"
REAL = SHARED / "sources" / "fda-purple-book" / "purplebook-2025-04.csv"
VERSION = expand("source:fda-purple-book-2025-04")


@dataclasses.dataclass(frozen=True)
class Told:
    """What the adapter says of a file."""

    rows: list[purple_book.Row]
    records: list[Record]
    facts: list[Fact]
    tally: Tally

    def about(self, application: str, brand: str) -> set[tuple[str, str]]:
        """Predicate and last part of the object of the facts about one product."""
        start = f"{NAME} {application} {brand}".lower().replace(" ", "-")
        return {
            (compact(fact.predicate), fact.object.rpartition("/")[2])
            for fact in self.facts
            if compact(fact.iri).startswith(f"fact:{start}-")
        }

    def approvals(self, application: str) -> list[tuple[str, str | None, str | None, int]]:
        """Date, holder, name and number of rows of the approvals under one application."""
        return [
            (fact.date.text, fact.holder, fact.authorised_name, len(fact.evidence))
            for fact in self.facts
            if fact.application_number == application and fact.date is not None
        ]


def told(path: Path) -> Told:
    rows = read(path)
    identity = Identity(Vocabulary())
    identity.see(products(rows))
    identity.resolve()
    tally = Tally(NAME)
    nodes = list(facts(rows, identity, VERSION, tally))
    tally.check()
    return Told(
        rows,
        [node for node in nodes if isinstance(node, Record)],
        [node for node in nodes if isinstance(node, Fact)],
        tally,
    )


@cache
def good() -> Told:
    return told(GOOD)


@cache
def real() -> Told:
    return told(REAL)


# ---------------------------------------------------------------- what is said


def test_the_month_is_that_of_the_banner() -> None:
    assert purple_book.dated(GOOD) == PartialDate("2025-04")


def test_every_row_is_used_or_skipped_for_a_named_reason() -> None:
    tally = good().tally
    assert (tally.rows, tally.taken) == (15, 13)
    assert tally.skipped == {REPEATS: 1, NOT_LISTED: 1}
    assert set(REASONS) == set(tally.skipped)


def test_a_product_is_seen_once_under_its_first_spelling() -> None:
    seen = [(one.application, one.brand, one.substances) for one in products(good().rows)]
    assert seen[:3] == [
        ("BLA 900001", "Examplix", ("examplimab",)),
        ("BLA 900002", "Similix", ("examplimab-abcd",)),
        ("BLA 900003", "Demo Vaccine, Live", ("Demo Vaccine, Live",)),
    ]
    assert [one for one in seen if one[0] == "BLA 900008"] == [
        ("BLA 900008", "Doublix, Doublix-5", ("Doubling Factor (Human)",))
    ]
    assert len(seen) == 9


def test_what_several_rows_say_is_one_fact_with_a_record_for_each() -> None:
    assert good().about("BLA 900001", "examplix") == {
        ("df:approvedBy", "fda"),
        ("df:hasActiveSubstance", "examplimab"),
        ("df:hasForm", "form-injection"),
        ("df:hasForm", "form-for-injection"),
        ("df:hasRoute", "route-intravenous"),
        ("df:hasRoute", "route-subcutaneous"),
        ("df:hasMarketingStatus", "marketing-prescription"),
        ("df:hasMarketingStatus", "marketing-discontinued"),
        ("df:hasRegulatoryStatus", "status-licensed"),
    }
    (substance,) = (fact for fact in good().facts if fact.label == "Examplix contains examplimab")
    assert [compact(iri) for iri in substance.evidence] == [
        f"evidence:fda-purple-book-2025-04-900001-00{number}" for number in (1, 2, 3)
    ]
    by_iri = {record.iri: record for record in good().records}
    assert by_iri[substance.evidence[0]].record == "BLA 900001, product 001"
    assert by_iri[substance.evidence[0]].fields_read == ()
    assert len({record.digest for record in good().records}) == 13


def test_an_imported_fact_says_that_it_is_one() -> None:
    for fact in good().facts:
        assert compact(fact.review_status) == "df:imported"
        assert compact(fact.polarity) == "df:affirmed"
        assert fact.first_seen_in == fact.last_confirmed_in == VERSION
    statuses = [fact for fact in good().facts if "Status" in fact.predicate]
    assert {compact(fact.authority or "") for fact in statuses} == {"concept:fda"}
    assert {compact(fact.jurisdiction or "") for fact in statuses} == {"concept:us"}


def test_the_licence_date_is_the_originals_never_a_supplements() -> None:
    assert good().approvals("BLA 900001") == [
        ("2015-03-02", "Example Biologics Inc.", "Examplix", 2)
    ]
    assert good().approvals("BLA 900004") == []
    assert ("df:hasRegulatoryStatus", "status-licensed") in good().about("BLA 900004", "addix")


def test_a_row_that_does_not_say_whether_it_is_the_originals_dates_no_licence() -> None:
    assert good().approvals("BLA 900009") == []


def test_two_dates_of_original_rows_are_two_facts() -> None:
    assert [row[0] for row in good().approvals("BLA 900008")] == ["2000-03-17", "2000-07-17"]
    keys = [compact(fact.iri) for fact in good().facts if fact.application_number == "BLA 900008"]
    assert keys == [
        "fact:fda-purple-book-bla-900008-doublix-doublix-5-approval",
        "fact:fda-purple-book-bla-900008-doublix-doublix-5-approval-2000-07-17",
    ]


def test_a_product_without_a_proprietary_name_goes_by_its_proper_name() -> None:
    assert good().approvals("BLA 900003") == [("1931-07-09", "Demo Laboratories Ltd.", None, 1)]


def test_a_revoked_licence_has_no_day_and_is_a_status() -> None:
    about = good().about("BLA 900003", "demo-vaccine-live")
    assert ("df:hasRegulatoryStatus", "status-voluntarily-revoked") in about
    assert ("df:hasRegulatoryStatus", "status-licensed") not in about
    kinds = {compact(fact.event_type) for fact in good().facts if fact.event_type}
    assert kinds == {"df:approval"}
    both = good().about("BLA 900008", "doublix-doublix-5")
    assert {("df:hasRegulatoryStatus", f"status-{what}") for what in ("licensed", "revoked")} < both
    assert ("df:hasMarketingStatus", "marketing-over-the-counter") in both


def test_a_biosimilar_is_one_to_the_only_product_of_its_references_name() -> None:
    about = good().about("BLA 900002", "similix")
    assert {
        ("df:biosimilarTo", "examplix"),
        ("df:hasActiveSubstance", "examplimab-abcd"),
        ("df:hasRegulatoryStatus", "status-biosimilar"),
        ("df:hasRegulatoryStatus", "status-interchangeable"),
    } < {(predicate, name.split("-bla-")[0]) for predicate, name in about}


def test_a_biosimilar_whose_references_name_is_borne_twice_is_one_to_neither() -> None:
    about = good().about("BLA 900007", "cotwinix")
    assert ("df:hasRegulatoryStatus", "status-biosimilar") in about
    assert "df:biosimilarTo" not in dict(about)


def test_an_empty_form_or_route_says_nothing() -> None:
    assert {"df:hasForm", "df:hasRoute"}.isdisjoint(dict(good().about("BLA 900005", "twinix")))


# ---------------------------------------------------------------- what is refused

PUBLISHED = "take the monthly download as published"
NO_BANNER = f"1: the first line is no banner of the Purple Book with its month; {PUBLISHED}"
CENTURY = 'dates are written like "May 24, 2019"'
MESSAGES = {
    "applicant-empty": "10: Applicant: is empty; every row has one",
    "cell-missing": f"10: 24 cells, the header has 25; {PUBLISHED}",
    "center-unknown": '10: Center: "CVM" is not known; it is one of: CDER, CBER',
    "column-missing": f'4: missing column "Center"; {PUBLISHED}',
    "column-unknown": f'7: missing column "Orphan Exclusivity Exp. Date"; {PUBLISHED}',
    "cut": "11: the last line has no end; the file may be cut: fetch it again",
    "cut-in-quotes": f"8: not CSV: unexpected end of data; {PUBLISHED}",
    "date-bad": f'10: Approval Date: bad date "02-Mar-15"; {CENTURY}',
    "date-no-day": '10: Approval Date: bad date "2015-02-30": day is out of range for month; '
    "give a day that exists",
    "date-other": f'10: Orphan Exclusivity Exp. Date: bad date "soon"; {CENTURY}',
    "empty": NO_BANNER,
    "licensure-unknown": '10: Licensure: "Suspended" is not known; '
    "it is one of: Licensed, Voluntarily Revoked, Revoked",
    "mark-unknown": '10: N/R/U: "X" is not known; it is one of: nothing, N, R, U',
    "marketing-unknown": '10: Marketing Status: "Pending" is not known; '
    "it is one of: Rx, OTC, Disc, Disc*",
    "month-unknown": NO_BANNER,
    "no-banner": NO_BANNER,
    "no-gap": "6: no empty row between the month's changes and the full list; " + PUBLISHED,
    "number-bad": f'10: BLA Number: "90001" is no number of 6 digits; {PUBLISHED}',
    "one-header": " 1 headers, not two: of the month's changes and of the full list; " + PUBLISHED,
    "product-number-bad": f'10: Product Number: "2" is no number of 3 digits; {PUBLISHED}',
    "proper-name-empty": "10: Proper Name: is empty; every row has one",
    "submission-unknown": '10: Submission Type: "Amendment" is not known; '
    "it is one of: Original, Supplement, nothing",
    "twice": "11: Product Number: product 001 of BLA 900001 stands twice, first in line 8; "
    + PUBLISHED,
    "type-unknown": '10: BLA Type: "351(z)" is not known; '
    "it is one of: 351(a), 351(k) Biosimilar, 351(k) Interchangeable",
    "wrong-encoding": f"10: byte 0xe9 is not utf-8; {PUBLISHED}",
}
"""Each file of ``tests/bad/sources/purple-book``, and all that is said after the file's name."""


def test_every_bad_file_has_its_message() -> None:
    assert {file.stem for file in BAD.iterdir()} == set(MESSAGES)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_bad_file_is_one_error_with_its_place(name: str) -> None:
    with pytest.raises(InputError) as caught:
        read(BAD / f"{name}.csv")
    assert str(caught.value).removeprefix(f"{BAD / name}.csv:") == MESSAGES[name]


def test_a_file_without_its_month_has_no_date() -> None:
    with pytest.raises(InputError, match="no banner"):
        purple_book.dated(BAD / "month-unknown.csv")


# ---------------------------------------------------------------- the register itself


@pytest.mark.shared
def test_the_register_is_read_whole() -> None:
    """796 applications in the 2,070 rows of the list; 13 rows of changes repeat some of them."""
    listed = [row for row in real().rows if not row.changed]
    assert (len(listed), len({row.application for row in listed})) == (2070, 796)
    assert real().tally.skipped == {REPEATS: 13}
    assert (real().tally.rows, real().tally.taken) == (2083, 2070)
    assert purple_book.dated(REAL) == PartialDate("2025-04")
    assert len({fact.iri for fact in real().facts}) == len(real().facts)


@pytest.mark.shared
def test_the_register_says_so_much() -> None:
    assert len(list(products(real().rows))) == 815
    assert Counter(compact(fact.predicate) for fact in real().facts) == {
        "df:approvedBy": 791,
        "df:biosimilarTo": 60,
        "df:hasActiveSubstance": 815,
        "df:hasForm": 837,
        "df:hasMarketingStatus": 896,
        "df:hasRegulatoryStatus": 900,
        "df:hasRoute": 991,
    }
    statuses = Counter(
        fact.object.rpartition("/")[2] for fact in real().facts if "Regulatory" in fact.predicate
    )
    assert statuses == {
        "status-licensed": 721,
        "status-voluntarily-revoked": 94,
        "status-revoked": 1,
        "status-biosimilar": 62,
        "status-interchangeable": 22,
    }


@pytest.mark.shared
def test_licences_of_the_register() -> None:
    zolgensma = ("2019-05-24", "Novartis Gene Therapies, Inc.", "Zolgensma", 1)
    assert real().approvals("BLA 125694") == [zolgensma]
    assert real().about("BLA 125694", "zolgensma") == {
        ("df:approvedBy", "fda"),
        ("df:hasActiveSubstance", "onasemnogene-abeparvovec-xioi"),
        ("df:hasForm", "form-injection"),
        ("df:hasRoute", "route-intravenous"),
        ("df:hasMarketingStatus", "marketing-prescription"),
        ("df:hasRegulatoryStatus", "status-licensed"),
    }
    assert [row[0] for row in real().approvals("BLA 125057")] == ["2002-12-31"]
    assert real().approvals("BLA 125075") == [], "Raptiva, revoked, has no original row"


@pytest.mark.shared
def test_the_register_gives_five_products_two_days_of_licensure() -> None:
    days = Counter(fact.application_number for fact in real().facts if fact.event_type)
    several = ["101382", "101384", "102219", "103955", "761255"]
    twice = Counter({f"BLA {number}": 2 for number in several})
    found = {application: days[application] for application in twice}
    assert found == twice
    products_of = Counter((fact.application_number, fact.subject) for fact in real().facts)
    assert {key[0] for key, count in products_of.items() if key[0] and count > 1} == set(twice)
