"""The loops that are compiled. First use compiles them, in seconds; the result is kept on disk.

Whole-array operations are left out even where they would be shorter: each brings code of its own
to compile, up to seconds for the assignment of a row.
"""

from __future__ import annotations

import numpy as np

from detente.engines._checks import Ints
from detente.engines._compiled import compiled
from detente.engines.deal_space.space.domain import Points

__all__ = ["build_tree", "merge_two", "number_of_first_equal", "search_tree"]

SAMPLED = 64
"""Points of a cell that are looked at to see in which column it is widest."""


@compiled
def number_of_first_equal(points: Points, n_slots: int) -> Ints:
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


@compiled
def put_median(key: Points, order: Ints, low: int, high: int, middle: int) -> None:
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


@compiled
def build_tree(points: Points, order: Ints, n_levels: int) -> tuple[Points, Points]:
    n, width = points.shape
    span = np.empty(width)
    for k in range(width):
        smallest = largest = points[0, k]
        for row in range(1, n):
            smallest = min(smallest, points[row, k])
            largest = max(largest, points[row, k])
        span[k] = max(1.0, float(largest) - float(smallest))
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
            put_median(key, order, low, high, ((2 * cell + 1) * n) >> (level + 1))
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


@compiled
def search_tree(
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


@compiled
def merge_two(front: Points, pays: Points) -> tuple[Points, Ints, Ints]:
    """Add every option to a frontier of two columns, and keep what none dominates, each point once.

    The frontier falls in the first column and rises in the second, and so does each of its shifted
    copies: they are merged from the best of the first column downwards, and only a new best of the
    second stays. Returned are the points, and the row and the option each came from.
    """
    n, n_options = front.shape[0], pays.shape[0]
    head = np.zeros(n_options, dtype=np.int64)
    points = np.empty((n * n_options, 2), dtype=np.int64)
    parent = np.empty(n * n_options, dtype=np.int32)
    option = np.empty(n * n_options, dtype=np.int32)
    found = 0
    while True:
        pick = -1
        first = second = np.int64(0)
        for o in range(n_options):
            # A point whose second column is no new best cannot stay; those after it are better there.
            while (
                head[o] < n and found > 0 and front[head[o], 1] + pays[o, 1] <= points[found - 1, 1]
            ):
                head[o] += 1
            if head[o] == n:
                continue
            a, b = front[head[o], 0] + pays[o, 0], front[head[o], 1] + pays[o, 1]
            if pick < 0 or a > first or (a == first and b > second):
                pick, first, second = o, a, b
        if pick < 0:
            break
        points[found, 0] = first
        points[found, 1] = second
        parent[found] = head[pick]
        option[found] = pick
        head[pick] += 1
        found += 1
    return points[:found], parent[:found], option[:found]
