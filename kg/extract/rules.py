"""The rules of extraction, from the data files of this package, compiled once.

Phrases are written as in :mod:`kg.reading.rules`: ``word*`` takes endings, ``...`` a few words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kg.reading.rules import alternatives, pattern

__all__ = [
    "Beside",
    "Example",
    "Rule",
    "Turn",
    "besides",
    "examples",
    "headings",
    "kinds",
    "listed",
    "lists",
    "meanings",
    "organs",
    "phrases_of",
    "qualities",
    "refusals",
    "turn",
    "turns",
    "uses",
    "valued",
    "variants",
]

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Rule:
    """One idea: its name, what it gives, and the phrases that say it.

    :param opens: whether a disease may stand behind the phrase.
    :param whole: whether the value of a qualifier takes the phrase in.
    :param ended: how a therapy before ended.
    :param over: whether the kind goes before a disease that is named ("any").
    :param needs: the list of ``words.yaml`` of which a word must stand in the clause.
    :param also: what else it gives ("acute and maintenance treatment of").
    """

    name: str
    gives: str
    says: re.Pattern[str]
    opens: bool = True
    whole: bool = False
    ended: str = ""
    also: str = ""
    needs: str = ""
    over: str = ""


@dataclass(frozen=True)
class Example:
    """A sentence in our own words and what its rule must make of it, a line a finding."""

    rule: str
    text: str
    finds: tuple[str, ...]


@cache
def _load(name: str) -> Any:
    import yaml

    return yaml.safe_load((_HERE / name).read_text(encoding="utf-8"))


def _rules(
    given: Iterable[dict[str, Any]],
    gives: str,
    compiled: Callable[[list[str]], re.Pattern[str]] = pattern,
) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            one["name"],
            one[gives],
            compiled(one["says"]),
            **{
                more: one[more]
                for more in ("opens", "whole", "ended", "also", "needs", "over")
                if more in one
            },
        )
        for one in given
    )


@cache
def uses() -> tuple[Rule, ...]:
    """Phrases that say what a drug is used for, in the order in which a kind of use goes first."""
    return _rules(_load("uses.yaml"), "use")


@dataclass(frozen=True)
class Beside:
    """A use that is no disease: its kind of use, as a rule, and the phrases that say it.

    :param term: the disease that a measure stands for.
    :param row: whether the mention is a row of uses.
    :param last: whether what stands behind it is its background.
    :param only: whether it counts only where a passage tells nothing else.
    :param needs: the list of ``words.yaml`` of which a word must stand in the passage.

    A second kind of use that it gives (``also``) is told by its rule.
    """

    use: Rule
    says: re.Pattern[str]
    term: str | None = None
    row: bool = False
    last: bool = False
    only: bool = False
    needs: str = ""


@cache
def besides() -> tuple[Beside, ...]:
    """The phrases of uses that are no disease."""
    made = []
    for one in _load("beside.yaml"):
        said = re.compile("|".join(_apart(one["says"])), re.IGNORECASE)
        more = {key: one[key] for key in ("term", "row", "last", "only", "needs") if key in one}
        rule = Rule(one["name"], one["use"], said, also=one.get("also", ""))
        made.append(Beside(rule, said, **more))
    return tuple(made)


def _apart(said: list[str]) -> list[str]:
    """Patterns with a group of the same name, each with a name of its own."""
    return [one.replace("(?P<at>", f"(?P<at{number}>") for number, one in enumerate(said)]


@cache
def refusals() -> tuple[Rule, ...]:
    """Phrases that take something away, in the order in which a polarity goes first."""
    return _rules(_load("limits.yaml")["polarities"], "polarity", _with_adverbs)


def _with_adverbs(said: list[str]) -> re.Pattern[str]:
    """A pattern of phrases in which "~" stands for adverbs or none."""
    known = alternatives(_load("words.yaml")["adverbs"])
    some = rf"(?:,?\s+(?:{known}|(?!only\b)[a-z]{{3,}}ly),?){{0,3}}"
    text = alternatives(said).replace(r"\s+\~", some)
    return re.compile(rf"(?<![\w-])(?:{text})(?!\w|-(?!based\b))", re.IGNORECASE)


@cache
def kinds() -> tuple[Rule, ...]:
    """Phrases that tell what is taken away, in the order in which a kind goes first."""
    return _rules(_load("limits.yaml")["kinds"], "kind")


@cache
def qualities() -> tuple[Rule, ...]:
    """Phrases behind or before which a qualifier stands."""
    return _rules(_load("qualifiers.yaml"), "field")


@dataclass(frozen=True)
class Turn:
    """A turn of phrase of ``turns.yaml``: its pattern, how it is applied, what it does not mean."""

    name: str
    pattern: re.Pattern[str]
    how: str
    fits: tuple[str, ...]
    fits_not: tuple[str, ...]


@cache
def turns() -> dict[str, Turn]:
    """Every turn of phrase, by name."""
    return {
        one["name"]: Turn(
            one["name"],
            re.compile(
                _in_full("|".join(one["matches"])), 0 if one.get("exact") else re.IGNORECASE
            ),
            one.get("how", "search"),
            tuple(one["fits"]),
            tuple(one["fits_not"]),
        )
        for one in _load("turns.yaml")
    }


_LIST = re.compile(r"\{([a-z][a-z ]+)\}")
"""A list of ``words.yaml`` within a pattern, by its name."""


def _in_full(source: str) -> str:
    """A pattern with the lists that it names, each as a group of all its entries."""
    return _LIST.sub(lambda found: f"(?:{'|'.join(_spaced(found[1]))})", source)


def _spaced(name: str) -> list[str]:
    """The entries of a list, the longest first, with any white space between their words."""
    words: list[str] = _load("words.yaml")[name]
    return [re.sub(" ", r"\\s+", word) for word in sorted(words, key=len, reverse=True)]


@cache
def turn(name: str) -> re.Pattern[str]:
    """The pattern of a turn of phrase."""
    return turns()[name].pattern


@cache
def phrases_of(name: str) -> str:
    """The phrases of a list of ``words.yaml`` as the source of a pattern."""
    return rf"\b(?:{alternatives(_load('words.yaml')[name])})(?!\w)"


@cache
def lists(name: str) -> re.Pattern[str]:
    """The pattern of a list of ``words.yaml``."""
    return pattern(_load("words.yaml")[name])


@cache
def listed(name: str) -> frozenset[str]:
    """The entries of a list of ``words.yaml``."""
    return frozenset(_load("words.yaml")[name])


@cache
def valued(name: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The values of a mapping of ``words.yaml``, each with the pattern of what says it."""
    return tuple((value, pattern(said)) for value, said in _load("words.yaml")[name].items())


@cache
def meanings() -> dict[str, str | None]:
    """Phrases whose meaning is another term than the letters say, or that no name is."""
    return dict(_load("words.yaml")["meanings"])


@cache
def headings() -> re.Pattern[str]:
    """A heading of ``words.yaml``, numbered or not (its ``name``), before what it heads."""
    names = _load("words.yaml")["headings"]
    said = alternatives([*names, *(one[:-1] for one in names if one.endswith("s"))])
    head = r"(?:^|(?<=[.;:\s]))(?<!Central )(?<!central )"
    name = rf"(?P<name>(?:\d{{1,2}}\.\s*)?(?=[A-Z])(?i:{said}))"
    return re.compile(head + name + r"(?=\s*[:.\u2013-]?\s+[A-Z])")


@cache
def variants() -> list[list[dict[str, Any]]]:
    """The ways to put a name otherwise, in the steps in which they are applied."""
    return list(_load("variants.yaml"))


@cache
def organs() -> dict[str, str]:
    """Words for a place before the name of a disease, each with the place itself."""
    return dict(_load("words.yaml")["organs"])


def examples(qualified: bool = False) -> list[Example]:
    """The examples of every rule: of uses and limits, or of qualifiers."""
    rules = (
        _load("qualifiers.yaml")
        if qualified
        else [
            *_load("uses.yaml"),
            *_load("beside.yaml"),
            *_load("limits.yaml")["polarities"],
            *_load("limits.yaml")["kinds"],
        ]
    )
    return [
        Example(rule["name"], one["text"], tuple(one["finds"]))
        for rule in rules
        for one in rule["examples"]
    ]
