"""Each piece of evidence looked for in a new revision, with the old one beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from kg.evidence import CHANGED, digest, resemblance, sketch
from kg.revising.align import Alignment
from kg.revising.compared import Found, Uncited
from kg.revising.differing import differing
from kg.revising.pieces import Piece
from kg.revising.revision import Revision
from kg.sources.cited import Cited

__all__ = ["Comparison"]


class Comparison:
    """Finds each piece of evidence in the new revision."""

    def __init__(self, old: Revision, new: Revision, held: tuple[Piece, ...]) -> None:
        self.old, self.new = old, new
        cited = frozenset(one.digest for one in held if one.kind == "passage")
        self.texts = Alignment(old.page, new.page, cited) if old.text or new.text else None
        self.held = held

    def find(self, piece: Piece) -> Found:
        """What became of a passage, a record or a text."""
        return self._passage(piece) if piece.kind == "passage" else self._record(piece)

    def _passage(self, piece: Piece) -> Found:
        was = f"{piece.span[0]}-{piece.span[1]}"
        if self.texts is None:
            return Found("lost", was)
        anchor = self.texts.find(piece.span, piece.digest, piece.sketch)
        if anchor.start is None or anchor.end is None:
            return Found(anchor.state, was, section=piece.place)
        span = (anchor.start, anchor.end)
        how = ""
        before = self.texts.old.where(piece.digest)
        if anchor.state == "changed" and before:
            start, end = min(before, key=lambda one: abs(one[0] - piece.span[0]))
            how = differing(self.old.text[start:end], self.new.text[span[0] : span[1]])
        section = self.new.section(span[0]) or piece.place
        return Found(anchor.state, was, f"{span[0]}-{span[1]}", span, section, how)

    def _record(self, piece: Piece) -> Found:
        state, now = self.new.records.find(piece)
        if state in ("stands", "moved"):
            return Found("confirmed" if state == "stands" else "moved", piece.place, now)
        before = next(
            (one for one in self._before(piece) if one.digest(piece.fields) == piece.digest), None
        )
        if state == "changed":
            after = self.new.records.at(piece)[0]
            how = _fields(before, after, piece.fields) if before else ""
            return Found("changed", piece.place, now, how=how)
        near = self._like(before) if before and not self.new.records.keyed else None
        if near is None or before is None:
            return Found("lost", piece.place)
        how = _fields(before, near, piece.fields)
        return Found("changed", piece.place, near.place, how=how)

    def _before(self, piece: Piece) -> list[Cited]:
        """What the old revision has of a record: in its place, or elsewhere."""
        records = self.old.records
        place = records.elsewhere(piece)
        found = records.at(piece)
        return found + [one for one in records.by_place[place] if place] if place else found

    def _like(self, before: Cited) -> Cited | None:
        """The row of the new revision that is most like one of the old, and not in the old."""
        want = sketch(_words(before))
        near = [
            (resemblance(sketch(_words(one)), want), one.place, one)
            for one in self._new_records
            if (one.text is None) == (before.text is None)
        ]
        best = max(near, key=lambda one: one[:2], default=None)
        return best[2] if best and best[0] >= CHANGED else None

    @cached_property
    def _new_records(self) -> list[Cited]:
        """The records of the new revision whose values the old one has nowhere."""
        there = {one.digest() for one in self.old.cited}
        return [one for one in self.new.cited if one.digest() not in there]

    def anything(self, found: Iterable[Found]) -> bool:
        """Whether the new revision holds anything of the old one."""
        if any(one.state != "lost" for one in found):
            return True
        if self.texts is not None:
            return bool(self.texts.fixed)
        return bool(self.old.records.by_place.keys() & self.new.records.by_place.keys())

    def uncited(self, found: Mapping[str, Found]) -> Iterable[Uncited]:
        """The sentences of the new text, or its new records, that no fact rests on."""
        if self.texts is not None:
            spans = sorted(one.span for one in found.values() if one.span)
            for start, end in self.new.page.segments:
                if not any(a <= start and end <= b for a, b in spans):
                    text = self.new.text[start:end]
                    new = not self.texts.old.where(digest(text))
                    yield Uncited(new, self.new.section(start), f"{start}-{end}", text)
        if self.new.is_table:
            used = {one.now for one in found.values()}
            for one in self._new_records:
                if one.place not in used and one.text is None:
                    yield Uncited(True, "", one.place, "")


def _words(one: Cited) -> str:
    return one.text if one.text is not None else "\n".join(one.cells.values())


def _fields(before: Cited, after: Cited, fields: Iterable[str]) -> str:
    """Which of the fields read differ between two records, and how."""
    if before.text is not None or after.text is not None:
        return differing(before.text or "", after.text or "")
    names = sorted(fields) or sorted({*before.cells, *after.cells})
    told = []
    for name in names:
        one, two = before.cells.get(name, ""), after.cells.get(name, "")
        if digest(one) != digest(two):
            told.append(f"{name}: {differing(one, two)}")
    return "; ".join(told)
