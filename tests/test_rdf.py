"""RDF both ways: what is written is read back the same, and nothing else is read at all."""

from __future__ import annotations

import time
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import rdf
from kg.errors import InputError
from kg.model import BOUNDS, Fact, Node, PartialDate, Population, inclusive_flag
from kg.names import DF, expand
from kg.rdf import FORMATS, nodes, nquads, parse, parse_file, quads
from kg.turtle import positions

GRAPH = "https://w3id.org/drugfacts/graph/curated"
SOME = settings(max_examples=40, deadline=None)
FORMS = {form: ending for ending, form in FORMATS.items()}

# ---------------------------------------------------------------- valid nodes, from the metadata

E = "http://e.org/"
IRIS = st.integers(0, 9).map(lambda number: f"{E}{number}") | st.text(
    st.sampled_from("aZ09-._~:;,=()'*+!$&@/?é京"), min_size=1, max_size=6
).map(lambda text: f"{E}{text}")
# XML 1.0 holds no other control characters, and hands a lone return on as a line end
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")) | st.sampled_from("\n\t"),
    max_size=20,
)
DATES = (
    st.dates()
    .map(lambda day: day.isoformat())
    .flatmap(lambda text: st.sampled_from([text, text[:7], text[:4]]).map(PartialDate))
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "iri": IRIS,
    "string": TEXTS,
    "integer": st.integers(-(2**63), 2**63 - 1),
    "decimal": st.from_regex(r"-?(0|[1-9][0-9]{0,9})(\.[0-9]{0,5}[1-9])?", fullmatch=True),
    "boolean": st.booleans(),
    "date": DATES,
}


def field_values(item: Field[Any]) -> st.SearchStrategy[Any]:
    one = VALUES[item.metadata["kind"]]
    least = 1 if item.metadata["required"] else 0
    if item.metadata["many"]:
        sets = st.lists(one, min_size=least, max_size=3, unique=True)
        return sets.map(lambda found: tuple(sorted(found)))
    return one if least else st.none() | one


@st.composite
def model_nodes(draw: st.DrawFn, cls: type[Node]) -> Node:
    values = {
        item.name: draw(field_values(item)) for item in fields(cls) if "property" in item.metadata
    }
    if cls is Population:
        names = {
            item.metadata["property"]: item.name
            for item in fields(cls)
            if "property" in item.metadata
        }
        for bound in BOUNDS:
            flag = names[f"df:{inclusive_flag(bound)}"]
            if values[names[f"df:{bound}"]] is not None and values[flag] is None:
                values[flag] = draw(st.booleans())
    if cls is Fact:
        values["polarity"] = DF + draw(st.sampled_from("affirmed denied notEvaluated".split()))
    kind = draw(st.sampled_from(sorted(cls.classes)))
    return cls(iri=draw(IRIS), kinds=(kind,), **values)


@pytest.mark.parametrize("cls", Node.__subclasses__(), ids=lambda cls: cls.__name__)
@SOME
@given(data=st.data())
def test_a_node_is_its_quads_and_its_quads_are_the_node(
    cls: type[Node], data: st.DataObject
) -> None:
    node = data.draw(model_nodes(cls))
    written = list(quads(node, GRAPH))
    assert {quad.graph_name for quad in written} == {ox.NamedNode(GRAPH)}
    assert {quad.subject for quad in written} == {ox.NamedNode(node.iri)}
    assert not any(isinstance(quad.object, ox.BlankNode) for quad in written)
    assert len(set(written)) == len(written)
    assert nodes(written) == [node]
    assert nodes(reversed(written + written)) == [node]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@SOME
@given(data=st.data())
def test_nodes_survive_every_format(form: ox.RdfFormat, data: st.DataObject) -> None:
    kinds = st.sampled_from(Node.__subclasses__()).flatmap(model_nodes)
    some = data.draw(st.lists(kinds, max_size=3, unique_by=lambda node: node.iri))
    written = [quad for node in some for quad in quads(node, GRAPH)]
    if not form.supports_datasets:
        written = [ox.Quad(quad.subject, quad.predicate, quad.object) for quad in written]
    text = ox.serialize(written, format=form)
    assert isinstance(text, bytes)
    found = parse(text, form, name="x")
    assert set(found) == set(written)
    assert nodes(found) == sorted(some, key=lambda node: node.iri)


def test_every_format_is_tried() -> None:
    assert {form.name for form in FORMS} == {
        "Turtle",
        "TriG",
        "N-Triples",
        "N-Quads",
        "JSON-LD",
        "RDF/XML",
    }


# ---------------------------------------------------------------- what follows from a fact

PREFIXES = """@prefix df: <https://w3id.org/drugfacts/ontology#> .
@prefix ex: <http://e.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
FACT = """ex:f a df:OutcomeClaim ;
 rdfs:label "f" ;
 rdf:subject ex:s ;
 rdf:predicate df:cures ;
 rdf:object ex:o ;
 df:polarity df:denied ;
 df:status df:current ;
 df:reviewStatus df:curated ;
 df:evidence ex:e ;
 df:firstSeenIn ex:v """
ENTITY = 'ex:x a df:Gene ;\n rdfs:label "x" '


def read(text: str) -> list[Node]:
    """Nodes of a Turtle text whose line 1 follows the prefixes."""
    head = PREFIXES.replace("\n", " ")
    found = parse((head + text).encode(), ox.RdfFormat.TURTLE, name="x.ttl")
    return nodes(found, name="x.ttl", where=positions(head + text))


def derived(text: str) -> set[tuple[str, str]]:
    (node,) = read(text)
    told = {q.predicate.value for q in parse((PREFIXES + text).encode(), FORMATS[".ttl"], name="x")}
    extra = [quad for quad in quads(node, GRAPH) if quad.predicate.value not in told]
    return {(quad.predicate.value.partition("#")[2], str(quad.object)) for quad in extra}


def test_a_denied_fact_is_also_a_negative_assertion_of_owl() -> None:
    assert derived(FACT + ".") == {
        ("sourceIndividual", "<http://e.org/s>"),
        ("assertionProperty", f"<{DF}cures>"),
        ("targetIndividual", "<http://e.org/o>"),
    }
    (node,) = read(FACT + ".")
    written: list[Any] = list(quads(node, GRAPH))
    kinds = {q.object.value for q in written if q.predicate.value == expand("rdf:type")}
    assert kinds == {DF + "OutcomeClaim", expand("owl:NegativePropertyAssertion")}


@pytest.mark.parametrize("polarity", ["affirmed", "notEvaluated", "notDemonstrated"])
def test_no_other_fact_is(polarity: str) -> None:
    assert derived(FACT.replace("denied", polarity) + ".") == set()


def test_a_date_gets_its_interval_in_whole_days() -> None:
    dated = FACT.replace("denied", "affirmed") + '; df:date "2020-02"^^xsd:gYearMonth .'
    day = "^^<http://www.w3.org/2001/XMLSchema#date>"
    assert derived(dated) == {
        ("dateEarliest", f'"2020-02-01"{day}'),
        ("dateLatest", f'"2020-02-29"{day}'),
    }


def test_what_follows_may_be_stated_if_it_is_right() -> None:
    right = "; a owl:NegativePropertyAssertion ; owl:sourceIndividual ex:s ."
    assert read(FACT + right) == read(FACT + ".")


# ---------------------------------------------------------------- what is refused

CLASSES = "see ontology/drugfacts.ttl for the classes"
GENES = "see the properties of df:Gene in ontology/drugfacts.ttl"
CLAIMS = "see the properties of df:OutcomeClaim in ontology/drugfacts.ttl"
PLAIN = "write it without signs or zeros that mean nothing"
EVIDENCE = 'ex:e a df:Passage ; df:inVersion ex:v ; df:section "1" ; df:end 9 ;'
EVIDENCE += ' df:sentenceDigest "d" ; df:sketch "s" ;\n df:start '
PEOPLE = 'ex:p a df:Population ; rdfs:label "p" ; df:maxWeightInclusive true ;\n df:maxWeightKg '
VERSION = 'ex:v a df:SourceVersion ; rdfs:label "v" ; df:versionOf ex:r ;\n df:versionDate '
REFUSED = {
    # classes
    'ex:x rdfs:label "x" .': f"1: {E}x rdf:type: exactly one class of the model is wanted, "
    f"found none; {CLASSES}",
    'ex:x rdfs:label "x" ;\n a df:Mood .': f"2: {E}x rdf:type: exactly one class of the model is "
    f"wanted, found df:Mood; {CLASSES}",
    'ex:x a df:Gene , df:Protein ;\n rdfs:label "x" .': f"1: {E}x rdf:type: exactly one class of "
    f"the model is wanted, found df:Gene, df:Protein; {CLASSES}",
    "ex:x a df:Fact .": f"1: {E}x rdf:type: exactly one class of the model is wanted, found "
    f"df:Fact; {CLASSES}",
    "ex:x a owl:NegativePropertyAssertion .": f"1: {E}x rdf:type: exactly one class of the model "
    f"is wanted, found none; {CLASSES}",
    'ex:x a "gene" .': f"1: {E}x rdf:type: exactly one class of the model is wanted, found gene; "
    + CLASSES,
    "ex:x a <<( ex:a ex:b ex:c )>> .": f"1: {E}x rdf:type: exactly one class of the model is "
    f"wanted, found <{E}a> <{E}b> <{E}c>; {CLASSES}",
    # properties
    ENTITY + ";\n df:colour df:red .": f"3: {E}x df:colour: is not known; {GENES}",
    ENTITY + ";\n df:date 1 .": f"3: {E}x df:date: is not known; {GENES}",
    ENTITY + ";\n <tag:e.org,2026:p> 1 .": f"3: {E}x tag:e.org,2026:p: is not known; {GENES}",
    ENTITY + ";\n ex:p\\/ 1 .": f"3: {E}x {E}p/: is not known; {GENES}",
    "ex:x a df:Gene .": f"1: {E}x rdfs:label: is required and missing; add rdfs:label to {E}x",
    ENTITY + '.\nex:x rdfs:label "y" .': f"2: {E}x rdfs:label: has 2 values, one is allowed; "
    "keep one",
    ENTITY + ";\n skos:broader 1 .": f'3: {E}x skos:broader: "1"^^'
    "<http://www.w3.org/2001/XMLSchema#integer> is no IRI; name a node",
    ENTITY + ";\n skos:broader <<( ex:a ex:b ex:c )>> .": f"3: {E}x skos:broader: <{E}a> <{E}b> "
    f"<{E}c> is no IRI; name a node",
    # values
    ENTITY + ";\n skos:altLabel ex:y .": f"3: {E}x skos:altLabel: <{E}y> is no value; "
    "write a string",
    ENTITY + ";\n skos:altLabel 5 .": f'3: {E}x skos:altLabel: "5"^^'
    "<http://www.w3.org/2001/XMLSchema#integer> is no xsd:string; write an xsd:string",
    ENTITY + ';\n skos:altLabel "gène"@fr .': f'3: {E}x skos:altLabel: "gène"@fr has a language '
    "tag; write it without one: queries are written without",
    EVIDENCE + "01 .": f'2: {E}e df:start: "01" is not the plain form of an xsd:integer; {PLAIN}',
    EVIDENCE + "+1 .": f'2: {E}e df:start: "+1" is not the plain form of an xsd:integer; {PLAIN}',
    EVIDENCE + "-0 .": f'2: {E}e df:start: "-0" is not the plain form of an xsd:integer; {PLAIN}',
    EVIDENCE + '"1" .': f'2: {E}e df:start: "1" is no xsd:integer; write an xsd:integer',
    EVIDENCE + "1.0 .": f'2: {E}e df:start: "1.0"^^<http://www.w3.org/2001/XMLSchema#decimal> '
    "is no xsd:integer; write an xsd:integer",
    PEOPLE + "21.50 .": f'2: {E}p df:maxWeightKg: "21.50" is not the plain form of an '
    f"xsd:decimal; {PLAIN}",
    PEOPLE + "21 .": f'2: {E}p df:maxWeightKg: "21"^^<http://www.w3.org/2001/XMLSchema#integer> '
    "is no xsd:decimal; write an xsd:decimal",
    PEOPLE.replace("Inclusive true", 'Inclusive "1"^^xsd:boolean') + "21.5 .": f"1: {E}p "
    f'df:maxWeightInclusive: "1" is not the plain form of an xsd:boolean; {PLAIN}',
    PEOPLE.replace("df:maxWeightInclusive true ;", "") + "21.5 .": f"2: {E}p df:maxWeightKg: the "
    "bound has no df:maxWeightInclusive; "
    "say whether the limit itself belongs: df:maxWeightInclusive true or false",
    # dates
    VERSION + '"2019"^^xsd:date .': f'2: {E}v df:versionDate: "2019" is no xsd:date; '
    "write ^^xsd:gYear",
    VERSION + '"2019-05-24"^^xsd:gYearMonth .': f'2: {E}v df:versionDate: "2019-05-24" is no '
    "xsd:gYearMonth; write ^^xsd:date",
    VERSION + '"2019-13"^^xsd:gYearMonth .': f'2: {E}v df:versionDate: bad date "2019-13": month '
    "must be in 1..12; give a day that exists",
    VERSION + '"May 2019"^^xsd:date .': f'2: {E}v df:versionDate: bad date "May 2019"; '
    "write YYYY, YYYY-MM or YYYY-MM-DD, nothing more",
    VERSION + '"2019-05-24Z"^^xsd:date .': f'2: {E}v df:versionDate: bad date "2019-05-24Z"; '
    "write YYYY, YYYY-MM or YYYY-MM-DD, nothing more",
    VERSION + '"2019" .': f'2: {E}v df:versionDate: "2019" is no date; use xsd:date and its parts',
    # derived, and wrong
    FACT + ";\n owl:targetIndividual ex:other .": f"11: {E}f owl:targetIndividual: "
    f"<{E}other> is not what follows from the rest; {CLAIMS}",
    FACT.replace("denied", "affirmed") + ";\n a owl:NegativePropertyAssertion .": f"1: {E}f "
    "rdf:type: <http://www.w3.org/2002/07/owl#NegativePropertyAssertion> is not what follows "
    f"from the rest; {CLAIMS}",
    FACT
    + ';\n df:date "2019-05"^^xsd:gYearMonth ;\n df:dateEarliest "2019-05-02"^^xsd:date .': "12: "
    f"{E}f "
    'df:dateEarliest: "2019-05-02"^^<http://www.w3.org/2001/XMLSchema#date> is not '
    f"what follows from the rest; {CLAIMS}",
    FACT + ';\n df:dateLatest "2019-05-31"^^xsd:date .': f"11: {E}f df:dateLatest: is not known; "
    + CLAIMS,
    # blank nodes
    ENTITY + ".\n\n[] a df:Gene .": "4: a blank node has no name that others can point to; "
    "give the node an IRI",
    ENTITY + ";\n skos:broader [ a df:Gene ] .": "3: a blank node has no name that others can "
    "point to; give the node an IRI",
    ENTITY + ";\n skos:broader _:b .": "3: a blank node has no name that others can point to; "
    "give the node an IRI",
    ENTITY + ";\n skos:altLabel ( 1 ) .": "3: a blank node has no name that others can point to; "
    "give the node an IRI",
    # Turtle itself
    ENTITY + ";\n\n df:colour .": "4: . is not a valid RDF object; mend the syntax",
    ENTITY + ";\n skos:broader " + "(" * 20_000: "3: brackets nest deeper than 64; "
    "give the inner nodes IRIs of their own",
    ENTITY + ";\n skos:broader " + "[ skos:broader " * 20_000: "3: brackets nest deeper than 64; "
    "give the inner nodes IRIs of their own",
}


@pytest.mark.parametrize(("text", "message"), REFUSED.items(), ids=range(len(REFUSED)))
def test_what_the_model_does_not_know_is_refused_in_place(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert str(caught.value) == f"x.ttl:{message}"


def test_the_good_texts_of_these_cases_are_read() -> None:
    """Each case above breaks one of these in one place only."""
    for text in (ENTITY, FACT, EVIDENCE + "1", PEOPLE + "21.5", VERSION + '"2019"^^xsd:gYear'):
        assert len(read(text + " .")) == 1


XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.org/">\n'
BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE bomb [\n<!ENTITY l0 "lol">\n'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">\n' for n in range(1, 12))
    + f"]>\n{XML}<e:A><e:p>&l11;</e:p></e:A></rdf:RDF>"
)
OUTSIDE = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n{XML}<e:A><e:p>&x;</e:p></e:A></rdf:RDF>'
BROKEN: list[tuple[str, bytes | str, str]] = [
    (".rdf", BOMB, "2: a DOCTYPE is not read; write IRIs out in full"),
    (".owl", OUTSIDE, "1: a DOCTYPE is not read; write IRIs out in full"),
    (".xml", XML + "\n<e:A>", "3: no element found; mend the syntax"),
    (".rdf", XML + "<e:A>\n<e:p></e:A>", "3: mismatched tag; mend the syntax"),
    (".rdf", XML + "<e:A><e:p>" * 20_000, "2: elements nest deeper than 64"),
    (".rdf", "", "1: no element found; mend the syntax"),
    (".jsonld", '[{"http://e.org/p":' * 20_000, " brackets nest deeper than 64"),
    (".jsonld", "[" * 20_000 + "]" * 20_000, " brackets nest deeper than 64"),
    (".json", '{\n"@id": x}', "2: Unexpected char: 'x'; mend the syntax"),
    (
        ".jsonld",
        '{"@context": "http://e.org/context", "a": 1}',
        " a remote @context is not loaded; write the context out in the file",
    ),
    (
        ".ttl",
        "# é\n\n# é".encode("latin-1"),
        "1: byte 0xe9 at offset 2 is not UTF-8; save the file as UTF-8",
    ),
    (
        ".jsonld",
        b'{\n"a":\n"\xff"}',
        "3: byte 0xff at offset 8 is not UTF-8; save the file as UTF-8",
    ),
    (
        ".nt",
        "<http://e.org/a> <http://e.org/b> .\n",
        "1: The object of a triple must be an IRI, a blank node or a literal; mend the syntax",
    ),
]


@pytest.mark.parametrize(("ending", "text", "message"), BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_is_refused_at_once_and_in_place(
    tmp_path: Path, ending: str, text: bytes | str, message: str
) -> None:
    file = tmp_path / f"x{ending}"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    start = time.process_time()
    with pytest.raises(InputError) as caught:
        parse_file(file)
    assert time.process_time() - start < 1
    assert str(caught.value) == f"{file}:{message}"
    with pytest.raises(InputError) as caught:
        parse_file(file, name="given name")
    assert str(caught.value) == f"given name:{message}"


def test_a_file_is_known_by_its_ending(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.touch()
    with pytest.raises(InputError) as caught:
        parse_file(file)
    assert str(caught.value) == (
        f'{file}: unknown ending ".csv"; use .ttl .trig .nt .nq .jsonld .json .rdf .owl .xml'
    )


def test_a_missing_file_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        parse_file(tmp_path / "none.ttl")
    assert str(caught.value) == f"{tmp_path}/none.ttl: No such file or directory"
    with pytest.raises(InputError, match="Is a directory"):
        (tmp_path / "dir.ttl").mkdir()
        parse_file(tmp_path / "dir.ttl")


def test_the_ending_counts_in_any_case(tmp_path: Path) -> None:
    file = tmp_path / "X.TTL"
    file.write_text("<http://e.org/a> <http://e.org/b> 1 .")
    assert len(parse_file(file)) == 1


def test_markup_in_comments_and_texts_is_no_document_type() -> None:
    text = XML + "<!-- <!DOCTYPE x> --><e:A><e:p><![CDATA[<!DOCTYPE x>]]></e:p></e:A></rdf:RDF>"
    found = parse(text.encode(), ox.RdfFormat.RDF_XML, name="x")
    assert {q.object.value for q in found if isinstance(q.object, ox.Literal)} == {"<!DOCTYPE x>"}


def test_nesting_up_to_the_limit_is_read() -> None:
    deep = "[" * 64 + "]" * 64
    assert parse(deep.encode(), ox.RdfFormat.JSON_LD, name="x") == []
    brackets = '{"http://e.org/p": "\\"' + "[{" * 99 + '"}'
    assert len(parse(brackets.encode(), ox.RdfFormat.JSON_LD, name="x")) == 1


@pytest.mark.parametrize("piece", ['\\"', '"', "[]", '"\\', "\\"])
def test_hostile_json_is_refused_in_linear_time(piece: str) -> None:
    start = time.process_time()
    with pytest.raises(InputError):
        parse(('"' + piece * 100_000 + "x").encode(), ox.RdfFormat.JSON_LD, name="x")
    assert time.process_time() - start < 2


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@SOME
@given(
    text=st.one_of(
        st.binary(),
        st.text().map(str.encode),
        st.text(st.sampled_from("<>\"'\\{}[]()@:;,.#/= \nae?!&")).map(str.encode),
    )
)
def test_any_bytes_are_read_or_refused(form: ox.RdfFormat, text: bytes) -> None:
    try:
        found = parse(text, form, name="x")
        nodes(found, name="x")
    except InputError as error:
        assert str(error).startswith("x:")


# ---------------------------------------------------------------- writing

QUADS = st.builds(
    ox.Quad,
    IRIS.map(ox.NamedNode),
    IRIS.map(ox.NamedNode),
    IRIS.map(ox.NamedNode) | TEXTS.map(ox.Literal) | st.integers().map(ox.Literal),
    st.just(ox.NamedNode(GRAPH)) | st.just(ox.DefaultGraph()),
)


@given(st.lists(QUADS, max_size=6), st.randoms())
def test_nquads_are_sorted_without_repeats_and_whatever_the_order(
    some: list[ox.Quad], random: Any
) -> None:
    text = nquads(some)
    lines = text.splitlines(keepends=True)
    assert lines == sorted(set(lines))
    assert len(lines) == len(set(some))
    assert all(line.endswith(b" .\n") for line in lines)
    shuffled = some + some
    random.shuffle(shuffled)
    assert nquads(shuffled) == text
    assert set(ox.parse(text, ox.RdfFormat.N_QUADS)) == set(some)


def test_nquads_of_nothing_is_nothing() -> None:
    assert nquads([]) == b""


def test_the_whole_curated_graph_is_read_back(quads: list[Any]) -> None:
    assert set(rdf.parse(nquads(quads), ox.RdfFormat.N_QUADS, name="x")) == set(quads)
    ours = [q for q in quads if q.graph_name.value.endswith(("graph/curated", "graph/sources"))]
    found = nodes(ours)
    again = [quad for node in found for quad in rdf.quads(node, GRAPH)]
    assert {(q.subject, q.predicate, q.object) for q in again} == {
        (q.subject, q.predicate, q.object) for q in ours
    }
