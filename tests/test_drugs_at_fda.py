"""Drugs@FDA: approvals are of originals, every row is accounted for, and nothing bad is read."""

from __future__ import annotations

import dataclasses
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.identity import Identity
from kg.model import Fact, PartialDate, Record
from kg.names import compact, expand
from kg.sources import drugs_at_fda
from kg.sources.drugs_at_fda import (
    NAME,
    REASONS,
    Tables,
    facts,
    form_and_routes,
    ingredients,
    products,
    read,
)
from kg.sources.drugs_at_fda_tables import COLUMNS
from kg.sources.tally import Tally
from kg.vocabulary import Vocabulary
from tests.conftest import SHARED

HERE = Path(__file__).parent
GOOD = HERE / "good" / "sources" / "drugs-at-fda"
BAD = HERE / "bad" / "sources" / "drugs-at-fda"
REAL = SHARED / "sources" / "fda-drugs-at-fda" / "drugsatfda-2019-07-02.zip"
VERSION = expand("source:fda-drugs-at-fda-2019-07-02")
DAY = (2019, 7, 2, 14, 30, 6)


@dataclasses.dataclass(frozen=True)
class Told:
    """What the adapter says of an archive."""

    tables: Tables
    records: dict[str, Record]
    facts: list[Fact]
    tally: Tally

    def about(self, key: str) -> set[tuple[str, str]]:
        """Predicate and last part of the object of the facts about one product."""
        start = expand(f"fact:{NAME}-{key}-")
        return {
            (compact(fact.predicate), fact.object.rpartition("/")[2])
            for fact in self.facts
            if fact.iri.startswith(start)
        }

    def events(self, application: str) -> list[tuple[str, str, str | None]]:
        """Type, date and submission of the events under one application."""
        return [
            (compact(fact.event_type), fact.date.text, fact.submission)
            for fact in self.facts
            if fact.application_number == application and fact.event_type and fact.date
        ]


def told(path: Path) -> Told:
    tables = read(path)
    identity = Identity(Vocabulary())
    identity.see(products(tables))
    identity.resolve()
    tally = Tally(NAME)
    nodes = list(facts(tables, identity, VERSION, tally))
    tally.check()
    records = [node for node in nodes if isinstance(node, Record)]
    by_iri = {record.iri: record for record in records}
    assert len(by_iri) == len(records)
    return Told(tables, by_iri, [node for node in nodes if isinstance(node, Fact)], tally)


def packed(
    path: Path, *changed: Path, without: str = "", more: tuple[tuple[str, bytes], ...] = ()
) -> Path:
    """The good tables as an archive, some of them changed, one left out, some files added."""
    files = {file.name: file for file in [*GOOD.iterdir(), *changed]}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in COLUMNS:
            if name != without:
                archive.writestr(zipfile.ZipInfo(name, DAY), files[name].read_bytes())
        for name, data in more:
            archive.writestr(name, data, zipfile.ZIP_DEFLATED)
    return path


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return told(packed(tmp_path_factory.mktemp("drugs-at-fda") / "x.zip"))


@cache
def real() -> Told:
    return told(REAL)


# ---------------------------------------------------------------- what is said


def test_the_day_is_that_on_which_the_members_were_packed(tmp_path: Path) -> None:
    assert drugs_at_fda.dated(packed(tmp_path / "x.zip")) == PartialDate("2019-07-02")


def test_every_row_is_used_or_skipped_for_a_named_reason(good: Told) -> None:
    sizes = {file.name: file.read_bytes().count(b"\n") - 1 for file in GOOD.iterdir()}
    assert good.tally.rows == sum(sizes.values())
    assert good.tally.taken == 6 + 10 + 11 + 6
    assert set(REASONS) == set(good.tally.skipped)
    more = {
        drugs_at_fda.UNKNOWN_APPLICATION: 2,
        drugs_at_fda.NO_PRODUCT: 1,
        drugs_at_fda.UNREAD["SubmissionPropertyType.txt"]: 1,
        drugs_at_fda.UNREAD["ActionTypes_Lookup.txt"]: 12,
    }
    assert good.tally.skipped == Counter(REASONS) + Counter(more)


def test_a_product_is_a_name_within_an_application(good: Told) -> None:
    seen = [(one.application, one.brand, one.substances) for one in products(good.tables)]
    assert seen == [
        ("NDA 900001", "EXAMPLIX", ("EXAMPLINE HYDROCHLORIDE",)),
        ("ANDA 900002", "EXAMPLINE AND DEMOLOL", ("EXAMPLINE", "DEMOLOL MALEATE")),
        ("BLA 900003", "BIOLIX", ("BIOLIMAB",)),
        ("NDA 900004", "FIRSTIX", ("FIRSTINE",)),
        ("NDA 900004", "SECONDIX", ("FIRSTINE",)),
        ("NDA 900005", "OLDIX", ("OLDINE (A;B)", "NEWINE")),
        ("NDA 900006", "DEMO-CREAM", ("DEMOLOL",)),
    ]


def test_what_several_rows_say_is_one_fact_with_a_record_for_each(good: Told) -> None:
    assert good.about("nda-900001-examplix") == {
        ("df:approvedBy", "fda"),
        ("df:hasActiveSubstance", "exampline-hydrochloride"),
        ("df:hasForm", "form-tablet"),
        ("df:hasForm", "form-solution"),
        ("df:hasRoute", "route-oral"),
        ("df:hasMarketingStatus", "marketing-prescription"),
        ("df:hasMarketingStatus", "marketing-discontinued"),
    }
    (route,) = (fact for fact in good.facts if fact.label == "EXAMPLIX is given by: ORAL")
    places = [good.records[iri].record for iri in route.evidence]
    assert places == [f"Products.txt, 900001 00{number}" for number in (1, 2, 3)]
    (sold,) = (fact for fact in good.facts if fact.label == "EXAMPLIX in the US: Discontinued")
    assert [good.records[iri].record for iri in sold.evidence] == [
        "MarketingStatus.txt, 900001 003 3"
    ]
    assert compact(sold.authority or "") == "concept:fda"


def test_an_original_with_status_ap_is_the_approval(good: Told) -> None:
    approval, change = (fact for fact in good.facts if fact.application_number == "NDA 900001")
    assert compact(approval.iri) == "fact:fda-drugs-at-fda-nda-900001-examplix-orig-1"
    assert (compact(approval.event_type or ""), approval.submission) == ("df:approval", "ORIG 1")
    assert approval.date == PartialDate("2003-04-18")
    assert (approval.holder, approval.authorised_name) == ("EXAMPLE PHARMA", "EXAMPLIX")
    assert [good.records[iri].record for iri in approval.evidence] == [
        "Applications.txt, 900001",
        "Submissions.txt, 900001 ORIG 1",
    ]
    assert compact(change.event_type or "") == "df:efficacySupplement"
    assert (change.submission, change.date) == ("SUPPL 12", PartialDate("2006-10-19"))


def test_a_tentative_approval_is_only_possible(good: Told) -> None:
    tentative, approval = (fact for fact in good.facts if fact.application_number == "ANDA 900002")
    assert compact(tentative.event_type or "") == "df:tentativeApproval"
    assert compact(tentative.certainty or "") == "df:possible"
    assert compact(approval.event_type or "") == "df:approval"
    assert compact(approval.certainty or "") == "df:stated"
    assert (tentative.submission, approval.submission) == ("ORIG 1", "ORIG 2")


def test_a_submission_is_given_to_no_product_where_there_are_several_names(good: Told) -> None:
    assert good.events("NDA 900004") == []
    assert ("df:hasActiveSubstance", "firstine") in good.about("nda-900004-secondix")
    assert good.events("NDA 900006") == [("df:approval", "1988-12-05", "ORIG 1")]


def test_a_placeholder_is_no_date(good: Told) -> None:
    assert good.events("BLA 900003") == []


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("EXAMPLINE", ["EXAMPLINE"]),
        ("EXAMPLINE; DEMOLOL", ["EXAMPLINE", "DEMOLOL"]),
        ("EXAMPLINE;DEMOLOL ;", ["EXAMPLINE", "DEMOLOL"]),
        (
            "MIXTURE (EXAMPLINE;DEMOLOL); OTHERINE (X)",
            ["MIXTURE (EXAMPLINE;DEMOLOL)", "OTHERINE (X)"],
        ),
    ],
)
def test_ingredients_are_parted_but_not_within_parentheses(text: str, want: list[str]) -> None:
    assert ingredients(text) == want


@pytest.mark.parametrize(
    ("text", "form", "routes"),
    [
        ("TABLET;ORAL", "TABLET", ["ORAL"]),
        ("Tablet, Extended Release; Oral", "Tablet, Extended Release", ["Oral"]),
        ("TABLET;BUCCAL, SUBLINGUAL", "TABLET", ["BUCCAL", "SUBLINGUAL"]),
        ("SOLUTION;PERFUSION, CARDIAC", "SOLUTION", ["PERFUSION, CARDIAC"]),
        ("GEL", "GEL", []),
        ("VIAL; SINGLE-USE", None, []),
        ("VIAL;INTRAVENOUS", None, ["INTRAVENOUS"]),
        ("LIQUID;N/A", "LIQUID", []),
        ("UNKNOWN", None, []),
        ("POWDER;FOR RX COMPOUNDING", "POWDER", []),
        ("SOLUTION; ORAL AND TABLET; DELAYED RELEASE", None, []),
    ],
)
def test_forms_and_routes(text: str, form: str | None, routes: list[str]) -> None:
    assert form_and_routes(text) == (form, routes)


# ---------------------------------------------------------------- what is refused

PUBLISHED = "take the archive of data files as published"
MOMENT = "dates are written like 2016-12-23 00:00:00"
TWICE = f"the key stands twice, first in line 2; {PUBLISHED}"
CUT = "the file may be cut: fetch it again"
MESSAGES = {
    "application-twice": "Applications.txt:4: ApplNo: the key stands twice, first in line 2; "
    f"{PUBLISHED}",
    "cell-missing": f"Submissions.txt:4: 7 cells, the header has 8; {PUBLISHED}",
    "cell-too-many": f"Products.txt:3: 9 cells, the header has 8; {PUBLISHED}",
    "class-without-name": 'Submissions.txt:4: SubmissionClassCodeID: "55" is not known; '
    "it is one of: 2, 3, 4, 7, 1, 21, 19",
    "column-missing": f'TE.txt:1: missing column "TECode"; {PUBLISHED}',
    "column-unknown": f'Applications.txt:1: missing column "ApplPublicNotes"; {PUBLISHED}',
    "control-character": f"Products.txt:3: control character U+000B; {PUBLISHED}",
    "cut": f"Submissions.txt:18: the last line has no end; {CUT}",
    "date-bad": f'Submissions.txt:4: SubmissionStatusDate: bad date "19/10/2007"; {MOMENT}',
    "date-no-day": 'Submissions.txt:4: SubmissionStatusDate: bad date "2007-02-30": '
    "day is out of range for month; give a day that exists",
    "date-with-time": 'Submissions.txt:4: SubmissionStatusDate: bad date "2007-10-19 11:30:00"; '
    f"{MOMENT}",
    "empty-table": f"TE.txt: has no header line; {PUBLISHED}",
    "form-empty": "Products.txt:3: Form: is empty; every product has one",
    "ingredient-empty": "Products.txt:3: ActiveIngredient: is empty; every product has one",
    "lookup-twice": f"SubmissionClass_Lookup.txt:3: SubmissionClassCodeID: {TWICE}",
    "marketing-without-name": 'MarketingStatus.txt:4: MarketingStatusID: "9" is not known; '
    "it is one of: 1, 2, 3, 4",
    "name-empty": "Products.txt:3: DrugName: is empty; every product has one",
    "number-bad": f'Applications.txt:3: ApplNo: "90002" is no number of 6 digits; {PUBLISHED}',
    "number-of-product-bad": 'Products.txt:3: ProductNo: "2" is no number of 3 digits; '
    f"{PUBLISHED}",
    "number-of-status-bad": 'MarketingStatus.txt:3: ProductNo: "x02" is no number of 3 digits; '
    f"{PUBLISHED}",
    "product-twice": f"Products.txt:3: ApplNo: {TWICE}",
    "status-twice": f"MarketingStatus.txt:3: MarketingStatusID: {TWICE}",
    "submission-number-bad": f'Submissions.txt:4: SubmissionNo: "S13" is no number; {PUBLISHED}',
    "submission-status-unknown": 'Submissions.txt:4: SubmissionStatus: "RL" is not known; '
    "it is one of: AP, TA",
    "submission-twice": "Submissions.txt:4: ApplNo: the key stands twice, first in line 3; "
    f"{PUBLISHED}",
    "submission-type-unknown": 'Submissions.txt:4: SubmissionType: "APPL" is not known; '
    "it is one of: ORIG, SUPPL",
    "type-unknown": 'Applications.txt:4: ApplType: "IND" is not known; '
    "it is one of: NDA, ANDA, BLA",
    "wrong-encoding": f"Products.txt:5: byte 0x81 is not cp1252; {PUBLISHED}",
}
"""Each folder of ``tests/bad/sources/drugs-at-fda``, and what is said after the archive's name."""


def test_every_bad_table_has_its_message() -> None:
    assert {folder.name for folder in BAD.iterdir()} == set(MESSAGES)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_bad_table_is_one_error_with_its_place(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path / "x.zip", *(BAD / name).iterdir())
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(caught.value).removeprefix(f"{path}/") == MESSAGES[name]
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", COLUMNS)
def test_a_missing_member_is_named(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path / "x.zip", without=name)
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(caught.value) == f"{path}: {name}: there is no such member; {PUBLISHED}"


def test_an_unknown_member_is_named(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", more=(("Other.txt", b"ApplNo\n"),))
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(caught.value) == f"{path}: Other.txt: an unknown member; {PUBLISHED}"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("../Products.txt", b"ApplNo\n", "leaves the archive"),
        ("/etc/Products.txt", b"ApplNo\n", "absolute"),
        ("Bomb.txt", b"0" * (17 << 20), "times its size"),
    ],
)
@pytest.mark.parametrize("way", [read, drugs_at_fda.dated])
def test_a_hostile_member_is_refused(
    tmp_path: Path, way: object, name: str, data: bytes, said: str
) -> None:
    path = packed(tmp_path / "x.zip", more=((name, data),))
    assert callable(way)
    with pytest.raises(InputError, match=said) as caught:
        way(path)
    assert (caught.value.file, caught.value.field) == (path, name)


def test_a_cut_archive_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip")
    path.write_bytes(path.read_bytes()[:-30])
    for way in (read, drugs_at_fda.dated):
        with pytest.raises(InputError, match="fetch it again"):
            way(path)


def test_an_archive_that_says_no_day_has_none(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w"):
        pass
    with pytest.raises(InputError, match='bad date "0000-00-00"') as caught:
        drugs_at_fda.dated(path)
    assert caught.value.file == path


# ---------------------------------------------------------------- the register itself


@pytest.mark.shared
def test_the_register_is_read_whole() -> None:
    tables, tally = real().tables, real().tally
    assert len(tables.applications) == 23_267
    assert len(tables.products) + len(tables.odd_products) == 39_473
    assert len(tables.submissions) == 156_942
    assert len(tables.marketing) == 39_788
    assert drugs_at_fda.dated(REAL) == PartialDate("2019-07-02")
    assert len({fact.iri for fact in real().facts}) == len(real().facts)
    assert (tally.rows, tally.taken) == (514_407, 124_966)
    assert tally.skipped == {
        drugs_at_fda.UNREAD["SubmissionPropertyType.txt"]: 179_171,
        drugs_at_fda.UNREAD["ApplicationDocs.txt"]: 57_366,
        drugs_at_fda.UNREAD["TE.txt"]: 18_250,
        drugs_at_fda.UNREAD["ActionTypes_Lookup.txt"]: 150,
        drugs_at_fda.SUPPLEMENTS["MANUF (CMC)"]: 65_622,
        drugs_at_fda.SUPPLEMENTS["LABELING"]: 60_703,
        drugs_at_fda.SUPPLEMENTS["REMS"]: 1_535,
        drugs_at_fda.SUPPLEMENTS["BIOEQUIV"]: 207,
        drugs_at_fda.OTHER_SUPPLEMENT: 342,
        drugs_at_fda.TENTATIVE_SUPPLEMENT: 3,
        drugs_at_fda.UNKNOWN_APPLICATION: 4_446,
        drugs_at_fda.SEVERAL_NAMES: 903,
        drugs_at_fda.NO_PRODUCT: 429,
        drugs_at_fda.NO_SUCH_PRODUCT: 311,
        drugs_at_fda.EXTRA_CELL: 3,
    }


@pytest.mark.shared
def test_the_register_says_so_much() -> None:
    assert len(list(products(real().tables))) == 24_102
    found = Counter(fact.event_type or fact.predicate for fact in real().facts)
    assert {compact(iri): count for iri, count in found.items()} == {
        "df:approval": 18_864,
        "df:tentativeApproval": 649,
        "df:efficacySupplement": 3_470,
        "df:hasActiveSubstance": 29_160,
        "df:hasForm": 24_170,
        "df:hasMarketingStatus": 24_501,
        "df:hasRoute": 24_307,
    }
    texts = [form_and_routes(row.cells[2]) for row in real().tables.products]
    assert sum(form is None for form, _ in texts) == 107
    assert sum(not routes for _, routes in texts) == 121


@pytest.mark.shared
def test_decisions_of_the_register() -> None:
    spinraza = real().events("NDA 209531")
    assert spinraza == [
        ("df:approval", "2016-12-23", "ORIG 1"),
        ("df:efficacySupplement", "2018-05-14", "SUPPL 3"),
    ]
    gleevec = real().events("NDA 021588")
    assert gleevec[0] == ("df:approval", "2003-04-18", "ORIG 1")
    assert {kind for kind, _, _ in gleevec[1:]} == {"df:efficacySupplement"}
    assert real().events("NDA 021335")[0] == ("df:approval", "2001-05-10", "ORIG 1")
    assert real().about("nda-021335-gleevec") == {
        ("df:approvedBy", "fda"),
        ("df:hasActiveSubstance", "imatinib-mesylate"),
        ("df:hasForm", "form-capsule"),
        ("df:hasRoute", "route-oral"),
        ("df:hasMarketingStatus", "marketing-discontinued"),
    }
    assert real().events("ANDA 211837") == [("df:tentativeApproval", "2019-02-04", "ORIG 1")]
    assert ("df:hasMarketingStatus", "marketing-none-tentative-approval") in real().about(
        "anda-211837-febuxostat"
    )
