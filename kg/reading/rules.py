"""The rules by which sentences are read, from the data files of this package.

Patterns are compiled for text as :func:`kg.reading.text.plain` gives it. In a phrase, ``word*``
stands for the word with its endings and ``...`` for up to five words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["Frame", "alternatives", "cues", "frames", "pattern", "phrases", "wordings"]

_HERE = Path(__file__).parent
_FEW = r"(?:[\s,]+[\w'-]+){0,5}?"


def _load(name: str) -> Any:
    import yaml

    return yaml.safe_load((_HERE / name).read_text(encoding="utf-8"))


@cache
def cues() -> dict[str, Any]:
    """What words do to a statement, by the headings of ``cues.yaml``."""
    found: dict[str, Any] = _load("cues.yaml")
    return found


@cache
def wordings() -> dict[str, tuple[str, ...]]:
    """Turns of phrase by the label of what they stand for."""
    return {label: tuple(said) for label, said in _load("wordings.yaml").items()}


@dataclass(frozen=True)
class Frame:
    """One way to say one kind of fact; the fields are explained in ``frames.yaml``."""

    predicate: str
    kind: str
    subject: str
    says: re.Pattern[str]
    object: str
    kinds: frozenset[str]
    within: int = 99
    options: str = ""
    new: bool = False
    head: tuple[str, ...] = ()
    negated: str = "denied"
    certainty: str = ""
    holds_not: bool = False
    needs: re.Pattern[str] | None = None
    starts_not: tuple[str, ...] = ()
    name: str = ""
    whole: bool = False
    close: bool = False


@cache
def frames() -> tuple[Frame, ...]:
    """All frames, in the order of ``frames.yaml``."""
    return tuple(_frame(given) for given in _load("frames.yaml"))


def _frame(given: Mapping[str, Any]) -> Frame:
    more = {
        key: given[key]
        for key in ("within", "new", "negated", "certainty", "holds_not", "name", "whole", "close")
        if key in given
    }
    return Frame(
        predicate=given["predicate"],
        kind=given["class"],
        subject=given["subject"],
        says=pattern(given["says"]),
        object=given["object"],
        kinds=frozenset(given["kinds"]),
        options=given.get("list", ""),
        head=tuple(given.get("head", ())),
        needs=pattern(given["needs"]) if "needs" in given else None,
        starts_not=tuple(given.get("starts_not", ())),
        **more,
    )


def phrases(name: str) -> re.Pattern[str]:
    """The pattern of a list of ``cues.yaml``."""
    return pattern(cues()[name])


def pattern(said: Iterable[str]) -> re.Pattern[str]:
    """One pattern for several phrases, the longest first."""
    return _compiled(tuple(said))


@cache
def _compiled(said: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{alternatives(said)})(?!\w|-(?!based\b))", re.IGNORECASE)


def alternatives(said: Iterable[str]) -> str:
    """Phrases as alternatives of a regular expression, the longest first."""
    return "|".join(_phrase(one) for one in sorted(said, key=lambda one: (-len(one), one)))


def _phrase(said: str) -> str:
    text = ""
    for word in said.split():
        if word == "...":
            text += _FEW
        else:
            text += (r"\s+" if text else "") + _word(word)
    return text


def _word(word: str) -> str:
    if not word.endswith("*"):
        return re.escape(word)
    stem = word[:-1]
    if stem.endswith("e"):
        return re.escape(stem[:-1]) + "(?:e|es|ed|ing)"
    if stem.endswith("y"):
        return re.escape(stem[:-1]) + "(?:y|ies|ied|ying)"
    return re.escape(stem) + "(?:|s|es|ed|ing|ped|ping)"
