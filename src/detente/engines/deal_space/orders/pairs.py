"""Which of a few packages are efficient when only some comparisons of whole packages are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints, frozen
from detente.engines.deal_space.orders.options import Standing
from detente.errors import EngineInputError

__all__ = ["PairEfficiency", "efficient_under_pairs", "pairs_of_order"]


@dataclass(frozen=True, slots=True, eq=False)
class PairEfficiency:
    """How packages stand over all complete orders that agree with what is known.

    Attributes
    ----------
    standing : tuple of Standing, one per package
    possible : ndarray of bool, shape (n_packages,)
        Whether a package is efficient under some complete orders that agree. If so, it is under
        orders that put it above every package not known to be at least as good.
    necessary : ndarray of bool, shape (n_packages,)
        Whether it is efficient under all of them.
    always_beaten_by : ndarray of int, shape (n_packages,)
        For a package that is not possibly efficient, one that is known to dominate it, and is
        itself possibly efficient; -1 for the others.
    once_beaten_by : ndarray of int, shape (n_packages,)
        For a package that is not necessarily efficient, one that may dominate it; -1 for the
        others.
    at_least : ndarray of bool, shape (n_parties, n_packages, n_packages)
        Element ``[p, i, j]``: to party p, package i is at least as good as j, as stated or as
        follows from what is stated.
    better : ndarray of bool, shape (n_parties, n_packages, n_packages)
        The same for "better than".
    method : str
    """

    standing: tuple[Standing, ...]
    possible: Bools
    necessary: Bools
    always_beaten_by: Ints
    once_beaten_by: Ints
    at_least: Bools
    better: Bools
    method: str


def efficient_under_pairs(at_least: npt.ArrayLike, better: npt.ArrayLike) -> PairEfficiency:
    """Say which packages are efficient whatever the comparisons that we do not know.

    For each party some pairs of packages are known: the one is at least as good as the other, or
    better. The rest is open. A complete order (any two packages comparable, ties allowed) agrees
    if it contains what is known. A package is **possibly** efficient if for some choice of an
    agreeing order for each party no package dominates it (is at least as good for everybody and
    better for somebody), and **necessarily** efficient if this is so for every choice.

    What is known is first closed: a chain of known comparisons is itself one, "better" if one of
    its links is. There is an agreeing order exactly if the closure puts no package above itself
    [1]_. Then, in the closure:

    - x is possibly efficient if and only if no y is known to be at least as good as x for every
      party, and better for one.
      *Proof.* Such a y always dominates. If there is none, put for each party three classes: what
      is known to be better than x; x and what is known to be at least as good, but not better;
      all else. This contains what is known: nothing known to be at least as good as a member of
      the upper two classes is in the last, nothing known to be better than a member of the
      second outside the first, and the first and last are completed in any way that agrees. Now a
      y is at least as good as x, or better, only where it is known to be.
    - x is necessarily efficient if and only if for every y, either x is known to be better than y
      for some party, or x is known to be at least as good as y for all.
      *Proof.* In either case y cannot dominate. Otherwise y can be put level with x or above for
      every party, as x is for none known to be better, and above it for one, where x is not known
      to be at least as good: adding such a comparison closes no cycle. Parties' orders are chosen
      apart from each other.

    Parameters
    ----------
    at_least : array_like of bool, shape (n_parties, n_packages, n_packages)
        Element ``[p, i, j]``: to party p, package i is known to be at least as good as j. Both
        ways round: known to be as good.
    better : array_like of bool, shape (n_parties, n_packages, n_packages)
        The same for "better than"; need not be repeated in ``at_least``.

    Returns
    -------
    PairEfficiency

    Raises
    ------
    EngineInputError
        If shapes do not match, there is no package or party, or what is known of a party goes
        round in a circle in which a package would be better than itself.

    Notes
    -----
    O(n_parties * n_packages**3) time for the closure: for lists of some hundred packages.

    References
    ----------
    .. [1] K. Suzumura, "Remarks on the theory of collective choice", Economica 43, 1976,
       pp. 381-390.

    Examples
    --------
    Three packages. The first party puts 0 above 1 and says nothing of 2; the second puts 0 and 1
    level, and above 2:

    >>> at_least, better = pairs_of_order([[2, 1, np.nan], [2, 2, 1]])
    >>> found = efficient_under_pairs(at_least, better)
    >>> [standing.name for standing in found.standing]
    ['NECESSARILY', 'NOT', 'POSSIBLY']
    >>> found.always_beaten_by, found.once_beaten_by
    (array([-1,  0, -1]), array([-1,  0,  0]))
    """
    weak, strict = _closed(*_checked(at_least, better))
    dominates: Bools = np.asarray(weak.all(axis=0) & strict.any(axis=0))
    # Element [y, x]: y may come out at least as good as x for all, and better for one.
    may_dominate: Bools = np.asarray(~strict.any(axis=0).T & ~weak.all(axis=0).T)
    possible: Bools = np.asarray(~dominates.any(axis=0))
    necessary: Bools = np.asarray(~may_dominate.any(axis=0))
    always = np.full(len(possible), -1, dtype=np.intp)
    # What is known to dominate a dominator dominates too: some dominator has none itself.
    chosen = dominates & possible[:, np.newaxis]
    always[~possible] = chosen.argmax(axis=0)[~possible]
    once = np.where(necessary, -1, np.where(possible, may_dominate.argmax(axis=0), always))
    return PairEfficiency(
        standing=tuple(Standing(int(p) + int(n)) for p, n in zip(possible, necessary, strict=True)),
        possible=frozen(possible),
        necessary=frozen(necessary),
        always_beaten_by=frozen(always),
        once_beaten_by=frozen(once),
        at_least=frozen(weak),
        better=frozen(strict),
        method="known comparisons and what follows from them, package against package",
    )


def pairs_of_order(ranks: npt.ArrayLike | Sequence[Sequence[float]]) -> tuple[Bools, Bools]:
    """Turn orders over some of the packages into known comparisons.

    Parameters
    ----------
    ranks : array_like, shape (n_parties, n_packages)
        Each party's rank of each package, larger is better, equal is as good; NaN where the party
        has not placed the package. Only the order counts.

    Returns
    -------
    tuple of two ndarrays of bool, shape (n_parties, n_packages, n_packages)
        Known to be at least as good, and known to be better.

    Raises
    ------
    EngineInputError
        If ``ranks`` is not a table.

    Examples
    --------
    >>> at_least, better = pairs_of_order([[1, 1, np.nan, 0]])
    >>> np.argwhere(better[0]).tolist()
    [[0, 3], [1, 3]]
    """
    table = np.array(ranks, dtype=np.float64)
    if table.ndim != 2:
        raise EngineInputError(
            f"ranks: found shape {table.shape}, expected (n_parties, n_packages); NaN where a "
            "party has not placed a package"
        )
    left, right = table[:, :, np.newaxis], table[:, np.newaxis, :]
    # Comparisons with NaN are false: nothing is known.
    return frozen(np.asarray(left >= right)), frozen(np.asarray(left > right))


def _checked(at_least: npt.ArrayLike, better: npt.ArrayLike) -> tuple[Bools, Bools]:
    weak, strict = np.array(at_least), np.array(better)
    for name, array in (("at_least", weak), ("better", strict)):
        if (
            array.dtype != np.bool_
            or array.ndim != 3
            or 0 in array.shape
            or array.shape[1] != array.shape[2]
            or array.shape != weak.shape
        ):
            raise EngineInputError(
                f"{name}: found {array.dtype} of shape {array.shape}, expected bool of shape "
                "(n_parties, n_packages, n_packages), alike for both, with at least one of each"
            )
    return weak, strict


def _closed(weak: Bools, strict: Bools) -> tuple[Bools, Bools]:
    """Add what follows: chains of comparisons, better if one of their links is."""
    n = weak.shape[1]
    weak = weak | strict | np.eye(n, dtype=np.bool_)
    strict = strict.copy()
    for middle in range(n):
        before, after = weak[:, :, middle, np.newaxis], weak[:, np.newaxis, middle, :]
        strict |= (strict[:, :, middle, np.newaxis] & after) | (
            before & strict[:, np.newaxis, middle, :]
        )
        weak |= before & after
    circles = np.argwhere(np.diagonal(strict, axis1=1, axis2=2))
    if len(circles):
        party, package = (int(k) for k in circles[0])
        circle = np.flatnonzero(weak[party, package] & weak[party, :, package])
        raise EngineInputError(
            f"better[{party}]: found that packages {', '.join(map(str, circle))} are each known to "
            "be at least as good as the next, all the way round, and one of them better; expected "
            "comparisons that an order can contain; take one of them out"
        )
    return weak, strict
