"""Which package is the smallest step away from a draft."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Floats, Ints, frozen
from detente.errors import EngineInputError

__all__ = ["Nearest", "nearest_packages"]


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """The admissible packages that change least in a target.

    Attributes
    ----------
    packages : ndarray of int, shape (n_found,)
        Row numbers of all packages that tie, ascending; empty if none is admissible.
    n_changes : int
        On how many issues each of them differs from the target; -1 if none is admissible.
    changed : ndarray of bool, shape (n_found, n_issues)
        On which issues each of them differs.
    shortfall : float or None
        The shortfall of the first of them; None if no shortfalls were given, or none is
        admissible.
    method : str
        What was compared, in which order.
    """

    packages: Ints
    n_changes: int
    changed: Bools
    shortfall: float | None
    method: str


def nearest_packages(
    codes: npt.ArrayLike,
    target: npt.ArrayLike,
    admissible: npt.ArrayLike,
    shortfall: npt.ArrayLike | None = None,
    *,
    tolerance: float = 1e-9,
) -> Nearest:
    """Find the admissible packages that differ from a target on the fewest issues.

    Among those with equally few changes, the ones with the least shortfall, where
    shortfalls are given. The number of issues that differ is the Hamming distance [1]_: it
    treats every change alike, however large, and on whichever issue.

    Parameters
    ----------
    codes : array_like of int, shape (n_packages, n_issues)
        Which option each package takes on each issue.
    target : array_like of int, shape (n_issues,)
        The options to stay close to. A code that no package uses, such as -1 for an issue
        the draft leaves open, counts as a change in every package.
    admissible : array_like of bool, shape (n_packages,)
        Which packages may be returned.
    shortfall : array_like, shape (n_packages,), optional
        How much each package lacks, at least 0, in a unit of the caller's.
    tolerance : float, default 1e-9
        Shortfalls that differ by at most this much, in their unit, count as equal.

    Returns
    -------
    Nearest
        All ties, ascending. If nothing is admissible: no packages, and -1 changes.

    Raises
    ------
    EngineInputError
        If the codes are not a non-empty two-dimensional table of integers, another array
        does not match it, or a shortfall or the tolerance is negative or not finite.

    Notes
    -----
    O(n_packages * n_issues) time and memory.

    References
    ----------
    .. [1] R. W. Hamming, "Error Detecting and Error Correcting Codes", Bell System
       Technical Journal 29(2), 1950, pp. 147-160.

    Examples
    --------
    >>> nearest = nearest_packages(
    ...     [(0, 0), (0, 1), (1, 0), (1, 1)], (0, 0), [False, True, True, True], [9, 2, 2, 0]
    ... )
    >>> nearest.packages, nearest.n_changes, nearest.shortfall
    (array([1, 2]), 1, 2.0)
    """
    differs = differences(codes, target)
    allowed = np.asarray(admissible)
    if allowed.dtype != np.bool_ or allowed.shape != differs.shape[:1]:
        raise EngineInputError(
            f"admissible: found {allowed.dtype} of shape {allowed.shape}, expected bool of "
            f"shape {differs.shape[:1]}: one for each package"
        )
    lacks = checked_shortfall(shortfall, differs.shape[:1], "shortfall")
    slack = checked_slack(tolerance)
    method = "fewest changes" if lacks is None else "fewest changes, then least shortfall"

    found = np.flatnonzero(allowed)
    if found.size == 0:
        return Nearest(frozen(found), -1, frozen(differs[found]), None, method)
    n_changes = differs.sum(axis=1)
    found = found[n_changes[found] == n_changes[found].min()]
    if lacks is not None:
        found = found[lacks[found] <= lacks[found].min() + slack]
    return Nearest(
        packages=frozen(found),
        n_changes=int(n_changes[found[0]]),
        changed=frozen(differs[found]),
        shortfall=None if lacks is None else float(lacks[found[0]]),
        method=method,
    )


def differences(codes: npt.ArrayLike, target: npt.ArrayLike) -> Bools:
    """Check both arrays, and say for each package and issue whether it departs from the target."""
    table, wanted = np.asarray(codes), np.asarray(target)
    if (
        table.ndim != 2
        or table.shape[0] == 0
        or table.shape[1] == 0
        or table.dtype.kind not in "iu"
    ):
        raise EngineInputError(
            f"codes: found {table.dtype} of shape {table.shape}, expected integers of shape "
            "(n_packages, n_issues) with at least one of each"
        )
    if wanted.shape != table.shape[1:] or wanted.dtype.kind not in "iu":
        raise EngineInputError(
            f"target: found {wanted.dtype} of shape {wanted.shape}, expected integers of shape "
            f"{table.shape[1:]}: one option for each issue"
        )
    differs: Bools = table != wanted
    return differs


def checked_shortfall(
    shortfall: npt.ArrayLike | None, shape: tuple[int, ...], name: str
) -> Floats | None:
    if shortfall is None:
        return None
    lacks = np.asarray(shortfall, dtype=np.float64)
    if lacks.shape != shape:
        raise EngineInputError(f"{name}: found shape {lacks.shape}, expected {shape}")
    wrong = ~(np.isfinite(lacks) & (lacks >= 0))
    if wrong.any():
        place = tuple(int(index) for index in np.argwhere(wrong)[0])
        raise EngineInputError(
            f"{name}[{', '.join(map(str, place))}]: found {lacks[place]}, expected a finite "
            "number of at least 0"
        )
    return lacks


def checked_slack(tolerance: float) -> float:
    if not (np.isfinite(tolerance) and tolerance >= 0):
        raise EngineInputError(
            f"tolerance: found {tolerance}, expected a finite number of at least 0"
        )
    return float(tolerance)
