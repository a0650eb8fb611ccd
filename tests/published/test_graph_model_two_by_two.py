"""Two textbook games of two parties with two choices each, played as graph models.

The prisoners' dilemma and chicken; the ordinal payoffs are common property. That cooperation in the
prisoners' dilemma is general metarational but not Nash is Howard's point: N. Howard, Paradoxes of
Rationality: Theory of Metagames and Political Behavior, MIT Press, 1971. The remaining sets are
worked out by the definitions, by hand.
"""

from __future__ import annotations

import pytest

from detente.engines.stability.classical.certificates import Answer, Step, certificate
from detente.engines.stability.classical.dispatch import stability
from detente.engines.stability.classical.margins import margins
from detente.engines.stability.space.actions import action_space
from detente.engines.stability.space.graph import graph_of
from detente.engines.stability.space.preferences import preferences
from detente.engines.stability.verdicts import Concept

GAME = action_space([2, 2], controls=[0, 1])
# States: nobody, the row, the column, both cooperate.
DILEMMA = preferences([[2, 2], [1, 4], [4, 1], [3, 3]])
# States: both swerve, the row drives on, the column drives on, both do.
CHICKEN = preferences([[3, 3], [4, 2], [2, 4], [1, 1]])


@pytest.mark.parametrize(
    ("concept", "dilemma", "chicken"),
    [
        (Concept.NASH, [0], [1, 2]),
        (Concept.GMR, [0, 3], [0, 1, 2]),
        (Concept.SMR, [0, 3], [0, 1, 2]),
        (Concept.SEQ, [0, 3], [1, 2]),
    ],
)
def test_equilibria_of_the_two_games(
    concept: Concept, dilemma: list[int], chicken: list[int]
) -> None:
    for moves in (GAME, graph_of(GAME)):
        assert stability(moves, DILEMMA, concept).equilibria.tolist() == dilemma
        assert stability(moves, CHICKEN, concept).equilibria.tolist() == chicken


def test_defection_is_answered_by_defection_to_the_gain_of_who_answers() -> None:
    graph = graph_of(GAME)
    shown = certificate(graph, DILEMMA, Concept.SEQ, state=3, party=0)
    assert shown.answers == (Answer(2, (Step(1, 0),), -1, 2),)
    assert margins(graph, DILEMMA, Concept.SEQ, [3]).margin.tolist() == [[1, 1]]


def test_only_a_crash_deters_from_driving_on_and_nobody_gains_by_a_crash() -> None:
    graph = graph_of(GAME)
    threat = certificate(graph, CHICKEN, Concept.GMR, state=0, party=0)
    assert threat.answers == (Answer(1, (Step(1, 3),), -1, 1),)
    # After the crash the row can still swerve, to 2, and that is no better than both swerving.
    symmetric = certificate(graph, CHICKEN, Concept.SMR, state=0, party=0)
    assert symmetric.answers == (Answer(1, (Step(1, 3),), 2, 2),)
    assert certificate(graph, CHICKEN, Concept.SEQ, state=0, party=0).breaks == (1,)
