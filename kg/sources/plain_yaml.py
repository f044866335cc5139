"""Plain YAML of a stranger: mappings, lists and texts; nothing that YAML makes of them by itself.

Every scalar is a text (``no``, ``17`` and ``2026-07-02`` stay as they are written). Anchors,
aliases, tags, keys given twice, several documents and deep nesting are refused, so that a small
file cannot unfold to a large one. No recursion, whatever the file says.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from kg.errors import InputError

__all__ = ["DEEPEST", "LARGEST", "load"]

LARGEST = 1 << 16
"""Bytes of the largest file that is read unless the caller says otherwise."""

DEEPEST = 8
"""Deepest nesting."""

Loader = getattr(yaml, "CLoader", yaml.Loader)

_UNSEEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and marks that reverse the direction of reading."""

_TOO_DEEP = "exceeded maximum nesting depth"
"""What libyaml says of a nesting that is too deep for itself, before it hands out an event."""

# PyYAML has no types for its events.
Event = Any


def load(data: bytes, *, file: str, largest: int = LARGEST) -> Any:
    """The one document of a file, of ``dict``, ``list`` and ``str``.

    :param file: how to name the file in an error.
    :raises InputError: with file and line, for bytes that are no UTF-8, what is no YAML, and
        what is refused here.
    """
    if len(data) > largest:
        raise InputError(f"has {len(data)} bytes, at most {largest} are read", file=file)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"byte 0x{data[error.start]:02x} is not utf-8", file=file, line=line
        ) from None
    if found := _UNSEEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        problem = f"control character U+{ord(found.group()):04X}"
        raise InputError(problem, file=file, line=line)
    try:
        return _document(text, file)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = mark.line + 1 if mark else None
        problem = getattr(error, "problem", None) or "unreadable"
        if problem == _TOO_DEEP:
            raise _refused(f"nesting deeper than {DEEPEST}", place, file) from None
        raise InputError(f"not YAML: {problem}", file=file, line=place) from None


def _document(text: str, file: str) -> Any:
    """Build the document from the parser's events; ``open_`` holds the containers begun."""
    documents = 0
    root: list[Any] = []
    open_: list[_Container] = [_Container(root)]
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _refused("a second document", _line(event), file)
        elif isinstance(event, yaml.NodeEvent):
            _no_tricks(event, file)
            if isinstance(event, yaml.ScalarEvent):
                open_[-1].add(event.value, event, file)
            else:
                made: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
                open_[-1].add(made, event, file)
                open_.append(_Container(made))
                if len(open_) > DEEPEST + 1:
                    raise _refused(f"nesting deeper than {DEEPEST}", _line(event), file)
        elif isinstance(event, yaml.CollectionEndEvent):
            open_.pop()
    if not root:
        raise InputError("is empty", file=file)
    return root[0]


class _Container:
    """A list, or a mapping with the key that waits for its value."""

    def __init__(self, made: Any) -> None:
        self.made = made
        self.key: str | None = None

    def add(self, value: Any, event: Event, file: str) -> None:
        if isinstance(self.made, list):
            self.made.append(value)
        elif self.key is not None:
            self.made[self.key] = value
            self.key = None
        elif not isinstance(value, str):
            raise _refused("a key that is no text", _line(event), file)
        elif value in self.made:
            raise _refused(f'the key "{value}" a second time', _line(event), file)
        else:
            self.key = value


def _no_tricks(event: Event, file: str) -> None:
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise _refused("an anchor or alias", _line(event), file)
    if event.tag is not None:
        raise _refused("a tag", _line(event), file)


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1


def _refused(what: str, line: int | None, file: str) -> InputError:
    return InputError(
        f"{what} is not accepted",
        file=file,
        line=line,
        mend="write plain mappings, lists and texts",
    )
