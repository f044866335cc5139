"""From a sentence to what it takes away: its polarity, what is limited, and the kind of that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kg.extract.found import Limit, Span
from kg.extract.limitations import clauses, limited, verb_rows
from kg.extract.limitations.known import Known
from kg.extract.limitations.refusals import refusal
from kg.extract.limitations.taken import Part
from kg.extract.names.mentions import diseases
from kg.extract.names.terms import Terms
from kg.extract.rules import Rule, turn

__all__ = ["below_people", "limits", "listed_limits"]

_NOTHING = Known()

_VERDICTS = frozenset(("notIndicated", "notRecommended", "contraindicated"))
"""What two verbs of one clause say but once: that the drug is not to be used."""

_WHOM = ("begins with whom", "begins in people")
"""How a further part begins that takes away more people."""


def limits(
    line: str,
    start: int,
    end: int,
    terms: Terms,
    short: Mapping[str, str | None],
    known: Known = _NOTHING,
    before: Sequence[Limit] = (),
) -> Iterator[Limit]:
    """The limits that a passage states, one for each thing limited.

    :param known: what the text has said that the drug is for.
    :param before: what the passage before has taken away: what "these situations" are.
    """
    last = list(before)
    for number, (at, stop) in enumerate(_clauses(line, start, end)):
        if last and number and _says_again(line, at, stop):
            continue
        if found := refusal(line, at, stop):
            made = list(_limits(line, at, stop, *found, terms, short, known))
            bare = not line[found[1].end() : stop].strip(" .,;")
            if number and last and bare and all(one.about is None for one in made):
                if turn("begins a bare reason").search(line, 0, at):
                    continue
                last = [replace(made[0], term=other.term, kind=other.kind) for other in last]
            else:
                last = [other for one in made for other in _meant(line, one, last)]
            yield from last


def _clauses(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The clauses of a passage; one that only the next completes goes on to the end of that."""
    parts = list(clauses.apart(line, start, end))
    for number, (at, stop) in enumerate(parts):
        found = refusal(line, at, stop)
        after = parts[number + 1] if number + 1 < len(parts) else (stop, stop)
        goes_on = found and at < stop and refusal(line, *after)
        if found and goes_on and _shares(line, at, stop, found[1]):
            stop = after[1]
            if turn("gives way to the next").search(found[1].group()):
                parts[number + 1] = at, stop
                continue
            own = line[after[0] : goes_on[1].start()].split()
            if len(own) < 2 and {found[0].gives, goes_on[0].gives} <= _VERDICTS:
                parts[number + 1] = stop, stop
        if at < stop:
            yield at, stop


def _says_again(line: str, at: int, stop: int) -> bool:
    """Whether a clause is but the reason of the one before it, about the same."""
    reason = turn("begins a bare reason").search(line, 0, at)
    return bool(reason and turn("means what was told").search(line, at, stop))


def _shares(line: str, start: int, end: int, match: re.Match[str]) -> bool:
    """Whether a clause says only behind the next what it takes away ("is not indicated and …")."""
    bare = line[match.end() : end].strip() in ("", "in", "for", "with")
    return bare and limited.place(line, start, match.end()) is None


def _meant(line: str, one: Limit, last: Sequence[Limit]) -> list[Limit]:
    """A limit of "these conditions", once for each that was named before."""
    said = line[one.about.start : one.about.end] if one.about else ""
    means = ("means those before", "means what was limited before")
    if one.term or not any(turn(name).fullmatch(said.strip()) for name in means):
        return [one]
    named_before = [other for other in last if other.term or other.kind == "disease"]
    if not named_before and not re.search(r"(?i)(?:conditions?|diseases?|disorders?)\s*$", said):
        named_before = list(last)
    return [replace(one, term=other.term, kind=other.kind) for other in named_before] or [one]


def below_people(line: str, start: int, found: Iterable[Limit]) -> Iterator[Limit]:
    """The limits of a passage, which are about the people of its heading if they name nothing."""
    head = turn("stands above a sentence").search(line, max(0, start - 80), start)
    for one in found:
        if head and one.about is None:
            kind = "age" if head["age"] else "patients"
            clause = Span(head.start("who"), one.clause.end)
            yield replace(one, clause=clause, about=Span(*head.span("who")), kind=kind)
        else:
            yield one


def listed_limits(
    line: str,
    start: int,
    item: tuple[int, int],
    refused: tuple[Rule, re.Match[str]],
    terms: Terms,
    short: Mapping[str, str | None],
    known: Known = _NOTHING,
) -> Iterator[Limit]:
    """The limits that an item states whose lead-in, from ``start`` on, takes something away.

    :param refused: by which rule the lead-in does, and its phrase.
    :param known: what the text has said that the drug is for.
    """
    rule, match = refused
    colon = line.find(":", match.end(), item[0])
    people = turn("lists people").search(line, start, colon if colon > 0 else match.end())
    for begin, stop in clauses.listed(line, *item):
        if joint := turn("joins an item").match(line, begin, stop):
            begin = joint.end()
        end = clauses.clause_end(line, begin, stop, begin)
        own = diseases(line, begin, end, terms, short)
        for about, term, kind in Part(line, begin, end, rule, match, tuple(own), known).taken():
            told = about if about and kind in ("disease", "stage", "use") else Span(begin, end)
            whom = people or (term is None and turn("is a use in people").match(line, begin))
            what = "patients" if whom and kind in ("disease", "stage") else kind
            yield Limit(Span(start, end), told, term, what, rule.gives, rule.name)


def _limits(
    line: str,
    start: int,
    end: int,
    rule: Rule,
    match: re.Match[str],
    terms: Terms,
    short: Mapping[str, str | None],
    known: Known,
) -> Iterator[Limit]:
    end = clauses.clause_end(line, start, end, match.end())
    start, end = clauses.without_reason(line, start, end, match)
    none = rule.gives == "notDemonstrated" and match.group().lower().startswith("no ")
    if none and turn("ends as established").search(line, match.end(), end):
        rule = replace(rule, gives="notEstablished")
    if heading := turn("begins a limit").match(line[start:end]):
        start, end = clauses.without_reason(line, start + heading.end(), end, match)
    for other in turn("begins a statement").finditer(line, start + 1, match.start()):
        start = other.end()
    clause = Span(start, end)
    alone = turn("is alone").search(line, start, match.start())
    of_patients = False
    for at, stop in clauses.members(line, start, end, match):
        own = diseases(line, at, stop, terms, short)
        for about, term, kind in Part(line, at, stop, rule, match, tuple(own), known).taken():
            whom = any(turn(way).match(line, at) for way in _WHOM)
            again = of_patients and kind == "disease" and whom
            of_patients = kind == "patients" or bool(again)
            what = "patients" if again else kind
            if alone and kind in ("disease", "line", "stage", "use"):
                what = "monotherapy"
            what = _told_by(line, at, about, what, at > match.end())
            one = Limit(clause, about, term, what, rule.gives, rule.name)
            verbs = verb_rows.same_object(line, match, stop)
            yield from (replace(one, about=each) for each in verbs[:-1])
            yield replace(one, about=verbs[-1]) if verbs and about is None else one


def _told_by(line: str, at: int, about: Span | None, kind: str, behind: bool) -> str:
    """The kind of one of a row, which its own words may tell otherwise than those of the clause.

    :param at: where it begins, and ``behind`` whether another of the row stands before it.
    """
    said = line[about.start : about.end].strip() if about else ""
    if re.fullmatch(r"[\w-]+\s+alone", said):
        return "monotherapy"
    if kind == "patients":
        return "age" if turn("is an age alone").fullmatch(said) else kind
    undone = kind == "use" and behind and turn("is not done").match(line, at)
    return "outcome" if undone else kind
