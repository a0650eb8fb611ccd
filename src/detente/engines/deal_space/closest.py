"""Which package do the fewest parties refuse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints, frozen
from detente.engines.deal_space.nearest import checked_shortfall, checked_slack, differences
from detente.engines.deal_space.zone import Verdict, checked_required, checked_verdicts
from detente.errors import EngineInputError

__all__ = ["Closest", "closest_to_agreement"]


@dataclass(frozen=True, slots=True, eq=False)
class Closest:
    """The packages that meet with the fewest refusals.

    Attributes
    ----------
    packages : ndarray of int, shape (n_found,)
        Row numbers of all packages that tie, ascending; never empty.
    n_refusals : int
        How many parties whose consent is required refuse each of them.
    refused_by : ndarray of bool, shape (n_found, n_parties)
        Who refuses each of them.
    shortfall : float or None
        The refusing parties' total shortfall at the first of them; None if no shortfalls
        were given.
    n_changes : int
        On how many issues each of them differs from the target.
    changed : ndarray of bool, shape (n_found, n_issues)
        On which issues each of them differs.
    method : str
        What was compared, in which order.
    """

    packages: Ints
    n_refusals: int
    refused_by: Bools
    shortfall: float | None
    n_changes: int
    changed: Bools
    method: str


def closest_to_agreement(
    verdicts: npt.ArrayLike,
    required: npt.ArrayLike,
    codes: npt.ArrayLike,
    target: npt.ArrayLike,
    shortfalls: npt.ArrayLike | None = None,
    *,
    tolerance: float = 1e-9,
) -> Closest:
    """Find the packages that the fewest parties refuse, for when none is admissible.

    First the fewest parties whose consent is required and who say NO; then, where
    shortfalls are given, the least total shortfall of those who refuse; then the fewest
    changes to the target. An undecided party is not a refusal. A quota is not looked at.

    Parameters
    ----------
    verdicts : array_like of int, shape (n_packages, n_parties)
        Each party's `Verdict` on each package.
    required : array_like of bool, shape (n_parties,) or (n_packages, n_parties)
        Whose consent is needed: for every package alike, or package by package.
    codes : array_like of int, shape (n_packages, n_issues)
        Which option each package takes on each issue.
    target : array_like of int, shape (n_issues,)
        The options to stay close to, as in `nearest_packages`.
    shortfalls : array_like, shape (n_packages, n_parties), optional
        How much each package lacks for each party, at least 0. They are added up over
        parties, so **they must be on one scale**; only those of refusing parties are used.
    tolerance : float, default 1e-9
        Totals that differ by at most this much, in the unit of the shortfalls, count as
        equal.

    Returns
    -------
    Closest
        All ties, ascending. There is always at least one; it may have no refusals.

    Raises
    ------
    EngineInputError
        If an array has the wrong shape or type, the tables do not have the same number of
        packages, or a shortfall or the tolerance is negative or not finite.

    Notes
    -----
    O(n_packages * (n_parties + n_issues)) time and memory.

    Examples
    --------
    >>> closest = closest_to_agreement(
    ...     verdicts=[(0, 0), (2, 0), (0, 2)], required=[True, True],
    ...     codes=[(0, 0), (0, 1), (1, 1)], target=(0, 0), shortfalls=[(9, 9), (0, 4), (4, 0)],
    ... )
    >>> closest.packages, closest.n_refusals, closest.shortfall, closest.n_changes
    (array([1]), 1, 4.0, 1)
    """
    table = checked_verdicts(verdicts)
    refused_by = checked_required(required, table.shape) & (table == Verdict.NO)
    differs = differences(codes, target)
    if differs.shape[0] != table.shape[0]:
        raise EngineInputError(
            f"codes: found {differs.shape[0]} packages, expected {table.shape[0]} as in verdicts"
        )
    lacks = checked_shortfall(shortfalls, table.shape, "shortfalls")
    slack = checked_slack(tolerance)

    n_refusals = refused_by.sum(axis=1)
    found = np.flatnonzero(n_refusals == n_refusals.min())
    shortfall = None
    order = ["fewest refusals", "fewest changes"]
    if lacks is not None:
        total = np.where(refused_by[found], lacks[found], 0.0).sum(axis=1)
        least = total <= total.min() + slack
        found, total = found[least], total[least]
        order.insert(1, "least total shortfall of those who refuse")
    n_changes = differs[found].sum(axis=1)
    fewest = n_changes == n_changes.min()
    found = found[fewest]
    if lacks is not None:
        shortfall = float(total[fewest][0])
    return Closest(
        packages=frozen(found),
        n_refusals=int(n_refusals[found[0]]),
        refused_by=frozen(refused_by[found]),
        shortfall=shortfall,
        n_changes=int(n_changes.min()),
        changed=frozen(differs[found]),
        method=", then ".join(order),
    )
