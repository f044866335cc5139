"""Types in a row that a name tells by numbers or letters ("hemophilia A or B")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from kg.extract.names.terms import Terms

__all__ = ["numbered"]

_SIGN = r"(?:[IVX]{1,4}[ab]?|\d{1,2}[A-Ca-z]?|[A-E]\d{0,2})"
_JOINT = r"(?:, (?:and |or )?|/| (?:and|or|and/or) )"
_ROW = re.compile(rf"(?<![\w./-]){_SIGN}(?:{_JOINT}{_SIGN})+(?![\w./%-])")
_BEFORE = re.compile(r"(?:[^\W\d_][\w'\u2019-]* ){1,4}$")
_BEHIND = re.compile(r"(?: [A-Za-z][\w'\u2019-]*){1,3}")
_NO_TYPE = re.compile(r"(?i)(?:stage|grade|class|phase|group|week|day|month|year|age|level)s?$")
"""Words behind which a number is no type of a disease."""


def numbered(
    line: str, start: int, end: int, terms: Terms
) -> Iterator[tuple[int, int, str | None]]:
    """The diseases of a row of types, if each of them has a term of its own."""
    for row in _ROW.finditer(line, start, end):
        signs = list(re.finditer(_SIGN, row.group()))
        before = _BEFORE.search(line, max(start, row.start() - 80), row.start())
        behind = _BEHIND.match(line, row.end(), end)
        heads = _ends(before.group()) if before else [""]
        tails = [*_starts(behind.group() if behind else ""), ""]
        for head, tail in product(heads, tails):
            if _NO_TYPE.search(head.strip()):
                break
            found = [terms.ground(f"{head}{sign.group()}{tail}") for sign in signs]
            if all(found) and len(set(found)) == len(found):
                yield from _each(row, signs, found, len(head), len(tail))
            if any(found):
                break


def _ends(words: str) -> list[str]:
    """What words end with, the longest first."""
    return [words[cut.start() :] for cut in re.finditer(r"\S+", words)] + [""]


def _starts(words: str) -> list[str]:
    """What words begin with, the longest first."""
    return [words[: cut.end()] for cut in re.finditer(r" \S+", words)][::-1]


def _each(
    row: re.Match[str],
    signs: list[re.Match[str]],
    found: list[str | None],
    head: int,
    tail: int,
) -> Iterator[tuple[int, int, str | None]]:
    """Each type with its place: the first with the words before the row, the last with those
    behind it."""
    for sign, term in zip(signs, found, strict=True):
        first, last = sign is signs[0], sign is signs[-1]
        yield (
            row.start() + sign.start() - (head if first else 0),
            row.start() + sign.end() + (tail if last else 0),
            term,
        )
