"""Simultaneous stability of two-party conflicts whose results are known.

Zach Jacobi, "The Graph Model of Conflict Resolution - Introduction" and "... Sensitivity Analysis",
Socratic Form Microscopy, November 2017: the United States and North Korea, twelve states; the
tables show the states that are sequentially (or symmetric metarationally) *or* simultaneously
stable for each party. A blog, not a reviewed paper; the rankings are as printed there.

The other files hold inputs of teaching examples and results of a solver by the definition.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from detente.engines.stability.simultaneous import simultaneous_stability
from detente.engines.stability.space.actions import ActionSpace, action_space
from detente.engines.stability.space.graph import MoveGraph, graph_of
from detente.engines.stability.space.preferences import Preferences, preferences

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "graph_model"
Ranks = npt.NDArray[np.int64]

ONE_WAY = [[True, True], [False, True]]
UNITED_STATES = [8, 0, 9, 10, 12, 5, 4, 13, 14, 1, 2, 6]
NORTH_KOREA = [6, 14, 2, 10, 0, 4, 12, 5, 1, 13, 8, 9]
BLOODTHIRSTY_STATES = [8, 9, 0, 10, 13, 12, 5, 4, 1, 2, 14, 6]
BLOODTHIRSTY_KOREA = [6, 14, 4, 12, 5, 13, 2, 0, 10, 1, 9, 8]


def standoff(*best_first: list[int], one_way_invasion: bool) -> tuple[ActionSpace, Preferences]:
    """Strike (one way) and withdraw, by the first party; invade and abandon, by the second."""
    feasible = [state % 4 != 3 for state in range(16)]
    space = action_space(
        [2, 2, 2, 2],
        controls=[0, 0, 1, 1],
        allowed=[ONE_WAY, None, ONE_WAY if one_way_invasion else None, None],
        feasible=feasible,
    )
    ranks = np.zeros((16, 2), dtype=np.int64)
    for party, states in enumerate(best_first):
        ranks[states, party] = np.arange(len(states), 0, -1)
    return space, preferences(ranks)


def improvements(graph: MoveGraph, ranks: Ranks, party: int, state: int) -> list[int]:
    moves = graph.moves(party, state).tolist()
    return [q for q in moves if ranks[q, party] > ranks[state, party]]


def sequentially(graph: MoveGraph, ranks: Ranks, party: int, state: int) -> bool:
    return all(
        any(
            ranks[t, party] <= ranks[state, party] for t in improvements(graph, ranks, 1 - party, q)
        )
        for q in improvements(graph, ranks, party, state)
    )


def symmetrically(graph: MoveGraph, ranks: Ranks, party: int, state: int) -> bool:
    here = ranks[state, party]
    return all(
        any(
            (ranks[[t, *graph.moves(party, t).tolist()], party] <= here).all()
            for t in graph.moves(1 - party, q).tolist()
        )
        for q in improvements(graph, ranks, party, state)
    )


@pytest.mark.parametrize(
    ("best_first", "one_way_invasion", "concept", "published"),
    [
        ((UNITED_STATES, NORTH_KOREA), False, sequentially, [0, 4, 5, 10]),
        ((UNITED_STATES, NORTH_KOREA), False, symmetrically, [0, 4, 5, 10, 12]),
        ((BLOODTHIRSTY_STATES, BLOODTHIRSTY_KOREA), True, sequentially, [5, 12]),
        ((BLOODTHIRSTY_STATES, BLOODTHIRSTY_KOREA), True, symmetrically, [5, 12]),
    ],
)
def test_jacobi_2017_stable_by_answer_or_by_simultaneous_move(
    best_first: tuple[list[int], list[int]],
    one_way_invasion: bool,
    concept: Callable[[MoveGraph, Ranks, int, int], bool],
    published: list[int],
) -> None:
    space, stated = standoff(*best_first, one_way_invasion=one_way_invasion)
    graph, ranks = graph_of(space), stated.low.astype(np.int64)
    either = simultaneous_stability(space, stated).stable.copy()
    assert space.feasible is not None
    for state in np.flatnonzero(space.feasible).tolist():
        for party in range(2):
            either[state, party] |= concept(graph, ranks, party, state)
    assert np.flatnonzero(either.all(axis=1)).tolist() == published


def test_prisoners_dilemma_all_defect_and_all_cooperate() -> None:
    space = action_space([2, 2], controls=[0, 1])
    stated = preferences([[2, 2], [1, 4], [4, 1], [3, 3]])
    assert simultaneous_stability(space, stated).equilibria.tolist() == [0, 3]


def from_file(name: str) -> tuple[ActionSpace, Preferences, list[int], list[int]]:
    path = SHARED / f"{name}.json"
    if not path.exists():
        pytest.skip(f"needs graph_model/{name}.json, which is not part of Detente")
    given: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    people, options = given["decision_makers"], given["options"]
    allowed = {"both": None, "fwd": ONE_WAY, "back": np.array(ONE_WAY).T}
    numbers = [state["decimal"] for state in given["states"]]
    feasible = np.isin(np.arange(2 ** len(options)), numbers)
    space = action_space(
        [2] * len(options),
        controls=[people.index(option["owner"]) for option in options],
        allowed=[allowed[option["direction"]] for option in options],
        feasible=feasible,
    )
    ranks = np.zeros((len(feasible), len(people)), dtype=np.int64)
    for party, person in enumerate(people):
        ranks[numbers, party] = given["payoffs_by_state"][person]
    expected = given["computed_definitional"]["SIM_equilibria_corrected"]
    return space, preferences(ranks), numbers, expected


@pytest.mark.parametrize(
    "name", ["cuban", "elmira", "garrison", "milkriver", "prisoners", "syriairaq"]
)
def test_teaching_examples_agree_with_a_solver_by_the_definition(name: str) -> None:
    space, stated, numbers, expected = from_file(f"gmcr_{name}")
    found = simultaneous_stability(space, stated).equilibria.tolist()
    assert [numbers.index(state) + 1 for state in found] == sorted(
        expected, key=lambda number: numbers[number - 1]
    )
