"""A release described by VoID (https://www.w3.org/TR/void/) and DCAT 3, as Turtle.

The data set is counted as it is released: quads by named graph and by property, things by class.
Each file is a distribution with its size, media type and checksum; addresses are left to whoever
puts the folder somewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

import pyoxigraph as ox

from kg.names import BASE, RDF, XSD, expand, prefixes
from kg.releasing.census import Census
from kg.releasing.files import File
from kg.releasing.terms import Terms

__all__ = ["ABOUT", "LICENCE", "TITLE", "described", "parts"]

TITLE = "drugfacts"
ABOUT = "Drug facts with their qualifiers, evidence and dates, negatives included."
LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"

DCAT = "http://www.w3.org/ns/dcat#"
VOID = "http://rdfs.org/ns/void#"
SPDX = "http://spdx.org/rdf/terms#"
MEDIA = "https://www.iana.org/assignments/media-types/"

Value = str | ox.NamedNode | ox.Literal
Counts = Iterable[tuple[str, int]]


def described(
    date: str, held: Census, files: Iterable[File], sources: Iterable[Terms], previous: str
) -> bytes:
    """The description of a release.

    :param date: its day, ``2026-11-26``.
    :param previous: the day of the last one, or "".
    """
    this = f"{BASE}release/{date}"
    counts = [sorted(one.items()) for one in (held.graphs, held.classes, held.properties)]
    triples = [*_dataset(this, date, held, previous), *parts(this, f"{this}#", *counts)]
    for source in sources:
        for version, _ in source.versions:
            if held.versions[version]:
                triples.append(_triple(this, expand("dcterms:source"), ox.NamedNode(version)))
    for file in sorted(files, key=lambda one: one.name):
        triples += _distribution(this, file)
    names = prefixes() | {"dcat": DCAT, "void": VOID, "spdx": SPDX}
    return cast(bytes, ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=names))


def _triple(subject: str, predicate: str, value: Value | int) -> ox.Triple:
    term = value if isinstance(value, ox.NamedNode) else _literal(value)
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), term)


def _literal(value: str | int | ox.Literal) -> ox.Literal:
    return value if isinstance(value, ox.Literal) else ox.Literal(value)


def _day(date: str) -> ox.Literal:
    return ox.Literal(date, datatype=ox.NamedNode(XSD + "date"))


def _dataset(this: str, date: str, held: Census, previous: str) -> Iterator[ox.Triple]:
    for kind in (DCAT + "Dataset", VOID + "Dataset"):
        yield _triple(this, RDF + "type", ox.NamedNode(kind))
    yield _triple(this, expand("dcterms:title"), TITLE)
    yield _triple(this, expand("dcterms:description"), ABOUT)
    yield _triple(this, expand("dcterms:license"), ox.NamedNode(LICENCE))
    yield _triple(this, expand("dcterms:issued"), _day(date))
    yield _triple(this, DCAT + "version", date)
    if previous:
        yield _triple(this, DCAT + "previousVersion", ox.NamedNode(f"{BASE}release/{previous}"))
    yield _triple(this, VOID + "triples", held.quads)
    yield _triple(this, VOID + "classes", len(held.classes))
    yield _triple(this, VOID + "properties", len(held.properties))


def parts(
    this: str, stem: str, graphs: Counts, classes: Counts, properties: Counts
) -> Iterator[ox.Triple]:
    """The parts of a VoID data set: its named graphs, and partitions by class and property.

    :param stem: what the IRIs of the parts begin with.
    :param graphs: IRIs with numbers of quads; of ``classes`` with numbers of things.
    """
    for name, size in graphs:
        part = f"{stem}graph-{name.rpartition('/')[2]}"
        yield _triple(this, VOID + "subset", ox.NamedNode(part))
        yield _triple(part, RDF + "type", ox.NamedNode(VOID + "Dataset"))
        yield _triple(part, expand("dcterms:identifier"), name)
        yield _triple(part, VOID + "triples", size)
    for what, counts, measure in (
        ("class", classes, "entities"),
        ("property", properties, "triples"),
    ):
        for number, (iri, size) in enumerate(counts):
            part = f"{stem}{what}-{number}"
            yield _triple(this, f"{VOID}{what}Partition", ox.NamedNode(part))
            yield _triple(part, VOID + what, ox.NamedNode(iri))
            yield _triple(part, VOID + measure, size)


def _distribution(this: str, file: File) -> Iterator[ox.Triple]:
    part = f"{this}#{file.name.replace('/', '-')}"
    yield _triple(this, DCAT + "distribution", ox.NamedNode(part))
    yield _triple(part, RDF + "type", ox.NamedNode(DCAT + "Distribution"))
    yield _triple(part, expand("dcterms:title"), file.what)
    yield _triple(part, expand("dcterms:identifier"), file.name)
    yield _triple(part, expand("dcterms:license"), ox.NamedNode(LICENCE))
    yield _triple(part, DCAT + "mediaType", ox.NamedNode(MEDIA + file.media))
    if file.gzip:
        yield _triple(part, DCAT + "compressFormat", ox.NamedNode(MEDIA + "application/gzip"))
    integer = ox.NamedNode(XSD + "nonNegativeInteger")
    yield _triple(part, DCAT + "byteSize", ox.Literal(str(file.size), datatype=integer))
    sum_ = part + "-sha256"
    yield _triple(part, SPDX + "checksum", ox.NamedNode(sum_))
    yield _triple(sum_, RDF + "type", ox.NamedNode(SPDX + "Checksum"))
    algorithm = ox.NamedNode(SPDX + "checksumAlgorithm_sha256")
    yield _triple(sum_, SPDX + "algorithm", algorithm)
    hexadecimal = ox.NamedNode(XSD + "hexBinary")
    yield _triple(sum_, SPDX + "checksumValue", ox.Literal(file.sha256, datatype=hexadecimal))
