"""Passes that take the most or the least over everything one party can do, block by block."""

from __future__ import annotations

import numpy as np

from detente.engines._checks import Bools, Ints
from detente.engines._compiled import compiled
from detente.engines.stability.cube.blocks import ABSENT, NEVER, Blocks, Ranks, fetch, keep_lower

__all__ = ["best_move", "least_of_blocks", "lower", "most_within_reach", "verdicts"]


@compiled
def _spread(buffer: Ranks, n: int, blocks: Blocks, spare: Ranks) -> None:
    """Raise every entry to the most over the changes allowed from its combination."""
    if blocks.is_free:
        best = spare[0]
        for column in range(n):
            best[column] = buffer[0, column]
        for row in range(1, len(buffer)):
            for column in range(n):
                best[column] = max(best[column], buffer[row, column])
        for row in range(len(buffer)):
            for column in range(n):
                buffer[row, column] = best[column]
        return
    step = 1
    for k in range(len(blocks.sizes)):
        size = blocks.sizes[k]
        for start in range(0, len(buffer), step * size):
            for inner in range(start, start + step):
                for level in range(size):
                    for column in range(n):
                        spare[level, column] = buffer[inner + level * step, column]
                for level in range(size):
                    row = inner + level * step
                    for other in range(size):
                        if other != level and blocks.changes[k, level, other]:
                            for column in range(n):
                                buffer[row, column] = max(buffer[row, column], spare[other, column])
        step *= size


@compiled
def _absent_never(buffer: Ranks, n: int) -> None:
    for row in range(len(buffer)):
        for column in range(n):
            if buffer[row, column] == ABSENT:
                buffer[row, column] = NEVER


@compiled
def verdicts(worth: Ranks, guaranteed: Ranks, blocks: Blocks, stable: Bools) -> int:
    """Mark the states from which no move is guaranteed to lead to something better.

    Returns the least, over the blocks, of the most that is guaranteed in them.
    """
    n_rows, width = len(blocks.offsets), blocks.width
    buffer = np.empty((n_rows, width), dtype=np.int32)
    spare = np.empty((max(1, blocks.changes.shape[1]), width), dtype=np.int32)
    bases = np.empty(width, dtype=np.intp)
    least = np.int32(ABSENT)
    for first in range(0, len(worth) // n_rows, width):
        n = min(width, len(worth) // n_rows - first)
        fetch(guaranteed, blocks, first, n, bases, buffer)
        _absent_never(buffer, n)
        _spread(buffer, n, blocks, spare)
        for column in range(n):
            least = min(least, buffer[0, column])
        for row in range(n_rows):
            offset = blocks.offsets[row]
            for column in range(n):
                state = bases[column] + offset
                own = worth[state]
                stable[state] = (own >= buffer[row, column]) & (own != ABSENT)
    return int(least)


@compiled
def most_within_reach(worth: Ranks, blocks: Blocks, out: Ranks) -> None:
    """Write the most over each state and the moves from it."""
    n_rows, width = len(blocks.offsets), blocks.width
    buffer = np.empty((n_rows, width), dtype=np.int32)
    spare = np.empty((max(1, blocks.changes.shape[1]), width), dtype=np.int32)
    bases = np.empty(width, dtype=np.intp)
    for first in range(0, len(worth) // n_rows, width):
        n = min(width, len(worth) // n_rows - first)
        fetch(worth, blocks, first, n, bases, buffer)
        _absent_never(buffer, n)
        _spread(buffer, n, blocks, spare)
        for row in range(n_rows):
            offset = blocks.offsets[row]
            for column in range(n):
                state = bases[column] + offset
                exists = worth[state] != ABSENT
                out[state] = buffer[row, column] if exists else np.int32(ABSENT)


@compiled
def lower(values: Ranks, blocks: Blocks, changed: Ints) -> int:
    """Lower each value to the least over the moves from it; count, and list, those that fell.

    ``changed`` takes the list while there is room.
    """
    n_rows, width = len(blocks.offsets), blocks.width
    buffer = np.empty((n_rows, width), dtype=np.int32)
    spare = np.empty((max(1, blocks.changes.shape[1]), width), dtype=np.int32)
    bases = np.empty(width, dtype=np.intp)
    found = 0
    for first in range(0, len(values) // n_rows, width):
        n = min(width, len(values) // n_rows - first)
        fetch(values, blocks, first, n, bases, buffer)
        # All bits flipped, the least is the most and ABSENT is NEVER.
        for row in range(n_rows):
            for column in range(n):
                buffer[row, column] = ~buffer[row, column]
        _spread(buffer, n, blocks, spare)
        for row in range(n_rows):
            for column in range(n):
                buffer[row, column] = ~buffer[row, column]
        found += keep_lower(values, buffer, blocks, bases, n, changed, found)
    return found


@compiled
def best_move(guaranteed: Ranks, blocks: Blocks, out: Ranks) -> None:
    """Write the most over the moves from each state, :data:`NEVER` where there are none."""
    n_rows, width = len(blocks.offsets), blocks.width
    # Two of each: the most with staying put among the moves so far, and without.
    staying = np.empty((n_rows, width), dtype=np.int32)
    moving = np.empty((n_rows, width), dtype=np.int32)
    spare = np.empty((max(1, blocks.changes.shape[1]), width), dtype=np.int32)
    bases = np.empty(width, dtype=np.intp)
    for first in range(0, len(guaranteed) // n_rows, width):
        n = min(width, len(guaranteed) // n_rows - first)
        fetch(guaranteed, blocks, first, n, bases, staying)
        _absent_never(staying, n)
        for row in range(n_rows):
            for column in range(n):
                moving[row, column] = NEVER
        step = 1
        for k in range(len(blocks.sizes)):
            size = blocks.sizes[k]
            for start in range(0, n_rows, step * size):
                for inner in range(start, start + step):
                    for level in range(size):
                        for column in range(n):
                            spare[level, column] = staying[inner + level * step, column]
                    for level in range(size):
                        row = inner + level * step
                        for other in range(size):
                            if other != level and blocks.changes[k, level, other]:
                                for column in range(n):
                                    there = spare[other, column]
                                    moving[row, column] = max(moving[row, column], there)
                                    staying[row, column] = max(staying[row, column], there)
            step *= size
        for row in range(n_rows):
            offset = blocks.offsets[row]
            for column in range(n):
                state = bases[column] + offset
                exists = guaranteed[state] != ABSENT
                out[state] = moving[row, column] if exists else np.int32(NEVER)


@compiled
def least_of_blocks(worth: Ranks, blocks: Blocks) -> Ranks:
    """Return for each combination the least over all blocks."""
    n_rows, width = len(blocks.offsets), blocks.width
    least = np.full(n_rows, ABSENT, dtype=np.int32)
    buffer = np.empty((n_rows, width), dtype=np.int32)
    bases = np.empty(width, dtype=np.intp)
    for first in range(0, len(worth) // n_rows, width):
        n = min(width, len(worth) // n_rows - first)
        fetch(worth, blocks, first, n, bases, buffer)
        for row in range(n_rows):
            best = least[row]
            for column in range(n):
                best = min(best, buffer[row, column])
            least[row] = best
    return least
