"""What a source's name stands for: one thing, or nothing and a note that says so."""

from __future__ import annotations

import pytest

from kg.assemble import assembled
from kg.identity import Identity, Seen
from kg.model import Entity
from kg.names import expand
from kg.sources.obo import Ontology, Synonym, Term
from kg.sources.tally import Tally
from kg.sources.unii import Name, by_name
from kg.sssom import Mapping
from kg.vocabulary import Vocabulary

VERSION = "https://w3id.org/drugfacts/source/example-2025"
EXACT, BROAD = "skos:exactMatch", "skos:broadMatch"


def term(
    id: str, name: str, *synonyms: str, obsolete: bool = False, alt: tuple[str, ...] = ()
) -> Term:
    texts = tuple(Synonym(text, "EXACT") for text in synonyms)
    return Term(id, name, None, texts, alt, (), (), obsolete, (), 1)


def ontology(*terms: Term) -> Ontology:
    from collections import Counter

    return Ontology({}, {one.id: one for one in terms}, Counter())


def mapping(subject: str, predicate: str, target: str) -> Mapping:
    return Mapping(subject, subject, predicate, target, "semapv:ManualMappingCuration")


@pytest.fixture
def vocabulary() -> Vocabulary:
    found = Vocabulary()
    names = [
        Name("EXAMPLIMAB", "of", "AAAAAAAAA1", "EXAMPLIMAB", 2),
        Name("EXAMPLIMAB-ABCD", "cn", "AAAAAAAAA1", "EXAMPLIMAB", 3),
        Name("SHARED NAME", "cn", "AAAAAAAAA1", "EXAMPLIMAB", 4),
        Name("SHARED NAME", "cn", "AAAAAAAAA2", "OTHERINE", 5),
        Name("OTHERINE", "of", "AAAAAAAAA2", "OTHERINE", 6),
        Name("OTHERINE", "cn", "AAAAAAAAA3", "OTHERINE HYDROCHLORIDE", 7),
    ]
    found.substances = by_name(names, Tally("unii"))
    found.add_diseases(
        ontology(
            term("MONDO:0000001", "first disease", "shared synonym", "second disease"),
            term("MONDO:0000002", "second disease", "shared synonym"),
            term("MONDO:0000003", "gone disease", obsolete=True),
        ),
        [
            mapping("MONDO:0000001", EXACT, "mesh:D1"),
            mapping("MONDO:0000002", EXACT, "mesh:D2"),
            mapping("MONDO:0000001", EXACT, "mesh:D3"),
            mapping("MONDO:0000002", EXACT, "mesh:D3"),
            mapping("MONDO:0000001", BROAD, "mesh:D4"),
            mapping("MONDO:0000001", EXACT, "Orphanet:70"),
        ],
    )
    found.add_phenotypes(ontology(term("HP:0000009", "a sign", alt=("HP:0000008",))))
    return found


@pytest.fixture
def identity(vocabulary: Vocabulary) -> Identity:
    found = Identity(vocabulary)
    found.reading(VERSION)
    return found


def mondo(number: int) -> str:
    return expand(f"MONDO:{number:07}")


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("First Disease", mondo(1)),
        ("second disease", mondo(2)),
        ("MESH:D1", mondo(1)),
        ("mesh:D2", mondo(2)),
        ("ORPHA:70", mondo(1)),
        ("MONDO:0000002", mondo(2)),
        ("shared synonym", None),
        ("MESH:D3", None),
        ("MESH:D4", None),
        ("MESH:D9", None),
        ("gone disease", None),
        ("MONDO:0000003", None),
        ("unheard of", None),
        ("", None),
    ],
)
def test_diseases(identity: Identity, text: str, iri: str | None) -> None:
    assert identity.disease(text) == iri


def test_a_label_goes_before_a_synonym_of_another(identity: Identity) -> None:
    assert identity.disease("second disease") == mondo(2)
    assert not list(identity.ambiguities())


def test_a_name_of_two_is_listed_with_both(identity: Identity) -> None:
    assert identity.disease("shared synonym") is None
    (one,) = identity.ambiguities()
    assert (one.named_as, one.candidates, one.in_version) == (
        "shared synonym",
        (mondo(1), mondo(2)),
        VERSION,
    )
    assert not list(identity.merges())


def test_former_ids_of_phenotypes(identity: Identity) -> None:
    assert identity.phenotype("HP:0000008") == identity.phenotype("HP:0000009")
    assert identity.phenotype("HP:0000007") is None


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("examplimab", expand("UNII:AAAAAAAAA1")),
        ("Examplimab-abcd", expand("UNII:AAAAAAAAA1")),
        ("otherine", expand("UNII:AAAAAAAAA2")),
        ("shared name", "https://w3id.org/drugfacts/substance/shared-name"),
        ("unheard of", "https://w3id.org/drugfacts/substance/unheard-of"),
    ],
)
def test_substances(identity: Identity, name: str, iri: str) -> None:
    assert identity.substance(name) == iri
    assert identity.substance(name.upper()) == iri


def test_the_substances_of_a_shared_name_are_described_as_candidates(identity: Identity) -> None:
    identity.substance("shared name")
    (one,) = identity.ambiguities()
    described = {entity.iri for entity in identity.entities({})}
    assert set(one.candidates) <= described


def test_every_merge_says_what_agreed(identity: Identity) -> None:
    identity.substance("EXAMPLIMAB-ABCD")
    identity.substance_by_unii("AAAAAAAAA2", "OTHERINE")
    identity.disease("MESH:D1")
    found = {(one.entity, one.named_as): one.agreed_on for one in identity.merges()}
    assert found == {
        (expand("UNII:AAAAAAAAA1"), "EXAMPLIMAB-ABCD"): ("name EXAMPLIMAB-ABCD",),
        (expand("UNII:AAAAAAAAA2"), "AAAAAAAAA2, OTHERINE"): ("UNII AAAAAAAAA2",),
        (mondo(1), "MESH:D1"): ("exact match MESH:D1",),
    }


def test_a_label_in_capitals_gives_way_to_one_that_is_not(identity: Identity) -> None:
    identity.substance("EXAMPLIMAB")
    identity.substance("examplimab")
    (one,) = identity.entities({})
    assert (one.label, one.alt_labels) == ("examplimab", ())


def test_what_a_vocabulary_describes_is_not_described_again(identity: Identity) -> None:
    iri = identity.entity(mondo(1), "df:Disease", "a name")
    assert not list(identity.entities({iri: "first disease"}))


def test_other_spellings_are_other_names(identity: Identity) -> None:
    for label in ("Tablet", "TABLET", "Tablet, coated"):
        identity.entity("http://e.org/form", "df:Concept", label)
    (one,) = identity.entities({})
    assert (one.label, one.alt_labels) == ("Tablet", ("Tablet, coated",))


@pytest.mark.parametrize(
    ("kind", "spelt", "label"),
    [
        ("form", ("KIT", "kit", "Kit"), "kit"),
        ("form", ("INJECTION, SOLUTION",), "injection, solution"),
        ("route", ("IM-IV",), "IM-IV"),
        ("route", ("Iv (Infusion)",), "IV (infusion)"),
        ("marketing", ("Prescription", "prescription"), "prescription"),
        ("status", ("marketing category OTC monograph final",) * 2,
         "marketing category OTC monograph final"),
        ("therapeutic-area", ("Arthritis, Juvenile Rheumatoid",), "Arthritis, Juvenile Rheumatoid"),
    ],
)  # fmt: skip
def test_a_term_of_registers_has_one_label_however_it_is_spelt(
    identity: Identity, kind: str, spelt: tuple[str, ...], label: str
) -> None:
    assert len({identity.concept(kind, text) for text in spelt}) == 1
    (one,) = identity.entities({})
    assert (one.label, one.alt_labels) == (label, ())


def test_a_product_of_a_shared_brand_is_called_by_the_brand_too(identity: Identity) -> None:
    seen = [Seen("fda", f"NDA 02158{n}", "GLOXIL", ("EXAMPLIMAB",)) for n in (7, 8)]
    identity.see([*seen, Seen("fda", "NDA 021589", "Onlyone")])
    identity.resolve()
    products = [one for one in identity.entities({}) if one.kinds == ("df:MedicinalProduct",)]
    assert [(one.label, one.alt_labels) for one in products] == [
        ("GLOXIL (NDA 021587)", ("GLOXIL",)),
        ("GLOXIL (NDA 021588)", ("GLOXIL",)),
        ("Onlyone", ()),
    ]


def test_curated_things_come_first(vocabulary: Vocabulary) -> None:
    identity = Identity(vocabulary, assembled().nodes)
    identity.reading(VERSION)
    seen = [
        Seen("fda", "BLA 125694", "ZOLGENSMA", ("ONASEMNOGENE ABEPARVOVEC",)),
        Seen("ema", "EMEA/H/C/004750", "Zolgensma", ("onasemnogene abeparvovec",)),
    ]
    identity.see(seen)
    identity.resolve()
    zolgensma = expand("product:zolgensma")
    assert {identity.product(one.authority, one.application, one.brand) for one in seen} == {
        zolgensma
    }
    assert identity.substance("Onasemnogene abeparvovec") == expand("UNII:MLU3LU3EVV")
    assert identity.concept("route", "INTRATHECAL") == expand("concept:intrathecal")
    assert identity.concept("status", "intrathecal") != expand("concept:intrathecal")
    assert zolgensma not in {one.iri for one in identity.entities({})}


def test_entities_come_in_order_and_are_entities(identity: Identity) -> None:
    for number in (3, 1, 2):
        identity.entity(f"http://e.org/{number}", "df:Concept", f"thing {number}")
    found = list(identity.entities({}))
    assert all(isinstance(one, Entity) for one in found)
    assert [one.label for one in found] == ["thing 1", "thing 2", "thing 3"]
