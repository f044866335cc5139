"""Reading the index of names: what is called so, begins so, has a word, or one spelled alike."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from kg.errors import NoGraph
from kg.name_entries import HOW, Entry
from kg.name_index import APPLICATION, CODES, FORMAT, WAYS, fill, unpack
from kg.names import compact, prefixes
from kg.spelling import fold, nearest, probes

__all__ = ["Found", "NameBase", "is_label"]

SHORTEST = 3
"""Letters that the beginning of a name or word has at least."""
MOST_BEGUN = 1_000
"""Words that may begin so: a beginning of more says too little."""

_ROW = """
SELECT name.id, mark, key, name, iri, kind, label, facts, curated
FROM name JOIN entity ON entity.id = name.entity"""
_LABEL = HOW.index("label")


@dataclass(frozen=True, slots=True)
class Found:
    """A name, and whose it is.

    :param how: one of :data:`kg.name_entries.HOW`.
    :param name: as written; an identifier as its IRI.
    :param facts: how many current facts are about the entity.
    :param curated: as of :class:`kg.name_entries.Entry`.
    """

    iri: str
    kind: str
    label: str
    how: str
    name: str
    facts: int
    curated: int


def is_label(mark: int) -> bool:
    """Whether a name with this mark is its entity's label."""
    return mark % WAYS == _LABEL


class NameBase:
    """An open index of names."""

    def __init__(self, base: sqlite3.Connection, place: str) -> None:
        self._base, self._place = base, place

    @classmethod
    def open(cls, path: Path) -> NameBase:
        """Open the file that a build wrote, read-only; it is never changed once published.

        :raises NoGraph: if it is missing or is no index of names of this version.
        """
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            base = sqlite3.connect(address, uri=True, check_same_thread=False)
        except sqlite3.DatabaseError as error:
            raise _damaged(str(path), str(error)) from None
        opened = cls(base, str(path))
        form = [opened._all(f"PRAGMA {what}") for what in ("application_id", "user_version")]
        if form != [[(APPLICATION,)], [(FORMAT,)]]:
            raise _damaged(str(path), "it is no index of names of this version")
        return opened

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> NameBase:
        """An index in memory."""
        base = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        fill(base, entries)
        return cls(base, "memory")

    def __len__(self) -> int:
        return len(self.marks)

    def __iter__(self) -> Iterator[Found]:
        """All names, the likeliest first."""
        return (_found(row) for row in self._all(f"{_ROW} ORDER BY name.id"))

    def exact(self, text: str) -> list[Found]:
        """What is called so but for case, diacritics, white space and hyphens.

        Of each entity the best way it is called so. An IRI or CURIE is found by the code in it.
        """
        key = fold(text)
        keys = list(dict.fromkeys([key, *_codes(key)])) if key else []
        asked = f"{_ROW} WHERE key IN ({_slots(keys)}) ORDER BY mark % {WAYS}, name.id"
        found: dict[str, Found] = {}
        for row in self._all(asked, keys):
            one = _found(row)
            if key in _forms(one.name) if one.how in CODES else key == row[2]:
                found.setdefault(one.iri, one)
        return list(found.values())

    def fetch(self, numbers: Collection[int]) -> list[Found]:
        """Names by their numbers, in the same order."""
        rows = self._all(f"{_ROW} WHERE name.id IN ({_slots(numbers)})", numbers)
        found = {row[0]: _found(row) for row in rows}
        return [found[number] for number in numbers]

    def beginning(self, key: str, allowed: bytes, most: int) -> list[int]:
        """The likeliest names that begin with a key, labels first."""
        if len(key) < SHORTEST:
            return []
        ways = [way for way, how in enumerate(HOW) if how not in CODES]
        marks = [mark for mark, fit in enumerate(allowed) if fit and mark % WAYS in ways]
        rows = self._all(
            f"SELECT id FROM name WHERE key >= ? AND key < ? AND mark IN ({_slots(marks)}) "
            f"ORDER BY mark % {WAYS} != {_LABEL}, id LIMIT {most}",
            (key, key + "\U0010ffff", *marks),
        )
        return [number for (number,) in rows]

    def having(self, word: str) -> Sequence[int]:
        """The names with a word, sorted."""
        rows = self._all("SELECT names FROM word WHERE word = ?", (word,))
        return unpack(rows[0][0]) if rows else ()

    def begun(self, word: str) -> list[Sequence[int]]:
        """The names with each word that begins so; only with the word itself if it is short.

        So too if the words that begin so could be almost any.
        """
        rows = self._all(
            f"SELECT names FROM word WHERE word >= ? AND word < ? LIMIT {MOST_BEGUN + 1}",
            (word, word + "\U0010ffff" if len(word) >= SHORTEST else word + "\0"),
        )
        if len(rows) > MOST_BEGUN:
            return [self.having(word)]
        return [unpack(names) for (names,) in rows]

    def alike(self, word: str) -> dict[str, int]:
        """The words spelled nearly so, each with the number of slips, the fewest first."""
        asked = list(dict.fromkeys(probes(word)))
        rows = self._all(f"SELECT words FROM part WHERE part IN ({_slots(asked)})", asked)
        near = nearest(word, sorted({one for (some,) in rows for one in some.split()}))
        return dict(sorted(near.items(), key=lambda item: item[1]))

    def allowed(self, kinds: Collection[str] | None) -> bytes:
        """By mark, whether a name is of a kind that is asked for."""
        known = self._about("kinds").decode().split()
        return bytes(kinds is None or kind in kinds for kind in known for _ in range(WAYS))

    @cached_property
    def marks(self) -> bytes:
        """The mark of each name: its kind and the way it is called so."""
        return self._about("marks")

    @cached_property
    def sizes(self) -> bytes:
        """The number of words of each name."""
        return self._about("sizes")

    def _about(self, what: str) -> bytes:
        rows = self._all("SELECT value FROM about WHERE what = ?", (what,))
        if not rows:
            raise _damaged(self._place, f"{what} is missing in it")
        return bytes(rows[0][0])

    def _all(self, sql: str, values: Collection[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._base.execute(sql, tuple(values)).fetchall()
        except sqlite3.DatabaseError as error:
            raise _damaged(self._place, str(error)) from None


def _found(row: tuple[Any, ...]) -> Found:
    _, mark, _, name, iri, kind, label, facts, curated = row
    return Found(iri, kind, label, HOW[mark % WAYS], name or iri, facts, curated)


def _slots(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


@cache
def _starts() -> tuple[str, ...]:
    """What an IRI or a CURIE may begin with, folded."""
    starts = {*(f"{prefix}:" for prefix in prefixes()), *prefixes().values()}
    return tuple(sorted(map(fold, starts)))


def _codes(key: str) -> list[str]:
    """The codes in a folded IRI or CURIE."""
    return [key[len(start) :] for start in _starts() if key.startswith(start)]


def _forms(iri: str) -> set[str]:
    """An IRI as it may be written, folded: in full, as CURIE, as bare code."""
    curie = compact(iri)
    forms = {iri, curie, curie.partition(":")[2]} if curie != iri else {iri}
    return set(map(fold, forms))


def _damaged(place: str, why: str) -> NoGraph:
    return NoGraph(f"the names in {place} cannot be read ({why}): build the graph again")
