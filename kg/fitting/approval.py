"""Whether a use was authorised on a day: approvals by date, and what ended or refused them.

Only an approval of this very use, by the authority that the indication names, counts. A date
that is known to the month or year decides only where every day of it gives the same answer.
What is listed as anything but authorised and marketed never counts as authorised.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.fitting.criteria import NOT_CAPTURED, Criterion
from kg.model import PartialDate
from kg.names import DF, expand
from kg.statements import Node, Read
from kg.store import Store

__all__ = ["authorisation"]

EVENTS = """
SELECT DISTINCT ?fact WHERE { ?fact rdf:subject ?drug ; rdf:predicate df:approvedBy }
ORDER BY ?fact"""
STATUSES = """
SELECT DISTINCT ?fact WHERE { ?fact rdf:subject ?drug ; rdf:predicate df:hasMarketingStatus }
ORDER BY ?fact"""
APPROVALS = frozenset(expand(f"df:{one}") for one in ("approval", "conditionalApproval"))
ENDED = expand("df:withdrawal")
IN_FORCE = frozenset(
    expand(f"concept:marketing-{one}") for one in ("authorised", "prescription", "over-the-counter")
)
UNCLEAR = frozenset({expand("concept:marketing-discontinued")})
"""Listed so, a product is no longer sold; whether its approval stands is another matter."""
NAME = "authorisation"


def authorisation(
    store: Store, read: Read, indication: str, day: PartialDate | None
) -> Iterator[Criterion]:
    """Whether the use that a fact states was authorised on a day, by its own authority.

    :param indication: the IRI of the fact.
    """
    node = read.node(indication)
    drug, authority = read.value(node, "rdf:subject"), read.value(node, "df:authority")
    if not authority:
        words = "the indication names no authority"
        yield Criterion(NAME, "undecided", words, NOT_CAPTURED, (indication,))
        return
    bound = {"drug": ox.NamedNode(drug)}
    events = [
        iri
        for iri in _current(read, (row["fact"].value for row in store.select(EVENTS, bound)))
        if read.value(read.node(iri), "rdf:object") == authority
    ]
    yield _approved(read, indication, authority, events, day)
    yield from _ended(read, indication, authority, events)
    statuses = [
        iri
        for iri in _current(read, (row["fact"].value for row in store.select(STATUSES, bound)))
        if read.value(read.node(iri), "df:authority") == authority
        and _polarity(read, read.node(iri)) == "affirmed"
    ]
    yield from _listed(read, authority, statuses)


def _current(read: Read, facts: Iterator[str]) -> Iterator[str]:
    for iri in facts:
        if read.value(read.node(iri), "df:status") == DF + "current":
            yield iri


def _polarity(read: Read, node: Node) -> str:
    """The polarity, or "possible" for an affirmed fact that is only possible."""
    polarity = read.value(node, "df:polarity").removeprefix(DF)
    hedged = read.value(node, "df:certainty") == DF + "possible"
    return "possible" if polarity == "affirmed" and hedged else polarity


def _approved(
    read: Read, indication: str, authority: str, events: list[str], day: PartialDate | None
) -> Criterion:
    """The approval of this use, set against the day."""
    dated: dict[str, PartialDate] = {}
    for iri in events:
        node = read.node(iri)
        if (
            indication in read.values(node, "df:appliesTo")
            and read.value(node, "df:eventType") in APPROVALS
            and _polarity(read, node) == "affirmed"
            and (text := read.value(node, "df:date"))
        ):
            dated[iri] = PartialDate(text)
    who = read.label(authority)
    if not dated:
        words = f"no dated approval of this use by the {who} is held"
        return Criterion(NAME, "undecided", words, NOT_CAPTURED, (indication,))
    first = min(dated, key=lambda iri: (dated[iri].latest, iri))
    said = f"{who}, {dated[first].text}"
    if day is None:
        words = f"{said}; the day of the question is not given"
        return Criterion(NAME, "undecided", words, "date", (first,))
    asked = f"{said}; asked about {day.text}"
    if dated[first].latest <= day.earliest:
        return Criterion(NAME, "holds", asked, None, (first,))
    if all(one.earliest > day.latest for one in dated.values()):
        return Criterion(NAME, "fails", f"{asked}: not yet approved", None, tuple(sorted(dated)))
    vague = len(day.text) < 10
    words = f"{asked}: which of the two came first is not told by dates as precise as these"
    missing = "date" if vague else NOT_CAPTURED
    return Criterion(NAME, "undecided", words, missing, tuple(sorted(dated)))


def _ended(read: Read, indication: str, authority: str, events: list[str]) -> Iterator[Criterion]:
    """Withdrawals and refusals of this use, or of the product as a whole; whenever they were."""
    for iri in events:
        node = read.node(iri)
        applies = read.values(node, "df:appliesTo")
        if applies and indication not in applies:
            continue
        event, polarity = read.value(node, "df:eventType"), _polarity(read, node)
        if polarity == "affirmed" and event == ENDED:
            said = "withdrawn"
        elif polarity == "denied":
            said = read.label(event) if event else "not approved"
        else:
            continue
        when = read.value(node, "df:date")
        words = ", ".join(filter(None, [read.label(authority), said, when]))
        yield Criterion(NAME, "fails", words, None, (iri,))


def _listed(read: Read, authority: str, statuses: list[str]) -> Iterator[Criterion]:
    """How the authority lists the product; nothing where it does not."""
    if not statuses:
        return
    values = {iri: read.value(read.node(iri), "rdf:object") for iri in statuses}
    said = set(values.values())
    words = f"{read.label(authority)} lists it as " + ", ".join(sorted(map(read.label, said)))
    facts = tuple(statuses)
    if said <= IN_FORCE:
        yield Criterion("marketing status", "holds", words, None, facts)
    elif said & (IN_FORCE | UNCLEAR):
        words += ": whether that holds of every presentation, or of the approval, is not told"
        yield Criterion("marketing status", "undecided", words, NOT_CAPTURED, facts)
    else:
        yield Criterion("marketing status", "fails", words, None, facts)
