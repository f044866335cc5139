"""Places behind the name of a disease: the one that belongs to it, and those in a row behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.names.terms import Terms
from kg.extract.rules import listed, lists

__all__ = ["further", "lent", "of_place", "there"]

_ROW = re.compile(
    r"\s*(?:,|,?\s(?:and|or|and/or))\s+(?:(?:and|or|the)\s+)*"
    r"(?P<long>(?P<one>head and neck|[A-Za-z][\w-]+)(?: (?:of (?:the )?)?(?P<two>(?!and |or )\w+))?"
    r"(?: (?:of (?:the )?)?(?!and |or )\w+)?)"
)
"""The next place of a row, as long as it may be."""
_HEAD = re.compile(r"(?i)(?P<all>(?:\w+ )*?(?P<last>(?:infection|condition)s? )?)of (?:the )?.")
"""What a name says before its place."""
_PLACE = re.compile(
    r"\s+of\s+the\s+(?:head and neck|palpebral and bulbar conjunctiva"
    r"|(?:[a-z]+(?:[/-][a-z]+)*\s+){0,3}?[a-z]+(?:[/-][a-z]+)*)"
    r"(?<!respond)(?<!responds)(?<!well)"
    r"(?=\s*(?:[.,;:]|$)|\s+-\s|\s+(?:caused|due|in|and|or|with|by|when|complicated|to|following"
    r"|including|that|which|who|from|if|is|are|usually|often|generally|should|may|has|have)\b)"
)
_ADNEXA = re.compile(r" and (?:its|their) adnexa\b")
_SOMEWHERE = re.compile(
    r"(?i)\b(?:infection|defect|inflammation|cancer|carcinoma|lesion|burn|ulceration)s?$"
)
"""How a name ends that the place behind it belongs to."""


def of_place(line: str, start: int, end: int, stop: int) -> int | None:
    """Where the place ends that belongs to a name ("infections of the outer ear"), if one does."""
    if near := _ADNEXA.match(line, end, stop):
        return near.end()
    if not _SOMEWHERE.search(line, start, end) and not _of_a_kind(line, start, end):
        return None
    place = _PLACE.match(line, end, stop)
    return place.end() if place else None


def _of_a_kind(line: str, start: int, end: int) -> bool:
    """Whether a name is a mere kind of illness, told by the word before ("spastic disorders")."""
    if not re.search(r"(?i)\b(?:condition|disorder)s$", line[start:end]):
        return False
    before = re.search(r"([a-z]+)[ -]$", line[max(0, start - 30) : start])
    word = before[1] if before else ""
    return bool(word) and word not in listed("stops") and word not in listed("degrees")


_SIDES = re.compile(
    r"\b(?:upper|lower|inner|outer|middle)(?=(?:,| and| or| and/or|/) ?(?:\w+ )?"
    r"(?:upper|lower|inner|outer|middle) (?P<what>[a-z]+(?: tracts?)?))"
)


def there(line: str, start: int, end: int, terms: Terms) -> str | None:
    """The term of a name with its place, which may share its noun with the next of a row."""
    side = _SIDES.search(line, start)
    shared = f" {side['what']}" if side and side.end() == end else ""
    return terms.ground(f"{line[start:end]}{shared}")


def further(
    line: str, start: int, end: int, stop: int, terms: Terms
) -> Iterator[tuple[int, int, str | None]]:
    """What shares the first words of a name with it ("carcinoma of the stomach or pancreas").

    :returns: of each place of the row, where it is and the term of the disease there. One that
        has no term counts if it is a place where infections are.
    """
    head = _HEAD.match(line, start, end)
    at = end
    while head and (match := _ROW.match(line, at, stop)):
        found = _there(line, head, match, terms)
        if found is None:
            return
        yield found
        at = found[1]


_LAST = re.compile(
    r"\s*(?:/|,|,?\s(?:and|or|and/or)\s)\s*(?:and |or )?(?P<word>[a-z]{4,})(?![\w-])"
)
"""A single word that a name may lend its first words to."""


def lent(
    line: str, start: int, end: int, stop: int, terms: Terms
) -> Iterator[tuple[int, int, str | None]]:
    """The words behind a name that share its first words ("atrial fibrillation or flutter")."""
    first, _, last = line[start:end].rpartition(" ")
    while first and last and (next_ := _LAST.match(line, end, stop)):
        if terms.ground(next_["word"]) or lists("heads").fullmatch(next_["word"]):
            return
        term = terms.ground(f"{first} {next_['word']}")
        if not term:
            return
        yield next_.start("word"), next_.end("word"), term
        end = next_.end("word")


def _there(
    line: str, head: re.Match[str], match: re.Match[str], terms: Terms
) -> tuple[int, int, str | None] | None:
    start = match.start("long")
    ends = [end for end in (match.end("long"), match.end("two"), match.end("one")) if end > 0]
    for end in ends:
        for what in filter(None, (head["all"], head["last"])):
            name = f"{what}of {line[start:end]}"
            term = terms.ground(name)
            if term or terms.knows(name):
                return start, end, term
    for end in ends if head["last"] else ():
        if line[start:end].rpartition(" ")[2].lower() in listed("infected"):
            return start, end, None
    return None
