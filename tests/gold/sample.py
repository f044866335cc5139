"""The 1,020 texts of the gold standard, drawn at random: which, and in which part.

Sixty texts a draw and part, thirty of each of the two sources, ten of each third of its lengths.
*development* is what rules were first made on; *opened* are the draws that were locked until rules
were run on them (from 26 to 28 November 2026), and two thirds of the fifth, which were read by
people who never saw the rules and are for development since; *locked* is the last draw, twice as
large: as those of the three draws before it, its texts were read twice, a third reader deciding
where the two differed.
The draw is by rank of a digest of the seed and the record, so it needs no generator whose habits
may change. A text that is a near copy of one already drawn (the generics of one substance, the
labels of one class) is passed over: a locked text must not have a twin among those that the
rules were made on.

``python -m tests.gold.sample DIRECTORY`` checks the list beside this module against the
publishers' files in a directory; ``--write`` makes it anew. The list names records and digests
of texts, never a text.
"""

from __future__ import annotations

import hashlib
import statistics
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kg.evidence import resemblance, sketch
from kg.extract import corpus
from kg.sources import ema, label_sections

__all__ = ["LIST", "Drawn", "Text", "check", "draw", "listed", "texts", "written"]

LIST = Path(__file__).parent / "sample.tsv"
SOURCES = (ema.NAME, label_sections.NAME)
LENGTHS = ("short", "middle", "long")
DRAWS = {
    "drugfacts gold standard 1": ("development", "opened"),
    "drugfacts gold standard 2": ("opened",),
    "drugfacts gold standard 3": ("opened",),
    "drugfacts gold standard 4": ("opened",),
    "drugfacts gold standard 5": ("opened", "opened", "opened"),
    "drugfacts gold standard 6": ("opened",),
    "drugfacts gold standard 7": ("opened", "opened"),
    "drugfacts gold standard 8": ("opened", "opened"),
    "drugfacts gold standard 9": ("opened", "opened"),
    "drugfacts gold standard 10": ("locked", "locked"),
}
"""The parts that each seed drew, in the order of the draws."""

READ = {
    "drugfacts gold standard 8": LIST.with_name("read_8.txt"),
    "drugfacts gold standard 9": LIST.with_name("read_9.txt"),
}
"""Records that were read besides to find what the rules lack, before the draw of a seed: that
draw and those behind it pass them over, and their near copies."""

SPLITS = tuple(dict.fromkeys(part for parts in DRAWS.values() for part in parts))
EACH = 10
"""Texts of one source and one third of the lengths, in each part."""

NEAR_COPY = 0.5
"""Resemblance of sketches from which a text counts as a copy of another."""

HEADER = "split\tsource\tlength\trecord\tcharacters\tsha256"


class Text(corpus.Text):
    """An indication text with its digest."""

    @property
    def sha256(self) -> str:
        """Of the characters as they are, in UTF-8: not of the normalised text."""
        return hashlib.sha256(self.words.encode()).hexdigest()


@dataclass(frozen=True, slots=True, order=True)
class Drawn:
    """A line of the list."""

    split: str
    source: str
    length: str
    record: str
    characters: int
    sha256: str


def texts(folder: Path) -> Iterator[Text]:
    """Every indication text of the two sources, in their order.

    :raises InputError: for a file that its adapter refuses.
    """
    for one in corpus.texts(folder):
        yield Text(one.source, one.record, one.words)


def draw(all_texts: Iterable[Text]) -> list[Drawn]:
    """The sample, in the order of the list."""
    everything = list(all_texts)
    sketches: list[str] = []
    found: list[Drawn] = []
    for seed, parts in DRAWS.items():
        if seed in READ:
            read = frozenset(READ[seed].read_text(encoding="utf-8").splitlines())
            sketches += [sketch(text.words) for text in everything if text.record in read]
        taken = {one.record for one in found}
        left = sorted((t for t in everything if t.record not in taken), key=partial(_rank, seed))
        for source in SOURCES:
            of_source = [text for text in left if text.source == source]
            low, high = statistics.quantiles(
                [len(text.words) for text in everything if text.source == source], n=3
            )
            for number, length in enumerate(LENGTHS):
                of_length = [t for t in of_source if _third(len(t.words), low, high) == number]
                for place, text in enumerate(_chosen(of_length, sketches, EACH * len(parts))):
                    # By turns, so that the parts of one seed are drawn alike.
                    split, size = parts[place % len(parts)], len(text.words)
                    found.append(Drawn(split, source, length, text.record, size, text.sha256))
    return sorted(found)


def _rank(seed: str, text: Text) -> str:
    return hashlib.sha256(f"{seed}\n{text.source}\n{text.record}".encode()).hexdigest()


def _third(size: int, low: float, high: float) -> int:
    return (size > low) + (size > high)


def _chosen(candidates: Iterable[Text], sketches: list[str], many: int) -> list[Text]:
    """The first that resemble none of those drawn before; ``sketches`` grows by theirs."""
    found: list[Text] = []
    for text in candidates:
        if len(found) == many:
            break
        own = sketch(text.words)
        if all(resemblance(own, other) < NEAR_COPY for other in sketches):
            sketches.append(own)
            found.append(text)
    return found


def written(sample: Iterable[Drawn]) -> str:
    """The list as a table with tabs."""
    rows = (
        f"{d.split}\t{d.source}\t{d.length}\t{d.record}\t{d.characters}\t{d.sha256}" for d in sample
    )
    return "\n".join([HEADER, *rows, ""])


def listed() -> list[Drawn]:
    """The list as it is kept."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    if lines[:1] != [HEADER]:
        raise ValueError(f"{LIST.name} has another header than {HEADER!r}")
    cells = (line.split("\t") for line in lines[1:])
    return [Drawn(a, b, c, d, int(size), digest) for a, b, c, d, size, digest in cells]


def check(folder: Path) -> list[str]:
    """What differs between the list and a new draw; nothing, if the files are the same."""
    kept, new = set(listed()), set(draw(texts(folder)))
    return [
        *(f"drawn, not listed: {d.source} {d.record}" for d in sorted(new - kept)),
        *(f"listed, not drawn: {d.source} {d.record}" for d in sorted(kept - new)),
    ]


def main(arguments: list[str]) -> int:
    """Check the list, or write it."""
    folders = [Path(one) for one in arguments if one != "--write"]
    if len(folders) != 1 or not folders[0].is_dir():
        print("give the directory of the publishers' files", file=sys.stderr)
        return 2
    if "--write" in arguments:
        LIST.write_text(written(draw(texts(folders[0]))), encoding="utf-8")
    problems = check(folders[0])
    print("\n".join(problems) or f"{len(listed())} texts, as drawn")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
