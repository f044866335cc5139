"""Confirming facts in a later revision: an entry added to the file of confirmations.

What was written there before stays as it is, byte for byte: an entry is added below it, in a
file made aside that then takes its place. An entry names the revision, the facts whose evidence
stands in it or has merely moved, and each place there. The next build takes it in
(:mod:`kg.sources.curated`). What has changed or is lost is confirmed by nobody here: it is for a
person to read.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from kg import rdf
from kg.assemble import assembled
from kg.dates import PartialDate
from kg.errors import BuildError, InputError
from kg.model import Confirmation, Fact, Node, Passage, Record, SourceVersion
from kg.names import compact, own, prefixes
from kg.render import emit
from kg.revising.compared import Diff
from kg.revising.diff import diff
from kg.revising.revision import Revision
from kg.sources.curated import CONFIRMATIONS
from kg.store import Store

__all__ = ["Confirmed", "confirm"]

HEAD = (
    "# Facts found again in later revisions. `kg confirm` adds entries; none is ever changed.\n\n"
)
PREFIXES = ("df", "evidence", "fact", "rdfs", "source", "xsd")


@dataclass(frozen=True)
class Confirmed:
    """What a confirmation did.

    :param facts: IRIs of the facts confirmed in the revision, now or by the same entry before.
    :param written: whether the file changed.
    """

    file: Path
    version: SourceVersion
    facts: tuple[str, ...]
    written: bool
    report: Diff


def confirm(data: Path, old: Revision, new: Revision, retrieved: str | None = None) -> Confirmed:
    """Confirm the curated facts that stand in a new revision.

    The same confirmation twice changes nothing.

    :param data: the folder of curated data, which the next build reads.
    :param retrieved: the day on which the new revision was captured, if it was noted.
    :raises InputError: as :func:`kg.revising.diff.diff` does; if the new revision has no date, or a
        fact is confirmed already in a later one.
    :raises BuildError: if another confirmation is under way, or the file cannot be written.
    """
    file = data / CONFIRMATIONS
    with _locked(data):
        found = assembled(data)
        nodes = {node.iri: node for node in found.nodes}
        report = diff(Store.from_nquads(rdf.nquads(found.quads)), old, new)
        version = _version(report, nodes, retrieved)
        standing = [one.fact for one in report.facts if one.state in ("confirmed", "moved")]
        facts = tuple(sorted(iri for iri in standing if _wholly(nodes.get(iri), report)))
        _not_later(facts, nodes, version, new)
        done = _confirmed_in(version, nodes)
        further = tuple(iri for iri in facts if iri not in done)
        if further:
            entry = _entry(further, version, report, nodes)
            added = [node for node in entry if node.iri not in nodes]
            before = file.read_bytes() if file.exists() else _head().encode()
            emit(before + "".join(map(_block, added)).encode(), file)
    return Confirmed(file, version, facts, bool(further), report)


def _wholly(node: Node | None, report: Diff) -> bool:
    """Whether a node is a curated fact all of whose evidence was looked for."""
    return isinstance(node, Fact) and all(piece in report.found for piece in node.evidence)


def _last(node: Node) -> str:
    assert isinstance(node, Fact)
    return node.last_confirmed_in or node.first_seen_in


def _confirmed_in(version: SourceVersion, nodes: Mapping[str, Node]) -> set[str]:
    """The facts that were read in a revision, or are confirmed in it already."""
    done = {
        iri for iri, one in nodes.items() if isinstance(one, Fact) and _last(one) == version.iri
    }
    for one in nodes.values():
        if isinstance(one, Confirmation) and one.in_version == version.iri:
            done.update(one.confirms)
    return done


def _head() -> str:
    declared = "".join(f"@prefix {name}: <{prefixes()[name]}> .\n" for name in PREFIXES)
    return f"{HEAD}{declared}\n"


@contextmanager
def _locked(data: Path) -> Iterator[None]:
    """Hold the folder for one confirmation; the kernel lets go when the process ends."""
    try:
        handle = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise InputError(error.strerror or str(error), file=data) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for orphan in data.glob(f".{CONFIRMATIONS}.*"):  # of one that was killed
            orphan.unlink()
        yield
    except BlockingIOError:
        raise BuildError(f"another confirmation is writing to {data}: wait for it") from None
    finally:
        os.close(handle)


def _version(report: Diff, nodes: Mapping[str, Node], retrieved: str | None) -> SourceVersion:
    """The new revision as a node: one that is known, or a new one.

    :raises InputError: if nothing says of when it is.
    """
    new = report.new
    if new.date is None:
        raise InputError(
            "nothing says of which day it is",
            file=new.path,
            field="date",
            mend="say it with --new-date; a page often says when it was last updated",
        )
    same = (report.source, new.checksum, new.date)
    for node in nodes.values():
        if isinstance(node, SourceVersion) and (
            (node.version_of, node.checksum, node.version_date) == same
        ):
            return node
    source = nodes[report.source]
    label = f"{getattr(source, 'label', '')}, {_said(new.date)}"
    return SourceVersion(
        iri=own("source", report.source.rpartition("/")[2], new.date.text, new.checksum[:8]),
        kinds=("df:SourceVersion",),
        label=label,
        version_of=report.source,
        version_date=new.date,
        file_name=new.path.name,
        checksum=new.checksum,
        retrieved=PartialDate(retrieved) if retrieved else None,
    )


def _said(day: PartialDate) -> str:
    if len(day.text) < 10:
        return day.text
    return f"{day.earliest.day} {date(2000, day.earliest.month, 1):%B} {day.earliest.year}"


def _not_later(
    facts: tuple[str, ...], nodes: Mapping[str, Node], version: SourceVersion, new: Revision
) -> None:
    """Refuse to confirm a fact in a revision older than the one that confirmed it last."""
    for iri in facts:
        last = nodes[_last(nodes[iri])]
        assert isinstance(last, SourceVersion)
        held, here = last.version_date, version.version_date
        if held.earliest > here.earliest or held.latest > here.latest:
            later = "later" if held.earliest > here.latest else "perhaps later"
            raise InputError(
                f"{compact(iri)} is confirmed already in a {later} revision, of {held.text}; "
                f"this one is of {here.text}",
                file=new.path,
                mend="confirm with the latest revision",
            )


def _entry(
    facts: tuple[str, ...], version: SourceVersion, report: Diff, nodes: Mapping[str, Node]
) -> Iterator[Node]:
    """The nodes of an entry: the revision, each place in it, and the confirmation itself."""
    yield version
    cited: dict[str, None] = {}
    for iri in facts:
        fact = nodes[iri]
        assert isinstance(fact, Fact)
        for piece in fact.evidence:
            if piece in report.found:
                node = nodes[piece]
                cited |= dict.fromkeys((*getattr(node, "read_with", ()), piece))
    names = {piece: _place(piece, version, report) for piece in sorted(cited)}
    for piece, name in names.items():
        yield _again(nodes[piece], name, version.iri, report, names)
    before = (one for one in nodes.values() if isinstance(one, Confirmation))
    number = str(1 + sum(one.in_version == version.iri for one in before))
    yield Confirmation(
        iri=own("evidence", version.iri.rpartition("/")[2], "confirmation", number),
        kinds=("df:Confirmation",),
        label=f"{len(facts)} facts found again in {version.label}",
        confirms=facts,
        in_version=version.iri,
        evidence=tuple(sorted(set(names.values()))),
    )


def _place(piece: str, version: SourceVersion, report: Diff) -> str:
    """What the evidence is called in the new revision."""
    tail, found = version.iri.rpartition("/")[2], report.found[piece]
    if found.span:
        return own("evidence", tail, f"{found.span[0]}-{found.span[1]}")
    return own("evidence", tail, piece.rpartition("/")[2])


def _again(
    node: Node, name: str, version: str, report: Diff, names: Mapping[str, str]
) -> Passage | Record:
    """A passage or record as it stands in the new revision."""
    found = report.found[node.iri]
    if isinstance(node, Record):
        return replace(node, iri=name, in_version=version, record=found.now)
    assert isinstance(node, Passage) and found.span is not None
    return replace(
        node,
        iri=name,
        in_version=version,
        start=found.span[0],
        end=found.span[1],
        read_with=tuple(sorted({names[one] for one in node.read_with})),
    )


def _block(node: Node) -> str:
    """A node as Turtle."""
    said: dict[str, list[str]] = {}
    for quad in rdf.quads(node, own("graph", "curated")):
        term = quad.object
        said.setdefault(compact(rdf.value(quad.predicate)), []).append(_term(term))
    if isinstance(node, Passage | Record):
        del said["rdfs:label"]  # which follows from the rest
    lines = [f"{'a' if key == 'rdf:type' else key} {' , '.join(v)}" for key, v in said.items()]
    return f"{_named(node.iri)} " + " ;\n    ".join(lines) + " .\n\n"


def _named(iri: str) -> str:
    short = compact(iri)
    return f"<{iri}>" if short == iri else short


def _term(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return _named(term.value)
    assert isinstance(term, ox.Literal)
    plain = str(ox.Literal(term.value))
    kind = compact(term.datatype.value)
    return plain if kind == "xsd:string" else f"{plain}^^{kind}"
