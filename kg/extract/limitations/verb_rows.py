"""What a drug does not do, where several verbs tell it in a row."""

from __future__ import annotations

import re

from kg.extract.found import Span
from kg.extract.rules import turn

__all__ = ["same_object", "with_objects"]


def same_object(line: str, match: re.Match[str], end: int) -> list[Span]:
    """The verbs of a row of three or more that share what stands behind the last of them.

    :param match: a refusal, which holds the first verb ("does not cure") or stands before it.
    """
    for found in turn("names verbs in a row").finditer(line, match.start(), end):
        between = line[match.end() : found.start()].strip()
        if between in ("", "to") and found.end() > match.end():
            return [
                Span(*one.span())
                for one in re.finditer(r"\b(?!and\b|or\b)\w+", line[: found.end()])
                if one.start() >= found.start()
            ]
    return []


def with_objects(line: str, match: re.Match[str], end: int) -> list[tuple[int, int]]:
    """What joins the further verbs of a refusal that ends with one ("does not cure gout or …")."""
    if not turn("ends with what is not done").search(match.group()):
        return []
    if same_object(line, match, end):
        return []
    return [one.span() for one in turn("joins what is not done").finditer(line, match.end(), end)]
