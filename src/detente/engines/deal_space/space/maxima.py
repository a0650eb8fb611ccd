"""Which points does no other point of a set dominate? The question under every frontier.

A point is a row of whole numbers, larger is better. Point ``q`` dominates ``p`` if it is at least
as large in every column and larger in one; equal points do not dominate each other.

The points are put into a binary tree by halving them, level by level, at the median of the column
in which a cell is widest. Every cell knows the largest value of each of its columns, its upper
corner. A dominator of ``p`` can only be in a cell whose corner is at least ``p``, and if ``p``
lies on or near the frontier such cells are few: the set above it is nearly empty. So each point
costs a walk through a few dozen cells, whether it is dominated (the walk ends at the first
dominator) or not.

The loops are compiled, in :mod:`~detente.engines.deal_space.space.kernels`; that module is imported when
the first of them is needed, since the compiler takes a third of a second to import.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Bools, Ints
from detente.engines.deal_space.space.domain import Points

__all__ = ["PointTree", "first_equal", "is_undominated", "tree_of"]

LEAF = 8
"""Points in the smallest cell: scanning so few is quicker than another level."""

WORTH_A_THREAD = 50_000
"""Queries from which a second thread pays for itself."""


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
        from detente.engines.deal_space.space.kernels import search_tree

        strict = queries.shape[1] if n_strict is None else n_strict
        found = np.empty(len(queries), dtype=np.int64)

        def search(low: int, high: int) -> None:
            some = slice(low, high)
            search_tree(
                self.points, self.corners, self.n_levels, queries[some], strict, found[some]
            )

        if len(queries) < WORTH_A_THREAD:
            search(0, len(queries))
        else:
            bounds = np.linspace(0, len(queries), (os.cpu_count() or 1) + 1).astype(int)
            with ThreadPoolExecutor() as pool:
                list(pool.map(search, bounds[:-1], bounds[1:]))
        return np.where(found >= 0, self.order[found], -1)


def tree_of(points: Points) -> PointTree:
    """Build the tree of a set of at least one point, shape (n_points, n_columns)."""
    from detente.engines.deal_space.space.kernels import build_tree

    n_levels = max(0, int(np.ceil(np.log2(len(points) / LEAF))))
    order = np.arange(len(points))
    in_order, corners = build_tree(np.ascontiguousarray(points), order, n_levels)
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
    from detente.engines.deal_space.space.kernels import number_of_first_equal

    n_slots = 1 << int(np.ceil(np.log2(2 * len(points))) + 1)
    return number_of_first_equal(np.ascontiguousarray(points), n_slots)
