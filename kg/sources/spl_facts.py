"""Facts of structured product labels: what a product is made of, its forms, routes, marketing.

A label tells no date of approval (a marketing start date is none), and no fact here says what a
product treats: that stands in the words of its sections, which are kept as text. What a label
says of several presentations of one product is one fact with several records as evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.evidence import digest
from kg.model import Node, Record, TextSection
from kg.names import compact, expand, own
from kg.sources.imported import AFFIRMED, imported, record, tail
from kg.sources.spl import NAME
from kg.sources.spl_rows import Ingredient, Label, Product, Row, Section

if TYPE_CHECKING:
    from kg.identity import Identity
    from kg.sources.tally import Tally

__all__ = ["REASONS", "cells", "facts"]

INACTIVE = "inactive ingredient"
OTHER_PART = "part of a kit that is not the label's own drug"
OTHER_INGREDIENT = "ingredient of such a part"
NO_TEXT = "section without text of its own"
NOTHING_SAID = "product without form, route or way of marketing"
REASONS = frozenset({INACTIVE, OTHER_PART, OTHER_INGREDIENT, NO_TEXT, NOTHING_SAID})
"""Why a product, ingredient or section makes no fact and no text."""

FDA, US = expand("concept:fda"), expand("concept:us")
ACTIVE_SUBSTANCE, FORM = expand("df:hasActiveSubstance"), expand("df:hasForm")
ROUTE, MARKETING = expand("df:hasRoute"), expand("df:hasMarketingStatus")
REGULATORY = expand("df:hasRegulatoryStatus")
KINDS = {"34391-3": "prescription", "34390-5": "over the counter"}
"""Kinds of label, by LOINC code, that say how a product is marketed."""


def facts(rows: Iterable[Row], identity: Identity, version: str, tally: Tally) -> Iterator[Node]:
    """The facts of one label, the records they rest on, and the text of its sections.

    A product, a part of a kit, an ingredient and a section each count as a row.

    :param version: the IRI of this version of the label.
    """
    claims = _Claims(identity, version)
    sections: list[Section] = []
    for row in rows:
        tally.row()
        if reason := _skipped(row):
            tally.skip(reason)
            continue
        tally.used()
        if isinstance(row, Section):
            sections.append(row)
        else:
            yield claims.take(row)
    yield from claims.facts()
    about = tuple(sorted(claims.products))
    for section in sections:
        yield _text(section, version, about)


def _skipped(row: Row) -> str | None:
    if isinstance(row, Section):
        return None if row.text else NO_TEXT
    if isinstance(row, Product):
        said = (row.form, row.category, KINDS.get(row.label.code), *row.routes)
        return OTHER_PART if not row.own else None if any(said) else NOTHING_SAID
    if not row.product.own:
        return OTHER_INGREDIENT
    return None if row.active else INACTIVE


def _text(section: Section, version: str, about: tuple[str, ...]) -> TextSection:
    return TextSection(
        iri=own("evidence", tail(version), section.label.key, section.place),
        kinds=("df:TextSection",),
        label=f"{section.heading} ({_named(section.label)})",
        in_version=version,
        record=f"label {section.label.set_id}, {section.place}",
        section=section.heading,
        code=section.code,
        about=about,
        digest=digest(section.text),
        text=section.text,
    )


def _named(label: Label) -> str:
    return f"label {label.set_id}, version {label.version}"


@dataclass(slots=True)
class _Claims:
    """The claims of a label, each with all that it rests on."""

    identity: Identity
    version: str
    products: set[str] = field(default_factory=set)
    made: dict[tuple[str, str, str, str], tuple[dict[str, Any], list[str]]] = field(
        default_factory=dict
    )

    def take(self, row: Product | Ingredient) -> Record:
        """Take what a product or an active ingredient says; the record of it."""
        product = row if isinstance(row, Product) else row.product
        main, label = product.main, row.label
        subject = self.identity.product("fda", main.application, main.name)
        self.products.add(subject)
        evidence = record(
            self.version, f"label {label.set_id}, {row.place}", cells(row), label.key, row.place
        )
        for what, kind, predicate, wording, object, said in self._said(row, main.name):
            fact = {
                "kind": kind,
                "label": wording,
                "subject": subject,
                "predicate": predicate,
                "object": object,
                **said,
            }
            key = (label.key, subject, what, object)
            self.made.setdefault(key, (fact, []))[1].append(evidence.iri)
        return evidence

    def facts(self) -> Iterator[Node]:
        """The facts, in the order in which the label first says them."""
        for (label, subject, what, object), (said, evidence) in self.made.items():
            key = (NAME, label, tail(subject), what, compact(object))
            yield imported(self.version, evidence, key, polarity=AFFIRMED, **said)

    def _said(self, row: Product | Ingredient, name: str) -> Iterator[Any]:
        if isinstance(row, Ingredient):
            object = self.identity.substance_by_unii(row.unii, row.name)
            wording = f"{name} contains {row.name}"
            yield "substance", "df:IdentityClaim", ACTIVE_SUBSTANCE, wording, object, {}
            return
        if row.form:
            object = self.identity.concept("form", row.form)
            wording = f"{name} has the dose form {row.form}"
            yield "form", "df:IdentityClaim", FORM, wording, object, {}
        for route in row.routes:
            object = self.identity.concept("route", route)
            wording = f"{name} is given by: {route}"
            yield "route", "df:AdministrationClaim", ROUTE, wording, object, {}
        region = {"authority": FDA, "jurisdiction": US}
        if sold := KINDS.get(row.label.code):
            object = self.identity.concept("marketing", sold)
            wording = f"{name} in the US: {sold}"
            yield "marketing", "df:IdentityClaim", MARKETING, wording, object, region
        if row.category:  # by what right it is on the market, not how it is sold
            category = f"marketing category {row.category}"
            object = self.identity.concept("status", category)
            wording = f"{name} in the US: {category}"
            yield "category", "df:IdentityClaim", REGULATORY, wording, object, region


def cells(row: Product | Ingredient) -> dict[str, str]:
    """What was read of a product or an ingredient, by name, for its digest."""
    if isinstance(row, Ingredient):
        return {"classCode": row.role, "code": row.unii, "name": row.name}
    return {
        "approval": row.licence or "",
        "category": row.category,
        "code": row.code,
        "formCode": row.form,
        "genericMedicine": row.generic,
        "name": row.name,
        "routeCode": "; ".join(row.routes),
    }
