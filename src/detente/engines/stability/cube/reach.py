"""Where one-way actions leave a party: combinations with the same reach make one pattern."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detente.engines._checks import Bools, Ints, frozen
from detente.engines.stability.cube.blocks import Blocks
from detente.engines.stability.space.actions import ActionSpace

__all__ = ["MOST_PATTERNS", "Patterns", "patterns_of"]

MOST_PATTERNS = 1 << 24
"""Patterns times combinations beyond which no table of them is made: 16 MB."""


class Patterns(NamedTuple):
    """Which combinations can be reached from which, those with the same reach put together.

    Attributes
    ----------
    of : ndarray of intp, shape (n_combinations,)
        The pattern of each combination.
    members : ndarray of bool, shape (n_combinations, n_patterns)
        Whether a combination is within the reach of a pattern.
    """

    of: Ints
    members: Bools


def patterns_of(space: ActionSpace, blocks: Blocks) -> Patterns | None:
    """Return the patterns of one party, or None where they are too many."""
    of = np.zeros(1, dtype=np.intp)
    members = np.ones((1, 1), dtype=np.bool_)
    total = 1
    for action in blocks.own.tolist():
        size = int(space.sizes[action])
        table = space.allowed[action]
        if table is None:
            rows, which = np.ones((1, size), dtype=np.bool_), np.zeros(size, dtype=np.intp)
        else:
            rows, which = np.unique(table, axis=0, return_inverse=True)
            which = which.reshape(-1).astype(np.intp)
        total *= len(rows)
        if total * blocks.n_combinations > MOST_PATTERNS:
            return None
        of = (which[:, None] * members.shape[1] + of[None, :]).reshape(-1)
        members = np.kron(rows.T, members)
    return Patterns(frozen(of), frozen(members))
