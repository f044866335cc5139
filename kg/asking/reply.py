"""The reply to a question in people's own words: an answer, or why there is none.

It says what was taken for what, and what was left out; its wording is data (``words.yaml``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from kg.answer import Answer, Verdict, fill
from kg.asking.words import load_words

__all__ = ["Outcome", "Reply", "Taken", "quoted", "say"]

Outcome = Literal["answered", "declined", "unclear", "unknown", "unfit"]
"""``declined`` is out of scope or advice; ``unclear`` a name of several things; ``unknown`` a
name of nothing held; ``unfit`` fits no question of the library."""


def say(key: str, **slots: str) -> str:
    """A sentence of the wordings for replies."""
    return fill(load_words().phrases[key], slots.__getitem__)


def quoted(parts: Iterable[str]) -> str:
    """Parts of a text in quotation marks."""
    return ", ".join(f'"{one}"' for one in parts)


@dataclass(frozen=True)
class Taken:
    """A question of the library as it was or may be meant: its name, words and arguments."""

    name: str
    question: str
    arguments: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """What becomes of a text.

    :param asked: the text.
    :param outcome: whether it was answered, or why not.
    :param verdict: the answer's, or "" if there is none.
    :param why: why it was not answered, in words.
    :param taken: the question that was answered.
    :param others: questions that fit as well.
    :param nearest: questions that come near, where none was answered.
    :param left: what was not taken into account, in the text's own words.
    :param read: what misspelled words and names were read as.
    :param notes: what else was done to understand the text.
    """

    asked: str
    outcome: Outcome
    verdict: Verdict | Literal[""] = ""
    why: tuple[str, ...] = ()
    taken: Taken | None = None
    others: tuple[Taken, ...] = ()
    nearest: tuple[Taken, ...] = ()
    left: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    answer: Answer | None = None

    @property
    def review(self) -> tuple[str, ...]:
        """How the facts were checked that the answer rests on."""
        lines = self.answer.lines if self.answer is not None else ()
        return tuple(sorted({one.review_status for line in lines for one in line.evidence}))

    def text(self, *, bare: bool = False) -> str:
        """The reply to read: plain text; what was mended or left out first, then the answer.

        :param bare: without the places of evidence.
        """
        lines = [*self.read, *self.why]
        if self.left:
            lines.append(say("left", parts=quoted(self.left)))
        if self.answer is not None:
            shown = self.answer
            if bare:
                kept = tuple(replace(line, evidence=()) for line in shown.lines)
                shown = replace(shown, lines=kept)
            lines.append(shown.text())
        if self.review:
            lines.append(say("review", parts=", ".join(self.review)))
        if self.taken is not None:
            lines.append(say("taken", question=self.taken.question, name=self.taken.name))
        lines += self.notes
        for key, some in (("others", self.others), ("nearest", self.nearest)):
            if some:
                parts = "".join(f"\n  {one.question} ({one.name})" for one in some)
                lines.append(say(key, parts=parts))
        if self.answer is None:
            lines.append(say("advice"))
        return "\n".join(lines) + "\n"

    def record(self) -> dict[str, Any]:
        """The same as plain dictionaries, lists and values."""
        return asdict(self)
