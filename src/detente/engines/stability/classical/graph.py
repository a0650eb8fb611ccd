"""The four classical concepts where every move is listed: all states, all parties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Ints, frozen
from detente.engines.stability.classical.kernels import (
    best_after,
    bring_about,
    reverse_moves,
    stays,
)
from detente.engines.stability.space.fits import certain_ranks
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.kernels import Arcs
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.verdicts import Concept, Stability

__all__ = ["Search", "graph_stability"]


def graph_stability(graph: MoveGraph, preferences: Preferences, concept: Concept) -> Stability:
    """Find the states where each party stays, given how it reckons with the others' answers.

    A state ``s`` is stable for party ``i`` if every improvement ``q`` it could move to is answered:
    by nothing (:attr:`Concept.NASH`: no improvement may exist), by some state ``t`` that the others
    can bring about from ``q`` and that is no better for ``i`` than ``s`` (:attr:`Concept.GMR`), by
    such a state from which no single move of ``i`` leads to a better one than ``s`` either
    (:attr:`Concept.SMR`), or by one that they bring about by improving, each with each of its moves
    (:attr:`Concept.SEQ`) [1]_. The others bring about what *legal sequences* lead to: one or more
    moves, by any of them in any order, nobody twice in a row, ``i`` never. A state that is exactly
    as good for ``i`` as ``s`` deters. Moves need not be transitive.

    Parameters
    ----------
    graph : MoveGraph
        From :func:`~detente.engines.stability.move_graph` or
        :func:`~detente.engines.stability.graph_of`.
    preferences : Preferences
        Certain ones, for the same states and parties.
    concept : Concept
        How a party reckons with answers.

    Raises
    ------
    EngineInputError
        If the preferences are of another shape, or not certain.

    Notes
    -----
    With ``n`` states, ``p`` parties and ``m`` moves of all parties together:

    ======= ============================== ==========================================
    concept time                           memory besides graph and verdicts
    ======= ============================== ==========================================
    Nash    O(n p + m)                     none
    GMR     O(p (n log n + n p + m))       moves listed backwards: 4 m + 8 n p bytes;
    SEQ     the same                       about 50 n bytes for the search
    SMR     the same                       the same
    ======= ============================== ==========================================

    The logarithm is one sort per party. The search runs backwards from possible answers, worst for
    the party first. The first to reach a state is the worst that can follow from there, so that
    each move is walked at most once per party, by a single thread. Moves that are not transitive
    cost no more.

    References
    ----------
    .. [1] L. Fang, K. W. Hipel and D. M. Kilgour, Interactive Decision Making: The Graph Model for
       Conflict Resolution, Wiley, 1993.

    Examples
    --------
    The prisoners' dilemma; in state 3 both cooperate, in state 0 neither does.

    >>> from detente.engines.stability import Concept, graph_stability, move_graph, preferences
    >>> moves = [(0, 0, 1), (0, 1, 0), (0, 2, 3), (0, 3, 2)]
    >>> moves += [(1, 0, 2), (1, 2, 0), (1, 1, 3), (1, 3, 1)]
    >>> graph, ranks = move_graph(4, 2, moves), preferences([[1, 1], [0, 3], [3, 0], [2, 2]])
    >>> graph_stability(graph, ranks, Concept.NASH).equilibria
    array([0])
    >>> graph_stability(graph, ranks, Concept.SEQ).equilibria
    array([0, 3])
    """
    concept, ranks = Concept(concept), certain_ranks(graph, preferences)
    stable = np.empty((graph.n_states, graph.n_parties), dtype=np.bool_, order="F")
    search = None if concept is Concept.NASH else Search.over(graph, ranks, concept)
    for party in range(graph.n_parties):
        guaranteed = ranks[party]
        if search is not None:
            value = search.values(party)
            worst = search.worst_ends(party, value)
            guaranteed = np.minimum(ranks[party], value[worst])
        stays(graph.starts[party], graph.targets, ranks[party], guaranteed, stable[:, party])
    if graph.feasible is not None:
        stable &= graph.feasible[:, None]
    method = "every move" if search is None else "backwards from the answers, worst first"
    return Stability(frozen(stable), concept.value, method)


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """Moves listed backwards, and room to search in."""

    graph: MoveGraph
    ranks: Arcs
    concept: Concept
    back_starts: Ints
    sources: Arcs
    first: Arcs
    todo: Arcs
    touched: Arcs

    @classmethod
    def over(cls, graph: MoveGraph, ranks: Arcs, concept: Concept) -> Search:
        back_starts, sources = np.empty_like(graph.starts), np.empty_like(graph.targets)
        reverse_moves(graph.starts, graph.targets, back_starts, sources)
        n = graph.n_states
        first = np.full(n, -1, dtype=np.int32)
        # No state is opened more than twice.
        todo, touched = np.empty((2 * n, 2), dtype=np.int32), np.empty(n, dtype=np.int32)
        return cls(graph, ranks, concept, back_starts, sources, first, todo, touched)

    def values(self, party: int) -> Arcs:
        """Return what an answer that ends in each state leaves the party with."""
        rank: Arcs = self.ranks[party]
        if self.concept is not Concept.SMR:
            return rank
        value = np.empty_like(rank)
        best_after(self.graph.starts[party], self.graph.targets, rank, value)
        return value

    def worst_ends(self, party: int, value: Arcs) -> Arcs:
        """Return for each state where what can follow ends at its worst.

        Staying is among what can follow. Of several ends as bad, the smallest number.
        """
        end_of = np.full(len(value), -1, dtype=np.int32)
        self.bring_about(party, np.argsort(value, kind="stable"), end_of)
        return end_of

    def bring_about(self, party: int, ends: Ints, end_of: Arcs) -> Arcs:
        """Fill in the first of some ends that the others can bring about; say for which states."""
        count = bring_about(
            self.back_starts,
            self.sources,
            self.ranks,
            party,
            self.concept is Concept.SEQ,
            ends,
            self.first,
            end_of,
            self.todo,
            self.touched,
        )
        reached: Arcs = self.touched[:count].copy()
        self.first[reached] = -1
        return reached
