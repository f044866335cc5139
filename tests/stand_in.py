"""A stand-in for the build's identities: every name is an entity of its own, none is merged."""

from __future__ import annotations

from collections.abc import Iterable

from kg.names import expand, own


class Names:
    """Answers as :class:`kg.identity.Identity` does.

    :param known: names of substances, each of which stands for one UNII.
    :param diseases: names of diseases and the CURIE each stands for.
    """

    def __init__(self, known: Iterable[str] = (), diseases: dict[str, str] | None = None) -> None:
        self.known = {name.casefold(): f"UNII:AAAAAAA{n:03}" for n, name in enumerate(known)}
        self.diseases = diseases or {}

    def product(self, _authority: str, _application: str, brand: str) -> str:
        return own("product", brand)

    def knows_substance(self, name: str) -> bool:
        return name.casefold() in self.known

    def substance(self, name: str) -> str:
        curie = self.known.get(name.casefold())
        return expand(curie) if curie else own("substance", name)

    def substance_by_unii(self, unii: str, _name: str) -> str:
        return expand(f"UNII:{unii}")

    def disease(self, text: str) -> str | None:
        return expand(self.diseases[text]) if text in self.diseases else None

    def concept(self, kind: str, text: str) -> str:
        return own("concept", kind, text)

    def entity(self, iri: str, _kind: str, _label: str, _alt: tuple[str, ...] = ()) -> str:
        return iri
