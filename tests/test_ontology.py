"""The ontology, its JSON-LD context, its outward mappings and the rule of the direct layer."""

from __future__ import annotations

import itertools
import json
from dataclasses import fields
from functools import cache
from typing import Any

import owlrl
import pyoxigraph as ox
import pytest
import rdflib
import yaml
from rdflib import OWL, RDF, RDFS, SKOS, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.term import Node as RdfNode

from kg import bridge, sssom
from kg.model import Entity, Fact, Node, Passage, Record
from kg.names import DF, context, expand, prefixes
from kg.resources import folder

FILE = folder("ontology") / "drugfacts.ttl"
RULE = (folder("ontology") / "rules" / "direct.rq").read_text(encoding="utf-8")
TERMS = folder("ontology") / "mappings" / "terms.sssom.tsv"

LINKS = ("negative", "notEvaluated", "notDemonstrated", "possible")
FORMS: dict[str, tuple[str, ...]] = {
    name: (*forms.split(), *["-"] * (4 - len(forms.split())))
    for name, forms in {
        "treats": "doesNotTreat notStudiedAsTreatmentFor notShownToTreat mayTreat",
        "cures": "isNotCureFor notStudiedAsCureFor notShownToCure mayCure",
        "reverses": "doesNotReverse notStudiedForReversing notShownToReverse mayReverse",
        "studiedIn": "- notStudiedIn",
        "helpsStopProgressionOf": "doesNotStopProgressionOf notStudiedForStoppingProgressionOf "
        "notShownToStopProgressionOf mayStopProgressionOf",
        "improves": "doesNotImprove notStudiedForImproving notShownToImprove mayImprove",
        "increases": "doesNotIncrease notStudiedForIncreasing notShownToIncrease mayIncrease",
        "maintains": "doesNotMaintain notStudiedForMaintaining notShownToMaintain mayMaintain",
        "preserves": "doesNotPreserve notStudiedForPreserving notShownToPreserve mayPreserve",
        "contraindicatedIn": "notContraindicatedIn - - mayBeContraindicatedIn",
        "recommendedUse": "notRecommendedUse",
        "hasRoute": "doesNotHaveRoute",
        "givenAt": "notGivenAt",
        "approvedBy": "notApprovedBy",
        "hasTherapyType": "isNotTherapyType",
        "usesVector": "doesNotUseVector",
        "deliversGene": "doesNotDeliverGene",
        "replacesFunctionOf": "doesNotReplaceFunctionOf - - mayReplaceFunctionOf",
        "targetsCell": "doesNotTargetCell - - mayTargetCell",
        "hasActiveSubstance": "doesNotContainSubstance",
        "positivelyRegulates": "doesNotPositivelyRegulate - - mayPositivelyRegulate",
        "produces": "doesNotProduce - - mayProduce",
        "disruptedBy": "notDisruptedBy - - mayBeDisruptedBy",
        "belongsTo": "doesNotBelongTo",
        "leadsTo": "doesNotLeadTo - - mayLeadTo",
        "causedByMutationIn": "notCausedByMutationIn - - mayBeCausedByMutationIn",
        "hasLowOrMissing": "doesNotHaveLowOrMissing - - mayHaveLowOrMissing",
        "hasForm": "doesNotHaveForm",
        "hasRegulatoryStatus": "doesNotHaveRegulatoryStatus",
        "hasMarketingStatus": "doesNotHaveMarketingStatus",
        "hasTherapeuticArea": "notListedInTherapeuticArea",
        "hasAtcCode": "doesNotHaveAtcCode",
        "biosimilarTo": "notBiosimilarTo",
        "hasPhenotype": "doesNotHavePhenotype",
        "negativelyRegulates": "doesNotNegativelyRegulate - - mayNegativelyRegulate",
        "regulates": "doesNotRegulate - - mayRegulate",
        "positivelyCorrelatedWith": "notPositivelyCorrelatedWith - - mayBePositivelyCorrelatedWith",
        "negativelyCorrelatedWith": "notNegativelyCorrelatedWith - - mayBeNegativelyCorrelatedWith",
        "correlatedWith": "notCorrelatedWith - - mayBeCorrelatedWith",
        "decreasesActivityOf": "doesNotDecreaseActivityOf - - mayDecreaseActivityOf",
        "increasesActivityOf": "doesNotIncreaseActivityOf - - mayIncreaseActivityOf",
        "decreasesAbundanceOf": "doesNotDecreaseAbundanceOf - - mayDecreaseAbundanceOf",
        "increasesAbundanceOf": "doesNotIncreaseAbundanceOf - - mayIncreaseAbundanceOf",
        "decreasesExpressionOf": "doesNotDecreaseExpressionOf - - mayDecreaseExpressionOf",
        "increasesExpressionOf": "doesNotIncreaseExpressionOf - - mayIncreaseExpressionOf",
        "decreasesSynthesisOf": "doesNotDecreaseSynthesisOf - - mayDecreaseSynthesisOf",
        "decreasesUptakeOf": "doesNotDecreaseUptakeOf - - mayDecreaseUptakeOf",
        "increasesTransportOf": "doesNotIncreaseTransportOf - - mayIncreaseTransportOf",
        "increasesDegradationOf": "doesNotIncreaseDegradationOf - - mayIncreaseDegradationOf",
        "increasesStabilityOf": "doesNotIncreaseStabilityOf - - mayIncreaseStabilityOf",
        "decreasesResponseTo": "doesNotDecreaseResponseTo - - mayDecreaseResponseTo",
        "increasesResponseTo": "doesNotIncreaseResponseTo - - mayIncreaseResponseTo",
        "causes": "doesNotCause - - mayCause",
        "causedBy": "notCausedBy - - mayBeCausedBy",
        "contributesTo": "doesNotContributeTo - - mayContributeTo",
        "predisposesTo": "doesNotPredisposeTo - - mayPredisposeTo",
        "affectsRiskFor": "doesNotAffectRiskFor - - mayAffectRiskFor",
        "affectedBy": "notAffectedBy - - mayBeAffectedBy",
        "exacerbates": "doesNotExacerbate - - mayExacerbate",
        "ameliorates": "doesNotAmeliorate - - mayAmeliorate",
        "prevents": "doesNotPrevent - - mayPrevent",
        "counteracts": "doesNotCounteract - - mayCounteract",
        "drawnAsContraindicatedFor": "notDrawnAsContraindicatedFor - - "
        "mayBeDrawnAsContraindicatedFor",
        "disrupts": "doesNotDisrupt - - mayDisrupt",
        "manifestationOf": "notManifestationOf - - mayBeManifestationOf",
        "phenotypeOf": "notPhenotypeOf - - mayBePhenotypeOf",
        "hasManifestation": "doesNotHaveManifestation - - mayHaveManifestation",
        "producedBy": "notProducedBy - - mayBeProducedBy",
        "hasOutput": "doesNotHaveOutput - - mayHaveOutput",
        "hasMetabolite": "doesNotHaveMetabolite - - mayHaveMetabolite",
        "metaboliteOf": "notMetaboliteOf - - mayBeMetaboliteOf",
        "derivesInto": "doesNotDeriveInto - - mayDeriveInto",
        "derivesFrom": "doesNotDeriveFrom - - mayDeriveFrom",
        "hasActiveIngredient": "doesNotHaveActiveIngredient - - mayHaveActiveIngredient",
        "participatesIn": "doesNotParticipateIn - - mayParticipateIn",
        "activelyInvolvedIn": "notActivelyInvolvedIn - - mayBeActivelyInvolvedIn",
        "hasParticipant": "doesNotHaveParticipant - - mayHaveParticipant",
        "capableOf": "notCapableOf - - mayBeCapableOf",
        "enables": "doesNotEnable - - mayEnable",
        "precedes": "doesNotPrecede - - mayPrecede",
        "coexistsWith": "doesNotCoexistWith - - mayCoexistWith",
        "interactsWith": "doesNotInteractWith - - mayInteractWith",
        "directlyInteractsWith": "doesNotDirectlyInteractWith - - mayDirectlyInteractWith",
        "physicallyInteractsWith": "doesNotPhysicallyInteractWith - - mayPhysicallyInteractWith",
        "molecularlyInteractsWith": "doesNotMolecularlyInteractWith - - mayMolecularlyInteractWith",
        "inComplexWith": "notInComplexWith - - mayBeInComplexWith",
        "locatedIn": "notLocatedIn - - mayBeLocatedIn",
        "locationOf": "notLocationOf - - mayBeLocationOf",
        "occursIn": "doesNotOccurIn - - mayOccurIn",
        "expressedIn": "notExpressedIn - - mayBeExpressedIn",
        "expresses": "doesNotExpress - - mayExpress",
        "inTaxon": "notInTaxon - - mayBeInTaxon",
        "partOf": "notPartOf - - mayBePartOf",
        "hasPart": "doesNotHavePart - - mayHavePart",
        "subclassOf": "notSubclassOf - - mayBeSubclassOf",
        "superclassOf": "notSuperclassOf - - mayBeSuperclassOf",
        "chemicallySimilarTo": "notChemicallySimilarTo - - mayBeChemicallySimilarTo",
        "similarTo": "notSimilarTo - - mayBeSimilarTo",
        "indicatedFor": "notIndicatedFor",
        "establishedIn": "notEstablishedIn",
        "restrictedTo": "notRestrictedTo",
    }.items()
}
"""Base predicate to its forms in the order of LINKS, written out apart from the ontology."""

VALUES = {
    "Polarity": "affirmed denied notEvaluated notDemonstrated",
    "Redistribution": "free withAttribution factsOnly withheld",
    "Certainty": "shown stated recommended possible",
    "Status": "current superseded retracted proposed",
    "ReviewStatus": "curated reviewed imported unreviewed",
    "UseStatus": "onLabel offLabel investigational",
    "EventType": "approval conditionalApproval conversion labelChange refusal withdrawal "
    "tentativeApproval efficacySupplement",
    "TherapeuticIntent": "treatment prevention diagnosis symptomaticRelief adjunct imaging "
    "maintenance procedure replacement reversal",
    "Zygosity": "biAllelic homozygous compoundHeterozygous heterozygous",
    "Tier": "regulator database referencePage newsReport curatorsList",
    "AnswerStatus": "captured notCaptured",
    "AgeGroup": "paediatric adult adolescent child elderly infant neonate",
    "Sex": "female male",
    "LimitationKind": " ".join(
        f"{name}Limitation"
        for name in "age biomarker combination comparison disease dose duration line monotherapy "
        "organism outcome patients repetition setting stage substitution use".split()
    ),
    "DisagreementKind": "contradiction differentProduct divergence scope stale",
}
DERIVED = {"dateEarliest", "dateLatest"} | {f"{link}Predicate" for link in LINKS}
CLASSES_BESIDE_THE_MODEL = {"Entity", "Fact", "Evidence", "Predicate"} | {
    "CompletenessClaim",
    *VALUES,
}


@cache
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(FILE, format="turtle")


def df(name: str) -> URIRef:
    return URIRef(DF + name)


def local(node: object) -> str:
    return str(node).removeprefix(DF)


def of_type(kind: URIRef) -> set[str]:
    return {local(node) for node in ontology().subjects(RDF.type, kind)}


def declared() -> list[str]:
    return sorted({local(node) for node in ontology().subjects() if str(node).startswith(DF)})


@cache
def model_properties() -> dict[str, str]:
    """CURIE of each property the model carries, to the kind of its values."""
    return {
        item.metadata["property"]: item.metadata["kind"]
        for cls in Node.__subclasses__()
        for item in fields(cls)
        if "property" in item.metadata
    }


# ---------------------------------------------------------------- every term


@pytest.mark.parametrize("name", declared())
def test_term_is_described_once(name: str) -> None:
    for prop in (RDFS.label, SKOS.definition, SKOS.example):
        values = list(ontology().objects(df(name), prop))
        assert len(values) == 1 and str(values[0]).strip() == str(values[0]) != "", prop
    definition = str(ontology().value(df(name), SKOS.definition))
    assert definition[0].isupper() and definition.endswith(".") and ". " not in definition
    assert ontology().value(df(name), RDFS.isDefinedBy) == URIRef(DF.removesuffix("#"))


def test_no_language_tags_and_no_blank_nodes() -> None:
    for triple in ontology():
        assert not any(isinstance(term, rdflib.BNode) for term in triple), triple
        assert not (isinstance(triple[2], rdflib.Literal) and triple[2].language), triple


def test_header_says_version_and_licence() -> None:
    header = URIRef(DF.removesuffix("#"))
    assert (header, RDF.type, OWL.Ontology) in ontology()
    assert str(ontology().value(header, OWL.versionInfo)) == "0.1.0"
    licence = ontology().value(header, rdflib.DCTERMS.license)
    assert str(licence) == "https://creativecommons.org/publicdomain/zero/1.0/"


def test_terms_of_others_are_declared_only() -> None:
    ours = (DF, DF.removesuffix("#"))
    for subject, prop, value in ontology():
        if not str(subject).startswith(ours):
            assert (prop, value) == (RDF.type, OWL.AnnotationProperty), subject


def test_curies_in_examples_expand() -> None:
    for example in ontology().objects(None, SKOS.example):
        for word in str(example).replace("^^", " ").replace(";", " ").replace(",", " ").split():
            if ":" in word.strip(".:'"):
                expand(word.strip(".'"))


# ---------------------------------------------------------------- the lists agree


def test_properties_are_those_of_the_model() -> None:
    ours = {curie.removeprefix("df:") for curie in model_properties() if curie.startswith("df:")}
    properties = of_type(OWL.ObjectProperty) | of_type(OWL.DatatypeProperty)
    assert properties - of_type(df("Predicate")) == ours | DERIVED


def test_kind_of_each_property() -> None:
    for curie, kind in model_properties().items():
        if curie.startswith("df:"):
            name = curie.removeprefix("df:")
            assert (name in of_type(OWL.ObjectProperty)) == (kind == "iri"), name
            assert (name in of_type(OWL.DatatypeProperty)) == (kind != "iri"), name
            ranges = {str(one) for one in ontology().objects(df(name), schema("rangeIncludes"))}
            assert ranges, name
            if kind not in ("iri", "date"):
                assert ranges == {expand(f"xsd:{kind}")}, name


def schema(name: str) -> URIRef:
    return URIRef(expand(f"schema:{name}"))


def test_classes_are_those_of_the_model() -> None:
    kinds = {curie.removeprefix("df:") for cls in Node.__subclasses__() for curie in cls.classes}
    assert of_type(OWL.Class) == kinds | CLASSES_BESIDE_THE_MODEL


def test_subclasses_are_those_of_the_model() -> None:
    whole_of: dict[type[Node], str] = {Entity: "Entity", Fact: "Fact"}
    whole_of |= {Passage: "Evidence", Record: "Evidence"}
    above = {
        (curie.removeprefix("df:"), whole)
        for cls, whole in whole_of.items()
        for curie in cls.classes
    }
    stated = ontology().subject_objects(RDFS.subClassOf)
    assert {(local(part), local(whole)) for part, whole in stated} == above


@pytest.mark.parametrize("name", VALUES)
def test_values(name: str) -> None:
    assert of_type(df(name)) == set(VALUES[name].split())
    assert of_type(df(name)) <= of_type(OWL.NamedIndividual)


def test_hints_name_known_classes() -> None:
    known = {DF + name for name in of_type(OWL.Class)}
    for hint in ("domainIncludes", "rangeIncludes"):
        for prop, target in ontology().subject_objects(schema(hint)):
            assert str(target) in known or str(target).startswith(str(rdflib.XSD)), prop


# ---------------------------------------------------------------- predicates and their forms


def test_every_form_is_declared_and_linked() -> None:
    for position, link in enumerate(LINKS):
        stated = {
            (local(base), local(form))
            for base, form in ontology().subject_objects(df(f"{link}Predicate"))
        }
        wanted = {(base, forms[position]) for base, forms in FORMS.items()}
        assert stated == {pair for pair in wanted if pair[1] != "-"}, link
    forms = {form for forms in FORMS.values() for form in forms} - {"-"}
    assert of_type(df("Predicate")) == set(FORMS) | forms
    assert of_type(df("Predicate")) <= of_type(OWL.ObjectProperty)


def test_base_is_disjoint_with_its_negative() -> None:
    stated = ontology().subject_objects(OWL.propertyDisjointWith)
    wanted = {(base, forms[0]) for base, forms in FORMS.items() if forms[0] != "-"}
    assert {(local(one), local(other)) for one, other in stated} == wanted


def test_labels_of_predicates_are_told_apart() -> None:
    labels = [str(ontology().value(df(name), RDFS.label)) for name in of_type(df("Predicate"))]
    assert len(labels) == len(set(labels))


def test_labels_of_forms_say_what_they_are() -> None:
    for forms in FORMS.values():
        negative, unstudied, undemonstrated, possible = (
            "" if form == "-" else str(ontology().value(df(form), RDFS.label)) for form in forms
        )
        assert not negative or {"not"} & set(negative.split())
        assert not unstudied or unstudied.startswith("has not been studied ")
        assert not undemonstrated or undemonstrated.startswith("has not been shown to ")
        assert not possible or possible.startswith("may ")


# ---------------------------------------------------------------- OWL 2 RL


def test_only_constructs_of_the_profile() -> None:
    """OWL 2 Profiles, section 4.2; everything else in the file is an annotation."""
    annotations: set[RdfNode] = {RDFS.label, RDFS.isDefinedBy, OWL.versionInfo, OWL.versionIRI}
    annotations |= set(ontology().subjects(RDF.type, OWL.AnnotationProperty))
    links = {df(f"{link}Predicate") for link in LINKS}
    axioms = {RDF.type, RDFS.subClassOf, OWL.propertyDisjointWith}
    assert set(ontology().predicates()) <= annotations | links | axioms
    kinds = {OWL.Ontology, OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty}
    kinds |= {OWL.AnnotationProperty, OWL.NamedIndividual, df("Predicate")}
    assert set(ontology().objects(None, RDF.type)) <= kinds | {df(name) for name in VALUES}
    roles = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual")
    for one, other in itertools.combinations(roles, 2):
        assert not of_type(OWL[one]) & of_type(OWL[other])


def errors(data: str = "") -> list[str]:
    """What owlrl finds inconsistent in the ontology together with some Turtle."""
    graph = rdflib.Graph() + ontology()
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes().items())
    graph.parse(data=head + data, format="turtle")
    rules = owlrl.OWLRL_Semantics
    owlrl.DeductiveClosure(rules, axiomatic_triples=True, datatype_axioms=True).expand(graph)
    error = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
    return sorted(str(message) for message in graph.objects(None, error))


def denial(predicate: str) -> str:
    return (
        f"fact:{predicate} a df:OutcomeClaim , owl:NegativePropertyAssertion ; "
        f"owl:sourceIndividual product:{predicate} ; owl:assertionProperty df:{predicate} ; "
        f"owl:targetIndividual concept:{predicate} .\n"
    )


def triple(predicate: str, of: str) -> str:
    return f"product:{of} df:{predicate} concept:{of} .\n"


NEGATED = {base: forms[0] for base, forms in FORMS.items() if forms[0] != "-"}


def test_ontology_is_consistent() -> None:
    assert errors() == []


def test_denied_fact_and_positive_triple_clash() -> None:
    found = errors("".join(denial(base) + triple(base, base) for base in FORMS))
    assert len(found) == len(FORMS)
    for base in FORMS:
        clash = f"{expand('product:')}{base}, {DF}{base}, {expand('concept:')}{base}"
        assert f"Negative (object) property assertion violated for: ({clash})" in found


def test_positive_and_negative_triple_clash() -> None:
    data = "".join(triple(base, base) + triple(form, base) for base, form in NEGATED.items())
    found = errors(data)
    assert len(found) == len(NEGATED)
    assert all(message.startswith("Erroneous usage of disjoint properties") for message in found)


def test_denied_fact_and_negative_triple_agree() -> None:
    data = "".join(denial(base) + triple(form, base) for base, form in NEGATED.items())
    assert errors(data) == []


def test_not_studied_and_possible_forms_clash_with_nothing() -> None:
    data = "".join(
        triple(form, base) for base, forms in FORMS.items() for form in forms[1:] if form != "-"
    )
    assert errors(data + "".join(map(denial, FORMS))) == []


# ---------------------------------------------------------------- the JSON-LD context

OTHERS = (
    "skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch "
    "owl:sourceIndividual owl:assertionProperty owl:targetIndividual owl:annotatedSource "
    "owl:annotatedProperty owl:annotatedTarget sssom:mapping_justification sssom:mapping_date "
    "sssom:object_label sssom:object_source_version sssom:predicate_modifier sssom:comment"
).split()


def context_terms() -> dict[str, tuple[str, str | None]]:
    """Key of each term to its CURIE and the type it coerces values to."""
    return {
        key: (value, None) if isinstance(value, str) else (value["@id"], value.get("@type"))
        for key, value in context().items()
        if key not in prefixes() and not str(value).startswith("@")
    }


def test_every_term_of_ours_has_a_key_and_every_key_a_term() -> None:
    keys = {curie for curie, _ in context_terms().values() if curie.startswith("df:")}
    assert keys == {f"df:{name}" for name in declared()}


def test_every_property_of_the_data_has_a_key() -> None:
    keys = {curie for curie, _ in context_terms().values()}
    assert set(model_properties()) | set(OTHERS) <= keys


def test_keys_are_the_local_names_unless_a_prefix_is_called_so() -> None:
    for key, (curie, _) in context_terms().items():
        name = curie.partition(":")[2]
        assert key == (curie if name in prefixes() else name)


def test_coercion_follows_the_kind_of_value() -> None:
    wanted = {"iri": {"@id", "@vocab"}, "decimal": {"xsd:decimal"}}
    coerced = dict(context_terms().values())
    for curie, kind in model_properties().items():
        assert coerced[curie] in wanted.get(kind, {None}), curie
    assert coerced["df:dateEarliest"] == coerced["df:dateLatest"] == "xsd:date"


def sample(coerced: str | None) -> tuple[list[Any], list[str]]:
    """JSON values for a property of this coercion, and the N-Triples terms they stand for."""
    typed = "^^<http://www.w3.org/2001/XMLSchema#"
    if coerced == "@id":
        return ["fact:x", "https://a.example/y"], [f"<{expand('fact:x')}>", "<https://a.example/y>"]
    if coerced == "@vocab":
        return ["denied", "df:cures"], [f"<{DF}denied>", f"<{DF}cures>"]
    if coerced:
        text = {"xsd:date": "2019-05-01", "xsd:decimal": "2.5"}[coerced]
        return [text], [f'"{text}"{typed}{coerced[4:]}>']
    month = {"@value": "2019-05", "@type": "xsd:gYearMonth"}
    plain = [f'"2019-05"{typed}gYearMonth>', f'"24"{typed}integer>', f'"false"{typed}boolean>']
    return ["text", month, 24, False], ['"text"', *plain]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("engine", ["pyoxigraph", "rdflib"])
def test_json_ld_is_read_as_meant(engine: str) -> None:
    node: dict[str, Any] = {"@context": context(), "id": "fact:a", "type": []}
    wanted = set()
    subject = f"<{expand('fact:a')}>"
    for key, (curie, coerced) in context_terms().items():
        if (name := curie.partition(":")[2])[0].isupper():
            node["type"].append(key)
            wanted.add(f"{subject} <{RDF.type}> <{expand(curie)}> .")
        elif name not in " ".join(VALUES.values()).split():
            node[key], terms = sample(coerced)
            wanted |= {f"{subject} <{expand(curie)}> {term} ." for term in terms}
    text = json.dumps(node)
    if engine == "pyoxigraph":
        read = {f"{quad.triple} ." for quad in ox.parse(text.encode(), ox.RdfFormat.JSON_LD)}
    else:
        graph = rdflib.Graph().parse(data=text, format="json-ld")
        read = set(graph.serialize(format="nt").splitlines()) - {""}
    assert read == wanted


# ---------------------------------------------------------------- the direct layer


@cache
def prepared() -> Query:
    return prepareQuery(RULE)


def derive(engine: str, facts: str) -> set[tuple[str, str, str]]:
    """Run the rule over facts in one named graph and the form links in another."""
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes().items())
    links = "".join(
        f"df:{base} df:{link}Predicate df:{form} .\n"
        for base, forms in FORMS.items()
        for link, form in zip(LINKS, forms, strict=True)
        if form != "-" and f"df:{base} " in facts
    )
    data = f"{head}graph:ontology {{ {links} }}\ngraph:curated {{ {facts} }}\n"
    quads = list(ox.parse(data.encode(), ox.RdfFormat.TRIG))
    if engine == "pyoxigraph":
        store = ox.Store()
        store.extend(quads)
        found = store.query(RULE, use_default_graph_as_union=True)
        assert isinstance(found, ox.QueryTriples)
        triples = [str(one).replace("<", "").replace(">", "").split(" ") for one in found]
    else:
        result = bridge.dataset(quads).query(prepared()).graph
        assert result is not None
        triples = [[str(term) for term in one] for one in result]
    return {(one[0], one[1], one[2]) for one in triples}


def fact(
    predicate: str, polarity: str, certainty: str, status: str = "current", review: str = "curated"
) -> str:
    firm = f"df:certainty df:{certainty} ; " if certainty else ""
    return (
        f"fact:{predicate}-{polarity}-{certainty} rdf:subject product:a ; "
        f"rdf:predicate df:{predicate} ; rdf:object concept:b ; {firm}df:polarity df:{polarity} ; "
        f"df:status df:{status} ; df:reviewStatus df:{review} .\n"
    )


def direct(predicate: str) -> tuple[str, str, str]:
    return expand("product:a"), DF + predicate, expand("concept:b")


def licensed(predicate: str, polarity: str, certainty: str) -> str:
    """The direct predicate that the contract names, or "-"."""
    negative, unstudied, undemonstrated, possible = FORMS[predicate]
    return {
        "affirmed": possible if certainty == "possible" else predicate,
        "denied": negative,
        "notEvaluated": unstudied,
        "notDemonstrated": undemonstrated,
    }[polarity]


ENGINES = pytest.mark.parametrize("engine", ["pyoxigraph", "rdflib"])
CERTAINTIES = ["", *VALUES["Certainty"].split()]
SOME = ("treats", "studiedIn", "leadsTo")
"""A predicate with all forms, one with the not-evaluated form only, one without it."""


@ENGINES
@pytest.mark.parametrize("certainty", CERTAINTIES)
@pytest.mark.parametrize("polarity", VALUES["Polarity"].split())
@pytest.mark.parametrize("review", VALUES["ReviewStatus"].split())
@pytest.mark.parametrize("status", VALUES["Status"].split())
def test_direct_layer(engine: str, polarity: str, certainty: str, status: str, review: str) -> None:
    facts = "".join(fact(predicate, polarity, certainty, status, review) for predicate in SOME)
    chosen = {licensed(predicate, polarity, certainty) for predicate in SOME} - {"-"}
    licence = status == "current" and review in ("curated", "reviewed", "imported")
    assert derive(engine, facts) == ({direct(name) for name in chosen} if licence else set())


@ENGINES
@pytest.mark.parametrize("predicate", FORMS)
def test_direct_layer_of_every_predicate(engine: str, predicate: str) -> None:
    cases = list(itertools.product(VALUES["Polarity"].split(), CERTAINTIES))
    wanted = {licensed(predicate, *case) for case in cases} - {"-"}
    found = derive(engine, "".join(fact(predicate, *case) for case in cases))
    assert found == {direct(name) for name in wanted}


@ENGINES
def test_what_is_not_affirmed_never_derives_the_positive(engine: str) -> None:
    polarities = set(VALUES["Polarity"].split()) - {"affirmed"}
    facts = [
        fact(base, polarity, certainty)
        for base in FORMS
        for polarity in polarities
        for certainty in CERTAINTIES
    ]
    assert not {prop for _, prop, _ in derive(engine, "".join(facts))} & {DF + one for one in FORMS}


@ENGINES
def test_facts_of_two_sources_give_one_triple_and_a_denial_its_own(engine: str) -> None:
    facts = fact("cures", "affirmed", "stated") + fact("cures", "affirmed", "shown")
    assert derive(engine, facts) == {direct("cures")}
    facts += fact("cures", "denied", "stated")
    assert derive(engine, facts) == {direct("cures"), direct("isNotCureFor")}


# ---------------------------------------------------------------- mappings


@cache
def mappings() -> tuple[sssom.Mapping, ...]:
    return tuple(sssom.read(TERMS))


def test_mapping_set_header() -> None:
    lines = TERMS.read_text(encoding="utf-8").splitlines()
    head = yaml.safe_load("\n".join(line[1:] for line in lines if line.startswith("#")))
    assert head["mapping_set_id"] == "https://w3id.org/drugfacts/mappings/terms"
    assert head["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert head["mapping_set_version"]
    used = {
        curie.partition(":")[0]
        for row in mappings()
        for curie in (row.subject_id, row.predicate_id, row.object_id, row.mapping_justification)
    }
    assert head["curie_map"] == {name: prefixes()[name] for name in sorted(used)}


@pytest.mark.parametrize("row", mappings(), ids=lambda row: f"{row.subject_id}-{row.object_id}")
def test_mapping(row: sssom.Mapping) -> None:
    assert row.subject_label == str(ontology().value(URIRef(expand(row.subject_id)), RDFS.label))
    assert row.object_source_version
    assert row.mapping_justification == "semapv:ManualMappingCuration"
    assert row.object_id.split(":")[0] in ("biolink", "schema", "RO", "idmp-mprd", "sssom")
    if row.object_id == sssom.NO_TERM:
        assert (row.predicate_id, row.object_label) == ("skos:exactMatch", "")
    else:
        assert row.object_label


def test_no_mapping_stands_twice_or_beside_its_own_denial() -> None:
    pairs = [(row.subject_id, row.object_id) for row in mappings()]
    assert len(pairs) == len(set(pairs))
    missing = {one for one, other in pairs if other == sssom.NO_TERM}
    assert not {one for one, other in pairs if other.startswith("biolink:")} & missing


def test_no_form_is_mapped_to_a_term() -> None:
    forms = {f"df:{form}" for forms in FORMS.values() for form in forms}
    for row in mappings():
        assert row.subject_id not in forms or row.object_id == sssom.NO_TERM, row.line


def test_one_exact_match_a_vocabulary() -> None:
    exact = [row for row in mappings() if row.predicate_id == "skos:exactMatch"]
    pairs = [(row.subject_id, row.object_id.partition(":")[0]) for row in exact]
    assert len(pairs) == len(set(pairs))
