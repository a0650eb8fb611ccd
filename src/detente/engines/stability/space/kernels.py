"""The compiled loops over states and moves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints
from detente.engines._compiled import compiled

__all__ = ["Arcs", "Pairs", "count_moves", "is_listed", "list_moves", "transitive_moves"]

Arcs = npt.NDArray[np.int32]
Pairs = npt.NDArray[np.int64]


@compiled
def _walk(
    state: int,
    sizes: Ints,
    strides: Ints,
    own: Ints,
    changes: Bools,
    feasible: Bools,
    out: Arcs,
    at: int,
    write: bool,
) -> int:
    """Count, or write from ``at``, the states that one party reaches from a state, ascending."""
    base = state
    for k in range(len(own)):
        base -= (state // strides[own[k]]) % sizes[own[k]] * strides[own[k]]
    levels = np.zeros(len(own), dtype=np.int64)
    n = 0
    while True:
        target, open_ = base, True
        for k in range(len(own)):
            action = own[k]
            here = (state // strides[action]) % sizes[action]
            if not changes[action, here, levels[k]]:
                open_ = False
                break
            target += levels[k] * strides[action]
        if open_ and target != state and feasible[target]:
            if write:
                out[at + n] = target
            n += 1
        # The first action has the smallest stride: counting it up first keeps targets ascending.
        k = 0
        while k < len(own):
            levels[k] += 1
            if levels[k] < sizes[own[k]]:
                break
            levels[k] = 0
            k += 1
        if k == len(own):
            return n


@compiled
def count_moves(sizes: Ints, strides: Ints, own: Ints, changes: Bools, feasible: Bools) -> Ints:
    counts = np.zeros(len(feasible), dtype=np.int64)
    nothing = np.empty(0, dtype=np.int32)
    for state in range(len(feasible)):
        if feasible[state]:
            counts[state] = _walk(state, sizes, strides, own, changes, feasible, nothing, 0, False)
    return counts


@compiled
def list_moves(
    sizes: Ints,
    strides: Ints,
    own: Ints,
    changes: Bools,
    feasible: Bools,
    starts: Ints,
    targets: Arcs,
) -> None:
    for state in range(len(feasible)):
        if feasible[state]:
            _walk(state, sizes, strides, own, changes, feasible, targets, starts[state], True)


@compiled
def transitive_moves(starts: Ints, targets: Arcs) -> bool:
    """Say whether two moves in a row always lead where one does, or back."""
    n = len(starts) - 1
    reached = np.full(n, -1, dtype=np.int64)
    for state in range(n):
        for k in range(starts[state], starts[state + 1]):
            reached[targets[k]] = state
        for k in range(starts[state], starts[state + 1]):
            middle = targets[k]
            for m in range(starts[middle], starts[middle + 1]):
                if targets[m] != state and reached[targets[m]] != state:
                    return False
    return True


@compiled
def is_listed(unknown: Pairs, n_states: int, party: int, here: int, there: int) -> bool:
    """Say whether a pair of states is among those that a party cannot be said to compare."""
    code = (np.int64(party) * n_states + here) * n_states + there
    first, last = 0, len(unknown)
    while first < last:
        middle = (first + last) // 2
        if unknown[middle] < code:
            first = middle + 1
        else:
            last = middle
    return first < len(unknown) and unknown[first] == code
