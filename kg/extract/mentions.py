"""The names of diseases in a passage: where they begin and end, and what term they have.

The longest name of a term is taken, with the words of type or place before it ("plaque
psoriasis"), which may leave it without a term; words of degree and course are no part of it. In
a row, a name may lend its last words to the ones before ("allergic and other rhinitis").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from kg.extract.rules import listed, lists, phrases_of
from kg.extract.terms import Terms

__all__ = ["Disease", "category", "diseases", "named"]

_ADJECTIVE = re.compile(
    r"(?i)(?:ic|al|ive|ous|ary|ed|ing|ible|able|ar|ory|ly|ate|ior|less|like|together)$"
)
"""How a word ends that is no name of a disease by itself."""
_WHENCE = re.compile(
    r"(?i)(?:(?:community|hospital|ventilator|healthcare)[ -]"
    r"(?:acquired|associated)|nosocomial)\s+$"
)
"""Words of place that stay with a name, for all that they end like a verb."""
_KIND = re.compile("(?i)diseases?|disorders?|syndromes?|events?|infections?")


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
    found = [Disease(one.start, one.end, one.term) for one in terms.find(line, start, end)]
    taken = [(one.start, one.end) for one in found]
    for match in re.finditer(r"[A-Za-z][\w/-]*[\w]", line[start:end]):
        place = (start + match.start(), start + match.end())
        name = match.group().removesuffix("s") if match.group() not in short else match.group()
        if name in short and all(place[1] <= a or b <= place[0] for a, b in taken):
            found.append(Disease(*place, short[name]))
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
            not heads and widened == one and lists("heads").fullmatch(line[one.start : one.end])
        )
    ]
    shared = [other for one in kept for other in _sharing(line, start, one, terms)]
    categories = [one for one in kept if category(line, one)]
    kept = [one for one in kept if one not in categories]
    apart = [one for one in shared if all(one.end <= k.start or k.end <= one.start for k in kept)]
    return sorted([*kept, *apart], key=lambda one: one.start)


def category(line: str, one: Disease) -> bool:
    """Whether a name is the heading of a list that has lost its lines."""
    plural = re.search(r"(?i)(?:diseases|disorders|states|conditions)$", line[one.start : one.end])
    return bool(plural and re.match(r"[ :.]+[A-Z][a-z]", line[one.end :]))


_SHARED = re.compile(r"((?:[\w-]+ ){0,2}[\w-]+)\s*(?:,|,?\s(?:and|or|and/or)\s|/)\s*(?:and |or )?$")


def _sharing(line: str, start: int, one: Disease, terms: Terms) -> Iterator[Disease]:
    """What shares the last words of a name with it ("allergic and nonallergic rhinitis")."""
    at = one.start
    tails = [line[at + m.end() : one.end] for m in re.finditer(r"[ -]", line[at : one.end])]
    while tails and (match := _SHARED.search(line[max(start, at - 60) : at])):
        begin = max(start, at - 60) + match.start(1)
        finish = begin + len(match[1])
        for word in re.finditer(r"[\w-]+", line[begin:finish]):
            said = line[begin + word.start() : finish]
            if re.match(
                phrases_of("courses") + "|" + phrases_of("severities"), said, re.IGNORECASE
            ):
                continue
            if any(term := terms.ground(f"{said} {tail}") for tail in tails):
                yield Disease(begin + word.start(), finish, term)
                break
        else:
            return
        at = begin + word.start()


def _widened(line: str, floor: int, one: Disease, end: int, terms: Terms) -> Disease | None:
    """A disease with the words of type before it; none if another word carries it off."""
    behind = re.match(r"([ -]+)([A-Za-z]+)", line[one.end : end])
    if behind and behind[2].lower() in listed("carried_off"):
        return None
    if behind and "-" in behind[1] and behind[2].lower() in listed("joined_off"):
        return None
    start = one.start
    if whence := _WHENCE.search(line[floor:start]):
        return Disease(
            floor + whence.start(), one.end, terms.ground(line[floor + whence.start() : one.end])
        )
    while match := re.search(r"([^\W_][\w']*)[ -]+$", line[floor:start]):
        word = match[1].lower()
        if len(word) == 1:
            break
        if re.match("[A-Z][a-z]", line[start:]) and match[1].islower() and start == one.start:
            break
        if (
            word in listed("stops")
            or word in listed("degrees")
            or re.search(r"\d$|(?:ed|ing|ly)$", word)
        ):
            break
        start = floor + match.start(1)
    if start == one.start:
        return one
    for at in [start, *(start + m.end() for m in re.finditer(r"[ -]+", line[start : one.start]))]:
        if at < one.start and (term := terms.ground(line[at : one.end])):
            return Disease(at, one.end, term)
    if re.search(r"[A-Z]{3}|^[A-Z][a-z]+ [a-z]", line[start : one.start]) and start == 0:
        return one
    return Disease(start, one.end, None)


def named(line: str, at: int, end: int) -> Disease | None:
    """The words behind a phrase of use as the name of something without a term."""
    stops, loose = listed("stops"), listed("degrees")
    match = re.match(r"(?:\s*(?:the|a|an|any|such)\b)*\s*", line[at:end])
    start = at + (match.end() if match else 0)
    run = re.finditer(r"[^\W_][\w'/]*|[^\w\s-]", line[start:end])
    kept: list[re.Match[str]] = []
    whom = False
    for word in islice(run, 9):
        said = word.group().lower()
        if lists("people").fullmatch(said) and not kept:
            whom = True
            continue
        if whom and not kept and said == "with":
            whom = False
            continue
        if not said[0].isalnum() or said in stops or whom:
            break
        if kept and re.match("[A-Z][a-z]{3}", word.group()) and kept[-1].group().islower():
            break
        if not kept and said in loose:
            continue
        kept.append(word)
    if not kept:
        return None
    wide = len(kept) == 1 or not _KIND.fullmatch(kept[-1].group())
    if wide and (kept[-1].group().lower() in listed("no_disease") or len(kept) > 5):
        return None
    if line[start + kept[-1].end() : start + kept[-1].end() + 1] == "-":
        return None
    if kept[0].group()[0].isdigit() or _ADJECTIVE.search(kept[-1].group()):
        return None
    return Disease(start + kept[0].start(), start + kept[-1].end(), None, new=True)
