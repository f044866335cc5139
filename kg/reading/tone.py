"""How a sentence takes what it says: yes, no, not studied, not shown; shown, stated or possible."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kg.reading.rules import Frame, alternatives, cues, phrases
from kg.reading.times import is_month

__all__ = ["Tone", "clause", "hedges", "tone"]

REACH = 9
"""Words between a "not" and what it denies, at most."""

_JOINING = {"or", "and", "nor", "to", "help", "helps", "even", "however", "also", "either", "fully"}
_SUBORDINATE = (
    "because",
    "since",
    "although",
    "though",
    "while",
    "whereas",
    "unless",
    "if",
    "when",
    "as",
)


@dataclass(frozen=True)
class Tone:
    """Polarity and certainty, as local names of the ontology."""

    polarity: str
    certainty: str


def tone(line: str, start: int, end: int, frame: Frame) -> Tone:
    """How a sentence takes the words of a frame that stand at a place.

    :param line: the sentence, as :func:`kg.reading.text.main` gives it.
    """
    left = line[clause(line, start) : start]
    near = " ".join(left.split()[-REACH:])
    polarity = "affirmed"
    if phrases("not_demonstrated").search(near):
        polarity = "notDemonstrated"
    elif phrases("not_evaluated").search(left):
        polarity = "notEvaluated"
    elif phrases("denied").search(near):
        polarity = frame.negated
    certainty = frame.certainty or "stated"
    if hedges(left):
        certainty = "possible"
    elif polarity == "affirmed" and phrases("shown").search(left):
        certainty = "shown"
    return Tone(polarity, certainty)


def hedges(text: str) -> list[str]:
    """The words by which a text says that something may be so, in order; no month of May."""
    open_ = phrases("no_hedges").sub(lambda found: " " * len(found.group()), text)
    found = phrases("hedges").finditer(open_)
    return [one.group().lower() for one in found if not is_month(open_, *one.span())]


@cache
def _breaks() -> re.Pattern[str]:
    said = alternatives(cues()["breaks"])
    return re.compile(rf"(?P<word>(?<![\w-])(?:{said})(?![\w-]))|[;:?!]|\.\s", re.IGNORECASE)


@cache
def _reports() -> re.Pattern[str]:
    """What may stand before a "that" after which it still holds."""
    said = [one for name in ("shown", "hedges", "not_evaluated") for one in cues()[name]]
    return re.compile(
        rf"(?<![\w-])(?:{alternatives(said)}|shown|demonstrated|unclear|known)\s*$", re.IGNORECASE
    )


def clause(line: str, at: int) -> int:
    """Where the clause that holds a place begins."""
    begin, first = 0, ""
    for found in _breaks().finditer(line, 0, at):
        word = (found["word"] or "").lower()
        if word == "that" and _reports().search(line[: found.start()]):
            continue
        begin, first = found.end(), word
    parts = line[begin:at].split(",")
    kept = parts[-1:]
    first = first or next(iter(line[begin:at].split()), "").lower().strip(",")
    last = parts[-1].lower().split()
    joined = set(last) <= _JOINING or (len(last) <= 3 and last[-1] in ("or", "nor", "and"))
    if len(parts) > 1 and joined and first not in _SUBORDINATE:
        kept = parts[-2:]
        while len(kept) < len(parts) and len(kept[0].split()) <= 1:
            kept = parts[-len(kept) - 1 :]
    return at - len(",".join(kept))
