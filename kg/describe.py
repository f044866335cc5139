"""What the graph says of one thing, in the order readers of drug pages know.

What it is, whom it is for, what it is *not* and what was not studied, what was shown, how it is
given, when it was approved, how it works; then its identifiers elsewhere.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pyoxigraph as ox

from kg.derive import licences
from kg.lookup import Lookup, Match
from kg.names import compact, expand
from kg.statements import NEGATIVE, SECTIONS, Read, Statement, Told, statements
from kg.store import Store, Term

__all__ = ["NEGATIVE", "SECTIONS", "Description", "describe", "text"]

NAMES = ("skos:altLabel", "skos:definition", "skos:broader")
MAPPINGS = "SELECT DISTINCT ?mapping WHERE { ?mapping owl:annotatedSource ?this }"
PLACES = 3
"""How many places of a source a line names before it only counts them."""


@dataclass(frozen=True)
class Description:
    """All of it: names, statements in reading order, links out; of a fact, what it derives.

    :param facts: how many current facts are about it or name it.
    :param left_out: how many of those that only name it were not read.
    """

    iri: str
    label: str
    kind: str
    names: tuple[tuple[str, str], ...]
    statements: tuple[Statement, ...]
    facts: int
    left_out: int
    links: tuple[tuple[str, str, str], ...]
    properties: tuple[tuple[str, str], ...]
    derived: tuple[str, ...]


def describe(
    store: Store, lookup: Lookup, match: Match, *, whole: bool = False, read: Read | None = None
) -> Description:
    """Describe what a name was found to mean; of a node without facts, all its properties.

    :param whole: with every fact that names it; see :func:`kg.statements.statements`.
    :param read: what read the nodes, for a caller who goes on reading them.
    """
    read = read or Read(store, lookup)
    said, facts, left_out = statements(store, lookup, match.iri, whole=whole, read=read)
    node = read.node(match.iri)
    wanted = [key for key in map(expand, NAMES) if key in node]
    return Description(
        iri=match.iri,
        label=match.label,
        kind=lookup.label(expand(match.kind)) if match.kind else "",
        names=tuple(
            (lookup.label(key), _shown(lookup, one)) for key in wanted for one in node[key]
        ),
        statements=said,
        facts=facts,
        left_out=left_out,
        links=_links(store, lookup, match.iri),
        properties=tuple(
            (lookup.label(key), _shown(lookup, one))
            for key, values in ({} if said else node).items()
            for one in values
        ),
        derived=tuple(
            " ".join(_shown(lookup, row[name]) for name in ("subject", "direct", "object"))
            for row in store.select(licences("direct"), {"fact": ox.NamedNode(match.iri)})
        ),
    )


def _links(store: Store, lookup: Lookup, iri: str) -> tuple[tuple[str, str, str], ...]:
    """What it is mapped to elsewhere: the relation, the code there, and its name."""
    read = Read(store, lookup)
    found = set()
    for row in store.select(MAPPINGS, {"this": ox.NamedNode(iri)}):
        mapping = read.node(row["mapping"].value)
        relation, target = (
            read.value(mapping, f"owl:annotated{end}") for end in ("Property", "Target")
        )
        if read.value(mapping, "rdf:type") == expand("sssom:Mapping"):
            name = read.value(mapping, "sssom:object_label") or lookup.label(target)
            found.add((relation, target, name))
    return tuple((lookup.label(one), compact(target), name) for one, target, name in sorted(found))


def _shown(lookup: Lookup, term: Term) -> str:
    if isinstance(term, ox.NamedNode):
        label, curie = lookup.label(term.value), compact(term.value)
        return curie if label == curie else f"{label} ({curie})"
    return term.value


def text(found: Description) -> str:
    """A description to read in a terminal."""
    kind = f", {found.kind}" if found.kind else ""
    lines = [f"{found.label} ({compact(found.iri)}){kind}"]
    lines += [f"  {name}: {value}" for name, value in found.names]
    alike = Counter((one.section, one.text) for one in found.statements)
    section = ""
    for one in found.statements:
        if one.section != section:
            section = one.section
            lines += ["", SECTIONS[section]]
        lines.append(f"  {one.text}")
        if alike[one.section, one.text] > 1 and one.qualifiers:
            lines[-1] += f" ({'; '.join(f'{name}: {value}' for name, value in one.qualifiers)})"
        lines += map(_source, one.told)
    if found.left_out:
        lines += ["", _left_out(found)]
    if found.links:
        lines += ["", "Elsewhere"]
        lines += [f"  {rel} {target}  {name}".rstrip() for rel, target, name in found.links]
    if found.properties:
        lines += ["", "Properties", *(f"  {name}: {value}" for name, value in found.properties)]
    if found.derived:
        lines += ["", "Derived by the rule `direct`", *(f"  {triple}" for triple in found.derived)]
    if found.statements:
        lines += ["", "Not medical advice."]
    return "\n".join(lines) + "\n"


def _source(one: Told) -> str:
    """Who says so, where, how surely, and who checked it."""
    more = len(one.places) - PLACES
    place = "; ".join(one.places[:PLACES]) + (f" and {more} more" if more > 0 else "")
    hedge = one.certainty if one.certainty != "stated" else ""
    said = (one.source, one.version_date, place, hedge, one.review)
    return f"      {compact(one.fact)} · {', '.join(filter(None, said))}"


def _left_out(found: Description) -> str:
    return (
        f"Left out: {found.left_out:,} of the {found.facts:,} facts about it or that name it. "
        "All of them: --all"
    )
