"""The named points of every draw, worked out on its efficient packages."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Bools, Floats, Ints, frozen
from detente.engines.deal_space.draws.values import Numbers
from detente.errors import EngineInputError

__all__ = ["NamedPoints", "named_points"]

METHOD = "over the individually rational packages of each draw, tied ones all, dominated ones not"


@dataclass(frozen=True, slots=True, eq=False)
class NamedPoints:
    """Which packages the bargaining solutions select in every draw.

    Attributes
    ----------
    nash, kalai_smorodinsky, egalitarian, utilitarian : ndarray of bool, (n_draws, n_packages)
        Whether this package is selected; no package is, in a draw without a solution.
    tolerance : float
        How close two packages had to be to count as tied, in the unit each solution states.
    method : str
    """

    nash: Bools
    kalai_smorodinsky: Bools
    egalitarian: Bools
    utilitarian: Bools
    tolerance: float
    method: str

    @staticmethod
    def blank(n_draws: int, n_packages: int, tolerance: float) -> NamedPoints:
        """Return a result to write into, with nothing selected yet."""
        four = np.zeros((4, n_draws, n_packages), dtype=np.bool_)
        return NamedPoints(four[0], four[1], four[2], four[3], tolerance, METHOD)

    def part(self, draws: slice) -> NamedPoints:
        """Return a view of some of the draws."""
        return NamedPoints(
            self.nash[draws], self.kalai_smorodinsky[draws], self.egalitarian[draws],
            self.utilitarian[draws], self.tolerance, self.method,
        )  # fmt: skip

    def sealed(self) -> NamedPoints:
        """Make the arrays read-only."""
        for each in (self.nash, self.kalai_smorodinsky, self.egalitarian, self.utilitarian):
            frozen(each)
        return self


def named_points(
    totals: Numbers, efficient: Bools, disagreement: Numbers, tolerance: float, into: NamedPoints
) -> None:
    """Mark what the solutions select.

    Only efficient packages are looked at. What dominates a package leaves nobody below
    disagreement if it did not, and has gains, shares and sums at least as large in every place;
    so largest values are the same as over all packages, whatever ties with them includes the
    dominator, and the dominated ones would be left out in the end.
    """
    rational = np.asarray((totals >= disagreement[:, np.newaxis]).all(axis=2)) & efficient
    draw, package = np.nonzero(rational)
    if not draw.size:
        return
    with np.errstate(over="ignore"):
        gains = totals[draw, package].astype(np.float64) - disagreement[draw]
    if not np.isfinite(gains).all():
        raise EngineInputError(
            "totals: found a gain over disagreement beyond the range of a float, expected finite "
            "gains; rescale that party's utilities"
        )
    rows = _Rows(draw)
    slack = tolerance * rows.largest(gains.max(axis=1))
    gainful: Bools = np.asarray((gains > 0).all(axis=1))
    log_product = np.log(np.where(gainful[:, np.newaxis], gains, 1.0)).sum(axis=1)
    log_product[~gainful] = -np.inf
    best = rows.largest(log_product)
    ideal = np.column_stack([rows.largest(column) for column in gains.T])
    # Infinite shares sort last and always tie: a party that can gain nothing does not decide.
    shares = np.divide(gains, ideal, out=np.full_like(gains, np.inf), where=ideal > 0)
    total = gains.sum(axis=1)
    for chosen, member in (
        (into.nash, gainful & (log_product >= best + math.log1p(-tolerance))),
        (into.kalai_smorodinsky, rows.leximin(shares, np.full(len(draw), tolerance))),
        (into.egalitarian, rows.leximin(gains, slack)),
        (into.utilitarian, total >= rows.largest(total) - slack),
    ):
        chosen[draw[member], package[member]] = True


class _Rows:
    """Rows that belong to draws, those of a draw side by side."""

    def __init__(self, draw: Ints) -> None:
        is_first = np.diff(draw, prepend=-1) != 0
        self._starts = np.flatnonzero(is_first)
        self._group = np.cumsum(is_first) - 1

    def largest(self, values: Floats) -> Floats:
        """Return for each row the largest value in its draw."""
        found: Floats = np.maximum.reduceat(values, self._starts)[self._group]
        return found

    def leximin(self, scores: Floats, slack: Floats) -> Bools:
        """Keep the rows whose smallest entry is largest, then the second smallest, and so on."""
        ascending = np.sort(scores, axis=1)
        alive = np.ones(len(scores), dtype=np.bool_)
        for entry in ascending.T:
            entry = np.where(alive, entry, -np.inf)
            alive &= entry >= self.largest(entry) - slack
        return alive
