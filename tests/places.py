"""Hand-made facts of one product, said at places, for the tests of disagreements.

A place is written ``source@date``: ``register`` and ``list`` are of the FDA, ``table`` is of the
EMA, ``page`` is nobody's. ``labels/a@2019`` is a file of a source that has many.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kg.model import (
    Entity,
    Fact,
    Node,
    PartialDate,
    Population,
    Source,
    SourceFile,
    SourceVersion,
)
from kg.names import expand, own

FDA, EMA = expand("concept:fda"), expand("concept:ema")
EXAMPLIX, OTHERIX = own("product", "examplix"), own("product", "otherix")
PUBLISHERS = {"register": "FDA", "list": "FDA", "table": "EMA", "page": "P", "labels": "P"}
PLACES = (
    "register@2019 register@2019-07 register@2020 register@2020-01 list@2019 list@2019-03 "
    "list@2025 table@2019 table@2020 page@2019 page@2021 labels/a@2019 labels/a@2021 labels/b@2021"
).split()
SMA, TYPE_1, TYPE_2, FLU = (own("concept", name) for name in ("sma", "sma-1", "sma-2", "flu"))
IV, INFUSION, ORAL = (own("concept", f"route-{name}") for name in ("iv", "infusion", "oral"))
SUBSTANCES = ("examplin", "examplin maleate", "otherin", "examplin and otherin-xmpl")


def limited(name: str, **limits: Any) -> Population:
    return Population(iri=own("population", name), label=name, **limits)


UNDER_2 = limited("under-2", max_age_months=24, max_age_inclusive=False)
UP_TO_2 = limited("up-to-2", max_age_months=24, max_age_inclusive=True)
FROM_2 = limited("from-2", min_age_months=24, min_age_inclusive=True)
MUTATION = replace(UNDER_2, iri=own("population", "mutation"), mutation_in=("HGNC:11117",))
UNDER_10_KG = limited("under-10-kg", max_weight_kg="10", max_weight_inclusive=False)
POPULATIONS = (UNDER_2, UP_TO_2, FROM_2, MUTATION, UNDER_10_KG)


def version(place: str) -> SourceVersion:
    document, _, date = place.partition("@")
    source, _, file = document.partition("/")
    of, day = own("source", source), PartialDate(date)
    iri = own("source", place)
    return SourceVersion(iri=iri, label=place, version_of=of, version_date=day, file_name=file)


def source(name: str, publisher: str) -> Source:
    return Source(
        iri=own("source", name),
        label=name,
        publisher=publisher,
        rights="R",
        redistribution=expand("df:free"),
        tier=expand("df:regulator"),
    )


WORLD: tuple[Node, ...] = (
    *POPULATIONS,
    *map(version, PLACES),
    *(source(*pair) for pair in PUBLISHERS.items()),
    SourceFile(
        iri=own("source", "file"), label="a label", file_of=own("source", "labels"),
        saved_as="labels/{set-id}.xml",
    ),
    Entity(iri=FDA, label="FDA", kinds=("df:Authority",)),
    Entity(iri=EMA, label="EMA", kinds=("df:Authority",)),
    Entity(iri=TYPE_1, label="SMA type 1", broader=(SMA,)),
    Entity(iri=TYPE_2, label="SMA type 2", broader=(SMA,)),
    Entity(iri=INFUSION, label="infusion", broader=(IV,)),
    *(Entity(iri=own("substance", name), label=name) for name in SUBSTANCES),
)  # fmt: skip
"""The sources, and what facts speak of."""


def said(place: str, predicate: str, object: str, **more: Any) -> Fact:
    """A fact of the product Examplix; two that say the same at one place have one name."""
    more = {key: value for key, value in more.items() if value is not None}
    told = [str(value).rpartition("/")[2] for _, value in sorted(more.items())]
    values: dict[str, Any] = {
        "label": "a fact",
        "subject": EXAMPLIX,
        "polarity": expand("df:affirmed"),
        "status": expand("df:current"),
        "review_status": expand("df:curated"),
        "evidence": (own("evidence", place),),
        "first_seen_in": own("source", place),
    }
    iri = own("fact", place, predicate, object.rpartition("/")[2], *told)
    return Fact(iri=iri, predicate=expand(f"df:{predicate}"), object=object, **values | more)


def approved(place: str, date: str = "2019-05-24", by: str = FDA, **more: Any) -> Fact:
    event = expand("df:approval")
    return said(place, "approvedBy", by, date=PartialDate(date), **{"event_type": event} | more)


def used(place: str, people: Population | None = None, disease: str = SMA, **more: Any) -> Fact:
    return said(place, "treats", disease, population=people.iri if people else None, **more)


def contains(place: str, name: str, **more: Any) -> Fact:
    return said(place, "hasActiveSubstance", own("substance", name), **more)


def marketed(place: str, status: str) -> Fact:
    return said(place, "hasMarketingStatus", own("concept", "marketing", status))


def cures(place: str, polarity: str, **more: Any) -> Fact:
    return said(place, "cures", SMA, polarity=expand(f"df:{polarity}"), **more)
