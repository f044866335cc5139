"""Where sources disagree: facts of several places about the same thing whose values differ.

A *place* is one revision of one document, speaking for one authority. What one place says of one
field of one product is compared with what each other place says, never fact with fact: a list of
routes is one value. :data:`kg.fields.FIELDS` is the one table of how each field is compared, and
:func:`_kind` the one rule of what a difference is called. Silence is no disagreement.

Of several facts by which a place says the same, the first by name stands for them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Literal

from kg.claims import Claim, Claims, Place
from kg.compare import Limits, Relation, Terms
from kg.fields import FIELDS, POLARITY, USE, Field, Relate, relations
from kg.model import Disagreement
from kg.names import DF, expand, own

__all__ = ["disagreements"]

Kind = Literal["contradiction", "divergence", "scope", "stale", "differentProduct"]


@dataclass
class Difference:
    """What differs in one field, by kind: one claim for each place, application and value."""

    claims: dict[tuple[Hashable, ...], Claim] = field(default_factory=dict)
    overtaken: set[Place] = field(default_factory=set)

    def add(self, claims: Iterable[Claim]) -> None:
        """Take in the claims of one side; the first by name stands for those that say the same."""
        for claim in claims:
            key = (claim.subject, claim.place, claim.application, claim.value)
            if key not in self.claims or claim.fact < self.claims[key].fact:
                self.claims[key] = claim


def disagreements(claims: Claims) -> list[Disagreement]:
    """All disagreements between the facts that were taken up, sorted by IRI.

    The same facts give the same disagreements, in whatever order they came. Time and memory grow
    with the number of facts: places are compared, and of those a field has only a few.
    """
    terms = Terms(claims.broader)
    limits = {iri: Limits.of(stated) for iri, stated in claims.populations.items()}
    relate = relations(terms, limits, claims.label)
    found: list[Disagreement] = []
    for one in FIELDS:
        for group in _groups(one, claims.claims(one.predicate, one.value), terms):
            found += _nodes(claims, one, _differences(one, group, relate[one.how], terms))
    for group in _by_key(claims.polarities(), lambda claim: claim.key):
        found += _nodes(claims, POLARITY, _differences(POLARITY, group, relate["equal"], terms))
    for difference in _of_one_substance(claims, relate[USE.how]):
        found += _nodes(claims, USE, {"differentProduct": difference})
    return sorted({node.iri: node for node in found}.values(), key=lambda node: node.iri)


# ---------------------------------------------------------------- what is compared with what


def _by_key(claims: Iterable[Claim], key: Callable[[Claim], Any]) -> Iterator[list[Claim]]:
    grouped: dict[Any, list[Claim]] = defaultdict(list)
    for claim in claims:
        grouped[key(claim)].append(claim)
    yield from (grouped[one] for one in sorted(grouped) if len(grouped[one]) > 1)


def _groups(one: Field, claims: Iterable[Claim], terms: Terms) -> Iterator[list[Claim]]:
    """Claims of one field about the same thing; uses by diseases of which one includes another."""
    for group in _by_key(claims, lambda claim: claim.key):
        yield from _by_disease(group, terms) if one is USE else (group,)


def _by_disease(claims: Iterable[Claim], terms: Terms) -> Iterator[list[Claim]]:
    clusters: list[list[Claim]] = []
    for claim in claims:
        near = [each for each in clusters if _of_these([claim], each, terms)]
        clusters = [each for each in clusters if each not in near]
        clusters.append([claim, *(other for each in near for other in each)])
    yield from (cluster for cluster in clusters if len(cluster) > 1)


def _of_these(claims: list[Claim], others: list[Claim], terms: Terms) -> list[Claim]:
    """Those uses whose disease includes, or lies within, one that the others speak of."""
    diseases = {claim.value[0] for claim in others}
    return [
        claim
        for claim in claims
        if any(terms.relate(claim.value[0], disease) != "apart" for disease in diseases)
    ]


def _differences(
    one: Field, group: list[Claim], relate: Relate, terms: Terms
) -> dict[Kind, Difference]:
    found: dict[Kind, Difference] = defaultdict(Difference)
    places: dict[Place, list[Claim]] = defaultdict(list)
    for claim in group:
        places[claim.place].append(claim)
    if not one.many:
        for claims in places.values():
            _inside(one, claims, relate, found)
    for a, b in combinations(sorted(places), 2):
        for mine, theirs, applications_differ in _sides(one, places[a], places[b]):
            if one is USE:
                mine, theirs = _of_these(mine, theirs, terms), _of_these(theirs, mine, terms)
            if not mine or not theirs:
                continue
            relation = relate(_values(mine), _values(theirs))
            kind = _kind(one, relation, a, b, applications_differ)
            if kind:
                found[kind].add([*mine, *theirs])
            if kind == "stale":
                found[kind].overtaken.add(a if a.before(b) else b)
    return found


def _values(claims: Iterable[Claim]) -> list[Any]:
    return sorted({claim.value for claim in claims})


def _inside(one: Field, claims: list[Claim], relate: Relate, found: dict[Kind, Difference]) -> None:
    """What one place says twice, and differently, of a field that has one value.

    A register gives each application, each submission and each presentation its own date.
    """
    for a, b in combinations(claims, 2):
        if relate([a.value], [b.value]) != "apart":
            continue
        if a.application == b.application:
            if a.submission != b.submission:
                continue
        elif not (a.application and b.application):
            continue
        known = one.applications and a.application
        found["differentProduct" if known else "contradiction"].add([a, b])


def _sides(
    one: Field, mine: list[Claim], theirs: list[Claim]
) -> Iterator[tuple[list[Claim], list[Claim], bool]]:
    """Pairs of claims to compare, and whether they are of different applications."""
    ours, others = ({claim.application for claim in claims} for claims in (mine, theirs))
    shared = sorted(one for one in ours & others if one)
    if one.applications and shared:
        for number in shared:
            yield (
                [claim for claim in mine if claim.application == number],
                [claim for claim in theirs if claim.application == number],
                False,
            )
    else:
        yield mine, theirs, one.applications and None not in ours | others


def _kind(one: Field, relation: Relation, a: Place, b: Place, applications: bool) -> Kind | None:
    """What a difference between two places is called; None if it is no disagreement."""
    if relation == "same":
        return None
    if a.authority and b.authority and a.authority != b.authority:
        return "divergence" if one.abroad else None
    if applications:
        return "differentProduct"
    ordered = a.before(b) or b.before(a)
    if ordered and a.document == b.document:
        return "stale"
    if relation in ("narrower", "wider"):
        return "scope"
    if relation == "overlap":
        return None
    if ordered and one.changes and a.authority and a.authority == b.authority:
        return "stale"
    return None if one.many else "contradiction"


def _of_one_substance(known: Claims, relate: Relate) -> Iterator[Difference]:
    """Products of one substance and authority whose uses for a disease have other limits."""
    contains: dict[str, set[str]] = defaultdict(set)
    for claim in known.claims("df:hasActiveSubstance", "object"):
        contains[claim.subject].add(claim.value)
    grouped: dict[tuple[str, ...], dict[str, list[Claim]]] = {}
    for claim in known.claims(USE.predicate, USE.value):
        if claim.place.authority:
            for substance in contains[claim.subject]:
                key = (substance, claim.place.authority, claim.value[0])
                products = grouped.setdefault(key, defaultdict(list))
                products[claim.subject].append(claim)
    for products in grouped.values():
        first, *others = (products[one] for one in sorted(products))
        differ = [each for each in others if relate(_values(first), _values(each)) != "same"]
        if differ:
            difference = Difference()
            difference.add(claim for claims in (first, *differ) for claim in claims)
            yield difference


# ---------------------------------------------------------------- the node


WORDS: Mapping[Kind, str] = {
    "contradiction": "cannot all be true",
    "divergence": "authorities differ",
    "scope": "one within the other",
    "stale": "overtaken",
    "differentProduct": "different products, presentations or applications",
}


def _nodes(
    known: Claims, one: Field, differences: Mapping[Kind, Difference]
) -> Iterator[Disagreement]:
    for kind, difference in differences.items():
        claims = sorted(difference.claims.values(), key=lambda claim: claim.fact)
        about = sorted({claim.subject for claim in claims})
        facts = tuple(sorted({claim.fact for claim in claims}))
        words, term = _field(known, one, claims)
        digest = hashlib.sha256("\n".join((kind, term, *facts)).encode()).hexdigest()[:16]
        yield Disagreement(
            iri=own("disagreement", kind, digest),
            kinds=("df:Disagreement",),
            label=f"{' and '.join(map(known.label, about))}: {words} ({WORDS[kind]})",
            kind=DF + kind,
            field=expand(term),
            about=tuple(about),
            between=facts,
            authorities=tuple(sorted({c.place.authority for c in claims if c.place.authority})),
            overtaken=tuple(c.fact for c in claims if c.place in difference.overtaken),
        )


def _field(known: Claims, one: Field, claims: list[Claim]) -> tuple[str, str]:
    """What the claims differ on, in words, and the property or predicate."""
    if one is POLARITY:
        _, predicate, thing, *_ = claims[0].key
        return f"{known.label(predicate)} {known.label(thing)}, yes or no", one.term
    if one is not USE:
        return one.words, one.term
    diseases = sorted({claim.value[0] for claim in claims})
    if len(diseases) > 1:
        return "use for " + " and ".join(map(known.label, diseases)), one.term
    return f"population for {known.label(diseases[0])}", "df:population"
