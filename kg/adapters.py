"""The adapters: for each source, where its file lies, who reads it, and who makes facts of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.model import Node, PartialDate
from kg.sources import (
    drugmechdb,
    drugs_at_fda,
    ema,
    ema_facts,
    hgnc,
    hp,
    hpoa,
    label_sections,
    mondo,
    purple_book,
    spl,
    spl_facts,
    unii,
)

if TYPE_CHECKING:
    from kg.identity import Identity
    from kg.products import Seen
    from kg.sources.tally import Tally

__all__ = ["FACTS", "VOCABULARIES", "Adapter"]

Rows = Any
"""What an adapter reads; only the adapter itself looks inside."""


@dataclass(frozen=True)
class Adapter:
    """A source as the build meets it.

    ``name`` is that of its named graph and of its line in the report, ``source`` that of the
    registry of sources. A source of ``several`` files has a revision for each. A vocabulary
    has no ``facts``: what it says goes into the identity of things.
    """

    name: str
    source: str
    glob: str
    dated: Callable[[Path], PartialDate]
    read: Callable[[Path], Rows]
    products: Callable[[Rows], Iterator[Seen]] | None = None
    facts: Callable[[Rows, Identity, str, Tally], Iterator[Node]] | None = None
    several: bool = False


def _adapter(module: Any, source: str | None = None, **more: Any) -> Adapter:
    return Adapter(
        module.NAME, source or module.NAME, module.GLOB, module.dated, module.read, **more
    )


def _annotations(rows: Rows, identity: Identity, version: str, tally: Tally) -> Iterator[Node]:
    """Annotations name phenotypes by id only; the vocabulary says what they are called."""
    return hpoa.facts(rows, identity, version, tally, identity.vocabulary.phenotype_names)


FACTS: tuple[Adapter, ...] = (
    _adapter(purple_book, products=purple_book.products, facts=purple_book.facts),
    _adapter(drugs_at_fda, products=drugs_at_fda.products, facts=drugs_at_fda.facts),
    _adapter(ema, products=ema.products, facts=ema_facts.facts),
    _adapter(spl, products=spl.products, facts=spl_facts.facts, several=True),
    _adapter(label_sections, facts=label_sections.facts),
    _adapter(drugmechdb, facts=drugmechdb.facts),
    _adapter(hpoa, source="hpo", facts=_annotations),
)
"""The sources of facts, in the order in which they are read and written."""

VOCABULARIES: dict[str, Adapter] = {
    "mondo": _adapter(mondo),
    "mondo-mappings": Adapter(
        mondo.MAPPINGS_NAME,
        "mondo",
        mondo.MAPPINGS_GLOB,
        mondo.mappings_dated,
        mondo.read_mappings,
        several=True,
    ),
    "hpo": _adapter(hp),
    "hgnc": _adapter(hgnc),
    "unii": _adapter(unii),
}
"""The vocabularies, by name."""
