"""The pages of the tests: their names stand in vocabularies, their places in registers."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from kg import rdf
from kg.model import Entity
from kg.names import compact
from kg.sources import ema, hgnc, label_sections, obo, unii
from tests.conftest import SHARED
from tests.page_gold import HELD_OUT, PAGES, TUNED, gold

OWN = ("product:", "concept:")


def only(pattern: str) -> Path:
    (path,) = SHARED.glob(f"sources/{pattern}")
    return path


@cache
def entities() -> tuple[Entity, ...]:
    nodes = rdf.nodes(rdf.parse_file(PAGES / "entities.ttl"))
    return tuple(node for node in nodes if isinstance(node, Entity))


def test_every_page_has_its_facts_and_every_fact_its_names() -> None:
    assert {file.stem for file in PAGES.glob("*.txt")} == {*TUNED, *HELD_OUT}
    assert {file.stem for file in PAGES.glob("*.gold")} == {*TUNED, *HELD_OUT}
    for name in (*TUNED, *HELD_OUT):
        assert gold(name) and len(gold(name)) == len(set(gold(name)))


@pytest.mark.shared
def test_every_identifier_and_name_stands_in_a_vocabulary() -> None:
    diseases = obo.read(only("mondo/*.obo.gz")).terms
    phenotypes = obo.read(only("hpo/hp.obo.gz")).terms
    genes = {gene.id: gene.symbol for gene in hgnc.read(only("hgnc/hgnc.tsv"))}
    proteins = only("hgnc/hgnc.tsv").read_text(encoding="utf-8")
    substances = {one.unii: one.display for one in unii.each(only("unii/*.txt.gz"))}
    for one in entities():
        curie = compact(one.iri)
        prefix, _, code = curie.partition(":")
        if prefix == "MONDO":
            term = diseases[curie]
            assert term.name == one.label
            assert {*one.alt_labels} <= {*term.exact}, curie
        elif prefix == "HP":
            assert phenotypes[curie].name == one.label
        elif prefix == "HGNC":
            assert genes[curie] == one.label
        elif prefix == "UniProt":
            assert re.search(rf"\t{one.label}\t.*\t{code}\t", proteins)
        elif prefix == "UNII":
            assert substances[code].lower() == one.label
        else:
            assert curie.startswith(OWN)


@pytest.mark.shared
def test_the_places_that_a_page_names_are_about_its_drug() -> None:
    labels = {row.line: row.text for row in label_sections.read(only(label_sections.GLOB))}
    medicines = {row.line: row.name for row in ema.read(only(ema.GLOB))}
    purple = only("fda-purple-book/*.csv").read_text(encoding="utf-8-sig").splitlines()
    for name in (*TUNED, *HELD_OUT):
        head = (PAGES / f"{name}.txt").read_text(encoding="utf-8").splitlines()[0]
        drug = {"rilutek": "riluzole"}.get(name, name)
        if found := re.search(r"US labels, line ([0-9]+)", head):
            assert drug in labels[int(found[1])].lower()
        if found := re.search(r"EMA table, row ([0-9]+)", head):
            assert medicines[int(found[1])].lower() == name
        if found := re.search(r"Purple Book, line ([0-9]+)", head):
            assert name in purple[int(found[1]) - 1].lower()
