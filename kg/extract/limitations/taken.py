"""What a part of a clause takes away: about what, which disease, and the kind of that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kg.extract.found import Span
from kg.extract.limitations import joined, limited, row_parts
from kg.extract.limitations.kinds import kind_of, named_kind
from kg.extract.limitations.known import Known
from kg.extract.limitations.people_told import Patients
from kg.extract.names.mentions import Disease
from kg.extract.phrasing import phrases
from kg.extract.rules import Rule, turn

__all__ = ["Part"]

Taken = tuple[Span | None, str | None, str]
"""What is taken away: about what, its term, and the kind."""

TOLD = 300
"""Characters behind the refusal in which the kind is told: a table may run on behind it."""


@dataclass(frozen=True)
class Part:
    """A part of a clause that is limited by itself.

    :param start: where it begins in the line, and ``end`` where it ends.
    :param rule: by which the clause takes something away, and ``match`` its phrase, which may
        stand before the part.
    :param own: the diseases that the part names.
    :param known: what the text has said that the drug is for.
    """

    line: str
    start: int
    end: int
    rule: Rule
    match: re.Match[str]
    own: tuple[Disease, ...]
    known: Known

    def taken(self) -> Iterator[Taken]:
        """What the part takes away: about what, its term, and the kind."""
        kind = self._kind()
        if kind in ("disease", "use", "stage") and (whom := self._whom()):
            yield whom
            return
        if kind == "disease" and (told := joined.types(self.line, self._after, self.end)):
            yield from ((one, None, kind) for one in told)
            return
        each = joined.unnamed(self.line, self._after, self.end, self._diseases)
        each = each or joined.in_a_row(self.line, self._diseases)
        if kind == "disease" and self.rule.gives != "restricted":
            stop = self.match.start() if self._before else self.end
            each = joined.with_unnamed(self.line, each, self._diseases, self.start, stop)
            if each:
                each = [*row_parts.kinds_of(self.line, each[0], self.start), *each]
        other = self._other_use(each)
        each = [] if self._alone(kind, each) else each
        if each and (kind in ("disease", "stage", "monotherapy") or (kind == "outcome" and other)):
            yield from self._of_each(each, other, kind)
            return
        if kind == "patients" and len(each) > 1 and self._told().have(each[0]):
            yield from ((Span(one.start, one.end), one.term, kind) for one in each)
            return
        about = self._about(kind)
        if about and kind in ("line", "age") and len(each) > 1 and about.start <= each[0].start:
            yield Span(about.start, each[0].end), each[0].term, kind
            yield from self._further(each[0], each[1:], kind)
            return
        for span in self._each(about, kind) if about else [about]:
            yield span, self._term(span if kind == "patients" else about, kind), kind

    def _of_each(self, each: list[Disease], other: list[Disease], kind: str) -> Iterator[Taken]:
        """Each of the diseases that are taken away, or whom of those who have it.

        :param other: those of them of which but another use is taken away.
        """
        for one in each:
            if kind == "disease" and (people := self._of_whom(one)):
                yield Span(one.start, people.end()), one.term, people.lastgroup or kind
                continue
            what = self._of_disease(one, "use" if one in other else kind)
            late = kind == "stage" and len(each) == 1 and one.end > self.match.end()
            yield Span(one.start, self.end if late else one.end), one.term, what

    def _further(self, first: Disease, rest: list[Disease], kind: str) -> Iterator[Taken]:
        """The diseases behind the first of an age or a line: what else the drug is not for."""
        for one in rest:
            own = one in self._its or self.known.akin(self.line, one)
            besides = kind == "age" and first in self._its and not own
            yield Span(one.start, one.end), one.term, "disease" if besides else kind

    def _each(self, about: Span, kind: str) -> list[Span]:
        """What is limited, once for each of a row that stands for one kind of thing."""
        if kind == "outcome":
            return row_parts.effects(self.line, about)
        if kind == "use" and self.rule.name != "unable":
            return row_parts.members(self.line, about)
        routes = kind == "setting" and row_parts.routes(self.line, self._after, self.end)
        return routes or joined.each_of(self.line, about, kind)

    @cached_property
    def _diseases(self) -> list[Disease]:
        """The diseases that are more than examples."""
        examples = turn("gives examples")
        return [one for one in self.own if not examples.search(self.line, self.start, one.start)]

    @cached_property
    def _its(self) -> list[Disease]:
        """Those of them that the drug is for."""
        return [one for one in self._diseases if self._is_its(one)]

    def _is_its(self, one: Disease) -> bool:
        """Whether the drug is for a disease, by its name or by the letters that stand for it."""
        return self.known.has(self.line, one) or self.known.shortens(self.line, one)

    def _told(self) -> Patients:
        """How people are told by the diseases that the part names."""
        own, its = self._diseases, self._its
        return Patients(self.line, self.start, self.end, own, its, self.known, self.rule.gives)

    @property
    def _after(self) -> int:
        return max(self.start, self.match.end())

    @property
    def _before(self) -> bool:
        """Whether what is taken away stands before the refusal."""
        return bool(self._diseases) and self._diseases[0].end <= self.match.start()

    def _kind(self) -> str:
        """The kind of all that is taken away, but for what is told disease by disease."""
        own, its = self._diseases, self._its
        stop = min(self.end, self._after + TOLD)
        said, behind = self.line[self.start : stop], self.line[self._after : stop]
        kind = kind_of(said, behind, self.rule, bool(own), bool(own) and len(its) == len(own))
        if own and kind == "outcome" and _ON.search(self.line, self.start, own[0].start):
            kind = named_kind(said, self.rule) or "disease"
        if (
            own
            and kind == "outcome"
            and (turn("is against a risk").search(said) or turn("reverses a disease").search(said))
        ):
            kind = "disease"
        if kind in ("disease", "stage", "duration") and turn("begins with an effect").match(behind):
            kind = "outcome"
        germs = turn("names infections by their germs")
        if kind == "organism" and any(one.term and germs.search(self._named(one)) for one in own):
            kind = "disease"
        if kind == "use" and not own and row_parts.routes(self.line, self._after, stop):
            kind = "setting"
        if own and kind == "combination" and _USE_WITH.search(self.line, self.start, own[0].start):
            kind = "disease"
        if turn("denies in the middle").match(self.match.group()):
            return "outcome"
        people = kind == "disease" and own and self._told().apart()
        return "patients" if people else kind

    def _named(self, one: Disease) -> str:
        """The name of a disease as it stands."""
        return self.line[one.start : one.end]

    def _alone(self, kind: str, each: list[Disease]) -> bool:
        """Whether a therapy without others is taken away, told beside the one disease it is for."""
        about = self._about(kind) if kind == "monotherapy" and len(each) == 1 else None
        return about is not None and about.end > each[0].start

    def _of_disease(self, one: Disease, kind: str) -> str:
        """The kind of one of the diseases that are taken away: the first that fits."""
        if kind not in ("disease", "stage"):
            return kind
        part = kind == "stage" or self._slight(one)
        if self.rule.gives != "restricted" and self._otherwise(one, part):
            sudden = turn("is a relief of what is acute").search(self.line[self.start : one.start])
            return "disease" if sudden else "use"
        return "stage" if part else self._other_way(one) or kind

    def _of_whom(self, one: Disease) -> re.Match[str] | None:
        """Those of an age or a sex who have the drug's own disease, told right behind it."""
        if self.rule.gives == "restricted":
            return None
        own = one in self._its or self.known.tells(self.line, one)
        return turn("is in people").match(self.line, one.end, self.end) if own else None

    def _otherwise(self, one: Disease, part: bool) -> bool:
        """Whether another purpose is taken away than the one that the drug has for a disease."""
        use = "prevention" if self.match.group().endswith("prevent") else ""
        if part and not turn("tells a purpose").search(self.line, self.start, one.start):
            return False
        return self.known.otherwise(self.line, one, self.start, use, attacks=part)

    def _other_way(self, one: Disease) -> str | None:
        """The kind of another way in which a disease of the drug's own is treated."""
        before = self.line[self.start : one.start]
        if turn("is an adjuvant use").search(before) and self.known.akin(self.line, one):
            return "stage"
        told = self.known.tells(self.line, one) or self.known.spells(self.line, one)
        if not told and one not in self._its:
            return None
        if turn("is a sudden use").search(before) or turn("is a recurrence").search(before):
            return "use"
        return "stage" if turn("is a severity before a name").search(before) else None

    def _slight(self, one: Disease) -> bool:
        """Whether but a part of an illness is meant: what is slight, or such of the drug's own."""
        before, said = self.line[self.start : one.start], self._named(one)
        slight = turn("is of a small degree")
        told = self.known.tells(self.line, one)
        turned = told and (
            turn("is a turn of").search(before)
            or turn("is of a stage").match(self.line, one.end, self.end)
        )
        such = (one in self._its or told) and _SUCH.match(self.line, one.end, self.end)
        sized = turn("is of a size").match(self.line, one.end, self.end)
        return bool(such or turned or sized or slight.search(before) or slight.search(said))

    def _whom(self) -> tuple[Span, str | None, str] | None:
        """People who are told by another illness than the one that they are treated for."""
        own, its = self._diseases, self._its
        first = [one for one in own if one in its or self.known.tells(self.line, one)]
        if not first or own[: len(first)] != first:
            return None
        rest = own[len(first) :]
        stop = rest[0].start if rest else self.end
        found = _WITH.search(self.line, first[-1].end, stop)
        if found is None or _NAMELY.search(self.line, first[-1].end, found.start()):
            return None
        return Span(found.start(), self.end), rest[0].term if rest else None, "patients"

    def _other_use(self, each: list[Disease]) -> list[Disease]:
        """The diseases that the drug is for, where it is their prevention that is taken away."""
        found: list[Disease] = []
        for one in each:
            given = phrases(self.line, self.start, one.start)
            if not given or given[-1].rule.gives != "prevention":
                continue
            apart = found and given[-1].start >= found[-1].end
            if one.term in self.known.names or (found and not apart):
                found.append(one)
        return found

    def _about(self, kind: str) -> Span | None:
        """The words that name what is limited."""
        line, start, end, match = self.line, self.start, self.end, self.match
        subject = turn("begins with whom").match(line, start, match.start())
        if kind == "patients" and subject and turn("is treated").search(match.group()):
            return Span(start, match.start())
        about = limited.told(line, start, end, kind, match)
        about = about or limited.about(line, start, end, match)
        return Span(start, end) if about is None and start > match.end() else about

    def _term(self, about: Span | None, kind: str) -> str | None:
        """The term of a disease within what is limited; of people, none like the drug's own."""
        named = self._diseases
        if kind == "patients":
            named = [one for one in named if not self.known.akin(self.line, one)]
        return next(
            (one.term for one in named if about and about.start <= one.start < about.end), None
        )


_ON = re.compile(r"\beffects?\b[^.]{0,80}?\b(?:up)?on\s+(?:the\s+)?(?:[\w-]+\s+)?$", re.IGNORECASE)
"""How an effect is told that is itself the treatment of the disease behind it."""

_USE_WITH = re.compile(r"\b(?:use|used)\s+with\s+(?:[\w-]+\s+)?$", re.IGNORECASE)
"""How a use is told before a disease that stands where another drug may."""

_NAMELY = re.compile(r"\b(?:namely|i\.e\.|that is)")
"""What makes that which follows the same once more."""

_SUCH = re.compile(r"\s+(?:that|which)\s")
"""How the part of a disease begins for which a drug is not, where it is for the disease."""

_WITH = re.compile(
    r"\bin\s+(?:[\w-]+\s+){0,3}(?:patients|individuals|adults|children|persons|people|subjects|those)"
    r"\s+with\b|\bwho\s+(?:also\s+)?(?:have|had)\b"
)
"""How people are told by an illness."""
