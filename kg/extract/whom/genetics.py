"""Genes in a text: mutations, copies, and the diagnosed types of a disease, in one wording each.

A mutation is told as ``bi-allelic mutation in the smn1 gene``, copies as ``up to 3 copies of the
smn2 gene``, however the text turns it; so that the same is told in the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["genetics"]

_SYMBOL = r"[A-Z][A-Z0-9]{1,7}"
_MUTATION = re.compile(
    rf"(?i:(?P<zygosity>bi-?allelic|homozygous|heterozygous)\s+)?(?i:mutations?)\s+(?i:in)\s+(?i:the\s+)?"
    rf"(?:(?:[a-z0-9]+\s+){{1,5}}?)?(?P<gene>{_SYMBOL})(?i:\s+gene)?\b"
)
_HOW_MANY = (
    r"(?i:(?P<sign>up\s+to|at\s+least|(?:\d|one|two|three|four)\s*(?:to|-|–))\s*)?"
    r"(?P<number>\d|one|two|three|four|five)\s+"
)
_COPIES = (
    re.compile(rf"{_HOW_MANY}(?i:copies)\s+(?i:of)\s+(?i:the\s+)?(?P<gene>{_SYMBOL})\b"),
    re.compile(rf"{_HOW_MANY}(?P<gene>{_SYMBOL})\s+(?i:copies)\b"),
)
_DIAGNOSED = re.compile(
    r"(?i)\bclinical\s+diagnosis\s+of\b(?P<said>(?:,|\s|\bor\b|\band\b|\w+\s+types?|types?|\b[IV]+\b|\d\w?\b)+)"
)
_TYPE = re.compile(r"(?i)\btypes?\s+(\d\w?|[IV]+)\b")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}


def genetics(said: str) -> Iterator[tuple[str, str]]:
    """Pairs of ``biomarker`` and ``subtype`` that a stretch of a text states."""
    for found in _MUTATION.finditer(said):
        zygosity = (found["zygosity"] or "").lower().replace("biallelic", "bi-allelic")
        gene = found["gene"].lower()
        yield "biomarker", f"{zygosity} mutation in the {gene} gene".strip()
    for pattern in _COPIES:
        for found in pattern.finditer(said):
            sign = re.sub(r"[-–]", " to", found["sign"] or "")
            many = " ".join(f"{sign} {found['number']}".lower().split())
            yield "biomarker", f"{many} copies of the {found['gene'].lower()} gene"
    for found in _DIAGNOSED.finditer(said):
        for one in _TYPE.finditer(found["said"]):
            yield "subtype", f"type {_ROMAN.get(one[1].lower(), one[1].lower())}"
