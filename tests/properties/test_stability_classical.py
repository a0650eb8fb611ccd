"""Nash, GMR, SMR and SEQ of many small conflicts, against their plain definitions."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from conflicts import Conflict, holds, places, random_conflict, random_conflicts
from conflicts import verdicts as plain_verdicts
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.stability.classical.dispatch import stability
from detente.engines.stability.classical.graph import graph_stability
from detente.engines.stability.classical.margins import Margins, margins
from detente.engines.stability.space.graph import move_graph
from detente.engines.stability.space.preferences import preferences
from detente.engines.stability.verdicts import Concept

MANY = 2000
FEWER = 300

every_concept = pytest.mark.parametrize("concept", list(Concept))
answered = pytest.mark.parametrize("concept", [Concept.GMR, Concept.SMR, Concept.SEQ])
seeds = st.integers(0, 2**32 - 1)


def drawn(seed: int) -> Conflict:
    return random_conflict(np.random.default_rng(seed))


@every_concept
def test_verdicts_are_those_of_the_plain_definition(concept: Concept) -> None:
    for conflict in random_conflicts(MANY):
        found = graph_stability(conflict.graph, conflict.preferences, concept)
        assert found.stable.tolist() == plain_verdicts(conflict, concept)
        assert found.concept == concept.value


@every_concept
def test_actions_and_listed_moves_give_the_same_verdicts(concept: Concept) -> None:
    for conflict in random_conflicts(FEWER):
        if conflict.space is not None:
            expected = plain_verdicts(conflict, concept)
            found = stability(conflict.space, conflict.preferences, concept)
            assert found.stable.tolist() == expected
            assert stability(conflict.graph, conflict.preferences, concept).stable.tolist() == (
                expected
            )


@answered
def test_letting_a_party_move_twice_in_a_row_would_be_found_out(concept: Concept) -> None:
    """Where moves are not transitive, the verdict can turn on it."""
    different = sum(
        plain_verdicts(conflict, concept) != plain_verdicts(conflict, concept, twice_in_a_row=True)
        for conflict in random_conflicts(MANY)
        if not all(conflict.graph.is_transitive)
    )
    assert different > 20


@answered
def test_where_moves_are_transitive_it_makes_no_difference(concept: Concept) -> None:
    for conflict in random_conflicts(FEWER):
        if all(conflict.graph.is_transitive):
            assert plain_verdicts(conflict, concept) == plain_verdicts(
                conflict, concept, twice_in_a_row=True
            )


def test_the_random_conflicts_hold_what_matters() -> None:
    conflicts = random_conflicts(MANY)
    spaces = [conflict.space for conflict in conflicts if conflict.space is not None]
    assert sum(len(conflict.feasible) < conflict.graph.n_states for conflict in conflicts) > 400
    assert sum(any(table is not None for table in space.allowed) for space in spaces) > 400
    assert sum(bool((space.controls.sum(axis=1) > 1).any()) for space in spaces) > 200
    assert sum(not all(conflict.graph.is_transitive) for conflict in conflicts) > 600
    assert {len(conflict.parties) for conflict in conflicts} == {1, 2, 3, 4}
    for concept in Concept:
        tables = [np.array(plain_verdicts(conflict, concept)) for conflict in conflicts[:FEWER]]
        stable = sum(int(table.sum()) for table in tables)
        assert 0.1 < stable / sum(table.size for table in tables) < 0.9


@given(seeds)
def test_what_holds_under_a_narrower_concept_holds_under_a_wider_one(seed: int) -> None:
    conflict = drawn(seed)
    nash, gmr, smr, seq = (
        graph_stability(conflict.graph, conflict.preferences, concept).stable for concept in Concept
    )
    assert (nash <= smr).all()
    assert (smr <= gmr).all()
    assert (nash <= seq).all()
    assert (seq <= gmr).all()


@every_concept
@given(seed=seeds, data=st.data())
def test_order_of_states_and_parties_does_not_matter(
    concept: Concept, seed: int, data: st.DataObject
) -> None:
    conflict = drawn(seed)
    graph = conflict.graph
    states = data.draw(st.permutations(range(graph.n_states)))
    parties = data.draw(st.permutations(range(graph.n_parties)))
    arcs = [(parties[p], states[s], states[t]) for p, s, t in graph.arcs().tolist()]
    feasible = np.zeros(graph.n_states, dtype=bool)
    feasible[[states[state] for state in conflict.feasible]] = True
    ranks = np.empty_like(conflict.preferences.low)
    ranks[np.ix_(states, parties)] = conflict.preferences.low
    moved = graph_stability(
        move_graph(graph.n_states, graph.n_parties, arcs, feasible), preferences(ranks), concept
    )
    before = graph_stability(graph, conflict.preferences, concept)
    assert moved.stable[np.ix_(states, parties)].tolist() == before.stable.tolist()


@every_concept
@given(seed=seeds)
def test_only_the_order_of_ranks_matters(concept: Concept, seed: int) -> None:
    conflict = drawn(seed)
    stretched = preferences(conflict.preferences.low.astype(np.int64) ** 3 * 7 - 100)
    assert (
        graph_stability(conflict.graph, stretched, concept).stable.tolist()
        == graph_stability(conflict.graph, conflict.preferences, concept).stable.tolist()
    )


def margins_of_all(conflict: Conflict, concept: Concept) -> Margins:
    return margins(conflict.graph, conflict.preferences, concept, sorted(conflict.feasible))


@every_concept
def test_a_margin_is_negative_exactly_where_the_party_leaves(concept: Concept) -> None:
    for conflict in random_conflicts(2 * FEWER):
        found = margins_of_all(conflict, concept)
        verdicts = graph_stability(conflict.graph, conflict.preferences, concept)
        assert found.stable.tolist() == verdicts.stable[found.states].tolist()
        ranks = conflict.preferences.low[found.states]
        assert (found.margin == ranks - found.threshold).all()


@every_concept
def test_a_threshold_is_the_least_rank_at_which_the_party_stays(concept: Concept) -> None:
    """Change the rank of one state through all its possible places and ask the definition."""
    finite = infinite = 0
    for conflict in random_conflicts(FEWER, seed=2):
        found = margins_of_all(conflict, concept)
        for (state, party), threshold in zip(
            places(conflict), found.threshold.reshape(-1).tolist(), strict=True
        ):
            # Doubled ranks leave room between any two.
            ranks = [[2 * rank for rank in row] for row in conflict.ranks]
            changed = replace(conflict, ranks=ranks)
            for rank in range(-1, max(ranks[party]) + 2):
                ranks[party][state] = rank
                assert holds(changed, concept, state, party) == (rank >= 2 * threshold)
            finite += math.isfinite(threshold)
            infinite += not math.isfinite(threshold)
    assert min(finite, infinite) > 200


@every_concept
def test_a_threshold_turns_on_the_move_and_the_answer_shown(concept: Concept) -> None:
    """Without the move the threshold is no higher; and the answer leaves the party with it."""
    for conflict in random_conflicts(FEWER, seed=3):
        found = margins_of_all(conflict, concept)
        for row, (state, party) in enumerate(places(conflict)):
            at = np.unravel_index(row, found.threshold.shape)
            move, answer = int(found.move[at]), int(found.answer[at])
            threshold, rank = found.threshold[at], conflict.ranks[party]
            if move < 0:
                assert conflict.moves[party][state] == set()
                assert (answer, threshold) == (-1, -math.inf)
                continue
            assert move in conflict.moves[party][state]
            if answer < 0:
                assert threshold == rank[move]
            elif answer == state:
                assert (threshold, concept is Concept.SMR) == (-math.inf, False)
            else:
                back = conflict.moves[party][answer] if concept is Concept.SMR else set()
                assert threshold == max(rank[end] for end in (back | {answer}) - {state})
                assert threshold < rank[move]


@every_concept
def test_the_move_shown_is_the_first_of_those_that_guarantee_as_much(concept: Concept) -> None:
    """A state left to one of its moves alone has no higher a threshold, and the shown one the same."""
    for conflict in random_conflicts(FEWER // 4, seed=4):
        found = margins_of_all(conflict, concept)
        arcs = conflict.graph.arcs()
        for row, (state, party) in enumerate(places(conflict)):
            at = np.unravel_index(row, found.threshold.shape)
            if concept is Concept.SMR or found.move[at] < 0:
                continue  # the party's own moves count twice for SMR: first and after the answer
            own = (arcs[:, 0] == party) & (arcs[:, 1] == state)
            worth = {
                target: margins(
                    conflict.graph.keeping(~own | (arcs[:, 2] == target)),
                    conflict.preferences,
                    concept,
                    [state],
                ).threshold[0, party]
                for target in sorted(conflict.moves[party][state])
            }
            best = max(worth.values())
            assert found.threshold[at] == best
            assert found.move[at] == min(q for q, value in worth.items() if value == best)
