"""The kinds of things that can be looked for, by the word that people use for them."""

from __future__ import annotations

import re

from kg.model import Entity, Source, SourceVersion

__all__ = ["KINDS"]

KINDS = {"product": "df:MedicinalProduct"} | {
    re.sub(r"(?<!^)([A-Z])", r"-\1", curie.removeprefix("df:")).lower(): curie
    for curie in sorted(Entity.classes | Source.classes | SourceVersion.classes)
    if curie != "df:MedicinalProduct"
}
"""Classes as CURIEs by their word."""
