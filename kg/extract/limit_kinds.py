"""What a clause takes away, by its words: the kind of a limitation."""

from __future__ import annotations

import re

from kg.extract.rules import Rule, kinds, turn

__all__ = ["kind_of"]


def kind_of(said: str, behind: str, rule: Rule, named: bool, own: bool) -> str:
    """The kind of what a clause takes away.

    :param behind: what of the clause stands behind the refusal: the subject before it may have
        words of its own ("Examplin ophthalmic solution").
    :param rule: by which the clause takes it away.
    :param named: whether the clause names a disease, and ``own`` whether it names none but what
        the drug is for, so that not the disease is taken away but something of it.
    """
    if rule.name == "unable":
        return "use"
    if rule.gives != "restricted" and turn("names an effect").search(said):
        return "outcome"
    if first := _first(said, rule, over=True):
        return first
    if turn("names an age").search(said) and not re.search(r"(?i)treatment of", said):
        return "age"
    if named and not own:
        return "disease"
    if not named and turn("names some people").search(said) and rule.gives != "restricted":
        return "patients"
    weak = _first(behind, rule, over=False)
    weak = weak if weak and weak != "use" else _first(said, rule, over=False)
    if weak and (weak != "use" or not named):
        return weak if weak != "use" or not turn("names an illness").search(said) else "disease"
    if named and turn("tells people apart").search(said):
        return "patients"
    return "disease" if named else _unnamed(said, rule)


def _first(said: str, rule: Rule, over: bool) -> str | None:
    """The first kind whose words a clause has, of those that go before a disease or of the rest."""
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
    if turn("tells people apart").search(said) and rule.gives != "restricted":
        return "patients"
    if turn("names an illness").search(said):
        return "disease"
    if turn("names patients").search(said) or turn("begins with whom").match(said):
        return "patients"
    return "use" if rule.gives in ("notIndicated", "notRecommended", "restricted") else "outcome"
