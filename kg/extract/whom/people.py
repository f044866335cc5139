"""For whom: groups, sex, and limits of age and weight, each in the unit and with the sign stated.

"From 6 years", "6 years and older" and "up to 6 years" take the six years in, "over" and "under"
leave them out. A number of years is an age only where a word for people or for age stands by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from kg.extract.rules import valued

__all__ = ["People", "people"]

_NUMBERS = {
    "one": 1,
    **{"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9},
    **{"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15},
    **{"sixteen": 16, "seventeen": 17, "eighteen": 18, "twenty-one": 21, "twenty-four": 24},
    **{"forty-five": 45, "fifty-five": 55, "sixty-five": 65, "seventy-five": 75, "twenty": 20},
    **{"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80},
}
_N = rf"(?<![A-Za-z]-)(?<![\w.])(?P<{{0}}>\d{{{{1,2}}}}(?:\.\d+)?|{'|'.join(_NUMBERS)})"
_UNIT = r"(?P<{0}>years?|months?|weeks?|days?|yrs?|kg|kilograms?)\b"
_AGE = r"(?:[\s-]*(?:of\s+age|old|in\s+age)\b)?"
_RANGE = re.compile(
    rf"(?:(?P<between>from|between|aged|ages?)\s+)?(?:the\s+ages?\s+of\s+)?(?P<open>[>≥]\s*)?"
    rf"{_N.format('low')}[\s-]*(?:{_UNIT.format('u1')}{_AGE}\s*)?"
    rf"(?:-|to|and|through|up\s+to|until)\s*(?:up\s+to\s+)?"
    rf"(?P<less>(?:less\s+than|under|below|<|younger\s+than)\s*)?(?P<most>≤\s*)?"
    rf"{_N.format('high')}[\s-]*{_UNIT.format('u2')}{_AGE}(?P<inclusive>\s+inclusive)?",
    re.IGNORECASE,
)
_ONE = re.compile(
    rf"(?:(?P<before>(?:not|no)\s+(?:older|younger|more|less)\s+than|at\s+least|from(?:\s+the\s+age\s+of)?|from\s+age|≥|>=|older\s+than\s+or\s+equal\s+to|"
    rf"greater\s+than\s+or\s+equal\s+to|as\s+young\s+as|over(?:\s+the\s+age\s+of)?|above(?:\s+the\s+age\s+of)?|"
    rf"older\s+than|greater\s+than|more\s+than|>|up\s+to(?:\s+and\s+including|\s+the\s+age\s+of)?|until\s+the\s+age\s+of|to|≤|<=|under(?:\s+the\s+age\s+of)?|below"
    rf"(?:\s+the\s+age\s+of)?|less\s+than|younger\s+than|<|through|until)\s*)?"
    rf"{_N.format('n')}(?:st)?(?P<plus>\+)?[\s-]*{_UNIT.format('u')}{_AGE}"
    rf"(?P<after>\s*,?\s*(?:(?:of\s+age\s+)?(?:and|or)\s+(?:older|over|above|more|greater|up|elder|heavier|"
    rf"onwards|younger|under|below|less)|\+|onwards|upwards|to\s+adult\w*|to\s+less\b)|"
    rf"\s+and\s+(?:adults|adolescents)\b)?",
    re.IGNORECASE,
)
_YEARS_OF_LIFE = re.compile(r"\b(first|second)\s+years?\s+of\s+life\b", re.IGNORECASE)
_AGED = re.compile(
    r"\b(?:aged?|ages|old|older|younger|children|child|adults?|adolescents?|infants?|p(?:a)?ediatric|"
    r"patients|males|females|women|men|girls|boys|neonates|individuals|people|persons|life|weighing|weigh)\b",
    re.IGNORECASE,
)
_NOT_AGE = re.compile(
    r"(?:within|for|over|past|last|previous|next|after|before|every|during|at\s+least\s+every|"
    r"duration\s+of|lasting|preceding|follow-up\s+of|treatment\s+(?:for|of)|menopause\s+for|since)"
    r"\s+(?:the\s+)?(?:at\s+least\s+|a\s+minimum\s+of\s+|more\s+than\s+|up\s+to\s+)?$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"\b(?:(?:aged?|ages|ages?\s+of)\s+(?:from\s+|between\s+|over\s+|under\s+|above\s+|below\s+"
    r"|at\s+least\s+|[<>≥≤]\s*)?\d{1,2}(?:\s*(?:to|through|and|-)\s*\d{1,2})?"
    r"|(?:children|adults|adolescents|infants|patients|women|men|individuals|people|persons)\s+"
    r"(?:who\s+are\s+)?(?:over|under|above|below|older\s+than|younger\s+than|[<>≥≤])\s*\d{1,2})"
    r"(?=\s*(?:$|[.,;:)\]](?!\d)|(?:and|or)\s+(?:older|over|above|up|younger|under|below|adults?|with)\b"
    r"|(?:with|who|whose|in|for|when|to\s+adult\w*)\b))",
    re.IGNORECASE,
)
"""An age without its unit, which is years."""
_COURSE = re.compile(
    r"(?i)\b(?:treatment|therapy|use|courses?|relief|management|administration|term)(?:\s*\(\s*|\s{2,})"
    r"(?:for\s+)?$|\b(?:limited(?:\s+to)?|exceed|exceeding|beyond)\s+$"
)
"""What makes of weeks or months how long a drug is given."""
_RISKS = re.compile(r"(?i)\brisk\s+factors?\b[^.;]*?(?:such\s+as|including|e\.g\.)[^.;]*")
_MENOPAUSE = re.compile(
    r"(?i)(?:(?:more|less|greater)\s+than\s+|at\s+least\s+)?\w+\s+(?:years?|months?)\s+"
    r"(?:but\s+less\s+than\s+\w+\s+years?\s+)?(?=post-?menopaus|(?:after|past|since)\s+menopause)"
)
"""A time since the last bleeding, which is no age."""
_BIRTH = re.compile(
    r"\b(?:from\s+birth|birth\s+(?:to|through)|newborns?(?:\s+infants)?\s+(?:up\s+)?to|newborns?\s+and\s+older|"
    r"(?:of|for|in)\s+all\s+age(?:s|\s+groups))\b",
    re.IGNORECASE,
)
_BELOW_ADULT = re.compile(r"<=?(?:(?:1[0-8]|\d) years|\d+ (?:months|weeks|days))")
"""An upper bound that is only that of others, where adults are among them."""
_NOT_PEOPLE = re.compile(r"(?i)\bby(?:\s+the)?\s+$")
"""What makes an age one at which something is so, not one of whom it is given to."""
_MIN = re.compile(r"(?i)(?:not|no)\s+(?:younger|less)|at least|from|≥|>=|or equal|as young")
_OVER = re.compile(r"(?i)over|above|older than|greater than|more than|>")
_MOST = re.compile(r"(?i)(?:not|no)\s+(?:older|more)|up to|≤|<=|^to\b|through|until")
_UNDER = re.compile(r"(?i)under|below|less|younger|<")


_MINORS = frozenset(("adolescent", "child", "infant", "neonate", "paediatric"))


class People(NamedTuple):
    """Groups, bounds of age and weight, sex; empty where the text says nothing."""

    groups: tuple[str, ...] = ()
    age: tuple[str, ...] = ()
    weight: tuple[str, ...] = ()
    sex: str = ""

    def __bool__(self) -> bool:
        return bool(self.groups or self.age or self.weight or self.sex)

    @classmethod
    def of(cls, qualifiers: Iterable[tuple[str, str]]) -> People:
        """The people of pairs of a name and a value, whatever else is among them."""
        pairs = list(qualifiers)
        groups, age, weight = (
            tuple(value for name, value in pairs if name == asked)
            for asked in ("groups", "age", "weight")
        )
        return cls(groups, age, weight, dict(pairs).get("sex", ""))

    def over(self, wider: People) -> People:
        """These people, with what only the wider statement says."""
        if self.groups or self.age:
            return People(self.groups, self.age, self.weight or wider.weight, self.sex or wider.sex)
        return wider._replace(sex=self.sex or wider.sex, weight=self.weight or wider.weight)

    def under(self, heading: People) -> People:
        """These people, below a heading of people: the ages of minors are those of its minors."""
        found = self.over(heading)
        minors = self.groups and heading.groups and _MINORS.issuperset(self.groups + heading.groups)
        return found._replace(age=heading.age) if minors and not self.age else found

    @property
    def qualifiers(self) -> list[tuple[str, str]]:
        """As pairs of a name and a value."""
        found = [("groups", one) for one in self.groups]
        found += [("age", one) for one in self.age] + [("weight", one) for one in self.weight]
        return found + ([("sex", self.sex)] if self.sex else [])


def people(text: str) -> People:
    """Whom a stretch of a text is about."""
    text = text.replace("&lt;", " <  ").replace("&gt;", " >  ")
    text = _MENOPAUSE.sub(" ", _RISKS.sub(" ", text))
    text = _BARE.sub(lambda found: f"{found.group()} years", text)
    bounds: dict[str, dict[str, str]] = {"age": {}, "weight": {}}
    rest = text
    for found in _RANGE.finditer(text):
        joined = re.search(r"-|to|through|until", found.group())
        signs = found["open"] and (found["less"] or found["most"])
        if not (found["u1"] or found["between"] or joined or signs):
            continue
        unit = _unit(found["u2"])
        low_unit = _unit(found["u1"] or found["u2"])
        if not _fits(text, found, unit) or (found["u1"] and _kind(low_unit) != _kind(unit)):
            rest = _without(rest, found) if _COURSE.search(text[: found.start()]) else rest
            continue
        kind = bounds[_kind(unit)]
        low = ">" if (found["open"] or "").startswith(">") else ">="
        kind.setdefault(">", f"{low}{_value(found['low'])} {low_unit}")
        sign = "<" if found["less"] else "<="
        kind.setdefault("<", f"{sign}{_value(found['high'])} {unit}")
        rest = _without(rest, found)
    for found in _ONE.finditer(rest):
        unit = _unit(found["u"])
        sign = _sign(found["before"] or "", found["after"] or found["plus"] or "", unit)
        if sign and _fits(rest, found, unit):
            kind = bounds[_kind(unit)]
            kind.setdefault(sign[0], f"{sign}{_value(found['n'])} {unit}")
    for found in _YEARS_OF_LIFE.finditer(text):
        if found[1].lower() == "first":
            bounds["age"].setdefault("<", "<1 years")
        else:
            bounds["age"].update({">": ">=1 years", "<": "<2 years"})
    if _BIRTH.search(text):
        bounds["age"].setdefault(">", ">=0 days")
    groups = tuple(value for value, said in valued("groups") if said.search(text))
    if "adult" in groups and _BELOW_ADULT.fullmatch(bounds["age"].get("<", "")):
        del bounds["age"]["<"]
    sexes = [value for value, said in valued("sexes") if said.search(text)]
    return People(
        groups,
        tuple(bounds["age"][side] for side in "><" if side in bounds["age"]),
        tuple(bounds["weight"][side] for side in "><" if side in bounds["weight"]),
        sexes[0] if len(sexes) == 1 else "",
    )


def _without(text: str, found: re.Match[str]) -> str:
    """A text with what was found in it blanked out."""
    return text[: found.start()] + " " * len(found.group()) + text[found.end() :]


def _fits(text: str, found: re.Match[str], unit: str) -> bool:
    around = text[max(0, found.start() - 60) : found.end() + 30]
    if re.match(r"[^.;,]{0,12}\bgestation", text[found.end() :]):
        return False
    before = text[: found.start()]
    if _NOT_PEOPLE.search(before):
        return False
    if unit != "years" and _COURSE.search(before) and not re.search("(?i)age|old", found.group()):
        return False
    if unit == "kg":
        return (
            bool(re.search(r"(?i)weigh|body|patients|children|kg\s+or", around))
            and "/" not in (text[found.end() : found.end() + 1])
        )
    if _NOT_AGE.search(text[: found.start()]) and not re.search("(?i)age|old", found.group()):
        return False
    return bool(_AGED.search(around))


def _kind(unit: str) -> str:
    return "weight" if unit == "kg" else "age"


def _unit(said: str) -> str:
    return {"y": "years", "m": "months", "w": "weeks", "d": "days", "k": "kg"}[said[0].lower()]


def _value(said: str) -> str:
    return str(_NUMBERS.get(said.lower(), said))


def _sign(before: str, after: str, unit: str) -> str:
    if re.search(r"(?i)younger|under|below|less", after):
        return "<="
    if after:
        if _OVER.search(before) and not _MIN.search(before):
            return ">"
        if _UNDER.search(before) or _MOST.search(before):
            return "" if "and" in after.lower() and "older" in after.lower() else "<="
        return ">="
    if _MIN.search(before):
        return ">="
    if _MOST.search(before):
        return "<="
    if _UNDER.search(before):
        return "<"
    if _OVER.search(before):
        return ">"
    return ""
