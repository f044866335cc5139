"""What a passage is by its words: a sentence, an item, a heading, a lead-in; and the text's own
short forms and brackets.
"""

from __future__ import annotations

import re

from kg.extract.names.mentions import diseases
from kg.extract.names.terms import Terms
from kg.extract.passages import Passage
from kg.extract.rules import headings, lists, turn
from kg.reading.text import brackets, plain

__all__ = [
    "abbreviations",
    "general",
    "headed",
    "in_passing",
    "is_item",
    "is_sentence",
    "is_short",
    "opened",
    "tells_else",
    "whole",
]

FIRST = 600
"""Characters below which a first passage without a verb may state a use."""
SHORT_HEAD = 9
"""Words below which a passage that begins with a disease's name may be a heading."""
_SHORT = re.compile(r"\s*\(\s*([A-Za-z][\w/+-]{1,11})s?\s*[),;]")


def whole(text: str) -> str:
    """A text made plain, its places unchanged; some sources write entities for <, > and &."""
    text = _GLUED.sub(" ", text.replace("\u201a", ","))
    text = _BROKEN.sub(r"'\1  ", text).replace("&amp;", "and  ")
    return plain(text).replace("&lt;", "<   ").replace("&gt;", ">   ")


_GLUED = re.compile(r"(?<=[a-z])\u2014(?=[a-z]{3})")
"""A long dash between two words, which would else be one."""
_BROKEN = re.compile(r"\u00e2\u0080\u0099(s?)")
"""An apostrophe whose bytes were read one by one."""
_THAT_IS = re.compile(
    r"(?<=conditions )\(i\.e\.,?|(?<=disorders )\(i\.e\.,?|(?<=diseases )\(i\.e\.,?|"
    r"(?<=states )\(i\.e\.,?"
)
"""How a bracket begins that tells the conditions meant by the words before it."""


_EVENTS = re.compile(
    r"(?i)\b(?:cardiovascular|thrombotic|vascular|ischemic|CV\)|MACE\))[^.;()]{0,40}"
    r"(?:events|endpoint|outcomes?)\s*$|\bevents\s*$"
)
"""Events, before a bracket that names them one by one."""


_GENE = re.compile(r"[A-Z][A-Z0-9]{1,7}")
"""A gene's symbol, which stands in brackets behind its name and is what the gene is told by."""


_TYPE = re.compile(r"[Tt]ypes? (?:\d|[IV]+)[A-Ca-c]?")
"""What in brackets is a part of the name before or behind them."""


_DENIES = re.compile(r"\s*[A-Z][^()]*\b(?:no|not)\b[^()]*\.\s*$")
"""What stands in brackets and is a sentence of its own that takes something away."""


_WEIGHED = re.compile(r"(?:obes(?:e|ity)|overweight)\b")
_MASS = re.compile(r"\bkg/m\s?[2\u00b2][^.;]*$")
"""Who has a body mass, in brackets behind its bound: the people that are treated."""


_EXPOSED = re.compile(r"\bexposed to [^.;()]{3,60} $")
_BROUGHT = re.compile(r"[^()]*\b[Ss]yndrome")
"""What an exposure brings, in brackets behind it: the illness that is treated."""


_ASIDE = re.compile(r",\s+(?:if|when|where|which|who)\b[^,;.]{1,60},")
"""A side clause between two commas, whose verb is not the sentence's."""


_NAMING = re.compile(r"(?:The|These|Those)\s+(?:[\w-]+\s+){1,14}?includes?\s")
"""How a sentence begins that names what belongs to its subject, whatever clause stands between."""
_GRANTED = re.compile(r"(?:,\s+(?:although|though)|\s+until)\b[^;:]*$")
"""What is granted behind an item, or till when it holds, with a verb of its own."""


def opened(text: str) -> str:
    """The text with what stands in brackets blanked; short brackets of numbers and names too."""
    signs = list(text)
    for start, end in brackets(text):
        if text.startswith("including", start):
            continue
        if that_is := _THAT_IS.match(text, start - 1):
            signs[start - 1 : that_is.end()] = ":".ljust(that_is.end() - start + 1)
            continue
        if turn("names events").search(text, start, end) and _EVENTS.search(text[: start - 1]):
            signs[start - 1] = ","
            signs[min(end, len(signs) - 1)] = " "
            continue
        if _GENE.fullmatch(text, start, end) and text.startswith(" gene", end + 1):
            continue
        if _BROUGHT.match(text, start, end) and _EXPOSED.search(text, 0, start - 1):
            continue
        if _WEIGHED.match(text, start, end) and _MASS.search(text, start - 60, start):
            signs[start - 1] = signs[min(end, len(signs) - 1)] = ","
            continue
        if _TYPE.fullmatch(text, start, end):
            signs[start - 1] = signs[end] = " "
            continue
        if _DENIES.match(text, start, end):
            signs[start - 1] = signs[min(end, len(signs) - 1)] = " "
            continue
        if end - start < 400 and not re.search(
            r"(?i)\b(?:years|months|weeks)\b|\bage(?:d\b|s?\s+\d)|\bbirth\b|\bdays\s+(?:of\s+age|old)\b"
            r"|\b(?:1|one)\s+(?:year|month|week)\s+(?:of\s+age|old|and|or|to|through)\b"
            r"|^\s*(?:from\s+)?0\s*(?:-|to)\s*\d+\s+days\b",
            text[start:end],
        ):
            signs[start - 1 : end + 1] = " " * (end - start + 2)
    return re.sub(r"[()\[\]®™]", " ", "".join(signs))


def abbreviations(text: str, line: str, terms: Terms) -> dict[str, str | None]:
    """Short forms that the text itself gives in brackets behind a disease."""
    found: dict[str, str | None] = {}
    for one in diseases(line, 0, len(line), terms, {}):
        match = _SHORT.match(text, one.end)
        lent = match and "/" in match[1] and " " not in line[one.start : one.end]
        if match and not lent and re.search(r"[A-Z].*[A-Z]", match[1]):
            wider = re.search(r"(?:[A-Za-z]+[ -]+){0,2}$", text[: one.start])
            more = terms.ground(text[wider.start() : one.end]) if wider else None
            found.setdefault(match[1], more or one.term)
    return found


def is_sentence(said: str) -> bool:
    """Whether a passage is a whole sentence: a finite verb that no relative clause takes."""
    said = _GRANTED.sub("", _ASIDE.sub(",", said))
    verb = turn("has a verb").search(said)
    if verb is None:
        return False
    if _NAMING.match(said):
        return True
    relative = turn("has a relative").search(said[: verb.start()])
    about = re.match(r"(?:Patients|Subjects|Those|Persons|Individuals)\b", said)
    verbs = sum(1 for _ in turn("has a verb").finditer(said))
    return not relative or bool(
        about and verbs > sum(1 for _ in turn("has a relative").finditer(said))
    )


def is_short(said: str) -> bool:
    """Whether a passage has so few words that it may be a heading."""
    return len(said.split()) < SHORT_HEAD


def in_passing(said: str) -> bool:
    """Whether a sentence states a further use by a verb that may tell of something else."""
    plain = turn("states a use").search(said)
    return not plain and bool(turn("states a use in passing").search(said))


def is_item(said: str, part: Passage, led: bool, first: bool) -> bool:
    """Whether a passage names uses without saying so: an item, or a bare statement."""
    if is_sentence(said):
        return False
    return bool(turn("begins with a use").match(said)) or led or (first and len(said) < FIRST)


def tells_else(said: str) -> bool:
    """Whether a sentence tells of something else than what the drug is for.

    What a relative clause tells is said of the people or the disease ("whose gout is typically").
    """
    if turn("is indicated").search(said) or turn("shows an effect").search(said):
        return False
    return any(
        not turn("is within a side clause").search(said, 0, one.start())
        for one in lists("telling").finditer(said)
    )


def headed(said: str) -> bool:
    """Whether a passage is none but a heading that stands above a part of a list."""
    found = headings().match(f"{said} A")
    return bool(found and found.end("name") >= len(said.rstrip(" :.-")))


def general(said: str) -> bool:
    """Whether a lead-in names but a kind of illness, above the conditions that follow."""
    return bool(re.search(r"(?i)\b(?:conditions|processes|states|diseases|disorders)\b", said))
