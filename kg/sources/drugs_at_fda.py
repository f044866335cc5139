"""Drugs@FDA: what the register says of each product, and what was decided on it.

The tables are described in :mod:`kg.sources.drugs_at_fda_tables`. A product here is a name within
an application, with as many rows as it has strengths and forms. A submission belongs to the
application, not to a product: where an application covers products of several names, the register
does not say to which of them a submission belongs, and none is given its date.

An original submission with the status AP is an approval, with TA a tentative approval. Of the
supplements only those of the class EFFICACY say that a use changed; none says how.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kg.identity import Identity, Seen
from kg.model import Node, PartialDate
from kg.sources.drugs_at_fda_tables import Row, Tables, cells, dated, read
from kg.sources.fda import FORM, MARKETING, ROUTE, SUBSTANCE, About, Gathered, Maker, slug
from kg.sources.tally import Tally

__all__ = [
    "GLOB",
    "NAME",
    "REASONS",
    "Row",
    "Tables",
    "dated",
    "facts",
    "form_and_routes",
    "ingredients",
    "products",
    "read",
]

NAME = "fda-drugs-at-fda"
GLOB = "fda-drugs-at-fda/*.zip"

UNKNOWN_APPLICATION = "its application is not in Applications"
NO_PRODUCT = "the application has no product"
NO_SUCH_PRODUCT = "the application has no product of that number"
EXTRA_CELL = "a product's row with an empty cell too many"
SEVERAL_NAMES = "a submission of an application with products of several names"
NO_DATE = "a submission without a date"
PLACEHOLDER = "a submission dated 1900-01-01, which stands for no date"
TENTATIVE_SUPPLEMENT = "a supplement that was approved tentatively"
OTHER_SUPPLEMENT = "a supplement of no class that says what it changes"
SUPPLEMENTS = {
    "LABELING": "a supplement that changes the labelling",
    "MANUF (CMC)": "a supplement that changes the manufacture",
    "REMS": "a supplement that changes the risk management",
    "BIOEQUIV": "a supplement on bioequivalence",
}
UNREAD = {
    "ApplicationDocs.txt": "application documents are links, not facts",
    "SubmissionPropertyType.txt": "properties of submissions are not read",
    "TE.txt": "codes of therapeutic equivalence are not read",
    "MarketingStatus_Lookup.txt": "a lookup names codes, it says nothing of a product",
    "SubmissionClass_Lookup.txt": "a lookup names codes, it says nothing of a product",
    "ActionTypes_Lookup.txt": "a lookup names codes, it says nothing of a product",
    "ApplicationsDocsType_Lookup.txt": "a lookup names codes, it says nothing of a product",
}
REASONS = (
    UNKNOWN_APPLICATION,
    NO_PRODUCT,
    NO_SUCH_PRODUCT,
    EXTRA_CELL,
    SEVERAL_NAMES,
    NO_DATE,
    PLACEHOLDER,
    TENTATIVE_SUPPLEMENT,
    OTHER_SUPPLEMENT,
    *SUPPLEMENTS.values(),
    *dict.fromkeys(UNREAD.values()),
)

NO_FORM = frozenset({"", "N/A", "UNKNOWN", "VIAL", "SYRINGE"})
"""What the first part of ``Form`` holds that is no dose form: containers, and nothing."""

NO_ROUTE = frozenset(
    {"", "N/A", "UNKNOWN", "FOR RX COMPOUNDING", "SINGLE-USE", "SINGLE-DOSE", "MULTIDOSE"}
    | {"SUSPENSION", "ORAL SUSPENSION", "ORALLY DISINTEGRATING"}
    | {"SUBCUTANEOUS LYOPHILIZED POWER"}
)
"""What the second part holds that is no route: containers, purposes, the end of a form."""

_BETWEEN = re.compile(r";(?![^(]*\))")
_ROUTES = re.compile(r", (?!CARDIAC|BILIARY)", re.IGNORECASE)


@dataclass(slots=True)
class Product:
    """A name within an application, and its rows in Products."""

    application: str
    brand: str
    rows: list[Row] = field(default_factory=list)


def ingredients(text: str) -> list[str]:
    """The active ingredients of a cell: parted by semicolons, but not within parentheses."""
    parts = (part.strip() for part in _BETWEEN.split(text))
    return [part for part in parts if part]


def form_and_routes(text: str) -> tuple[str | None, list[str]]:
    """The dose form and the routes of a cell such as ``TABLET;BUCCAL, SUBLINGUAL``.

    A cell without a semicolon holds no route. Of a cell with several, it cannot be told which
    part is which, and nothing is read. ``PERFUSION, CARDIAC`` is one route.
    """
    parts = [part.strip() for part in text.split(";")]
    if len(parts) > 2:
        return None, []
    form = parts[0] if parts[0].upper() not in NO_FORM else None
    routes = _ROUTES.split(parts[1]) if len(parts) == 2 else []
    return form, [route for route in routes if route.upper() not in NO_ROUTE]


def products(tables: Tables) -> Iterator[Seen]:
    """Every product of a known application."""
    for names in _by_application(tables).values():
        for product in names.values():
            found = dict.fromkeys(
                name for row in product.rows for name in ingredients(row.cells[6])
            )
            yield Seen("fda", product.application, product.brand, tuple(found))


def _by_application(tables: Tables) -> dict[str, dict[str, Product]]:
    """Products by the number of the application and by name, however that is punctuated."""
    types = {row.cells[0]: row.cells[1] for row in tables.applications}
    found: dict[str, dict[str, Product]] = {}
    for row in tables.products:
        number, _, _, _, _, name, _, _ = row.cells
        if number in types:
            brand = name.strip()
            names = found.setdefault(number, {})
            product = names.setdefault(slug(brand), Product(f"{types[number]} {number}", brand))
            product.rows.append(row)
    return found


def facts(tables: Tables, identity: Identity, version: str, tally: Tally) -> Iterator[Node]:
    """What the tables say of each product, with the rows that say it.

    :param version: the IRI of the revision read.
    """
    maker = Maker(NAME, version)
    for name, count in tables.unread.items():
        tally.row(count)
        tally.skip(UNREAD[name], count)
    found = _by_application(tables)
    known = {row.cells[0] for row in tables.applications}
    for row in tables.applications:
        _count(tally, None if row.cells[0] in found else NO_PRODUCT)
    for row in tables.products:
        _count(tally, None if row.cells[0] in known else UNKNOWN_APPLICATION)
    for _ in tables.odd_products:
        _count(tally, EXTRA_CELL)
    marketing = _marketing(tables, found, known, tally)
    for names in found.values():
        for product in names.values():
            yield from _claims(product, marketing, tables.statuses, identity, maker)
    yield from _events(tables, found, known, identity, maker, tally)


def _count(tally: Tally, reason: str | None) -> None:
    tally.row()
    if reason is None:
        tally.used()
    else:
        tally.skip(reason)


def _marketing(
    tables: Tables, found: Mapping[str, Mapping[str, Product]], known: set[str], tally: Tally
) -> dict[tuple[str, str], list[Row]]:
    """The marketing statuses of each product that is known, by application and number."""
    listed = {
        (row.cells[0], row.cells[1])
        for names in found.values()
        for product in names.values()
        for row in product.rows
    }
    rows: dict[tuple[str, str], list[Row]] = {}
    for row in tables.marketing:
        _, number, product_number = row.cells
        if number not in known:
            _count(tally, UNKNOWN_APPLICATION)
        elif (number, product_number) not in listed:
            _count(tally, NO_SUCH_PRODUCT)
        else:
            _count(tally, None)
            rows.setdefault((number, product_number), []).append(row)
    return rows


def _claims(
    product: Product,
    marketing: Mapping[tuple[str, str], list[Row]],
    statuses: Mapping[str, str],
    identity: Identity,
    maker: Maker,
) -> Iterator[Node]:
    gathered = Gathered()
    for row in product.rows:
        number, product_number, text, _, _, _, substances, _ = row.cells
        key = f"{number} {product_number}"
        record = maker.record(f"product {key}", f"Products.txt, {key}", cells("Products.txt", row))
        yield record
        for substance in ingredients(substances):
            gathered.add(SUBSTANCE, substance, record.iri)
        form, routes = form_and_routes(text)
        if form:
            gathered.add(FORM, form, record.iri)
        for route in routes:
            gathered.add(ROUTE, route, record.iri)
        for status in marketing[number, product_number]:
            code = status.cells[0]
            record = maker.record(
                f"marketing {key} {code}",
                f"MarketingStatus.txt, {key} {code}",
                cells("MarketingStatus.txt", status),
            )
            yield record
            gathered.add(MARKETING, statuses[code], record.iri)
    about = _about(product, identity, maker)
    for claim, text, evidence in gathered:
        target = (
            identity.substance(text) if claim is SUBSTANCE else identity.concept(claim.what, text)
        )
        yield about.claim(claim, text, target, evidence)


def _about(product: Product, identity: Identity, maker: Maker) -> About:
    iri = identity.product("fda", product.application, product.brand)
    return maker.about(iri, product.application, product.brand)


def _events(
    tables: Tables,
    found: Mapping[str, Mapping[str, Product]],
    known: set[str],
    identity: Identity,
    maker: Maker,
    tally: Tally,
) -> Iterator[Node]:
    sponsors = {row.cells[0]: row for row in tables.applications}
    recorded: dict[str, str] = {}
    for row in tables.submissions:
        number, _, kind, count, status, day, _, _ = row.cells
        reason = _left_out(row, tables.classes, found, known)
        _count(tally, reason)
        if reason is not None:
            continue
        (product,) = found[number].values()
        key = f"{kind.strip()} {count}"
        record = maker.record(
            f"submission {number} {key}",
            f"Submissions.txt, {number} {key}",
            cells("Submissions.txt", row),
        )
        yield record
        if number not in recorded:
            holder = maker.record(
                f"application {number}",
                f"Applications.txt, {number}",
                cells("Applications.txt", sponsors[number]),
            )
            recorded[number] = holder.iri
            yield holder
        event = "efficacy" if key[0] == "S" else "approval" if status == "AP" else "tentative"
        yield _about(product, identity, maker).event(
            event,
            key,
            PartialDate(day[:10]),
            (record.iri, recorded[number]),
            submission=key,
            holder=sponsors[number].cells[3].strip() or None,
            authorised_name=product.brand,
        )


def _left_out(
    row: Row,
    classes: Mapping[str, str],
    found: Mapping[str, Mapping[str, Product]],
    known: set[str],
) -> str | None:
    """Why a submission makes no event, or nothing if it makes one."""
    number, class_id, kind, _, status, day, _, _ = row.cells
    if number not in known:
        return UNKNOWN_APPLICATION
    if kind.strip() == "SUPPL":
        code = classes.get(class_id, "")
        if code != "EFFICACY":
            return SUPPLEMENTS.get(code, OTHER_SUPPLEMENT)
        if status != "AP":
            return TENTATIVE_SUPPLEMENT
    if not day:
        return NO_DATE
    if day.startswith("1900-01-01"):
        return PLACEHOLDER
    names = found.get(number, {})
    return None if len(names) == 1 else SEVERAL_NAMES if names else NO_PRODUCT
