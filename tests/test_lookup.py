"""Finding entities by what people call them; the labels of everything."""

from __future__ import annotations

import pytest

from kg.errors import InputError, UnknownName
from kg.library import KINDS
from kg.lookup import Lookup, fold
from kg.names import DF, expand
from kg.store import Store


@pytest.fixture(scope="module")
def lookup(curated: Store) -> Lookup:
    return Lookup(curated)


@pytest.mark.parametrize(
    ("text", "iri", "how"),
    [
        ("Zolgensma", "product:zolgensma", "label"),
        ("  zolgénsma ", "product:zolgensma", "label"),
        ("ZOLGENSMA", "product:zolgensma", "label"),
        ("Spinal  Muscular\tAtrophy", "MONDO:0001516", "label"),
        ("onasemnogene abeparvovec-xioi", "product:zolgensma", "synonym"),
        ("Werdnig-Hoffmann disease", "MONDO:0009669", "synonym"),
        ("product:zolgensma", "product:zolgensma", "identifier"),
        ("https://w3id.org/drugfacts/product/zolgensma", "product:zolgensma", "identifier"),
        ("MONDO:0001516", "MONDO:0001516", "identifier"),
        ("mondo:0001516", "MONDO:0001516", "identifier"),
        ("MLU3LU3EVV", "UNII:MLU3LU3EVV", "identifier"),
        ("HGNC:11117", "HGNC:11117", "identifier"),
        ("BLA 125694", "product:zolgensma", "application number"),
        ("bla125694", "product:zolgensma", "application number"),
        ("EMEA/H/C/005145", "product:evrysdi", "application number"),
        ("DB15528", "UNII:MLU3LU3EVV", "mapped identifier"),
        ("DRUGBANK:DB15528", "UNII:MLU3LU3EVV", "mapped identifier"),
        ("D009134", "MONDO:0001516", "mapped identifier"),
        ("mesh:D009134", "MONDO:0001516", "mapped identifier"),
        ("http://id.nlm.nih.gov/mesh/D009134", "MONDO:0001516", "mapped identifier"),
        ("fact:zolgensma-cures-sma", "fact:zolgensma-cures-sma", "identifier"),
        ("source:drugs-com-3559344", "source:drugs-com-3559344", "identifier"),
        ("Drugs@FDA", "source:fda-drugs-at-fda", "label"),
    ],
)
def test_found(text: str, iri: str, how: str, lookup: Lookup) -> None:
    match = lookup.find(text)
    assert (match.iri, match.how) == (expand(iri), how)


@pytest.mark.parametrize(
    ("text", "kind", "iri"),
    [
        ("zolgensma-cures-sma", "fact", "fact:zolgensma-cures-sma"),
        ("drugs-com-3559344-2023-12-29", "source", "source:drugs-com-3559344-2023-12-29"),
        (
            "drugs-com-3559344-2023-12-29-151-245",
            "evidence",
            "evidence:drugs-com-3559344-2023-12-29-151-245",
        ),
        ("5q SMA", "disease", "concept:5q-sma"),
        ("US", "jurisdiction", "concept:us"),
    ],
)
def test_found_among_a_kind(text: str, kind: str, iri: str, lookup: Lookup) -> None:
    assert lookup.find(text, KINDS[kind]).iri == expand(iri)


def test_a_namesake_is_told(lookup: Lookup) -> None:
    match = lookup.find("SMA")
    assert match.label == "spinal muscular atrophy"
    assert [other.label for other in match.others] == ["proximal spinal muscular atrophy"]


def test_an_own_label_goes_before_a_synonym_and_a_tie_is_an_error() -> None:
    label, alt = expand("rdfs:label"), expand("skos:altLabel")
    lines = []
    for name, prop, text in (
        ("a", label, "alpha"),
        ("b", label, "beta"),
        ("b", alt, "alpha"),
        ("a", alt, "gamma"),
        ("b", alt, "gamma"),
    ):
        iri = expand(f"concept:{name}")
        lines.append(f'<{iri}> <{prop}> "{text}" <urn:g> .')
        lines.append(f"<{iri}> <{expand('rdf:type')}> <{DF}Concept> <urn:g> .")
    lookup = Lookup(Store.from_nquads("\n".join(lines).encode()))
    match = lookup.find("alpha")
    assert (match.label, [other.label for other in match.others]) == ("alpha", ["beta"])
    with pytest.raises(InputError) as caught:
        lookup.find("gamma")
    assert str(caught.value) == (
        '"gamma" may be any of alpha (concept:a), beta (concept:b); give the identifier'
    )


@pytest.mark.parametrize(
    ("text", "kind", "near"),
    [
        ("Zolgensmo", "product", ("Zolgensma",)),
        ("spinrasa", "product", ("Spinraza",)),
        ("spinal muscle atrophy", "disease", ("spinal muscular atrophy",)),
        ("product:zolgensmo", "product", ("Zolgensma",)),
        ("quite something else", None, ()),
        ("", None, ()),
        ("MONDO:9999999", "disease", ()),
    ],
)
def test_an_unknown_name_is_an_error_with_near_ones(
    text: str, kind: str | None, near: tuple[str, ...], lookup: Lookup
) -> None:
    with pytest.raises(UnknownName) as caught:
        lookup.find(text, None if kind is None else KINDS[kind])
    assert f'nothing is called "{text}"' in str(caught.value)
    assert set(near) <= set(caught.value.near)


@pytest.mark.parametrize(
    "text", ["https://", "http://a b", "fact:>", "urn:\0", "a" * 10_000, "<>", "\ud800", "%s"]
)
def test_what_is_no_name_at_all_is_unknown(text: str, lookup: Lookup) -> None:
    with pytest.raises(UnknownName):
        lookup.find(text)


def test_another_kind_is_said(lookup: Lookup) -> None:
    with pytest.raises(InputError) as caught:
        lookup.find("onasemnogene abeparvovec", KINDS["product"])
    assert str(caught.value) == (
        '"onasemnogene abeparvovec" is onasemnogene abeparvovec (substance), '
        "not what is asked for; give one of these: medicinal product"
    )
    with pytest.raises(InputError, match="is motor neuron \\(cell\\)"):
        lookup.find("CL:0000100", KINDS["product"])


def test_labels_of_entities_terms_and_of_nothing(lookup: Lookup) -> None:
    assert lookup.label(expand("HGNC:11117")) == "SMN1"
    assert lookup.label(DF + "newsReport") == "news report"
    assert lookup.label(expand("product:none")) == "product:none"
    assert lookup.label("https://example.org/x") == "https://example.org/x"
    assert lookup.label("no IRI at all") == "no IRI at all"


def test_every_name_of_the_curated_graph_finds_its_owner(lookup: Lookup) -> None:
    keys = list(lookup._index)
    assert len(keys) > 200
    for key, matches in lookup._index.items():
        if len(matches) == 1:
            assert lookup.find(key).iri == matches[0].iri
        assert key == fold(key)


def test_many_namesakes_are_counted_and_not_all_listed() -> None:
    lines = []
    for number in range(9):
        iri = expand(f"concept:n{number}")
        lines.append(f'<{iri}> <{expand("rdfs:label")}> "same" <urn:g> .')
        lines.append(f"<{iri}> <{expand('rdf:type')}> <{DF}Concept> <urn:g> .")
    with pytest.raises(InputError) as caught:
        Lookup(Store.from_nquads("\n".join(lines).encode())).find("same")
    assert str(caught.value).endswith("same (concept:n4), 4 more; give the identifier")
