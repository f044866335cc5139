"""One identity an entity: the IRI that each name, number or code of a source stands for.

Adapters ask; every answer that joins a source's name to an entity is noted with what agreed
(:class:`~kg.model.Merge`), and every name that could be several things is listed and joined to
none of them (:class:`~kg.model.Ambiguity`). Entities that were asked for, and that no vocabulary
describes, are described here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.model import Ambiguity, Entity, Fact, Merge, Node
from kg.names import BASE, compact, expand, own
from kg.products import Called, Products, Resolved, Seen, Sighting
from kg.vocabulary import Vocabulary, fold, plain

__all__ = ["Identity", "Seen"]

UNII = expand("UNII:")
AUTHORITIES = {expand("concept:fda"): "fda", expand("concept:ema"): "ema"}
SHARED = {"route", "form"}
"""Kinds of concept whose names mean the same in a register and among the curated concepts."""


PLAIN = {"route", "form", "marketing", "status"}
"""Kinds of concept whose names registers write in capitals or not as they please."""


@dataclass
class _Entity:
    kind: str
    label: str
    others: set[str] = field(default_factory=set)


class Identity:
    """Resolves what sources name; see the module.

    :param vocabulary: what the public vocabularies say.
    :param curated: the nodes that were curated by hand; their IRIs and labels win.
    """

    def __init__(self, vocabulary: Vocabulary, curated: Iterable[Node] = ()) -> None:
        self.vocabulary = vocabulary
        nodes = list(curated)
        self._described = {node.iri: node for node in nodes if isinstance(node, Entity)}
        self._concepts = {
            fold(name): node.iri
            for node in self._described.values()
            if node.kinds == ("df:Concept",)
            for name in (node.label, *node.alt_labels)
        }
        self._substances = {
            fold(name): node.iri
            for node in self._described.values()
            if node.kinds == ("df:Substance",)
            for name in (node.label, *node.alt_labels)
        }
        self._products = Products(_applications(nodes, self._described))
        self._resolved: Resolved | None = None
        self._entities: dict[str, _Entity] = {}
        self._sightings: dict[tuple[str, str, str], Sighting] = {}
        self._unclear: dict[tuple[str, str], tuple[str, ...]] = {}
        self._version = ""
        self._names: dict[str, str] = {}

    def reading(self, version: str) -> None:
        """Say which revision the following questions come from.

        :param version: the IRI of a source version.
        """
        self._version = version
        self._names = {}

    # ------------------------------------------------------------ products

    def see(self, seen: Iterable[Seen]) -> None:
        """Take up the products that a register names; all registers come before the facts."""
        for one in seen:
            named = {self.substance(name) for name in one.substances}
            coded = {UNII + unii for unii in one.uniis}
            self._products.add(one, named | coded, self._version)

    def resolve(self) -> None:
        """Decide which products are one, once all registers have been seen."""
        self._resolved = self._products.resolve()
        for iri, label in self._resolved.labels.items():
            brand = self._resolved.brands.get(iri)
            self.entity(iri, "df:MedicinalProduct", label, (brand,) if brand else ())
        for one in self._resolved.merged:
            self._sightings[one.entity, one.version, one.named_as] = one
        for brand, version, candidates in self._resolved.unclear:
            self._unclear[version, brand] = candidates

    def product(self, authority: str, application: str, brand: str) -> str:
        """The IRI of a product that a register named before."""
        assert self._resolved is not None, "products are resolved once all registers are read"
        return self._resolved.iris[Seen(authority, application, brand).key]

    def called(self, authority: str) -> dict[str, list[Called]]:
        """The products of an authority's registers by their folded names."""
        assert self._resolved is not None, "products are resolved once all registers are read"
        return self._products.called(authority, self._resolved.iris)

    # ------------------------------------------------------------ substances

    def substance(self, name: str) -> str:
        """The IRI of a substance: its UNII if the name stands for exactly one."""
        if name not in self._names:
            self._names[name] = self._substance(name)
        return self._names[name]

    def _substance(self, name: str) -> str:
        found = self.vocabulary.uniis(name)
        curated = self._substances.get(fold(name))
        if curated is not None and (not found or curated in {UNII + one for one in found}):
            return self._agree(curated, name, f"name {name}")
        if len(found) == 1:
            return self._agree(self._unii(found[0], name), name, f"name {name}")
        if found:
            self._unclear[self._version, name] = tuple(self._unii(one) for one in found)
        return self.entity(own("substance", name), "df:Substance", name)

    def substance_by_unii(self, unii: str, name: str) -> str:
        """The IRI of a substance that a source gives with its UNII."""
        return self._agree(self._unii(unii, name), f"{unii}, {name}", f"UNII {unii}")

    def knows_substance(self, name: str) -> bool:
        """Whether a name stands for exactly one substance; asking makes no entity."""
        return len(self.vocabulary.uniis(name)) == 1 or fold(name) in self._substances

    def _unii(self, unii: str, spelt: str = "") -> str:
        display = self.vocabulary.substances.display.get(unii, spelt or unii)
        label = spelt if fold(spelt) == fold(display) and not spelt.isupper() else display
        return self.entity(UNII + unii, "df:Substance", label)

    # ------------------------------------------------------------ everything else

    def disease(self, text: str) -> str | None:
        """The IRI of the one disease that a code (``MESH:D015464``) or name stands for, or None.

        A name of several is listed as ambiguous.
        """
        found = self.vocabulary.diseases(text)
        if len(found) == 1:
            how = "exact match" if ":" in text and " " not in text else "name"
            return self._agree(found[0], text, f"{how} {text}")
        if found:
            self._unclear[self._version, text] = found
        return None

    def phenotype(self, curie: str) -> str | None:
        """The IRI of an HP term in force, former ids included, or None."""
        return self.vocabulary.phenotype(curie)

    def gene(self, symbol: str) -> str | None:
        """The IRI of the gene with an approved symbol, or None."""
        return self.vocabulary.gene(symbol)

    def protein(self, accession: str, name: str) -> str:
        """The IRI of a protein by its UniProt accession."""
        return self.entity(expand(f"UniProt:{accession}"), "df:Protein", name)

    def concept(self, kind: str, text: str) -> str:
        """The IRI of a concept made from a source's own term, such as a route or a status."""
        known = self._concepts.get(fold(text)) if kind in SHARED else None
        label = plain(text) if kind in PLAIN else text
        return known or self.entity(own("concept", kind, text), "df:Concept", label)

    def known_concept(self, name: str) -> str | None:
        """The IRI of the curated concept with a name, or None."""
        return self._concepts.get(fold(name))

    def label(self, iri: str) -> str:
        """What an entity that was spoken of, or is curated, is called."""
        if held := self._entities.get(iri):
            return held.label
        known = self._described.get(iri)
        return known.label if known else compact(iri)

    def entity(self, iri: str, kind: str, label: str, alt: tuple[str, ...] = ()) -> str:
        """Note that an entity is spoken of, and how; returns its IRI.

        The first label stays, unless it is all in capitals and a later one is not; the others
        are other names.
        """
        held = self._entities.get(iri)
        if held is None:
            held = self._entities[iri] = _Entity(kind, label)
        elif held.label != label:
            if held.label.isupper() and fold(held.label) == fold(label):
                held.label = label
            elif fold(held.label) != fold(label):
                held.others.add(label)
        held.others.update(alt)
        return iri

    def _agree(self, iri: str, named_as: str, agreed: str) -> str:
        key = (iri, self._version, named_as)
        if key not in self._sightings:
            self._sightings[key] = Sighting(iri, self._version, named_as, (agreed,))
        return iri

    # ------------------------------------------------------------ what came of it

    def spoken_of(self, prefix: str) -> list[str]:
        """Local ids of the entities with a namespace, such as ``UNII``, that were asked for."""
        namespace = expand(prefix + ":")
        mine = {**self._entities, **dict.fromkeys(self._described)}
        return sorted(iri.removeprefix(namespace) for iri in mine if iri.startswith(namespace))

    def entities(self, described: Mapping[str, str]) -> Iterator[Entity]:
        """The entities that no vocabulary and no curated file describes, in order of IRI.

        :param described: IRI to label of what vocabularies describe.
        """
        for iri, held in sorted(self._entities.items()):
            if iri not in described and iri not in self._described:
                others = tuple(sorted(held.others - {held.label}))
                yield Entity(iri=iri, kinds=(held.kind,), label=held.label, alt_labels=others)

    def merges(self) -> Iterator[Merge]:
        """What was joined, and why; in order of entity."""
        for (iri, version, named_as), one in sorted(self._sightings.items()):
            yield Merge(
                iri=_numbered("merge", iri, version, named_as),
                kinds=("df:Merge",),
                label=f"{named_as} is {compact(iri)}",
                entity=iri,
                named_as=named_as,
                agreed_on=one.agreed_on,
                in_version=version,
            )

    def ambiguities(self) -> Iterator[Ambiguity]:
        """Names that could stand for several entities; in order of name."""
        for (version, name), candidates in sorted(self._unclear.items()):
            yield Ambiguity(
                iri=_numbered("merge", version, name),
                kinds=("df:Ambiguity",),
                label=f'"{name}" may be any of {len(candidates)}',
                named_as=name,
                candidates=tuple(sorted(set(candidates))),
                in_version=version,
            )


def _numbered(kind: str, *parts: str) -> str:
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]
    return f"{BASE}{kind}/{key}"


def _applications(
    nodes: list[Node], described: Mapping[str, Entity]
) -> dict[tuple[str, str], tuple[str, str]]:
    """Authority and application number to the curated product that was approved under it."""
    return {
        (AUTHORITIES[node.object], node.application_number): (
            node.subject,
            described[node.subject].label,
        )
        for node in nodes
        if isinstance(node, Fact) and node.application_number and node.object in AUTHORITIES
    }
