"""Which outcomes does no other outcome dominate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Floats, Ints, frozen, utility_table

__all__ = ["ParetoFront", "pareto_front"]

Words = npt.NDArray[np.uint64]

# A block of candidate dominators starts small, because the first few strike out most of the
# table, and grows to a size whose bit sets (4096 * 4096 / 8 bytes a party) still fit a cache.
FIRST_BLOCK = 64
LARGEST_BLOCK = 4096
WORDS_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class ParetoFront:
    """The undominated outcomes, with a witness against each of the others.

    Attributes
    ----------
    efficient : ndarray of bool, shape (n_outcomes,)
        Whether no outcome dominates this one.
    dominated_by : ndarray of int, shape (n_outcomes,)
        Row number of an efficient outcome that dominates this one; -1 where there is none.
    method : str
        How the front was found.
    """

    efficient: Bools
    dominated_by: Ints
    method: str

    @property
    def indices(self) -> Ints:
        """Row numbers of the efficient outcomes, ascending; shape (n_efficient,)."""
        return frozen(np.flatnonzero(self.efficient))


def pareto_front(utilities: npt.ArrayLike) -> ParetoFront:
    """Find the outcomes that no other outcome dominates.

    Outcome ``j`` dominates ``i`` if it is at least as good for every party and better for
    one [1]_. Outcomes with equal utilities do not dominate each other, so ties and
    duplicates stay in. The comparison is exact; round beforehand if the utilities carry
    noise.

    Parameters
    ----------
    utilities : array_like, shape (n_outcomes, n_parties)
        Row ``i`` holds each party's utility for outcome ``i``, on that party's own scale;
        any finite numbers, larger is better. Only their order within a column matters.

    Returns
    -------
    ParetoFront
        The efficient outcomes, and for every other one an efficient outcome that
        dominates it.

    Raises
    ------
    EngineInputError
        If the table is empty, not two-dimensional, or holds a NaN or an infinity.

    Notes
    -----
    One party: the largest entries. Two parties: one sort and one sweep [2]_,
    O(n_outcomes log n_outcomes). More: utilities become dense integer ranks, duplicates are
    set aside, and outcomes are taken in blocks from the largest sum of ranks downwards; a
    block strikes out what it dominates by intersecting, party by party, the bit sets of
    those at least as good. A dominator's sum of ranks is always larger, as an integer, so
    rounding cannot hide one. O(n_outcomes * n_efficient * n_parties / 64) word operations
    at worst, and about 40 bytes an outcome and party of memory.

    References
    ----------
    .. [1] V. Pareto, "Manuale di economia politica", Societa Editrice Libraria, 1906,
       ch. VI.
    .. [2] H. T. Kung, F. Luccio, F. P. Preparata, "On finding the maxima of a set of
       vectors", Journal of the ACM 22(4), 1975, pp. 469-476.

    Examples
    --------
    >>> front = pareto_front([(3, 1), (2, 2), (1, 3), (2, 1), (2, 2)])
    >>> front.indices
    array([0, 1, 2, 4])
    >>> pareto_front([(3, 0, 1), (2, 1, 1), (2, 1, 0), (3, 0, 0)]).dominated_by
    array([-1, -1,  1,  0])
    """
    table = utility_table(utilities)
    n_parties = table.shape[1]
    if n_parties == 1:
        dominated_by, method = _by_maximum(table[:, 0]), "largest entry"
    elif n_parties == 2:
        dominated_by, method = _by_sweep(table[:, 0], table[:, 1]), "sort and sweep"
    else:
        dominated_by, method = _by_striking_out(table), "rank, strike out block by block"
    return ParetoFront(frozen(dominated_by < 0), frozen(dominated_by), method)


def _by_maximum(utility: Floats) -> Ints:
    best = int(utility.argmax())
    return np.where(utility == utility[best], -1, best).astype(np.intp)


def _by_sweep(first: Floats, second: Floats) -> Ints:
    """Sweep from the first party's best outcome; only a new best for the second is efficient."""
    order = np.lexsort((-second, -first))
    a, b = first[order], second[order]
    best_so_far = np.maximum.accumulate(b)
    is_record = np.ones(order.size, dtype=np.bool_)
    is_record[1:] = b[1:] > best_so_far[:-1]
    record = np.maximum.accumulate(np.where(is_record, np.arange(order.size), 0))
    # The latest record is at least as good for both: it dominates unless it is the same point.
    dominated = (a[record] != a) | (b[record] != b)
    dominated_by = np.empty(order.size, dtype=np.intp)
    dominated_by[order] = np.where(dominated, order[record], -1)
    return dominated_by


def _by_striking_out(table: Floats) -> Ints:
    ranks = [_dense_ranks(table[:, party]) for party in range(table.shape[1])]
    n_levels = [int(rank.max()) + 1 for rank in ranks]
    total = np.sum(ranks, axis=0, dtype=np.int64)
    order = np.lexsort((*ranks, -total))
    is_new = np.zeros(order.size, dtype=np.bool_)
    is_new[0] = True
    for rank in ranks:
        sorted_rank = rank[order]
        is_new[1:] |= sorted_rank[1:] != sorted_rank[:-1]
    # A stable sort: the first of several equal outcomes is the one with the lowest row number.
    outcome = order[is_new]

    dominator = np.full(outcome.size, -1, dtype=np.intp)
    left = np.arange(outcome.size)
    points = [rank[outcome] for rank in ranks]
    size = FIRST_BLOCK
    while left.size:
        block = left[:size]
        at = _first_dominator([rank[:size] for rank in points], points, n_levels)
        struck = at >= 0
        dominator[left[struck]] = block[at[struck]]
        stays = ~struck
        stays[:size] = False
        left = left[stays]
        points = [rank[stays] for rank in points]
        size = min(2 * size, LARGEST_BLOCK)

    witness = np.where(dominator >= 0, outcome[dominator], -1)
    dominated_by = np.empty(order.size, dtype=np.intp)
    dominated_by[order] = witness[np.cumsum(is_new) - 1]
    return dominated_by


def _dense_ranks(utility: Floats) -> npt.NDArray[np.int32]:
    """Replace each value by the number of smaller distinct values, which keeps the order."""
    _, rank = np.unique(utility, return_inverse=True)
    return rank.astype(np.int32)


def _first_dominator(
    block: list[npt.NDArray[np.int32]], points: list[npt.NDArray[np.int32]], n_levels: list[int]
) -> Ints:
    """Return for each point the first block member that dominates it, or -1.

    Points are distinct and sorted by falling sum of ranks, and begin with the block itself,
    so the first dominator is efficient: whatever dominated it would dominate the point too,
    and come earlier.
    """
    n_members, n_points = block[0].size, points[0].size
    at_least_as_good = [_nested_sets(rank) for rank in block]
    row = [
        _count_at_least(rank, levels)[point]
        for rank, point, levels in zip(block, points, n_levels, strict=True)
    ]
    n_words = at_least_as_good[0].shape[1]
    step = max(1, WORDS_AT_ONCE // n_words)
    first = np.full(n_points, -1, dtype=np.intp)
    for start in range(0, n_points, step):
        stop = min(start + step, n_points)
        common = at_least_as_good[0][row[0][start:stop]]
        for sets, rows in zip(at_least_as_good[1:], row[1:], strict=True):
            common &= sets[rows[start:stop]]
        own = np.arange(start, min(stop, n_members))
        common[own - start, own // 64] &= ~_bit(own)
        hit = np.flatnonzero(np.bitwise_or.reduce(common, axis=1))
        word = (common[hit] != 0).argmax(axis=1)
        value = common[hit, word]
        lowest = value & (~value + np.uint64(1))
        # A power of two up to 2**63 is exact as a float, and its exponent is the bit's place.
        first[start + hit] = 64 * word + np.frexp(lowest.astype(np.float64))[1] - 1
    return first


def _nested_sets(rank: npt.NDArray[np.int32]) -> Words:
    """Return bit sets, one a row: row ``k`` holds the ``k`` members with the highest ranks."""
    sets = np.zeros((rank.size + 1, -(-rank.size // 64)), dtype=np.uint64)
    member = np.argsort(-rank, kind="stable")
    sets[np.arange(1, rank.size + 1), member // 64] = _bit(member)
    return np.bitwise_or.accumulate(sets, axis=0)


def _count_at_least(rank: npt.NDArray[np.int32], n_levels: int) -> Ints:
    """Return for each level how many ranks reach it."""
    return np.bincount(rank, minlength=n_levels)[::-1].cumsum()[::-1].astype(np.intp)


def _bit(place: Ints) -> Words:
    return np.uint64(1) << (place % 64).astype(np.uint64)
