"""Names that are but the measure or the sign of the disease behind them."""

from __future__ import annotations

import re

from kg.extract.names.mentions import Disease
from kg.extract.rules import lists

__all__ = ["measured", "said_again"]


def measured(line: str, one: Disease, stop: int, more: bool) -> bool:
    """Whether a name is only the measure of the disease behind it."""
    said = line[one.start : one.end].lower()
    if not lists("measures").fullmatch(said):
        return False
    if _FATS.search(said) and _FATS_IN.match(line, one.end):
        return True
    return bool(
        more and re.search(r"(?i)\bin\s+(?:\w+\s+){0,4}with\b", line[one.end : stop])
    ) or bool(
        re.match(
            r"\s+(?:(?:and|or)\s+(?:\w+\s+){1,2})?(?:in|of|associated)\b", line[one.end : stop]
        )
    )


_FATS = re.compile(r"(?:cholesterol|ldl-c|total-c|triglycerides|tg)$")
_FATS_IN = re.compile(r"[^.;:]{0,250}?\bin\s+(?:[\w-]+\s+){0,4}with\b")
"""A fat of the blood, and what else is measured up to the people whose disease it tells."""


_OF_THOSE = re.compile(r"\s+in\s+(?:[\w-]+\s+){0,9}with\s+(?:[\w-]+\s+){0,2}")


def said_again(line: str, one: Disease, behind: Disease | None) -> bool:
    """Whether a name is but the sign that the disease of those who have it is called after."""
    if behind is None or not _OF_THOSE.fullmatch(line, one.end, behind.start):
        return False
    whole = line[behind.start : behind.end].lower()
    return whole.endswith(f" {line[one.start : one.end].lower()}")
