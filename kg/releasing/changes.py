"""The facts of a release, a line each, and what became of them since the last one."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from kg.errors import InputError

__all__ = ["INDEX", "KINDS", "Change", "Line", "changes", "counts", "read", "text"]

INDEX = "facts.tsv.gz"
"""The file of a release that has a line for each fact."""

KINDS = {
    "added": "a fact that the last release did not hold",
    "withdrawn": "a fact that this release does not hold any more",
    "changed": "a fact that says something else",
    "rests otherwise": "a fact that says the same, by other evidence or of another revision",
}


class Line(NamedTuple):
    """A fact: its IRI, digests of what it says and of what it rests on, and its label."""

    fact: str
    says: str
    rests_on: str
    label: str


class Change(NamedTuple):
    """What became of a fact: a key of :data:`KINDS`, its IRI, its label now or last."""

    change: str
    fact: str
    label: str


def text(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Lines of TSV; no cell holds a tab or a line's end."""
    yield "\t".join(columns) + "\n"
    for row in rows:
        yield "\t".join(row) + "\n"


def read(folder: Path) -> Iterator[Line]:
    """The facts of a release, in order of their IRIs.

    :raises InputError: if the folder is no release, or its index is not whole.
    """
    file = folder / INDEX
    before = ""
    try:
        with gzip.open(file, "rt", encoding="utf-8", newline="\n") as handle:
            for number, row in enumerate(handle, 1):
                cells = row.rstrip("\n").split("\t")
                if len(cells) != len(Line._fields) or (number == 1) != (cells[0] == "fact"):
                    raise InputError("no line of an index of facts", file=file, line=number)
                if number > 1:
                    if cells[0] <= before:
                        raise InputError("out of order", file=file, line=number, field="fact")
                    before = cells[0]
                    yield Line(*cells)
    except FileNotFoundError:
        mend = f"name the folder of a release, which holds {INDEX}"
        raise InputError("is no release", file=folder, mend=mend) from None
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", file=file) from None


def changes(old: Iterable[Line], new: Iterable[Line]) -> Iterator[Change]:
    """The facts that differ; both come in order of their IRIs, and are read as they come."""
    before, after = iter(old), iter(new)
    one, two = next(before, None), next(after, None)
    while one is not None or two is not None:
        if two is None or (one is not None and one.fact < two.fact):
            assert one is not None
            yield Change("withdrawn", one.fact, one.label)
            one = next(before, None)
        elif one is None or two.fact < one.fact:
            yield Change("added", two.fact, two.label)
            two = next(after, None)
        else:
            if one.says != two.says:
                yield Change("changed", two.fact, two.label)
            elif one.rests_on != two.rests_on:
                yield Change("rests otherwise", two.fact, two.label)
            one, two = next(before, None), next(after, None)


def counts(found: Iterable[Change]) -> dict[str, int]:
    """How many there are of each kind; all kinds are named."""
    number = Counter(one.change for one in found)
    return {kind: number[kind] for kind in KINDS}
