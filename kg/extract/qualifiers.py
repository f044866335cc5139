"""Degree, course, prior and accompanying therapy, background: what else holds of a use."""

from __future__ import annotations

import re

from kg.extract.passages import Passage
from kg.extract.uses import Disease

__all__ = ["qualifiers"]

_SEVERITY = re.compile(
    r"(?i)\b(?:(?:mild|moderate(?:ly)?|severe(?:ly)?|serious|symptomatic|high[- ]risk|very high|life-threatening)"
    r"(?:\s*(?:to|or|and|-|,)+\s*(?:mild|moderate(?:ly)?|severe|active))*)(?=[\s-])"
)
_STAGE = re.compile(
    r"(?i)\b(?:(?:acute|chronic|active|relapsed|relapsing|refractory|recurrent|metastatic|unresectable|newly diagnosed|"
    r"locally advanced|advanced|early|stage\s+[IV]+|suspected|established|presumed)"
    r"(?:\s*(?:or|and|/|,|to)+\s*(?:acute|chronic|refractory|recurrent|metastatic|unresectable|advanced|active|established|[IV]+))*)(?=\s)"
)
_WITH = re.compile(r"(?i)\bin combination with\s+(?:an?\s+|the\s+)?([^.;:()]*?)(?=\s+(?:is|are|for|in|who|after|and is)\b|[.;:(]|$)")
_ADJUNCT = re.compile(r"(?i)\badjunct(?:ive therapy)?\s+to\s+(?:an?\s+)?([^.;:()]*?)(?=\s+(?:to|for|in|is)\b|[.;:,(]|$)")
_PRIOR = re.compile(
    r"(?i)\b(?:after|following|inadequate(?:ly)?\s+(?:response|controlled|control)\s+(?:to|on|with|by)|failed|"
    r"(?:not|inadequately|insufficiently)\s+(?:adequately\s+)?(?:controlled|responded)\s+(?:to|on|with|by)|"
    r"responded\s+inadequately\s+to|refractory\s+to|intolerant\s+(?:to|of)|progressed\s+(?:on|after|following|during)|"
    r"have\s+received|previously\s+treated\s+with)\s+(?:an?\s+|the\s+|prior\s+|at\s+least\s+\w+\s+)*([^.;:,()]{3,70})"
)


def qualifiers(line: str, whole: str, part: Passage, one: Disease) -> list[tuple[str, str]]:
    """The qualifiers of a disease in its passage, as pairs of a name and a value."""
    found = []
    before = line[max(part.start, one.start - 60) : one.start]
    for name, says in (("severity", _SEVERITY), ("stage", _STAGE)):
        for match in says.finditer(before):
            if not re.search(r"\b(?:of|in|for|with)\b", before[match.end() :]):
                found.append((name, _value(match.group())))
    said = line[part.start : part.end]
    if re.search(r"(?i)\bpreviously\s+untreated|treatment-na[iï]ve|as\s+initial\s+therapy\b", said):
        found.append(("prior", "none"))
    if match := _PRIOR.search(said):
        found.append(("prior", _value(match[1])))
    if re.search(r"(?i)\bas\s+(?:a\s+)?(?:monotherapy|single agent)\b", said):
        found.append(("combined", "none"))
    for says in (_WITH, _ADJUNCT):
        if match := says.search(said):
            found.append(("combined", _value(match[1])))
    return [(name, value) for name, value in found if value]


def _value(said: str) -> str:
    return " ".join(said.lower().replace("moderately", "moderate").split()).strip(" ,-/")[:80]
