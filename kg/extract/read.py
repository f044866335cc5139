"""From an indication text to its uses and limits: pure, and the same each time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.extract.found import Limit, Span, Use
from kg.extract.limits import limits, refusal
from kg.extract.mentions import Disease, diseases
from kg.extract.passages import Passage, passages
from kg.extract.people import People, people
from kg.extract.qualifiers import qualifiers
from kg.extract.rules import lists
from kg.extract.scope import alternatives, backgrounds, stretch
from kg.extract.terms import Terms
from kg.extract.uses import Phrase, kind, phrases, told
from kg.reading.text import brackets, plain

__all__ = ["extract"]

_INDICATED = re.compile(
    r"(?i)\b(?:(?:is|are|be|was)\s+(?:also\s+|specifically\s+|further\s+)?(?:a\s+|an\s+)?[^.;]{0,160}?\bindicated"
    r"|indicated\s+(?:for|in|to|as|when|with|alone|also)\b|^indicated\b|(?:is|are|may\s+be|can\s+be)\s+(?:also\s+)?"
    r"(?:used|useful|effective|intended|given|administered|for\s+use)\s+(?:as|in|for|to|alone|with)\b|\brecommended\s+(?:for|in)\b|for\s+use\s+in\b"
    r"|\btemporarily\s+relieves\b|\bhelps?\s+(?:to\s+)?(?:prevent|relieve|control)\b"
    r"|is\s+a\b[^.]{0,120}\bfor\s+(?:the\s+)?(?:use|treatment|prevention))"
)
_SAYS = re.compile(r"(?i)\b(?:is|are)\s+(?:also\s+)?indicated\b")
_HEAD = re.compile(
    r"(?i)\s*(?:\d+\.\d+\s+)?(?:indications?(?:\s+(?:and|&)\s+usage)?|limitations? of use)\W*$"
)
_FINITE = re.compile(
    r"(?i)\b(?:is|are|was|were|should|may|must|can|will|does|do|did|has been|have been|"
    r"(?:has|have) had|has|have|had|occurs?|results?|demonstrated|showed|reduces|includes?|"
    r"included)\b"
)
_RELATIVE = re.compile(
    r"(?i)\b(?:who|whose|whom|that|which|when|where|if|as|in whom|since|because|unless)\b"
)
_STARTS = re.compile(
    r"(?i)(?:(?:the|for|as|empirical|symptomatic|active|secondary|primary|adjunctive|acute|long-term|"
    r"short-term|maintenance|topical|first-line|also|local|temporary|in)\s+)*"
    r"(?:treatment|prevention|prophyla\w+|relief|management|reduction|control|immunisation|immunization|"
    r"therapy|to\s+(?!be)\w+|diagnosis|replacement|reducing|reversal|maintenance|treating|preventing|"
    r"prevent|reduce|treat|eradication|improvement|induction)\b"
)
"""How an item begins that says itself what it is for."""
_WHOM = re.compile(
    r"(?i)(?:in|as|with|who|whose|for)\b|(?:adult|adolescent|child|infant|patient|p(?:a)?ediatric|men|women)\w*\b"
)
_LISTING = re.compile(
    r"(?i)\b(?:following|below|listed|follows)\b(?![^:]*(?:organism|bacteria|strain|isolate|pathogen|patient|"
    r"population|situation|circumstance|class))[^:]{0,60}$"
    r"|\b(?:conditions|diseases|disorders|indications|infections)\W*$"
)
_TYPED = re.compile(r"\btype \d\w?$")
_ROOTS = ("MONDO:0000001",)
SHORT_HEAD = 9
"""Words below which a passage that begins with a disease's name may be a heading."""
_FOR_WHOM = re.compile(r"(?i)\b(?:in|with|who|patients|for)\W*$")
_SHORT = re.compile(r"\s*\(\s*([A-Za-z][\w/+-]{1,11})s?\s*[),;]")


@dataclass
class _Lead:
    """What a lead-in or a heading gives to what stands behind it."""

    people: People = People()
    use: str = ""
    uses: tuple[Use, ...] = ()
    opens: bool = False
    for_whom: bool = False
    more: tuple[tuple[str, str], ...] = ()
    general: tuple[Use, ...] = ()


def extract(text: str, terms: Terms) -> tuple[list[Use], list[Limit]]:
    """The uses and limits that an indication text states, in their order.

    :param text: as its source has it; every span of what comes back counts its characters.
    """
    return _Reader(text, terms).read()


class _Reader:
    """The passages of a text, read one after the other."""

    def __init__(self, text: str, terms: Terms) -> None:
        self.whole = plain(text)
        self.line = _open(self.whole)
        self.terms = terms
        self.short = _abbreviations(self.whole, self.line, terms)
        self.uses: dict[Use, None] = {}
        self.limits: dict[Limit, None] = {}
        self.lead: _Lead | None = None
        self.heading = People()
        self.denied = False
        self.defined = False
        self.past: _Lead | None = None

    def read(self) -> tuple[list[Use], list[Limit]]:
        """Read all passages."""
        parts = list(passages(self.whole))
        bare = not any(map(self._stated, parts)) and len(parts) < 30
        for number, part in enumerate(parts):
            said = self.line[part.start : part.end]
            behind = parts[number + 1] if number + 1 < len(parts) else None
            if _HEAD.fullmatch(said) or (said.startswith("Limitations") and part.opens):
                continue
            if behind and part.glued and self._stated(behind) and not self._stated(part):
                self.heading, self.lead = people(said), None
                continue
            self._passage(part, said, first=bare or number == 0 or (not self.uses and number < 3))
        return list(self.uses), list(self.limits)

    def _stated(self, part: Passage) -> bool:
        return bool(_INDICATED.search(self.line[part.start : part.end]))

    def _passage(self, part: Passage, said: str, first: bool) -> None:
        """Read one passage, by what the passages before it have left open."""
        if lists("aids").search(said) or self._refused(part, said):
            return
        stated = self._stated(part)
        defined, self.defined = self.defined, False
        if defined and part.item and not stated:
            return
        if part.opens and not stated and not self.lead and self._short_head(part, said):
            self.lead = self.past
        self.denied = self.denied and part.item and not stated
        if self.denied:
            return
        telling = lists("telling").search(said) and not _SAYS.search(said)
        if telling or (not stated and not _item(said, part, self._led(part), first)):
            if _sentence(said):
                self.lead = None
            return
        self._use(part, said, stated)

    def _refused(self, part: Passage, said: str) -> bool:
        """Take the limits of a passage; whether it is none but that, and its items with it."""
        refused = refusal(self.line, part.start, part.end)
        if refused is None:
            return False
        found = limits(self.line, part.start, part.end, self.terms, self.short)
        self.limits.update(dict.fromkeys(found))
        rule, match = refused
        before = self.line[part.start : match.start()]
        if rule.gives == "restricted" and _SAYS.search(before):
            return False
        self.denied = part.opens
        return True

    def _short_head(self, part: Passage, said: str) -> bool:
        return len(said.split()) < SHORT_HEAD and self._heads(part)

    def _use(self, part: Passage, said: str, stated: bool) -> None:
        """Take the uses of a passage that states them, or names them behind a lead-in."""
        lead = _Lead(self.heading) if stated or self.lead is None else self.lead
        if not stated and lead.uses and self._only_whom(part, said, lead):
            self._again(part, said, lead)
            return
        listing = part.opens and bool(_LISTING.search(said))
        if not stated and listing and not _STARTS.match(said):
            return
        made = self._made(part, lead, bare=not stated)
        whom = bool(_FOR_WHOM.search(said))
        if not stated and part.opens and made and not phrases(self.line, part.start, part.end):
            self.defined, self.past = True, lead
        if stated and not made and self.uses and (not part.opens or whom):
            made = self._meant(part, said)
        if made and not stated:
            for broad in lead.general:
                self.uses.pop(broad, None)
        self.uses.update(dict.fromkeys(made))
        if stated or (part.opens and not made and _STARTS.match(said)):
            above = self.heading if stated else lead.people
            self.lead = self._leading(part, lead, above, made, listing, whom)

    def _leading(
        self,
        part: Passage,
        lead: _Lead,
        above: People,
        made: list[Use],
        listing: bool,
        whom: bool,
    ) -> _Lead:
        """What a passage gives to those behind it."""
        given = phrases(self.line, part.start, part.end)
        more = qualifiers(self.line, part.start, part.end, part.end, part.end)
        return _Lead(
            people=people(self.line[part.start : part.end]).over(above),
            use=(_lead_use(given) or lead.use) if part.opens or not made else "",
            uses=() if listing else tuple(made),
            opens=part.opens or not made,
            for_whom=whom and bool(made),
            more=tuple(one for one in more if one[0] == "combined") if part.opens else (),
            general=tuple(made) if listing else (),
        )

    def _heads(self, part: Passage) -> bool:
        """Whether a passage begins with the name of a disease."""
        own = diseases(self.line, part.start, part.end, self.terms, self.short)
        return bool(own) and own[0].start == part.start

    def _led(self, part: Passage) -> bool:
        return self.lead is not None and (self.lead.opens or part.item)

    def _only_whom(self, part: Passage, said: str, lead: _Lead) -> bool:
        """Whether an item only says for whom its lead-in's uses are."""
        if not lead.opens or _STARTS.match(said):
            return False
        return lead.for_whom or bool(_WHOM.match(said)) or bool(people(said).age)

    def _again(self, part: Passage, said: str, lead: _Lead) -> None:
        """The uses of the lead-in for the people of an item; not the lead-in's alone."""
        wide = people(said).over(lead.people)
        for use in lead.uses:
            self.uses.pop(use, None)
            kept = [
                pair for pair in use.qualifiers if pair[0] not in ("groups", "age", "weight", "sex")
            ]
            more = qualifiers(self.line, part.start, part.end, part.start, part.start)
            pairs = tuple(sorted({*kept, *more, *wide.qualifiers}))
            span = Span(part.start, part.end)
            self.uses[Use(use.mention, use.term, use.use, pairs, span, use.rule)] = None

    def _meant(self, part: Passage, said: str) -> list[Use]:
        """The disease named before, where a sentence states a use and names none."""
        last = list(self.uses)[-1]
        given = phrases(self.line, part.start, part.end)
        use = "maintenance" if any(one.rule.name == "maintenance" for one in given) else last.use
        pairs = {*people(said).over(self.heading).qualifiers}
        pairs |= {*qualifiers(self.line, part.start, part.end, part.start, part.start)}
        span = Span(part.start, part.end)
        return [Use(last.mention, last.term, use, tuple(sorted(pairs)), span, "meant")]

    def _made(self, part: Passage, lead: _Lead, bare: bool) -> list[Use]:
        line, start, end = self.line, part.start, part.end
        given = phrases(line, start, end)
        found = diseases(line, start, end, self.terms, self.short)
        wide = people(line[start:end]).over(lead.people)
        told_of = list(told(line, start, end, given, found, bare))
        if not told_of and not bare:
            told_of = [(one, None) for one in found[:1] if _before(line, start, one)]
        if not told_of and not bare and not part.opens:
            broad = diseases(line, start, end, self.terms, self.short, heads=True)
            told_of = [
                one
                for one in told(line, start, end, given, broad, bare)
                if one[0].term and one[0].term not in _ROOTS
            ][:1]
        made = []
        for number, (one, phrase) in enumerate(told_of):
            use, rule = kind(phrase, one.start, given, lead.use)
            begin, stop = stretch(line, part, told_of, number)
            for said in alternatives(line, one.end, stop):
                own = people(said[begin:stop]).over(wide) if (begin, stop) != (start, end) else wide
                rest = [
                    other
                    for other in found
                    if max(one.end, begin) <= other.start < stop
                    and said[other.start : other.end].strip()
                    and all(other != named for named, _ in told_of)
                ]
                more = qualifiers(said, begin, stop, one.start, one.end, known=bool(rest))
                for some in backgrounds(said, rest):
                    behind = [
                        ("condition", " ".join(said[other.start : other.end].lower().split()))
                        for other in some
                    ]
                    if any(name == "subtype" for name, _ in more):
                        behind = [pair for pair in behind if not _TYPED.search(pair[1])]
                    pairs = tuple(sorted({*own.qualifiers, *more, *behind, *lead.more}))
                    mention, passage = Span(one.start, one.end), Span(start, end)
                    made.append(Use(mention, one.term, use, pairs, passage, rule))
        return made


_GENE = re.compile(r"[A-Z][A-Z0-9]{1,7}")
"""A gene's symbol, which stands in brackets behind its name and is what the gene is told by."""


def _open(whole: str) -> str:
    """The text with what stands in brackets blanked; short brackets of numbers and names too."""
    signs = list(whole)
    for start, end in brackets(whole):
        if _GENE.fullmatch(whole, start, end) and whole.startswith(" gene", end + 1):
            continue
        if end - start < 400 and not re.search(
            r"(?i)\b(?:years|months|weeks)\b|\baged\b", whole[start:end]
        ):
            signs[start - 1 : end + 1] = " " * (end - start + 2)
    return re.sub(r"[()\[\]®™]", " ", "".join(signs))


def _abbreviations(whole: str, line: str, terms: Terms) -> dict[str, str | None]:
    """Short forms that the text itself gives in brackets behind a disease."""
    found: dict[str, str | None] = {}
    for one in diseases(line, 0, len(line), terms, {}):
        match = _SHORT.match(whole, one.end)
        if match and re.search(r"[A-Z].*[A-Z]", match[1]):
            wider = re.search(r"(?:[A-Za-z]+[ -]+){0,2}$", whole[: one.start])
            more = terms.ground(whole[wider.start() : one.end]) if wider else None
            found.setdefault(match[1], more or one.term)
    return found


def _sentence(said: str) -> bool:
    """Whether a passage is a whole sentence: a finite verb that no relative clause takes."""
    verb = _FINITE.search(said)
    if verb is None:
        return False
    relative = _RELATIVE.search(said[: verb.start()])
    about = re.match(r"(?:Patients|Subjects|Those|Persons|Individuals)\b", said)
    verbs = sum(1 for _ in _FINITE.finditer(said))
    return not relative or bool(about and verbs > sum(1 for _ in _RELATIVE.finditer(said)))


def _item(said: str, part: Passage, led: bool, first: bool) -> bool:
    """Whether a passage names uses without saying so: an item, or a bare statement."""
    if _sentence(said):
        return False
    return bool(_STARTS.match(said)) or led or (first and len(said) < 200)


def _lead_use(given: list[Phrase]) -> str:
    """The kind of use that a lead-in gives to its items."""
    order = ("prevention", "imaging", "diagnosis", "replacement", "adjunct", "symptomaticRelief")
    said = {one.rule.gives for one in given}
    return next((use for use in order if use in said), "")


def _before(line: str, start: int, one: Disease) -> bool:
    return bool(re.match(r"(?i)\s*(?:in|for)\s+\w+", line[start : one.start]))
