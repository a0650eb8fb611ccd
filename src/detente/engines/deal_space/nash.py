"""Which outcome has the largest product of gains."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from detente.engines.deal_space.solution import (
    NOBODY_BELOW,
    BargainingSolution,
    checked_tolerance,
    eligible,
    no_solution,
)

__all__ = ["nash_solution"]

METHOD = "largest product of gains over individually rational outcomes"


def nash_solution(
    utilities: npt.ArrayLike, disagreement: npt.ArrayLike, *, tolerance: float = 1e-9
) -> BargainingSolution:
    """Find the individually rational outcomes with the largest product of gains.

    A party's gain is its utility less its disagreement utility; an outcome is individually
    rational if no gain is negative. Nash derived the product for two parties and a convex
    set of alternatives [1]_; over a list of outcomes, without lotteries between them, it
    can be maximal at several, and all are returned. It does not depend on the scale or the
    origin of any party's utilities.

    Parameters
    ----------
    utilities : array_like, shape (n_outcomes, n_parties)
        Row ``i`` holds each party's utility for outcome ``i``, on that party's own scale;
        any finite numbers.
    disagreement : array_like, shape (n_parties,)
        What each party gets without an agreement, on the same scale as its column.
    tolerance : float, default 1e-9
        Two products tie if the smaller falls short of the larger by at most this share of
        it (a pure number, at least 0 and less than 1). Tied outcomes that another tied
        outcome dominates are left out, so every selected outcome is efficient, exactly.

    Returns
    -------
    BargainingSolution
        ``value`` is the product of the gains (infinite if it exceeds the range of a float;
        the comparison does not). Empty, with a reason, if no outcome is individually
        rational, or none gives every party a strict gain: all products are then 0, and the
        product does not distinguish between them.

    Raises
    ------
    EngineInputError
        If the table is empty, not two-dimensional or holds a NaN or an infinity, if the
        disagreement utilities do not match its columns, or the tolerance is not a share.

    Notes
    -----
    Compares sums of logarithms, which neither overflow nor underflow; a tolerance below
    about 1e-13 would leave true ties to their rounding. O(n_outcomes * n_parties) time and
    memory.

    References
    ----------
    .. [1] J. F. Nash, "The Bargaining Problem", Econometrica 18(2), 1950, pp. 155-162.

    Examples
    --------
    >>> solution = nash_solution([(9, 1), (6, 3), (3, 6), (0, 0)], (0, 0))
    >>> solution.outcomes, solution.value
    (array([1, 2]), 18.0)
    """
    tolerance = checked_tolerance(tolerance)
    rational = eligible(utilities, disagreement)
    if rational.rows.size == 0:
        return no_solution(NOBODY_BELOW, tolerance=tolerance, method=METHOD)
    gainful = np.flatnonzero((rational.gains > 0).all(axis=1))
    if gainful.size == 0:
        return no_solution(
            "No outcome gives every party more than its disagreement utility while leaving "
            "nobody below it.",
            tolerance=tolerance,
            method=METHOD,
        )
    log_product = np.log(rational.gains[gainful]).sum(axis=1)
    tied = gainful[log_product >= log_product.max() + math.log1p(-tolerance)]
    with np.errstate(over="ignore", under="ignore"):
        product = rational.gains[tied].prod(axis=1)
    return rational.select(tied, product, tolerance=tolerance, method=METHOD)
