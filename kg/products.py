"""One identity a product: which records of registers speak of the same medicinal product.

A product is a brand within an application to one authority. Two authorities' products are one
where the brand is the same, each authority has just one product of that brand, the brand is no
substance's name, and a substance agrees. Everything else stays apart: a generic named like its
substance is a product of its own application.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kg.names import own
from kg.vocabulary import fold

__all__ = ["Called", "Products", "Resolved", "Seen", "Sighting"]

SHORTEST = 4
"""Letters a substance's first word must have to count as agreement ("acid" would not do)."""
VAGUE = frozenset("acid human sodium calcium potassium magnesium insulin vaccine virus".split())
"""First words that many different substances share."""

TYPES = frozenset(("NDA", "ANDA", "BLA"))
"""The FDA's types of application, which share one row of numbers."""

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """A product as a register names it; see :class:`Products`.

    :param authority: ``fda`` or ``ema``.
    :param application: such as ``BLA 125694`` or ``EMEA/H/C/004750``.
    :param brand: as the source spells it.
    :param substances: names as the source spells them.
    """

    authority: str
    application: str
    brand: str
    substances: tuple[str, ...] = ()
    uniis: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """What tells a product from all others."""
        return self.authority, numbered(self.application), fold(self.brand)


def numbered(application: str) -> str:
    """An application without its type: NDA 020563 of an insulin became BLA 020563 in 2020."""
    kind, _, number = application.partition(" ")
    return number if kind in TYPES else application


@dataclass(frozen=True, slots=True)
class Sighting:
    """That a record of a revision was taken for an entity, and on what the two agree."""

    entity: str
    version: str
    named_as: str
    agreed_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Called:
    """A product that bears a name: its IRI, the IRIs of its substances, their first words."""

    product: str
    substances: frozenset[str]
    words: frozenset[str]


@dataclass
class _Product:
    brand: str
    application: str
    substances: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Resolved:
    """What came out: the IRI of every product seen, its label, and what was merged or not.

    ``labels`` lacks the products that are curated. ``brands`` has the plain brand of those whose
    label says more, for nobody asks by an application's number. ``unclear`` names the brands
    that several products of one authority share, with the candidates.
    """

    iris: dict[Key, str]
    labels: dict[str, str]
    brands: dict[str, str]
    merged: list[Sighting]
    unclear: list[tuple[str, str, tuple[str, ...]]]


class Products:
    """Collects what registers see, then resolves it.

    :param curated: authority and application number to the IRI and label of a curated product.
    """

    def __init__(self, curated: Mapping[tuple[str, str], tuple[str, str]]) -> None:
        self._curated = {(by, numbered(number)): one for (by, number), one in curated.items()}
        self._found: dict[Key, _Product] = {}

    def add(self, seen: Seen, substances: set[str], version: str) -> None:
        """Note a product.

        :param substances: IRIs of its substances.
        """
        one = self._found.setdefault(seen.key, _Product(seen.brand, seen.application))
        if one.brand.isupper() and not seen.brand.isupper():
            one.brand = seen.brand
        one.substances |= substances
        one.words |= {word for name in seen.substances if (word := _first_word(name))}
        one.versions.setdefault(version, f"{seen.application}, {seen.brand}")

    def resolve(self) -> Resolved:
        """Decide which products are one."""
        iris: dict[Key, str] = {}
        agreed: dict[Key, list[str]] = {key: [] for key in self._found}
        for key, one in self._found.items():
            iris[key] = own("product", one.brand, one.application)
            known = self._curated.get(key[:2])
            if known and fold(known[1]) == key[2]:
                iris[key] = known[0]
            if (known and fold(known[1]) == key[2]) or len(one.versions) > 1:
                agreed[key] += [f"application {one.application}", f"name {one.brand}"]
        unclear = list(self._across(iris, agreed))
        merged = [
            Sighting(iris[key], version, named_as, tuple(agreed[key]))
            for key, one in self._found.items()
            if agreed[key]
            for version, named_as in one.versions.items()
        ]
        return Resolved(iris, *self._labels(iris), merged, unclear)

    def called(self, authority: str, iris: Mapping[Key, str]) -> dict[str, list[Called]]:
        """The products of an authority by their folded names: of registers, and curated ones.

        :param iris: what :meth:`resolve` decided.
        """
        found: dict[str, list[Called]] = defaultdict(list)
        for key, one in self._found.items():
            if key[0] == authority:
                words = frozenset(fold(word) for word in one.words)
                found[key[2]].append(Called(iris[key], frozenset(one.substances), words))
        for (by, _), (iri, label) in self._curated.items():
            if by == authority and fold(label) not in found:
                found[fold(label)].append(Called(iri, frozenset(), frozenset()))
        return found

    def _across(
        self, iris: dict[Key, str], agreed: dict[Key, list[str]]
    ) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Merge the products of two authorities; what is not clear is yielded."""
        brands: dict[str, dict[str, list[Key]]] = defaultdict(lambda: defaultdict(list))
        for key in self._found:
            brands[key[2]][key[0]].append(key)
        for brand, sides in brands.items():
            if len(sides) < 2:
                continue
            (first, *more), (other, *others) = sides["fda"], sides["ema"]
            shared = self._agreement(first, other)
            if brand in shared or not shared or iris[first] == iris[other]:
                continue
            if more or others:
                candidates = sorted({iris[key] for keys in sides.values() for key in keys})
                if len(candidates) > 1:
                    version = next(iter(self._found[other].versions))
                    yield self._found[other].brand, version, tuple(candidates)
                continue
            curated = {entry[0] for entry in self._curated.values()}
            kept = iris[other] if iris[other] in curated else iris[first]
            iris[first] = iris[other] = kept
            reasons = [f"name {self._found[first].brand}", *(f"substance {s}" for s in shared)]
            for key in (first, other):
                agreed[key] += [reason for reason in reasons if reason not in agreed[key]]

    def _agreement(self, one: Key, other: Key) -> list[str]:
        """On which substances two products agree, as words."""
        a, b = self._found[one], self._found[other]
        words = sorted(a.words & b.words)
        same = sorted(iri.rpartition("/")[2] for iri in a.substances & b.substances)
        return words or same

    def _labels(self, iris: dict[Key, str]) -> tuple[dict[str, str], dict[str, str]]:
        """Labels: the brand; with the application where several products share it.

        :return: the labels, and the brand alone of those that have more.
        """
        bearers: dict[str, set[str]] = defaultdict(set)
        for key, iri in iris.items():
            bearers[key[2]].add(iri)
        curated = {entry[0] for entry in self._curated.values()}
        labels: dict[str, str] = {}
        brands: dict[str, str] = {}
        for key, iri in iris.items():
            one, shared = self._found[key], len(bearers[key[2]]) > 1
            if iri not in curated and (iri not in labels or labels[iri].isupper()):
                labels[iri] = f"{one.brand} ({one.application})" if shared else one.brand
                if shared:
                    brands[iri] = one.brand
        return labels, brands


def _first_word(name: str) -> str | None:
    """The word by which salts and brands of one substance are known: ``imatinib mesylate``."""
    word = fold(name).partition(" ")[0].strip(",;")
    return word if len(word) >= SHORTEST and word not in VAGUE else None
