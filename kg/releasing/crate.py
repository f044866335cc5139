"""A release as an RO-Crate 1.1 (https://w3id.org/ro/crate/1.1): its files, sources and licence."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from kg.releasing.describe import ABOUT, LICENCE, TITLE
from kg.releasing.files import File
from kg.releasing.terms import Terms

__all__ = ["CRATE", "crate"]

CRATE = "ro-crate-metadata.json"
"""The name that the specification gives the file."""

_PROFILE = "https://w3id.org/ro/crate/1.1"
_AUTHORS = {"@id": "#authors", "@type": "Organization", "name": "the drugfacts authors"}
Entity = dict[str, Any]


def crate(date: str, files: Iterable[File], sources: Iterable[Terms]) -> str:
    """The metadata document.

    :param date: the day of the release, ``2026-11-26``.
    :param sources: those that facts of the release rest on.
    """
    every, used = sorted(files, key=lambda one: one.name), list(sources)
    folders = sorted({one.name.partition("/")[0] for one in every if "/" in one.name})
    parts = [f"{name}/" for name in folders] + [one.name for one in every]
    root: Entity = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{TITLE} {date}",
        "description": ABOUT,
        "datePublished": date,
        "version": date,
        "license": {"@id": LICENCE},
        "author": {"@id": _AUTHORS["@id"]},
        "hasPart": [{"@id": part} for part in parts],
        "isBasedOn": [{"@id": one.source} for one in used],
    }
    licences = {LICENCE: "CC0 1.0 Universal"}
    licences |= {one.licence: one.rights for one in used if one.licence}
    graph: list[Entity] = [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "conformsTo": {"@id": _PROFILE},
            "about": {"@id": "./"},
        },
        root,
        _AUTHORS,
        *({"@id": iri, "@type": "CreativeWork", "name": name} for iri, name in licences.items()),
        *map(_source, used),
        *(_folder(name, every) for name in folders),
        *map(_file, every),
    ]
    whole = {"@context": f"{_PROFILE}/context", "@graph": graph}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _source(one: Terms) -> Entity:
    made: Entity = {
        "@id": one.source,
        "@type": "CreativeWork",
        "name": one.label,
        "copyrightNotice": one.rights,
        "creditText": f"{one.label}, {one.publisher}",
        "version": [label for _, label in one.versions],
    }
    if one.licence:
        made["license"] = {"@id": one.licence}
    return made | ({"url": one.address} if one.address else {})


def _folder(name: str, files: list[File]) -> Entity:
    parts = [{"@id": one.name} for one in files if one.name.startswith(f"{name}/")]
    return {"@id": f"{name}/", "@type": "Dataset", "name": name, "hasPart": parts}


def _file(one: File) -> Entity:
    media = ["application/gzip", one.media] if one.gzip else one.media
    return {
        "@id": one.name,
        "@type": "File",
        "name": one.name,
        "description": one.what,
        "encodingFormat": media,
        "contentSize": str(one.size),
        "identifier": f"sha256:{one.sha256}",
    }
