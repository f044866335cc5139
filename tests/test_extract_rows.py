"""How rows and lists of diseases are read, by texts in our own words."""

from __future__ import annotations

import pytest

from kg.extract.names.terms import Terms
from kg.extract.read import extract

NAMED = (
    ("MONDO:0004979", "asthma", ()),
    ("MONDO:0005393", "gout", ()),
    ("MONDO:0005027", "epilepsy", ()),
    ("MONDO:0005105", "melanoma", ()),
    ("MONDO:0005607", "chronic bronchitis", ()),
    ("MONDO:0008903", "lung cancer", ()),
    ("MONDO:0005550", "infection", ()),
    ("MONDO:0003799", "conjunctivitis", ()),
    ("MONDO:0003085", "keratitis", ()),
    ("MONDO:0005790", "hepatitis A", ()),
    ("MONDO:0005344", "hepatitis B", ()),
    ("MONDO:0004525", "scabies", ()),
    ("MONDO:0002492", "acute renal failure", ()),
    ("MONDO:0024327", "chronic renal failure", ()),
    ("MONDO:0004981", "atrial fibrillation", ()),
    ("MONDO:0005310", "atrial flutter", ()),
    ("MONDO:0005382", "Paget's disease", ()),
    ("MONDO:0005324", "seasonal allergic rhinitis", ()),
    ("MONDO:0024332", "perennial allergic rhinitis", ()),
    ("MONDO:0011786", "allergic rhinitis", ()),
    ("MONDO:0003014", "rhinitis", ("nonallergic rhinitis",)),
    ("MONDO:0017776", "nocardiosis", ()),
    ("MONDO:0005705", "clonorchiasis", ()),
    ("MONDO:0005884", "opisthorchiasis", ()),
    ("MONDO:0007016", "vitamin A deficiency", ()),
    ("MONDO:0100471", "vitamin D deficiency", ()),
    ("MONDO:0005984", "tinea pedis", ()),
    ("MONDO:0001405", "tinea cruris", ()),
    ("MONDO:0001461", "tinea corporis", ()),
    ("MONDO:0800386", "organophosphate poisoning", ()),
    ("MONDO:0001126", "gastric ulcer", ()),
    ("MONDO:0005412", "duodenal ulcer", ()),
    ("MONDO:0008383", "rheumatoid arthritis", ()),
    ("MONDO:0005178", "osteoarthritis", ()),
    ("HP:0003326", "muscle pain", ()),
    ("HP:0002829", "joint pain", ()),
    ("MONDO:0004952", "Hodgkin lymphoma", ()),
    ("MONDO:0018908", "non-Hodgkin lymphoma", ()),
    ("MONDO:0024355", "upper respiratory tract infection", ()),
    ("MONDO:0006781", "Helicobacter pylori infection", ()),
)
TERMS = Terms.of(NAMED)

TEXTS = {
    # What is done, and another use behind it.
    "Examplin is indicated for sedation, relief of gout, and prevention of asthma.":
        ["sedation, procedure", "gout, symptomaticRelief", "asthma, prevention"],
    "Examplin is indicated for sedation in patients with gout.":
        ["sedation, procedure"],
    # A germ that is got rid of is its disease.
    "Examplin is indicated for the eradication of Helicobacter pylori in adults.":
        ["Helicobacter pylori, treatment"],
    # A sign that the disease behind it is called after is not what is treated.
    "Examplin is indicated for the treatment of rhinitis in adult patients with seasonal allergic "
    "rhinitis.":
        ["seasonal allergic rhinitis, treatment"],
    "Examplin is indicated for the prevention of rhinitis in men with seasonal allergic rhinitis.":
        ["rhinitis, prevention"],
    "Examplin is indicated for the treatment of asthma in adults with rhinitis.":
        ["asthma, treatment"],
    # Types told by letters or numbers share the name before or behind them.
    "Examplin is indicated for the prevention of hepatitis A and B.":
        ["hepatitis A, prevention", "B, prevention"],
    "Examplin is indicated for the treatment of vitamin A and D deficiencies and gout.":
        ["vitamin A, replacement", "D deficiencies, replacement", "gout, treatment"],
    "Examplin is indicated for the treatment of stage II or III lung cancer.":
        ["lung cancer, treatment"],
    # A word of degree between two names, a genitive, or a name in one word hinders no sharing.
    "Examplin is indicated for the treatment of duodenal and active benign gastric ulcers.":
        ["duodenal, treatment", "gastric ulcers, treatment"],
    "Examplin is indicated in Hodgkin's and non-Hodgkin's lymphoma.":
        ["Hodgkin's, treatment", "non-Hodgkin's lymphoma, treatment"],
    "Examplin is indicated in osteo- and rheumatoid arthritis.":
        ["osteo-, treatment", "rheumatoid arthritis, treatment"],
    "Examplin is indicated for the treatment of rheumatoid and osteoarthritis.":
        ["rheumatoid, treatment", "osteoarthritis, treatment"],
    # Places behind a name, each with the name.
    "Examplin is indicated for the relief of pain of the muscles and joints.":
        ["pain of the muscles, symptomaticRelief", "joints, symptomaticRelief"],
    "Examplin is indicated for infections of the upper and lower respiratory tract.":
        ["infections of the upper, treatment", "lower respiratory tract, treatment"],
    # Each of a row behind its own "in".
    "Examplin is indicated in adults with asthma and in children with gout.":
        ["asthma, treatment", "gout, treatment"],
    "Examplin is indicated for the treatment of asthma, with or without gout, in epilepsy, and in "
    "patients with melanoma.":
        ["asthma, treatment", "epilepsy, treatment", "melanoma, treatment"],
    "Examplin is indicated for the treatment of asthma in adults with gout and in adults with "
    "epilepsy.":
        ["asthma, treatment"],
    # Germs listed one by one are infections; a row of them within a sentence is but the cause.
    "Examplin is indicated in infections caused by the following organisms: Nocardia species. "
    "Examplella minor. Asthma.":
        ["Nocardia species, treatment", "Examplella minor, treatment", "Asthma, treatment"],
    # So are germs that a heading of their own has in a row; a bracket says what a germ brings.
    "Examplin is indicated in the treatment of infections due to: Nocardia species (with others), "
    "Examplella minor (gout and asthma), N. major. Agents of epilepsy. Examplosa species.":
        ["Nocardia species, treatment", "gout, treatment", "asthma, treatment",
         "N. major, treatment", "epilepsy, treatment", "Examplosa species, treatment"],
    # What is granted behind an item leaves it an item.
    "Examplin is indicated for the following conditions: Gout, although it may come back. Asthma.":
        ["Gout, treatment", "Asthma, treatment"],
    # The next item of a list without lines begins with its capital, a degree before its name.
    "Asthma due to dust Mild, uncomplicated skin manifestations of gout and epilepsy.":
        ["Asthma, treatment", "gout, treatment", "epilepsy, treatment"],
    # A sentence that names none means all that were named last, but not where it names another.
    "Examplin is indicated for the relief of gout and asthma. It is indicated in the treatment of "
    "acute flares. It is also indicated in the treatment of swollen fingers.":
        ["gout, symptomaticRelief", "asthma, symptomaticRelief",
         "gout, treatment", "asthma, treatment", "swollen fingers, treatment"],
    "Examplin is indicated for asthma. It may be used alone or as an adjunct to other drugs.":
        ["asthma, treatment", "asthma, treatment", "asthma, adjunct"],
    # A part of a list that begins with its route has none of the role of the part before.
    "A. As adjunctive therapy for short-term administration in: Asthma. Gout. B. By intralesional "
    "injection in: Melanoma. Epilepsy.":
        ["Asthma, adjunct", "Gout, adjunct", "Melanoma, treatment", "Epilepsy, treatment"],
    # "For use in" is an item among others; what names its subject's parts is none.
    "For severe gout and asthma. For use in epilepsy until help can be had. For melanoma. The "
    "signs of scabies that respond well include keratitis.":
        ["gout, treatment", "asthma, treatment", "epilepsy, treatment", "melanoma, treatment"],
    # What is done for people lest they have more is for that, unless it is done besides.
    "Examplin is indicated for the treatment of adults with gout to reduce the risk of asthma.":
        ["asthma, prevention"],
    "Examplin is indicated for the treatment of adults with gout and to reduce the risk of asthma.":
        ["gout, treatment", "asthma, prevention"],
    # An adjunct in one of a row is none in the others.
    "Examplin is indicated for the relief of gout, in asthma as an adjunct to other drugs.":
        ["gout, symptomaticRelief"],
    # A time or a kind of a disease is the disease.
    "Examplin is indicated for the treatment of acute exacerbations of chronic bronchitis.":
        ["chronic bronchitis, treatment"],
    "Treatment of gout, certain forms of lung cancer, asthma and epilepsy.":
        ["gout, treatment", "lung cancer, treatment", "asthma, treatment", "epilepsy, treatment"],
    # What is included behind a clause.
    "Examplin is indicated for the treatment of asthma with severe symptoms, including gout.":
        ["asthma, treatment", "gout, treatment"],
    # A sentence that names what the one before includes.
    "Examplin is indicated for the treatment of infections. Such infections encompass "
    "conjunctivitis and keratitis.":
        ["infections, treatment", "conjunctivitis, treatment", "keratitis, treatment"],
    "Examplin is indicated for the prevention of infection. This includes, but is not limited to, "
    "keratitis. Gout is treated with rest.":
        ["infection, prevention", "keratitis, prevention"],
    "Other disorders in which Examplin is useful include asthma and gout.":
        ["asthma, treatment", "gout, treatment"],
    # A list that has run into the next sentence.
    "Examplin is indicated for: asthma gout Melanoma Examplin is also indicated for the treatment "
    "of: epilepsy":
        ["asthma, treatment", "gout, treatment", "Melanoma, treatment", "epilepsy, treatment"],
    # Items told by the section that tells more of them.
    "Examplin is indicated in adults with infections ( 1 ). Conjunctivitis ( 1.1 ) Acute bacterial "
    "exacerbation of chronic bronchitis ( 1.2 ) Keratitis ( 1.3 )":
        ["infections, treatment", "Conjunctivitis, treatment", "chronic bronchitis, treatment",
         "Keratitis, treatment"],
    # What two names share.
    "Treatment of acute or chronic renal failure.":
        ["acute, treatment", "chronic renal failure, treatment"],
    "Treatment of acute and chronic hepatitis B.": ["hepatitis B, treatment"],
    "Examplin is indicated in atrial fibrillation or flutter.":
        ["atrial fibrillation, treatment", "flutter, treatment"],
    "Treatment of seasonal and perennial allergic and nonallergic rhinitis.":
        ["seasonal, treatment", "perennial allergic, treatment", "nonallergic rhinitis, treatment"],
    "Treatment of allergic or other nonallergic rhinitis.":
        ["allergic, treatment", "nonallergic rhinitis, treatment"],
    "Treatment of tinea pedis, cruris and corporis.":
        ["tinea pedis, treatment", "cruris, treatment", "corporis, treatment"],
    "Treatment of deficiencies of vitamins A and D.":
        ["deficiencies of vitamins A, treatment", "D, treatment"],
    # What is told by its cause.
    "Treatment of infections due to Nocardia asteroides.":
        ["infections due to Nocardia asteroides, treatment"],
    "Treatment of infections due to Nocardia asteroides and Klebsiella.":
        ["infections, treatment"],
    "Treatment of infections due to liver flukes, Clonorchis sinensis/Opisthorchis viverrini.":
        ["infections due to liver flukes, Clonorchis sinensis, treatment",
         "Opisthorchis viverrini, treatment"],
    "Treatment of poisoning by organophosphates.": ["poisoning by organophosphates, treatment"],
    # A row in brackets that tells what the words before it mean, and one of what people have.
    "Examplin is indicated for infections (conjunctivitis and keratitis).":
        ["conjunctivitis, treatment", "keratitis, treatment"],
    "Examplin is indicated for gout in adults with a risk factor (epilepsy, asthma).":
        ["gout, treatment"],
    # Further uses that old labels tell in passing.
    "Examplin is indicated for gout. Examplin may also be of some value in asthma.":
        ["gout, treatment", "asthma, treatment"],
    "Among the conditions in which a calm is desired are asthma and epilepsy.":
        ["asthma, treatment", "epilepsy, treatment"],
    "Examplin is indicated for gout. Monitoring of levels may be helpful in asthma.":
        ["gout, treatment"],
    # Items that are glued together.
    "Examplin is indicated for the treatment of: Paget's diseaseepilepsy in adults":
        ["Paget's disease, treatment", "epilepsy, treatment"],
    "Examplin is indicated for adults with- melanoma who are ill.- scabies of any kind":
        ["melanoma, treatment", "scabies, treatment"],
}  # fmt: skip


def test_a_name_without_a_term_is_told_again_in_brackets() -> None:
    uses, _ = extract("Treatment of infestation with Sarcoptes scabiei (scabies).", TERMS)
    assert [use.term for use in uses] == ["MONDO:0004525"]


@pytest.mark.parametrize("text", TEXTS)
def test_each_of_a_row_is_a_use(text: str) -> None:
    uses, _ = extract(text, TERMS)
    assert [f"{text[u.mention.start : u.mention.end]}, {u.use}" for u in uses] == TEXTS[text]
