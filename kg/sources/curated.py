"""The facts we curated: Turtle files under ``data/``, read strictly and checked as a whole.

``confirmations.ttl``, which :mod:`kg.revising.confirm` adds to, says in which later revisions facts
were found again: a fact was last confirmed in the newest of them.

Beyond the shape of each node (:mod:`kg.rdf`), every name a node refers to must be one that the
data, or the ontology, declares: a slip of the pen is an error here, with its file and line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pyoxigraph as ox

from kg import rdf
from kg.errors import InputError
from kg.model import Confirmation, Fact, Node, Passage, Record, SourceVersion
from kg.names import DF, RDF, RDFS, compact, expand
from kg.turtle import Positions, positions

__all__ = ["CONFIRMATIONS", "Curated", "ontology_names", "read"]

CONFIRMATIONS = "confirmations.ttl"
"""The file of confirmations, which need not be there."""

_OUTSIDE = ("biolink:knowledge_level", "biolink:agent_type", "schema:url", "dcterms:license")


@dataclass(frozen=True)
class Located:
    """A value, the file it stands in and the lines of its parts."""

    node: Node
    file: Path
    where: Positions


@dataclass(frozen=True)
class Curated:
    """What the folder ``data`` holds: values of its Turtle files, sources apart from the rest."""

    sources: tuple[Node, ...]
    facts: tuple[Node, ...]

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All values, sources first."""
        return self.sources + self.facts


def read(folder: Path, ontology: Iterable[ox.Quad]) -> Curated:
    """Read ``sources.ttl``, ``curated/*.ttl`` and the confirmations below a folder.

    :raises InputError: for the first fault found, in the order of file names; names file,
        line, node and property.
    """
    files = [folder / "sources.ttl", *sorted((folder / "curated").glob("*.ttl"))]
    confirmations = folder / CONFIRMATIONS
    files += [confirmations] * confirmations.exists()
    located: dict[str, Located] = {}
    for file in files:
        for one in _file(file):
            if other := located.get(one.node.iri):
                raise InputError(
                    f"{compact(one.node.iri)} is described in {other.file.name} too",
                    file=file,
                    line=one.where.line(one.node.iri),
                    mend="describe a node in one file",
                )
            located[one.node.iri] = one
    names = ontology_names(ontology)
    for one in located.values():
        _references(one, located, names)
    _only_confirmations(located.values(), confirmations)
    sources: list[Node] = []
    facts: list[Node] = []
    for one in located.values():
        revision = one.file == confirmations and isinstance(one.node, SourceVersion)
        (sources if one.file == files[0] or revision else facts).append(one.node)
    return Curated(tuple(sources), tuple(_confirmed(facts, sources)))


def _only_confirmations(located: Iterable[Located], file: Path) -> None:
    for one in located:
        kinds = (Confirmation, Passage, Record, SourceVersion)
        if one.file == file and not isinstance(one.node, kinds):
            raise InputError(
                f"{compact(one.node.iri)} is no confirmation, revision or place",
                file=file,
                line=one.where.line(one.node.iri),
                mend="describe it under curated/; `kg confirm` writes this file",
            )


def _confirmed(facts: Sequence[Node], sources: Iterable[Node]) -> Iterator[Node]:
    """The facts, each last confirmed in the newest revision that confirms it."""
    dates = {one.iri: one.version_date for one in sources if isinstance(one, SourceVersion)}
    last: dict[str, str] = {}
    for one in facts:
        if isinstance(one, Confirmation) and one.in_version in dates:
            for iri in one.confirms:
                last[iri] = max(
                    (last.get(iri, one.in_version), one.in_version),
                    key=lambda version: (dates[version].span, version),
                )
    for one in facts:
        if isinstance(one, Fact) and one.iri in last:
            held = dates.get(one.last_confirmed_in or one.first_seen_in)
            if held is None or held.span <= dates[last[one.iri]].span:
                one = replace(one, last_confirmed_in=last[one.iri])
        yield one


def _file(file: Path) -> list[Located]:
    quads = rdf.parse_file(file)
    where = positions(file.read_text(encoding="utf-8"))
    return [Located(node, file, where) for node in rdf.nodes(quads, name=str(file), where=where)]


@dataclass(frozen=True)
class OntologyNames:
    """What the ontology declares: all its terms, and the predicates a fact may use."""

    terms: frozenset[str]
    predicates: frozenset[str]


def ontology_names(quads: Iterable[ox.Quad]) -> OntologyNames:
    """Collect the declared terms; a form (negative, possible …) is no predicate of a fact."""
    terms, declared, forms = set(), set(), set()
    links = {
        f"{DF}{kind}Predicate"
        for kind in ("negative", "notEvaluated", "notDemonstrated", "possible")
    }
    for quad in quads:
        if rdf.value(quad.predicate) == RDFS + "label":
            terms.add(rdf.value(quad.subject))
        elif (
            rdf.value(quad.predicate) == RDF + "type" and rdf.value(quad.object) == DF + "Predicate"
        ):
            declared.add(rdf.value(quad.subject))
        elif rdf.value(quad.predicate) in links:
            forms.add(rdf.value(quad.object))
    return OntologyNames(frozenset(terms), frozenset(declared - forms))


def _references(one: Located, located: dict[str, Located], names: OntologyNames) -> None:
    for item in fields(one.node):
        prop = item.metadata.get("property", "")
        if item.metadata.get("kind") != "iri" or prop in _OUTSIDE:
            continue
        value = getattr(one.node, item.name)
        for iri in value if isinstance(value, tuple) else () if value is None else (value,):
            if isinstance(one.node, Fact) and item.name == "predicate":
                known, mend = iri in names.predicates, "use a predicate of ontology/drugfacts.ttl"
            else:
                known = iri in located or iri in names.terms
                mend = "describe it under data/, or mend the name"
            if not known:
                what = "no predicate of a fact" if item.name == "predicate" else "described nowhere"
                raise InputError(
                    f"{compact(iri)} is {what}",
                    file=one.file,
                    line=one.where.line(one.node.iri, expand(prop)),
                    field=f"{compact(one.node.iri)} {prop}",
                    mend=mend,
                )
