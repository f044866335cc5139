"""Diseases: the Mondo ontology (OBO), and its published sets of exact matches (SSSOM).

The terms give names and the hierarchy; the sets say which code of another vocabulary is the same
disease. They are revised on their own, so a set may speak of a term that the ontology file at
hand does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from kg.errors import InputError
from kg.model import Entity, PartialDate
from kg.names import expand
from kg.sources import obo
from kg.sources.files import text_lines
from kg.sources.obo import Ontology, dated, read
from kg.sources.tally import Tally
from kg.sssom import PREDICATES, Mapping, rows

__all__ = [
    "GLOB",
    "MAPPINGS_GLOB",
    "MAPPINGS_NAME",
    "NAME",
    "PREFIXES",
    "REASONS",
    "dated",
    "entities",
    "further",
    "mappings_dated",
    "matches",
    "read",
    "read_mappings",
]

NAME = "mondo"
GLOB = "mondo/mondo*.obo*"
MAPPINGS_NAME = "mondo-mappings"
MAPPINGS_GLOB = "mondo/mondo_exactmatch_*.sssom.tsv"

PREFIXES = {
    "DOID": "DOID",
    "EFO": "EFO",
    "ICD10CM": "ICD10CM",
    "icd11.foundation": "icd11",
    "mesh": "mesh",
    "NCIT": "NCIT",
    "OMIM": "OMIM",
    "OMIMPS": "OMIMPS",
    "Orphanet": "Orphanet",
    "SCTID": "SCTID",
    "UMLS": "UMLS",
}
"""The prefixes of the sets, and what ``ontology/context.jsonld`` calls the same namespace."""

UNKNOWN_PREFIX = "the prefix of the code is not known"
NO_MATCH = "the set denies the match"
REASONS = (*obo.REASONS, UNKNOWN_PREFIX, NO_MATCH)

GONE = ("obsolete ", "obsoleted ")
"""How the label of a term that was given up begins."""

_SUBJECT = re.compile(r"MONDO:[0-9]{7}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_RELEASE = re.compile(r"#\s*mapping_set_version:.*/releases/([0-9]{4}-[0-9]{2}-[0-9]{2})/")


def entities(ontology: Ontology, tally: Tally) -> Iterator[Entity]:
    """The terms in force, as diseases."""
    return obo.entities(ontology, tally, prefix="MONDO", kind=lambda _: "df:Disease")


def mappings_dated(path: Path) -> PartialDate:
    """The day of the release that ``mapping_set_version`` names.

    :raises InputError: if the header names none.
    """
    for _, text in text_lines(path):
        if not text.startswith("#"):
            break
        if found := _RELEASE.match(text):
            return PartialDate(found.group(1))
    raise InputError("names no release", file=path, field="mapping_set_version")


def read_mappings(path: Path) -> list[Mapping]:
    """One set, its object ids as the set writes them.

    :raises InputError: besides what :func:`kg.sssom.rows` refuses, for a subject that is no Mondo
        id, a code that is none, a predicate or justification that is not of SKOS or SEMAPV.
    """
    found = rows(path, "".join([f"{line}\n" for _, line in text_lines(path)]))
    for one in found:
        field = None
        if not _SUBJECT.fullmatch(one.subject_id):
            field = "subject_id"
        elif one.predicate_id not in PREDICATES:
            field = "predicate_id"
        elif not _CODE.fullmatch(one.object_id.partition(":")[2]):
            field = "object_id"
        elif not one.mapping_justification.startswith("semapv:"):
            field = "mapping_justification"
        elif one.predicate_modifier not in ("", "Not"):
            field = "predicate_modifier"
        if field:
            value = getattr(one, field)
            raise InputError(f'unknown form "{value}"', file=path, line=one.line, field=field)
    return found


def matches(mappings: Iterable[Mapping], ontology: Ontology, tally: Tally) -> Iterator[Mapping]:
    """The mappings that hold, object ids with the prefixes of the context.

    The sets keep the codes of terms given up since, and say so in the label: those are left
    out. A match whose disease the ontology file does not have holds: see :func:`further`.
    """
    for one in mappings:
        tally.row()
        prefix, _, code = one.object_id.partition(":")
        term = ontology.terms.get(one.subject_id)
        if prefix not in PREFIXES:
            tally.skip(UNKNOWN_PREFIX)
        elif one.predicate_modifier:
            tally.skip(NO_MATCH)
        elif (term is not None and term.obsolete) or one.subject_label.startswith(GONE):
            tally.skip(obo.OBSOLETE)
        else:
            tally.used()
            known = PREFIXES[prefix]
            yield one if known == prefix else replace(one, object_id=f"{known}:{code}")


def further(mappings: Iterable[Mapping], ontology: Ontology) -> Iterator[Entity]:
    """The diseases of matches that the ontology file does not have: id and label, no more.

    :raises InputError: if two sets give one disease different labels.
    """
    labels: dict[str, str] = {}
    for one in mappings:
        if one.subject_id in ontology.terms:
            continue
        known = labels.setdefault(one.subject_id, one.subject_label)
        if known != one.subject_label:
            problem = f'{one.subject_id} is "{known}" and "{one.subject_label}"'
            raise InputError(problem, line=one.line, field="subject_label")
    for term, label in sorted(labels.items()):
        yield Entity(iri=expand(term), kinds=("df:Disease",), label=label)
