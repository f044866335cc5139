"""How uses are read where a label has no plain sentence: each cause by texts in our own words."""

from __future__ import annotations

import pytest

from kg.extract.names.terms import Terms
from kg.extract.read import extract
from kg.extract.whom.qualifiers import qualifiers

NAMED = (
    ("MONDO:0004979", "asthma", ()),
    ("MONDO:0005393", "gout", ()),
    ("MONDO:0005027", "epilepsy", ()),
    ("MONDO:0005105", "melanoma", ()),
    ("MONDO:0005191", "metastatic melanoma", ()),
    ("MONDO:0005252", "heart failure", ()),
    ("MONDO:0005607", "chronic bronchitis", ()),
    ("MONDO:0043885", "eye infection", ("ocular infection",)),
    ("MONDO:0005010", "coronary artery disease", ()),
    ("MONDO:0003019", "hypokalemia", ()),
    ("MONDO:0008919", "carnitine deficiency", ()),
    ("HP:0007359", "Focal-onset seizure", ("partial-onset seizures",)),
    ("HP:0012735", "Cough", ()),
    ("MONDO:0005550", "infection", ()),
    ("MONDO:0100338", "urinary tract infection", ()),
    ("MONDO:0009265", "Gaucher disease type 1", ()),
    ("MONDO:0018982", "Niemann-Pick disease type C", ()),
    ("MONDO:0018150", "Gaucher disease", ()),
    ("MONDO:0005105", "melanoma", ()),
    ("MONDO:0005191", "metastatic melanoma", ()),
    ("MONDO:0018173", "acute opioid poisoning", ()),
)
TERMS = Terms.of(NAMED)

TEXTS = {
    # A heading is no use of its own.
    "Examplin is indicated for: Melanoma • Treatment of metastatic melanoma in adults.":
        ["metastatic melanoma, treatment"],
    "Asthma: Examplin is indicated for the relief of cough.": ["cough, symptomaticRelief"],
    "Epilepsy: ; Examplin is useful alone or as an adjunct in the treatment of asthma.":
        ["asthma, adjunct", "asthma, treatment"],
    "Examplin is indicated for: • Asthma • Gout": ["Asthma, treatment", "Gout, treatment"],
    "Temporarily relieves asthma due to: • gout • temporarily reduces epilepsy":
        ["asthma, symptomaticRelief", "gout, symptomaticRelief", "epilepsy, symptomaticRelief"],
    # What has lost the signs between its parts.
    "Examplin is indicated for: The treatment of adults with asthmaThe treatment of adults with "
    "melanomaThe treatment of children with epilepsy":
        ["asthma, treatment", "melanoma, treatment", "epilepsy, treatment"],
    "Examplin is indicated for the treatment of the following: - Asthma- Gout- Epilepsy":
        ["Asthma, treatment", "Gout, treatment", "Epilepsy, treatment"],
    "Examplin is indicated for: chronic bronchitisepilepsy.":
        ["chronic bronchitis, treatment", "epilepsy, treatment"],
    "Examplin 75 mgPrevention of asthma in adults.": ["asthma, prevention"],
    # A lead-in that begins anew ends the kind of use of the one before.
    "Replacement therapy in: carnitine deficiency.Immunomodulation in adults in: asthma; gout.":
        ["carnitine deficiency, replacement", "asthma, treatment", "gout, treatment"],
    # Places and types that belong to a name, before it and behind it.
    "Examplin is indicated for the treatment of infections of the urinary tract, skin and lungs.":
        ["infections of the urinary tract, treatment", "skin, treatment", "lungs, treatment"],
    "Examplin is indicated for the treatment of mild type 1 Gaucher disease.":
        ["type 1 Gaucher disease, treatment"],
    "Examplin is indicated for the treatment of Niemann-Pick type C disease.":
        ["Niemann-Pick type C disease, treatment"],
    "Examplin is indicated for the emergency treatment of opioid overdose.":
        ["opioid overdose, reversal"],
    # Whom it is for, behind what it is for.
    "Examplin is indicated for the reduction of thrombotic events in adults as follows: "
    "• Patients with gout. • Patients with asthma.":
        ["thrombotic events, prevention"] * 2,
    # How the drug is used in the forms of a disease.
    "Examplin is indicated for: Epilepsy—adjunctive therapy in adults: partial-onset seizures.":
        ["partial-onset seizures, adjunct"],
    "Examplin is indicated for: Epilepsy—adjunctive therapy in adults: partial-onset seizures. "
    "Gout: Prevention of cough. Asthma":
        ["partial-onset seizures, adjunct", "cough, prevention", "Asthma, treatment"],
    "Examplin is indicated in: As adjunctive therapy in: asthma; cough. For the treatment of gout.":
        ["asthma, adjunct", "cough, adjunct", "gout, treatment"],
    "Examplin is indicated for asthma as monotherapy or as adjunctive therapy to inhalers.":
        ["asthma, adjunct", "asthma, treatment"],
    "Examplin is indicated in: gout, including asthma (selected cases may require maintenance "
    "therapy); cough.":
        ["gout, treatment", "asthma, treatment", "asthma, maintenance", "gout, maintenance",
         "cough, treatment"],
    "Examplin is indicated as follows: During an exacerbation or as maintenance therapy in "
    "selected cases of: Asthma. Gout.":
        ["Asthma, maintenance", "Asthma, treatment", "Gout, maintenance", "Gout, treatment"],
    # Items that a citation ends, and a list of what a disease comes with.
    "Examplin is indicated for the treatment of: asthma of adults [see Clinical Studies (14.1)] "
    "heart failure in adults [see Clinical Studies (14.2)]":
        ["asthma, treatment", "heart failure, treatment"],
    "Examplin is indicated for gout which may be associated with the following conditions: "
    "• Asthma • Cough": ["gout, treatment"],
    # Items that have run together, or stand behind a full stop.
    "Examplin is indicated for: Management of gout Adjunctive therapy for adults with asthma":
        ["gout, treatment", "asthma, adjunct"],
    "Examplin is indicated only for the following disorders when others have failed. Gout. "
    "Severe asthma.": ["Gout, treatment", "asthma, treatment"],
    "Examplin is indicated for the treatment of: asthma; the signs and symptoms of gout.":
        ["asthma, treatment", "gout, symptomaticRelief"],
    # A stay in hospital for a disease that is to become less likely is how bad the disease gets.
    "Examplin is indicated to reduce the risk of gout and hospitalization for heart failure.":
        ["gout, prevention", "heart failure, prevention"],
    # What the drug's name says it gives.
    "Potassium chloride is indicated for the treatment of hypokalemia.":
        ["hypokalemia, replacement"],
    "Examplin is indicated for the treatment of hypokalemia.": ["hypokalemia, treatment"],
    "Levocarnitine is indicated for the treatment of carnitine deficiency.":
        ["carnitine deficiency, replacement"],
    # How far a name goes.
    "For the treatment of superficial ocular infections.":
        ["superficial ocular infections, treatment"],
    "For the treatment of infections of the outer ear caused by a mould.":
        ["infections of the outer ear, treatment"],
    "Examplin is indicated for the treatment of mild to moderate heart failure.":
        ["heart failure, treatment"],
    "Examplin is indicated for the prevention of intraoperative epilepsy and recent gout.":
        ["epilepsy, prevention", "gout, prevention"],
    "Examplin is indicated for the treatment of advanced or metastatic melanoma.":
        ["melanoma, treatment"],
    "Examplin is indicated for the treatment of Gaucher disease (Type 1) in adults.":
        ["Gaucher disease (Type 1), treatment"],
    "Examplin is indicated for the treatment of Gaucher disease, type 1.":
        ["Gaucher disease, type 1, treatment"],
    "Examplin is indicated to reduce the risk of coronary artery disease death.":
        ["coronary artery disease death, prevention"],
    # A bracket that tells which conditions are meant.
    "Examplin is indicated for the treatment of rare conditions (i.e., gout, asthma).":
        ["gout, treatment", "asthma, treatment"],
    # What becomes less before it is an illness.
    "Examplin is indicated for the reduction of cardiovascular events.":
        ["cardiovascular events, prevention"],
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_use_is_read_as_it_is_meant(text: str) -> None:
    uses, _ = extract(text, TERMS)
    assert [f"{text[u.mention.start : u.mention.end]}, {u.use}" for u in uses] == TEXTS[text]


def test_the_age_of_a_pregnancy_is_no_age_of_the_patient() -> None:
    text = "Examplin is indicated for asthma in infants born at less than 29 weeks of gestation."
    (use,), _ = extract(text, TERMS)
    assert dict(use.qualifiers).get("age") is None


AGES = {
    "Examplin is indicated for asthma. Examplin is indicated in adults 18 years of age and older.":
        {">=18 years"},
    "Examplin is indicated for: Gout: in patients age 3 and older": {">=3 years"},
    "Examplin is indicated in children 6 to 17 years of age and adults with gout.": {">=6 years"},
    "Examplin is indicated for gout in adults, but is not recommended for asthma.": set(),
}  # fmt: skip


@pytest.mark.parametrize("text", AGES)
def test_an_age_told_elsewhere_is_of_the_use(text: str) -> None:
    (use,) = extract(text, TERMS)[0]
    assert {value for name, value in use.qualifiers if name == "age"} == AGES[text]


def test_a_word_that_only_belongs_to_a_value_is_no_value() -> None:
    """The look of bacteria in a name is a marker of it; that they are sensitive is none."""
    line = "Examplin is indicated for infections due to sensitive strains of gram-negative bacilli"
    start = line.index("infections")
    found = qualifiers(line, 0, len(line), start, len(line))
    assert ("biomarker", "gram-negative") in found
    assert all(value for _, value in found), found
