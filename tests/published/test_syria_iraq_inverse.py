"""R. A. Kinsara, handout to the decision support system GMCR+, 15 October 2014: inverse analysis.

Syria and Iraq over the water of the Euphrates, 1975, without a third party. Syria may release water
and may escalate, but not both; Iraq may attack; all can be taken back. The handout asks for which of
Syria's 720 strict orders state 2 (water is released, and neither escalates nor attacks) is stable,
Iraq's order as in its Table 3 (best first: 2 4 6 1 5 3). It prints 240 orders for Nash stability and
420 for sequential stability. The second number is wrong, as its own words show: Syria must prefer 2
to the states 1 and 3 that it can move to, or to what Iraq would answer with, 4 for 1 and 6 for 3.
"""

from __future__ import annotations

import itertools

import pytest

from detente.engines.stability import (
    Concept,
    MoveGraph,
    Preferences,
    action_space,
    graph_of,
    preferences,
)
from detente.engines.stability.inverse import inverse

SYRIA, IRAQ = 0, 1
RELEASE, ESCALATE, ATTACK = 1, 2, 4
STATES = [0, RELEASE, ESCALATE, ATTACK, RELEASE + ATTACK, ESCALATE + ATTACK]
"""What is done in states 1 to 6 of the handout; as a number, that of the state in the space."""

SYRIA_BEST_FIRST = [1, 3, 6, 2, 4, 5]
IRAQ_BEST_FIRST = [2, 4, 6, 1, 5, 3]
DESIRED = STATES[2 - 1]


def conflict() -> tuple[MoveGraph, Preferences]:
    feasible = [not (state & RELEASE and state & ESCALATE) for state in range(8)]
    space = action_space([2, 2, 2], controls=[SYRIA, SYRIA, IRAQ], feasible=feasible)
    ranks = [[0, 0] for _ in range(8)]
    for party, best_first in ((SYRIA, SYRIA_BEST_FIRST), (IRAQ, IRAQ_BEST_FIRST)):
        for rank, number in enumerate(reversed(best_first)):
            ranks[STATES[number - 1]][party] = rank
    return graph_of(space), preferences(ranks)


@pytest.mark.parametrize(
    ("concept", "orders"),
    [
        (Concept.NASH, 240),  # as printed
        (Concept.GMR, 384),
        (Concept.SMR, 300),
        (Concept.SEQ, 384),  # 420 as printed: see below
    ],
)
def test_syrias_orders_under_which_releasing_water_lasts(concept: Concept, orders: int) -> None:
    graph, ranks = conflict()
    found = inverse(graph, ranks, DESIRED, concept, SYRIA)
    assert found.n_profiles == 720
    assert found.stable_profiles == (orders, orders)
    # Iraq likes no state better than this one, so that it lasts if it does for Syria.
    assert found.equilibrium_profiles == (orders, orders)


def test_the_condition_of_the_handout_holds_for_384_orders_and_not_420() -> None:
    """Prove it without the engine.

    State 2 is sequentially stable if it is better than 1 or 4, and better than 3 or 6. It is as
    likely to be above none, one, ..., all of the four: 1/5 each. Above none or one, the condition
    fails; above two, it holds for 4 of the 6 pairs; above three or four, it holds. Hence it holds
    for (4/6 + 1 + 1) / 5 = 8/15 of 720 orders, which are 384.
    """
    assert 720 * (4 + 6 + 6) == 384 * 5 * 6
    listed = 0
    for order in itertools.permutations([1, 2, 3, 4, 5, 6]):
        place = order.index
        first = place(2) < place(1) or place(2) < place(4)
        second = place(2) < place(3) or place(2) < place(6)
        listed += first and second
    assert listed == 384


def test_the_conditions_are_those_in_the_words_of_the_handout() -> None:
    graph, ranks = conflict()
    (found,) = inverse(graph, ranks, DESIRED, Concept.SEQ, SYRIA).conditions
    told = {
        STATES.index(requirement.move) + 1: {
            tuple(STATES.index(state) + 1 for state in way) for way in requirement.ways
        }
        for requirement in found.sufficient.requirements
    }
    assert told == {1: {(1,), (4,)}, 3: {(3,), (6,)}}


def test_the_least_change_of_syrias_stated_order_is_to_pass_one_state() -> None:
    """2 stands fourth (1 3 6 2 4 5): better than 4 already, it has to come before 6."""
    graph, ranks = conflict()
    change = inverse(graph, ranks, DESIRED, Concept.SEQ, SYRIA).conditions[0].change
    assert [STATES.index(state) + 1 for state in change.passes] == [6]
    assert change.changed_pairs == 1
    nash = inverse(graph, ranks, DESIRED, Concept.NASH, SYRIA).conditions[0].change
    assert [STATES.index(state) + 1 for state in nash.passes] == [6, 3, 1]
    assert sorted(STATES.index(state) + 1 for state in nash.fewest) == [1, 3]
