"""Counts on a grid: points of several sums rounded, so that all packages fit into a table of cells.

Two tables are filled, from the start and from the end of a diagram up to a boundary between: so
each has to span only a part of the points. The first few layers on either side are added up
exactly; every further layer's points are rounded to the nearest cell, and what that may have moved
is added up, so that the counts that follow are certain. Cells are floating-point numbers; what
they may have lost is bounded too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from detente.engines._checks import Bools, Floats
from detente.engines.deal_space.counting.course import Course
from detente.engines.deal_space.counting.numbers import whole
from detente.engines.deal_space.counting.pairs import MOST_TERMS, polynomial
from detente.engines.deal_space.counting.rule import Bounds
from detente.engines.deal_space.space.acceptance import AcceptanceRule, Meets
from detente.engines.deal_space.space.domain import Points

__all__ = ["on_a_grid"]

MOST_PACKAGES = 10**290
EXACT = 1 << 53
"""Packages up to which a float counts them one by one."""

ROUNDING = 1 << 53
"""One part in so many is what an addition of floats may lose."""
MOST_SUMS = 4

EXACT_ROWS = 20_000
"""Rows up to which the layers at the ends are added up exactly."""

MOST_MOVES = 3_000_000_000
"""Cells of the tables times how often they are moved or looked up: about a second."""

LOOK_UP = 20
"""Moves of a table that looking up one term of a rule costs."""

MOST_EDGES = 100_000
"""Edges of the layers in the table; each moves a whole table."""


@dataclass(frozen=True, slots=True, eq=False)
class _Half:
    """What one end has in a table, node by node, and how it was rounded.

    A package in cell ``k`` has from ``origin + grid * k + least`` to ``origin + grid * k + most``
    points, column by column.
    """

    cells: Floats
    origin: Points
    least: Points
    most: Points


def on_a_grid(
    course: Course,
    pays: Sequence[Points],
    rule: AcceptanceRule,
    leaves: Sequence[Meets],
    most_cells: int,
) -> Bounds | None:
    """Bound how many packages meet a numbered rule about sums; None where no table can tell.

    ``pays`` states the points of every layer, shape (n_nodes, n_options, n_sums).
    """
    n_packages = course.diagram.n_packages
    if n_packages > MOST_PACKAGES or len(leaves) > MOST_TERMS or pays[0].shape[2] > MOST_SUMS:
        return None
    low = [np.where(_live(course, k), each, _TOP).min(axis=(0, 1)) for k, each in enumerate(pays)]
    high = [np.where(_live(course, k), each, -_TOP).max(axis=(0, 1)) for k, each in enumerate(pays)]
    spread = np.array(high) - np.array(low)
    meet = _meeting(course, spread)
    starts = [_exact(course, pays, meet, forward=forward) for forward in (True, False)]
    inner = range(starts[0][0], starts[1][0])
    n_edges = sum(int(_live(course, k).sum()) for k in inner)
    if n_edges > MOST_EDGES:
        return None
    terms = list(polynomial(rule, range(len(leaves))))
    most_cells = min(most_cells, MOST_MOVES // (n_edges + LOOK_UP * len(terms) + 1))
    grid = _grid(course, spread, _unit(pays, low, course), meet, most_cells)
    if grid is None:
        return None
    halves = [
        _filled(course, pays, low, grid, start, meet, forward=forward)
        for forward, start in zip((True, False), starts, strict=True)
    ]
    left, right = halves
    table = np.pad(right.cells, [(0, 0)] + [(0, 1)] * len(grid))
    for axis in range(1, table.ndim):
        backwards = np.flip(table, axis)
        np.cumsum(backwards, axis=axis, out=backwards)
    origin = left.origin + right.origin
    error = Fraction(0)
    if n_packages > EXACT:
        error = Fraction(4 * (n_edges + EXACT_ROWS + sum(table.shape) + 64), ROUNDING)
    found = []
    for shift, sign in ((left.least + right.least, -1), (left.most + right.most, 1)):
        value = size = Fraction(0)
        for subset, factor in terms:
            cells = [0] * len(grid)
            for number in subset:
                column, wanted = leaves[number].column, leaves[number].at_least
                short = wanted - int(origin[column]) - int(shift[column])
                need = -(-short // int(grid[column]))
                cells[column] = max(cells[column], need)
            pairs = _pairs(left.cells, table, cells)
            value += factor * pairs
            size += abs(factor) * pairs
        found.append(value + sign * size * error)
    return max(0, math.ceil(found[0])), min(n_packages, math.floor(found[1]))


_TOP = 1 << 62


def _live(course: Course, layer: int) -> Bools:
    return (course.diagram.layers[layer].target >= 0)[:, :, None]


def _unit(pays: Sequence[Points], low: Sequence[Points], course: Course) -> Points:
    """Return for each sum the largest step in which it moves."""
    over = [
        np.where(_live(course, k), each - least, 0).reshape(-1, each.shape[2])
        for k, (each, least) in enumerate(zip(pays, low, strict=True))
    ]
    return np.asarray(np.maximum(1, np.gcd.reduce(np.concatenate(over), axis=0)))


def _exact(
    course: Course, pays: Sequence[Points], meet: int, *, forward: bool
) -> tuple[int, Points, Floats]:
    """Add up layers from one end while that takes few rows: boundary, rows with node, counts."""
    from detente.engines.deal_space.counting.kernels import extend_rows

    n_sums = pays[0].shape[2]
    rows, counts = np.zeros((1, n_sums + 1), dtype=np.int64), np.ones((1, 1), dtype=np.int64)
    boundary = 0 if forward else course.n
    while boundary != meet:
        layer = boundary if forward else boundary - 1
        edges = course.edges(layer, forward=forward, pays=pays[layer])
        n_slots = 1 << (2 * EXACT_ROWS).bit_length()
        found, sums, n = extend_rows(
            np.ascontiguousarray(rows[:, :-1]), np.ascontiguousarray(rows[:, -1]), counts,
            edges.start, edges.to, edges.pays, n_slots, EXACT_ROWS,
        )  # fmt: skip
        if n < 0:
            break
        rows, counts = found[:n], sums[:n]
        boundary = layer + 1 if forward else layer
    return boundary, rows, whole(counts).astype(np.float64)


def _meeting(course: Course, spread: Points) -> int:
    """Choose the boundary at which the tables together have fewest cells."""
    size = np.maximum(1.0, spread.astype(np.float64))
    before = np.vstack([np.zeros(size.shape[1]), np.cumsum(size, axis=0)])
    share = before / before[-1]
    cost = [
        course.n_nodes(b) * (np.prod(share[b]) + np.prod(1 - share[b])) for b in range(course.n + 1)
    ]
    return int(np.argmin(cost))


def _grid(
    course: Course, spread: Points, unit: Points, meet: int, most_cells: int
) -> Points | None:
    """Choose the finest grid on which both tables have no more cells than allowed."""
    low, high, best = 0, 62, None
    whole_spread = spread.sum(axis=0)

    def at(fineness: float) -> Points:
        n = 2.0 ** (fineness / 2)
        return np.array(
            [
                int(u) * max(1, math.ceil(int(s) / (int(u) * n)))
                for s, u in zip(whole_spread, unit, strict=True)
            ]
        )

    while low <= high:
        middle = (low + high) // 2
        grid = at(middle)
        shift = (spread + grid // 2) // grid
        sizes = [
            np.prod(1.0 + shift[part].sum(axis=0)) for part in (slice(meet), slice(meet, None))
        ]
        width = max(course.n_nodes(b) for b in range(course.n + 1))
        if max(sizes) * width <= most_cells:
            low, best = middle + 1, grid
        else:
            high = middle - 1
    return best


def _filled(
    course: Course, pays: Sequence[Points], low: Sequence[Points], grid: Points,
    start: tuple[int, Points, Floats], meet: int, *, forward: bool,
) -> _Half:  # fmt: skip
    """Fill a table from one end up to the meeting boundary."""
    boundary, rows, counts = start
    done = range(boundary) if forward else range(boundary, course.n)
    origin = np.sum([low[k] for k in done], axis=0, dtype=np.int64) + np.zeros_like(grid)
    over = rows[:, :-1] - origin
    cell = (over + grid // 2) // grid
    errors = over - cell * grid
    least, most = errors.min(axis=0), errors.max(axis=0)
    mass = np.zeros((course.n_nodes(boundary), *(cell.max(axis=0) + 1)))
    np.add.at(mass, (rows[:, -1], *cell.T), counts)
    for k in range(boundary, meet) if forward else range(boundary - 1, meet - 1, -1):
        target = course.diagram.layers[k].target
        live = target >= 0
        over = pays[k] - low[k]
        shift = (over + grid // 2) // grid
        errors = (over - shift * grid)[live]
        least, most = least + errors.min(axis=0), most + errors.max(axis=0)
        origin = origin + low[k]
        size = mass.shape[1:]
        new = np.zeros((course.n_nodes(k + 1 if forward else k), *(size + shift[live].max(axis=0))))
        for node, option in zip(*np.nonzero(live), strict=True):
            source, to = (node, target[node, option]) if forward else (target[node, option], node)
            place = (slice(a, a + n) for a, n in zip(shift[node, option], size, strict=True))
            new[(to, *place)] += mass[source]
        mass = new
    return _Half(mass, origin, least, most)


def _pairs(left: Floats, right: Floats, cells: Sequence[int]) -> Fraction:
    """Add up products of cells whose numbers sum to so much at least; ``right`` is summed up."""
    for axis, need in enumerate(cells, start=1):
        rest = np.clip(need - np.arange(left.shape[axis]), 0, right.shape[axis] - 1)
        right = right.take(rest, axis=axis)
    return Fraction(float((left * right).sum()))
