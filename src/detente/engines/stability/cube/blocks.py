"""Where one party can go: the states are cut into blocks, and it moves within its block.

Two states are in one block of a party if they differ in its own actions only. A block has one
state for every *combination* of levels of those actions. Passes over all states work on some
blocks at a time, side by side in a buffer of one row per combination: in memory the states of a
block can lie far apart, at distances that all fall on the same few cache lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints
from detente.engines._compiled import compiled
from detente.engines.stability.space.actions import ActionSpace

__all__ = ["ABSENT", "NEVER", "Blocks", "Ranks", "blocks_of", "fetch", "locate"]

Ranks = npt.NDArray[np.int32]

ABSENT = int(np.iinfo(np.int32).max)
"""What an infeasible state is worth to whoever looks for the least."""

NEVER = int(np.iinfo(np.int32).min)
"""What it is worth to whoever looks for the most."""

BUFFER = 4096
"""Ranks in a buffer: 16 kB, half of a usual first-level cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """The blocks of one party, or of any set of actions.

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
        own=chosen,
        sizes=np.ascontiguousarray(sizes[chosen]),
        offsets=offsets,
        changes=changes,
        is_free=is_free,
        outer_sizes=np.ascontiguousarray(table_of[:, 0]),
        outer_strides=np.ascontiguousarray(table_of[:, 1]),
        # At least a cache line of neighbours, or each line would be fetched once for every state.
        width=min(n_blocks, max(16, min(64, BUFFER // len(offsets)))),
    )


@compiled
def locate(first: int, n: int, sizes: Ints, strides: Ints, levels: Ints, bases: Ints) -> bool:
    """Write the first states of ``n`` blocks from a given one; say whether they are neighbours."""
    rest = first
    base = 0
    for k in range(len(sizes)):
        level = rest % int(sizes[k])
        levels[k] = level
        rest //= int(sizes[k])
        base += level * int(strides[k])
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
    return bases[n - 1] - bases[0] == n - 1


@compiled
def fetch(
    values: Ranks, bases: Ints, n: int, neighbours: bool, offsets: Ints, buffer: Ranks
) -> None:
    """Copy blocks into a buffer of shape (n_combinations, width)."""
    for row in range(len(offsets)):
        offset = offsets[row]
        if neighbours:  # a plain copy, many at a time
            start = bases[0] + offset
            for column in range(n):
                buffer[row, column] = values[start + column]
        else:
            for column in range(n):
                buffer[row, column] = values[bases[column] + offset]
