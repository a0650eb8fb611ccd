"""The groundwater of Elmira, Ontario: the Ministry of the Environment, Uniroyal and local government.

Model, and what is said about state 7 and the coalition: R. Kinsara, guide to GMCR+, 15 October 2014,
sections 5.2 and 5.3, twelve states (four of which the literature counts as one, since in all of
them Uniroyal has abandoned its plant). Individual verdicts are by the definitions.
"""

from __future__ import annotations

import numpy as np
import pytest
from conflicts import conflict_of, improvements
from yes_or_no import ordered, yes_or_no

from detente.engines.stability.classical.dispatch import stability
from detente.engines.stability.space.graph import graph_of
from detente.engines.stability.verdicts import Concept

MINISTRY, UNIROYAL, LOCAL = 0, 1, 2
STATES = [2, 3, 4, 5, 8, 9, 18, 19, 20, 21, 24, 25]
"""States 1 to 12. Actions: modify (ministry), delay, accept, abandon (Uniroyal), insist (local)."""
CONTROLS = [MINISTRY, UNIROYAL, UNIROYAL, UNIROYAL, LOCAL]
SPACE = yes_or_no(CONTROLS, STATES, forth=[0, 3], back=[1])
TOGETHER = yes_or_no([0, 0, 0, 0, 1], STATES, forth=[0, 3], back=[1])
"""The ministry and Uniroyal moving as one."""


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
CONFLICT = conflict_of(SPACE, RANKS.low)


@pytest.mark.parametrize("concept", list(Concept))
def test_state_7_is_a_deadlock(concept: Concept) -> None:
    for moves in (SPACE, graph_of(SPACE)):
        assert stability(moves, RANKS, concept).stable[STATES[6]].all()


def test_from_the_status_quo_only_local_government_improves_and_to_state_7() -> None:
    found = [improvements(CONFLICT, STATES[0], party) for party in (MINISTRY, UNIROYAL, LOCAL)]
    assert found == [set(), set(), {STATES[6]}]


def test_a_coalition_has_five_moves_from_state_7_and_one_improves_for_both() -> None:
    graph = graph_of(SPACE)
    for party in (MINISTRY, UNIROYAL, LOCAL):
        assert STATES[9] not in graph.moves(party, STATES[6])
    moves = graph_of(TOGETHER).moves(0, STATES[6])
    assert len(moves) == 5
    better = RANKS.low[moves, :2] > RANKS.low[STATES[6], :2]
    assert moves[better.all(axis=1)].tolist() == [STATES[9]]


@pytest.mark.parametrize(
    ("concept", "equilibria", "local"),
    [
        (Concept.NASH, [5, 6, 7, 10, 11, 12], [5, 6, 7, 8, 9, 10, 11, 12]),
        (Concept.GMR, [1, 4, 5, 6, 7, 10, 11, 12], list(range(1, 13))),
        (Concept.SMR, [1, 4, 5, 6, 7, 10, 11, 12], list(range(1, 13))),
        (Concept.SEQ, [5, 6, 7, 10, 11, 12], [2, 3, 5, 6, 7, 8, 9, 10, 11, 12]),
    ],
)
def test_where_each_party_stays(concept: Concept, equilibria: list[int], local: list[int]) -> None:
    for moves in (SPACE, graph_of(SPACE)):
        stable = stability(moves, RANKS, concept).stable[STATES]
        assert (np.flatnonzero(stable.all(axis=1)) + 1).tolist() == equilibria
        assert stable[:, MINISTRY].all()
        uniroyal = (np.flatnonzero(stable[:, UNIROYAL]) + 1).tolist()
        assert uniroyal == [1, 4, 5, 6, 7, 10, 11, 12]
        assert (np.flatnonzero(stable[:, LOCAL]) + 1).tolist() == local
