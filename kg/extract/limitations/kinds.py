"""What a clause takes away, by its words: the kind of a limitation."""

from __future__ import annotations

import re

from kg.extract.rules import Rule, kinds, turn

__all__ = ["kind_of", "named_kind"]


_ALWAYS = {
    "unable": "use",
    "not killed": "organism",
    "rare effect": "outcome",
    "not a cure": "outcome",
    "not a substitute": "substitution",
}
"""The kinds that a rule tells by itself."""


def kind_of(said: str, behind: str, rule: Rule, named: bool, own: bool) -> str:
    """The kind of what a clause takes away.

    :param behind: what of the clause stands behind the refusal: the subject before it may have
        words of its own ("Examplin ophthalmic solution").
    :param rule: by which the clause takes it away.
    :param named: whether the clause names a disease, and ``own`` whether it names none but what
        the drug is for, so that not the disease is taken away but something of it.
    """
    if rule.name in _ALWAYS:
        return _ALWAYS[rule.name]
    if told := _told_apart(said, behind, rule):
        return told
    if rule.gives != "restricted" and turn("names an effect").search(said):
        return "outcome"
    if first := _first(said, rule, over=True):
        return first
    if turn("names an age").search(said) and not re.search(r"(?i)treatment of", said):
        return "age"
    if named and not own:
        return "disease"
    sex = "names one sex" if named else "names some people"
    if turn(sex).search(said) and rule.gives != "restricted":
        return "patients"
    weak = _first(behind, rule, over=False)
    if weak in (None, "use", "outcome"):
        weak = _first(said, rule, over=False) or weak
    if _of_people(said, named, rule, weak):
        return "patients"
    if weak == "outcome" and rule.gives == "notRecommended":
        return _unnamed(said, rule)
    if weak == "outcome" and rule.gives == "notIndicated" and turn("prevents").search(said):
        return "use"
    if weak == "use" and not named:
        return _whom_or_illness(said, rule) or weak
    some = bool(turn("tells people apart").search(said))
    if weak == "age" and some and rule.gives != "restricted":
        return "patients"
    if weak and weak != "use":
        return weak
    if named and some:
        return "patients"
    return "disease" if named else _unnamed(said, rule)


def named_kind(said: str, rule: Rule) -> str | None:
    """The kind that words tell which go before a disease that a clause names."""
    return _first(said, rule, over=True)


def _of_people(said: str, named: bool, rule: Rule, weak: str | None) -> bool:
    """Whether people are taken away, though weaker words tell something else."""
    if weak == "outcome" and turn("tells people apart").search(said):
        return True
    if named or rule.gives == "restricted" or weak not in (None, "use", "outcome", "setting"):
        return False
    return bool(turn("begins with whom").match(said))


def _told_apart(said: str, behind: str, rule: Rule) -> str | None:
    """The kind that a turn of phrase tells, whatever else a clause names."""
    if rule.gives == "restricted":
        return None
    if turn("says not for all").search(behind) or turn("tells a cause of signs").search(said):
        return "patients"
    if turn("is given with another").search(said):
        return "combination"
    if turn("compares the benefit").search(said):
        return "comparison"
    if turn("names patients of one sex").search(said) and not turn("names an age").search(said):
        return "patients"
    return None


def _first(said: str, rule: Rule, over: bool) -> str | None:
    """The first kind whose words a clause has, of those that go before a disease or of the rest."""
    cause = "tells infections by their cause" if over else "tells the germ of a disease"
    if turn(cause).search(said):
        return "organism"
    for one in kinds():
        if (one.over == "any") is not over:
            continue
        joined = over and one.says.search(said.replace("-", " "))
        if not one.says.search(said) and not joined:
            continue
        if rule.gives == "restricted" and one.gives in ("patients", "outcome"):
            continue
        return one.gives
    return None


def _unnamed(said: str, rule: Rule) -> str:
    """The kind where no word tells it and no disease is named."""
    if told := _whom_or_illness(said, rule):
        return told
    if rule.gives in ("notIndicated", "notRecommended", "restricted"):
        return "use"
    return "disease" if turn("tells where it helps").search(said) else "outcome"


def _whom_or_illness(said: str, rule: Rule) -> str | None:
    """Whether people are taken away or an illness, where none is named."""
    if turn("tells people apart").search(said) and rule.gives != "restricted":
        return "patients"
    if rule.gives == "restricted" and turn("is for those").search(said):
        return "patients"
    if turn("names an illness").search(said):
        return "disease"
    if turn("names patients").search(said) or turn("begins with whom").match(said):
        return "patients"
    return None
