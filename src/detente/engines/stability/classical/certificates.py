"""Why a party stays or leaves, so that a person can check it: each improvement and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from detente.engines.stability.classical.kernels import seek_answer
from detente.engines.stability.space.fits import certain_ranks, check_place
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.kernels import Arcs
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.verdicts import Concept

__all__ = ["Answer", "Certificate", "Step", "answer", "certificate"]


class Step(NamedTuple):
    """One move of one party."""

    party: int
    state: int
    """Where it leads."""


class Answer(NamedTuple):
    """What follows one improvement."""

    improvement: int
    steps: tuple[Step, ...]
    """The shortest answer that deters, from the improvement on; empty if none does."""
    counter: int
    """For SMR, the best move of the party once the answer has ended; -1 if it has none."""
    left_with: int
    """The rank the party is left with: of the improvement if nothing deters, else of where the
    answer ends, for SMR of the better of that and the counter-move."""

    @property
    def deters(self) -> bool:
        return bool(self.steps)

    @property
    def end(self) -> int:
        """Where the answer ends, or the improvement itself if there is none."""
        return self.steps[-1].state if self.steps else self.improvement


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """Why a state is, or is not, stable for a party.

    Attributes
    ----------
    state, party : int
    rank : int
        The party's rank of the state: an answer deters if it leaves the party with no more.
    answers : tuple of Answer
        One for each improvement of the party from the state, in order of states.
    concept : str
    """

    state: int
    party: int
    rank: int
    answers: tuple[Answer, ...]
    concept: str

    @property
    def is_stable(self) -> bool:
        return all(answer.deters for answer in self.answers)

    @property
    def breaks(self) -> tuple[int, ...]:
        """The improvements that no answer deters, ascending; empty where the party stays."""
        return tuple(answer.improvement for answer in self.answers if not answer.deters)


def certificate(
    graph: MoveGraph, preferences: Preferences, concept: Concept, state: int, party: int
) -> Certificate:
    """Say for each improvement of a party from a state what answer deters it, if any.

    Parameters
    ----------
    graph : MoveGraph
    preferences : Preferences
        Certain ones, for the same states and parties.
    concept : Concept
        How a party reckons with answers; see :func:`graph_stability`.
    state, party : int
        A feasible state and one of the parties.

    Raises
    ------
    EngineInputError
        If the preferences are of another shape or not certain, or state or party do not exist.

    Notes
    -----
    The answer shown has the fewest moves. Of several as short it is the one that ends in the
    smallest state number, and of several ways there the first when compared move by move, by party
    and then by state.

    One search forwards for each improvement, O(n_states + moves of the others) at worst, for SMR
    also the party's own moves; it ends with the first answer. About 40 bytes per state.

    Examples
    --------
    The prisoners' dilemma: if the first party leaves cooperation, the second stops cooperating too,
    to its own gain, and that leaves the first with 1 instead of 2.

    >>> from detente.engines.stability import Concept, certificate, move_graph, preferences
    >>> moves = [(0, 0, 1), (0, 1, 0), (0, 2, 3), (0, 3, 2)]
    >>> moves += [(1, 0, 2), (1, 2, 0), (1, 1, 3), (1, 3, 1)]
    >>> graph, ranks = move_graph(4, 2, moves), preferences([[1, 1], [0, 3], [3, 0], [2, 2]])
    >>> certificate(graph, ranks, Concept.SEQ, state=3, party=0).answers
    (Answer(improvement=2, steps=(Step(party=1, state=0),), counter=-1, left_with=1),)
    >>> certificate(graph, ranks, Concept.NASH, state=3, party=0).breaks
    (2,)
    """
    concept, ranks = Concept(concept), certain_ranks(graph, preferences)
    check_place(graph, state, party)
    rank: Arcs = ranks[party]
    targets = graph.moves(party, state)
    tempting = targets[rank[targets] > rank[state]].tolist()
    if concept is Concept.NASH or not tempting:
        answers = [Answer(q, (), -1, int(rank[q])) for q in tempting]
    else:
        answers = [answer(graph, ranks, concept, state, party, q) for q in tempting]
    return Certificate(state, party, int(rank[state]), tuple(answers), concept.value)


def answer(
    graph: MoveGraph, ranks: Arcs, concept: Concept, state: int, party: int, improvement: int
) -> Answer:
    """Search the shortest answer to one move that leaves the party no better off than a state."""
    first = np.full(graph.n_states, -1, dtype=np.int32)
    # No state is opened more than twice, and the improvement once.
    queue = np.empty((2 * graph.n_states, 4), dtype=np.int32)
    countered = concept is Concept.SMR
    row = seek_answer(
        graph.starts,
        graph.targets,
        ranks,
        party,
        concept is Concept.SEQ,
        countered,
        state,
        improvement,
        first,
        queue,
    )
    rank = ranks[party]
    steps: list[Step] = []
    while row > 0:
        there, mover, row = queue[row, :3].tolist()
        steps.append(Step(mover, there))
    steps.reverse()
    if not steps:
        return Answer(improvement, (), -1, int(rank[improvement]))
    end, counter = steps[-1].state, -1
    left_with = int(rank[end])
    onward = graph.moves(party, end)
    if countered and len(onward):
        counter = int(onward[rank[onward].argmax()])
        left_with = max(left_with, int(rank[counter]))
    return Answer(improvement, tuple(steps), counter, left_with)
