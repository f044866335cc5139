"""Mappings to other ontologies, read from SSSOM TSV (https://mapping-commons.github.io/sssom/).

The header is YAML in ``#`` comments. A mapping without a justification, a subject nobody knows,
or a prefix that ``ontology/context.jsonld`` lacks is an error. "We looked and there is no term"
is a finding of its own: the object is then ``sssom:NoTermFound``.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.errors import InputError
from kg.lines import iri, literal
from kg.names import BASE, RDF, RDFS, expand
from kg.syntax import decode

__all__ = ["NO_TERM", "PREDICATES", "Mapping", "lines", "quads", "read", "rows"]

NO_TERM = "sssom:NoTermFound"
PREDICATES = frozenset(
    f"skos:{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")
)
REQUIRED = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "mapping_justification",
)
_SAID = ("object_label", "object_source_version", "predicate_modifier", "comment")
OPTIONAL = _SAID


@dataclass(frozen=True)
class Mapping:
    """One row; ids are CURIEs, empty text means not given. ``line`` is its line in the file."""

    subject_id: str
    subject_label: str
    predicate_id: str
    object_id: str
    mapping_justification: str
    object_label: str = ""
    object_source_version: str = ""
    predicate_modifier: str = ""
    comment: str = ""
    line: int = 0

    @property
    def iri(self) -> str:
        """The IRI of the mapping node: the same mapping from the same version has the same."""
        key = "\t".join(
            (
                self.subject_id,
                self.predicate_modifier,
                self.predicate_id,
                self.object_id,
                self.mapping_justification,
                self.object_source_version,
            )
        )
        return f"{BASE}mapping/{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def read(path: Path) -> list[Mapping]:
    """Read a mapping set, strictly, in the order of the file.

    :raises InputError: names file, line and column.
    """
    found = rows(path)
    for mapping in found:
        try:
            _check(mapping)
        except InputError as error:
            raise error.at(path, mapping.line) from None
    return found


def rows(path: Path, text: str | None = None) -> list[Mapping]:
    """The rows of a mapping set whose prefixes may be those of its own ``curie_map``.

    Columns and cells are checked as by :func:`read`; names are not expanded.

    :param text: what the file holds, where it was unpacked already.
    :raises InputError: names file, line and column.
    """
    text = decode(path.read_bytes(), str(path)) if text is None else text
    lines = io.StringIO(text, newline="").readlines()
    head = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    (_, columns), *rows = list(_rows(path, lines, head)) or [(head + 1, [])]
    if missing := [name for name in REQUIRED if name not in columns]:
        raise InputError(f"missing column {missing[0]}", file=path, line=head + 1)
    if unknown := [name for name in columns if name not in REQUIRED + OPTIONAL]:
        raise InputError(f"unknown column {unknown[0]}", file=path, line=head + 1)
    if twice := [name for name in columns if columns.count(name) > 1]:
        raise InputError(f"the column {twice[0]} stands twice", file=path, line=head + 1)
    found: dict[tuple[str, str, str], Mapping] = {}
    for line, row in rows:
        if len(row) != len(columns):
            raise InputError(
                f"{len(row)} cells, the header has {len(columns)}", file=path, line=line
            )
        mapping = Mapping(**dict(zip(columns, row, strict=True)), line=line)
        for name in REQUIRED:
            if not getattr(mapping, name):
                mend = "every mapping needs it"
                raise InputError("is empty", file=path, line=line, field=name, mend=mend)
        key = (mapping.subject_id, mapping.predicate_id, mapping.object_id)
        if key in found:
            raise InputError(
                f"the same mapping stands in line {found[key].line}", file=path, line=line
            )
        found[key] = mapping
    return list(found.values())


def _rows(path: Path, lines: list[str], head: int) -> Iterator[tuple[int, list[str]]]:
    """The header and the rows below it, each with the line of the file that it begins in."""
    rows, line = csv.reader(lines[head:], delimiter="\t", strict=True), head + 1
    try:
        for row in rows:
            yield line, row
            line = head + rows.line_num + 1
    except csv.Error as error:
        mend = 'close the quote, or write "" for one'
        raise InputError(f"not TSV: {error}", file=path, line=line, mend=mend) from None


def _check(mapping: Mapping) -> None:
    for name in ("subject_id", "predicate_id", "object_id", "mapping_justification"):
        try:
            ox.NamedNode(expand(getattr(mapping, name)))
        except InputError as error:
            error.field = name
            raise
        except ValueError:
            raise InputError(f'"{getattr(mapping, name)}" is no IRI', field=name) from None
    if mapping.predicate_id not in PREDICATES:
        known = ", ".join(sorted(PREDICATES))
        raise InputError(f"{mapping.predicate_id} is none of {known}", field="predicate_id")
    if mapping.predicate_modifier not in ("", "Not"):
        raise InputError("is neither empty nor Not", field="predicate_modifier")


def quads(mappings: list[Mapping], graph: str) -> Iterator[ox.Quad]:
    """A node for each mapping, and for each that holds the plain triple it stands for."""
    where = ox.NamedNode(graph)
    for one in mappings:
        ends = [expand(one.subject_id), expand(one.predicate_id), expand(one.object_id)]
        subject, predicate, target = map(ox.NamedNode, ends)
        if one.object_id != NO_TERM and not one.predicate_modifier:
            yield ox.Quad(subject, predicate, target, where)
        node = ox.NamedNode(one.iri)
        name = one.object_label or one.object_id
        terms: list[tuple[str, ox.NamedNode | ox.Literal]] = [
            (RDF + "type", ox.NamedNode(expand("sssom:Mapping"))),
            (RDFS + "label", ox.Literal(f"{one.subject_label} → {name}")),
            (expand("owl:annotatedSource"), subject),
            (expand("owl:annotatedProperty"), predicate),
            (expand("owl:annotatedTarget"), target),
            (
                expand("sssom:mapping_justification"),
                ox.NamedNode(expand(one.mapping_justification)),
            ),
        ]
        for name in _SAID:
            if value := getattr(one, name):
                terms.append((expand(f"sssom:{name}"), ox.Literal(value)))
        for prop, term in terms:
            yield ox.Quad(node, ox.NamedNode(prop), term, where)


def lines(mappings: list[Mapping], graph: str) -> str:
    """What :func:`quads` says, as N-Quads text; for sets of many thousands."""
    end = f" <{graph}> .\n"
    kind, label = f"<{RDF}type> <{expand('sssom:Mapping')}>", f"<{RDFS}label>"
    ends = [f"<{expand('owl:annotated' + part)}>" for part in ("Source", "Property", "Target")]
    why = f"<{expand('sssom:mapping_justification')}>"
    found = []
    for one in mappings:
        triple = [iri(expand(i)) for i in (one.subject_id, one.predicate_id, one.object_id)]
        node = f"<{one.iri}> "
        if one.object_id != NO_TERM and not one.predicate_modifier:
            found.append(" ".join(triple))
        named = f"{one.subject_label} → {one.object_label or one.object_id}"
        found.append(f"{node}{kind}")
        found.append(f"{node}{label} {literal(named)}")
        found += [f"{node}{prop} {term}" for prop, term in zip(ends, triple, strict=True)]
        found.append(f"{node}{why} {iri(expand(one.mapping_justification))}")
        for name in _SAID:
            if value := getattr(one, name):
                found.append(f"{node}<{expand('sssom:' + name)}> {literal(value)}")
    return "".join([text + end for text in found])
