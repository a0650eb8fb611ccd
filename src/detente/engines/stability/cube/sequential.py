"""One pass over all states: what follows if one opponent may improve its own lot."""

from __future__ import annotations

import numpy as np

from detente.engines._checks import Ints
from detente.engines._compiled import compiled
from detente.engines.stability.cube.blocks import ABSENT, Blocks, Ranks, fetch, keep_lower
from detente.engines.stability.cube.prepared import Order
from detente.engines.stability.cube.reach import Patterns

__all__ = ["lower_by_improvements"]


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
