"""Stretches of a sentence: where a clause stops, where a name ends, what introduces people."""

from __future__ import annotations

import re
from functools import cache

from kg.reading.rules import alternatives, cues

__all__ = ["after_people", "joint", "new_name", "stop"]

LONGEST = 7
"""Words of the longest turn of phrase that is taken for the name of something new."""

_SIGNS = re.compile(r"\s*[,;:.]")
_ARTICLES = re.compile(
    r"\s*(?:(?:the|a|an|any|their|its|your|child's|some|how)\s+)*", re.IGNORECASE
)


@cache
def _stops() -> re.Pattern[str]:
    said = alternatives(cues()["breaks"])
    return re.compile(rf"[;:]|\.(?:\s|$)|(?<![\w-])(?:{said})(?![\w-])", re.IGNORECASE)


def stop(line: str, at: int) -> int:
    """Where what stands after a place ends: at a stronger sign, or where a clause begins."""
    found = _stops().search(line, at)
    return found.start() if found else len(line)


@cache
def _people_with() -> re.Pattern[str]:
    said = alternatives(cues()["people"])
    return re.compile(rf"\s*(?:\w+\s+)?(?:{said})\s+(?:who\s+have|with|having)\s+", re.IGNORECASE)


def after_people(line: str, at: int, end: int) -> int:
    """The place after "children with", if that is what stands at a place; else the place."""
    found = _people_with().match(line, at, end)
    return found.end() if found else at


@cache
def joint() -> re.Pattern[str]:
    """What stands between things in a row."""
    broad = alternatives([*cues()["broad_words"], "genes", "proteins", "levels"])
    return re.compile(rf"(?:\s+(?:{broad}))?\s*(?:,\s*(?:and|or)?|\b(?:and|or)\b)\s+")


@cache
def _ends() -> re.Pattern[str]:
    return re.compile(rf"\s*[,;:.]|\s+(?:{alternatives(cues()['name_ends'])})(?!\w)", re.IGNORECASE)


def new_name(line: str, at: int, end: int, whole: bool) -> tuple[int, int] | None:
    """The words that name something, up to where a name ends, without an article.

    :param whole: let it end at a sign only.
    """
    begun = _ARTICLES.match(line, at, end)
    start = begun.end() if begun else at
    found = (_SIGNS if whole else _ends()).search(line, start, end)
    finish = found.start() if found else end
    words = line[start:finish].split()
    if not 1 <= len(words) <= LONGEST or words[-1].lower() in cues()["no_heads"]:
        return None
    if not re.match(r"[^\W\d_]", words[0]):
        return None
    return start, start + len(line[start:finish].rstrip())
