"""Which outcome has the largest sum of utilities."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from detente.engines.deal_space.solution import (
    NOBODY_BELOW,
    BargainingSolution,
    checked_tolerance,
    eligible,
    no_solution,
)

__all__ = ["utilitarian_solution"]

METHOD = "largest sum of utilities over individually rational outcomes"


def utilitarian_solution(
    utilities: npt.ArrayLike, disagreement: npt.ArrayLike, *, tolerance: float = 1e-9
) -> BargainingSolution:
    """Find the individually rational outcomes with the largest sum of utilities.

    The sum goes back to Harsanyi's welfare function [1]_. It adds one party's utility to
    another's, so **the parties' utilities must be on one scale**. The disagreement
    utilities decide which outcomes are considered, and nothing else.

    Parameters
    ----------
    utilities : array_like, shape (n_outcomes, n_parties)
        Row ``i`` holds each party's utility for outcome ``i``, all in one unit; any finite
        numbers.
    disagreement : array_like, shape (n_parties,)
        What each party gets without an agreement, in that unit.
    tolerance : float, default 1e-9
        Two sums tie if they differ by at most this share of the largest gain any party has
        at an individually rational outcome (a pure number, at least 0 and less than 1).
        Tied outcomes that another tied outcome dominates are left out, so every selected
        outcome is efficient, exactly.

    Returns
    -------
    BargainingSolution
        ``value`` is the sum of utilities, in their unit. Empty, with a reason, if no
        outcome is individually rational, that is, leaves nobody below disagreement.

    Raises
    ------
    EngineInputError
        If the table is empty, not two-dimensional or holds a NaN or an infinity, if the
        disagreement utilities do not match its columns, or the tolerance is not a share.

    Notes
    -----
    Compares sums of gains, which differ from the sums of utilities by a constant and keep
    more digits. O(n_outcomes * n_parties) time and memory.

    References
    ----------
    .. [1] J. C. Harsanyi, "Cardinal Welfare, Individualistic Ethics, and Interpersonal
       Comparisons of Utility", Journal of Political Economy 63(4), 1955, pp. 309-321.

    Examples
    --------
    >>> solution = utilitarian_solution([(10, 0), (8, 3), (4, 7), (20, -1)], (0, 0))
    >>> solution.outcomes, solution.value
    (array([1, 2]), 11.0)
    """
    tolerance = checked_tolerance(tolerance)
    rational = eligible(utilities, disagreement)
    if rational.rows.size == 0:
        return no_solution(NOBODY_BELOW, tolerance=tolerance, method=METHOD)
    total_gain = rational.gains.sum(axis=1)
    slack = tolerance * float(rational.gains.max())
    chosen = np.flatnonzero(total_gain >= total_gain.max() - slack)
    total = rational.table[rational.rows[chosen]].sum(axis=1)
    return rational.select(chosen, total, tolerance=tolerance, method=METHOD)
