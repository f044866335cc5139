"""What the tool about connections answers: typed, from the same answer as every other face."""

from __future__ import annotations

from collections.abc import Iterable

from kg.connect import Connections, Link, Said
from kg.mcp.payloads import Pair, Payload, Reply
from kg.names import compact

__all__ = ["Connected", "connected"]

PLACES = 3
"""How many places a statement is given."""


class StatementMade(Payload):
    """What facts say alike."""

    words: str
    """The statement, its negation and population included."""
    polarity: str
    """affirmed, possible, denied, notEvaluated or notDemonstrated: only the first is a yes."""
    facts: list[str]
    """CURIEs of the facts that say so."""
    evidence: list[Pair]
    """The CURIE of a fact, and where it stands; the first few."""


class StepTaken(Payload):
    """A step from one thing to the next."""

    start: str
    """What it starts from, by name."""
    end: str
    """What it leads to, by name."""
    said: list[StatementMade]
    """What is said of the two, affirmed first."""
    more: int
    """How many further statements about the two are held."""
    against: list[StatementMade]
    """What is denied of the two, or was not studied: never a step."""


class PathFound(Payload):
    """A row of steps from one end to the other."""

    cost: float
    """What it is ranked by: the lower, the closer."""
    hedged: bool
    """Whether a step of it is only possible."""
    steps: list[StepTaken]
    """In order."""


class Connected(Reply):
    """What connects two things."""

    start: str
    """The CURIE of the one."""
    end: str
    """The CURIE of the other."""
    paths: list[PathFound]
    """The closest first; empty if none was found, which does not say that there is none."""
    against: list[StatementMade]
    """What is denied or not studied between the two."""
    notes: list[str]
    """How far was looked, what was passed over, what was cut."""


def connected(found: Connections, build: str) -> Connected:
    """The answer as the tool gives it."""
    return Connected(
        start=compact(found.start.iri),
        end=compact(found.end.iri),
        paths=[
            PathFound(cost=one.cost, hedged=one.hedged, steps=[_step(link) for link in one.links])
            for one in found.routes
        ],
        against=_said(found.against),
        notes=list(found.notes),
        cut=[],
        build=build,
    )


def _step(link: Link) -> StepTaken:
    return StepTaken(
        start=link.start_label,
        end=link.end_label,
        said=_said(link.said),
        more=link.more,
        against=_said(link.against),
    )


def _said(several: Iterable[Said]) -> list[StatementMade]:
    return [
        StatementMade(
            words=one.words,
            polarity=one.polarity,
            facts=list(map(compact, one.facts)),
            evidence=[
                Pair(name=compact(item.fact), value=item.text) for item in one.evidence[:PLACES]
            ],
        )
        for one in several
    ]
