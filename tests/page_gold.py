"""The pages that the tests read, the facts a person found in them, and what is proposed."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from kg import rdf
from kg.assemble import assembled
from kg.graph import Graph
from kg.model import Fact, Population
from kg.names import compact, expand
from kg.proposing.proposal import Limit, Proposal
from kg.resources import folder
from kg.store import Store

PAGES = Path(__file__).parent / "pages"
TUNED = ("disulfiram", "elaprase", "kalydeco", "rilutek", "roctavian")
"""Pages that the rules were tuned on."""
HELD_OUT = ("byetta", "naglazyme", "vyjuvek")
"""Pages that were written when the rules were finished."""
_SIGNS = {("max", False): "<", ("max", True): "<=", ("min", True): ">=", ("min", False): ">"}


def data_with_pages(place: Path) -> Path:
    """A copy of the project's data that knows the pages, and what they speak of."""
    data = Path(shutil.copytree(folder("data"), place / "data"))
    shutil.copy(PAGES / "entities.ttl", data / "curated" / "pages.ttl")
    registry = data / "sources.ttl"
    sources = [registry.read_text(encoding="utf-8")]
    for page in sorted(PAGES.glob("*.txt")):
        checksum = hashlib.sha256(page.read_bytes()).hexdigest()
        sources.append(f"""
source:test-{page.stem} a df:Source ;
    rdfs:label "page on {page.stem}, written for the tests" ;
    dcterms:publisher "drugfacts" ; dcterms:rights "CC0 1.0" ; df:redistribution df:free ;
    df:tier df:curatorsList .

source:test-{page.stem}-2026 a df:SourceVersion ;
    rdfs:label "page on {page.stem}, 2026" ;
    df:versionOf source:test-{page.stem} ; df:versionDate "2026"^^xsd:gYear ;
    df:fileName "{page.name}" ; df:sha256 "{checksum}" .
""")
    registry.write_text("".join(sources), encoding="utf-8")
    return data


def graph_of(data: Path) -> Graph:
    """The graph of a data folder, in memory."""
    return Graph(Store.from_nquads(rdf.nquads(assembled(data).quads)))


def key(one: Proposal) -> str:
    """What a proposal says, as the gold files write it: names, polarity, date and limits."""
    words = [compact(one.subject.iri), one.predicate, compact(one.object.iri), one.polarity]
    words += [f"date={one.date.text}"] if one.date else []
    for name in ("months", "days", "weight", "copies"):
        limits: tuple[Limit, ...] = getattr(one, name)
        words += [f"{name}{_SIGNS[x.side, x.inclusive]}{x.value}" for x in limits]
    return " ".join(words)


def key_of_fact(fact: Fact, people: Population | None) -> str:
    """The same of a fact of the graph."""
    words = [compact(iri) for iri in (fact.subject, fact.predicate, fact.object)]
    words += [compact(fact.polarity).removeprefix("df:")]
    words += [f"date={fact.date.text}"] if fact.date else []
    if people is not None:
        for name, field in (("months", "age_months"), ("copies", "copy_number")):
            for side in ("min", "max"):
                value = getattr(people, f"{side}_{field}")
                flag = f"{side}_{field.replace('_months', '')}_inclusive"
                if value is not None:
                    words.append(f"{name}{_SIGNS[side, getattr(people, flag)]}{value}")
    return " ".join(words)


@dataclass(frozen=True)
class Measure:
    """How proposals stand to what a person found."""

    found: tuple[str, ...]
    missed: tuple[str, ...]
    wrong: tuple[str, ...]

    def line(self, name: str) -> str:
        """The measure in one line."""
        total = len(self.found) + len(self.missed)
        return f"proposed of {name}: {len(self.found)} of {total} facts, {len(self.wrong)} wrong"


def measure(proposed: list[str], gold: list[str]) -> Measure:
    """Compare what is proposed with what a person found."""
    return Measure(
        tuple(one for one in gold if one in proposed),
        tuple(one for one in gold if one not in proposed),
        tuple(one for one in proposed if one not in gold),
    )


def gold(name: str) -> list[str]:
    """The facts that a person found in a page."""
    lines = (PAGES / f"{name}.gold").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def proposed(graph: Graph, name: str) -> list[Proposal]:
    """What is proposed of a page."""
    from kg.proposing import desk

    page = PAGES / f"{name}.txt"
    version = expand(f"source:test-{name}-2026")
    text = page.read_text(encoding="utf-8")
    return list(desk.propose(graph, text, page=page.name, version=version, known=True).blocks)
