"""Where a thing has its page here, and which addresses may become links out.

An IRI of data is a stranger's text: only ``http`` and ``https`` become links, all else stays text.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

import pyoxigraph as ox

from kg.lookup import Lookup
from kg.names import BASE, DF, compact, expand, prefixes
from kg.store import Store, Term

__all__ = ["KINDS", "Link", "iri_of", "link", "outward", "path_of", "shown"]

KINDS = tuple(
    sorted(
        namespace.removeprefix(BASE).rstrip("/")
        for namespace in prefixes().values()
        if namespace.startswith(BASE) and namespace.endswith("/")
    )
)
"""The first part of the path of our own IRIs: product, fact, source …"""

ONTOLOGY = DF.rstrip("#")
_TERMS = tuple(
    map(expand, "rdf: rdfs: owl: xsd: skos: dcterms: schema: biolink: sssom: semapv:".split())
)
"""Vocabularies whose terms the ontology page explains beside our own."""


@dataclass(frozen=True)
class Link:
    """A thing to show: its label, its CURIE, and the address of its page here."""

    label: str
    curie: str
    href: str


def path_of(iri: str) -> str:
    """The path of the page about an IRI: our own where its IRI says, others below ``/entity``."""
    if iri == ONTOLOGY:
        return "/ontology"
    if iri.startswith(DF):
        return "/ontology#" + quote(iri.removeprefix(DF), safe="")
    if iri.startswith(BASE) and iri.removeprefix(BASE).partition("/")[0] in KINDS:
        return "/" + quote(iri.removeprefix(BASE))
    curie = compact(iri)
    if iri.startswith(_TERMS) and curie != iri:
        return "/ontology#" + quote(curie, safe=":")
    if curie != iri:
        return "/entity/" + quote(curie, safe=":")
    return "/entity?" + urlencode({"iri": iri})


def iri_of(kind: str, name: str) -> str:
    """The IRI of ours that a path stands for."""
    return f"{BASE}{kind}/{name}"


def shown(store: Store, lookup: Lookup, term: Term) -> Link | str:
    """A value to show: a thing that is held as a link to its page, all else as text."""
    if not isinstance(term, ox.NamedNode):
        return term.value
    made = link(lookup, term.value)
    held = made.href.startswith("/ontology") or any(True for _ in store.about(term.value))
    return made if held else term.value


def link(lookup: Lookup, iri: str) -> Link:
    """A link to the page of a thing, by its label."""
    return Link(lookup.label(iri), compact(iri), path_of(iri))


def outward(text: str) -> str | None:
    """A text as an address to link to, or None if it is none or not of the web."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return None
    return None if any(mark in text for mark in " \t\r\n<>\"'`\\") else text
