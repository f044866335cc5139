"""The annotations of the gold standard: read strictly, kept in one canonical form.

One YAML file a part, one line a fact: ``GUIDE.md`` says what each field means and how hard cases
were decided. Offsets count characters of the text as its source has it; the text itself is
nowhere in these files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from kg.errors import InputError

__all__ = [
    "GROUPS",
    "KINDS",
    "OUTCOMES",
    "POLARITIES",
    "QUALIFIERS",
    "USES",
    "Bound",
    "Fact",
    "Limit",
    "Qualifier",
    "Record",
    "Span",
    "load",
    "path",
    "written",
]

USES = (
    *("treatment", "prevention", "diagnosis", "imaging", "symptomaticRelief"),
    *("adjunct", "maintenance", "replacement", "procedure", "reversal"),
)
POLARITIES = (
    *("notIndicated", "notStudied", "notEstablished", "notDemonstrated", "notRecommended"),
    *("contraindicated", "restricted"),
)
"""What a limitation may say; the polarity of a fact is always ``indicated``."""

KINDS = (
    *("disease", "use", "age", "patients", "stage", "biomarker", "organism", "combination"),
    *("monotherapy", "line", "duration", "repetition", "outcome", "comparison", "substitution"),
    *("dose", "setting"),
)
"""What a limitation takes away."""

GROUPS = (*("neonate", "infant", "child", "adolescent", "paediatric", "adult", "elderly"),)
SEXES = ("female", "male")
QUALIFIERS = (
    *("biomarker", "stage", "severity", "condition", "cause", "site", "prior", "combined"),
    "eligible",
)
"""The qualifiers that have a place in the text and a short value in our words."""

UNITS = {"age": ("days", "weeks", "months", "years"), "weight": ("kg",)}
OUTCOMES = frozenset("inadequate failed progressed intolerant current responded".split())
"""How a prior therapy ended: in brackets after its name, one or several joined by "or"."""

_BOUND = re.compile(r"(>=|>|<=|<)([0-9]+(?:\.[0-9]+)?) ([a-z]+)")
_TERM = re.compile(r"MONDO:[0-9]{7}|HP:[0-9]{7}")
_HEAD = "# Offsets and decisions only: read GUIDE.md. Written by tests.gold.standard.\n"


class Span(NamedTuple):
    """A stretch of the text: ``text[start:end]``."""

    start: int
    end: int


class Qualifier(NamedTuple):
    """Where a qualifier stands, its value, and the term of a condition that has one."""

    span: Span
    value: str
    term: str | None = None


class Bound(NamedTuple):
    """A limit as the text states it: ``>=`` and ``<=`` are inclusive, ``>`` and ``<`` are not."""

    sign: str
    number: str
    unit: str

    @property
    def inclusive(self) -> bool:
        """Whether the number itself belongs."""
        return self.sign.endswith("=")

    def __str__(self) -> str:
        return f"{self.sign}{self.number} {self.unit}"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A use that the text states, whole: of what, what kind of use, for whom, with and after what.

    ``at`` is the mention. ``term`` is the one right term, if a held ontology has it; ``also`` are
    terms that are right too; ``broader`` is for information and is no right answer.
    """

    at: Span
    term: str | None = None
    also: tuple[str, ...] = ()
    broader: str | None = None
    use: str | None = None
    groups: tuple[str, ...] = ()
    age: tuple[Bound, ...] = ()
    weight: tuple[Bound, ...] = ()
    sex: str | None = None
    biomarker: tuple[Qualifier, ...] = ()
    stage: tuple[Qualifier, ...] = ()
    severity: tuple[Qualifier, ...] = ()
    condition: tuple[Qualifier, ...] = ()
    cause: tuple[Qualifier, ...] = ()
    site: tuple[Qualifier, ...] = ()
    prior: tuple[Qualifier, ...] = ()
    combined: tuple[Qualifier, ...] = ()
    eligible: tuple[Qualifier, ...] = ()
    polarity: str = "indicated"

    @property
    def spans(self) -> tuple[Span, ...]:
        """Every stretch of the text that the fact points at."""
        return (self.at, *(one.span for name in QUALIFIERS for one in getattr(self, name)))

    @property
    def terms(self) -> tuple[str, ...]:
        """Every term that the fact names."""
        conditions = (one.term for one in self.condition)
        return tuple(filter(None, (self.term, *self.also, self.broader, *conditions)))


@dataclass(frozen=True, kw_only=True)
class Limit(Fact):
    """What the text takes away: ``at`` is the clause, ``about`` the thing limited, within it."""

    kind: str
    about: Span | None = None

    @property
    def spans(self) -> tuple[Span, ...]:
        return (*super().spans, *((self.about,) if self.about else ()))


@dataclass(frozen=True)
class Record:
    """A text, by the name its source has for it, and all that it says."""

    record: str
    facts: tuple[Fact, ...]
    limits: tuple[Limit, ...]


def path(split: str) -> Path:
    """The file of a part."""
    return Path(__file__).parent / f"{split}.yaml"


def load(file: Path) -> list[Record]:
    """The annotations of a file.

    :raises InputError: for a field that is missing, unknown or has a value outside its list, a
        record or a fact that stands twice, a bound or a term that is not written as one.
    """
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise InputError(f"is no YAML: {error}", file=file) from None
    found: dict[str, Record] = {}
    for entry in _list(told, "file", file):
        if not isinstance(entry, dict) or entry.keys() != {"record", "facts", "limits"}:
            raise InputError("an entry has record, facts and limits, and nothing else", file=file)
        name = str(entry["record"])
        if name in found:
            raise InputError("the record stands twice", file=file, field=name)
        try:
            facts = tuple(
                Fact(**_fields(one, Fact, {"at", "use"}))
                for one in _list(entry["facts"], "facts", file)
            )
            limits = tuple(
                Limit(**_fields(one, Limit, {"at", "kind", "polarity"}))
                for one in _list(entry["limits"], "limits", file)
            )
        except InputError as error:
            error.field = f"{name}: {error.field}"
            raise error.at(file) from None
        for one in facts + limits:
            if (facts + limits).count(one) > 1:
                raise InputError("a fact stands twice", file=file, field=f"{name}: {one.at}")
        found[name] = Record(name, facts, limits)
    return list(found.values())


def _list(value: object, name: str, file: Path) -> list[Any]:
    if not isinstance(value, list):
        raise InputError("is no list", file=file, field=name)
    return value


def _fields(told: object, kind: type[Fact], needed: set[str]) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise InputError("is no mapping", field="fact")
    known = {item.name for item in fields(kind)} - ({"polarity"} - needed)
    for name in sorted(needed - told.keys()):
        raise InputError("this is required and missing", field=name)
    for name in sorted(map(str, told.keys() - known)):
        raise InputError("unknown field", field=name)
    return {name: _value(name, value) for name, value in told.items()}


def _value(name: str, value: object) -> object:
    if name in ("at", "about"):
        return _span(name, value)
    if name in ("age", "weight"):
        return _bounds(name, _many(name, value))
    if name == "groups":
        return tuple(_one_of(name, one, GROUPS) for one in _many(name, value))
    if name == "also":
        return tuple(_term(name, one) for one in _many(name, value))
    if name in ("term", "broader"):
        return _term(name, value)
    if name in QUALIFIERS:
        return tuple(_qualifier(name, one) for one in _many(name, value))
    lists = {"use": USES, "sex": SEXES, "kind": KINDS, "polarity": POLARITIES}
    return _one_of(name, value, lists[name])


def _many(name: str, value: object) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise InputError("is no list, or an empty one", field=name)
    return value


def _span(name: str, value: object) -> Span:
    if isinstance(value, list) and [type(one) for one in value] == [int, int]:
        start, end = value
        if 0 <= start < end:
            return Span(start, end)
    raise InputError(f"{value} is no stretch of a text", field=name, mend="write [start, end]")


def _one_of(name: str, value: object, known: Iterable[str]) -> str:
    for one in known:
        if one == value:
            return one
    raise InputError(f'"{value}" is none of {", ".join(known)}', field=name)


def _term(name: str, value: object) -> str:
    if isinstance(value, str) and _TERM.fullmatch(value):
        return value
    raise InputError(f'"{value}" is no term of MONDO or HP', field=name)


def _bounds(name: str, values: list[object]) -> tuple[Bound, ...]:
    found = []
    for value in values:
        match = _BOUND.fullmatch(str(value))
        if match is None or match[3] not in UNITS[name]:
            mend = f"write it like >=2 {UNITS[name][-1]}"
            raise InputError(f'bad bound "{value}"', field=name, mend=mend)
        found.append(Bound(match[1], match[2], match[3]))
    if [one.sign[0] for one in found] not in ([">"], ["<"], [">", "<"]):
        raise InputError("is not a lower bound, an upper bound, or the two in order", field=name)
    return tuple(found)


def _qualifier(name: str, value: object) -> Qualifier:
    if not isinstance(value, list) or not 3 <= len(value) <= (4 if name == "condition" else 3):
        raise InputError(f"{value} is not [start, end, value]", field=name)
    if not isinstance(value[2], str) or not value[2].strip():
        raise InputError("the value is empty", field=name)
    if name == "prior":
        ended = {word for one in re.findall(r"\(([^)]*)\)", value[2]) for word in one.split(" or ")}
        for word in sorted(ended - OUTCOMES):
            raise InputError(f'"{word}" is no outcome of a therapy', field=name)
    term = _term(name, value[3]) if len(value) == 4 else None
    return Qualifier(_span(name, value[:2]), value[2], term)


def written(records: Iterable[Record]) -> str:
    """The canonical form: an entry a record, a line a fact, fields in the order of the classes."""
    lines = [_HEAD.rstrip("\n")]
    for record in records:
        lines.append(f"- record: {record.record}")
        for name in ("facts", "limits"):
            found = getattr(record, name)
            lines.append(f"  {name}:" if found else f"  {name}: []")
            lines += [f"  - {_flow(one)}" for one in found]
    return "\n".join([*lines, ""])


def _flow(fact: Fact) -> str:
    names = [item.name for item in fields(fact)]
    if isinstance(fact, Limit):
        first = ["kind", "polarity", "at", "about"]
        names = first + [name for name in names if name not in first]
    else:
        names.remove("polarity")
    told = {name: _plain(getattr(fact, name)) for name in names if getattr(fact, name)}
    dumped = yaml.safe_dump(
        told, default_flow_style=True, sort_keys=False, allow_unicode=True, width=100_000
    )
    return dumped.strip()


def _plain(value: object) -> object:
    match value:
        case Bound():
            return str(value)
        case Qualifier(span, text, term):
            return [*span, text, *([term] if term else [])]
        case tuple():
            return [_plain(one) for one in value]
    return value
