"""Which people a use is for, where the text tells them elsewhere: by texts in our own words."""

from __future__ import annotations

import pytest

from kg.extract.names.terms import Terms
from kg.extract.read import extract

NAMED = (
    ("MONDO:0004979", "asthma", ()),
    ("MONDO:0005393", "gout", ()),
    ("MONDO:0011786", "allergic rhinitis", ()),
    ("MONDO:0005249", "pneumonia", ()),
    ("MONDO:0005550", "infection", ()),
)
TERMS = Terms.of(NAMED)

REACH = {
    # A heading of people ends what the one before it gave.
    "Adults and adolescents (12 years and older): Examplin is indicated for asthma. "
    "Children (2 to 11 years): Examplin is indicated for allergic rhinitis.":
        ["asthma: >=12 years", "allergic rhinitis: <=11 years, >=2 years"],
    # A heading of minors has the ages of the minors below it, and of no adults.
    "Paediatric patients (1 to 17 years): Examplin is indicated for gout in children. It is "
    "indicated for asthma in adults.":
        ["gout: <=17 years, >=1 years", "asthma: "],
    # People right before a use are its own.
    "Examplin is indicated in adults for the treatment of asthma and in children from 6 years of "
    "age for the treatment of gout.":
        ["asthma: ", "gout: >=6 years"],
    # What a disease includes is for the same people.
    "Examplin is indicated for infections (INF) in adults from 21 years of age. "
    "INF includes, but is not limited to, pneumonia.":
        ["infections: >=21 years", "pneumonia: >=21 years"],
    # A sentence that speaks of uses told one by one behind it is of whom those are for.
    "Examplin is indicated in adults (\u226518 years of age) with infections in the conditions "
    "listed in this section. Examplin is indicated for pneumonia. Examplin is also indicated for "
    "gout in children from 2 years of age.":
        ["pneumonia: >=18 years", "gout: >=2 years"],
    "Examplin is indicated in adults aged 18 years and over with infections. Examplin is also "
    "indicated for gout.":
        ["infections: >=18 years", "gout: "],
    # People behind "as follows" are those of every disease before it.
    "Examplin is indicated for the treatment of: Asthma (1.1) and Gout (1.2) as follows: "
    "\u2022 EXAMPLIN for injection: adults and children 1 year of age and older "
    "\u2022 EXAMPLIN capsules: adults and children 6 years of age and older":
        ["Asthma: >=1 years", "Gout: >=1 years", "Asthma: >=6 years", "Gout: >=6 years"],
    # A sentence of people right behind a heading is of what the heading names, and no people
    # of the sentence before it.
    "Examplin is indicated for gout in infants less than 1 year of age.Prevention of pneumonia"
    "Treatment of asthmaIn patients six years of age and older who present with symptoms.":
        ["gout: <1 years", "pneumonia: ", "asthma: >=6 years"],
    # People with a list behind them are of all that it lists.
    "Examplin is indicated for the treatment of: \u2022 Patients aged 18 years and older with the "
    "following diseases: Asthma or gout. \u2022 Children aged 1 month and older with pneumonia.":
        ["Asthma: >=18 years", "gout: >=18 years", "pneumonia: >=1 months"],
    "Examplin is indicated for the treatment of: Adult patients with: severe asthma. (1.1) active "
    "gout. (1.2) Patients 6 years and older with: severe asthma. (1.1) Pneumonia:":
        ["asthma: ", "gout: ", "asthma: >=6 years", "Pneumonia: "],
    # So are people at the end of a name, until the next name.
    "Examplin is indicated for: Asthma in patients 16 years of age and older: adjunctive "
    "treatment of asthma. Gout: prevention of gout.":
        ["Asthma: >=16 years", "asthma: >=16 years", "gout: "],
}  # fmt: skip


@pytest.mark.parametrize("text", REACH)
def test_people_told_elsewhere_reach_the_uses_that_are_for_them(text: str) -> None:
    found = [
        f"{text[use.mention.start : use.mention.end]}: "
        + ", ".join(value for name, value in use.qualifiers if name == "age")
        for use in extract(text, TERMS)[0]
    ]
    assert found == REACH[text]
