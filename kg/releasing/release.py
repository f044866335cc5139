"""A release: one state of the graph as a dated folder, the same bytes from the same graph.

All exports with their loss reports, the facts a line each and what changed of them, the terms of
the sources, the SHACL report, descriptions (VoID and DCAT, RO-Crate, Croissant), and checksums of
everything. What may not be passed on is cut first (:mod:`kg.releasing.cut`), so that no file can
hold it.
"""

from __future__ import annotations

import datetime
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.errors import InputError
from kg.exporting.facts import Facts
from kg.exporting.form import Form
from kg.exporting.place import placed
from kg.exporting.registry import FORMS
from kg.releasing import files, terms
from kg.releasing.census import Census, census
from kg.releasing.changes import INDEX, KINDS, Change, Line, changes, counts, read, text
from kg.releasing.crate import CRATE, crate
from kg.releasing.croissant import CROISSANT, croissant
from kg.releasing.cut import Cut, cut
from kg.releasing.describe import described
from kg.releasing.files import File
from kg.releasing.readme import readme
from kg.store import Store
from kg.validate import validate_file

__all__ = ["NAME", "Released", "date_of", "last", "release"]

NAME = "drugfacts"
"""What the folders and the files of releases are called."""

_TSV = "text/tab-separated-values"
_DATED = re.compile(rf"{NAME}-(\d{{4}}-\d\d-\d\d)")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Released:
    """A release that was written.

    :ivar changed: how many facts of each kind of :data:`kg.releasing.changes.KINDS`; empty if
        there was no release to compare it with.
    :ivar conforms: whether the graph conforms to the shapes.
    """

    path: Path
    facts: int
    changed: dict[str, int]
    conforms: bool


def date_of(store: Store) -> str:
    """The day of a release: of ``SOURCE_DATE_EPOCH``, else the UTC day of the graph's build.

    :raises InputError: if the variable is no number of seconds, or the graph was never published.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is not None and not (given.isascii() and given.isdigit() and len(given) < 12):
        mend = "give whole seconds since 1970, or unset it"
        raise InputError(f'"{given}" is no date', field="SOURCE_DATE_EPOCH", mend=mend)
    if given is None and store.path is None:
        raise InputError("the graph has no date", field="SOURCE_DATE_EPOCH", mend="set it")
    seconds = int(given) if given else (Path(store.path or "") / "manifest.json").stat().st_mtime
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date().isoformat()


def last(directory: Path, before: str) -> Path | None:
    """The newest release of a folder that is older than a day, or None."""
    found = directory.iterdir() if directory.is_dir() else ()
    dated = {match[1]: one for one in found if (match := _DATED.fullmatch(one.name))}
    return max(((day, one) for day, one in dated.items() if day < before), default=(0, None))[1]


def release(
    store: Store, directory: Path, since: Path | None = None, progress: Progress = lambda _: None
) -> Released:
    """Write a release below a directory; it is there when it is whole.

    :param since: the release before; the newest of the directory if not given.
    :raises InputError: if there is one of that day already, or ``since`` is no release.
    :raises BuildError: if it cannot be written.
    """
    date = date_of(store)
    output = directory / f"{NAME}-{date}"
    if output.exists():
        mend = "remove it, or say another day by SOURCE_DATE_EPOCH"
        raise InputError("the release of that day is there already", file=output, mend=mend)
    since = since or last(directory, date)
    before = read(since) if since else None
    directory.mkdir(parents=True, exist_ok=True)
    with placed(output, folder=True) as folder, TemporaryDirectory(dir=folder.parent) as aside:
        every = terms.terms(store)
        kept = cut(store, every, Path(aside))
        progress("cut what may not be passed on")
        made = _Release(date, folder, Path(aside), kept, every, progress)
        return made.written(output, before, _day(since))


def _day(since: Path | None) -> str:
    match = _DATED.fullmatch(since.name) if since else None
    return match[1] if match else ""


@dataclass
class _Release:
    """The state of one release while it is written."""

    date: str
    folder: Path
    aside: Path
    kept: Cut
    sources: list[terms.Terms]
    progress: Progress

    def written(self, output: Path, before: Iterable[Line] | None, previous: str) -> Released:
        facts = Facts(self.kept.store, self.kept.gone)
        held = census(facts.quads())
        self.progress(f"{len(held.facts):,} facts, {held.quads:,} quads")
        put = partial(files.written, self.folder)
        every = [file for form in FORMS.values() for file in self.export(form, facts)]
        index = self.lines(INDEX, "the facts, a line each", Line._fields, held.facts)
        found = list(changes(before, held.facts)) if before is not None else []
        changed = counts(found) if before is not None else {}
        every += [index, self.lines("changes.tsv.gz", _CHANGES, Change._fields, found)]
        rows = terms.table(self.sources, held.versions, self.kept.texts, self.kept.worded)
        table = "".join(text(terms.COLUMNS, rows))
        every.append(put("sources.tsv", "the sources with their terms", _TSV, table))
        conforms, report = self.checked()
        every = sorted(every, key=lambda one: one.name)
        every.append(put("shacl-report.ttl", "the SHACL report", "text/turtle", report))
        summary = self.summary(held, changed, previous)
        every.append(put("release.json", "this release in numbers", "application/json", summary))
        used = [one for one in self.sources if any(held.versions[v] for v, _ in one.versions)]
        about = described(self.date, held, every, used, previous)
        every.append(put("void.ttl", "VoID and DCAT description", "text/turtle", about))
        media = "application/ld+json"
        whole = croissant(self.date, self.folder, every)
        every.append(put(CROISSANT, "Croissant metadata", media, whole))
        page = readme(self.date, len(held.facts), every, used)
        every.append(put("README.md", "what a person reads first", "text/markdown", page))
        every.append(put(CRATE, "RO-Crate metadata", media, crate(self.date, every, used)))
        put(files.CHECKSUMS, "", "text/plain", files.checksums(every))
        return Released(output, len(held.facts), changed, conforms)

    def export(self, form: Form, facts: Facts) -> Iterator[File]:
        """An export with its loss report; a single file is compressed."""
        if form.files:
            (self.folder / form.name).mkdir()
            loss = form.run(facts, self.folder / form.name)
            for name in form.files:
                path = f"{form.name}/{name}"
                yield files.file_of(self.folder, path, form.writes, form.media)
        else:
            plain, name = self.aside / "plain", f"{NAME}.{form.ending}.gz"
            loss = form.run(facts, plain)
            files.compressed(plain, self.folder / name)
            yield files.file_of(self.folder, name, form.writes, form.media)
        self.progress(f"wrote {form.name}")
        (self.folder / "loss").mkdir(exist_ok=True)
        report = json.dumps(loss.record(), indent=1, ensure_ascii=False) + "\n"
        what = f"what {form.name} leaves out and does not say"
        name = f"loss/{form.name}.json"
        yield files.written(self.folder, name, what, "application/json", report)

    def lines(
        self, name: str, what: str, columns: tuple[str, ...], rows: Iterable[Iterable[str]]
    ) -> File:
        """A compressed table."""
        plain = self.aside / "plain"
        with plain.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(text(columns, rows))
        files.compressed(plain, self.folder / name)
        return files.file_of(self.folder, name, what, _TSV)

    def checked(self) -> tuple[bool, bytes]:
        """Whether what is released conforms to the shapes, and the report as Turtle."""
        found = validate_file(self.aside / "graph.nq", built=True)
        self.progress("conforms to the shapes" if found.conforms else "does not conform")
        return found.conforms, found.graph.serialize(format="turtle", encoding="utf-8")

    def summary(self, held: Census, changed: dict[str, int], previous: str) -> str:
        """The release in numbers; what was left out is named, source by source."""
        said = {
            "name": NAME,
            "date": self.date,
            "facts": len(held.facts),
            "quads": held.quads,
            "built_from": self.kept.store.manifest.get("sha256", ""),
            "previous": previous or None,
            "changes": changed or None,
            "left_out": {
                terms.TEXTS: _named(self.sources, self.kept.texts),
                terms.WORDED: dict(sorted(self.kept.worded.items())),
                "facts that rest on withheld sources alone": dict(sorted(self.kept.facts.items())),
                "withheld sources": [
                    one.source for one in self.sources if one.redistribution == terms.WITHHELD
                ],
            },
        }
        return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


_CHANGES = "what became of facts since the last release: " + ", ".join(KINDS)


def _named(sources: list[terms.Terms], texts: Counter[str]) -> dict[str, int]:
    """How many texts of each source were left out."""
    counted = {one.source: sum(texts[v] for v, _ in one.versions) for one in sources}
    return {source: count for source, count in counted.items() if count}
