"""How far a party is from leaving, or from staying, and on which move and which answer it turns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Floats, Ints, frozen
from detente.engines.stability.classical.graph import Search
from detente.engines.stability.space.fits import certain_ranks, check_place
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.kernels import Arcs
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.verdicts import Concept
from detente.errors import EngineInputError

__all__ = ["Margins", "margins"]


@dataclass(frozen=True, slots=True, eq=False)
class Margins:
    """From which rank on each party would stay in each of some states.

    Attributes
    ----------
    states : ndarray of intp, shape (n,)
        The states asked about.
    threshold : ndarray of float, shape (n, n_parties)
        The least rank of the state at which the party would stay, the ranks of all other states as
        they are; minus infinity where it would stay at any.
    margin : ndarray of float, shape (n, n_parties)
        Rank less threshold: negative exactly where the state is not stable for the party.
    move : ndarray of int32, shape (n, n_parties)
        The move that guarantees the party the threshold: what it would leave for first. -1 where
        it has no move.
    answer : ndarray of int32, shape (n, n_parties)
        The state in which the worst answer to that move ends; the state asked about itself where
        every move can be brought back to it. -1 where no answer is worse than the move.
    concept : str
    method : str
    """

    states: Ints
    threshold: Floats
    margin: Floats
    move: Arcs
    answer: Arcs
    concept: str
    method: str

    @property
    def stable(self) -> Bools:
        """Whether each party would stay, shape (n, n_parties)."""
        return np.asarray(self.margin >= 0)


def margins(
    graph: MoveGraph,
    preferences: Preferences,
    concept: Concept,
    states: npt.ArrayLike,
) -> Margins:
    """Find from which rank on each party would stay in some states.

    For a party with a complete order each classical concept says: a state is stable if no move
    guarantees the party more than it has there. What a move guarantees is the worst that can
    follow: the move itself or any answer to it, for SMR with the party's best move after the
    answer. An answer that leads back to the state deters whatever its rank, so that the state
    counts as the worst of all where an answer ends in it, and does not count among the party's
    moves after an answer. With this the threshold is exact: were the rank of this state alone
    changed, the party would stay at the threshold and above, and leave below it.

    Parameters
    ----------
    graph : MoveGraph
    preferences : Preferences
        Certain ones, for the same states and parties.
    concept : Concept
        How a party reckons with answers; see :func:`graph_stability`.
    states : array_like of int, shape (n,)
        Feasible states. Those of interest: each takes a search of its own.

    Raises
    ------
    EngineInputError
        If the preferences are of another shape or not certain, or a state does not exist.

    Notes
    -----
    Ties: of several moves, and of several answers, the smallest state number. The unit is the rank;
    where ranks are places, so is the margin. Thresholds of different states change one at a time.

    Beside what :func:`graph_stability` takes, each state takes for each party one search backwards
    over the moves of the others, from the state (for SMR, from where the party could move to it):
    O(n_states + moves of the others) at worst, less where few states lead there.

    Examples
    --------
    The prisoners' dilemma. Mutual cooperation, state 3, is kept by the answer 0 as long as it is
    worth more to each than that.

    >>> from detente.engines.stability import Concept, margins, move_graph, preferences
    >>> moves = [(0, 0, 1), (0, 1, 0), (0, 2, 3), (0, 3, 2)]
    >>> moves += [(1, 0, 2), (1, 2, 0), (1, 1, 3), (1, 3, 1)]
    >>> graph, ranks = move_graph(4, 2, moves), preferences([[1, 1], [0, 3], [3, 0], [2, 2]])
    >>> found = margins(graph, ranks, Concept.SEQ, [3])
    >>> found.margin.tolist(), found.move.tolist(), found.answer.tolist()
    ([[1.0, 1.0]], [[2, 1]], [[0, 0]])
    """
    concept, ranks = Concept(concept), certain_ranks(graph, preferences)
    asked = np.array(states)
    if asked.ndim != 1 or (asked.size and asked.dtype.kind not in "iu"):
        raise EngineInputError(
            f"states: found shape {asked.shape} of {asked.dtype}, expected a list of state numbers"
        )
    asked = asked.astype(np.intp)
    for state in asked.tolist():
        check_place(graph, state, 0)
    shape = (len(asked), graph.n_parties)
    threshold = np.full(shape, -np.inf)
    move, answer = np.full(shape, -1, dtype=np.int32), np.full(shape, -1, dtype=np.int32)
    search = Search.over(graph, ranks, concept)
    for party in range(graph.n_parties):
        guarantees = _Guarantees.of(search, party)
        for row, state in enumerate(asked.tolist()):
            targets = graph.moves(party, state)
            if len(targets) == 0:
                continue
            worth, ends = guarantees.of_moves(state, targets)
            best = int(worth.argmax())
            threshold[row, party], move[row, party] = worth[best], targets[best]
            answer[row, party] = ends[best]
    margin = ranks.T[asked] - threshold
    return Margins(
        frozen(asked),
        frozen(threshold),
        frozen(margin),
        frozen(move),
        frozen(answer),
        concept.value,
        "backwards from the answers, worst first, and from each state",
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Guarantees:
    """What the moves of one party guarantee it, whatever the rank of the state it leaves."""

    search: Search
    party: int
    rank: Arcs
    value: Arcs
    worst: Arcs
    """Where what can follow each state ends at its worst, the ranks of all states as they are."""
    end_of: Arcs

    @classmethod
    def of(cls, search: Search, party: int) -> _Guarantees:
        rank: Arcs = search.ranks[party]
        n = len(rank)
        if search.concept is Concept.NASH:
            return cls(search, party, rank, rank, np.arange(n, dtype=np.int32), rank)
        value = search.values(party)
        worst = search.worst_ends(party, value)
        return cls(search, party, rank, value, worst, np.full(n, -1, dtype=np.int32))

    def of_moves(self, state: int, targets: Arcs) -> tuple[Floats, Arcs]:
        """Return what moves from a state guarantee, and where the worst answers end, or -1."""
        ends = self.worst[targets]
        worth = self.value[ends].astype(np.float64)
        if self.search.concept is not Concept.NASH:
            self._as_if_lowest(state, targets, worth, ends)
        undeterred = worth >= self.rank[targets]
        worth[undeterred], ends[undeterred] = self.rank[targets][undeterred], -1
        return worth, ends

    def _as_if_lowest(self, state: int, targets: Arcs, worth: Floats, ends: Arcs) -> None:
        """Lower what moves are worth by the answers that are worse if the state they leave is."""
        changed, lowered = self._changed(state)
        order = np.lexsort((changed, lowered))
        reached = self.search.bring_about(self.party, changed[order].astype(np.intp), self.end_of)
        value = dict(zip(changed.tolist(), lowered.tolist(), strict=True))
        for k, target in enumerate(targets.tolist()):
            end = int(self.end_of[target])
            if end >= 0 and (value[end], end) < (worth[k], int(ends[k])):
                worth[k], ends[k] = value[end], end
        self.end_of[reached] = -1

    def _changed(self, state: int) -> tuple[Arcs, Floats]:
        """Return the ends that are worth less then, and what they are worth."""
        search, party = self.search, self.party
        if search.concept is not Concept.SMR:
            return np.array([state], dtype=np.int32), np.array([-np.inf])
        # From the state itself the party moves on as before, so that ending there deters nothing.
        start, stop = search.back_starts[party, state : state + 2]
        ends = search.sources[start:stop]
        lowered = np.empty(len(ends))
        for k, end in enumerate(ends.tolist()):
            onward = search.graph.moves(party, end)
            best = self.rank[onward[onward != state]].max(initial=self.rank[end])
            lowered[k] = best
        return ends, lowered
