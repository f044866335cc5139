"""Whom a question about eligibility is asked for: a field for each field of a population.

What is not given is not known; nothing is assumed of it. All faces (command, page, tool) take
the fields by the names of :data:`FIELDS`, as the texts that people write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.errors import InputError

__all__ = ["FIELDS", "Field", "Profile", "profile"]


@dataclass(frozen=True)
class Field:
    """A field of a profile: what it asks, an example, and whether it may be given several times."""

    name: str
    doc: str
    example: str
    many: bool = False

    @property
    def option(self) -> str:
        """The option of the command."""
        return "--" + self.name.replace("_", "-")


FIELDS = (
    Field("disease", "the disease that the patient has", "spinal muscular atrophy"),
    Field("age", "the age: 540d, 10w, 18mo, 2y", "18mo"),
    Field("born", "the birth date, instead of the age", "2022-07-01"),
    Field("age_group", "paediatric or adult, as a source would call it", "paediatric"),
    Field("weight", "the weight: 8kg, 7.5kg, 7500g", "8kg"),
    Field("sex", "female or male", "female"),
    Field("mutation", 'a gene that is mutated; "no SMN1" says that it is not', "SMN1", many=True),
    Field("zygosity", "how: biAllelic, homozygous, heterozygous …", "biAllelic"),
    Field("copies", "copies of a gene: SMN2=3", "SMN2=3", many=True),
    Field("genetic_form", "the genetic form of the disease", "5q SMA"),
    Field("subtype", "the subtype of the disease", "MONDO:0009669"),
    Field("stage", "the stage of the disease", "advanced SMA"),
    Field("prior_therapy", 'a therapy received before; "none" if none', "none", many=True),
    Field("combined_with", 'what else is given; "none" if nothing', "none", many=True),
    Field("jurisdiction", "where the indications must hold; all if not given", "US"),
    Field("authority", "whose approval is looked at; all if not given", "FDA"),
    Field("date", "the day of the question: nothing matches without it", "2024-01-01"),
)
"""The fields in the order of a form."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The fields as texts; those that may be given several times as tuples."""

    disease: str
    age: str | None = None
    born: str | None = None
    age_group: str | None = None
    weight: str | None = None
    sex: str | None = None
    mutation: tuple[str, ...] = ()
    zygosity: str | None = None
    copies: tuple[str, ...] = ()
    genetic_form: str | None = None
    subtype: str | None = None
    stage: str | None = None
    prior_therapy: tuple[str, ...] = ()
    combined_with: tuple[str, ...] = ()
    jurisdiction: str | None = None
    authority: str | None = None
    date: str | None = None


def profile(given: Mapping[str, str | Sequence[str] | None]) -> Profile:
    """A profile of fields by name; an empty text is the same as none.

    :raises InputError: for a name that is none of :data:`FIELDS`, a field given twice that is
        taken once, or a missing disease.
    """
    known_names = {one.name: one for one in FIELDS}
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known_names:
            mend = "use " + ", ".join(known_names)
            raise InputError("a profile has no such field", field=name, mend=mend)
        several = [value] if isinstance(value, str) else list(value or ())
        if not all(isinstance(one, str) for one in several):
            raise InputError("this is no text", field=name, mend="give texts")
        texts = [one.strip() for one in several if one.strip()]
        if known_names[name].many:
            values[name] = tuple(dict.fromkeys(texts))
        elif len(texts) > 1:
            raise InputError("this is given more than once", field=name, mend="give it once")
        elif texts:
            values[name] = texts[0]
    if "disease" not in values:
        raise InputError("it is not given", field="disease", mend="name the disease")
    return Profile(**values)
