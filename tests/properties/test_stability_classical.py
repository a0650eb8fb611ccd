"""Nash, GMR, SMR and SEQ of many small conflicts, against their plain definitions."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from conflicts import Conflict, holds, places, random_conflict, random_conflicts, reached
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


def worst_ends(
    conflict: Conflict, concept: Concept, state: int, party: int, move: int
) -> tuple[float, list[int]]:
    """Return what a move guarantees if the state it leaves is the worst, and which ends are it."""
    rank, moves = conflict.ranks[party], conflict.moves[party]
    worth: dict[int, float] = {}
    if concept is not Concept.NASH:
        others = set(conflict.parties) - {party}
        for end in reached(conflict, others, move, improving=concept is Concept.SEQ):
            if concept is Concept.SMR:
                # Back in the state, the party can move as before: that deters nothing.
                onward = moves[end] | {end} if end != state else {move}
                worth[end] = max(rank[there] for there in onward - {state})
            else:
                worth[end] = -math.inf if end == state else rank[end]
    least = min(worth.values(), default=math.inf)
    if least >= rank[move]:
        return rank[move], []
    return least, sorted(end for end in worth if worth[end] == least)


@every_concept
def test_a_threshold_turns_on_the_first_move_and_the_first_answer_that_make_it(
    concept: Concept,
) -> None:
    several_moves = several_ends = 0
    for conflict in random_conflicts(2 * FEWER, seed=3):
        found = margins_of_all(conflict, concept)
        for row, (state, party) in enumerate(places(conflict)):
            at = np.unravel_index(row, found.threshold.shape)
            shown = int(found.move[at]), int(found.answer[at])
            moves = {
                q: worst_ends(conflict, concept, state, party, q)
                for q in sorted(conflict.moves[party][state])
            }
            if not moves:
                assert shown == (-1, -1)
                continue
            best = max(worth for worth, _ in moves.values())
            first = min(q for q, (worth, _) in moves.items() if worth == best)
            ends = moves[first][1]
            assert found.threshold[at] == best
            assert shown == (first, min(ends, default=-1))
            several_moves += sum(worth == best for worth, _ in moves.values()) > 1
            several_ends += len(ends) > 1
    assert several_moves > 100
    # Where an answer can lead back, the state itself is the only worst end.
    assert several_ends > 20 or concept is Concept.NASH
