"""States as nodes and moves as arcs, one set of arcs for each party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints, frozen
from detente.engines.stability.space.actions import ActionSpace
from detente.engines.stability.space.kernels import (
    Arcs,
    count_moves,
    list_moves,
    transitive_moves,
)
from detente.engines.stability.space.whole import whole_numbers
from detente.errors import EngineInputError, SpaceTooLargeError

__all__ = ["MOST_MOVES", "MoveGraph", "graph_of", "move_graph"]

MOST_MOVES = 200_000_000
"""Moves beyond which a graph is not listed: 0.8 GB."""


@dataclass(frozen=True, slots=True, eq=False)
class MoveGraph:
    """Every move of every party, listed.

    The moves of party ``i`` from state ``s`` lead to ``targets[starts[i, s] : starts[i, s + 1]]``,
    ascending, ``s`` itself never among them.

    Attributes
    ----------
    starts : ndarray of intp, shape (n_parties, n_states + 1)
    targets : ndarray of int32, shape (n_moves,)
    is_transitive : tuple of bool, one per party
        Whether what the party reaches in two moves in a row it also reaches in one (or is where
        it was). Where all are, a party that moves twice in a row gains nothing by it.
    feasible : ndarray of bool, shape (n_states,), or None
        States that exist; None where all do. An infeasible state has no moves and none lead to it.
    """

    starts: Ints
    targets: Arcs
    is_transitive: tuple[bool, ...]
    feasible: Bools | None = None

    @property
    def n_states(self) -> int:
        return int(self.starts.shape[1] - 1)

    @property
    def n_parties(self) -> int:
        return int(self.starts.shape[0])

    def moves(self, party: int, state: int) -> Arcs:
        """Return where one party can go from one state."""
        return self.targets[self.starts[party, state] : self.starts[party, state + 1]]

    def arcs(self) -> Ints:
        """Return every move as a row of party, from, to; shape (n_moves, 3)."""
        counts = np.diff(self.starts, axis=1)
        party = np.repeat(np.arange(self.n_parties), counts.sum(axis=1))
        source = np.repeat(np.tile(np.arange(self.n_states), self.n_parties), counts.reshape(-1))
        return np.column_stack([party, source, self.targets]).astype(np.intp)

    def keeping(self, arcs: npt.ArrayLike) -> MoveGraph:
        """Return the graph with only some of its moves.

        Parameters
        ----------
        arcs : array_like of bool, shape (n_moves,)
            Which rows of :meth:`arcs` stay: moves that are open only in some states, for example.
        """
        kept = np.asarray(arcs, dtype=np.bool_)
        if kept.shape != self.targets.shape:
            raise EngineInputError(
                f"arcs: found shape {kept.shape}, expected {self.targets.shape}: one per move"
            )
        # The moves stay in their order, so that only their number before each start changes.
        before = np.concatenate([[0], np.cumsum(kept)]).astype(np.intp)
        starts, targets = before[self.starts], self.targets[kept]
        transitive = tuple(bool(transitive_moves(s, targets)) for s in starts)
        return MoveGraph(frozen(starts), frozen(targets), transitive, self.feasible)


def move_graph(
    n_states: int,
    n_parties: int,
    arcs: npt.ArrayLike | Sequence[tuple[int, int, int]],
    feasible: npt.ArrayLike | None = None,
) -> MoveGraph:
    """List moves given one by one.

    Parameters
    ----------
    n_states, n_parties : int
        At least one of each.
    arcs : array_like of int, shape (n_moves, 3)
        Party, from, to. Repeated moves and moves from a state to itself count once, or not at all.
    feasible : array_like of bool, shape (n_states,), optional
        States that exist. If left out, all.

    Raises
    ------
    EngineInputError
        If a row is not three whole numbers, a party or state is out of range, or a move touches an
        infeasible state.

    Examples
    --------
    >>> there_and_back = move_graph(2, 1, [(0, 0, 1), (0, 1, 0)])
    >>> there_and_back.moves(0, 1).tolist(), there_and_back.is_transitive
    ([0], (True,))
    """
    if n_states < 1 or n_parties < 1:
        raise EngineInputError(
            f"found {n_states} states and {n_parties} parties, expected at least one of each"
        )
    rows = whole_numbers(arcs, "arcs")
    if rows.size == 0:
        rows = rows.reshape(0, 3)
    if rows.ndim != 2 or rows.shape[1] != 3:
        raise EngineInputError(
            f"arcs: found shape {rows.shape}, expected (n_moves, 3): party, from, to"
        )
    for column, (name, limit) in enumerate(
        (("party", n_parties), ("state", n_states), ("state", n_states))
    ):
        wrong = (rows[:, column] < 0) | (rows[:, column] >= limit)
        if wrong.any():
            place = int(np.flatnonzero(wrong)[0])
            raise EngineInputError(
                f"arcs[{place}, {column}]: found {name} {rows[place, column]}, expected 0 to "
                f"{limit - 1}"
            )
    mask: Bools | None = None
    if feasible is not None:
        mask = np.array(feasible, dtype=np.bool_)
        if mask.shape != (n_states,) or not mask.any():
            raise EngineInputError(
                f"feasible: found shape {mask.shape} with {int(mask.sum())} true, expected "
                f"({n_states},) with at least one"
            )
        outside = ~(mask[rows[:, 1]] & mask[rows[:, 2]])
        if outside.any():
            place = int(np.flatnonzero(outside)[0])
            raise EngineInputError(
                f"arcs[{place}]: found a move from or to an infeasible state, expected feasible ones"
            )
        mask = None if mask.all() else frozen(mask)
    keys = (rows[:, 0] * n_states + rows[:, 1]) * n_states + rows[:, 2]
    keys = np.unique(keys[rows[:, 1] != rows[:, 2]])
    targets = (keys % n_states).astype(np.int32)
    sources = keys // n_states
    counts = np.bincount(sources, minlength=n_states * n_parties)
    ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
    starts = np.empty((n_parties, n_states + 1), dtype=np.intp)
    for party in range(n_parties):
        starts[party] = ends[party * n_states : (party + 1) * n_states + 1]
    transitive = tuple(bool(transitive_moves(starts[p], targets)) for p in range(n_parties))
    return MoveGraph(frozen(starts), frozen(targets), transitive, mask)


def graph_of(space: ActionSpace, most_moves: int = MOST_MOVES) -> MoveGraph:
    """List every move of a space of actions.

    Parameters
    ----------
    most_moves
        Moves that may be listed, 4 bytes each.

    Raises
    ------
    SpaceTooLargeError
        If there are more.

    Examples
    --------
    >>> from detente.engines.stability import action_space, graph_of
    >>> graph = graph_of(action_space([2, 2], controls=[0, 1]))
    >>> graph.arcs().tolist()[:2]
    [[0, 0, 1], [0, 1, 0]]
    """
    n_states = space.n_states
    feasible = np.ones(n_states, dtype=np.bool_) if space.feasible is None else space.feasible
    width = int(space.sizes.max())
    changes = np.zeros((len(space.sizes), width, width), dtype=np.bool_)
    for action, (size, table) in enumerate(zip(space.sizes.tolist(), space.allowed, strict=True)):
        changes[action, :size, :size] = True if table is None else table
    starts = np.zeros((space.n_parties, n_states + 1), dtype=np.intp)
    total = 0
    for party in range(space.n_parties):
        own = np.flatnonzero(space.controls[:, party]).astype(np.intp)
        counts = count_moves(space.sizes, space.strides, own, changes, feasible)
        starts[party, 0] = total
        starts[party, 1:] = total + np.cumsum(counts)
        total = int(starts[party, -1])
        if total > most_moves:
            raise SpaceTooLargeError(
                f"found more than {most_moves:,} moves between {n_states:,} states, expected at "
                "most that many to be listed; leave out actions that do not matter here"
            )
    targets = np.empty(total, dtype=np.int32)
    for party in range(space.n_parties):
        own = np.flatnonzero(space.controls[:, party]).astype(np.intp)
        list_moves(space.sizes, space.strides, own, changes, feasible, starts[party], targets)
    # One move changes all of a party's actions at once and their changes are transitive.
    transitive = (True,) * space.n_parties
    return MoveGraph(frozen(starts), frozen(targets), transitive, space.feasible)
