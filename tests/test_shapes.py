"""Every shape fires on the fixture named after it, on nothing else, and on no good data.

A fixture of ``bad/shapes`` restates the nodes it changes: validated is ``good/minimal.ttl`` with
those nodes exchanged, so that everything else is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import OWL, RDF, SH, URIRef, Variable
from rdflib.collection import Collection
from rdflib.paths import SequencePath
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from kg.errors import InputError
from kg.names import DF, expand
from kg.resources import folder
from kg.validate import Report, Result, shape_index, validate
from kg.validate_fast import validate_quads

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad" / "shapes").glob("*.ttl"))
FORMS = ("negativePredicate", "notEvaluatedPredicate", "notDemonstratedPredicate")
DFSH = expand("dfsh:x")[:-1]
PREFIXES = "".join(
    f"PREFIX {name}: <{expand(name + ':x')[:-1]}>\n"
    for name in "df product fact concept source evidence rdf rdfs owl xsd MONDO".split()
)


def read(text: bytes) -> list[ox.Quad]:
    return list(ox.parse(text, format=ox.RdfFormat.TURTLE))


@cache
def good() -> tuple[ox.Quad, ...]:
    return tuple(read((HERE / "good" / "minimal.ttl").read_bytes()))


def overlay(text: bytes) -> list[ox.Quad]:
    """The good data with the nodes of a Turtle text in place of their namesakes."""
    quads = read(text)
    restated = {quad.subject for quad in quads}
    return [quad for quad in good() if quad.subject not in restated] + quads


def fired(report: Report) -> set[str]:
    return {result.shape.removeprefix(DFSH) for result in report.results}


def turtle(text: str) -> bytes:
    return (PREFIXES + text).encode()


@cache
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(folder("ontology") / "drugfacts.ttl")


@cache
def shapes() -> rdflib.Graph:
    graph = rdflib.Graph()
    for file in sorted((folder("ontology") / "shapes").glob("*.ttl")):
        graph.parse(file)
    return graph


def predicates() -> tuple[set[str], set[str]]:
    """The ontology's base predicates and their forms."""
    names = {str(node) for node in ontology().subjects(RDF.type, URIRef(DF + "Predicate"))}
    links = [URIRef(DF + form) for form in (*FORMS, "possiblePredicate")]
    forms = {str(form) for link in links for form in ontology().objects(None, link)}
    assert forms <= names
    return names - forms, forms


# ---------------------------------------------------------------- good and bad data


def test_good_data_conforms() -> None:
    report = validate(good())
    assert report.results == ()
    assert report.conforms
    assert report.counts() == {"Violation": 0, "Warning": 0, "Info": 0}


LABEL = re.compile(r"[0-9a-f]{1,32}|\d+_b\d+")


def unlabelled(results: Iterable[Result]) -> list[Result]:
    """The results in order, blank nodes without their labels: these are the engine's own."""

    def plain(text: str) -> str:
        return "" if LABEL.fullmatch(text) else text

    return sorted(replace(one, focus=plain(one.focus), value=plain(one.value)) for one in results)


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_fixture_violates_its_shape_and_no_other_by_both_engines(file: Path) -> None:
    shape = shape_index()[DFSH + file.stem]
    quads = overlay(file.read_bytes())
    report, fast = validate(quads), validate_quads(quads)
    assert unlabelled(fast.results) == unlabelled(report.results)
    assert fast.conforms == report.conforms
    assert fired(report) == {file.stem}
    assert {(result.message, result.severity) for result in report.results} == {
        (shape.message, shape.severity)
    }
    assert report.conforms == (shape.severity != "Violation")


def test_every_firing_shape_has_its_fixture() -> None:
    firing = {iri.removeprefix(DFSH) for iri, shape in shape_index().items() if shape.fires}
    assert {file.stem for file in BAD} == firing
    assert (len(shape_index()), len(BAD)) == (257, 220)


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_fixture_says_what_is_wrong(file: Path) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert re.fullmatch(rf"# Violates dfsh:{re.escape(file.stem)}: .+\.", first)
    assert set(overlay(file.read_bytes())) != set(good())


# ---------------------------------------------------------------- the shapes themselves


def test_every_shape_is_named_and_says_the_mend() -> None:
    kinds = (SH.NodeShape, SH.PropertyShape)
    nodes = {node for kind in kinds for node in shapes().subjects(RDF.type, kind)}
    nodes |= set(shapes().objects(None, SH.property)) | set(shapes().subjects(SH.path))
    assert {str(node) for node in nodes} == set(shape_index())
    for iri, shape in shape_index().items():
        node = URIRef(iri)
        assert iri.startswith(DFSH)
        for prop in (SH.name, SH.message, SH.severity):
            assert len(list(shapes().objects(node, prop))) == 1, (iri, prop)
        assert shape.severity in {"Violation", "Warning"}
        assert re.fullmatch(r"[A-Z].+[^.]\.", shape.message), iri
    texts = [shape.message for shape in shape_index().values() if shape.fires]
    assert all(len(text) < 160 for text in texts)


def declared() -> dict[str, str]:
    return {
        str(shapes().value(node, SH.prefix)): str(shapes().value(node, SH.namespace))
        for node in shapes().objects(URIRef(DFSH.rstrip("#")), SH.declare)
    }


def test_constraints_are_named_and_share_one_prefix_list() -> None:
    queries = set(shapes().objects(None, SH.sparql))
    assert queries == set(shapes().subjects(SH.select))
    for query in queries:
        assert isinstance(query, URIRef)
        assert list(shapes().objects(query, SH.prefixes)) == [URIRef(DFSH.rstrip("#"))]
    assert declared() == {prefix: expand(prefix + ":x")[:-1] for prefix in declared()}


def test_patterns_are_portable() -> None:
    patterns = [str(pattern) for pattern in shapes().objects(None, SH.pattern)]
    assert len(patterns) == 12
    assert not [pattern for pattern in patterns if "(?" in pattern or "\\" in pattern]


def groups(node: object) -> Iterator[list[tuple[object, ...]]]:
    """The triple patterns of each group of a query: of its body, and of every EXISTS in it."""
    mine: list[tuple[object, ...]] = []
    todo = [node]
    while todo:
        part = todo.pop()
        if isinstance(part, CompValue):
            if part.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
                yield from groups(part.graph)
                continue
            for key, value in part.items():
                if key == "triples":
                    mine += value
                elif key != "_vars":
                    todo.append(value)
        elif isinstance(part, list | tuple):
            todo += part
    yield mine


def test_queries_stay_fast_on_large_graphs() -> None:
    """A pattern without $this stands alone in an EXISTS: see kg/validate_fast.py.

    A path of the kind p/q counts as two patterns.
    """
    this, header = Variable("this"), "".join(f"PREFIX {n}: <{i}>\n" for n, i in declared().items())
    for query, text in shapes().subject_objects(SH.select):
        assert " SELECT DISTINCT $this " in str(text), query  # one engine reports rows twice
        found = list(groups(translateQuery(parseQuery(header + str(text))).algebra))
        assert any(found)
        for patterns in found:
            far = [one for one in patterns if this not in one]
            assert not far or len(patterns) == 1, (query, far)
            assert not [one for one in patterns if isinstance(one[1], SequencePath)], query


def listed(shape: str) -> set[str]:
    head = shapes().value(URIRef(DFSH + shape), SH["in"])
    assert head is not None
    return {str(item) for item in Collection(shapes(), head)}


def test_predicate_lists_are_those_of_the_ontology() -> None:
    base, forms = predicates()
    assert listed("Fact-predicate") == base
    targets = shapes().objects(URIRef(DFSH + "LeakGuard"), SH.targetSubjectsOf)
    assert {str(target) for target in targets} == base | forms


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ("EntityClassName", "Entity"),
        ("FactClassName", "Fact"),
        ("EvidenceClassName", "Evidence"),
    ],
)
def test_class_lists_are_those_of_the_ontology(shape: str, kind: str) -> None:
    sub = ontology().subjects(expand_ref("rdfs:subClassOf"), URIRef(DF + kind))
    assert listed(shape) == {str(node) for node in sub}


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ("Fact-polarity", "Polarity"),
        ("Fact-certainty", "Certainty"),
        ("Fact-status", "Status"),
        ("Fact-reviewStatus", "ReviewStatus"),
        ("Fact-useStatus", "UseStatus"),
        ("Fact-limitationKind", "LimitationKind"),
        ("Fact-eventType", "EventType"),
        ("Fact-therapeuticIntent", "TherapeuticIntent"),
        ("Population-zygosity", "Zygosity"),
        ("Population-ageGroup", "AgeGroup"),
        ("Population-sex", "Sex"),
        ("Source-tier", "Tier"),
        ("Question-answerStatus", "AnswerStatus"),
    ],
)
def test_value_lists_are_those_of_the_ontology(shape: str, kind: str) -> None:
    values = ontology().subjects(RDF.type, URIRef(DF + kind))
    assert listed(shape) == {str(node) for node in values}


def expand_ref(curie: str) -> URIRef:
    return URIRef(expand(curie))


def test_ontology_alone_conforms() -> None:
    assert validate(()).results == ()


# ---------------------------------------------------------------- the leak guard, case by case

LICENCES = [
    # polarity, certainty, status, review status, the one direct predicate that is allowed
    ("affirmed", "shown", "current", "curated", "improves"),
    ("affirmed", "stated", "current", "reviewed", "improves"),
    ("affirmed", "recommended", "current", "curated", "improves"),
    ("affirmed", None, "current", "curated", "improves"),
    ("affirmed", "possible", "current", "curated", "mayImprove"),
    ("denied", "stated", "current", "curated", "doesNotImprove"),
    ("notEvaluated", "stated", "current", "curated", "notStudiedForImproving"),
    ("notDemonstrated", "stated", "current", "curated", "notShownToImprove"),
    ("affirmed", "shown", "superseded", "curated", None),
    ("affirmed", "shown", "retracted", "curated", None),
    ("affirmed", "shown", "current", "unreviewed", None),
    ("denied", "stated", "current", "unreviewed", None),
]
IMPROVES = "improves mayImprove doesNotImprove notStudiedForImproving notShownToImprove".split()


def test_leak_guard_allows_one_form_for_each_kind_of_fact() -> None:
    text, allowed = "", set()
    for n, (polarity, certainty, status, review, form) in enumerate(LICENCES):
        text += f"""
            fact:f{n} rdf:subject product:p{n} ; rdf:predicate df:improves ;
              rdf:object concept:muscle-strength ; df:polarity df:{polarity} ;
              df:status df:{status} ; df:reviewStatus df:{review} .
        """
        text += f"fact:f{n} df:certainty df:{certainty} .\n" if certainty else ""
        text += "".join(f"product:p{n} df:{p} concept:muscle-strength .\n" for p in IMPROVES)
        allowed |= {(expand(f"product:p{n}"), DF + form)} if form else set()
    text += "product:p0 df:improves concept:once ."
    leaks = {
        (result.focus, result.path, result.value)
        for result in validate(read(turtle(text))).results
        if result.shape == DFSH + "LeakGuard"
    }
    strength, once = expand("concept:muscle-strength"), expand("concept:once")
    every = {
        (expand(f"product:p{n}"), DF + p, strength) for n in range(len(LICENCES)) for p in IMPROVES
    }
    kept = {(product, path, strength) for product, path in allowed}
    assert leaks == every - kept | {(expand("product:p0"), DF + "improves", once)}


def test_a_predicate_in_a_fact_is_no_leak() -> None:
    report = validate(good())
    assert (None, RDF.predicate, URIRef(DF + "cures")) in rdf(good())
    assert (None, OWL.assertionProperty, URIRef(DF + "cures")) in rdf(good())
    assert report.conforms


# ---------------------------------------------------------------- dates

DAYS = [
    ("2019", "gYear", "2019-01-01", "2019-12-31"),
    ("2019-05", "gYearMonth", "2019-05-01", "2019-05-31"),
    ("2023-04", "gYearMonth", "2023-04-01", "2023-04-30"),
    ("1900-02", "gYearMonth", "1900-02-01", "1900-02-28"),
    ("2000-02", "gYearMonth", "2000-02-01", "2000-02-29"),
    ("2023-02", "gYearMonth", "2023-02-01", "2023-02-28"),
    ("2024-02", "gYearMonth", "2024-02-01", "2024-02-29"),
    ("2024-12", "gYearMonth", "2024-12-01", "2024-12-31"),
    ("2019-05-24", "date", "2019-05-24", "2019-05-24"),
]


def dated(rows: Iterable[tuple[str, str, str, str]]) -> set[tuple[str, str]]:
    """The (fact, shape) pairs that the date shapes report for facts with these dates."""
    text = "".join(
        f'fact:d{n} df:date "{day}"^^xsd:{kind} ; df:dateEarliest "{first}"^^xsd:date ; '
        f'df:dateLatest "{last}"^^xsd:date .\n'
        for n, (day, kind, first, last) in enumerate(rows)
    )
    return {
        (result.focus.rpartition("/")[2], result.shape.removeprefix(DFSH))
        for result in validate(read(turtle(text))).results
    }


def test_days_of_every_precision() -> None:
    assert dated(DAYS) == set()
    wrong = [(day, kind, last, first) for day, kind, first, last in DAYS[:-1]]
    expected = {
        (f"d{n}", shape)
        for n in range(len(wrong))
        for shape in ("DateEarliestFits", "DateLatestFits")
    }
    assert dated(wrong) == expected


def test_dates_without_their_own_precision_are_refused() -> None:
    rows = [
        ("2019-05", "date", "2019-05-01", "2019-05-31"),
        ("2019", "gYearMonth", "2019-01-01", "2019-12-31"),
        ("2019-05-24", "string", "2019-05-24", "2019-05-24"),
        ("2019-05-24Z", "date", "2019-05-24", "2019-05-24"),
    ]
    assert {fact for fact, shape in dated(rows) if shape == "PartialDate"} == {
        "d0",
        "d1",
        "d2",
        "d3",
    }


# ---------------------------------------------------------------- the report


def rdf(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    text = ox.serialize(
        (ox.Triple(q.subject, q.predicate, q.object) for q in quads),
        format=ox.RdfFormat.N_TRIPLES,
    )
    return rdflib.Graph().parse(data=text, format="nt")


def test_graph_dataset_and_quads_give_the_same_report() -> None:
    quads = overlay((HERE / "bad" / "shapes" / "TreatsSubject.ttl").read_bytes())
    dataset = rdflib.Dataset()
    for n, triple in enumerate(sorted(rdf(quads))):
        dataset.graph(f"https://example.org/{n % 2}").add(triple)
    reports = [validate(data) for data in (quads, rdf(quads), dataset)]
    first = reports[0]
    assert len(first.results) == 1
    assert all(report == first for report in reports)
    result = first.results[0]
    assert result.focus == expand("fact:treats")
    assert result.path == str(RDF.subject)
    assert result.value == expand("UNII:MLU3LU3EVV")


def test_report_graph_is_the_same_every_time() -> None:
    quads = overlay((HERE / "bad" / "shapes" / "Population-criterion.ttl").read_bytes())
    one, two = (validate(quads).graph for _ in range(2))
    assert set(one) == set(two)
    report = one.value(None, RDF.type, SH.ValidationReport)
    assert one.value(report, SH.conforms) == rdflib.Literal(False)
    assert len(list(one.objects(report, SH.result))) == 1


def test_a_path_of_several_properties_is_written_out() -> None:
    report = validate(overlay((HERE / "bad" / "shapes" / "MinAge-bound.ttl").read_bytes()))
    assert [result.path for result in report.results] == [f"({DF}minAgeMonths|{DF}minAgeDays)"]


def test_lexical_forms_are_not_repaired() -> None:
    text = (HERE / "good" / "minimal.ttl").read_text(encoding="utf-8")
    report = validate(read(text.replace("df:sign 1 ;", "df:sign 01 ;").encode()))
    assert {(result.shape, result.value) for result in report.results} == {
        (DFSH + "MechanismStep-sign", "01")
    }


def test_extra_resolves_references() -> None:
    mine = [quad for quad in good() if quad.subject == ox.NamedNode(expand("fact:death"))]
    assert "Fact-subject" in fired(validate(mine))
    assert validate(mine, extra=good()).conforms


def test_triple_terms_are_refused() -> None:
    inner = ox.Triple(*(ox.NamedNode("https://example.org/a"),) * 3)
    outer = ox.Quad(ox.NamedNode("https://example.org/b"), ox.NamedNode(str(RDF.value)), inner)
    with pytest.raises(InputError, match="triple term"):
        validate([outer])
