"""Whether people who have a disease are taken away, and not the disease that they are told by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.extract.limitations.known import Known
from kg.extract.names.mentions import Disease
from kg.extract.rules import turn

__all__ = ["Patients"]


@dataclass(frozen=True)
class Patients:
    """The people of a part of a clause, by the diseases that it names.

    :param start: where the part begins in the line, and ``end`` where it ends.
    :param own: the diseases that it names, of which the drug is for ``its``.
    :param known: what the text has said that the drug is for.
    :param gives: the polarity of the clause.
    """

    line: str
    start: int
    end: int
    own: Sequence[Disease]
    its: Sequence[Disease]
    known: Known
    gives: str

    def apart(self) -> bool:
        """Whether no disease is taken away but some of those who have one."""
        if turn("tells people by their treatment").search(self.line, self.start, self.end):
            return True
        if self._with_more():
            return True
        if self.known.tells(self.line, self.own[0]):
            return bool(turn("tells people apart").search(self.line, self.start, self.end))
        return not any(self.known.akin(self.line, one) for one in self.own) and self._besides()

    def have(self, one: Disease) -> bool:
        """Whether people who have it stand right before the name of an illness."""
        return bool(turn("ends with people who have").search(self.line, self.start, one.start))

    def _with_more(self) -> bool:
        """Whether they have something besides the drug's own disease, or what is behind it."""
        first, more = self.own[0], self.own[1:]
        told = turn("is of patients").match(self.line, first.end, self.end)
        if not told and not self.have(first):
            return False
        if self.known.behind(self.line, first):
            return True
        if first not in self.its:
            return False
        if len(more) == 1 and more[0] not in self.its and not self.known.tells(self.line, more[0]):
            return bool(turn("is and").fullmatch(self.line, first.end, more[0].start))
        given = self.gives in ("notRecommended", "contraindicated", "notStudied")
        stop = self.own[-1].end if more and more[0] in self.its else first.end
        return given and bool(turn("has something besides").match(self.line, stop, self.end))

    def _besides(self) -> bool:
        """Whether they have an illness that has nothing to do with what the drug is for."""
        if not self.known or self.gives in ("notIndicated", "restricted"):
            return False
        studied = self.gives == "notStudied"
        if studied and turn("begins with patients who have").match(self.line, self.start):
            return True
        if turn("is an illness of an organ besides").search(self.line, self.start, self.end):
            return True
        if self.gives not in ("notRecommended", "contraindicated"):
            return False
        given = turn("is given to people with")
        return bool(given.search(self.line, self.start, self.own[0].start))
