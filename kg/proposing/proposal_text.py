"""Proposed facts as plain text that a person edits, and back.

A text has a head, which names the page, and a block for each proposal. A line is ``key: value``;
what stands behind an identifier in brackets is its name, for the reader. Of a thing that the
graph does not hold yet ("new Concept concept:…") it is the name that it will get.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from kg.dates import PartialDate
from kg.errors import InputError
from kg.model import Entity, Fact
from kg.names import expand
from kg.proposing.proposal import DECISIONS, ID, WORDS, Limit, Named, Proposal, Proposals

__all__ = ["read", "write"]

_GUIDE = """\
# Facts proposed by rules; nobody has read them yet. For each, read the passage, mend what is wrong,
# and set its decision to accept, reject or later. Then: kg review THIS-FILE --page PAGE --by NAME
"""
_SPAN = re.compile(r"([0-9]+)-([0-9]+)")
_THING = re.compile(r"(?:(new [A-Za-z]+) )?([A-Za-z]\w*:[^\s()]+)(?: \((.*)\))?")
_LIMIT = re.compile(r"(less than|up to|at least|more than) ([0-9]+(?:\.[0-9]+)?)")
_SIDES = {words: side for side, words in WORDS.items()}


# ---------------------------------------------------------------- values as text


class _Kind(NamedTuple):
    """How values of one kind are written and read; reading raises ValueError with the mend."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]
    many: bool = False


def _named(text: str) -> Named:
    found = _THING.fullmatch(text)
    if found is None:
        raise ValueError("write an identifier with a prefix, such as concept:once")
    kind = f"df:{found[1].removeprefix('new ')}" if found[1] else ""
    if kind and kind not in Entity.classes:
        raise ValueError(f"{kind.removeprefix('df:')} is no class of things: see the ontology")
    if kind and not found[3]:
        raise ValueError("give the new thing a name in brackets")
    return Named(expand(found[2]), found[3] or "", kind)


def _span(text: str) -> tuple[int, int]:
    found = _SPAN.fullmatch(text)
    if found is None or int(found[1]) >= int(found[2]):
        raise ValueError("write the first and the last character of the passage, such as 151-245")
    return int(found[1]), int(found[2])


def _limits(unit: str) -> _Kind:
    def wrote(limits: tuple[Limit, ...]) -> str:
        said = (f"{WORDS[one.side, one.inclusive]} {one.value}" for one in limits)
        return " and ".join(said) + f" {unit}"

    def reads(text: str) -> tuple[Limit, ...]:
        found = [_LIMIT.fullmatch(part) for part in text.removesuffix(f" {unit}").split(" and ")]
        sides = [_SIDES[one[1]][0] for one in found if one]
        if not text.endswith(f" {unit}") or None in found or len(sides) > len(set(sides)):
            raise ValueError(
                f'write such as "less than 24 {unit}" or "at least 1 and less than 24 {unit}"'
            )
        return tuple(Limit(_SIDES[one[1]][0], one[2], _SIDES[one[1]][1]) for one in found if one)

    return _Kind(wrote, reads)


def _one_of(*allowed: str) -> _Kind:
    def reads(text: str) -> str:
        if text not in allowed:
            raise ValueError("write one of " + ", ".join(allowed))
        return text

    return _Kind(str, reads)


def _number(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]*", text):
        raise ValueError("write a whole number of minutes")
    return int(text)


def _date(text: str) -> PartialDate:
    try:
        return PartialDate(text)
    except InputError as error:
        raise ValueError(error.mend) from None


def _id(text: str) -> str:
    if not re.fullmatch(ID, text):
        raise ValueError("leave the id as `kg propose` wrote it")
    return text


def _predicate(text: str) -> str:
    if not re.fullmatch(r"df:[A-Za-z]+", text):
        raise ValueError("write a predicate of the ontology, such as df:treats")
    return text


_TEXT, _NAMED = _Kind(str, str), _Kind(str, _named)
_SEVERAL = _NAMED._replace(many=True)
_KEYS: dict[str, tuple[str, _Kind]] = {
    "decision": ("decision", _one_of(*DECISIONS)),
    "class": ("kind", _one_of(*sorted(one.removeprefix("df:") for one in Fact.classes))),
    "subject": ("subject", _NAMED),
    "or subject": ("others", _SEVERAL),
    "predicate": ("predicate", _Kind(str, _predicate)),
    "object": ("object", _NAMED),
    "polarity": ("polarity", _one_of("affirmed", "denied", "notEvaluated", "notDemonstrated")),
    "certainty": ("certainty", _one_of("stated", "shown", "recommended", "possible")),
    "event": ("event", _one_of("approval", "conditionalApproval")),
    "date": ("date", _Kind(lambda date: str(date.text), _date)),
    "authority": ("authority", _NAMED),
    "jurisdiction": ("jurisdiction", _NAMED),
    "intent": ("intent", _one_of("treatment", "prevention", "diagnosis", "symptomaticRelief")),
    "use": ("use", _one_of("onLabel", "offLabel", "investigational")),
    "age": ("months", _limits("months")),
    "age in days": ("days", _limits("days")),
    "weight": ("weight", _limits("kg")),
    "copies": ("copies", _limits("copies")),
    "copies of": ("copies_of", _NAMED),
    "mutation in": ("mutation", _SEVERAL),
    "zygosity": (
        "zygosity",
        _one_of("biAllelic", "homozygous", "heterozygous", "compoundHeterozygous"),
    ),
    "age group": ("age_group", _one_of("paediatric", "adult")._replace(many=True)),
    "sex": ("sex", _one_of("female", "male")),
    "genetic form": ("genetic_form", _NAMED),
    "type": ("subtype", _SEVERAL),
    "how often": ("frequency", _NAMED),
    "minutes": ("minutes", _Kind(str, _number)),
    "about": ("about", _Kind(lambda _: "yes", lambda text: _one_of("yes").read(text) == "yes")),
    "timing": ("timing", _NAMED),
    "proportion": ("proportion", _NAMED),
    "severity": ("severity", _NAMED),
    "through": ("through", _NAMED),
    "example": ("examples", _SEVERAL),
    "section": ("section", _TEXT),
    "passage": ("passage", _Kind(lambda span: f"{span[0]}-{span[1]}", _span)),
    "read with": ("leads", _Kind(lambda span: f"{span[0]}-{span[1]}", _span, many=True)),
    "known": ("known", _TEXT),
    "id": ("id", _Kind(str, _id)),
}
"""The keys of a block in their order, the field each stands for, and how its value is written."""

_NEEDED = ("decision class subject predicate object polarity certainty section passage id").split()
_HEAD = ("page", "sha256", "version")


# ---------------------------------------------------------------- writing


def write(proposals: Proposals) -> str:
    """The text of proposals, as :func:`read` takes it."""
    head = (proposals.page, proposals.checksum, proposals.version)
    lines = [_GUIDE, *(f"{key}: {value}".rstrip() for key, value in zip(_HEAD, head, strict=True))]
    for number, one in enumerate(proposals.blocks, 1):
        lines += ["", f"[{number}] {one.label}", *_lines(one)]
    return "\n".join(lines) + "\n"


def _lines(one: Proposal) -> Iterator[str]:
    for key, (name, kind) in _KEYS.items():
        value = getattr(one, name)
        if value in (None, "", (), False):
            continue
        for each in value if kind.many else (value,):
            yield f"{key}: {kind.write(each)}"


# ---------------------------------------------------------------- reading


def read(text: str, file: str = "proposals") -> Proposals:
    """Read proposals back, strictly.

    :raises InputError: for the first line that is malformed; names it, and the mend.
    """
    head: dict[str, str] = {}
    blocks: list[tuple[int, str, list[tuple[int, str]]]] = []
    for number, line in enumerate(text.split("\n"), 1):
        line = line.rstrip()
        if not line or line.startswith("#"):
            continue
        if title := re.fullmatch(r"\[[0-9]+\] (\S.*)", line):
            blocks.append((number, title[1], []))
        elif blocks:
            blocks[-1][2].append((number, line))
        else:
            key, value = _pair(line, number, file, _HEAD)
            if key in head:
                raise InputError(f"{key} is given twice", file=file, line=number, mend="keep one")
            head[key] = value
    for key in _HEAD:
        if key not in head:
            mend = f'keep the line "{key}: …" that `kg propose` wrote at the head'
            raise InputError(f"{key} is missing", file=file, mend=mend)
    made = tuple(_block(*block, file) for block in blocks)
    return Proposals(head["page"], head["sha256"], head["version"], made)


def _pair(line: str, number: int, file: str, keys: tuple[str, ...]) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    if not colon or key not in keys:
        raise InputError(
            f'"{line[:40]}" is no line of a proposal',
            file=file,
            line=number,
            mend="write KEY: VALUE with one of " + ", ".join(keys),
        )
    return key, value.strip()


def _block(number: int, label: str, lines: list[tuple[int, str]], file: str) -> Proposal:
    values: dict[str, Any] = {}
    seen: dict[str, int] = {}
    for at, line in lines:
        key, text = _pair(line, at, file, tuple(_KEYS))
        name, kind = _KEYS[key]
        if key in seen and not kind.many:
            mend = f"keep one; the other is in line {seen[key]}"
            raise InputError("is given twice", file=file, line=at, field=key, mend=mend)
        seen[key] = at
        try:
            value = kind.read(text)
        except (ValueError, InputError) as error:
            mend = getattr(error, "mend", None) or str(error)
            raise InputError(
                f'"{text[:60]}" cannot be read', file=file, line=at, field=key, mend=mend
            ) from None
        values[name] = (*values.get(name, ()), value) if kind.many else value
    for key in _NEEDED:
        if key not in seen:
            raise InputError(
                f"{key} is missing", file=file, line=number, mend=f'add a line "{key}: …"'
            )
    return Proposal(label=label, line=number, **values)
