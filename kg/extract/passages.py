"""An indication text cut into what is read at once: sentences, headings, items of lists.

The sources have lost most of their layout: sentences run into each other ("in adults.Treatment"),
headings into sentences ("PsoriasisExample is"), and bullets are gone. Cuts are made where such a
seam shows. Nothing is added or moved: every passage is a stretch of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kg.extract.rules import headings

__all__ = ["Passage", "passages"]

_SEAMS = re.compile(
    r"""
      (?<=[.!?])\s+(?=["'(]?[A-Z0-9\u2022])                  # sentence
    | (?<=[a-z][.]["\u201d])\s+(?=[A-Z][a-z])                # sentence that ends with a quotation
    | (?<=[a-z]{5}[.])\s+(?=[a-z]{5,}\s)                    # items behind full stops
    | (?<=\w[)\]][.])\s+(?=[a-z]{5,}\s)
    | (?<=[a-z0-9)\]%][.])(?=[A-Z][\w-]|A\s[a-z])           # sentence, glued
    | (?<=[A-Z]{3}[.])(?=[A-Z][a-z]{3,}\s)                   # the same, behind a short form
    | (?<=[A-Z][)\]][.])\s+(?=the\streatment\sof\s)
    | (?<=[a-z)\]]{2}[.])\s+(?=(?:(?:the\s)?treatment|short-term|maintenance|prevention|prophylaxis
        |(?:to\s)?(?:reduce|slow|treat)|as\san?|for\sthe|in\scombination|adults?|adjunct)\s)
    | \s+(?=temporarily\s(?:relieves|restores|reduces))     # uses of a drug without prescription
    | (?<=\s)-(?=(?i:helps?|relieves|prevents|reduces?|improves?|provides|for|to)\s)  # glued dashes
    | (?<=[.;,)\]])\s*-\s*(?=(?:adults?|patients|p[ae]+diatric|children|adolescents|women|men|the
        |treatment|prevention|in|as|for|to)\s)              # dashes that lead an item
    | (?<=\s(?:of|in))-\s+(?=[a-z]{3,}\s)                 # the same, behind a lead-in
    | (?<=\sfor)-\s+(?=[a-z]{3,}\s)
    | \s+(?=\*\s?[A-Z][a-z])                                # notes with a star
    | \s+o\s+(?=[A-Z][a-z])                                # bullets that have become a letter
    | (?<=[a-z)\]]{4}[.])(?=[a-z]{2,}\s)                   # sentence, glued, in small letters
    | (?<=[.\]][)\]])\s+(?=[A-Z])   # after a citation
    | (?<=[.;]-)\s+(?=[a-z]{4,}\s)                        # dashes behind a full stop
    | (?<=[a-z]{3})-\s+(?!(?:and|or|to|versus|induced|related|associated|resistant|positive)\b)
        (?=[a-z]{4,}\s|non\s)                                # dashes glued to a line
    | (?<=\])\s+(?=[A-Z])
    | (?<=[\d.]\s[)\]])\s+(?=[A-Z])
    | (?<=\d[)\]])\s*(?=[A-Z][a-z])
    | (?<=[.;:])(?:\s*,)+\s+(?=\S)                          # sentence, then what is left of lines
    | (?<=[;:])(?<!&lt;)(?<!&gt;)(?<!&amp;)\s*(?=\S)          # items and lead-ins
    | \s*[\u2022\u25aa\u25cf\u00b7\u2023\u25cb\u25e6\uf0b7]\s*                            # bullets
    | \s*[\u25ab\u25fe\u25fd\u25a0\u25a1\u25ba\u25b8\u2043]\s*                       # more of them
    | ,?\s*[\t\n\r]+[\s,]*                                 # lines
    | (?<=[,:.\s])\s*-\s+(?=[A-Z])                           # dashes that lead an item
    | (?<=[a-z]{3})-\s(?=[A-Z][a-z]{3})(?!\w+\s[Dd]isease)   # the same, glued to the item before
    | (?<=[a-z]{5})(?=[A-Z][a-z]{2,}[\w\u2019'-]*(?:\s|$))    # headings, glued
    | (?<=[a-z]{4})(?=(?:In|For|As|To)\s(?:patients|adults?|children|adolescents|p[ae]+diatric
        |the|an?|combination|women|men|infants)\b)         # the same, of small words
    | (?<=\s(?:for|the))(?=(?:Acute|Treatment|Prevention|Preventi|Prophyla|Long|Short|Adjunct
        |Maintenance|Symptomatic|Relief|Management))       # glued to a lead-in
    | (?<=[A-Z]{3})(?=[A-Z][a-z]{4,}\s)
    | (?<=\d\smg)(?=[A-Z][a-z]{3,}\s)                       # strengths, glued
    | (?:(?<=[a-z]{3}itis)|(?<=[a-z]{3}osis))(?=(?!ation|ed|ing|er)[a-z]{6,})  # items, glued
    | (?:(?<=[a-z]{3}disease)|(?<=[\u2019']s\sdisease)|(?<=\ssyndrome)|(?<=matosus)|(?<=vulgaris)
        |(?<=\snodosa))(?=[a-z]{6,})                        # the same, by other endings
    | (?<=[a-z]{2}\))(?=[A-Z][a-z]{2,})
    | (?<=[A-Z]\))(?=[A-Z][a-z]{2,})
    | (?:(?<=elderly)|(?<=\sage)|(?<=older)|(?<=adults)|(?<=children)|(?<=patients))
        (?=(?:treatment|prevention|prophylaxis)\sof\s)        # items, glued to their people
    | (?<=[,;])\s*(?:or|and)(?=(?:patients|adults|children|treatment|the)\b)  # glued to "or"
    | (?<=1\.\d\s\))\s+(?=[a-z])                              # items, by their citations
    | (?<=1\.\d\))\s+(?=[a-z])
    | (?<=1\.\d\s\)),\s+(?:and\s+)?(?=[A-Z])
    | (?:(?<=\d\)\])|(?<=\d\s\)\]))\s+(?=[a-z]{5,}\s(?!to\b))(?!after|before|because)
        (?!where|while|which|treatment\s(?!of))
    | \s*,\s*,[\s,]*                                          # what is left of lines
    | (?<=[a-z]{3}\.)\s*(?=[A-Z])
    | \s+(?=\d\.\d{1,2}\s+[A-Z])                           # numbered headings
    | (?<=[a-z)])\s+(?=(?:To|For|In|As|Treatment|Prevention|Prophylaxis|Management|Reduction
        |Relief|Limitations?)\s+(?!of\sCare)(?:of|the|in|[a-z]+)\b)
    | (?<=[a-z)])\s+(?=(?:Adjunctive|Adjuvant|Maintenance|Acute|Short-term|Long-term|Inpatient
        |Outpatient|Prophylactic|Preventive|Empiric|Topical)\s(?:therapy|treatment|management)\s(?:of|for|in)\b)
    | (?<=[a-z)])\s+(?=(?:Suppression|Maintenance|Adjunctive\streatment|Maintenance\smonotherapy)
        \s(?:in|to|monotherapy|treatment)\b(?!\s(?:of|for)))    # uses of a title's disease
    | (?:(?<=\sadults)|(?<=\solder)|(?<=\schildren))\s+(?=[A-Z][a-z]{3})  # items, by their people
    | (?<=[Ll]imitations\sof\s[Uu]se)\s+(?=[A-Z])
    """,
    re.VERBOSE,
)
_TITLE = re.compile(
    r"\b(?:Inpatient|Outpatient|Prophylactic|Adjunctive|Acute|Maintenance|Symptomatic|Adjuvant|Long-[Tt]erm|Short-[Tt]erm|Initial|Topical|"
    r"Preventive|Temporary|Secondary|Primary|Routine|Active|Perioperative|Supportive)$"
)
"""A word that belongs to the capital behind it."""
_ABBREVIATED = re.compile(
    r"(?:\b(?:(?<!titis\s)(?<!hilia\s)(?<!tamin\s)(?<!uenza\s)[A-Z]|subsp|var|vs|approx|e\.g|i\.e|[Nn]o|ca|cf|Dr|St|U\.S|[Ff]ig|incl|resp))\.$"
)


_LEFT_OPEN = re.compile(r"\s(?:of|in|for)[-.]$")
"""A lead-in whose items stand behind a dash, or behind a full stop that should be a colon."""

_CITED = re.compile(r"\d\s?\)\]?$")
"""A citation of a section of the label, which ends an item."""


class Passage(NamedTuple):
    """A stretch of the text.

    :param opens: whether it leads in what follows (it ends with a colon).
    :param item: whether a bullet, a colon or a semicolon stands before it.
    :param glued: whether what follows is glued to it, as to a heading.
    """

    start: int
    end: int
    opens: bool
    item: bool
    glued: bool


def passages(text: str) -> Iterator[Passage]:
    """The passages of a text, made plain by :func:`kg.reading.text.plain`, in order."""
    start, item = 0, False
    for at, stop in _cuts(text):
        if at < start:
            continue
        seam = text[at:stop]
        small = text[stop : stop + 1].islower()
        yield from _made(text, start, at, item, glued=not seam and not small)
        start = stop
        item = small and (not seam or bool(_CITED.search(text[:at])))
        item = item or bool(seam.strip(" \t\n\r,")) or text[:at].rstrip().endswith((";", ":"))
    yield from _made(text, start, len(text), item, glued=False)


def _cuts(text: str) -> list[tuple[int, int]]:
    """Where a passage ends and where the next begins, in order."""
    deep = _depths(text)
    found = []
    for seam in _SEAMS.finditer(text):
        at, said = seam.start(), seam.group()
        if deep[at] and not re.search(r"[\u2022\t\n]", said):
            continue
        if _ABBREVIATED.search(text[max(0, at - 8) : at]):
            continue
        if _TITLE.search(text[max(0, at - 20) : at]) and said.isspace():
            continue
        found.append((at, seam.end()))
    for heading in headings().finditer(text):
        found += [(at, at) for at in heading.span("name") if not deep[at]]
    return sorted(found)


def _made(text: str, start: int, end: int, item: bool, glued: bool) -> Iterator[Passage]:
    while start < end and text[start] in " ,.;:-*\t\n\r":
        start += 1
    said = text[start : end + 1].rstrip()
    opens = text[start:end].rstrip().endswith(":") or bool(_LEFT_OPEN.search(said))
    glued = glued and text[end - 1 : end].isalnum() | text.startswith(")", end - 1)
    while end > start and text[end - 1] in " ,.;:-\t\n\r":
        end -= 1
    if end > start:
        yield Passage(start, end, opens, item, glued)


def _depths(text: str) -> list[bool]:
    """For each place (and the end), whether it stands in a pair of round brackets."""
    from kg.reading.text import brackets

    deep = [False] * (len(text) + 1)
    for start, end in brackets(text):
        if end - start < 400:
            deep[start : end + 1] = [True] * (end + 1 - start)
            if end < len(deep):
                deep[end] = True
    return deep
