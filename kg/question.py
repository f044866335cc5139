"""One question: a SPARQL file with a typed header, read strictly.

The header is YAML in lines that begin with ``#+``; below it stands a SPARQL 1.1 SELECT that runs
as it is. A parameter is a variable of the query and stands among its columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import pyoxigraph as ox
import yaml

from kg.asking.forms import Asked, read_asked
from kg.errors import InputError
from kg.jail_guard import names_service
from kg.model import Entity, Fact
from kg.names import prefixes
from kg.store import Term
from kg.values import with_values

__all__ = ["KINDS", "PLAIN", "Param", "Question", "read"]

KINDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "product": frozenset({"df:MedicinalProduct"}),
        "disease": frozenset({"df:Disease", "df:Phenotype", "df:Concept"}),
        "concept": frozenset({"df:Concept"}),
        "substance": frozenset({"df:Substance"}),
        "outcome": frozenset({"df:Concept", "df:Phenotype", "df:Cell", "df:BiologicalProcess"}),
        "gene": frozenset({"df:Gene"}),
        "vector": frozenset({"df:ViralVector"}),
        "jurisdiction": frozenset({"df:Jurisdiction"}),
        "authority": frozenset({"df:Authority"}),
        "source": frozenset({"df:Source", "df:SourceVersion"}),
        "entity": Entity.classes,
        "fact": Fact.classes,
        "evidence": frozenset({"df:Passage", "df:Record"}),
    }
)
"""The classes that a parameter type accepts. A disease may be one that has no authority's term."""

PLAIN = ("date", "months", "integer", "term")
"""The types of values that are looked up nowhere; a ``term`` is a name of the ontology."""
KEYS = frozenset("title number question also params kind tags answer columns".split())
MORE = frozenset("asked lacking phrases unread".split())
"""Keys that may be missing."""
WORDINGS = {
    "polar": frozenset("affirmed possible denied notEvaluated notDemonstrated empty".split()),
    "list": frozenset({"line", "empty"}),
}


@dataclass(frozen=True, slots=True)
class Param:
    """One typed parameter of a question: a variable of its query.

    ``below`` says that all that is narrower than its value is meant too.
    """

    name: str
    type: str
    example: str
    doc: str
    required: bool = True
    default: str | None = None
    below: bool = False


@dataclass(frozen=True)
class Question:
    """One file of the library. ``answer`` and ``phrases`` hold wording, ``columns`` meanings.

    ``asked`` is how people ask it. ``unread`` names sections of labels and registers (by code or
    heading) that may hold an answer in words that were not read as facts. ``lacking`` is what to
    say first, by a column of truth values, where there are rows but that column is true in none.
    """

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
    asked: Asked = Asked()
    unread: tuple[str, ...] = ()
    lacking: Mapping[str, str] = field(default_factory=dict)

    def examples(self) -> dict[str, str]:
        """Parameter values to show and to test with."""
        return {param.name: param.example for param in self.params}

    def text(self, bindings: Mapping[str, Term]) -> str:
        """The query with its bindings written out, to paste into any SPARQL editor."""
        return with_values(self.sparql, bindings)


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
    _keys(header, KEYS, KEYS | MORE, "", lines)
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
        asked=_asked(header, params, lines),
        unread=tuple(map(str, header.get("unread") or ())),
        lacking=MappingProxyType(header.get("lacking") or {}),
    )
    _check(question, lines)
    return question


def _asked(header: dict[str, Any], params: tuple[Param, ...], lines: dict[str, int]) -> Asked:
    types = {param.name: param.type for param in params}
    wordings = (header["title"], header["question"], *header["also"])
    try:
        return read_asked(header.get("asked") or {}, types, (*KINDS, *PLAIN), wordings)
    except InputError as error:
        error.line = lines.get("asked", 1)
        raise


def _param(name: str, given: dict[str, Any], lines: dict[str, int]) -> Param:
    above, needed = f"params.{name}.", frozenset({"type", "example", "doc"})
    _keys(given, needed, needed | {"below", "default", "required"}, above, lines)
    if given["type"] not in (*KINDS, *PLAIN):
        wrong, known = f'unknown type "{given["type"]}"', ", ".join((*KINDS, *PLAIN))
        raise InputError(wrong, line=lines[above + "type"], mend=f"use {known}")
    default = None if given.get("default") is None else str(given["default"])
    required = given.get("required", default is None)
    example, below = str(given["example"]), bool(given.get("below"))
    return Param(name, given["type"], example, given["doc"], required, default, below)


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


_ELSEWHERE = re.compile(r"\bSERVICE\s+<[^<>\s]*>", re.IGNORECASE)


def _here(sparql: str, line: int) -> str:
    """The query without the endpoints it names: reading a file asks nobody anything.

    :raises InputError: if one is not named by its address.
    """
    text = _ELSEWHERE.sub("", sparql)
    if names_service(text):
        raise InputError("SERVICE without an address", line=line, mend="write SERVICE <https://…>")
    return text


def _check(question: Question, lines: dict[str, int]) -> None:
    """The rules that header and query must keep together."""
    after = max(lines.values()) + 1
    for prefix, iri in re.findall(r"(?m)^PREFIX\s+(\S*):\s*<(.*)>", question.sparql):
        if prefixes().get(prefix) != iri:
            raise InputError(f'prefix "{prefix}" is not the one of the context', line=after)
    try:
        found = ox.Store().query(_here(question.sparql, after))
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
    for key in question.lacking.keys() - set(columns):
        line = lines[f"lacking.{key}"]
        raise InputError(f'"{key}" is not among the columns', line=line, field="lacking")
    places |= {f"lacking.{column}": text for column, text in question.lacking.items()}
    for key, text in (places | {f"answer.{k}": v for k, v in question.answer.items()}).items():
        allowed = names | (set(columns) if key.startswith("answer.") else set())
        for slot in re.findall(r"\{(\w+)", str(text)):
            if slot not in allowed:
                raise InputError(f'slot "{{{slot}}}" is not declared', line=lines[key])
