"""The forms in which a question is asked: which words and which names it takes.

A form is a line of parts in any order::

    <cure>          a word of this class of ``queries/words.yaml``, or this very word
    <when|date>     one of these classes or words
    {drug}          a name or value for this parameter
    [disease]       the same; where it is not named, the question is asked of all there are
    (jurisdiction)  a name of this type may stand there too; the answer says that it was left out
    ~jurisdiction   the same, where the question is about it anyway

What a question has besides its forms' words is listed in ``words``; its own wordings count too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from kg.asking.words import Phrase, Words, load_words, phrase
from kg.errors import InputError

__all__ = ["Asked", "Form", "read_asked"]

_PART = re.compile(r"<([a-z |']+)>|\{(\w+)\}|\[(\w+)\]|\((\w+)\)|~(\w+)|(\S+)")


@dataclass(frozen=True)
class Form:
    """One form. ``cues`` are sets of phrases of which one each must occur."""

    cues: tuple[frozenset[Phrase], ...]
    needed: tuple[str, ...]
    free: tuple[str, ...]
    beside: frozenset[str]
    silent: frozenset[str]


@dataclass(frozen=True)
class Asked:
    """The forms of a question, and the words that may stand in it without changing it.

    ``whom`` says that its lines tell for whom they hold, so that it may be asked with words for
    persons and groups that it does not take into account.
    """

    forms: tuple[Form, ...] = ()
    allowed: frozenset[str] = frozenset()
    whom: bool = False


def read_asked(
    given: Any, params: Mapping[str, str], types: Collection[str], wordings: Collection[str]
) -> Asked:
    """Read the key ``asked`` of a header.

    :param params: the type of each parameter of the question.
    :param types: all types there are.
    :param wordings: the question's own wordings, whose words are allowed.
    :raises InputError: for an unknown key, part, parameter or type.
    """
    if not isinstance(given, dict) or not given.keys() <= {"forms", "words", "whom"}:
        wrong = "this has forms, words and whom, and nothing else"
        raise InputError(wrong, field="asked", mend="write `forms:` lines")
    known = load_words()
    forms = tuple(_form(str(text), params, types, known) for text in given.get("forms") or ())
    allowed = {word for form in forms for cue in form.cues for one in cue for word in one}
    allowed -= known.soft  # for whom is left out only where the question itself speaks of them
    for text in (*wordings, str(given.get("words") or "")):
        allowed.update(phrase(re.sub(r"\{[^}]*\}", " ", text)))
    return Asked(forms, frozenset(allowed), bool(given.get("whom")))


def _form(text: str, params: Mapping[str, str], types: Collection[str], known: Words) -> Form:
    cues, needed, free = list[frozenset[Phrase]](), list[str](), list[str]()
    beside, silent = set[str](), set[str]()
    for cue, slot, may, out, still, wrong in _PART.findall(text):
        if wrong or not _fits(slot or may, params) or not _fits(out or still, types):
            raise InputError(
                f'"{wrong or slot or may or out or still}" is no part of a form',
                field="asked",
                mend="use <word>, {parameter}, [parameter], (type) or ~type",
            )
        if cue:
            some = [one.strip() for one in cue.split("|")]
            cues.append(frozenset().union(*(known.classes.get(a, {phrase(a)}) for a in some)))
        needed += [slot] if slot else []
        free += [may] if may else []
        beside |= {out} if out else set()
        silent |= {still} if still else set()
    return Form(tuple(cues), tuple(needed), tuple(free), frozenset(beside), frozenset(silent))


def _fits(name: str, known: Collection[str]) -> bool:
    return not name or name in known
