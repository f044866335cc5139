"""From an indication text to its uses and limits: pure, and the same each time."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kg.extract.found import Limit, Span, Use
from kg.extract.limits import limits, refusal
from kg.extract.passages import Passage, passages
from kg.extract.people import People, people
from kg.extract.qualifiers import qualifiers
from kg.extract.rules import lists
from kg.extract.terms import Terms
from kg.extract.uses import Disease, Phrase, diseases, kind, phrases, told
from kg.reading.text import brackets, plain

__all__ = ["extract"]

_INDICATED = re.compile(
    r"(?i)\b(?:(?:is|are|be|was)\s+(?:also\s+|specifically\s+|further\s+)?(?:a\s+|an\s+)?[^.;]{0,160}?\bindicated"
    r"|indicated\s+(?:for|in|to|as|when|with|alone|also)\b|^indicated\b|(?:is|are|may\s+be|can\s+be)\s+(?:also\s+)?"
    r"(?:used|useful|effective|recommended|intended|given|administered|for\s+use)\s+(?:as|in|for|to|alone|with)\b|for\s+use\s+in\b"
    r"|is\s+a\b[^.]{0,120}\bfor\s+(?:the\s+)?(?:use|treatment|prevention))"
)
_HEAD = re.compile(r"(?i)\s*(?:\d+\.\d+\s+)?(?:indications?(?:\s+(?:and|&)\s+usage)?|limitations? of use)\W*$")
_FINITE = re.compile(
    r"(?i)\b(?:is|are|was|were|should|may|must|can|will|does|do|did|has been|have been|has|have|had|occurs?|results?|"
    r"demonstrated|showed|reduces)\b"
)
_RELATIVE = re.compile(r"(?i)\b(?:who|whose|whom|that|which|when|where|if|as|in whom|since|because|unless)\b")
_SHORT = re.compile(r"\s*\(\s*([A-Za-z][\w/+-]{1,11})s?\s*[),;]")


@dataclass
class _Lead:
    """What a lead-in gives to the items behind it."""

    people: People = People()
    use: str = ""
    given: list[Phrase] = field(default_factory=list)
    span: Span | None = None


def extract(text: str, terms: Terms) -> tuple[list[Use], list[Limit]]:
    """The uses and limits that an indication text states, in their order.

    :param text: as its source has it; every span of what comes back counts its characters.
    """
    whole = plain(text)
    line = _open(whole)
    short = _abbreviations(whole, line, terms)
    found: dict[Use, None] = {}
    denied: dict[Limit, None] = {}
    lead: _Lead | None = None
    first = True
    for part in passages(whole):
        said = line[part.start : part.end]
        if _HEAD.fullmatch(said):
            continue
        if refusal(line, part.start, part.end):
            denied.update(dict.fromkeys(limits(line, part.start, part.end, terms, short)))
            first = False
            continue
        stated = bool(_INDICATED.search(said))
        item = _item(said, part, lead is not None, first)
        if not stated and not item or (lists("telling").search(said) and not stated):
            lead = lead if part.item and not _sentence(said) else None
            continue
        lead = None if stated else lead
        made, people_here = _uses(line, whole, part, terms, short, lead, bare=not stated)
        found.update(dict.fromkeys(made))
        if stated and (part.opens or lead is None):
            given = phrases(line, part.start, part.end)
            use = _lead_use(given, part.opens or not made)
            lead = _Lead(people_here, use, given, Span(part.start, part.end))
        first = False
    return list(found), list(denied)


def _open(whole: str) -> str:
    """The text with what stands in brackets blanked; short brackets of numbers and names too."""
    signs = list(whole)
    for start, end in brackets(whole):
        if end - start < 400 and not re.search(r"(?i)\b(?:years|months|weeks)\b|\baged\b", whole[start:end]):
            signs[start - 1 : end + 1] = " " * (end - start + 2)
    return re.sub(r"[()\[\]®™]", " ", "".join(signs))


def _abbreviations(whole: str, line: str, terms: Terms) -> dict[str, str | None]:
    """Short forms that the text itself gives in brackets behind a disease."""
    found: dict[str, str | None] = {}
    for one in terms.find(line, 0, len(line)):
        match = _SHORT.match(whole, one.end)
        if match and re.search(r"[A-Z].*[A-Z]", match[1]):
            wider = re.search(r"(?:[A-Za-z]+[ -]+){0,2}$", whole[: one.start])
            more = terms.ground(whole[wider.start() : one.end]) if wider else None
            found.setdefault(match[1], more or one.term)
    return found


def _sentence(said: str) -> bool:
    """Whether a passage is a whole sentence: a finite verb that no relative clause takes."""
    verb = _FINITE.search(said)
    return bool(verb) and not _RELATIVE.search(said[: verb.start()]) if verb else False


def _item(said: str, part: Passage, led: bool, first: bool) -> bool:
    """Whether a passage names uses without saying so: an item, or a bare statement."""
    if _sentence(said):
        return False
    start = re.match(
        r"(?i)(?:(?:the|for|as|empirical|symptomatic|active|secondary|primary|adjunctive|acute|long-term|short-term|maintenance|topical|first-line|also)\s+)*"
        r"(?:treatment|prevention|prophyla\w+|relief|management|reduction|control|immunisation|immunization|therapy|to\s+\w+|diagnosis|monotherapy|replacement|reducing|reversal|adjunct\w*|maintenance|treating|preventing|prevent|reduce|treat|eradication|improvement|induction)\b",
        said,
    )
    return bool(start) or led or (first and len(said) < 200)


def _lead_use(given: list[Phrase], needed: bool) -> str:
    """The kind of use that a lead-in gives to its items."""
    order = ("prevention", "imaging", "diagnosis", "replacement", "adjunct", "symptomaticRelief")
    said = {one.rule.gives for one in given}
    return next((use for use in order if use in said), "") if needed else ""


def _uses(
    line: str,
    whole: str,
    part: Passage,
    terms: Terms,
    short: dict[str, str | None],
    lead: _Lead | None,
    bare: bool,
) -> tuple[list[Use], People]:
    start, end = part.start, part.end
    given = phrases(line, start, end)
    found = diseases(line, start, end, terms, short)
    here = people(line[start:end])
    wide = here.over(lead.people) if lead else here
    made = []
    told_of = list(told(line, start, end, given, found, bare and not given))
    if not told_of and not bare:
        told_of = [(one, given[0] if given else None) for one in found[:1] if _before(line, start, one)]
    for number, (one, phrase) in enumerate(told_of):
        use, rule = kind(phrase, line[start:end], given, lead.use if lead else "")
        own = _people_of(line, part, told_of, number, wide)
        pairs = sorted({*own.qualifiers, *qualifiers(line, whole, part, one)})
        made.append(
            Use(Span(one.start, one.end), one.term, use, tuple(pairs), Span(start, end), rule)
        )
    return made, here


def _before(line: str, start: int, one: Disease) -> bool:
    return bool(re.match(r"(?i)\s*(?:in|for)\s+\w+", line[start : one.start]))


def _people_of(
    line: str,
    part: Passage,
    told_of: list[tuple[Disease, Phrase | None]],
    number: int,
    wide: People,
) -> People:
    """The people of one of several diseases: those named up to where the next place opens."""
    phrase = told_of[number][1]
    later = [other for _, other in told_of[number + 1 :] if other and other != phrase]
    first = all(other == phrase for _, other in told_of[:number])
    if phrase is None or not later and first:
        return wide
    begin = part.start if first else phrase.start
    stop = later[0].start if later else part.end
    return people(line[begin:stop]).over(wide)
