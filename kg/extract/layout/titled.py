"""Items that tell how the drug is used in the disease of the title above them, without its name.

"Genital herpes: treatment of first episodes; suppression in adults": the title is no use of its
own, its items are.
"""

from __future__ import annotations

from kg.extract.found import Span, Use
from kg.extract.passages import Passage
from kg.extract.rules import turn
from kg.extract.whom.people import people
from kg.extract.whom.qualifiers import qualifiers

__all__ = ["Titled"]

FAR = 300
"""Characters within which an item is still of the title above it."""


class Titled:
    """The last bare name that may be the title of the items behind it."""

    def __init__(self) -> None:
        self.name: Use | None = None

    def under(self, name: Use | None) -> None:
        """Begin anew below a name, or below none."""
        self.name = name

    def take(self, line: str, part: Passage, uses: dict[Use, None]) -> bool:
        """Take the uses that an item tells of the title's disease, if it does no more.

        :param uses: what the text has told so far, and the title as if it were a use.
        """
        name = self.name
        if name is None or part.start - name.mention.end > FAR:
            return False
        said = line[part.start : part.end]
        one_word = len(said.split()) == 1
        if one_word or not turn("tells but a kind of use").fullmatch(said):
            return False
        pairs = {*name.qualifiers, *people(said).qualifiers}
        pairs |= {*qualifiers(line, part.start, part.end, part.start, part.start)}
        every, span = tuple(sorted(pairs)), Span(part.start, part.end)
        uses.pop(name, None)
        for kind in _kinds(said):
            uses[Use(name.mention, name.term, kind, every, span, "titled")] = None
        return True


def _kinds(said: str) -> list[str]:
    """The kinds of use that an item tells."""
    kinds = ("prevention", "adjunct", "maintenance")
    told = [kind for kind in kinds if turn(f"tells of {kind}").search(said)] or ["treatment"]
    alone = told[0] == "adjunct" and turn("says alone and added").search(said)
    return [told[0], *(told[1:] or ["treatment"])] if alone else told[:1]
