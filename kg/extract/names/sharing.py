"""What names in a row lend one another: their last words to those before, as labels write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kg.extract.names.germs import by_cause
from kg.extract.names.terms import Terms
from kg.extract.rules import phrases_of

__all__ = ["lacking", "sharing"]

_SHARED = re.compile(
    r"((?:[\w'\u2019-]+\s+){0,3}[\w'\u2019-]+)(?<!\band)(?<!\bor)"
    r"\s*(?:,|,?\s(?i:and|or|and/or)\s|/)\s*(?i:and |or )?"
    r"(?i:(?:other|various|certain|benign|active|acute|severe|chronic|symptomatic) ){0,2}$"
)
_COMPOUND = re.compile(r"(?i)[a-z]{3,}-?(arthritis|dermatitis|conjunctivitis|neuritis|uveitis)")
"""A name in one word whose last part is a name too ("rheumatoid and osteoarthritis")."""
_GERMS = re.compile(r" (?:species|spp\.?)$")


def sharing(
    line: str, start: int, at: int, end: int, term: str | None, terms: Terms
) -> Iterator[tuple[int, int, str | None]]:
    """What shares the last words of a name with it ("allergic and nonallergic rhinitis").

    What has been found lends its own last words too ("seasonal and perennial allergic rhinitis").

    :param at: where the name begins, and ``end`` where it ends.
    """
    own = line[at:end]
    tails = [line[at + cut.end() : end] for cut in re.finditer(r"[ -]", own)]
    tails = tails or [part[1] for part in [_COMPOUND.fullmatch(own)] if part]
    lent: list[str] = []
    known = term or terms.knows(own)
    while tails and (match := _SHARED.search(line[max(start, at - 80) : at])):
        begin = max(start, at - 80) + match.start(1)
        finish = begin + len(match[1])
        for word in re.finditer(r"[\w'\u2019-]+", line[begin:finish]):
            said = line[begin + word.start() : finish]
            if _degrees().fullmatch(said) and not _two_courses(own, term, said, tails, terms):
                continue
            near = tails if known else tails[: 1 + said.count(" ") + said.count("-")]
            names = {f"{_GERMS.sub('', said)} {tail}": tail for tail in (*lent, *near)}
            names |= {f"{said[:-1]}{tail}": tail for tail in near if said.endswith("-")}
            germ = _GERMS.search(said) and by_cause(said, terms)
            name = next(filter(terms.ground, names), "")
            found = germ or terms.ground(name)
            if found or terms.knows(f"{said} {tails[0]}"):
                yield begin + word.start(), finish, found
                whole = f"{said} {names.get(name, tails[0])}"
                lent = [whole.split(" ", 1 + one)[-1] for one in range(said.count(" "))]
                break
        else:
            return
        at = begin + word.start()


@cache
def _degrees() -> re.Pattern[str]:
    return re.compile(rf"(?i)(?:subacute|{phrases_of('courses')}|{phrases_of('severities')}|\s)+")


def _two_courses(own: str, term: str | None, said: str, tails: list[str], terms: Terms) -> bool:
    """Whether two courses of an illness are two diseases ("acute or chronic renal failure")."""
    course = re.match(r"(?i)(acute|subacute|chronic)\s", own)
    if not course or not term or said.lower() not in ("acute", "subacute", "chronic"):
        return False
    other = terms.ground(f"{said} {tails[0]}")
    return bool(other and term.startswith("MONDO") and other not in (term, terms.ground(tails[0])))


_LACK = re.compile(
    r"(?<!involving )\b(?:[Dd]eficienc(?:y|ies)|[Ll]ack) (?:of|in) (?:the )?"
    r"(?:enzymes? )?(?P<what>vitamins )?"
)
_LACKED = re.compile(r"(?:the )?(?P<name>[A-Za-z][\w-]*(?: (?!and |or |in |with )[\w-]+){0,3})")
_MORE = re.compile(r"\s*(?:,\s*(?:and|or)?|/|\band/or\b|\band\b|\bor\b)\s*")


def lacking(line: str, start: int, end: int, terms: Terms) -> Iterator[tuple[int, int, str | None]]:
    """The wants that a row behind one word tells ("deficiencies of vitamins A and D")."""
    for phrase in _LACK.finditer(line, start, end):
        first: int | None = phrase.start()
        at = phrase.end()
        what = "vitamin " if phrase["what"] else ""
        while match := _LACKED.match(line, at, end):
            name = re.split(r" (?:and|or)$", match["name"])[0]
            term = terms.ground(f"{what}{name} deficiency")
            if not term:
                break
            yield match.start("name") if first is None else first, match.end(), term
            first = None
            more = _MORE.match(line, match.end(), end)
            at = more.end() if more else end
