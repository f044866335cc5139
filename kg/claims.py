"""The facts that are compared, as flat claims: read in a few scans of a store.

Each query asks for one predicate only, so that facts that are never compared cost nothing; they
come in the engine's order and are brought into one order of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from kg.model import PartialDate
from kg.names import DF, RDFS, compact, prefixes

__all__ = ["Claim", "Claims", "Place"]

CURRENT = """
  ?fact rdf:predicate %s ; df:status df:current ; df:polarity df:affirmed ;
    rdf:subject ?subject ; rdf:object ?object ; df:firstSeenIn ?seen .
  FILTER NOT EXISTS { ?fact df:certainty df:possible }
  OPTIONAL { ?fact df:lastConfirmedIn ?confirmed }
  OPTIONAL { ?fact df:authority ?authority }"""
EVENT = """
  ?fact df:eventType ?event ; df:%s ?value .
  FILTER (?event IN (df:approval, df:conditionalApproval))
  OPTIONAL { ?fact df:applicationNumber ?application }
  OPTIONAL { ?fact df:submission ?submission }"""
USE = " OPTIONAL { ?fact df:population ?population }"
PROPERTIES = {"date": "date", "holder": "holder", "name": "authorisedName"}
VERSIONS = """
  ?version df:versionOf ?source ; df:versionDate ?when . ?source dcterms:publisher ?publisher .
  OPTIONAL { ?authority a df:Authority ; rdfs:label|skos:altLabel ?publisher }"""
DENIED = """
  VALUES ?polarity { df:denied df:notDemonstrated df:notEvaluated }
  ?no df:polarity ?polarity ; df:status df:current ; rdf:subject ?subject ;
    rdf:predicate ?predicate ; rdf:object ?object .
  FILTER (?predicate != df:approvedBy)
  FILTER (?polarity != df:notEvaluated || ?predicate = df:studiedIn)"""
BOTH = """
  ?fact rdf:subject ?subject ; rdf:object ?object ; rdf:predicate ?predicate ;
    df:status df:current ; df:polarity ?said ; df:firstSeenIn ?seen .
  FILTER NOT EXISTS { ?fact df:certainty df:possible }
  OPTIONAL { ?fact df:lastConfirmedIn ?confirmed }
  OPTIONAL { ?fact df:authority ?authority }
  OPTIONAL { ?fact df:population ?population }
  OPTIONAL { ?fact df:sex ?sex }"""


@dataclass(frozen=True, order=True)
class Place:
    """One revision of one source, speaking for one authority ("" if none is known)."""

    version: str
    source: str
    when: PartialDate
    authority: str

    def before(self, other: Place) -> bool:
        """Whether this revision is certainly the older one."""
        return self.when.latest < other.when.earliest


@dataclass(frozen=True)
class Claim:
    """What one fact says of one field; ``key`` is what has to be alike to be compared."""

    subject: str
    key: tuple[str, ...]
    value: Any
    fact: str
    place: Place
    application: str | None = None
    submission: str | None = None


class Claims:
    """The claims of a store, all graphs together."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def claims(self, predicate: str, value: str) -> list[Claim]:
        """The claims that facts of one predicate make.

        :param value: ``object``; ``use`` (the object and the population, or ""); or, of
            approvals, ``date``, ``holder`` or ``name``.
        """
        pattern = CURRENT % predicate
        if value in PROPERTIES:
            head, _, tail = pattern.partition("  FILTER")
            pattern = head + EVENT % PROPERTIES[value] + "\n  FILTER" + tail
        elif value == "use":
            pattern += USE
        return sorted(self._claims(pattern, value), key=lambda claim: claim.fact)

    def _claims(self, pattern: str, value: str) -> Iterator[Claim]:
        for row in self._select(pattern):
            event = row.get("event", "")
            said: Any = row.get("value", row["object"])
            if value == "use":
                said = (row["object"], row.get("population", ""))
            authority = row["object"] if event else row.get("authority")
            yield Claim(
                row["subject"],
                (row["subject"], event),
                said,
                row["fact"],
                self._place(row, authority),
                row.get("application"),
                row.get("submission"),
            )

    def polarities(self) -> list[Claim]:
        """Facts that are denied or not shown, and those that affirm the same; yes or no."""
        found = {
            row["fact"]: Claim(
                row["subject"],
                tuple(row.get(name, "") for name in _SAME),
                "yes" if row["said"] == DF + "affirmed" else "no",
                row["fact"],
                self._place(row, row.get("authority")),
            )
            for row in self._select(DENIED + BOTH)
        }
        return [found[fact] for fact in sorted(found)]

    def broader(self) -> dict[str, set[str]]:
        """Each term's next broader terms."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self._select("?term skos:broader ?above"):
            found[row["term"]].add(row["above"])
        return found

    def populations(self) -> dict[str, dict[str, set[str]]]:
        """The values of each population's properties, by local name."""
        found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for row in self._select("?population a df:Population ; ?property ?value"):
            found[row["population"]]
            if row["property"].startswith(DF):
                found[row["population"]][row["property"].removeprefix(DF)].add(row["value"])
        return found

    def label(self, iri: str) -> str:
        """The label of a node, or its CURIE."""
        quads = self._store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(RDFS + "label"), None)
        labels = [str(getattr(quad.object, "value", "")) for quad in quads]
        return min(labels, default=compact(iri))

    @cached_property
    def _versions(self) -> dict[str, Place]:
        """Each version; the publisher of its source is an authority where one is called so."""
        found: dict[str, Place] = {}
        for row in self._select(VERSIONS):
            authority = row.get("authority", "")
            when = PartialDate(row["when"])
            place = Place(row["version"], row["source"], when, authority)
            found[row["version"]] = max(place, found.get(row["version"], place))
        return found

    def _place(self, row: dict[str, str], authority: str | None) -> Place:
        place = self._versions[row.get("confirmed", row["seen"])]
        if authority in (None, place.authority):
            return place
        return Place(place.version, place.source, place.when, authority)

    def _select(self, pattern: str) -> Iterator[dict[str, str]]:
        """The solutions of a pattern as texts, without the variables that are not bound."""
        found = self._store.query(
            f"SELECT * WHERE {{ {pattern} }}",
            prefixes=prefixes(),
            use_default_graph_as_union=True,
        )
        assert isinstance(found, ox.QuerySolutions)
        names = [variable.value for variable in found.variables]
        for solution in found:
            row = zip(names, solution, strict=True)
            yield {name: term.value for name, term in row if term is not None}


_SAME = ("subject", "predicate", "object", "population", "sex")
