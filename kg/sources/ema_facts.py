"""Facts of the European Medicines Agency's table of medicines.

What the columns say, and what they do not:

- *Marketing authorisation date* is the day of the approval, of medicines that were withdrawn
  later too. The table does not date a withdrawal, so none is told as an event: the medicine's
  marketing status is "withdrawn".
- *Date of refusal* is told of a medicine whose status is "Refused" only. Of others it holds
  days of opinions, and refusals of a change or of another application.
- *Conditional approval* is how things stand on the day of the table: an approval that was
  conditional once, and is no longer, is told as an approval.
- *Therapeutic area* is no indication.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.evidence import digest
from kg.model import Fact, Node, PartialDate, Record, TextSection
from kg.names import compact, expand, own
from kg.sources.cells import areas, common_names, substances, uninverted
from kg.sources.ema import FLAGS, NAME, Medicine, skipped
from kg.sources.imported import AFFIRMED, DENIED, imported, tail

if TYPE_CHECKING:
    from kg.identity import Identity
    from kg.sources.tally import Tally

__all__ = ["facts"]

EMA, EU = expand("concept:ema"), expand("concept:eu")
HERE = {"authority": EMA, "jurisdiction": EU}
APPROVED_BY = expand("df:approvedBy")
ACTIVE_SUBSTANCE, ATC = expand("df:hasActiveSubstance"), expand("df:hasAtcCode")
STATUS, MARKETING = expand("df:hasRegulatoryStatus"), expand("df:hasMarketingStatus")
AREA = expand("df:hasTherapeuticArea")
SECTION = "Condition / indication"

EVENTS = {
    "approval": (expand("df:approval"), "EU marketing authorisation of {}"),
    "conditional": (
        expand("df:conditionalApproval"),
        "EU conditional marketing authorisation of {}",
    ),
    "refusal": (expand("df:refusal"), "EU refusal of {}"),
}

_ATC = re.compile(r"[A-Z][0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?")


def facts(
    rows: Iterable[Medicine], identity: Identity, version: str, tally: Tally
) -> Iterator[Node]:
    """The facts of each human medicine, its row as evidence, and the text of its indication.

    :param version: the IRI of the table's revision.
    """
    for row in rows:
        tally.row()
        if reason := skipped(row):
            tally.skip(reason)
            continue
        tally.used()
        product = identity.product("ema", row.number, row.name)
        yield from _One(row, product, identity, version).nodes()


@dataclass(frozen=True, slots=True)
class _One:
    """One medicine, on the way to its facts."""

    row: Medicine
    product: str
    identity: Identity
    version: str

    def nodes(self) -> Iterator[Node]:
        """Evidence first, then facts, each once, then the text."""
        yield self._evidence()
        seen = set()
        for fact in self._facts():
            if fact.iri not in seen:
                seen.add(fact.iri)
                yield fact
        if self.row.indication.strip():
            yield self._text()

    def _evidence(self) -> Record:
        return Record(
            iri=own("evidence", tail(self.version), self.row.number),
            kinds=("df:Record",),
            in_version=self.version,
            record=self.row.number,
            digest=self.row.digest,
        )

    def _facts(self) -> Iterator[Fact]:
        yield from self._events()
        yield from self._statuses()
        yield from self._areas()
        yield from self._contents()

    def _fact(self, what: str, kind: str, label: str, object: str, **said: Any) -> Fact:
        said.setdefault("polarity", AFFIRMED)
        return imported(
            self.version,
            [own("evidence", tail(self.version), self.row.number)],
            (NAME, self.row.number, what),
            kind,
            label=label,
            subject=self.product,
            object=object,
            **said,
        )

    # ------------------------------------------------------------ decisions

    def _events(self) -> Iterator[Fact]:
        row = self.row
        if row.status == "Refused":
            if row.refused:
                yield self._event("refusal", row.refused, polarity=DENIED)
        elif row.authorised:
            conditional = "Conditional approval" in row.flags
            yield self._event(
                "conditional" if conditional else "approval",
                row.authorised,
                holder=row.holder or None,
                authorised_name=row.name,
            )

    def _event(self, event: str, day: PartialDate, **said: Any) -> Fact:
        kind, label = EVENTS[event]
        return self._fact(
            f"{event}-{day.text}",
            "df:RegulatoryEvent",
            label.format(self.row.name),
            EMA,
            predicate=APPROVED_BY,
            event_type=kind,
            jurisdiction=EU,
            application_number=self.row.number,
            date=day,
            **said,
        )

    def _statuses(self) -> Iterator[Fact]:
        name, status = self.row.name, self.row.status.lower()
        yield self._fact(
            f"marketing-{status}",
            "df:IdentityClaim",
            f"{name} in the EU: {status}",
            self.identity.concept("marketing", status),
            predicate=MARKETING,
            **HERE,
        )
        for flag in FLAGS:
            yes, text = flag in self.row.flags, flag.lower()
            yield self._fact(
                f"status-{text}",
                "df:IdentityClaim",
                f"{name} in the EU: {text}, {'yes' if yes else 'no'}",
                self.identity.concept("status", text),
                predicate=STATUS,
                polarity=AFFIRMED if yes else DENIED,
                **HERE,
            )

    # ------------------------------------------------------------ what it is for, and of

    def _areas(self) -> Iterator[Fact]:
        for text in areas(self.row.area):
            object = self.identity.disease(text)
            if object is None and ", " in text:
                object = self.identity.disease(uninverted(text))
            if object is None:
                object = self.identity.concept("therapeutic-area", text)
            yield self._fact(
                f"area-{compact(object)}",
                "df:IdentityClaim",
                f"{self.row.name} is listed under {text}",
                object,
                predicate=AREA,
                **HERE,
            )

    def _contents(self) -> Iterator[Fact]:
        row = self.row
        for text in (
            *substances(row.substance, row.inn, self._known),
            *common_names(row.inn, self._known),
        ):
            object = self.identity.substance(text)
            yield self._fact(
                f"substance-{compact(object)}",
                "df:IdentityClaim",
                f"{row.name} contains {text}",
                object,
                predicate=ACTIVE_SUBSTANCE,
            )
        codes = row.atc.split(", ")
        for code in codes if all(map(_ATC.fullmatch, codes)) else ():
            yield self._fact(
                f"atc-{code}",
                "df:IdentityClaim",
                f"{row.name} has the ATC code {code}",
                self.identity.entity(expand(f"ATC:{code}"), "df:Concept", code),
                predicate=ATC,
            )

    def _known(self, name: str) -> bool:
        """Whether a name stands for exactly one substance; asking makes no entity."""
        return bool(name) and self.identity.knows_substance(name)

    def _text(self) -> TextSection:
        row = self.row
        return TextSection(
            iri=own("evidence", tail(self.version), row.number, "indication"),
            kinds=("df:TextSection",),
            label=f"{SECTION} of {row.name}",
            in_version=self.version,
            record=row.number,
            section=SECTION,
            about=(self.product,),
            digest=digest(row.indication),
            text=row.indication,
        )
