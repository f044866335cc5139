"""From bytes to quads: the RDF syntaxes, read without following any reference.

pyoxigraph parses; before it comes what it does not refuse by itself: bytes that are not UTF-8,
document type declarations, and nesting that would exhaust the stack of a recursive parser.
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.parsers import expat

import pyoxigraph as ox

from kg.errors import InputError
from kg.turtle import MAX_NESTING, positions

__all__ = ["FORMATS", "decode", "parse", "parse_file"]

FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
}
"""The RDF formats that are read, by the ending of a file's name."""


def parse_file(path: Path, *, name: str | None = None) -> list[ox.Quad]:
    """Parse an RDF file, its format known by its ending (:data:`FORMATS`).

    :raises InputError: if the ending is unknown, the file is missing, or the text is broken.
    """
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        endings = " ".join(FORMATS)
        raise InputError(f'unknown ending "{path.suffix}"', file=path, mend=f"use {endings}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(error.strerror or str(error), file=path) from None
    return parse(data, form, name=name or str(path))


def parse(data: bytes, form: ox.RdfFormat, *, name: str) -> list[ox.Quad]:
    """Parse RDF text without touching the network or following any reference.

    :param name: what to call the input in an error.
    :raises InputError: for bytes that are not UTF-8, broken syntax, a document type
        declaration in XML (it can name outside entities), or absurd nesting.
    """
    text = decode(data, name)
    try:
        if form in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG):
            positions(text)
        elif form == ox.RdfFormat.RDF_XML:
            _check_xml(data)
        elif form == ox.RdfFormat.JSON_LD and _depth(text) > MAX_NESTING:
            raise InputError(f"brackets nest deeper than {MAX_NESTING}")
        return list(ox.parse(data, form))
    except InputError as error:
        raise error.at(name) from None
    except SyntaxError as error:
        if "LoadDocumentCallback" in error.msg:
            raise InputError(
                "a remote @context is not loaded",
                file=name,
                mend="write the context out in the file",
            ) from None
        problem = re.sub(r"^Parser error[^:]*: ", "", error.msg)
        raise InputError(problem, file=name, line=error.lineno, mend="mend the syntax") from None


def decode(data: bytes, name: str) -> str:
    """Decode UTF-8 strictly.

    :raises InputError: names the line of the first byte that is not UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            f"byte 0x{data[error.start]:02x} at offset {error.start} is not UTF-8",
            file=name,
            line=line,
            mend="save the file as UTF-8",
        ) from None


def _depth(text: str) -> int:
    """Deepest nesting of brackets outside JSON strings; a string left open runs to the end."""
    depth = deepest = 0
    for mark in re.findall(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', text, re.DOTALL):
        depth += (mark in "[{") - (mark in "]}")
        deepest = max(deepest, depth)
    return deepest


def _check_xml(data: bytes) -> None:
    """Refuse XML with a document type, with absurd nesting, or that is not well-formed."""
    depth = 0
    parser = expat.ParserCreate("utf-8")

    def doctype(*_: object) -> None:
        line = parser.CurrentLineNumber
        raise InputError("a DOCTYPE is not read", line=line, mend="write IRIs out in full")

    def opens(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_NESTING:
            raise InputError(
                f"elements nest deeper than {MAX_NESTING}", line=parser.CurrentLineNumber
            )

    def closes(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler, parser.EndElementHandler = opens, closes
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        problem = expat.errors.messages[error.code]
        raise InputError(problem, line=error.lineno, mend="mend the syntax") from None
