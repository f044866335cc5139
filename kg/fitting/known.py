"""What a profile says: its texts read as ages, weights, dates, and things of the graph."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from kg.dates import PartialDate
from kg.errors import InputError
from kg.fitting import age
from kg.fitting.profile import Profile
from kg.lookup import Lookup, Match
from kg.names import expand

__all__ = ["Known", "Several", "known"]

HEAVIEST = Decimal(1000)
"""Kilograms beyond which a number is no weight of a person."""


@dataclass(frozen=True)
class Several:
    """What is known to be so and known not to be so, as IRIs; ``none`` excludes all else."""

    has: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    none: bool = False

    def says(self, iri: str) -> bool | None:
        """Whether it is so; None if that is not known."""
        return True if iri in self.has else False if self.none or iri in self.lacks else None


@dataclass(frozen=True)
class Known:
    """A profile read: values, and IRIs for names. None is not known."""

    disease: Match
    age: age.Age | None
    weight: Decimal | None
    age_group: str | None
    sex: str | None
    mutation: Several
    zygosity: str | None
    copies: Mapping[str, int]
    genetic_form: str | None
    subtype: str | None
    stage: str | None
    prior_therapy: Several
    combined_with: Several
    jurisdiction: str | None
    authority: str | None
    date: PartialDate | None
    asked: tuple[tuple[str, str], ...]
    """Each field given, and how it was understood."""


def known(given: Profile, lookup: Lookup) -> Known:
    """What a profile says.

    :raises InputError: naming the field, for a value that cannot be read.
    :raises UnknownName: for a name that stands for nothing held.
    """
    read = _Reader(given, lookup)
    disease = read.thing("disease", given.disease, {"df:Disease"})
    day = read.date(given.date)
    return Known(
        disease=disease,
        age=read.age(day),
        weight=read.weight(),
        age_group=read.term("age_group"),
        sex=read.term("sex"),
        mutation=read.several("mutation", {"df:Gene"}),
        zygosity=read.term("zygosity"),
        copies=read.copies(),
        genetic_form=read.one("genetic_form", None),
        subtype=read.one("subtype", {"df:Disease"}),
        stage=read.one("stage", None),
        prior_therapy=read.several("prior_therapy", None),
        combined_with=read.several("combined_with", None),
        jurisdiction=read.one("jurisdiction", {"df:Jurisdiction"}),
        authority=read.one("authority", {"df:Authority"}),
        date=day,
        asked=tuple(read.asked()),
    )


TERMS = {
    "age_group": ("paediatric", "adult"),
    "sex": ("female", "male"),
    "zygosity": ("biAllelic", "homozygous", "compoundHeterozygous", "heterozygous"),
}
"""Fields whose values are terms of the ontology."""


class _Reader:
    """Reads the fields of one profile, and keeps how each was understood."""

    def __init__(self, given: Profile, lookup: Lookup) -> None:
        self._given, self._lookup = given, lookup
        self._said: dict[str, str] = {}

    def asked(self) -> list[tuple[str, str]]:
        """Name and meaning of what is given, in the order of :data:`FIELDS`."""
        found = []
        for one in fields(self._given):
            value = getattr(self._given, one.name)
            if value not in (None, ()):
                text = value if isinstance(value, str) else ", ".join(value)
                found.append((one.name.replace("_", " "), self._said.get(one.name, text)))
        return found

    def thing(self, name: str, text: str, kinds: set[str] | None, before: str = "") -> Match:
        """What a name stands for; ``before`` goes before its label where the profile is worded."""
        try:
            match = self._lookup.find(text, kinds)
        except InputError as error:
            error.field = name
            raise
        said = before + match.label + "".join(f" (not {one.label})" for one in match.others[:1])
        self._said[name] = f"{self._said[name]}, {said}" if name in self._said else said
        return match

    def one(self, name: str, kinds: set[str] | None) -> str | None:
        """The IRI for a field that names one thing."""
        text = getattr(self._given, name)
        return None if text is None else self.thing(name, text, kinds).iri

    def several(self, name: str, kinds: set[str] | None) -> Several:
        """What a field names that may be given several times."""
        has, lacks, none = set[str](), set[str](), False
        for text in getattr(self._given, name):
            if text.casefold() == "none":
                none = True
                self._said[name] = "none"
            elif text.casefold().startswith("no "):
                lacks.add(self.thing(name, text[3:].strip(), kinds, "no ").iri)
            else:
                has.add(self.thing(name, text, kinds).iri)
        if has & lacks or (none and has):
            raise InputError("this is said to be so and not so", field=name, mend="say one")
        return Several(frozenset(has), frozenset(lacks), none)

    def term(self, name: str) -> str | None:
        """The IRI for a field whose values are terms of the ontology."""
        text = getattr(self._given, name)
        if text is None:
            return None
        spelled = re.sub(r"[^a-z]", "", text.lower())
        for term in TERMS[name]:
            if spelled == term.lower() or (term, spelled) == ("paediatric", "pediatric"):
                self._said[name] = self._lookup.label(expand(f"df:{term}"))
                return expand(f"df:{term}")
        raise InputError(
            f'"{text}" is none of its values', field=name, mend="use " + ", ".join(TERMS[name])
        )

    def date(self, text: str | None) -> PartialDate | None:
        """The day of the question, as precise as it is given."""
        try:
            return None if text is None else PartialDate(text)
        except InputError as error:
            error.field = error.field or "date"
            raise

    def age(self, day: PartialDate | None) -> age.Age | None:
        """The age: as given, or by the birth date on the day of the question."""
        given, born = self._given.age, self._given.born
        if given is not None and born is not None:
            raise InputError("age and birth date are both given", field="age", mend="give one")
        if given is not None:
            span = age.read(given)
            self._said["age"] = span.words
            return span
        if born is None:
            return None
        try:
            birth = PartialDate(born)
        except InputError as error:
            error.field = "born"
            raise
        if day is None:
            return None
        if birth.latest > day.earliest:
            mend = "give a birth date that is over on the day asked about"
            raise InputError(f'"{born}" may be after {day.text}', field="born", mend=mend)
        return age.Birth(birth, day)

    def weight(self) -> Decimal | None:
        """The weight in kilograms."""
        text = self._given.weight
        if text is None:
            return None
        found = re.fullmatch(r"([0-9]{1,7}(?:\.[0-9]{1,6})?)\s*(kg|g)", text.strip().lower())
        value = Decimal(found[1]) / (1000 if found[2] == "g" else 1) if found else Decimal(0)
        if not 0 < value < HEAVIEST:
            raise InputError(f'"{text}" is no weight', field="weight", mend="write 8kg or 7500g")
        return value

    def copies(self) -> dict[str, int]:
        """Copies by gene."""
        found = dict[str, int]()
        for text in self._given.copies:
            gene, equals, number = (part.strip() for part in text.partition("="))
            if not equals or not re.fullmatch("[0-9]{1,2}", number):
                mend = "write GENE=NUMBER, such as SMN2=3"
                raise InputError(f'"{text}" is no number of copies', field="copies", mend=mend)
            iri = self.thing("copies", gene, {"df:Gene"}).iri
            self._said["copies"] += f": {int(number)}"
            if iri in found:
                raise InputError(f'"{gene}" is given twice', field="copies", mend="give it once")
            found[iri] = int(number)
        return found
