"""Legal sequences from one state: one after another, nobody twice in a row."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints
from detente.engines._compiled import compiled
from detente.engines.stability.space.kernels import Arcs

__all__ = ["Steps", "room", "seek", "steps_to"]

Steps = tuple[tuple[int, int], ...]
"""Who moves, and where to, one after another."""


def room(n_states: int) -> tuple[Arcs, Arcs]:
    """Return the arrays that :func:`seek` works in; it leaves the first as it was."""
    return np.full(n_states, -1, dtype=np.int32), np.empty((2 * n_states + 1, 3), dtype=np.int32)


def steps_to(nodes: Arcs, node: int) -> Steps:
    """Read off how :func:`seek` came to a node."""
    steps = []
    while node > 0:
        state, mover, node = nodes[node].tolist()
        steps.append((mover, state))
    return tuple(reversed(steps))


@compiled
def seek(
    starts: Ints,
    targets: Arcs,
    may_move: Bools,
    start: int,
    values: npt.NDArray[np.int32],
    limits: npt.NDArray[np.int32],
    above: bool,
    first: Arcs,
    nodes: Arcs,
) -> tuple[int, int]:
    """Follow legal sequences of some parties, shortest first, up to a state of one kind.

    With ``above`` that is a state in which every row of ``values`` is above its limit, without it
    one in which some row is not. A sequence has at least one move; it may lead back to its start.
    Returns the node of the state found, or -1, and how many nodes were listed: a node is a state,
    the last mover, and the node before; node 0 is the start.

    ``first`` holds the last mover with which a state was come to, or a number beyond the parties if
    it was with two: everybody may move on then from one of the two, so that no third is needed.
    """
    n_parties = len(starts)
    nodes[0, 0], nodes[0, 1], nodes[0, 2] = start, -1, -1
    n, found, row = 1, -1, 0
    while row < n and found < 0:
        here, last = nodes[row, 0], nodes[row, 1]
        for mover in range(n_parties):
            if not may_move[mover] or mover == last:
                continue
            for k in range(starts[mover, here], starts[mover, here + 1]):
                there = targets[k]
                if first[there] == mover or first[there] == n_parties:
                    continue
                nodes[n, 0], nodes[n, 1], nodes[n, 2] = there, mover, row
                n += 1
                if first[there] >= 0:
                    first[there] = n_parties
                    continue
                first[there] = mover
                all_above = True
                for m in range(len(limits)):
                    if values[m, there] <= limits[m]:
                        all_above = False
                        break
                if all_above == above:
                    found = n - 1
                    break
            if found >= 0:
                break
        row += 1
    for row in range(1, n):
        first[nodes[row, 0]] = -1
    return found, n
