"""What the nodes of DrugMechDB's paths are: one entity a node, and never a wrong one.

The source names a node by an identifier and a name, and they do not always agree: one MeSH
identifier stands for several medicines, a substance bears the identifier of a symptom, an
identifier is not one of its authority's. So a substance is taken by its name first, where that
stands for exactly one; a disease by the exact mapping of its identifier, else by its names where
they all lead to one term; everything else by its identifier. What has no usable identifier is
an entity of its own, by its name. Nothing is repaired.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property

from kg.identity import Identity
from kg.names import own
from kg.sources.drugmechdb_rows import PathNode, Row
from kg.sources.drugmechdb_terms import KINDS, PREFIXES
from kg.vocabulary import fold

__all__ = ["Entities"]

SUBSTANCE, DISEASE = "df:Substance", "df:Disease"


class Entities:
    """The entities of all paths; the names that the paths give an identifier are taken together.

    :param rows: all paths.
    :param identity: what resolves names and identifiers, and is told of every entity used.
    """

    def __init__(self, rows: Iterable[Row], identity: Identity) -> None:
        self._identity = identity
        self._kinds: dict[str, Counter[str]] = defaultdict(Counter)
        self._names: dict[str, Counter[str]] = defaultdict(Counter)
        self._alt: dict[str, set[str]] = defaultdict(set)
        self._found: dict[tuple[str, str, str], str] = {}
        nodes = [(node, _kind(row, node)) for row in rows for node in row.nodes.values()]
        for node, kind in nodes:
            self._kinds[node.id][kind] += 1
        for node, kind in nodes:
            if SUBSTANCE not in {kind, self._kind(node.id)} or kind == self._kind(node.id):
                self._names[node.id][node.name] += 1
                self._alt[node.id].update(node.alt_names)

    def iri(self, row: Row, id: str) -> str:
        """The entity that a node of a path is."""
        node, kind = row.nodes[id], _kind(row, row.nodes[id])
        drug = node.label == "Drug" or id == row.start
        key = (id, f"{kind} {drug}", node.name)
        if key not in self._found:
            self._found[key] = self._resolve(node, kind, drug)
        return self._found[key]

    def name(self, row: Row, id: str) -> str:
        """What most paths call it; of a substance, what this one does."""
        node = row.nodes[id]
        by_name = SUBSTANCE in (_kind(row, node), self._kind(id))
        return node.name if by_name else self._best(id)

    def _resolve(self, node: PathNode, here: str, drug: bool) -> str:
        kind, usable = self._kind(node.id), _usable(node.id)
        if SUBSTANCE in (here, kind):
            return self._substance(node, drug, usable and kind == SUBSTANCE)
        if not usable:
            iri = own("concept", "drugmechdb", node.name)
            return self._identity.entity(iri, kind, node.name)
        if kind == DISEASE:
            return self._diseases.get(node.id) or self._by_id(node.id, kind)
        if node.id.startswith("UniProt:"):
            return self._identity.protein(node.id.partition(":")[2], self._best(node.id))
        if node.id.startswith("HP:"):
            return self._identity.phenotype(node.id) or self._by_id(node.id, kind)
        return self._by_id(node.id, kind)

    def _substance(self, node: PathNode, drug: bool, usable: bool) -> str:
        """By its name if that is known; else by its identifier if that is a substance's.

        A drug is known by any name that is its alone; of another chemical only the preferred
        name counts, since the list of names calls a salt by the name of what it is a salt of.
        """
        known = self._identity.knows_substance if drug else self._preferred
        if known(node.name):
            return self._identity.substance(node.name)
        if usable:
            return self._by_id(node.id, SUBSTANCE)
        return self._identity.substance(node.name)

    def _preferred(self, name: str) -> bool:
        vocabulary = self._identity.vocabulary
        display = vocabulary.substances.display
        return any(fold(display[one]) == fold(name) for one in vocabulary.uniis(name))

    def _by_id(self, id: str, kind: str) -> str:
        prefix, _, local = id.partition(":")
        label = self._best(id)
        known = {label.casefold()}
        alt = []
        for name in sorted({*self._names[id], *self._alt[id]}):
            if name.casefold() not in known:
                known.add(name.casefold())
                alt.append(name)
        return self._identity.entity(PREFIXES[prefix].iri + local, kind, label, tuple(alt))

    @cached_property
    def _diseases(self) -> dict[str, str]:
        """Identifier of a disease to its term, where there is exactly one."""
        found = {}
        for id in sorted(self._names):
            if self._kind(id) != DISEASE:
                continue
            mapped = self._identity.disease(id)
            if mapped is not None:
                found[id] = mapped
            elif (named := self._by_names(id)) is not None:
                found[id] = named
        return found

    def _by_names(self, id: str) -> str | None:
        """The term that all names of an identifier lead to which lead to any, if it is one."""
        known = self._identity.vocabulary.diseases
        clear = [name for name in sorted(self._names[id]) if len(known(name)) == 1]
        if len({known(name) for name in clear}) != 1:
            return None
        return {name: self._identity.disease(name) for name in clear}[clear[0]]

    def _kind(self, id: str) -> str:
        """The class that its authority gives an identifier, or that most paths give it."""
        return PREFIXES[id.partition(":")[0]].kind or _most(self._kinds[id])

    def _best(self, id: str) -> str:
        return _most(self._names[id])


def _kind(row: Row, node: PathNode) -> str:
    """The class of a node in its path.

    The drug is a substance and the disease a disease, whatever the node is labelled: some paths
    label their disease as a drug.
    """
    return {row.end: DISEASE, row.start: SUBSTANCE}.get(node.id) or KINDS[node.label]


def _most(counted: Counter[str]) -> str:
    """The most frequent text, the first in the alphabet of several."""
    return min(counted, key=lambda text: (-counted[text], text))


def _usable(id: str) -> bool:
    """Whether an identifier has the form that its authority gives it."""
    prefix, _, local = id.partition(":")
    return PREFIXES[prefix].form.fullmatch(local) is not None
