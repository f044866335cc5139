"""The other ways in which a name can be put: "X deficiency" is a deficiency of X.

What vocabularies have under one name, labels have under another that differs by a rule: the
order of its words, a preposition, a word of the same meaning. The rules are data, in
``variants.yaml``; they work on folded names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from kg.extract.rules import variants

__all__ = ["others", "turned_round"]

WORDS = 8
"""Words of the longest name that is put otherwise."""


@dataclass(frozen=True)
class Way:
    """One rule: names of a form, and the forms that mean the same."""

    form: re.Pattern[str]
    same: tuple[str, ...]

    def of(self, name: str) -> Iterator[str]:
        """The other forms of a name."""
        if found := self.form.fullmatch(name):
            for one in self.same:
                yield one.format(**found.groupdict())


@cache
def ways() -> tuple[tuple[Way, ...], ...]:
    """The rules, in the steps in which they are applied."""
    return tuple(
        tuple(Way(re.compile(one["form"]), tuple(one["same"])) for one in step)
        for step in variants()
    )


def others(names: Mapping[str, str]) -> dict[str, str]:
    """The names that follow from others by a rule, where they are of one term only.

    A step takes the names of the steps before it too; a name that is there is left as it is.
    """
    known = dict(names)
    for step in ways():
        found: dict[str, set[str]] = {}
        for name, term in known.items():
            if " " in name and name.count(" ") < WORDS:
                for way in step:
                    for other in way.of(name):
                        if other not in known:
                            found.setdefault(other, set()).add(term)
        known |= {name: terms.pop() for name, terms in found.items() if len(terms) == 1}
    return known


_BEHIND = re.compile(r"(?P<head>[^,]+), (?P<type>[^\W\d][^,\d]*)")


def turned_round(name: str) -> str | None:
    """A name with the type that a vocabulary has behind it before it ("arthritis, juvenile")."""
    found = _BEHIND.fullmatch(name)
    if (
        not found
        or found["type"].count(" ") > 2
        or re.match(r"(?:type|with|due|not)\b", found["type"])
    ):
        return None
    return f"{found['type']} {found['head']}"
