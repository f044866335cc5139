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
}  # fmt: skip


@pytest.mark.parametrize("text", REACH)
def test_people_told_elsewhere_reach_the_uses_that_are_for_them(text: str) -> None:
    found = [
        f"{text[use.mention.start : use.mention.end]}: "
        + ", ".join(value for name, value in use.qualifiers if name == "age")
        for use in extract(text, TERMS)[0]
    ]
    assert found == REACH[text]
