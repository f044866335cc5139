"""What was missed and what was made up, the worst first: places and codes, never the text.

The worst is to say that a drug is for what its label takes away; then a use that the text does
not state, a wrong term, a wrong kind of use, a wrong bound, a use that was missed; then
limitations, and last what else belongs to a fact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.extract.found import Limit, Use
from tests.gold import same, standard
from tests.gold.reading import Reading
from tests.gold.standard import Fact

__all__ = ["KINDS", "Error", "errors", "tally", "worst"]

KINDS = (
    *("contrary", "not said", "wrong term", "wrong use", "wrong bound", "missed"),
    *("limit not said", "wrong limit", "limit missed", "wrong people", "wrong qualifier"),
    "fact too many",
    "fact missed",
)
"""From the worst on."""

PEOPLE = ("groups", "sex")
BOUNDS = ("age", "weight")


@dataclass(frozen=True, order=True)
class Error:
    """A difference: its kind and place, what was expected and what was found, by which rule."""

    rank: int
    record: str
    start: int
    end: int
    expected: str
    found: str
    rule: str = ""

    def __str__(self) -> str:
        rule = f"  [{self.rule}]" if self.rule else ""
        place = f"{self.record} {self.start}-{self.end}"
        return f"{KINDS[self.rank]}: {place}: expected {self.expected}, found {self.found}{rule}"


def worst(readings: Iterable[Reading], many: int) -> list[Error]:
    """The first of all errors, by kind; within a kind those of many texts before those of one."""
    seen: Counter[tuple[int, str]] = Counter()
    ranked = []
    for one in sorted(error for reading in readings for error in errors(reading)):
        seen[one.rank, one.record] += 1
        ranked.append((one.rank, seen[one.rank, one.record], one))
    return [one for *_, one in sorted(ranked)][:many]


def tally(readings: Iterable[Reading]) -> dict[str, int]:
    """How many errors of each kind, the worst first."""
    counted = Counter(KINDS[error.rank] for reading in readings for error in errors(reading))
    return {kind: counted[kind] for kind in KINDS if counted[kind]}


def errors(one: Reading) -> Iterator[Error]:
    """All errors of a text."""
    yield from _of_pairs(one)
    yield from _of_facts(one)
    yield from _of_limits(one)


def _error(kind: str, one: Reading, at: same.Stretch, expected: str, found: str,
           rule: str = "") -> Error:  # fmt: skip
    return Error(KINDS.index(kind), one.name, at.start, at.end, expected, found, rule)


def _of_pairs(one: Reading) -> Iterator[Error]:
    answered: set[int] = set()
    for uses in one.found_pairs.values():
        use = uses[0]
        if any(one.same_pair(fact, use) for fact in one.facts):
            continue
        kind, fact = _why(one, use)
        if fact is not None:
            answered.add(id(fact))
        expected = "nothing" if fact is None else _fact(fact)
        yield _error(kind, one, use.mention, expected, _use(use), use.rule)
    for facts in one.gold_pairs.values():
        if any(one.same_pair(fact, use) for fact in facts for use in one.uses):
            continue
        if not any(id(fact) in answered for fact in facts):
            yield _error("missed", one, facts[0].at, _fact(facts[0]), "nothing")


def _why(one: Reading, use: Use) -> tuple[str, Fact | None]:
    """What is wrong with a use that the text does not state, and which fact it should have been."""
    for fact in one.facts:
        if one.same_disease(fact, use):
            return "wrong use", fact
    for fact in one.facts:
        if same.named(one.text, fact, use):
            return "wrong term", fact
    for limit in one.limits:
        denied = limit.polarity != "restricted"
        term = limit.kind == "disease" and use.term in same.right_terms(limit)
        if denied and (term or (limit.about and same.touch(limit.about, use.mention))):
            return "contrary", None
    return "not said", None


def _of_facts(one: Reading) -> Iterator[Error]:
    for fact, use in one.facts_aligned:
        for name in one.differing(fact, use):
            kind = "wrong bound" if name in BOUNDS else "wrong qualifier"
            kind = "wrong people" if name in PEOPLE else kind
            expected, found = _told(fact, name), _found(use, name)
            yield _error(kind, one, fact.at, expected, found, use.rule)
    # A pair that was found, but not in all its facts, or in more.
    facts, uses = zip(*one.facts_aligned, strict=True) if one.facts_aligned else ((), ())
    for fact in one.facts:
        if fact not in facts and any(one.same_pair(fact, use) for use in one.uses):
            yield _error("fact missed", one, fact.at, _whole(fact), "nothing")
    for use in one.found_facts:
        if use not in uses and any(one.same_pair(fact, use) for fact in one.facts):
            yield _error("fact too many", one, use.mention, "nothing", _use(use), use.rule)


def _of_limits(one: Reading) -> Iterator[Error]:
    _, right = one.limits_aligned(True, "polarity", "kind")
    _, near = one.limits_aligned(True)
    gold = {id(limit) for limit, _ in right}
    found = {id(limit) for _, limit in right}
    for limit, other in near:
        if id(limit) not in gold and id(other) not in found:
            yield _error("wrong limit", one, limit.at, _limit(limit), _limit(other), other.rule)
    gold |= {id(limit) for limit, _ in near}
    found |= {id(limit) for _, limit in near}
    for limit in one.limits:
        if id(limit) not in gold:
            yield _error("limit missed", one, limit.at, _limit(limit), "nothing")
    for other in one.found_limits:
        if id(other) not in found:
            yield _error("limit not said", one, other.clause, "nothing", _limit(other), other.rule)


def _fact(fact: Fact) -> str:
    wider = f", no {fact.broader}" if fact.broader else ""
    return f"{fact.use} of {'/'.join((fact.term, *fact.also)) if fact.term else 'no term'}{wider}"


def _use(use: Use) -> str:
    return f"{use.use} of {use.term or 'no term'}"


def _limit(limit: standard.Limit | Limit) -> str:
    about = f" {limit.about.start}-{limit.about.end}" if limit.about else ""
    return f"{limit.polarity} {limit.kind}{about} {limit.term or ''}".rstrip()


def _told(fact: Fact, name: str) -> str:
    """What the gold standard says of a field; of what has a place, the place."""
    values = getattr(fact, name)
    if name in (*BOUNDS, *PEOPLE):
        told = (values,) if isinstance(values, str) else values or ()
        return f"{name} {' '.join(map(str, told)) or 'none'}"
    places = ", ".join(f"{one.span.start}-{one.span.end}" for one in values)
    return f"{name} {places or 'none'}"


def _found(use: Use, name: str) -> str:
    values = [value for key, value in use.qualifiers if key == name]
    if name in (*BOUNDS, *PEOPLE):
        return " ".join(values) or "none"
    return f"{len(values)} other" if values else "none"


def _whole(fact: Fact) -> str:
    told = [_told(fact, name) for name in same.FIELDS if getattr(fact, name)]
    return f"{_fact(fact)} with {'; '.join(told) or 'nothing else'}"
