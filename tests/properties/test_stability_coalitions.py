"""Coalitional stability of any small conflict, against its plain definition."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

import numpy as np
import pytest
from conflicts import Conflict, random_conflict, reached
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.stability.classical.graph import graph_stability
from detente.engines.stability.coalitions.certificates import coalition_certificate
from detente.engines.stability.coalitions.stability import (
    coalition_improvements,
    coalition_stability,
)
from detente.engines.stability.verdicts import Concept

seeds = st.integers(0, 2**32 - 1)
MODELS = 4
CONCEPTS = [(Concept.NASH, False), (Concept.SEQ, False), (Concept.SEQ, True)]
every_concept = pytest.mark.parametrize(("concept", "joint"), CONCEPTS)
Coalition = tuple[int, ...]


def subsets(parties: set[int]) -> list[Coalition]:
    return [
        group
        for size in range(1, len(parties) + 1)
        for group in combinations(sorted(parties), size)
    ]


@lru_cache(maxsize=4096)
def better_for_all(conflict: Conflict, group: Coalition, state: int) -> frozenset[int]:
    ends = reached(conflict, set(group), state, improving=False)
    ranks = [conflict.ranks[i] for i in group]
    return frozenset(q for q in ends if all(rank[q] > rank[state] for rank in ranks))


def answers(conflict: Conflict, group: Coalition, start: int, *, joint: bool) -> set[int]:
    """Return what those outside bring about by improving, none of them twice in a row."""
    outside = set(conflict.parties) - set(group)
    if not joint:
        return reached(conflict, outside, start, improving=True)
    seen: set[tuple[Coalition, int]] = set()
    todo: list[tuple[Coalition, int]] = [((), start)]
    while todo:
        last, here = todo.pop()
        for other in subsets(outside):
            for there in better_for_all(conflict, other, here) if other != last else ():
                if (other, there) not in seen:
                    seen.add((other, there))
                    todo.append((other, there))
    return {state for _, state in seen}


def plain(conflict: Conflict, concept: Concept, group: Coalition, state: int, joint: bool) -> bool:
    def deterred(q: int) -> bool:
        ends = answers(conflict, group, q, joint=joint) if concept is Concept.SEQ else set()
        return any(conflict.ranks[i][t] <= conflict.ranks[i][state] for t in ends for i in group)

    return all(deterred(q) for q in better_for_all(conflict, group, state))


@every_concept
@given(seed=seeds)
def test_coalitional_stability_is_the_plain_definition(
    concept: Concept, joint: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(MODELS):
        conflict = random_conflict(rng)
        groups = subsets(set(conflict.parties))
        result = coalition_stability(
            conflict.graph, conflict.preferences, concept, joint_answers=joint
        )
        assert list(result.coalitions) == groups
        expected = [
            [
                state in conflict.feasible and plain(conflict, concept, group, state, joint)
                for group in groups
            ]
            for state in range(conflict.graph.n_states)
        ]
        assert result.stable.tolist() == expected
        stays = [state for state, row in enumerate(expected) if all(row)]
        assert result.coalitionally_stable.tolist() == stays


@pytest.mark.parametrize("concept", [Concept.NASH, Concept.SEQ])
@given(seed=seeds)
def test_coalitions_of_one_are_single_parties(concept: Concept, seed: int) -> None:
    conflict = random_conflict(np.random.default_rng(seed))
    alone = [[party] for party in conflict.parties]
    result = coalition_stability(conflict.graph, conflict.preferences, concept, alone)
    single = graph_stability(conflict.graph, conflict.preferences, concept)
    assert (result.stable == single.stable).all()


def check_way(conflict: Conflict, start: int, steps: list[tuple[int, int]], group: set[int]) -> int:
    here, last = start, -1
    for mover, there in steps:
        assert mover in group
        assert mover != last
        assert there in conflict.moves[mover][here]
        here, last = there, mover
    return here


@every_concept
@given(seed=seeds)
def test_certificates_hold_and_say_what_the_verdict_says(
    concept: Concept, joint: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    conflict = random_conflict(rng)
    state = int(rng.choice(sorted(conflict.feasible)))
    moves, stated = conflict.graph, conflict.preferences
    result = coalition_stability(moves, stated, concept, states=[state], joint_answers=joint)
    for number, group in enumerate(result.coalitions):
        shown = coalition_certificate(moves, stated, concept, group, state, joint_answers=joint)
        assert shown.is_stable == result.stable[0, number]
        assert (group in result.breakers(state)) == (not shown.is_stable)
        found = [move.improvement for move in shown.moves]
        assert found == sorted(better_for_all(conflict, group, state))
        assert found == coalition_improvements(moves, stated, group, state).tolist()
        for move in shown.moves:
            assert move.steps
            assert check_way(conflict, state, list(move.steps), set(group)) == move.improvement
            assert move.deterred == (move.member >= 0)
            if not move.deterred:
                continue
            here, last = move.improvement, group
            for step in move.answer:
                assert step.coalition != last
                assert not set(step.coalition) & set(group)
                assert len(step.coalition) == 1 or joint
                assert step.state in better_for_all(conflict, step.coalition, here)
                here, last = step.state, step.coalition
            assert move.member in group
            assert conflict.ranks[move.member][here] <= conflict.ranks[move.member][state]


@given(seeds)
def test_only_some_coalitions_and_states_are_told_as_among_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    conflict = random_conflict(rng)
    whole = coalition_stability(conflict.graph, conflict.preferences, Concept.SEQ)
    columns = rng.permutation(len(whole.coalitions))[:3]
    states = rng.permutation(conflict.graph.n_states)[:4]
    part = coalition_stability(
        conflict.graph,
        conflict.preferences,
        Concept.SEQ,
        [whole.coalitions[column][::-1] for column in columns],
        states,
    )
    assert (part.stable == whole.stable[np.ix_(states, columns)]).all()
