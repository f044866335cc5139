"""What else holds of a use: degree, course, marker, background, cause, therapies before and with.

A value is in the text's own words, folded to small letters: no sentence, a few words.
"""

from __future__ import annotations

import re

from kg.extract.rules import listed, phrases_of, qualities
from kg.extract.whom.genetics import genetics

__all__ = ["qualifiers"]

LONGEST = 90
"""Characters of the longest value."""

_COURSES = (
    ("severity", "severities"),
    ("stage", "courses"),
)
_MARKER = re.compile(
    r"(?i)\b[\w/-]+[- ](?:positive|negative|mutated|mutant|expressing|resistant|sensitive|"
    r"deficient|amplified|overexpressing|rearranged|dependent)\b"
)
_LOCUS = re.compile(r"\b5q\b")
_PREPOSITION = re.compile(
    r"(?i)\b(?:(?<!forms )of|in|for|with|against|and)\s+(?!severe|refractory|active|to)|,"
)
_NEVER = re.compile(
    r"(?i)\bpreviously\s+untreated|\btreatment-na[iï]ve|\bas\s+initial\s+therapy\b|\bnot\s+previously\s+treated\b"
)
_ALONE = re.compile(r"(?i)\bas\s+(?:a\s+)?(?:monotherapy|single\s+agent)\b|^monotherapy\b")
_OPTIONAL = re.compile(r"(?i)\balone\s+or\s+(?:in\s+combination\s+)?with\s+([\w -]+)")
_LOOSE = re.compile(r"(?:\s+(?:or|and|to|in|the|in the|with|of))+$")
"""Small words at the end of a value, which the next words would have needed."""
_NO_VALUE = re.compile(
    r"^(?:or|and|to|is|are|it|for\s+whom(?:\s+\w+)?|(?:the\s+)?(?:following|designated)\s+.*)$|"
    r"^(?:or|and|to|is|are)\s|\blisted\s+below\b"
)
"""What is left of a phrase whose words stand elsewhere: no value rather than a wrong one."""
_PRIOR = re.compile(r"(?:inadequate|insufficient|intoleran|respon|failure|previous|contraindicat)")
"""How a background begins that says how a therapy went."""
_END = re.compile(
    r"(?i)\s*(?:[.;:()\[\]]|,(?!\s*(?:and\s+)?\w+(?:\s\w+)?(?:,|\s+and\b|\s+or\b))|\b(?:is|are|who|whose|whom|which|that|"
    r"for\s+the|in\s+(?:adult|patient|p(?:a)?ediatric|children|men|women|whom)\w*|when|where|after|aged|alone|indicated|and\s+for|or\s+for|detected\s+by)\b|$)"
)


def qualifiers(
    line: str, start: int, end: int, mention: int, after: int, known: bool = False
) -> list[tuple[str, str]]:
    """The qualifiers of a disease, as pairs of a name and a value.

    :param start: where what is said of it begins, and ``end`` where it ends.
    :param mention: where its name begins, and ``after`` where its name ends.
    :param known: whether its background is known already.
    """
    found: list[tuple[str, str]] = []
    before = _close(line[max(start, mention - 80) : mention])
    own = line[mention:after]
    for name, entries in _COURSES:
        # A course may belong to the name ("chronic hepatitis"), a degree is told all the same.
        close = before + own if name == "severity" or own.startswith("relapsed") else before
        found += [(name, _value(one.group())) for one in _runs(entries, close)]
    found += [("biomarker", _value(one.group())) for one in _MARKER.finditer(before + own)]
    said = line[start:end]
    found += [("biomarker", _value(one.group())) for one in _LOCUS.finditer(said)]
    genes = list(genetics(said))
    found += genes
    if _NEVER.search(said):
        found.append(("prior", "none"))
    if _ALONE.search(said):
        found.append(("combined", "none"))
    optional = _OPTIONAL.search(said)
    if optional:
        found.append(("combined", f"{_value(_END.split(optional[1])[0])} (optional)"))
    for rule in qualities():
        place = after if rule.gives in ("condition", "cause", "biomarker") else start
        for match in rule.says.finditer(line[place:end]):
            if optional and rule.gives == "combined":
                continue
            stop = _END.search(line, place + match.end(), end)
            begin = place + (match.start() if rule.whole else match.end())
            value = _value(line[begin : stop.start() if stop else end])
            if rule.gives == "condition" and (_PRIOR.match(value) or known):
                continue
            if rule.gives == "biomarker" and genes and any(genetics(line[begin:end])):
                continue
            if value and value not in listed("groups"):
                found.append((rule.gives, f"{value} ({rule.ended})" if rule.ended else value))
            if rule.gives in ("prior", "combined"):
                break
    return [(name, value) for name, value in found if value]


def _close(before: str) -> str:
    """The words that belong to a name behind them: those after the last preposition."""
    cuts = list(_PREPOSITION.finditer(before))
    return before[cuts[-1].end() :] if cuts else before


def _runs(entries: str, text: str) -> list[re.Match[str]]:
    says = phrases_of(entries)
    return list(re.finditer(rf"(?i){says}(?:(?:\s*(?:/|,|-|and/or|and|or|to)\s*)+{says})*", text))


def _value(said: str) -> str:
    text = " ".join(re.sub(r"moderately(?= to\b)", "moderate", said.lower()).split()).strip(
        " ,-/'\""
    )
    text = re.sub(r"^(?:an?|the|their|prior|previous|other)\s+", "", text)
    text = _LOOSE.sub("", text)
    if _NO_VALUE.search(text) or len(text) < 2:
        return ""
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0]
