"""Names: the prefix map is the published JSON-LD context, and CURIEs and IRIs are inverse."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.names import DF, compact, context, expand, graph, prefixes
from kg.resources import folder

LOCALS = st.from_regex(r"[A-Za-z0-9_]([A-Za-z0-9_.\-]{0,12}[A-Za-z0-9_\-])?", fullmatch=True)


@pytest.mark.parametrize("prefix", sorted(prefixes()))
def test_a_curie_and_its_iri_are_inverse(prefix: str) -> None:
    iri = expand(f"{prefix}:0001516")
    assert iri == prefixes()[prefix] + "0001516"
    assert compact(iri) == f"{prefix}:0001516"


@given(prefix=st.sampled_from(sorted(prefixes())), local=LOCALS)
def test_any_plain_local_name_survives_the_way_there_and_back(prefix: str, local: str) -> None:
    iri = expand(f"{prefix}:{local}")
    assert expand(compact(iri)) == iri


def test_known_names_stand_for_what_their_authorities_say() -> None:
    assert expand("MONDO:0001516") == "http://purl.obolibrary.org/obo/MONDO_0001516"
    assert expand("HGNC:11117") == "http://identifiers.org/hgnc/11117"
    assert expand("df:treats") == DF + "treats"
    assert graph("direct") == expand("graph:direct")


def test_the_longest_namespace_wins() -> None:
    """``omim.ps/`` and ``omim/`` differ, and no namespace hides inside another unseen."""
    assert compact("http://identifiers.org/omim.ps/253300") == "OMIMPS:253300"
    assert compact("http://identifiers.org/omim/253300") == "OMIM:253300"
    for short in prefixes().values():
        for prefix, long in prefixes().items():
            if long.startswith(short) and long != short:
                assert compact(long + "x") == f"{prefix}:x"


def test_the_longest_namespace_wins_in_whatever_order(monkeypatch: pytest.MonkeyPatch) -> None:
    nested = {"a": "http://e/x/", "b": "http://e/x/y_", "c": "http://e/x/y_z_"}
    for order in (nested, dict(reversed(nested.items()))):
        monkeypatch.setattr("kg.names.prefixes", lambda order=order: order)
        assert compact("http://e/x/y_z_1") == "c:1"
        assert compact("http://e/x/y_1") == "b:1"
        assert compact("http://e/x/1") == "a:1"


@pytest.mark.parametrize("iri", ["http://e.org/1", DF, DF + "a/b", DF + "a b", DF + "a."])
def test_an_iri_without_a_plain_curie_stays_as_it_is(iri: str) -> None:
    assert compact(iri) == iri


@pytest.mark.parametrize("iri", ["http://e.org/1", "https://e.org/1#x", "urn:uuid:1"])
def test_an_iri_is_its_own_expansion(iri: str) -> None:
    assert expand(iri) == iri


@pytest.mark.parametrize("text", ["NOPE:1", "mondo:0001516", "Zolgensma", "", ":x"])
def test_an_unknown_prefix_is_an_error(text: str) -> None:
    with pytest.raises(InputError) as caught:
        expand(text)
    assert str(caught.value) == (
        f'"{text}" is no IRI and its prefix is not known; '
        "write a full IRI or a CURIE with a prefix of ontology/context.jsonld"
    )


def test_the_prefixes_are_those_of_the_context_in_its_order() -> None:
    file = json.loads((folder("ontology") / "context.jsonld").read_text(encoding="utf-8"))
    assert list(file) == ["@context"]
    assert context() == file["@context"]
    namespaces = {}
    for name, meaning in file["@context"].items():
        if isinstance(meaning, dict) and "@prefix" in meaning:
            namespaces[name] = meaning["@id"]
        elif "://" in str(meaning):
            namespaces[name] = meaning
    assert list(prefixes().items()) == list(namespaces.items())
    assert len(set(prefixes().values())) == len(prefixes()), "two prefixes for one namespace"


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's JSON-LD reader
def test_both_libraries_read_the_context() -> None:
    text = json.dumps(
        {
            "@context": context(),
            "id": "product:zolgensma",
            "label": "Zolgensma",
            "treats": "MONDO:0001516",
        }
    )
    subject = "https://w3id.org/drugfacts/product/zolgensma"
    found = {(q.predicate.value, q.object.value) for q in ox.parse(text, ox.RdfFormat.JSON_LD)}
    assert found == {
        (expand("rdfs:label"), "Zolgensma"),
        (DF + "treats", "http://purl.obolibrary.org/obo/MONDO_0001516"),
    }
    parsed = rdflib.Dataset().parse(data=text, format="json-ld").triples((None, None, None))
    assert {(str(s), str(p), str(o)) for s, p, o in parsed} == {(subject, p, o) for p, o in found}


def test_a_namespace_ends_where_json_ld_lets_a_prefix_end() -> None:
    """JSON-LD 1.1 takes a plain term for a prefix only if it ends in a delimiter of IRIs."""
    for prefix, namespace in prefixes().items():
        delimited = namespace[-1] in ":/?#[]@"
        assert delimited or context()[prefix] == {"@id": namespace, "@prefix": True}


TERMS = [key for key, value in context().items() if isinstance(value, dict) and "@type" in value]


@pytest.mark.parametrize("term", TERMS)
def test_every_term_of_the_context_expands(term: str) -> None:
    definition = context()[term]
    assert set(definition) == {"@id", "@type"}
    assert expand(definition["@id"]).startswith("http")
    assert definition["@type"] in ("@id", "@vocab") or expand(definition["@type"])
