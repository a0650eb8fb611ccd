"""The moves by which those outside a coalition may answer it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from detente.engines._checks import Bools, Ints, frozen
from detente.engines.stability.space.graph import MOST_MOVES, MoveGraph
from detente.engines.stability.space.kernels import Arcs
from detente.engines.stability.space.sequences import room, seek
from detente.errors import SpaceTooLargeError

__all__ = [
    "AnswerMoves",
    "Known",
    "answer_moves",
    "everything_reached",
    "improving_moves",
    "joint_improvements",
    "members_of",
]

MOST_SEARCHES = 2_000_000
"""Searches for joint answers to one coalition, one per coalition outside and state: a minute."""

Coalition = tuple[int, ...]
Known = dict[Coalition, tuple[Ints, Arcs]]
"""For each coalition how many joint improvements it has from each state, and all of them."""


@dataclass(frozen=True, slots=True, eq=False)
class AnswerMoves:
    """A graph of improvements whose movers are parties or, for joint answers, coalitions."""

    graph: MoveGraph
    movers: tuple[Coalition, ...]
    answering: Bools


def improving_moves(graph: MoveGraph, ranks: Arcs) -> MoveGraph:
    """Return the graph with only the moves that are improvements for their movers."""
    arcs = graph.arcs()
    party, here, there = arcs.T
    return graph.keeping(ranks[party, there] > ranks[party, here])


def members_of(coalition: Coalition, n_parties: int) -> Bools:
    """Mark the members among all parties."""
    mask = np.zeros(n_parties, dtype=np.bool_)
    mask[list(coalition)] = True
    return frozen(mask)


def everything_reached(
    graph: MoveGraph, ranks: Arcs, coalition: Coalition, state: int, work: tuple[Arcs, Arcs]
) -> tuple[int, Arcs]:
    """Return the nodes that legal sequences of one coalition come to, and how many they are."""
    first, nodes = work
    may_move, unwanted = members_of(coalition, graph.n_parties), np.empty(0, dtype=np.int32)
    sought = (ranks[:0], unwanted, False)
    _, n = seek(graph.starts, graph.targets, may_move, state, *sought, first, nodes)
    return n, nodes


def joint_improvements(
    graph: MoveGraph, ranks: Arcs, coalition: Coalition, state: int, work: tuple[Arcs, Arcs]
) -> Arcs:
    """Return the states one coalition can come to that are better for each member, ascending."""
    n, nodes = everything_reached(graph, ranks, coalition, state, work)
    reached = np.unique(nodes[1:n, 0])
    members = ranks[list(coalition)]
    better = (members[:, reached] > members[:, [state]]).all(axis=0)
    kept: Arcs = reached[better]
    return kept


def _listed(
    graph: MoveGraph, ranks: Arcs, group: Coalition, work: tuple[Arcs, Arcs]
) -> tuple[Ints, Arcs]:
    """Return how many joint improvements one coalition has from each state, and all of them."""
    rows = [joint_improvements(graph, ranks, group, s, work) for s in range(graph.n_states)]
    counts = np.array([len(row) for row in rows], dtype=np.intp)
    return counts, np.concatenate(rows).astype(np.int32)


def answer_moves(
    graph: MoveGraph,
    improving: MoveGraph,
    ranks: Arcs,
    coalition: Coalition,
    known: Known | None,
) -> AnswerMoves:
    """Return how those outside a coalition answer: by improving, alone or, with ``known``, jointly.

    ``known`` keeps what each coalition outside can do from one call to the next.
    """
    outside = [party for party in range(graph.n_parties) if party not in coalition]
    if known is None or len(outside) < 2:
        movers = tuple((party,) for party in range(graph.n_parties))
        return AnswerMoves(improving, movers, members_of(tuple(outside), graph.n_parties))
    n_groups = 2 ** len(outside) - 1
    if n_groups * graph.n_states > MOST_SEARCHES:
        raise SpaceTooLargeError(
            f"found {n_groups:,} coalitions that could answer in {graph.n_states:,} states, expected "
            f"at most {MOST_SEARCHES:,} of both multiplied; let answers be given one by one instead"
        )
    groups = [group for size in range(1, len(outside) + 1) for group in combinations(outside, size)]
    work = room(graph.n_states)
    total = sum(len(targets) for _, targets in known.values())
    for group in groups:
        if group not in known:
            known[group] = _listed(graph, ranks, group, work)
            total += len(known[group][1])
        if total > MOST_MOVES:
            raise SpaceTooLargeError(
                f"found more than {MOST_MOVES:,} joint improvements, those by the parties outside "
                f"coalition {coalition} among them, expected at most that many to be listed; let "
                "answers be given one by one instead"
            )
    counts = np.concatenate([known[group][0] for group in groups])
    ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
    places = np.arange(graph.n_states + 1) + graph.n_states * np.arange(len(groups))[:, None]
    listed = MoveGraph(
        frozen(ends[places]),
        frozen(np.concatenate([known[group][1] for group in groups])),
        (False,) * len(groups),
        graph.feasible,
    )
    return AnswerMoves(listed, tuple(groups), frozen(np.ones(len(groups), dtype=np.bool_)))
