"""Whom a sentence is about: limits of age, weight and copies, genes, types, age groups, sex.

What comes back has the properties of :class:`kg.model.Population`, so that what a passage says
and what a fact says can be compared property by property. "… or patients with …" gives several.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache

from kg.model import Population
from kg.names import expand
from kg.reading.amounts import Bound, bounds
from kg.reading.naming import Mention, Names
from kg.reading.rules import alternatives, cues, pattern

__all__ = ["People", "differences", "limited", "of_population", "people"]

_TYPE = re.compile(r"(?:,|\bor\b|\band\b|,\s*or\b)\s*(?:[Tt]ype\s+)?(?P<type>[0-9]|I{1,3}V?|IV)\b")
_MUTATED = re.compile(r"(?:mutation|variant|deletion|defect|change)s?\b", re.IGNORECASE)
_COPIES = re.compile(r"\bcop(?:y|ies)\b", re.IGNORECASE)
_QUANTITIES = {
    "age_months": "AgeMonths",
    "age_days": "AgeDays",
    "weight_kg": "WeightKg",
    "copies": "CopyNumber",
}
_FLAGS = {"age_months": "Age", "age_days": "Age", "weight_kg": "Weight", "copies": "CopyNumber"}


@dataclass(frozen=True)
class People:
    """Values by property of a population, without prefix: ``maxAgeMonths``, ``mutationIn`` …

    Each value is a sorted tuple of texts: numbers, ``true`` or ``false``, IRIs.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.values)

    @property
    def aged(self) -> bool:
        """Whether there is a limit of age, beside which an age group says nothing more."""
        return any("Age" in key and key != "ageGroup" for key in self.values)


def of_population(node: Population) -> People:
    """The values of a population of the graph."""
    found = {}
    for item in fields(node):
        name, value = item.metadata.get("property", ""), getattr(node, item.name)
        if name.startswith("df:") and value not in (None, ()):
            several = value if isinstance(value, tuple) else (value,)
            texts = (str(one).lower() if isinstance(one, bool) else str(one) for one in several)
            found[name.removeprefix("df:")] = tuple(sorted(texts))
    return People(found)


def people(text: str, names: Names, disease: str | None, short: Mapping[str, str]) -> list[People]:
    """The groups that a text is about, one for each alternative; always at least one.

    :param disease: IRI of what the people have, of which a named form or type is a limit.
    """
    return [_read(one, names, disease, short) for one in _groups(text)]


@cache
def _cut() -> re.Pattern[str]:
    said = alternatives(cues()["people"])
    return re.compile(rf"\bor\s+(?=(?:in\s+)?(?:(?:\w+\s+)?(?:{said})\b|with\b))", re.IGNORECASE)


@cache
def _whom() -> re.Pattern[str]:
    return pattern(cues()["people"])


def _groups(text: str) -> Iterator[str]:
    parts = _cut().split(text)
    first = _whom().search(parts[0])
    shared = parts[0][: first.start()] if first else ""
    yield parts[0]
    for part in parts[1:]:
        yield shared + " " + part if part.lower().startswith("with") else part


def _read(text: str, names: Names, disease: str | None, short: Mapping[str, str]) -> People:
    found: dict[str, tuple[str, ...]] = {}
    for one in bounds(text):
        found |= _bound(one)
    mentions = names.mentions(text, short)
    for say in (_genes, _types, _words):
        found |= say(text, mentions, names, disease)
    return People(found)


def _bound(one: Bound) -> dict[str, tuple[str, ...]]:
    side = one.side
    flag = f"{side}{_FLAGS[one.quantity]}Inclusive"
    return {side + _QUANTITIES[one.quantity]: (one.value,), flag: (str(one.inclusive).lower(),)}


def _genes(
    text: str, mentions: tuple[Mention, ...], names: Names, disease: str | None
) -> dict[str, tuple[str, ...]]:
    """The genes of which a mutation or a number of copies is named."""
    found: dict[str, tuple[str, ...]] = {}
    for one in mentions:
        genes = one.of({"df:Gene"})
        if not genes:
            continue
        around = text[max(0, one.start - 30) : one.end + 20]
        if _COPIES.search(around) and any(b.quantity == "copies" for b in bounds(text)):
            found["copyNumberOf"] = (genes[0].iri,)
        elif _MUTATED.search(text[: one.end + 12]):
            found["mutationIn"] = tuple(sorted({*found.get("mutationIn", ()), genes[0].iri}))
    if "mutationIn" in found:
        for value, said in cues()["zygosity"].items():
            if pattern(said).search(text):
                found["zygosity"] = (expand(value),)
                break
    return found


def _types(
    text: str, mentions: tuple[Mention, ...], names: Names, disease: str | None
) -> dict[str, tuple[str, ...]]:
    """The types and genetic forms of the disease: "type 1, type 2 or type 3"."""
    kinds, forms = set[str](), set[str]()
    for one in mentions:
        phrase = " ".join(text[one.start : one.end].split())
        head = re.sub(r"(?i),?\s*(type\s+)?([0-9]|I+V?)$", "", phrase)
        if one.of({"df:Disease"}) and head != phrase and all(t.iri != disease for t in one.things):
            kinds.add(one.of({"df:Disease"})[0].iri)
            for more in _TYPE.finditer(text, one.end):
                for thing in names.called(f"{head} type {more['type']}"):
                    kinds.add(thing.iri)
        elif any(wide.iri == disease for wide in names.wider(one, {"df:Disease"})):
            forms.add(one.of({"df:Concept"})[0].iri)
    return {
        key: tuple(sorted(values))
        for key, values in (("diseaseSubtype", kinds), ("geneticForm", forms))
        if values
    }


def _words(
    text: str, mentions: tuple[Mention, ...], names: Names, disease: str | None
) -> dict[str, tuple[str, ...]]:
    found = {}
    for key, name in (("ageGroup", "age_groups"), ("sex", "sex")):
        said = {expand(v) for v, words in cues()[name].items() if pattern(words).search(text)}
        if said and (key != "sex" or len(said) == 1):
            found[key] = tuple(sorted(said))
    return found


def limited(groups: list[People]) -> tuple[People, ...]:
    """Groups with their limits of age, weight and copies only; none if they have no limit."""
    kept = [
        People({key: values for key, values in one.values.items() if re.match("m(in|ax)", key)})
        for one in groups
    ]
    return tuple(kept) if any(kept) else ()


def differences(
    fact: People, said: list[People], label: Callable[[str], str]
) -> list[tuple[str, str]]:
    """How a fact's people differ from those of the nearest of several groups of a passage.

    :return: pairs of a property and what is wrong with it; none if one of the groups fits.
    """
    return min((_apart(fact, one, label) for one in said), key=len, default=[])


def _apart(fact: People, said: People, label: Callable[[str], str]) -> list[tuple[str, str]]:
    found = []
    for key in sorted({*fact.values, *said.values}):
        ours, theirs = fact.values.get(key, ()), said.values.get(key, ())
        if ours == theirs or (key == "ageGroup" and not ours and fact.aged):
            continue
        shown = [", ".join(map(label, values)) or "nothing" for values in (ours, theirs)]
        found.append((key, f"the fact has {shown[0]}, the passage {shown[1]}"))
    return found
