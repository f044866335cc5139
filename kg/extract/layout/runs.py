"""Items that have run into the sentence behind them, and sentences that go on with a list.

A list that has lost its lines ends in the middle of a passage ("gout asthma Examplin is also
indicated for"); and a sentence may do no more than name what the one before includes ("Such
infections encompass …").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from kg.extract.found import Use
from kg.extract.indications.leads import Lead
from kg.extract.layout.cues import is_sentence
from kg.extract.names.mentions import diseases
from kg.extract.names.terms import Terms
from kg.extract.passages import Passage
from kg.extract.rules import turn
from kg.extract.whom.people import People

__all__ = ["goes_on_with", "parted", "told_again", "without_next"]


def parted(
    line: str, part: Passage, terms: Terms, short: Mapping[str, str | None]
) -> list[Passage]:
    """An item and the sentence that it has run into, each by itself; or the item alone.

    The item ends with its last disease, and the sentence begins with a capital.
    """
    said = line[part.start : part.end]
    verb = turn("has a verb").search(said)
    if not verb or not (is_sentence(said) or turn("is indicated").search(said)):
        return [part]
    for one in reversed(diseases(line, part.start, part.start + verb.start(), terms, short)):
        ahead = re.match(r"\s+(?=[A-Z][\w-]+\s)", line[one.end : part.end])
        if ahead and one.end < part.start + verb.start():
            item = part._replace(end=one.end, opens=False, glued=False)
            return [item, part._replace(start=one.end + ahead.end(), item=False)]
    return [part]


def without_next(line: str, part: Passage) -> Passage:
    """An item without the sentence that it has run into."""
    said = line[part.start : part.end]
    verb = turn("has a verb").search(said) if is_sentence(said) else None
    before = said[: verb.start()] if verb else ""
    ends = list(turn("begins another sentence").finditer(before))
    if not ends:
        return part
    return part._replace(end=part.start + len(said[: ends[-1].end()].rstrip()))


def goes_on_with(line: str, part: Passage, uses: Iterable[Use]) -> tuple[Passage, Lead] | None:
    """What a sentence names and no more, the kind of use it is told of, and for whom.

    It tells what the sentence before it includes, or says itself that it lists what the drug
    is for ("Other disorders in which Examplin is useful include …").
    """
    said = line[part.start : part.end]
    if found := turn("lists further uses").match(said):
        return part._replace(start=part.start + found.end(), item=True), Lead(opens=True)
    found = turn("tells what it includes").match(said)
    last = next(
        (one for one in reversed(list(uses)) if not line[one.passage.end : part.start].strip(" .")),
        None,
    )
    if not found or not last:
        return None
    use = "" if last.use == "treatment" else last.use
    lead = Lead(People.of(last.qualifiers), use=use, opens=True)
    return part._replace(start=part.start + found.end(), item=True), lead


_AGAIN = re.compile(
    r"(?:\s+(?:with|due\s+to|caused\s+by)\s+[A-Z][a-z]+\s[a-z]+)?"
    r"\s*\(\s*(?:(?:also|commonly)\s+)?(?:i\.e\.,?\s+|known\s+as\s+|called\s+|or\s+)?(?P<name>[^(),;]{5,60}?)\s*\)"
)


def told_again(text: str, made: Iterable[Use], terms: Terms) -> list[Use]:
    """Uses whose name has no term but is told again in brackets by one that has.

    :param text: with its brackets.
    """
    found = ((one, _AGAIN.match(text, one.mention.end)) for one in made)
    return [
        replace(one, term=terms.ground(again["name"]))
        if again and not one.term and not re.search("[A-Z]{2}", again["name"])
        else one
        for one, again in found
    ]
