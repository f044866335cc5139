"""What a person reads first in the folder of a release: what it holds, leaves out, and on which
terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.releasing.describe import ABOUT, LICENCE, TITLE
from kg.releasing.files import CHECKSUMS, File
from kg.releasing.terms import TEXTS, WORDED, Terms

__all__ = ["readme"]


def readme(date: str, facts: int, files: Iterable[File], sources: Iterable[Terms]) -> str:
    """The text, as Markdown.

    :param files: those of the release, in the order in which they are to be listed.
    :param sources: those that facts of the release rest on.
    """
    return "\n".join(_lines(date, facts, list(files), list(sources))) + "\n"


def _lines(date: str, facts: int, files: list[File], sources: list[Terms]) -> Iterator[str]:
    yield f"# {TITLE}, release of {date}"
    yield ""
    yield f"{ABOUT} {facts:,} facts. Nothing here is medical advice."
    yield ""
    yield "Each format leaves out what it cannot say as what it is, and counts it in `loss/`: a"
    yield "fact that is denied, not studied or hedged is nowhere a plain positive one. Not in here"
    yield f"at all: {TEXTS};"
    yield f"of sources that let only facts be passed on, {WORDED};"
    yield "and what rests on sources alone that withhold themselves. `release.json` counts each."
    yield ""
    yield f"Check the files with `sha256sum -c {CHECKSUMS}`."
    yield ""
    yield "| file | what it holds |"
    yield "|---|---|"
    for one in files:
        yield f"| `{one.name}` | {one.what} |"
    yield ""
    yield f"Facts, ontology and mappings: CC0 1.0, <{LICENCE}>. The sources keep their own rights:"
    yield ""
    for source in sources:
        where = f", <{source.address}>" if source.address else ""
        licence = f" <{source.licence}>" if source.licence else ""
        yield f"- {source.label}, {source.publisher}{where}: {source.rights}{licence}"
