"""What is named beside a use and is none: each cause by texts in our own words."""

from __future__ import annotations

import pytest

from kg.extract.names.terms import Terms
from kg.extract.read import extract

TERMS = Terms.of((
    ("MONDO:0004979", "asthma", ()),
    ("MONDO:0005393", "gout", ()),
    ("MONDO:0005105", "melanoma", ()),
    ("MONDO:0005271", "hypersensitivity", ()),
    ("MONDO:0007254", "breast cancer", ()),
    ("MONDO:0021201", "skin infection", ("infections of the skin",)),
    ("MONDO:0005972", "streptococcus pneumonia", ()),
    ("MONDO:0005275", "lung disease due to Klebsiella", ()),
    ("MONDO:0005579", "disorders", ()),
    ("HP:0002315", "headache", ()),
    ("HP:0012531", "Pain", ()),
    ("HP:0012735", "Cough", ()),
    ("HP:0031245", "gouty cough", ()),
    ("HP:0002829", "Arthralgia", ("aches",)),
))  # fmt: skip

TEXTS = {
    # Whom the drug is for, before what is averted in them.
    "Examplin is indicated for treatment of patients with gout to reduce the risk of asthma.":
        ["asthma, prevention"],
    "Examplin is indicated for the treatment of gout to reduce the risk of asthma.":
        ["gout, treatment", "asthma, prevention"],
    "Examplin is indicated in adults with gout to reduce the risk of: • asthma • melanoma":
        ["asthma, prevention", "melanoma, prevention"],
    "Examplin is indicated for imaging of adults with gout who are being evaluated for melanoma.":
        ["melanoma, imaging"],
    # A disease that but tells which sign the next word is, and a list that has lost its commas.
    "Examplin is indicated for the treatment of melanoma pain in adults.": ["pain, treatment"],
    "Examplin is indicated for the treatment of gout asthma melanoma.":
        ["gout, treatment", "asthma, treatment", "melanoma, treatment"],
    "Examplin is indicated for the treatment of gout headache.": ["gout, treatment"],
    # Another drug that patients do not bear.
    "Treatment of patients with: • gout • gout and hypersensitivity to colchicine":
        ["gout, treatment", "gout, treatment"],
    "Examplin is indicated for the treatment of hypersensitivity.": ["hypersensitivity, treatment"],
    # A heading right before its use, in small letters.
    "Breast Cancer treatment of adults with advanced breast cancer.": ["breast cancer, treatment"],
    # A remark, and what a sentence says that tells what the drug does.
    "Examplin is indicated for gout. NOTE: Reports of a need for tests in treating asthma.":
        ["gout, treatment"],
    "Examplin is indicated for gout. Long therapy slows what retards progression of asthma.":
        ["gout, treatment"],
    # A verb is no place of an infection, and a germ is no illness.
    "Examplin is indicated for: gout. Infections of the skin generally respond well.":
        ["gout, treatment", "Infections of the skin, treatment"],
    "Examplin is indicated for asthma due to: Streptococcus pneumonia": ["asthma, treatment"],
    # A sign that some sources write as an entity.
    "For the relief of cough &amp; aches.":
        ["cough, symptomaticRelief", "aches, symptomaticRelief"],
    # Items that only narrow whom the drug is for.
    "Examplin is indicated for adults with gout and one of the following: asthma; melanoma":
        ["gout, treatment"],
    "Examplin is indicated for adults with one of the following: asthma; melanoma":
        ["asthma, treatment", "melanoma, treatment"],
    # How far a name goes: no further than the row of degrees that its word ends.
    "Examplin is indicated for primary or purple gout.": ["gout, treatment"],
    "Examplin is indicated for purple gout.": ["purple gout, treatment"],
    # The same disease by fewer words, before that of those who have it.
    "For the treatment of cough in adults with chronic gouty cough.": ["gouty cough, treatment"],
    # What is told of the people that were named before.
    "Examplin is indicated for gout. Giving it to adult patients has been shown to lower the risk "
    "of asthma.":
        ["gout, treatment"],
    # A stay in hospital for a disease is the disease.
    "Examplin is indicated to reduce the risk of gout hospitalization.": ["gout, prevention"],
    "Examplin is indicated to reduce asthma-related hospitalizations.": ["asthma, prevention"],
    # A cause ends a name that has no term, and a place goes with a kind of illness.
    "For the treatment of community-acquired lung disease due to Klebsiella in adults.":
        ["community-acquired lung disease, treatment"],
    "For the treatment of spastic disorders of the urinary tract.":
        ["spastic disorders of the urinary tract, treatment"],
    # The stage of what is done, and a heading above it.
    "Acute, postoperative or obstetric sedation.": ["sedation, procedure"],
    "Small Bowel Intubation Examplin is useful for facilitating small bowel intubation.":
        ["small bowel intubation, procedure"],
    # A heading of what is only discussed, and a verb that is spelled as a disease.
    "Examplin is indicated in adults with: Gout. Asthma. Caution is advised in adults with asthma. "
    "Melanoma. The incidence of melanoma increases with age.":
        ["Gout, treatment"],
    "For skin that aches easily.": [],
    "Gout. When patients have been without asthma for a week.": ["Gout, treatment"],
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_named_beside_a_use_is_none(text: str) -> None:
    uses, _ = extract(text, TERMS)
    assert [f"{text[u.mention.start : u.mention.end]}, {u.use}" for u in uses] == TEXTS[text]
