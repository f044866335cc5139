"""The Agency's table of medicines: a table of the same shape, its faults, and the real one."""

from __future__ import annotations

import datetime
import io
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

import openpyxl
import pytest

from kg.errors import InputError
from kg.evidence import digest, record_digest
from kg.identity import Identity, Seen
from kg.model import Fact, Node, Record, TextSection
from kg.names import compact, expand
from kg.sources import ema, ema_facts, workbook
from kg.sources.cells import areas, common_names, substances, uninverted
from kg.sources.tally import Tally
from tests.conftest import SHARED
from tests.stand_in import Names

VERSION = expand("source:ema-medicines-2024-02-29")
BANNER = ["Content type:", "Reports", "Output generated at:", "Thu, 29/02/2024 - 01:46"]
COLUMNS = sorted(ema.COLUMNS, key=lambda name: (name != "Category", name))
DAY = datetime.datetime(2020, 2, 3, 1, 0)

MEDICINE: dict[str, Any] = {
    "Category": "Human",
    "Medicine name": "Examplix\N{NO-BREAK SPACE} ",
    "Therapeutic area": "Example Disease;  Atrophy, Example;  Growth",
    "Active substance": "examplinib  sodium",
    "International non-proprietary name (INN) / common name": "examplinib",
    "Product number": "EMEA/H/C/009001   ",
    "Authorisation status": "Authorised",
    "ATC code": "Z09AX01",
    "Marketing authorisation date": DAY,
    "Marketing authorisation holder/company name": "Example Pharma Ltd\N{NO-BREAK SPACE}",
    "Condition / indication": " Treatment ofexamples\tin  adults.",
    "Revision number": 3,
    "First published": DAY,
    "URL": "https://example.org/examplix",
    **dict.fromkeys(ema.FLAGS, "no"),
}


def medicine(number: int = 9001, **cells: Any) -> dict[str, Any]:
    """A row as in the table; keywords name columns, ``_`` for a blank."""
    given = {key.replace("_", " "): value for key, value in cells.items()}
    return {**MEDICINE, "Product number": f"EMEA/H/C/{number:06}", **given}


def rows_of(*medicines: dict[str, Any], columns: list[str] = COLUMNS) -> list[list[Any]]:
    return [BANNER, [], ["", "An agency"], columns] + [
        [one.get(column) for column in columns] for one in medicines
    ]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write rows of cells to a workbook."""

    def made(rows: list[list[Any]], sheets: int = 1) -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column, value)
        for _ in range(sheets - 1):
            book.create_sheet()
        path = tmp_path / "medicines.xlsx"
        book.save(path)
        return path

    return made


def told(
    rows: list[ema.Medicine], names: Names | None = None
) -> tuple[list[Node], Tally, dict[str, Fact]]:
    """All nodes, the tally, and the facts by what tells them apart."""
    tally = Tally(ema.NAME)
    nodes = list(ema_facts.facts(rows, cast(Identity, names or Names()), VERSION, tally))
    tally.check()
    facts = {
        node.iri.removeprefix(expand("fact:ema-medicines-emea-h-c-")): node
        for node in nodes
        if isinstance(node, Fact)
    }
    assert len({node.iri for node in nodes}) == len(nodes)
    return nodes, tally, facts


# ---------------------------------------------------------------- the table of the same shape


def test_a_row_is_read_with_its_blanks_undone_and_its_text_kept(write: Callable[..., Path]) -> None:
    (row,) = ema.read(write(rows_of(MEDICINE)))
    assert (row.line, row.human, row.name, row.number) == (5, True, "Examplix", "EMEA/H/C/009001")
    assert (row.substance, row.inn, row.holder) == (
        *("examplinib sodium", "examplinib"),
        "Example Pharma Ltd",
    )
    assert row.authorised is not None and row.authorised.text == "2020-02-03"
    assert row.indication == MEDICINE["Condition / indication"]
    cells = {column: MEDICINE.get(column) for column in COLUMNS}
    want = {
        column: "" if cell is None else cell.isoformat(sep=" ") if cell is DAY else str(cell)
        for column, cell in cells.items()
    }
    assert row.digest == record_digest(want)


def test_the_columns_are_thirty_and_may_stand_in_any_order(write: Callable[..., Path]) -> None:
    assert len(set(ema.COLUMNS)) == len(ema.COLUMNS) == 30
    other = ["Category", *sorted(COLUMNS[1:], reverse=True)]
    assert ema.read(write(rows_of(MEDICINE, columns=other)))[0].name == "Examplix"


def test_the_banner_dates_the_table(write: Callable[..., Path]) -> None:
    assert ema.dated(write(rows_of(MEDICINE))).text == "2024-02-29"


def test_products_are_the_human_medicines_with_a_status(write: Callable[..., Path]) -> None:
    rows = ema.read(
        write(
            rows_of(
                medicine(1, Active_substance="alphan, betan", **{ema.INN: "betan, alphan"}),
                medicine(2, Authorisation_status=None),
                {**medicine(3), "Category": "Veterinary", "Product number": "EMEA/V/C/000003"},
            )
        )
    )
    assert list(ema.products(rows)) == [
        Seen("ema", "EMEA/H/C/000001", "Examplix", ("alphan", "betan"))
    ]
    _, tally, _ = told(rows)
    assert (tally.rows, tally.taken) == (3, 1)
    assert set(tally.skipped) == ema.REASONS == {ema.VETERINARY, ema.NO_STATUS}


def test_what_a_row_says(write: Callable[..., Path]) -> None:
    names = Names(["examplinib"], {"Example Disease": "MONDO:0000001"})
    nodes, _, facts = told(ema.read(write(rows_of(MEDICINE))), names)
    record = next(node for node in nodes if isinstance(node, Record))
    text = next(node for node in nodes if isinstance(node, TextSection))
    assert record.iri == expand("evidence:ema-medicines-2024-02-29-emea-h-c-009001")
    assert (record.record, record.fields_read, record.in_version) == (
        *("EMEA/H/C/009001", ()),
        VERSION,
    )
    assert (text.text, text.digest) == (
        MEDICINE["Condition / indication"],
        digest("Treatment ofexamples in adults."),
    )
    assert (text.section, text.about) == (
        "Condition / indication",
        (expand("product:examplix"),),
    )
    said = {
        key.removeprefix("009001-"): (
            compact(fact.predicate),
            compact(fact.object),
            compact(fact.polarity),
        )
        for key, fact in facts.items()
        if "status" not in key
    }
    yes = "df:affirmed"
    assert said == {
        "approval-2020-02-03": ("df:approvedBy", "concept:ema", yes),
        "marketing-authorised": ("df:hasMarketingStatus", "concept:marketing-authorised", yes),
        "area-mondo-0000001": ("df:hasTherapeuticArea", "MONDO:0000001", yes),
        "area-concept-therapeutic-area-atrophy-example": (
            *("df:hasTherapeuticArea", "concept:therapeutic-area-atrophy-example"),
            yes,
        ),
        "area-concept-therapeutic-area-growth": (
            *("df:hasTherapeuticArea", "concept:therapeutic-area-growth"),
            yes,
        ),
        "substance-substance-examplinib-sodium": (
            *("df:hasActiveSubstance", "substance:examplinib-sodium"),
            yes,
        ),
        "substance-unii-aaaaaaa000": ("df:hasActiveSubstance", "UNII:AAAAAAA000", yes),
        "atc-z09ax01": ("df:hasAtcCode", "ATC:Z09AX01", yes),
    }
    approval = facts["009001-approval-2020-02-03"]
    assert approval.date is not None and approval.date.text == "2020-02-03"
    assert (approval.holder, approval.authorised_name) == ("Example Pharma Ltd", "Examplix")
    assert approval.application_number == "EMEA/H/C/009001"
    assert all(fact.evidence == (record.iri,) for fact in facts.values())
    assert {compact(fact.review_status) for fact in facts.values()} == {"df:imported"}
    assert {fact.first_seen_in for fact in facts.values()} == {VERSION}


def test_a_no_is_a_denied_fact_and_no_silence(write: Callable[..., Path]) -> None:
    _, _, facts = told(ema.read(write(rows_of(medicine(Orphan_medicine="yes")))))
    statuses = {key: fact for key, fact in facts.items() if "-status-" in key}
    assert len(statuses) == len(ema.FLAGS) == 8
    affirmed = [key for key, fact in statuses.items() if compact(fact.polarity) == "df:affirmed"]
    assert affirmed == ["009001-status-orphan-medicine"]
    assert compact(statuses["009001-status-generic"].polarity) == "df:denied"


def events(facts: dict[str, Fact]) -> list[tuple[str, str, str]]:
    """Type, polarity and date of the regulatory events."""
    return [
        (compact(fact.event_type), compact(fact.polarity), fact.date.text)
        for fact in facts.values()
        if fact.event_type and fact.date
    ]


OTHER_DAY = datetime.datetime(2021, 5, 6)
AUTHORISED, REFUSED = "Marketing_authorisation_date", "Date_of_refusal_of_marketing_authorisation"


@pytest.mark.parametrize(
    ("cells", "want"),
    [
        ({}, [("df:approval", "df:affirmed", "2020-02-03")]),
        (
            {"Conditional_approval": "yes"},
            [("df:conditionalApproval", "df:affirmed", "2020-02-03")],
        ),
        (
            {"Authorisation_status": "Withdrawn"},
            [("df:approval", "df:affirmed", "2020-02-03")],
        ),
        ({"Authorisation_status": "Withdrawn", AUTHORISED: None}, []),
        ({AUTHORISED: None}, []),
        # A date of refusal beside an authorisation is that of an opinion or another application.
        ({REFUSED: OTHER_DAY}, [("df:approval", "df:affirmed", "2020-02-03")]),
        # Nothing that was refused is approved, whatever date stands in the other column.
        (
            {"Authorisation_status": "Refused", REFUSED: OTHER_DAY},
            [("df:refusal", "df:denied", "2021-05-06")],
        ),
        ({"Authorisation_status": "Refused"}, []),
    ],
)
def test_events_have_a_date_that_the_table_gives_them(
    write: Callable[..., Path], cells: dict[str, Any], want: list[tuple[str, str, str]]
) -> None:
    _, _, facts = told(ema.read(write(rows_of(medicine(**cells)))))
    assert events(facts) == want
    status = cells.get("Authorisation_status", "Authorised").lower()
    assert f"009001-marketing-{status}" in facts


def test_a_refusal_has_no_holder(write: Callable[..., Path]) -> None:
    cells: dict[str, Any] = {"Authorisation_status": "Refused", REFUSED: OTHER_DAY}
    row = medicine(**cells)
    _, _, facts = told(ema.read(write(rows_of(row))))
    assert facts["009001-refusal-2021-05-06"].holder is None


@pytest.mark.parametrize(
    ("cell", "want"),
    [
        ("Z09", ["z09"]),
        ("Z09AX", ["z09ax"]),
        ("Z09AX01, Z09AX02", ["z09ax01", "z09ax02"]),
        ("ZO9AX", []),
        ("Z09AX1", []),
        ("Not yet assigned", []),
        (None, []),
    ],
)
def test_only_an_atc_code_is_one(
    write: Callable[..., Path], cell: str | None, want: list[str]
) -> None:
    _, _, facts = told(ema.read(write(rows_of(medicine(ATC_code=cell)))))
    assert [key.partition("-atc-")[2] for key in facts if "-atc-" in key] == want


def test_an_inverted_heading_is_looked_up_in_the_order_of_speech(
    write: Callable[..., Path],
) -> None:
    names = Names(diseases={"Example Atrophy": "MONDO:0000002", "Example Disease": "MONDO:0000002"})
    _, _, facts = told(ema.read(write(rows_of(MEDICINE))), names)
    assert [compact(fact.object) for key, fact in facts.items() if "-area-" in key] == [
        "MONDO:0000002",
        "concept:therapeutic-area-growth",
    ]


# ---------------------------------------------------------------- cells with several names


def test_areas_part_at_a_semicolon_and_two_blanks_only() -> None:
    assert areas("Atrophy, Example;  Growth;of; things") == (
        "Atrophy, Example",
        "Growth;of; things",
    )
    assert areas("") == ()
    assert uninverted("Leukemia, Exemplary, Chronic, B-Cell") == (
        "B-Cell Chronic Exemplary Leukemia"
    )


@pytest.mark.parametrize(
    ("cell", "common", "known", "want"),
    [
        ("alphan", "", (), ("alphan",)),
        ("", "", (), ()),
        ("alphan, betan sodium", "betan, alphan", (), ("alphan", "betan sodium")),
        ("alphan (as acid, mixed), betan", "betan / alphan", (), None),
        ("alphan, betan", "", ("alphan", "betan"), ("alphan", "betan")),
        ("alphan, betan", "gamman", ("alphan",), ("alphan, betan",)),
        ("alphan, liposomal", "alphan", (), ("alphan, liposomal",)),
        ("virus, live, attenuated", "virus vaccine, live", ("virus",), None),
        ("group alpha, C, W and Y vaccine", "group alpha, C, W and Y vaccine", (), None),
        ("alphan, betan", "", ("alphan, betan", "alphan", "betan"), ("alphan, betan",)),
        ("powder of A. exempli L., semen", "powder of A. exempli L., semen", (), None),
    ],
)
def test_substances_are_parted_only_where_it_is_certain(
    cell: str, common: str, known: tuple[str, ...], want: tuple[str, ...] | None
) -> None:
    if want is None and cell.startswith("alphan ("):
        want = ("alphan (as acid, mixed)", "betan")
    assert substances(cell, common, lambda name: name in known) == (want or (cell,) * bool(cell))


def test_common_names_count_only_if_each_is_known() -> None:
    known = {"alphan", "betan", "alphan, whole"}.__contains__
    assert common_names("alphan, betan", known) == ("alphan", "betan")
    assert common_names("alphan, whole", known) == ("alphan, whole",)
    assert common_names("alphan, gamman", known) == ()
    assert common_names("", known) == ()


# ---------------------------------------------------------------- bad cells, bad tables

EDITION = "this is another edition of the table, which needs an adapter of its own"
BAD_CELLS: dict[str, tuple[dict[str, Any], str]] = {
    "unknown category": ({"Category": "Plant"}, 'Category: unknown category "Plant"'),
    "bad number": (
        {"Product number": "EMEA/H/C/12"},
        'Product number: bad product number "EMEA/H/C/12"',
    ),
    "number of the other category": (
        {"Product number": "EMEA/V/C/000001"},
        'Product number: bad product number "EMEA/V/C/000001"',
    ),
    "unknown status": (
        {"Authorisation status": "Suspended"},
        'Authorisation status: unknown status "Suspended"',
    ),
    "no name": ({"Medicine name": None}, "Medicine name: the medicine has no name"),
    "a flag that is neither": ({"Generic": "maybe"}, 'Generic: "maybe" is neither yes nor no'),
    "an empty flag": ({"Generic": None}, 'Generic: "" is neither yes nor no'),
    "a date as text": (
        {"Marketing authorisation date": "2020-02-30"},
        'Marketing authorisation date: "2020-02-30" is no date; the cell must be a date',
    ),
    "a date in a name": (
        {"Medicine name": DAY},
        'Medicine name: "2020-02-03 01:00:00" is no text',
    ),
    "an error value": ({"Species": "#REF!"}, "the error value #REF! in a cell"),
    "a truth value": ({"Species": True}, "a cell of the type bool"),
    "a mark that reverses": (
        {"Species": "a\N{RIGHT-TO-LEFT OVERRIDE}b"},
        "control character U+202E in a cell",
    ),
}


@pytest.mark.parametrize("name", BAD_CELLS)
def test_a_bad_cell_is_one_error_with_its_row(write: Callable[..., Path], name: str) -> None:
    cells, message = BAD_CELLS[name]
    path = write(rows_of({**MEDICINE, **cells}))
    with pytest.raises(InputError) as caught:
        ema.read(path)
    assert str(caught.value) == f"{path}:5: {message}"


BAD_TABLES: dict[str, tuple[Callable[[], list[list[Any]]], str]] = {
    "a missing column": (
        lambda: rows_of(MEDICINE, columns=[one for one in COLUMNS if one != "Species"]),
        f':4: missing column "Species"; {EDITION}',
    ),
    "an unknown column": (
        lambda: rows_of(MEDICINE, columns=[*COLUMNS, "Kind"]),
        f':4: unknown column "Kind"; {EDITION}',
    ),
    "a doubled column": (
        lambda: rows_of(MEDICINE, columns=[*COLUMNS, "Species"]),
        f':4: doubled column "Species"; {EDITION}',
    ),
    "a number that stands twice": (
        lambda: rows_of(MEDICINE, MEDICINE),
        ":6: Product number: EMEA/H/C/009001 stands in row 5 too",
    ),
    "a cell too many": (
        lambda: [*rows_of(MEDICINE), [*([None] * 30), "more"]],
        ":6: a cell beyond the last column",
    ),
    "an empty row": (lambda: [*rows_of(MEDICINE), [], ["Human"]], ":6: an empty row"),
    "no rows": (lambda: rows_of(), ": the table has no rows"),
    "no header": (
        lambda: [BANNER, ["Human"]],
        ': no row of column names, beginning with "Category"; '
        "give the Agency's table of medicines as published",
    ),
    "a header too far down": (
        lambda: [BANNER, *([["x"]] * 25), COLUMNS],
        ': no row of column names, beginning with "Category"; '
        "give the Agency's table of medicines as published",
    ),
    "a formula": (
        lambda: rows_of({**MEDICINE, "Species": "=1+1"}),
        ":1: xl/worksheets/sheet1.xml: a formula in a cell",
    ),
    "too many columns": (
        lambda: [[*["x"] * 101]],
        ':1: xl/worksheets/sheet1.xml: cell "CW1" out of its order, or beyond 100',
    ),
}


@pytest.mark.parametrize("name", BAD_TABLES)
def test_a_bad_table_is_one_error(write: Callable[..., Path], name: str) -> None:
    rows, message = BAD_TABLES[name]
    path = write(rows())
    with pytest.raises(InputError) as caught:
        ema.read(path)
    assert str(caught.value) == f"{path}{message}"


def test_two_sheets_are_refused(write: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="holds 2 sheets, not one"):
        ema.read(write(rows_of(MEDICINE), sheets=2))


@pytest.mark.parametrize(
    "text",
    ["Fri, 29/02/2024 - 01:46", "Thu, 30/02/2024 - 01:46", "29/02/2024", "Thu, 2/29/2024 - 01:46"],
)
def test_a_bad_banner_date_is_refused(write: Callable[..., Path], text: str) -> None:
    path = write([[*BANNER[:3], text], *rows_of(MEDICINE)[1:]])
    with pytest.raises(InputError) as caught:
        ema.dated(path)
    assert str(caught.value) == (
        f'{path}:1: Output generated at: bad date "{text}"; '
        "it is written as Tue, 05/12/2023 - 01:46, day first"
    )


def test_a_table_without_banner_has_no_date(write: Callable[..., Path]) -> None:
    for rows in ([["x"]] * 3, [["x"]] * 30):
        with pytest.raises(InputError, match='no cell "Output generated at:" above the table'):
            ema.dated(write(rows))


# ---------------------------------------------------------------- harmful and broken workbooks


def repacked(path: Path, member: str, change: Callable[[bytes], bytes | None]) -> None:
    """The same archive with one member changed, or left out."""
    old = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data: bytes | None = old.read(name)
            data = change(data or b"") if name == member else data
            if data is not None:
                new.writestr(name, data)


SHEET = "xl/worksheets/sheet1.xml"
INLINE = b't="inlineStr"><is><t>Human</t></is></c>'
LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(
        b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % (n, *[n - 1] * 10)
        for n in range(ord("b"), ord("k"))
    )
    + b"]>"
)
EXTERNAL = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
DECLARED = "has a document type declaration; no data of ours has one; do not trust this file"


@pytest.mark.parametrize("member", [SHEET, "xl/workbook.xml", "xl/styles.xml", "_rels/.rels"])
@pytest.mark.parametrize("bomb", [LAUGHS, EXTERNAL], ids=["laughs", "external"])
def test_entities_are_refused_before_they_are_read(
    write: Callable[..., Path], member: str, bomb: bytes
) -> None:
    path = write(rows_of(MEDICINE))
    repacked(path, member, lambda data: bomb + data[data.index(b"<", data.find(b"?>") + 1) :])
    started = time.monotonic()
    with pytest.raises(InputError) as caught:
        ema.read(path)
    assert time.monotonic() - started < 1
    assert str(caught.value) == f"{path}:1: {member}: {DECLARED}"


def test_xml_under_another_name_is_checked_too(write: Callable[..., Path]) -> None:
    path = write(rows_of(MEDICINE))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/media/picture.jpeg", b"\xef\xbb\xbf \n" + LAUGHS + b"<x>&j;</x>")
    with pytest.raises(InputError, match=r"picture.jpeg: has a document type declaration"):
        ema.read(path)


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(write: Callable[..., Path]) -> None:
    path = write(rows_of(MEDICINE))
    repacked(path, SHEET, lambda data: data + b" " * (70 << 20))
    started = time.monotonic()
    with pytest.raises(InputError, match="unpacks to more than"):
        ema.read(path)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("place", ["A1048576", "XFD6", "XFD1048576", "A2", "A5", "6A", ""])
def test_a_cell_far_out_or_out_of_order_is_refused_at_once(
    write: Callable[..., Path], place: str
) -> None:
    path = write(rows_of(MEDICINE))
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    cell = f'<row r="{row}"><c r="{place}"><v>1</v></c></row></sheetData>'
    repacked(path, SHEET, lambda data: data.replace(b"</sheetData>", cell.encode()))
    started = time.monotonic()
    with pytest.raises(
        InputError, match=r'sheet1.xml: (row "[0-9A-Z]*" after|cell "[0-9A-Z]*" out)'
    ):
        ema.read(path)
    assert time.monotonic() - started < 2


def test_a_cell_that_stands_twice_is_refused(write: Callable[..., Path]) -> None:
    path = write(rows_of(MEDICINE))
    repacked(path, SHEET, lambda data: data.replace(b'r="B5"', b'r="A5"'))
    with pytest.raises(InputError, match='cell "A5" out of its order'):
        ema.read(path)


def test_a_size_that_the_sheet_only_claims_is_not_believed(write: Callable[..., Path]) -> None:
    path = write(rows_of(MEDICINE))
    repacked(
        path,
        SHEET,
        lambda data: data.replace(b"<sheetData>", b'<dimension ref="A1:A2"/><sheetData>'),
    )
    assert len(ema.read(path)) == 1


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95, 0.999])
def test_a_cut_workbook_is_refused(write: Callable[..., Path], share: float) -> None:
    path = write(rows_of(MEDICINE))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(InputError, match="broken zip archive"):
        ema.read(path)


@pytest.mark.parametrize("data", [b"", b"Category,Medicine name\n", b"\xd0\xcf\x11\xe0" * 9])
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "medicines.xlsx"
    path.write_bytes(data)
    with pytest.raises(InputError):
        ema.read(path)


def test_an_archive_without_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "medicines.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(InputError) as caught:
        ema.read(path)
    assert str(caught.value) == f"{path}: is no xlsx workbook; give the publisher's own file"


@pytest.mark.parametrize(
    ("member", "change"),
    [
        (SHEET, lambda data: None),
        ("[Content_Types].xml", lambda data: None),
        ("xl/_rels/workbook.xml.rels", lambda data: None),
        (SHEET, lambda data: data.replace(INLINE, b't="s"><v>99999</v></c>')),
        (SHEET, lambda data: data.replace(INLINE, b't="s"><v>one</v></c>')),
        (SHEET, lambda data: data.replace(INLINE, b't="e"><v>#N/A</v></c>')),
        (SHEET, lambda data: data[:-20]),
        (SHEET, lambda data: data.replace(b"Thu", b"Th\xff")),
    ],
)
def test_parts_that_do_not_fit_together_are_one_error(
    write: Callable[..., Path], member: str, change: Callable[[bytes], bytes | None]
) -> None:
    path = write(rows_of(MEDICINE))
    repacked(path, member, change)
    with pytest.raises(InputError) as caught:
        ema.read(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        list(workbook.rows(tmp_path / "none.xlsx"))


# ---------------------------------------------------------------- the real table


@cache
def real() -> list[ema.Medicine]:
    return ema.read(next(SHARED.glob(f"sources/{ema.GLOB}")))


@cache
def real_facts() -> tuple[dict[str, Fact], Tally, int]:
    names = Names(diseases={"Spinal Muscular Atrophy": "MONDO:0001516"})
    nodes, tally, facts = told(real(), names)
    return facts, tally, sum(isinstance(node, TextSection) for node in nodes)


@pytest.mark.shared
def test_the_real_table_has_the_rows_its_description_counts() -> None:
    rows = real()
    assert len(rows) == 2041
    assert sum(row.human for row in rows) == 1759
    assert Counter(row.status for row in rows) == {
        "Authorised": 1600,
        "Withdrawn": 381,
        "Refused": 59,
        "": 1,
    }
    assert ema.dated(next(SHARED.glob(f"sources/{ema.GLOB}"))).text == "2023-12-05"
    _, tally, texts = real_facts()
    assert (tally.rows, tally.taken, texts) == (2041, 1758, 1747)
    assert tally.skipped == {ema.VETERINARY: 282, ema.NO_STATUS: 1}


@pytest.mark.shared
def test_the_real_events() -> None:
    facts, _, _ = real_facts()
    found = Counter((kind, polarity) for kind, polarity, _ in events(facts))
    assert found == {
        ("df:approval", "df:affirmed"): 1652,
        ("df:conditionalApproval", "df:affirmed"): 48,
        ("df:refusal", "df:denied"): 53,
    }
    assert "004750-conditional-2020-05-18" in facts
    assert facts["004312-approval-2017-05-30"].authorised_name == "Spinraza"
    assert "004355-refusal-2018-12-06" in facts
    assert "004355-marketing-refused" in facts
    withdrawn = sum(key.endswith("-marketing-withdrawn") for key in facts)
    dated = [row for row in real() if row.human and row.status == "Withdrawn" and row.authorised]
    assert (withdrawn, len(dated)) == (331, 330)
    for row in dated:
        assert row.authorised is not None
        assert any(
            f"{row.number[-6:]}-{event}-{row.authorised.text}" in facts
            for event in ("approval", "conditional")
        )
    # Authorised in 2002, with a date of refusal of 2009 in the other column.
    zavesca = [key for key in facts if key.startswith("000435-") and "-20" in key]
    assert zavesca == ["000435-approval-2002-11-20"]


@pytest.mark.shared
def test_the_real_statuses_areas_and_codes() -> None:
    facts, _, _ = real_facts()
    count = Counter(
        (compact(fact.predicate), compact(fact.polarity))
        for fact in facts.values()
        if not fact.event_type
    )
    assert count["df:hasRegulatoryStatus", "df:affirmed"] == 1072
    assert count["df:hasRegulatoryStatus", "df:denied"] == 1758 * 8 - 1072
    assert count["df:hasMarketingStatus", "df:affirmed"] == 1758
    assert count["df:hasAtcCode", "df:affirmed"] == 1736
    assert count["df:hasTherapeuticArea", "df:affirmed"] == 3025
    assert compact(facts["004750-status-orphan-medicine"].polarity) == "df:affirmed"
    assert compact(facts["005145-status-orphan-medicine"].polarity) == "df:denied"
    assert "004750-area-mondo-0001516" in facts
    # Two cells are misspelt codes and one says that there is none yet.
    cells = [row.atc for row in real() if ema.skipped(row) is None and row.atc]
    codes = [key for key in facts if "-atc-" in key]
    assert len(cells) - len({key.partition("-atc-")[0] for key in codes}) == 3


@pytest.mark.shared
def test_in_the_real_table_no_swab_and_no_water_is_a_medicine() -> None:
    facts, _, _ = real_facts()
    objects = {
        fact.object.rpartition("/")[2]
        for fact in facts.values()
        if compact(fact.predicate) == "df:hasActiveSubstance"
    }
    assert not objects & {"isopropyl-alcohol", "water", "water-for-injections", "syringe"}
    assert all(compact(fact.predicate) != "df:treats" for fact in facts.values())
