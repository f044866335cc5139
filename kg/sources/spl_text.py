"""The text of a label's section, made flat: one line a paragraph, item, row or caption.

White space within a line is folded. The cells of a table row are parted by `` | ``. A raised
number keeps its ``^``, for without it a dose of 10 to the 14th would read 1014. Pictures and
the marks of footnotes are left out, footnotes themselves are kept.
"""

from __future__ import annotations

import re

from kg.sources.xmlfile import Element

__all__ = ["flat"]

_LINES = frozenset(
    "text paragraph item list table thead tbody tfoot tr caption br title footnote".split()
)
_CELLS = frozenset({"td", "th"})
_LEFT_OUT = frozenset({"renderMultiMedia", "footnoteRef", "col", "colgroup", "observationMedia"})
_RAISED = re.compile(r"[-+−–]?[0-9]")
_BREAK, _CELL = "\0", "\1"
"""Signs that no XML document can hold."""


def flat(element: Element) -> str:
    """The text within an element, one line a block; empty if there is none."""
    found: list[str] = []
    _collect(element, found)
    lines = []
    for line in "".join(found).split(_BREAK):
        cells = [" ".join(cell.split()) for cell in line.split(_CELL)]
        if any(cells):
            lines.append(" | ".join(cells[1:] if len(cells) > 1 and not cells[0] else cells))
    return "\n".join(lines)


def _collect(element: Element, found: list[str], in_cell: bool = False) -> None:
    if element.tag in _LEFT_OUT:
        return
    block, cell = element.tag in _LINES, element.tag in _CELLS
    if cell:
        found.append(_CELL)
    elif block:
        found.append(" " if in_cell else _BREAK)
    if element.tag == "sup" and _RAISED.match(element.text()):
        found.append("^")
    for one in element.content:
        if isinstance(one, str):
            found.append(one)
        else:
            _collect(one, found, in_cell or cell)
    if block:
        found.append(" " if in_cell else _BREAK)
