"""Numbers that numpy would round, wrap around or misread are refused at the door."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from detente.engines.stability import (
    Concept,
    action_space,
    certificate,
    coalition_stability,
    graph_stability,
    inverse,
    move_graph,
    preferences,
    reachable,
    select_equilibria,
)
from detente.engines.stability.coalitions import answers
from detente.engines.stability.inverse import Condition, Requirement, share_of_orders
from detente.errors import EngineInputError, SpaceTooLargeError

SEQ = Concept.SEQ
LINE, LINED = move_graph(2, 1, [(0, 0, 1)]), preferences([[0], [1]])

REFUSED: dict[str, tuple[str, Callable[[], object]]] = {
    "a rank of more than 32 bits": ("ranks[1, 0]", lambda: preferences([[0], [2**31]])),
    "a rank of that size as a float": ("ranks[0, 0]", lambda: preferences([[3e9], [0.0]])),
    "a rank of that size, unsigned": (
        "ranks[0, 0]",
        lambda: preferences(np.array([[2**32 + 1], [2]], dtype=np.uint64)),
    ),
    "an infinite rank": ("ranks", lambda: preferences([[np.inf], [0.0]])),
    "a word for a rank": ("ranks", lambda: preferences(np.array([["low"], ["high"]]))),
    "rows of different lengths": (
        "ranks: found rows of different lengths",
        lambda: preferences([[1], [1, 2]]),
    ),
    "a highest rank that is not whole": ("high", lambda: preferences([[0]], high=[[0.5]])),
    "pairs that are no triples": ("unknown", lambda: preferences([[1], [2]], unknown=[0, 0, 1])),
    "a pair with half a state": ("unknown", lambda: preferences([[1]], unknown=[(0, 0.5, 0)])),
    "moves of two numbers": ("arcs: found shape (3, 2)", lambda: move_graph(3, 2, [(0, 1)] * 3)),
    "a move to half a state": ("arcs", lambda: move_graph(3, 2, np.array([[0, 1, 1.5]]))),
    "half a level": ("sizes", lambda: action_space([2.5, 2], controls=[0, 1])),
    "half a party": ("controls", lambda: action_space([2, 2], controls=[0.0, 0.5])),
    "half a state asked about": ("state: found 0.5", lambda: certificate(LINE, LINED, SEQ, 0.5, 0)),  # type: ignore[arg-type]  # refused for that
    "half a start": ("start: found 0.5", lambda: reachable(LINE, 0.5)),  # type: ignore[arg-type]  # refused for that
    "half a mover": ("parties[0]: found 0.5", lambda: reachable(LINE, 0, [0.5])),  # type: ignore[list-item]  # refused for that
    "half a varied party": ("party: found 0.5", lambda: inverse(LINE, LINED, 0, SEQ, [0.5])),  # type: ignore[list-item]  # refused for that
    "half a member": (
        "coalition",
        lambda: coalition_stability(LINE, LINED, SEQ, [(0.5,)]),  # type: ignore[list-item]  # refused for that
    ),
    "half a state to examine": (
        "states",
        lambda: coalition_stability(LINE, LINED, SEQ, states=[0.5]),
    ),
    "what is reached elsewhere": (
        "reach: found 1 states, expected 2",
        lambda: select_equilibria(
            graph_stability(LINE, LINED, SEQ), LINED, reach=reachable(move_graph(1, 1, []), 0)
        ),
    ),
    "an unknown concept": (
        "concept: found 'seq', expected one of nash, general metarational",
        lambda: graph_stability(move_graph(1, 1, []), preferences([[0]]), Concept("seq")),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_would_be_rounded_or_wrapped_is_refused(what: str) -> None:
    where, call = REFUSED[what]
    with pytest.raises(EngineInputError) as error:
        call()
    assert str(error.value).startswith(where)


def test_whole_numbers_as_floats_are_ranks() -> None:
    assert preferences([[1.0], [-3.0]]).low.tolist() == [[1], [-3]]


def test_moves_and_pairs_may_be_none_at_all() -> None:
    assert len(move_graph(3, 2, []).targets) == 0
    assert preferences([[1], [2]], unknown=[]).is_certain


def test_joint_answers_of_very_many_parties_are_refused_before_they_are_listed() -> None:
    n = 40
    graph = move_graph(2, n, [(party, 0, 1) for party in range(n)])
    ranks = preferences(np.zeros((2, n), dtype=np.int64))
    with pytest.raises(SpaceTooLargeError, match="let answers be given one by one"):
        coalition_stability(graph, ranks, Concept.SEQ, [(0,)], joint_answers=True)


def test_joint_improvements_are_listed_once_for_all_coalitions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[int, ...]] = []
    listed = answers._listed

    def counted(graph, ranks, group, work):  # type: ignore[no-untyped-def]  # as the original
        asked.append(group)
        return listed(graph, ranks, group, work)

    monkeypatch.setattr(answers, "_listed", counted)
    graph = move_graph(2, 4, [(party, 0, 1) for party in range(4)])
    ranks = preferences(np.zeros((2, 4), dtype=np.int64))
    coalition_stability(graph, ranks, Concept.SEQ, joint_answers=True)
    assert len(asked) == len(set(asked)) == 14


def test_counting_orders_does_not_depend_on_how_states_are_numbered() -> None:
    def share(first: int) -> object:
        ways: list[list[tuple[int, ...]]] = [
            [(0, 1), (2, 3)],
            [(1, 2), (3, 4)],
            [(0, 4), (2,)],
            [(1, 5)],
        ]
        shifted = [tuple(tuple(first + s for s in way) for way in each) for each in ways]
        return share_of_orders(
            Condition(0, 0, "sequential", tuple(Requirement(way[0][0], way) for way in shifted))
        )

    assert share(1) == share(10**15)  # 10**15 bits for each set would not fit into memory


def test_a_highest_rank_that_is_the_lowest_everywhere_leaves_nothing_open() -> None:
    stated = preferences([[1], [2]], high=[[1], [2]])
    assert stated.is_certain
    assert graph_stability(LINE, stated, SEQ).stable.tolist() == [[False], [True]]
