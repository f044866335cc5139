"""The one list of export formats."""

from __future__ import annotations

from kg.exporting import as_rdf, kgx, network
from kg.exporting.form import Form

__all__ = ["FORMS"]

FORMS: dict[str, Form] = {form.name: form for form in (*as_rdf.FORMS, *kgx.FORMS, *network.FORMS)}
"""The formats by their names on the command line."""
