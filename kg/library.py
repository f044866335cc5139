"""The question library: SPARQL files with a typed header, bound, run and read back.

A file of ``queries/`` is a SPARQL 1.1 SELECT that runs as it stands, below a YAML header whose
lines begin with ``#+``. A parameter is a variable of the query: it is bound as a term, never
pasted into the text, and stands among the columns, so that a result says what was asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

import pyoxigraph as ox
import yaml

from kg.errors import InputError, UnknownName
from kg.lookup import Lookup, Match
from kg.model import Entity, Fact, PartialDate
from kg.names import XSD, prefixes
from kg.resources import folder
from kg.store import Answer, Term

if TYPE_CHECKING:
    import pandas as pd
    import rdflib

__all__ = ["Bindings", "Param", "Question", "Rows", "bind", "load", "read", "run", "run_rdflib"]

Format = Literal["csv", "tsv", "json", "xml"]
Value = str | int | float | bool | None

KINDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "product": frozenset({"df:MedicinalProduct"}),
        "disease": frozenset({"df:Disease", "df:Phenotype", "df:Concept"}),
        "concept": frozenset({"df:Concept"}),
        "gene": frozenset({"df:Gene"}),
        "jurisdiction": frozenset({"df:Jurisdiction"}),
        "source": frozenset({"df:Source", "df:SourceVersion"}),
        "entity": Entity.classes,
        "fact": Fact.classes,
        "evidence": frozenset({"df:Passage", "df:Record"}),
    }
)
"""The classes that a parameter type accepts. A disease may be one that has no authority's term."""

PLAIN = ("date", "months", "integer")
KEYS = frozenset("title number question also params kind tags answer columns".split())
WORDINGS = {
    "polar": frozenset("affirmed possible denied notEvaluated notDemonstrated empty".split()),
    "list": frozenset({"line", "empty"}),
}
MAX_MONTHS = 1800  # 150 years: a larger number is a slip of the unit


class Queryable(Protocol):
    """What can run a parametrised query: :class:`kg.store.Store`, or a stand-in for one."""

    def run(self, sparql: str, bindings: Mapping[str, Term] | None = None) -> Answer:
        """Run a query with some of its variables bound."""


@dataclass(frozen=True, slots=True)
class Param:
    """One typed parameter of a question: a variable of its query."""

    name: str
    type: str
    example: str
    doc: str
    required: bool = True
    default: str | None = None


@dataclass(frozen=True)
class Question:
    """One file of the library. ``answer`` and ``phrases`` hold wording, ``columns`` meanings."""

    name: str
    title: str
    question: str
    also: tuple[str, ...]
    params: tuple[Param, ...]
    kind: Literal["polar", "list"]
    numbers: tuple[int, ...]
    tags: tuple[str, ...]
    answer: Mapping[str, str]
    columns: Mapping[str, str]
    sparql: str
    phrases: Mapping[str, str] = field(default_factory=dict)

    def examples(self) -> dict[str, str]:
        """Parameter values to show and to test with."""
        return {param.name: param.example for param in self.params}

    def text(self, bindings: Mapping[str, Term]) -> str:
        """The query with its bindings written out, to paste into any SPARQL editor."""
        values = "".join(f"\n  VALUES ?{name} {{ {term} }}" for name, term in bindings.items())
        return re.sub(r"\bWHERE \{", lambda where: where.group() + values, self.sparql, count=1)


class Bindings(dict[str, Term]):
    """Terms by parameter, and in ``matches`` each name the user gave with what it stands for."""

    def __init__(self, terms: Mapping[str, Term], matches: Mapping[str, tuple[str, Match]]) -> None:
        super().__init__(terms)
        self.matches = dict(matches)


@dataclass(frozen=True)
class Rows:
    """A complete result: ``rows`` of terms (None where nothing is bound), one a solution."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    question: Question | None
    bindings: Mapping[str, Term]

    def __len__(self) -> int:
        return len(self.rows)

    def terms(self) -> list[dict[str, Term]]:
        """A dictionary a row, without the columns that are not bound in it."""
        pairs = [zip(self.columns, row, strict=True) for row in self.rows]
        return [{name: term for name, term in row if term is not None} for row in pairs]

    def records(self) -> list[dict[str, Value]]:
        """A dictionary a row: IRIs in full, numbers and booleans native, the rest as text.

        A date stays the text that its source gave, since it may be no more than a month.
        """
        return [dict(zip(self.columns, map(native, row), strict=True)) for row in self.rows]

    def serialize(self, format: Format = "json") -> bytes:
        """The rows in a W3C result format (SPARQL 1.1 CSV, TSV, JSON or XML results)."""
        kind = ox.QueryResultsFormat.from_extension(format) if format in _FORMATS else None
        if kind is None:
            raise InputError(f'no result format "{format}"', mend="use " + ", ".join(_FORMATS))
        found = ox.parse_query_results(self._json(), ox.QueryResultsFormat.JSON)
        return cast(bytes, found.serialize(format=kind))

    def to_pandas(self) -> pd.DataFrame:
        """A data frame of :meth:`records`; needs the extra ``pandas``."""
        try:
            import pandas
        except ImportError:
            raise InputError("pandas is not here", mend="pip install drugfacts[pandas]") from None
        return pandas.DataFrame(self.records(), columns=list(self.columns), dtype=object)

    def _json(self) -> bytes:
        rows = [{name: _json_term(term) for name, term in row.items()} for row in self.terms()]
        return json.dumps({"head": {"vars": self.columns}, "results": {"bindings": rows}}).encode()


_FORMATS = ("csv", "tsv", "json", "xml")
_NATIVE: Mapping[str, Any] = {
    XSD + "integer": int,
    XSD + "decimal": float,
    XSD + "double": float,
    XSD + "boolean": "true".__eq__,
}


def native(term: Term | None) -> Value:
    """The plain Python value of a term."""
    if isinstance(term, ox.Literal):
        return cast(Value, _NATIVE.get(term.datatype.value, str)(term.value))
    return None if term is None else term.value


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    kind = {"datatype": term.datatype.value} if term.datatype.value != XSD + "string" else {}
    return {"type": "literal", "value": term.value, **kind}


@cache
def load(directory: Path | None = None) -> Mapping[str, Question]:
    """All questions by name, read once.

    :raises InputError: naming file and line, for the first thing that is wrong.
    """
    paths = sorted((directory or folder("queries")).glob("*.rq"))
    return MappingProxyType({path.stem: read(path) for path in paths})


def read(path: Path) -> Question:
    """Read one file of the library, strictly.

    :raises InputError: for a header or a query that breaks a rule of the module.
    """
    text = path.read_text(encoding="utf-8")
    head = [line for line in text.splitlines() if line.startswith("#+")]
    try:
        if not head or not text.startswith("\n".join(head)):
            raise InputError("no header", line=1, mend="begin the file with lines of `#+ key: …`")
        header, lines = _yaml("\n".join(line[2:].removeprefix(" ") for line in head))
        return _question(path.stem, header, lines, "\n".join(text.splitlines()[len(head) :]))
    except InputError as error:
        raise error.at(path) from None


def _yaml(text: str) -> tuple[dict[str, Any], dict[str, int]]:
    """The header's values, and the line of each key and sub-key (``params.drug``)."""
    try:
        node, header = yaml.compose(text, yaml.SafeLoader), yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"not YAML: {error.problem}", line=line) from None
    if not isinstance(node, yaml.MappingNode):
        raise InputError("the header is no list of `key: value`", line=1)
    lines: dict[str, int] = {}

    def walk(mapping: yaml.MappingNode, above: str) -> None:
        for key, value in mapping.value:
            name, line = above + str(key.value), key.start_mark.line + 1
            if name in lines:
                raise InputError("given twice", field=name, line=line)
            lines[name] = line
            if isinstance(value, yaml.MappingNode):
                walk(value, name + ".")

    walk(node, "")
    return header, lines


def _question(name: str, header: dict[str, Any], lines: dict[str, int], body: str) -> Question:
    _keys(header, KEYS, KEYS | {"phrases"}, "", lines)
    kind = header["kind"]
    if kind not in WORDINGS:
        raise InputError(f'unknown kind "{kind}"', line=lines["kind"], mend="use polar or list")
    params = tuple(_param(key, given, lines) for key, given in (header["params"] or {}).items())
    wording = WORDINGS[kind]
    _keys(header["answer"], wording, wording | {"detail"}, "answer.", lines)
    question = Question(
        name=name,
        title=header["title"],
        question=header["question"],
        also=tuple(header["also"]),
        params=params,
        kind=kind,
        numbers=tuple(header["number"]),
        tags=tuple(header["tags"]),
        answer=MappingProxyType(header["answer"]),
        columns=MappingProxyType(header["columns"]),
        sparql=body.strip() + "\n",
        phrases=MappingProxyType(header.get("phrases") or {}),
    )
    _check(question, lines)
    return question


def _param(name: str, given: dict[str, Any], lines: dict[str, int]) -> Param:
    above, needed = f"params.{name}.", frozenset({"type", "example", "doc"})
    _keys(given, needed, needed | {"default", "required"}, above, lines)
    if given["type"] not in (*KINDS, *PLAIN):
        wrong, known = f'unknown type "{given["type"]}"', ", ".join((*KINDS, *PLAIN))
        raise InputError(wrong, line=lines[above + "type"], mend=f"use {known}")
    default = None if given.get("default") is None else str(given["default"])
    required = given.get("required", default is None)
    return Param(name, given["type"], str(given["example"]), given["doc"], required, default)


def _keys(
    given: Any, needed: frozenset[str], known: frozenset[str], above: str, lines: dict[str, int]
) -> None:
    line = lines.get(above.rstrip("."), 1)
    if not isinstance(given, dict):
        raise InputError("this must be `key: value` lines", field=above.rstrip("."), line=line)
    for key in given:
        if key not in known:
            line, mend = lines.get(f"{above}{key}", line), "use " + ", ".join(sorted(known))
            raise InputError(f'unknown key "{key}"', line=line, mend=mend)
    for key in sorted(needed - given.keys()):
        raise InputError(f'missing key "{above}{key}"', line=line, mend="add it")


def _check(question: Question, lines: dict[str, int]) -> None:
    """The rules that header and query must keep together."""
    after = max(lines.values()) + 1
    for prefix, iri in re.findall(r"(?m)^PREFIX\s+(\S*):\s*<(.*)>", question.sparql):
        if prefixes().get(prefix) != iri:
            raise InputError(f'prefix "{prefix}" is not the one of the context', line=after)
    try:
        found = ox.Store().query(question.sparql)
    except SyntaxError as error:
        raise InputError(f"not a SPARQL query: {error.msg}", line=after) from None
    if not isinstance(found, ox.QuerySolutions):
        raise InputError("not a SELECT query", line=after)
    columns = tuple(variable.value for variable in found.variables)
    if columns != tuple(question.columns):
        differ = f"the columns of header and query differ: {', '.join(columns)} are selected"
        raise InputError(differ, line=lines["columns"])
    names, where = {param.name for param in question.params}, question.sparql.partition("WHERE")[2]
    for name in sorted(names):
        line = lines[f"params.{name}"]
        if name not in columns:
            raise InputError(f'parameter "{name}" is not among the columns', line=line)
        if not re.search(rf"\?{name}\b", where):
            raise InputError(f'parameter "{name}" is not used by the query', line=line)
    places = {"question": question.question, "also": " ".join(question.also)}
    for key, text in (places | {f"answer.{k}": v for k, v in question.answer.items()}).items():
        allowed = names | (set(columns) if "." in key else set())
        for slot in re.findall(r"\{(\w+)", str(text)):
            if slot not in allowed:
                raise InputError(f'slot "{{{slot}}}" is not declared', line=lines[key])


def bind(question: Question, values: Mapping[str, object], lookup: Lookup) -> Bindings:
    """Turn what a user gave into terms, by the declared type of each parameter.

    :param values: by parameter: a name, synonym, code, CURIE or IRI; a date; a whole number.
        None counts as not given.
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
            if param.required:
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


def _plain(kind: str, value: object) -> ox.Literal:
    text = value.isoformat() if type(value) is date else str(value)
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


def run(store: Queryable, question: Question, bindings: Mapping[str, Term]) -> Rows:
    """Ask a question of a store."""
    found = store.run(question.sparql, bindings)
    assert isinstance(found, ox.QuerySolutions), "checked when the question was read"
    rows = tuple(tuple(cast("Term | None", term) for term in solution) for solution in found)
    return Rows(tuple(question.columns), rows, question, bindings)


def run_rdflib(dataset: rdflib.Dataset, question: Question, bindings: Mapping[str, Term]) -> Rows:
    """Ask the same question of an rdflib dataset whose default graph is the union of all."""
    import rdflib

    def outward(term: Term) -> rdflib.term.Identifier:
        if isinstance(term, ox.NamedNode):
            return rdflib.URIRef(term.value)
        return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))

    def inward(node: Any) -> Term | None:
        if node is None:
            return None
        if isinstance(node, rdflib.URIRef):
            return ox.NamedNode(str(node))
        kind = None if node.datatype is None else ox.NamedNode(str(node.datatype))
        return ox.Literal(str(node), datatype=kind)

    given = {name: outward(term) for name, term in bindings.items()}
    found = dataset.query(question.sparql, initBindings=given)
    rows = tuple(tuple(inward(node) for node in cast(tuple[Any, ...], row)) for row in found)
    return Rows(tuple(question.columns), rows, question, bindings)
