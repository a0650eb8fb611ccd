"""What coalitional stability does with input it cannot work on, and at its edges."""

from __future__ import annotations

import pytest

from detente.engines.stability.coalitions.certificates import coalition_certificate
from detente.engines.stability.coalitions.stability import (
    coalition_improvements,
    coalition_stability,
)
from detente.engines.stability.space.graph import move_graph
from detente.engines.stability.space.preferences import preferences
from detente.engines.stability.verdicts import Concept
from detente.errors import EngineInputError, SpaceTooLargeError

GRAPH = move_graph(3, 2, [(0, 0, 1), (1, 1, 2)])
RANKS = preferences([[0, 0], [0, 0], [1, 1]])


@pytest.mark.parametrize(
    ("coalition", "message"),
    [
        ([], "expected at least one party, each once"),
        ([1, 1], "expected at least one party, each once"),
        ([0, 2], r"found \(0, 2\), expected parties from 0 to 1"),
        ([-1], r"found \(-1,\), expected parties from 0 to 1"),
    ],
)
def test_coalitions_that_do_not_exist_are_refused(coalition: list[int], message: str) -> None:
    with pytest.raises(EngineInputError, match=message):
        coalition_improvements(GRAPH, RANKS, coalition, 0)
    with pytest.raises(EngineInputError, match=message):
        coalition_stability(GRAPH, RANKS, Concept.SEQ, [coalition])
    with pytest.raises(EngineInputError, match=message):
        coalition_certificate(GRAPH, RANKS, Concept.SEQ, coalition, 0)


@pytest.mark.parametrize("concept", [Concept.GMR, Concept.SMR])
def test_other_concepts_are_refused(concept: Concept) -> None:
    with pytest.raises(EngineInputError, match="expected nash or sequential"):
        coalition_stability(GRAPH, RANKS, concept)


def test_states_that_do_not_exist_are_refused() -> None:
    with pytest.raises(EngineInputError, match=r"states\[1\]: found 3, expected 0 to 2"):
        coalition_stability(GRAPH, RANKS, Concept.NASH, states=[0, 3])
    with pytest.raises(EngineInputError, match="state: found 3, expected 0 to 2"):
        coalition_improvements(GRAPH, RANKS, [0], 3)


def test_a_state_that_was_not_examined_cannot_be_asked_for() -> None:
    result = coalition_stability(GRAPH, RANKS, Concept.NASH, states=[0])
    with pytest.raises(EngineInputError, match="state: found 2, expected one of those examined"):
        result.breakers(2)


def test_more_coalitions_than_can_be_listed_must_be_named() -> None:
    many = move_graph(1, 13, [])
    ranks = preferences([[0] * 13])
    with pytest.raises(SpaceTooLargeError, match="8,191 coalitions of 13 parties"):
        coalition_stability(many, ranks, Concept.NASH)
    assert coalition_stability(many, ranks, Concept.NASH, [range(13)]).stable.all()


def test_a_step_on_the_way_need_not_be_an_improvement_but_the_end_must_be_for_each() -> None:
    result = coalition_stability(GRAPH, RANKS, Concept.NASH)
    assert result.breakers(0) == ((0, 1),)
    assert result.breakers(1) == ((1,), (0, 1))
    tied = preferences([[0, 0], [0, 0], [1, 0]])
    assert coalition_stability(GRAPH, tied, Concept.NASH).stable.all()


def test_nobody_outside_can_answer_a_coalition_of_everybody() -> None:
    for joint in (False, True):
        result = coalition_stability(GRAPH, RANKS, Concept.SEQ, [[0, 1]], joint_answers=joint)
        assert result.stable[:, 0].tolist() == [False, False, True]


def test_what_improves_only_jointly_counts_as_an_answer_only_where_asked_for() -> None:
    """Party 0 gains at 1; the other two are better off at 3, but by way of 2, worse for one."""
    graph = move_graph(4, 3, [(0, 0, 1), (1, 1, 2), (2, 2, 3)])
    ranks = preferences([[1, 0, 0], [2, 1, 1], [2, 0, 1], [0, 2, 2]])
    alone = coalition_stability(graph, ranks, Concept.SEQ, [[0]])
    assert alone.stable[:, 0].tolist() == [False, True, True, True]
    jointly = coalition_stability(graph, ranks, Concept.SEQ, [[0]], joint_answers=True)
    assert jointly.stable[:, 0].all()
    shown = coalition_certificate(graph, ranks, Concept.SEQ, [0], 0, joint_answers=True)
    assert shown.moves[0].answer == (((1, 2), 3),)
