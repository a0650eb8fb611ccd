"""What a party's order must be like for a state to be stable for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines.stability.roads import reachable
from detente.engines.stability.space.fits import certain_ranks, check_place
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.verdicts import Concept
from detente.errors import SpaceTooLargeError

__all__ = ["MOST_NAMED", "Condition", "Requirement", "answering_graph", "condition"]

MOST_NAMED = 500_000
"""States that the ways of one condition may name, all together, before they are simplified."""

MOST_COMPARED = 1_000_000
"""Pairs of ways beyond which it is not checked which of them others make superfluous."""

Way = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """What keeps a party from one of its moves.

    Attributes
    ----------
    move : int
        Where the move leads.
    ways : tuple of tuple of int
        The state must be at least as good for the party as every state of at least one of these.
        Fewest states first, then ascending; none contains another. The move's own state is one of
        them: then it is no improvement.
    """

    move: int
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """The orders of one party under which a state is stable for it.

    Attributes
    ----------
    state, party : int
    concept : str
    requirements : tuple of Requirement
        All must be met; none where the state is stable under every order. Requirements that
        others already contain are left out.
    """

    state: int
    party: int
    concept: str
    requirements: tuple[Requirement, ...]

    def holds(self, ranks: npt.ArrayLike) -> bool:
        """Say whether an order meets the condition; one number per state, larger is better."""
        rank = np.asarray(ranks).tolist()
        limit = rank[self.state]
        return all(
            any(all(rank[state] <= limit for state in way) for way in requirement.ways)
            for requirement in self.requirements
        )


def condition(
    graph: MoveGraph, preferences: Preferences, state: int, concept: Concept, party: int
) -> Condition:
    """Describe all orders of one party under which a state is stable for it, the others' as stated.

    Weak orders and strict ones alike. The party's stated preferences are not looked at.

    Parameters
    ----------
    graph : MoveGraph
    preferences : Preferences
        Certain ones. Only :attr:`Concept.SEQ` looks at them.
    state, party : int
    concept : Concept

    Raises
    ------
    EngineInputError
        If the state or party is not there, the preferences have another shape or are not certain.
    SpaceTooLargeError
        If the condition would name more than :data:`MOST_NAMED` states.

    Notes
    -----
    One search over the others' moves for each move of the party from the state.

    Examples
    --------
    The first would stay where both hold back (state 3) if breaking ranks alone (2) were no better,
    or if the second would then follow, and that (0) were no better.

    >>> from detente.engines.stability import Concept, action_space, graph_of, preferences
    >>> from detente.engines.stability.inverse import condition
    >>> graph = graph_of(action_space([2, 2], controls=[0, 1]))
    >>> ranks = preferences([[1, 1], [0, 3], [3, 0], [2, 2]])
    >>> condition(graph, ranks, state=3, concept=Concept.SEQ, party=0).requirements
    (Requirement(move=2, ways=((0,), (2,))),)
    """
    concept = Concept(concept)
    certain_ranks(graph, preferences)
    check_place(graph, state, party)
    answers = answering_graph(graph, preferences, concept, ())
    return condition_under(graph, answers, state, concept, party)


def answering_graph(
    graph: MoveGraph, preferences: Preferences, concept: Concept, free: Iterable[int]
) -> MoveGraph:
    """Return the moves that can be part of an answer; those of the free parties all are."""
    if concept is not Concept.SEQ:
        return graph
    arcs, ranks = graph.arcs(), preferences.low
    party, here, there = arcs.T
    kept = np.isin(party, list(free)) | (ranks[there, party] > ranks[here, party])
    return graph.keeping(kept)


def condition_under(
    graph: MoveGraph, answers: MoveGraph, state: int, concept: Concept, party: int
) -> Condition:
    """Describe the orders, given the moves of which answers are made; nothing is checked."""
    others = [other for other in range(graph.n_parties) if other != party]
    named = 0
    requirements = []
    for move in graph.moves(party, state).tolist():
        ways = {frozenset([move])}
        if concept is not Concept.NASH:
            for end in reachable(answers, move, others).states.tolist():
                way = {end}
                if concept is Concept.SMR:
                    way.update(graph.moves(party, end).tolist())
                way.discard(state)
                if (found := frozenset(way)) in ways:
                    continue
                ways.add(found)
                named += len(found)
                if named > MOST_NAMED:
                    raise SpaceTooLargeError(
                        f"found answers that name more than {MOST_NAMED:,} states, expected fewer; "
                        "inverse analysis is for conflicts whose answers can be read: leave out "
                        "what does not matter here, or use margins"
                    )
        # An answer that leads back to the state itself, or one without a better one, always deters.
        if frozenset() not in ways:
            requirements.append((move, _least(ways)))
    return Condition(state, party, concept.value, _without_implied(requirements))


def _least(ways: set[frozenset[int]]) -> tuple[Way, ...]:
    """Leave out ways that contain another one."""
    alone = {next(iter(way)) for way in ways if len(way) == 1}
    larger = sorted(
        (way for way in ways if len(way) > 1 and not way & alone),
        key=lambda way: (len(way), sorted(way)),
    )
    kept: list[frozenset[int]] = larger
    if len(larger) ** 2 <= MOST_COMPARED:
        kept = []
        for way in larger:
            if not any(other <= way for other in kept):
                kept.append(way)
    return tuple((state,) for state in sorted(alone)) + tuple(tuple(sorted(way)) for way in kept)


def _without_implied(requirements: list[tuple[int, tuple[Way, ...]]]) -> tuple[Requirement, ...]:
    """Leave out requirements that are met whenever another one is."""
    sets = [{frozenset(way) for way in ways} for _, ways in requirements]
    left = list(range(len(requirements)))
    for number in range(len(requirements)):
        for other in left:
            if other == number or (other > number and sets[other] == sets[number]):
                continue
            unlike = sets[other] - sets[number]
            if len(unlike) * len(sets[number]) > MOST_COMPARED:
                continue
            if all(any(mine <= theirs for mine in sets[number]) for theirs in unlike):
                left.remove(number)
                break
    return tuple(Requirement(*requirements[number]) for number in left)
