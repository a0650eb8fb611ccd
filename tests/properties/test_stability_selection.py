"""Which equilibria are shown, and ranks from ordered statements, against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from detente.engines.stability import (
    Concept,
    action_space,
    graph_of,
    margins,
    preferences,
    prioritised_ranks,
    select_equilibria,
    stability,
)
from detente.engines.stability.roads import reachable
from detente.errors import EngineInputError

TRUTH = hnp.arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(0, 70)))
RANKS = hnp.arrays(np.int32, (8, 3), elements=st.integers(0, 2))


@given(TRUTH)
def test_the_first_statement_that_differs_decides(truth: np.ndarray) -> None:
    ranks = prioritised_ranks(truth)
    rows = [tuple(row) for row in truth.tolist()]
    for a, row in enumerate(rows):
        for b, other in enumerate(rows):
            assert (ranks[a] > ranks[b]) == (row > other)
            assert (ranks[a] == ranks[b]) == (row == other)
    assert sorted(set(ranks.tolist())) == list(range(len(set(rows))))


@given(RANKS, st.sampled_from(list(Concept)), st.booleans(), st.integers(1, 9))
def test_what_is_shown_is_reached_and_beaten_by_no_other(
    ranks: np.ndarray, concept: Concept, efficient: bool, most: int
) -> None:
    space, wants = action_space([2, 2, 2], controls=[0, 1, 2]), preferences(ranks)
    found = stability(space, wants, concept)
    reach = reachable(graph_of(space), 0, preferences=wants)
    shown = select_equilibria(found, wants, reach=reach, efficient=efficient, most=most)
    reached = [s for s in found.equilibria.tolist() if reach.distance[s] >= 0]
    best = [
        s
        for s in reached
        if not efficient
        or not any((ranks[o] >= ranks[s]).all() and (ranks[o] > ranks[s]).any() for o in reached)
    ]
    assert shown.n_equilibria == len(found.equilibria)
    assert (shown.n_reached, shown.n_efficient) == (len(reached), len(best))
    assert set(shown.states.tolist()) <= set(best)
    assert len(shown.states) == min(most, len(best))
    assert shown.n_left_out == len(best) - len(shown.states)
    distance = reach.distance[shown.states].tolist()
    assert distance == sorted(distance)


@given(RANKS, st.integers(-1, 2))
def test_only_the_firm_are_shown_if_that_is_asked(ranks: np.ndarray, least: int) -> None:
    space, wants = action_space([2, 2, 2], controls=[0, 1, 2]), preferences(ranks)
    found = stability(space, wants, Concept.SEQ)
    firmness = margins(graph_of(space), wants, Concept.SEQ, range(8))
    shown = select_equilibria(
        found, wants, efficient=False, firmness=firmness, least_margin=least, most=8
    )
    firm = [s for s in found.equilibria.tolist() if (firmness.margin[s] >= least).all()]
    assert shown.states.tolist() == firm
    assert "firm" in shown.method


def test_what_does_not_fit_is_refused() -> None:
    wants = preferences([[0, 1], [1, 0]])
    found = stability(action_space([2], controls=[[True, True]]), wants, Concept.NASH)
    with pytest.raises(EngineInputError, match="most: found 0, expected at least 1"):
        select_equilibria(found, wants, most=0)
    with pytest.raises(EngineInputError, match="expected certain ones of shape"):
        select_equilibria(found, preferences([[0], [1]]))
    with pytest.raises(EngineInputError, match=r"truth: found shape \(2,\)"):
        prioritised_ranks([True, False])
