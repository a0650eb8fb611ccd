"""What classical stability refuses, and that it leaves its inputs alone."""

from __future__ import annotations

import numpy as np
import pytest

from detente.engines.stability.classical.certificates import certificate
from detente.engines.stability.classical.dispatch import stability
from detente.engines.stability.classical.graph import graph_stability
from detente.engines.stability.classical.margins import margins
from detente.engines.stability.space.actions import action_space
from detente.engines.stability.space.graph import move_graph
from detente.engines.stability.space.preferences import preferences
from detente.engines.stability.verdicts import Concept
from detente.errors import EngineInputError

GRAPH = move_graph(3, 2, [(0, 0, 1), (1, 1, 0)], feasible=[True, True, False])
RANKS = preferences([[0, 1], [1, 0], [5, 5]])


def test_preferences_of_another_shape_are_refused() -> None:
    for ranks in ([[0, 1], [1, 0]], [[0], [1], [5]]):
        with pytest.raises(EngineInputError, match=r"preferences: found shape .*expected \(3, 2\)"):
            graph_stability(GRAPH, preferences(ranks), Concept.NASH)
        with pytest.raises(EngineInputError, match="preferences: found shape"):
            margins(GRAPH, preferences(ranks), Concept.SEQ, [0])
        with pytest.raises(EngineInputError, match="preferences: found shape"):
            certificate(GRAPH, preferences(ranks), Concept.SEQ, 0, 0)


@pytest.mark.parametrize("concept", list(Concept))
def test_preferences_that_are_not_certain_are_refused(concept: Concept) -> None:
    for unknown in (
        preferences([[0, 1], [1, 0], [5, 5]], unknown=[[0, 0, 1]]),
        preferences([[0, 1], [1, 0], [5, 5]], high=[[0, 1], [2, 0], [5, 5]]),
    ):
        with pytest.raises(EngineInputError, match="found unknown ones, expected certain ranks"):
            stability(GRAPH, unknown, concept)


def test_states_and_parties_that_do_not_exist_are_refused() -> None:
    with pytest.raises(EngineInputError, match="state: found 3, expected 0 to 2"):
        margins(GRAPH, RANKS, Concept.GMR, [0, 3])
    with pytest.raises(EngineInputError, match="state: found -1, expected 0 to 2"):
        certificate(GRAPH, RANKS, Concept.GMR, state=-1, party=0)
    with pytest.raises(EngineInputError, match="party: found 2, expected 0 to 1"):
        certificate(GRAPH, RANKS, Concept.GMR, state=0, party=2)
    with pytest.raises(EngineInputError, match="state: found 2, which is infeasible"):
        certificate(GRAPH, RANKS, Concept.GMR, state=2, party=0)
    with pytest.raises(EngineInputError, match="state: found 2, which is infeasible"):
        margins(GRAPH, RANKS, Concept.GMR, [2])


@pytest.mark.parametrize("states", [[0.5], [[0, 1]], 0, [True]])
def test_states_that_are_no_list_of_numbers_are_refused(states: object) -> None:
    with pytest.raises(EngineInputError, match=r"states: found shape .* expected a list of state"):
        margins(GRAPH, RANKS, Concept.GMR, states)  # type: ignore[arg-type]  # wrong on purpose


def test_margins_of_no_states_are_empty_tables() -> None:
    found = margins(GRAPH, RANKS, Concept.SMR, [])
    assert found.margin.shape == found.move.shape == (0, 2)


def test_an_infeasible_state_is_stable_for_nobody() -> None:
    for concept in Concept:
        found = graph_stability(GRAPH, RANKS, concept)
        assert found.stable[2].tolist() == [False, False]
        assert 2 not in found.equilibria


def test_a_graph_without_moves_holds_everywhere() -> None:
    still = move_graph(2, 3, [])
    ranks = preferences(np.arange(6).reshape(2, 3))
    for concept in Concept:
        assert stability(still, ranks, concept).stable.all()
        assert (margins(still, ranks, concept, [0, 1]).margin == np.inf).all()
        assert certificate(still, ranks, concept, 0, 0).answers == ()


@pytest.mark.parametrize("concept", list(Concept))
def test_results_are_read_only_and_inputs_stay_as_they_are(concept: Concept) -> None:
    before = GRAPH.arcs().tolist(), RANKS.low.tolist()
    asked = np.array([1, 0])
    found = margins(GRAPH, RANKS, concept, asked)
    assert found.states.tolist() == asked.tolist() == [1, 0]
    assert asked.flags.writeable
    for array in (found.states, found.threshold, found.margin, found.move, found.answer):
        assert not array.flags.writeable
    assert not graph_stability(GRAPH, RANKS, concept).stable.flags.writeable
    assert (GRAPH.arcs().tolist(), RANKS.low.tolist()) == before


def test_either_form_of_a_conflict_says_how_its_verdicts_were_found() -> None:
    space = action_space([2, 2], controls=[0, 1])
    ranks = preferences([[1, 1], [0, 3], [3, 0], [2, 2]])
    by_actions = stability(space, ranks, Concept.SEQ)
    by_moves = stability(GRAPH, RANKS, Concept.SEQ)
    assert by_actions.method != by_moves.method
    assert by_actions.equilibria.tolist() == [0, 3]
