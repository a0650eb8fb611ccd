"""What limited-move stability does with input it cannot work on, and at its edges."""

from __future__ import annotations

import pytest

from detente.engines.stability.limited_move import anticipated_moves, limited_move_stability
from detente.engines.stability.space.actions import action_space
from detente.engines.stability.space.graph import graph_of, move_graph
from detente.engines.stability.space.preferences import preferences
from detente.errors import EngineInputError

GRAPH = move_graph(3, 2, [(0, 0, 1), (1, 1, 2)])
RANKS = preferences([[1, 0], [2, 0], [0, 1]])


@pytest.mark.parametrize("horizon", [0, -1])
def test_a_horizon_of_no_move_is_refused(horizon: int) -> None:
    with pytest.raises(EngineInputError, match=f"horizon: found {horizon}, expected at least 1"):
        limited_move_stability(GRAPH, RANKS, horizon)
    with pytest.raises(EngineInputError, match=f"horizon: found {horizon}, expected at least 1"):
        anticipated_moves(GRAPH, RANKS, horizon, 0, 0)


def test_preferences_over_other_states_are_refused() -> None:
    with pytest.raises(EngineInputError, match=r"found shape \(2, 2\), expected \(3, 2\)"):
        limited_move_stability(GRAPH, preferences([[1, 0], [2, 0]]), 2)


def test_unknown_preferences_are_refused() -> None:
    pairs = preferences(RANKS.low, unknown=[(0, 0, 1)])
    with pytest.raises(EngineInputError, match="use `unknown_stability`"):
        limited_move_stability(GRAPH, pairs, 2)


def test_a_horizon_that_was_not_asked_for_is_refused() -> None:
    result = limited_move_stability(GRAPH, RANKS, 2)
    with pytest.raises(EngineInputError, match="horizon: found 3, expected 1 to 2"):
        result.at(3)


def test_looking_one_move_further_the_answer_is_seen() -> None:
    result = limited_move_stability(GRAPH, RANKS, 3)
    assert result.stable[:, 0, 0].tolist() == [False, True, True]
    assert result.at(2).equilibria.tolist() == [0, 2]
    assert result.settled == 2
    assert anticipated_moves(GRAPH, RANKS, 1, 0, 0).tolist() == [[0, 1]]
    assert anticipated_moves(GRAPH, RANKS, 2, 0, 0).tolist() == []


def test_without_moves_all_is_settled_at_once() -> None:
    result = limited_move_stability(move_graph(2, 2, []), preferences([[0, 1], [1, 0]]), 4)
    assert result.stable.all()
    assert result.settled == 1
    assert result.anticipated[3].tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    ("game", "non_myopic"),
    [([[3, 3], [4, 2], [2, 4], [1, 1]], [0]), ([[2, 2], [1, 4], [4, 1], [3, 3]], [0, 3])],
    ids=["chicken", "prisoners_dilemma"],
)
def test_with_far_sight_both_swerve_and_prisoners_may_cooperate(
    game: list[list[int]], non_myopic: list[int]
) -> None:
    """As is well known of the non-myopic equilibria of Brams and Wittman (1981)."""
    graph = graph_of(action_space([2, 2], controls=[0, 1]))
    result = limited_move_stability(graph, preferences(game), 6)
    assert result.settled is not None
    assert result.at(6).equilibria.tolist() == non_myopic
