"""The compiled search from one state, move by move."""

from __future__ import annotations

import numpy as np

from detente.engines._checks import Bools, Ints
from detente.engines._compiled import compiled
from detente.engines.stability.space.kernels import Arcs, Pairs, is_listed

__all__ = ["improves", "search"]


@compiled
def improves(low: Arcs, high: Arcs, unknown: Pairs, party: int, here: int, there: int) -> bool:
    """Say whether a state is surely better for a party than another."""
    if low[party, there] <= high[party, here]:
        return False
    if len(unknown) == 0:
        return True
    return not is_listed(unknown, low.shape[1], party, here, there)


@compiled
def _arrive(
    state: int,
    distance: int,
    cost: int,
    party: int,
    origin: int,
    distances: Arcs,
    costs: Arcs,
    movers: Arcs,
    origins: Arcs,
) -> bool:
    """Keep the best way to come to a state, and the best of those with another last mover.

    No third one is ever needed: whoever moves next was not the last mover of one of the two.
    Ways come in order of length, so that a kept one is never longer.
    """
    two = len(distances) == 2
    if distances[0, state] < 0:
        place = 0
    elif distances[0, state] < distance:
        if not two or party == movers[0, state]:
            return False
        place = 1
    else:
        worse = (
            cost > costs[0, state]
            or (cost == costs[0, state] and party > movers[0, state])
            or (
                cost == costs[0, state] and party == movers[0, state] and origin > origins[0, state]
            )
        )
        if worse and (not two or party == movers[0, state]):
            return False
        place = 1 if worse else 0
        if two and place == 0 and party != movers[0, state]:
            distances[1, state] = distances[0, state]
            costs[1, state] = costs[0, state]
            movers[1, state] = movers[0, state]
            origins[1, state] = origins[0, state]
    if place == 1 and distances[1, state] >= 0:
        if distances[1, state] < distance or cost > costs[1, state]:
            return False
        if cost == costs[1, state]:
            if party > movers[1, state]:
                return False
            if party == movers[1, state] and origin > origins[1, state]:
                return False
    distances[place, state] = distance
    costs[place, state] = cost
    movers[place, state] = party
    origins[place, state] = origin
    return True


@compiled
def search(
    starts: Ints,
    targets: Arcs,
    low: Arcs,
    high: Arcs,
    unknown: Pairs,
    only_improvements: bool,
    may_move: Bools,
    start: int,
    distances: Arcs,
    costs: Arcs,
    movers: Arcs,
    origins: Arcs,
) -> None:
    """Search breadth first; with two rows of tables, nobody moves twice in a row.

    With one row anybody may: where moves are transitive that makes no difference, as two moves of
    one party in a row are never part of a shortest way.
    """
    ranked = low.shape[1] > 0
    two = len(distances) == 2
    n_states = distances.shape[1]
    queue = np.empty(n_states, dtype=np.int32)
    following = np.empty(n_states, dtype=np.int32)
    listed = np.full(n_states, -1, dtype=np.int32)
    distances[0, start] = 0
    queue[0] = start
    n_queue = 1
    distance = 0
    while n_queue > 0:
        n_following = 0
        for k in range(n_queue):
            state = queue[k]
            for party in range(len(may_move)):
                if not may_move[party]:
                    continue
                row = 0
                if two and party == movers[0, state]:
                    row = 1
                if distances[row, state] != distance:
                    continue
                for arc in range(starts[party, state], starts[party, state + 1]):
                    target = targets[arc]
                    if distances[0, target] >= 0 and distances[0, target] <= distance and not two:
                        continue
                    cost = costs[row, state]
                    if ranked and not improves(low, high, unknown, party, state, target):
                        if only_improvements:
                            continue
                        cost += 1
                    if (
                        _arrive(
                            target,
                            distance + 1,
                            cost,
                            party,
                            state,
                            distances,
                            costs,
                            movers,
                            origins,
                        )
                        and listed[target] != distance + 1
                    ):
                        listed[target] = distance + 1
                        following[n_following] = target
                        n_following += 1
        queue, following = following, queue
        n_queue = n_following
        distance += 1
