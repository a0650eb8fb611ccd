"""Limited-move stability: who would move, when everybody looks a set number of moves ahead?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Bools, Ints, frozen
from detente.engines._compiled import compiled
from detente.engines.stability.space.fits import certain_ranks, check_place
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.kernels import Arcs
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.verdicts import Stability
from detente.errors import EngineInputError

__all__ = ["LimitedMoveStability", "anticipated_moves", "limited_move_stability"]

METHOD = "backward induction over the moves left; of several who would move next, the worst"


@dataclass(frozen=True, slots=True, eq=False)
class LimitedMoveStability:
    """Where each party would stay, for each horizon.

    Attributes
    ----------
    stable : ndarray of bool, shape (horizon, n_states, n_parties)
        ``stable[h - 1]`` is for horizon ``h``. False in every column where a state is infeasible.
    anticipated : ndarray of int32, shape (horizon, n_states, n_parties)
        The rank, for the party on move, of the state it expects the conflict to end in; with more
        than two parties, the least it has to reckon with.
    settled : int or None
        The first horizon from which on nothing changes, however far one looks: what is stable
        there is non-myopically stable. None if none was reached.
    method : str
    """

    stable: Bools
    anticipated: Arcs
    settled: int | None
    method: str

    def at(self, horizon: int) -> Stability:
        """Return the verdicts of one horizon, from 1."""
        if not 1 <= horizon <= len(self.stable):
            raise EngineInputError(
                f"horizon: found {horizon}, expected 1 to {len(self.stable)}, as was asked for"
            )
        return Stability(self.stable[horizon - 1], f"limited move, horizon {horizon}", self.method)


def limited_move_stability(
    graph: MoveGraph, preferences: Preferences, horizon: int
) -> LimitedMoveStability:
    """Find where each party would stay if everybody looks up to so many moves ahead.

    Party ``i``, on move at ``s`` with ``h`` moves left, expects from each move what would follow
    it, and makes the one from which it expects most, if that is more than staying gives it; else it
    stays and the conflict ends at ``s``. It expects of a move to ``q`` that another party moves on
    from there by the same reasoning with ``h - 1`` moves left, and of a move after which nobody
    would move, or no move is left, that it ends in ``q``. State ``s`` is stable with horizon ``h``
    for ``i`` if ``i`` stays [1]_ [2]_. Moves need not be improvements. Of several best moves the one
    to the state of the smallest number is made; a move that gains nothing is not made. Horizon 1 is
    Nash stability.

    For two parties this is the definition of the literature. With more, who moves next is open. The
    reading here is cautious and our own: any *one* of the parties that would move on may, and
    whoever looks ahead reckons with the one that is worst for itself. The definitions published
    for more than two parties differ from each other and from this; no published table of them has
    been checked yet.

    Parameters
    ----------
    graph : MoveGraph
    preferences : Preferences
        Certain ones.
    horizon : int
        At least 1.

    Raises
    ------
    EngineInputError
        If the preferences are of another shape or not certain, or the horizon is below 1.

    Notes
    -----
    O(horizon * n_parties * (moves + n_parties * states)) time; working memory linear in
    states * n_parties**2. Stops early, and repeats the last layer, where two layers are the same.

    References
    ----------
    .. [1] F. C. Zagare, Limited-move equilibria in 2 x 2 games, Theory and Decision 16, 1984.
    .. [2] L. Fang, K. W. Hipel and D. M. Kilgour, Interactive Decision Making: The Graph Model for
       Conflict Resolution, Wiley, 1993.

    Examples
    --------
    Chicken. At state 0 both swerve, and with no look ahead each would rather drive on alone; who
    looks three moves ahead expects to be met by the other, and to have to yield.

    >>> from detente.engines.stability import (
    ...     action_space, graph_of, limited_move_stability, preferences)
    >>> graph = graph_of(action_space([2, 2], controls=[0, 1]))
    >>> chicken = preferences([[3, 3], [4, 2], [2, 4], [1, 1]])
    >>> result = limited_move_stability(graph, chicken, horizon=4)
    >>> [result.at(h).equilibria.tolist() for h in (1, 2, 3, 4)], result.settled
    ([[1, 2], [], [0], [0]], 3)
    """
    ranks = certain_ranks(graph, preferences)
    _check_horizon(horizon)
    n, n_states = graph.n_parties, graph.n_states
    feasible = np.ones(n_states, dtype=np.bool_) if graph.feasible is None else graph.feasible
    stable = np.zeros((horizon, n_states, n), dtype=np.bool_)
    anticipated = np.empty((horizon, n_states, n), dtype=np.int32)
    values, choice = _last_layer(ranks)
    later_values, later_choice = values.copy(), choice.copy()
    settled = None
    for h in range(horizon):
        _layer(graph.starts, graph.targets, ranks, values, choice, later_values, later_choice)
        stable[h] = (later_choice < 0).T & feasible[:, None]
        for party in range(n):
            anticipated[h, :, party] = later_values[party, party]
        # A layer follows from the one before, ties included, so two that agree go on for ever.
        if (later_choice == choice).all() and (later_values == values).all():
            settled = max(h, 1)
            stable[h:], anticipated[h:] = stable[h], anticipated[h]
            break
        values, choice, later_values, later_choice = later_values, later_choice, values, choice
    return LimitedMoveStability(frozen(stable), frozen(anticipated), settled, METHOD)


def anticipated_moves(
    graph: MoveGraph, preferences: Preferences, horizon: int, state: int, party: int
) -> Ints:
    """Return the moves one party expects if it is on move: rows of mover and state it moves to.

    Empty if it stays. Of several that would move next it is the one worst for ``party``; the rank
    of the last state for ``party`` is what it anticipates.

    Parameters
    ----------
    horizon : int
        Moves that everybody looks ahead, at least 1.

    Raises
    ------
    EngineInputError
        As :func:`limited_move_stability`, and if the state or the party does not exist.

    Notes
    -----
    Keeps every layer: memory of horizon * states * n_parties**2.

    Examples
    --------
    >>> from detente.engines.stability import (
    ...     action_space, anticipated_moves, graph_of, preferences)
    >>> graph = graph_of(action_space([2, 2], controls=[0, 1]))
    >>> chicken = preferences([[3, 3], [4, 2], [2, 4], [1, 1]])
    >>> anticipated_moves(graph, chicken, horizon=2, state=0, party=0).tolist()
    [[0, 1]]
    """
    ranks = certain_ranks(graph, preferences)
    _check_horizon(horizon)
    check_place(graph, state, party)
    layers = [_last_layer(ranks)]
    for _ in range(horizon):
        values, choice = layers[-1]
        layers.append((values.copy(), choice.copy()))
        _layer(graph.starts, graph.targets, ranks, values, choice, *layers[-1])
    rows: list[tuple[int, int]] = []
    mover, here = party, state
    for values, choice in reversed(layers):
        if rows:
            eager = [k for k in range(graph.n_parties) if k != mover and choice[k, here] >= 0]
            if not eager:
                break
            mover = min(eager, key=lambda k: int(values[k, party, here]))
        target = int(choice[mover, here])
        if target < 0:
            break
        rows.append((mover, target))
        here = target
    return frozen(np.array(rows, dtype=np.intp).reshape(-1, 2))


def _check_horizon(horizon: int) -> None:
    if horizon < 1:
        raise EngineInputError(f"horizon: found {horizon}, expected at least 1 move ahead")


def _last_layer(ranks: Arcs) -> tuple[Arcs, Arcs]:
    """Return the layer with no move left: everybody stays.

    Values have the axes mover, evaluator, state; choices, -1 for staying, mover and state.
    """
    n = len(ranks)
    values = np.empty((n, n, ranks.shape[1]), dtype=np.int32)
    values[:] = ranks
    return values, np.full(ranks.shape, -1, dtype=np.int32)


@compiled
def _after(ranks: Arcs, values: Arcs, choice: Arcs, state: int, mover: int, evaluator: int) -> int:
    """Return the least the evaluator has to reckon with once the mover has come to a state."""
    least, ends_here = 0, True
    for k in range(len(ranks)):
        if k != mover and choice[k, state] >= 0:
            value = values[k, evaluator, state]
            if ends_here or value < least:
                least, ends_here = value, False
    return int(ranks[evaluator, state]) if ends_here else int(least)


@compiled
def _layer(
    starts: Ints,
    targets: Arcs,
    ranks: Arcs,
    values: Arcs,
    choice: Arcs,
    later_values: Arcs,
    later_choice: Arcs,
) -> None:
    """Fill the layer with one more move left than the one given."""
    n, n_states = ranks.shape
    for mover in range(n):
        for state in range(n_states):
            most, best = ranks[mover, state], -1
            for arc in range(starts[mover, state], starts[mover, state + 1]):
                value = _after(ranks, values, choice, targets[arc], mover, mover)
                if value > most:
                    most, best = value, targets[arc]
            later_choice[mover, state] = best
            for evaluator in range(n):
                later_values[mover, evaluator, state] = (
                    ranks[evaluator, state]
                    if best < 0
                    else _after(ranks, values, choice, best, mover, evaluator)
                )
