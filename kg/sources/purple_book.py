"""The FDA Purple Book: what the register says of each licensed biologic.

The file is described in :mod:`kg.sources.purple_book_rows`. The register names no day for a
revoked licence: that it is revoked is a status, no event. A product of which only supplements
are listed has no day of licensure here, and one whose reference product's name is borne by
several products is biosimilar to none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg.identity import Identity, Seen
from kg.model import Fact, Node, PartialDate
from kg.names import slug
from kg.sources.fda import (
    BIOSIMILAR,
    FORM,
    MARKETING,
    ROUTE,
    STATUS,
    SUBSTANCE,
    About,
    Claim,
    Gathered,
    Maker,
)
from kg.sources.purple_book_rows import Row, dated, read
from kg.sources.tally import Tally

__all__ = ["GLOB", "NAME", "REASONS", "Row", "dated", "facts", "products", "read"]

NAME = "fda-purple-book"
GLOB = "fda-purple-book/*.csv"

# The star points to a footnote on why a product was discontinued; discontinued it is.
MARKETED = {"Rx": "Prescription", "OTC": "Over-the-counter"} | dict.fromkeys(
    ("Disc", "Disc*"), "Discontinued"
)
TYPES = {"351(k) Biosimilar": "Biosimilar", "351(k) Interchangeable": "Interchangeable"}

REPEATS = "repeats a row of the full list"
NOT_LISTED = "a change that the full list does not hold"
REASONS = (REPEATS, NOT_LISTED)


def products(rows: Iterable[Row]) -> Iterator[Seen]:
    """Every product of the full list."""
    for found in _by_product(rows).values():
        names = dict.fromkeys(row["Proper Name"] for row in found)
        yield Seen("fda", found[0].application, found[0].brand, tuple(names))


def _by_product(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    """The rows of the list by application and name, however the name is punctuated."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if not row.changed:
            found.setdefault((row.application, slug(row.brand)), []).append(row)
    return found


def facts(rows: Sequence[Row], identity: Identity, version: str, tally: Tally) -> Iterator[Node]:
    """What the list says of each product, with the rows that say it.

    :param version: the IRI of the revision read.
    """
    maker = Maker(NAME, version)
    listed = {row.key for row in rows if not row.changed}
    for row in rows:
        tally.row()
        if row.changed:
            tally.skip(REPEATS if row.key in listed else NOT_LISTED)
    grouped = _by_product(rows)
    brands = _brands(grouped, identity)
    for found in grouped.values():
        evidence = {}
        for row in found:
            number, count = row.key
            place = f"{row.application}, product {count}"
            record = maker.record(f"{number} {count}", place, row.cells)
            evidence[row.key] = record.iri
            tally.used()
            yield record
        application, brand = found[0].application, found[0].brand
        product = identity.product("fda", application, brand)
        about = maker.about(product, application, brand)
        yield from _licensed(found, evidence, about)
        yield from _claims(found, evidence, identity, about, brands)


def _brands(
    grouped: dict[tuple[str, str], list[Row]], identity: Identity
) -> dict[str, dict[str, None]]:
    """By proprietary name in small letters, the products that bear it."""
    brands: dict[str, dict[str, None]] = {}
    for rows in grouped.values():
        if name := rows[0]["Proprietary Name"]:
            product = identity.product("fda", rows[0].application, rows[0].brand)
            brands.setdefault(name.lower(), {})[product] = None
    return brands


def _claims(
    rows: Sequence[Row],
    evidence: Mapping[tuple[str, str], str],
    identity: Identity,
    about: About,
    brands: Mapping[str, Mapping[str, None]],
) -> Iterator[Fact]:
    gathered = Gathered()
    for row in rows:
        for claim, text in _values(row):
            gathered.add(claim, text, evidence[row.key])
    for claim, text, iris in gathered:
        if claim is BIOSIMILAR:
            named = list(brands.get(text.lower(), ()))
            target = named[0] if len(named) == 1 else None
        elif claim is SUBSTANCE:
            target = identity.substance(text)
        else:
            target = identity.concept(claim.what, text)
        if target is not None:
            yield about.claim(claim, text, target, iris)


def _licensed(
    rows: Sequence[Row], evidence: Mapping[tuple[str, str], str], about: About
) -> Iterator[Fact]:
    """The approval of a product, once for each day that its original rows give."""
    days: dict[PartialDate, list[Row]] = {}
    for row in rows:
        if row["Submission Type"] == "Original" and (day := row.approved):
            days.setdefault(day, []).append(row)
    for day, original in sorted(days.items()):
        holders = {row["Applicant"] for row in original}
        yield about.event(
            "approval",
            "approval" if day == min(days) else f"approval-{day.text}",
            day,
            [evidence[row.key] for row in original],
            holder=min(holders) if len(holders) == 1 else None,
            authorised_name=rows[0]["Proprietary Name"] or None,
        )


def _values(row: Row) -> Iterator[tuple[Claim, str]]:
    """What one row says of its product."""
    yield SUBSTANCE, row["Proper Name"]
    if row["Dosage Form"]:
        yield FORM, row["Dosage Form"]
    for route in row["Route of Administration"].split(", "):
        if route:
            yield ROUTE, route
    yield MARKETING, MARKETED[row["Marketing Status"]]
    yield STATUS, row["Licensure"]
    if row["BLA Type"] in TYPES:
        yield STATUS, TYPES[row["BLA Type"]]
        if row["Ref. Product Proprietary Name"]:
            yield BIOSIMILAR, row["Ref. Product Proprietary Name"]
