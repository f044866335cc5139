"""From a passage to its uses: which diseases it says the drug is for, and what kind of use it is.

A phrase of use opens a place for diseases, and a bare list is one: the first disease there and
those joined to it are mentions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.indications.gaps import accepted, apart
from kg.extract.names.mentions import Disease, of_a_row
from kg.extract.phrasing import Phrase, also, idle, says_of
from kg.extract.rules import listed, lists, turn, valued

__all__ = ["by_name", "measured_in", "procedures", "shown", "told"]

_LESS = re.compile(r"(?i)\b(?:reduc|decreas|lower)\w*\s+(?:[\w-]+\s+){0,5}$")
"""What makes a name behind it something that is to become less."""
_STAY = re.compile(r"(?i)\bhospitali[sz]ations?\s+(?:for|due to)\s+(?:[\w-]+\s+)?$")
"""What makes a name behind it the reason of a stay in hospital."""
_IN_WHOM = re.compile(r"(?i)indicated(?: in| for| in patients with)?|for use in|used in")
"""What says for whom a drug is, and not yet what for."""
_JOINER = re.compile(
    r"\s*(?:(?:an?\s+|the\s+)?(?:acute\s+)?(?:attacks?|episodes?|bouts?)\s+)?"
    r"(?:/|,|and|or|and/or|,\s*and)\s*"
)
_FELT = re.compile(r"(?i)\b(?:pains?|itch(?:ing)?|pruritus|discomfort|soreness)$")
"""What is only felt: less of it is relief."""
_LESS_OF = re.compile(r"(?i)\b(?:reduc|decreas|lessen)\w*\s+(?:(?:in|of|the)\s+)*(?:[\w-]+\s+)?$")
"""What makes a name at once behind it something that is to become less."""


def told(
    line: str,
    start: int,
    end: int,
    given: list[Phrase],
    found: list[Disease],
    bare: bool,
) -> Iterator[tuple[Disease, Phrase | None]]:
    """The diseases of a passage that are uses, each with the phrase that opened its place.

    :param bare: whether the passage itself is a place for diseases (an item of a list).
    """
    places = _places(line, start, end, given, bare)
    joined: list[Phrase | None] = []
    waiting: list[tuple[Disease, Phrase | None]] = []
    treated: tuple[Disease, Phrase | None] | None = None
    for number, (at, phrase) in enumerate(places):
        last = number + 1 == len(places)
        stop = end if last else places[number + 1][1].start  # type: ignore[union-attr]
        own = [one for one in found if at <= one.start < stop]
        if phrase and not own and not last and _joins(line[at:stop]):
            joined.append(phrase)
            continue
        if phrase and treated and _effect(line, treated, phrase):
            continue
        here = accepted(line, at, stop, phrase, own)
        if _only_given(line, here, stop, phrase):
            continue
        given_here = [(one, other) for one in here
                      for other in (*joined, phrase, *also(phrase))]  # fmt: skip
        joined = []
        if not last and (
            _only_people(line, at, stop, phrase, here) or _only_head(line, here, stop, phrase)
        ):
            # "indicated in adults with A to prevent B": A is B's background, unless B is a measure.
            waiting = given_here
            continue
        treated = given_here[-1] if given_here else treated
        ahead = last and at >= end - 1 and ":" in line[end - 2 : end + 1]
        yield from given_here or ([] if ahead else waiting)
        waiting = []
    yield from waiting


def _joins(gap: str) -> bool:
    """Whether a gap joins two phrases of use that are for the same, but for what is measured."""
    measure = lists("measures").match(gap.lstrip())
    return bool(_JOINER.fullmatch(gap.lstrip()[measure.end() :] if measure else gap))


def _places(
    line: str, start: int, end: int, given: list[Phrase], bare: bool
) -> list[tuple[int, Phrase | None]]:
    """Where a passage has places for diseases, each with the phrase that opens it."""
    open_ = [one for one in given if one.rule.opens and not idle(line, start, one)]
    whom = turn("begins in people").match(line, start, end) and any(
        says_of(line, one) for one in open_
    )
    places: list[tuple[int, Phrase | None]] = [(start, None)] if bare and not whom else []
    places += [(one.end, one) for one in open_]
    return places


def _only_head(line: str, here: list[Disease], stop: int, phrase: Phrase | None) -> bool:
    """Whether a bare name is but the heading of the use behind it ("A for the treatment of B")."""
    if phrase or not here:
        return False
    said = line[here[0].start : here[0].end]
    title = len(here) == 1 and re.fullmatch(r"[A-Z]\S*(?:[ -][A-Z]\S*)+", said)
    at_once = title and turn("begins with a use of a name").match(line, here[0].end, stop + 40)
    leads = turn("leads from a heading to its use")
    return bool(at_once or leads.fullmatch(line, here[-1].end, stop))


def _only_given(line: str, here: list[Disease], stop: int, phrase: Phrase | None) -> bool:
    """Whether a place but names what the drug is a source of, before what that is for."""
    if phrase is None or not here or line[phrase.start : phrase.end].lower() != "source of":
        return False
    return bool(turn("goes on to what it is given for").match(line, here[-1].end, stop + 4))


def _effect(line: str, treated: tuple[Disease, Phrase | None], phrase: Phrase) -> bool:
    """Whether a phrase only tells what the treatment does ("treatment of A to reduce B")."""
    one, opened = treated
    if opened is None or not turn("treats what follows").fullmatch(line, opened.start, opened.end):
        return False
    between = line[one.end : phrase.end]
    return bool(turn("tells an effect of the treatment").fullmatch(between))


def _only_people(line: str, at: int, stop: int, phrase: Phrase | None, here: list[Disease]) -> bool:
    """Whether a place says for whom, and the next, behind "to", what for."""
    if phrase is None:
        return False
    if looked := turn("are looked into").search(line, at, stop):
        within = all(one.start > looked.start() for one in here)
        return within and line.startswith("evaluated", stop)
    averted = turn("goes on to less risk").match(line, stop) and says_of(line, phrase)
    if averted and re.search(r"\b(?:and|or)\s+(?:to\s+)?$", line[at:stop]):
        return False
    if turn("treats people").match(line, phrase.start, stop):
        return bool(turn("goes on to avert").match(line, stop - 3))
    seen = phrase.rule.gives == "imaging" and bool(here)
    if not averted and not seen and not re.search("(?i)indicated", line[phrase.start : at]):
        return False
    if not lists("people").search(line[phrase.start : here[0].start if seen else at + 40]):
        return False
    if not re.search(r"(?i)\b(?:with|who|whose)\b|-infected\s", line[phrase.start : stop]):
        return False
    ends = turn("goes on to what it is for").search(line[at:stop])
    return bool(ends) or line[stop : stop + 3].lower() == "to "


def measured_in(line: str, start: int, end: int, found: list[Disease]) -> list[Disease]:
    """The diseases of whom a sentence begins with, where it says only what is measured in them.

    "In patients with A or B, Examplin is indicated to increase platelet counts."
    """
    whom, says = (
        turn("begins with people and a disease").match(line, start, end),
        turn("says what is measured").search(line, start, end),
    )
    if not whom or not says or not lists("measures").match(line, says.end()):
        return []
    row = [one for one in found if whom.end() <= one.start < says.start()]
    kept = row[:1]
    for one in row[1:]:
        if not re.fullmatch(r"[\s,]*(?:and|or)?\s*(?:[\w-]+\s+)?", line[kept[-1].end : one.start]):
            break
        kept.append(one)
    return kept


def shown(line: str, phrase: Phrase | None, given: list[Phrase]) -> bool:
    """Whether a sentence says in whom, and only then that something is made visible in them."""
    if phrase is None or not _IN_WHOM.fullmatch(line[phrase.start : phrase.end]):
        return False
    return any(
        one.rule.gives == "imaging"
        and one.start > phrase.end
        and line[one.end - 2 : one.end] == "of"
        for one in given
    )


def by_name(said: str, use: str, before: str = "") -> str:
    """The kind of use that a mention itself says, or the one that was told of it.

    :param before: what stands before it in its passage, the drug's name perhaps.
    """
    if use == "treatment" and (
        _lacking(said, before) or turn("is the want of a substance").search(said)
    ):
        return "replacement"
    fewer = _LESS.search(before) and use in ("treatment", "adjunct", "maintenance")
    if fewer and (lists("averted").search(said) or _STAY.search(before)):
        return "prevention"
    if use == "treatment" and re.search(r"(?i)^\W*(?:the )?(?:signs and )?symptoms of $", before):
        return "symptomaticRelief"
    if use == "treatment" and _FELT.search(said) and _LESS_OF.search(before):
        return "symptomaticRelief"
    if use == "reversal" and lists("reversed by none").search(said):
        return "treatment"
    if re.search(r"(?i)(?:prophylaxis|contraception)$", said):
        return "prevention"
    itself = lists("symptoms themselves").search(said)
    if use == "treatment" and re.search(r"(?i)\bsymptoms$", said) and not itself:
        return "symptomaticRelief"
    if use == "treatment" and lists("reversed").search(said):
        return "reversal"
    if re.search(r"(?i)parenteral nutrition$", said):
        return "replacement"
    first = ("prevention", "imaging", "diagnosis", "reversal")
    if lists("procedures").search(said) and use not in first:
        return "procedure"
    return use


def _lacking(said: str, before: str) -> bool:
    """Whether a disease is the want of what the drug is by its name ("carnitine deficiency")."""
    subject = re.split(r"(?i)\b(?:is|are)\b", before)[0].lower()
    if want := re.search(r"([a-z]{4,}) deficiency$", said.lower()):
        return want[1] in subject
    return any(
        wants.fullmatch(said) and re.search(rf"\b{substance}\b", subject)
        for substance, wants in valued("wants")
    )


_ADDED_TO = re.compile(r"(?i)\badjunct(?:ive)?(?:\s+(?:therapy|agent))?\s+to\s+(?:\w+\s+){0,2}$")
_SO_AS_TO = re.compile(r"\s*,?\s+(?:to|for)\s+(?:the\s+)?(?:facilitat|provid|allow)")
"""What is done besides, to which a drug is added for the sake of something else."""


def procedures(
    line: str, start: int, end: int, given: list[Phrase]
) -> list[tuple[Disease, Phrase | None]]:
    """What a passage says is done with the drug's help, by the words for it."""
    found: list[tuple[Disease, Phrase | None]] = []
    aside = -1
    for phrase in given:
        if phrase.rule.gives != "procedure":
            continue
        ahead = max((one.end for one in given if one.end < phrase.start), default=start)
        whole = turn("goes on to a procedure").search(line, ahead, phrase.start)
        joined = ahead == aside and _JOINER.fullmatch(line[ahead : phrase.start])
        if not whole and (joined or apart(line[ahead : phrase.start], already=True)):
            aside = phrase.end
            continue
        if re.search(r"(?i)\breversal of\s+(?:\w+\s+)?$", line[start : phrase.start]):
            continue
        if _ADDED_TO.search(line, start, phrase.start) and _SO_AS_TO.match(line, phrase.end, end):
            continue
        before = re.search(r"(?:[A-Za-z][\w-]+ ){0,2}$", line[start : phrase.start])
        at = phrase.start
        for word in reversed(list(re.finditer(r"[\w-]+", before.group() if before else ""))):
            said = word.group().lower()
            if said in listed("stops") or said in listed("degrees"):
                break
            at = start + (before.start() if before else 0) + word.start()
        at = phrase.start if of_a_row(line, start, at) else at
        found.append((Disease(at, phrase.end, None, new=True), phrase))
    return found
