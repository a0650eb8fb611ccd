"""Which points does no other point of a set dominate? The compiled kernel of every frontier.

A point is a row of whole numbers, larger is better. Point ``q`` dominates ``p`` if it is at least
as large in every column and larger in one; equal points do not dominate each other.

The points are put into a binary tree by halving them, level by level, at the median of the column
in which a cell is widest. Every cell knows the largest value of each of its columns, its upper
corner. A dominator of ``p`` can only be in a cell whose corner is at least ``p``, and if ``p``
lies on or near the frontier such cells are few: the set above it is nearly empty. So each point
costs a walk through a few dozen cells, whether it is dominated (the walk ends at the first
dominator) or not.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import numba
import numpy as np

from detente.engines._checks import Bools, Ints
from detente.engines.deal_space.domain import Points

__all__ = ["PointTree", "first_equal", "is_undominated", "tree_of"]

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

LEAF = 8
"""Points in the smallest cell: scanning so few is quicker than another level."""

SAMPLED = 64
"""Points of a cell that are looked at to see in which column it is widest."""

WORTH_A_THREAD = 50_000
"""Queries from which a second thread pays for itself."""


def _compiled(function: Kernel) -> Kernel:
    """Compile once and keep the machine code on disk, where there is a place to keep it."""
    try:
        kernel = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba finds no folder that it may write to
        kernel = numba.njit(nogil=True)(function)
    return cast(Kernel, kernel)  # a dispatcher is called like the function it compiles


@dataclass(frozen=True, slots=True, eq=False)
class PointTree:
    """Points in the order of the tree's leaves, ``order`` to get back, and the cells' corners."""

    points: Points
    order: Ints
    corners: Points
    n_levels: int

    def dominator_of(self, queries: Points, n_strict: int | None = None) -> Ints:
        """Return for each query the row of a point that dominates it, or -1; shape (n_queries,).

        A dominator must be larger in one of the first ``n_strict`` columns; left out: in any.
        """
        strict = queries.shape[1] if n_strict is None else n_strict
        found = np.empty(len(queries), dtype=np.int64)

        def search(low: int, high: int) -> None:
            some = slice(low, high)
            _search(self.points, self.corners, self.n_levels, queries[some], strict, found[some])

        if len(queries) < WORTH_A_THREAD:
            search(0, len(queries))
        else:
            bounds = np.linspace(0, len(queries), (os.cpu_count() or 1) + 1).astype(int)
            with ThreadPoolExecutor() as pool:
                list(pool.map(search, bounds[:-1], bounds[1:]))
        return np.where(found >= 0, self.order[found], -1)


def tree_of(points: Points) -> PointTree:
    """Build the tree of a set of at least one point, shape (n_points, n_columns)."""
    n_levels = max(0, int(np.ceil(np.log2(len(points) / LEAF))))
    order = np.arange(len(points))
    in_order, corners = _build(np.ascontiguousarray(points), order, n_levels)
    return PointTree(in_order, order, corners, n_levels)


def is_undominated(points: Points, n_strict: int | None = None) -> Bools:
    """Say of each point whether no other one dominates it. Exact; equal points all stay.

    Points that differ only beyond the first ``n_strict`` columns do not dominate each other.

    O(n log n) to build the tree; a query visits few cells while the columns are few (about 30 at
    four columns and 500,000 points, 120 at six and 8,000,000), all of them at worst.
    """
    if len(points) == 0:
        return np.zeros(0, dtype=np.bool_)
    if points.shape[1] == 1 and n_strict != 0:
        return np.asarray(points[:, 0] == points[:, 0].max())
    tree = tree_of(points)
    result = np.empty(len(points), dtype=np.bool_)
    # Neighbours in the tree often share a dominator, which the search tries first.
    result[tree.order] = tree.dominator_of(tree.points, n_strict) < 0
    return result


def first_equal(points: Points) -> Ints:
    """Return for each row the number of the first row that equals it; shape (n_points,)."""
    if len(points) == 0 or points.shape[1] == 0:
        return np.zeros(len(points), dtype=np.int64)
    n_slots = 1 << int(np.ceil(np.log2(2 * len(points))) + 1)
    return _first_equal(np.ascontiguousarray(points), n_slots)


@_compiled
def _first_equal(points: Points, n_slots: int) -> Ints:
    n, width = points.shape
    slots = np.full(n_slots, -1, dtype=np.int32)
    first = np.empty(n, dtype=np.int64)
    for row in range(n):
        key = np.uint64(1469598103934665603)
        for k in range(width):
            key = (key ^ np.uint64(points[row, k])) * np.uint64(0x9E3779B97F4A7C15)
            key ^= key >> np.uint64(29)
        slot = np.int64(key & np.uint64(n_slots - 1))
        while True:
            other = slots[slot]
            if other < 0:
                slots[slot] = row
                first[row] = row
                break
            same = True
            for k in range(width):
                if points[other, k] != points[row, k]:
                    same = False
                    break
            if same:
                first[row] = other
                break
            slot = (slot + 1) & (n_slots - 1)
    return first


@_compiled
def _put_median(key: Points, order: Ints, low: int, high: int, middle: int) -> None:
    """Reorder both from ``low`` to ``high`` so that no key before ``middle`` is above one after."""
    while high - low > 1:
        a, b, c = key[low], key[(low + high) // 2], key[high - 1]
        pivot = max(min(a, b), min(max(a, b), c))
        i, j = low, high - 1
        while i <= j:
            while key[i] < pivot:
                i += 1
            while key[j] > pivot:
                j -= 1
            if i <= j:
                key[i], key[j] = key[j], key[i]
                order[i], order[j] = order[j], order[i]
                i += 1
                j -= 1
        if middle <= j:
            high = j + 1
        elif middle >= i:
            low = i
        else:
            return


@_compiled
def _build(points: Points, order: Ints, n_levels: int) -> tuple[Points, Points]:
    n, width = points.shape
    span = np.empty(width)
    for k in range(width):
        span[k] = max(1.0, float(points[:, k].max()) - float(points[:, k].min()))
    key = np.empty(n, dtype=np.int64)
    for level in range(n_levels):
        for cell in range(1 << level):
            low, high = (cell * n) >> level, ((cell + 1) * n) >> level
            widest, column = -1.0, 0
            stride = (high - low) // SAMPLED + 1
            for k in range(width):
                smallest = largest = points[order[low], k]
                for row in range(low + stride, high, stride):
                    value = points[order[row], k]
                    smallest = min(smallest, value)
                    largest = max(largest, value)
                spread = (float(largest) - float(smallest)) / span[k]
                if spread > widest:
                    widest, column = spread, k
            for row in range(low, high):
                key[row] = points[order[row], column]
            _put_median(key, order, low, high, ((2 * cell + 1) * n) >> (level + 1))
    in_order = np.empty((n, width), dtype=np.int64)
    for row in range(n):
        for k in range(width):
            in_order[row, k] = points[order[row], k]
    n_leaves = 1 << n_levels
    corners = np.empty((2 * n_leaves, width), dtype=np.int64)
    for leaf in range(n_leaves):
        low, high = (leaf * n) >> n_levels, ((leaf + 1) * n) >> n_levels
        for k in range(width):
            largest = in_order[low, k]
            for row in range(low + 1, high):
                largest = max(largest, in_order[row, k])
            corners[n_leaves + leaf, k] = largest
    for cell in range(n_leaves - 1, 0, -1):
        for k in range(width):
            corners[cell, k] = max(corners[2 * cell, k], corners[2 * cell + 1, k])
    return in_order, corners


@_compiled
def _search(
    points: Points, corners: Points, n_levels: int, queries: Points, n_strict: int, found: Ints
) -> None:
    n, width = points.shape
    n_leaves = 1 << n_levels
    stack = np.empty(n_levels + 2, dtype=np.int64)
    latest = 0
    for query in range(queries.shape[0]):
        result = -1
        above, equal = True, True
        for k in range(width):
            if points[latest, k] < queries[query, k]:
                above = False
                break
            if k < n_strict and points[latest, k] > queries[query, k]:
                equal = False
        if above and not equal:
            found[query] = latest
            continue
        stack[0] = 1
        top = 1
        while top > 0 and result < 0:
            top -= 1
            cell = stack[top]
            if cell < n_leaves:
                for child in range(2 * cell, 2 * cell + 2):
                    above = True
                    for k in range(width):
                        if corners[child, k] < queries[query, k]:
                            above = False
                            break
                    if above:
                        stack[top] = child
                        top += 1
                continue
            leaf = cell - n_leaves
            for row in range((leaf * n) >> n_levels, ((leaf + 1) * n) >> n_levels):
                above, equal = True, True
                for k in range(width):
                    if points[row, k] < queries[query, k]:
                        above = False
                        break
                    if k < n_strict and points[row, k] > queries[query, k]:
                        equal = False
                if above and not equal:
                    result = row
                    latest = row
                    break
        found[query] = result
