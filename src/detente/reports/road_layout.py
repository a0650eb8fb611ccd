"""Where everything goes in the picture of the roads: layers by steps, order, places, labels.

All sizes are our own numbers, none is measured from a font, and nothing is drawn at random: the
same roads give the same places on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Box", "Label", "Layout", "Line", "Node", "laid_out", "wrapped"]

LEFT, RIGHT, TOP = 44.0, 172.0, 10.0
"""Room at the edges: for today's box, for the titles of endings, for air."""
FULL_WIDTH = 736.0
NARROWEST_COLUMN, WIDEST_COLUMN = 96.0, 170.0
ROW = 62.0
"""Least distance between two nodes of a layer."""
RADIUS = 11.0
FONT_SIZE, LINE_HEIGHT, LETTER_WIDTH = 12, 14.0, 6.7
"""The width is that of a wide letter, so that a label takes no more room than we give it."""
TITLE_LETTERS, TITLE_LINES, NAME_LINES = 23, 4, 2
SWEEPS = 12
TODAY_HALF = 28.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """A state to draw: its number, its layer, and the lines of the title that stands at it."""

    state: int
    layer: int
    title: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A step to draw, with the lines of its label."""

    start: int
    end: int
    label: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that words take."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0.0

    def length_of(self, a: Point, b: Point) -> float:
        """Return how much of the line from ``a`` to ``b`` lies inside."""
        low, high = 0.0, 1.0
        dx, dy = b[0] - a[0], b[1] - a[1]
        for at, by, least, most in (
            (a[0], dx, self.left, self.right),
            (a[1], dy, self.top, self.bottom),
        ):
            if by == 0:
                if not least <= at <= most:
                    return 0.0
                continue
            first, second = sorted(((least - at) / by, (most - at) / by))
            low, high = max(low, first), min(high, second)
        return max(0.0, high - low) * math.hypot(dx, dy)


@dataclass(frozen=True, slots=True)
class Label:
    """Words in the picture: their lines and the box that they take."""

    lines: tuple[str, ...]
    box: Box
    centred: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Places in pixels, from the upper left: nodes, lines from rim to rim, and labels."""

    width: float
    height: float
    column: float
    places: Mapping[int, Point]
    ends: Mapping[tuple[int, int], tuple[Point, Point]]
    names: Mapping[tuple[int, int], Label]
    titles: Mapping[int, Label]


def wrapped(words: str, letters: int, most_lines: int) -> tuple[str, ...]:
    """Break words into lines; what does not fit is cut, with a sign that it was.

    Examples
    --------
    >>> wrapped("Armed opposition in eastern Aleppo", 16, 2)
    ('Armed opposition', 'in eastern')
    >>> wrapped("Armed opposition in eastern Aleppo", 18, 2)
    ('Armed opposition', 'in eastern Aleppo')
    """
    lines = [""]
    for word in words.split():
        if not lines[-1] or len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] = f"{lines[-1]} {word}".strip()
        else:
            lines.append(word)
    cut = len(lines) > most_lines
    lines = [line if len(line) <= letters else f"{line[: letters - 1]}…" for line in lines]
    if cut:
        last = lines[most_lines - 1]
        lines[most_lines - 1] = f"{last[: letters - 1].rstrip(' ,;')}…"
    return tuple(lines[:most_lines])


def column_of(n_layers: int) -> float:
    """Return how far layers lie apart: less where there are many, down to a bound."""
    free = (FULL_WIDTH - LEFT - RIGHT) / max(1, n_layers - 1)
    return max(NARROWEST_COLUMN, min(WIDEST_COLUMN, free))


def laid_out(nodes: Sequence[Node], lines: Sequence[Line], today: int) -> Layout:
    """Place nodes, lines and labels.

    Parameters
    ----------
    nodes
        The states, each once, in an order that is kept where nothing speaks against it.
    lines
        The steps, each pair of states once. They lead from one layer to the next.
    today
        The state at the left.
    """
    n_layers = 1 + max(node.layer for node in nodes)
    column = column_of(n_layers)
    last = n_layers - 1
    onward = {line.start for line in lines}
    # An ending without a further step keeps its row free up to the right, where its title stands.
    spare = [
        (node.state, layer)
        for node in nodes
        if node.state not in onward
        for layer in range(node.layer + 1, n_layers)
    ]
    layers: list[list[tuple[int, int]]] = [[] for _ in range(n_layers)]
    for node in nodes:
        layers[node.layer].append((node.state, node.layer))
    for key in spare:
        layers[key[1]].append(key)
    layer_of = {node.state: node.layer for node in nodes}
    links = [((line.start, layer_of[line.start]), (line.end, layer_of[line.end])) for line in lines]
    links += [((state, layer - 1), (state, layer)) for state, layer in spare]
    layers = _ordered(layers, links)
    needs = {
        (node.state, node.layer): ROW / 2
        + (len(node.title) * LINE_HEIGHT if node.title and node.state in onward else 0)
        for node in nodes
    }
    rows = _rows(layers, links, needs)
    top = min(rows[key] - needs.get(key, ROW / 2) for layer in layers for key in layer)
    places = {
        node.state: (
            round(LEFT + column * node.layer, 1),
            round(rows[node.state, node.layer] - top + TOP, 1),
        )
        for node in nodes
    }
    height = max(rows[k] + needs.get(k, ROW / 2) for layer in layers for k in layer) - top + TOP
    width = LEFT + column * last + RIGHT
    ends = {
        (line.start, line.end): _rims(places[line.start], places[line.end], line.start == today)
        for line in lines
    }
    titles = _titles(nodes, places, ends, onward)
    names = _names(lines, places, ends, titles, today, (width, height))
    return Layout(round(width, 1), round(height, 1), column, places, ends, names, titles)


# --- order and rows ---------------------------------------------------------------------

Key = tuple[int, int]
Links = Sequence[tuple[Key, Key]]


def _ordered(layers: list[list[Key]], links: Links) -> list[list[Key]]:
    """Order each layer by the mean place of its neighbours, and keep the order that crosses least."""
    best, least = layers, _crossings(layers, links)
    at = [list(layer) for layer in layers]
    for sweep in range(SWEEPS):
        if not least:
            break
        down = sweep % 2 == 0
        for number in range(len(at)) if down else range(len(at) - 1, -1, -1):
            place = {key: k for layer in at for k, key in enumerate(layer)}
            means = {key: _mean_place(key, links, place, down=down) for key in at[number]}
            at[number] = sorted(at[number], key=lambda key, m=means: m[key])  # type: ignore[misc]  # bound on purpose
        crossings = _crossings(at, links)
        if crossings < least:
            best, least = [list(layer) for layer in at], crossings
    return best


def _mean_place(key: Key, links: Links, place: Mapping[Key, float], *, down: bool) -> float:
    near = [place[a] for a, b in links if b == key] if down else []
    near = near if down else [place[b] for a, b in links if a == key]
    return sum(near) / len(near) if near else float(place[key])


def _crossings(layers: Sequence[Sequence[Key]], links: Links) -> int:
    place = {key: k for layer in layers for k, key in enumerate(layer)}
    return sum(
        a[1] == c[1] and (place[a] - place[c]) * (place[b] - place[d]) < 0
        for n, (a, b) in enumerate(links)
        for c, d in links[:n]
    )


def _rows(
    layers: Sequence[Sequence[Key]], links: Links, needs: Mapping[Key, float]
) -> dict[Key, float]:
    """Give each node of a layer its height: as near to its neighbours' as the room allows."""
    rows = {key: k * ROW for layer in layers for k, key in enumerate(layer)}
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            wanted = [_mean_place(key, links, rows, down=down) for key in layer]
            for key, row in zip(
                layer, _apart(wanted, [needs.get(k, ROW / 2) for k in layer]), strict=True
            ):
                rows[key] = row
    return rows


def _apart(wanted: Sequence[float], halves: Sequence[float]) -> list[float]:
    """Return the rows nearest to those wanted, in the same order and far enough apart.

    With the distances taken out, what is left has to rise: neighbours that would fall are pooled
    at their mean (least squares).
    """
    offsets = [0.0]
    for upper, lower in zip(halves, halves[1:], strict=False):
        offsets.append(offsets[-1] + upper + lower)
    pools: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=False):
        mean, n = want - offset, 1
        while pools and pools[-1][0] > mean:
            other, m = pools.pop()
            mean, n = (other * m + mean * n) / (m + n), m + n
        pools.append((mean, n))
    levels = [mean for mean, n in pools for _ in range(n)]
    return [level + offset for level, offset in zip(levels, offsets, strict=False)]


# --- lines and words --------------------------------------------------------------------


def _rims(a: Point, b: Point, from_today: bool) -> tuple[Point, Point]:
    """Let a line begin and end at the rims of its nodes."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = math.hypot(dx, dy) or 1.0
    out = RADIUS + 1
    if from_today:  # today stands in a box, wider than high
        out = min(TODAY_HALF * length / max(abs(dx), 1e-9), 14 * length / max(abs(dy), 1e-9)) + 1
    back = RADIUS + 7  # the head of the arrow stands before the rim
    start = (round(a[0] + dx * out / length, 1), round(a[1] + dy * out / length, 1))
    return start, (round(b[0] - dx * back / length, 1), round(b[1] - dy * back / length, 1))


def _size(lines: Sequence[str]) -> tuple[float, float]:
    return max(map(len, lines)) * LETTER_WIDTH, len(lines) * LINE_HEIGHT


def _titles(
    nodes: Sequence[Node],
    places: Mapping[int, Point],
    ends: Mapping[tuple[int, int], tuple[Point, Point]],
    onward: set[int],
) -> dict[int, Label]:
    """Put titles to the right of endings, and above or below those that a road goes on from."""
    found = {}
    for node in nodes:
        if not node.title:
            continue
        x, y = places[node.state]
        wide, high = _size(node.title)
        if node.state not in onward:
            left = x + RADIUS + 6
            box = Box(left, y - high / 2, left + wide, y + high / 2)
            found[node.state] = Label(node.title, box, centred=False)
            continue
        away = RADIUS + 4
        sides = [
            Box(x - wide / 2, y + away, x + wide / 2, y + away + high),
            Box(x - wide / 2, y - away - high, x + wide / 2, y - away),
        ]
        box = min(sides, key=lambda side: sum(round(side.length_of(*e), 3) for e in ends.values()))
        found[node.state] = Label(node.title, box, centred=True)
    return found


def _names(
    lines: Sequence[Line],
    places: Mapping[int, Point],
    ends: Mapping[tuple[int, int], tuple[Point, Point]],
    titles: Mapping[int, Label],
    today: int,
    size: tuple[float, float],
) -> dict[tuple[int, int], Label]:
    """Put each mover's name where it is clear of everything else, one line after another."""
    taken = [title.box for title in titles.values()]
    for state, (x, y) in places.items():
        half = TODAY_HALF if state == today else RADIUS
        taken.append(Box(x - half, y - 14, x + half, y + 14))
    found = {}
    for line in lines:
        pair = (line.start, line.end)
        others = [end for key, end in ends.items() if key != pair]
        boxes = _spots(line.label, *ends[pair])
        label = min(
            boxes,
            key=lambda spot, o=others: round(spot[1] + _cost(spot[0], taken, o, size), 3),  # type: ignore[misc]  # bound on purpose
        )[0]
        taken.append(label)
        found[pair] = Label(line.label, label, centred=True)
    return found


def _spots(label: Sequence[str], a: Point, b: Point) -> list[tuple[Box, float]]:
    """Return the places for a label along its line, with what speaks against each."""
    wide, high = _size(label)
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = math.hypot(dx, dy) or 1.0
    # So far from the line that the box just clears it.
    away = (wide * abs(dy) + high * abs(dx)) / length / 2 + 4
    normal = (dy / length, -dx / length) if dx >= 0 else (-dy / length, dx / length)
    spots = []
    for number, along in enumerate((0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65)):
        middle = (a[0] + dx * along, a[1] + dy * along)
        for side, against in ((0.0, 0.0), (away, 6.0), (-away, 7.0)):
            x, y = middle[0] + normal[0] * side, middle[1] + normal[1] * side
            box = Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            hidden = box.length_of(a, b) / length
            # A line that its own name hides cannot show whether it is dashed.
            spots.append((box, against + number + (400 * hidden if hidden > 0.4 else 0)))
    return spots


def _cost(
    box: Box, taken: Sequence[Box], others: Sequence[tuple[Point, Point]], size: tuple[float, float]
) -> float:
    outside = max(0.0, -box.left) + max(0.0, box.right - size[0])
    outside += max(0.0, -box.top) + max(0.0, box.bottom - size[1])
    covered = sum(box.overlap(other) for other in taken)
    return 50 * outside + 20 * covered + 4 * sum(box.length_of(*end) for end in others)
