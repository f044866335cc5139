"""Common mistakes in queries over facts, each as a query that misleads and one that does not.

Both run over the graph, and a test holds them to what is said of them.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MISTAKES", "Mistake"]


@dataclass(frozen=True)
class Mistake:
    """What is done, what is wrong with it, and how to do it."""

    title: str
    why: str
    wrong: str
    right: str


MISTAKES = (
    Mistake(
        "Taking a missing triple for a no",
        "No triple says nothing: it may be denied, unstudied, or just not held. A denied fact has "
        "a predicate of its own in the direct layer; ask for that one.",
        "ASK { product:zolgensma df:cures MONDO:0001516 }",
        "ASK { product:zolgensma df:isNotCureFor MONDO:0001516 }",
    ),
    Mistake(
        "Forgetting the polarity of a fact",
        "A fact node names the base predicate whatever its source says of it. Without its "
        "polarity, a denial reads as a claim.",
        "ASK { ?fact rdf:subject product:zolgensma ; rdf:predicate df:cures }",
        "ASK { ?fact rdf:subject product:zolgensma ; rdf:predicate df:cures ; "
        "df:polarity df:affirmed }",
    ),
    Mistake(
        "Taking what is possible for what was shown",
        "An affirmed fact may be no more than possible. Its certainty says so, and in the direct "
        "layer it has a predicate of its own.",
        "ASK { ?fact rdf:subject product:zolgensma ; rdf:predicate df:preserves ; "
        "df:polarity df:affirmed }",
        "ASK { ?fact rdf:subject product:zolgensma ; rdf:predicate df:preserves ; "
        "df:polarity df:affirmed FILTER NOT EXISTS { ?fact df:certainty df:possible } }",
    ),
    Mistake(
        "Comparing dates without their precision",
        "df:date is as precise as its source: a day, a month or a year, each of another type, and "
        "a comparison of two types drops the row in silence. Compare df:dateLatest (surely "
        "before) or df:dateEarliest (surely after), which are always days.",
        "ASK { fact:zolgensma-fda-approval-page df:date ?date "
        'FILTER(?date < "2020-01-01"^^xsd:date) }',
        "ASK { fact:zolgensma-fda-approval-page df:dateLatest ?date "
        'FILTER(?date < "2020-01-01"^^xsd:date) }',
    ),
    Mistake(
        "Taking a product for its substance",
        "Uses and approvals are said of products, mechanisms mostly of substances. Go from one to "
        "the other by df:hasActiveSubstance; several products can share a substance.",
        "ASK { ?path df:pathFrom product:spinraza ; df:pathTo MONDO:0001516 }",
        "ASK { product:spinraza df:hasActiveSubstance/^df:pathFrom ?path . "
        "?path df:pathTo MONDO:0001516 }",
    ),
    Mistake(
        "Leaving out for whom",
        "A direct triple says that a product treats a disease, not in whom. The population stands "
        "on the fact, with limits that say whether they belong to it (df:maxAgeInclusive).",
        "SELECT ?drug { ?drug df:treats MONDO:0001516 }",
        "SELECT ?drug ?population { ?fact rdf:subject ?drug ; rdf:predicate df:treats ; "
        "rdf:object MONDO:0001516 ; df:polarity df:affirmed ; df:status df:current "
        "OPTIONAL { ?fact df:population/rdfs:label ?population } }",
    ),
)
