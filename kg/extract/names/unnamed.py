"""The words behind a phrase of use as the name of something that no vocabulary has."""

from __future__ import annotations

import re
from itertools import islice

from kg.extract.names.mentions import Disease
from kg.extract.rules import listed, lists, turn

__all__ = ["named"]


def _up_to_noun(kept: list[re.Match[str]]) -> list[re.Match[str]]:
    """The words of a name without the degrees that they end with; none if no noun is left.

    What stands before "or advanced cancer" is no name ("repair deficient recurrent").
    """
    last = len(kept)
    while last and kept[last - 1].group().lower() in ("recurrent", "advanced", "metastatic"):
        last -= 1
    left = kept[:last]
    cut = last < len(kept) and left and _STATE.fullmatch(left[-1].group().lower())
    return [] if cut else left


_STATE = re.compile(r"deficient|proficient|positive|negative|high|low|mutant|mutated|amplified")
"""A word behind a marker, which tells of no disease by itself."""


def named(line: str, at: int, end: int) -> Disease | None:
    """The words behind a phrase of use as the name of something without a term."""
    stops, loose = listed("stops"), listed("degrees")
    match = re.match(r"(?:\s*(?:the|a|an|any|such)\b)*\s*", line[at:end])
    start = at + (match.end() if match else 0)
    run = re.finditer(r"[^\W_][\w'/]*|[^\w\s-]", line[start:end])
    kept: list[re.Match[str]] = []
    whom = loosened = False
    for word in islice(run, 9):
        said = word.group().lower()
        if lists("people").fullmatch(said) and not kept:
            whom = True
            continue
        if whom and not kept and said == "with":
            whom = False
            continue
        if said == "induced" and line[start + word.start() - 1] == "-":
            kept = []
            continue
        if not kept and loosened and said in ("or", "and", "to", "and/or"):
            continue
        if not said[0].isalnum() or said in stops or whom:
            break
        hyphen = bool(kept) and line[start + kept[-1].start() - 1] == "-"
        title = kept and re.match("[A-Z][a-z]{3}", word.group())
        if title and kept[-1].group().islower() and not hyphen:
            break
        if not kept and said in loose:
            loosened = True
            continue
        kept.append(word)
    kept = _up_to_noun(kept)
    if not kept:
        return None
    alone = kept[0].group().lower() if len(kept) == 1 else ""
    if alone and (re.fullmatch("[ivx]+|.", alone) or alone in listed("no disease alone")):
        return None
    wide = len(kept) == 1 or not turn("is a word for disease").fullmatch(kept[-1].group())
    if wide and (kept[-1].group().lower() in listed("no_disease") or len(kept) > 5):
        return None
    if line[start + kept[-1].end() : start + kept[-1].end() + 1] == "-":
        return None
    if kept[0].group().lower() in listed("no_disease") and kept[-1].group().istitle():
        return None
    if kept[0].group()[0].isdigit() or turn("ends like an adjective").search(kept[-1].group()):
        return None
    return Disease(start + kept[0].start(), start + kept[-1].end(), None, new=True)
