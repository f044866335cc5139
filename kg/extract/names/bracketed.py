"""Brackets that name, one by one, the illnesses that the words before them mean."""

from __future__ import annotations

import re

from kg.extract.names.terms import Terms
from kg.extract.rules import listed, turn
from kg.reading.text import brackets

__all__ = ["reopened"]

_NAMELY = re.compile(
    r"\s*(?:primarily|mainly|chiefly|namely|specifically|i\.e\.,?|that is,?|either|both)?\s*"
)
_JOINT = re.compile(r"\s*(?:[,;]\s*(?:and/or|and|or)?|\band/or\b|\band\b|\bor\b)\s*")
LONGEST = 300
"""Characters of the longest bracket that is looked into."""


def reopened(text: str, line: str, terms: Terms) -> str:
    """The line, with each bracket that is a row of illnesses set between commas.

    One that is the type of an illness is set before its name.

    :param text: with its brackets, which the line has lost.
    """
    signs = list(line)
    for start, end in brackets(text):
        if end - start > LONGEST or text[end : end + 1] != ")" or line[start:end].strip():
            continue
        if _is_type(text, start, end, terms):
            signs[start:end] = text[start:end]
            continue
        if text.startswith(" of ", end + 1):
            continue
        said = re.sub(r"\[[^\]]*\]", lambda inner: " " * len(inner[0]), text[start:end])
        namely = _NAMELY.match(said)
        at = namely.end() if namely else 0
        types = said.startswith(("i.e", "that is")) and turn("names types").search(said)
        kinds = not turn("stands behind no kind").search(text[:start])
        if types or (kinds and _row(said[at:], terms)):
            signs[start - 1 : end + 1] = f",{' ' * at}{said[at:]},"
    return "".join(signs)


_TYPE = re.compile(r"[a-z]+(?:-[a-z]+)*")
_TYPED = re.compile(r" (?P<name>[a-z]+(?: [a-z]+){0,2})")


def _is_type(text: str, start: int, end: int, terms: Terms) -> bool:
    """Whether a bracket tells the type of what is named behind it ("acute (angle-closure) A").

    Where the word before it does so too, it says but the same again.
    """
    behind = _TYPED.match(text, end + 1)
    if not behind or not _TYPE.fullmatch(text, start, end):
        return False
    before = re.search(r"(?:[\w-]+ ){1,3}$", text[: start - 1])
    said = before.group().split(" ")[:-1] if before else []
    names = [behind["name"].rsplit(" ", cut)[0] for cut in range(3)]
    typed = (f"{' '.join(said[at:])} {name}" for at in range(len(said)) for name in names)
    if any(map(terms.ground, typed)):
        return False
    return any(terms.ground(f"{text[start:end]} {name}") for name in names)


def _row(said: str, terms: Terms) -> bool:
    """Whether words are a row of two illnesses or more."""
    parts = [part for part in _JOINT.split(said.strip(" .")) if part]
    return len(parts) > 1 and all(_illness(part, terms) for part in parts)


def _illness(said: str, terms: Terms) -> bool:
    """Whether words name an illness with a term, perhaps behind words of degree."""
    names = said.split()
    while names and not terms.ground(" ".join(names)):
        if names[0].lower() not in listed("degrees"):
            return False
        names = names[1:]
    return bool(names) and not said.isupper()
