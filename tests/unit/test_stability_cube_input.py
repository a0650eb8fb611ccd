"""What the passes over action spaces refuse, and what they leave alone."""

from __future__ import annotations

import numpy as np
import pytest

from detente.engines.stability.cube.cube import cube_stability, cube_thresholds
from detente.engines.stability.cube.prepared import prepare
from detente.engines.stability.space.actions import action_space
from detente.engines.stability.space.preferences import Preferences, preferences
from detente.engines.stability.verdicts import Concept
from detente.errors import EngineInputError

SPACE = action_space([2, 2], [0, 1])
RANKS = [[2, 2], [3, 0], [0, 3], [1, 1]]


def test_preferences_of_other_states_are_refused() -> None:
    with pytest.raises(EngineInputError, match=r"preferences: found shape \(3, 2\), expected \(4"):
        prepare(SPACE, preferences(RANKS[:3]))


@pytest.mark.parametrize("uncertain", [{"high": np.array(RANKS) + 1}, {"unknown": [(0, 1, 2)]}])
def test_uncertain_preferences_are_refused(uncertain: dict[str, object]) -> None:
    with pytest.raises(EngineInputError, match="expected certain ranks"):
        prepare(SPACE, preferences(RANKS, **uncertain))  # type: ignore[arg-type] # one of several


@pytest.mark.parametrize("extreme", [2**31 - 1, -(2**31)])
def test_ranks_that_mean_something_else_here_are_refused(extreme: int) -> None:
    with pytest.raises(EngineInputError, match="dense_ranks"):
        prepare(SPACE, preferences([[extreme, 0], *RANKS[1:]]))


@pytest.mark.parametrize("party", [-1, 2])
def test_a_party_that_does_not_exist_has_no_thresholds(party: int) -> None:
    prepared = prepare(SPACE, preferences(RANKS))
    with pytest.raises(EngineInputError, match=f"party: found {party}, expected 0 to 1"):
        cube_thresholds(prepared, Concept.NASH, party)


def test_what_goes_in_stays_as_it_is_and_what_comes_out_is_read_only() -> None:
    stated = preferences(RANKS)
    prepared = prepare(SPACE, stated)
    stability = cube_stability(prepared, Concept.SEQ)
    assert stated.low.tolist() == RANKS
    assert not stability.stable.flags.writeable
    assert not cube_thresholds(prepared, Concept.SEQ, 0).flags.writeable
    assert stability.stable[:, 0].flags.c_contiguous


def test_ranks_in_rows_are_as_good_as_ranks_in_columns() -> None:
    table = np.array(RANKS, dtype=np.int32)
    by_rows = Preferences(table, table, None, np.empty(0, dtype=np.int64))
    for concept in Concept:
        expected = cube_stability(prepare(SPACE, preferences(RANKS)), concept).stable
        assert cube_stability(prepare(SPACE, by_rows), concept).stable.tolist() == expected.tolist()


def test_a_space_of_one_state_is_stable_in_every_sense() -> None:
    prepared = prepare(action_space([1], [0]), preferences([[7]]))
    for concept in Concept:
        assert cube_stability(prepared, concept).equilibria.tolist() == [0]
