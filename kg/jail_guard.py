"""What is refused before a stranger's query is parsed: size, nesting, characters, SERVICE.

This is for friendly errors and to spare processes. The defence is the jail: whatever slips
through here runs in a process that can open nothing and can be killed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kg.errors import InputError, LimitHit
from kg.limits import Limits

__all__ = ["check", "names_dataset", "names_service", "spaced", "text_of"]

_TOKEN = re.compile(
    r'''(?P<string>"""(?:[^"\\]|\\.?|"(?!""))*+(?:""")?|"(?:[^"\\\n\r]|\\.?)*+"?'''
    r"""|'''(?:[^'\\]|\\.?|'(?!''))*+(?:''')?|'(?:[^'\\\n\r]|\\.?)*+'?)"""
    r"""|(?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)"""
    r"|(?P<comment>\#[^\n\r]*)"
    r"|(?P<name>[?$@][\w-]*|:[\w.:%-]*)"
    r"|(?P<word>[\w.-]+(?::[\w.:%-]*)?)"
    r"|(?P<open>[({\[])|(?P<close>[)}\]])",
    re.DOTALL,
)
"""Each alternative runs forward only: no text takes more than one look."""
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, and those that make a text look like another."""
_UPDATES = frozenset("INSERT DELETE LOAD CLEAR DROP CREATE ADD MOVE COPY WITH".split())


def text_of(data: bytes) -> str:
    """Decode a query.

    :raises InputError: with the offset of the first byte that is not UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        problem = f"byte 0x{data[error.start]:02x} at offset {error.start} is not UTF-8"
        raise InputError(problem, mend="send the query as UTF-8") from None


def check(sparql: str, limits: Limits) -> None:
    """Refuse a query that nothing should parse.

    :raises LimitHit: if it is too long or nests too deeply.
    :raises InputError: for unseen characters, an update, or SERVICE.
    """
    size = len(sparql.encode("utf-8", "surrogatepass"))
    if size > limits.query_bytes:
        raise LimitHit(
            f"the query has {size} bytes, and the limit is {limits.query_bytes}",
            limit="query_bytes",
            status=413,
        )
    if unseen := _UNSEEN.search(sparql):
        problem = f"U+{ord(unseen[0]):04X} at character {unseen.start()} cannot be seen"
        raise InputError(problem, mend="leave it out")
    found = list(_tokens(sparql))
    if (depth := _depth(found)) > limits.query_nesting:
        raise LimitHit(
            f"the query nests {depth} brackets deep, and the limit is {limits.query_nesting}",
            limit="query_nesting",
            status=400,
        )
    _refuse_words(found)


def names_dataset(sparql: str) -> bool:
    """Whether a query names its own dataset with FROM or FROM NAMED."""
    found = [one for one in _tokens(sparql) if one[0] != "comment"]
    return any(
        kind == "word" and text.upper() == "FROM" and after[0] in ("iri", "name", "word")
        for (kind, text), after in pairwise(found)
    )


def names_service(sparql: str) -> bool:
    """Whether a query asks another endpoint with SERVICE."""
    return any(kind == "word" and text.upper() == "SERVICE" for kind, text in _tokens(sparql))


def _tokens(sparql: str) -> Iterator[tuple[str, str]]:
    """The tokens that matter, by kind; escapes such as ``\\u007B`` are undone first."""
    for found in _TOKEN.finditer(_plain(sparql)):
        kind, text = str(found.lastgroup), found[0]
        if kind != "word":
            yield kind, text
        elif ":" in text:
            yield "name", text
        else:
            yield from (("word", part) for part in re.split("[.-]", text) if part)


def spaced(sparql: str) -> Iterator[tuple[str, str, str]]:
    """The tokens but comments, each with what stands between it and the one before."""
    plain, end, gap = _plain(sparql), 0, ""
    for found in _TOKEN.finditer(plain):
        gap, end = gap + plain[end : found.start()], found.end()
        kind, text = str(found.lastgroup), found[0]
        if kind != "comment":
            yield ("name" if kind == "word" and ":" in text else kind), text, gap
            gap = ""


def _plain(sparql: str) -> str:
    """A query without escapes such as ``\\u007B``."""
    return _ESCAPE.sub(lambda one: _character(int(one[1] or one[2], 16)), sparql)


def _character(code: int) -> str:
    return chr(code) if code <= 0x10FFFF else "?"


def _depth(tokens: list[tuple[str, str]]) -> int:
    """Deepest nesting outside strings and comments.

    What looks like an IRI may be read as two comparisons, and a string that nothing ends is
    none: brackets in them open, and close nothing.
    """
    depth = deepest = 0
    for kind, text in tokens:
        if kind == "iri" or (kind == "string" and (len(text) < 2 or text[-1] != text[0])):
            deepest = max(deepest, depth + sum(map(text.count, "({[")))
        elif kind in ("open", "close"):
            depth = max(0, depth + (1 if kind == "open" else -1))
            deepest = max(deepest, depth)
    return deepest


def _refuse_words(tokens: list[tuple[str, str]]) -> None:
    words = [text.upper() for kind, text in tokens if kind == "word"]
    first = next((word for word in words if word not in ("PREFIX", "BASE")), "")
    if first in _UPDATES:
        raise InputError(f"{first} would change the graph, which is read-only", mend="ask a query")
    if "SERVICE" in words:
        mend = "ask the other endpoint yourself, or let it ask this one"
        raise InputError("SERVICE is off here: a query reaches nothing but this graph", mend=mend)
