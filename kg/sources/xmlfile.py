"""XML from strangers: read by expat with everything refused that a document of data never needs.

A document type declaration is refused before it is read, and with it every entity, internal or
external; so are encodings other than UTF-8, deep nesting and absurd sizes. What is left is a
plain tree in which every element knows its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from kg.errors import InputError

__all__ = ["MAX_XML", "Element", "check", "tree"]

MAX_XML = 64 << 20
"""Largest document in bytes (the largest known: 1.9 MB)."""

MAX_DEPTH = 100
"""Deepest nesting of elements (the deepest known: 18)."""

MAX_ELEMENTS = 4_000_000
"""Most elements of one document (the most known: 67,000)."""

_UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that reverse the direction of reading; other control characters are no XML."""


@dataclass(slots=True)
class Element:
    """An element: its local name, its attributes by local name, its line, and what it holds.

    ``content`` keeps texts and elements in the order of the document.
    """

    tag: str
    attributes: dict[str, str]
    line: int
    content: list[str | Element] = field(default_factory=list)

    def get(self, name: str) -> str | None:
        """The value of an attribute."""
        return self.attributes.get(name)

    def all(self, tag: str) -> Iterator[Element]:
        """The children of a name."""
        return (one for one in self.content if not isinstance(one, str) and one.tag == tag)

    def first(self, *path: str) -> Element | None:
        """The first child of a name, and its first child of the next name, and so on."""
        found: Element | None = self
        for tag in path:
            found = next(found.all(tag), None) if found is not None else None
        return found

    def text(self) -> str:
        """All text within, white space folded."""
        return " ".join("".join(_texts(self)).split())


def _texts(element: Element) -> Iterator[str]:
    for one in element.content:
        if isinstance(one, str):
            yield one
        else:
            yield from _texts(one)


def tree(data: bytes, *, file: Path, namespace: str, root: str) -> Element:
    """The tree of a document whose elements are all of one namespace.

    :param root: the local name that its root must have.
    :raises InputError: for what this module refuses, another root or namespace, or no XML.
    """
    reader = _Reader(file, None, namespace)
    top = reader.read(data)
    if top.tag != root:
        raise InputError(f'the root is "{top.tag}", not "{root}"', file=file, line=top.line)
    return top


Look = Callable[[str, dict[str, str]], str | None]
"""Looks at an element, by its local name and its attributes, and says what is wrong with it."""


def check(data: bytes, *, file: Path, part: str | None = None, look: Look | None = None) -> None:
    """See that a document is harmless, without keeping it.

    :param part: the member of an archive that it is.
    :param look: is shown each element where it begins.
    :raises InputError: as :func:`tree`, whatever the namespace; and for what ``look`` says.
    """
    _Reader(file, part, None, look).read(data)


class _Reader:
    """One pass of expat over one document."""

    def __init__(
        self,
        file: Path,
        part: str | None,
        namespace: str | None,
        look: Look | None = None,
    ) -> None:
        self.file, self.part, self.namespace, self.look = file, part, namespace, look
        self.open: list[Element] = []
        self.depth = self.count = 0
        self.top: Element | None = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self._declaration
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        if namespace is not None:
            self.parser.CharacterDataHandler = self._data

    def read(self, data: bytes) -> Element:
        if len(data) > MAX_XML:
            raise InputError(
                f"is larger than {MAX_XML} bytes of XML", file=self.file, field=self.part
            )
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            raise self._error(f"not XML: {expat.ErrorString(error.code)}", error.lineno) from None
        assert self.top is not None
        return self.top

    def _error(self, problem: str, line: int | None = None, mend: str | None = None) -> InputError:
        line = self.parser.CurrentLineNumber if line is None else line
        return InputError(problem, file=self.file, line=line, field=self.part, mend=mend)

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.upper() not in ("UTF-8", "US-ASCII", "ASCII"):
            raise self._error(f"declares the encoding {encoding}", mend="save it as UTF-8")

    def _doctype(self, *_: object) -> None:
        raise self._error(
            "has a document type declaration",
            mend="no data of ours has one; do not trust this file",
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        self.depth, self.count = self.depth + 1, self.count + 1
        if self.depth > MAX_DEPTH:
            raise self._error(f"is nested more than {MAX_DEPTH} deep")
        if self.count > MAX_ELEMENTS:
            raise self._error(f"has more than {MAX_ELEMENTS} elements")
        if self.look is not None and (problem := self.look(local, attributes)):
            raise self._error(problem)
        if self.namespace is None:
            self.top = self.top or Element(local, {}, 0)
            return
        if namespace != self.namespace:
            raise self._error(f'"{local}" is not of the namespace {self.namespace}')
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        self._seen("".join(plain.values()))
        element = Element(local, plain, self.parser.CurrentLineNumber)
        if self.open:
            self.open[-1].content.append(element)
        else:
            self.top = element
        self.open.append(element)

    def _end(self, _name: str) -> None:
        self.depth -= 1
        if self.namespace is not None:
            self.open.pop()

    def _data(self, text: str) -> None:
        self._seen(text)
        self.open[-1].content.append(text)

    def _seen(self, text: str) -> None:
        if not text.isascii() and (found := _UNSEEN.search(text)):
            raise self._error(f"control character U+{ord(found.group()):04X}")
