"""How much of the gold standard was found, and how much of what was found is in it.

Precision is the part of what was found that is right, recall the part of the gold standard that
was found; ``same.py`` says when two are the same. Everything counts once a text, however often
it stands there:

- ``mention``: the words of a disease in use, exactly; ``mention touched``: or words that touch it.
- ``pair``: a disease and a kind of use, the figure that counts most. A pair with a wrong term is
  a wrong pair. ``pair by words``: the words *or* the term are right.
- ``fact``: a pair and all that holds with it, each qualifier the same and none too many; the
  facts of one pair are laid side by side, each once, so that most agrees. ``fact: people`` asks
  for the pair, ages, weights, groups and sex alone.
- ``limit``: the clause, its polarity and its kind (``limit: clause`` and ``limit: polarity`` ask
  for less), each once. What is ``restricted`` is left out on both sides, but of ``limit, all``.
  ``limit term`` is the term of the disease, in limitations found that have one. Qualifiers of a
  limitation are not compared.
- Each qualifier, value by value, in the facts whose pair was found. ``reach`` is the part of all
  values that the gold standard states: those of facts that were missed are missed too.

Figures are of all texts in one pool, and the mean over the texts that have something to count:
some texts hold very many facts.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.gold import same
from tests.gold.reading import Count, Reading

__all__ = ["MISSED", "NAMES", "NOT_SAID", "Score", "counts", "score"]

NAMES = (
    *("mention", "mention touched", "pair", "pair by words", "fact: people", "fact"),
    *("limit: clause", "limit: polarity", "limit", "limit, all", "limit term"),
    *same.FIELDS,
)
"""What is counted, in the order in which it is told."""

MISSED, NOT_SAID = "(missed)", "(not said)"
"""What stands in the confusion table where there is no partner."""


@dataclass
class Score:
    """The figures of one reader over some texts."""

    texts: list[dict[str, Count]] = field(default_factory=list)
    uses: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Of the gold standard, found: how many pairs."""
    polarities: Counter[tuple[str, str]] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Of limitations of one thing, whatever polarity and kind they were given."""
    grounded: Count = Count()
    stated: Counter[str] = field(default_factory=Counter)

    def pooled(self, name: str) -> Count:
        """Of all texts together."""
        return sum((one[name] for one in self.texts), Count())

    def mean(self, name: str, figure: str = "f1") -> float | None:
        """The mean of a text's figure, over the texts where there is something to count."""
        values = [getattr(one[name], figure) for one in self.texts]
        told = [value for value in values if value is not None]
        return statistics.fmean(told) if told else None

    def reach(self, name: str) -> float | None:
        """Of a qualifier: the part of all that is stated, facts that were missed included."""
        return self.pooled(name).hit / self.stated[name] if self.stated[name] else None

    @property
    def grounding(self) -> float | None:
        """The part of the mentions rightly found that have a right term, or rightly none."""
        return self.grounded.precision

    @property
    def use_kind(self) -> float | None:
        """The part of the diseases found, by words or term, that have the right kind of use."""
        both = {key: n for key, n in self.uses.items() if MISSED not in key and NOT_SAID not in key}
        right = sum(n for (gold, found), n in both.items() if gold == found)
        return right / sum(both.values()) if both else None


def score(readings: Iterable[Reading]) -> Score:
    """The figures over some texts."""
    total = Score()
    for one in readings:
        total.texts.append(counts(one))
        total.uses += _uses(one)
        total.polarities += _limits(one, "polarity")
        total.kinds += _limits(one, "kind")
        total.grounded += _grounded(one)
        for name in same.FIELDS:
            total.stated[name] += sum(
                len(same.gold_values(one.text, fact, name)) for fact in one.facts
            )
    return total


def counts(one: Reading) -> dict[str, Count]:
    """The counts of a text, by :data:`NAMES`."""
    differing = [set(one.differing(*pair)) for pair in one.facts_aligned]
    whole = sum(not fields for fields in differing)
    people = sum(fields.isdisjoint(same.PEOPLE) for fields in differing)
    found = {
        "mention": _mentions(one, touching=False),
        "mention touched": _mentions(one, touching=True),
        "pair": _pairs(one, near=False),
        "pair by words": _pairs(one, near=True),
        "fact: people": Count(len(one.facts), people, len(one.found_facts), people),
        "fact": Count(len(one.facts), whole, len(one.found_facts), whole),
        "limit: clause": one.limits_aligned(False)[0],
        "limit: polarity": one.limits_aligned(False, "polarity")[0],
        "limit": one.limits_aligned(False, "polarity", "kind")[0],
        "limit, all": one.limits_aligned(True, "polarity", "kind")[0],
        "limit term": _limit_terms(one),
    }
    for name in same.FIELDS:
        found[name] = sum((one.values(*pair, name) for pair in one.facts_aligned), Count())
    return found


def _mentions(one: Reading, *, touching: bool) -> Count:
    gold = {one.words(fact.at) for fact in one.facts}
    found = {one.words(use.mention) for use in one.uses}
    hit, right = gold & found, gold & found
    if touching:
        for fact in one.facts:
            for use in one.uses:
                if same.touch(fact.at, use.mention):
                    hit = hit | {one.words(fact.at)}
                    right = right | {one.words(use.mention)}
    return Count(len(gold), len(hit), len(found), len(right))


def _pairs(one: Reading, *, near: bool) -> Count:
    alike = one.near_pair if near else one.same_pair
    gold, found = one.gold_pairs.values(), one.found_pairs.values()
    hit = sum(any(alike(fact, use) for fact in facts for use in one.uses) for facts in gold)
    right = sum(any(alike(fact, use) for fact in one.facts for use in uses) for uses in found)
    return Count(len(gold), hit, len(found), right)


def _grounded(one: Reading) -> Count:
    """Mentions whose words are right, with each term that they were given."""
    found = {
        (one.words(use.mention), use.term): any(
            one.same_disease(fact, use) for fact in one.facts if same.named(one.text, fact, use)
        )
        for use in one.uses
        if any(same.named(one.text, fact, use) for fact in one.facts)
    }
    return Count(found=len(found), right=sum(found.values()))


def _limit_terms(one: Reading) -> Count:
    pairs = one.limits_aligned(False, "polarity", "kind")[1]
    right = sum(found.term in same.right_terms(gold) for gold, found in pairs)
    stated = sum(gold.term is not None for gold, _ in pairs)
    told = sum(found.term is not None for _, found in pairs)
    return Count(stated, right, told, right)


def _limits(one: Reading, name: str) -> Counter[tuple[str, str]]:
    """A field of the limitations: of the gold standard, found."""
    pairs = one.limits_aligned(True)[1]
    gold = Counter(getattr(limit, name) for limit in one.limits)
    found = Counter(getattr(limit, name) for limit in one.found_limits)
    table: Counter[tuple[str, str]] = Counter()
    for limit, other in pairs:
        table[getattr(limit, name), getattr(other, name)] += 1
        gold[getattr(limit, name)] -= 1
        found[getattr(other, name)] -= 1
    table.update({(value, MISSED): number for value, number in gold.items()})
    table.update({(NOT_SAID, value): number for value, number in found.items()})
    return +table


def _uses(one: Reading) -> Counter[tuple[str, str]]:
    """The kinds of use, gold standard's and found, of diseases the same by words or term."""
    table: Counter[tuple[str, str]] = Counter()
    spare = [
        uses
        for uses in one.found_pairs.values()
        if not any(one.near_pair(fact, use) for fact in one.facts for use in uses)
    ]
    for (_, kind), facts in sorted(one.gold_pairs.items()):
        if any(one.near_pair(fact, use) for fact in facts for use in one.uses):
            table[kind, kind] += 1
            continue
        other = next(
            (
                uses
                for uses in spare
                if any(one.near_disease(fact, use) for fact in facts for use in uses)
            ),
            None,
        )
        table[kind, other[0].use if other else MISSED] += 1
        if other:
            spare.remove(other)
    table.update((NOT_SAID, uses[0].use) for uses in spare)
    return table
