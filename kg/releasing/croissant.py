"""The tables of a release for machine learning: Croissant 1.0, https://docs.mlcommons.org/croissant/.

A record set for each Parquet table, a field for each column, with its type. A denied fact has a
predicate of its own in the tables, so that no column has to be read beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.releasing.describe import ABOUT, LICENCE, TITLE
from kg.releasing.files import File

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["CROISSANT", "croissant"]

CROISSANT = "croissant.json"

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that the specification asks for."""


def croissant(date: str, folder: Path, files: Iterable[File]) -> str:
    """The metadata document.

    :param date: the day of the release, ``2026-11-26``.
    :param folder: where the files are.
    """
    every = sorted(files, key=lambda one: one.name)
    tables = [one for one in every if one.name.endswith(".parquet")]
    made = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": TITLE,
        "description": ABOUT,
        "license": LICENCE,
        "citeAs": f"{TITLE}, release of {date}",
        "url": "https://w3id.org/drugfacts",
        "version": ".".join(str(int(part)) for part in date.split("-")),
        "datePublished": date,
        "creator": {"@type": "sc:Organization", "name": "the drugfacts authors"},
        "distribution": [_object(one) for one in every],
        "recordSet": [_records(folder, one) for one in tables],
    }
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


_MEDIA = {"application/vnd.apache.parquet": "application/x-parquet"}
"""Media types that the specification's reader knows by another name."""


def _object(one: File) -> dict[str, Any]:
    media = "application/gzip" if one.gzip else one.media
    return {
        "@type": "cr:FileObject",
        "@id": one.name,
        "name": one.name,
        "description": one.what,
        "contentUrl": one.name,
        "contentSize": f"{one.size} B",
        "encodingFormat": _MEDIA.get(media, media),
        "sha256": one.sha256,
    }


def _records(folder: Path, table: File) -> dict[str, Any]:
    import pyarrow.parquet as pq

    name = Path(table.name).stem
    schema = pq.read_schema(folder / table.name)
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"{name}, a row each",
        "field": [_field(name, table, column) for column in schema],
    }


def _field(records: str, table: File, column: pa.Field) -> dict[str, Any]:
    import pyarrow as pa

    many = pa.types.is_list(column.type)
    made = {
        "@type": "cr:Field",
        "@id": f"{records}/{column.name}",
        "name": column.name,
        "description": column.name.replace("_", " "),
        "dataType": _type(column.type.value_type if many else column.type),
        "source": {"fileObject": {"@id": table.name}, "extract": {"column": column.name}},
    }
    return made | ({"repeated": True} if many else {})


def _type(kind: pa.DataType) -> str:
    import pyarrow as pa

    for known, name in (
        (pa.types.is_boolean, "Boolean"),
        (pa.types.is_integer, "Integer"),
        (pa.types.is_decimal, "Float"),
        (pa.types.is_date, "Date"),
    ):
        if known(kind):
            return f"sc:{name}"
    return "sc:Text"
