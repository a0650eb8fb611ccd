"""Strong and weak stability: does the answer hurt much, or just enough?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Bools, Ints, frozen
from detente.engines._compiled import compiled
from detente.engines.stability.classical.graph import Search, graph_stability
from detente.engines.stability.space.fits import certain_ranks
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.kernels import Arcs
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.verdicts import Concept
from detente.errors import EngineInputError

__all__ = ["StrengthStability", "strength_stability"]


@dataclass(frozen=True, slots=True, eq=False)
class StrengthStability:
    """Where each party would stay, and where it would stay with conviction.

    Attributes
    ----------
    general : ndarray of bool, shape (n_states, n_parties)
        Stable, however little the answers hurt. False where a state is infeasible.
    strong : ndarray of bool, shape (n_states, n_parties)
        Stable because every improvement is answered with something much worse.
    concept : str
    method : str
    """

    general: Bools
    strong: Bools
    concept: str
    method: str

    @property
    def weak(self) -> Bools:
        """Stable, but not strongly."""
        return frozen(self.general & ~self.strong)

    @property
    def equilibria(self) -> Ints:
        """The states that are stable for every party, ascending."""
        return np.flatnonzero(self.general.all(axis=1))

    @property
    def strong_equilibria(self) -> Ints:
        """The states that are strongly stable for every party, ascending."""
        return np.flatnonzero(self.strong.all(axis=1))


def strength_stability(
    graph: MoveGraph, preferences: Preferences, concept: Concept
) -> StrengthStability:
    """Find where each party stays, told apart by how much the answers would hurt.

    A state ``s`` is *generally* stable for a party as in :func:`graph_stability`: an answer to each
    improvement leaves it no better off than in ``s``. It is *strongly* stable if to each
    improvement there is an answer that leaves it in a state much worse than ``s``; for
    :attr:`Concept.SMR`, one from which no single move of its own leads to anything that is not much
    worse than ``s``. It is *weakly* stable if generally but not strongly stable [1]_ [2]_.
    Improvements may be strong or mild, the party's own as well as those of whoever answers.
    Where there is nothing to deter, as in every state that is stable by :attr:`Concept.NASH`, a
    state is strongly stable.

    Parameters
    ----------
    graph : MoveGraph
    preferences : Preferences
        Certain ones, with ``much_below`` stated.
    concept : Concept

    Raises
    ------
    EngineInputError
        If the preferences are of another shape or not certain, or no strength is stated.

    Notes
    -----
    Cost as :func:`graph_stability`, twice: one search per party gives the worst that can follow
    each move, and with it both verdicts. Three levels of preference, as in the first source;
    published tables of strength are still to be checked.

    References
    ----------
    .. [1] L. Hamouda, D. M. Kilgour and K. W. Hipel, Strength of preference in the graph model for
       conflict resolution, Group Decision and Negotiation 13, 2004.
    .. [2] L. Hamouda, D. M. Kilgour and K. W. Hipel, Strength of preference in graph models for
       multiple-decision-maker conflicts, Applied Mathematics and Computation 179, 2006.

    Examples
    --------
    Leaving state 0 is answered in a way that is worse, and for state 1 much worse.

    >>> from detente.engines.stability import (
    ...     Concept, move_graph, preferences, strength_stability)
    >>> graph = move_graph(4, 2, [(0, 0, 2), (0, 1, 2), (1, 2, 3)])
    >>> ranks = preferences(
    ...     [[1, 0], [2, 0], [3, 0], [0, 1]], much_below=[[0, 0], [1, 0], [1, 0], [0, 0]])
    >>> result = strength_stability(graph, ranks, Concept.SEQ)
    >>> result.general[:2, 0], result.strong[:2, 0]
    (array([ True,  True]), array([False,  True]))
    """
    concept, ranks = Concept(concept), certain_ranks(graph, preferences)
    if preferences.much_below is None:
        raise EngineInputError(
            "preferences: found no strength, expected `much_below`: the rank below which a state is "
            "much worse, for each state and party"
        )
    general = graph_stability(graph, preferences, concept)
    strong = np.empty((graph.n_states, graph.n_parties), dtype=np.bool_, order="F")
    search = None if concept is Concept.NASH else Search.over(graph, ranks, concept)
    for party in range(graph.n_parties):
        guaranteed = ranks[party]
        if search is not None:
            value = search.values(party)
            worst = value[search.worst_ends(party, value)]
            guaranteed = np.minimum(guaranteed, worst)
        _strong(
            graph.starts[party],
            graph.targets,
            ranks[party],
            preferences.much_below.T[party],
            frozen(guaranteed),
            strong[:, party],
        )
    strong &= general.stable
    return StrengthStability(general.stable, frozen(strong), concept.value, general.method)


@compiled
def _strong(
    starts: Ints, targets: Arcs, rank: Arcs, much_below: Arcs, guaranteed: Arcs, strong: Bools
) -> None:
    """Say where every improvement may be answered with something much worse.

    Staying at an improvement counts among what may follow it, and is never worse than before.
    """
    for state in range(len(rank)):
        verdict = True
        for k in range(starts[state], starts[state + 1]):
            target = targets[k]
            if rank[target] > rank[state] and guaranteed[target] >= much_below[state]:
                verdict = False
                break
        strong[state] = verdict
