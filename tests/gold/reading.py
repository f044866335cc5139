"""A text, what the gold standard says of it and what was found in it, laid side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import networkx as nx

from kg.extract.found import Limit, Use
from tests.gold import same, standard
from tests.gold.standard import Fact, Record

__all__ = ["Count", "Pair", "Reading", "aligned"]

One = TypeVar("One")
Other = TypeVar("Other")
Pair = tuple[str, str]
"""A disease (its term, or its words where it has none) and a kind of use."""


@dataclass(frozen=True)
class Count:
    """Of the gold standard: how many, how many found. Of what was found: how many, how many right.

    A ratio of nothing is ``None``; but who finds nothing where there is something, or something
    where there is nothing, has 0.
    """

    gold: int = 0
    hit: int = 0
    found: int = 0
    right: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(
            self.gold + other.gold,
            self.hit + other.hit,
            self.found + other.found,
            self.right + other.right,
        )

    @property
    def precision(self) -> float | None:
        """The part of what was found that is right."""
        return self._ratio(self.right, self.found)

    @property
    def recall(self) -> float | None:
        """The part of the gold standard that was found."""
        return self._ratio(self.hit, self.gold)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of the two."""
        p, r = self.precision, self.recall
        if p is None or r is None:
            return None
        return 2 * p * r / (p + r) if p + r else 0.0

    def _ratio(self, part: int, whole: int) -> float | None:
        if whole:
            return part / whole
        return 0.0 if self.gold or self.found else None


def aligned(
    ones: Sequence[One], others: Sequence[Other], worth: Callable[[One, Other], int]
) -> list[tuple[One, Other]]:
    """Pairs of one and other, each once at most: as many as can be, of the greatest worth.

    :param worth: of two; 0 if they cannot be a pair.
    """
    # Numbers, not the things themselves: their order must not hang on a hash.
    graph: nx.Graph[int] = nx.Graph()
    for i, one in enumerate(ones):
        for j, other in enumerate(others):
            if value := worth(one, other):
                graph.add_edge(i, len(ones) + j, weight=value)
    pairs = sorted(sorted(pair) for pair in nx.max_weight_matching(graph, maxcardinality=True))
    return [(ones[i], others[j - len(ones)]) for i, j in pairs]


class Reading:
    """A text by two readers. The order of what was found does not matter; twice counts once."""

    def __init__(
        self, record: Record, text: str, uses: Iterable[Use], limits: Iterable[Limit]
    ) -> None:
        self.name, self.text = record.record, text
        self.facts, self.limits = record.facts, record.limits
        self.uses = sorted(uses, key=repr)
        once = {
            (one.clause, one.about, one.term, one.kind, one.polarity): one
            for one in sorted(limits, key=repr)
        }
        self.found_limits = list(once.values())

    def words(self, at: same.Stretch) -> str:
        """The words of a stretch of the text."""
        return same.words(self.text, at)

    @cached_property
    def gold_pairs(self) -> dict[Pair, list[Fact]]:
        """The facts of each disease and kind of use."""
        pairs: dict[Pair, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            pairs[fact.term or self.words(fact.at), str(fact.use)].append(fact)
        return pairs

    @cached_property
    def found_pairs(self) -> dict[Pair, list[Use]]:
        """The uses of each disease and kind."""
        pairs: dict[Pair, list[Use]] = defaultdict(list)
        for use in self.uses:
            pairs[use.term or self.words(use.mention), use.use].append(use)
        return pairs

    @cached_property
    def found_facts(self) -> list[Use]:
        """The uses, of those that say the same one."""
        once = {
            (pair, use.qualifiers): use for pair, uses in self.found_pairs.items() for use in uses
        }
        return list(once.values())

    def same_disease(self, fact: Fact, use: Use) -> bool:
        """Whether a use is of the fact's disease."""
        return same.disease(self.text, fact, use)

    def same_pair(self, fact: Fact, use: Use) -> bool:
        """Whether disease and kind of use are the same."""
        return fact.use == use.use and self.same_disease(fact, use)

    def near_disease(self, fact: Fact, use: Use) -> bool:
        """Whether the disease is the same by its words or its term."""
        return same.named(self.text, fact, use) or self.same_disease(fact, use)

    def near_pair(self, fact: Fact, use: Use) -> bool:
        """Whether the kind of use is the same, and the disease by its words or its term."""
        return fact.use == use.use and self.near_disease(fact, use)

    def values(self, fact: Fact, use: Use, name: str) -> Count:
        """What two say of a field, and how much of it is the same."""
        gold, found = same.gold_values(self.text, fact, name), same.found_values(use, name)
        hit = sum(any(one.same(other) for other in found) for one in gold)
        right = sum(any(one.same(other) for one in gold) for other in found)
        return Count(len(gold), hit, len(found), right)

    def differing(self, fact: Fact, use: Use) -> list[str]:
        """The fields of which two do not say the same."""
        counts = {name: self.values(fact, use, name) for name in same.FIELDS}
        return [n for n, one in counts.items() if one.hit < one.gold or one.right < one.found]

    @cached_property
    def facts_aligned(self) -> list[tuple[Fact, Use]]:
        """Facts, and the uses that are the same pair and agree best, each once."""

        def worth(fact: Fact, use: Use) -> int:
            if not self.same_pair(fact, use):
                return 0
            agree = len(same.FIELDS) - len(self.differing(fact, use))
            # A whole fact is worth more than any two that are almost one.
            return 1 + agree + (100 if agree == len(same.FIELDS) else 0)

        return aligned(self.facts, self.found_facts, worth)

    def limits_aligned(
        self, restricted: bool, *asked: str
    ) -> tuple[Count, list[tuple[standard.Limit, Limit]]]:
        """Limits that are the same in all that is asked, each once, and how many there are.

        :param restricted: whether those count that restrict and do not deny.
        :param asked: ``polarity``, ``kind``.
        """
        gold = [one for one in self.limits if restricted or one.polarity != "restricted"]
        found = [one for one in self.found_limits if restricted or one.polarity != "restricted"]

        def worth(one: standard.Limit, other: Limit) -> int:
            agree = {name for name in ("polarity", "kind")
                     if getattr(one, name) == getattr(other, name)}  # fmt: skip
            if not agree.issuperset(asked) or not same.limit(self.text, one, other):
                return 0
            return 1 + len(agree)

        pairs = aligned(gold, found, worth)
        return Count(len(gold), len(pairs), len(found), len(pairs)), pairs
