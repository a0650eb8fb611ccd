"""Where everything goes in the picture of the roads: layers by steps, order in a layer, places.

All sizes are our own numbers, none is measured from a font, and nothing is drawn at random: the
same roads give the same places on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from detente.reports.road_labels import (
    LINE_HEIGHT,
    RADIUS,
    Box,
    Label,
    Line,
    Node,
    Point,
    along,
    names_of,
    titles_of,
)

__all__ = ["Layout", "column_of", "laid_out"]

LEFT, RIGHT, AIR, FIRST = 40.0, 152.0, 8.0, 34.0
"""Room at the edges: for today's box, for the titles of endings, for air; more after today."""
FULL_WIDTH = 736.0
NARROWEST_COLUMN, WIDEST_COLUMN = 96.0, 170.0
ROW = 68.0
"""Least distance between two nodes of a layer."""
SWEEPS = 12
RING_AT = 0.84
"""Where on a line its ring stands."""
TODAY_HALF = 28.0


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
    rings: tuple[Point, ...]


def column_of(n_layers: int) -> float:
    """Return how far layers lie apart: less where there are many, down to a bound."""
    free = (FULL_WIDTH - LEFT - FIRST - RIGHT) / max(1, n_layers - 1)
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
    names = {line.end: len(line.label) for line in lines}
    needs = {
        (node.state, node.layer): ROW / 2
        + max(0, names.get(node.state, 0) - 2) * LINE_HEIGHT / 2
        + (len(node.title) * LINE_HEIGHT if node.title and node.state in onward else 0)
        for node in nodes
    }
    rows = _rows(layers, links, needs)
    places = {
        node.state: (
            LEFT + column * node.layer + (FIRST if node.layer else 0),
            rows[node.state, node.layer],
        )
        for node in nodes
    }
    ends = {
        (line.start, line.end): _rims(places[line.start], places[line.end], line.start == today)
        for line in lines
    }
    rings = tuple(along(*ends[line.start, line.end], RING_AT) for line in lines if line.has_ring)
    solid = [
        _around(at, TODAY_HALF if state == today else RADIUS + 1) for state, at in places.items()
    ]
    solid += [_around(at, 6, 6) for at in rings]
    titles = titles_of(nodes, places, ends, onward, solid)
    width = LEFT + FIRST + column * (n_layers - 1) + RIGHT
    labels = names_of(lines, ends, [*solid, *(title.box for title in titles.values())], width)
    return _moved_down(Layout(width, 0, column, places, ends, labels, titles, rings), solid)


def _moved_down(layout: Layout, solid: Sequence[Box]) -> Layout:
    """Move all of it so that it begins at the upper edge, and write places to a tenth of a pixel."""
    boxes = [*solid, *(n.box for n in (*layout.names.values(), *layout.titles.values()))]
    down = AIR - min(box.top for box in boxes)

    def at(point: Point) -> Point:
        return round(point[0], 1), round(point[1] + down, 1)

    return Layout(
        width=round(layout.width, 1),
        height=round(max(box.bottom for box in boxes) + down + AIR, 1),
        column=layout.column,
        places={state: at(point) for state, point in layout.places.items()},
        ends={pair: (at(a), at(b)) for pair, (a, b) in layout.ends.items()},
        names={k: replace(n, box=n.box.moved(down)) for k, n in layout.names.items()},
        titles={k: replace(t, box=t.box.moved(down)) for k, t in layout.titles.items()},
        rings=tuple(at(point) for point in layout.rings),
    )


def _around(at: Point, half: float, half_height: float = 14.0) -> Box:
    return Box(at[0] - half, at[1] - half_height, at[0] + half, at[1] + half_height)


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
    for upper, lower in pairwise(halves):
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
    return along(a, b, out / length), along(a, b, 1 - back / length)
