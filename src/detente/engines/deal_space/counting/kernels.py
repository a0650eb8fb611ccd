"""The loops of counting that are compiled. First use compiles them; the result is kept on disk."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Ints
from detente.engines._compiled import compiled
from detente.engines.deal_space.space.domain import Points
from detente.engines.deal_space.space.kernels import put_median

__all__ = ["Words", "bits_by_rank", "extend_rows", "split_rows", "sum_both", "sum_met"]

Words = npt.NDArray[np.uint64]

SAMPLED = 64
"""Rows of a cell that are looked at to see in which column it is widest."""


@compiled
def extend_rows(
    points: Points, node: Ints, counts: Points, start: Ints, to: Ints, pays: Points, n_slots: int,
    most: int,
) -> tuple[Points, Points, int]:  # fmt: skip
    """Follow every edge from every row; equal rows become one, and their counts add up.

    The last column of the rows returned is their node. The number returned is -1 if there would
    be more rows than ``most``.
    """
    n, width = points.shape
    n_limbs = counts.shape[1]
    rows = np.empty((most, width + 1), dtype=np.int64)
    sums = np.zeros((most, n_limbs), dtype=np.int64)
    slots = np.full(n_slots, -1, dtype=np.int32)
    new = np.empty(width + 1, dtype=np.int64)
    found = 0
    for row in range(n):
        for edge in range(start[node[row]], start[node[row] + 1]):
            new[width] = to[edge]
            key = np.uint64(1469598103934665603) ^ np.uint64(to[edge])
            for k in range(width):
                new[k] = points[row, k] + pays[edge, k]
                key = (key ^ np.uint64(new[k])) * np.uint64(0x9E3779B97F4A7C15)
                key ^= key >> np.uint64(29)
            slot = np.int64(key & np.uint64(n_slots - 1))
            while True:
                at = slots[slot]
                if at < 0:
                    if found == most:
                        return rows, sums, -1
                    at = found
                    slots[slot] = found
                    for k in range(width + 1):
                        rows[found, k] = new[k]
                    found += 1
                    break
                same = True
                for k in range(width + 1):
                    if rows[at, k] != new[k]:
                        same = False
                        break
                if same:
                    break
                slot = (slot + 1) & (n_slots - 1)
            for k in range(n_limbs):
                sums[at, k] += counts[row, k]
    return rows, sums, found


@compiled
def split_rows(centre: Points, order: Ints, bounds: Ints, cells: Ints) -> Ints:
    """Halve each stretch of rows where it is widest until it has so many cells.

    ``order`` is put in the order of the cells; the first row of every cell is returned.
    """
    n, width = centre.shape
    span = np.empty(width)
    for k in range(width):
        span[k] = max(1.0, float(centre[:, k].max()) - float(centre[:, k].min()))
    key = np.empty(n, dtype=np.int64)
    first = np.empty(cells.sum(), dtype=np.int64)
    stack = np.empty((64, 3), dtype=np.int64)
    found = 0
    for stretch in range(cells.size):
        stack[0, 0], stack[0, 1] = bounds[stretch], bounds[stretch + 1]
        stack[0, 2] = cells[stretch]
        top = 1
        while top > 0:
            top -= 1
            low, high, n_cells = stack[top, 0], stack[top, 1], stack[top, 2]
            widest, column = 0.0, -1
            if n_cells > 1:
                stride = (high - low) // SAMPLED + 1
                for k in range(width):
                    smallest = largest = centre[order[low], k]
                    for row in range(low + stride, high, stride):
                        value = centre[order[row], k]
                        smallest = min(smallest, value)
                        largest = max(largest, value)
                    spread = (float(largest) - float(smallest)) / span[k]
                    if spread > widest:
                        widest, column = spread, k
            if column < 0:
                first[found] = low
                found += 1
                continue
            for row in range(low, high):
                key[row] = centre[order[row], column]
            some = n_cells // 2
            middle = low + max(1, ((high - low) * some) // n_cells)
            put_median(key, order, low, high, middle)
            stack[top, 0], stack[top, 1], stack[top, 2] = middle, high, n_cells - some
            stack[top + 1, 0], stack[top + 1, 1], stack[top + 1, 2] = low, middle, some
            top += 2
    return first[:found]


@compiled
def sum_both(
    wanted: Points, queries: Ints, rank: Ints, values: Points, rows: Ints, rows_rank: Ints,
    counts: Points, found: Points,
) -> None:  # fmt: skip
    """Add up, for every query, the counts of the rows that meet two thresholds.

    A row meets the first if its value is at least ``wanted[query]``, and the second if its rank
    is at least the query's. ``queries`` and ``rows`` have the largest of these first. Sums over
    ranks are kept in a tree (P. M. Fenwick, "A new data structure for cumulative frequency
    tables", Software: Practice and Experience 24(3), 1994, pp. 327-336).
    """
    n, n_limbs = counts.shape
    tree = np.zeros((n + 1, n_limbs), dtype=np.int64)
    next_row = 0
    for query in queries:
        while next_row < n and values[rows[next_row]] >= wanted[query]:
            row = rows[next_row]
            at = n - rows_rank[row]
            while at <= n:
                for limb in range(n_limbs):
                    tree[at, limb] += counts[row, limb]
                at += at & -at
            next_row += 1
        at = n - rank[query]
        while at > 0:
            for limb in range(n_limbs):
                found[query, limb] += tree[at, limb]
            at -= at & -at


@compiled
def bits_by_rank(order: Ints, stride: int, n_words: int) -> Words:
    """Return for every ``stride``-th rank the set of rows from that rank on, as bits."""
    n_leaves, n = order.shape
    n_marks = (n + stride - 1) // stride + 1
    table = np.zeros((n_leaves, n_marks, n_words), dtype=np.uint64)
    for leaf in range(n_leaves):
        for mark in range(n_marks - 2, -1, -1):
            table[leaf, mark] = table[leaf, mark + 1]
            for rank in range(mark * stride, min(n, (mark + 1) * stride)):
                row = order[leaf, rank]
                table[leaf, mark, row >> 6] |= np.uint64(1) << np.uint64(row & 63)
    return table


@compiled
def sum_met(
    wanted: Points, values: Points, order: Ints, table: Words, stride: int, asked: Ints,
    program: Ints, planes: Words, found: Points,
) -> None:  # fmt: skip
    """Count, for every query and plane, the rows that meet a rule together with the query.

    A row meets leaf ``j`` if its value there, of which ``values[j]`` is sorted, is at least
    ``wanted[query, j]``; ``asked`` names the leaves that occur. Each line of the program, (leaf, if met, if not), makes a set of rows
    out of those of earlier lines; 0 is the empty set, 1 that of all, 2 that of the first line.
    """
    n_leaves, n = values.shape
    n_words = table.shape[2]
    sets = np.zeros((2 + len(program), n_words), dtype=np.uint64)
    sets[1] = ~np.uint64(0)
    ranks = np.empty(n_leaves, dtype=np.int64)
    last = sets[1 + len(program)]
    for query in range(len(wanted)):
        for leaf in asked:
            low, rest, goal = 0, n, wanted[query, leaf]
            while rest > 0:
                half = rest >> 1
                is_less = values[leaf, low + half] < goal
                low = low + half + 1 if is_less else low
                rest = rest - half - 1 if is_less else half
            ranks[leaf] = low
        for line in range(len(program)):
            leaf, met, missed = program[line]
            mark = (ranks[leaf] + stride - 1) // stride
            result, source, whole = sets[line + 2], sets[met], table[leaf, mark]
            for word in range(n_words):
                result[word] = whole[word] & source[word]
            for rank in range(ranks[leaf], min(n, mark * stride)):
                row = order[leaf, rank]
                result[row >> 6] |= source[row >> 6] & (np.uint64(1) << np.uint64(row & 63))
            if missed > 0:
                other = sets[missed]
                for word in range(n_words):
                    result[word] |= other[word]
        for plane in range(len(planes)):
            total = np.uint64(0)
            for word in range(n_words):
                x = last[word] & planes[plane, word]
                x -= (x >> np.uint64(1)) & np.uint64(0x5555555555555555)
                x = (x & np.uint64(0x3333333333333333)) + (
                    (x >> np.uint64(2)) & np.uint64(0x3333333333333333)
                )
                x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
                total += (x * np.uint64(0x0101010101010101)) >> np.uint64(56)
            found[query, plane] = np.int64(total)
