"""What the four bargaining solutions share: the result, and who may be considered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Floats, Ints, frozen, utility_table, utility_vector
from detente.engines.deal_space.pareto import pareto_front
from detente.errors import EngineInputError

__all__ = ["BargainingSolution"]

NOBODY_BELOW = "No outcome gives every party at least its disagreement utility."


@dataclass(frozen=True, slots=True, eq=False)
class BargainingSolution:
    """The outcomes a bargaining solution selects, or the reason why there are none.

    Attributes
    ----------
    outcomes : ndarray of int, shape (n_selected,)
        Row numbers of all selected outcomes, ascending; empty if there is no solution.
    utilities : ndarray, shape (n_parties,)
        Each party's utility at the first selected outcome; shape (0,) if there is none.
    gains : ndarray, shape (n_parties,)
        Those utilities less the disagreement utilities; shape (0,) if there is none.
    value : float
        What the solution maximises, at the first selected outcome, in the unit its function
        states; NaN if there is no solution.
    ideal : ndarray, shape (n_parties,), or None
        Each party's best utility among the individually rational outcomes, for the solution
        that measures gains against it; None for the others, and if there is no solution.
    tolerance : float
        How close two outcomes had to be to count as tied, in the unit its function states.
    method : str
        What was maximised over what.
    reason : str
        Why there is no solution; empty if there is one.
    """

    outcomes: Ints
    utilities: Floats
    gains: Floats
    value: float
    ideal: Floats | None
    tolerance: float
    method: str
    reason: str

    @property
    def is_empty(self) -> bool:
        """Whether no outcome was selected; ``reason`` then says why."""
        return self.outcomes.size == 0


@dataclass(frozen=True, slots=True, eq=False)
class Eligible:
    """The individually rational outcomes: ``rows`` of ``table``, and each party's gains there."""

    table: Floats
    rows: Ints
    gains: Floats

    def select(
        self,
        chosen: Ints,
        values: Floats,
        *,
        tolerance: float,
        method: str,
        ideal: Floats | None = None,
    ) -> BargainingSolution:
        """Build the result from places in ``rows`` and their values; drop the dominated ones.

        The tolerance lets a dominated outcome tie with the one that dominates it; both are
        then among the chosen, so looking at these alone is enough.
        """
        undominated = pareto_front(self.table[self.rows[chosen]]).indices
        kept = chosen[undominated]
        outcomes = self.rows[kept]
        return BargainingSolution(
            outcomes=frozen(outcomes),
            utilities=frozen(self.table[outcomes[0]].copy()),
            gains=frozen(self.gains[kept[0]].copy()),
            value=float(values[undominated[0]]),
            ideal=None if ideal is None else frozen(ideal),
            tolerance=tolerance,
            method=method,
            reason="",
        )


def eligible(utilities: npt.ArrayLike, disagreement: npt.ArrayLike) -> Eligible:
    """Check both arrays and keep the outcomes where nobody is below disagreement."""
    table = utility_table(utilities)
    point = utility_vector(disagreement, table.shape[1], "disagreement")
    rows = np.flatnonzero((table >= point).all(axis=1))
    with np.errstate(over="ignore"):
        gains = table[rows] - point
    if not np.isfinite(gains).all():
        raise EngineInputError(
            "utilities: found a gain over disagreement beyond the range of a float, expected "
            "finite gains; rescale that party's utilities"
        )
    return Eligible(table, rows, gains)


def checked_tolerance(tolerance: float) -> float:
    """Return the tolerance as a float, or say what it must be."""
    if not 0 <= tolerance < 1:
        raise EngineInputError(
            f"tolerance: found {tolerance}, expected a share of at least 0 and less than 1"
        )
    return float(tolerance)


def no_solution(reason: str, *, tolerance: float, method: str) -> BargainingSolution:
    """Return the empty result with its reason."""
    return BargainingSolution(
        outcomes=frozen(np.empty(0, dtype=np.intp)),
        utilities=frozen(np.empty(0)),
        gains=frozen(np.empty(0)),
        value=float("nan"),
        ideal=None,
        tolerance=tolerance,
        method=method,
        reason=reason,
    )
