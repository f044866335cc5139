"""Questions as links: worded with what they are asked about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from kg import library
from kg.answer import fill
from kg.library import KINDS, Question
from kg.lookup import Lookup, Match
from kg.names import DF, compact, expand, prefixes

__all__ = ["Ask", "ask", "asks", "example", "spoken", "worded"]


FIRST = (
    "is-cure treatments-for indications approvals administration outcomes negative-facts "
    "how-it-works cause-of uses-by-status us-and-eu disagreements studied-in same-vector"
).split()
VECTOR = "df:ViralVector"
"""The one kind of thing that a question for any entity is meant for."""
MOST = 9
"""How many questions the page of a thing offers."""


@dataclass(frozen=True)
class Ask:
    """A question to follow: its words, its title, and the address of its answer."""

    text: str
    title: str
    href: str


def worded(question: Question, values: Mapping[str, str]) -> str:
    """A question with the values in it."""
    text = fill(question.question, lambda slot: values.get(_name(slot), ""))
    return text[:1].upper() + text[1:]


def _name(slot: str) -> str:
    return re.split(r"[|:]", slot)[0]


def spoken(question: Question, lookup: Lookup) -> dict[str, str]:
    """The examples of a question in words: what is named by a CURIE by its label."""
    found = {}
    for param in question.params:
        text = param.example
        if param.type == "term":
            text = lookup.label(DF + text)
        elif param.type in KINDS and text.partition(":")[0] in prefixes():
            text = lookup.label(expand(text))
        found[param.name] = text
    return found


def example(question: Question, lookup: Lookup) -> Ask:
    """A question with its own examples."""
    return ask(question, question.examples(), spoken(question, lookup))


def ask(question: Question, values: Mapping[str, str], shown: Mapping[str, str]) -> Ask:
    """A link to the answer of a question.

    :param values: what the parameters are given.
    :param shown: the same in words.
    """
    query = f"?{urlencode(values)}" if values else ""
    return Ask(worded(question, shown), question.title, f"/questions/{question.name}{query}")


def asks(match: Match) -> tuple[Ask, ...]:
    """The questions that can be asked of one thing alone, those that people ask first."""
    found = {one.href.partition("?")[0].rpartition("/")[2]: one for one in _about(match)}
    order = [name for name in FIRST if name in found]
    return tuple(found[name] for name in dict.fromkeys([*order, *found]))[:MOST]


def _about(match: Match) -> Iterator[Ask]:
    for question in library.load().values():
        needed = [param for param in question.params if param.required]
        named = needed or list(question.params[:1])
        if len(named) != 1 or match.kind not in KINDS.get(named[0].type, ()):
            continue
        if named[0].type == "entity" and match.kind != VECTOR:
            continue
        name = named[0].name
        yield ask(question, {name: compact(match.iri)}, {name: match.label})
