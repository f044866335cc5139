"""What a part of a clause takes away: about what, which disease, and the kind of that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise, zip_longest

from kg.extract import limited
from kg.extract.found import Span
from kg.extract.known import Known
from kg.extract.limit_kinds import kind_of, named_kind
from kg.extract.mentions import Disease, named
from kg.extract.phrasing import phrases
from kg.extract.rules import Rule, turn

__all__ = ["taken"]

TOLD = 300
"""Characters behind the refusal in which the kind is told: a table may run on behind it."""


def taken(
    line: str,
    start: int,
    end: int,
    rule: Rule,
    match: re.Match[str],
    own: list[Disease],
    known: Known,
) -> Iterator[tuple[Span | None, str | None, str]]:
    """What a part of a clause takes away: about what, its term, and the kind."""
    own = [one for one in own if not turn("gives examples").search(line, start, one.start)]
    its = [one for one in own if known.has(line, one)]
    stop = min(end, max(start, match.end()) + TOLD)
    said, behind = line[start:stop], line[max(start, match.end()) : stop]
    kind = kind_of(said, behind, rule, bool(own), bool(own) and len(its) == len(own))
    after = max(start, match.end())
    if own and (
        (kind == "outcome" and _ON.search(line, start, own[0].start))
        or (kind == "combination" and _USE_WITH.search(line, start, own[0].start))
    ):
        kind = named_kind(said, rule) or "disease"
    if turn("denies in the middle").match(match.group()):
        kind = "outcome"
    if kind == "disease" and own and _people_apart(line, start, end, rule, own, known):
        kind = "patients"
    joined = _behind(line, after, end, own) or _joined(line, own)
    other = _other_use(line, start, joined, known)
    told = [one for one in own if one in its or known.tells(line, one)]
    if kind in ("disease", "use") and (whom := _whom(line, own, told, end)):
        term = own[len(told)].term if len(own) > len(told) else None
        yield Span(whom, end), term, "patients"
        return
    if own and (kind in ("disease", "stage", "monotherapy") or (kind == "outcome" and other)):
        if turn("is alone").search(line, start, match.start()):
            kind = "monotherapy"
        only = rule.gives == "restricted"
        for one in joined:
            what = "use" if one in other and kind != "monotherapy" else kind
            if what == "disease" and _is_part(line, start, end, one, one in its):
                what = "stage"
            elif what == "disease" and not only and known.otherwise(line, one, start):
                what = "use"
            yield Span(one.start, one.end), one.term, what
        return
    subject = turn("begins with whom").match(line, start, match.start())
    if kind == "patients" and subject and turn("is treated").search(match.group()):
        yield Span(start, match.start()), None, kind
        return
    about = limited.told(line, start, end, kind, match) or limited.about(line, start, end, match)
    if about is None and start > match.end():
        about = Span(start, end)
    term = next((one.term for one in own if about and about.start <= one.start < about.end), None)
    for each in _organisms(line, about) if about and kind == "organism" else [about]:
        yield each, term, kind


def _is_part(line: str, start: int, end: int, one: Disease, own: bool) -> bool:
    """Whether but a part of an illness is meant: what is slight, or such of the drug's own."""
    slight = turn("is of a small degree")
    return (own and bool(_SUCH.match(line, one.end, end))) or any(
        slight.search(said) for said in (line[start : one.start], line[one.start : one.end])
    )


def _organisms(line: str, about: Span) -> list[Span]:
    """What is limited, once for each organism that it names."""
    found = turn("names organisms").fullmatch(line, about.start, about.end)
    if found is None:
        return [about]
    each, at = [Span(about.start, found.end("first"))], found.start("rest")
    cuts = list(turn("joins organisms").finditer(line, at, about.end))
    for cut, following in zip_longest(cuts, cuts[1:]):
        stop = following.start() if following else about.end
        if stop > cut.end():
            each.append(Span(cut.end(), stop))
    return each


_ON = re.compile(r"\beffects?\b[^.]{0,80}?\bon\s+(?:the\s+)?(?:[\w-]+\s+)?$", re.IGNORECASE)
"""How an effect is told that is itself the treatment of the disease behind it."""


_USE_WITH = re.compile(r"\b(?:use|used)\s+with\s+(?:[\w-]+\s+)?$", re.IGNORECASE)
"""How a use is told before a disease that stands where another drug may."""


_WITH = re.compile(
    r"\bin\s+(?:[\w-]+\s+){0,3}(?:patients|individuals|adults|children|persons|people|subjects|those)"
    r"\s+with\b|\bwho\s+(?:also\s+)?(?:have|had)\b"
)


def _people_apart(
    line: str, start: int, end: int, rule: Rule, own: list[Disease], known: Known
) -> bool:
    """Whether no disease is taken away but some of those who have it besides the drug's own."""
    if turn("tells people by their treatment").search(line, start, end):
        return True
    if known.tells(line, own[0]):
        return bool(turn("tells people apart").search(line, start, end))
    if rule.gives not in ("notRecommended", "contraindicated") or not known:
        return False
    given = turn("is given to people with").search(line, start, own[0].start)
    return bool(given) and not any(known.akin(line, one) for one in own)


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


def _other_use(line: str, start: int, joined: list[Disease], known: Known) -> list[Disease]:
    """The diseases that the drug is for, where it is their prevention that is taken away."""
    found: list[Disease] = []
    for one in joined:
        given = phrases(line, start, one.start)
        if not given or given[-1].rule.gives != "prevention":
            continue
        apart = found and given[-1].start >= found[-1].end
        if one.term in known.names or (found and not apart):
            found.append(one)
    return found


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
