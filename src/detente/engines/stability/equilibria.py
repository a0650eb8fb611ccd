"""Of many equilibria, the few worth a look: reached from here, firm enough, beaten by none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Ints, frozen
from detente.engines.stability.classical.margins import Margins
from detente.engines.stability.roads.reach import Reach
from detente.engines.stability.space.kernels import Arcs
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.verdicts import Stability
from detente.errors import EngineInputError

__all__ = ["Selection", "select_equilibria"]


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """A few equilibria, and how many there were at each sieve.

    Attributes
    ----------
    states : ndarray of intp
        At most as many as asked for: nearest first where a start was given, then ascending.
    n_equilibria, n_reached, n_efficient : int
        All; those that are reached; those of them that are firm enough and that no other of these
        dominates, each as far as it was asked for.
    n_left_out : int
        How many passed every sieve and are not among ``states``.
    concept : str
    method : str
    """

    states: Ints
    n_equilibria: int
    n_reached: int
    n_efficient: int
    n_left_out: int
    concept: str
    method: str


def select_equilibria(
    stability: Stability,
    preferences: Preferences,
    *,
    reach: Reach | None = None,
    efficient: bool = True,
    firmness: Margins | None = None,
    least_margin: float = 0,
    most: int = 12,
) -> Selection:
    """Pick equilibria that can be reached and that no other is better than for everybody.

    Models of any size have equilibria by the thousand under the wider concepts; a list of them
    says nothing. One equilibrium dominates another if it is at least as good for every party and
    better for one; equals both stay.

    Parameters
    ----------
    stability : Stability
        Verdicts of one concept.
    preferences : Preferences
        Certain ones, for the same states and parties.
    reach : Reach, optional
        From :func:`~detente.engines.stability.roads.reachable`; if given, only what it reaches.
    efficient : bool
        Whether those that another of them dominates are left out.
    firmness : Margins, optional
        From :func:`~detente.engines.stability.margins`; if given, only states of it whose margin is
        at least ``least_margin`` for every party.
    least_margin : float
        In ranks.
    most : int
        States returned, at least 1.

    Raises
    ------
    EngineInputError
        If the shapes differ, the preferences are not certain, or ``most`` is less than 1.

    Notes
    -----
    O(n_reached * n_efficient * n_parties) time for dominance, after a sort.

    Examples
    --------
    >>> from detente.engines.stability import Concept, action_space, preferences, stability
    >>> ranks = preferences([[1, 1], [0, 3], [3, 0], [2, 2]])
    >>> found = stability(action_space([2, 2], controls=[0, 1]), ranks, Concept.SEQ)
    >>> select_equilibria(found, ranks).states
    array([3])
    """
    if preferences.low.shape != stability.stable.shape or not preferences.is_certain:
        raise EngineInputError(
            f"preferences: found shape {preferences.low.shape}, expected certain ones of shape "
            f"{stability.stable.shape}"
        )
    if most < 1:
        raise EngineInputError(f"most: found {most}, expected at least 1")
    states = n_all = stability.equilibria
    if reach is not None:
        if reach.distance.shape != stability.stable.shape[:1]:
            raise EngineInputError(
                f"reach: found {len(reach.distance)} states, expected {len(stability.stable)}"
            )
        states = states[reach.distance[states] >= 0]
    reached = states
    if firmness is not None:
        firm = firmness.states[(firmness.margin >= least_margin).all(axis=1)]
        states = states[np.isin(states, firm)]
    if efficient:
        states = states[_undominated(preferences.low[states])]
    order = np.lexsort((states, reach.distance[states])) if reach is not None else slice(None)
    chosen = states[order][:most]
    sieves = ["reached"] * (reach is not None) + ["firm"] * (firmness is not None)
    sieves += ["not dominated"] * efficient
    return Selection(
        frozen(chosen),
        len(n_all),
        len(reached),
        len(states),
        len(states) - len(chosen),
        stability.concept,
        " and ".join(sieves) or "all",
    )


def _undominated(ranks: Arcs) -> npt.NDArray[np.bool_]:
    """Say which rows no other row is at least as good as everywhere and better somewhere."""
    distinct, back = np.unique(ranks, axis=0, return_inverse=True)
    # A row that dominates another has the larger sum, so that it is met first.
    order = np.argsort(-distinct.astype(np.int64).sum(axis=1), kind="stable")
    kept: list[int] = []
    for row in order.tolist():
        best = distinct[kept]
        if not (best >= distinct[row]).all(axis=1).any():
            kept.append(row)
    is_kept = np.zeros(len(distinct), dtype=np.bool_)
    is_kept[kept] = True
    result: npt.NDArray[np.bool_] = is_kept[back.reshape(-1)]
    return result
