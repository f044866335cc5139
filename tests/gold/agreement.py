"""How far two people agree who read the same texts: ``python -m tests.gold.agreement``.

The fourth draw was read twice while it was locked, by people who knew nothing of each other;
``second.yaml`` is the other reading. It is compared by the same rules as what is read by machine,
and shows what a perfect reader could reach. Differences are not adjudicated.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from kg.extract.found import Limit, Span, Use
from tests.conftest import SHARED
from tests.gold import sample, standard
from tests.gold.reading import Reading
from tests.gold.score import Score, score

__all__ = ["agreement", "main"]


def agreement(folder: Path) -> Score:
    """The second reading of the fourth draw, held against the first.

    :param folder: where the publishers' files are.
    """
    words = {text.record: text.words for text in sample.texts(folder)}
    second = {one.record: one for one in standard.load(standard.path("second"))}
    return score(
        Reading(one, words[one.record], _uses(second[one.record]), _limits(second[one.record]))
        for one in standard.load(standard.path("opened"))
        if one.record in second
    )


def _uses(record: standard.Record) -> Iterator[Use]:
    for fact in record.facts:
        at = Span(*fact.at)
        yield Use(at, fact.term, str(fact.use), tuple(sorted(_pairs(fact))), at, "read")


def _pairs(fact: standard.Fact) -> Iterator[tuple[str, str]]:
    for bound in fact.age:
        yield "age", str(bound)
    for bound in fact.weight:
        yield "weight", str(bound)
    for group in fact.groups:
        yield "groups", group
    if fact.sex:
        yield "sex", fact.sex
    for name in standard.QUALIFIERS:
        for one in getattr(fact, name):
            yield name, one.value


def _limits(record: standard.Record) -> Iterator[Limit]:
    for one in record.limits:
        about = Span(*one.about) if one.about else None
        yield Limit(Span(*one.at), about, one.term, one.kind, one.polarity, "read")


def main() -> int:
    """Print how far they agree."""
    found = agreement(SHARED / "sources")
    for name in ("mention", "pair", "fact: people", "limit: clause", "limit", "age"):
        print(f"{name:<14} F1 {found.pooled(name).f1 or 0:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
