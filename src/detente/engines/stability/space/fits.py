"""Do the preferences belong to the states and parties at hand?"""

from __future__ import annotations

import numpy as np

from detente.engines.stability.space.actions import ActionSpace
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.kernels import Arcs
from detente.engines.stability.space.preferences import Preferences
from detente.errors import EngineInputError

__all__ = ["certain_ranks", "check_fit", "check_place"]


def check_fit(conflict: ActionSpace | MoveGraph, preferences: Preferences) -> None:
    """Refuse preferences of another number of states or parties."""
    expected = (conflict.n_states, conflict.n_parties)
    if preferences.low.shape != expected:
        raise EngineInputError(
            f"preferences: found shape {preferences.low.shape}, expected {expected}: one row per "
            "state, infeasible ones too, and one column per party"
        )


def certain_ranks(conflict: ActionSpace | MoveGraph, preferences: Preferences) -> Arcs:
    """Return one row of ranks per party, shape (n_parties, n_states), where all is known."""
    check_fit(conflict, preferences)
    if not preferences.is_certain:
        raise EngineInputError(
            "preferences: found unknown ones, expected certain ranks; use `unknown_stability`, or "
            "one rank per state"
        )
    return preferences.low.T


def check_place(conflict: ActionSpace | MoveGraph, state: int, party: int) -> None:
    """Refuse a state or party that is not there."""
    for name, value, limit in (
        ("state", state, conflict.n_states),
        ("party", party, conflict.n_parties),
    ):
        if not isinstance(value, int | np.integer):
            raise EngineInputError(f"{name}: found {value!r}, expected a whole number")
        if not 0 <= value < limit:
            raise EngineInputError(f"{name}: found {value}, expected 0 to {limit - 1}")
    if conflict.feasible is not None and not conflict.feasible[state]:
        raise EngineInputError(
            f"state: found {state}, which is infeasible, expected a feasible one"
        )
