"""DrugMechDB: what is read of an archive, what is refused, and what becomes of a path."""

from __future__ import annotations

import zipfile
from collections import Counter
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml

from kg.errors import InputError
from kg.evidence import record_digest
from kg.identity import Identity
from kg.model import Entity, Fact, MechanismPath, MechanismStep, Node, PartialDate, Record
from kg.names import compact, expand
from kg.sources import drugmechdb
from kg.sources.drugmechdb_rows import Row, read
from kg.sources.drugmechdb_terms import KEYS, KINDS, PREFIXES, terms
from kg.sources.obo import Ontology, Synonym, Term
from kg.sources.plain_yaml import DEEPEST, LARGEST, load
from kg.sources.tally import Tally
from kg.sources.unii import Name
from kg.sssom import Mapping
from kg.vocabulary import Vocabulary
from tests.conftest import SHARED

ARCHIVES = SHARED / "sources" / "drugmechdb"
VERSION = expand("source:drugmechdb-2026-07-02")
Tree = dict[str, Any]


def node(id: str, label: str, name: str) -> dict[str, str]:
    return {"id": id, "label": label, "name": name}


DRUG = node("MESH:D900001", "Drug", "examplix")
KINASE = node("UniProt:P00001", "Protein", "Exampling kinase")
GROWTH = node("GO:0000001", "BiologicalProcess", "exampling growth")
DISEASE = node("MESH:D900009", "Disease", "Examplosis")


def tree(links: list[tuple[str, str, str]], *nodes: dict[str, str], **more: Any) -> Tree:
    """A path of the published shape; links are (source, key, target)."""
    return {
        "directed": True,
        "graph": {
            "_id": "DB90001_MESH_D900009_1",
            "disease": "Examplosis",
            "disease_mesh": "MESH:D900009",
            "drug": "examplix",
            "drug_mesh": "MESH:D900001",
            "drugbank": "DB:DB90001",
        },
        "links": [{"key": key, "source": one, "target": other} for one, key, other in links],
        "multigraph": True,
        "nodes": list(nodes),
        "references": ["https://a.example/1"],
    } | more


LINE = tree(
    [
        ("MESH:D900001", "decreases activity of", "UniProt:P00001"),
        ("UniProt:P00001", "positively regulates", "GO:0000001"),
        ("GO:0000001", "causes", "MESH:D900009"),
    ],
    DRUG,
    KINASE,
    GROWTH,
    DISEASE,
)


class Plain(yaml.SafeDumper):
    """Writes what stands twice twice, without an alias."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def dumped(whole: Any) -> str:
    return str(yaml.dump(whole, Dumper=Plain, allow_unicode=True))


def changed(whole: Tree, *place: Any, value: Any) -> Tree:
    """A deep copy with another value (None: without it) at a place."""
    copy: Tree = deepcopy(whole)
    inner: Any = copy
    for part in place[:-1]:
        inner = inner[part]
    if value is None:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return copy


def archive(path: Path, *trees: Tree | str, index: list[Tree] | None = None) -> Path:
    """An archive of paths, with the index that belongs to them unless another is given."""
    file = path / "paths.zip"
    entries = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for number, one in enumerate(trees, 1):
            name = f"DB90001_MESH_D900009_{number}"
            if not isinstance(one, str) and one["graph"]:
                one = changed(one, "graph", "_id", value=name)
            text = one if isinstance(one, str) else dumped(one)
            member = zipfile.ZipInfo(f"paths/{name}.yaml", (2026, 7, number, 1, 2, 4))
            made.writestr(member, text)
            graph = {"drug": "examplix", "disease": "Examplosis", "disease_mesh": "MESH:D900009"}
            entries.append({"id": name, "file": f"{name}.yaml", **graph})
        member = zipfile.ZipInfo("paths/_index.yaml", (2026, 6, 30, 1, 2, 4))
        made.writestr(member, dumped(entries if index is None else index))
    return file


def vocabulary() -> Vocabulary:
    """Two substances, one of them with a second name that is its salt's; one disease."""
    found = Vocabulary()
    found.substances.add(Name("EXAMPLIX", "of", "AAAAAAAAA1", "EXAMPLIX", 2))
    found.substances.add(Name("EXAMPLINE", "cn", "AAAAAAAAA2", "EXAMPLINE SODIUM", 3))
    found.substances.add(Name("EXAMPLATE", "of", "AAAAAAAAA3", "EXAMPLATE", 4))
    synonym = Synonym("Exampling disease", "EXACT")
    term = Term("MONDO:0000009", "examplosis", None, (synonym,), (), (), (), False, (), 1)
    other = Term("MONDO:0000008", "examplitis", None, (), (), (), (), False, (), 1)
    matched = Mapping("MONDO:0000009", "", "skos:exactMatch", "mesh:D900009", "")
    terms_ = {one.id: one for one in (term, other)}
    found.add_diseases(Ontology({}, terms_, Counter()), [matched])
    return found


def made(path: Path, *trees: Tree) -> tuple[list[Node], list[Entity], Tally]:
    """What the adapter makes of an archive of these paths, and the entities it speaks of."""
    tally, identity = Tally("drugmechdb"), Identity(vocabulary())
    identity.reading(VERSION)
    nodes = list(drugmechdb.facts(read(archive(path, *trees)), identity, VERSION, tally))
    tally.check()
    return nodes, list(identity.entities({})), tally


Kind = TypeVar("Kind", bound=Node)


def of(kind: type[Kind], nodes: list[Node]) -> list[Kind]:
    return [one for one in nodes if isinstance(one, kind)]


# ---------------------------------------------------------------- reading


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (row,) = read(archive(tmp_path, LINE | {"comment": "made up"}))
    assert (row.id, row.start, row.end) == ("DB90001_MESH_D900009_1", DRUG["id"], DISEASE["id"])
    assert [link.key for link in row.links] == [one["key"] for one in LINE["links"]]
    assert row.references == ("https://a.example/1",)
    assert row.cells["links 2 target"] == "GO:0000001"
    assert row.cells["nodes 4 name"] == "Examplosis"
    assert row.cells["comment"] == "made up"


def test_scalars_stay_as_they_are_written(tmp_path: Path) -> None:
    text = dumped(changed(LINE, "graph", "_id", value="DB90001_MESH_D900009_1"))
    (row,) = read(archive(tmp_path, text.replace("Exampling kinase", "007")))
    assert row.nodes["UniProt:P00001"].name == "007"


def test_the_date_is_that_of_the_latest_member(tmp_path: Path) -> None:
    assert drugmechdb.dated(archive(tmp_path, LINE, LINE)) == PartialDate("2026-07-02")


def test_a_node_given_twice_alike_is_one(tmp_path: Path) -> None:
    (row,) = read(archive(tmp_path, changed(LINE, "nodes", value=[*LINE["nodes"], KINASE])))
    assert len(row.nodes) == 4


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("weights",), "x", 'file: unknown key "weights"'),
        (("links",), None, 'file: missing key "links"'),
        (("links",), [], "has no links"),
        (("links",), "x", "links: is no list"),
        (("nodes",), {"a": "b"}, "nodes: is no list"),
        (("directed",), False, 'directed: is "false"; it must be true'),
        (("graph",), [], "graph: is no mapping"),
        (("graph", "orphan"), "x", 'graph: unknown key "orphan"'),
        (("graph", "drug"), "", "drug: is no text"),
        (("graph", "disease"), None, 'graph: missing key "disease"'),
        (("nodes", 0, "weight"), "x", 'nodes: unknown key "weight"'),
        (("nodes", 0, "label"), "Spell", 'nodes: unknown label "Spell"'),
        (("nodes", 0, "id"), "SPELL:1", 'nodes: unknown kind of id "SPELL:1"'),
        (("nodes", 0, "id"), "MESH:", 'nodes: unknown kind of id "MESH:"'),
        (("nodes", 0, "name"), ["x"], "name: is no text"),
        (("nodes", 3, "id"), "GO:0000001", "nodes: GO:0000001 stands for two nodes"),
        (("links", 1, "key"), "enchants", 'link 2: unknown key "enchants"'),
        (("links", 1, "target"), "GO:9", "link 2: GO:9 is no node of the path"),
        (("links", 1, "weight"), "x", 'links: unknown key "weight"'),
        (("references",), "x", "references: is no list"),
        (("references",), [["x"]], "references: is no text"),
    ],
)
def test_what_is_no_such_path_is_refused(
    tmp_path: Path, place: tuple[Any, ...], value: Any, said: str
) -> None:
    file = archive(tmp_path, changed(LINE, *place, value=value))
    with pytest.raises(InputError) as error:
        read(file)
    assert str(error.value) == f"{file}/paths/DB90001_MESH_D900009_1.yaml: {said}"


def test_the_name_of_a_file_is_its_path(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="_id: is"):
        read(archive(tmp_path, dumped(changed(LINE, "graph", "_id", value="other"))))


@pytest.mark.parametrize(
    ("index", "said"),
    [
        ([], "the index and the files differ by DB90001_MESH_D900009_1.yaml"),
        ([{"id": "a"}], 'missing key "disease"'),
        (["a"], "index: is no mapping"),
        ({"a": "b"}, "index: is no list"),
    ],
)
def test_the_index_lists_just_the_files(tmp_path: Path, index: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(archive(tmp_path, LINE, index=index))


def entry(name: str, file: str) -> Tree:
    return {"id": name, "file": file, "drug": "a", "disease": "b", "disease_mesh": "c"}


@pytest.mark.parametrize(
    ("index", "said"),
    [
        ([entry("a", "b.yaml")], '"b.yaml" is not the file of a'),
        ([entry("a", "a.yaml"), entry("a", "a.yaml")], "a path is listed twice"),
    ],
)
def test_the_index_is_consistent(tmp_path: Path, index: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(archive(tmp_path, LINE, index=index))


@pytest.mark.parametrize("name", ["readme.txt", "paths/a.txt", "paths/deep/a.yaml"])
def test_another_member_is_refused(tmp_path: Path, name: str) -> None:
    file = archive(tmp_path, LINE)
    with zipfile.ZipFile(file, "a") as made:
        made.writestr(name, "x")
    with pytest.raises(InputError, match="is no path of DrugMechDB"):
        read(file)


def test_an_archive_without_index_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "paths.zip"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("paths/a.yaml", "x")
    with pytest.raises(InputError, match="has no index"):
        read(file)


def test_an_empty_archive_has_no_date(tmp_path: Path) -> None:
    file = tmp_path / "paths.zip"
    zipfile.ZipFile(file, "w").close()
    with pytest.raises(InputError, match="is empty"):
        drugmechdb.dated(file)


# ---------------------------------------------------------------- YAML of a stranger


def test_plain_yaml() -> None:
    text = b"a: [no, 17, '']\nb:\n  c: 2026-07-02\n  d: [ {e: ~} ]\n"
    wanted = {"a": ["no", "17", ""], "b": {"c": "2026-07-02", "d": [{"e": "~"}]}}
    assert load(text, file="x") == wanted
    assert load(b"alone", file="x") == "alone"


BOMB = "\n".join(
    ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))]
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "x:1: an anchor or alias is not accepted"),
        ("a: 1\nb: *c\n", "x:2: an anchor or alias is not accepted"),
        ("a: !!python/object:os.system x\n", "x:1: a tag is not accepted"),
        ("a: 1\nb: 2\na: 3\n", 'x:3: the key "a" a second time is not accepted'),
        ("? [a]\n: b\n", "x:1: a key that is no text is not accepted"),
        ("a: 1\n---\nb: 2\n", "x:2: a second document is not accepted"),
        ("[" * (DEEPEST + 1), f"x:1: nesting deeper than {DEEPEST} is not accepted"),
        ("[" * 30_000, f"x:1: nesting deeper than {DEEPEST} is not accepted"),
        ("- " * 30_000, f"x:1: nesting deeper than {DEEPEST} is not accepted"),
        ("", "x: is empty"),
        ("a: [1\n", "x:2: not YAML: "),
        ("a: b: c\n", "x:1: not YAML: "),
        ("a: \x00\n", "x:1: control character U+0000"),
        ("a: 1\nb: \u202etxt\n", "x:2: control character U+202E"),
    ],
)
def test_tricks_are_refused(text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        load(text.encode(), file="x")
    assert str(error.value).startswith(said)


def test_bytes_and_size() -> None:
    with pytest.raises(InputError, match=r"^x:2: byte 0xff is not utf-8$"):
        load(b"a: 1\nb: \xff\n", file="x")
    with pytest.raises(InputError, match="at most"):
        load(b"a" * (LARGEST + 1), file="x")


# ---------------------------------------------------------------- terms


def test_every_key_has_a_predicate_of_its_own() -> None:
    assert len(KEYS) == len(set(KEYS.values())) == 67
    assert {term.sign for term in terms().values()} == {1, -1, 0}
    assert {key: terms()[key].sign for key in ("disrupted by", "produces", "in taxon")} == {
        "disrupted by": -1,
        "produces": 1,
        "in taxon": 0,
    }


def test_no_use_of_a_medicine_is_claimed() -> None:
    assert not {"treats", "contraindicatedIn", "hasActiveSubstance"} & set(KEYS.values())


def test_classes_of_nodes_are_those_of_entities() -> None:
    kinds = {*KINDS.values(), *(one.kind for one in PREFIXES.values() if one.kind)}
    assert kinds <= Entity.classes


# ---------------------------------------------------------------- facts


def test_a_path_its_steps_and_their_facts(tmp_path: Path) -> None:
    nodes, _, tally = made(tmp_path, LINE)
    assert tally == Tally("drugmechdb", 1, 1)
    (path,) = of(MechanismPath, nodes)
    assert path == MechanismPath(
        iri=expand("path:drugmechdb-db90001-mesh-d900009-1"),
        kinds=("df:MechanismPath",),
        label="how examplix acts on Examplosis (DB90001_MESH_D900009_1)",
        start=expand("UNII:AAAAAAAAA1"),
        end=expand("MONDO:0000009"),
        steps=tuple(f"{path.iri}-{n}" for n in (1, 2, 3)),
        references=("https://a.example/1",),
        evidence=(expand("evidence:drugmechdb-2026-07-02-db90001-mesh-d900009-1"),),
    )
    steps = of(MechanismStep, nodes)
    assert [(step.position, step.sign, step.label) for step in steps] == [
        (1, -1, "examplix decreases the activity of Exampling kinase"),
        (2, 1, "Exampling kinase positively regulates exampling growth"),
        (3, 1, "exampling growth causes Examplosis"),
    ]
    facts = {fact.iri: fact for fact in of(Fact, nodes)}
    (first,) = (facts[iri] for iri in steps[0].supported_by)
    record = expand("evidence:drugmechdb-2026-07-02-db90001-mesh-d900009-1-link-1")
    assert first == Fact(
        iri=expand("fact:drugmechdb-unii-aaaaaaaaa1-decreasesactivityof-uniprot-p00001"),
        kinds=("df:MechanismClaim",),
        label="examplix decreases the activity of Exampling kinase",
        subject=expand("UNII:AAAAAAAAA1"),
        predicate=expand("df:decreasesActivityOf"),
        object=expand("UniProt:P00001"),
        polarity=expand("df:affirmed"),
        certainty=expand("df:stated"),
        status=expand("df:current"),
        review_status=expand("df:imported"),
        evidence=(record,),
        first_seen_in=VERSION,
        last_confirmed_in=VERSION,
        knowledge_level=expand("biolink:knowledge_assertion"),
        agent_type=expand("biolink:manual_agent"),
    )
    records = {one.iri: one for one in of(Record, nodes)}
    assert len(records) == 4
    assert records[record].record == "DB90001_MESH_D900009_1, link 1"
    assert records[record].digest == record_digest(LINE["links"][0])


def test_a_link_of_two_paths_is_one_fact_with_two_records(tmp_path: Path) -> None:
    nodes, _, tally = made(tmp_path, LINE, LINE)
    assert tally.taken == len(of(MechanismPath, nodes)) == 2
    assert [len(fact.evidence) for fact in of(Fact, nodes)] == [2, 2, 2]
    assert len({one.iri for one in nodes}) == len(nodes)


def test_a_link_given_twice_is_one_step_with_two_records(tmp_path: Path) -> None:
    twice = changed(LINE, "links", value=[*LINE["links"], LINE["links"][1]])
    nodes, _, _ = made(tmp_path, twice)
    assert len(of(MechanismStep, nodes)) == 3
    assert sorted(len(fact.evidence) for fact in of(Fact, nodes)) == [1, 1, 2]


def order(path: Path, links: list[tuple[str, str]]) -> list[str]:
    """The order of the steps of a path, as ``AB`` from A to B; D is the drug, Z the disease."""
    names = {"D": DRUG, "Z": DISEASE}
    letters = sorted({one for link in links for one in link} - set(names))
    names |= {one: node(f"GO:{n:07}", "BiologicalProcess", one) for n, one in enumerate(letters)}
    whole = tree(
        [(names[one]["id"], "causes", names[other]["id"]) for one, other in links],
        *names.values(),
    )
    nodes, _, _ = made(path, whole)
    letter = {"UNII:AAAAAAAAA1": "D", "MONDO:0000009": "Z"}
    letter |= {names[one]["id"]: one for one in letters}
    return [
        letter[compact(step.start)] + letter[compact(step.end)] for step in of(MechanismStep, nodes)
    ]


@pytest.mark.parametrize(
    ("links", "wanted"),
    [
        ("DA AB BZ", "DA AB BZ"),
        ("BZ AB DA", "DA AB BZ"),
        ("DA AZ DB BZ", "DA AZ DB BZ"),
        ("BZ AZ DB DA", "DB BZ DA AZ"),
        ("DA AC DB BC CZ", "DA AC DB BC CZ"),
        ("CZ AC BC DA DB", "DA AC DB BC CZ"),
        ("DA AA AZ", "DA AA AZ"),
        ("DA AB BA BZ", "DA AB BA BZ"),
        ("DZ", "DZ"),
    ],
)
def test_steps_come_after_all_that_leads_to_them(tmp_path: Path, links: str, wanted: str) -> None:
    pairs = [(link[0], link[1]) for link in links.split()]
    assert order(tmp_path, pairs) == wanted.split()


@pytest.mark.parametrize(
    ("whole", "reason"),
    [
        (changed(LINE, "graph", "disease_mesh", value="MESH:D7"), drugmechdb.NO_ENDS),
        (
            changed(
                changed(LINE, "graph", "drug_mesh", value="MESH:D7"), "graph", "drugbank", value="x"
            ),
            drugmechdb.NO_ENDS,
        ),
        (changed(LINE, "links", value=LINE["links"][1:]), drugmechdb.NOT_JOINED),
        (changed(LINE, "links", value=LINE["links"][:2]), drugmechdb.NOT_JOINED),
        (changed(LINE, "links", 1, "source", value="MESH:D900009"), drugmechdb.NOT_JOINED),
    ],
)
def test_a_path_that_does_not_join_is_skipped(tmp_path: Path, whole: Tree, reason: str) -> None:
    nodes, _, tally = made(tmp_path, whole)
    assert nodes == []
    assert tally.skipped == Counter({reason: 1})
    assert reason in drugmechdb.REASONS


# ---------------------------------------------------------------- what a node is


def ends(path: Path, *others: dict[str, str], **graph: str) -> tuple[list[str], list[Entity]]:
    """The entities along a line of nodes, as CURIEs, and those that are described."""
    nodes = [DRUG, *others, DISEASE]
    links = [(one["id"], "causes", two["id"]) for one, two in pairwise(nodes)]
    found, entities, _ = made(path, tree(links, *nodes))
    steps = of(MechanismStep, found)
    return [compact(step.end) for step in steps[:-1]], entities


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        (KINASE, "UniProt:P00001"),
        (node("UniProt:P00001-1", "Protein", "Exampling kinase"), "concept:drugmechdb-"),
        (node("taxonomy:9", "OrganismTaxon", "Exemplum"), "NCBITaxon:9"),
        (node("TIGR:02074", "GeneFamily", "Example family"), "TIGRFAM:TIGR02074"),
        (node("InterPro:IPR000001", "GeneFamily", "Example family"), "InterPro:IPR000001"),
        (node("reactome:R-HSA-1\ufeff", "Pathway", "Exampling"), "concept:drugmechdb-exampling"),
        (node("reactome:R-HSA-1", "Pathway", "Exampling"), "reactome:R-HSA-1"),
        (node("HP:0000009", "PhenotypicFeature", "Exampling gait"), "HP:0000009"),
        (node("MESH:D900002", "Drug", "examplix"), "UNII:AAAAAAAAA1"),
        (node("MESH:D900002", "Drug", "Exampline"), "UNII:AAAAAAAAA2"),
        (node("MESH:D900002", "ChemicalSubstance", "Exampline"), "mesh:D900002"),
        (node("MESH:D900002", "ChemicalSubstance", "examplate"), "UNII:AAAAAAAAA3"),
        (node("CHEBI:9", "ChemicalSubstance", "Unheard of"), "CHEBI:9"),
        (node("DB:DB90002", "ChemicalSubstance", "Unheard of"), "DRUGBANK:DB90002"),
        (node("DB:DBMET1", "ChemicalSubstance", "Unheard of"), "substance:unheard-of"),
        (node("MESH:D900003", "Disease", "Examplitis"), "MONDO:0000008"),
        (node("MESH:D900003", "Disease", "Unheard of"), "mesh:D900003"),
    ],
)
def test_what_a_node_is(tmp_path: Path, one: dict[str, str], wanted: str) -> None:
    found, _ = ends(tmp_path, one)
    assert found[0].startswith(wanted)


def test_names_that_lead_to_several_diseases_lead_to_none(tmp_path: Path) -> None:
    ill = node("MESH:D900003", "Disease", "Examplitis")
    links = [(DRUG["id"], "causes", ill["id"]), (ill["id"], "causes", DISEASE["id"])]
    other = ill | {"name": "exampling disease"}
    nodes, entities, _ = made(
        tmp_path, tree(links, DRUG, ill, DISEASE), tree(links, DRUG, other, DISEASE)
    )
    assert {compact(step.start) for step in of(MechanismStep, nodes)} == {
        "UNII:AAAAAAAAA1",
        "mesh:D900003",
    }
    (held,) = (one for one in entities if compact(one.iri) == "mesh:D900003")
    assert (held.label, held.alt_labels) == ("Examplitis", ("exampling disease",))


def test_the_disease_of_a_path_is_one_however_it_is_labelled(tmp_path: Path) -> None:
    wrong = changed(LINE, "nodes", 3, "label", value="Drug")
    nodes, _, _ = made(tmp_path, wrong)
    assert of(MechanismPath, nodes)[0].end == expand("MONDO:0000009")


def test_a_substance_with_the_identifier_of_a_disease_is_taken_by_its_name(tmp_path: Path) -> None:
    dust = node("MESH:D900004", "ChemicalSubstance", "Dust")
    ill = node("MESH:D900004", "Disease", "Dustosis")
    first = tree([(DRUG["id"], "causes", ill["id"]), (ill["id"], "causes", DISEASE["id"])])
    trees = [first | {"nodes": [DRUG, one, DISEASE]} for one in (ill, ill, dust)]
    nodes, entities, _ = made(tmp_path, *trees)
    ends_ = {compact(step.end) for step in of(MechanismStep, nodes)}
    assert ends_ == {"mesh:D900004", "substance:dust", "MONDO:0000009"}
    (held,) = (one for one in entities if compact(one.iri) == "mesh:D900004")
    assert (held.label, held.kinds, held.alt_labels) == ("Dustosis", ("df:Disease",), ())


def test_the_most_frequent_name_is_the_label(tmp_path: Path) -> None:
    other = changed(LINE, "nodes", 2, "name", value="growth of examples")
    _, entities, _ = made(tmp_path, LINE, other, other)
    (held,) = (one for one in entities if compact(one.iri) == "GO:0000001")
    assert (held.label, held.alt_labels) == ("growth of examples", ("exampling growth",))


# ---------------------------------------------------------------- the published archive


@pytest.fixture(scope="module")
def published() -> list[Row]:
    (file,) = ARCHIVES.glob("*.zip")
    return read(file)


@pytest.mark.shared
def test_every_published_path_is_asserted(published: list[Row]) -> None:
    tally, identity = Tally("drugmechdb"), Identity(Vocabulary())
    nodes = list(drugmechdb.facts(published, identity, VERSION, tally))
    tally.check()
    assert tally == Tally("drugmechdb", 4846, 4846)
    assert sum(len(row.links) for row in published) == 32641
    assert sum(len(row.references) for row in published) == 13837
    assert {link.key for row in published for link in row.links} == set(KEYS)
    paths, steps, records = of(MechanismPath, nodes), of(MechanismStep, nodes), of(Record, nodes)
    assert (len(paths), len(records)) == (4846, 4846 + 32641)
    assert len({one.iri for one in nodes}) == len(nodes)
    facts = {fact.iri for fact in of(Fact, nodes)}
    assert {iri for step in steps for iri in step.supported_by} == facts
    assert {iri for path in paths for iri in path.steps} == {step.iri for step in steps}


@pytest.mark.shared
def test_the_published_archive_has_its_date() -> None:
    (file,) = ARCHIVES.glob("*.zip")
    assert drugmechdb.dated(file) == PartialDate("2026-07-02")
