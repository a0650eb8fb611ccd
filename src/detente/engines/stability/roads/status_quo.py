"""Which endings are reached from today, by whose moves, and where somebody would have to give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints, frozen
from detente.engines.stability.roads.kernels import improves
from detente.engines.stability.roads.reach import (
    Reach,
    check_start,
    reachable,
    reachable_cheaply,
)
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.kernels import Arcs
from detente.engines.stability.space.preferences import Preferences
from detente.errors import EngineInputError

__all__ = ["Road", "Roads", "StatusQuo", "roads_between", "status_quo_analysis"]


@dataclass(frozen=True, slots=True)
class Road:
    """One way from a state to another.

    Attributes
    ----------
    start : int
    moves : tuple of (party, state)
        Who moves and where to, one after another; none where the start is the end.
    improving : tuple of bool
        For each move, whether it is an improvement for whoever makes it.
    """

    start: int
    moves: tuple[tuple[int, int], ...]
    improving: tuple[bool, ...]

    @property
    def end(self) -> int:
        return self.moves[-1][1] if self.moves else self.start

    @property
    def states(self) -> tuple[int, ...]:
        """Every state on the way, the start and the end too."""
        return (self.start, *(state for _, state in self.moves))

    @property
    def movers(self) -> tuple[int, ...]:
        """Who moves at all, ascending."""
        return tuple(sorted({party for party, _ in self.moves}))

    @property
    def first_not_improving(self) -> int | None:
        """The first move that its mover has no reason to make for the state it leads to."""
        return self.improving.index(False) if False in self.improving else None


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """For each end the shortest road, and the shortest by improvements only.

    Attributes
    ----------
    start : int
    ends : ndarray of intp, shape (n_ends,)
        As given.
    shortest, by_improvements : tuple of Road or None, one per end
        None where there is no such road.
    method : str
    """

    start: int
    ends: Ints
    shortest: tuple[Road | None, ...]
    by_improvements: tuple[Road | None, ...]
    method: str


@dataclass(frozen=True, slots=True, eq=False)
class StatusQuo:
    """What stability says is an ending, seen from where things stand.

    Attributes
    ----------
    start : int
    equilibria : ndarray of intp, shape (n_equilibria,)
        As given.
    distance : ndarray of int32, shape (n_equilibria,)
        Fewest moves that lead there, -1 where none do.
    improving_distance : ndarray of int32, shape (n_equilibria,)
        Fewest where every move is an improvement for its mover, -1 where there is no such road.
    steps_against : ndarray of int32, shape (n_equilibria,)
        Moves that are no improvements on the shortest road with the fewest of them; -1 where
        there is no road.
    movers : ndarray of bool, shape (n_equilibria, n_parties)
        Who moves on that road.
    needed : ndarray of bool, shape (n_equilibria, n_parties)
        Without whose moves no road leads there, however long.
    method : str
    """

    start: int
    equilibria: Ints
    distance: Arcs
    improving_distance: Arcs
    steps_against: Arcs
    movers: Bools
    needed: Bools
    method: str

    @property
    def reached(self) -> Ints:
        """The equilibria that some road leads to, in the order given."""
        return self.equilibria[self.distance >= 0]

    @property
    def reached_by_improvements(self) -> Ints:
        """The equilibria that a road of improvements leads to, in the order given."""
        return self.equilibria[self.improving_distance >= 0]


def roads_between(
    graph: MoveGraph, preferences: Preferences, start: int, ends: npt.ArrayLike | Iterable[int]
) -> Roads:
    """Tell for each of some ends how it is reached from a state.

    Of several roads the shortest is told; of those, one with the fewest moves that are not
    improvements for their mover; then the one whose last move is by the lowest party, from the
    lowest state, and so on back to the start. A move is an improvement if where it leads is surely
    better for the mover than where it leads from.

    Parameters
    ----------
    graph : MoveGraph
    preferences : Preferences
    start : int
        A feasible state.
    ends : array_like of int, shape (n_ends,)
        Feasible states.

    Raises
    ------
    EngineInputError
        If a state is infeasible or not there, or the preferences have another shape.

    Notes
    -----
    Two searches of O(moves) time, however many ends.

    Examples
    --------
    Both disarm (state 3) from neither (state 0): the shortest road asks one to go first.

    >>> from detente.engines.stability import action_space, graph_of, preferences
    >>> from detente.engines.stability.roads import roads_between
    >>> graph = graph_of(action_space([2, 2], controls=[0, 1]))
    >>> ranks = preferences([[1, 1], [0, 3], [3, 0], [2, 2]])
    >>> roads = roads_between(graph, ranks, start=0, ends=[3])
    >>> roads.shortest[0].moves, roads.shortest[0].improving, roads.by_improvements[0]
    (((1, 2), (0, 3)), (False, False), None)
    """
    targets = _states(graph, ends, "ends")
    cheaply = reachable_cheaply(graph, start, preferences)
    improving = reachable(graph, start, preferences=preferences)
    return Roads(
        start,
        frozen(targets),
        tuple(_road(cheaply, preferences, end) for end in targets.tolist()),
        tuple(_road(improving, preferences, end) for end in targets.tolist()),
        cheaply.method,
    )


def status_quo_analysis(
    graph: MoveGraph,
    preferences: Preferences,
    start: int,
    equilibria: npt.ArrayLike | Iterable[int],
) -> StatusQuo:
    """Say which equilibria are reached from the status quo, after how many moves, and by whom.

    An equilibrium that no road leads to is no ending of this conflict, and one that no road of
    improvements leads to needs somebody to move against its own next preference: the question
    that stability leaves open [1]_.

    Parameters
    ----------
    graph : MoveGraph
    preferences : Preferences
    start : int
        Where things stand; a feasible state.
    equilibria : array_like of int, shape (n_equilibria,)
        Feasible states, such as :attr:`Stability.equilibria`.

    Raises
    ------
    EngineInputError
        As :func:`roads_between`.

    Notes
    -----
    Two searches and one more for each party, O(moves) time each; the roads themselves are walked
    back once per equilibrium. :func:`roads_between` tells them for those one wants to see.

    References
    ----------
    .. [1] K. W. Li, D. M. Kilgour and K. W. Hipel, "Status quo analysis in the graph model for
       conflict resolution", Journal of the Operational Research Society 56(6), 2005, 699-707.

    Examples
    --------
    >>> from detente.engines.stability import action_space, graph_of, preferences
    >>> from detente.engines.stability.roads import status_quo_analysis
    >>> graph = graph_of(action_space([2, 2], controls=[0, 1]))
    >>> ranks = preferences([[1, 1], [0, 3], [3, 0], [2, 2]])
    >>> today = status_quo_analysis(graph, ranks, start=3, equilibria=[0, 3])
    >>> today.distance.tolist(), today.improving_distance.tolist(), today.needed.tolist()
    ([2, 0], [2, 0], [[True, True], [False, False]])
    """
    targets = _states(graph, equilibria, "equilibria")
    cheaply = reachable_cheaply(graph, start, preferences)
    improving = reachable(graph, start, preferences=preferences)
    shape = (len(targets), graph.n_parties)
    needed = np.zeros(shape, dtype=np.bool_)
    there = cheaply.distance[targets] >= 0
    for party in range(graph.n_parties):
        others = [other for other in range(graph.n_parties) if other != party]
        without = reachable(graph, start, parties=others)
        needed[:, party] = there & (without.distance[targets] < 0)
    movers = np.zeros(shape, dtype=np.bool_)
    against = np.full(len(targets), -1, dtype=np.int32)
    for place, end in enumerate(targets.tolist()):
        road = _road(cheaply, preferences, end)
        if road is not None:
            movers[place, list(road.movers)] = True
            against[place] = len(road.moves) - sum(road.improving)
    return StatusQuo(
        start,
        frozen(targets),
        frozen(cheaply.distance[targets]),
        frozen(improving.distance[targets]),
        frozen(against),
        frozen(movers),
        frozen(needed),
        cheaply.method,
    )


def _road(reach: Reach, preferences: Preferences, end: int) -> Road | None:
    if reach.distance[end] < 0:
        return None
    moves = reach.road(end)
    low, high, unknown = preferences.low.T, preferences.high.T, preferences.unknown
    improving, here = [], reach.start
    for party, there in moves:
        improving.append(bool(improves(low, high, unknown, party, here, there)))
        here = there
    return Road(reach.start, moves, tuple(improving))


def _states(graph: MoveGraph, states: npt.ArrayLike | Iterable[int], name: str) -> Ints:
    given = np.asarray(list(states) if isinstance(states, Iterable) else states)
    if given.ndim != 1 or (len(given) and given.dtype.kind not in "iu"):
        raise EngineInputError(
            f"{name}: found shape {given.shape} of {given.dtype}, expected a list of states"
        )
    numbers = given.astype(np.intp)
    for place, state in enumerate(numbers.tolist()):
        check_start(graph, state, f"{name}[{place}]")
    return numbers
