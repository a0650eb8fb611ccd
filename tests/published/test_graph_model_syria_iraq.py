"""The Euphrates dispute between Syria and Iraq, 1975, as a software guide models it.

R. Kinsara, guide to GMCR+, 15 October 2014: the options and Table 3 (rankings), and the number of
Syrian rankings under which state 2 is an equilibrium: 240 for Nash, and 420 for SEQ. The last is
wrong, see below. Individual verdicts are by the definitions.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from yes_or_no import ordered, yes_or_no

from detente.engines.stability.classical.dispatch import stability
from detente.engines.stability.classical.graph import graph_stability
from detente.engines.stability.space.graph import graph_of
from detente.engines.stability.verdicts import Concept

SYRIA, IRAQ = 0, 1
STATES = [0, 1, 2, 4, 5, 6]
"""States 1 to 6 of the guide. Actions: release water, escalate (Syria, never both), attack (Iraq)."""
SPACE = yes_or_no([SYRIA, SYRIA, IRAQ], STATES)
SYRIAN, IRAQI = [1, 3, 6, 2, 4, 5], [2, 4, 6, 1, 5, 3]
RANKS = ordered(8, [STATES[n - 1] for n in SYRIAN], [STATES[n - 1] for n in IRAQI])


@pytest.mark.parametrize(
    ("concept", "syria", "iraq"),
    [
        (Concept.NASH, [1, 6], [2, 4, 6]),
        (Concept.GMR, [1, 3, 6], [1, 2, 4, 5, 6]),
        (Concept.SMR, [1, 3, 6], [2, 4, 6]),
        (Concept.SEQ, [1, 3, 6], [2, 4, 5, 6]),
    ],
)
def test_where_each_party_stays(concept: Concept, syria: list[int], iraq: list[int]) -> None:
    for moves in (SPACE, graph_of(SPACE)):
        stable = stability(moves, RANKS, concept).stable[STATES]
        assert (np.flatnonzero(stable[:, SYRIA]) + 1).tolist() == syria
        assert (np.flatnonzero(stable[:, IRAQ]) + 1).tolist() == iraq


def test_how_many_syrian_rankings_make_state_2_an_equilibrium() -> None:
    """The guide prints 420 for SEQ.

    By its own stated conditions state 2 is stable for Syria exactly if it is preferred to 1 or to
    4, and to 3 or to 6. With 2 in a random place among {2; 1, 4; 3, 6}, of the other four 0 to 4
    rank below it, each as likely; both hold in 0, 0, 4/6, 1, 1 of the cases: 8/15 of 720 is 384.
    """
    graph, iraqi = graph_of(SPACE), [STATES[n - 1] for n in IRAQI]
    found = dict.fromkeys(Concept, 0)
    by_conditions = 0
    for syrian in permutations(range(1, 7)):
        ranks = ordered(8, [STATES[n - 1] for n in syrian], iraqi)
        for concept in Concept:
            found[concept] += bool(graph_stability(graph, ranks, concept).stable[STATES[1]].all())
        place = {state: syrian.index(state) for state in syrian}
        by_conditions += place[2] < max(place[1], place[4]) and place[2] < max(place[3], place[6])
    assert found == {Concept.NASH: 240, Concept.GMR: 384, Concept.SMR: 300, Concept.SEQ: 384}
    assert by_conditions == 384
