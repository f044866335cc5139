"""Content negotiation, exactly: q-values and specificity (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["best"]

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[^"\\]|\\.)*+"'
_ELEMENT = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.?)*+"?)++')
_RANGE = re.compile(rf"({_TOKEN})/({_TOKEN})")
_PARAMETER = re.compile(rf"\s*;\s*(?:({_TOKEN})\s*=\s*({_TOKEN}|{_QUOTED}))?")
MOST = 100
"""More ranges than this are no wish of anybody's: nothing is acceptable."""
_WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


def best(accept: str | None, offered: Sequence[str]) -> str | None:
    """The media type to answer in, or None if nothing offered is acceptable (406).

    The quality of an offer is that of the most specific range that covers it. Of equals the one
    offered first wins. A malformed range accepts nothing.

    :param accept: the header; None or blank accepts everything.
    :param offered: media types without parameters, the preferred one first.

    >>> best("text/*;q=0.5, text/csv", ["text/turtle", "text/csv"])
    'text/csv'
    """
    if accept is None or not accept.strip():
        return offered[0] if offered else None
    elements = _ELEMENT.findall(accept)
    if len(elements) > MOST:
        return None
    ranges = [one for one in map(_range, elements) if one is not None]
    found, quality = None, 0.0
    for media_type in offered:
        covering = [(rank, q) for name, rank, q in ranges if _covers(name, media_type)]
        q = max(covering, default=(0, 0.0))[1]
        if q > quality:
            found, quality = media_type, q
    return found


def _covers(name: str, media_type: str) -> bool:
    return name == "*/*" or name == media_type or name == media_type.partition("/")[0] + "/*"


def _range(text: str) -> tuple[str, int, float] | None:
    """A media range, how specific it is, and its quality; None if it is malformed."""
    text = text.strip()
    head = _RANGE.match(text)
    if head is None or (head[1] == "*" and head[2] != "*"):
        return None
    name, at, q, parameters = head[0].lower(), head.end(), 1.0, 0
    while at < len(text):
        found = _PARAMETER.match(text, at)
        if found is None:
            return None
        at = found.end()
        if found[1] is None:
            continue
        if found[1].lower() != "q":
            parameters += 1
        elif _WEIGHT.fullmatch(found[2]):
            q = float(found[2])
        else:
            return None
    rank = 0 if name == "*/*" else 1 if name.endswith("/*") else 2 + parameters
    return name, rank, q
