"""What is read of a structured product label: its products, ingredients and sections.

A kit is a product with parts, and a part is not the product: only one that is licensed and named
as the kit is counts as the label's own drug. So an alcohol swab is a part of a kit and no drug.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.model import PartialDate

__all__ = ["ACTIVE", "INACTIVE", "Ingredient", "Label", "Product", "Row", "Section"]

ACTIVE = frozenset({"ACTI", "ACTIB", "ACTIM", "ACTIR"})
"""Roles of active ingredients: by the base, the moiety or another reference the strength is of."""
INACTIVE = frozenset({"IACT", "ADJV", "BASE", "CNTM", "COLR", "FLVR", "INGR", "PRSV", "STBL"})
"""Roles of all other ingredients."""


@dataclass(frozen=True, slots=True)
class Label:
    """The document: which label, which version of it, of which day and kind."""

    document: str
    set_id: str
    version: int
    effective: PartialDate
    code: str
    kind: str
    title: str

    @property
    def key(self) -> str:
        """What tells this version of this label from all others."""
        return f"{self.set_id}-v{self.version}"


@dataclass(frozen=True, slots=True)
class Product:
    """A product of a label, or a part of a kit (``kit`` is then the product it is part of).

    ``place`` is its number in the document, ``2.1`` being the first part of the second.
    ``licence`` is the application as the FDA's registers write it, or none.
    """

    label: Label
    line: int
    place: str
    name: str
    generic: str
    code: str
    form: str
    licence: str | None
    category: str
    routes: tuple[str, ...]
    kit: Product | None

    @property
    def application(self) -> str:
        """The number it is known by: its application's, or else its label's."""
        return self.licence or f"SPL {self.label.set_id}"

    @property
    def main(self) -> Product:
        """The product of the label: itself, or the kit it is part of."""
        return self.kit.main if self.kit else self

    @property
    def own(self) -> bool:
        """Whether it is a drug of the label, and not a swab or diluent that lies in the kit.

        A part is if it is licensed under the kit's own application, and bears the kit's name or
        a generic name that stands in the kit's. Both are wanted: a diluent shares the one with
        the drug, an alcohol swab may share neither.
        """
        if self.kit is None:
            return True
        generics = re.split(r",? and |[,;/]", self.kit.generic.casefold())
        named = self.name.casefold() == self.kit.name.casefold() or (
            self.generic.casefold() in [one.strip() for one in generics if one.strip()]
        )
        licensed = self.licence is not None and self.licence == self.kit.licence
        return self.kit.own and licensed and named


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A substance in a product, and in which role."""

    label: Label
    line: int
    place: str
    product: Product
    role: str
    unii: str
    name: str

    @property
    def active(self) -> bool:
        """Whether it is an active ingredient of a drug of the label."""
        return self.role in ACTIVE and self.product.own


@dataclass(frozen=True, slots=True)
class Section:
    """A section with a code, and the text that is its own and not that of sections within it.

    ``heading`` of a section without a title is that of the section it stands in. The highlights
    of a section, a summary of it, are a section too.
    """

    label: Label
    line: int
    place: str
    heading: str
    code: str | None
    text: str


Row = Product | Ingredient | Section
