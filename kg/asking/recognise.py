"""Which question of the library a text asks, and what fills its parameters.

Each question brings its forms and words (:mod:`kg.asking.forms`); there are no rules for single
ones. A form fits if each of its cues occurs, each parameter it needs is named, and *every* word of
the text is accounted for: as a name that is used, a cue, one of the question's words, or a filler.
What is left over counts against it, so nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from kg.asking.forms import Form
from kg.asking.spotting import Span, Spotted
from kg.asking.words import Phrase, Words, load_words
from kg.library import load
from kg.question import KINDS, PLAIN, Question

__all__ = ["Reading", "readings", "vocabulary"]

PRODUCT, SUBSTANCE = "df:MedicinalProduct", "df:Substance"


@dataclass(frozen=True)
class Reading:
    """A text read as a question, whether it fits or not.

    :param values: what fills the parameters.
    :param missing: parameters that are needed and not named.
    :param open: parameters that are not named, and of which all that there are will do.
    :param beside: names that the question does not take into account.
    :param soft: places of words about persons and groups that it does not take into account.
    :param hard: places of words that it does not understand.
    :param cues: how many words of the text are cues of it, and ``lacking`` how many cues it lacks.
    :param telling: whether a name or a cue says what it may be about; "what" says nothing.
    :param turned: whether the text has a "not" that the question has not.
    """

    question: Question
    values: Mapping[str, Span]
    missing: tuple[str, ...]
    open: tuple[str, ...]
    beside: tuple[Span, ...]
    soft: frozenset[int]
    hard: frozenset[int]
    cues: int
    lacking: int
    turned: bool
    telling: bool

    @property
    def through(self) -> dict[str, bool]:
        """Whether a product is only named by a substance."""
        return {
            param.name: param.name in self.values
            and param.type == "product"
            and PRODUCT not in self.values[param.name].kinds
            for param in self.question.params
        }

    @property
    def understood(self) -> bool:
        """Whether every part is there and every word understood, but perhaps for whom."""
        return not (self.missing or self.lacking or self.hard)

    @property
    def fits(self) -> bool:
        """Whether it may be answered."""
        return self.understood and (not self.soft or self.question.asked.whom)

    @property
    def rank(self) -> tuple[int, ...]:
        """The better of two that fit has the greater one."""
        return (
            -len(self.beside),
            self.cues,
            len(self.values),
            -sum(self.through.values()),
            -len(self.open),
            -len(self.soft),
        )

    @property
    def nearness(self) -> tuple[int, ...]:
        """The nearer of two that do not fit has the greater one."""
        found = self.cues + len(self.values)
        return (found - self.lacking - len(self.missing), found - len(self.hard), found)


@cache
def vocabulary() -> frozenset[str]:
    """All words that questions are made of: fillers, words of classes and forms."""
    known = load_words()
    found = known.filler | known.asking | known.listing | known.negative | known.soft
    found |= {word for some in known.classes.values() for one in some for word in one}
    found |= {word for topic in known.topics for one in topic.phrases for word in one}
    for question in load().values():
        found |= question.asked.allowed
    return frozenset(found)


def readings(spotted: Spotted) -> list[Reading]:
    """The best reading of each question, the best of those that fit first, then the nearest."""
    known = load_words()
    best = []
    for question in load().values():
        found = [
            one for form in question.asked.forms for one in _as_form(spotted, question, form, known)
        ]
        if found:
            best.append(max(found, key=_order))
    return sorted(best, key=_order, reverse=True)


def _order(one: Reading) -> tuple[object, ...]:
    return (one.fits, one.rank if one.fits else one.nearness)


@dataclass
class _Use:
    """What became of the names of a text."""

    values: dict[str, Span] = field(default_factory=dict)
    beside: tuple[Span, ...] = ()
    silent: tuple[Span, ...] = ()
    idle: tuple[Span, ...] = ()


def _as_form(spotted: Spotted, question: Question, form: Form, known: Words) -> Iterator[Reading]:
    types = {param.name: param.type for param in question.params}
    plain = known.filler | known.asking | known.listing
    for use in _uses(tuple(spotted.spans), form, types, _Use()):
        taken = {
            at
            for span in (*use.values.values(), *use.beside, *use.silent)
            for at in range(span.first, span.last)
        }
        cues, lacking = _cues(spotted, form, taken)
        rest = [at for at in range(len(spotted.tokens)) if at not in taken | cues]
        idle = {at for one in use.idle if not one.weak for at in range(one.first, one.last)}
        turned = any(spotted.word(at) in known.negative for at in rest if at not in idle)
        hard, soft = _left(spotted, question, known, rest, idle, turned)
        required = {param.name for param in question.params if param.required}
        yield Reading(
            question=question,
            values=use.values,
            missing=tuple(name for name in form.needed if name not in use.values),
            open=tuple(one for one in form.free if one not in use.values and one in required),
            beside=use.beside,
            soft=frozenset(soft),
            hard=frozenset(hard),
            cues=len(cues),
            lacking=lacking,
            turned=turned,
            telling=bool(use.values) or any(spotted.word(at) not in plain for at in cues),
        )


def _uses(
    spans: tuple[Span, ...], form: Form, types: Mapping[str, str], use: _Use
) -> Iterator[_Use]:
    """Every way to use the names in a form; what it has no use for is idle."""
    if not spans:
        yield use
        return
    first, rest = spans[0], spans[1:]
    used = False
    for name in (*form.needed, *form.free):
        if name not in use.values and _fits(first, types[name]):
            used = True
            values = use.values | {name: first}
            yield from _uses(rest, form, types, _Use(values, use.beside, use.silent, use.idle))
    if any(_fits(first, kind) for kind in form.silent):
        used = True
        silent = (*use.silent, first)
        yield from _uses(rest, form, types, _Use(use.values, use.beside, silent, use.idle))
    elif any(_fits(first, kind) for kind in form.beside):
        used = True
        beside = (*use.beside, first)
        yield from _uses(rest, form, types, _Use(use.values, beside, use.silent, use.idle))
    if first.weak or not used:
        idle = (*use.idle, first)
        yield from _uses(rest, form, types, _Use(use.values, use.beside, use.silent, idle))


def _fits(span: Span, kind: str) -> bool:
    if kind in PLAIN:
        return kind in span.kinds
    wanted = KINDS[kind] | ({SUBSTANCE} if kind == "product" else set())
    return not wanted.isdisjoint(span.kinds)


def _cues(spotted: Spotted, form: Form, taken: set[int]) -> tuple[set[int], int]:
    """The places of the words that are cues, each once; and how many cues are lacking."""
    found, lacking = set[int](), 0
    for cue in form.cues:
        place = next(_occurs(spotted, cue, taken | found), None)
        if place is None:
            lacking += 1
        else:
            found |= place
    return found, lacking


def _occurs(spotted: Spotted, cue: frozenset[Phrase], taken: set[int]) -> Iterator[set[int]]:
    """Where one of several phrases stands, the longest first."""
    words = [spotted.word(at) for at in range(len(spotted.tokens))]
    for one in sorted(cue, key=lambda some: (-len(some), some)):
        for at in range(len(words) - len(one) + 1):
            place = set(range(at, at + len(one)))
            if tuple(words[at : at + len(one)]) == one and place.isdisjoint(taken):
                yield place


def _left(
    spotted: Spotted,
    question: Question,
    known: Words,
    rest: list[int],
    idle: set[int],
    turned: bool,
) -> tuple[set[int], set[int]]:
    """Of the words that are left, those not understood, and those about persons and groups."""
    hard, soft = set(idle), set[int]()
    polar = question.kind == "polar"
    free = question.asked.allowed | known.filler | (frozenset() if polar else known.listing)
    for at in rest:
        word = spotted.word(at)
        if at in idle:
            continue
        if word in known.negative:
            if not polar:
                hard.add(at)
        elif word in free:
            continue
        elif word in known.soft or word.isdigit():
            soft.add(at)
        else:
            hard.add(at)
    return hard, soft
