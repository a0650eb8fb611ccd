"""Stability over draws is the stability of each draw by itself."""

from __future__ import annotations

import numpy as np
import pytest
from conflicts import conflict_of, random_conflict, random_conflicts, verdicts
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.stability import Concept, preferences
from detente.engines.stability.classical.graph import graph_stability
from detente.engines.stability.draws import stability_over_draws

every_concept = pytest.mark.parametrize("concept", list(Concept))


@every_concept
@given(seed=st.integers(0, 2**32 - 1), n_draws=st.sampled_from([1, 2, 7, 200]))
def test_each_draw_is_judged_as_if_it_were_alone(concept: Concept, seed: int, n_draws: int) -> None:
    rng = np.random.default_rng(seed)
    graph = random_conflict(rng).graph
    ranks = rng.integers(0, rng.integers(2, 6), (n_draws, graph.n_states, graph.n_parties))
    drawn = stability_over_draws(graph, ranks, concept)
    for draw in range(n_draws):
        alone = graph_stability(graph, preferences(ranks[draw]), concept)
        assert np.array_equal(drawn.stable[draw], alone.stable)
        assert np.flatnonzero(drawn.equilibria[draw]).tolist() == alone.equilibria.tolist()


@every_concept
def test_verdicts_are_those_of_the_plain_definition(concept: Concept) -> None:
    rng = np.random.default_rng(11)
    for conflict in random_conflicts(60, seed=11):
        graph = conflict.graph
        ranks = rng.integers(0, 3, (3, graph.n_states, graph.n_parties))
        drawn = stability_over_draws(graph, ranks, concept)
        for draw in range(len(ranks)):
            expected = verdicts(conflict_of(conflict.space or graph, ranks[draw]), concept)
            assert drawn.stable[draw].tolist() == expected


@every_concept
@given(seed=st.integers(0, 2**32 - 1))
def test_of_utilities_only_the_order_counts(concept: Concept, seed: int) -> None:
    rng = np.random.default_rng(seed)
    graph = random_conflict(rng).graph
    ranks = rng.integers(-2, 3, (5, graph.n_states, graph.n_parties))
    by_rank = stability_over_draws(graph, ranks, concept)
    by_utility = stability_over_draws(graph, np.exp(ranks / 3), concept)
    assert np.array_equal(by_rank.stable, by_utility.stable)


def test_shares_are_of_the_draws() -> None:
    conflict = random_conflicts(1, seed=3)[0]
    rng = np.random.default_rng(3)
    ranks = rng.integers(0, 3, (40, conflict.graph.n_states, conflict.graph.n_parties))
    drawn = stability_over_draws(conflict.graph, ranks, Concept.SEQ)
    counts = sum(drawn.stable[draw].astype(int) for draw in range(40))
    assert np.allclose(drawn.shares * 40, counts)
    assert np.allclose(drawn.equilibrium_shares * 40, drawn.equilibria.sum(axis=0))
