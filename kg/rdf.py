"""RDF both ways: the one place where values of the model become quads, and quads values.

Reading is strict: an unknown class or property, a second value where one is allowed, a wrong
datatype or a missing property is an error that says where. Nothing is repaired.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import Field, fields
from typing import Any

import pyoxigraph as ox

from kg.errors import InputError
from kg.model import Fact, Node, PartialDate, Passage, Record
from kg.names import DF, RDF, XSD, compact, expand, prefixes
from kg.syntax import FORMATS, parse, parse_file
from kg.turtle import Positions

__all__ = ["FORMATS", "each_line", "nodes", "nquads", "parse", "parse_file", "quads", "value"]

_TYPE = RDF + "type"
_NEGATIVE = expand("owl:NegativePropertyAssertion")
_CLASSES: dict[str, type[Node]] = {
    expand(curie): cls for cls in Node.__subclasses__() for curie in cls.classes
}
_LEXICAL = {
    "integer": re.compile(r"0|-?[1-9][0-9]*"),
    "boolean": re.compile(r"true|false"),
    "decimal": re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?"),
}
_DATES = {XSD + name for name in ("gYear", "gYearMonth", "date")}


# ---------------------------------------------------------------- values to quads


def quads(node: Node, graph: str) -> Iterator[ox.Quad]:
    """The quads of a value, those derived from it included, in the named graph ``graph``."""
    subject, where = ox.NamedNode(node.iri), ox.NamedNode(graph)
    for prop, term in _statements(node):
        yield ox.Quad(subject, ox.NamedNode(expand(prop)), term, where)


def _statements(node: Node) -> Iterator[tuple[str, ox.NamedNode | ox.Literal]]:
    for kind in node.kinds:
        yield "rdf:type", ox.NamedNode(expand(kind))
    for item in _carried(type(node)):
        value = getattr(node, item.name)
        for one in value if item.metadata["many"] else () if value is None else (value,):
            yield item.metadata["property"], _term(one, item.metadata["kind"])
    if isinstance(node, Fact):
        yield from _derived(node)
    elif isinstance(node, Passage):
        yield "rdfs:label", ox.Literal(f"{node.section}, characters {node.start} to {node.end}")
    elif isinstance(node, Record):
        yield "rdfs:label", ox.Literal(node.place)


def _derived(fact: Fact) -> Iterator[tuple[str, ox.NamedNode | ox.Literal]]:
    """What follows from a fact alone: the interval of its date, and the OWL form of a denial."""
    if fact.date is not None:
        for name, day in (("Earliest", fact.date.earliest), ("Latest", fact.date.latest)):
            yield f"df:date{name}", _term(PartialDate(day.isoformat()), "date")
    if fact.polarity == DF + "denied":
        yield "rdf:type", ox.NamedNode(_NEGATIVE)
        yield "owl:sourceIndividual", ox.NamedNode(fact.subject)
        yield "owl:assertionProperty", ox.NamedNode(fact.predicate)
        yield "owl:targetIndividual", ox.NamedNode(fact.object)


def _term(value: Any, kind: str) -> ox.NamedNode | ox.Literal:
    if kind == "iri":
        return ox.NamedNode(value)
    if kind == "string":
        return ox.Literal(value)
    if kind == "date":
        return ox.Literal(value.text, datatype=ox.NamedNode(XSD + value.datatype))
    text = str(value).lower() if kind == "boolean" else str(value)
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


def _carried(cls: type[Node]) -> list[Field[Any]]:
    return [item for item in fields(cls) if "property" in item.metadata]


# ---------------------------------------------------------------- quads to values


def nodes(
    found: Iterable[ox.Quad], *, name: str = "input", where: Positions | None = None
) -> list[Node]:
    """Read values out of quads, strictly; in order of their IRIs.

    :param name: what to call the input in an error.
    :param where: lines of the input, if it was Turtle.
    :raises InputError: with file, line and property, for anything the model does not know.
    """
    grouped: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    all_quads = list(found)
    _no_blank_nodes(all_quads, name, where)
    for quad in all_quads:
        assert isinstance(quad.subject, ox.NamedNode)
        grouped[quad.subject.value][quad.predicate.value].append(quad.object)
    return [_node(iri, grouped[iri], name, where) for iri in sorted(grouped)]


def _no_blank_nodes(found: list[ox.Quad], name: str, where: Positions | None) -> None:
    blank = [q for q in found if ox.BlankNode in (type(q.subject), type(q.object))]
    if not blank:
        return
    lines: list[int | None] = []
    for quad in blank if where else ():
        named = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else "[]"
        lines.append(where.line(named, quad.predicate.value) if where else None)
    raise InputError(
        "a blank node has no name that others can point to",
        file=name,
        line=min((line for line in lines if line is not None), default=None),
        mend="give the node an IRI",
    )


def _node(iri: str, stated: dict[str, list[Any]], name: str, where: Positions | None) -> Node:
    try:
        cls, kinds = _class(stated.get(_TYPE, []))
        values = {
            item.name: _values(item, stated[expand(item.metadata["property"])])
            for item in _carried(cls)
            if expand(item.metadata["property"]) in stated
        }
        for item in _carried(cls):
            if item.metadata["required"] and item.name not in values:
                raise InputError(
                    "is required and missing",
                    field=item.metadata["property"],
                    mend=f"add {item.metadata['property']} to {compact(iri)}",
                )
        node = cls(iri=iri, kinds=kinds, **values)
        _nothing_else(node, stated)
        return node
    except InputError as error:
        # a property that is unknown may have no prefix: then its IRI stands as it is
        known = (error.field or "").partition(":")[0] in prefixes()
        field = expand(error.field) if error.field and known else error.field
        error.field = f"{compact(iri)} {error.field or ''}".strip()
        raise error.at(name, where.line(iri, field) if where else None) from None


def _class(types: list[Any]) -> tuple[type[Node], tuple[str, ...]]:
    ours = sorted({getattr(one, "value", str(one)) for one in types})
    ours = [one for one in ours if one != _NEGATIVE]
    if len(ours) != 1 or ours[0] not in _CLASSES:
        named = ", ".join(compact(one) for one in ours) or "none"
        raise InputError(
            f"exactly one class of the model is wanted, found {named}",
            field="rdf:type",
            mend="see ontology/drugfacts.ttl for the classes",
        )
    return _CLASSES[ours[0]], (compact(ours[0]),)


def _values(item: Field[Any], terms: list[Any]) -> Any:
    prop, kind = item.metadata["property"], item.metadata["kind"]
    values = sorted({_value(prop, kind, term) for term in terms})
    if item.metadata["many"]:
        return tuple(values)
    if len(values) > 1:
        raise InputError(f"has {len(values)} values, one is allowed", field=prop, mend="keep one")
    return values[0]


def _value(prop: str, kind: str, term: Any) -> Any:
    if kind == "iri":
        if isinstance(term, ox.NamedNode):
            return term.value
        raise InputError(f"{term} is no IRI", field=prop, mend="name a node")
    if not isinstance(term, ox.Literal):
        raise InputError(f"{term} is no value", field=prop, mend=f"write a {kind}")
    if term.language:
        raise InputError(
            f'"{term.value}"@{term.language} has a language tag',
            field=prop,
            mend="write it without one: queries are written without",
        )
    datatype = term.datatype.value
    if kind == "date":
        if datatype not in _DATES:
            raise InputError(f"{term} is no date", field=prop, mend="use xsd:date and its parts")
        date = _dated(prop, term.value)
        if XSD + date.datatype != datatype:
            raise InputError(
                f'"{term.value}" is no {compact(datatype)}',
                field=prop,
                mend=f"write ^^xsd:{date.datatype}",
            )
        return date
    if datatype != XSD + kind:
        raise InputError(f"{term} is no xsd:{kind}", field=prop, mend=f"write an xsd:{kind}")
    if kind in _LEXICAL and not _LEXICAL[kind].fullmatch(term.value):
        raise InputError(
            f'"{term.value}" is not the plain form of an xsd:{kind}',
            field=prop,
            mend="write it without signs or zeros that mean nothing",
        )
    read: dict[str, Callable[[str], Any]] = {"integer": int, "boolean": "true".__eq__}
    return read.get(kind, str)(term.value)


def _dated(prop: str, text: str) -> PartialDate:
    try:
        return PartialDate(text)
    except InputError as error:
        error.field = prop
        raise


def _nothing_else(node: Node, stated: dict[str, list[Any]]) -> None:
    """Refuse statements that the value does not carry: unknown, or derived and wrong."""
    carried = {(expand(prop), term) for prop, term in _statements(node)}
    for prop, terms in stated.items():
        for term in terms:
            if (prop, term) not in carried:
                known = any(prop == known_prop for known_prop, _ in carried)
                problem = f"{term} is not what follows from the rest" if known else "is not known"
                raise InputError(
                    problem,
                    field=compact(prop),
                    mend=f"see the properties of {', '.join(node.kinds)} in ontology/drugfacts.ttl",
                )


# ---------------------------------------------------------------- writing


def value(term: Any) -> str:
    """The IRI, identifier or lexical form of a term that is no triple."""
    return str(term.value)


def each_line(found: Iterable[ox.Quad]) -> Iterator[tuple[ox.Quad, bytes]]:
    """Each quad, once, with its line of canonical N-Quads."""
    for quad in set(found):
        line = ox.serialize([quad], format=ox.RdfFormat.N_QUADS)
        assert line is not None
        yield quad, line


def nquads(found: Iterable[ox.Quad]) -> bytes:
    """Sorted canonical N-Quads: the same quads give the same bytes."""
    return b"".join(sorted(line for _, line in each_line(found)))
