"""A bare name that stands before what says the use: a heading, which is no use of its own.

Labels that have lost their lines run a heading into what it heads ("Melanoma • Treatment of
metastatic melanoma"), or lead in the forms of a disease by how the drug is used in them
("Epilepsy, adjunctive therapy in adults:").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kg.extract.found import Use
from kg.extract.indications.leads import lead_use
from kg.extract.phrasing import Phrase
from kg.extract.rules import lists, turn

__all__ = ["Title", "heads", "leads_in"]


_BRACKET = re.compile(r"\([^()]*\)")
"""What stands between a name and what follows it, and parts nothing: a short form, a citation."""
_SHORT_FORM = re.compile(r"\s*\([A-Z][\w/-]*[A-Z]\w*\)\s*")
"""A name's short form, and no sign that would end an item of a list."""


class Title(NamedTuple):
    """What a passage that names diseases and no more has added, and where it ends.

    :param says: whether it says a use itself ("Prevention of gout:").
    """

    uses: tuple[Use, ...] = ()
    end: int = 0
    says: bool = False

    def said_below(self, said: str, made: Sequence[Use]) -> bool:
        """Whether what stands below says itself the use that the title says of its name."""
        kinds = {one.use for one in made}
        told = turn("begins with a use").match(said)
        return bool(told) and all(one.use in kinds for one in self.uses)


def heads(title: Title, text: str, start: int, made: Sequence[Use], stated: bool) -> bool:
    """Whether a bare name is but the heading of the passage behind it.

    :param start: where that passage begins, and ``made`` its uses.
    :param stated: whether it is a sentence that states them.
    """
    said = text[title.end : start]
    between = _BRACKET.sub(" ", re.sub(r":\s*;", ":", said))
    if not title.uses or re.search(r"[.;\w]", between):
        return False
    if title.says and not title.said_below(text[start:], made):
        return False
    anew = all(one.mention.start >= start for one in made)
    if anew and not stated and _SHORT_FORM.fullmatch(text, title.uses[-1].mention.end, start):
        return True
    if ":" in between or (stated and "\u2022" not in between):
        return True
    told = {word for one in made for word in _own_words(text, one)}
    return all(_own_words(text, one) <= told for one in title.uses)


def leads_in(given: list[Phrase], made: Iterable[Use]) -> bool:
    """Whether a lead-in says how the drug is used in the diseases behind it, and of no other."""
    kinds = ("adjunct", "maintenance", "prevention")
    return lead_use(given) in kinds and all(one.mention.start <= given[0].start for one in made)


def _own_words(text: str, use: Use) -> set[str]:
    """The words of a name but those that many names have."""
    said = text[use.mention.start : use.mention.end].lower()
    said = lists("heads").sub(" ", said)
    return set(re.findall(r"[a-z]{4,}", said)) - {"cancer", "carcinoma"}
