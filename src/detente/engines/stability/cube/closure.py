"""Down to what is guaranteed: passes over all opponents until nothing falls any more.

The value of a state falls to the least value within the opponents' reach. Passes in turn settle
most states in a few rounds, but a chain of answers can be as long as there are states. So when few
values still fall, or after :data:`MOST_ROUNDS`, the rest is settled by search: from the states
whose values fell last, lowest value first, backwards along the opponents' moves. A state reached
that way has its final value and is done with, so that each move is looked at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints
from detente.engines._compiled import compiled
from detente.engines.stability.cube.blocks import ABSENT, Ranks
from detente.engines.stability.cube.prepared import Prepared
from detente.engines.stability.cube.reach import Patterns
from detente.engines.stability.cube.sequential import lower_by_improvements
from detente.engines.stability.cube.sweeps import lower

__all__ = ["MOST_ROUNDS", "after_any_answer", "after_improvements"]

MOST_ROUNDS = 12
"""Rounds of passes after which the rest is settled by search."""

LOOK = 8.0
"""How much longer a search looks at one move than a pass at one state: memory in no order."""


def after_any_answer(prepared: Prepared, party: int, values: Ranks) -> None:
    """Lower values, in place, to the least that all opponents of a party could bring about."""
    opponents = _opponents(prepared, party)
    nothing = np.empty(0, dtype=np.intp)
    if prepared.space.feasible is None:
        # Every order of moves is open, so that each opponent moving once is enough.
        for other in opponents:
            lower(values, prepared.blocks[other], nothing)
        return
    _settle(
        prepared,
        values,
        opponents,
        lambda other, changed: lower(values, prepared.blocks[other], changed),
        improving=False,
    )


def after_improvements(prepared: Prepared, party: int, values: Ranks) -> None:
    """Lower values, in place, to the least that improvements of opponents could bring about."""
    opponents = _opponents(prepared, party)
    patterns: dict[int, Patterns] = {}
    for other in opponents:
        of_other = prepared.patterns[other]
        if of_other is None:  # too many to keep apart in a pass: all by search
            _search(prepared, values, opponents, np.flatnonzero(values != ABSENT), improving=True)
            return
        patterns[other] = of_other
    _settle(
        prepared,
        values,
        opponents,
        lambda other, changed: lower_by_improvements(
            values, prepared.blocks[other], prepared.orders[other], patterns[other], changed
        ),
        improving=True,
    )


def _opponents(prepared: Prepared, party: int) -> list[int]:
    return [
        other
        for other in range(prepared.n_parties)
        if other != party and prepared.blocks[other].n_combinations > 1
    ]


def _settle(
    prepared: Prepared,
    values: Ranks,
    opponents: Sequence[int],
    sweep: Callable[[int, Ints], int],
    *,
    improving: bool,
) -> None:
    if not opponents:
        return
    moves = sum(prepared.blocks[other].n_combinations for other in opponents)
    # So many that a search from them takes as long as a round.
    few = min(len(values), int(len(values) * len(opponents) / (LOOK * moves)))
    room = np.empty(few, dtype=np.intp)
    nowhere = room[:0]
    # What fell in the passes since this opponent's last, None where too much to list. What fell
    # earlier has been through a pass of every other, and a pass of its own leaves nothing over.
    recent: deque[Ints | None] = deque([None] * (len(opponents) - 1), maxlen=len(opponents) - 1)
    n = len(values)
    for turn in range(MOST_ROUNDS * len(opponents)):
        listed = room if n <= 4 * few else nowhere
        n = sweep(opponents[turn % len(opponents)], listed)
        recent.append(listed[:n].copy() if n <= len(listed) else None)
        lists = [fallen for fallen in recent if fallen is not None]
        had_a_pass = turn + 1 >= len(opponents)
        if had_a_pass and len(lists) == len(recent) and sum(map(len, lists)) <= few:
            seeds = np.concatenate([nowhere, *lists])
            _search(prepared, values, opponents, seeds, improving=improving)
            return
    _search(prepared, values, opponents, np.flatnonzero(values != ABSENT), improving=improving)


def _search(
    prepared: Prepared,
    values: Ranks,
    opponents: Sequence[int],
    seeds: npt.NDArray[np.intp],
    *,
    improving: bool,
) -> None:
    """Settle what still falls, given all states that may lead there by one opponent's move."""
    if len(seeds) == 0:
        return
    space = prepared.space
    seeds = np.unique(seeds)
    seeds = seeds[np.argsort(values[seeds])]
    blocks = [prepared.blocks[other] for other in opponents]
    width = max(b.changes.shape[1] for b in blocks)
    own = np.concatenate([b.own for b in blocks])
    changes = np.zeros((len(own), width, width), dtype=np.bool_)
    at = 0
    for block in blocks:
        _, rows, columns = block.changes.shape
        changes[at : at + len(block.own), :rows, :columns] = block.changes
        at += len(block.own)
    _walk_back(
        values,
        seeds,
        values[seeds],
        prepared.ranks.T,
        np.array(opponents, dtype=np.intp),
        space.sizes[own],
        space.strides[own],
        np.cumsum([0] + [len(b.own) for b in blocks]).astype(np.intp),
        np.concatenate([b.offsets for b in blocks]),
        np.cumsum([0] + [b.n_combinations for b in blocks]).astype(np.intp),
        np.array([b.is_free for b in blocks], dtype=np.bool_),
        changes,
        improving,
    )


@compiled
def _walk_back(
    values: Ranks,
    seeds: Ints,
    seed_values: Ranks,
    ranks: Ranks,
    opponents: Ints,
    sizes: Ints,
    strides: Ints,
    own_starts: Ints,
    offsets: Ints,
    offset_starts: Ints,
    is_free: Bools,
    changes: Bools,
    improving: bool,
) -> None:
    # Untouched pages cost nothing: only as much of this is used as waits at one time.
    waiting = np.empty(len(values), dtype=np.int32)
    for s in range(len(seeds)):
        value = values[seeds[s]]
        if value < seed_values[s]:
            continue  # lowered since they were sorted, and so already looked at
        waiting[0] = seeds[s]
        n = 1
        while n > 0:
            n -= 1
            state = np.int64(waiting[n])
            for j in range(len(opponents)):
                base = state
                for k in range(own_starts[j], own_starts[j + 1]):
                    base -= state // strides[k] % sizes[k] * strides[k]
                rank = ranks[opponents[j], state]
                for c in range(offset_starts[j], offset_starts[j + 1]):
                    source = base + offsets[c]
                    if values[source] <= value or values[source] == ABSENT:
                        continue
                    if improving and ranks[opponents[j], source] >= rank:
                        continue
                    open_ = True
                    if not is_free[j]:
                        for k in range(own_starts[j], own_starts[j + 1]):
                            here = source // strides[k] % sizes[k]
                            there = state // strides[k] % sizes[k]
                            if not changes[k, here, there]:
                                open_ = False
                                break
                    if open_:
                        values[source] = value
                        waiting[n] = source
                        n += 1
