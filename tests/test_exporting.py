"""Export formats: none says a no as a yes, and each tells what it cannot say."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, NamedTuple

import networkx
import pyoxigraph as ox
import pytest
import yaml

from kg import rdf
from kg.cli.sourcing import EXPORTS
from kg.derive import derive
from kg.errors import BuildError, InputError, KgError
from kg.exporting import biolink, reading
from kg.exporting.facts import Facts
from kg.exporting.loss import QUALITIES, UNPLAIN, Loss, unplain
from kg.exporting.place import placed
from kg.exporting.registry import FORMS
from kg.exporting.sssom_set import COLUMNS
from kg.graph import Graph
from kg.model import Entity, Fact, Node, Passage, Population, Record
from kg.names import DF, compact, expand, graph, own, prefixes
from kg.sssom import NO_TERM, Mapping
from kg.sssom import quads as mapping_quads
from kg.sssom import read as read_mappings
from kg.store import Store
from tests.conftest import ROOT

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
SMA = expand("MONDO:0001516")
TREATS = DF + "treats"


class Edge(NamedTuple):
    """What a reader of a format takes for a statement; the predicate as the format names it."""

    subject: str
    predicate: str
    object: str


# ---------------------------------------------------------------- a graph with one of each kind

KINDS: dict[str, tuple[str, dict[str, str]]] = {
    "denied": ("denied", {"polarity": "df:denied"}),
    "not-evaluated": ("not studied", {"polarity": "df:notEvaluated"}),
    "not-demonstrated": ("not demonstrated", {"polarity": "df:notDemonstrated"}),
    "possible": ("hedged", {"certainty": "df:possible"}),
    "unreviewed": ("unreviewed", {"review_status": "df:unreviewed"}),
    "superseded": ("not current", {"status": "df:superseded"}),
    "retracted": ("not current", {"status": "df:retracted"}),
    "proposed": ("not current", {"status": "df:proposed", "review_status": "df:unreviewed"}),
    "denied-and-unreviewed": (
        "unreviewed",
        {"polarity": "df:denied", "review_status": "df:unreviewed"},
    ),
}
"""Facts that are no plain statement: why not, and what makes them so."""


def product(kind: str) -> str:
    return own("product", "stand-in", kind)


def stand_in(kind: str, quads: list[ox.Quad], changes: dict[str, str]) -> list[Node]:
    """A product that is given for SMA as Zolgensma is, by a fact that differs in some fields."""
    iri, pattern = product(kind), ox.NamedNode(expand("fact:zolgensma-treats-sma-us"))
    (fact,) = rdf.nodes(quad for quad in quads if quad.subject == pattern)
    assert isinstance(fact, Fact)
    named = replace(fact, iri=own("fact", "stand-in", kind), subject=iri)
    thing = Entity(iri=iri, kinds=("df:MedicinalProduct",), label=f"stand-in {kind}")
    return [thing, replace(named, **changes)]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def each_kind(quads: list[ox.Quad]) -> Store:
    """The curated graph, and of each kind one fact that a stand-in for a product treats SMA."""
    made: list[Node] = []
    for kind, changes in {"plain": {}, **{kind: said for kind, (_, said) in KINDS.items()}}.items():
        made += stand_in(kind, quads, {name: expand(curie) for name, curie in changes.items()})
    new = [quad for node in made for quad in rdf.quads(node, graph("extracted"))]
    known = {quad for quad in quads if quad.graph_name != ox.NamedNode(graph("direct"))}
    return Store.from_nquads(rdf.nquads([*known, *new, *derive([*known, *new])]))


@pytest.fixture(scope="module")
def written(
    each_kind: Store, curated: Store, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Path, Loss, Loss]]:
    """Each format: where it was written, its report, and that of the curated graph alone."""
    place = tmp_path_factory.mktemp("exports")
    found = {}
    for name, form in FORMS.items():
        reports = []
        for part, store in (("all", each_kind), ("curated", curated)):
            path = place / f"{name}-{part}"
            if form.files:
                path.mkdir()
            reports.append(form.run(Facts(store), path))
        found[name] = (place / f"{name}-all", reports[0], reports[1])
    return found


# ---------------------------------------------------------------- how others read each format


def _rdf(form: ox.RdfFormat) -> Callable[[Path], set[Edge]]:
    def read(path: Path) -> set[Edge]:
        return {
            Edge(quad.subject.value, quad.predicate.value, quad.object.value)
            for quad in ox.parse(path.read_bytes(), form)
            if isinstance(quad.object, ox.NamedNode) and isinstance(quad.subject, ox.NamedNode)
        }

    return read


def tsv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))


def jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _kgx(
    read: Callable[[Path], Iterable[dict[str, Any]]], ending: str
) -> Callable[[Path], set[Edge]]:
    def edges(path: Path) -> set[Edge]:
        iris = {row["id"]: row["iri"] for row in read(path / f"nodes.{ending}")}
        return {
            Edge(iris[row["subject"]], expand(row["predicate"]), iris[row["object"]])
            for row in read(path / f"edges.{ending}")
        }

    return edges


def network(name: str, path: Path) -> networkx.MultiDiGraph[str]:
    """The network as networkx reads it."""
    if name == "cytoscape":
        found = networkx.cytoscape_graph(json.loads(path.read_text(encoding="utf-8")))
    else:
        reader: Any = {"graphml": networkx.read_graphml, "gexf": networkx.read_gexf}[name]
        found = reader(path)
    assert isinstance(found, networkx.MultiDiGraph)
    return found


def _network(name: str) -> Callable[[Path], set[Edge]]:
    def read(path: Path) -> set[Edge]:
        edges = network(name, path).edges(data=True)
        return {Edge(one, expand(data["predicate"]), two) for one, two, data in edges}

    return read


def parquet(path: Path) -> set[Edge]:
    import duckdb

    rows = duckdb.execute(
        "SELECT subject, predicate, object FROM read_parquet(?)", [str(path / "facts.parquet")]
    ).fetchall()
    return {Edge(one, expand(predicate), two) for one, predicate, two in rows}


def fhir(path: Path) -> set[Edge]:
    """Clinical uses and approvals; the kind of use is the predicate."""
    found = set()
    for resource in resources(path):
        if resource["resourceType"] == "ClinicalUseDefinition":
            use = resource[resource["type"]]["diseaseSymptomProcedure"]["concept"]
            kind = {"indication": TREATS, "contraindication": DF + "contraindicatedIn"}
            (one,), two = resource["subject"], use["coding"][0]["code"]
            found.add(Edge(one["reference"], kind[resource["type"]], two))
    return found


def resources(path: Path) -> list[dict[str, Any]]:
    bundle = json.loads(path.read_text(encoding="utf-8"))
    return [entry["resource"] for entry in bundle["entry"]]


def sssom(path: Path) -> set[Edge]:
    """Mappings, those that are denied by a predicate of their own."""
    return {
        Edge(
            expand(row["subject_id"]),
            expand(row["predicate_id"]) + row["predicate_modifier"],
            expand(row["object_id"]),
        )
        for row in mappings(path)
    }


def mappings(path: Path) -> list[dict[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = [line for line in lines if not line.startswith("#")]
    return list(csv.DictReader(rows, delimiter="\t"))


def nodes(path: Path) -> dict[str, dict[str, Any]]:
    """The nodes of a JSON-LD document by their identifiers, as PyLD reads it."""
    from pyld import jsonld

    flat = jsonld.flatten(json.loads(path.read_text(encoding="utf-8")))
    return {node["@id"]: node for node in flat}


SDO = "https://schema.org/"


def values(node: dict[str, Any], name: str) -> list[str]:
    """The values of a property of schema.org, identifiers and texts alike."""
    return [one.get("@id") or one["@value"] for one in node.get(SDO + name, ())]


def schema_org(path: Path) -> set[Edge]:
    """The drug of each therapy, to each condition that names it and to what speaks against it."""
    found, every = set(), nodes(path)
    for iri, node in every.items():
        for name in ("possibleTreatment", "secondaryPrevention", "primaryPrevention", "drug"):
            for one in values(node, name):
                if name == "possibleTreatment":
                    found |= {Edge(drug, TREATS, iri) for drug in values(every[one], "drug")}
                assert name == "drug" or node["@type"] != [SDO + "MedicalTherapy"]
    return found


OX = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}

READERS: dict[str, Callable[[Path], set[Edge]]] = {
    **{name: _rdf(form) for name, form in OX.items()},
    "kgx-tsv": _kgx(tsv, "tsv"),
    "kgx-jsonl": _kgx(jsonl, "jsonl"),
    "graphml": _network("graphml"),
    "gexf": _network("gexf"),
    "cytoscape": _network("cytoscape"),
    "nanopub": _rdf(ox.RdfFormat.TRIG),
    "parquet": parquet,
    "rdf12": _rdf(ox.RdfFormat.TURTLE),
    "fhir": fhir,
    "sssom": sssom,
    "schema-org": schema_org,
}
"""Every format as a reader of it sees its statements; a new one needs a reader here."""

FORMED = {
    "not-demonstrated": "notShownToTreat",
    "denied": "doesNotTreat",
    "not-evaluated": "notStudiedAsTreatmentFor",
    "possible": "mayTreat",
}
"""The predicates that say what such a fact is."""

POSITIVE = {TREATS, expand("biolink:treats"), "treats"}


def test_the_formats_are_those_of_the_command_and_each_has_a_reader() -> None:
    assert tuple(FORMS) == EXPORTS
    assert set(READERS) == set(FORMS)
    assert {kind for kind, _ in KINDS.values()} == set(UNPLAIN)


@pytest.mark.parametrize("name", EXPORTS)
def test_a_plain_fact_is_written(name: str, written: dict[str, tuple[Path, Loss, Loss]]) -> None:
    edges = READERS[name](written[name][0])
    found = {edge.predicate for edge in edges if edge.subject == product("plain")}
    assert bool(found & POSITIVE) == FORMS[name].of_facts
    assert bool(written[name][1].written) == FORMS[name].of_facts


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", EXPORTS)
def test_what_is_no_plain_fact_is_never_written_as_one(
    name: str, kind: str, written: dict[str, tuple[Path, Loss, Loss]]
) -> None:
    edges = READERS[name](written[name][0])
    _, loss, before = written[name]
    ties = {edge.predicate for edge in edges if {edge.subject, edge.object} == {product(kind), SMA}}
    assert not ties & POSITIVE
    assert ties <= {DF + FORMED[kind]} if kind in FORMED else not ties
    why = KINDS[kind][0]
    if why not in FORMS[name].says:
        assert not ties
        same = sum(reason == why for reason, _ in KINDS.values())
        assert loss.left_out[why] - before.left_out[why] == same


@pytest.mark.parametrize("name", EXPORTS)
def test_every_fact_is_either_written_or_counted(
    name: str, written: dict[str, tuple[Path, Loss, Loss]], each_kind: Store
) -> None:
    (row,) = each_kind.select("SELECT (COUNT(?f) AS ?n) { ?f df:polarity ?p }")
    loss = written[name][1]
    assert loss.facts == loss.written + sum(loss.left_out.values())
    assert loss.facts == int(row["n"].value)
    for kind, count in loss.not_said.items():
        assert 0 < count <= loss.written, kind


@pytest.mark.parametrize("name", EXPORTS)
def test_what_a_format_declares_is_known(name: str) -> None:
    form = FORMS[name]
    assert form.says <= set(UNPLAIN)
    assert form.keeps <= set(QUALITIES)
    assert form.writes


@pytest.mark.parametrize("name", EXPORTS)
def test_the_same_graph_gives_the_same_bytes(name: str, curated: Store, tmp_path: Path) -> None:
    def run(path: Path) -> list[bytes]:
        if FORMS[name].files:
            path.mkdir()
        FORMS[name].run(Facts(curated), path)
        files = [path / file for file in FORMS[name].files] or [path]
        if FORMS[name].files:
            assert {file.name for file in path.iterdir()} == set(FORMS[name].files)
        return [file.read_bytes() for file in files]

    assert run(tmp_path / "one") == run(tmp_path / "two")


# ---------------------------------------------------------------- the report


def test_a_report_counts_by_kind(written: dict[str, tuple[Path, Loss, Loss]]) -> None:
    record = written["kgx-tsv"][1].record()
    assert list(record) == ["format", "facts", "written", "left_out", "not_said", "besides"]
    assert record["not_said"]["exclusive bound"] >= 1
    assert record["not_said"]["population"] > record["not_said"]["exclusive bound"]
    lines = written["kgx-tsv"][1].text().splitlines()
    assert lines[0].startswith("kgx-tsv: ")
    assert "  left out: denied, 3" in lines


def test_what_has_no_named_graphs_counts_the_quads_that_had_one(
    written: dict[str, tuple[Path, Loss, Loss]], each_kind: Store
) -> None:
    size = sum(1 for _ in each_kind.quads())
    for name in OX:
        named = name in ("trig", "nquads", "jsonld")
        record = written[name][1].record()
        assert record["besides"] == ({} if named else {"quads without their named graph": size})
    assert f"  besides: quads without their named graph, {size:,}" in written["turtle"][1].text()


def test_a_certainty_that_nobody_has_heard_of_is_a_hedge(each_kind: Store) -> None:
    fact = next(reading.stream(Facts(each_kind).quads(), Fact))
    assert isinstance(fact, Fact)
    plain = replace(fact, polarity=DF + "affirmed", certainty=None)
    assert unplain(plain) is None
    assert unplain(replace(plain, certainty=DF + "rumoured")) == "hedged"
    assert unplain(replace(plain, status=DF + "doubted")) == "not current"
    assert unplain(replace(plain, review_status=DF + "guessed")) == "unreviewed"


# ---------------------------------------------------------------- how the graph is read


def test_a_stream_reads_what_the_strict_reader_reads(quads: list[ox.Quad], curated: Store) -> None:
    classes = (Fact, Passage, Record, Population)
    names = {expand(curie) for cls in classes for curie in cls.classes}
    kinds = [quad for quad in quads if quad.predicate == ox.NamedNode(expand("rdf:type"))]
    subjects = {quad.subject for quad in kinds if getattr(quad.object, "value", "") in names}
    strict = rdf.nodes(q for q in quads if q.subject in subjects)
    found = list(reading.stream(Facts(curated).quads(), *classes))
    assert len(found) > 100
    assert sorted(found, key=lambda node: node.iri) == strict


def test_a_node_that_is_torn_apart_is_an_error(quads: list[ox.Quad]) -> None:
    fact = ox.NamedNode(expand("fact:zolgensma-cures-sma"))
    whole = [quad for quad in quads if quad.subject == fact]
    other = next(quad for quad in quads if quad.subject != fact)
    with pytest.raises(KgError, match="do not stand together"):
        list(reading.stream([*whole, other, *whole], Fact))


# ---------------------------------------------------------------- where it is written


def test_a_folder_is_there_when_it_is_whole(tmp_path: Path) -> None:
    with placed(tmp_path / "out", folder=True) as path:
        (path / "a").write_text("a")
        assert not (tmp_path / "out").exists()
    assert (tmp_path / "out" / "a").read_text() == "a"
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("old")
    with pytest.raises(ZeroDivisionError), placed(tmp_path / "out", folder=False) as path:
        path.write_text("half")
        _ = 1 / 0
    assert (tmp_path / "out").read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_a_folder_is_neither_overwritten_nor_put_on_stdout(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is there already"), placed(tmp_path, folder=True):
        pass
    with pytest.raises(InputError, match="several files; name a new folder"):  # noqa: SIM117
        with placed(None, folder=True):
            pass
    with pytest.raises(BuildError, match="cannot write"):  # noqa: SIM117
        with placed(tmp_path / "none" / "out", folder=False):
            pass


# ---------------------------------------------------------------- Biolink


def biolink_model() -> dict[str, Any]:
    import biolink_model

    (folder,) = biolink_model.__path__
    text = (Path(folder) / "schema" / "biolink_model.yaml").read_text(encoding="utf-8")
    model: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return model


@pytest.fixture(scope="module")
def model() -> dict[str, Any]:
    return biolink_model()


def ancestors(slots: dict[str, Any], name: str | None) -> list[str]:
    found: list[str] = []
    while name:
        found.append(name)
        name = slots[name].get("is_a")
    return found


def test_our_terms_are_mapped_to_terms_that_biolink_has(model: dict[str, Any]) -> None:
    rows = [iri for iri in _mapped() if biolink.term(iri)]
    assert len(rows) > 60
    for iri in rows:
        name = str(biolink.term(iri)).removeprefix("biolink:")
        if name[0].isupper():
            spaced = "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
            assert not model["classes"][spaced].get("deprecated"), name
        else:
            slot = name.replace("_", " ")
            assert "related to" in ancestors(model["slots"], slot), name
            assert not model["slots"][slot].get("deprecated"), name


def _mapped() -> list[str]:
    from kg import sssom
    from kg.resources import folder

    rows = sssom.read(folder("ontology") / "mappings" / "terms.sssom.tsv")
    return sorted({expand(row.subject_id) for row in rows})


def test_a_term_that_says_more_or_other_is_not_taken() -> None:
    assert biolink.term(DF + "studiedIn") is None  # skos:relatedMatch
    assert biolink.term(DF + "isNotCureFor") is None  # no term found
    assert biolink.term(TREATS) == "biolink:treats"
    assert biolink.broader(TREATS)
    assert not biolink.broader(DF + "hasPhenotype")


def test_prefixes_are_spelt_as_biolink_spells_them(
    written: dict[str, tuple[Path, Loss, Loss]],
) -> None:
    import biolink_model

    (folder,) = biolink_model.__path__
    spelt = Path(folder) / "prefixmaps" / "biolink_model_prefix_map.json"
    theirs = set(json.loads(spelt.read_text(encoding="utf-8")))
    assert set(biolink.PREFIXES.values()) <= theirs
    assert not set(biolink.PREFIXES) & theirs
    assert set(biolink.PREFIXES) <= set(prefixes())
    assert biolink.curie(expand("UniProt:Q16637")) == "UniProtKB:Q16637"
    used = {row["id"].partition(":")[0] for row in tsv(written["kgx-tsv"][0] / "nodes.tsv")}
    assert used - theirs == {"product", "concept"}  # our own; the column iri says what they are


@pytest.mark.parametrize("form", ["kgx-tsv", "kgx-jsonl"])
def test_biolinks_own_classes_accept_every_node_and_edge(
    form: str, written: dict[str, tuple[Path, Loss, Loss]]
) -> None:
    from biolink_model.datamodel import pydanticmodel_v2 as classes

    path, loss, _ = written[form]
    ending = form.removeprefix("kgx-")
    rows: Callable[[Path], list[dict[str, Any]]] = tsv if ending == "tsv" else jsonl
    nodes, edges = rows(path / f"nodes.{ending}"), rows(path / f"edges.{ending}")
    assert len(edges) == loss.written > 20
    for row in nodes:
        given = {name: value for name, value in row.items() if value}
        (category,) = given.pop("category").split("|") if ending == "tsv" else given.pop("category")
        cls = getattr(classes, category.removeprefix("biolink:"))
        cls(**given, category=[category])
    ids = {row["id"] for row in nodes}
    for row in edges:
        given = {name: value for name, value in row.items() if value}
        given["category"] = ["biolink:Association"]
        classes.Association(**given)
        assert {row["subject"], row["object"]} <= ids
        assert not row.get("negated")


def test_an_edge_says_which_of_our_facts_it_is(
    written: dict[str, tuple[Path, Loss, Loss]], each_kind: Store
) -> None:
    for row in tsv(written["kgx-tsv"][0] / "edges.tsv"):
        (said,) = each_kind.select(
            "SELECT ?p { ?fact rdf:predicate ?p }", {"fact": ox.NamedNode(expand(row["id"]))}
        )
        assert row["original_predicate"] == compact(said["p"].value)
        assert row["knowledge_level"] == "knowledge_assertion"


# ---------------------------------------------------------------- networks

NETWORKS = ("graphml", "gexf", "cytoscape")


@pytest.mark.parametrize("name", NETWORKS)
def test_networkx_counts_as_many_edges_as_were_written(
    name: str, written: dict[str, tuple[Path, Loss, Loss]], each_kind: Store
) -> None:
    path, loss, _ = written[name]
    found = network(name, path)
    assert found.number_of_edges() == loss.written
    ours = Graph(each_kind).to_networkx()
    facts = {fact for _, _, data in ours.edges(data=True) for fact in data["facts"]}
    edges = {data["fact"] for _, _, data in found.edges(data=True)}
    assert edges < facts
    assert {row["f"].value for row in each_kind.select(UNPLAIN_FACTS)} & facts == facts - edges
    for one, data in found.nodes(data=True):
        assert data["label"] == ours.nodes[one]["label"]


UNPLAIN_FACTS = """SELECT ?f { ?f df:polarity ?p OPTIONAL { ?f df:certainty ?c }
  FILTER(?p != df:affirmed || ?c = df:possible) }"""


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_holds_texts_of_every_kind(
    name: str, quads: list[ox.Quad], tmp_path: Path
) -> None:
    label = 'a "quoted" <name> & 京\ttab\nline'
    renamed = [
        ox.Quad(quad.subject, quad.predicate, ox.Literal(label), quad.graph_name)
        if quad.subject == ox.NamedNode(expand("product:zolgensma"))
        and quad.predicate == ox.NamedNode(expand("rdfs:label"))
        else quad
        for quad in quads
    ]
    FORMS[name].run(Facts(Store.from_nquads(rdf.nquads(renamed))), tmp_path / "out")
    found = network(name, tmp_path / "out").nodes[expand("product:zolgensma")]["label"]
    assert found == label


@pytest.mark.parametrize("name", NETWORKS)
def test_an_edge_keeps_the_precision_of_its_date(
    name: str, written: dict[str, tuple[Path, Loss, Loss]], each_kind: Store
) -> None:
    edges = network(name, written[name][0]).edges(data=True)
    dates = {data["fact"]: data["date"] for _, _, data in edges if "date" in data}
    given = {
        row["f"].value: row["date"].value
        for row in each_kind.select("SELECT ?f ?date { ?f df:polarity ?p ; df:date ?date }")
    }
    assert dates.items() <= given.items()
    assert {len(date) for date in dates.values()} == {7, 10}


# ---------------------------------------------------------------- nanopublications


def nanopubs(path: Path) -> dict[str, list[ox.Quad]]:
    """The quads of each nanopublication of a file, by its name."""
    found: dict[str, list[ox.Quad]] = {}
    for quad in ox.parse(path.read_bytes(), ox.RdfFormat.TRIG):
        name = str(quad.graph_name.value).partition("#")[0]
        found.setdefault(name, []).append(quad)
    return found


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_nanopub_accepts_every_one(written: dict[str, tuple[Path, Loss, Loss]]) -> None:
    import rdflib
    from nanopub.nanopub import Nanopub

    path, loss, _ = written["nanopub"]
    found = nanopubs(path)
    assert len(found) == loss.written
    for name, quads in found.items():
        rdf_ = rdflib.ConjunctiveGraph()
        rdf_.parse(data=rdf.nquads(quads), format="nquads")
        one = Nanopub(rdf=rdf_)
        assert one.is_valid
        assert str(one.metadata.np_uri) == name


def test_a_nanopub_asserts_a_no_as_a_no_and_names_its_revision(
    written: dict[str, tuple[Path, Loss, Loss]],
) -> None:
    name = own("nanopub", "zolgensma-cures-sma")
    quads = nanopubs(written["nanopub"][0])[name]
    terms = [(quad.subject, quad.predicate, quad.object) for quad in quads]
    spo = {tuple(str(getattr(one, "value", one)) for one in triple) for triple in terms}
    assert (expand("product:zolgensma"), DF + "isNotCureFor", SMA) in spo
    assert not [one for one in spo if one[1] == DF + "cures"]
    derived = {two for one, link, two in spo if link.endswith("wasDerivedFrom")}
    assert expand("source:drugs-com-3559344-2023-12-29") in derived
    assert any(two.startswith(expand("evidence:")) for two in derived)


# ---------------------------------------------------------------- Parquet


def test_pandas_and_duckdb_read_typed_columns(
    written: dict[str, tuple[Path, Loss, Loss]], each_kind: Store
) -> None:
    import duckdb
    import pandas

    path, loss, _ = written["parquet"]
    frame = pandas.read_parquet(path / "facts.parquet")
    assert len(frame) == loss.written
    sql = "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(?))"
    types = dict(duckdb.execute(sql, [str(path / "facts.parquet")]).fetchall())
    assert list(types) == list(frame.columns)
    assert types["date"] == "VARCHAR"
    assert types["date_earliest"] == types["date_latest"] == "DATE"
    assert types["duration_minutes"] == "BIGINT"
    assert types["approximate"] == "BOOLEAN"
    assert types["evidence"] == "VARCHAR[]"
    people = dict(duckdb.execute(sql, [str(path / "populations.parquet")]).fetchall())
    assert people["max_age_months"] == "BIGINT"
    assert people["max_age_inclusive"] == "BOOLEAN"
    assert people["max_weight_kg"].startswith("DECIMAL")


def test_the_tables_join_to_the_bound_and_the_place_of_a_fact(
    written: dict[str, tuple[Path, Loss, Loss]],
) -> None:
    import duckdb

    path = written["parquet"][0]
    row = duckdb.execute(
        f"""SELECT p.max_age_months, p.max_age_inclusive, v.source_label, e."class"
        FROM '{path}/facts.parquet' f
        JOIN '{path}/populations.parquet' p ON p.iri = f.population
        JOIN '{path}/evidence.parquet' e ON list_contains(f.evidence, e.iri)
        JOIN '{path}/versions.parquet' v ON v.iri = e.in_version
        WHERE f.iri = ? ORDER BY v.source_label""",
        [expand("fact:zolgensma-treats-sma-us")],
    ).fetchall()
    assert row[0] == (24, False, "US labels: indication sections", "df:Record")


def test_a_table_says_a_no_in_the_predicate(written: dict[str, tuple[Path, Loss, Loss]]) -> None:
    import duckdb

    path = written["parquet"][0] / "facts.parquet"
    sql = f"SELECT predicate, predicate_label FROM '{path}' WHERE iri = ?"
    row = duckdb.execute(sql, [expand("fact:zolgensma-cures-sma")]).fetchone()
    assert row == ("df:isNotCureFor", "is not a cure for")


def test_every_field_of_a_fact_is_a_column() -> None:
    from kg.exporting.parquet import columns

    assert {"iri", "class", "because", "stated_frequency", "applies_to"} <= set(columns(Fact))
    assert {"polarity", "status"}.isdisjoint(columns(Fact))
    assert len(columns(Fact)) >= len(fields(Fact))


# ---------------------------------------------------------------- RDF 1.2


def test_a_fact_reifies_the_triple_that_says_what_it_is(
    written: dict[str, tuple[Path, Loss, Loss]],
) -> None:
    path, loss, _ = written["rdf12"]
    triples = list(ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE))
    reified = {
        str(quad.subject): quad.object
        for quad in triples
        if quad.predicate.value == expand("rdf:reifies")
    }
    assert len(reified) == loss.written
    no = reified[f"<{expand('fact:zolgensma-cures-sma')}>"]
    assert isinstance(no, ox.Triple)
    assert no.predicate.value == DF + "isNotCureFor"
    assert {quad.predicate.value for quad in triples}.isdisjoint(
        {DF + "cures", DF + "polarity", expand("owl:assertionProperty"), expand("rdf:object")}
    )
    plain = {ox.Triple(q.subject, q.predicate, q.object) for q in triples}
    assert set(reified.values()) <= plain


# ---------------------------------------------------------------- FHIR


def test_fhir_resources_accepts_the_bundle(written: dict[str, tuple[Path, Loss, Loss]]) -> None:
    from fhir.resources import __fhir_version__
    from fhir.resources.bundle import Bundle

    path, loss, _ = written["fhir"]
    assert __fhir_version__ == "5.0.0"
    text = path.read_text(encoding="utf-8")
    bundle = Bundle.model_validate_json(text)
    kinds = Counter(resource["resourceType"] for resource in resources(path))
    assert set(kinds) == {
        "MedicinalProductDefinition",
        "ClinicalUseDefinition",
        "RegulatedAuthorization",
    }
    assert len(bundle.entry or ()) == sum(kinds.values())
    assert loss.left_out["no FHIR resource for it"] > 0
    urls = {entry["fullUrl"] for entry in json.loads(text)["entry"]}
    named = {one["reference"] for found in resources(path) for one in found.get("subject", ())}
    assert named <= urls


def test_an_authorisation_keeps_the_precision_of_its_date_and_claims_no_status(
    written: dict[str, tuple[Path, Loss, Loss]],
) -> None:
    found = [
        resource
        for resource in resources(written["fhir"][0])
        if resource["resourceType"] == "RegulatedAuthorization"
    ]
    dates = {one["identifier"][0]["value"]: one["case"].get("dateDateTime") for one in found}
    assert dates[expand("fact:zolgensma-fda-approval")] == "2019-05-24"
    assert "2019-05" in dates.values()
    assert not [one for one in found if {"status", "statusDate", "validityPeriod"} & set(one)]


def test_an_exclusive_bound_is_told_in_words(written: dict[str, tuple[Path, Loss, Loss]]) -> None:
    (use,) = (
        resource
        for resource in resources(written["fhir"][0])
        if resource["identifier"][0]["value"] == expand("fact:zolgensma-treats-sma-us")
    )
    (people,) = use["population"]
    assert list(people) == ["display"]
    assert "younger than 2 years" in people["display"]


def test_an_investigational_use_is_no_indication(quads: list[ox.Quad], tmp_path: Path) -> None:
    made = stand_in("trial", quads, {"use_status": DF + "investigational"})
    new = [quad for node in made for quad in rdf.quads(node, graph("curated"))]
    loss = FORMS["fhir"].run(Facts(Store.from_nquads(rdf.nquads([*quads, *new]))), tmp_path / "out")
    assert loss.left_out["no use on label"] == 1
    assert product("trial") not in (tmp_path / "out").read_text(encoding="utf-8")


# ---------------------------------------------------------------- JSON-LD


def test_pyld_reads_our_json_ld_as_the_same_quads(
    quads: list[ox.Quad], written: dict[str, tuple[Path, Loss, Loss]], each_kind: Store
) -> None:
    from pyld import jsonld

    document = json.loads(written["jsonld"][0].read_text(encoding="utf-8"))
    text = jsonld.to_rdf(document, {"format": "application/n-quads"})
    assert set(ox.parse(text, ox.RdfFormat.N_QUADS)) == set(each_kind.quads())


# ---------------------------------------------------------------- a graph too large to be held


@pytest.mark.parametrize("name", OX)
def test_a_large_graph_is_streamed_and_is_the_same(
    name: str, quads: list[ox.Quad], built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.exporting.as_rdf.LARGE", 0)
    loss = FORMS[name].run(Facts(Store.open(built)), tmp_path / "out")
    found = set(ox.parse((tmp_path / "out").read_bytes(), OX[name]))
    named = name in ("trig", "nquads", "jsonld")
    assert found == (
        set(quads) if named else {ox.Quad(q.subject, q.predicate, q.object) for q in quads}
    )
    assert loss.written > 50


# ---------------------------------------------------------------- SSSOM


def test_a_mapping_set_is_read_by_our_own_reader_and_holds_what_ours_do(
    quads: list[ox.Quad], written: dict[str, tuple[Path, Loss, Loss]]
) -> None:
    path, loss, _ = written["sssom"]
    rows = mappings(path)
    count = sum(quad.object == ox.NamedNode(expand("sssom:Mapping")) for quad in quads)
    assert len(rows) == loss.besides["mappings written"] == count > 150
    ours = [
        row
        for file in ("ontology/mappings/terms", "data/mappings/entities")
        for row in read_mappings(ROOT / f"{file}.sssom.tsv")
    ]
    kept = [name for name in COLUMNS if name not in ("license", "mapping_source")]
    theirs = {Mapping(**{name: row[name] for name in kept}) for row in rows}  # type: ignore[arg-type]
    assert theirs == {replace(row, line=0) for row in ours}
    assert {row["license"] for row in rows} == {CC0}


def test_a_denied_mapping_and_one_that_found_no_term_stay_so(
    quads: list[ox.Quad], tmp_path: Path
) -> None:
    denied = Mapping(
        *("df:treats", "treats", "skos:exactMatch", "schema:drug", "semapv:ManualMappingCuration"),
        predicate_modifier="Not",
    )
    said = [*quads, *mapping_quads([denied], graph("mappings"))]
    FORMS["sssom"].run(Facts(Store.from_nquads(rdf.nquads(said))), tmp_path / "out")
    rows = mappings(tmp_path / "out")
    (row,) = [row for row in rows if row["object_id"] == "schema:drug"]
    assert row["predicate_modifier"] == "Not"
    assert [row for row in rows if row["object_id"] == NO_TERM]


def test_the_header_names_every_prefix_and_claims_no_licence_for_all(
    written: dict[str, tuple[Path, Loss, Loss]],
) -> None:
    lines = written["sssom"][0].read_text(encoding="utf-8").splitlines()
    head = yaml.safe_load("\n".join(line[1:] for line in lines if line.startswith("#")))
    assert head["license"] == "https://w3id.org/sssom/license/unspecified"
    ids = ("subject_id", "predicate_id", "object_id", "mapping_justification")
    used = {row[name].partition(":")[0] for row in mappings(written["sssom"][0]) for name in ids}
    assert set(head["curie_map"]) == used
    assert head["curie_map"].items() <= prefixes().items()


def test_a_mapping_of_a_source_names_it_and_its_licence(
    quads: list[ox.Quad], tmp_path: Path
) -> None:
    ends = ("MONDO:0001516", "SMA", "skos:exactMatch", "DOID:12377", "semapv:LexicalMatching")
    said = [*quads, *mapping_quads([Mapping(*ends)], graph("mondo-mappings"))]
    store = Store.from_nquads(rdf.nquads(said))
    version = expand("source:mondo-2026-08-04")
    store.manifest = {"sources": [{"name": "mondo-mappings", "version": version}]}
    FORMS["sssom"].run(Facts(store), tmp_path / "out")
    rows = [row for row in mappings(tmp_path / "out") if row["mapping_source"]]
    assert [(row["object_id"], row["mapping_source"], row["license"]) for row in rows] == [
        ("DOID:12377", "source:mondo", "https://creativecommons.org/licenses/by/4.0/")
    ]


# ---------------------------------------------------------------- schema.org


def test_schema_org_has_every_type_property_and_value_that_is_used(
    written: dict[str, tuple[Path, Loss, Loss]],
) -> None:
    from schema_org import SCHEMA_VERSION
    from schema_org.registry import ancestry, get_model

    assert SCHEMA_VERSION == "30.1"
    every = nodes(written["schema-org"][0])
    types = {iri: node["@type"][0].removeprefix(SDO) for iri, node in every.items()}
    assert {"Drug", "MedicalTherapy", "Certification", "MedicalCondition"} <= set(types.values())
    for iri, node in every.items():
        has = {one.schema_name: one for one in get_model(types[iri]).SCHEMA_PROPERTIES}
        for name, found in node.items():
            if name.startswith("@"):
                continue
            known = has[name.removeprefix(SDO)]
            assert known.superseded_by is None
            for one in found:
                kinds = {types[one["@id"]], *ancestry(types[one["@id"]])} if "@id" in one else TEXT
                assert kinds & set(known.ranges), (types[iri], name, one)


TEXT = {"Text", "Date"}


def test_a_use_for_some_is_a_therapy_that_says_for_whom_and_by_what_evidence(
    written: dict[str, tuple[Path, Loss, Loss]],
) -> None:
    every = nodes(written["schema-org"][0])
    use = every[expand("fact:zolgensma-treats-sma-us")]
    (text,) = values(use, "description")
    assert "younger than 2 years" in text
    assert values(use, "drug") == [expand("product:zolgensma")]
    told = values(use, "subjectOf")
    assert expand("source:fda-labels-2024") in told
    assert any(one.startswith(expand("evidence:")) for one in told)
    assert use["@id"] in values(every[SMA], "possibleTreatment")


def test_an_approval_is_an_event_with_the_precision_of_its_date(
    written: dict[str, tuple[Path, Loss, Loss]],
) -> None:
    every = nodes(written["schema-org"][0])
    approvals = [node for node in every.values() if node["@type"] == [SDO + "Certification"]]
    days = {day for node in approvals for day in values(node, "validFrom")}
    assert "2019-05-24" in days
    assert {len(day) for day in days} == {10}
    assert [node for node in approvals if "Dated 2019-05. " in values(node, "description")[0]]
    assert not [node for node in every.values() if values(node, "certificationStatus")]


def test_a_contraindication_is_no_treatment_and_an_off_label_use_is_left_out(
    quads: list[ox.Quad], tmp_path: Path
) -> None:
    uses = {
        "against": {"predicate": DF + "contraindicatedIn"},
        "off-label": {"use_status": DF + "offLabel"},
        "to-prevent": {"therapeutic_intent": DF + "prevention"},
    }
    made: list[Node] = []
    for kind, said in uses.items():
        made += stand_in(kind, quads, said)
    new = [quad for node in made for quad in rdf.quads(node, graph("curated"))]
    store = Store.from_nquads(rdf.nquads([*quads, *new]))
    loss = FORMS["schema-org"].run(Facts(store), tmp_path / "out")
    every = nodes(tmp_path / "out")
    against = every[own("fact", "stand-in", "against")]
    (reason,) = values(against, "contraindication")
    assert values(every[reason], "name") == ["spinal muscular atrophy"]
    assert against["@id"] not in values(every[SMA], "possibleTreatment")
    assert loss.left_out["no treatment on label"] == 2
    assert not {product("off-label"), product("to-prevent")} & set(every)
