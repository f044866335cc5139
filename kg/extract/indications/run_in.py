"""A heading that has run into its sentence: "Treatment of Gout Examplin is indicated in …".

Labels that have lost their lines set no sign between the two. The heading names nothing that the
sentence does not name, or more widely than it does.
"""

from __future__ import annotations

import re

from kg.extract.indications.uses import told
from kg.extract.names.mentions import Disease
from kg.extract.passages import Passage
from kg.extract.phrasing import phrases
from kg.extract.rules import turn

__all__ = ["past_heading"]

_SUBJECT = re.compile(r"\s[A-Z][\w-]+")
"""The drug, which begins the sentence behind the heading."""


def past_heading(line: str, part: Passage, found: list[Disease]) -> Passage:
    """A passage without the heading that it begins with, if its sentence tells a use too.

    :param found: the diseases of the passage.
    """
    said = line[part.start : part.end]
    verb = turn("is indicated").search(said)
    if not verb or not turn("heads a sentence").match(said):
        return part
    ahead = [one for one in found if one.end <= part.start + verb.start()]
    if not ahead or not _SUBJECT.search(line, ahead[-1].end, part.start + verb.start()):
        return part
    at, rest = ahead[-1].end, found[len(ahead) :]
    given = phrases(line, at, part.end)
    if not any(told(line, at, part.end, given, rest, bare=False)):
        return part
    return part._replace(start=at)
