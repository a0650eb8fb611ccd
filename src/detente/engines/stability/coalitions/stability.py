"""Which states would some parties together leave?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints, frozen
from detente.engines.stability.coalitions.answers import (
    Known,
    answer_moves,
    improving_moves,
    joint_improvements,
    members_of,
)
from detente.engines.stability.coalitions.kernels import joint_verdicts
from detente.engines.stability.space.fits import certain_ranks, check_place
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.space.sequences import room
from detente.engines.stability.space.whole import whole_numbers
from detente.engines.stability.verdicts import Concept
from detente.errors import EngineInputError, SpaceTooLargeError

__all__ = [
    "MOST_COALITIONS",
    "CoalitionStability",
    "checked_coalition",
    "checked_concept",
    "coalition_improvements",
    "coalition_stability",
]

MOST_COALITIONS = 4095
"""Coalitions that are looked at without being named: all of twelve parties."""

Coalition = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CoalitionStability:
    """Where each coalition would stay.

    Attributes
    ----------
    states : ndarray of intp, shape (n_examined,)
        The states examined, as asked for.
    coalitions : tuple of tuple of int
        The coalitions examined, the members of each ascending.
    stable : ndarray of bool, shape (n_examined, n_coalitions)
        Whether the coalition would stay. False throughout where a state is infeasible.
    concept : str
    joint_answers : bool
        Whether those outside may also answer by improving jointly.
    method : str
    """

    states: Ints
    coalitions: tuple[Coalition, ...]
    stable: Bools
    concept: str
    joint_answers: bool
    method: str

    @property
    def coalitionally_stable(self) -> Ints:
        """The examined states that every examined coalition would stay in."""
        return self.states[self.stable.all(axis=1)]

    def breakers(self, state: int) -> tuple[Coalition, ...]:
        """Return the coalitions that would leave an examined state."""
        (places,) = np.nonzero(self.states == state)
        if len(places) == 0:
            raise EngineInputError(
                f"state: found {state}, expected one of those examined: {self.states.tolist()}"
            )
        pairs = zip(self.coalitions, self.stable[places[0]].tolist(), strict=True)
        return tuple(coalition for coalition, stays in pairs if not stays)


def coalition_improvements(
    graph: MoveGraph, preferences: Preferences, coalition: Sequence[int], state: int
) -> Ints:
    """Return the states that some parties can bring about together and each of them likes better.

    They bring about what legal sequences of theirs lead to: one or more moves, by any of them in
    any order, nobody twice in a row. Moves on the way need not be improvements; the end must be
    strictly better than ``state`` for every member [1]_ [2]_. For a coalition of one these are its
    improvements.

    Parameters
    ----------
    graph : MoveGraph
    preferences : Preferences
        Certain ones.
    coalition : sequence of int
        Its members.
    state : int

    Returns
    -------
    ndarray of intp, ascending

    Raises
    ------
    EngineInputError
        If the preferences are of another shape or not certain, or the coalition is empty or names
        a party twice or one that does not exist, or the state does not exist.

    References
    ----------
    .. [1] D. M. Kilgour, K. W. Hipel, L. Fang and X. Peng, Coalition analysis in group decision
       support, Group Decision and Negotiation 10, 2001.
    .. [2] T. Inohara and K. W. Hipel, Coalition analysis in the graph model for conflict
       resolution, Systems Engineering 11, 2008.

    Examples
    --------
    The prisoners' dilemma: from state 0, where neither cooperates, both together can improve.

    >>> from detente.engines.stability import (
    ...     action_space, coalition_improvements, graph_of, preferences)
    >>> graph = graph_of(action_space([2, 2], controls=[0, 1]))
    >>> ranks = preferences([[1, 1], [0, 3], [3, 0], [2, 2]])
    >>> coalition_improvements(graph, ranks, coalition=(0, 1), state=0)
    array([3])
    """
    ranks = certain_ranks(graph, preferences)
    members = checked_coalition(coalition, graph.n_parties)
    check_place(graph, state, members[0])
    found = joint_improvements(graph, ranks, members, state, room(graph.n_states))
    return frozen(found.astype(np.intp))


def coalition_stability(
    graph: MoveGraph,
    preferences: Preferences,
    concept: Concept,
    coalitions: Sequence[Sequence[int]] | None = None,
    states: npt.ArrayLike | None = None,
    *,
    joint_answers: bool = False,
) -> CoalitionStability:
    """Find the states that no coalition would leave.

    By :attr:`Concept.NASH` a coalition stays if it has no joint improvement (see
    :func:`coalition_improvements`). By :attr:`Concept.SEQ` it also stays if every joint improvement
    is answered: the parties outside can bring about from there, by legal sequences of improvements,
    a state that is no better than the first one for at least one member [1]_ [2]_. They improve one
    by one; with ``joint_answers`` any coalition of them may also improve jointly, as one step, and
    no coalition does so twice in a row. Answers of a coalition of everybody do not exist. For
    coalitions of one the concepts are those of single parties.

    Parameters
    ----------
    graph : MoveGraph
    preferences : Preferences
        Certain ones.
    concept : Concept
        Nash or sequential.
    coalitions : sequence of sequence of int, optional
        Coalitions that could form. If left out, all, single parties included.
    states : array_like of int, optional
        Feasible or infeasible states to examine. If left out, all.
    joint_answers : bool, optional
        Whether those outside may improve jointly; only for the sequential concept.

    Raises
    ------
    EngineInputError
        As :func:`coalition_improvements`, and if the concept is another, or a state does not exist.
    SpaceTooLargeError
        If no coalitions are named and there are more than :data:`MOST_COALITIONS`, or there are too
        many joint answers to list.

    Notes
    -----
    A search per coalition and examined state, at most O(moves), which stops at the first joint
    improvement with Nash; with SEQ one more per joint improvement, which stops at the first answer:
    O(moves) each at worst. Joint answers are listed beforehand: O(2**n_parties * states * moves).
    The definitions are as the sources are quoted elsewhere; no published table of coalitional
    stability has been checked yet, except for one state of one teaching example. Some authors let a
    joint improvement be merely no worse for some members; here it is better for each.

    References
    ----------
    .. [1] D. M. Kilgour, K. W. Hipel, L. Fang and X. Peng, Coalition analysis in group decision
       support, Group Decision and Negotiation 10, 2001.
    .. [2] T. Inohara and K. W. Hipel, Coalition analysis in the graph model for conflict
       resolution, Systems Engineering 11, 2008.

    Examples
    --------
    >>> from detente.engines.stability import (
    ...     Concept, action_space, coalition_stability, graph_of, preferences)
    >>> graph = graph_of(action_space([2, 2], controls=[0, 1]))
    >>> dilemma = preferences([[1, 1], [0, 3], [3, 0], [2, 2]])
    >>> result = coalition_stability(graph, dilemma, Concept.SEQ)
    >>> result.coalitionally_stable, result.breakers(0)
    (array([3]), ((0, 1),))
    """
    concept = checked_concept(concept)
    ranks = certain_ranks(graph, preferences)
    groups = _coalitions(coalitions, graph.n_parties)
    examined = _states(states, graph.n_states)
    exists = np.ones(len(examined), dtype=np.bool_)
    if graph.feasible is not None:
        exists = graph.feasible[examined]
    first, nodes = room(graph.n_states)
    answered = concept is Concept.SEQ
    improving = improving_moves(graph, ranks) if answered else graph
    known: Known | None = {} if answered and joint_answers else None
    stable = np.zeros((len(examined), len(groups)), dtype=np.bool_, order="F")
    for number, group in enumerate(groups):
        answers = answer_moves(graph, improving, ranks, group, known)
        joint_verdicts(
            graph.starts,
            graph.targets,
            members_of(group, graph.n_parties),
            frozen(ranks[list(group)]),
            answers.graph.starts,
            answers.graph.targets,
            answers.answering,
            answered,
            examined,
            first,
            nodes,
            np.empty_like(nodes),
            stable[:, number],
        )
    stable &= exists[:, None]
    return CoalitionStability(
        frozen(examined),
        groups,
        frozen(stable),
        concept.value,
        answered and joint_answers,
        "legal sequences from each state, shortest first",
    )


def checked_concept(concept: Concept) -> Concept:
    concept = Concept(concept)
    if concept not in (Concept.NASH, Concept.SEQ):
        raise EngineInputError(
            f"concept: found {concept.value}, expected {Concept.NASH.value} or {Concept.SEQ.value}: "
            "for coalitions only these two are offered"
        )
    return concept


def checked_coalition(coalition: Sequence[int], n_parties: int) -> Coalition:
    members = tuple(sorted(whole_numbers(coalition, "coalition").reshape(-1).tolist()))
    if not members or len(set(members)) != len(members):
        raise EngineInputError(
            f"coalition: found {members}, expected at least one party, each once"
        )
    if members[0] < 0 or members[-1] >= n_parties:
        raise EngineInputError(
            f"coalition: found {members}, expected parties from 0 to {n_parties - 1}"
        )
    return members


def _coalitions(
    coalitions: Sequence[Sequence[int]] | None, n_parties: int
) -> tuple[Coalition, ...]:
    if coalitions is not None:
        return tuple(checked_coalition(coalition, n_parties) for coalition in coalitions)
    if 2**n_parties - 1 > MOST_COALITIONS:
        raise SpaceTooLargeError(
            f"found {2**n_parties - 1:,} coalitions of {n_parties} parties, expected at most "
            f"{MOST_COALITIONS:,}; name those that could form"
        )
    return tuple(
        group for size in range(1, n_parties + 1) for group in combinations(range(n_parties), size)
    )


def _states(states: npt.ArrayLike | None, n_states: int) -> Ints:
    if states is None:
        return np.arange(n_states, dtype=np.intp)
    examined = whole_numbers(states, "states").astype(np.intp).reshape(-1)
    outside = (examined < 0) | (examined >= n_states)
    if outside.any():
        place = int(np.flatnonzero(outside)[0])
        raise EngineInputError(
            f"states[{place}]: found {examined[place]}, expected 0 to {n_states - 1}"
        )
    return examined
