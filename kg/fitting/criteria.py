"""Whether a patient is one of a population: criterion by criterion, and what is not known.

A criterion holds, fails or is undecided. It holds only if the profile says enough to know it and
the facts say enough to ask it: what the patient's profile lacks is *missing*, what a source's
words hold and no fact does is *not captured*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kg.fitting.age import ABOVE, AT, BELOW
from kg.fitting.known import Known
from kg.model import BOUNDS, inclusive_flag
from kg.names import DF, expand
from kg.statements import Node, Read

__all__ = ["Criterion", "Outcome", "above", "criteria", "kind_of"]

Outcome = Literal["holds", "fails", "undecided"]


@dataclass(frozen=True)
class Criterion:
    """One thing that is asked of the patient, and the answer in words.

    ``missing`` says what would decide it: a field of the profile, or ``not captured``.
    ``facts`` are those that state the criterion.
    """

    name: str
    outcome: Outcome
    words: str
    missing: str | None = None
    facts: tuple[str, ...] = ()


NOT_CAPTURED = "not captured"
READ_HERE = frozenset(
    f"df:{name}"
    for name in [
        *BOUNDS,
        *map(inclusive_flag, BOUNDS),
        *"ageGroup sex mutationIn zygosity copyNumberOf geneticForm diseaseSubtype".split(),
        *"diseaseStage priorTherapy combinedWith".split(),
    ]
)
"""The properties of a population that are criteria here."""
TWO_COPIES = frozenset(
    expand(f"df:{one}") for one in ("biAllelic", "homozygous", "compoundHeterozygous")
)
"""By the ontology's definitions: what is homozygous or compound heterozygous is bi-allelic."""


def criteria(read: Read, population: Node, known: Known) -> Iterator[Criterion]:
    """The criteria of a population; of one that holds no criterion, that it is not captured.

    The facts behind them are left for the caller to name.
    """
    found = list(_Criteria(read, population, known).all())
    strange = [
        key
        for key in population
        if key.startswith(DF) and "df:" + key.removeprefix(DF) not in READ_HERE
    ]
    for key in strange:
        words = f'"{read.label(key)}" is stated of the population, and is not understood here'
        found.append(Criterion(read.label(key), "undecided", words, NOT_CAPTURED))
    if not found:
        words = "the population is held as a text, and its limits are not read from it"
        found.append(Criterion("population", "undecided", words, NOT_CAPTURED))
    yield from found


class _Criteria:
    """The criteria of one population for one profile."""

    def __init__(self, read: Read, population: Node, known: Known) -> None:
        self.read, self.node, self.known = read, population, known

    def all(self) -> Iterator[Criterion]:
        """Every criterion that the population states, in a reader's order."""
        yield from self._ages()
        yield from self._age_group()
        yield from self._weights()
        yield from self._sex()
        yield from self._mutations()
        yield from self._zygosity()
        yield from self._copies()
        for name, curie, given in (
            ("genetic form", "df:geneticForm", self.known.genetic_form),
            ("subtype", "df:diseaseSubtype", self.known.subtype),
            ("stage", "df:diseaseStage", self.known.stage),
        ):
            if wanted := self._values(curie):
                yield kind_of(self.read, name, given, wanted)
        yield from self._prior_therapy()
        yield from self._combined_with()

    def _values(self, curie: str) -> list[str]:
        return self.read.values(self.node, curie)

    def _value(self, curie: str) -> str:
        return self.read.value(self.node, curie)

    def _bounds(self, *names: str) -> Iterator[tuple[str, str, frozenset[int], str]]:
        """Of some bounds those stated: name, value, the ways that pass, and words."""
        for name in names:
            value = self._value(f"df:{name}")
            if not value:
                continue
            inclusive = self._value(f"df:{inclusive_flag(name)}") in ("true", "1")
            least = name.startswith("min")
            passing = frozenset({ABOVE if least else BELOW} | ({AT} if inclusive else set()))
            words = {
                (True, True): "at least {}",
                (True, False): "more than {}",
                (False, True): "at most {}",
                (False, False): "less than {}",
            }[least, inclusive]
            yield name, value, passing, words

    def _ages(self) -> Iterator[Criterion]:
        for name, value, passing, words in self._bounds(
            "minAgeMonths", "maxAgeMonths", "minAgeDays", "maxAgeDays"
        ):
            unit = "months" if name.endswith("Months") else "days"
            wanted = words.format(f"{value} {unit}")
            age = self.known.age
            if age is None:
                yield _unknown("age", wanted)
                continue
            ways = age.to_months(int(value)) if unit == "months" else age.to_days(int(value))
            yield _measured("age", age.words, wanted, ways, passing)

    def _age_group(self) -> Iterator[Criterion]:
        """The age group, unless a limit in numbers says who is meant, or all groups are."""
        wanted = self._values("df:ageGroup")
        if not wanted or self._told_by_limit(wanted):
            return
        named = _either(self.read, wanted)
        every = {expand("df:paediatric"), expand("df:adult")}
        given = self.known.age_group
        if every <= set(wanted):
            yield Criterion("age group", "holds", f"any: the indication is for {named}")
        elif given is None:
            yield _unknown("age group", f"{named}, without an age in numbers", "age_group")
        else:
            yield _same("age group", self.read.label(given), named, given in wanted)

    def _told_by_limit(self, wanted: list[str]) -> bool:
        """Whether "children" come with an oldest age, or "adults" with a youngest."""
        limits = {expand("df:paediatric"): "max", expand("df:adult"): "min"}
        return len(wanted) == 1 and any(
            self._value(f"df:{limits.get(wanted[0], 'no')}Age{unit}") for unit in ("Months", "Days")
        )

    def _weights(self) -> Iterator[Criterion]:
        for _, value, passing, words in self._bounds("minWeightKg", "maxWeightKg"):
            wanted, weight = words.format(f"{value} kg"), self.known.weight
            if weight is None:
                yield _unknown("weight", wanted)
                continue
            order = (weight > Decimal(value)) - (weight < Decimal(value))
            yield _measured("weight", f"{weight} kg", wanted, frozenset({order}), passing)

    def _sex(self) -> Iterator[Criterion]:
        for wanted in self._values("df:sex"):
            given, named = self.known.sex, self.read.label(wanted)
            if given is None:
                yield _unknown("sex", named)
            else:
                yield _same("sex", self.read.label(given), named, given == wanted)

    def _mutations(self) -> Iterator[Criterion]:
        for gene in self._values("df:mutationIn"):
            named, said = self.read.label(gene), self.known.mutation.says(gene)
            if said is None:
                yield _unknown("mutation", f"a mutation in {named}")
            else:
                given = f"{'' if said else 'no '}mutation in {named}"
                yield _same("mutation", given, f"a mutation in {named}", said)

    def _zygosity(self) -> Iterator[Criterion]:
        wanted, given = self._value("df:zygosity"), self.known.zygosity
        if not wanted:
            return
        named = self.read.label(wanted)
        if given is None:
            yield _unknown("zygosity", named)
        elif given == wanted or (wanted == expand("df:biAllelic") and given in TWO_COPIES):
            yield _same("zygosity", self.read.label(given), named, True)
        elif given == expand("df:biAllelic") and wanted in TWO_COPIES:
            words = f"{self.read.label(given)}; {named} is asked for, which is a kind of it"
            yield Criterion("zygosity", "undecided", words, "zygosity")
        else:
            yield _same("zygosity", self.read.label(given), named, False)

    def _copies(self) -> Iterator[Criterion]:
        gene = self._value("df:copyNumberOf")
        named = self.read.label(gene) if gene else "a gene"
        bounds = list(self._bounds("minCopyNumber", "maxCopyNumber"))
        if gene and not bounds:
            words = f"copies of {named} are asked for, and no number is held"
            yield Criterion("copies", "undecided", words, NOT_CAPTURED)
        for _, value, passing, words in bounds:
            wanted = f"{words.format(value)} copies of {named}"
            if not gene:
                words = f"{wanted} are asked for, and of which is not held"
                yield Criterion("copies", "undecided", words, NOT_CAPTURED)
            elif (count := self.known.copies.get(gene)) is None:
                yield _unknown("copies", wanted)
            else:
                order = (count > int(value)) - (count < int(value))
                yield _measured("copies", str(count), wanted, frozenset({order}), passing)

    def _prior_therapy(self) -> Iterator[Criterion]:
        if not (wanted := self._values("df:priorTherapy")):
            return
        named = "earlier treatment with " + _either(self.read, wanted)
        said = [self.known.prior_therapy.says(one) for one in wanted]
        if True in said:
            yield _same("prior therapy", named, named, True)
        elif None in said:
            yield _unknown("prior therapy", named)
        else:
            yield _same("prior therapy", "none of it", named, False)

    def _combined_with(self) -> Iterator[Criterion]:
        for one in self._values("df:combinedWith"):
            named, said = self.read.label(one), self.known.combined_with.says(one)
            if said is None:
                yield _unknown("combined with", f"use together with {named}")
            else:
                given = f"{'' if said else 'not '}together with {named}"
                yield _same("combined with", given, f"use together with {named}", said)


def kind_of(read: Read, name: str, given: str | None, wanted: list[str]) -> Criterion:
    """Whether what is given is one of several kinds: subtypes, stages, genetic forms.

    Only the same thing holds: nothing is inferred up or down a hierarchy. It fails only if the
    graph sets the two side by side, as things of one kind directly below the same one: a type
    of a disease and a genetic form of it may well be one patient's.
    """
    named = _either(read, wanted)
    if given is None:
        return _unknown(name, named)
    label = read.label(given)
    if given in wanted:
        return _same(name, label, named, True)
    if all(_beside(read, given, one) for one in wanted):
        return _same(name, label, named, False)
    words = f"{label}; the indication is for {named}: no fact says whether one excludes the other"
    return Criterion(name, "undecided", words, NOT_CAPTURED)


def _beside(read: Read, one: str, other: str) -> bool:
    """Whether two things of one kind stand directly below the same, and neither below the other."""
    mine, theirs = (
        [set(read.values(read.node(iri), curie)) for curie in ("skos:broader", "rdf:type")]
        for iri in (one, other)
    )
    return (
        bool(mine[0] & theirs[0])
        and mine[1] == theirs[1]
        and one not in above(read, other)
        and other not in above(read, one)
    )


def above(read: Read, iri: str) -> set[str]:
    """All that the graph states to be broader than a thing, at any height."""
    found, waiting = set[str](), [iri]
    while waiting:
        for parent in read.values(read.node(waiting.pop()), "skos:broader"):
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


def _either(read: Read, several: list[str]) -> str:
    return " or ".join(sorted(map(read.label, several)))


def _unknown(name: str, wanted: str, field: str | None = None) -> Criterion:
    words = f"not given; the indication is for {wanted}"
    return Criterion(name, "undecided", words, field or name.replace(" ", "_"))


def _same(name: str, given: str, wanted: str, holds: bool) -> Criterion:
    words = f"{given}; the indication is for {wanted}"
    return Criterion(name, "holds" if holds else "fails", words)


def _measured(
    name: str, given: str, wanted: str, ways: frozenset[int], passing: frozenset[int]
) -> Criterion:
    """A number against a bound: it holds if all that it may be passes, fails if nothing does."""
    words = f"{given}; the indication is for {wanted}"
    if ways <= passing:
        return Criterion(name, "holds", words)
    if not ways & passing:
        return Criterion(name, "fails", words)
    missing = "born" if name == "age" else name
    return Criterion(name, "undecided", f"{words}: it may be on either side", missing)
