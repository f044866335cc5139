"""The indication texts of the two sources, and all that is read in them, a line of JSON a text.

A line has places, codes, values and the names of rules; the words of a text are in its source.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from kg.extract.found import Limit, Span, Use
from kg.extract.many import read_all
from kg.extract.names.terms import Terms
from kg.extract.read import extract
from kg.sources import ema, label_sections

__all__ = ["Found", "Text", "line", "reader", "run", "texts"]

Found = tuple[list[Use], list[Limit]]
EVERY = 1.0
"""Seconds between two words of progress."""


@dataclass(frozen=True, slots=True)
class Text:
    """An indication text as its source has it: offsets count its characters."""

    source: str
    record: str
    words: str


def texts(folder: Path) -> Iterator[Text]:
    """Every indication text of the two sources, in their order.

    :param folder: where the publishers' files are, as ``kg build --from`` reads them.
    :raises InputError: for a file that its adapter refuses.
    """
    for path in sorted(folder.glob(ema.GLOB)):
        for medicine in ema.read(path):
            if ema.skipped(medicine) is None and medicine.indication.strip():
                yield Text(ema.NAME, medicine.number, medicine.indication)
    for path in sorted(folder.glob(label_sections.GLOB)):
        for row in label_sections.read(path):
            if not label_sections.placeholder(row):
                yield Text(label_sections.NAME, f"line {row.line}", row.text)


def reader(terms: Terms) -> Callable[[Text], Found]:
    """What reads a text by our rules."""
    return lambda text: extract(text.words, terms)


def run(
    some: Iterable[Text], terms: Terms, processes: int, progress: Callable[[str], None]
) -> Iterator[tuple[Text, Found]]:
    """Each text with its uses and limits, in order.

    :param progress: told how far it is about once a second, and at the end how long it took.
    :raises BuildError: if a process dies.
    """
    start = told = time.monotonic()
    read = uses = limits = 0

    def state() -> str:
        return f"{read:,} texts, {uses:,} uses, {limits:,} limits, {time.monotonic() - start:.0f} s"

    for text, found in read_all(some, partial(reader, terms), processes):
        read, uses, limits = read + 1, uses + len(found[0]), limits + len(found[1])
        if time.monotonic() - told >= EVERY:
            told = time.monotonic()
            progress(state())
        yield text, found
    progress(f"read {state()}")


def line(text: Text, found: Found) -> str:
    """One line of JSON, the same for the same; spans are ``[start, end]``, terms may be null."""
    uses, limits = found
    told = {
        "source": text.source,
        "record": text.record,
        "uses": [_plain(one) for one in uses],
        "limits": [_plain(one) for one in limits],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def _plain(one: Use | Limit) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in one.__dataclass_fields__}
    return {n: [v.start, v.end] if isinstance(v, Span) else v for n, v in values.items()}
