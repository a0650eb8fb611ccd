"""The coalition that ends the deadlock of Elmira.

R. Kinsara, guide to GMCR+, 15 October 2014, section 5.3: by themselves the parties stay in state 7;
the Ministry of the Environment and Uniroyal together improve from there to state 10. Model and
numbers of states as in the guide.
"""

from __future__ import annotations

import pytest
from yes_or_no import ordered, yes_or_no

from detente.engines.stability.coalitions.certificates import coalition_certificate
from detente.engines.stability.coalitions.stability import (
    coalition_improvements,
    coalition_stability,
)
from detente.engines.stability.space.graph import graph_of
from detente.engines.stability.verdicts import Concept

MINISTRY, UNIROYAL, LOCAL = 0, 1, 2
STATES = [2, 3, 4, 5, 8, 9, 18, 19, 20, 21, 24, 25]
"""States 1 to 12. Actions: modify (ministry), delay, accept, abandon (Uniroyal), insist (local)."""
GRAPH = graph_of(
    yes_or_no([MINISTRY, UNIROYAL, UNIROYAL, UNIROYAL, LOCAL], STATES, forth=[0, 3], back=[1])
)
DEADLOCK, AGREED = STATES[6], STATES[9]


def numbered(*order: int | list[int]) -> list[int | list[int]]:
    return [
        STATES[n - 1] if isinstance(n, int) else [STATES[tied - 1] for tied in n] for n in order
    ]


RANKS = ordered(
    32,
    numbered(9, 3, 4, 10, 7, 1, 2, 8, [11, 5, 6, 12]),
    numbered(1, 4, 10, 7, [5, 11, 6, 12], 2, 3, 9, 8),
    numbered(9, 3, 7, 1, 10, 8, 4, 2, [11, 5, 12, 6]),
)


def test_ministry_and_uniroyal_improve_from_the_deadlock_to_one_state() -> None:
    found = coalition_improvements(GRAPH, RANKS, [MINISTRY, UNIROYAL], DEADLOCK)
    assert found.tolist() == [AGREED]


@pytest.mark.parametrize("concept", [Concept.NASH, Concept.SEQ])
def test_that_coalition_and_no_other_leaves_the_deadlock(concept: Concept) -> None:
    result = coalition_stability(GRAPH, RANKS, concept, states=[DEADLOCK])
    assert result.breakers(DEADLOCK) == ((MINISTRY, UNIROYAL),)
    assert len(result.coalitionally_stable) == 0


def test_it_takes_a_move_of_each_and_local_government_does_not_answer() -> None:
    shown = coalition_certificate(GRAPH, RANKS, Concept.SEQ, [MINISTRY, UNIROYAL], DEADLOCK)
    (move,) = shown.moves
    assert [mover for mover, _ in move.steps] == [MINISTRY, UNIROYAL]
    assert move.steps[-1][1] == AGREED
    assert not move.deterred
