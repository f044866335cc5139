"""What the registers of the FDA share: how a row becomes evidence, and evidence becomes facts.

The facts are *imported*: taken over field by field from a structured source by a program, with
no person reading them. The Purple Book and Drugs@FDA say the same kinds of things of a product
(its substance, forms, routes and statuses, and what the FDA decided on it), so that they are
made in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from kg.evidence import record_digest
from kg.model import Fact, PartialDate, Record
from kg.names import expand, own
from kg.names import slug as plain_slug

__all__ = [
    "BIOSIMILAR",
    "FORM",
    "MARKETING",
    "ROUTE",
    "STATUS",
    "SUBSTANCE",
    "About",
    "Claim",
    "Gathered",
    "Maker",
]


class Claim(NamedTuple):
    """A kind of fact about a product: the class, the predicate, and how its label is worded.

    ``regional`` is true of what holds only where the FDA decides.
    """

    what: str
    kind: str
    predicate: str
    label: str
    regional: bool = False


SUBSTANCE = Claim(
    "substance", "df:IdentityClaim", expand("df:hasActiveSubstance"), "{} contains {}"
)
FORM = Claim("form", "df:IdentityClaim", expand("df:hasForm"), "{} has the dose form {}")
ROUTE = Claim("route", "df:AdministrationClaim", expand("df:hasRoute"), "{} is given by: {}")
MARKETING = Claim(
    "marketing", "df:IdentityClaim", expand("df:hasMarketingStatus"), "{} in the US: {}", True
)
STATUS = Claim(
    "status", "df:IdentityClaim", expand("df:hasRegulatoryStatus"), "{} in the US: {}", True
)
BIOSIMILAR = Claim(
    "biosimilar-to", "df:IdentityClaim", expand("df:biosimilarTo"), "{} is biosimilar to {}", True
)

slug = lru_cache(maxsize=1 << 14)(plain_slug)
"""As :func:`kg.names.slug`; a register says the same few words of thousands of products."""

FDA, US = expand("concept:fda"), expand("concept:us")
APPROVED_BY = expand("df:approvedBy")
STATED, POSSIBLE = expand("df:stated"), expand("df:possible")
ALWAYS: dict[str, Any] = {
    "polarity": expand("df:affirmed"),
    "status": expand("df:current"),
    "review_status": expand("df:imported"),
    "knowledge_level": expand("biolink:knowledge_assertion"),
    "agent_type": expand("biolink:manual_agent"),
}
REGION: dict[str, Any] = {"authority": FDA, "jurisdiction": US}
EVENTS = {
    "approval": (expand("df:approval"), "FDA approval of {}"),
    "tentative": (expand("df:tentativeApproval"), "tentative FDA approval of {}"),
    "efficacy": (expand("df:efficacySupplement"), "FDA approval of a changed use of {}"),
}


class Maker:
    """Makes the records and facts of one revision of a register.

    :param source: the source's name, such as ``fda-purple-book``.
    :param version: the IRI of the revision.
    """

    def __init__(self, source: str, version: str) -> None:
        self.source, self.version = source, version
        self.always = ALWAYS | {"first_seen_in": version, "last_confirmed_in": version}
        self._records = own("evidence", version.rpartition("/")[2])

    def record(self, key: str, place: str, cells: Mapping[str, str]) -> Record:
        """The evidence of one row.

        :param key: what tells the row from all others of the register.
        :param place: where the row stands, as a person would look it up.
        :param cells: every column of the row and its text.
        """
        return Record(
            iri=f"{self._records}-{slug(key)}",
            kinds=("df:Record",),
            in_version=self.version,
            record=place,
            digest=record_digest(cells),
        )

    def about(self, product: str, application: str, brand: str) -> About:
        """What makes the facts about one product."""
        return About(self, product, application, brand)


class About:
    """Makes the facts about one product.

    :param product: its IRI.
    :param application: the application it is listed under, such as ``NDA 209531``.
    :param brand: its name as the source spells it.
    """

    def __init__(self, maker: Maker, product: str, application: str, brand: str) -> None:
        self.maker, self.product = maker, product
        self.application, self.brand = application, brand
        self._facts = own("fact", maker.source, application, brand)

    def claim(self, claim: Claim, text: str, object: str, evidence: Iterable[str]) -> Fact:
        """That the product has a substance, form, route or status.

        :param text: the value as the source spells it.
        :param object: the IRI of the substance, concept or product it stands for.
        """
        where: dict[str, Any] = REGION if claim.regional else {}
        return Fact(
            iri=f"{self._facts}-{claim.what}-{slug(text)}",
            kinds=(claim.kind,),
            label=claim.label.format(self.brand, text),
            subject=self.product,
            predicate=claim.predicate,
            object=object,
            certainty=STATED,
            evidence=tuple(sorted(set(evidence))),
            **self.maker.always,
            **where,
        )

    def event(
        self, event: str, key: str, day: PartialDate, evidence: Iterable[str], **more: Any
    ) -> Fact:
        """That the FDA approved the product, wholly, tentatively or for a changed use.

        :param event: a key of :data:`EVENTS`.
        :param key: what tells the event from the product's others.
        :param more: further fields of the fact: ``holder``, ``submission``, ``authorised_name``.
        """
        kind, label = EVENTS[event]
        return Fact(
            iri=f"{self._facts}-{slug(key)}",
            kinds=("df:RegulatoryEvent",),
            label=label.format(self.brand),
            subject=self.product,
            predicate=APPROVED_BY,
            object=FDA,
            certainty=POSSIBLE if event == "tentative" else STATED,
            event_type=kind,
            jurisdiction=US,
            application_number=self.application,
            date=day,
            evidence=tuple(sorted(set(evidence))),
            **self.maker.always,
            **more,
        )


class Gathered:
    """Values of one product and where each stands: a value is one fact, however many rows say it.

    Spellings that differ only in case, spacing or punctuation are one value, under the first.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[Claim, str], tuple[str, list[str]]] = {}

    def add(self, claim: Claim, text: str, evidence: str) -> None:
        """Note that a row says so."""
        self._found.setdefault((claim, slug(text)), (text, []))[1].append(evidence)

    def __iter__(self) -> Iterator[tuple[Claim, str, list[str]]]:
        """Each claim with its text and evidence, in the order they were first met."""
        return ((claim, *found) for (claim, _), found in self._found.items())
