"""Answers in words: what was found, who says so and where, and what is not known.

All wording comes from the headers of ``queries/*.rq`` and from labels of the graph. A template
has slots ``{column}``; ``{column|value=words|…}`` words some values itself; a part in ``[…]`` is
left out where one of its slots is empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from itertools import groupby
from typing import Any, Literal

import pyoxigraph as ox

from kg.errors import InputError
from kg.library import Bindings, Queryable, Question, Rows, load, run
from kg.lookup import Lookup, listed
from kg.model import PartialDate
from kg.names import DF, XSD, compact, expand
from kg.store import Term, solutions
from kg.unread import Text, listing, unread

__all__ = ["Answer", "Evidence", "Line", "Verdict", "day", "evidence_of", "fill", "word"]

Verdict = Literal[
    "yes", "no", "possibly", "not studied", "mixed", "not stated", "not captured", "listed"
]
"""``possibly`` is a hedged yes; ``mixed`` means that sources differ; ``listed`` is a list."""

VERDICTS: Mapping[str, Verdict] = {
    "affirmed": "yes",
    "possible": "possibly",
    "denied": "no",
    "notEvaluated": "not studied",
    "notDemonstrated": "not studied",
}
MONTHS = (
    "January February March April May June July August September October November December"
).split()
PAGE_QUESTIONS = """
SELECT ?name ?question ?label ?sourceLabel ?argument WHERE {
  ?question df:libraryQuestion ?name ; df:answerStatus df:notCaptured ; rdfs:label ?label ;
    df:inVersion/df:versionOf/rdfs:label ?sourceLabel
  OPTIONAL { ?question df:argument ?argument }
} ORDER BY ?question"""


@dataclass(frozen=True)
class Evidence:
    """One place of one source that a fact rests on; ``text`` words it."""

    fact: str
    evidence: str
    role: str
    source: str
    version: str
    date: str
    tier: str
    section: str | None
    start: int | None
    end: int | None
    record: str | None
    fields: tuple[str, ...]
    address: str | None
    review_status: str
    caveat: str | None
    text: str


@dataclass(frozen=True)
class Line:
    """One sentence of an answer, with the facts it rests on (IRIs) and their evidence.

    ``polarity`` is set in answers to yes-or-no questions: a key of :data:`VERDICTS`.
    """

    text: str
    details: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    polarity: str | None = None


@dataclass(frozen=True)
class Answer:
    """A question answered. ``lead`` goes before the lines, ``notes`` and ``caveats`` after.

    ``texts`` are held as text only, and may say what no fact says.
    """

    question: str
    verdict: Verdict
    lead: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    caveats: tuple[str, ...]
    texts: tuple[Text, ...] = ()

    def text(self) -> str:
        """The answer to read: plain text, evidence indented below what it supports."""
        out = list(self.lead)
        for line in self.lines:
            out.append(line.text)
            out += [f"  - {detail}" for detail in line.details]
            out += [f"  {item.text}" for item in line.evidence]
        return "\n".join([*out, "", *self.notes, *self.caveats]) + "\n"

    def record(self) -> dict[str, Any]:
        """The same as plain dictionaries, lists and values."""
        return asdict(self)


def day(date: PartialDate) -> str:
    """A date in words, no more precise than it is: ``2019``, ``May 2019``, ``24 May 2019``."""
    year, *rest = date.text.split("-")
    words = [year] if not rest else [MONTHS[int(rest[0]) - 1], year]
    return " ".join([str(int(rest[1])), *words] if len(rest) > 1 else words)


def fill(template: str, value: Callable[[str], str]) -> str:
    """Fill a template; ``value`` words a slot by its text (column, then its own wordings)."""
    parts: list[list[str]] = [[]]
    whole = [True]
    for token in re.split(r"([\[\]]|\{[^}]*\})", template):
        if token == "[":
            parts.append([])
            whole.append(True)
        elif token == "]":
            inner, kept = "".join(parts.pop()), whole.pop()
            parts[-1].append(inner if kept else "")
        elif token.startswith("{"):
            text = value(token[1:-1])
            whole[-1] = whole[-1] and text != ""
            parts[-1].append(text)
        else:
            parts[-1].append(token)
    return "".join(parts[0])


def word(question: Question, rows: Rows, store: Queryable, lookup: Lookup) -> Answer:
    """Word the rows of a question, each with its evidence.

    No row is never a "no": it is "not stated", or "not captured" where a page that asks the
    same question has a list of its own that is not in the copy held, or where a text that may
    say it is held and was not read as facts.
    """
    phrases = load()["evidence-of"].phrases
    slots = partial(_slot, lookup)
    asked = dict(rows.bindings)
    lines = tuple(_lines(question, rows, store, lookup))
    lead: list[str] = []
    verdict = _verdict(question, lines)
    if question.kind == "list":
        for page in _not_captured(question, asked, store):
            lead.append(fill(phrases["notCaptured"], partial(slots, page)))
        if lead:
            verdict = verdict if lines else "not captured"
            lead += [phrases["held"]] if lines else []
        lead += _lacking(question, rows, partial(slots, asked))
    elif verdict == "mixed":
        lead.append(phrases["mixed"])
    texts = unread(question, asked, store, found=bool(lines))
    if texts:
        verdict = verdict if lines else "not captured"
        lead.append(fill(phrases["unread"], {"parts": listing(texts)}.__getitem__))
        lead += [phrases["held"]] if lines and phrases["held"] not in lead else []
    if not lines:
        empty = fill(question.answer["empty"], partial(slots, asked))
        said = phrases["empty"] if not texts else "{text}"
        lead.append(fill(said, {"text": empty}.__getitem__))
    caveats = {
        fill(phrases["caveat"], {"source": item.source, "caveat": item.caveat}.__getitem__)
        for line in lines
        for item in line.evidence
        if item.caveat
    }
    return Answer(
        question=fill(question.question, partial(slots, asked)),
        verdict=verdict,
        lead=tuple(lead),
        lines=lines,
        notes=tuple(_read_as(rows.bindings, phrases["readAs"])),
        caveats=(*sorted(caveats), phrases["notAdvice"]),
        texts=texts,
    )


def evidence_of(store: Queryable, lookup: Lookup, fact: str) -> tuple[Evidence, ...]:
    """The places that a fact, given by its IRI, rests on."""
    found = run(store, load()["evidence-of"], {"fact": ox.NamedNode(fact)})
    return tuple(_evidence(found, lookup))


def _slot(lookup: Lookup, row: Mapping[str, Term], slot: str) -> str:
    name, *choices = slot.split("|")
    term = row.get(name)
    if term is None:
        return ""
    words = dict(choice.split("=", 1) for choice in choices)
    return words.get(term.value.removeprefix(DF), _words(term, lookup))


def _words(term: Term, lookup: Lookup) -> str:
    if isinstance(term, ox.NamedNode):
        return lookup.label(term.value)
    if term.datatype.value in (XSD + "date", XSD + "gYearMonth", XSD + "gYear"):
        return day(PartialDate(term.value))
    return term.value


def _verdict(question: Question, lines: tuple[Line, ...]) -> Verdict:
    if not lines:
        return "not stated"
    if question.kind == "list":
        return "listed"
    said = {VERDICTS[line.polarity] for line in lines if line.polarity is not None}
    return said.pop() if len(said) == 1 else "mixed"


def _lacking(question: Question, rows: Rows, slot: Callable[[str], str]) -> Iterator[str]:
    """What is to be said of columns that are true in no row, where there are rows."""
    for column, text in question.lacking.items():
        if rows.rows and not any(record[column] for record in rows.records()):
            yield fill(text, slot)


def _lines(question: Question, rows: Rows, store: Queryable, lookup: Lookup) -> Iterator[Line]:
    """One line for neighbouring rows that read the same; what differs are its details."""
    if question.name == "evidence-of":
        for item in _evidence(rows, lookup):
            yield Line(item.text, facts=(item.fact,), evidence=())
        return
    phrases, seen = load()["evidence-of"].phrases, dict[str, tuple[Evidence, ...]]()

    def behind(fact: str) -> tuple[Evidence, ...]:
        if fact not in seen:
            seen[fact] = evidence_of(store, lookup, fact)
        return seen[fact]

    def worded(row: Mapping[str, Term]) -> tuple[str, str | None]:
        key = _polarity(row) if question.kind == "polar" else None
        text = fill(question.answer[key or "line"], partial(_slot, lookup, row))
        text = re.sub(r"^[a-z-]+\b", lambda first: first.group().capitalize(), text)
        return (fill(phrases[key], {"text": text}.__getitem__) if key else text), key

    detail = question.answer.get("detail", "")
    for (text, polarity), group in groupby(rows.terms(), worded):
        members = list(group)
        details = dict.fromkeys(fill(detail, partial(_slot, lookup, row)) for row in members)
        facts = dict.fromkeys(
            row[name].value for row in members for name in rows.columns if _is_fact(name, row)
        )
        items = dict.fromkeys(item for fact in facts for item in behind(fact))
        yield Line(
            text=text,
            details=tuple(filter(None, details)),
            facts=tuple(facts),
            evidence=tuple({(item.evidence, item.text): item for item in items}.values()),
            polarity=polarity,
        )


def _is_fact(name: str, row: Mapping[str, Term]) -> bool:
    """Whether a column holds a fact, so that its evidence belongs to the line."""
    called = name == "fact" or name.endswith("Fact")
    return name in row and (called or row[name].value.startswith(expand("fact:")))


def _polarity(row: Mapping[str, Term]) -> str:
    """Which wording a row of a yes-or-no question takes; a hedged claim never reads as shown."""
    polarity = row["polarity"].value.removeprefix(DF)
    if polarity not in VERDICTS:
        raise InputError(f'unknown polarity "{compact(row["polarity"].value)}"')
    hedged = polarity == "affirmed" and row.get("certainty") == ox.NamedNode(DF + "possible")
    return "possible" if hedged else polarity


def _evidence(rows: Rows, lookup: Lookup) -> Iterator[Evidence]:
    """Rows of ``evidence-of`` (one a field of a record) as evidence, each with all its fields."""
    template = load()["evidence-of"].answer["line"]

    def place(row: Mapping[str, Term]) -> tuple[str, str, str]:
        return row["fact"].value, row["evidence"].value, row["role"].value

    for (fact, evidence, role), group in groupby(rows.terms(), place):
        members = list(group)
        fields = tuple(row["field"].value for row in members if "field" in row)
        row = members[0] | ({"field": ox.Literal(", ".join(fields))} if fields else {})
        said = {name: term.value for name, term in row.items()}
        yield Evidence(
            fact=fact,
            evidence=evidence,
            role=role,
            source=said["sourceLabel"],
            version=said["versionLabel"],
            date=said["versionDate"],
            tier=lookup.label(said["tier"]),
            section=said.get("section"),
            start=int(said["start"]) if "start" in said else None,
            end=int(said["end"]) if "end" in said else None,
            record=said.get("record"),
            fields=fields,
            address=said.get("address"),
            review_status=said["reviewStatus"].removeprefix(DF),
            caveat=said.get("caveat"),
            text=fill(template, partial(_slot, lookup, row)),
        )


def _not_captured(
    question: Question, asked: Mapping[str, Term], store: Queryable
) -> Iterator[Mapping[str, Term]]:
    """Questions of captured pages that ask just this, and whose own answer is not held."""
    found = store.run(PAGE_QUESTIONS, {"name": ox.Literal(question.name)})
    assert isinstance(found, ox.QuerySolutions)
    for _, group in groupby(solutions(found), lambda row: row["question"]):
        members = list(group)
        arguments = [row["argument"].value for row in members if row["argument"] is not None]
        if _same(arguments, asked):
            yield members[0]


def _same(arguments: Iterable[str], asked: Mapping[str, Term]) -> bool:
    for argument in arguments:
        name, _, value = argument.partition("=")
        term = asked.get(name)
        if term is None:
            return False
        if term.value != (expand(value) if isinstance(term, ox.NamedNode) else value):
            return False
    return True


def _read_as(bindings: Mapping[str, Term], phrase: str) -> Iterator[str]:
    """How an ambiguous name was read."""
    matches = bindings.matches if isinstance(bindings, Bindings) else {}
    for text, match in matches.values():
        if match.others:
            slots = {"text": text, "label": match.label, "curie": compact(match.iri)}
            yield fill(phrase, (slots | {"others": listed(match.others)}).__getitem__)
