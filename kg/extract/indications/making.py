"""From a passage to its uses, whole: each disease with all that is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from kg.extract.found import Span, Use
from kg.extract.indications.beside import with_others
from kg.extract.indications.kinds import further, kind
from kg.extract.indications.leads import Lead, use_for
from kg.extract.indications.run_in import past_heading
from kg.extract.indications.scope import alternatives, backgrounds, stretch
from kg.extract.indications.uses import by_name, measured_in, procedures, shown, told
from kg.extract.names.mentions import Disease, diseases
from kg.extract.names.terms import DISEASE, Terms
from kg.extract.passages import Passage
from kg.extract.phrasing import Phrase, phrases, says_of
from kg.extract.rules import turn
from kg.extract.whom.people import People, people
from kg.extract.whom.qualifiers import qualifiers

__all__ = ["exposed", "kept_up", "uses_of"]

_KEPT_UP = re.compile(
    r"\s*\((?:selected?|some|certain)\s+(?:cases|patients)\s+may\s+require\s+"
    r"(?:low[- ]dose\s+)?maintenance\s+(?:therapy|treatment)"
)
_TYPED = re.compile(r"\btype \d\w?$")
Told = list[tuple[Disease, Phrase | None]]


def uses_of(
    line: str,
    part: Passage,
    lead: Lead,
    bare: bool,
    first: bool,
    terms: Terms,
    short: Mapping[str, str | None],
) -> list[Use]:
    """The uses that a passage states, or names behind a lead-in.

    :param bare: whether it names them without saying so.
    :param first: whether the text has stated none before.
    """
    found = diseases(line, part.start, part.end, terms, short)
    lead_use = use_for(lead, line[part.start : part.end])
    wide = people(line[part.start : part.end]).under(lead.people)
    whole = Span(part.start, part.end)
    part = past_heading(line, part, found)
    found = [one for one in found if one.start >= part.start]
    span = Span(part.start, part.end)
    given = phrases(line, part.start, part.end)
    told_of = _told(line, part, given, found, bare, first, terms, short)
    told_of = with_others(line, part.start, part.end, told_of)
    made: list[Use] = []
    averting: set[Phrase | None] = set()
    for number, (one, phrase) in enumerate(told_of):
        use, rule = kind(line, span, phrase, one.start, given, lead_use)
        if use in ("treatment", "adjunct") and shown(line, phrase, given):
            use, rule = "imaging", "imaging"
        use = by_name(_in_full(line, one, terms), use, line[part.start : one.start])
        use = "prevention" if use in ("treatment", "adjunct") and phrase in averting else use
        if use == "prevention" and phrase:
            averting.add(phrase)
        ahead = use == "treatment" and turn("may only come").match(line, one.end, part.end)
        if use in ("treatment", "maintenance") and _fewer(line, part, one):
            use = "prevention"
        if ahead or re.match(r"\s+prophylaxis\b", line[one.end :]):
            use = "prevention"
        all_kinds = [use, *further(line, span, told_of, number, use, given, lead_use)]
        if lead.also and use == lead_use:
            all_kinds.append(lead.also)
        for pairs in _said(line, part, told_of, number, found, wide):
            every = tuple(sorted({*pairs, *lead.more}))
            made += [
                Use(Span(one.start, one.end), one.term, each, every, whole, rule)
                for each in all_kinds
            ]
    return made


def _fewer(line: str, part: Passage, one: Disease) -> bool:
    """Whether the attacks of a disease are to be fewer."""
    around = f"{line[part.start : one.start]}|{line[one.end : part.end]}"
    return turn("makes its times fewer").match(around) is not None


_LACKED = re.compile(r"(?:(?:,|,? and|,? or) [\w-]+(?: [\w-]+)?){1,6} deficienc(?:y|ies)\b")


def _in_full(line: str, one: Disease, terms: Terms) -> str:
    """The words of a name, with "deficiency" where the end of a row lends it."""
    said = line[one.start : one.end]
    if one.term and re.fullmatch(r"[A-K]\d{0,2} deficienc(?:y|ies)", said):
        return f"vitamin {said}"
    lent = one.term and _LACKED.match(line, one.end) and terms.ground(said) != one.term
    return f"{said} deficiency" if lent else said


def _told(
    line: str,
    part: Passage,
    given: list[Phrase],
    found: list[Disease],
    bare: bool,
    first: bool,
    terms: Terms,
    short: Mapping[str, str | None],
) -> Told:
    """The diseases that a passage is about, each with the phrase that opened its place."""
    start, end = part.start, part.end
    told_of: Told = list(told(line, start, end, given, found, bare))
    if not bare and (ahead := measured_in(line, start, end, found)):
        told_of = [*((one, None) for one in ahead), *told_of]
    ends = given and part.opens and given[-1].end >= end - 1
    if not told_of and not bare and (first or not part.opens) and not ends:
        told_of = _ahead(line, part, found, given)
    if not told_of and (given or not bare) and not part.opens:
        broad = diseases(line, start, end, terms, short, heads=True)
        named = told(line, start, end, given, broad, bare)
        told_of = [one for one in named if one[0].term and one[0].term != DISEASE][:1]
    done = procedures(line, start, end, given)
    if done and all(one.new or one.start > done[0][0].end for one, _ in told_of):
        return [*done, *(pair for pair in told_of if _besides(line, done[0][0].end, pair))]
    return told_of


_BESIDES = re.compile(r"(?:,|\band|\bor|\bas well as)\s+(?:(?:for|in|the|also)\s+)*$")


def _besides(line: str, at: int, pair: tuple[Disease, Phrase | None]) -> bool:
    """Whether a use goes on behind what is done ("for sedation and relief of nausea")."""
    one, phrase = pair
    if phrase is None or phrase.start < at or one.start - phrase.end > 1 or not one.term:
        return False
    return says_of(line, phrase) and bool(_BESIDES.search(line[at : phrase.start]))


def _said(
    line: str, part: Passage, told_of: Told, number: int, found: list[Disease], wide: People
) -> Iterator[set[tuple[str, str]]]:
    """What is said of one of the diseases, once for each alternative."""
    one = told_of[number][0]
    begin, stop = stretch(line, part, told_of, number)
    apart = (begin, stop) != (part.start, part.end)
    for said in alternatives(line, one.end, stop):
        own = people(said[begin:stop]).over(wide) if apart else wide
        rest = [
            other
            for other in found
            if max(one.end, begin) <= other.start < stop
            and said[other.start : other.end].strip()
            and all(other != named for named, _ in told_of)
        ]
        more = qualifiers(said, begin, stop, one.start, one.end, known=bool(rest))
        typed = any(name == "subtype" for name, _ in more)
        for some in backgrounds(said, rest):
            words = [" ".join(said[other.start : other.end].lower().split()) for other in some]
            behind = [("condition", word) for word in words if not (typed and _TYPED.search(word))]
            yield {*own.qualifiers, *more, *behind}


def kept_up(text: str, made: list[Use]) -> list[Use]:
    """The same uses as maintenance, where a bracket behind a name says that cases may need it.

    :param text: with its brackets.
    """
    ends = {one.mention.end for one in made if _KEPT_UP.match(text, one.mention.end)}
    starts = {one.mention.start for one in made if one.mention.end in ends}
    within = {
        one.mention.end
        for one in made
        for start in starts
        if re.fullmatch(r",?\s+including\s+", text[one.mention.end : start])
    }
    kept = [one for one in made if one.mention.end in ends]
    kept += [one for one in made if one.mention.end in within]
    return [replace(one, use="maintenance") for one in kept]


def exposed(text: str, made: list[Use]) -> list[Use]:
    """The same uses, those as prevention behind whose name a bracket says "post-exposure".

    :param text: with its brackets.
    """
    after = re.compile(r"\s*\(\s*post-?\s?exposure\b", re.IGNORECASE)
    return [
        replace(one, use="prevention")
        if one.use == "treatment" and after.match(text, one.mention.end)
        else one
        for one in made
    ]


def _ahead(line: str, part: Passage, found: list[Disease], given: list[Phrase]) -> Told:
    """The diseases that a sentence begins with ("In A or B, Examplin is used as maintenance")."""
    before = line[part.start : found[0].start] if found else ""
    if re.match(r"(?i)\s*(?:in|for)\s+\w+(?!.*\bwithout\b)", before):
        return [(found[0], None)]
    row = _row(line, found)
    if row and not before.strip() and turn("was treated with it").match(line, row[-1].end):
        return [(one, None) for one in row]
    if not row or not _AHEAD.fullmatch(before) or not _SET_OFF.match(line, row[-1].end, part.end):
        return []
    if turn("tells of doses or care").search(line, row[-1].end, part.end):
        return []
    if line[row[0].start : row[0].end].lower() in line[: part.start].lower():
        return []  # It was a background before.
    role = next((one for one in given if one.rule.gives != "treatment"), None)
    return [(one, role) for one in row]


def _row(line: str, found: list[Disease]) -> list[Disease]:
    """The first disease, and those that stand in one row with it."""
    kept = found[:1]
    for one in found[1:]:
        if not _JOINT.fullmatch(line, kept[-1].end, one.start):
            break
        kept.append(one)
    return kept


_AHEAD = re.compile(r"\s*(?:In|For)\s+(?:(?:acute|chronic|severe|mild|moderate|the)\s+)*")
_SET_OFF = re.compile(r"[^.;:,]{0,60}, (?!and\b|or\b)")
_JOINT = re.compile(r",? (?:and|or) (?:[\w-]+ )?|, ")
