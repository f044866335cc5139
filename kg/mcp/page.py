"""Part of a list, and what an answer says of the part that is left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from kg.mcp.payloads import Cut

__all__ = ["head", "page"]

Item = TypeVar("Item")


def page(
    what: str, items: Sequence[Item], offset: int, limit: int
) -> tuple[Sequence[Item], list[Cut]]:
    """The items from an offset on, and what is left out of them, if anything is."""
    shown = items[offset : offset + limit]
    total, end = len(items), offset + len(shown)
    if len(shown) == total:
        return shown, []
    again = end if shown and end < total else 0
    rest = f"call again with offset={again}"
    return shown, [Cut(what=what, first=offset, shown=len(shown), total=total, rest=rest)]


def head(
    what: str, items: Sequence[Item], most: int, rest: str
) -> tuple[Sequence[Item], list[Cut]]:
    """The first items, and what is left out of them, if anything is."""
    shown, cut = page(what, items, 0, most)
    return shown, [one.model_copy(update={"rest": rest}) for one in cut]
