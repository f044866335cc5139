"""Captured texts: what stands where the evidence of facts points, as far as it is at hand.

The graph keeps no words of its sources but the sections of labels in a store that a user built.
Everything else is read from the files that a user names; a file is taken for a version of a
source by its checksum.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.errors import InputError
from kg.evidence import digest
from kg.names import compact
from kg.store import Store

__all__ = ["Cited", "Texts", "texts"]

_VERSIONS = """
SELECT ?version ?source ?file ?sum WHERE {
  ?version df:versionOf ?source ; df:fileName ?file ; df:sha256 ?sum }"""
_PASSAGE = """
SELECT ?version ?start ?end ?digest ?with WHERE {
  ?passage a df:Passage ; df:inVersion ?version ; df:start ?start ; df:end ?end ;
    df:sentenceDigest ?digest .
  OPTIONAL { ?passage df:readWith ?with } }"""
_RECORD = """
SELECT ?version ?record ?field WHERE {
  ?passage a df:Record ; df:inVersion ?version ; df:record ?record ; df:field ?field }"""
_SECTION = """
SELECT ?text WHERE {
  ?section df:record ?record . ?section df:inVersion ?version ; df:section ?field ; df:text ?text
}"""
_GLUED = re.compile(r"(?<=\b)(or|and|in)(?=(?:patients|adults|children|adolescents)\b)")


@dataclass(frozen=True)
class Cited:
    """What an evidence node points to.

    :param place: where it stands, in words without any of its own: "characters 151 to 245".
    :param text: the words; ``lead`` those that must be read before them, ``before`` all that
        stands before them in a running text.
    :param intact: whether the words are those that were cited.
    """

    evidence: str
    place: str
    text: str
    lead: str = ""
    before: str = ""
    intact: bool = True


class Texts:
    """The texts at hand for a store."""

    def __init__(
        self,
        store: Store,
        pages: Mapping[str, str],
        records: Mapping[tuple[str, str, str], str],
    ) -> None:
        self._store, self._pages, self._records = store, pages, records

    def cited(self, evidence: str) -> Cited | None:
        """What an evidence node points to, or None if that text is not at hand."""
        bound = {"passage": ox.NamedNode(evidence)}
        rows = list(self._store.select(_PASSAGE, bound))
        if rows:
            return self._passage(evidence, rows)
        for row in self._store.select(_RECORD, bound):
            version, record, field = (row[name].value for name in ("version", "record", "field"))
            text = self._records.get((version, record, field)) or self._section(row)
            if text is not None:
                return Cited(evidence, f"{record}, {field}", _apart(text))
        return None

    def _section(self, row: Mapping[str, ox.NamedNode | ox.Literal]) -> str | None:
        bound = {name: row[name] for name in ("version", "record", "field")}
        return next((one["text"].value for one in self._store.select(_SECTION, bound)), None)

    def _passage(self, evidence: str, rows: list[dict[str, ox.Literal]]) -> Cited | None:
        first = rows[0]
        text = self._pages.get(first["version"].value)
        if text is None:
            return None
        start, end = int(first["start"].value), int(first["end"].value)
        leads = [self.cited(row["with"].value) for row in rows if row["with"] is not None]
        words = text[start:end]
        return Cited(
            evidence,
            f"characters {start} to {end}",
            words,
            " ".join(one.text for one in leads if one),
            text[:start],
            digest(words) == first["digest"].value and all(one and one.intact for one in leads),
        )


def _apart(text: str) -> str:
    """A cell's text with the blanks back that its line ends were: "…, orpatients with …"."""
    return re.sub(r"[:,](?=[A-Za-z])", lambda sign: sign.group() + " ", _GLUED.sub(r"\1 ", text))


def texts(store: Store, places: Iterable[Path]) -> Texts:
    """The texts of the files named, and of those below the folders named.

    :raises InputError: for a file that is no version of a source of the graph, by its checksum;
        other files in a folder are passed over.
    """
    known = {row["sum"].value: row for row in store.select(_VERSIONS)}
    names = {row["file"].value for row in known.values()}
    pages: dict[str, str] = {}
    records: dict[tuple[str, str, str], str] = {}
    for place in places:
        for path in _files(place, names):
            row = known.get(hashlib.sha256(path.read_bytes()).hexdigest())
            if row is None:
                if path == place:
                    raise InputError(
                        "is no version of a source of this graph",
                        file=path,
                        mend="name a captured copy whose checksum data/sources.ttl has",
                    )
                continue
            version, source = row["version"].value, compact(row["source"].value)
            read = _READERS.get(source)
            if read is not None:
                records |= {(version, *key): text for key, text in read(path)}
            elif path.suffix == ".txt":
                pages[version] = path.read_text(encoding="utf-8")
    return Texts(store, pages, records)


def _files(place: Path, names: set[str]) -> Iterator[Path]:
    if place.is_dir():
        yield from sorted(path for path in place.rglob("*") if path.name in names)
    elif place.is_file():
        yield place
    else:
        raise InputError("no such file or folder", file=place)


def _labels(path: Path) -> Iterator[tuple[tuple[str, str], str]]:
    from kg.sources.label_sections import COLUMNS, read

    for row in read(path):
        yield (f"line {row.line}", COLUMNS[1]), row.text


def _ema(path: Path) -> Iterator[tuple[tuple[str, str], str]]:
    from kg.sources.ema import read

    for row in read(path):
        if row.indication:
            yield (row.number, "Condition / indication"), row.indication


_READERS: dict[str, Callable[[Path], Iterator[tuple[tuple[str, str], str]]]] = {
    "source:fda-labels": _labels,
    "source:ema-medicines": _ema,
}
"""Sources that are tables: how their texts are read, by record and field."""
