"""What inverse analysis refuses, and where it stops counting."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from detente.engines.stability import Concept, action_space, graph_of, move_graph, preferences
from detente.engines.stability.inverse import (
    Condition,
    Requirement,
    condition,
    conditions,
    inverse,
    least_change,
    share_of_orders,
)
from detente.errors import EngineInputError, SpaceTooLargeError

GRAPH = move_graph(3, 2, [(0, 0, 1), (1, 1, 2)], feasible=[True, True, True])
RANKS = preferences([[0, 0], [1, 1], [2, 2]])
UNKNOWN = preferences([[0, 0], [1, 1], [2, 2]], unknown=[(0, 0, 1)])


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: inverse(GRAPH, RANKS, 3, Concept.SEQ, 0), "state: found 3, expected 0 to 2"),
        (lambda: inverse(GRAPH, RANKS, 0, Concept.SEQ, 2), "party: found 2, expected 0 to 1"),
        (lambda: inverse(GRAPH, RANKS, 0, Concept.SEQ, []), "parties: found none"),
        (lambda: inverse(GRAPH, UNKNOWN, 0, Concept.SEQ, 0), "preferences: found unknown ones"),
        (lambda: condition(GRAPH, RANKS, 0, Concept.SEQ, -1), "party: found -1"),
        (
            lambda: least_change(Condition(0, 0, "", (Requirement(5, ((5,),)),)), [0, 1]),
            r"ranks: found shape \(2,\), expected one rank for each state",
        ),
    ],
)
def test_bad_input_is_refused_with_its_place(call: Callable[[], object], text: str) -> None:
    with pytest.raises(EngineInputError, match=text):
        call()


def test_conditions_that_name_too_many_states_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conditions, "MOST_NAMED", 3)
    graph = graph_of(action_space([2] * 4, controls=[0, 1, 1, 1]))
    ranks = preferences(np.zeros((16, 2), dtype=int))
    with pytest.raises(SpaceTooLargeError, match="name more than 3 states"):
        condition(graph, ranks, 0, Concept.GMR, 0)


def test_a_count_that_would_take_too_many_terms_is_not_told() -> None:
    chain = tuple(Requirement(0, ((n,), (n + 1,), (n + 2,))) for n in range(1, 30))
    assert share_of_orders(Condition(0, 0, "", chain), most_steps=500) is None
    knots = tuple(Requirement(0, ((n, n + 50), (n + 1, n + 60))) for n in range(1, 30))
    assert share_of_orders(Condition(0, 0, "", knots), most_steps=500) is None


def test_nothing_to_change_is_said_so() -> None:
    found = inverse(GRAPH, RANKS, 2, Concept.NASH, [0, 1])
    assert [each.change.rises_to for each in found.conditions] == [None, None]
    assert found.stable_profiles == found.equilibrium_profiles == (36, 36)


def test_large_conflicts_are_described_and_counted_without_listing_orders() -> None:
    graph = graph_of(action_space([2] * 12, controls=np.arange(12) % 4))
    rng = np.random.default_rng(0)
    ranks = preferences(rng.permuted(np.tile(np.arange(1 << 12)[:, None], (1, 4)), axis=0))
    for concept in Concept:
        found = inverse(graph, ranks, 0, concept, 0)
        low, high = found.stable_share
        assert low is not None
        assert low == high
        assert found.conditions[0].is_exact
