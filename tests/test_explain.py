"""Explanations: the steps and the sign of a path, what is said where none is held, the picture."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg import explain as module
from kg import rdf
from kg.draw import draw
from kg.errors import InputError, UnknownName
from kg.explain import Explanation, Step, explain, net_sign, text
from kg.identity import Identity
from kg.model import Entity, Fact, MechanismPath, MechanismStep, Node, Record
from kg.names import expand, graph
from kg.resources import folder
from kg.sources import drugmechdb, mondo
from kg.sources.drugmechdb_rows import read
from kg.sources.tally import Tally
from kg.sources.unii import Name
from kg.store import Store
from kg.validate import validate
from kg.vocabulary import Vocabulary
from tests.conftest import SHARED
from tests.test_drugmechdb import DISEASE, DRUG, LINE, VERSION, changed, made, node, tree

KG = Path(sys.executable).parent / "kg"
SVG = "{http://www.w3.org/2000/svg}"


# ---------------------------------------------------------------- graphs to explain


def stored(nodes: Iterable[Node]) -> Store:
    """A graph of the ontology, the registry of sources and some nodes."""
    quads = [
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph(name)))
        for file, name in (
            (folder("ontology") / "drugfacts.ttl", "ontology"),
            (folder("data") / "sources.ttl", "sources"),
        )
        for quad in rdf.parse_file(file)
    ]
    quads += [quad for one in nodes for quad in rdf.quads(one, graph("drugmechdb"))]
    return Store.from_nquads(rdf.nquads(quads))


def entity(curie: str, kind: str, label: str, **more: Any) -> Entity:
    return Entity(iri=expand(curie), kinds=(f"df:{kind}",), label=label, **more)


DISEASES = (
    entity("MONDO:0000009", "Disease", "examplosis", broader=(expand("MONDO:0000007"),)),
    entity("MONDO:0000008", "Disease", "examplitis"),
    entity("MONDO:0000007", "Disease", "exampling disorder"),
    entity("MONDO:0000006", "Disease", "mild examplosis", broader=(expand("MONDO:0000009"),)),
)
PRODUCT = entity("product:examplix", "MedicinalProduct", "Examplixa")


def contains(product: str, substance: str, certainty: str = "stated") -> Fact:
    return Fact(
        iri=expand(f"fact:{product}-{certainty}"),
        kinds=("df:IdentityClaim",),
        label=f"{product} contains it",
        subject=expand(f"product:{product}"),
        predicate=expand("df:hasActiveSubstance"),
        object=expand(substance),
        polarity=expand("df:affirmed"),
        certainty=expand(f"df:{certainty}"),
        status=expand("df:current"),
        review_status=expand("df:imported"),
        evidence=(expand("evidence:drugmechdb-2026-07-02-db90001-mesh-d900009-1"),),
        first_seen_in=VERSION,
    )


@pytest.fixture
def line(tmp_path: Path) -> Store:
    nodes, entities, _ = made(tmp_path, LINE)
    return stored([*nodes, *entities, *DISEASES, PRODUCT, contains("examplix", "UNII:AAAAAAAAA1")])


def branching(tmp_path: Path, *keys: str) -> Explanation:
    """Drug to A to disease, and drug to B to disease, with these four keys."""
    one = node("GO:0000001", "BiologicalProcess", "A")
    two = node("GO:0000002", "BiologicalProcess", "B")
    ends = [(DRUG, one), (one, DISEASE), (DRUG, two), (two, DISEASE)]
    links = [(a["id"], key, b["id"]) for (a, b), key in zip(ends, keys, strict=True)]
    nodes, entities, _ = made(tmp_path, tree(links, DRUG, one, two, DISEASE))
    return explain(stored([*nodes, *entities, *DISEASES]), "examplix", "examplosis")


def test_what_becomes_of_paths_conforms(tmp_path: Path) -> None:
    one = node("GO:0000001", "BiologicalProcess", "A")
    other = node("UniProt:41", "Protein", "B")
    ends = [(DRUG, one), (one, one), (one, DISEASE), (DRUG, other), (other, DISEASE)]
    forked = tree(
        [(a["id"], "participates in", b["id"]) for a, b in ends], DRUG, one, other, DISEASE
    )
    nodes, entities, tally = made(tmp_path, LINE, forked)
    assert tally.taken == 2
    report = validate(stored([*nodes, *entities, *DISEASES]).quads())
    assert report.results == ()


# ---------------------------------------------------------------- the sign


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ("DZ+", {1}),
        ("DA- AZ+", {-1}),
        ("DA- AZ-", {1}),
        ("DA- AB- BZ-", {-1}),
        ("DA- AZ?", {0}),
        ("DA- AZ+ DB+ BZ-", {-1}),
        ("DA- AZ+ DB+ BZ+", {-1, 1}),
        ("DA- AZ+ DB? BZ+", {-1, 0}),
        ("DA- AA+ AZ+", {-1}),
        ("DA- AA- AZ+", {-1, 1}),
        ("DA- AB- BA- AZ+", {-1}),
        ("DA-", set()),
    ],
)
def test_signs_of_the_routes(steps: str, wanted: set[int]) -> None:
    sign = {"+": 1, "-": -1, "?": 0}
    triples = [(one[0], one[1], sign[one[2]]) for one in steps.split()]
    assert net_sign(triples, "D", "Z") == wanted
    assert net_sign(triples[::-1], "D", "Z") == wanted


LOWERS, RAISES, SILENT = "negatively regulates", "causes", "occurs in"


@pytest.mark.parametrize(
    ("keys", "net", "verdict"),
    [
        (
            (LOWERS, RAISES, LOWERS, RAISES),
            -1,
            "Taken together, along every route: examplix lowers examplosis.",
        ),
        (
            (LOWERS, RAISES, RAISES, RAISES),
            0,
            "Taken together: not determined, since some routes raise examplosis and others "
            "lower it.",
        ),
        (
            (LOWERS, RAISES, SILENT, RAISES),
            0,
            "Taken together: not determined, since step 3 states no direction.",
        ),
        (
            (LOWERS, SILENT, SILENT, LOWERS),
            0,
            "Taken together: not determined, since steps 2 and 3 state no direction. "
            "Without them, the steps would say: examplix lowers examplosis.",
        ),
    ],
)
def test_verdict_of_a_branching_path(
    tmp_path: Path, keys: tuple[str, ...], net: int, verdict: str
) -> None:
    (path,) = branching(tmp_path, *keys).paths
    assert (path.net, path.verdict) == (net, verdict)


# ---------------------------------------------------------------- in words


def test_a_path_in_words(line: Store) -> None:
    assert text(explain(line, "examplix", "examplosis")) == (
        "examplix → examplosis: 1 path\n"
        "\n"
        "Path 1 of 1 from examplix: 3 steps\n"
        "  1. examplix decreases the activity of Exampling kinase (−)\n"
        "  2. Exampling kinase positively regulates exampling growth (+)\n"
        "  3. exampling growth causes examplosis (+)\n"
        "  Taken together: examplix lowers examplosis.\n"
        "  Source: DrugMechDB paths, 2 July 2026, DB90001_MESH_D900009_1, "
        "https://sulab.github.io/DrugMechDB/\n"
        "  Reference of the path: https://a.example/1\n"
        "  Review: imported\n"
        "\n"
        "(+) more of the one goes with more of the other, (−) with less, "
        "(?) the source states no direction.\n"
        "Not medical advice.\n"
    )


def test_a_product_is_explained_by_its_active_substance(line: Store) -> None:
    found = explain(line, "Examplixa", "examplosis")
    assert (found.drug.label, found.paths[0].start_label) == ("Examplixa", "examplix")
    assert "Path 1 of 1 from examplix: 3 steps" in text(found)


def test_a_hedged_substance_explains_nothing(tmp_path: Path) -> None:
    nodes, entities, _ = made(tmp_path, LINE)
    hedged = contains("examplix", "UNII:AAAAAAAAA1", "possible")
    store = stored([*nodes, *entities, *DISEASES, PRODUCT, hedged])
    assert explain(store, "Examplixa", "examplosis").paths == ()


def test_among_namesakes_the_substance_is_meant(tmp_path: Path) -> None:
    nodes, entities, _ = made(tmp_path, LINE)
    copies = [entity(f"product:copy-{n}", "MedicinalProduct", "Examplix") for n in (1, 2)]
    store = stored([*nodes, *entities, *DISEASES, *copies])
    assert explain(store, "examplix", "examplosis").drug.iri == expand("UNII:AAAAAAAAA1")


def test_several_paths_are_numbered(tmp_path: Path) -> None:
    short = tree([(DRUG["id"], "counteracts", DISEASE["id"])], DRUG, DISEASE)
    short = changed(short, "links", 0, "key", value="treats")
    nodes, entities, _ = made(tmp_path, LINE, short)
    found = explain(stored([*nodes, *entities, *DISEASES]), "examplix", "examplosis")
    brief, whole = text(found), text(found, whole=True)
    assert brief.startswith("examplix → examplosis: 2 paths\n")
    assert "Path 2 of 2: 1 step\n  Taken together: examplix lowers examplosis.\n" in brief
    assert brief.count("  1. ") == 1
    assert brief.endswith("Not medical advice.\n")
    assert "--all" in brief
    assert "--all" not in whole
    assert "  1. examplix counteracts examplosis (−)\n" in whole
    assert whole.count("  1. ") == whole.count("  Review: imported") == 2


def drawn_again(nodes: Iterable[Node], sign: int | None = None) -> list[Node]:
    """Paths as another hand draws them, with facts of its own; the first step of that sign."""

    def own(iri: str) -> str:
        return iri.replace("path/drug", "path/own").replace("fact/drug", "fact/own")

    again: list[Node] = []
    for one in nodes:
        if isinstance(one, MechanismPath):
            steps = tuple(map(own, one.steps))
            row = tuple(f"{iri}-own" for iri in one.evidence)
            again.append(
                replace(one, iri=own(one.iri), steps=steps, references=("b",), evidence=row)
            )
        elif isinstance(one, MechanismStep):
            first = sign if sign is not None and one.position == 1 else one.sign
            facts = tuple(map(own, one.supported_by))
            again.append(replace(one, iri=own(one.iri), sign=first, supported_by=facts))
        elif isinstance(one, Fact):
            again.append(replace(one, iri=own(one.iri), review_status=expand("df:curated")))
        elif isinstance(one, Record):
            again.append(replace(one, iri=f"{one.iri}-own", record="a row of its own"))
    return again


def test_one_path_drawn_by_two_hands_is_shown_once_with_both(tmp_path: Path) -> None:
    nodes, entities, _ = made(tmp_path, LINE)
    store = stored([*nodes, *drawn_again(nodes), *entities, *DISEASES])
    found = explain(store, "examplix", "examplosis")
    (path,) = found.paths
    assert len(path.iris) == 2
    assert path.references == ("https://a.example/1", "b")
    assert [len(step.facts) for step in path.steps] == [2, 2, 2]
    assert path.review == ("imported", "curated")
    first, second = path.sources
    assert "DB90001_MESH_D900009_1" in first
    assert "a row of its own" in second
    assert text(found, whole=True).count("  Source: ") == 2


def test_paths_of_the_same_words_and_other_signs_are_two(tmp_path: Path) -> None:
    nodes, entities, _ = made(tmp_path, LINE)
    store = stored([*nodes, *drawn_again(nodes, sign=1), *entities, *DISEASES])
    found = explain(store, "examplix", "examplosis")
    assert [path.net for path in found.paths] == [-1, 1]


# ---------------------------------------------------------------- where none is held


@pytest.mark.parametrize(
    ("drug", "disease", "said"),
    [
        ("examplix", "exampling disorder", 'A path to the narrower "examplosis" is held'),
        ("examplix", "mild examplosis", 'A path to the broader "examplosis" is held'),
        ("examplix sodium", "examplosis", 'A path from "examplix" is held: ask for that.'),
        ("examplix", "examplitis", "From examplix, paths are held to: examplosis."),
        ("examplar", "examplosis", "No path from examplar to examplosis is held.\n\nNot medical"),
    ],
)
def test_what_comes_near_is_said_and_not_used(
    line: Store, drug: str, disease: str, said: str
) -> None:
    others = [entity("substance:salt", "Substance", "examplix sodium")]
    others += [entity("substance:other", "Substance", "examplar")]
    store = Store.from_nquads(
        line.nquads()
        + rdf.nquads(quad for one in others for quad in rdf.quads(one, graph("curated")))
    )
    found = explain(store, drug, disease)
    assert found.paths == ()
    assert said in text(found)
    assert text(found).startswith("No path from ")


def test_many_other_diseases_are_counted(tmp_path: Path) -> None:
    paths = []
    for n in range(7):
        other = node(f"MESH:D80000{n}", "Disease", f"Ailment {n}")
        whole = tree([(DRUG["id"], "treats", other["id"])], DRUG, other)
        paths.append(changed(whole, "graph", "disease_mesh", value=other["id"]))
    nodes, entities, _ = made(tmp_path, *paths)
    found = explain(stored([*nodes, *entities, *DISEASES]), "examplix", "examplosis")
    assert found.notes == (
        "From examplix, paths are held to: Ailment 0; Ailment 1; Ailment 2; Ailment 3; Ailment 4 "
        "and 2 more.",
    )


def test_unknown_names(line: Store) -> None:
    with pytest.raises(UnknownName):
        explain(line, "no such thing", "examplosis")
    with pytest.raises(UnknownName):
        explain(line, "examplix", "no such thing")
    with pytest.raises(InputError, match="not what is asked for"):
        explain(line, "examplix", "Exampling kinase")


# ---------------------------------------------------------------- the picture


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)


def shown(picture: str) -> list[str]:
    return ["".join(one.itertext()) for one in parsed(picture).iter(f"{SVG}text")]


def test_a_picture_can_be_read_without_seeing_it(line: Store) -> None:
    picture = draw(explain(line, "examplix", "examplosis").paths)
    root = parsed(picture)
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "title desc")
    assert root.findtext(f"{SVG}title") == "How examplix acts on examplosis"
    assert root.findtext(f"{SVG}desc") == (
        "examplix decreases the activity of Exampling kinase (lowers). "
        "Exampling kinase positively regulates exampling growth (raises). "
        "exampling growth causes examplosis (raises). "
        "Taken together: examplix lowers examplosis."
    )
    words = shown(picture)
    for one in ("examplix", "Exampling kinase", "exampling growth", "examplosis", "+ causes"):
        assert words.count(one) == 1
    assert words[-1] == "Not medical advice."


def test_a_picture_is_the_same_every_time(line: Store) -> None:
    found = explain(line, "examplix", "examplosis")
    assert draw(found.paths) == draw(explain(line, "Examplixa", "examplosis").paths)
    assert draw(found.paths * 2).count("decreases the activity of Exampling kinase") == 2


def test_a_picture_refers_to_nothing_outside(line: Store) -> None:
    picture = draw(explain(line, "examplix", "examplosis").paths)
    assert picture.count("http") == 1
    assert 'xmlns="http://www.w3.org/2000/svg"' in picture
    for word in ("href", "url(", "<script", "@import", "<image", "<foreignObject"):
        assert word not in picture


HOSTILE = '</text><script>alert("1")</script>&amp;\'<!-- ]]>'


def test_text_in_a_picture_stays_text(line: Store) -> None:
    (path,) = explain(line, "examplix", "examplosis").paths
    steps = tuple(
        replace(step, end_label=HOSTILE, words=HOSTILE, relation=HOSTILE) for step in path.steps
    )
    picture = draw([replace(path, steps=steps, end_label=HOSTILE, verdict=HOSTILE)])
    assert {one.tag for one in parsed(picture).iter()} == {
        f"{SVG}{name}" for name in "svg title desc style rect path text".split()
    }
    assert HOSTILE in str(parsed(picture).findtext(f"{SVG}desc"))


def laid_out(*links: str) -> tuple[str, list[str]]:
    """The picture of a path with steps such as ``DA-``, and what its boxes are called."""
    steps = tuple(
        Step(n, one[0], f"box {one[0]}", one[1], f"box {one[1]}", {"+": 1, "-": -1, "?": 0}[one[2]],
             f"{one[0]} acts on {one[1]}", "acts on", ())
        for n, one in enumerate(links, 1)
    )  # fmt: skip
    path = module.Path(("p",), "D", "box D", "Z", "box Z", steps, 0, "Said.", (), (), ())
    picture = draw([path])
    return picture, [word for word in shown(picture) if word.startswith("box ")]


@pytest.mark.parametrize(
    "links",
    [
        "DZ+",
        "DA+ AZ- DB? BZ+",
        "DA+ AB+ BC+ CZ+ DZ-",
        "DA+ AA+ AZ+",
        "DA+ AB- BA+ BZ+",
        "DA+ DA- AZ+",
        "DA+ DB+ DC+ DE+ DF+ AZ+ BZ+ CZ+ EZ+ FZ+",
    ],
)
def test_every_box_stands_apart_and_inside(links: str) -> None:
    picture, boxes = laid_out(*links.split())
    ends = {letter for one in links.split() for letter in one[:2]}
    assert set(boxes) == {f"box {letter}" for letter in ends} | {"box D → box Z"}
    root = parsed(picture)
    width, height = int(root.get("width", "")), int(root.get("height", ""))
    drawn = [
        [int(one.get(name, "")) for name in ("x", "y", "width", "height")]
        for one in root.iter(f"{SVG}rect")
        if one.get("rx")
    ]
    assert len(drawn) == len(ends)
    for x, y, wide, tall in drawn:
        assert x >= 0 <= y and x + wide <= width and y + tall <= height
    for n, (x, y, wide, tall) in enumerate(drawn):
        for x2, y2, wide2, tall2 in drawn[n + 1 :]:
            assert x + wide <= x2 or x2 + wide2 <= x or y + tall <= y2 or y2 + tall2 <= y


def test_a_line_shows_its_sign_three_ways() -> None:
    picture, _ = laid_out("DA+", "AB-", "BZ?")
    colours = Counter(one.get("stroke") for one in parsed(picture).iter(f"{SVG}path"))
    assert len({"#0b6285", "#a8380b", "#5a5a5a"} & set(colours)) == 3
    assert {"+ acts on", "− acts on", "acts on"} <= set(shown(picture))
    assert picture.count("stroke-dasharray") == 2


def test_long_names_are_cut_and_wrapped() -> None:
    name = "an exceedingly long name of a protein complex " * 6
    step = Step(1, "D", name, "Z", "x" * 200, 1, "w", "acts on", ())
    path = module.Path(("p",), "D", name, "Z", "x" * 200, (step,), 1, name, (), (), ())
    assert max(map(len, shown(draw([path])))) < 120


# ---------------------------------------------------------------- the command


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store")
    done = kg("build", "--store", path)
    assert done.returncode == 0, done.stderr
    return path


def kg(*words: str | Path) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("KG_")}
    return subprocess.run(
        [KG, *map(str, words)], capture_output=True, text=True, check=False, env=clean
    )


@pytest.mark.parametrize("drug", ["nusinersen", "Spinraza"])
def test_command(built: Path, drug: str) -> None:
    done = kg("explain", drug, "spinal muscular atrophy", "--store", built)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[2] == "Path 1 of 1 from nusinersen: 3 steps"
    assert [line[-2] for line in lines[3:6]] == ["+", "+", "−"]
    assert lines[6] == "  Taken together: nusinersen lowers spinal muscular atrophy."
    assert "DB13161_MESH_D009134_1, link 3" in lines[7]
    assert lines[-1] == "Not medical advice."


def test_command_json_and_picture(built: Path, tmp_path: Path) -> None:
    picture = tmp_path / "path.svg"
    words = ("explain", "nusinersen", "SMA", "--format", "json", "--svg", picture)
    done = kg(*words, "--store", built)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith('"SMA" is also: proximal spinal muscular atrophy (MONDO:')
    (path,) = json.loads(done.stdout)["paths"]
    assert (path["net"], [step["sign"] for step in path["steps"]]) == (-1, [1, 1, -1])
    assert all(step["facts"] for step in path["steps"])
    first = picture.read_bytes()
    assert parsed(first.decode()).tag == f"{SVG}svg"
    kg(*words, "--store", built)
    assert picture.read_bytes() == first


def test_command_without_a_path_gives_the_facts(built: Path, tmp_path: Path) -> None:
    picture = tmp_path / "path.svg"
    done = kg("explain", "Evrysdi", "SMA", "--svg", picture, "--store", built)
    assert done.returncode == 0
    assert done.stdout.startswith("No path from Evrysdi to spinal muscular atrophy is held.\n")
    assert "\nFacts that connect Evrysdi and spinal muscular atrophy: " in done.stdout
    assert done.stdout.count("Not medical advice.") == 1
    assert "What connects Evrysdi and" in picture.read_text(encoding="utf-8")


def test_command_with_unknown_names(built: Path, tmp_path: Path) -> None:
    done = kg("explain", "Exemplum", "SMA", "--store", built)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith('kg: nothing is called "Exemplum"')
    gone = tmp_path / "gone" / "path.svg"
    done = kg("explain", "nusinersen", "SMA", "--svg", gone, "--store", built)
    assert (done.returncode, done.stdout) == (4, "")
    assert "cannot write" in done.stderr


# ---------------------------------------------------------------- published paths

PUBLISHED = {
    "imatinib": "chronic myeloid leukemia",
    "metformin": "type 2 diabetes mellitus",
    "azathioprine": "rheumatoid arthritis",
    "omeprazole": "Zollinger-Ellison syndrome",
    "sildenafil": "pulmonary arterial hypertension",
    "levodopa": "Parkinson disease",
}
FOUND = {
    "imatinib": [(2, -1)],
    "metformin": [(19, 0)],
    "azathioprine": [(13, 0)],
    "omeprazole": [(5, -1)],
    "sildenafil": [(6, -1)],
    "levodopa": [(4, -1)],
}
"""Steps and sign of each path, worked out from the files apart from the code."""


@pytest.fixture(scope="module")
def published() -> Store:
    sources = SHARED / "sources"
    vocabulary = Vocabulary()
    for n, drug in enumerate(PUBLISHED):
        vocabulary.substances.add(Name(drug, "of", f"AAAAAAAAA{n}", drug, n))
    (diseases,) = (sources / "mondo").glob("*.obo.gz")
    ontology = mondo.read(diseases)
    (matches,) = (sources / "mondo").glob("*mesh*.sssom.tsv")
    vocabulary.add_diseases(ontology, mondo.read_mappings(matches))
    (archive,) = (sources / "drugmechdb").glob("*.zip")
    rows = read(archive)
    ends = {row.end for row in rows if row.drug.lower() in PUBLISHED}
    rows = [row for row in rows if row.end in ends]
    identity = Identity(vocabulary)
    nodes = list(drugmechdb.facts(rows, identity, VERSION, Tally("drugmechdb")))
    used = {iri for one in nodes if isinstance(one, MechanismStep) for iri in (one.start, one.end)}
    terms = [
        entity(term.id, "Disease", term.name, alt_labels=term.exact)
        for term in ontology.terms.values()
        if term.id.startswith("MONDO:") and expand(term.id) in used
    ]
    return stored([*nodes, *identity.entities({}), *terms])


@pytest.mark.shared
@pytest.mark.parametrize("drug", PUBLISHED)
def test_published_paths(published: Store, drug: str) -> None:
    found = explain(published, drug, PUBLISHED[drug])
    assert [(len(path.steps), path.net) for path in found.paths] == FOUND[drug]
    for path in found.paths:
        assert path.sources and path.sources[0].startswith("DrugMechDB paths, 2 July 2026, DB")
        assert path.review == ("imported",)
    assert parsed(draw(found.paths)) is not None
