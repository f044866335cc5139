"""Names: the prefix map, CURIEs and the IRIs that the code itself refers to.

The only prefix map is ``ontology/context.jsonld``; this module reads it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from typing import Any

from kg.errors import InputError
from kg.resources import folder

__all__ = [
    "BASE",
    "DF",
    "RDF",
    "RDFS",
    "XSD",
    "compact",
    "context",
    "expand",
    "graph",
    "own",
    "prefixes",
    "slug",
]

BASE = "https://w3id.org/drugfacts/"
DF = BASE + "ontology#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?")


@cache
def context() -> dict[str, Any]:
    """The JSON-LD context as published: prefixes and terms."""
    text = (folder("ontology") / "context.jsonld").read_text(encoding="utf-8")
    terms: dict[str, Any] = json.loads(text)["@context"]
    return terms


@cache
def prefixes() -> dict[str, str]:
    """Prefix to namespace IRI, in the order of the context.

    A namespace that does not end in ``/`` or ``#`` is one only if it says ``@prefix``
    (JSON-LD 1.1, section 4.4).
    """
    found = {}
    for key, value in context().items():
        if isinstance(value, dict) and value.get("@prefix"):
            found[key] = str(value["@id"])
        elif isinstance(value, str) and value.startswith("http") and value[-1] in "#/":
            found[key] = value
    return found


def graph(name: str) -> str:
    """The IRI of one of our named graphs: ontology, sources, mappings, curated, direct."""
    return f"{BASE}graph/{name}"


def slug(text: str) -> str:
    """A text as a part of an IRI: lower case, ASCII letters and digits, single hyphens.

    What has neither letter nor digit of ASCII becomes the first of its UTF-8 bytes in
    hexadecimal, so that no part is empty. Different texts can share a slug: a key that must be
    unique needs a number or code in it.
    """
    lower = text.lower()
    if not lower.isascii():
        plain = unicodedata.normalize("NFKD", lower)
        lower = plain.encode("ascii", "ignore").decode()
    return _NOT_SLUG.sub("-", lower).strip("-") or text.encode().hex()[:16]


def own(kind: str, *parts: str) -> str:
    """The IRI of one of our own nodes: ``own("fact", "ema", "EMEA/H/C/004750", "approval")``.

    :param kind: a prefix of ours, such as ``fact``, ``evidence``, ``product`` or ``concept``.
    """
    return f"{BASE}{kind}/" + "-".join([slug(part) for part in parts])


def expand(curie: str) -> str:
    """The IRI that a CURIE such as ``MONDO:0001516`` stands for; an IRI is returned as it is.

    :raises InputError: if the prefix is not in the context.
    """
    if curie.startswith(("http://", "https://", "urn:")):
        return curie
    prefix, colon, local = curie.partition(":")
    if not colon or prefix not in prefixes():
        raise InputError(
            f'"{curie}" is no IRI and its prefix is not known',
            mend="write a full IRI or a CURIE with a prefix of ontology/context.jsonld",
        )
    return prefixes()[prefix] + local


def compact(iri: str) -> str:
    """The CURIE of an IRI by the longest namespace that fits, or the IRI itself if none does."""
    best = ""
    for prefix, namespace in prefixes().items():
        longer = len(namespace) > len(prefixes().get(best, ""))
        if longer and iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :]):
            best = prefix
    return f"{best}:{iri[len(prefixes()[best]) :]}" if best else iri
