"""One identity a product: what is merged, on what grounds, and what is kept apart."""

from __future__ import annotations

from itertools import permutations

import pytest

from kg.products import Products, Resolved, Seen

FDA, EMA = "fda", "ema"


def resolve(
    *found: Seen, curated: dict[tuple[str, str], tuple[str, str]] | None = None
) -> Resolved:
    products = Products(curated or {})
    for number, one in enumerate(found):
        products.add(one, {f"http://e.org/{name}" for name in one.substances}, f"version-{number}")
    return products.resolve()


def one_thing(resolved: Resolved, *found: Seen) -> bool:
    return len({resolved.iris[one.key] for one in found}) == 1


EXAMPLIX = Seen(FDA, "BLA 100001", "EXAMPLIX", ("examplimab",))
AGAIN = Seen(FDA, "BLA 100001", "Examplix", ("examplimab-abcd",))
EUROPEAN = Seen(EMA, "EMEA/H/C/000001", "Examplix", ("examplimab",))


def test_application_and_brand_make_a_product_of_one_authority() -> None:
    found = resolve(EXAMPLIX, AGAIN)
    assert one_thing(found, EXAMPLIX, AGAIN)
    assert found.labels == {found.iris[EXAMPLIX.key]: "Examplix"}
    assert not found.brands, "the label is the brand"
    assert [one.named_as for one in found.merged] == [
        "BLA 100001, EXAMPLIX",
        "BLA 100001, Examplix",
    ]
    assert {one.agreed_on for one in found.merged} == {("application BLA 100001", "name Examplix")}


def test_a_change_of_the_type_of_application_is_no_new_product() -> None:
    before = Seen(FDA, "NDA 020001", "Insulex", ("insulin example",))
    after = Seen(FDA, "BLA 020001", "INSULEX", ("insulin example",))
    assert one_thing(resolve(before, after), before, after)


def test_another_brand_of_the_application_is_another_product() -> None:
    other = Seen(FDA, "BLA 100001", "Otherix", ("examplimab",))
    assert not one_thing(resolve(EXAMPLIX, other), EXAMPLIX, other)


def test_two_authorities_agree_on_brand_and_substance() -> None:
    found = resolve(EXAMPLIX, EUROPEAN)
    assert one_thing(found, EXAMPLIX, EUROPEAN)
    assert {one.agreed_on for one in found.merged} == {("name EXAMPLIX", "substance examplimab")}


@pytest.mark.parametrize(
    "other",
    [
        Seen(EMA, "EMEA/H/C/000001", "Examplix", ("somethingelse",)),
        Seen(EMA, "EMEA/H/C/000001", "Examplix Plus", ("examplimab",)),
        Seen(EMA, "EMEA/H/C/000001", "Examplix", ()),
    ],
    ids=["another substance", "another brand", "no substance"],
)
def test_less_than_both_is_not_enough(other: Seen) -> None:
    found = resolve(EXAMPLIX, other)
    assert not one_thing(found, EXAMPLIX, other)
    assert not found.merged


def test_a_brand_that_is_the_substance_names_no_product_of_its_own() -> None:
    generic = Seen(FDA, "ANDA 100002", "EXAMPLIMAB", ("EXAMPLIMAB",))
    other = Seen(EMA, "EMEA/H/C/000002", "Examplimab", ("examplimab",))
    assert not one_thing(resolve(generic, other), generic, other)


def test_a_first_word_that_many_substances_share_is_no_agreement() -> None:
    one = Seen(FDA, "NDA 100003", "Brand", ("sodium alpha",))
    other = Seen(EMA, "EMEA/H/C/000003", "Brand", ("sodium beta",))
    assert not one_thing(resolve(one, other), one, other)


def test_a_brand_of_two_applications_is_listed_and_not_merged() -> None:
    second = Seen(FDA, "NDA 100009", "Examplix", ("examplimab",))
    found = resolve(EXAMPLIX, second, EUROPEAN)
    assert len(set(found.iris.values())) == 3
    ((name, version, candidates),) = found.unclear
    assert (name, version) == ("Examplix", "version-2")
    assert candidates == tuple(sorted(found.iris.values()))
    assert set(found.labels.values()) == {
        "EXAMPLIX (BLA 100001)",
        "Examplix (NDA 100009)",
        "Examplix (EMEA/H/C/000001)",
    }
    assert set(found.brands) == set(found.labels)
    assert sorted(found.brands.values()) == ["EXAMPLIX", "Examplix", "Examplix"]


def test_a_curated_product_keeps_its_own_name() -> None:
    curated = {(FDA, "BLA 100001"): ("http://e.org/product", "Examplix")}
    found = resolve(EXAMPLIX, EUROPEAN, curated=curated)
    assert set(found.iris.values()) == {"http://e.org/product"}
    assert not found.labels


def test_a_curated_application_with_another_brand_is_not_taken() -> None:
    curated = {(FDA, "BLA 100001"): ("http://e.org/product", "Itsname")}
    found = resolve(EXAMPLIX, curated=curated)
    assert "http://e.org/product" not in found.iris.values()


@pytest.mark.parametrize("order", list(permutations([EXAMPLIX, AGAIN, EUROPEAN])))
def test_the_order_of_registers_does_not_matter(order: tuple[Seen, ...]) -> None:
    found = resolve(*order)
    assert one_thing(found, *order)
    assert len(found.merged) == 3
