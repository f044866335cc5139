"""How a row of a structured source becomes evidence, and evidence an imported fact.

*Imported* means taken over field by field by a program; no person has read it. What every such
fact has in common is filled in here, and nothing else: polarity, object and the rest are said
by the adapter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kg.evidence import record_digest
from kg.model import Fact, Record
from kg.names import expand, own

__all__ = ["AFFIRMED", "DENIED", "imported", "record", "tail"]

AFFIRMED, DENIED = expand("df:affirmed"), expand("df:denied")

_ALWAYS: dict[str, Any] = {
    "certainty": expand("df:stated"),
    "status": expand("df:current"),
    "review_status": expand("df:imported"),
    "knowledge_level": expand("biolink:knowledge_assertion"),
    "agent_type": expand("biolink:manual_agent"),
}


def tail(iri: str) -> str:
    """The last part of an IRI, such as the name of a revision."""
    return iri.rpartition("/")[2]


def record(version: str, place: str, cells: Mapping[str, str], *key: str) -> Record:
    """The evidence of one record of a revision.

    :param place: where it stands, as a person would look it up.
    :param cells: all its fields, as they are written there.
    :param key: what tells it from all other records of the revision.
    """
    return Record(
        iri=own("evidence", tail(version), *key),
        kinds=("df:Record",),
        in_version=version,
        record=place,
        digest=record_digest(cells),
    )


def imported(
    version: str, evidence: Iterable[str], key: tuple[str, ...], kind: str, **said: Any
) -> Fact:
    """A fact with all that imported facts have in common.

    :param version: the revision it stands in.
    :param evidence: IRIs of the records it rests on.
    :param key: what tells it from all other facts; the source's name first.
    :param kind: its class, such as ``df:IdentityClaim``.
    :param said: what it says: ``subject``, ``predicate``, ``object``, ``polarity`` …
    """
    return Fact(
        iri=own("fact", *key),
        kinds=(kind,),
        evidence=tuple(sorted(set(evidence))),
        first_seen_in=version,
        last_confirmed_in=version,
        **_ALWAYS,
        **said,
    )
