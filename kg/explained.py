"""An explanation of two things: how the one acts on the other, and the facts that connect them.

Where the two are a drug and a disease, the mechanism paths held between them come first, with
their signs. The facts that connect the two follow, whatever they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from kg import connect, explain
from kg.connect import LONGEST, MOST, Connections, Route
from kg.draw import FACTS, draw
from kg.errors import InputError
from kg.explain import Explanation, Path, Step
from kg.lookup import Lookup
from kg.store import Store

__all__ = ["Explained", "explained"]


@dataclass(frozen=True)
class Explained:
    """``mechanism`` is None where the two are no drug and disease."""

    mechanism: Explanation | None
    connections: Connections

    @property
    def held(self) -> bool:
        """Whether anything is held that explains the two."""
        return bool(self.connections.routes or (self.mechanism and self.mechanism.paths))

    def record(self) -> dict[str, Any]:
        """The same as plain dictionaries, lists and values."""
        bare = {"drug": None, "disease": None, "paths": (), "notes": ()}
        found = asdict(self.mechanism) if self.mechanism else bare
        return found | {"connections": asdict(self.connections), "caveat": "Not medical advice."}

    def text(self, *, whole: bool = False) -> str:
        """The same for a reader; with the steps of all mechanism paths if ``whole``."""
        facts = connect.text(self.connections)
        if self.mechanism is None:
            return facts
        first = explain.text(self.mechanism, whole=whole).removesuffix("Not medical advice.\n")
        return f"{first.rstrip()}\n\n{facts}"

    def picture(self, *, whole: bool = False, facts: bool = False) -> str | None:
        """The mechanism as SVG; the facts where none is held or they are wanted; else None.

        :param whole: every path, not the first mechanism path alone.
        """
        paths = self.mechanism.paths if self.mechanism and not facts else ()
        if paths:
            return draw(paths if whole else paths[:1])
        routes = [
            _drawn(self.connections, route, number)
            for number, route in enumerate(self.connections.routes, 1)
        ]
        return draw(routes, FACTS) if routes else None


def explained(
    store: Store,
    lookup: Lookup,
    one: str,
    other: str,
    *,
    most: int = MOST,
    longest: int = LONGEST,
) -> Explained:
    """Explain two things, by any of their names.

    :param most: how many paths of facts at most.
    :param longest: how many facts such a path has at most.
    :raises UnknownName: if nothing is called so.
    :raises InputError: if a name could be several, or both stand for one thing.
    """
    mechanism: Explanation | None
    try:
        acting = explain.explain(store, one, other)
        start, end, mechanism = acting.drug, acting.disease, acting
    except InputError:  # no drug, or no disease: then their names are looked up as any
        start, end, mechanism = lookup.find(one), lookup.find(other), None
    found = connect.connect(store, lookup, start, end, most=most, longest=longest)
    return Explained(mechanism, found)


def _drawn(found: Connections, route: Route, number: int) -> Path:
    """A path of facts as the drawing takes it: the first statement of each step."""
    return Path(
        iris=(),
        start=found.start.iri,
        start_label=found.start.label,
        end=found.end.iri,
        end_label=found.end.label,
        steps=tuple(_steps(route)),
        net=0,
        verdict=f"Path {number} of {len(found.routes)}.",
        sources=(),
        references=(),
        review=(),
    )


def _steps(route: Route) -> Iterator[Step]:
    """Steps that point as their facts do: from subject to object."""
    for position, link in enumerate(route.links, 1):
        said = link.said[0]
        labels = {link.start: link.start_label, link.end: link.end_label}
        yield Step(
            position=position,
            start=said.subject,
            start_label=labels[said.subject],
            end=said.object,
            end_label=labels[said.object],
            sign=0 if said.polarity == "possible" else 1,
            words=said.words,
            relation=said.relation,
            facts=said.facts,
        )
