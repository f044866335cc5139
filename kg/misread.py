"""Why a text is no SPARQL, in words: where, and what if the engine's parser says more than that."""

from __future__ import annotations

import re

from kg.errors import InputError

__all__ = ["not_sparql"]

_WHERE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_SENTENCE = re.compile(r"[A-Z][a-zA-Z]*(?: [a-zA-Z]+)+")
"""Among the tokens that might have come next, which say little, stands at times a reason."""


def not_sparql(message: str) -> InputError:
    """The error to raise for a message of the engine's parser.

    >>> print(not_sparql('error at 1:25: expected one of "{", Prefix not found, [_]'))
    not a SPARQL query: line 1, column 25: Prefix not found; mend the syntax
    """
    found = _WHERE.match(message)
    if found is None:
        told = " ".join(message.split())
    else:
        line, column, rest = found.groups()
        reason = _SENTENCE.search(rest)
        told = f"line {line}, column {column}: {reason[0] if reason else 'it cannot be read on'}"
    return InputError(f"not a SPARQL query: {told}", mend="mend the syntax")
