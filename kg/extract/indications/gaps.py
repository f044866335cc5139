"""What stands between two names of diseases: whether the second is a use too, or a background.

A word such as "associated with" or "who have" makes what follows a background; a comma, an
"and", or a new line's capital may bring in the next use.
"""

from __future__ import annotations

import re
from itertools import pairwise, zip_longest

from kg.extract.indications.measures import measured, said_again
from kg.extract.indications.rows import beside, goes_on, only_a_time
from kg.extract.names.mentions import Disease, category
from kg.extract.names.terms import words
from kg.extract.names.unnamed import named
from kg.extract.phrasing import TO_ALL_BEHIND, Phrase, says_of
from kg.extract.rules import listed, lists, turn

__all__ = ["accepted", "apart"]

_NEXT = re.compile(r"\s*(?:(?:,|\b(?:and/or|and|or)\b)\s*(?:[\w-]+\s*){0,3})+")
"""What joins the next of a row."""
_ROW = re.compile(r"\s*(?:,|and|or|/|and/or|,\s*and|,\s*or)?\s*(?:[\w-]+\s+){0,2}")


def accepted(
    line: str, at: int, stop: int, phrase: Phrase | None, own: list[Disease]
) -> list[Disease]:
    """The diseases of a place that are what it is for: the first, and those joined to it.

    :param at: where the place begins, and ``stop`` where it ends.
    :param phrase: what opened it; nothing in a bare list.
    :param own: the diseases that are named there.
    """
    kept: list[Disease] = []
    if new := _new(line, at, stop, phrase, own):
        kept.append(new)
    own, last = _past_kind(line, at, own, bool(new))
    own = _not_whose(line, own)
    own = _not_its_kind(line, own) if phrase else own
    background = examples = shut = False
    for one, behind in zip_longest(own, own[1:]):
        gap = line[last : one.start]
        shut = (shut and bool(_NEXT.fullmatch(gap))) or bool(turn("shuts a row").search(gap))
        if shut:
            background, last = True, one.end
            continue
        if kept and (beside(line, last, one.start) or turn("gives another name").search(gap)):
            last = one.end
            continue
        if kept and background and _told_by(line, kept[-1], gap):
            kept, background = kept[:-1], False
        examples = examples or bool(kept and turn("gives examples").search(gap))
        if examples:
            background = examples = ";" not in gap
        elif _joined(line, last, one, phrase, background, bool(kept)):
            background = False
        elif not background:
            background = apart(gap, bool(kept)) or (not kept and _unnamed(phrase, gap))
        if kept and turn("is what they do not bear").match(line, one.start, stop):
            last = one.end
            continue
        only_told = measured(line, one, stop, bool(behind))
        if phrase and phrase.rule.gives == "treatment":
            only_told = only_told or said_again(line, one, behind)
        if not background and not only_told:
            kept.append(one)
        last = one.end
    return kept


def _told_by(line: str, head: Disease, gap: str) -> bool:
    """Whether a mere kind of illness is told by what it includes ("disorders of A including B")."""
    kind = _KIND.fullmatch(line, head.start, head.end)
    return kind is not None and _INCLUDING.fullmatch(gap) is not None


_KIND = re.compile(r"(?:conditions|states|diseases|disorders|dysfunctions|manifestations)")
_INCLUDING = re.compile(r",? (?:including|to include) ")


def _past_kind(line: str, at: int, own: list[Disease], new: bool) -> tuple[list[Disease], int]:
    """The diseases without a mere kind of them before, and where the first gap begins."""
    kind = turn("names a kind and its conditions")
    if len(own) > 1 and not own[0].term and kind.search(line[at : own[1].start]):
        own = own[1:]
    if own and not new and kind.search(line[at : own[0].start]):
        return own, own[0].start
    return own, at


def _not_whose(line: str, own: list[Disease]) -> list[Disease]:
    """The diseases without those that only tell whose the next one is ("AIDS patients with A")."""
    for number, (one, other) in enumerate(pairwise(own), 1):
        if turn("tells what brings the next").fullmatch(line, one.end, other.start):
            return own[number:]
        if number == 1 and turn("tells whose the next is").fullmatch(line, one.start, other.start):
            return own[1:]
        if not _NEXT.fullmatch(line, one.end, other.start):
            break
    return own


def _not_its_kind(line: str, own: list[Disease]) -> list[Disease]:
    """The diseases, of two that stand side by side the one that is meant.

    The first but tells of what the second is a sign ("gout pain"), unless that is a mere time or
    a head of it ("gout attack"). Three in a row are a list that has lost its commas, and so are
    plurals, and two that begin with one word.
    """
    near = [one.end + 1 == other.start for one, other in pairwise(own)]
    out = set()
    for number, (one, other) in enumerate(pairwise(own)):
        said, more = line[one.start : one.end].lower(), line[other.start : other.end]
        row = any(near[max(0, number - 1) : number] + near[number + 1 : number + 2])
        if not near[number] or row or more[0].isupper() or said.split(" ")[0] in more.split(" "):
            continue
        if _ITSELF.fullmatch(more):
            out.add(other)
        elif not _PLURAL.search(said):
            out.add(one)
    return [one for one in own if one not in out]


_ITSELF = re.compile(
    r"(?:headache|exacerbation|relapse|flare|attack|episode|seizure|infection|symptom|crise|"
    r"complication|event)s?|crisis|disease|syndrome|disorder"
)
"""A time or a head of the disease right before it."""
_PLURAL = re.compile(r"[^isu]s$")
"""How a word ends that is a plural."""


def _joined(
    line: str, last: int, one: Disease, phrase: Phrase | None, background: bool, some: bool
) -> bool:
    """Whether a gap brings in the next of a row, whatever was said of the one before."""
    gap = line[last : one.start]
    if some and phrase and turn("names a cause").fullmatch(gap):
        return True
    if some and goes_on(line, last, one.start, background):
        return True
    if some and not background and turn("goes on to its symptoms").fullmatch(gap):
        return True
    caused = background and _CAUSED.search(line, max(0, last - 100), last)
    if caused and turn("goes on with other people").fullmatch(gap):
        return True
    if caused and re.fullmatch(r",? and |, (?:or )?", gap):
        return bool(turn("has its own cause").match(line, one.end))
    ends = turn("ends an item").fullmatch(gap) and not _of_it(background, gap)
    if some and not phrase and (ends or _title(line, last, one)):
        return True
    return (_resumed(gap) and not _of_it(background, gap)) or _differs(phrase, gap)


_CAUSED = re.compile(r"\b(?:due to|caused by|secondary to|resulting from) [^.;:,]{1,60}$")
"""How a text ends that has just told the cause of a disease."""


def _new(
    line: str, at: int, stop: int, phrase: Phrase | None, own: list[Disease]
) -> Disease | None:
    """The words behind a phrase as a name without a term, if they are one."""
    new = named(line, at, stop)
    if new is None:
        return None
    said = line[new.start : new.end]
    if not phrase:
        listed_ahead = "following" in line[at : new.start]
        if listed_ahead or not turn("ends like a disease").search(said) or category(line, new):
            return None
    elif phrase.rule.name in TO_ALL_BEHIND or not says_of(line, phrase):
        return None
    if own and only_a_time(line, new.start, new.end, max(new.end, own[0].start)):
        return None
    if lists("measures").fullmatch(said) or any(one.start < new.end for one in own):
        return None
    if (
        own
        and turn("ends like a kind").search(said)
        and re.search(r"(?i)\bin\s+(?:[\w-]+\s+){0,1}$", line[new.end : own[0].start])
    ):
        return None
    if own and not _ROW.fullmatch(line[new.end : max(new.end, own[0].start)]):
        gap = line[new.end : max(new.end, own[0].start)]
        return new if own[0].start > new.end and (apart(gap, True) or _resumed(gap)) else None
    return new


def _unnamed(phrase: Phrase | None, gap: str) -> bool:
    """Whether what is prevented has no name here, and the disease is of whom it is prevented in."""
    if phrase is None or phrase.rule.gives != "prevention":
        return False
    ahead, whom, _ = (
        gap.partition(found.group())
        if (found := turn("names people").search(gap))
        else ("", "", "")
    )
    said = re.findall(r"[a-z]{3,}", lists("measures").sub(" ", ahead.lower()))
    return bool(whom) and any(
        word not in listed("degrees") and word not in listed("stops") for word in said
    )


_CAPITAL = re.compile(
    r"(?:^|[a-z)\]]\s+)[A-Z][a-z]+(?:,?\s+(?:and|or|[a-z]+ed|[a-z]+ing|severe|chronic|acute|skin"
    r"|(?:allergic|[a-z]+ed)\s+(?:skin\s+)?(?:manifestations|forms|cases|types|symptoms)\s+of))*\s*$"
)


def _title(line: str, last: int, one: Disease) -> bool:
    """Whether a name begins an item of a list that has lost its lines: by its capital."""
    gap = line[last : one.start]
    said = re.findall(r"\w+", gap.lower())
    if said and said[-1] in listed("stops") and said[-1] != "of":
        return False
    if line[one.start].isupper() and said[-1:] != ["of"]:
        return bool(re.match("[A-Z][a-z]", line[one.start : one.end]))
    return bool(_CAPITAL.search(gap))


def _differs(phrase: Phrase | None, gap: str) -> bool:
    """Whether a gap only parts two diseases that are told from each other."""
    return (
        phrase is not None
        and phrase.rule.name == "diagnosis"
        and bool(re.fullmatch(r"\s*(?:from|between|and)\s+(?:[\w-]+\s+){0,3}", gap))
    )


def _of_it(background: bool, gap: str) -> bool:
    """Whether what is included is included in a background ("with A, including B")."""
    return background and bool(re.match(r"\s*,?\s*(?:including|to include)\b", gap))


def _resumed(gap: str) -> bool:
    """Whether a gap only brings in what the disease before it includes."""
    said = re.fullmatch(r"([^.;]{0,60}?)\b(?:including|to include)\s+((?:[\w-]+\s+){0,3})", gap)
    if said and turn("includes but a condition").match(said[2]):
        return False
    if said and turn("names its cause and more").fullmatch(gap):
        return True
    return said is not None and not lists("background").search(said[1])


_STAY = re.compile(r"\bhospitali[sz]ations? (?:due to|caused by|because of) (?:[\w-]+ ){0,2}$")
"""What makes a name behind it the reason of a stay in hospital, which is to be averted."""


def apart(gap: str, already: bool) -> bool:
    """Whether a gap makes what follows a background."""
    if re.fullmatch(r"\s*(?:,|and|or)\s+other causes of\s+", gap):
        return False
    if not already and _STAY.search(gap):
        return False
    if already and turn("says for whom between").fullmatch(gap):
        return False
    if already and turn("explains behind a dash").search(gap):
        return True
    if turn("is a use of other drugs").search(gap) and lists("others").search(gap):
        return True
    if already and re.search(r"(?<!and )(?<!or )\bof\b", gap):
        return True
    if not already:
        gap = _before_people(gap)
    return bool(lists("background").search(gap))


_FAST = re.compile(r"\bat (?:high )?risk of (?:rapidly progressing|rapid progression of)\b")
"""How people are told who have a disease already, and may soon have it worse."""


def _before_people(gap: str) -> str:
    """A gap before the first disease, without what only says for whom ("in adults with")."""
    gap = _FAST.sub("with", gap)
    if turn("tells who are among them").search(gap):
        return "in"
    if lists("remote").search(gap):
        return gap
    if lists("people").search(gap) or re.fullmatch(
        r"(?i).*\b(?:with|in|for|of|associated with|from|that)\s+(?:\w+\s+){0,3}", gap
    ):
        return ""
    return "" if len(words(gap)) <= 6 else gap
