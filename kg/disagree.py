"""Where sources disagree: facts of several places about the same thing whose values differ.

A *place* is one revision of one source, speaking for one authority. What one place says of one
field of one product is compared with what each other place says, never fact with fact: a list of
routes is one value. :data:`FIELDS` is the one table of how each field is compared, and
:func:`_kind` the one rule of what a difference is called. Silence is no disagreement, and neither
is a date that is given less precisely, a name that is spelt otherwise, or a population that one
source leaves out.

Of several facts by which a place says the same, the first by name stands for them.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Literal

from kg import compare
from kg.claims import Claim, Claims, Place
from kg.compare import Limits, Relation, Terms
from kg.model import Disagreement
from kg.names import DF, expand, own

__all__ = ["FIELDS", "Field", "disagreements"]

Kind = Literal["contradiction", "divergence", "scope", "stale", "differentProduct"]
Relate = Callable[[Any, Any], Relation]


@dataclass(frozen=True)
class Field:
    """How one field is compared.

    :param words: the field in words.
    :param term: the property or predicate that a disagreement names.
    :param predicate: the predicate of the facts; the value is its object, or :attr:`value`.
    :param how: a comparison of :func:`_comparisons`.
    :param many: whether it can rightly have several values at once.
    :param varies: whether it changes in time; ``revisions`` if only revisions of one source say
        it in the same words, so that two sources cannot be told apart by date.
    :param abroad: whether authorities of two jurisdictions decide on the same question: ``no``;
        ``yes``; ``apart`` if what one says only more exactly than the other is no divergence.
    :param applications: whether it belongs to an application, of which a product can have several.
    """

    words: str
    term: str
    predicate: str
    value: str = "object"
    how: str = "terms"
    many: bool = True
    varies: Literal["never", "revisions", "always"] = "revisions"
    abroad: Literal["no", "yes", "apart"] = "no"
    applications: bool = False


APPROVED = "df:approvedBy"
FIELDS = (
    Field("date", "df:date", APPROVED, "date", "dates", False, "never", applications=True),
    Field("holder", "df:holder", APPROVED, "holder", "companies", False, "always", "no", True),
    Field("name", "df:authorisedName", APPROVED, "name", "names", False, "always", "no", True),
    Field("marketing status", "df:hasMarketingStatus", "df:hasMarketingStatus", varies="always"),
    Field("route", "df:hasRoute", "df:hasRoute", abroad="apart"),
    Field("form", "df:hasForm", "df:hasForm"),
    Field("ATC code", "df:hasAtcCode", "df:hasAtcCode"),
    Field("therapeutic area", "df:hasTherapeuticArea", "df:hasTherapeuticArea"),
    Field("active substance", "df:hasActiveSubstance", "df:hasActiveSubstance", "object",
          "substances", varies="never", abroad="apart"),
    Field("use", "df:treats", "df:treats", "use", "uses", varies="always", abroad="yes"),
)  # fmt: skip
_SUFFIX = re.compile(r"(?<=[a-z])-[a-z]{4}$")
POLARITY = Field("yes or no", "df:polarity", "", "object", "equal", False, "always", "yes")


@dataclass
class Difference:
    """What differs in one field, by kind: one claim for each place, application and value."""

    claims: dict[tuple[Hashable, ...], Claim] = field(default_factory=dict)
    overtaken: set[str] = field(default_factory=set)

    def add(self, claims: Iterable[Claim]) -> None:
        """Take in the claims of one side; the first by name stands for those that say the same."""
        for claim in claims:
            key = (claim.place, claim.application, claim.value)
            if key not in self.claims or claim.fact < self.claims[key].fact:
                self.claims[key] = claim


def disagreements(claims: Claims) -> list[Disagreement]:
    """All disagreements between the facts that were taken up, sorted by IRI.

    The same facts give the same disagreements, in whatever order they came. Time and memory grow
    with the number of facts: places are compared, and of those a field has only a few.
    """
    terms = Terms(claims.broader)
    limits = {iri: Limits.of(stated) for iri, stated in claims.populations.items()}
    relations = _comparisons(terms, limits, claims.label)
    found: list[Disagreement] = []
    for one in FIELDS:
        for group in _groups(one, claims.claims(one.predicate, one.value), terms):
            for kind, difference in _differences(one, group, relations[one.how]).items():
                found.append(_node(claims, one, kind, difference))
    for group in _by_key(claims.polarities(), lambda claim: claim.key):
        for kind, difference in _differences(POLARITY, group, relations["equal"]).items():
            found.append(_node(claims, POLARITY, kind, difference))
    found += _of_one_substance(claims, relations["uses"])
    return sorted(found, key=lambda node: node.iri)


def _comparisons(
    terms: Terms, limits: Mapping[str, Limits], label: Callable[[str], str]
) -> dict[str, Relate]:
    def equal(one: str, other: str) -> Relation:
        return "same" if one == other else "apart"

    def substances(one: str, other: str) -> Relation:
        """A salt or form is called after what it is a salt of: ``examplin maleate``.

        The four letters that the FDA adds to the name of a biologic (``-xmpl``) do not count.
        """
        a, b = (_SUFFIX.sub("", label(term).lower()).split() for term in (one, other))
        if one == other or a == b:
            return "same"
        if a[: len(b)] == b or b[: len(a)] == a:
            return "narrower" if len(a) > len(b) else "wider"
        return terms.relate(one, other)

    def uses(one: tuple[str, str], other: tuple[str, str]) -> Relation:
        """A disease and a population (or none stated) against another such pair."""
        disease = terms.relate(one[0], other[0])
        if disease == "apart" or not (one[1] and other[1]):
            return disease
        people = compare.populations(limits[one[1]], limits[other[1]], terms)
        if "same" in (disease, people):
            return people if disease == "same" else disease
        return disease if disease == people else "apart" if people == "apart" else "overlap"

    return {
        "dates": compare.dates,
        "companies": compare.companies,
        "names": compare.names,
        "terms": terms.relate,
        "substances": substances,
        "equal": equal,
        "uses": uses,
    }


# ---------------------------------------------------------------- what is compared with what


def _by_key(claims: Iterable[Claim], key: Callable[[Claim], Any]) -> Iterator[list[Claim]]:
    grouped: dict[Any, list[Claim]] = defaultdict(list)
    for claim in claims:
        grouped[key(claim)].append(claim)
    yield from (grouped[one] for one in sorted(grouped) if len(grouped[one]) > 1)


def _groups(one: Field, claims: Iterable[Claim], terms: Terms) -> Iterator[list[Claim]]:
    """Claims of one field about the same thing; uses by diseases of which one includes another."""
    for group in _by_key(claims, lambda claim: claim.key):
        if one.how != "uses":
            yield group
            continue
        clusters: list[tuple[set[str], list[Claim]]] = []
        for claim in sorted(group, key=lambda claim: claim.fact):
            disease = claim.value[0]
            near = [c for c in clusters if any(terms.relate(disease, d) != "apart" for d in c[0])]
            merged = ({disease}.union(*(c[0] for c in near)), [claim])
            for cluster in near:
                merged[1].extend(cluster[1])
                clusters.remove(cluster)
            clusters.append(merged)
        yield from (found for _, found in clusters if len(found) > 1)


def _differences(one: Field, group: list[Claim], relate: Relate) -> dict[Kind, Difference]:
    found: dict[Kind, Difference] = defaultdict(Difference)
    places: dict[Place, list[Claim]] = defaultdict(list)
    for claim in group:
        places[claim.place].append(claim)
    for place in places:
        if not one.many:
            _inside(one, places[place], relate, found)
    for a, b in combinations(sorted(places), 2):
        for mine, theirs, applications_differ in _sides(one, places[a], places[b]):
            if one.how == "uses":
                mine, theirs = _comparable(mine, theirs, relate)
            if not mine or not theirs:
                continue
            relation = _relation(one, mine, theirs, relate)
            kind = _kind(one, relation, a, b, applications_differ)
            if kind:
                found[kind].add([*mine, *theirs])
            if kind == "stale":
                older = a if a.before(b) else b
                found[kind].overtaken |= {(mine if older is a else theirs)[0].place.version}
    return found


def _values(claims: Iterable[Claim]) -> list[Any]:
    return sorted({claim.value for claim in claims})


def _relation(one: Field, mine: list[Claim], theirs: list[Claim], relate: Relate) -> Relation:
    """How what one place says of a field stands to what another says."""
    a, b = _values(mine), _values(theirs)
    if not one.many:
        return compare.singles(a, b, relate)
    if one.how in ("terms", "substances"):
        # a substance goes without saying where its salt is named
        finest = [[v for v in x if not any(relate(w, v) == "narrower" for w in x)] for x in (a, b)]
        if compare.sets(finest[0], finest[1], relate) == "same":
            return "same"
    return compare.sets(a, b, relate)


def _inside(one: Field, claims: list[Claim], relate: Relate, found: dict[Kind, Difference]) -> None:
    """What one place says twice, and differently, of a field that has one value.

    A register gives each application and each presentation its own date; names it may vary.
    """
    for a, b in combinations(sorted(claims, key=lambda claim: claim.fact), 2):
        if one.how == "names" or relate(a.value, b.value) != "apart":
            continue
        if a.application != b.application and not (a.application and b.application):
            continue
        if a.application != b.application or a.submission == b.submission:
            found["differentProduct" if one.applications else "contradiction"].add([a, b])


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


def _comparable(
    mine: list[Claim], theirs: list[Claim], relate: Relate
) -> tuple[list[Claim], list[Claim]]:
    """Uses for diseases that the other place speaks of too."""

    def kept(claims: list[Claim], others: list[Claim]) -> list[Claim]:
        diseases = {(claim.value[0], "") for claim in others}
        return [
            claim
            for claim in claims
            if any(relate((claim.value[0], ""), other) != "apart" for other in diseases)
        ]

    return kept(mine, theirs), kept(theirs, mine)


def _kind(one: Field, relation: Relation, a: Place, b: Place, applications: bool) -> Kind | None:
    """What a difference between two places is called; None if it is no disagreement."""
    if relation == "same":
        return None
    if a.authority and b.authority and a.authority != b.authority:
        if relation in ("narrower", "wider") and one.abroad == "apart":
            return "scope"
        return None if one.abroad == "no" else "divergence"
    if applications:
        return "differentProduct"
    ordered = a.before(b) or b.before(a)
    if one.varies != "never" and ordered and a.source == b.source:
        return "stale"
    if relation in ("narrower", "wider"):
        return "scope"
    if relation == "apart" and ordered and one.varies == "always" and a.authority == b.authority:
        return "stale" if a.authority else None if one.many else "contradiction"
    return "contradiction" if relation == "apart" and not one.many else None


def _of_one_substance(known: Claims, relate: Relate) -> Iterator[Disagreement]:
    """Products of one substance and authority whose uses for a disease have other limits."""
    contains: dict[str, set[str]] = defaultdict(set)
    for claim in known.claims("df:hasActiveSubstance", "object"):
        contains[claim.subject].add(claim.value)
    limited = [
        (substance, claim.place.authority, claim.value[0], claim)
        for claim in known.claims("df:treats", "use")
        if claim.value[1] and claim.place.authority
        for substance in sorted(contains[claim.subject])
    ]
    grouped: dict[tuple[str, str, str], dict[str, list[Claim]]] = {}
    for substance, authority, disease, claim in limited:
        products = grouped.setdefault((substance, str(authority), disease), defaultdict(list))
        products[claim.subject].append(claim)
    for _, products in sorted(grouped.items()):
        first, *others = (products[one] for one in sorted(products))
        differ = [
            claims for claims in others if _relation(FIELDS[-1], first, claims, relate) != "same"
        ]
        if differ:
            difference = Difference()
            difference.add(claim for claims in (first, *differ) for claim in claims)
            yield _node(known, FIELDS[-1], "differentProduct", difference)


# ---------------------------------------------------------------- the node


WORDS: Mapping[Kind, str] = {
    "contradiction": "cannot all be true",
    "divergence": "authorities differ",
    "scope": "one within the other",
    "stale": "overtaken",
    "differentProduct": "different products, presentations or applications",
}


def _node(known: Claims, one: Field, kind: Kind, difference: Difference) -> Disagreement:
    claims = sorted(difference.claims.values(), key=lambda claim: claim.fact)
    about = tuple(sorted({claim.subject for claim in claims}))
    facts = tuple(sorted({claim.fact for claim in claims}))
    words, term = one.words, one.term
    if one.how == "uses":
        diseases = sorted({claim.value[0] for claim in claims})
        if len(diseases) == 1:
            words, term = f"population for {known.label(diseases[0])}", "df:population"
        else:
            words = "use for " + " and ".join(map(known.label, diseases))
    elif one is POLARITY:
        _, predicate, thing, *_ = claims[0].key
        words = f"{known.label(predicate)} {known.label(thing)}, yes or no"
    digest = hashlib.sha256("\n".join((kind, term, *facts)).encode()).hexdigest()[:16]
    overtaken = {claim.fact for claim in claims if claim.place.version in difference.overtaken}
    return Disagreement(
        iri=own("disagreement", kind, digest),
        kinds=("df:Disagreement",),
        label=f"{' and '.join(map(known.label, about))}: {words} ({WORDS[kind]})",
        kind=DF + kind,
        field=expand(term),
        about=about,
        between=facts,
        authorities=tuple(sorted({c.place.authority for c in claims if c.place.authority})),
        overtaken=tuple(sorted(overtaken)),
    )
