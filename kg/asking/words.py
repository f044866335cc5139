"""The words of people's questions: classes of words, fillers, other names, what is out of scope.

They are data: ``queries/words.yaml``. A class is named in the forms of the questions
(:mod:`kg.asking.forms`); what it holds are words or short phrases, folded as in :mod:`kg.spelling`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from kg.errors import InputError
from kg.resources import folder
from kg.spelling import words

__all__ = ["FILE", "Phrase", "Topic", "Words", "load_words", "phrase", "read_words"]

FILE = "words.yaml"
KEYS = frozenset("classes filler asking listing negative soft names topics phrases".split())

Phrase = tuple[str, ...]
"""A word or several in a row, folded."""

_SHORT = re.compile(r"(?i)n['\N{RIGHT SINGLE QUOTATION MARK}]t\b")
_OWNED = re.compile(r"(?i)['\N{RIGHT SINGLE QUOTATION MARK}](s|re|ve|m|d|ll)\b")


@dataclass(frozen=True)
class Topic:
    """What the graph does not answer, how that is said, and whether that goes before all else."""

    name: str
    say: str
    phrases: tuple[Phrase, ...]
    first: bool


@dataclass(frozen=True)
class Words:
    """All of it.

    ``asking`` words (who, when …) are understood only by the questions that have them, and so are
    ``listing`` words (what, which) by yes-or-no questions. ``soft`` words speak of persons and
    groups; ``names`` lead to a CURIE.
    """

    classes: Mapping[str, frozenset[Phrase]]
    filler: frozenset[str]
    asking: frozenset[str]
    listing: frozenset[str]
    negative: frozenset[str]
    soft: frozenset[str]
    names: Mapping[Phrase, str]
    topics: tuple[Topic, ...]
    phrases: Mapping[str, str]


def phrase(text: str) -> Phrase:
    """The folded words of a text; ``n't`` is a ``not``, and what ``'s`` shortens is left out."""
    return tuple(words(_OWNED.sub(" ", _SHORT.sub(" not", text))))


@cache
def load_words() -> Words:
    """The words of the project's own file, read once."""
    return read_words(folder("queries") / FILE)


def read_words(path: Path) -> Words:
    """Read a file of words, strictly.

    :raises InputError: for broken YAML, an unknown or a missing key, or a value of another form.
    """
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"not YAML: {error.problem}", file=path, line=line) from None
    try:
        _keys(given, KEYS)
        return Words(
            classes=_mapping(
                {key: frozenset(_list(key, one)) for key, one in _of(given, "classes")}
            ),
            filler=_single(given, "filler"),
            asking=_single(given, "asking"),
            listing=_single(given, "listing"),
            negative=_single(given, "negative"),
            soft=_single(given, "soft"),
            names=_mapping(
                {one: curie for curie, some in _of(given, "names") for one in _list(curie, some)}
            ),
            topics=tuple(_topic(name, one) for name, one in _of(given, "topics")),
            phrases=_mapping({key: str(one) for key, one in _of(given, "phrases")}),
        )
    except InputError as error:
        raise error.at(path) from None


def _mapping(given: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(given)


def _of(given: dict[str, Any], key: str) -> list[tuple[str, Any]]:
    if not isinstance(given[key], dict):
        raise InputError("this must be `key: value` lines", field=key)
    return list(given[key].items())


def _single(given: dict[str, Any], key: str) -> frozenset[str]:
    return frozenset(word for one in _list(key, given[key]) for word in one)


def _list(key: str, given: Any) -> list[Phrase]:
    """Phrases from a list, or from one line of words with commas where a phrase has several."""
    if isinstance(given, str):
        given = given.split(",") if "," in given else given.split()
    if not isinstance(given, list) or not given:
        raise InputError("this must be words", field=key, mend="write them in a line or a list")
    return [phrase(str(one)) for one in given]


def _topic(name: str, given: Any) -> Topic:
    _keys(given, frozenset({"say", "any"}), frozenset({"first"}))
    return Topic(name, given["say"], tuple(_list(name, given["any"])), given.get("first", False))


def _keys(given: Any, needed: frozenset[str], more: frozenset[str] = frozenset()) -> None:
    if not isinstance(given, dict):
        raise InputError("this must be `key: value` lines")
    for key in sorted(given.keys() - needed - more):
        raise InputError(f'unknown key "{key}"', mend="use " + ", ".join(sorted(needed | more)))
    for key in sorted(needed - given.keys()):
        raise InputError(f'missing key "{key}"', mend="add it")
