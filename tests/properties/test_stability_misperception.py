"""Hypergames of the first level: every party's verdicts are those of its own game."""

from __future__ import annotations

import numpy as np
import pytest
from conflicts import conflict_of, random_conflict, verdicts
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.stability import Concept, move_graph, preferences
from detente.engines.stability.misperception import misperceived_equilibria

every_concept = pytest.mark.parametrize("concept", list(Concept))
seeds = st.integers(0, 2**32 - 1)


@every_concept
@given(seeds)
def test_each_view_is_judged_by_the_plain_definition_on_what_it_knows(
    concept: Concept, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    conflict = random_conflict(rng)
    graph = conflict.graph
    exists = np.zeros(graph.n_states, dtype=bool)
    exists[sorted(conflict.feasible)] = True
    views = [rng.integers(0, 3, (graph.n_states, graph.n_parties)) for _ in conflict.parties]
    known = [rng.random(graph.n_states) < 0.8 for _ in conflict.parties]
    for mask in known:
        mask[rng.choice(sorted(conflict.feasible))] = True
    known_or_all = [None if rng.random() < 0.3 else mask for mask in known]
    seen = misperceived_equilibria(graph, [preferences(v) for v in views], concept, known_or_all)
    tables = []
    for ranks, knows in zip(views, known_or_all, strict=True):
        there = exists if knows is None else exists & knows
        rows = [row for row in graph.arcs().tolist() if there[row[1]] and there[row[2]]]
        game = conflict_of(move_graph(graph.n_states, graph.n_parties, rows, there), ranks)
        tables.append(verdicts(game, concept))
    assert seen.stable.tolist() == tables
    lasting = [{state for state in range(graph.n_states) if all(table[state])} for table in tables]
    own = {
        state
        for state in range(graph.n_states)
        if all(tables[party][state][party] for party in conflict.parties)
    }
    assert set(seen.consensus.tolist()) == own
    for view in conflict.parties:
        assert set(seen.equilibria(view).tolist()) == lasting[view]
        assert set(seen.surprises(view).tolist()) == lasting[view] - own
    assert set(seen.by_mistake.tolist()) == own - {
        s for s in own if all(s in states for states in lasting)
    }


@every_concept
@given(seeds)
def test_who_all_see_the_same_agree_on_the_equilibria(concept: Concept, seed: int) -> None:
    conflict = random_conflict(np.random.default_rng(seed))
    views = [conflict.preferences] * conflict.graph.n_parties
    seen = misperceived_equilibria(conflict.graph, views, concept)
    plain = [state for state, row in enumerate(verdicts(conflict, concept)) if all(row)]
    assert seen.consensus.tolist() == plain
    assert seen.by_mistake.tolist() == []
    for view in conflict.parties:
        assert seen.equilibria(view).tolist() == plain
        assert seen.surprises(view).tolist() == []
