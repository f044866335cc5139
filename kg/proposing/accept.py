"""Proposals that a person accepted, as Turtle in the form of ``data/curated``.

Everything is checked before anything is written: the page is the one that was read, every name
is known or described, and the graph with the new facts in it conforms to the shapes.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kg.assemble import assembled
from kg.errors import DoesNotConform, InputError
from kg.evidence import Page, digest, sketch
from kg.model import Entity, Fact, Node, PartialDate, Passage, Population, SourceVersion
from kg.names import compact, expand, own
from kg.proposing.proposal import Named, Proposal, Proposals
from kg.proposing.proposed_people import alike, population
from kg.proposing.turtle_form import document
from kg.resources import folder
from kg.validate_fast import validate_quads

__all__ = ["Reviewed", "review"]

Describe = Callable[[str], Entity]
"""What the graph says an IRI is; raises InputError if it holds none such."""


@dataclass(frozen=True)
class Reviewed:
    """What a person's decisions come to.

    :param turtle: the accepted facts, or nothing if none was accepted.
    :param rejected: rows for the table of :mod:`kg.proposing.rejected`.
    :param counts: how many were accepted, rejected and left for later.
    """

    turtle: str
    rejected: tuple[tuple[str, ...], ...]
    counts: tuple[int, int, int]


def review(
    proposals: Proposals,
    text: str,
    describe: Describe,
    *,
    file: str,
    by: str,
    on: PartialDate,
    data: Path | None = None,
) -> Reviewed:
    """Turn decisions into facts and rejections.

    :param text: the page that the proposals were read in.
    :param file: the name of the file with the decisions, for errors.
    :param by: who decided; ``on``: on which day.
    :param data: the folder that the facts are to join; the packaged one if not given.
    :raises InputError: for a decision that cannot be carried out; names the line.
    :raises DoesNotConform: if the graph would violate a shape with the facts in it.
    """
    if not by.strip() or not by.isprintable():
        raise InputError("is no name", field="--by", mend="name the person who decided")
    if on.datatype != "date":
        raise InputError(f'"{on.text}" is no day', field="--on", mend="write YYYY-MM-DD")
    if hashlib.sha256(text.encode()).hexdigest() != proposals.checksum:
        mend = "give the very page that `kg propose` read, or propose again from this one"
        raise InputError("the page is not the one the proposals were read in", file=file, mend=mend)
    by_decision = {
        decision: [one for one in proposals.blocks if one.decision == decision]
        for decision in ("accept", "reject", "later")
    }
    place = data or folder("data")
    maker = _Maker(proposals, text, describe, file, by, on, _described(place))
    turtle = maker.turtle(by_decision["accept"]) if by_decision["accept"] else ""
    if turtle:
        try:
            _conforms(turtle, place)
        except InputError as error:  # its place is in the Turtle, which nobody has seen yet
            raise InputError(error.problem, file=file, field=error.field, mend=error.mend) from None
    rejected = tuple(maker.row(one) for one in by_decision["reject"])
    accepted, refused, later = map(len, by_decision.values())
    return Reviewed(turtle, rejected, (accepted, refused, later))


def _described(data: Path) -> dict[str, Node]:
    return {node.iri: node for node in assembled(data).nodes}


def _conforms(turtle: str, data: Path) -> None:
    """Build what is curated with the new facts in it, aside, and check it."""
    with tempfile.TemporaryDirectory() as aside:
        copy = Path(shutil.copytree(data, Path(aside) / "data"))
        name = hashlib.sha256(turtle.encode()).hexdigest()
        (copy / "curated" / f"{name}.ttl").write_text(turtle, encoding="utf-8")
        found = assembled(copy)
        report = validate_quads(found.quads)
        if not report.conforms:
            raise DoesNotConform("the accepted facts do not conform; nothing is written", report)


class _Maker:
    """Makes the nodes of one page's accepted proposals."""

    def __init__(
        self,
        proposals: Proposals,
        text: str,
        describe: Describe,
        file: str,
        by: str,
        on: PartialDate,
        known: dict[str, Node],
    ) -> None:
        self._text, self._describe, self._file = text, describe, file
        self._by, self._on, self._known = by, on, known
        self._page, self._given = Page(text), proposals.version
        self._made: dict[str, Node] = {}

    def row(self, one: Proposal) -> tuple[str, ...]:
        """A rejected proposal as a row of the table."""
        start, end = one.passage
        said = (compact(one.subject.iri), one.predicate, compact(one.object.iri), one.polarity)
        version = " ".join(self._given.split())
        return (one.id, *said, version, f"{start}-{end}", self._by, self._on.text)

    def turtle(self, accepted: list[Proposal]) -> str:
        """The accepted proposals, with all that is not described yet."""
        version = self._version()
        for one in accepted:
            try:
                self._fact(one, version)
            except InputError as error:
                raise error.at(self._file, one.line) from None
        kinds = {"Entities": Entity, "Populations": Population, "Facts": Fact, "Evidence": Passage}
        parts = [
            (heading, [node for node in self._made.values() if isinstance(node, kind)])
            for heading, kind in kinds.items()
        ]
        head = (
            f"Facts of {compact(version)}: proposed by rules,\n"
            f"read and accepted by {self._by} on {self._on.text}."
        )
        return document(head, parts)

    def _version(self) -> str:
        iri = expand(self._given) if self._given else ""
        if not isinstance(self._known.get(iri), SourceVersion):
            raise InputError(
                f'"{self._given}" is no version of a source',
                file=self._file,
                field="version",
                mend="describe the page in data/sources.ttl and write its name, source:…, there",
            )
        return iri

    def _fact(self, one: Proposal, version: str) -> None:
        evidence = self._passage(one, version)
        key = one.id[:8]
        iri = own("fact", one.label, key)
        people = self._people(one)
        fact = Fact(
            iri=iri,
            kinds=(f"df:{one.kind}",),
            label=one.label,
            subject=self._named(one.subject),
            predicate=expand(one.predicate),
            object=self._named(one.object),
            polarity=_term(one.polarity),
            certainty=_term(one.certainty),
            status=_term("current"),
            review_status=_term("reviewed"),
            accepted_by=self._by,
            accepted_on=self._on,
            knowledge_level=expand("biolink:knowledge_assertion"),
            agent_type=expand("biolink:manual_validation_of_automated_agent"),
            evidence=(evidence,),
            first_seen_in=version,
            last_confirmed_in=version,
            population=people,
            use_status=_term(one.use) if one.use else None,
            therapeutic_intent=_term(one.intent) if one.intent else None,
            authority=self._maybe(one.authority),
            jurisdiction=self._maybe(one.jurisdiction),
            event_type=_term(one.event) if one.event else None,
            date=one.date,
            frequency=self._maybe(one.frequency),
            duration_minutes=one.minutes,
            approximate=True if one.about else None,
            timing=self._maybe(one.timing),
            examples=tuple(sorted(map(self._named, one.examples))),
            proportion=self._maybe(one.proportion),
            through=self._maybe(one.through),
            severity=self._maybe(one.severity),
        )
        self._once(fact, "is a fact of the graph already")

    def _once(self, node: Node, problem: str) -> None:
        if node.iri in self._known or node.iri in self._made:
            mend = "set its decision to later or reject"
            raise InputError(f"{compact(node.iri)} {problem}", mend=mend)
        self._made[node.iri] = node

    def _maybe(self, one: Named | None) -> str | None:
        return None if one is None else self._named(one)

    def _named(self, one: Named) -> str:
        """The IRI of a thing, which is described from now on."""
        if one.iri not in self._known and one.iri not in self._made:
            if one.new:
                self._made[one.iri] = Entity(iri=one.iri, kinds=(one.new,), label=one.label)
            else:
                self._made[one.iri] = self._describe(one.iri)
        return one.iri

    # ------------------------------------------------------------ evidence and people

    def _passage(self, one: Proposal, version: str) -> str:
        leads = tuple(sorted(self._cited(span, one.section, version, ()) for span in one.leads))
        return self._cited(one.passage, one.section, version, leads)

    def _cited(
        self, span: tuple[int, int], section: str, version: str, leads: tuple[str, ...]
    ) -> str:
        start, end = self._whole(span)
        words = self._text[start:end]
        name = compact(version).removeprefix("source:")
        iri = own("evidence", f"{name}-{start}-{end}")
        passage = Passage(
            iri=iri,
            kinds=("df:Passage",),
            in_version=version,
            section=section,
            start=start,
            end=end,
            digest=digest(words),
            sketch=sketch(words),
            read_with=leads,
        )
        if iri not in self._known:
            self._made.setdefault(iri, passage)
        return iri

    def _whole(self, span: tuple[int, int]) -> tuple[int, int]:
        try:
            whole = self._page.passage(*span)
        except ValueError as error:
            raise InputError(str(error), field="passage", mend="point at whole sentences") from None
        if whole != span:
            raise InputError(
                f"{span[0]}-{span[1]} does not begin and end with a sentence",
                field="passage",
                mend=f"write {whole[0]}-{whole[1]}",
            )
        return whole

    def _people(self, one: Proposal) -> str | None:
        """The population a proposal is about: one that is described, or a new one."""
        for thing in (*one.mutation, *one.subtype, one.copies_of, one.genetic_form):
            self._maybe(thing)
        made = population(one)
        if made is None:
            return None
        for node in (*self._known.values(), *self._made.values()):
            if isinstance(node, Population) and alike(node, made):
                return node.iri
        self._made[made.iri] = made
        return made.iri


def _term(name: str) -> str:
    return expand(f"df:{name}")
