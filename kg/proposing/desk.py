"""The curator's desk: proposals of a page go out, decisions come in.

>>> from kg import desk                                                  # doctest: +SKIP
>>> found = desk.propose(kg.open(), text, page="page.txt")               # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from kg.anchor import version_of as recognised
from kg.dates import PartialDate
from kg.errors import InputError
from kg.graph import Graph
from kg.model import Entity
from kg.names import compact
from kg.proposing import accept
from kg.proposing import propose as proposing
from kg.proposing.proposal import Proposals

__all__ = ["propose", "review", "version_of"]


def version_of(graph: Graph, text: str, source: str | None = None) -> str:
    """The IRI of the source version that a captured text is, or nothing if it is none.

    :param source: the name of the source or version, if that is known.
    :raises UnknownName: if nothing is called so.
    """
    match = graph.find(source) if source else None
    if match is not None and match.kind == "df:SourceVersion":
        return match.iri
    if match is not None:
        return recognised(graph.store, text, match.iri)
    try:
        return recognised(graph.store, text)
    except InputError:
        return ""


def propose(
    graph: Graph,
    text: str,
    *,
    page: str = "page.txt",
    version: str = "",
    authority: str | None = None,
    rejected: Collection[str] = (),
    known: bool = False,
) -> Proposals:
    """Facts that a page seems to say, for a person to decide on; none enters the graph.

    The parameters are those of :func:`kg.proposing.propose.propose`; ``authority`` is a name.

    :raises UnknownName: if no authority is called so.
    """
    by = graph.lookup.find(authority, {"df:Authority"}).iri if authority else ""
    return proposing.propose(
        graph.store,
        graph.lookup,
        graph.names,
        text,
        page=page,
        version=version,
        authority=by,
        rejected=rejected,
        known=known,
    )


def review(
    graph: Graph,
    proposals: Proposals,
    text: str,
    *,
    by: str,
    on: PartialDate,
    file: str = "proposals",
    data: Path | None = None,
) -> accept.Reviewed:
    """A person's decisions on proposals, as Turtle and rows of the rejected.

    The parameters are those of :func:`kg.proposing.accept.review`.
    """

    def describe(iri: str) -> Entity:
        match = graph.lookup.find(compact(iri), Entity.classes)
        return Entity(iri=match.iri, kinds=(match.kind,), label=match.label)

    return accept.review(proposals, text, describe, file=file, by=by, on=on, data=data)
