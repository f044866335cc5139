"""Ways to make a fact false, for the tests that count how many of them are noticed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from kg.captured import Cited
from kg.model import Fact, PartialDate, Population
from kg.names import DF

POLARITIES = ("affirmed", "denied", "notEvaluated", "notDemonstrated")
CERTAINTIES = ("stated", "shown", "recommended", "possible")
BOUNDS = (
    "min_age_months max_age_months min_age_days max_age_days min_weight_kg max_weight_kg "
    "min_copy_number max_copy_number"
).split()


@dataclass(frozen=True)
class Case:
    """A fact with its population and what it cites."""

    fact: Fact
    people: Population | None
    cited: tuple[Cited, ...]


def false(cases: Sequence[Case]) -> Iterator[tuple[str, Case]]:
    """Every way each fact can be made false, with the kind of falsehood."""
    for case in cases:
        for kind, made in (
            ("polarity", _polarities),
            ("hedge", _hedges),
            ("date", _dates),
            ("bound", _bounds),
        ):
            yield from ((kind, one) for one in made(case))
        for other in cases:
            if not _also_says(case, other.fact.object, cases):
                yield "object", replace(case, fact=replace(case.fact, object=other.fact.object))
            if other.cited != case.cited:
                yield "evidence", replace(case, cited=other.cited)


def _polarities(case: Case) -> Iterator[Case]:
    for name in POLARITIES:
        if DF + name != case.fact.polarity:
            yield replace(case, fact=replace(case.fact, polarity=DF + name))


def _hedges(case: Case) -> Iterator[Case]:
    for name in CERTAINTIES:
        if DF + name != case.fact.certainty:
            yield replace(case, fact=replace(case.fact, certainty=DF + name))
    if case.fact.certainty == DF + "possible":
        yield replace(case, fact=replace(case.fact, certainty=None))


def _dates(case: Case) -> Iterator[Case]:
    """Another year, another month or day, less precise, more precise."""
    date = case.fact.date
    if date is None:
        return
    year, rest = int(date.text[:4]), date.text[4:]
    other = {f"{year - 1}{rest}", f"{year + 1}{rest}", str(year), f"{year}-11", f"{year}-06-15"}
    for text in sorted(other - {date.text}):
        yield replace(case, fact=replace(case.fact, date=PartialDate(text)))


def _bounds(case: Case) -> Iterator[Case]:
    """Each limit moved, turned round, opened or closed, and left out; and all people."""
    people = case.people
    if people is None:
        return
    yield replace(case, people=None)
    for name in BOUNDS:
        value = getattr(people, name)
        if value is None:
            continue
        flag = name.replace("_months", "").replace("_days", "").replace("_kg", "") + "_inclusive"
        closed, weight = getattr(people, flag), isinstance(value, str)
        for moved in (float(value) - 1, float(value) + 1, float(value) * 12):
            new = f"{moved:g}" if weight else int(moved)
            yield _other(case, **{name: new})
        yield _other(case, **{flag: not closed})
        yield _other(case, **{name: None, flag: None})
        turned = name.replace("min", "MAX").replace("max", "min").replace("MAX", "max")
        turned_flag = flag.replace("min", "MAX").replace("max", "min").replace("MAX", "max")
        if getattr(people, turned) is None and getattr(people, turned_flag) is None:
            yield _other(case, **{name: None, flag: None, turned: value, turned_flag: closed})


def _other(case: Case, **values: object) -> Case:
    assert case.people is not None
    changed: Callable[..., Population] = replace
    return replace(case, people=changed(case.people, **values))


def _also_says(case: Case, object: str, cases: Sequence[Case]) -> bool:
    """Whether another fact says the same of an object, and from the same place: then it is true."""
    return any(
        other.fact.object == object
        and other.fact.predicate == case.fact.predicate
        and other.fact.subject == case.fact.subject
        and (object == case.fact.object or set(other.cited) & set(case.cited))
        for other in cases
    )


def rates(caught: Counter[str], made: Counter[str]) -> str:
    """The counts in one line."""
    shown = (f"{kind} {caught[kind]}/{made[kind]}" for kind in sorted(made))
    return ", ".join(shown)
