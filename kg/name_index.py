"""The index of names, an SQLite file: written by the build, opened read-only.

Names are numbered by how much a person is likely to mean them: those of the entities with the
most current facts first. So the smallest numbers of a posting list are its best, and ranking
needs no further look. All lists are sorted, and the file has no clock in it: the same names make
the same bytes with the same SQLite. What the tables hold::

    entity  IRI, kind, label, number of current facts; 0, or one more than the curated ones
    name    an entity's name: mark (its kind and of which way it is), key (the folded name; of
            an IRI the code in it, if it has a CURIE), and as written (empty: the entity's IRI)
    word    the names that a word occurs in
    part    the words that are alike in a part (:mod:`kg.spelling`)
    about   the list of kinds; mark and number of words of every name, a byte each
"""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from kg.name_entries import HOW, Entry
from kg.names import prefixes
from kg.spelling import fold, parts, words

__all__ = ["APPLICATION", "CODES", "FORMAT", "WAYS", "fill", "unpack", "write_index"]

FORMAT = 1
APPLICATION = 0x6B676E6D
CODES = frozenset({"identifier", "mapped identifier"})
LOCAL = r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?"
"""The names that :func:`kg.names.compact` puts behind a prefix."""
_WAY = {how: way for way, how in enumerate(HOW)}
WAYS = 8
"""A mark is a byte: the kind's place in the list of kinds, times this, plus the way's in HOW."""

SCHEMA = f"""
PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT};
CREATE TABLE entity (id INTEGER PRIMARY KEY, iri TEXT, kind TEXT, label TEXT, facts INT,
  curated INT);
CREATE TABLE name (id INTEGER PRIMARY KEY, entity INT, mark INT, key TEXT, name TEXT);
CREATE TABLE word (word TEXT PRIMARY KEY, names BLOB);
CREATE TABLE part (part TEXT PRIMARY KEY, words TEXT);
CREATE TABLE about (what TEXT PRIMARY KEY, value BLOB);
"""


def write_index(path: Path, entries: Iterable[Entry]) -> int:
    """Write the index of names to a new file, and see it safely on the disk.

    :return: the number of names, identifiers counted.
    """
    path.unlink(missing_ok=True)
    base = sqlite3.connect(path, isolation_level=None)
    try:
        count = fill(base, entries)
    finally:
        base.close()
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return count


def fill(base: sqlite3.Connection, entries: Iterable[Entry]) -> int:
    """Write the tables into an empty database; the number of names."""
    base.executescript(SCHEMA)
    base.execute("BEGIN")
    ranked = _ranked(list(entries))
    base.executemany(
        "INSERT INTO entity VALUES (?, ?, ?, ?, ?, ?)",
        (
            (number, one.iri, one.kind, one.label, one.facts, one.curated)
            for number, one in enumerate(ranked)
        ),
    )
    kinds = sorted({entry.kind for entry in ranked})
    marks, sizes, vocabulary = bytearray(), bytearray(), _Vocabulary()

    def names() -> Iterator[tuple[int, int, int, str, str]]:
        for number, entry in enumerate(ranked):
            kind = kinds.index(entry.kind) * WAYS
            for key, way, name in _names(entry):
                at = len(marks)
                marks.append(kind + way)
                sizes.append(0 if HOW[way] in CODES else vocabulary.add(name, at))
                yield at, number, kind + way, key, name if name != entry.iri else ""

    base.executemany("INSERT INTO name VALUES (?, ?, ?, ?, ?)", names())
    base.execute("CREATE INDEX key ON name (key, mark)")
    base.executemany("INSERT INTO word VALUES (?, ?)", vocabulary.words())
    base.executemany("INSERT INTO part VALUES (?, ?)", vocabulary.parts())
    about = {"kinds": " ".join(kinds).encode(), "marks": marks, "sizes": sizes}
    base.executemany("INSERT INTO about VALUES (?, ?)", sorted(about.items()))
    base.execute("COMMIT")
    return len(marks)


class _Vocabulary:
    """The words of all names, each with the names it occurs in."""

    def __init__(self) -> None:
        self._names: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))

    def add(self, name: str, at: int) -> int:
        """Note the words of a name; how many there are (255 at most)."""
        found = words(name)
        for word in set(found):
            self._names[word].append(at)
        return min(len(found), 255)

    def words(self) -> Iterator[tuple[str, bytes]]:
        for word in sorted(self._names):
            yield word, pack(self._names[word])

    def parts(self) -> Iterator[tuple[str, str]]:
        alike: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(self._names):
            for part in parts(word):
                alike[part].append(word)
        for part in sorted(alike):
            yield part, " ".join(alike[part])


def _ranked(entries: list[Entry]) -> list[Entry]:
    """The entities in the order in which a person is likely to mean them.

    What was curated goes first, by its curated facts (doublings count); then what has more facts,
    a substance a little before others; a product named like a substance goes last, for it is one
    of many. Of equals the one with the shorter label.
    """
    product, substance = "df:MedicinalProduct", "df:Substance"

    def called(entry: Entry) -> Iterator[str]:
        return (name.lower() for how, name in entry.names if how in ("label", "synonym"))

    brands = {name for one in entries if one.kind == product for name in called(one)}
    shared = {name for one in entries if one.kind == substance for name in called(one)} & brands

    def standing(entry: Entry) -> int:
        if entry.curated:
            return 100 + entry.curated.bit_length()
        if entry.kind == product and not shared.isdisjoint(called(entry)):
            return 0
        return 1 + entry.facts.bit_length() + (entry.kind == substance)

    order = [(-standing(one), len(one.label), one.label, one.iri) for one in entries]
    return [entries[at] for at in sorted(range(len(entries)), key=order.__getitem__)]


def _names(entry: Entry) -> list[tuple[str, int, str]]:
    """Key, way and name of all an entity is called, the best way first, a key once."""
    ways = {(_WAY[how], name) for how, name in entry.names}
    ways.add((_WAY["identifier"], entry.iri))
    found: dict[str, tuple[str, int, str]] = {}
    for way, name in sorted(ways):
        key = code(name) if HOW[way] in CODES else fold(name)
        if key and key not in found:
            found[key] = (key, way, name)
    return list(found.values())


@cache
def _namespaces() -> re.Pattern[str]:
    """Any namespace with a prefix, the longest that fits, and the name in it."""
    known = sorted(prefixes().values(), key=lambda one: (-len(one), one))
    return re.compile(f"(?:{'|'.join(map(re.escape, known))})({LOCAL})")


def code(iri: str) -> str:
    """The key of an IRI: the folded code in it, or all of it if its CURIE is not known."""
    found = _namespaces().fullmatch(iri)
    return fold(found.group(1) if found else iri)


def pack(numbers: array[int]) -> bytes:
    """A posting list as bytes: 32-bit numbers, the least significant byte first."""
    if sys.byteorder == "big":
        numbers = array("I", numbers)
        numbers.byteswap()
    return numbers.tobytes()


def unpack(data: bytes) -> array[int]:
    """The inverse of :func:`pack`."""
    numbers = array("I", data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
