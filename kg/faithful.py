"""Whether facts are faithful to their passages: nothing missing, nothing bolder.

A passage is read by the rules of :mod:`kg.reading`, and what it says of the fact's own kind is
compared with the fact, part by part. What the rules do not see in a passage is a finding: a
person has to look. So "clean" means that the rules find everything the fact says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from kg import rdf
from kg.captured import Cited, Texts
from kg.evidence import Page
from kg.model import Fact, Node, Population
from kg.names import compact, expand
from kg.reading.naming import Names, Thing, abbreviations
from kg.reading.people import People, differences, of_population
from kg.reading.sentence import Context
from kg.reading.statements import Said, statements
from kg.store import Store

__all__ = ["Checked", "Finding", "check", "context_before", "faithful", "nodes_of"]

_FACTS = """
SELECT DISTINCT ?fact WHERE {
  { ?evidence a df:Passage } UNION
  { VALUES ?field { "indications_text" "Condition / indication" } ?evidence df:field ?field }
  ?fact df:evidence ?evidence .
} ORDER BY ?fact"""
"""What cites running text: passages, and fields of records that hold sentences."""
_QUALIFIERS = {
    "frequency": ("doseFrequency", False),
    "timing": ("timing", True),
    "proportion": ("proportion", True),
    "severity": ("severity", True),
    "through": ("through", False),
}
"""Fields of a fact, their property, and whether leaving one out makes the fact bolder."""

Label = Callable[[str], str]


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that a fact says and its passage does not, or the other way round."""

    fact: str
    place: str
    part: str
    problem: str

    def line(self) -> str:
        """The finding as one line."""
        return f"{compact(self.fact)}: {self.place}: {self.part}: {self.problem}"


@dataclass(frozen=True)
class Checked:
    """What came of a check: the facts that were compared, those without a text, the findings."""

    compared: tuple[str, ...]
    without_text: tuple[str, ...]
    findings: tuple[Finding, ...]


def faithful(store: Store, at_hand: Texts, names: Names, label: Label) -> Checked:
    """Check every current fact that cites running text."""
    compared, without, findings = [], [], []
    for row in list(store.select(_FACTS)):
        iri = row["fact"].value
        (fact,) = nodes_of(store, iri)
        if not isinstance(fact, Fact) or fact.status != expand("df:current"):
            continue
        cited = [one for evidence in fact.evidence if (one := at_hand.cited(evidence))]
        if not cited:
            without.append(iri)
            continue
        people = None
        if fact.population:
            (people,) = nodes_of(store, fact.population)
        compared.append(iri)
        findings += check(fact, people, cited, names, label)
    return Checked(tuple(dict.fromkeys(compared)), tuple(dict.fromkeys(without)), tuple(findings))


def nodes_of(store: Store, iri: str) -> list[Node]:
    """A node of the graph, as a value."""
    return rdf.nodes(store.about(iri))


def check(
    fact: Fact, people: Node | None, cited: Iterable[Cited], names: Names, label: Label
) -> list[Finding]:
    """What is wrong with a fact by the passages it cites; nothing if one of them carries it.

    :param people: the fact's population, if it has one.
    :param label: the label of an IRI.
    """
    group = of_population(people) if isinstance(people, Population) else People()
    best: list[Finding] | None = None
    for one in cited:
        found = _compared(fact, group, one, names, label)
        if best is None or len(found) < len(best):
            best = found
    return best or []


def _compared(fact: Fact, group: People, cited: Cited, names: Names, label: Label) -> list[Finding]:
    def finding(part: str, problem: str) -> Finding:
        return Finding(fact.iri, cited.place, part, problem)

    if not cited.intact:
        return [finding("evidence", "the words there are not those that were cited")]
    said = [one for one in _read(cited, names) if expand(one.frame.predicate) == fact.predicate]
    if not said:
        want = label(fact.predicate)
        return [finding("predicate", f'nothing there says that something "{want}" something')]
    fit = [one for one in said if any(thing.iri == fact.object for thing in one.objects)]
    if not fit:
        named = ", ".join(dict.fromkeys(_named(one.objects[0]) for one in said))
        return [finding("object", f"{label(fact.object)} is not named as such, but {named}")]
    options = [
        [finding(part, problem) for part, problem in _differences(fact, group, one, label)]
        for one in fit
    ]
    return min(options, key=len)


@lru_cache(maxsize=256)
def _read(cited: Cited, names: Names) -> tuple[Said, ...]:
    """What a passage says, sentence by sentence, each with its lead-in; many facts cite one."""
    context = context_before(cited.before + " " + cited.lead, names, cited.text)
    lead = cited.lead.rstrip().rstrip(":")
    found: list[Said] = []
    for start, end in Page(cited.text).segments:
        sentence = cited.text[start:end]
        found += statements(f"{lead} {sentence}".strip(), names, context)
        context = context.after(sentence, names)
    return tuple(found)


def context_before(before: str, names: Names, text: str = "") -> Context:
    """What the text before a passage has named; abbreviations of the passage too."""
    context = Context(short=abbreviations(before) | abbreviations(text))
    for start, end in Page(before).segments if before.strip() else ():
        context = context.after(before[start:end], names)
    return context


def _differences(fact: Fact, group: People, said: Said, label: Label) -> Iterator[tuple[str, str]]:
    """How a fact differs from a statement of its own predicate and object."""
    if all(one.iri != fact.subject for one in said.subjects):
        other = said.subjects[0].label
        yield "subject", f"the fact is about {label(fact.subject)}, the passage about {other}"
    polarity = expand(f"df:{said.tone.polarity}")
    if fact.polarity != polarity:
        yield "polarity", _apart(label(fact.polarity), label(polarity))
    certainty = expand(f"df:{said.tone.certainty}")
    silent = fact.certainty is None and said.tone.certainty != "possible"
    if fact.certainty != certainty and not silent:
        named = label(fact.certainty) if fact.certainty else "none"
        yield "certainty", _apart(named, label(certainty))
    more = said.qualifiers
    if fact.date != more.date:
        dates = [one.text if one else "no date" for one in (fact.date, more.date)]
        yield "date", _apart(*dates)
    if more.event and fact.event_type != expand(f"df:{more.event}"):
        yield "event", _apart(label(fact.event_type or ""), label(expand(f"df:{more.event}")))
    if fact.authority and more.authority and fact.authority != more.authority.iri:
        yield "authority", _apart(label(fact.authority), more.authority.label)
    if group or more.groups:
        yield from differences(
            group, list(more.groups) or [People()], lambda one: _shown(one, label)
        )
    if fact.duration_minutes is not None:
        ours = fact.duration_minutes, bool(fact.approximate)
        if ours != (more.minutes, more.about):
            yield "duration", _apart(_minutes(*ours), _minutes(more.minutes, more.about))
    yield from _other(fact, said, label)


def _other(fact: Fact, said: Said, label: Label) -> Iterator[tuple[str, str]]:
    for name, (part, needed) in _QUALIFIERS.items():
        ours, theirs = getattr(fact, name), getattr(said.qualifiers, name)
        if ours != (theirs.iri if theirs else None) and (ours is not None or needed):
            yield part, _apart(label(ours) if ours else "none", theirs.label if theirs else "none")
    theirs_too = {thing.iri for thing in said.qualifiers.examples}
    for example in fact.examples:
        if example not in theirs_too:
            yield "example", f"{label(example)} is not named as one"


def _named(thing: Thing) -> str:
    """What a thing is called by the graph; never the words of the passage."""
    return "something the graph does not hold" if thing.new else thing.label


def _shown(value: str, label: Label) -> str:
    return label(value) if value.startswith("http") else value


def _minutes(minutes: int | None, about: bool) -> str:
    return "none" if minutes is None else f"{'about ' if about else ''}{minutes} minutes"


def _apart(ours: str, theirs: str) -> str:
    return f"the fact has {ours}, the passage {theirs}"
