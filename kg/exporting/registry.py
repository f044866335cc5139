"""The one list of export formats."""

from __future__ import annotations

from kg.exporting import as_rdf, kgx, nanopub, network, parquet
from kg.exporting.form import Form

__all__ = ["FORMS"]

_MODULES = (as_rdf, kgx, network, nanopub, parquet)

FORMS: dict[str, Form] = {form.name: form for module in _MODULES for form in module.FORMS}
"""The formats by their names on the command line."""
