"""The facts we curated: Turtle files under ``data/``, read strictly and checked as a whole.

Beyond the shape of each node (:mod:`kg.rdf`), every name a node refers to must be one that the
data, or the ontology, declares: a slip of the pen is an error here, with its file and line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

import pyoxigraph as ox

from kg import rdf
from kg.errors import InputError
from kg.model import Fact, Node
from kg.names import DF, RDF, RDFS, compact, expand
from kg.turtle import Positions, positions

__all__ = ["Curated", "ontology_names", "read"]

_OUTSIDE = ("biolink:knowledge_level", "biolink:agent_type", "schema:url")


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
    """Read ``sources.ttl`` and ``curated/*.ttl`` below a folder.

    :raises InputError: for the first fault found, in the order of file names; names file,
        line, node and property.
    """
    files = [folder / "sources.ttl", *sorted((folder / "curated").glob("*.ttl"))]
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
    sources = [one.node for one in located.values() if one.file == files[0]]
    facts = [one.node for one in located.values() if one.file != files[0]]
    return Curated(tuple(sources), tuple(facts))


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
