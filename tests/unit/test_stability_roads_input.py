"""What the search for roads refuses, and how it says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from detente.engines.stability import move_graph, preferences
from detente.engines.stability.roads import (
    Road,
    layers,
    reachable,
    roads_between,
    status_quo_analysis,
)
from detente.errors import EngineInputError

GRAPH = move_graph(4, 2, [(0, 0, 1), (1, 1, 2)], feasible=[True, True, True, False])
RANKS = preferences([[0, 0], [1, 1], [2, 2], [0, 0]])
LAYERS = layers([Road(0, ((0, 1),), (True,))])


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: reachable(GRAPH, 4), "start: found 4, expected 0 to 3"),
        (lambda: reachable(GRAPH, 3), "start: found 3, which is infeasible"),
        (lambda: reachable(GRAPH, 0, [0, 2]), r"parties\[1\]: found 2, expected 0 to 1"),
        (lambda: reachable(GRAPH, 0, None, preferences([[0]])), "preferences: found shape"),
        (lambda: reachable(GRAPH, 1).road(0), "state: found 0, which is not reached from 1"),
        (lambda: reachable(GRAPH, 1).road(-1), "state: found -1, expected 0 to 3"),
        (
            lambda: roads_between(GRAPH, RANKS, 0, [0, 3]),
            r"ends\[1\]: found 3, which is infeasible",
        ),
        (lambda: roads_between(GRAPH, RANKS, 0, [[0]]), r"ends: found shape \(1, 1\)"),
        (lambda: roads_between(GRAPH, RANKS, 0, [0.5]), "of float64, expected a list of states"),
        (lambda: status_quo_analysis(GRAPH, RANKS, 0, [9]), r"equilibria\[0\]: found 9"),
        (lambda: layers([]), "roads: found none"),
        (lambda: layers([Road(0, (), ()), Road(1, (), ())]), r"roads\[1\]: found a road from 1"),
        (lambda: layers([Road(0, (), ())], most_nodes=0), "most_nodes: found 0"),
        (lambda: LAYERS.layer_of(7), "state: found 7, expected a state on one of the roads"),
    ],
)
def test_bad_input_is_refused_with_its_place(call: Callable[[], object], text: str) -> None:
    with pytest.raises(EngineInputError, match=text):
        call()


def test_no_equilibria_and_nobody_to_move_are_answered() -> None:
    assert status_quo_analysis(GRAPH, RANKS, 0, []).distance.shape == (0,)
    assert reachable(GRAPH, 0, []).states.tolist() == [0]


def test_results_are_read_only() -> None:
    reach = reachable(GRAPH, 0)
    today = status_quo_analysis(GRAPH, RANKS, 0, [2])
    for array in (reach.distance, reach.movers, reach.origins, today.needed, today.movers):
        assert not array.flags.writeable
    assert today.reached.tolist() == today.reached_by_improvements.tolist() == [2]
