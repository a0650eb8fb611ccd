"""Fewer points, and how far at most any point is from one that was kept."""

from __future__ import annotations

import numpy as np

from detente.engines._checks import Ints
from detente.engines.deal_space.space.domain import Points
from detente.engines.deal_space.space.maxima import first_equal

__all__ = ["thinned"]

HALVINGS = 12
"""Steps of the search for the finest grid that leaves few enough cells."""


def thinned(points: Points, n_compared: int, group: Ints, most: int) -> tuple[Ints, Points]:
    """Keep one point of each cell of a grid; the finest grid that leaves at most ``most``.

    Points of one cell share their group and every column beyond the first ``n_compared``; their
    compared columns differ by less than one cell. Kept is the one that loses least, measured by
    the largest loss as a share of the column's range.

    Parameters
    ----------
    points : ndarray of int64, shape (n_points, n_columns)
    n_compared : int
        Columns that may be given up, up to the loss returned.
    group : ndarray of int, shape (n_points,)
    most : int
        At least 1. Where even one cell a group holds more, that many are kept.

    Returns
    -------
    rows : ndarray of int, ascending
        The points kept.
    loss : ndarray of int64, shape (n_columns,)
        For every point there is one kept that is less by at most this, column by column: the
        largest difference found, not the width of a cell.
    """
    compared = points[:, :n_compared]
    low = compared.min(axis=0)
    span = np.maximum(1, compared.max(axis=0) - low).astype(np.float64)
    fixed = np.concatenate([points[:, n_compared:], group[:, None]], axis=1)

    def cells(share: float) -> Ints:
        width = np.maximum(1.0, np.floor(span * share)).astype(np.int64)
        return first_equal(np.concatenate([(compared - low) // width, fixed], axis=1))

    fine, coarse = 0.0, 1.0
    cell = cells(coarse * 2)
    for _ in range(HALVINGS):
        middle = (fine + coarse) / 2
        found = cells(middle)
        if np.count_nonzero(found == np.arange(len(found))) <= most:
            coarse, cell = middle, found
        else:
            fine = middle

    # Per cell, what each member would lose the others; the smallest largest share stays.
    best = np.full((len(points), n_compared), np.iinfo(np.int64).min, dtype=np.int64)
    np.maximum.at(best, cell, compared)
    share = ((best[cell] - compared) / span).max(axis=1)
    order = np.lexsort((share, cell))
    is_first = np.ones(len(order), dtype=np.bool_)
    is_first[1:] = cell[order[1:]] != cell[order[:-1]]
    rows = np.sort(order[is_first])
    loss = np.zeros(points.shape[1], dtype=np.int64)
    loss[:n_compared] = (best[cell[rows]] - compared[rows]).max(axis=0)
    return rows, loss
