"""Conflicts as publications state them: yes-or-no actions, and orders of states from the best down."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from detente.engines.stability.space.actions import ActionSpace, action_space
from detente.engines.stability.space.preferences import Preferences, preferences

__all__ = ["FORTH", "ordered", "yes_or_no"]

FORTH = np.array([[True, True], [False, True]])
"""A yes that cannot be taken back; transposed, a no."""


def yes_or_no(
    controls: Sequence[int],
    feasible: Collection[int],
    *,
    forth: Collection[int] = (),
    back: Collection[int] = (),
) -> ActionSpace:
    """Make the space of yes-or-no actions with these states, numbered by their binary digits."""
    allowed: list[npt.ArrayLike | None] = [None] * len(controls)
    for action in forth:
        allowed[action] = FORTH
    for action in back:
        allowed[action] = FORTH.T
    exists = np.zeros(1 << len(controls), dtype=bool)
    exists[list(feasible)] = True
    return action_space([2] * len(controls), controls, allowed, exists)


def ordered(n_states: int, *orders: Sequence[int | Sequence[int]]) -> Preferences:
    """Turn each party's states, best first, tied ones together, into ranks; others are the worst."""
    ranks = np.zeros((n_states, len(orders)), dtype=int)
    for party, order in enumerate(orders):
        for place, states in enumerate(reversed(order), start=1):
            ranks[states, party] = place
    return preferences(ranks)
