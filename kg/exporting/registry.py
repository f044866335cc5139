"""The one list of export formats."""

from __future__ import annotations

from kg.exporting import (
    as_rdf,
    fhir,
    kgx,
    nanopub,
    network,
    parquet,
    rdf12,
    schema_org,
    sssom_set,
)
from kg.exporting.form import Form

__all__ = ["FORMS"]

_MODULES = (as_rdf, kgx, network, nanopub, parquet, rdf12, fhir, sssom_set, schema_org)

FORMS: dict[str, Form] = {form.name: form for module in _MODULES for form in module.FORMS}
"""The formats by their names on the command line."""
