"""Text made ready for reading: signs folded, brackets set apart, and no offset moved.

Every function here returns a text as long as the one it was given, so that a place in one is
the same place in the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["brackets", "main", "plain"]

_FOLD = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff\u00a0\u2009\u202f\t\n\r", " "),
        "\u2265": "≥",
        "\u2264": "≤",
    }
)


def plain(text: str) -> str:
    """Quote marks, dashes and white space folded, one sign for one."""
    return text.translate(_FOLD)


def brackets(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of what stands in pairs of brackets, the brackets left out; inner ones first.

    A bracket without its partner is passed over.
    """
    waiting: list[tuple[str, int]] = []
    for at, sign in enumerate(text):
        if sign in "([":
            waiting.append((sign, at))
        elif sign in ")]":
            want = "(" if sign == ")" else "["
            while waiting and waiting[-1][0] != want:
                waiting.pop()
            if waiting:
                yield waiting.pop()[1] + 1, at


def main(text: str) -> str:
    """The text with what stands in brackets blanked out: the line that the sentence takes.

    A lone bracket becomes a blank too.
    """
    signs = list(text)
    for start, end in brackets(text):
        signs[start - 1 : end + 1] = " " * (end - start + 2)
    return re.sub(r"[()\[\]]", " ", "".join(signs))
