"""From a sentence to what it takes away: its polarity, what is limited, and the kind of that."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from kg.extract import limited
from kg.extract.found import Limit, Span
from kg.extract.limit_kinds import kind_of
from kg.extract.mentions import Disease, diseases, named
from kg.extract.phrasing import phrases
from kg.extract.rules import Rule, lists, refusals, turn
from kg.extract.terms import Terms

__all__ = ["limits", "listed_limit", "refusal"]

TOLD = 300
"""Characters behind the refusal in which the kind is told: a table may run on behind it."""


def refusal(line: str, start: int, end: int) -> tuple[Rule, re.Match[str]] | None:
    """The first phrase of a passage that takes something away and is not within the indication."""
    best: tuple[Rule, re.Match[str]] | None = None
    for rule in refusals():
        for found in rule.says.finditer(line, start, end):
            before = line[start : found.start()]
            if rule.gives != "restricted" and (
                _in_relative(before)
                or turn("speaks of itself").search(before)
                or _within(line, start, end, found)
            ):
                continue
            if rule.needs and not lists(rule.needs).search(line, start, end):
                continue
            first = best is None or found.start() < best[1].start()
            if first or (best and found.start() == best[1].start() and found.end() > best[1].end()):
                best = rule, found
            break
    return best


_AUXILIARIES = re.compile(
    r"(?i)(?:\b(?:has|have|had|is|are|was|were|be|been|should|must|may|can|do|does|did|also|yet)"
    r"\s*)+$"
)


def _in_relative(before: str) -> bool:
    """Whether a relative clause is still open, so that the refusal is a part of the indication."""
    found = turn("is within a relative").search(before)
    if found is None or turn("tells what is known").search(before):
        return False
    own = _AUXILIARIES.sub("", before[found.start() :]).rstrip()
    last = list(re.finditer(r"(?i)\b(?:who|whom|whose|that|which|when|where|if)\b", own))
    said = own[last[-1].end() :] if last else own
    if turn("begins with a participle").match(said):
        return False
    closed = turn("has a verb").search(said) and not re.search(r"(?i)\b(?:and|or|but)$", said)
    return not closed


def _within(line: str, start: int, end: int, found: re.Match[str]) -> bool:
    """Whether the clause itself states an indication, which the phrase only narrows."""
    cut = [one.end() for one in turn("begins a clause").finditer(line, start, found.start())]
    before, after = line[max([start, *cut]) : found.start()], line[found.end() : end]
    return bool(turn("states an indication").search(before)) or bool(
        not re.search(r"(?i)indicated", found.group())
        and re.match(r"(?i)[^.;]*?,?\s*\w+\s+is\s+indicated\s+(?:in|for)", after)
    )


def limits(
    line: str,
    start: int,
    end: int,
    terms: Terms,
    short: Mapping[str, str | None],
    known: Collection[str] = (),
    before: Sequence[Limit] = (),
) -> Iterator[Limit]:
    """The limits that a passage states, one for each thing limited.

    :param known: the diseases that the text has said the drug is for: terms, or their words.
    :param before: what the passage before has taken away: what "these situations" are.
    """
    last = list(before)
    parts = list(_apart(line, start, end))
    for number, (at, stop) in enumerate(parts):
        if found := refusal(line, at, stop):
            if number + 1 < len(parts) and _shares(line, at, stop, found[1]):
                stop = parts[number + 1][1]
            made = list(_limits(line, at, stop, *found, terms, short, known))
            bare = not line[found[1].end() : stop].strip(" .,;")
            if number and last and bare and all(one.about is None for one in made):
                last = [replace(made[0], term=other.term, kind=other.kind) for other in last]
            else:
                last = [other for one in made for other in _meant(line, one, last)]
            yield from last


def _shares(line: str, start: int, end: int, match: re.Match[str]) -> bool:
    """Whether a clause says only behind the next what it takes away ("is not indicated and …")."""
    return not line[match.end() : end].strip() and limited.place(line, start, match.start()) is None


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


def listed_limit(
    line: str,
    start: int,
    item: tuple[int, int],
    rule: Rule,
    terms: Terms,
    short: Mapping[str, str | None],
    known: Collection[str] = (),
) -> Limit:
    """The limit that an item states whose lead-in, from ``start`` on, takes something away.

    :param known: the diseases that the text has said the drug is for, as in :func:`limits`.
    """
    begin, end = item
    end = _clause_end(line, begin, end, begin)
    own = diseases(line, begin, end, terms, short)
    its = [one for one in own if _is_own(line, one, known)]
    said = line[begin:end]
    kind = kind_of(said, said, rule, bool(own), bool(own) and len(its) == len(own))
    about = Span(own[0].start, own[0].end) if kind == "disease" and own else Span(begin, end)
    return Limit(Span(start, end), about, own[0].term if own else None, kind, rule.gives, rule.name)


def _clauses(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence cut where a clause with a verb of its own begins."""
    further = {one.span() for one in turn("begins a further clause").finditer(line, start, end)}
    cuts = further | {one.span() for one in turn("begins a clause").finditer(line, start, end)}
    for at, stop in sorted(cuts):
        plain = turn("has a plain verb").search(line, start, at)
        if at < start or ("," in line[at:stop] and not plain):
            continue
        if (at, stop) in further and not refusal(line, start, at):
            continue
        if at > start:
            yield start, at
        start = stop
    yield start, end


def _apart(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The clauses of a sentence; a reason that takes something away itself apart from the rest."""
    for at, stop in _clauses(line, start, end):
        found = turn("begins with a reason").match(line, at, stop) and refusal(line, at, stop)
        if found and not turn("ends a reason").search(line, at, found[1].start()):
            comma = turn("ends a reason").search(line, found[1].end(), stop)
            if comma and refusal(line, comma.end(), stop):
                yield at, comma.start()
                at = comma.end()
        yield at, stop


def _limits(
    line: str,
    start: int,
    end: int,
    rule: Rule,
    match: re.Match[str],
    terms: Terms,
    short: Mapping[str, str | None],
    known: Collection[str],
) -> Iterator[Limit]:
    end = _clause_end(line, start, end, match.end())
    start, end = _without_reason(line, start, end, match)
    if heading := turn("begins a limit").match(line[start:end]):
        start, end = _without_reason(line, start + heading.end(), end, match)
    clause = Span(start, end)
    of_patients = False
    for at, stop in _members(line, start, end, match):
        own = diseases(line, at, stop, terms, short)
        for about, term, kind in _taken(line, at, stop, rule, match, own, known):
            again = of_patients and kind == "disease" and turn("begins with whom").match(line, at)
            of_patients = kind == "patients" or bool(again)
            what = "patients" if again else kind
            yield Limit(clause, about, term, what, rule.gives, rule.name)


def _without_reason(line: str, start: int, end: int, match: re.Match[str]) -> tuple[int, int]:
    """A clause without the reason before it, or the reason alone if it is what takes away."""
    if not turn("begins with a reason").match(line[start:end]):
        return start, end
    commas = list(turn("ends a reason").finditer(line, start, match.start()))
    if commas:
        return commas[-1].end(), end
    comma = line.find(",", match.end(), end)
    return start, comma if comma > 0 else end


def _members(line: str, start: int, end: int, match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """The parts of a clause that are limited each by itself, the first with what is before it."""
    cuts = list(turn("joins a further limit").finditer(line, match.end(), end))
    at = start
    for cut in cuts:
        if cut.start() > match.end():
            yield at, cut.start()
            at = cut.end()
    yield at, end


def _taken(
    line: str,
    start: int,
    end: int,
    rule: Rule,
    match: re.Match[str],
    own: list[Disease],
    known: Collection[str],
) -> Iterator[tuple[Span | None, str | None, str]]:
    """What a part of a clause takes away: about what, its term, and the kind."""
    own = [one for one in own if not turn("gives examples").search(line, start, one.start)]
    its = [one for one in own if _is_own(line, one, known)]
    stop = min(end, match.end() + TOLD)
    said, behind = line[start:stop], line[max(start, match.end()) : stop]
    kind = kind_of(said, behind, rule, bool(own), bool(own) and len(its) == len(own))
    after = max(start, match.end())
    if own and (
        (kind == "outcome" and _ON.search(line, start, own[0].start))
        or (kind == "combination" and _USE_WITH.search(line, start, own[0].start))
    ):
        kind = "disease"
    joined = _behind(line, after, end, own) or _joined(line, own)
    other = _other_use(line, start, joined, known)
    if kind in ("disease", "use") and (whom := _whom(line, own, its, end)):
        term = own[len(its)].term if len(own) > len(its) else None
        yield Span(whom, end), term, "patients"
        return
    if own and (kind in ("disease", "stage", "monotherapy") or (kind == "outcome" and other)):
        if turn("is alone").search(line, start, match.start()):
            kind = "monotherapy"
        for one in joined:
            what = "use" if one in other and kind != "monotherapy" else kind
            if what == "disease" and _SUCH.match(line, one.end, end) and one in its:
                what = "stage"
            yield Span(one.start, one.end), one.term, what
        return
    about = limited.told(line, start, end, kind, match) or limited.about(line, start, end, match)
    if about is None and start > match.end():
        about = Span(start, end)
    term = next((one.term for one in own if about and about.start <= one.start < about.end), None)
    yield about, term, kind


_ON = re.compile(r"\beffects?\b[^.]{0,80}?\bon\s+(?:the\s+)?(?:[\w-]+\s+)?$", re.IGNORECASE)
"""How an effect is told that is itself the treatment of the disease behind it."""


_USE_WITH = re.compile(r"\b(?:use|used)\s+with\s+(?:[\w-]+\s+)?$", re.IGNORECASE)
"""How a use is told before a disease that stands where another drug may."""


def _is_own(line: str, one: Disease, known: Collection[str]) -> bool:
    """Whether a name is of a disease that the drug is for."""
    before = line[max(0, one.start - 30) : one.start]
    return _name(line, one) in known and not turn("is not of that name").search(before)


_WITH = re.compile(
    r"\bin\s+(?:[\w-]+\s+){0,3}(?:patients|individuals|adults|children|persons|people|subjects|those)"
    r"\s+with\b|\bwho\s+(?:also\s+)?(?:have|had)\b"
)


def _whom(line: str, own: list[Disease], its: list[Disease], end: int) -> int | None:
    """Where people are told by another illness than the one that they are treated for."""
    if not its or own[: len(its)] != its:
        return None
    stop = own[len(its)].start if len(own) > len(its) else end
    found = _WITH.search(line, its[-1].end, stop)
    return found.start() if found else None


def _behind(line: str, at: int, end: int, own: list[Disease]) -> list[Disease]:
    """What has no term, and whose background alone is a disease ("management of … in …")."""
    given = [one for one in phrases(line, at, end) if one.rule.opens and line[one.end - 1] == "f"]
    if not own or not given or own[0].start < given[0].end:
        return []
    new = named(line, given[0].end, own[0].start)
    gap = line[new.end : own[0].start] if new else ""
    return [new] if new and re.search(r"(?i)\b(?:in|with|due to|associated)\b", gap) else []


_SUCH = re.compile(r"\s+(?:that|which)\s")
"""How the part of a disease begins for which a drug is not, where it is for the disease."""


def _name(line: str, one: Disease) -> str:
    return one.term or line[one.start : one.end].lower()


def _other_use(
    line: str, start: int, joined: list[Disease], known: Collection[str]
) -> list[Disease]:
    """The diseases that the drug is for, where it is their prevention that is taken away."""
    found: list[Disease] = []
    for one in joined:
        given = phrases(line, start, one.start)
        if not given or given[-1].rule.gives != "prevention":
            continue
        apart = found and given[-1].start >= found[-1].end
        if one.term in known or (found and not apart):
            found.append(one)
    return found


_REASON = re.compile(
    r"\s*(?:[\[(]\s*see\b|,\s*(?:as|since|because|and|but|so)\s+(?:it|the|there|this|a)\b|;"
    r"|,?\s+unless\b|,?\s+because\s+of\b|,?\s+except\s+(?:in|when|for|where|those)\b|\s+due\s+to\s+(?:the\s+|an?\s+)?(?:risk|lack|potential|possib|absence|increased)"
    r"|\s(?:because|since)\s(?:it|a|the|there|adequate|such|they)\b"
    r"|\sas\s(?:it|there|adequate|such|they|(?:the|a)\s(?:[\w-]+\s){1,3}(?:is|are|has|have)\b)\b)",
    re.IGNORECASE,
)
"""How a reference, a reason or an exception begins, which is no part of what is limited."""


def _clause_end(line: str, start: int, end: int, after: int) -> int:
    cut = _REASON.search(line, after, end)
    stop = cut.start() if cut else end
    while stop > start and line[stop - 1] in " .,;:])":
        if (
            line[stop - 1] in ")]"
            and line.count("(", start, stop) >= line.count(")", start, stop) > 0
        ):
            break
        stop -= 1
    return stop


_ROW = re.compile(
    r"\s*(?:\([^)]*\))?\s*(?:,|\band\b|\bor\b|,\s*and|,\s*or|/|and/or)\s*(?:or|and)?\s*"
    r"(?:(?:for\s+use\s+)?(?:in|for)\s+(?:the\s+)?(?:\w+\s+(?:of\s+\w+\s+)?)?(?:of|with)\s+)?"
    r"(?:(?:acute|chronic|severe|active|moderate|mild|other)\s+){0,3}"
    r"|[^.;]*,\s*or\s+in\s+\w+\s+with\s+"
)
"""What joins two diseases of a row."""


def _joined(line: str, own: list[Disease]) -> list[Disease]:
    """The first disease of a clause and those joined to it."""
    kept = own[:1]
    for before, one in pairwise(own):
        if _ROW.fullmatch(line[before.end : one.start]):
            kept.append(one)
    return kept
