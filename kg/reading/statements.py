"""What a sentence says, as statements: subject, predicate, object, tone and qualifiers.

A frame (``frames.yaml``) finds the words that say a kind of fact; what it is said of stands
before them, what is said of it stands where the frame says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.reading.naming import Names, Thing
from kg.reading.objects import objects
from kg.reading.qualifiers import Qualifiers, qualifiers
from kg.reading.rules import Frame, frames
from kg.reading.sentence import DISEASES, Context, Sentence, subjects
from kg.reading.text import plain
from kg.reading.tone import Tone, tone

__all__ = ["Said", "statements"]


@dataclass(frozen=True)
class Said:
    """One statement of a sentence. Places count characters of the sentence.

    ``subjects`` and ``objects`` are what their names may stand for, the likeliest first.
    """

    frame: Frame
    subjects: tuple[Thing, ...]
    objects: tuple[Thing, ...]
    tone: Tone
    qualifiers: Qualifiers
    start: int
    end: int
    place: tuple[int, int]


def statements(text: str, names: Names, context: Context | None = None) -> list[Said]:
    """Everything that a sentence says, by the rules; nothing for a question.

    :param context: what the text before has named.
    """
    if plain(text).rstrip().endswith("?"):
        return []
    sentence = Sentence.of(text, names, context or Context())
    taken: list[tuple[int, int]] = []
    found: dict[tuple[str, str], Said] = {}
    for frame in frames():
        if frame.needs and not frame.needs.search(sentence.line):
            continue
        for match in frame.says.finditer(sentence.line):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            for said in _said(sentence, frame, match.span()):
                found.setdefault((frame.predicate, said.objects[0].iri), said)
                if frame.object == "after":
                    taken.append((said.start, said.place[1]))
    return sorted(found.values(), key=lambda one: (one.start, one.place, one.frame.predicate))


def _said(sentence: Sentence, frame: Frame, span: tuple[int, int]) -> Iterator[Said]:
    """The statements that the words of a frame at a place make."""
    about = subjects(sentence, span[0], frame)
    if not about:
        return
    heard = tone(sentence.line, *span, frame)
    for one in objects(sentence, span, frame):
        disease = one.things[0].iri if one.of(DISEASES) else None
        more = qualifiers(sentence, frame, (span[0], one.end), disease)
        yield Said(frame, about, one.things, heard, more, *span, (one.start, one.end))
