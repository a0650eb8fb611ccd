"""Which outcome is best for whoever gains least, then for the next, and so on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Floats, Ints
from detente.engines.deal_space.solution import (
    NOBODY_BELOW,
    BargainingSolution,
    checked_tolerance,
    eligible,
    no_solution,
)

__all__ = ["egalitarian_solution", "kalai_smorodinsky_solution"]

SHARES = "leximin of gains as shares of ideal gains, over individually rational outcomes"
GAINS = "leximin of gains over individually rational outcomes"


def kalai_smorodinsky_solution(
    utilities: npt.ArrayLike, disagreement: npt.ArrayLike, *, tolerance: float = 1e-9
) -> BargainingSolution:
    """Find the outcomes that best equalise what share of its ideal gain each party gets.

    A party's ideal gain is the largest it has at any *individually rational* outcome, one
    that leaves nobody below disagreement. Kalai and Smorodinsky give both parties the same
    share of their ideal gains, as large as possible [1]_. A finite list seldom holds such
    an outcome, so this takes the lexicographic maximin of the shares [2]_: the largest
    smallest share, among those the largest second smallest, and so on; where an efficient
    outcome with equal shares exists, it is the one. It does not depend on the scale or the
    origin of any party's utilities.

    Parameters
    ----------
    utilities : array_like, shape (n_outcomes, n_parties)
        Row ``i`` holds each party's utility for outcome ``i``, on that party's own scale;
        any finite numbers.
    disagreement : array_like, shape (n_parties,)
        What each party gets without an agreement, on the same scale as its column.
    tolerance : float, default 1e-9
        Two shares count as equal if they differ by at most this much (a pure number, at
        least 0 and less than 1). Tied outcomes that another tied outcome dominates are left
        out, so every selected outcome is efficient, exactly.

    Returns
    -------
    BargainingSolution
        ``value`` is the smallest share, between 0 and 1, and ``ideal`` the ideal point in
        utilities. A party whose ideal gain is 0 gains nothing at any individually rational
        outcome, and is left out of the comparison; if that is every party, all individually
        rational outcomes are selected and ``value`` is 0. Empty, with a reason, if no
        outcome is individually rational.

    Raises
    ------
    EngineInputError
        If the table is empty, not two-dimensional or holds a NaN or an infinity, if the
        disagreement utilities do not match its columns, or the tolerance is not a share.

    Notes
    -----
    O(n_outcomes * n_parties log n_parties) time, O(n_outcomes * n_parties) memory.

    References
    ----------
    .. [1] E. Kalai, M. Smorodinsky, "Other Solutions to Nash's Bargaining Problem",
       Econometrica 43(3), 1975, pp. 513-518.
    .. [2] H. Imai, "Individual Monotonicity and Lexicographic Maxmin Solution",
       Econometrica 51(2), 1983, pp. 389-401.

    Examples
    --------
    >>> solution = kalai_smorodinsky_solution([(10, 0), (8, 3), (4, 5), (0, 6)], (0, 0))
    >>> solution.outcomes, solution.value, solution.ideal
    (array([1]), 0.5, array([10.,  6.]))
    """
    tolerance = checked_tolerance(tolerance)
    rational = eligible(utilities, disagreement)
    if rational.rows.size == 0:
        return no_solution(NOBODY_BELOW, tolerance=tolerance, method=SHARES)
    ideal_gain = rational.gains.max(axis=0)
    can_gain = ideal_gain > 0
    shares = rational.gains[:, can_gain] / ideal_gain[can_gain]
    chosen = _leximin(shares, tolerance)
    smallest = shares[chosen].min(axis=1) if can_gain.any() else np.zeros(chosen.size)
    ideal = rational.table[rational.rows].max(axis=0)
    return rational.select(chosen, smallest, tolerance=tolerance, method=SHARES, ideal=ideal)


def egalitarian_solution(
    utilities: npt.ArrayLike, disagreement: npt.ArrayLike, *, tolerance: float = 1e-9
) -> BargainingSolution:
    """Find the outcomes that are best for whoever gains least.

    The lexicographic maximin of the gains over disagreement: the largest smallest gain,
    among those the largest second smallest, and so on. Where an efficient outcome with
    equal gains exists, it is the one, as in Kalai's egalitarian solution [1]_. It compares
    one party's gain with another's, so **the parties' utilities must be on one scale**;
    rescaling one party changes the answer.

    Parameters
    ----------
    utilities : array_like, shape (n_outcomes, n_parties)
        Row ``i`` holds each party's utility for outcome ``i``, all in one unit; any finite
        numbers.
    disagreement : array_like, shape (n_parties,)
        What each party gets without an agreement, in that unit.
    tolerance : float, default 1e-9
        Two gains count as equal if they differ by at most this share of the largest gain
        any party has at an individually rational outcome (a pure number, at least 0 and
        less than 1). Tied outcomes that another tied outcome dominates are left out, so
        every selected outcome is efficient, exactly.

    Returns
    -------
    BargainingSolution
        ``value`` is the smallest gain, in the unit of the utilities. Only individually
        rational outcomes, which leave nobody below disagreement, are considered; empty,
        with a reason, if there are none.

    Raises
    ------
    EngineInputError
        If the table is empty, not two-dimensional or holds a NaN or an infinity, if the
        disagreement utilities do not match its columns, or the tolerance is not a share.

    Notes
    -----
    O(n_outcomes * n_parties log n_parties) time, O(n_outcomes * n_parties) memory.

    References
    ----------
    .. [1] E. Kalai, "Proportional Solutions to Bargaining Situations: Interpersonal Utility
       Comparisons", Econometrica 45(7), 1977, pp. 1623-1630.

    Examples
    --------
    >>> solution = egalitarian_solution([(10, 0), (8, 3), (4, 5), (4, 4)], (0, 0))
    >>> solution.outcomes, solution.value
    (array([2]), 4.0)
    """
    tolerance = checked_tolerance(tolerance)
    rational = eligible(utilities, disagreement)
    if rational.rows.size == 0:
        return no_solution(NOBODY_BELOW, tolerance=tolerance, method=GAINS)
    chosen = _leximin(rational.gains, tolerance * float(rational.gains.max()))
    smallest = rational.gains[chosen].min(axis=1)
    return rational.select(chosen, smallest, tolerance=tolerance, method=GAINS)


def _leximin(scores: Floats, slack: float) -> Ints:
    """Return the rows whose smallest entry is largest, then the second smallest, and so on."""
    ascending = np.sort(scores, axis=1)
    rows = np.arange(scores.shape[0])
    for place in range(scores.shape[1]):
        entry = ascending[rows, place]
        rows = rows[entry >= entry.max() - slack]
    return rows
