"""One pass over all states: what follows if one opponent may improve its own lot."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detente.engines._checks import Bools, Ints, frozen
from detente.engines._compiled import compiled
from detente.engines.stability.cube.blocks import ABSENT, Blocks, Ranks, fetch, keep_lower
from detente.engines.stability.cube.prepared import Order
from detente.engines.stability.space.actions import ActionSpace

__all__ = ["MOST_PATTERNS", "Patterns", "lower_by_improvements", "patterns_of"]

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


@compiled
def lower_by_improvements(
    values: Ranks, blocks: Blocks, order: Order, patterns: Patterns, changed: Ints
) -> int:
    """Lower each value to the least over the opponent's improvements; count, and list, the fallen.

    ``changed`` takes the list while there is room. In each block the combinations are visited
    best first, so that the least over those visited is the least over the improvements.
    """
    places, counts = order.places, order.counts
    pattern, members = patterns.of, patterns.members
    n_rows, width = len(blocks.offsets), blocks.width
    buffer = np.empty((n_rows, width), dtype=np.int32)
    bases = np.empty(width, dtype=np.intp)
    n_patterns = members.shape[1]
    seen = np.empty(n_patterns, dtype=np.int32)
    better = np.empty(n_patterns, dtype=np.int32)
    top = np.int64(128) if places.itemsize == 1 else np.int64(1) << 31
    found = 0
    for first in range(0, len(values) // n_rows, width):
        n = min(width, len(values) // n_rows - first)
        fetch(values, blocks, first, n, bases, buffer)
        for column in range(n):
            at = (first + column) * n_rows
            m = n_rows if len(counts) == 0 else int(counts[first + column])
            if n_patterns > 1:
                seen[:] = ABSENT
                better[:] = ABSENT
                for k in range(m):
                    place = np.int64(places[at + k])
                    row = place & (top - np.int64(1))
                    if place & top:
                        for p in range(n_patterns):
                            better[p] = seen[p]
                    least = min(buffer[row, column], better[pattern[row]])
                    buffer[row, column] = least
                    for p in range(n_patterns):
                        if members[row, p]:
                            seen[p] = min(seen[p], least)
            elif order.is_strict:
                run = np.int32(ABSENT)
                for k in range(m):
                    row = np.int64(places[at + k]) & (top - np.int64(1))
                    run = min(run, buffer[row, column])
                    buffer[row, column] = run
            else:
                run = np.int32(ABSENT)
                before = np.int32(ABSENT)
                for k in range(m):
                    place = np.int64(places[at + k])
                    row = place & (top - np.int64(1))
                    before = run if place & top else before
                    least = min(buffer[row, column], before)
                    buffer[row, column] = least
                    run = min(run, least)
        found += keep_lower(values, buffer, blocks, bases, n, changed, found)
    return found
