"""The quality of reading, in figures: ``python -m tests.gold.quality --part development``.

Reads the texts of a part from the publishers' files, compares what was found in them with the
gold standard, and the same for the plain baseline in the same run. Prints codes, places and
figures; never a text. The locked part is for the end: whoever writes rules does not look at it.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from prettytable import PrettyTable, TableStyle

from kg.extract.found import Limit, Use
from kg.extract.names.terms import Terms
from kg.extract.read import extract
from tests.conftest import SHARED
from tests.gold import errors, same, sample, standard
from tests.gold.dictionary import Dictionary
from tests.gold.reading import Count, Reading
from tests.gold.score import MISSED, NAMES, NOT_SAID, Score, score

__all__ = ["Reader", "interval", "main", "readers", "readings", "report"]

Reader = Callable[[str], tuple[list[Use], list[Limit]]]
"""What finds uses and limits in a text."""

OURS, BASELINE = "ours", "baseline"
RESAMPLES = 1000


def readers(folder: Path) -> dict[str, Reader]:
    """The reader that is measured, and the baseline, by name."""
    terms, names = Terms.of_files(folder), Dictionary.read(folder)
    return {
        OURS: lambda text: extract(text, terms),
        BASELINE: lambda text: (names.uses(text), []),
    }


def readings(part: str, folder: Path, reader: Reader) -> list[Reading]:
    """Each text of a part, read."""
    return [Reading(record, text, *reader(text)) for record, text in _texts(part, folder)]


def _texts(part: str, folder: Path) -> Iterator[tuple[standard.Record, str]]:
    listed = {one.record: one.sha256 for one in sample.listed() if one.split == part}
    words = {one.record: one for one in sample.texts(folder) if one.record in listed}
    for record in standard.load(standard.path(part)):
        text = words.get(record.record)
        if text is None or text.sha256 != listed[record.record]:
            raise SystemExit(f"{record.record}: not the text that was annotated")
        yield record, text.words


def report(all_readings: Mapping[str, list[Reading]], worst: int) -> Iterator[str]:
    """The figures of each reader, then the confusion and the worst errors of the first."""
    scores = {name: score(some) for name, some in all_readings.items()}
    for name, one in scores.items():
        yield f"\n{name}: all {len(one.texts)} texts in one pool, and the mean F1 of a text"
        yield _figures(one)
        low, high = interval([text["pair"] for text in one.texts])
        yield f"disease-use pairs: F1 {_ratio(one.pooled('pair').f1)}"
        yield f"  ({low:.3f} to {high:.3f} in 95 of 100 draws of so many texts)"
        yield from _strata(all_readings[name])
        yield f"grounding right: {_ratio(one.grounding)} of {one.grounded.found} mentions"
        yield f"kind of use right: {_ratio(one.use_kind)} of the diseases found"
    first = next(iter(all_readings))
    yield f"\n{first}: what is asked for"
    yield _asked(scores[first])
    for what, table, values in (
        ("kinds of use", scores[first].uses, standard.USES),
        ("polarities of limitations", scores[first].polarities, standard.POLARITIES),
        ("kinds of limitations", scores[first].kinds, standard.KINDS),
    ):
        yield f"\n{first}: {what}, the gold standard's down, those found across"
        yield _confusion(table, values)
    told = ", ".join(f"{n} {kind}" for kind, n in errors.tally(all_readings[first]).items())
    yield f"\n{first}: errors, from the worst kind on: {told or 'none'}"
    if worst:
        yield f"\n{first}: the {worst} worst errors"
        yield from map(str, errors.worst(all_readings[first], worst))


def _strata(some: list[Reading]) -> Iterator[str]:
    """The pairs of each source and of each length."""
    listed = {one.record: one for one in sample.listed()}
    for name in ("source", "length"):
        parts = [
            (value, [one for one in some if getattr(listed[one.name], name) == value])
            for value in (sample.SOURCES if name == "source" else sample.LENGTHS)
        ]
        told = [f"{value} {_ratio(score(part).pooled('pair').f1)}" for value, part in parts]
        yield "  " + ", ".join(told)


def _asked(one: Score) -> str:
    """What the project asks of itself, beside what was reached."""
    pair, limit, age = (one.pooled(name) for name in ("pair", "limit", "age"))
    lines: list[tuple[str, float, float | None]] = [
        ("disease-use pairs, F1", 0.85, pair.f1),
        ("disease-use pairs, precision", 0.90, pair.precision),
        ("age bounds exact, of those stated of pairs found", 0.95, age.recall),
        ("limitations, precision", 0.90, limit.precision),
        ("limitations, recall", 0.75, limit.recall),
        ("grounding", 0.90, one.grounding),
    ]
    rows: list[list[object]] = [
        [what, f"{least:.2f}", _ratio(reached), "yes" if (reached or 0) >= least else "no"]
        for what, least, reached in lines
    ]
    return _table(["", "at least", "reached", "enough"], rows)


def _figures(one: Score) -> str:
    fields = ["", "gold", "found", "precision", "recall", "F1", "mean F1", "reach"]
    rows: list[list[object]] = []
    for name in NAMES:
        pool = one.pooled(name)
        gold = one.stated[name] if name in same.FIELDS else pool.gold
        figures = [pool.precision, pool.recall, pool.f1, one.mean(name)]
        reach = _ratio(one.reach(name)) if name in same.FIELDS else ""
        rows.append([name, gold, pool.found, *map(_ratio, figures), reach])
    return _table(fields, rows)


def _confusion(table: Mapping[tuple[str, str], int], values: Iterable[str]) -> str:
    known = [value for value in values if any(value in pair for pair in table)]
    rows: list[list[object]] = [
        [gold, *(table.get((gold, found)) or "" for found in [*known, MISSED])]
        for gold in [*known, NOT_SAID]
    ]
    return _table(["", *known, MISSED], rows)


def _table(fields: list[str], rows: list[list[object]]) -> str:
    table = PrettyTable(fields)
    table.set_style(TableStyle.PLAIN_COLUMNS)
    table.align, table.right_padding_width = "r", 2
    table.align[""] = "l"
    table.add_rows(rows)
    return "\n".join(line.rstrip() for line in table.get_string().splitlines())


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def interval(counts: list[Count]) -> tuple[float, float]:
    """Between which values the pooled F1 lies in 95 of 100 draws of as many texts."""
    chance = random.Random(6)
    drawn = [
        sum(chance.choices(counts, k=len(counts)), Count()).f1 or 0.0 for _ in range(RESAMPLES)
    ]
    cuts = statistics.quantiles(drawn, n=40)
    return cuts[0], cuts[-1]


def main(arguments: list[str]) -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.gold.quality", description=__doc__)
    parser.add_argument("--part", choices=sample.SPLITS, default=["development"], nargs="+",
                        help="one part, or several in one pool")  # fmt: skip
    parser.add_argument("--from", dest="folder", type=Path, default=SHARED / "sources",
                        help="where the publishers' files are")  # fmt: skip
    parser.add_argument("--errors", type=int, default=30, help="how many of the worst (30)")
    told = parser.parse_args(arguments)
    if not told.folder.is_dir():
        print(f"{told.folder.name}: no such directory; give --from", file=sys.stderr)
        return 2
    found = {
        name: [one for part in told.part for one in readings(part, told.folder, reader)]
        for name, reader in readers(told.folder).items()
    }
    print("\n".join(report(found, told.errors)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
