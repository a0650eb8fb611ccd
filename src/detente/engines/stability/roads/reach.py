"""Which states are reached from a state, after how many moves, and how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Bools, Ints, frozen
from detente.engines.stability.roads.kernels import search
from detente.engines.stability.space.fits import check_fit
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.kernels import Arcs
from detente.engines.stability.space.preferences import Preferences
from detente.errors import EngineInputError

__all__ = ["Reach", "check_start", "reachable", "reachable_cheaply"]

NOBODY = -1


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """What is reached from a state by legal sequences, and a shortest road to each state of it.

    Attributes
    ----------
    start : int
    may_move : ndarray of bool, shape (n_parties,)
        The parties that move.
    only_improvements : bool
        Whether each move is an improvement for whoever makes it.
    distance : ndarray of int32, shape (n_states,)
        Fewest moves; 0 for the start, -1 where a state is not reached.
    movers, origins : ndarray of int32, shape (1 or 2, n_states)
        Who moves last, and from where, on the first road to each state; in the second row, on the
        first of the roads whose last mover is another party, which is what a road that goes on
        with a move of the party in the first row has come by. One row where all moves are
        transitive: no shortest road needs another.
    method : str
    """

    start: int
    may_move: Bools
    only_improvements: bool
    distance: Arcs
    movers: Arcs
    origins: Arcs
    method: str

    @property
    def states(self) -> Ints:
        """The states that are reached, ascending; the start, which takes no move, among them."""
        return np.flatnonzero(self.distance >= 0)

    def road(self, state: int) -> tuple[tuple[int, int], ...]:
        """Return a shortest road: for each move who makes it and where it leads.

        Raises
        ------
        EngineInputError
            If the state does not exist or is not reached.
        """
        if not 0 <= state < len(self.distance):
            raise EngineInputError(f"state: found {state}, expected 0 to {len(self.distance) - 1}")
        if self.distance[state] < 0:
            raise EngineInputError(
                f"state: found {state}, which is not reached from {self.start}, expected one of "
                "`states`"
            )
        moves: list[tuple[int, int]] = []
        here, following = state, NOBODY
        while len(moves) < self.distance[state]:
            row = 1 if moves and self.movers[0, here] == following else 0
            following = int(self.movers[row, here])
            moves.append((following, here))
            here = int(self.origins[row, here])
        return tuple(reversed(moves))


def reachable(
    graph: MoveGraph,
    start: int,
    parties: Iterable[int] | None = None,
    preferences: Preferences | None = None,
) -> Reach:
    """Find the states that some parties can bring about together from a state.

    They move one after another, in any order and number, nobody twice in a row: the legal sequences
    of moves, or of improvements, of the graph model [1]_. Of several shortest roads to a state
    the one is told whose last move is by the lowest party, from the lowest state, and so on back
    to the start.

    Parameters
    ----------
    graph : MoveGraph
    start : int
        A feasible state.
    parties : iterable of int, optional
        Who moves. If left out, everybody.
    preferences : Preferences, optional
        If given, everybody only makes improvements: moves to states surely better for the mover
        than the one moved from. If left out, any move counts.

    Raises
    ------
    EngineInputError
        If the start is infeasible or not there, a party is not there, or the preferences have
        another shape.

    Notes
    -----
    O(moves) time, or twice that where moves of some party are not transitive; 16 bytes per state,
    or 32.

    References
    ----------
    .. [1] L. Fang, K. W. Hipel and D. M. Kilgour, Interactive Decision Making: The Graph Model for
       Conflict Resolution, Wiley, 1993.

    Examples
    --------
    >>> from detente.engines.stability import move_graph
    >>> from detente.engines.stability.roads import reachable
    >>> steps = move_graph(4, 2, [(0, 0, 1), (0, 1, 2), (1, 1, 3), (0, 3, 2)])
    >>> reach = reachable(steps, start=0)
    >>> reach.distance.tolist(), reach.road(2)
    ([0, 1, 3, 2], ((0, 1), (1, 3), (0, 2)))
    """
    check_start(graph, start)
    if preferences is not None:
        check_fit(graph, preferences)
    only_improvements = preferences is not None
    return _searched(graph, start, _may_move(graph, parties), preferences, only_improvements)


def reachable_cheaply(graph: MoveGraph, start: int, preferences: Preferences) -> Reach:
    """Find what everybody together reaches by any moves, by improvements as far as possible.

    As :func:`reachable`, except that of several shortest roads the one is told with the fewest
    moves that are not improvements for the mover, and only then by lowest party and state.

    Raises
    ------
    EngineInputError
        As :func:`reachable`.
    """
    check_start(graph, start)
    check_fit(graph, preferences)
    return _searched(graph, start, _may_move(graph, None), preferences, False)


def check_start(graph: MoveGraph, start: int, name: str = "start") -> None:
    """Refuse a state that is not there or infeasible."""
    if not isinstance(start, int | np.integer):
        raise EngineInputError(f"{name}: found {start!r}, expected a whole number")
    if not 0 <= start < graph.n_states:
        raise EngineInputError(f"{name}: found {start}, expected 0 to {graph.n_states - 1}")
    if graph.feasible is not None and not graph.feasible[start]:
        raise EngineInputError(
            f"{name}: found {start}, which is infeasible, expected a feasible state"
        )


def _may_move(graph: MoveGraph, parties: Iterable[int] | None) -> Bools:
    if parties is None:
        return frozen(np.ones(graph.n_parties, dtype=np.bool_))
    chosen = np.zeros(graph.n_parties, dtype=np.bool_)
    for place, party in enumerate(parties):
        whole: bool = isinstance(party, int | np.integer)
        if not (whole and 0 <= party < graph.n_parties):
            raise EngineInputError(
                f"parties[{place}]: found {party}, expected 0 to {graph.n_parties - 1}"
            )
        chosen[party] = True
    return frozen(chosen)


def _searched(
    graph: MoveGraph,
    start: int,
    may_move: Bools,
    preferences: Preferences | None,
    only_improvements: bool,
) -> Reach:
    # A party that does not move may be as intransitive as it likes. Improvements of a party with
    # transitive moves are transitive too, save where comparisons of single pairs are unknown.
    transitive = all(
        is_transitive or not moves
        for is_transitive, moves in zip(graph.is_transitive, may_move.tolist(), strict=True)
    )
    if only_improvements and preferences is not None and len(preferences.unknown):
        transitive = False
    rows = 1 if transitive else 2
    tables = [np.full((rows, graph.n_states), -1, dtype=np.int32) for _ in range(4)]
    distances, costs, movers, origins = tables
    costs[:] = 0
    if preferences is None:
        low = high = frozen(np.empty((0, 0), dtype=np.int32))
        unknown = frozen(np.empty(0, dtype=np.int64))
    else:
        low, high, unknown = preferences.low.T, preferences.high.T, preferences.unknown
    search(
        graph.starts,
        graph.targets,
        low,
        high,
        unknown,
        only_improvements,
        may_move,
        start,
        distances,
        costs,
        movers,
        origins,
    )
    method = "breadth first over states"
    if not transitive:
        method = "breadth first over states, the two best last movers of each"
    return Reach(
        start,
        may_move,
        only_improvements,
        frozen(np.ascontiguousarray(distances[0])),
        frozen(movers),
        frozen(origins),
        method,
    )
