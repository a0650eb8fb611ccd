"""What simultaneous stability does with input it cannot work on."""

from __future__ import annotations

import pytest

from detente.engines.stability.simultaneous import (
    simultaneous_certificate,
    simultaneous_stability,
)
from detente.engines.stability.space.actions import action_space
from detente.engines.stability.space.preferences import preferences
from detente.errors import EngineInputError

SPACE = action_space([2, 2], controls=[0, 1], feasible=[True, True, True, False])
RANKS = preferences([[1, 1], [0, 3], [3, 0], [2, 2]])


def test_preferences_over_other_states_are_refused() -> None:
    with pytest.raises(EngineInputError, match=r"found shape \(3, 2\), expected \(4, 2\)"):
        simultaneous_stability(SPACE, preferences([[1, 1], [0, 3], [3, 0]]))


def test_preferences_of_other_parties_are_refused() -> None:
    with pytest.raises(EngineInputError, match=r"found shape \(4, 1\), expected \(4, 2\)"):
        simultaneous_stability(SPACE, preferences([[1], [0], [3], [2]]))


def test_unknown_preferences_are_refused_and_where_to_go_is_said() -> None:
    intervals = preferences(RANKS.low, high=RANKS.low + 1)
    with pytest.raises(EngineInputError, match="use `unknown_stability`"):
        simultaneous_stability(SPACE, intervals)


@pytest.mark.parametrize(
    ("state", "party", "message"),
    [
        (4, 0, "state: found 4, expected 0 to 3"),
        (-1, 0, "state: found -1, expected 0 to 3"),
        (0, 2, "party: found 2, expected 0 to 1"),
        (3, 0, "state: found 3, which is infeasible"),
    ],
)
def test_a_certificate_of_what_does_not_exist_is_refused(
    state: int, party: int, message: str
) -> None:
    with pytest.raises(EngineInputError, match=message):
        simultaneous_certificate(SPACE, RANKS, state, party)


def test_a_party_without_actions_is_stable_wherever_it_is() -> None:
    space = action_space([2], controls=[[True, False]])
    stable = simultaneous_stability(space, preferences([[0, 0], [1, 1]])).stable
    assert stable.tolist() == [[False, True], [True, True]]


def test_a_change_both_make_in_the_same_way_is_one_change() -> None:
    """Together they come to where each was going anyway, which is better: nothing is spoiled."""
    space = action_space([2], controls=[[True, True]])
    ranks = preferences([[0, 0], [1, 1]])
    assert not simultaneous_stability(space, ranks).stable[0].any()


def test_changes_of_one_action_that_differ_cannot_be_combined() -> None:
    """One party wants level 1 and the other level 2: neither change spoils the other."""
    space = action_space([3], controls=[[True, True]])
    ranks = preferences([[1, 1], [2, 0], [0, 2]])
    answers = simultaneous_certificate(space, ranks, 0, 0).answers
    assert answers == ((1, -1, -1, -1),)
