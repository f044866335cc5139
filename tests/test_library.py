"""The question library: each question on both engines, its header, its parameters, its rows.

The files of ``tests/expected`` are the rows of each question with its example, as W3C CSV. Where
a change of them is meant, write them anew and read the difference::

    python tests/test_library.py
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import InputError, UnknownName
from kg.library import KINDS, MAX_MONTHS, Question, Rows, Value, bind, load, read, run, run_rdflib
from kg.lookup import Lookup
from kg.model import Population
from kg.names import DF, expand
from kg.store import Store, Term

EXPECTED = Path(__file__).parent / "expected"
NAMES = sorted(load())
COUNT = 52


@pytest.fixture(scope="module")
def lookup(curated: Store) -> Lookup:
    return Lookup(curated)


@pytest.fixture(scope="module")
def dataset(curated: Store) -> rdflib.Dataset:
    return curated.to_rdflib()


@pytest.fixture(scope="module")
def poisoned(curated: Store) -> Store:
    """The curated graph and made-up facts of every polarity, certainty and status."""
    return Store.from_nquads(curated.nquads() + b"".join(poison()))


@pytest.fixture(scope="module")
def poisoned_dataset(poisoned: Store) -> rdflib.Dataset:
    return poisoned.to_rdflib()


def poison() -> Iterator[bytes]:
    graph = "<https://w3id.org/drugfacts/graph/curated>"
    zolgensma, sma = f"<{expand('product:zolgensma')}>", f"<{expand('MONDO:0001516')}>"
    kinds = ("Indication", "OutcomeClaim", "MechanismClaim", "AdministrationClaim")
    for predicate in (
        "treats cures reverses hasTherapyType approvedBy deliversGene usesVector hasRoute "
        "hasActiveSubstance improves causedByMutationIn contraindicatedIn"
    ).split():
        for polarity, certainty, status in (
            ("denied", "stated", "current"),
            ("notEvaluated", "stated", "current"),
            ("notDemonstrated", "shown", "current"),
            ("affirmed", "possible", "current"),
            ("affirmed", "shown", "superseded"),
            ("affirmed", "shown", "retracted"),
        ):
            name = f"fact:poison-{predicate}-{polarity}-{certainty}-{status}"
            subject = sma if predicate == "causedByMutationIn" else zolgensma
            stated = {
                "rdf:subject": subject,
                "rdf:predicate": f"<{DF}{predicate}>",
                "rdf:object": sma,
                "df:polarity": f"<{DF}{polarity}>",
                "df:certainty": f"<{DF}{certainty}>",
                "df:status": f"<{DF}{status}>",
                "df:reviewStatus": f"<{DF}unreviewed>",
                "df:eventType": f"<{DF}approval>",
                "df:firstSeenIn": f"<{expand('source:fda-labels-2024')}>",
                "rdfs:label": f'"{name}"',
            }
            for prop, value in stated.items():
                yield f"<{expand(name)}> <{expand(prop)}> {value} {graph} .\n".encode()
            for kind in kinds:
                yield f"<{expand(name)}> <{expand('rdf:type')}> <{DF}{kind}> {graph} .\n".encode()


def ask(store: Store, lookup: Lookup, name: str, **values: object) -> list[dict[str, Value]]:
    question = load()[name]
    return run(store, question, bind(question, values, lookup)).records()


# ---------------------------------------------------------------- every question


def test_every_question_of_the_catalogue_is_answered() -> None:
    numbers = sorted(number for question in load().values() for number in question.numbers)
    assert numbers == sorted([*range(1, 25), 15, 21, 27, 28, 29])
    assert len(load()) == COUNT
    assert {path.stem for path in EXPECTED.glob("*.csv")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_example_gives_the_expected_rows_on_both_engines(
    name: str, curated: Store, lookup: Lookup, dataset: rdflib.Dataset
) -> None:
    question = load()[name]
    bindings = bind(question, question.examples(), lookup)
    rows = run(curated, question, bindings)
    assert rows.rows, "an example must have an answer"
    assert rows.serialize("csv") == (EXPECTED / f"{name}.csv").read_bytes()
    assert run_rdflib(dataset, question, bindings).rows == rows.rows


@pytest.mark.parametrize("name", NAMES)
def test_engines_agree_on_other_values_and_on_the_pasted_query(
    name: str, poisoned: Store, poisoned_dataset: rdflib.Dataset, lookup: Lookup
) -> None:
    other: dict[str, tuple[object, ...]] = {
        "product": ("product:spinraza", "product:itvisma", "product:zolgensma"),
        "disease": ("MONDO:0001516", "MONDO:0009669"),
        "months": (0, 24, 25),
        "date": ("2019-05-15", "2024-06-01", "2027"),
        "fact": ("fact:zolgensma-improves-muscle-strength", "fact:itvisma-treats-sma-us"),
        "evidence": ("evidence:drugs-com-3559344-2023-12-29-749-777",),
        "source": ("source:fda-labels", "source:drugs-com-3559344"),
        "entity": ("concept:repeat-administration", "MONDO:0001516", "concept:aav9"),
        "authority": ("concept:ema", "concept:fda"),
        "jurisdiction": ("concept:eu", "concept:us"),
        "concept": ("concept:gene-therapy", "concept:advanced-sma"),
        "substance": ("UNII:5Z9SP3X666", "UNII:76RS4S2ET1"),
        "vector": ("concept:aav9",),
        "outcome": ("CL:0000100", "HP:0002878", "concept:ability-to-thrive"),
        "term": ("Substance", "scope", "Predicate", "differentProduct"),
    }
    question, dataset = load()[name], poisoned_dataset
    longest = max(len(other[param.type]) for param in question.params)
    for turn in range(longest):
        values = {
            param.name: other[param.type][turn % len(other[param.type])]
            for param in question.params
        }
        bindings = bind(question, values, lookup)
        rows = run(poisoned, question, bindings).rows
        assert run_rdflib(dataset, question, bindings).rows == rows
        if turn:
            continue
        pasted = replace(question, sparql=question.text(bindings))
        assert run(poisoned, pasted, {}).rows == rows
        assert run_rdflib(dataset, pasted, {}).rows == rows


@pytest.mark.parametrize("name", NAMES)
def test_no_parameter_bound_runs_too(name: str, curated: Store) -> None:
    assert run(curated, load()[name], {}).columns == tuple(load()[name].columns)


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_in_a_total_order(name: str, poisoned: Store, lookup: Lookup) -> None:
    question = load()[name]
    rows = run(poisoned, question, bind(question, question.examples(), lookup))
    again = Store.from_nquads(b"".join(reversed(poisoned.nquads().splitlines(keepends=True))))
    assert run(again, question, rows.bindings).rows == rows.rows
    assert len(set(map(str, rows.rows))) == len(rows)


LICENSED = ("affirmed", "shown")


def test_only_current_facts_and_no_positive_reading_of_another_polarity(
    poisoned: Store, lookup: Lookup
) -> None:
    honest = {
        "is-cure": "polarity",
        "can-reverse": "polarity",
        "studied-in": "polarity",
        "confirmed-before": "polarity",
        "negative-facts": "relation",
        "denied-facts": "polarity",
        "hedged-claims": "relation",
        "how-it-works": "relation",
        "cause-of": "relation",
        "uses-by-status": "relation",
        "negatives-below": "relation",
    }
    saying_no = {"is-cure", "can-reverse", "confirmed-before", "negative-facts"}
    saying_no |= {"negatives-below", "denied-facts"}
    negative = {"denied", "notEvaluated", "notDemonstrated"}
    seen = 0
    for name, question in load().items():
        rows = run(poisoned, question, bind(question, question.examples(), lookup))
        for row in rows.records():
            fact = str(row.get("fact", "")).rpartition("/")[2]
            if not fact.startswith("poison-"):
                continue
            seen += 1
            _, predicate, polarity, certainty, status = fact.split("-")
            assert status == "current", name
            if polarity in negative or certainty == "possible":
                assert name in honest, (name, fact)
            if polarity in negative:
                assert name in saying_no, (name, fact)
            warned = predicate == "contraindicatedIn" and (polarity, certainty) == LICENSED
            if "relation" in row and not warned:
                assert row["relation"] != DF + predicate, (name, fact)
            if "polarity" in row:
                assert row["polarity"] == DF + polarity
    assert seen > 50, "the made-up facts must have been met"


def test_a_predicate_without_the_needed_form_loses_no_row(poisoned: Store, lookup: Lookup) -> None:
    for name, word in (
        ("how-it-works", "possible"),
        ("hedged-claims", "possible"),
        ("negative-facts", "not evaluated"),
        ("negative-facts", "not demonstrated"),
    ):
        rows = ask(poisoned, lookup, name, drug="Zolgensma")
        bare = [row for row in rows if row["relation"] is None]
        assert f"({word}: was approved by)" in {row["relationLabel"] for row in bare}


def test_every_limit_of_a_population_is_in_the_indications() -> None:
    limits = {
        item.metadata["property"]
        for item in fields(Population)
        if item.metadata.get("property", "rdfs:label") != "rdfs:label"
    }
    assert len(limits) > 20
    assert limits <= set(re.findall(r"df:\w+", load()["indications"].sparql))


def test_what_the_queries_join_has_one_label(curated: Store) -> None:
    found = curated.run(
        """SELECT ?thing (COUNT(DISTINCT ?label) AS ?labels) WHERE {
             ?fact rdf:subject|rdf:object|rdf:predicate|df:population|df:authority|df:jurisdiction|
               df:polarity|df:certainty|df:reviewStatus|df:useStatus|df:eventType ?thing .
             OPTIONAL { ?thing rdfs:label ?label }
           } GROUP BY ?thing HAVING (COUNT(DISTINCT ?label) != 1)"""
    )
    assert isinstance(found, ox.QuerySolutions)
    assert [str(row[0]) for row in found] == []


# ---------------------------------------------------------------- what the answers say


@pytest.mark.parametrize(
    ("months", "zolgensma", "itvisma"),
    [
        (0, "fits", "does not fit"),
        (18, "fits", "does not fit"),
        (23, "fits", "does not fit"),
        (24, "does not fit", "fits"),
        (25, "does not fit", "fits"),
    ],
)
def test_age_limits_are_exact(
    months: int, zolgensma: str, itvisma: str, curated: Store, lookup: Lookup
) -> None:
    rows = ask(curated, lookup, "fits-age", disease="MONDO:0001516", months=months)
    fit = {str(row["fact"]).rpartition("/")[2]: row["fit"] for row in rows}
    assert fit["zolgensma-treats-sma-us"] == fit["zolgensma-treats-sma-page"] == zolgensma
    assert fit["itvisma-treats-sma-us"] == itvisma
    assert fit["zolgensma-treats-sma-eu-copies"] == "no age limit stated"


@pytest.mark.parametrize(
    ("limits", "fit"),
    [
        ("df:maxAgeMonths 18 ; df:maxAgeInclusive true", "fits"),
        ("df:maxAgeMonths 18 ; df:maxAgeInclusive false", "does not fit"),
        ("df:minAgeMonths 18 ; df:minAgeInclusive true", "fits"),
        ("df:minAgeMonths 18 ; df:minAgeInclusive false", "does not fit"),
        ("df:minAgeDays 60 ; df:minAgeInclusive true", "cannot be decided (limits in days)"),
        ("df:ageGroup df:adult", "age group only"),
        ("df:ageGroup df:adult , df:paediatric", "no age limit stated"),
        ("df:sex df:female", "no age limit stated"),
    ],
)
def test_each_kind_of_age_limit_on_both_engines(limits: str, fit: str) -> None:
    turtle = f"""
        PREFIX df: <{DF}> PREFIX rdfs: <{expand("rdfs:label")[:-5]}>
        PREFIX rdf: <{expand("rdf:type")[:-4]}> PREFIX x: <urn:x:>
        x:fact rdf:subject x:drug ; rdf:object x:disease ; rdf:predicate df:treats ;
          df:polarity df:affirmed ; df:status df:current ; df:reviewStatus df:curated ;
          df:population x:population .
        x:population rdfs:label "population" ; {limits} .
        x:drug rdfs:label "drug" . x:disease rdfs:label "disease" ."""
    quads = ox.parse(turtle, ox.RdfFormat.TURTLE)
    store = Store.from_nquads(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    bindings: dict[str, Term] = {"months": ox.Literal(18), "disease": ox.NamedNode("urn:x:disease")}
    rows = run(store, load()["fits-age"], bindings)
    assert [row["fit"] for row in rows.records()] == [fit]
    assert run_rdflib(store.to_rdflib(), load()["fits-age"], bindings).rows == rows.rows


@pytest.mark.parametrize(
    ("day", "page", "register"),
    [
        ("2019-05-01", None, None),
        ("2019-05", None, None),
        ("2019-05-02", "possibly", None),
        ("2019-05-25", "possibly", "certainly"),
        ("2019-05-31", "possibly", "certainly"),
        ("2019-06-01", "certainly", "certainly"),
        ("2020", "certainly", "certainly"),
    ],
)
def test_dates_of_differing_precision(
    day: str, page: str | None, register: str | None, curated: Store, lookup: Lookup
) -> None:
    rows = ask(curated, lookup, "approved-before", date=day)
    before = {str(row["fact"]).rpartition("/")[2]: row["before"] for row in rows}
    assert before.get("zolgensma-fda-approval-page") == page
    assert before.get("zolgensma-fda-approval") == register


@pytest.mark.parametrize(
    ("day", "labels"), [("2024-01-01", None), ("2024-01-02", "possibly"), ("2025", "certainly")]
)
def test_confirmed_before_knows_a_version_of_a_year(
    day: str, labels: str | None, curated: Store, lookup: Lookup
) -> None:
    rows = ask(curated, lookup, "confirmed-before", date=day)
    before = {str(row["fact"]).rpartition("/")[2]: row["before"] for row in rows}
    assert before.get("zolgensma-treats-sma-us") == labels


def test_a_path_may_start_at_the_active_substance(curated: Store, lookup: Lookup) -> None:
    rows = ask(curated, lookup, "mechanism-path", drug="Spinraza", disease="MONDO:0001516")
    assert {row["startKind"] for row in rows} == {"active substance"}
    assert [row["position"] for row in rows] == sorted(row["position"] for row in rows)  # type: ignore[type-var]
    zolgensma = ask(curated, lookup, "mechanism-path", drug="Zolgensma", disease="MONDO:0001516")
    assert {(row["startKind"], row["netSign"]) for row in zolgensma} == {("product", -1)}


def test_facts_on_a_lead_in_are_found(curated: Store, lookup: Lookup) -> None:
    lead_in = "evidence:drugs-com-3559344-2023-12-29-749-777"
    rows = ask(curated, lookup, "facts-on-evidence", evidence=lead_in)
    assert {row["role"] for row in rows} == {"read with"}
    assert len(rows) == 3


# ---------------------------------------------------------------- binding


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("is-cure", {"drug": "Zolgensma", "dose": 1}, 'no parameter "dose"; use drug and disease'),
        ("is-cure", {"drug": "Zolgensma"}, 'disease: "is-cure" needs it; give disease disease'),
        ("is-cure", {"drug": "Zolgensma", "disease": None}, 'disease: "is-cure" needs it'),
        ("is-cure", {"drug": "Zolgensmo", "disease": "SMA"}, 'did you mean "Zolgensma"?'),
        ("is-cure", {"drug": "SMA", "disease": "SMA"}, "not what is asked for"),
        ("fits-age", {"disease": "SMA", "months": "eighteen"}, '"eighteen" is no whole number'),
        ("fits-age", {"disease": "SMA", "months": 18.5}, '"18.5" is no whole number'),
        ("fits-age", {"disease": "SMA", "months": True}, '"True" is no months'),
        ("fits-age", {"disease": "SMA", "months": -1}, "-1 months is no age"),
        ("fits-age", {"disease": "SMA", "months": MAX_MONTHS + 1}, "months is no age"),
        ("approved-before", {"date": "2019-13"}, 'bad date "2019-13"'),
        ("approved-before", {"date": "yesterday"}, 'bad date "yesterday"'),
        ("approved-before", {"date": datetime(2020, 1, 1)}, "is no date"),
        ("approved-before", {"date": "2023-02-29"}, "bad date"),
    ],
)
def test_a_bad_value_is_refused(
    name: str, values: dict[str, object], message: str, lookup: Lookup
) -> None:
    with pytest.raises(InputError) as caught:
        bind(load()[name], values, lookup)
    assert message in str(caught.value)


def test_values_become_terms(lookup: Lookup) -> None:
    terms = bind(load()["fits-age"], {"disease": "SMA", "months": "18"}, lookup)
    assert terms == {"disease": ox.NamedNode(expand("MONDO:0001516")), "months": ox.Literal(18)}
    text, match = terms.matches["disease"]
    assert text == "SMA" and [other.label for other in match.others]
    for given_date in ("2020", "2020-01", "2020-01-01", date(2020, 1, 1)):
        term = bind(load()["approved-before"], {"date": given_date}, lookup)["date"]
        assert str(term) == str(ox.Literal("2020-01-01", datatype=ox.NamedNode(expand("xsd:date"))))
    node = ox.NamedNode(expand("product:zolgensma"))
    assert bind(load()["outcomes"], {"drug": node}, lookup)["drug"] == node


def test_a_default_is_used_and_an_optional_parameter_stays_unbound(
    tmp_path: Path, curated: Store, lookup: Lookup
) -> None:
    question = made(tmp_path, "doc: d}", "doc: d, default: Spinraza}")
    assert bind(question, {}, lookup) == {"drug": ox.NamedNode(expand("product:spinraza"))}
    question = made(tmp_path, "doc: d}", "doc: d, required: false}")
    assert bind(question, {}, lookup) == {}
    assert len(run(curated, question, {})) == 4


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.one_of(
        st.text(), st.sampled_from(["} UNION { ?s ?p ?o }", '"', "> ?x", "a:b", "fact:>"])
    )
)
def test_no_text_in_a_parameter_changes_a_query(text: str) -> None:
    store, lookup = small()
    for question in load().values():
        for param in question.params:
            values: dict[str, object] = {other.name: 1 for other in question.params}
            values |= {param.name: text}
            before = question.sparql
            try:
                bindings = bind(question, values, lookup)
            except InputError:
                continue
            assert set(bindings) == {other.name for other in question.params}
            rows = run(store, question, bindings)
            assert question.sparql == before
            assert {str(row.get(param.name)) for row in rows.terms()} <= {str(bindings[param.name])}


def small() -> tuple[Store, Lookup]:
    """A store of one fact, in which every name that is looked for is found, whatever it is."""
    store = Store.from_nquads(
        b'<urn:f> <http://www.w3.org/2000/01/rdf-schema#label> "secret" <urn:g> .\n'
    )

    class Anything(Lookup):
        def find(self, text: str, kinds: object = None):  # type: ignore[no-untyped-def]
            from kg.lookup import Match

            try:
                return Match(ox.NamedNode("urn:" + text).value, text, "df:Concept", "label")
            except ValueError as error:
                raise UnknownName(str(error)) from None

    return store, Anything(store)


# ---------------------------------------------------------------- rows


def test_rows_come_as_records_terms_and_in_every_format(curated: Store, lookup: Lookup) -> None:
    question = load()["fits-age"]
    rows = run(curated, question, bind(question, question.examples(), lookup))
    record = next(row for row in rows.records() if str(row["fact"]).endswith("treats-sma-page"))
    assert (record["months"], record["maxAgeMonths"], record["maxAgeInclusive"]) == (18, 24, False)
    assert record["minAgeMonths"] is None
    assert record["drug"] == expand("product:zolgensma")
    for name, form in (
        ("json", ox.QueryResultsFormat.JSON),
        ("xml", ox.QueryResultsFormat.XML),
        ("tsv", ox.QueryResultsFormat.TSV),
    ):
        back = ox.parse_query_results(rows.serialize(name), form)  # type: ignore[arg-type]
        assert isinstance(back, ox.QuerySolutions)
        assert [tuple(row) for row in back] == list(rows.rows)
    assert rows.serialize("csv").startswith(b"fact,drug,drugLabel,")
    assert rows.serialize() == rows.serialize("json")
    with pytest.raises(InputError, match='no result format "xlsx"; use csv, tsv, json, xml'):
        rows.serialize("xlsx")  # type: ignore[arg-type]


def test_a_date_keeps_its_precision_in_records(curated: Store, lookup: Lookup) -> None:
    dates = [row["date"] for row in ask(curated, lookup, "approvals", drug="Zolgensma")]
    assert dates == ["2019-05", "2019-05-24", "2020-05-18"]


def test_rows_as_a_data_frame(curated: Store, lookup: Lookup) -> None:
    question = load()["outcomes"]
    rows = run(curated, question, bind(question, question.examples(), lookup))
    frame = rows.to_pandas()
    assert list(frame.columns) == list(rows.columns) and len(frame) == len(rows)
    assert len(Rows(rows.columns, (), question, {}).to_pandas()) == 0


def test_no_pandas_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(InputError, match=r"pandas is not here; pip install drugfacts\[pandas\]"):
        Rows((), (), load()["outcomes"], {}).to_pandas()


# ---------------------------------------------------------------- headers

GOOD = """\
#+ title: t
#+ number: [2]
#+ question: Q of {drug}?
#+ also: ["A of {drug}?", "B of {drug}?"]
#+ params:
#+   drug: {type: product, example: Zolgensma, doc: d}
#+ kind: list
#+ tags: [a]
#+ answer:
#+   line: "{label}"
#+   empty: nothing
#+ columns:
#+   drug: the product
#+   label: its name
PREFIX df: <https://w3id.org/drugfacts/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?drug ?label
WHERE {
  ?drug a df:MedicinalProduct ; rdfs:label ?label .
}
ORDER BY ?label
"""


def made(folder: Path, old: str, new: str) -> Question:
    assert old in GOOD
    path = folder / "made.rq"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    return read(path)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        (GOOD, "SELECT * WHERE {}", 1, "no header"),
        (GOOD, "\n" + GOOD, 1, "no header"),
        ("title: t", "title: [", 3, "not YAML"),
        ("#+ title: t\n", "#+ title: t\n#+ title: u\n", 2, "title: given twice"),
        ("title: t", "titel: t", 1, 'unknown key "titel"'),
        ("#+ number: [2]\n", "", 1, 'missing key "number"'),
        ("kind: list", "kind: maybe", 7, 'unknown kind "maybe"; use polar or list'),
        ("type: product", "type: pill", 6, 'unknown type "pill"; use product'),
        ("type: product, ", "", 6, 'missing key "params.drug.type"'),
        ("doc: d}", "doc: d, dock: e}", 6, 'unknown key "dock"'),
        ("{type: product, example: Zolgensma, doc: d}", "x", 6, "must be `key: value` lines"),
        ("#+   empty: nothing\n", "", 9, 'missing key "answer.empty"'),
        ("empty: nothing", "empty: nothing\n#+   maybe: y", 12, 'unknown key "maybe"'),
        ("kind: list", "kind: list\n#+ lacking: {its: none}", 8, '"its" is not among the columns'),
        ("kind: list", 'kind: list\n#+ lacking: {label: "{label}"}', 8, 'slot "{label}" is not'),
        ("Q of {drug}", "Q of {label}", 3, 'slot "{label}" is not declared'),
        ("B of {drug}", "B of {dose}", 4, 'slot "{dose}" is not declared'),
        ('line: "{label}"', 'line: "{name}"', 10, 'slot "{name}" is not declared'),
        ("#+   label: its name\n", "", 12, "columns of header and query differ: drug, label"),
        ("SELECT ?drug ?label", "SELECT ?label ?drug", 12, "columns of header and query differ"),
        ("  drug: {type", "  months: {type", 6, 'parameter "months" is not among the columns'),
        ("?drug a df:MedicinalProduct ; rdfs", "?x rdfs", 6, '"drug" is not used by the query'),
        ("ontology#>", "ontologie#>", 15, 'prefix "df" is not the one of the context'),
        ("PREFIX df:", "PREFIX drug:", 15, 'prefix "drug" is not the one of the context'),
        ("WHERE {", "WHERE", 15, "not a SPARQL query"),
        ("SELECT ?drug ?label\n", "CONSTRUCT { ?drug ?label 1 }\n", 15, "not a SELECT query"),
    ],
)
def test_a_bad_header_is_refused(
    old: str, new: str, line: int, message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        made(tmp_path, old, new)
    assert f"made.rq:{line}: " in str(caught.value)
    assert message in str(caught.value)


def test_a_good_header_is_read(tmp_path: Path) -> None:
    question = made(tmp_path, "title: t", "title: t")
    assert (question.name, question.title, question.kind) == ("made", "t", "list")
    assert question.also == ("A of {drug}?", "B of {drug}?")
    assert question.params[0].type == "product" and question.params[0].required
    assert load(tmp_path) == {"made": question}


@pytest.mark.parametrize("name", NAMES)
def test_every_header_is_of_use_to_a_reader(name: str) -> None:
    question = load()[name]
    assert 2 <= len(question.also) <= 4
    assert question.tags and question.params
    for text in (question.question, *question.also):
        assert text.endswith("?")
        assert all(f"{{{param.name}}}" in text for param in question.params[:1]), text
    assert set(KINDS) >= {"product", "disease"}


def write() -> None:
    """Write the expected rows anew."""
    from kg.assemble import assemble
    from kg.rdf import nquads

    store = Store.from_nquads(nquads(assemble()))
    for name, question in load().items():
        rows = run(store, question, bind(question, question.examples(), Lookup(store)))
        (EXPECTED / f"{name}.csv").write_bytes(rows.serialize("csv"))


if __name__ == "__main__":
    write()
