"""Approvals on a line of time, a lane an authority: SVG made by hand, without inline styles.

It repeats what the list below it says, and is hidden from screen readers for that reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from markupsafe import Markup

from kg.model import PartialDate
from kg.web.explorer.entity import Event

__all__ = ["timeline"]

LEFT, WIDE, LANE, TOP = 150, 720, 46, 34
"""Pixels: of the names of the lanes, of the years, of a lane's height, above the first lane."""
MOST_YEARS = 8
"""How many years are written below the line."""

Lanes = Sequence[tuple[str, Sequence[Event]]]


def timeline(lanes: Lanes) -> Markup | None:
    """The picture, or None where there are not two decisions to compare."""
    days = [PartialDate(event.date) for _, events in lanes for event in events]
    if len(days) < 2:
        return None
    first = min(day.earliest.year for day in days)
    last = max(day.latest.year for day in days) + 1
    height = TOP + LANE * len(lanes) + 12
    body = "".join([*_years(first, last, height), *_lanes(lanes, first, last)])
    return Markup(
        f'<svg class="timeline" viewBox="0 0 {LEFT + WIDE + 90} {height}" aria-hidden="true" '
        f'focusable="false">{body}</svg>'
    )


def _x(at: float, first: int, last: int) -> float:
    return round(LEFT + WIDE * (at - first) / (last - first), 1)


def _years(first: int, last: int, height: int) -> Iterator[str]:
    step = max(1, -(-(last - first) // MOST_YEARS))
    for year in range(first, last + 1, step):
        x = _x(year, first, last)
        yield f'<path class="axis" d="M{x} {TOP - 10}V{height - 8}"/>'
        yield f'<text class="soft" x="{x}" y="{TOP - 16}" text-anchor="middle">{year}</text>'


def _lanes(lanes: Lanes, first: int, last: int) -> Iterator[str]:
    for number, (authority, events) in enumerate(lanes):
        y = TOP + LANE * number + LANE // 2
        name = authority if len(authority) < 20 else authority[:18] + "…"
        yield f'<text x="{LEFT - 14}" y="{y + 4}" text-anchor="end">{escape(name)}</text>'
        yield f'<path class="lane" d="M{LEFT} {y}H{LEFT + WIDE}"/>'
        taken = -1000.0
        for event in events:
            day = PartialDate(event.date)
            start, end = (
                _x(one.year + (one.timetuple().tm_yday - 1) / 365.25, first, last)
                for one in (day.earliest, day.latest)
            )
            kind = "" if event.tone == "affirmed" else " dot--denied"
            yield (
                f'<rect class="dot{kind}" x="{start - 6}" y="{y - 6}" '
                f'width="{round(max(12, end - start), 1)}" height="12" rx="6"/>'
            )
            if start - taken > 84:
                yield f'<text x="{start - 6}" y="{y - 12}">{escape(event.date)}</text>'
                taken = start
