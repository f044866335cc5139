"""Paths as a picture: SVG made by hand, the same bytes for the same paths.

Entities are boxes in rows, each below all that act on it; steps are lines downwards. A line that
passes a row is led between its boxes. What the signs mean is said by colour, by the end of the
line and by a word, so that no reader depends on one of them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

import networkx as nx

from kg.explain import Path, Step

__all__ = ["FACTS", "SIGNED", "Key", "draw"]

BOX, LANE, GAP, MARGIN = 208, 150, 28, 28
"""Widths in pixels: of a box, of a line that passes a row, between two, around all."""

LINE, BETWEEN, KEY = 17, 92, 24
"""Heights in pixels: of a line of text, between two rows, of a line of the legend."""

LETTERS, LABEL = 27, 21
"""Most letters in a line of a box, and of what a step is called."""

COLOURS = {1: "#0b6285", -1: "#a8380b", 0: "#5a5a5a"}


@dataclass(frozen=True)
class Key:
    """What the signs of a picture mean: words before a step, the legend, and the title."""

    words: Mapping[int, str]
    legend: tuple[tuple[int, str], ...]
    spoken: Mapping[int, str]
    title: str


SIGNED = Key(
    words={1: "+ ", -1: "\N{MINUS SIGN} ", 0: ""},
    legend=(
        (1, "raises: more of the one goes with more of the other"),
        (-1, "lowers: more of the one goes with less of the other"),
        (0, "no direction: the source states none"),
    ),
    spoken={1: " (raises)", -1: " (lowers)", 0: " (no direction)"},
    title="How {} acts on {}",
)
"""Of mechanism paths: whether a step raises or lowers its target."""
FACTS = Key(
    words={1: "", 0: "possible: "},
    legend=((1, "a source says so"), (0, "a source says that it may be so")),
    spoken={1: "", 0: " (possible)"},
    title="What connects {} and {}",
)
"""Of facts that connect two things: whether a step is affirmed or only possible."""
STYLE = (
    "text{font-family:system-ui,'Segoe UI',Helvetica,Arial,sans-serif;font-size:13px;fill:#1b1b1b}"
    ".head{font-size:17px;font-weight:600}.small{font-size:12px}"
)


@dataclass
class _Cell:
    """A box, or the place where a line passes a row; ``x`` is its middle, ``y`` its top."""

    lines: list[str] = field(default_factory=list)
    x: int = 0
    y: int = 0

    @property
    def width(self) -> int:
        return BOX if self.lines else LANE

    @property
    def height(self) -> int:
        return LINE * len(self.lines) + 18 if self.lines else 0


Name = tuple[str, ...]
"""A box by its entity; a place in a row by the two ends of the line and the row's number."""


def draw(paths: Sequence[Path], key: Key = SIGNED) -> str:
    """The paths one below the other, as the text of an SVG file.

    :param paths: at least one.
    :param key: what their signs mean.
    """
    panels, y, width = list[str](), MARGIN, 620
    for path in paths:
        panel = _Panel(path, key)
        panel.place(y)
        panels += panel.svg()
        y, width = panel.bottom + 2 * MARGIN, max(width, panel.width)
    height = y + KEY * len(key.legend) + MARGIN
    first = paths[0]
    title = escape(key.title.format(first.start_label, first.end_label), quote=False)
    said = [f"{step.words}{key.spoken[step.sign]}." for path in paths for step in path.steps]
    desc = escape(" ".join([*said, *(path.verdict for path in paths)]), quote=False)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" aria-labelledby="title desc">',
            f'<title id="title">{title}</title>',
            f'<desc id="desc">{desc}</desc>',
            f"<style>{STYLE}</style>",
            '<rect width="100%" height="100%" fill="#fff"/>',
            *panels,
            *_legend(y, key),
            "</svg>",
            "",
        ]
    )


class _Panel:
    """One path: its rows, where everything stands, and how it is drawn."""

    def __init__(self, path: Path, key: Key) -> None:
        self.path, self.key = path, key
        self.steps = _bundled(path.steps)
        labels = {step.start: step.start_label for step in path.steps}
        labels |= {step.end: step.end_label for step in path.steps}
        rows = _rows(path)
        self.cells: dict[Name, _Cell] = {
            (one,): _Cell(_wrapped(label, LETTERS)) for one, label in labels.items()
        }
        self.routes: dict[tuple[str, str], list[Name]] = {}
        self.rows: list[list[Name]] = [[] for _ in range(max(rows.values()) + 1)]
        for one in sorted(rows, key=lambda one: (rows[one], list(labels).index(one))):
            self.rows[rows[one]].append((one,))
        for one, other in self.steps:
            between = range(rows[one] + 1, rows[other])
            lanes: list[Name] = [(one, other, str(row)) for row in between]
            for row, lane in zip(between, lanes, strict=True):
                self.rows[row].append(lane)
                self.cells[lane] = _Cell()
            self.routes[one, other] = [(one,), *lanes, (other,)]
        self._untangle()
        widest = max(sum(self.cells[name].width + GAP for name in row) for row in self.rows)
        self.width = max(620, widest - GAP + 2 * MARGIN)
        self.bottom = 0

    def _untangle(self) -> None:
        """Order each row by the middle of its neighbours, down and up a few times."""
        above: dict[Name, list[Name]] = {name: [] for name in self.cells}
        below: dict[Name, list[Name]] = {name: [] for name in self.cells}
        for route in self.routes.values():
            for one, other in pairwise(route):
                above[other].append(one)
                below[one].append(other)
        for sweep in range(6):
            rows, near = (self.rows, above) if sweep % 2 == 0 else (self.rows[::-1], below)
            for fixed, row in pairwise(rows):
                at = {name: (n + 0.5) / len(fixed) for n, name in enumerate(fixed)}
                own = {name: (n + 0.5) / len(row) for n, name in enumerate(row)}
                middle = {}
                for name in row:
                    places = [at[one] for one in near[name] if one in at]
                    middle[name] = sum(places) / len(places) if places else own[name]
                row.sort(key=lambda name: (round(middle[name], 6), own[name]))

    def place(self, y: int) -> None:
        """Give every cell its place, from a height on."""
        self.top = y
        head = f"{self.path.start_label} \N{RIGHTWARDS ARROW} {self.path.end_label}"
        self.head = _wrapped(head, (self.width - 2 * MARGIN) // 10)
        self.verdict = _wrapped(self.path.verdict, (self.width - 2 * MARGIN) // 7, most=6)
        y += 22 * len(self.head) + LINE * len(self.verdict) + 8
        for row in self.rows:
            x = (self.width - sum(self.cells[one].width + GAP for one in row) + GAP) // 2
            tall = max(self.cells[one].height for one in row)
            for one in row:
                cell = self.cells[one]
                cell.x, cell.y = x + cell.width // 2, y + (tall - cell.height) // 2
                x += cell.width + GAP
            y += tall + BETWEEN
        self.bottom = y - BETWEEN
        self.ports = self._ports()

    def _ports(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Where each line leaves its box and where it arrives: beside each other, not crossing."""
        found: dict[tuple[str, str], list[int]] = {ends: [0, 0] for ends in self.routes}
        for side, beside in ((0, 1), (1, -2)):
            for one in self.cells:
                lines = [ends for ends in self.routes if (ends[side],) == one]
                lines.sort(key=lambda ends: (self.cells[self.routes[ends][beside]].x, ends))
                apart = min(26, (BOX - 40) // max(len(lines), 1))
                for n, ends in enumerate(lines):
                    found[ends][side] = self.cells[one].x + (2 * n - len(lines) + 1) * apart // 2
        return {ends: (leaves, arrives) for ends, (leaves, arrives) in found.items()}

    def svg(self) -> Iterator[str]:
        """Heading, lines, boxes, and on top of all what the lines say."""
        y = self.top - 16
        for line in self.head:
            yield _text(MARGIN, y := y + 22, line, "head", "start")
        for line in self.verdict:
            yield _text(MARGIN, y := y + LINE, line, "small", "start")
        said = list[str]()
        for ends, steps in self.steps.items():
            yield from self._line(ends, _sign(steps))
            said += self._said(ends, steps)
        for name, cell in self.cells.items():
            if cell.lines:
                yield from self._box(name[0], cell)
        yield from said

    def _line(self, ends: tuple[str, str], sign: int) -> Iterator[str]:
        """A line from box to box, smooth through the places where it passes a row."""
        cells = [self.cells[name] for name in self.routes[ends]]
        leaves, arrives = self.ports[ends]
        first, last = cells[0], cells[-1]
        upwards = last.y <= first.y
        points = [(leaves, first.y + (0 if upwards else first.height))]
        points += [(cell.x, cell.y) for cell in cells[1:-1]]
        points += [(arrives, last.y + (last.height + 9 if upwards else -9))]
        curve = f"M{points[0][0]} {points[0][1]}"
        for (x, y), (to_x, to_y) in pairwise(points):
            bend = (to_y - y) // 2
            curve += f"C{x} {y + bend} {to_x} {to_y - bend} {to_x} {to_y}"
        dashes = "" if sign else ' stroke-dasharray="5 4"'
        yield f'<path d="{curve}" fill="none" stroke="{COLOURS[sign]}" stroke-width="2"{dashes}/>'
        yield _head(*points[-1], sign, 1 if not upwards else -1)

    def _said(self, ends: tuple[str, str], steps: Sequence[Step]) -> Iterator[str]:
        """What the steps of a line say, where it has room: near the end that fewer lines share."""
        route = self.routes[ends]
        one, other = self.cells[route[0]], self.cells[route[-1]]
        if len(route) > 2:
            middle = self.cells[route[len(route) // 2]]
            x, y = middle.x, middle.y
        else:
            fan_out = sum(leaves == ends[0] for leaves, _ in self.routes)
            fan_in = sum(arrives == ends[1] for _, arrives in self.routes)
            share = 0.62 if fan_out > fan_in else 0.32 if fan_in > fan_out else 0.47
            leaves, arrives = self.ports[ends]
            top, bottom = one.y + one.height, other.y
            x = leaves + round((arrives - leaves) * _eased(share))
            y = top + round((bottom - top) * share)
        lines = [
            line
            for step in steps
            for line in _wrapped(
                f"{self.key.words[step.sign]}{step.relation or _spoken(step.sign)}", LABEL
            )
        ]
        y -= LINE * (len(lines) - 1) // 2 - 4
        wide = 7 * max(map(len, lines)) + 4
        yield (
            f'<rect x="{x - wide // 2}" y="{y - 12}" width="{wide}" '
            f'height="{LINE * len(lines) - 1}" fill="#fff" fill-opacity="0.9"/>'
        )
        for n, line in enumerate(lines):
            yield _text(x, y + LINE * n, line, "small", "middle")

    def _box(self, iri: str, cell: _Cell) -> Iterator[str]:
        fill = {self.path.start: "#e3f1f7", self.path.end: "#fbeae2"}.get(iri, "#f6f6f4")
        x = cell.x - BOX // 2
        yield (
            f'<rect x="{x}" y="{cell.y}" width="{BOX}" height="{cell.height}" rx="7" '
            f'fill="{fill}" stroke="#6b6b6b"/>'
        )
        for n, line in enumerate(cell.lines):
            yield _text(cell.x, cell.y + 22 + LINE * n, line, "", "middle")


def _bundled(steps: Iterable[Step]) -> dict[tuple[str, str], list[Step]]:
    """Steps between the same two entities are one line; a step onto its own start is none."""
    found: dict[tuple[str, str], list[Step]] = {}
    for step in steps:
        if step.start != step.end:
            found.setdefault((step.start, step.end), []).append(step)
    return found


def _rows(path: Path) -> dict[str, int]:
    """The row of each entity: below all that act on it, as far as no circle forbids."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_node(path.start)
    for step in path.steps:
        graph.add_edge(step.start, step.end)
        if not nx.is_directed_acyclic_graph(graph):
            graph.remove_edge(step.start, step.end)
    layers = enumerate(nx.topological_generations(graph))
    return {one: row for row, layer in layers for one in layer}


def _sign(steps: Iterable[Step]) -> int:
    """The sign of a line: that of its steps if they agree."""
    signs = {step.sign for step in steps}
    return signs.pop() if len(signs) == 1 else 0


def _spoken(sign: int) -> str:
    return {1: "raises", -1: "lowers", 0: "no direction"}[sign]


def _eased(share: float) -> float:
    """How far to the side a line has come at this share of its height."""
    return share * share * (3 - 2 * share)


def _wrapped(text: str, letters: int, most: int = 4) -> list[str]:
    lines = textwrap.wrap(" ".join(text.split()), letters) or [""]
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][: letters - 1].rstrip() + "…"]
    return lines


def _text(x: int, y: int, text: str, kind: str, anchor: str) -> str:
    named = f' class="{kind}"' if kind else ""
    middle = ' text-anchor="middle"' if anchor == "middle" else ""
    return f'<text x="{x}" y="{y}"{named}{middle}>{escape(text, quote=False)}</text>'


def _head(x: int, y: int, sign: int, down: int) -> str:
    """The end of a line: a full arrow raises, a bar lowers, an open arrow says neither."""
    colour, tip = COLOURS[sign], y + 9 * down
    if sign < 0:
        bar = tip - 3 * down
        return f'<path d="M{x} {y}V{bar}M{x - 9} {bar}h18" stroke="{colour}" stroke-width="3"/>'
    shape = f"M{x - 6} {y}L{x} {tip - down}L{x + 6} {y}"
    if sign:
        return f'<path d="{shape}Z" fill="{colour}"/>'
    return f'<path d="{shape}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _legend(y: int, key: Key) -> Iterator[str]:
    for n, (sign, words) in enumerate(key.legend):
        at, x = y + KEY * n, MARGIN + 10
        dashes = "" if sign else ' stroke-dasharray="3 2"'
        yield (f'<path d="M{x} {at - 15}v7" stroke="{COLOURS[sign]}" stroke-width="2"{dashes}/>')
        yield _head(x, at - 8, sign, 1)
        yield _text(x + 20, at, words, "small", "start")
    yield _text(MARGIN, y + KEY * len(key.legend) + 4, "Not medical advice.", "small", "start")
