"""What a party can count on once it is in a state, and how the others bring it about."""

from __future__ import annotations

import numpy as np

from detente.engines._checks import frozen
from detente.engines.stability.classical.certificates import Answer, answer
from detente.engines.stability.classical.graph import Search
from detente.engines.stability.space.fits import certain_ranks, check_place
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.kernels import Arcs
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.verdicts import Concept

__all__ = ["answer_to", "guaranteed_ranks"]


def guaranteed_ranks(graph: MoveGraph, preferences: Preferences, concept: Concept) -> Arcs:
    """Return the least rank that each party may be left with once the others answer.

    For a party in a state: the worst of staying there and of every answer that the others can
    bring about from it, as the concept counts answers (see :func:`graph_stability`). A state ``s``
    is stable for the party exactly if no move from ``s`` guarantees it more than its rank there.

    Parameters
    ----------
    graph : MoveGraph
    preferences : Preferences
        Certain ones, for the same states and parties.
    concept : Concept

    Returns
    -------
    ndarray of int32, shape (n_states, n_parties)

    Raises
    ------
    EngineInputError
        If the preferences are of another shape or not certain.

    Notes
    -----
    Cost as :func:`graph_stability`.

    Examples
    --------
    The prisoners' dilemma: leaving cooperation for state 2 guarantees the first party only 1.

    >>> from detente.engines.stability import Concept, guaranteed_ranks, move_graph, preferences
    >>> moves = [(0, 0, 1), (0, 1, 0), (0, 2, 3), (0, 3, 2)]
    >>> moves += [(1, 0, 2), (1, 2, 0), (1, 1, 3), (1, 3, 1)]
    >>> graph, ranks = move_graph(4, 2, moves), preferences([[1, 1], [0, 3], [3, 0], [2, 2]])
    >>> guaranteed_ranks(graph, ranks, Concept.SEQ)[2].tolist()
    [1, 0]
    """
    concept, ranks = Concept(concept), certain_ranks(graph, preferences)
    result = np.array(ranks, dtype=np.int32)
    if concept is not Concept.NASH:
        search = Search.over(graph, ranks, concept)
        for party in range(graph.n_parties):
            value = search.values(party)
            worst = search.worst_ends(party, value)
            result[party] = np.minimum(ranks[party], value[worst])
    return frozen(result.T)


def answer_to(
    graph: MoveGraph,
    preferences: Preferences,
    concept: Concept,
    state: int,
    party: int,
    instead_of: int,
) -> Answer:
    """Say how the others can leave a party that goes to a state no better off than in another one.

    As in a :func:`certificate`, with the state compared with given apart: it need not be one move
    away. That is the question when a party stops half-way: it compares where it stops with the end
    that it was promised.

    Parameters
    ----------
    graph : MoveGraph
    preferences : Preferences
        Certain ones, for the same states and parties.
    concept : Concept
    state : int
        Where the party is.
    party : int
    instead_of : int
        The state it compares with.

    Raises
    ------
    EngineInputError
        If the preferences are of another shape or not certain, or a state or the party does not
        exist.

    Notes
    -----
    Ties and cost as :func:`certificate`. With :attr:`Concept.NASH` nobody answers.

    Examples
    --------
    >>> from detente.engines.stability import Concept, answer_to, move_graph, preferences
    >>> graph = move_graph(3, 2, [(0, 0, 1), (1, 1, 2)])
    >>> ranks = preferences([[1, 0], [2, 0], [0, 1]])
    >>> answer_to(graph, ranks, Concept.SEQ, state=1, party=0, instead_of=0).end
    2
    """
    concept, ranks = Concept(concept), certain_ranks(graph, preferences)
    check_place(graph, state, party)
    check_place(graph, instead_of, party)
    if concept is Concept.NASH:
        return Answer(state, (), -1, int(ranks[party, state]))
    return answer(graph, ranks, concept, instead_of, party, state)
