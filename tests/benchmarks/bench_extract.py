"""Reading every indication text: ours against the longest names alone, by one process and by two.

``KG_BENCH_TEXTS`` takes fewer texts, evenly spread. Sentences are counted once, for all alike.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from hashlib import sha256

from kg.cli.building import peak
from kg.extract import corpus
from kg.extract.names.terms import Terms
from kg.extract.passages import passages
from kg.reading.text import plain
from tests.benchmarks.side_by_side import compare, heading
from tests.conftest import SHARED
from tests.gold.dictionary import Dictionary

TEXTS = int(os.environ.get("KG_BENCH_TEXTS", "0"))
SOURCES = SHARED / "sources"
OURS, TWO, BASELINE = "our rules, one process", "our rules, two processes", "longest names alone"


def main() -> None:
    """Read all texts each way, and print sentences a second."""
    if not SOURCES.is_dir():
        print("\nReading texts needs the publishers' files: not measured")
        return
    every = list(corpus.texts(SOURCES))
    texts = every[:: max(1, len(every) // TEXTS)] if TEXTS else every
    sentences = sum(len(list(passages(plain(one.words)))) for one in texts)
    terms, names = Terms.of_files(SOURCES), Dictionary.read(SOURCES)
    heading(f"{len(texts):,} texts, {sentences:,} sentences", "PyYAML")
    digests: dict[str, set[str]] = {OURS: set(), TWO: set()}

    def ours(name: str, processes: int) -> None:
        digests[name].add(digest(texts, terms, processes))

    medians = compare(
        1,
        {
            OURS: partial(ours, OURS, 1),
            TWO: partial(ours, TWO, 2),
            BASELINE: lambda: [names.uses(one.words) for one in texts],
        },
    )
    assert digests[OURS] == digests[TWO], "two processes read otherwise than one"
    for name, seconds in medians.items():
        print(f"  {name:<34} {sentences / seconds:10,.0f} sentences a second")
    print(f"  the same bytes from one process and two; at most {peak():,.0f} MB in one process")


def digest(texts: list[corpus.Text], terms: Terms, processes: int) -> str:
    """Of all lines that are written."""
    lines = (corpus.line(*one) for one in _quiet(texts, terms, processes))
    return sha256("".join(lines).encode()).hexdigest()


def _quiet(
    texts: list[corpus.Text], terms: Terms, processes: int
) -> Iterator[tuple[corpus.Text, corpus.Found]]:
    return corpus.run(texts, terms, processes, lambda _: None)


if __name__ == "__main__":
    main()
