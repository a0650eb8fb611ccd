"""Why a coalition stays or leaves: how it would move, and how the others would answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from detente.engines._checks import frozen
from detente.engines.stability.coalitions.answers import (
    AnswerMoves,
    answer_moves,
    everything_reached,
    improving_moves,
    joint_improvements,
)
from detente.engines.stability.coalitions.stability import checked_coalition, checked_concept
from detente.engines.stability.space.fits import certain_ranks, check_place
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.kernels import Arcs
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.space.sequences import Steps, room, seek, steps_to
from detente.engines.stability.verdicts import Concept

__all__ = ["CoalitionCertificate", "JointMove", "JointStep", "coalition_certificate"]


class JointStep(NamedTuple):
    """One answer, of one party or of several that improve jointly."""

    coalition: tuple[int, ...]
    state: int


class JointMove(NamedTuple):
    """One joint improvement of a coalition, and what follows."""

    improvement: int
    steps: Steps
    """A shortest legal sequence of the members that leads there: who moves, and where to."""
    answer: tuple[JointStep, ...]
    """A shortest answer that deters; empty if there is none."""
    member: int
    """A member that is no better off after the answer than before it all; -1 without one."""

    @property
    def deterred(self) -> bool:
        return bool(self.answer)


@dataclass(frozen=True, slots=True, eq=False)
class CoalitionCertificate:
    """Why a state is, or is not, stable for a coalition."""

    state: int
    coalition: tuple[int, ...]
    moves: tuple[JointMove, ...]
    """One for each joint improvement, in order of states."""
    concept: str

    @property
    def is_stable(self) -> bool:
        return all(move.deterred for move in self.moves)


def coalition_certificate(
    graph: MoveGraph,
    preferences: Preferences,
    concept: Concept,
    coalition: Sequence[int],
    state: int,
    *,
    joint_answers: bool = False,
) -> CoalitionCertificate:
    """Say how a coalition would improve from a state, and how the others would answer.

    Definitions as in :func:`coalition_stability`. With :attr:`Concept.NASH` nobody answers.

    Parameters
    ----------
    graph : MoveGraph
    preferences : Preferences
        Certain ones.
    concept : Concept
        Nash or sequential.
    coalition : sequence of int
    state : int
    joint_answers : bool, optional

    Raises
    ------
    EngineInputError
        As :func:`coalition_stability`.

    Examples
    --------
    >>> from detente.engines.stability import (
    ...     Concept, action_space, coalition_certificate, graph_of, preferences)
    >>> graph = graph_of(action_space([2, 2], controls=[0, 1]))
    >>> dilemma = preferences([[1, 1], [0, 3], [3, 0], [2, 2]])
    >>> coalition_certificate(graph, dilemma, Concept.SEQ, (0, 1), 0).moves[0].steps
    ((0, 1), (1, 3))
    """
    concept = checked_concept(concept)
    ranks = certain_ranks(graph, preferences)
    members = checked_coalition(coalition, graph.n_parties)
    check_place(graph, state, members[0])
    answers = None
    if concept is Concept.SEQ:
        improving = improving_moves(graph, ranks)
        answers = answer_moves(graph, improving, ranks, members, {} if joint_answers else None)
    own = frozen(ranks[list(members)])
    limits = own[:, state].copy()
    work = room(graph.n_states)
    found = joint_improvements(graph, ranks, members, state, work)
    n, nodes = everything_reached(graph, ranks, members, state, work)
    places = [1 + int(np.argmax(nodes[1:n, 0] == improvement)) for improvement in found]
    ways = [steps_to(nodes, place) for place in places]
    moves = []
    for improvement, steps in zip(found.tolist(), ways, strict=True):
        answer = () if answers is None else _answer(answers, own, limits, improvement, work)
        member = -1
        if answer:
            member = members[int(np.flatnonzero(own[:, answer[-1].state] <= limits)[0])]
        moves.append(JointMove(improvement, steps, answer, member))
    return CoalitionCertificate(state, members, tuple(moves), concept.value)


def _answer(
    answers: AnswerMoves, own: Arcs, limits: Arcs, start: int, work: tuple[Arcs, Arcs]
) -> tuple[JointStep, ...]:
    first, nodes = work
    args = (answers.graph.starts, answers.graph.targets, answers.answering, start)
    found, _ = seek(*args, own, limits, False, first, nodes)
    steps = steps_to(nodes, found) if found >= 0 else ()
    return tuple(JointStep(answers.movers[mover], there) for mover, there in steps)
