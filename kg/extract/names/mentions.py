"""The names of diseases in a passage: where they begin and end, and what term they have.

The longest name of a term is taken, with the words of type or place before it ("plaque
psoriasis"), which may leave it without a term; words of degree and course are no part of it. In
a row, a name may lend its last words to the ones before ("allergic and other rhinitis").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kg.extract.names.germs import is_germ, of_its_own, told_by_cause, with_germ
from kg.extract.names.numbered import numbered
from kg.extract.names.places import further, lent, of_place, there
from kg.extract.names.sharing import lacking, sharing
from kg.extract.names.terms import Terms
from kg.extract.rules import listed, lists, turn

__all__ = ["Disease", "category", "diseases", "of_a_row"]

_SET_OFF = re.compile(r", (?:CD|HER|PD-L)\d+[- ]positive,? (?=[A-Z])")
"""A marker in the middle of a name ("diffuse large B-cell, CD20-positive NHL")."""


@dataclass(frozen=True)
class Disease:
    """A name of a disease in a text: its place, and its term if it has one."""

    start: int
    end: int
    term: str | None
    new: bool = False


def diseases(
    line: str,
    start: int,
    end: int,
    terms: Terms,
    short: Mapping[str, str | None],
    heads: bool = False,
) -> list[Disease]:
    """The diseases that a stretch of a line names, in order, with the words of type before them.

    :param heads: whether names of mere kinds of disease count too.
    """
    line = _SET_OFF.sub(lambda said: " " * len(said[0]), line)
    found = [
        Disease(one.start, one.end, one.term)
        for one in terms.find(line, start, end)
        if not is_germ(line[one.start : one.end], terms)
    ]
    taken = [(one.start, one.end) for one in found]
    for match in re.finditer(r"[A-Za-z][\w/-]*[\w]", line[start:end]):
        place = (start + match.start(), start + match.end())
        found += _either(match.group(), place[0], short)
        name = match.group().removesuffix("s") if match.group() not in short else match.group()
        if name in short and all(place[1] <= a or b <= place[0] for a, b in taken):
            found.append(Disease(*place, short[name]))
    found = [_without_germ(line, _of_degrees(line, one, terms), terms) for one in found]
    own = (of_its_own(line, one.start, one.end, end, terms) for one in list(found))
    by_cause = (*filter(None, own), *told_by_cause(line, start, end, terms))
    in_rows = (*numbered(line, start, end, terms), *lacking(line, start, end, terms))
    for whole in (Disease(*one) for one in (*by_cause, *in_rows)):
        found = [one for one in found if one.end <= whole.start or whole.end <= one.start]
        found.append(whole)
    found.sort(key=lambda one: one.start)
    kept = [
        widened
        for number, one in enumerate(found)
        if (
            widened := _widened(
                line, max(start, found[number - 1].end if number else start), one, end, terms
            )
        )
        and not (
            not heads
            and widened == one
            and lists("heads").fullmatch(line[one.start : one.end])
            and not turn("says how it shows").match(line, one.end, end)
        )
        and not turn("points back").search(line[max(start, one.start - 30) : one.start])
    ]
    kept = [one for one in kept if all(one.start <= k.start or k.end < one.end for k in kept)]
    shared = [
        Disease(*other)
        for one in kept
        for other in sharing(line, start, one.start, one.end, one.term, terms)
    ]
    shared += [
        Disease(*other)
        for one in kept
        for row in (further, lent)
        for other in row(line, one.start, one.end, end, terms)
    ]
    categories = [one for one in kept if category(line, one)]
    kept = [one for one in kept if one not in categories]
    apart = [one for one in shared if all(one.end <= k.start or k.end <= one.start for k in kept)]
    return sorted([*kept, *apart], key=lambda one: one.start)


_DEGREES = re.compile(
    r"(?i)(?:\b(?:(?:mild|moderate)(?:ly)? to|(?:acute|subacute|chronic|relapsed|recurrent|"
    r"advanced|unresectable|inoperable|de novo),? (?:and|or|and/or)) |\w-)$"
)
"""What stands before a name that begins with a degree of its own: both are said of the rest."""
_DEGREE = re.compile(
    r"(?i)(?:(?:moderate|severe|refractory|metastatic|recurrent|secondary)\s+|"
    r"(?:acute|subacute|chronic)\s+(?=\S+$))"
)


def _of_degrees(line: str, one: Disease, terms: Terms) -> Disease:
    """A name without the last of several degrees ("mild to moderate heart failure")."""
    own = _DEGREE.match(line[one.start : one.end])
    if not own or not _DEGREES.search(line[max(0, one.start - 30) : one.start]):
        return one
    at = one.start + own.end()
    term = terms.ground(line[at : one.end])
    return Disease(at, one.end, term) if term else one


_OF_GERM = re.compile(r"\s+(?:due to|caused by)\s+[A-Z][a-z]+(?=\s+[a-z]{4,})")


def _without_germ(line: str, one: Disease, terms: Terms) -> Disease:
    """A name without half a germ ("pneumonia due to Examplella major"): it is but the cause.

    A germ that names a disease together with it is part of the name.
    """
    half = _OF_GERM.search(line, one.start)
    stop = half.start() if half and half.end() == one.end else one.end
    if whole := with_germ(line, stop, line[one.start : stop], terms):
        return Disease(one.start, *whole)
    cause = _OF_GERM.search(line, one.start)
    if not cause or cause.end() != one.end:
        return one
    behind = re.match(r"\s+([a-z]+)", line[one.end :])
    if behind and behind[1] in listed("stops"):
        return one
    return Disease(one.start, cause.start(), terms.ground(line[one.start : cause.start()]))


def category(line: str, one: Disease) -> bool:
    """Whether a name is the heading of a list that has lost its lines."""
    plural = re.search(r"(?i)(?:diseases|disorders|states|conditions)$", line[one.start : one.end])
    return bool(plural and re.match(r"[ :.]+[A-Z][a-z]| ?: {4}", line[one.end :]))


_NEXT_USE = re.compile(
    r" (?:treatment|prevention|prophylaxis|management|relief|maintenance|reduction) of "
    r"(?!(?:the|this|these|such|choice)\b)"
)
"""The next use of a list that has lost its lines ("diagnosis of A treatment of B")."""
_NOUN = re.compile(r"syndromes?|disorders?|deaths?")


def _widened(line: str, floor: int, one: Disease, end: int, terms: Terms) -> Disease | None:
    """A disease with the words of type before it; none if another word carries it off."""
    behind = re.match(r"([ -]+)([A-Za-z]+)", line[one.end : end])
    # A capital behind small letters begins the next item ("rhinitis Drug reactions").
    item = behind and behind[2].istitle() and line[one.end - 1].islower()
    item = item or _NEXT_USE.match(line, one.end, end)
    if behind and behind[2].lower() in listed("carried_off") and not item:
        return None
    stay = turn("may only come").match(line, one.end, end)
    if behind and "-" in behind[1] and behind[2].lower() in listed("joined_off") and not stay:
        return None
    if behind and one.term and _NOUN.fullmatch(behind[2]) and behind[1] == " ":
        # Another thing than the one whose name it begins with ("respiratory distress syndrome").
        at = one.end + behind.end()
        one = Disease(one.start, at, terms.ground(line[one.start : at]))
    if placed := of_place(line, one.start, one.end, end):
        one = Disease(one.start, placed, there(line, one.start, placed, terms))
    start = one.start
    if typed := re.search(r"\b[Tt]ypes? \w{1,3} $", line[floor:start]):
        at = floor + typed.start()
        if term := terms.ground(line[at : one.end]):
            return Disease(at, one.end, term)
    if whence := turn("says where from").search(line[floor:start]):
        return _without_cause(line, floor + whence.start(), one, terms)
    over = re.search(r"([A-Za-z][\w-]*) {4,}$", line[floor:start])
    if over and (term := terms.ground(f"{over[1]} {line[start : one.end]}")):
        # A bracket stood between a type and its name ("exudative (wet) macular degeneration").
        return Disease(floor + over.start(), one.end, term)
    while match := re.search(r"([^\W_][\w']*)[ -]{1,3}$", line[floor:start]):
        word = match[1].lower()
        joined = line[floor : floor + match.start(1)] == "-"
        if len(word) == 1 or joined:
            break
        if re.match("[A-Z][a-z]", line[start:]) and match[1].islower() and start == one.start:
            break
        if (
            word in listed("stops")
            or word in listed("degrees")
            or re.search(r"\d$|(?:ed|ing|ly|[ai]ble)$", word)
        ):
            break
        start = floor + match.start(1)
    if start == one.start:
        if short := re.search(r"\b[A-Z]\. $", line[floor:start]):
            at = floor + short.start()
            return Disease(at, one.end, terms.ground(line[at : one.end]) or one.term)
        return one
    if short := re.search(r"\b[A-Z]\. $", line[floor:start]):
        start = floor + short.start()
    cuts = re.finditer(r"(?<!\b[Nn]on)[ -]+", line[start : one.start])
    for at in [start, *(start + cut.end() for cut in cuts)]:
        if at > start and lists("kept").fullmatch(line[start:at].strip()):
            break
        if at < one.start and (term := terms.ground(line[at : one.end])):
            return Disease(at, one.end, term)
    if re.search(r"[A-Z]{3}|^[A-Z][a-z]+ [a-z]", line[start : one.start]) and start == 0:
        return one
    if turn("names a germ").search(line[start : one.end]):
        return None
    plain = lists("heads").fullmatch(line[one.start : one.end])
    word = line[start : one.start].strip()
    if one.term and not plain and " " not in word and of_a_row(line, floor, start):
        return one
    return _without_cause(line, start, one, terms)


def _without_cause(line: str, start: int, one: Disease, terms: Terms) -> Disease:
    """A name with the words before it; a cause in it ends it where the whole has no term."""
    cause = re.search(r"\s+(?:due to|caused by)\s", line[one.start : one.end])
    term = terms.ground(line[start : one.end])
    end = one.start + cause.start() if cause and not term else one.end
    return Disease(start, end, term or terms.ground(line[start:end]))


def _either(said: str, at: int, short: Mapping[str, str | None]) -> list[Disease]:
    """Both diseases of two short forms that the text has given ("VT/VF")."""
    first, _, second = said.partition("/")
    if first not in short or second not in short:
        return []
    behind = at + len(first) + 1
    return [
        Disease(at, at + len(first), short[first]),
        Disease(behind, behind + len(second), short[second]),
    ]


def of_a_row(line: str, floor: int, start: int) -> bool:
    """Whether the words before a name are the last of a row of degrees ("primary or drug gout")."""
    row = re.search(r"([A-Za-z]+),? or $", line[floor:start])
    return row is not None and row[1].lower() in listed("degrees")
