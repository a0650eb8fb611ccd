"""The Garrison Diversion Unit: irrigation in North Dakota, and the rivers it would send to Canada.

Model: the Garrison example of the GMCR+ program, 23 feasible states, whose guide (R. Kinsara, 15
October 2014) cites K. W. Hipel and N. M. Fraser, "Metagame analysis of the Garrison conflict", Water
Resources Research 16(4), 1980, 629-637. Only the number of states is published there. The verdicts
are by the definitions; they tell two readings of "legal sequence" apart, see the last test.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from conflicts import conflict_of, reached
from yes_or_no import ordered, yes_or_no

from detente.engines.stability.classical.certificates import certificate
from detente.engines.stability.classical.dispatch import stability
from detente.engines.stability.space.graph import graph_of
from detente.engines.stability.verdicts import Concept

SUPPORT, OPPOSITION, CANADA, COMMISSION = 0, 1, 2, 3
CONTROLS = [0, 0, 0, 1, 2, 3, 3, 3, 3]
"""Full, reduced, appease (US support); legal challenge (US opposition); treaty challenge (Canadian
opposition); full, reduced, Lonetree, suspend (International Joint Commission)."""


def is_feasible(levels: list[int]) -> bool:
    full, reduced, appease, legal, treaty, *commission = levels
    lonetree, suspend = commission[2:]
    return (
        full + reduced + appease == 1
        and sum(commission) == 1
        and not (full and not legal)
        and not (appease and legal)
        and not (full and not treaty and not commission[0])
        and not ((reduced or appease) and not treaty and (lonetree or suspend))
    )


STATES = [s for s in range(512) if is_feasible([s >> action & 1 for action in range(9)])]
SPACE = yes_or_no(CONTROLS, STATES)


def numbered(*order: int | list[int]) -> list[int | list[int]]:
    return [
        STATES[n - 1] if isinstance(n, int) else [STATES[tied - 1] for tied in n] for n in order
    ]


RANKS = ordered(
    512,
    numbered(3, 7, [1, 2], 4, [5, 6], 8, 9, 12, 11, 15, 10, 13, 14, 17, 16, 18, 19, 21, 20, 22, 23),
    numbered([21, 17, 13, 10, 6, 2], [23, 19], 15, 11, 8, 4, 22, 18, 14, 7, 3, 20, 16, 12, 9, 5, 1),
    numbered(
        23, [20, 21], 19, [16, 17], 11, [9, 10], 15, [12, 13], 2, 4, 1, 8, [5, 6], 22, 18, 14, 3, 7
    ),
    numbered(list(range(1, 24))),
)


def test_there_are_23_states() -> None:
    assert len(STATES) == 23


@pytest.mark.parametrize(
    ("concept", "equilibria"),
    [
        (Concept.NASH, [2, 3, 11, 17, 18, 21, 22]),
        (Concept.GMR, [2, 3, 4, 6, 8, 10, 11, 13, 14, 15, 17, 18, 19, 21, 22]),
        (Concept.SMR, [2, 3, 4, 6, 8, 10, 11, 13, 14, 15, 17, 18, 19, 21, 22]),
        (Concept.SEQ, [2, 3, 11, 17, 18, 21, 22]),
    ],
)
def test_equilibria(concept: Concept, equilibria: list[int]) -> None:
    for moves in (SPACE, graph_of(SPACE)):
        stable = stability(moves, RANKS, concept).stable[STATES]
        assert (np.flatnonzero(stable.all(axis=1)) + 1).tolist() == equilibria
        assert stable[:, COMMISSION].all()


def once_each(movers: set[int], start: int) -> Iterator[int]:
    """Yield what is reached if every party moves at most once: the narrower reading."""
    for mover in movers:
        for there in graph_of(SPACE).moves(mover, start).tolist():
            yield there
            yield from once_each(movers - {mover}, there)


@pytest.mark.parametrize("concept", [Concept.GMR, Concept.SMR])
def test_state_6_is_held_only_by_an_answer_in_which_a_party_moves_twice(concept: Concept) -> None:
    conflict, graph = conflict_of(SPACE, RANKS.low), graph_of(SPACE)
    state = STATES[5]
    lonely = []
    for party in conflict.parties:
        shown = certificate(graph, RANKS, concept, state, party)
        assert shown.is_stable
        rank, others = conflict.ranks[party], set(conflict.parties) - {party}
        for answer in shown.answers:
            narrow = set(once_each(others, answer.improvement))
            assert narrow < reached(conflict, others, answer.improvement, improving=False)
            if all(rank[end] > rank[state] for end in narrow):
                movers = [step.party for step in answer.steps]
                assert len(set(movers)) < len(movers)
                lonely.append((party, answer.improvement))
    assert lonely
