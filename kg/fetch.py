"""The publishers' files: where each is offered, where it is kept, which revision is there.

The registry is ``data/sources.ttl``: sources, their files (:class:`kg.model.SourceFile`) and the
revisions that were read, with their checksums. What is fetched is laid out as ``kg build --from``
reads it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import product
from pathlib import Path
from urllib.parse import quote

from kg import payload
from kg.download import Downloaded, Progress, download
from kg.errors import BuildError, InputError, KgError, UnknownName
from kg.model import Source, SourceFile, SourceVersion
from kg.names import compact
from kg.rdf import nodes, parse_file
from kg.resources import folder

__all__ = ["SIZE_LIMIT", "Outcome", "Registry", "Wanted", "fetch", "registry"]

SIZE_LIMIT = 256 << 20
"""Bytes that a file may have for which the registry gives no limit."""

_PLACE = re.compile(r"\{([a-z][a-z-]*)(?:=([^{}]*))?\}")
_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Wanted:
    """A file to be had: of which source, from where, and its path below the folder.

    ``missing`` names the places of its address that nothing was said for; ``changed`` says that
    something was chosen for it which its path does not show; ``named``, that its source was
    asked for by name.
    """

    source: str
    label: str
    landing: str | None
    address: str | None
    path: str
    limit: int
    missing: tuple[str, ...] = ()
    changed: bool = False
    named: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a file: ``fetched``, ``present``, ``by hand``, ``not chosen``, ``failed``."""

    wanted: Wanted
    state: str
    revision: str = ""
    size: int | None = None
    sha256: str = ""
    path: Path | None = None
    error: KgError | None = None

    @property
    def fault(self) -> bool:
        """Whether the caller does not have what they asked for."""
        return self.state == "failed" or (self.wanted.named and not self.sha256)

    def text(self, directory: Path) -> str:
        """What became of it, and what to do about it, in a line."""
        one = self.wanted
        by_hand = f"look at {one.landing or 'its publisher'}, put it at {directory / one.path}"
        said = {
            "fetched": f"{self.size} bytes, {self.revision}",
            "present": f"there already as {self.path}, {self.revision}",
            "by hand": f"no address is known for it ({one.label}); {by_hand}",
            "not chosen": "choose which: " + " ".join(f"--with {place}=…" for place in one.missing),
            "failed": f"{self.error}; {by_hand}",
        }
        return f"{one.path}: {said[self.state]}"


@dataclass(frozen=True)
class Registry:
    """Sources by name, their files, and the revisions known of each."""

    sources: Mapping[str, Source]
    files: tuple[SourceFile, ...]
    versions: tuple[SourceVersion, ...]

    def names(self) -> list[str]:
        """The sources that have files, in order."""
        owners = {one.file_of for one in self.files}
        return [name for name, source in self.sources.items() if source.iri in owners]

    def wanted(
        self, names: Sequence[str] = (), choices: Sequence[tuple[str, str]] = ()
    ) -> list[Wanted]:
        """The files of some sources, or of all.

        :param choices: what to put in the places of addresses, as pairs of place and value; a
            place given several values makes several files.
        :raises UnknownName: for a source that is not known, or has no file.
        :raises InputError: for a choice that no file has a place for, that is no plain word, or
            that would put several files under one name.
        """
        for name in names:
            if name not in self.names():
                near = get_close_matches(name, self.names(), n=3, cutoff=0.4)
                raise UnknownName(f'no source with files is called "{name}"', near=tuple(near))
        chosen = names or self.names()
        files = [
            (name, one)
            for name in dict.fromkeys(chosen)
            for one in self.files
            if one.file_of == self.sources[name].iri
        ]
        places = {place for _, one in files for place, _ in _PLACE.findall(one.download_from or "")}
        for place, value in choices:
            if place not in places:
                has = ", ".join(sorted(places)) or "none"
                raise InputError(f'no file has a place "{place}"; there is {has}', field="--with")
            if not _VALUE.fullmatch(value):
                raise InputError(
                    f'"{value}" is not letters, digits, ".", "_" or "-"', field="--with"
                )
        found = [
            wanted
            for name, one in files
            for wanted in self._filled(name, one, choices, name in names)
        ]
        for path, times in Counter(one.path for one in found).items():
            if times > 1:
                raise InputError(f"{times} files would be kept as {path}", field="--with")
        return found

    def _filled(
        self, name: str, file: SourceFile, choices: Sequence[tuple[str, str]], named: bool
    ) -> Iterator[Wanted]:
        """A file with the places of its address filled in, in every way chosen."""
        template = file.download_from or ""
        ways: dict[str, list[str]] = {}
        for place, default in _PLACE.findall(template):
            ways[place] = [v for p, v in choices if p == place] or ([default] if default else [])
        missing = tuple(place for place, values in ways.items() if not values)
        filled = {place: values for place, values in ways.items() if values}
        shown = {place for place, _ in _PLACE.findall(file.saved_as)}
        for values in product(*filled.values()):
            chosen = dict(zip(filled, values, strict=True))
            yield Wanted(
                source=name,
                label=file.label,
                landing=self.sources[name].address,
                address=_fill(template, {k: quote(v) for k, v in chosen.items()}) or None,
                path=_inside(_fill(file.saved_as, chosen)),
                limit=file.size_limit or SIZE_LIMIT,
                missing=missing,
                changed=any(place in ways and place not in shown for place, _ in choices),
                named=named,
            )

    def revision(self, source: str, sha256: str) -> str:
        """Which revision of a source a checksum is of, in words."""
        label = self._known(source).get(sha256)
        return f"same revision as {label}" if label else "newer or unknown revision"

    def _known(self, source: str) -> dict[str, str]:
        iri = self.sources[source].iri
        return {
            one.checksum: one.label
            for one in self.versions
            if one.version_of == iri and one.checksum
        }

    def present(self, one: Wanted, directory: Path) -> list[Path]:
        """The files there that are this one: by its path, or a known revision by another name."""
        if one.missing:
            return sorted(directory.glob(_PLACE.sub("*", one.path)))
        if (target := directory / one.path).is_file():
            return [target]
        single = sum(file.file_of == self.sources[one.source].iri for file in self.files) == 1
        kind = Path(one.path.removesuffix(".gz")).suffix
        known = self._known(one.source)
        return [
            path
            for path in sorted(target.parent.glob("*"))
            if path.is_file()
            and (single or Path(path.name.removesuffix(".gz")).suffix == kind)
            and payload.digest(path) in known
        ]


def _fill(template: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), template)


def _inside(path: str) -> str:
    """A path that stays below the folder.

    :raises InputError: if it would not.
    """
    parts = Path(path).parts
    if Path(path).is_absolute() or len(parts) < 2 or any(part[0] == "." for part in parts):
        raise InputError(f'"{path}" is no path below a folder', field="df:savedAs")
    return path


def registry(file: Path | None = None) -> Registry:
    """Read the registry of sources, the packaged one unless another file is given.

    :raises InputError: if it is not as it must be, with file and line.
    """
    file = file or folder("data") / "sources.ttl"
    found = nodes(parse_file(file), name=str(file))
    sources = {
        compact(one.iri).removeprefix("source:"): one for one in found if isinstance(one, Source)
    }
    files = tuple(one for one in found if isinstance(one, SourceFile))
    for one in files:
        if one.file_of not in {source.iri for source in sources.values()}:
            raise InputError(
                f"{compact(one.file_of)} is no source here", file=file, field="df:fileOf"
            )
    return Registry(
        sources=sources,
        files=files,
        versions=tuple(one for one in found if isinstance(one, SourceVersion)),
    )


def fetch(
    known: Registry,
    wanted: Sequence[Wanted],
    directory: Path,
    *,
    again: bool = False,
    say: Callable[[str], None] = lambda text: None,
    progress: Callable[[Wanted], Progress] = lambda one: lambda held, total: None,
    get: Callable[..., Downloaded] = download,
) -> list[Outcome]:
    """Fetch files into a folder, one after the other; a failure does not stop the others.

    A file that is there is left alone, unless ``again``, or unless something was chosen for its
    address that its name does not show.

    :param get: what fetches one file, as :func:`kg.download.download` does.
    :raises BuildError: if nothing can be written there, since then no file can.
    """
    outcomes = []
    for one in wanted:
        try:
            outcome = _standing(known, one, directory, again)
            if outcome is None and one.address:
                say(f"{one.path}: from {one.address}")
                got = get(
                    one.address, directory / one.path, limit=one.limit, progress=progress(one)
                )
                if got.moved_to:
                    say(f"{one.path}: the publisher's address has moved to {got.moved_to}")
                revision = known.revision(one.source, got.sha256)
                target = directory / one.path
                outcome = Outcome(one, "fetched", revision, got.size, got.sha256, target)
        except BuildError:
            raise
        except KgError as error:
            outcome = Outcome(one, "failed", error=error)
        assert outcome is not None
        say(outcome.text(directory))
        outcomes.append(outcome)
    return outcomes


def _standing(known: Registry, one: Wanted, directory: Path, again: bool) -> Outcome | None:
    """What is to be said of a file without asking for it; None if it has to be asked for."""
    if one.missing:
        return Outcome(one, "not chosen")
    found = known.present(one, directory)
    if found and not (one.address and (again or one.changed)):
        digest = payload.digest(found[0])
        revision = known.revision(one.source, digest)
        return Outcome(one, "present", revision, found[0].stat().st_size, digest, found[0])
    return None if one.address else Outcome(one, "by hand")
