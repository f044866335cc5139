"""Structured product labels (HL7 SPL): one XML document a label, as DailyMed publishes them.

Read are the label's own identity, its products with their ingredients and routes, the parts of
kits, and the text of each coded section. An ingredient's role is taken from its class code:
``ACT…`` is active, all else is not.

https://www.fda.gov/industry/fda-data-standards-advisory-board/structured-product-labeling-resources
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.errors import InputError
from kg.identity import Seen
from kg.model import PartialDate
from kg.sources.spl_rows import ACTIVE, INACTIVE, Ingredient, Label, Product, Row, Section
from kg.sources.spl_text import flat
from kg.sources.xmlfile import MAX_XML, Element, tree

__all__ = ["GLOB", "NAME", "dated", "products", "read"]

NAME = "fda-spl"
GLOB = "fda-spl/*.xml"

NAMESPACE = "urn:hl7-org:v3"
LOINC, UNII = "2.16.840.1.113883.6.1", "2.16.840.1.113883.4.9"
APPLICATIONS = "2.16.840.1.113883.3.150"
"""The FDA's applications, as against monographs and products without any approval."""

_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_APPLICATION = re.compile(r"(NDA|BLA|ANDA)([0-9]{6})")
_CODE = re.compile(r"[0-9]{1,7}-[0-9]")


def dated(path: Path) -> PartialDate:
    """The day from which this version of the label is in effect."""
    return _label(path, _document(path)).effective


def products(rows: Iterable[Row]) -> Iterator[Seen]:
    """The label's products, each under its application, or the label's own id if it has none.

    Parts of a kit are no products; the substances of those that are the label's own drug stand
    with the kit.
    """
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        if isinstance(row, Section):
            continue
        product = (row if isinstance(row, Product) else row.product).main
        substances = found.setdefault((product.application, product.name), {})
        if isinstance(row, Ingredient) and row.active:
            substances[row.unii] = row.name
    for (number, name), substances in found.items():
        yield Seen("fda", number, name, tuple(substances.values()), tuple(substances))


def read(path: Path) -> list[Row]:
    """The products, ingredients and sections of one label, in the order of the document.

    :raises InputError: for XML that is broken or harmful (:mod:`kg.sources.xmlfile`), a label
        without its ids or date, an ingredient without a known role or UNII.
    """
    document = _document(path)
    label = _label(path, document)
    found = _Body(path, label)
    for section in _sections(document):
        found.section(section, "")
    if not any(isinstance(row, Product) for row in found.rows):
        raise InputError("the label has no product", file=path)
    return found.rows


def _document(path: Path) -> Element:
    try:
        if path.stat().st_size > MAX_XML:
            raise InputError(f"is larger than {MAX_XML} bytes", file=path)
        data = path.read_bytes()
    except OSError as error:
        raise InputError(error.strerror or str(error), file=path) from None
    return tree(data, file=path, namespace=NAMESPACE, root="document")


def _sections(element: Element) -> Iterator[Element]:
    """The sections right below a document or section."""
    for component in element.all("component"):
        for inner in component.content:
            if isinstance(inner, Element) and inner.tag == "structuredBody":
                yield from _sections(inner)
            elif isinstance(inner, Element) and inner.tag == "section":
                yield inner


def _label(path: Path, document: Element) -> Label:
    def value(tag: str, attribute: str, form: re.Pattern[str]) -> str:
        element = document.first(tag)
        found = element.get(attribute) if element else None
        if element is None or found is None or not form.fullmatch(found):
            problem = "the label has none" if found is None else f'"{found}" is no {tag}'
            line = element.line if element else document.line
            raise InputError(problem, file=path, line=line, field=tag)
        return found

    day = _DAY.fullmatch(value("effectiveTime", "value", _DAY))
    assert day is not None
    try:
        effective = PartialDate("-".join(day.groups()))
    except InputError as error:
        element = document.first("effectiveTime")
        raise error.at(path, element.line if element else None) from None
    code, title = document.first("code"), document.first("title")
    return Label(
        document=value("id", "root", _UUID).lower(),
        set_id=value("setId", "root", _UUID).lower(),
        version=int(value("versionNumber", "value", re.compile(r"[0-9]{1,9}"))),
        effective=effective,
        code=value("code", "code", _CODE),
        kind=(code and code.get("displayName")) or "",
        title=flat(title).replace("\n", " ") if title else "",
    )


def _spaced(name: Element) -> str:
    """A product's name, its suffix (an element within) parted from it by a blank."""
    parts = (one if isinstance(one, str) else one.text() for one in name.content)
    return " ".join(" ".join(parts).split())


class _Body:
    """What a label holds, gathered section by section."""

    def __init__(self, path: Path, label: Label) -> None:
        self.path, self.label = path, label
        self.rows: list[Row] = []
        self.products = self.texts = 0

    def section(self, section: Element, within: str) -> None:
        """Take a section, its products, and the sections in it."""
        title, code = section.first("title"), section.first("code")
        loinc = code.get("code") if code and code.get("codeSystem") == LOINC else None
        if loinc is not None and not _CODE.fullmatch(loinc):
            raise self._error(f'"{loinc}" is no LOINC code', code or section, "code")
        shown = code.get("displayName") if code else None
        heading = (flat(title).replace("\n", " ") if title else "") or within or shown or ""
        if not heading:
            raise self._error("the section has neither title nor code", section, "title")
        for subject in section.all("subject"):
            for product in subject.all("manufacturedProduct"):
                self._product(product)
        self._text(section, section.first("text"), heading, loinc)
        for excerpt in section.all("excerpt"):
            text = excerpt.first("highlight", "text")
            self._text(excerpt, text, f"{heading} (highlights)", loinc)
        for inner in _sections(section):
            self.section(inner, heading)

    def _text(self, at: Element, text: Element | None, heading: str, code: str | None) -> None:
        self.texts += 1
        words = flat(text) if text else ""
        place = f"section {self.texts}"
        self.rows.append(Section(self.label, at.line, place, heading, code, words))

    def _product(self, outer: Element) -> None:
        inner = outer.first("manufacturedProduct") or outer.first("manufacturedMedicine")
        if inner is None:
            raise self._error("describes no product", outer, "manufacturedProduct")
        self.products += 1
        self._describe(outer, inner, str(self.products), None)

    def _describe(self, outer: Element, inner: Element, place: str, kit: Product | None) -> None:
        name = inner.first("name")
        if name is None or not name.text():
            raise self._error("the product has no name", inner, "name")
        generic = inner.first("asEntityWithGeneric", "genericMedicine", "name")
        code, form = inner.first("code"), inner.first("formCode")
        product = Product(
            label=self.label,
            line=inner.line,
            place=f"product {place}",
            name=_spaced(name),
            generic=generic.text() if generic else "",
            code=(code and code.get("code")) or "",
            form=(form and form.get("displayName")) or "",
            licence=self._licence(outer),
            category=self._category(outer),
            routes=tuple(self._routes(outer)),
            kit=kit,
        )
        self.rows.append(product)
        for number, ingredient in enumerate(inner.all("ingredient"), 1):
            self.rows.append(self._ingredient(product, ingredient, number))
        for number, part in enumerate(inner.all("part"), 1):
            within = part.first("partProduct") or part.first("partMedicine")
            if within is None:
                raise self._error("describes no product", part, "part")
            self._describe(part, within, f"{place}.{number}", product)

    def _ingredient(self, product: Product, element: Element, number: int) -> Ingredient:
        role = element.get("classCode") or ""
        if role not in ACTIVE | INACTIVE:
            raise self._error(f'unknown role "{role}"', element, "classCode")
        substance = element.first("ingredientSubstance")
        code = substance.first("code") if substance else None
        name = substance.first("name") if substance else None
        unii = (code and code.get("code")) or ""
        coded = code is not None and code.get("codeSystem") == UNII
        if not coded or not re.fullmatch(r"[A-Z0-9]{10}", unii):
            raise self._error(f'"{unii}" is no UNII', element, "ingredientSubstance")
        if name is None or not name.text():
            raise self._error("the substance has no name", element, "ingredientSubstance")
        place = f"{product.place}, ingredient {number}"
        return Ingredient(self.label, element.line, place, product, role, unii, name.text())

    def _licence(self, outer: Element) -> str | None:
        found = set()
        for subject in outer.all("subjectOf"):
            number = subject.first("approval", "id")
            if number is None or number.get("root") != APPLICATIONS:
                continue
            text = number.get("extension") or ""
            match = _APPLICATION.fullmatch(text)
            if match:
                found.add(f"{match[1]} {match[2]}")
            elif text.startswith(("NDA", "BLA", "ANDA")):
                raise self._error(f'bad application number "{text}"', number, "approval")
        if len(found) > 1:
            raise self._error("stands under two applications", outer, "approval")
        return found.pop() if found else None

    def _category(self, outer: Element) -> str:
        codes = (subject.first("approval", "code") for subject in outer.all("subjectOf"))
        return next((one.get("displayName") or "" for one in codes if one is not None), "")

    def _routes(self, outer: Element) -> Iterator[str]:
        for consumed in outer.all("consumedIn"):
            route = consumed.first("substanceAdministration", "routeCode")
            if route is not None and (name := route.get("displayName")):
                yield name

    def _error(self, problem: str, at: Element, field: str) -> InputError:
        return InputError(problem, file=self.path, line=at.line, field=field)
