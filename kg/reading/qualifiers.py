"""What a sentence says beside a statement: when, by whom, for whom, how often, how long."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.dates import PartialDate
from kg.reading.amounts import durations
from kg.reading.naming import Mention, Names, Thing, listed
from kg.reading.people import People, limited, people
from kg.reading.rules import Frame
from kg.reading.sentence import Sentence
from kg.reading.text import brackets
from kg.reading.times import dates

__all__ = ["Qualifiers", "qualifiers"]

_CONDITIONAL = re.compile(r"\bconditional(?:ly)?\b|\baccelerated approval\b", re.IGNORECASE)
_EXAMPLES = re.compile(r"\s*(?:for example|e\.\s?g\.|such as|like)[, ]", re.IGNORECASE)
_THROUGH = re.compile(r"\b(?:due to|because of|through|as a result of|from)\s+", re.IGNORECASE)
_CONCEPT = frozenset({"df:Concept"})
_NAMED = frozenset({"df:Concept", "df:Phenotype", "df:Disease"})


@dataclass(frozen=True)
class Qualifiers:
    """What else a sentence says; each is empty where it says nothing of the kind."""

    date: PartialDate | None = None
    authority: Thing | None = None
    event: str = ""
    groups: tuple[People, ...] = ()
    frequency: Thing | None = None
    minutes: int | None = None
    about: bool = False
    timing: Thing | None = None
    proportion: Thing | None = None
    severity: Thing | None = None
    through: Thing | None = None
    examples: tuple[Thing, ...] = field(default=())


def qualifiers(
    sentence: Sentence, frame: Frame, span: tuple[int, int], disease: str | None
) -> Qualifiers:
    """Read what stands beside a statement, as far as facts of its kind carry it.

    :param span: where the statement stands.
    :param disease: the IRI of its object, if that is a disease.
    """
    whole, line, names = sentence.whole, sentence.line, sentence.names
    short = sentence.context.short
    predicate, kind = frame.predicate, frame.kind
    if kind == "df:RegulatoryEvent":
        return Qualifiers(
            date=_date(line, span),
            event="conditionalApproval" if _CONDITIONAL.search(line) else "approval",
        )
    if kind in ("df:Indication", "df:Contraindication"):
        mentions = sentence.mentions
        authorities = [one.of({"df:Authority"}) for one in mentions if one.of({"df:Authority"})]
        return Qualifiers(
            authority=authorities[0][0] if authorities else None,
            groups=tuple(people(_flat(_item(whole, span)), names, disease, short)),
        )
    if predicate == "df:hasRoute":
        return _administration(line, names)
    if predicate == "df:leadsTo":
        return Qualifiers(
            proportion=_listed("proportions", line, names),
            severity=_listed("severities", line, names),
            through=_through(line, span[1], names, short),
        )
    if kind == "df:OutcomeClaim":
        found = people(_flat(_item(whole, span)), names, disease, short)
        timing = _listed("timings", line[: span[0]], names)
        return Qualifiers(timing=timing, groups=limited(found))
    if predicate == "df:studiedIn":
        return Qualifiers(examples=tuple(_examples(whole, names)))
    return Qualifiers()


_MARK = re.compile(r"\(\s*[0-9]+(?:\.[0-9]+)*\s*\)")
"""The number of a section, which ends an item of a list in a label: "( 1.2 )"."""


def _item(whole: str, span: tuple[int, int]) -> str:
    """The item that a statement stands in, where a label lists several in one sentence."""
    marks = list(_MARK.finditer(whole))
    before = [one.end() for one in marks if one.end() <= span[0]]
    after = [one.start() for one in marks if one.start() >= span[1]]
    return whole[max(before, default=0) : min(after, default=len(whole))]


def _flat(whole: str) -> str:
    return re.sub(r"[()\[\]]", " ", whole)


def _date(line: str, span: tuple[int, int]) -> PartialDate | None:
    """The date nearest to the statement, one after it first."""
    found = list(dates(line))
    after = [date for date, start, _ in found if start >= span[0]]
    before = [date for date, start, _ in found if start < span[0]]
    return next(iter(after), before[-1] if before else None)


def _administration(line: str, names: Names) -> Qualifiers:
    lasting = next(iter(durations(line)), None)
    return Qualifiers(
        frequency=_listed("frequencies", line, names),
        minutes=lasting.minutes if lasting else None,
        about=lasting.about if lasting else False,
    )


def _listed(name: str, text: str, names: Names) -> Thing | None:
    found = listed(name, text, names, _CONCEPT)
    return found[0].things[0] if found else None


def _through(line: str, at: int, names: Names, short: Mapping[str, str]) -> Thing | None:
    found = _THROUGH.search(line, at)
    if found is None:
        return None
    after = [one for one in names.mentions(line, short) if one.start >= found.end()]
    close = [one for one in after if len(line[found.end() : one.start].split()) <= 2]
    fit = close[0].of(_NAMED) if close else ()
    return fit[0] if fit else None


def _examples(whole: str, names: Names) -> list[Thing]:
    found: list[Mention] = []
    for start, end in brackets(whole):
        if _EXAMPLES.match(whole, start):
            begin = start
            for part in re.split(r",|\bor\b|\band\b", whole[start:end]):
                text = re.sub(_EXAMPLES, "", part + " ")
                text = re.sub(r"^\s*(?:with|the)\s+", "", text)
                if one := names.loose(text, 0, len(text), 2):
                    found.append(one)
                begin += len(part)
    return sorted({thing for one in found for thing in one.things})
