"""Where sources disagree: each kind beside the nearest case that is none.

A fact is said at a place; ``register`` and ``list`` are of the FDA, ``table`` is of the EMA,
``page`` is nobody's (see :mod:`tests.places`). :func:`found` gives what facts disagree on.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.claims import Claims
from kg.disagree import disagreements
from kg.model import Disagreement, Fact, Node, Population
from kg.names import compact, expand, own
from kg.rdf import quads
from tests.places import (
    EMA,
    EXAMPLIX,
    FDA,
    FLU,
    FROM_2,
    INFUSION,
    IV,
    MUTATION,
    ORAL,
    OTHERIX,
    POPULATIONS,
    SMA,
    TYPE_1,
    TYPE_2,
    UNDER_2,
    UNDER_10_KG,
    UP_TO_2,
    WORLD,
    approved,
    contains,
    cures,
    marketed,
    said,
    used,
)


def between(*facts: Fact) -> list[Disagreement]:
    return disagreements(Claims([*WORLD, *facts]))


def kind(node: Disagreement) -> str:
    return compact(node.kind).removeprefix("df:")


def named(node: Disagreement) -> str:
    return f"{kind(node)} {compact(node.field).removeprefix('df:')}"


def found(*facts: Fact) -> list[str]:
    """Kind and field of each disagreement, in order."""
    return sorted(map(named, between(*facts)))


# ---------------------------------------------------------------- contradiction


def test_one_product_authority_and_field_with_two_values() -> None:
    (node,) = between(approved("register@2019"), approved("page@2021", "2019-06-01"))
    assert (kind(node), compact(node.field)) == ("contradiction", "df:date")
    assert (node.about, node.authorities) == ((EXAMPLIX,), (FDA,))
    assert len(node.between) == 2
    assert node.label == "product:examplix: date (cannot all be true)"


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("2019-05", "2019-05-24", True),
        ("2019", "2019-05", True),
        ("2019-05", "2019-06-01", False),
        ("2019-05-24", "2019-05-23", False),
        ("2018", "2019-01", False),
    ],
)
def test_dates_contradict_only_as_far_as_both_are_precise(
    one: str, other: str, agree: bool
) -> None:
    said = found(approved("register@2019", one), approved("list@2019", other))
    assert said == ([] if agree else ["contradiction date"])


def test_only_a_field_of_one_value_can_contradict() -> None:
    routes = said("register@2019", "hasRoute", IV), said("list@2019", "hasRoute", ORAL)
    assert found(*routes) == []
    dates = [approved("page@2019", date) for date in ("2018", "2019")]
    assert found(*dates) == ["contradiction date"]
    assert found(dates[0], approved("register@2019", "2018-03-01")) == []


def test_a_holder_spelt_otherwise_is_the_same() -> None:
    one = approved("register@2019", holder="EXAMPLIX PHARMS INC")
    assert found(one, approved("page@2019", holder="Examplix Pharmaceuticals, Inc.")) == []
    other = approved("page@2019", holder="Otherix BV")
    assert found(one, other) == ["contradiction holder"]


# ---------------------------------------------------------------- divergence


def test_authorities_of_two_jurisdictions_diverge() -> None:
    fda, ema = used("register@2019", UNDER_2), used("table@2019", UNDER_10_KG)
    (node,) = between(fda, ema)
    assert (kind(node), node.authorities) == ("divergence", (EMA, FDA))
    # where nobody's authority is known, both may speak of one decision
    assert found(fda, used("page@2019", UNDER_10_KG)) == []
    assert found(used("page@2019", UNDER_2, authority=FDA), ema) == ["divergence population"]


def test_what_each_authority_has_of_its_own_does_not_diverge() -> None:
    fda = approved("register@2019", "2019", holder="Examplix Inc", authorised_name="Examplix")
    ema = approved("table@2019", "2020", EMA, holder="Otherix BV", authorised_name="Otherix")
    assert found(fda, ema) == []
    statuses = marketed("register@2019", "discontinued"), marketed("table@2019", "authorised")
    assert found(*statuses) == []
    routes = said("register@2019", "hasRoute", IV), said("table@2019", "hasRoute", ORAL)
    assert found(*routes) == ["divergence hasRoute"]


# ---------------------------------------------------------------- scope


@pytest.mark.parametrize(
    ("one", "other", "kinds"),
    [
        (UNDER_2, MUTATION, ["scope population"]),
        (UNDER_2, UP_TO_2, ["scope population"]),
        (UNDER_2, UNDER_2, []),
        (UNDER_2, None, []),
        (UNDER_2, UNDER_10_KG, []),
    ],
)
def test_a_population_within_another(
    one: Population, other: Population | None, kinds: list[str]
) -> None:
    """*Less than 2 years* is not *2 years and younger*; what is left out limits nothing."""
    assert found(used("register@2019", one), used("page@2021", other, authority=FDA)) == kinds


def test_a_disease_within_another_is_a_scope_and_one_beside_it_is_nothing() -> None:
    one = used("register@2019", None)
    assert found(one, used("list@2019", None, TYPE_1)) == ["scope treats"]
    assert found(one, used("list@2019", None, FLU)) == []
    # wider in one way and narrower in the other
    one, other = used("register@2019", UP_TO_2, TYPE_1), used("list@2019", UNDER_2, SMA)
    assert found(one, other) == []


def test_the_first_by_name_stands_for_facts_that_say_the_same() -> None:
    one, wider = used("register@2019", UNDER_2), used("list@2019", UP_TO_2)
    again = [replace(one, iri=f"{one.iri}-{n}") for n in range(3)]
    (node,) = between(*again, wider)
    assert set(node.between) == {again[0].iri, wider.iri}


def test_uses_are_compared_with_uses_for_the_same_disease() -> None:
    sma, one = used("register@2019"), used("list@2019", None, TYPE_1)
    two = used("table@2019", None, TYPE_2)
    told = {kind(node): set(node.between) for node in between(sma, one, two)}
    assert told == {"scope": {sma.iri, one.iri}, "divergence": {sma.iri, two.iri}}


def test_a_longer_list_is_a_scope_and_a_more_exact_word_is_nothing() -> None:
    iv, infusion, oral = (said("list@2019", "hasRoute", one) for one in (IV, INFUSION, ORAL))
    one = said("register@2019", "hasRoute", IV)
    assert found(one, iv, oral) == ["scope hasRoute"]
    assert found(one, infusion) == []


def test_substances_are_counted_and_their_names_are_not() -> None:
    both = [contains("list@2019", name) for name in ("examplin", "otherin")]
    assert found(contains("register@2019", "examplin"), *both) == ["scope hasActiveSubstance"]
    assert found(contains("table@2019", "examplin"), *both) == ["divergence hasActiveSubstance"]
    assert found(contains("register@2019", "examplin and otherin-xmpl"), *both) == []
    assert found(contains("register@2019", "examplin maleate"), both[0]) == []
    assert found(contains("register@2019", "otherin"), both[0]) == []
    assert found(contains("table@2019", "otherin"), both[0]) == []


# ---------------------------------------------------------------- stale


def test_a_newer_revision_overtakes_the_older() -> None:
    old, new = approved("register@2019", "2018"), approved("register@2020", "2019")
    (node,) = between(old, new)
    assert (kind(node), node.overtaken) == ("stale", (old.iri,))
    confirmed = replace(old, last_confirmed_in=new.first_seen_in)
    assert found(confirmed, new) == ["contradiction date"]


def test_a_newer_source_of_the_authority_overtakes_what_changes_in_time() -> None:
    old, new = marketed("register@2019", "prescription"), marketed("list@2025", "discontinued")
    (node,) = between(old, new)
    assert (kind(node), node.overtaken) == ("stale", (old.iri,))
    holders = approved("register@2019", holder="Dyax"), approved("list@2025", holder="Takeda")
    assert found(*holders) == ["stale holder"]
    # a day of approval never changes
    dates = approved("register@2019", "2018"), approved("list@2025", "2017")
    assert found(*dates) == ["contradiction date"]


@pytest.mark.parametrize(("newer", "stale"), [("2019-07", False), ("2020-01", True)])
def test_a_revision_is_newer_only_if_that_is_certain(newer: str, stale: bool) -> None:
    facts = approved("register@2019", "2018"), approved(f"register@{newer}", "2017")
    assert found(*facts) == ["stale date" if stale else "contradiction date"]


def test_one_label_is_no_newer_revision_of_another() -> None:
    """A repackager's label is younger than the maker's, and names fewer forms."""
    maker = [said("labels/a@2019", "hasForm", own("concept", form)) for form in ("film", "syrup")]
    repacked, next_ = (
        said(f"labels/{file}@2021", "hasForm", own("concept", "film")) for file in "ba"
    )
    assert found(*maker, repacked) == ["scope hasForm"]
    assert found(*maker, next_) == ["stale hasForm"]


def test_one_presentation_that_is_discontinued_overtakes_nothing() -> None:
    old = marketed("register@2019", "prescription")
    now = [marketed("list@2025", status) for status in ("prescription", "discontinued")]
    assert found(old, *now) == []
    # a label's way of marketing is no status
    assert found(old, marketed("list@2025", "bla")) == []


# ---------------------------------------------------------------- different product


def test_dates_of_two_applications_are_not_compared_as_one() -> None:
    one = approved("register@2019", "2018", application_number="NDA 1")
    assert found(one, approved("list@2019", "2019", application_number="NDA 2")) == [
        "differentProduct date"
    ]
    # an NDA that became a BLA kept its number
    again = approved("list@2019", "2019", application_number="BLA 1")
    assert found(one, again) == ["contradiction date"]
    assert found(one, again, approved("list@2019", "2018", application_number="NDA 2")) == [
        "contradiction date",
        "differentProduct date",
    ]


def test_a_register_dates_presentations_and_submissions_apart() -> None:
    one, other = (
        approved("register@2019", day, application_number="BLA 1") for day in ("2018", "2019")
    )
    assert found(one, other) == ["differentProduct date"]
    submissions = (
        approved("register@2019", f"201{n}", application_number="NDA 1", submission=f"ORIG {n}")
        for n in (1, 2)
    )
    assert found(*submissions) == []
    assert found(one, approved("register@2019", "2019")) == []


def test_products_of_one_substance_for_other_people() -> None:
    def uses(one: Population | None, *others: Population) -> list[Fact]:
        theirs = [used("register@2019", each, subject=OTHERIX) for each in others]
        return [used("register@2019", one), *theirs]

    same = [
        contains("register@2019", name, subject=product)
        for product in (EXAMPLIX, OTHERIX)
        for name in ("examplin", "otherin")
    ]
    (node,) = between(*same, *uses(UNDER_2, FROM_2))
    assert kind(node) == "differentProduct"
    assert node.about == (EXAMPLIX, OTHERIX)
    # that one of two uses is the same hides no product
    (node,) = between(*same, *uses(UNDER_2, UNDER_2, FROM_2))
    assert (len(node.about), len(node.between)) == (2, 3)
    assert found(*same, *uses(UNDER_2, UNDER_2)) == []
    assert found(*same, *uses(None, FROM_2)) == []
    nobody = [
        replace(fact, first_seen_in=own("source", "page@2019")) for fact in uses(UNDER_2, FROM_2)
    ]
    assert found(*same, *nobody) == []
    assert found(*same[:2], *uses(UNDER_2, FROM_2)) == []


# ---------------------------------------------------------------- yes and no


def test_what_one_denies_and_another_affirms() -> None:
    denied = cures("page@2019", "denied", authority=FDA)
    assert found(denied, cures("page@2019", "affirmed", authority=FDA)) == [
        "contradiction polarity"
    ]
    assert found(denied, cures("table@2019", "affirmed")) == ["divergence polarity"]
    assert found(denied, cures("list@2025", "affirmed")) == ["stale polarity"]
    assert found(cures("page@2019", "denied"), cures("list@2025", "affirmed")) == [
        "contradiction polarity"
    ]
    assert found(cures("page@2019", "notDemonstrated"), cures("labels/a@2019", "affirmed")) == [
        "contradiction polarity"
    ]


def test_what_is_near_to_a_denial_and_denies_nothing() -> None:
    yes = cures("register@2019", "affirmed")
    assert found(yes, cures("list@2019", "notEvaluated")) == []
    assert found(yes, cures("list@2019", "denied", population=FROM_2.iri)) == []
    denied = cures("list@2019", "denied")
    assert found(denied, cures("register@2019", "affirmed", certainty=expand("df:possible"))) == []
    no = {"polarity": expand("df:notEvaluated")}
    studied = [said("register@2019", "studiedIn", SMA), said("list@2019", "studiedIn", SMA, **no)]
    assert found(*studied) == ["contradiction polarity"]
    # of some patients it was seen in none, and in some of others
    none, some = (
        said("page@2019", "hasPhenotype", FLU, stated_frequency=share, polarity=expand(polarity))
        for share, polarity in (("0/3", "df:notDemonstrated"), ("2/5", "df:affirmed"))
    )
    assert found(none, some) == []
    assert found(replace(none, stated_frequency=None), some) == ["contradiction polarity"]
    # a refusal before an approval is history
    refused = approved("table@2019", "2018", EMA, polarity=expand("df:denied"))
    assert found(refused, approved("table@2019", "2019", EMA)) == []


@pytest.mark.parametrize(
    "left_out",
    [
        {"status": expand("df:superseded")},
        {"status": expand("df:retracted")},
        {"certainty": expand("df:possible")},
    ],
)
def test_only_what_stands_takes_part(left_out: dict[str, Any]) -> None:
    one, other = approved("register@2019", "2018"), approved("list@2019", "2017")
    assert found(one, other) == ["contradiction date"]
    assert found(one, replace(other, **left_out)) == []


def test_an_application_is_approved_once_and_its_changes_often() -> None:
    changed = expand("df:efficacySupplement")
    years = (approved("register@2019", year, event_type=changed) for year in ("2017", "2018"))
    assert found(*years) == []


# ---------------------------------------------------------------- whatever the order

FACTS = st.one_of(
    st.builds(
        approved,
        st.sampled_from(["register@2019", "register@2020", "list@2019-03", "page@2021"]),
        st.sampled_from(["2018", "2018-05", "2018-05-24", "2018-06-01"]),
        application_number=st.sampled_from([None, "NDA 1", "BLA 2"]),
        holder=st.sampled_from([None, "Dyax", "Takeda"]),
    ),
    st.builds(
        used,
        st.sampled_from(["register@2019", "table@2020", "page@2021"]),
        st.sampled_from([None, *POPULATIONS]),
        st.sampled_from([SMA, TYPE_1, FLU]),
    ),
    st.builds(
        cures,
        st.sampled_from(["register@2019", "table@2020", "page@2021"]),
        st.sampled_from(["affirmed", "denied", "notEvaluated"]),
    ),
)


def written(nodes: Iterable[Node]) -> bytes:
    found = disagreements(Claims(nodes))
    return "".join(f"{quad}\n" for node in found for quad in quads(node, "g:d")).encode()


@given(st.lists(FACTS, max_size=8, unique_by=lambda fact: fact.iri), st.randoms())
def test_the_order_of_the_facts_changes_no_byte(facts: list[Fact], chance: random.Random) -> None:
    nodes = [*WORLD, *facts]
    once = written(nodes)
    chance.shuffle(nodes)
    assert written(nodes) == once


@given(st.lists(FACTS, max_size=8, unique_by=lambda fact: fact.iri))
def test_what_is_found_holds_together(facts: list[Fact]) -> None:
    nodes = between(*facts)
    assert len({node.iri for node in nodes}) == len(nodes)
    for node in nodes:
        assert len(node.between) > 1
        assert set(node.overtaken) < set(node.between)
        assert bool(node.overtaken) == (kind(node) == "stale")
        assert (len(node.authorities) > 1) or kind(node) != "divergence"
