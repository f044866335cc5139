"""From a sentence to what it takes away: its polarity, what is limited, and the kind of that."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from kg.extract.found import Limit, Span
from kg.extract.mentions import Disease, diseases, named
from kg.extract.phrasing import phrases
from kg.extract.rules import Rule, kinds, lists, refusals, turn
from kg.extract.terms import Terms

__all__ = ["limits", "listed_limit", "refusal"]


def refusal(line: str, start: int, end: int) -> tuple[Rule, re.Match[str]] | None:
    """The first phrase of a passage that takes something away and is not within the indication."""
    best: tuple[Rule, re.Match[str]] | None = None
    for rule in refusals():
        for found in rule.says.finditer(line, start, end):
            before = line[start : found.start()]
            if rule.gives != "restricted" and (
                turn("is within a relative").search(before)
                or turn("speaks of itself").search(before)
            ):
                continue
            if rule.gives != "restricted" and _within(line, start, end, found):
                continue
            if rule.needs and not lists(rule.needs).search(line, start, end):
                continue
            if best is None or found.start() < best[1].start():
                best = rule, found
            break
    return best


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
    for at, stop in _clauses(line, start, end):
        if found := refusal(line, at, stop):
            made = list(_limits(line, at, stop, *found, terms, short, known))
            last = [other for one in made for other in _meant(line, one, last)]
            yield from last


def _meant(line: str, one: Limit, last: Sequence[Limit]) -> list[Limit]:
    """A limit of "these conditions", once for each that was named before."""
    said = line[one.about.start : one.about.end] if one.about else ""
    if one.term or not turn("means those before").fullmatch(said.strip()):
        return [one]
    named_before = [other for other in last if other.term or other.kind == "disease"]
    return [replace(one, term=other.term, kind=other.kind) for other in named_before] or [one]


def listed_limit(
    line: str,
    start: int,
    item: tuple[int, int],
    rule: Rule,
    terms: Terms,
    short: Mapping[str, str | None],
) -> Limit:
    """The limit that an item states whose lead-in, from ``start`` on, takes something away."""
    begin, end = item
    own = diseases(line, begin, end, terms, short)
    kind = _kind(line[begin:end], rule, bool(own))
    about = Span(own[0].start, own[0].end) if kind == "disease" and own else Span(begin, end)
    return Limit(Span(start, end), about, own[0].term if own else None, kind, rule.gives, rule.name)


def _clauses(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence cut where a clause with a verb of its own begins."""
    for cut in turn("begins a clause").finditer(line, start, end):
        if "," in cut.group() and not turn("has a plain verb").search(line, start, cut.start()):
            continue
        if cut.start() > start:
            yield start, cut.start()
        start = cut.end()
    yield start, end


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
    opening = start
    if heading := turn("begins a limit").match(line[start:end]):
        start += heading.end()
    end = _clause_end(line, start, end, match.end())
    if re.match(r"(?i)(?:while|although|though)\b", line[opening:end]):
        comma = line.find(",", match.end(), end)
        end = comma if comma > 0 else end
        ahead = line.rfind(",", start, match.start())
        start = ahead + 1 + (line[ahead + 1] == " ") if ahead > 0 else start
    clause = Span(start, end)
    own = diseases(line, start, end, terms, short)
    kind = _kind(line[start:end], rule, bool(own))
    joined = _behind(line, match.end(), end, own) or _joined(line, own)
    other = _other_use(line, start, joined, known)
    if kind in ("disease", "stage", "outcome") and own and (kind != "outcome" or other):
        if turn("is alone").search(line[start : match.start()]):
            kind = "monotherapy"
        for one in joined:
            what = "use" if one in other and kind != "monotherapy" else kind
            if what == "disease" and _SUCH.match(line, one.end, end) and _name(line, one) in known:
                what = "stage"
            yield Limit(clause, Span(one.start, one.end), one.term, what, rule.gives, rule.name)
        return
    if kind == "age" and (first := turn("names a disease and an age").search(line[start:end])):
        for one in own:
            if one.start < start + first.end():
                yield Limit(
                    clause, Span(one.start, one.end), one.term, "disease", rule.gives, rule.name
                )
    about = _told(line, start, end, kind, match) or _about(line, start, end, match)
    term = next((one.term for one in own if about and about.start <= one.start < about.end), None)
    yield Limit(clause, about, term, kind, rule.gives, rule.name)


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
    r"|,?\s+unless\b|\s+due\s+to\s+(?:the\s+)?(?:risk|lack|potential|possib|absence|increased)"
    r"|\s(?:as|because|since)\s(?:it|a|the|there|adequate|such)\b)",
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


def _kind(said: str, rule: Rule, disease: bool) -> str:
    fit = [one.gives for one in kinds() if one.says.search(said)]
    if re.search("(?i)conditions? (?:listed|above|below)", said):
        return "disease"
    if rule.gives == "restricted" and "use" in fit and re.search("(?i)diagnostic|radiolabel", said):
        return "use"
    if re.search("(?i)infections?[^.]{0,80}caused by|infections? due to", said):
        return "organism"
    if "organism" in fit and re.search("(?i)treat or prevent infections", said):
        return "organism"
    if re.search(r"(?i)\bcell counts?\b", said):
        return "biomarker"
    some = turn("names some people").search(said) and not turn("names an age").search(said)
    if rule.gives != "restricted" and (
        turn("leads in populations").search(said) or (some and not disease)
    ):
        return "patients"
    if rule.name == "unable":
        return "use"
    if rule.gives != "restricted" and turn("names an effect").search(said):
        return "outcome"
    for one in fit:
        if one in ("substitution", "repetition", "comparison", "duration", "line", "combination"):
            return one
    if turn("names an age").search(said) and not re.search(r"(?i)treatment of", said):
        return "age"
    effect = "outcome" in fit and not re.search(r"(?i)\bprevent\w*\b", said)
    if disease and not (effect and rule.gives == "notDemonstrated"):
        return "stage" if "stage" in fit and re.search("(?i)advanced", said) else "disease"
    if re.search(r"(?i)activity against", said):
        return "organism"
    if fit and fit != ["use"]:
        return next(one for one in fit if one != "use")
    if turn("names an illness").search(said):
        return "disease"
    if turn("names patients").search(said) and rule.gives != "restricted":
        return "patients"
    return "use" if fit or rule.gives in ("notIndicated", "notRecommended") else "outcome"


def _told(line: str, start: int, end: int, kind: str, match: re.Match[str]) -> Span | None:
    """The words by which a kind is told, with what follows up to the refusal or the end."""
    says = [rule.says for rule in kinds() if rule.gives == kind]
    if kind == "outcome":
        says.append(turn("names an effect"))
    if kind == "use":
        return None
    for one in says:
        if found := one.search(line, match.end(), end):
            return Span(found.start(), end)
        if found := one.search(line, start, match.start()):
            verb = re.search(
                r"\s+(?:ha(?:s|ve)|is|are|was|were|should|must|does)\s*$", line[: match.start()]
            )
            return Span(found.start(), max(found.end(), verb.start() if verb else match.start()))
    return None


def _about(line: str, start: int, end: int, match: re.Match[str]) -> Span | None:
    """What stands behind a preposition: after the refusal if it goes on so, else before it."""
    stop = match.start()
    trimmed = re.search(r"\s+(?:ha(?:s|ve)|is|are|was|were|should|must)?\s*$", line[:stop])
    before = _place(line, start, trimmed.start() if trimmed else stop)
    after = _place(line, match.end(), end)
    goes_on = turn("begins what is limited").match(line, match.end() + 1, end)
    return (after or before) if goes_on or before is None else before


def _place(line: str, start: int, end: int) -> Span | None:
    found = turn("begins what is limited").search(line, start, end)
    return Span(found.end(), end) if found and found.end() < end else None
