"""What every concept needs and is worked out once: blocks, and each party's order within them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, frozen
from detente.engines._compiled import compiled
from detente.engines.stability.cube.blocks import (
    ABSENT,
    NEVER,
    Blocks,
    Ranks,
    blocks_of,
    fetch,
)
from detente.engines.stability.cube.reach import Patterns, patterns_of
from detente.engines.stability.space.actions import ActionSpace
from detente.engines.stability.space.fits import certain_ranks
from detente.engines.stability.space.preferences import Preferences
from detente.errors import EngineInputError

__all__ = ["Order", "Places", "Prepared", "prepare"]

Places = npt.NDArray[np.uint8 | np.uint32]


class Order(NamedTuple):
    """The combinations of one party in its order of preference, block by block.

    Attributes
    ----------
    places : ndarray of uint8 or uint32, shape (n_states,)
        For each block its feasible combinations, best first; the top bit is set where one is
        strictly worse than the one before it.
    counts : ndarray of uint32, shape (n_blocks,) or (0,)
        Feasible states of each block; empty where all are.
    is_strict : bool
        Whether no two states of one block are equally good.
    """

    places: Places
    counts: npt.NDArray[np.uint32]
    is_strict: bool


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A space and certain preferences, ready for every concept.

    Attributes
    ----------
    space : ActionSpace
    ranks : ndarray of int32, shape (n_states, n_parties)
        Columns are contiguous.
    blocks : tuple of Blocks, one per party
    orders : tuple of Order, one per party
    patterns : tuple of Patterns or None, one per party
        None where there are too many to tell apart.
    everybody : Blocks
        Cut by all actions that anybody controls.
    """

    space: ActionSpace
    ranks: Ranks
    blocks: tuple[Blocks, ...]
    orders: tuple[Order, ...]
    patterns: tuple[Patterns | None, ...]
    everybody: Blocks

    @property
    def n_states(self) -> int:
        return self.space.n_states

    @property
    def n_parties(self) -> int:
        return self.space.n_parties

    @property
    def is_plain(self) -> bool:
        """Whether every state is feasible and reachable from every other, move by move."""
        return (
            self.space.feasible is None
            and self.everybody.is_free
            and self.everybody.n_combinations == self.n_states
        )

    def worth(self, party: int) -> Ranks:
        """Return a party's ranks, :data:`ABSENT` at infeasible states; read-only."""
        column = np.ascontiguousarray(self.ranks[:, party])
        if self.space.feasible is None:
            return frozen(column)
        return frozen(np.where(self.space.feasible, column, np.int32(ABSENT)))


def prepare(space: ActionSpace, preferences: Preferences) -> Prepared:
    """Sort each party's combinations of its own actions, in every block of states.

    Parameters
    ----------
    space : ActionSpace
    preferences : Preferences
        Certain; of the same states and parties. What is much worse does not matter here.

    Raises
    ------
    EngineInputError
        If a preference is uncertain, the shapes differ, or a rank is the largest or the smallest
        32-bit number.

    Notes
    -----
    O(n_states * log(states of a block)) time for each party, and for each party one byte per
    state where its actions have up to 128 combinations, else four.

    Examples
    --------
    >>> from detente.engines.stability.space.actions import action_space
    >>> from detente.engines.stability.space.preferences import preferences
    >>> prepared = prepare(action_space([2, 2], [0, 1]), preferences([[0, 0], [1, 0], [2, 1], [1, 1]]))
    >>> prepared.orders[0].places.tolist()  # the second block prefers its first combination
    [1, 128, 0, 129]
    """
    ranks = certain_ranks(space, preferences).T
    if not ranks.T.flags.c_contiguous:
        ranks = frozen(np.asfortranarray(ranks))
    if ranks.max() == ABSENT or ranks.min() == NEVER:
        raise EngineInputError(
            f"preferences: found a rank of {ABSENT} or {NEVER}, expected ranks between them; "
            "`dense_ranks` makes small ones"
        )
    blocks = tuple(blocks_of(space, space.controls[:, p]) for p in range(space.n_parties))
    orders = tuple(
        _order(column, space.feasible, own) for column, own in zip(ranks.T, blocks, strict=True)
    )
    controlled = np.asarray(space.controls.any(axis=1))
    return Prepared(
        space,
        ranks,
        blocks,
        orders,
        tuple(patterns_of(space, own) for own in blocks),
        blocks_of(space, controlled),
    )


def _order(ranks: Ranks, feasible: Bools | None, blocks: Blocks) -> Order:
    small = blocks.n_combinations <= 128
    places: Places
    if small:
        places = np.empty(len(ranks), dtype=np.uint8)
    else:
        places = np.empty(len(ranks), dtype=np.uint32)
    counts = np.empty(0 if feasible is None else blocks.n_blocks, dtype=np.uint32)
    mask = np.empty(0, dtype=np.bool_) if feasible is None else feasible
    ties = _sort_blocks(
        ranks,
        frozen(mask.view()),
        blocks,
        places,
        counts,
        128 if small else 1 << 31,
    )
    return Order(frozen(places), frozen(counts), not ties)


@compiled
def _sort(keys: npt.NDArray[np.int64], spare: npt.NDArray[np.int64], n: int) -> None:
    """Sort upwards: short runs by insertion, then merged two by two."""
    for start in range(0, n, 16):
        for k in range(start + 1, min(start + 16, n)):
            key = keys[k]
            m = k
            while m > start and keys[m - 1] > key:
                keys[m] = keys[m - 1]
                m -= 1
            keys[m] = key
    run = 16
    while run < n:
        for start in range(0, n, 2 * run):
            left, right = start, min(start + run, n)
            middle, end = right, min(start + 2 * run, n)
            for k in range(start, end):
                if right >= end or (left < middle and keys[left] < keys[right]):
                    spare[k] = keys[left]
                    left += 1
                else:
                    spare[k] = keys[right]
                    right += 1
        for k in range(n):
            keys[k] = spare[k]
        run *= 2


@compiled
def _sort_blocks(
    ranks: Ranks,
    feasible: Bools,
    blocks: Blocks,
    places: Places,
    counts: npt.NDArray[np.uint32],
    worse: int,
) -> bool:
    """Write each block's combinations, best first; say whether any two are equally good."""
    n_rows, width = len(blocks.offsets), blocks.width
    buffer = np.empty((n_rows, width), dtype=np.int32)
    bases = np.empty(width, dtype=np.intp)
    keys = np.empty(n_rows, dtype=np.int64)
    spare = np.empty(n_rows, dtype=np.int64)
    low = np.int64(0xFFFFFFFF)
    ties = False
    for first in range(0, len(ranks) // n_rows, width):
        n = min(width, len(ranks) // n_rows - first)
        fetch(ranks, blocks, first, n, bases, buffer)
        for column in range(n):
            m = 0
            for row in range(n_rows):
                if len(feasible) == 0 or feasible[bases[column] + blocks.offsets[row]]:
                    # The negated rank above the combination: ascending keys, best first.
                    keys[m] = (-np.int64(buffer[row, column]) << 32) | np.int64(row)
                    m += 1
            _sort(keys, spare, m)
            at = (first + column) * n_rows
            for k in range(m):
                place = keys[k] & low
                if k > 0:
                    if keys[k] >> 32 != keys[k - 1] >> 32:
                        place |= worse
                    else:
                        ties = True
                places[at + k] = place
            if len(counts) > 0:
                counts[first + column] = m
    return ties
