"""DrugMechDB: how a drug acts on a disease, step by step.

Each path becomes a :class:`~kg.model.MechanismPath` whose steps stand in an order in which a
step starts where the path starts or an earlier step ends; half of the paths branch. A link is a
fact however many paths draw it, with one record of evidence for each. The references belong to
the whole path, since the source gives no link its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from operator import itemgetter
from typing import Any

from kg.evidence import record_digest
from kg.identity import Identity
from kg.model import Fact, MechanismPath, MechanismStep, Node, Record
from kg.names import compact, expand, own
from kg.sources.drugmechdb_nodes import Entities
from kg.sources.drugmechdb_rows import Row, dated, read
from kg.sources.drugmechdb_terms import Term, terms
from kg.sources.tally import Tally

__all__ = ["GLOB", "NAME", "REASONS", "Row", "Step", "dated", "facts", "joined", "ordered", "read"]

NAME = "drugmechdb"
GLOB = "drugmechdb/*.zip"

NO_ENDS = "the drug or the disease is no node of the path"
NOT_JOINED = "the steps do not join from the drug to the disease"
REASONS = (NO_ENDS, NOT_JOINED)

ALWAYS: dict[str, Any] = {
    "kinds": ("df:MechanismClaim",),
    "polarity": expand("df:affirmed"),
    "certainty": expand("df:stated"),
    "status": expand("df:current"),
    "review_status": expand("df:imported"),
    "knowledge_level": expand("biolink:knowledge_assertion"),
    "agent_type": expand("biolink:manual_agent"),
}


@dataclass
class _Claim:
    """A fact in the making: its label and the records that say it."""

    label: str
    evidence: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    """A step of a path with its entities resolved.

    ``words`` call the entities what this path calls them, ``label`` what most paths do.
    """

    start: str
    term: Term
    end: str
    words: str
    label: str
    records: tuple[str, ...]

    @property
    def triple(self) -> tuple[str, str, str]:
        """What tells one fact from another."""
        return self.start, self.term.iri, self.end

    @property
    def fact(self) -> str:
        """The IRI of the fact that says so, on whichever path."""
        return _fact(*self.triple)


@lru_cache(maxsize=1 << 16)
def _fact(start: str, predicate: str, end: str) -> str:
    return own("fact", NAME, compact(start), predicate.rpartition("#")[2], compact(end))


def facts(rows: Sequence[Row], identity: Identity, version: str, tally: Tally) -> Iterator[Node]:
    """The records, then each distinct link as a fact, then the paths with their steps.

    :param version: the IRI of the revision read.
    """
    entities = Entities(rows, identity)
    claims: dict[tuple[str, str, str], _Claim] = {}
    paths: list[Node] = []
    for row in rows:
        tally.row()
        if not (row.start and row.end):
            tally.skip(NO_ENDS)
            continue
        records = _records(row, version)
        start, end = entities.iri(row, row.start), entities.iri(row, row.end)
        steps = ordered(_steps(row, entities, records), start)
        if not joined(steps, start, end):
            tally.skip(NOT_JOINED)
            continue
        tally.used()
        yield from records.values()
        paths += _path(row, steps, records[0].iri)
        for step in steps:
            claims.setdefault(step.triple, _Claim(step.label)).evidence += step.records
    for (subject, predicate, object_), claim in sorted(claims.items(), key=itemgetter(0)):
        yield Fact(
            iri=_fact(subject, predicate, object_),
            label=claim.label,
            subject=subject,
            predicate=predicate,
            object=object_,
            evidence=tuple(sorted(set(claim.evidence))),
            first_seen_in=version,
            last_confirmed_in=version,
            **ALWAYS,
        )
    yield from paths


def ordered(steps: Sequence[Step], start: str) -> list[Step]:
    """The steps so that each comes after all that lead to where it starts; ties as in the file.

    A step back onto its own start holds nothing up. Where steps go in a circle, the first in
    the file goes first whose start has been reached.

    :param start: where the path starts.
    """
    left, done, reached = list(steps), list[Step](), {start}
    while left:
        waiting = {step.end for step in left if step.end != step.start}
        near = [step for step in left if step.start in reached] or left
        first = next((step for step in near if step.start not in waiting), near[0])
        done.append(first)
        left.remove(first)
        reached.add(first.end)
    return done


def joined(steps: Sequence[Step], start: str, end: str) -> bool:
    """Whether the first step begins at the start, each other one there or where an earlier one
    ends, and the last one ends at the end.
    """
    reached = {start}
    for step in steps:
        if step.start not in reached:
            return False
        reached.add(step.end)
    return steps[-1].end == end


def _records(row: Row, version: str) -> Mapping[int, Record]:
    """The record of the whole path at 0, and that of each link at its number."""
    revision = version.rpartition("/")[2]
    kinds = ("df:Record",)
    found = {
        0: Record(
            iri=own("evidence", revision, row.id),
            kinds=kinds,
            in_version=version,
            record=row.id,
            digest=record_digest(row.cells),
        )
    }
    for link in row.links:
        cells = {"key": link.key, "source": link.source, "target": link.target}
        found[link.number] = Record(
            iri=own("evidence", revision, row.id, f"link {link.number}"),
            kinds=kinds,
            in_version=version,
            record=f"{row.id}, link {link.number}",
            digest=record_digest(cells),
        )
    return found


def _steps(row: Row, entities: Entities, records: Mapping[int, Record]) -> list[Step]:
    """One step for each link, as in the file; a link given twice is one step with two records."""
    found: dict[tuple[str, str, str], Step] = {}
    name = entities.name
    for link in row.links:
        source, target, term = row.nodes[link.source], row.nodes[link.target], terms()[link.key]
        record = records[link.number].iri
        step = Step(
            start=entities.iri(row, link.source),
            term=term,
            end=entities.iri(row, link.target),
            words=f"{source.name} {term.label} {target.name}",
            label=f"{name(row, link.source)} {term.label} {name(row, link.target)}",
            records=(record,),
        )
        if step.triple in found:
            earlier = found[step.triple]
            step = replace(earlier, records=(*earlier.records, record))
        found[step.triple] = step
    return list(found.values())


def _path(row: Row, steps: Sequence[Step], record: str) -> Iterator[Node]:
    path = own("path", NAME, row.id)
    names = [f"{path}-{position}" for position in range(1, len(steps) + 1)]
    yield MechanismPath(
        iri=path,
        kinds=("df:MechanismPath",),
        label=f"how {row.drug} acts on {row.disease} ({row.id})",
        start=steps[0].start,
        end=steps[-1].end,
        steps=tuple(sorted(names)),
        references=tuple(sorted(set(row.references))),
        evidence=(record,),
    )
    for position, (name, step) in enumerate(zip(names, steps, strict=True), 1):
        yield MechanismStep(
            iri=name,
            kinds=("df:MechanismStep",),
            label=step.words,
            position=position,
            start=step.start,
            end=step.end,
            sign=step.term.sign,
            supported_by=(step.fact,),
        )
