"""The loss report of an export: which facts were left out, and what the rest no longer says.

Both are counted by kind, since a reader who is not told takes what stands for all there is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

from kg.model import BOUNDS, Fact, Population, inclusive_flag
from kg.names import DF

__all__ = ["QUALITIES", "UNPLAIN", "Loss", "exclusive", "on_label", "unplain"]

UNPLAIN = {
    "not current": "superseded, retracted, or not in force for another reason",
    "unreviewed": "proposed by a program, and accepted by no person yet",
    "denied": "the source says that it is not so",
    "not studied": "the source says that nobody has looked",
    "not demonstrated": "it was studied, and no effect was shown",
    "hedged": "the source says that it is possible, and no more",
}
"""The kinds of fact that are no plain statement, in the order in which they are looked for."""

_ACCEPTED = {DF + name for name in ("curated", "reviewed", "imported")}
_PLAIN = {None, *(DF + name for name in ("stated", "shown", "recommended"))}
_POLARITIES = {
    DF + "denied": "denied",
    DF + "notEvaluated": "not studied",
    DF + "notDemonstrated": "not demonstrated",
}


def unplain(fact: Fact) -> str | None:
    """Why a fact is no plain statement: a key of :data:`UNPLAIN`, or None if it is one.

    A certainty that is not known here counts as a hedge.
    """
    if fact.status != DF + "current":
        return "not current"
    if fact.review_status not in _ACCEPTED:
        return "unreviewed"
    if fact.polarity != DF + "affirmed":
        return _POLARITIES[fact.polarity]
    return None if fact.certainty in _PLAIN else "hedged"


def on_label(fact: Fact) -> bool:
    """Whether a use may be told as an indication: it is not said to be off label or a trial's."""
    return fact.use_status in (None, DF + "onLabel")


def exclusive(population: Population | None) -> bool:
    """Whether a limit of the population does not itself belong ("less than 2 years")."""
    flags = {_snake(inclusive_flag(bound)) for bound in BOUNDS}
    return population is not None and any(getattr(population, flag) is False for flag in flags)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


_QUALIFIERS = (
    "therapeutic_intent use_status event_type application_number submission holder "
    "authorised_name frequency duration_minutes approximate timing examples proportion through "
    "severity stated_frequency onset sex"
).split()

QUALITIES: dict[str, Callable[[Fact, Population | None], bool]] = {
    "population": lambda fact, _: fact.population is not None,
    "exclusive bound": lambda _, population: exclusive(population),
    "evidence": lambda fact, _: bool(fact.evidence),
    "source revision": lambda fact, _: bool(fact.first_seen_in),
    "date": lambda fact, _: fact.date is not None,
    "date precision": lambda fact, _: fact.date is not None and fact.date.datatype != "date",
    "authority or jurisdiction": lambda fact, _: bool(fact.authority or fact.jurisdiction),
    "certainty": lambda fact, _: fact.certainty is not None,
    "review status": lambda fact, _: bool(fact.review_status),
    "knowledge level and agent": lambda fact, _: bool(fact.knowledge_level or fact.agent_type),
    "ties between facts": lambda fact, _: bool(fact.because or fact.applies_to),
    "other qualifiers": lambda fact, _: any(getattr(fact, name) for name in _QUALIFIERS),
}
"""What a fact may say besides its triple; a format declares what of it is kept."""


class Loss:
    """Counts what one export leaves out and leaves unsaid.

    :param form: the format's name.
    :param keeps: the keys of :data:`QUALITIES` that the format can say.
    """

    def __init__(self, form: str, keeps: frozenset[str] = frozenset()) -> None:
        self.form = form
        self._lost = {name: has for name, has in QUALITIES.items() if name not in keeps}
        self.facts = self.written = 0
        self.left_out: Counter[str] = Counter()
        """Facts that were not written, by the reason."""
        self.not_said: Counter[str] = Counter()
        """Facts that were written without something, by what it is."""
        self.besides: Counter[str] = Counter()
        """What is lost of other things than facts, such as quads, by what it is."""

    def leave(self, kind: str) -> None:
        """A fact was left out."""
        self.facts += 1
        self.left_out[kind] += 1

    def wrote(self, fact: Fact, population: Population | None, keeps: Collection[str] = ()) -> None:
        """A fact was written.

        :param keeps: what it keeps although not every fact of the format does.
        """
        self.facts += 1
        self.written += 1
        for name, has in self._lost.items():
            if name not in keeps and has(fact, population):
                self.not_said[name] += 1

    @property
    def any(self) -> bool:
        """Whether anything is lost."""
        return bool(self.left_out or self.not_said or self.besides)

    def record(self) -> dict[str, Any]:
        """The report as JSON: numbers by kind, in order of the kind's name."""
        return {
            "format": self.form,
            "facts": self.facts,
            "written": self.written,
            "left_out": dict(sorted(self.left_out.items())),
            "not_said": dict(sorted(self.not_said.items())),
            "besides": dict(sorted(self.besides.items())),
        }

    def text(self) -> str:
        """The report for a person: one line for the facts, one for each kind of loss."""
        lines = [f"{self.form}: {self.written:,} of {self.facts:,} facts written"]
        for title, counts in (
            ("left out", self.left_out),
            ("not said", self.not_said),
            ("besides", self.besides),
        ):
            lines += [f"  {title}: {name}, {n:,}" for name, n in sorted(counts.items())]
        return "\n".join(lines)
