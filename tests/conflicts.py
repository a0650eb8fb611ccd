"""Random conflicts, and the plain definitions of the classical concepts in plain sets.

Nothing here knows how the engine works: moves are sets, answers are searched one legal sequence
after another, and a verdict is read off the words of its definition.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from detente.engines.stability.space.actions import ActionSpace, action_space
from detente.engines.stability.space.graph import MoveGraph, graph_of, move_graph
from detente.engines.stability.space.preferences import Preferences, preferences
from detente.engines.stability.verdicts import Concept

__all__ = [
    "Conflict",
    "conflict_of",
    "holds",
    "improvements",
    "places",
    "random_conflict",
    "random_conflicts",
    "reached",
    "unrestricted",
    "verdicts",
]


@dataclass(frozen=True, slots=True, eq=False)
class Conflict:
    """One conflict twice: as the engine takes it, and as plain sets and numbers."""

    graph: MoveGraph
    preferences: Preferences
    space: ActionSpace | None
    """The actions the graph was made of, if it was."""
    moves: list[list[set[int]]]
    """``moves[party][state]``, read off the definition of an action, not off the graph."""
    ranks: list[list[int]]
    """``ranks[party][state]``."""
    feasible: set[int]

    @property
    def parties(self) -> range:
        return range(len(self.moves))


def conflict_of(shape: ActionSpace | MoveGraph, ranks: object) -> Conflict:
    """Make a conflict of the engine's types from a space or a graph, and rows of ranks."""
    stated = preferences(np.asarray(ranks))
    if isinstance(shape, ActionSpace):
        graph, space, moves = graph_of(shape), shape, _moves_by_actions(shape)
    else:
        graph, space = shape, None
        moves = [[set() for _ in range(shape.n_states)] for _ in range(shape.n_parties)]
        for party, source, target in shape.arcs().tolist():
            moves[party][source].add(target)
    feasible = range(graph.n_states) if graph.feasible is None else np.flatnonzero(graph.feasible)
    return Conflict(
        graph, stated, space, moves, stated.low.T.tolist(), {int(state) for state in feasible}
    )


def _moves_by_actions(space: ActionSpace) -> list[list[set[int]]]:
    """Compare every two states action by action."""
    levels = space.levels_of(np.arange(space.n_states)).tolist()
    exists = [True] * space.n_states if space.feasible is None else space.feasible.tolist()
    moves: list[list[set[int]]] = []
    for party in range(space.n_parties):
        row: list[set[int]] = [set() for _ in levels]
        for here, old in enumerate(levels):
            for there, new in enumerate(levels):
                changed = [a for a, (x, y) in enumerate(zip(old, new, strict=True)) if x != y]
                if not changed or not exists[here] or not exists[there]:
                    continue
                if all(_may(space, party, a, old[a], new[a]) for a in changed):
                    row[here].add(there)
        moves.append(row)
    return moves


def _may(space: ActionSpace, party: int, action: int, old: int, new: int) -> bool:
    table = space.allowed[action]
    return bool(space.controls[action, party]) and (table is None or bool(table[old, new]))


def reached(conflict: Conflict, movers: set[int], start: int, *, improving: bool) -> set[int]:
    """Return R_H(s) or R+_H(s): the ends of legal sequences, in which nobody moves twice in a row."""
    seen: set[tuple[int, int]] = set()
    queue = deque([(-1, start)])
    while queue:
        last, here = queue.popleft()
        for party in movers - {last}:
            rank = conflict.ranks[party]
            for there in conflict.moves[party][here]:
                if improving and rank[there] <= rank[here]:
                    continue
                if (party, there) not in seen:
                    seen.add((party, there))
                    queue.append((party, there))
    return {state for _, state in seen}


def unrestricted(conflict: Conflict, movers: set[int], start: int, *, improving: bool) -> set[int]:
    """Return what would be reached if a party could move twice in a row: the wrong definition."""
    seen: set[int] = set()
    todo = [start]
    while todo:
        here = todo.pop()
        for party in movers:
            rank = conflict.ranks[party]
            for there in conflict.moves[party][here] - seen:
                if not improving or rank[there] > rank[here]:
                    seen.add(there)
                    todo.append(there)
    return seen


def improvements(conflict: Conflict, state: int, party: int) -> set[int]:
    """Return R+_i(s)."""
    rank = conflict.ranks[party]
    return {q for q in conflict.moves[party][state] if rank[q] > rank[state]}


def holds(
    conflict: Conflict, concept: Concept, state: int, party: int, *, twice_in_a_row: bool = False
) -> bool:
    """Say whether a state is stable for a party, by the words of the definition."""
    rank = conflict.ranks[party]
    others = set(conflict.parties) - {party}
    search = unrestricted if twice_in_a_row else reached

    def sanctions(end: int) -> bool:
        if rank[end] > rank[state]:
            return False
        if concept is Concept.SMR:
            return all(rank[back] <= rank[state] for back in conflict.moves[party][end])
        return True

    for q in improvements(conflict, state, party):
        if concept is Concept.NASH:
            return False
        ends = search(conflict, others, q, improving=concept is Concept.SEQ)
        if not any(sanctions(end) for end in ends):
            return False
    return True


def verdicts(
    conflict: Conflict, concept: Concept, *, twice_in_a_row: bool = False
) -> list[list[bool]]:
    """Return the table of verdicts, one row for each state; all false where it is infeasible."""
    return [
        [
            state in conflict.feasible
            and holds(conflict, concept, state, party, twice_in_a_row=twice_in_a_row)
            for party in conflict.parties
        ]
        for state in range(conflict.graph.n_states)
    ]


def random_conflict(rng: np.random.Generator) -> Conflict:
    """Draw a conflict of one to four parties, of actions or move by move, with many ties."""
    n_parties = int(rng.choice([1, 2, 2, 3, 3, 4]))
    shape = _random_space(rng, n_parties) if rng.random() < 0.4 else _random_graph(rng, n_parties)
    return conflict_of(shape, rng.integers(0, rng.choice([2, 3, 8]), (shape.n_states, n_parties)))


def _random_space(rng: np.random.Generator, n_parties: int) -> ActionSpace:
    """Draw two to four actions: of two or three levels, one-way or not, some held in common."""
    sizes = rng.choice([2, 2, 3], size=rng.integers(2, 5))
    controls = np.zeros((len(sizes), n_parties), dtype=bool)
    controls[np.arange(len(sizes)), rng.integers(0, n_parties, len(sizes))] = True
    controls |= rng.random(controls.shape) < rng.choice([0, 0.25])
    allowed = [
        np.triu(np.ones((size, size), dtype=bool)) if rng.random() < 0.3 else None
        for size in sizes.tolist()
    ]
    feasible = rng.random(int(np.prod(sizes))) < rng.choice([0.6, 1])
    feasible[0] = True
    return action_space(sizes, controls, allowed, feasible)


def _random_graph(rng: np.random.Generator, n_parties: int) -> MoveGraph:
    """Draw moves one by one: sparse enough that two moves in a row often lead where none does."""
    n_states = int(rng.integers(1, 11))
    feasible = rng.random(n_states) < rng.choice([0.75, 1])
    feasible[0] = True
    share = rng.choice([0.5, 1, 2]) / n_states
    drawn = rng.random((n_parties, n_states, n_states)) < share
    drawn &= feasible[:, None] & feasible
    return move_graph(n_states, n_parties, np.argwhere(drawn), feasible)


@cache
def random_conflicts(n: int, seed: int = 0) -> tuple[Conflict, ...]:
    """Return the same ``n`` random conflicts every time."""
    rng = np.random.default_rng(seed)
    return tuple(random_conflict(rng) for _ in range(n))


def places(conflict: Conflict) -> Iterator[tuple[int, int]]:
    """Yield every feasible state with every party."""
    for state in sorted(conflict.feasible):
        for party in conflict.parties:
            yield state, party
