"""Small random conflicts with few distinct ranks, so that ties and cycles are common."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from detente.engines.stability.space.actions import ActionSpace, action_space
from detente.engines.stability.space.graph import MoveGraph, graph_of, move_graph
from detente.engines.stability.space.preferences import Preferences, preferences

__all__ = ["Step", "random_graph", "random_preferences", "random_space", "sequences"]

Step = tuple[int, int]
"""Who moves, and where to."""

ONE_WAY = [[True, True], [False, True]]


def random_space(rng: np.random.Generator, n_parties: int) -> ActionSpace:
    """Draw two to four actions, some of three levels, one-way or under several parties' control."""
    sizes = [int(size) for size in rng.choice([2, 2, 3], size=rng.integers(2, 5))]
    controls = rng.random((len(sizes), n_parties)) < rng.choice([0.25, 0.5])
    controls[np.arange(len(sizes)), rng.integers(0, n_parties, len(sizes))] = True
    allowed: list[npt.ArrayLike | None] = []
    for size in sizes:
        up = np.triu(np.ones((size, size), dtype=bool))
        allowed.append(up if rng.random() < 0.3 else None)
    feasible = rng.random(int(np.prod(sizes))) < rng.choice([0.6, 1])
    feasible[rng.integers(len(feasible))] = True
    return action_space(sizes, controls, allowed, feasible)


def random_graph(rng: np.random.Generator, n_parties: int) -> MoveGraph:
    """Draw moves one by one, mostly not transitive, or those of a space of actions."""
    if rng.random() < 0.3:
        return graph_of(random_space(rng, n_parties))
    n_states = int(rng.integers(2, 8))
    feasible = rng.random(n_states) < rng.choice([0.7, 1])
    feasible[0] = True
    open_ = rng.random((n_parties, n_states, n_states)) < rng.choice([0.15, 0.3, 0.5])
    open_ &= feasible[None, :, None] & feasible[None, None, :]
    return move_graph(n_states, n_parties, np.argwhere(open_), feasible)


def random_preferences(
    rng: np.random.Generator, n_states: int, n_parties: int, *, strength: bool = False
) -> Preferences:
    """Draw ranks of few distinct values, and where wanted what is much worse than what."""
    distinct = int(rng.choice([2, 3, 6]))
    ranks = rng.integers(0, distinct, (n_states, n_parties))
    if not strength:
        return preferences(ranks)
    much = np.empty_like(ranks)
    for party in range(n_parties):
        # Numbers that do not fall as ranks rise, and never above the rank itself.
        below = np.minimum(np.sort(rng.integers(-1, distinct, distinct)), np.arange(distinct))
        much[:, party] = below[ranks[:, party]]
    return preferences(ranks, much_below=much)


def sequences(graph: MoveGraph, movers: set[int], start: int) -> Iterator[list[Step]]:
    """Yield the shortest way to every (last mover, state) that legal sequences reach."""
    seen: set[Step] = set()
    level: list[list[Step]] = [[]]
    while level:
        longer: list[list[Step]] = []
        for way in level:
            last, here = way[-1] if way else (-1, start)
            for party in sorted(movers - {last}):
                for target in graph.moves(party, here).tolist():
                    if (party, target) not in seen:
                        seen.add((party, target))
                        longer.append([*way, (party, target)])
        yield from longer
        level = longer
