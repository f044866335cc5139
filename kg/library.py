"""The question library: questions by name, bound to what a user gave, and run.

A parameter is bound as a term, never pasted into the text of a query, and stands among the
columns, so that a result says what was asked.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from kg.errors import InputError, UnknownName
from kg.lookup import Lookup, Match
from kg.model import PartialDate
from kg.names import DF, XSD, context
from kg.question import KINDS, PLAIN, Param, Question, read
from kg.resources import folder
from kg.rows import Format, Rows, Value
from kg.store import Queryable, Term, reaching

if TYPE_CHECKING:
    import rdflib

__all__ = [
    "KINDS",
    "Bindings",
    "Format",
    "Param",
    "Queryable",
    "Question",
    "Rows",
    "Value",
    "bind",
    "load",
    "read",
    "run",
    "run_rdflib",
]

MAX_MONTHS = 1800  # 150 years: a larger number is a slip of the unit


class Bindings(dict[str, Term]):
    """Terms by parameter, and in ``matches`` each name the user gave with what it stands for."""

    def __init__(self, terms: Mapping[str, Term], matches: Mapping[str, tuple[str, Match]]) -> None:
        super().__init__(terms)
        self.matches = dict(matches)


@cache
def load(directory: Path | None = None) -> Mapping[str, Question]:
    """All questions by name, read once.

    :raises InputError: naming file and line, for the first thing that is wrong.
    """
    paths = sorted((directory or folder("queries")).glob("*.rq"))
    return MappingProxyType({path.stem: read(path) for path in paths})


def bind(
    question: Question,
    values: Mapping[str, object],
    lookup: Lookup,
    free: Collection[str] = (),
) -> Bindings:
    """Turn what a user gave into terms, by the declared type of each parameter.

    :param values: by parameter: a name, synonym, code, CURIE or IRI; a date; a whole number.
        None counts as not given.
    :param free: parameters that may stay free though they are required: the rows are then those
        of all there are.
    :raises UnknownName: for an unknown parameter or entity.
    :raises InputError: for a missing, malformed or ambiguous value.
    """
    known = {param.name: param for param in question.params}
    for name in values:
        if name not in known:
            raise UnknownName(
                f'"{question.name}" has no parameter "{name}"',
                mend="use " + (" and ".join(known) or "none"),
            )
    terms: dict[str, Term] = {}
    matches: dict[str, tuple[str, Match]] = {}
    for name, param in known.items():
        value = values.get(name)
        value = param.default if value is None else value
        if value is None:
            if param.required and name not in free:
                mend = f"give {param.type} {name}, e.g. {param.example}"
                raise InputError(f'"{question.name}" needs it', field=name, mend=mend)
            continue
        try:
            if param.type in PLAIN:
                terms[name] = _plain(param.type, value)
            else:
                text = value.value if isinstance(value, ox.NamedNode) else str(value)
                match = lookup.find(text, KINDS[param.type])
                matches[name], terms[name] = (text, match), ox.NamedNode(match.iri)
        except InputError as error:
            error.field = error.field or name
            raise
    return Bindings(terms, matches)


def _plain(kind: str, value: object) -> Term:
    text = value.isoformat() if type(value) is date else str(value)
    if kind == "term":
        return _term(text)
    if isinstance(value, datetime | bool):
        raise InputError(f'"{text}" is no {kind}')
    if kind == "date":
        # "before 2020" is before its first day
        day = PartialDate(text).earliest.isoformat()
        return ox.Literal(day, datatype=ox.NamedNode(XSD + "date"))
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise InputError(f'"{text}" is no whole number', mend="write digits only")
    if kind == "months" and not 0 <= int(text) <= MAX_MONTHS:
        mend = f"give an age in whole months, 0 to {MAX_MONTHS}"
        raise InputError(f"{text} months is no age", mend=mend)
    return ox.Literal(int(text))


def _term(text: str) -> ox.NamedNode:
    """A term of the ontology by its name (``stale``), CURIE (``df:stale``) or IRI."""
    name = text.removeprefix(DF).removeprefix("df:")
    terms = {key for key, value in context().items() if value == f"df:{key}"}
    if name not in terms:
        near = tuple(difflib.get_close_matches(name, sorted(terms), 3))
        raise UnknownName(f'"{text}" is no term of the ontology', near=near)
    return ox.NamedNode(DF + name)


def run(store: Queryable, question: Question, bindings: Mapping[str, Term]) -> Rows:
    """Ask a question of a store."""
    found = store.run(question.sparql, bindings)
    assert isinstance(found, ox.QuerySolutions), "checked when the question was read"
    with reaching(question.sparql):
        rows = tuple(tuple(cast("Term | None", term) for term in solution) for solution in found)
    return Rows(tuple(question.columns), rows, question, bindings)


def run_rdflib(dataset: rdflib.Dataset, question: Question, bindings: Mapping[str, Term]) -> Rows:
    """Ask the same question of an rdflib dataset whose default graph is the union of all."""
    from kg.bridge import inward, outward

    given = cast(Any, {name: outward(term) for name, term in bindings.items()})
    found = dataset.query(question.sparql, initBindings=given)
    rows = tuple(
        tuple(None if node is None else cast(Term, inward(node)) for node in cast(Any, row))
        for row in found
    )
    return Rows(tuple(question.columns), rows, question, bindings)
