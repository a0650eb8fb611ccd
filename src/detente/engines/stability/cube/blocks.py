"""Where one party can go: the states are cut into blocks, and it moves within its block.

Two states are in one block of a party if they differ in its own actions only. A block has one
state for every *combination* of levels of those actions. Passes over all states work on some
blocks at a time, side by side in a buffer of one row per combination: in memory the states of a
block can lie far apart, at distances that all fall on the same few cache lines.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints, frozen
from detente.engines._compiled import compiled
from detente.engines.stability.space.actions import ActionSpace

__all__ = ["ABSENT", "NEVER", "Blocks", "Ranks", "blocks_of", "fetch", "keep_lower"]

Ranks = npt.NDArray[np.int32]

ABSENT = int(np.iinfo(np.int32).max)
"""What an infeasible state is worth to whoever looks for the least."""

NEVER = int(np.iinfo(np.int32).min)
"""What it is worth to whoever looks for the most."""

BUFFER = 4096
"""Ranks in a buffer: 16 kB, half of a usual first-level cache."""


class Blocks(NamedTuple):
    """The blocks of one party, or of any set of actions; a tuple, so that kernels can take it.

    Attributes
    ----------
    own : ndarray of intp
        The actions, ascending, those of one level left out.
    sizes : ndarray of intp
        Their levels.
    offsets : ndarray of intp, shape (n_combinations,)
        What a combination adds to the first state of the block; the first action varies fastest.
    changes : ndarray of bool, shape (n_own, width, width)
        Allowed changes of each action, padded with false.
    is_free : bool
        Whether every change is allowed.
    outer_sizes, outer_strides : ndarray of intp
        The other actions, neighbours merged: what tells blocks apart.
    width : int
        Blocks that share a buffer.
    """

    own: Ints
    sizes: Ints
    offsets: Ints
    changes: Bools
    is_free: bool
    outer_sizes: Ints
    outer_strides: Ints
    width: int

    @property
    def n_combinations(self) -> int:
        return len(self.offsets)

    @property
    def n_blocks(self) -> int:
        return int(np.prod(self.outer_sizes))


def blocks_of(space: ActionSpace, own: Bools) -> Blocks:
    """Cut a space into blocks by a set of actions, given as one entry per action."""
    sizes, strides = space.sizes, space.strides
    chosen = np.flatnonzero(own & (sizes > 1)).astype(np.intp)
    offsets = np.zeros(1, dtype=np.intp)
    for action in chosen.tolist():
        steps = np.arange(sizes[action], dtype=np.intp) * strides[action]
        offsets = (steps[:, None] + offsets[None, :]).reshape(-1)
    levels = int(sizes[chosen].max(initial=1))
    changes = np.zeros((len(chosen), levels, levels), dtype=np.bool_)
    is_free = True
    for k, action in enumerate(chosen.tolist()):
        table = space.allowed[action]
        changes[k, : sizes[action], : sizes[action]] = True if table is None else table
        is_free = is_free and table is None
    outer: list[list[int]] = []
    for action in np.flatnonzero(~own & (sizes > 1)).tolist():
        size, stride = int(sizes[action]), int(strides[action])
        if outer and outer[-1][0] * outer[-1][1] == stride:
            outer[-1][0] *= size
        else:
            outer.append([size, stride])
    table_of = np.array(outer or [[1, 1]], dtype=np.intp)
    n_blocks = int(np.prod(table_of[:, 0]))
    return Blocks(
        own=frozen(chosen),
        sizes=frozen(sizes[chosen]),
        offsets=frozen(offsets),
        changes=frozen(changes),
        is_free=is_free,
        outer_sizes=frozen(table_of[:, 0].copy()),
        outer_strides=frozen(table_of[:, 1].copy()),
        # At least a cache line of neighbours, or each line would be fetched once for every state.
        width=min(n_blocks, max(16, min(64, BUFFER // len(offsets)))),
    )


@compiled
def locate(blocks: Blocks, first: int, n: int, bases: Ints) -> bool:
    """Write the first states of ``n`` blocks from a given one; say whether they are neighbours."""
    sizes, strides = blocks.outer_sizes, blocks.outer_strides
    levels = np.empty(len(sizes), dtype=np.intp)
    rest = np.int64(first)
    base = np.int64(0)
    for k in range(len(sizes)):
        levels[k] = rest % sizes[k]
        rest //= sizes[k]
        base += levels[k] * strides[k]
    for column in range(n):
        bases[column] = base
        k = 0
        while k < len(sizes):
            levels[k] += 1
            base += strides[k]
            if levels[k] < sizes[k]:
                break
            base -= sizes[k] * strides[k]
            levels[k] = 0
            k += 1
    return bool(bases[n - 1] - bases[0] == n - 1)


@compiled
def fetch(values: Ranks, blocks: Blocks, first: int, n: int, bases: Ints, buffer: Ranks) -> None:
    """Copy ``n`` blocks from a given one into a buffer of shape (n_combinations, width)."""
    neighbours = locate(blocks, first, n, bases)
    for row in range(len(blocks.offsets)):
        offset = blocks.offsets[row]
        if neighbours:  # a plain copy, many at a time
            start = bases[0] + offset
            for column in range(n):
                buffer[row, column] = values[start + column]
        else:
            for column in range(n):
                buffer[row, column] = values[bases[column] + offset]


@compiled
def keep_lower(
    values: Ranks, buffer: Ranks, blocks: Blocks, bases: Ints, n: int, changed: Ints, found: int
) -> int:
    """Write blocks back where they are lower; count those, and list them from ``found`` on."""
    fell = 0
    for row in range(len(blocks.offsets)):
        offset = blocks.offsets[row]
        if len(changed) == 0:  # nothing to branch on, which is what takes time
            for column in range(n):
                state = bases[column] + offset
                before = values[state]
                # An infeasible state is not in any order, or would be lowered here.
                now = min(buffer[row, column], before) if before != ABSENT else before
                fell += now != before
                values[state] = now
            continue
        for column in range(n):
            state = bases[column] + offset
            now = buffer[row, column]
            if now < values[state] and values[state] != ABSENT:
                values[state] = now
                if found + fell < len(changed):
                    changed[found + fell] = state
                fell += 1
    return fell
