"""The texts of two sources read by rules, as a stream of proposed facts for the build.

Of the EMA's table each text is about its row's product. A US label section is about the product
that its text names; a section that names none makes no fact, and is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.extract.corpus import Text, run
from kg.extract.labelled import Drug, Labels
from kg.extract.names.terms import Terms
from kg.extract.proposed import Maker, Told
from kg.identity import Identity
from kg.model import Node
from kg.names import expand, own
from kg.sources import ema, label_sections
from kg.sources.ema_facts import EMA, EU, SECTION
from kg.sources.fda import FDA, US
from kg.sources.tally import Tally

__all__ = ["GRAPH", "SOURCES", "UNNAMED", "Reader"]

GRAPH = "extracted"
"""The named graph of facts that rules read in texts."""
SOURCES = (ema.NAME, label_sections.NAME)
PROCESSES = 2
UNNAMED = "the text names no product that a register has"
NO_TEXT = "no indication text"


@dataclass
class Reader:
    """Reads the texts of the sources.

    :param folder: where MONDO and HP are.
    :param described: IRI to label of what vocabularies and curators describe.
    """

    folder: Path
    identity: Identity
    described: Mapping[str, str]
    progress: Callable[[str], None]

    def __post_init__(self) -> None:
        self._terms = Terms.of_files(self.folder)
        self._maker = Maker(
            disease=self.described.get,
            concept=self.identity.concept,
            gene=self.identity.gene,
            form=lambda mark, disease: self.identity.known_concept(f"{mark} {disease}"),
            subtype=self._subtype,
        )

    def _subtype(self, kind: str, disease: str) -> str | None:
        term = self._terms.ground(f"{disease} {kind}")
        return expand(term) if term and expand(term) in self.described else None

    def nodes(self, source: str, rows: Iterable[Any], version: str, tally: Tally) -> Iterator[Node]:
        """The facts of one source's texts.

        :param source: one of :data:`SOURCES`; ``rows`` are what its adapter read.
        :param version: the IRI of the revision.
        """
        self.identity.reading(version)
        told: dict[str, tuple[Told, Drug | None]] = {}
        texts = self._ema if source == ema.NAME else self._labels
        for one, drug in texts(rows, version, tally):
            told[one.text.record] = one, drug
        some = [one.text for one, _ in told.values()]
        for text, (uses, limits) in run(some, self._terms, PROCESSES, self.progress):
            one, drug = told.pop(text.record)
            if (uses or limits) and drug is not None and drug.product is None:
                label = self.identity.label
                yield from self._maker.contains(one, drug.substances, label)
            yield from self._maker.nodes(one, uses, limits)

    def _ema(
        self, rows: Iterable[ema.Medicine], version: str, tally: Tally
    ) -> Iterator[tuple[Told, None]]:
        for row in rows:
            tally.row()
            if reason := ema.skipped(row) or ("" if row.indication.strip() else NO_TEXT):
                tally.skip(reason)
                continue
            tally.used()
            text = Text(ema.NAME, row.number, row.indication)
            product = self.identity.product("ema", row.number, row.name)
            yield Told(text, SECTION, product, row.name, version, EMA, EU), None

    def _labels(
        self, rows: Iterable[label_sections.Indications], version: str, tally: Tally
    ) -> Iterator[tuple[Told, Drug]]:
        labels, field = Labels(self.identity.called("fda")), label_sections.COLUMNS[1]
        for row in rows:
            tally.row()
            if label_sections.placeholder(row):
                tally.skip(label_sections.PLACEHOLDER)
                continue
            drug = labels.drug(row)
            if drug is None:
                tally.skip(UNNAMED)
                continue
            tally.used()
            text = Text(label_sections.NAME, f"line {row.line}", row.text)
            product = drug.product or self._bearer(drug, row.line, version)
            yield Told(text, field, product, drug.name, version, FDA, US), drug

    def _bearer(self, drug: Drug, line: int, version: str) -> str:
        """The product that bears a label, known by that label only."""
        iri = own("product", version.rpartition("/")[2], f"line {line}")
        label = f"{drug.name} (US label, line {line})"
        return self.identity.entity(iri, "df:MedicinalProduct", label)
