"""Stability over many draws of everybody's preferences on one small graph."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Floats, Ints, frozen
from detente.engines._compiled import compiled
from detente.engines.stability.classical.kernels import (
    best_after,
    bring_about,
    reverse_moves,
    stays,
)
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.kernels import Arcs
from detente.engines.stability.verdicts import Concept
from detente.errors import EngineInputError, SpaceTooLargeError

__all__ = ["MOST_VERDICTS", "DrawnStability", "stability_over_draws"]

MOST_VERDICTS = 500_000_000
"""Verdicts beyond which no table over draws, states and parties is made; one byte each."""

PART = 64
"""Draws that a thread takes at once, at least."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnStability:
    """Where each party would stay under each draw.

    Attributes
    ----------
    stable : ndarray of bool, shape (n_draws, n_states, n_parties)
        False in every draw where a state is infeasible.
    concept : str
    method : str
    """

    stable: Bools
    concept: str
    method: str

    @property
    def shares(self) -> Floats:
        """Share of the draws in which each state is stable for each party."""
        return np.asarray(self.stable.mean(axis=0))

    @property
    def equilibria(self) -> Bools:
        """Whether each state is an equilibrium in each draw, shape (n_draws, n_states)."""
        return np.asarray(self.stable.all(axis=2))

    @property
    def equilibrium_shares(self) -> Floats:
        """Share of the draws in which each state is an equilibrium, shape (n_states,)."""
        return np.asarray(self.equilibria.mean(axis=0))


def stability_over_draws(
    graph: MoveGraph, ranks: npt.ArrayLike, concept: Concept
) -> DrawnStability:
    """Judge every state for every party under each of many draws of their preferences.

    Each draw is a conflict of its own on the same moves, with the definitions of
    :func:`~detente.engines.stability.classical.graph.graph_stability`, whose verdicts these are.

    Parameters
    ----------
    graph : MoveGraph
    ranks : array_like, shape (n_draws, n_states, n_parties)
        In each draw a number for each state and party, larger is better: whole ranks, or utilities
        of which only the order counts. Infeasible states have rows too.
    concept : Concept

    Returns
    -------
    DrawnStability
        Shares are of the draws as given: a draw that stands for more counts more only if it is
        given more often.

    Raises
    ------
    EngineInputError
        If the shape does not fit, there is no draw, or a number is not finite.
    SpaceTooLargeError
        If there would be more than :data:`MOST_VERDICTS` verdicts.

    Notes
    -----
    Per draw O(n_parties * (n_states log n_states + moves)) time. Draws are shared out between
    threads; the verdicts do not depend on how many. Memory is that of the verdicts, and four bytes
    for each number given.

    Examples
    --------
    >>> from detente.engines.stability import Concept, action_space, graph_of
    >>> from detente.engines.stability.draws import stability_over_draws
    >>> graph = graph_of(action_space([2, 2], controls=[0, 1]))
    >>> dilemma, hare = [[1, 1], [0, 3], [3, 0], [2, 2]], [[1, 1], [0, 1], [1, 0], [2, 2]]
    >>> drawn = stability_over_draws(graph, [dilemma, hare], Concept.NASH)
    >>> drawn.equilibrium_shares.tolist()
    [1.0, 0.0, 0.0, 0.5]
    """
    concept = Concept(concept)
    numbers = _numbers(graph, ranks)
    n_draws = len(numbers)
    stable = np.empty((n_draws, graph.n_parties, graph.n_states), dtype=np.bool_)
    back_starts, sources = np.empty_like(graph.starts), np.empty_like(graph.targets)
    reverse_moves(graph.starts, graph.targets, back_starts, sources)

    def judge(first: int, last: int) -> None:
        n = graph.n_states
        _judge(
            graph.starts,
            graph.targets,
            back_starts,
            sources,
            numbers[first:last],
            concept is not Concept.NASH,
            concept is Concept.SEQ,
            concept is Concept.SMR,
            np.empty(n, dtype=np.int64),
            np.empty((4, n), dtype=np.int32),
            np.empty((2 * n, 2), dtype=np.int32),
            stable[first:last],
        )

    n_parts = max(1, min(n_draws // PART, os.cpu_count() or 1))
    edges = [n_draws * part // n_parts for part in range(n_parts + 1)]
    if n_parts == 1:
        judge(0, n_draws)
    else:
        with ThreadPoolExecutor(n_parts) as pool:
            list(pool.map(judge, edges[:-1], edges[1:]))
    if graph.feasible is not None:
        stable &= graph.feasible
    method = "each draw backwards from the answers, worst first"
    if concept is Concept.NASH:
        method = "each draw over every move"
    return DrawnStability(frozen(stable.transpose(0, 2, 1)), concept.value, method)


def _numbers(graph: MoveGraph, ranks: npt.ArrayLike) -> Arcs:
    """Return one row of ranks per draw and party, shape (n_draws, n_parties, n_states)."""
    table = np.asarray(ranks)
    expected = (graph.n_states, graph.n_parties)
    if table.ndim != 3 or table.shape[1:] != expected or len(table) == 0:
        raise EngineInputError(
            f"ranks: found shape {table.shape}, expected (n_draws, {expected[0]}, {expected[1]}) "
            "with at least one draw"
        )
    if table.size > MOST_VERDICTS:
        raise SpaceTooLargeError(
            f"ranks: found {table.size:,} numbers, expected at most {MOST_VERDICTS:,}; judge fewer "
            "draws at once"
        )
    if not np.isfinite(table).all():
        draw, state, party = np.argwhere(~np.isfinite(table))[0]
        raise EngineInputError(
            f"ranks[{draw}, {state}, {party}]: found {table[draw, state, party]}, expected a finite "
            "number"
        )
    rows = table.transpose(0, 2, 1)
    limits = np.iinfo(np.int32)
    if table.dtype.kind in "iub" and limits.min <= table.min() and table.max() <= limits.max:
        return np.ascontiguousarray(rows, dtype=np.int32)
    order = np.argsort(rows, axis=2, kind="stable")
    ascending = np.take_along_axis(rows, order, axis=2)
    places = np.zeros(rows.shape, dtype=np.int32)
    places[..., 1:] = np.cumsum(ascending[..., 1:] != ascending[..., :-1], axis=2)
    dense = np.empty_like(places)
    np.put_along_axis(dense, order, places, axis=2)
    return dense


@compiled
def _sort(value: Arcs, order: Ints) -> None:
    """List states by value, worst first, in the manner of Shell; equal ones in any order."""
    n = len(value)
    for k in range(n):
        order[k] = k
    gap = 1
    while 3 * gap + 1 < n:
        gap = 3 * gap + 1
    while gap > 0:
        for k in range(gap, n):
            state = order[k]
            m = k
            while m >= gap and value[order[m - gap]] > value[state]:
                order[m] = order[m - gap]
                m -= gap
            order[m] = state
        gap //= 3


@compiled
def _judge(
    starts: Ints,
    targets: Arcs,
    back_starts: Ints,
    sources: Arcs,
    numbers: Arcs,
    answered: bool,
    improving: bool,
    countered: bool,
    order: Ints,
    rows: Arcs,
    todo: Arcs,
    stable: Bools,
) -> None:
    """Judge draw after draw in the same scratch rows."""
    value, first, end_of, touched = rows[0], rows[1], rows[2], rows[3]
    n_states = numbers.shape[2]
    for draw in range(numbers.shape[0]):
        ranks = numbers[draw]
        for party in range(numbers.shape[1]):
            rank = ranks[party]
            if not answered:
                stays(starts[party], targets, rank, rank, stable[draw, party])
                continue
            if countered:
                best_after(starts[party], targets, rank, value)
            else:
                for state in range(n_states):
                    value[state] = rank[state]
            _sort(value, order)
            for state in range(n_states):
                first[state] = -1
                end_of[state] = -1
            bring_about(
                back_starts,
                sources,
                ranks,
                party,
                improving,
                order,
                first,
                end_of,
                todo,
                touched,
            )
            # No longer needed as such, the list of states touched holds what moving there is worth.
            for state in range(n_states):
                touched[state] = min(rank[state], value[end_of[state]])
            stays(starts[party], targets, rank, touched, stable[draw, party])
