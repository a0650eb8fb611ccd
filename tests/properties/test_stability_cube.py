"""Stability of action spaces without listing moves, against the plain definitions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from conflicts import Conflict, conflict_of, reached, verdicts
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.engines.stability.cube import closure, reach
from detente.engines.stability.cube.cube import NO_MOVE, cube_stability, cube_thresholds
from detente.engines.stability.cube.prepared import prepare
from detente.engines.stability.space.actions import ActionSpace, action_space
from detente.engines.stability.space.graph import graph_of
from detente.engines.stability.space.preferences import Preferences, preferences
from detente.engines.stability.verdicts import Concept

seeds = st.integers(0, 2**32 - 1)
every_concept = pytest.mark.parametrize("concept", list(Concept))

HOW_SETTLED = {
    "by passes": (closure.MOST_ROUNDS, 1e9),
    "by search from everywhere": (0, closure.LOOK),
    "by search from what fell": (closure.MOST_ROUNDS, 1e-9),
}
"""Rounds before the search, and how slow the search is thought to be."""


def closed(table: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Add what follows from allowed changes in any number of steps."""
    table = table | np.eye(len(table), dtype=bool)
    for _ in table:
        table = table | (table.astype(int) @ table.astype(int) > 0)
    return table


def random_space(
    rng: np.random.Generator, n_parties: int, n_actions: int, sizes: tuple[int, ...] = (1, 2, 2, 3)
) -> ActionSpace:
    """Draw actions that nobody, one or several control, with any transitive changes."""
    levels = rng.choice(sizes, size=n_actions)
    controls = np.zeros((n_actions, n_parties), dtype=bool)
    controls[np.arange(n_actions), rng.integers(0, n_parties, n_actions)] = True
    controls |= rng.random(controls.shape) < rng.choice([0, 0.2])
    controls[rng.random(n_actions) < rng.choice([0, 0.1])] = False
    one_way = rng.choice([0, 0.3, 0.6])
    allowed = [
        closed(rng.random((size, size)) < 0.3) if rng.random() < one_way else None
        for size in levels.tolist()
    ]
    feasible = rng.random(int(np.prod(levels))) < rng.choice([0.4, 0.7, 1, 1])
    feasible[rng.integers(len(feasible))] = True
    return action_space(levels, controls, allowed, feasible)


def random_ranks(rng: np.random.Generator, n_states: int, n_parties: int) -> Preferences:
    if rng.random() < 0.3:
        columns = [rng.permutation(n_states) for _ in range(n_parties)]
        return preferences(np.column_stack(columns) - 3)
    return preferences(rng.integers(0, rng.choice([2, 3, 8]), (n_states, n_parties)))


def small_conflict(seed: int) -> Conflict:
    rng = np.random.default_rng(seed)
    n_parties = int(rng.choice([1, 2, 3, 3, 4]))
    space = random_space(rng, n_parties, int(rng.integers(1, 5)))
    return conflict_of(space, random_ranks(rng, space.n_states, n_parties).low)


def space_of(conflict: Conflict) -> ActionSpace:
    assert conflict.space is not None
    return conflict.space


def guaranteed(conflict: Conflict, concept: Concept, party: int, state: int) -> int:
    """Return g(q), in the words of its definition."""
    rank, moves = conflict.ranks[party], conflict.moves[party]
    if concept is Concept.NASH:
        return rank[state]
    others = set(conflict.parties) - {party}
    ends = reached(conflict, others, state, improving=concept is Concept.SEQ)
    if concept is Concept.SMR:
        held = (max([rank[end], *(rank[back] for back in moves[end])]) for end in ends)
        return min([rank[state], *held])
    return min([rank[state], *(rank[end] for end in ends)])


@pytest.fixture(params=list(HOW_SETTLED))
def _settled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds, look = HOW_SETTLED[request.param]
    monkeypatch.setattr(closure, "MOST_ROUNDS", rounds)
    monkeypatch.setattr(closure, "LOOK", look)


@pytest.mark.usefixtures("_settled")
@every_concept
def test_verdicts_are_the_plain_definition(concept: Concept) -> None:
    @given(seeds)
    @settings(max_examples=60)
    def check(seed: int) -> None:
        conflict = small_conflict(seed)
        prepared = prepare(space_of(conflict), conflict.preferences)
        stability = cube_stability(prepared, concept)
        assert stability.stable.tolist() == verdicts(conflict, concept)
        assert stability.concept == concept.value

    check()


@every_concept
@given(seeds)
@settings(max_examples=60)
def test_thresholds_are_the_plain_definition_and_decide(concept: Concept, seed: int) -> None:
    conflict = small_conflict(seed)
    prepared = prepare(space_of(conflict), conflict.preferences)
    stable = cube_stability(prepared, concept).stable
    for party in conflict.parties:
        values = {
            q: guaranteed(conflict, concept, party, q) for q in set().union(*conflict.moves[party])
        }
        expected = [
            max((values[q] for q in ends), default=NO_MOVE) for ends in conflict.moves[party]
        ]
        thresholds = cube_thresholds(prepared, concept, party)
        assert thresholds.tolist() == expected
        holds = conflict.preferences.low[:, party] >= thresholds
        if prepared.space.feasible is not None:
            holds &= prepared.space.feasible
        assert stable[:, party].tolist() == holds.tolist()


def by_arcs(space: ActionSpace, stated: Preferences, concept: Concept) -> npt.NDArray[np.bool_]:
    """Decide by lowering values along listed moves until nothing changes."""
    arcs, ranks = graph_of(space).arcs(), stated.low
    stable = np.empty(ranks.shape, dtype=np.bool_)
    for party in range(space.n_parties):
        own, rank = arcs[arcs[:, 0] == party], ranks[:, party]
        values = rank.copy()
        if concept is Concept.SMR:
            np.maximum.at(values, own[:, 1], rank[own[:, 2]])
        if concept is not Concept.NASH:
            answers = arcs[arcs[:, 0] != party]
            if concept is Concept.SEQ:
                gain = ranks[answers[:, 2], answers[:, 0]] > ranks[answers[:, 1], answers[:, 0]]
                answers = answers[gain]
            before = None
            while before is None or (values != before).any():
                before = values.copy()
                np.minimum.at(values, answers[:, 1], before[answers[:, 2]])
        values = np.minimum(values, rank)
        threshold = np.full(len(rank), NO_MOVE)
        np.maximum.at(threshold, own[:, 1], values[own[:, 2]])
        stable[:, party] = rank >= threshold
    if space.feasible is not None:
        stable &= space.feasible[:, None]
    return stable


@pytest.mark.usefixtures("_settled")
@pytest.mark.parametrize("seed", range(12))
def test_larger_spaces_agree_with_listed_moves(seed: int) -> None:
    """Many blocks, of more combinations than fit one byte where two parties share the actions."""
    rng = np.random.default_rng(seed)
    n_parties = 2 + seed % 4
    space = random_space(rng, n_parties, 8, sizes=(2, 2, 2, 2, 3))
    if seed < 4:
        few = (8, 2) if seed % 2 else (2, 8)
        sizes = [2] * 10
        controls = np.repeat([0, 1], few) if seed < 2 else rng.permutation(np.repeat([0, 1], few))
        allowed = [None if a % 3 else [[True, True], [False, True]] for a in range(10)]
        space = action_space(sizes, controls, allowed, rng.random(1024) < (0.7 if seed % 2 else 1))
    stated = random_ranks(rng, space.n_states, space.n_parties)
    prepared = prepare(space, stated)
    for concept in Concept:
        stable = cube_stability(prepared, concept).stable
        assert (stable == by_arcs(space, stated, concept)).all(), concept


def test_too_many_patterns_of_one_way_actions_are_settled_by_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reach, "MOST_PATTERNS", 3)
    for seed in range(200):
        conflict = small_conflict(seed)
        prepared = prepare(space_of(conflict), conflict.preferences)
        assert cube_stability(prepared, Concept.SEQ).stable.tolist() == verdicts(
            conflict, Concept.SEQ
        )


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_do_not_change_a_verdict(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.engines.stability.cube.cube.WORTH_A_THREAD", 1)
    rng = np.random.default_rng(1)
    space = random_space(rng, 4, 7, sizes=(2, 3))
    stated = random_ranks(rng, space.n_states, 4)
    for concept in Concept:
        stable = cube_stability(prepare(space, stated), concept, most_threads=threads).stable
        assert (stable == by_arcs(space, stated, concept)).all()


@given(seeds)
@settings(max_examples=30)
def test_order_of_actions_and_parties_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    space = random_space(rng, 3, 5)
    stated = random_ranks(rng, space.n_states, 3)
    actions, parties = rng.permutation(5), rng.permutation(3)
    shape = space.sizes[::-1]

    def moved(column: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        # The first action varies fastest, which is the last axis.
        axes = [int(4 - actions[4 - axis]) for axis in range(5)]
        return column.reshape(shape).transpose(axes).reshape(-1)

    renamed = action_space(
        space.sizes[actions],
        space.controls[np.ix_(actions, parties)],
        [space.allowed[action] for action in actions],
        None if space.feasible is None else moved(space.feasible),
    )
    ranks = np.column_stack([moved(stated.low[:, party]) for party in parties])
    for concept in Concept:
        before = cube_stability(prepare(space, stated), concept).stable
        after = cube_stability(prepare(renamed, preferences(ranks)), concept).stable
        expected = np.column_stack([moved(before[:, party]) for party in parties])
        assert after.tolist() == expected.tolist()


def chain_of_answers(n_actions: int) -> tuple[ActionSpace, Preferences]:
    """Return a conflict in which the only feasible states are one after another along a path.

    Two parties take turns to improve their lot step by step, down to what is worst for the third,
    which alone can set out on the path, at its far end.
    """
    path = [0]
    blocked: set[int] = set()
    while True:  # greedily, so that no step has a short cut
        here = path[-1]
        steps = [here ^ (1 << bit) for bit in range(n_actions)]
        new = [
            s
            for s in steps
            if s not in path
            and s not in blocked
            and not any(s ^ (1 << bit) in path[:-1] for bit in range(n_actions))
        ]
        if not new:
            break
        path.append(new[0])
    n_states = 1 << (n_actions + 1)
    feasible = np.zeros(n_states, dtype=bool)
    ranks = np.zeros((n_states, n_actions + 1), dtype=int)
    for place, state in enumerate(path):
        feasible[state] = True
        ranks[state, :n_actions] = place
        ranks[state, n_actions] = len(path) - place
    start = path[0] + (1 << n_actions)
    feasible[start] = True
    ranks[start, n_actions] = len(path) - 1
    space = action_space([2] * (n_actions + 1), np.arange(n_actions + 1), None, feasible)
    return space, preferences(ranks)


def test_a_long_chain_of_answers_is_followed_to_its_end() -> None:
    """Far more steps than there are rounds of passes."""
    space, stated = chain_of_answers(7)
    assert int(stated.low.max()) > 2 * closure.MOST_ROUNDS
    prepared = prepare(space, stated)
    for concept in (Concept.GMR, Concept.SEQ):
        threshold = cube_thresholds(prepared, concept, 7)[1 << 7]
        assert threshold == 1
        assert cube_stability(prepared, concept).stable[1 << 7, 7]
    assert not cube_stability(prepared, Concept.NASH).stable[1 << 7, 7]
