"""Which phenotypes occur in which disease: the annotations of the Human Phenotype Ontology.

``phenotype.hpoa`` is tab-separated under four lines of ``#``. Three traps: a row with ``NOT``
denies the phenotype; a row whose frequency is ``0/7`` says that it was looked for and seen in
nobody; rows of another aspect than P tell of inheritance or course, not of a phenotype.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from kg.errors import InputError
from kg.evidence import normalise
from kg.model import Fact, Node, PartialDate, Record
from kg.names import expand, own, slug
from kg.sources.files import rows, text_lines
from kg.sources.imported import AFFIRMED, DENIED, tail
from kg.sources.tally import Tally

__all__ = [
    "COLUMNS",
    "GLOB",
    "NAME",
    "REASONS",
    "Annotation",
    "dated",
    "facts",
    "read",
    "row_digest",
]

NAME = "hpo-annotations"
GLOB = "hpo/phenotype.hpoa*"
COLUMNS = (
    "database_id",
    "disease_name",
    "qualifier",
    "hpo_id",
    "reference",
    "evidence",
    "onset",
    "frequency",
    "sex",
    "modifier",
    "aspect",
    "biocuration",
)

ASPECTS = {
    "I": "a mode of inheritance, no phenotype",
    "C": "a clinical course, no phenotype",
    "M": "a clinical modifier, no phenotype",
    "H": "a past medical history, no phenotype",
}
"""Aspects other than P, and why their rows make no fact."""

NO_DISEASE = "the disease has no exact match"
NO_PHENOTYPE = "the phenotype is not known"
NO_ONSET = "the onset is not known"
NARROWED = "the phenotype is narrowed by a modifier"
REPEATED = "the row repeats another"
CONTRARY = "the row denies the phenotype and counts patients who have it"
REASONS = (*ASPECTS.values(), NO_DISEASE, NO_PHENOTYPE, NO_ONSET, NARROWED, REPEATED, CONTRARY)

EXCLUDED = "HP:0040285"
"""The frequency term for 0 %."""

NOT_SEEN = expand("df:notDemonstrated")
PHRASES = {
    AFFIRMED: "has the phenotype",
    DENIED: "does not have the phenotype",
    NOT_SEEN: "was not seen with the phenotype",
}
SEXES = {"": None, "MALE": expand("df:male"), "FEMALE": expand("df:female")}
_FORMS = {
    "database_id": re.compile(r"(OMIM|ORPHA|DECIPHER):[0-9]+"),
    "qualifier": re.compile(r"(NOT)?"),
    "hpo_id": re.compile(r"HP:[0-9]{7}"),
    "reference": re.compile(r"[A-Za-z][A-Za-z0-9-]*:\S+"),
    "evidence": re.compile(r"IEA|PCS|TAS|ICE"),
    "onset": re.compile(r"(HP:[0-9]{7})?"),
    "frequency": re.compile(r"(HP:[0-9]{7}|[0-9]+/[0-9]+|[0-9]+(\.[0-9]+)?%)?"),
    "sex": re.compile(r"(MALE|FEMALE)?"),
    "modifier": re.compile(r"(HP:[0-9]{7}(;HP:[0-9]{7})*)?"),
    "aspect": re.compile(r"[PICMH]"),
}
_NOBODY = re.compile(r"0+(/[0-9]+|(\.0+)?%)")
_DAY = re.compile(r"#(?:version|date): ([0-9]{4}-[0-9]{2}-[0-9]{2})")

CONSTANT: dict[str, Any] = {
    "kinds": ("df:DiseaseClaim",),
    "predicate": expand("df:hasPhenotype"),
    "certainty": expand("df:stated"),
    "status": expand("df:current"),
    "review_status": expand("df:imported"),
    "knowledge_level": expand("biolink:knowledge_assertion"),
}
"""What all facts of this source have in common."""

BY_HAND, BY_PROGRAM = expand("biolink:manual_agent"), expand("biolink:automated_agent")
"""Who made the annotation: IEA is evidence inferred electronically, all other is read by people."""


class Annotation(NamedTuple):
    """One row, its cells as written."""

    database_id: str
    disease_name: str
    qualifier: str
    hpo_id: str
    reference: str
    evidence: str
    onset: str
    frequency: str
    sex: str
    modifier: str
    aspect: str
    biocuration: str
    line: int

    @property
    def cells(self) -> dict[str, str]:
        """Column to cell."""
        return dict(zip(COLUMNS, self[:-1], strict=True))


class Known(Protocol):
    """What the annotations ask of the identities: an IRI, or None where there is not just one."""

    def disease(self, text_or_curie: str, /) -> str | None: ...
    def phenotype(self, curie: str, /) -> str | None: ...


def dated(path: Path) -> PartialDate:
    """The day that the line ``#version`` names (``#date`` in older files).

    :raises InputError: if there is none.
    """
    for _, text in text_lines(path):
        if not text.startswith("#"):
            break
        if found := _DAY.fullmatch(text):
            return PartialDate(found.group(1))
    raise InputError("names no version", file=path)


def read(path: Path) -> list[Annotation]:
    """All rows in the order of the file.

    :raises InputError: for an unknown column, or a cell of an unknown form.
    """
    lines = text_lines(path)
    head = next((line for line in lines if not line[1].startswith("#")), None)
    table = rows(chain([head] if head else [], lines), path=path, sep="\t", columns=COLUMNS)
    forms = [
        (n, name, _FORMS[name], set[str]()) for n, name in enumerate(COLUMNS) if name in _FORMS
    ]
    found, new = [], tuple.__new__
    for line, cells in table:
        for n, name, form, seen in forms:
            if cells[n] not in seen:
                if not form.fullmatch(cells[n]):
                    problem = f'unknown form "{cells[n]}"'
                    raise InputError(problem, file=path, line=line, field=name)
                seen.add(cells[n])
        if not cells[1]:
            raise InputError("is empty", file=path, line=line, field="disease_name")
        found.append(new(Annotation, (*cells, line)))
    return found


def facts(
    annotations: Sequence[Annotation],
    identity: Known,
    version: str,
    tally: Tally,
    names: Mapping[str, str] | None = None,
) -> Iterator[Node]:
    """A record and a fact for each row of aspect P whose disease and phenotype are known.

    :param version: IRI of the revision.
    :param names: names of HP terms by id, for labels and grades of frequency.
    """
    known = _Pass(identity, version, names or {})
    for row in annotations:
        tally.row()
        made = known.nodes(row)
        if isinstance(made, str):
            tally.skip(made)
        else:
            tally.used()
            yield from made


class _Pass:
    """One pass over the rows: what was asked before, and which keys are taken."""

    def __init__(self, identity: Known, version: str, names: Mapping[str, str]) -> None:
        self.version, self.names = version, names
        self.disease, self.phenotype = cache(identity.disease), cache(identity.phenotype)
        self.evidence = f"{own('evidence', tail(version))}-"
        self.fact = f"{own('fact', NAME)}-"
        self.taken: set[str] = set()

    def nodes(self, row: Annotation) -> tuple[Record, Fact] | str:
        """Evidence and fact of a row, or why there are none."""
        if row.aspect != "P":
            return ASPECTS[row.aspect]
        disease, phenotype = self.disease(row.database_id), self.phenotype(row.hpo_id)
        onset = self.phenotype(row.onset) if row.onset else None
        if disease is None or phenotype is None:
            return NO_DISEASE if disease is None else NO_PHENOTYPE
        if row.onset and onset is None:
            return NO_ONSET
        if row.modifier:
            return NARROWED
        polarity = _polarity(row)
        if polarity is None:
            return CONTRARY
        digest = row_digest(row)
        key = self.key(row, digest)
        if key is None:
            return REPEATED
        evidence = Record(
            iri=self.evidence + key,
            kinds=("df:Record",),
            in_version=self.version,
            record=f"{row.database_id}, {row.hpo_id}, {row.reference}",
            digest=digest,
        )
        phrase = PHRASES[polarity]
        fact = Fact(
            iri=self.fact + key,
            label=f"{row.disease_name} {phrase} {self.names.get(row.hpo_id, row.hpo_id)}",
            subject=disease,
            object=phenotype,
            polarity=polarity,
            stated_frequency=self.names.get(row.frequency, row.frequency) or None,
            onset=onset,
            sex=SEXES[row.sex],
            evidence=(evidence.iri,),
            first_seen_in=self.version,
            last_confirmed_in=self.version,
            agent_type=BY_PROGRAM if row.evidence == "IEA" else BY_HAND,
            **CONSTANT,
        )
        return evidence, fact

    def key(self, row: Annotation, digest: str) -> str | None:
        """What tells the row from all others: its content, with a digest where that is not enough.

        None if the very same row was there before.
        """
        parts = (row.database_id, row.hpo_id, row.reference, row.qualifier or "yes")
        key = "-".join([_slug(part) for part in parts])
        if key in self.taken:
            key = f"{key}-{digest[:12]}"
        if key in self.taken or digest in self.taken:
            return None
        self.taken |= {key, digest}
        return key


def _polarity(row: Annotation) -> str | None:
    """Affirmed, denied, or looked for and not seen; None if the row contradicts itself."""
    nobody = _NOBODY.fullmatch(row.frequency) is not None
    if row.qualifier:
        return DENIED if nobody or row.frequency in ("", EXCLUDED) else None
    if row.frequency == EXCLUDED:
        return DENIED
    return NOT_SEEN if nobody else AFFIRMED


_ORDER = sorted(range(len(COLUMNS)), key=COLUMNS.__getitem__)
_normal = lru_cache(1 << 16)(normalise)
_slug = lru_cache(1 << 16)(slug)


def row_digest(row: Annotation) -> str:
    """:func:`kg.evidence.record_digest` of the cells; most of them were normalised before."""
    lines = [f"{COLUMNS[n]}={_normal(row[n])}" for n in _ORDER]
    return sha256("\n".join(lines).encode()).hexdigest()
