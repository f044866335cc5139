"""What is read from an indication text: uses of the drug, and what it is not for.

Values are plain, so that they can be compared, kept and written as they are. A qualifier is a
pair of a name and a value, as the gold standard has them: ``("age", ">=2 years")``,
``("groups", "adult")``, ``("stage", "relapsed or refractory")``.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limit", "Span", "Use"]


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of the indication text, in characters: ``text[start:end]``."""

    start: int
    end: int

    def closed(self, text: str) -> Span:
        """With the bracket before or behind it, if it has but the other half."""
        said = text[self.start : self.end]
        more = said.count("(") > said.count(")") and text.startswith(")", self.end)
        less = said.count("(") < said.count(")") and text[: self.start].endswith("(")
        return Span(self.start - less, self.end + more)


@dataclass(frozen=True)
class Use:
    """One disease and one kind of use, with everything that holds together.

    :param mention: where the text names the disease, and ``term`` what it is (a CURIE of MONDO
        or HP, or nothing if neither has a term that means the same).
    :param use: a kind of use of the guide's closed list.
    :param qualifiers: pairs of a name and a value, sorted.
    :param passage: the sentence or the item of a list that it rests on.
    :param rule: the name of the rule that made it.
    """

    mention: Span
    term: str | None
    use: str
    qualifiers: tuple[tuple[str, str], ...]
    passage: Span
    rule: str


@dataclass(frozen=True)
class Limit:
    """What the text takes away from the drug's use.

    :param clause: the clause with its negation, and ``about`` the thing limited, within it.
    :param term: the disease it names (a CURIE), if it names one.
    :param kind: what is taken away, and ``polarity`` how: both of the guide's closed lists.
    :param rule: the name of the rule that made it.
    """

    clause: Span
    about: Span | None
    term: str | None
    kind: str
    polarity: str
    rule: str
