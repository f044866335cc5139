"""How fresh the facts of each source are: when they were last confirmed, and which are oldest.

A fact belongs to the source in whose revision it was last confirmed, or first seen if it never
was; so each current fact is counted once. Where the date of a revision is a month or a year, an
age is a span of days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pyoxigraph as ox

from kg.dates import PartialDate
from kg.errors import InputError
from kg.names import compact
from kg.revising.pieces import Version, versions
from kg.store import Store

__all__ = ["COLUMNS", "Age", "Ages", "ages", "day", "freshness", "table"]

_CONFIRMED = """
SELECT ?version (COUNT(?fact) AS ?facts) WHERE { ?fact df:lastConfirmedIn ?version }
GROUP BY ?version"""
_SEEN = """
SELECT ?version (COUNT(?fact) AS ?facts) WHERE { ?fact df:firstSeenIn ?version }
GROUP BY ?version"""
_NEVER = """
SELECT ?version (COUNT(?fact) AS ?facts) WHERE {
  ?fact df:firstSeenIn ?version FILTER NOT EXISTS { ?fact df:lastConfirmedIn ?later }
} GROUP BY ?version"""
_PAST = """
SELECT ?version (COUNT(?fact) AS ?facts) WHERE {
  VALUES ?status { df:superseded df:retracted }
  ?fact df:status ?status ; df:firstSeenIn ?seen .
  OPTIONAL { ?fact df:lastConfirmedIn ?last }
  BIND (COALESCE(?last, ?seen) AS ?version)
} GROUP BY ?version"""
_FACTS = """
SELECT ?fact WHERE {
  ?fact df:firstSeenIn|df:lastConfirmedIn ?version ; df:status df:current .
  FILTER (EXISTS { ?fact df:lastConfirmedIn ?version }
    || NOT EXISTS { ?fact df:lastConfirmedIn ?later })
}"""
_FIRST = """
SELECT (MIN(STR(?one)) AS ?fact) WHERE {
  ?one df:lastConfirmedIn ?version ; df:status df:current .
}"""
_FIRST_OF_ALL = "SELECT (MIN(STR(?one)) AS ?fact) WHERE { ?one df:lastConfirmedIn ?version }"
_SOURCES = "SELECT ?source ?label WHERE { ?source a df:Source ; rdfs:label ?label }"

_MANY = """
SELECT DISTINCT ?source WHERE {
  ?file df:fileOf ?source ; df:savedAs ?path FILTER (CONTAINS(?path, "{"))
}"""

SHOWN, FEW = 3, 2_000
"""How many of the oldest facts are named; of more than ``FEW`` one only, since to sort hundreds
of thousands takes minutes."""
COLUMNS = (
    "source",
    "label",
    "revision",
    "retrieved",
    "last_confirmed",
    "facts",
    "behind",
    "oldest",
    "age_days",
    "age_days_most",
    "oldest_facts",
)
"""The columns of the table, the same on every face."""


@dataclass(frozen=True)
class Ages:
    """What is known of a source's facts whatever the day.

    :param revision: date of the newest revision held; ``retrieved`` the day it was captured.
    :param last: date of the newest revision that confirmed a fact; ``oldest`` of the oldest.
    :param behind: how many facts are not confirmed in the newest revision held; of a source of
        many files, such as labels, in the newest of their file.
    """

    source: str
    label: str
    revision: str
    retrieved: str
    last: str
    facts: int
    behind: int
    oldest: str
    oldest_facts: tuple[str, ...]


@dataclass(frozen=True)
class Age:
    """A source in the table, on a day: how old its oldest facts are, at least and at most."""

    source: str
    label: str
    revision: str
    retrieved: str
    last_confirmed: str
    facts: int
    behind: int
    oldest: str
    age_days: int
    age_days_most: int
    oldest_facts: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """The row as plain values, by the names of :data:`COLUMNS`."""
        return asdict(self) | {"oldest_facts": " ".join(self.oldest_facts)}


def day(text: str | None) -> date:
    """The day asked for; today if none is given.

    :raises InputError: if it is no day.
    """
    if not text:
        return date.today()
    try:
        given = PartialDate(text)
    except InputError as error:
        error.field = "on"
        raise
    if len(given.text) < 10:
        raise InputError(f'"{text}" is no day', field="on", mend="write YYYY-MM-DD")
    return given.earliest


def freshness(known: Iterable[Ages], on: date) -> list[Age]:
    """The table on a day, what needs attention first: the oldest facts, then the most of them."""
    rows = []
    for one in known:
        oldest = PartialDate(one.oldest)
        rows.append(
            Age(
                source=compact(one.source),
                label=one.label,
                revision=one.revision,
                retrieved=one.retrieved,
                last_confirmed=one.last,
                facts=one.facts,
                behind=one.behind,
                oldest=one.oldest,
                age_days=(on - min(oldest.latest, max(on, oldest.earliest))).days,
                age_days_most=(on - oldest.earliest).days,
                oldest_facts=tuple(map(compact, one.oldest_facts)),
            )
        )
    return sorted(rows, key=lambda row: (-row.age_days_most, -row.age_days, -row.facts, row.source))


def table(rows: Iterable[Age]) -> list[list[Any]]:
    """The rows as lists of cells, in the order of :data:`COLUMNS`."""
    return [[row.record()[name] for name in COLUMNS] for row in rows]


def ages(store: Store) -> list[Ages]:
    """What a graph knows of the freshness of each source that has facts."""
    known, past = versions(store), _counted(store, _PAST)
    count = _counts(store, past)
    labels = {row["source"].value: row["label"].value for row in store.select(_SOURCES)}
    many = {row["source"].value for row in store.select(_MANY)}
    groups: dict[str, list[Version]] = defaultdict(list)
    for version in known.values():
        groups[version.source].append(version)
    return [
        _of_source(
            (source, labels[source]),
            source in many,
            group,
            count,
            lambda iri: _facts(store, iri, count[iri] <= FEW, iri in past),
        )
        for source, group in groups.items()
        if any(count.get(one.iri) for one in group)
    ]


def _counted(store: Store, query: str) -> dict[str, int]:
    return {
        row["version"].value: int(row["facts"].value)
        for row in store.select(query)
        if row["version"] is not None
    }


def _counts(store: Store, past: Mapping[str, int]) -> Mapping[str, int]:
    """How many current facts each revision was the last to confirm, or the only one to say."""
    found = defaultdict(int, _counted(store, _CONFIRMED))
    # every fact is first seen somewhere: only if some were never confirmed are those looked for
    if sum(_counted(store, _SEEN).values()) != sum(found.values()):
        for version, number in _counted(store, _NEVER).items():
            found[version] += number
    for version, number in past.items():
        found[version] -= number
    return found


Named = tuple[str, str]
"""An IRI and its label."""


def _of_source(
    source: Named,
    many: bool,
    group: list[Version],
    count: Mapping[str, int],
    facts: Callable[[str], list[str]],
) -> Ages:
    """What is known of one source.

    :param facts: the first facts of a revision, by its IRI.
    """
    group = sorted(group, key=lambda one: (PartialDate(one.date).span, one.iri))
    used = [one for one in group if count.get(one.iri)]
    of_oldest = [one for one in used if one.date == used[0].date]
    newest = {one.file if many else "": one.date for one in group}
    return Ages(
        source=source[0],
        label=source[1],
        revision=group[-1].date,
        retrieved=group[-1].retrieved,
        last=used[-1].date,
        facts=sum(count[one.iri] for one in used),
        behind=sum(count[one.iri] for one in used if one.date != newest[one.file if many else ""]),
        oldest=used[0].date,
        oldest_facts=tuple(sorted({fact for one in of_oldest for fact in facts(one.iri)})[:SHOWN]),
    )


def _facts(store: Store, version: str, few: bool, past: bool) -> list[str]:
    """The first facts of a revision by name; of many only one."""
    query = _FACTS if few else _FIRST if past else _FIRST_OF_ALL
    rows = store.select(query, {"version": ox.NamedNode(version)})
    return sorted({row["fact"].value for row in rows if row["fact"] is not None})[:SHOWN]
