"""Ontologies in OBO flat-file format 1.4, read strictly: the terms and what names them.

Read are the tags of :data:`READ`; the others that the format has are counted, a tag it does not
have is an error. See https://owlcollab.github.io/oboformat/doc/obo-syntax.html.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kg.errors import InputError
from kg.model import Entity, PartialDate
from kg.names import expand
from kg.sources.files import text_lines
from kg.sources.tally import Tally

__all__ = ["REASONS", "Ontology", "Synonym", "Term", "below", "dated", "entities", "read"]

READ = frozenset("id name def synonym alt_id xref is_a is_obsolete replaced_by".split())
COUNTED = frozenset(
    "is_anonymous namespace comment subset builtin property_value intersection_of union_of "
    "equivalent_to disjoint_from relationship created_by creation_date consider".split()
)
"""Tags of a term that the format knows and this reader only counts."""

IDS = frozenset("id alt_id is_a replaced_by".split())
ONCE = frozenset("id name def is_obsolete".split())
STANZAS = frozenset(("Term", "Typedef", "Instance"))
SCOPES = frozenset(("EXACT", "BROAD", "NARROW", "RELATED"))

_ESCAPES = {"n": "\n", "t": "\t", "W": " ", **{char: char for char in '"\\:,()[]{}!'}}
_ESCAPE = re.compile(r"\\(.?)")
_TAIL = re.compile(r"\s*(?<!\\)\{[^{}]*\}\s*$")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*([^\[]*?)\s*\[.*\]\s*(?:\{.*\}\s*)?(?:!.*)?')
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.]*:[^\s{}!]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Values = list[tuple[str, int]]
Tags = dict[str, Values]
"""The values of a stanza by tag, each with its line."""


class Synonym(NamedTuple):
    """Another name; ``scope`` is EXACT, BROAD, NARROW or RELATED, ``kind`` may be empty."""

    text: str
    scope: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One ``[Term]``; ids are CURIEs as the file writes them, ``line`` is that of its id."""

    id: str
    name: str
    definition: str | None
    synonyms: tuple[Synonym, ...]
    alt_ids: tuple[str, ...]
    xrefs: tuple[str, ...]
    is_a: tuple[str, ...]
    obsolete: bool
    replaced_by: tuple[str, ...]
    line: int

    @property
    def exact(self) -> tuple[str, ...]:
        """The exact synonyms that differ from the name, sorted; those given up are left out."""
        texts = {one.text for one in self.synonyms if one.scope == "EXACT"}
        given_up = {one.text for one in self.synonyms if one.kind == "obsolete_synonym"}
        return tuple(sorted(texts - given_up - {self.name}))


@dataclass(frozen=True)
class Ontology:
    """A file: its header, its terms by id in its order, and how often each tag was not read."""

    header: dict[str, tuple[str, ...]]
    terms: dict[str, Term]
    counted: Counter[str]

    @property
    def version(self) -> str | None:
        """``data-version`` of the header."""
        return next(iter(self.header.get("data-version", ())), None)


OBSOLETE = "the term is obsolete"
FOREIGN = "the term belongs to another ontology"
REASONS = (OBSOLETE, FOREIGN)


def dated(path: Path) -> PartialDate:
    """The day that ``data-version`` names.

    :raises InputError: if there is none; nothing else in the file says how old it is.
    """
    for line, text in text_lines(path):
        if text.startswith("["):
            break
        if text.startswith("data-version:"):
            if found := _DAY.search(text):
                return PartialDate(found.group())
            raise InputError("has no day", file=path, line=line, field="data-version")
    mend = "enter the file's checksum and date in the source registry"
    raise InputError("the file does not say how old it is", file=path, mend=mend)


def read(path: Path) -> Ontology:
    """Read an ontology.

    :raises InputError: for an unknown tag or stanza, a term without id or name, an id twice, a
        value that is not as the format writes it, an ``is_a`` or ``replaced_by`` to no term of
        the file, a circle of ``is_a``.
    """
    header: dict[str, tuple[str, ...]] = {}
    terms: dict[str, Term] = {}
    counted: Counter[str] = Counter()
    places: dict[str, Values] = {}
    for kind, line, tags in _stanzas(path):
        if not kind:
            header = {tag: tuple(value for value, _ in found) for tag, found in tags.items()}
        elif kind != "Term":
            counted[f"[{kind}]"] += 1
        else:
            term = _Stanza(path, line, tags).term()
            if other := terms.get(term.id):
                problem = f"{term.id} stands in line {other.line} too"
                raise InputError(problem, file=path, line=term.line, field="id")
            terms[term.id] = term
            places[term.id] = tags.get("is_a", [])
            counted.update({tag: len(tags[tag]) for tag in tags.keys() & COUNTED})
    if not terms:
        raise InputError("holds no [Term]", file=path)
    _targets(path, terms, places)
    _no_circle(path, terms, places)
    return Ontology(header, terms, counted)


def _stanzas(path: Path) -> Iterator[tuple[str, int, Tags]]:
    """The header (kind "") and the stanzas: kind, line, and values with lines by tag."""
    kind, start, tags = "", 1, Tags()
    for line, text in text_lines(path):
        if not text or text[0] == "!":
            continue
        if text[0] == "[":
            yield kind, start, tags
            kind, start, tags = text.rstrip()[1:-1], line, {}
            if kind not in STANZAS or text.rstrip()[-1] != "]":
                raise InputError(f"unknown stanza {text}", file=path, line=line)
            continue
        tag, colon, value = text.partition(":")
        if not colon:
            raise InputError("is no tag with a value", file=path, line=line)
        if kind == "Term" and tag not in READ and tag not in COUNTED:
            raise InputError(f"unknown tag {tag}", file=path, line=line)
        if tag in tags and tag in ONCE and kind == "Term":
            raise InputError(f"{tag} stands twice in a term", file=path, line=line)
        value = value.strip()
        if kind == "Term" and tag in IDS:
            value = _identifier(path, line, tag, value)
        tags.setdefault(tag, []).append((value, line))
    yield kind, start, tags


def _identifier(path: Path, line: int, tag: str, value: str) -> str:
    """An identifier without the label and qualifiers that may follow it."""
    found, _, rest = value.partition(" ")
    if not _ID.fullmatch(found) or rest.lstrip()[:1] not in ("", "!", "{"):
        raise InputError(f'"{value}" is no identifier', file=path, line=line, field=tag)
    return found


class _Stanza:
    """The values of one term, each checked where it stands."""

    def __init__(self, path: Path, line: int, tags: Tags) -> None:
        self.path, self.line, self.tags = path, line, tags

    def term(self) -> Term:
        for tag in ("id", "name"):
            if tag not in self.tags:
                raise self.error(f"a term without {tag}", self.line)
        synonyms = tuple(self.synonym(*value) for value in self.tags.get("synonym", ()))
        definition = [self.quoted("def", *value)[0] for value in self.tags.get("def", ())]
        obsolete = [self.flag(*value) for value in self.tags.get("is_obsolete", ())]
        return Term(
            id=self.ids("id")[0],
            name=self.name(*self.tags["name"][0]),
            definition=definition[0] if definition else None,
            synonyms=synonyms,
            alt_ids=self.ids("alt_id"),
            xrefs=tuple(value.split(" ", 1)[0] for value, _ in self.tags.get("xref", ())),
            is_a=self.ids("is_a"),
            obsolete=obsolete == [True],
            replaced_by=self.ids("replaced_by"),
            line=self.tags["id"][0][1],
        )

    def error(self, problem: str, line: int, field: str | None = None) -> InputError:
        return InputError(problem, file=self.path, line=line, field=field)

    def ids(self, tag: str) -> tuple[str, ...]:
        return tuple(value for value, _ in self.tags.get(tag, ()))

    def name(self, value: str, line: int) -> str:
        value = _TAIL.sub("", value.split(" ! ", 1)[0].rstrip())
        if not value:
            raise self.error("is empty", line, "name")
        return self.plain(value, line)

    def quoted(self, tag: str, value: str, line: int) -> tuple[str, str]:
        """The text in quotes, and what stands between it and the brackets."""
        found = _QUOTED.fullmatch(value)
        if found is None:
            raise self.error('is not of the form "text" … [source]', line, tag)
        if not found.group(1):
            raise self.error("is empty", line, tag)
        return self.plain(found.group(1), line), found.group(2)

    def synonym(self, value: str, line: int) -> Synonym:
        text, middle = self.quoted("synonym", value, line)
        scope, _, kind = middle.partition(" ")
        if scope not in SCOPES:
            raise self.error(f'unknown scope "{scope}"', line, "synonym")
        return Synonym(text, scope, kind.strip())

    def flag(self, value: str, line: int) -> bool:
        if value not in ("true", "false"):
            raise self.error(f'"{value}" is neither true nor false', line, "is_obsolete")
        return value == "true"

    def plain(self, text: str, line: int) -> str:
        """A text without its escapes."""
        if "\\" not in text:
            return text
        for escape in _ESCAPE.findall(text):
            if escape not in _ESCAPES:
                raise self.error(f"unknown escape \\{escape}", line)
        return _ESCAPE.sub(lambda found: _ESCAPES[found.group(1)], text)


def _targets(path: Path, terms: dict[str, Term], places: Mapping[str, Values]) -> None:
    """Each parent is a term; a replacement is one in force, an alternative id is none in force."""
    for term in terms.values():
        for parent, line in places[term.id]:
            if parent not in terms:
                raise InputError(f"there is no term {parent}", file=path, line=line, field="is_a")
        own = term.id.partition(":")[0] + ":"
        for target in term.replaced_by:
            if target.startswith(own) and (target not in terms or terms[target].obsolete):
                problem = f"{target} is no term in force"
                raise InputError(problem, file=path, line=term.line, field="replaced_by")
        for other in term.alt_ids:
            if other in terms and not terms[other].obsolete:
                problem = f"{other} is a term of its own"
                raise InputError(problem, file=path, line=term.line, field="alt_id")


def _no_circle(path: Path, terms: dict[str, Term], places: Mapping[str, Values]) -> None:
    """Walk up from every term without recursion; meeting the own path again is a circle."""
    done: set[str] = set()
    for start in terms:
        trail: dict[str, Iterator[str]] = {} if start in done else {start: iter(terms[start].is_a)}
        while trail:
            here = next(reversed(trail))
            parent = next(trail[here], None)
            if parent is None:
                done.add(here)
                del trail[here]
            elif parent in trail:
                line = dict(places[here])[parent]
                raise InputError(f"{parent} is below itself", file=path, line=line, field="is_a")
            elif parent not in done:
                trail[parent] = iter(terms[parent].is_a)


def below(ontology: Ontology, root: str) -> frozenset[str]:
    """The ids of a term and of all terms under it by ``is_a``; none if there is no such term."""
    children: dict[str, list[str]] = {}
    for term in ontology.terms.values():
        for parent in term.is_a:
            children.setdefault(parent, []).append(term.id)
    found, left = set[str](), [root] if root in ontology.terms else []
    while left:
        here = left.pop()
        if here not in found:
            found.add(here)
            left += children.get(here, ())
    return frozenset(found)


def entities(
    ontology: Ontology, tally: Tally, *, prefix: str, kind: Callable[[str], str]
) -> Iterator[Entity]:
    """The terms in force as entities: exact synonyms as other names, parents as broader ones.

    :param prefix: the prefix of the ontology's own terms, such as ``MONDO``.
    :param kind: the class (CURIE) of a term, by its id.
    """
    own, namespace = prefix + ":", expand(prefix + ":")
    for term in ontology.terms.values():
        tally.row()
        if term.obsolete or not term.id.startswith(own):
            tally.skip(OBSOLETE if term.obsolete else FOREIGN)
            continue
        tally.used()
        parents = {namespace + one[len(own) :] for one in term.is_a if one.startswith(own)}
        yield Entity(
            iri=namespace + term.id[len(own) :],
            kinds=(kind(term.id),),
            label=term.name,
            alt_labels=term.exact,
            definition=term.definition,
            broader=tuple(sorted(parents)),
        )
