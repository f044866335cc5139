"""How a row of diseases goes on where more than a comma stands between two of them."""

from __future__ import annotations

import re

from kg.extract.rules import turn

__all__ = ["beside", "goes_on", "only_a_time"]


def goes_on(line: str, last: int, start: int, background: bool) -> bool:
    """Whether a gap brings in the next of a row: by another "in", by a time or a kind of it.

    :param last: where the disease before ends, and ``start`` where the next begins.
    :param background: whether what stands before is a background, which "in" may go on with.
    """
    if turn("goes on by a time of it").fullmatch(line, last, start):
        return not background
    if turn("includes them all the same").fullmatch(line, last, start):
        return True
    if background:
        return False
    if turn("goes on behind what the first has").fullmatch(line, last, start):
        return True
    if turn("goes on with in and ends so").match(line, last):
        return bool(re.fullmatch(r",\s+in\s+(?:[\w-]+\s+)?", line[last:start]))
    return bool(turn("goes on with in").fullmatch(line, last, start))


def beside(line: str, last: int, start: int) -> bool:
    """Whether a name only tells what may be there or not ("with or without aura")."""
    return bool(turn("with it or without").fullmatch(line, last, start))


def only_a_time(line: str, start: int, end: int, follows: int) -> bool:
    """Whether a name without a term is a time or a kind of the disease that follows it."""
    return bool(
        turn("is a time of it").search(line[start:end])
        and re.fullmatch(r"\s+of\s+(?:[\w-]+\s+){0,3}", line[end:follows])
    )
