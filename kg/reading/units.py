"""A page cut into what is read at once: a sentence, or an item of a list with its lead-in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.evidence import Page

__all__ = ["Unit", "units"]

_BULLET = re.compile(r"[•*·▪-]\s+$")


@dataclass(frozen=True)
class Unit:
    """A sentence or an item of a list: its words with those of the lead-in, and their places.

    ``section`` is the heading it stands under, or nothing.
    """

    text: str
    span: tuple[int, int]
    leads: tuple[tuple[int, int], ...]
    section: str


def units(text: str) -> Iterator[Unit]:
    """The sentences of a page in order; an item of a list with the line that leads it in."""
    lead: tuple[int, int] | None = None
    section = ""
    for start, end in Page(text).segments:
        sentence = text[start:end]
        item = bool(_BULLET.search(text[:start]))
        if _heading(text, start, end) and not item:
            section, lead = sentence, None
            continue
        if not item:
            lead = None
        if sentence.rstrip().endswith(":"):
            lead = start, end
        elif lead and item:
            opening = text[slice(*lead)].rstrip().rstrip(":")
            yield Unit(f"{opening} {sentence}", (start, end), (lead,), section)
        else:
            yield Unit(sentence, (start, end), (), section)


def _heading(text: str, start: int, end: int) -> bool:
    """Whether a line is a heading: alone on its line and no sentence."""
    alone = text[:start].rpartition("\n")[2].strip() == "" and text[end:].partition("\n")[0] == ""
    return alone and (text[start:end].rstrip()[-1] == "?" or text[end - 1].isalnum())
