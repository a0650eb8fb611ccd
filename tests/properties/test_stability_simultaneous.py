"""Simultaneous stability of any small conflict, against its plain definition."""

from __future__ import annotations

import numpy as np
from conflicts import random_conflict
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.stability.simultaneous import (
    simultaneous_certificate,
    simultaneous_stability,
)
from detente.engines.stability.space.actions import ActionSpace, action_space
from detente.engines.stability.space.graph import graph_of
from detente.engines.stability.space.preferences import Preferences, preferences

seeds = st.integers(0, 2**32 - 1)
MODELS = 5


def draw(rng: np.random.Generator) -> tuple[ActionSpace, Preferences]:
    """Draw a conflict made of actions."""
    while True:
        conflict = random_conflict(rng)
        if conflict.space is not None:
            return conflict.space, conflict.preferences


def made_together(space: ActionSpace, start: int, one: int, other: int) -> int | None:
    """Return the feasible state with the changes of both, level by level."""
    state, stride = 0, 1
    for size in space.sizes.tolist():
        before, first, second = ((s // stride) % size for s in (start, one, other))
        changed = {level for level in (first, second) if level != before}
        if len(changed) > 1:
            return None
        state, stride = state + stride * (changed.pop() if changed else before), stride * size
    return state if space.feasible is None or space.feasible[state] else None


def plain(space: ActionSpace, ranks: list[list[int]]) -> list[list[bool]]:
    """Decide every state for every party by the definition."""
    graph = graph_of(space)

    def improvements(who: int, start: int) -> list[int]:
        return [q for q in graph.moves(who, start).tolist() if ranks[q][who] > ranks[start][who]]

    def is_spoiled(start: int, party: int, q: int) -> bool:
        ends = (
            made_together(space, start, q, p)
            for other in range(space.n_parties)
            if other != party
            for p in improvements(other, start)
        )
        return any(end is not None and ranks[end][party] <= ranks[start][party] for end in ends)

    exists = [True] * space.n_states if space.feasible is None else space.feasible.tolist()
    return [
        [
            exists[start] and all(is_spoiled(start, party, q) for q in improvements(party, start))
            for party in range(space.n_parties)
        ]
        for start in range(space.n_states)
    ]


@given(seeds)
def test_simultaneous_stability_is_the_plain_definition(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(MODELS):
        space, stated = draw(rng)
        expected = plain(space, stated.low.tolist())
        assert simultaneous_stability(space, stated).stable.tolist() == expected


@given(seeds)
def test_certificates_hold_and_say_what_the_verdict_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(1):
        space, stated = draw(rng)
        graph, verdict = graph_of(space), simultaneous_stability(space, stated)
        for state in range(space.n_states):
            if space.feasible is not None and not space.feasible[state]:
                continue
            for party in range(space.n_parties):
                certificate = simultaneous_certificate(space, stated, state, party)
                assert certificate.is_stable == verdict.stable[state, party]
                better = stated.low[:, party] > stated.low[state, party]
                moves = graph.moves(party, state)
                assert [a.improvement for a in certificate.answers] == moves[better[moves]].tolist()
                for answer in certificate.answers:
                    if answer.party < 0:
                        assert answer.change == answer.together == -1
                        continue
                    assert answer.party != party
                    assert answer.change in graph.moves(answer.party, state)
                    change = stated.low[[state, answer.change], answer.party]
                    assert change[1] > change[0]
                    together = made_together(space, state, answer.improvement, answer.change)
                    assert together == answer.together
                    assert not better[answer.together]


@given(seeds)
def test_order_of_parties_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    space, stated = draw(rng)
    order = rng.permutation(space.n_parties)
    moved = action_space(space.sizes, space.controls[:, order], space.allowed, space.feasible)
    renamed = preferences(stated.low[:, order])
    before = simultaneous_stability(space, stated).stable
    assert (simultaneous_stability(moved, renamed).stable == before[:, order]).all()


@given(seeds)
def test_what_is_given_is_left_as_it_was(seed: int) -> None:
    space, stated = draw(np.random.default_rng(seed))
    before = stated.low.copy()
    result = simultaneous_stability(space, stated).stable
    assert (stated.low == before).all()
    assert not result.flags.writeable
