"""What the tools answer: typed, so that the schema of every answer is published.

The texts below the fields are part of that schema: an assistant reads them.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = [
    "About",
    "Answered",
    "Asserted",
    "Cut",
    "Explained",
    "Found",
    "Hit",
    "Pair",
    "Path",
    "Payload",
    "Proof",
    "Queried",
    "Replied",
    "Reply",
    "Said",
    "Step",
    "Taken",
    "Thing",
    "Value",
]

NOTICE = "Not medical advice."
Value = str | int | float | bool | None


class Payload(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Cut(Payload):
    """A list that is not given whole."""

    what: str
    """The list, by the name of its field."""
    first: int
    """The offset of the first item given."""
    shown: int
    """How many are given."""
    total: int | None
    """How many there are; null where only so many were looked for."""
    rest: str
    """How to get the rest."""


class Reply(Payload):
    """What every answer carries."""

    cut: list[Cut]
    """The lists of this answer that are not whole; empty if all are."""
    build: str
    """SHA-256 of the graph that was asked."""
    notice: str = NOTICE
    """What the answer is not."""


class Thing(Payload):
    """Anything that has a name in the graph."""

    id: str
    """Its CURIE, which every tool takes as a name."""
    iri: str
    """Its IRI in full."""
    label: str
    """What to call it."""
    kind: str
    """What it is: medicinal product, substance, disease, gene, fact …"""


class Pair(Payload):
    """A property in words, and its value."""

    name: str
    value: str


class Hit(Thing):
    """One of the things that a text may stand for."""

    name: str
    """The name that fits the text."""
    how: str
    """What that name is: identifier, label, synonym, code …"""
    fit: str
    """How closely it fits: the same name, its beginning, its words, or a misspelling."""
    distance: int
    """How many letters are wrong, missing, too many or swapped."""
    facts: int
    """How many current facts are about it."""


class Found(Reply):
    """What a text may stand for, the likeliest first."""

    hits: list[Hit]
    """Empty if nothing is called so, or nearly so."""


class Said(Payload):
    """One source that says so."""

    fact: str
    """The CURIE of the fact, to cite or to look up."""
    source: str
    """The source by its name."""
    revision: str
    """The day of the revision in which it was last confirmed, as precise as it is known."""
    places: list[str]
    """Where in that revision it stands."""
    certainty: str
    """stated, shown, recommended or possible; a possible one is no more than that."""
    review: str
    """How the fact was checked: curated, reviewed, imported or unreviewed."""
    details: list[Pair]
    """What this source adds."""


class Asserted(Payload):
    """A statement, with all who make it."""

    section: str
    """The heading that it belongs to."""
    text: str
    """The statement in words, its negation and its population included."""
    polarity: str
    """affirmed, denied, notEvaluated or notDemonstrated: only the first is a yes."""
    qualifiers: list[Pair]
    """What else holds of it."""
    said_by: list[Said]
    """Who says so; the first few."""
    said_by_total: int
    """How many say so."""


class About(Reply, Thing):
    """What the graph says of one thing."""

    how: str
    """What kind of name it was found by."""
    also: list[Thing]
    """Other things of that name, which were not meant."""
    names: list[Pair]
    """Further names, and the definition."""
    facts: int
    """How many current facts are about it or name it."""
    statements: list[Asserted]
    """What they say, in the order of a drug page; what is denied or unstudied has a section."""
    links: list[Pair]
    """What it is called elsewhere: relation, and code there."""
    properties: list[Pair]
    """The properties of a thing that no fact is about, such as a fact or a source."""
    derived: list[str]
    """The direct triples that were derived from it, in words, if it is a fact."""


class Proof(Payload):
    """A place in a source that an answer rests on."""

    fact: str
    """The CURIE of the fact."""
    evidence: str
    """The CURIE of the evidence."""
    role: str
    """Whether it carries the fact, or only confirms it."""
    source: str
    """The source by its name."""
    revision: str
    """The revision of the source by its name."""
    date: str
    """The day of that revision, as precise as it is known."""
    tier: str
    """What kind of source it is."""
    place: str
    """Section and characters, or record and fields."""
    address: str | None
    """Where the source is published."""
    review: str
    """How the fact was checked."""
    caveat: str | None
    """What to bear in mind about this source."""


class Answered(Reply):
    """A question of the library, answered."""

    name: str
    """The question's name."""
    question: str
    """The question in words, as it was understood."""
    verdict: str
    """yes, no, possibly, not studied, mixed (sources differ), not stated (nothing held says so,
    which is not a no), not captured (the page's own answer is not held), or listed."""
    answer: str
    """The answer in words."""
    evidence: list[Proof]
    """What the answer rests on."""
    columns: dict[str, str]
    """The columns of the rows, and what each of them means."""
    rows: list[dict[str, Value]]
    """One object a row; a column without a value is null; a date is as precise as its text."""


class Queried(Reply):
    """What a SPARQL query gave; by its form, rows, a truth value or triples."""

    form: str
    """select, ask or construct."""
    columns: list[str]
    """Of a SELECT."""
    rows: list[dict[str, Value]]
    """Of a SELECT: one object a row, IRIs in full."""
    boolean: bool | None
    """Of an ASK. False says that no such triple is held, not that the statement is false."""
    triples: list[str]
    """Of a CONSTRUCT or DESCRIBE: lines of N-Triples."""


class Step(Payload):
    """One step of a mechanism."""

    position: int
    """Its place, from 1."""
    words: str
    """What happens."""
    sign: int
    """1: more of the one goes with more of the other; -1: with less; 0: no direction stated."""
    start: str
    """The CURIE of what acts."""
    end: str
    """The CURIE of what is acted upon."""
    facts: list[str]
    """CURIEs of the facts that carry the step."""


class Path(Payload):
    """One path from a drug to a disease."""

    start: str
    """Where it starts: the drug, or an active substance of it."""
    end: str
    """Where it ends."""
    steps: list[Step]
    """In order. Steps may branch and join."""
    net: int
    """1 or -1 if all routes raise or lower the disease; 0 if that is not determined."""
    verdict: str
    """The same in a sentence."""
    sources: list[str]
    """Revision, record and address."""
    references: list[str]
    """Publications that the source names for the path."""
    review: list[str]
    """How its facts were checked."""


class Taken(Payload):
    """A question of the library, as a text was or may be meant."""

    name: str
    """Its name, for ask_question."""
    question: str
    """The same in words."""
    arguments: dict[str, str]
    """By parameter, what was found for it in the text."""


class Replied(Reply):
    """What becomes of a question in people's own words."""

    outcome: str
    """answered; else declined (advice, or out of scope), unclear, unknown or unfit."""
    verdict: str
    """As of ask_question; empty if there is no answer."""
    answer: str
    """All of it in words, places of evidence left out; or why there is no answer."""
    taken: Taken | None
    """The question that was answered. Tell it to the person, if it is not just what was asked."""
    others: list[Taken]
    """Questions that fit as well: ask the person which is meant."""
    nearest: list[Taken]
    """Questions that come near, where none was answered."""
    left: list[str]
    """What was not taken into account. Never tell the answer without it."""
    read: list[str]
    """What misspelled words and names were read as. Tell it first."""
    notes: list[str]
    """What a name was taken for, and what else was done to understand the text."""
    evidence: list[Proof]
    """The places that the answer rests on."""


class Explained(Reply):
    """How a drug acts on a disease."""

    drug: Thing
    disease: Thing
    paths: list[Path]
    """Every path held; empty if none is. Nothing is inferred from other drugs or diseases."""
    notes: list[str]
    """What comes near, where no path is held; none of it is an answer."""
