"""Statements as a page shows them: words with links, a mark for what is denied, who says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.lookup import Lookup
from kg.names import expand
from kg.statements import Read, Statement, Told
from kg.web.explorer.links import path_of

__all__ = ["MARKS", "Claim", "Part", "Section", "claim", "marked", "parts", "things"]

MARKS = {
    "affirmed": ("affirmed", ""),
    "possible": ("possible", "Possible"),
    "recommended": ("affirmed", "Recommended"),
    "denied": ("denied", "Not so"),
    "notEvaluated": ("unstudied", "Not studied"),
    "notDemonstrated": ("unstudied", "Not shown"),
}
"""Tone of a statement, by its polarity or certainty, and the word that marks it."""

ENDS = ("rdf:subject", "rdf:object", "df:population")


@dataclass(frozen=True)
class Part:
    """A piece of a sentence; with the address of its thing, if it names one."""

    text: str
    href: str | None = None


@dataclass(frozen=True)
class Claim:
    """One statement: ``tone`` is affirmed, possible, denied or unstudied; ``mark`` says it."""

    parts: tuple[Part, ...]
    tone: str
    mark: str
    qualifiers: tuple[tuple[str, str], ...]
    told: tuple[tuple[str, Told], ...]


@dataclass(frozen=True)
class Section:
    """A part of an entity's page, and the claims that it shows, of so many."""

    key: str
    title: str
    claims: tuple[Claim, ...]
    hidden: int = 0


def parts(text: str, named: Sequence[tuple[str, str]], this: str = "") -> tuple[Part, ...]:
    """A sentence with the things that it names, in the order given, made links.

    :param named: label and IRI of each.
    :param this: the IRI of the page's own thing, which is not linked.
    """
    found: list[Part] = []
    for label, iri in named:
        before, there, after = text.partition(label)
        if not there or not label:
            continue
        if before:
            found.append(Part(before))
        found.append(Part(label, None if iri == this else path_of(iri)))
        text = after
    return tuple([*found, Part(text)] if text else found)


def marked(polarity: str, certainty: str) -> tuple[str, str]:
    """Tone and mark of a statement by its polarity, and by its certainty where it is affirmed."""
    if polarity != "affirmed":
        return MARKS.get(polarity, ("unstudied", polarity))
    return MARKS.get(certainty, MARKS["affirmed"])


def claim(read: Read, lookup: Lookup, said: Statement, this: str) -> Claim:
    """A statement as a page shows it."""
    node = read.node(said.told[0].fact)
    ends = [(lookup.label(iri), iri) for end in ENDS if (iri := read.value(node, end))]
    tone, mark = marked(said.polarity, said.told[0].certainty)
    return Claim(
        parts=parts(said.text, ends, this),
        tone=tone,
        mark=mark,
        qualifiers=said.qualifiers,
        told=tuple((path_of(one.fact), one) for one in said.told),
    )


def things(read: Read, facts: Iterable[str], predicate: str) -> tuple[str, ...]:
    """What the affirmed and certain among some facts say with one predicate: IRIs."""
    found: dict[str, None] = {}
    for fact in facts:
        node = read.node(fact)
        if (
            read.value(node, "rdf:predicate") == expand(predicate)
            and read.value(node, "df:polarity") == expand("df:affirmed")
            and read.value(node, "df:certainty") != expand("df:possible")
        ):
            found[read.value(node, "rdf:object")] = None
    return tuple(found)
