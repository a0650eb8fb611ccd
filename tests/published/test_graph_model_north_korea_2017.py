"""The stand-off over North Korea's nuclear programme, as a blog modelled it in 2017.

Z. Jacobi, "The Graph Model of Conflict Resolution - Introduction" (5 November 2017) and "... -
Sensitivity Analysis" (12 November 2017), Socratic Form Microscopy, socratic-form-microscopy.com. A
blog series by a student of K. W. Hipel, not a reviewed publication. Its columns show for each party
the states that are sequentially (or symmetric metarationally) stable *or* simultaneously sanctioned.

Three readings had to be settled by its numbers. With irreversible invasions it takes away North
Korea's moves from states 4, 5 and 6 only, as its text says; without those from 12 to 14 as well,
state 12 would join. The pacifists' invasions are irreversible too, which it does not say; else their
state 4 would not be an equilibrium. And their SEQ column leaves simultaneous sanctions out, which
would add 2 and 10.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from yes_or_no import ordered, yes_or_no

from detente.engines.stability.classical.certificates import certificate
from detente.engines.stability.classical.dispatch import stability
from detente.engines.stability.simultaneous import simultaneous_stability
from detente.engines.stability.space.actions import ActionSpace
from detente.engines.stability.space.graph import MoveGraph, graph_of
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.verdicts import Concept

US, NORTH_KOREA = 0, 1
STRIKE, INVADE = 0, 2
"""The actions: strike, withdraw (United States), invade, abandon the programme (North Korea)."""
STATES = [0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14]
"""The United States does not both strike and withdraw."""

REVERSIBLE = yes_or_no([US, US, NORTH_KOREA, NORTH_KOREA], STATES, forth=[STRIKE])
IRREVERSIBLE = yes_or_no([US, US, NORTH_KOREA, NORTH_KOREA], STATES, forth=[STRIKE, INVADE])

ORIGINAL = ordered(
    16,
    [8, 0, 9, 10, 12, 5, 4, 13, 14, 1, 2, 6],
    [6, 14, 2, 10, 0, 4, 12, 5, 1, 13, 8, 9],
)
BLOODTHIRSTY = ordered(
    16,
    [8, 9, 0, 10, 13, 12, 5, 4, 1, 2, 14, 6],
    [6, 14, 4, 12, 5, 13, 2, 0, 10, 1, 9, 8],
)
DETERRED = ordered(
    16,
    [8, 9, 0, 10, 13, 12, 5, 4, 1, 2, 14, 6],
    [6, 14, 4, 12, 0, 10, 5, 13, 2, 1, 9, 8],
)
PACIFIST = ordered(
    16,
    [8, 0, 10, 2, 9, 12, 4, 5, 14, 13, 6, 1],
    [6, 14, 2, 10, 0, 8, 4, 12, 5, 1, 9, 13],
)


def without_leaving_an_invasion() -> MoveGraph:
    """Take away North Korea's moves from 4, 5 and 6 to states without an invasion."""
    graph = graph_of(REVERSIBLE)
    party, start, end = graph.arcs().T
    ends_it = (party == NORTH_KOREA) & np.isin(start, [4, 5, 6]) & (end // 4 % 2 == 0)
    return graph.keeping(~ends_it)


Analysis = tuple[ActionSpace | MoveGraph, Preferences, Concept, bool, list[int]]

ANALYSES: dict[str, Analysis] = {
    "original, SEQ": (REVERSIBLE, ORIGINAL, Concept.SEQ, True, [0, 4, 5, 10]),
    "original, SMR": (REVERSIBLE, ORIGINAL, Concept.SMR, True, [0, 4, 5, 10, 12]),
    "irreversible invasion": (
        without_leaving_an_invasion(),
        ORIGINAL,
        Concept.SEQ,
        False,
        [0, 5, 10],
    ),
    "bloodthirsty, SEQ": (IRREVERSIBLE, BLOODTHIRSTY, Concept.SEQ, True, [5, 12]),
    "bloodthirsty, SMR": (IRREVERSIBLE, BLOODTHIRSTY, Concept.SMR, True, [5, 12]),
    "deterred, SEQ": (IRREVERSIBLE, DETERRED, Concept.SEQ, True, [0, 5, 10, 12]),
    "deterred, SMR": (IRREVERSIBLE, DETERRED, Concept.SMR, True, [0, 5, 10, 12]),
    "pacifist, SEQ": (IRREVERSIBLE, PACIFIST, Concept.SEQ, False, [0, 4, 5]),
    "pacifist, SMR": (IRREVERSIBLE, PACIFIST, Concept.SMR, True, [0, 2, 4, 5, 8, 10, 12]),
}


def equilibria(analysis: Analysis) -> list[int]:
    moves, preferences, concept, simultaneous, _ = analysis
    stable = stability(moves, preferences, concept).stable
    if simultaneous and isinstance(moves, ActionSpace):
        stable = stable | simultaneous_stability(moves, preferences).stable
    return np.flatnonzero(stable.all(axis=1)).tolist()


@pytest.mark.parametrize("name", list(ANALYSES))
def test_equilibria_are_those_published(name: str) -> None:
    assert equilibria(ANALYSES[name]) == ANALYSES[name][-1]


def test_each_state_turns_up_as_often_as_the_closing_table_counts() -> None:
    count = Counter(state for analysis in ANALYSES.values() for state in equilibria(analysis))
    assert dict(sorted(count.items())) == {0: 7, 2: 1, 4: 4, 5: 9, 8: 1, 10: 6, 12: 6}


@pytest.mark.parametrize("concept", list(Concept))
def test_actions_and_listed_moves_agree(concept: Concept) -> None:
    for space in (REVERSIBLE, IRREVERSIBLE):
        for preferences in (ORIGINAL, BLOODTHIRSTY, DETERRED, PACIFIST):
            assert (
                stability(space, preferences, concept).stable.tolist()
                == stability(graph_of(space), preferences, concept).stable.tolist()
            )


def test_all_four_concepts_on_the_original_order() -> None:
    """Without simultaneous sanctions; by the definitions, only partly shown in the blog."""
    found = [stability(REVERSIBLE, ORIGINAL, concept).equilibria.tolist() for concept in Concept]
    assert found == [[0, 5], [0, 4, 5, 10, 12], [0, 4, 5, 10, 12], [0, 5, 10]]


def test_north_korea_would_not_end_an_invasion_for_fear_of_a_strike() -> None:
    """From 12 to 0, the US could strike, to 1, and 5 is then the best left: worse than 12."""
    shown = certificate(graph_of(REVERSIBLE), ORIGINAL, Concept.SMR, 12, NORTH_KOREA)
    answer = {answer.improvement: answer for answer in shown.answers}[0]
    assert shown.is_stable
    assert answer.steps == ((US, 1),)
    assert answer.counter == 5


def test_the_us_would_not_strike_in_a_war_for_fear_of_the_answer() -> None:
    """From 4 to 5, North Korea can go on to 1 or 13; both are worse, with no way out."""
    graph = graph_of(REVERSIBLE)
    shown = certificate(graph, ORIGINAL, Concept.SMR, 4, US)
    assert [answer.improvement for answer in shown.answers] == [5]
    assert graph.moves(NORTH_KOREA, 5).tolist() == [1, 9, 13]
    assert graph.moves(US, 1).tolist() == graph.moves(US, 13).tolist() == []
    assert shown.answers[0].steps == ((NORTH_KOREA, 1),)
    assert shown.answers[0].counter == -1
