"""Which option of one ordered issue holds its own against every other, vote by vote."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Floats, Ints, frozen, utility_table, utility_vector
from detente.errors import EngineInputError

__all__ = ["MedianOptions", "median_options"]

METHOD = "weighted median of the parties' best options, checked against every other option"


@dataclass(frozen=True, slots=True, eq=False)
class MedianOptions:
    """Where the median party stands on an ordered issue, and who prefers what to it.

    Attributes
    ----------
    first_best, last_best : ndarray of int, shape (n_parties,)
        Between which options each party is best off; the same option if only one is best.
    single_peaked : ndarray of bool, shape (n_parties,)
        Whether a party's utility rises up to its best options and falls after them.
    median : ndarray of int, shape (n_median,)
        Options with no more than half the weight best off only on either side; ascending. Empty
        if somebody is not single-peaked: a median of peaks then says nothing.
    unbeaten : ndarray of int, shape (n_unbeaten,)
        Options to which no other is preferred by more weight than prefers them: weak Condorcet
        winners; ascending. May be empty if somebody is not single-peaked.
    margin : ndarray of float, shape (n_options, n_options)
        Certificate: the weight that strictly prefers option ``i`` to ``j``, less the weight that
        strictly prefers ``j`` to ``i``.
    method : str
    """

    first_best: Ints
    last_best: Ints
    single_peaked: Bools
    median: Ints
    unbeaten: Ints
    margin: Floats
    method: str


def median_options(utilities: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> MedianOptions:
    """Find the median voter's options on an issue whose options are in order.

    If every party's utility rises up to its best option and falls after it, the best option of
    the median party is preferred to any other by at least half the weight, pair by pair [1]_:
    with an odd number of equal votes and strict preferences it is the only such option. Parties
    that are not single-peaked are named, and the comparison of pairs is made in any case.

    Parameters
    ----------
    utilities : array_like, shape (n_options, n_parties)
        Options in their order, as from little to much; each party's utility for them, on that
        party's own scale. Only their order within a column matters, and it is compared exactly.
    weights : array_like, shape (n_parties,), optional
        Each party's votes, above 0; one each by default.

    Returns
    -------
    MedianOptions
        All ties. A party with several best options next to each other may count as standing on
        any of them, which can only widen the median.

    Raises
    ------
    EngineInputError
        If the table is empty, not two-dimensional or holds a NaN or an infinity, or the weights
        do not match or are not above 0.

    Notes
    -----
    O(n_options**2 * n_parties) time. Sums of weights are exact for whole weights.

    References
    ----------
    .. [1] D. Black, "On the rationale of group decision-making", Journal of Political Economy
       56(1), 1948, pp. 23-34.

    Examples
    --------
    Three parties on one line, from little to much; the second stands in the middle:

    >>> found = median_options([(9, 4, 0), (6, 8, 2), (3, 5, 7), (0, 1, 9)])
    >>> found.median, found.unbeaten, found.single_peaked.tolist()
    (array([1]), array([1]), [True, True, True])
    """
    table = utility_table(utilities)
    n_options, n_parties = table.shape
    votes = utility_vector(np.ones(n_parties) if weights is None else weights, n_parties, "weights")
    if (votes <= 0).any():
        (place,) = np.argwhere(votes <= 0)[0]
        raise EngineInputError(
            f"weights[{place}]: found {votes[place]}, expected a number above 0; leave out who has "
            "no vote"
        )
    is_best = table == table.max(axis=0)
    first = is_best.argmax(axis=0)
    last = n_options - 1 - is_best[::-1].argmax(axis=0)
    option = np.arange(n_options)[:, np.newaxis]
    step = np.diff(table, axis=0)
    # Up to the first best option every step is up, after the last every step is down, none between.
    rises, falls = option[1:] <= first, option[1:] > last
    between = ~(rises | falls)
    single_peaked = ~((rises & (step <= 0)) | (falls & (step >= 0)) | (between & (step != 0))).any(
        axis=0
    )
    sign = np.sign(table[:, np.newaxis] - table[np.newaxis])
    margin = sign @ votes
    half = votes.sum() / 2
    below, above = (last < option) @ votes, (first > option) @ votes
    is_median = (below <= half) & (above <= half) & single_peaked.all()
    return MedianOptions(
        first_best=frozen(first),
        last_best=frozen(last),
        single_peaked=frozen(single_peaked),
        median=frozen(np.flatnonzero(is_median)),
        unbeaten=frozen(np.flatnonzero((margin >= 0).all(axis=1))),
        margin=frozen(margin),
        method=METHOD,
    )
