"""Limited-move stability of any small conflict, against its plain definition."""

from __future__ import annotations

from functools import cache

import numpy as np
from conflicts import random_conflict
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.stability.limited_move import anticipated_moves, limited_move_stability
from detente.engines.stability.space.graph import MoveGraph, move_graph
from detente.engines.stability.space.preferences import Preferences, preferences

seeds = st.integers(0, 2**32 - 1)
MODELS, HORIZON = 5, 5


def draw(rng: np.random.Generator) -> tuple[MoveGraph, Preferences]:
    conflict = random_conflict(rng)
    return conflict.graph, conflict.preferences


class Plain:
    """Ends that may come of a state, as sets, by recursion over the moves left."""

    def __init__(self, graph: MoveGraph, stated: Preferences) -> None:
        self.ranks: list[list[int]] = stated.low.tolist()
        self.graph = graph
        self.parties = range(graph.n_parties)
        self.move = cache(self._move)
        self.ends = cache(self._ends)

    def least(self, ends: frozenset[int], party: int) -> int:
        return min(self.ranks[end][party] for end in ends)

    def _ends(self, left: int, mover: int, state: int) -> frozenset[int]:
        """Where it may end once the mover has come to a state and so many moves are left."""
        eager = [k for k in self.parties if k != mover and self.move(left, k, state) is not None]
        ends: set[int] = set() if eager else {state}
        for k in eager:
            target = self.move(left, k, state)
            assert target is not None
            ends |= self.ends(left - 1, k, target)
        return frozenset(ends)

    def _move(self, left: int, party: int, state: int) -> int | None:
        if left == 0:
            return None
        offers: dict[int, int] = {
            q: self.least(self.ends(left - 1, party, q), party)
            for q in self.graph.moves(party, state).tolist()
        }
        best = max(offers.values(), default=self.ranks[state][party])
        if best <= self.ranks[state][party]:
            return None
        return min(q for q, value in offers.items() if value == best)

    def anticipated(self, left: int, party: int, state: int) -> int:
        target = self.move(left, party, state)
        if target is None:
            return self.ranks[state][party]
        return self.least(self.ends(left - 1, party, target), party)


@given(seeds)
def test_limited_move_stability_is_the_plain_definition(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(MODELS):
        graph, stated = draw(rng)
        plain, result = Plain(graph, stated), limited_move_stability(graph, stated, HORIZON)
        exists = [True] * graph.n_states if graph.feasible is None else graph.feasible.tolist()
        for h in range(1, HORIZON + 1):
            cells = [[(h, p, s) for p in plain.parties] for s in range(graph.n_states)]
            stable = [[exists[c[2]] and plain.move(*c) is None for c in row] for row in cells]
            assert result.stable[h - 1].tolist() == stable
            expected = [[plain.anticipated(*cell) for cell in row] for row in cells]
            assert result.anticipated[h - 1].tolist() == expected


@given(seeds)
def test_anticipated_moves_lead_to_what_is_anticipated(seed: int) -> None:
    rng = np.random.default_rng(seed)
    graph, stated = draw(rng)
    for horizon in (1, 2, 4):
        result = limited_move_stability(graph, stated, horizon)
        for state in range(graph.n_states):
            if graph.feasible is not None and not graph.feasible[state]:
                continue
            for party in range(graph.n_parties):
                rows = anticipated_moves(graph, stated, horizon, state, party).tolist()
                assert len(rows) <= horizon
                assert result.stable[-1, state, party] == (not rows)
                here, before = state, -1
                for mover, target in rows:
                    assert mover != before
                    assert target in graph.moves(mover, here)
                    here, before = target, mover
                assert not rows or rows[0][0] == party
                assert stated.low[here, party] == result.anticipated[-1, state, party]


@given(seeds)
def test_horizon_one_is_nash_stability(seed: int) -> None:
    graph, stated = draw(np.random.default_rng(seed))
    stable = limited_move_stability(graph, stated, 1).stable[0]
    for party, source, target in graph.arcs().tolist():
        assert not stable[source, party] or stated.low[target, party] <= stated.low[source, party]


@given(seeds)
def test_what_has_settled_stays(seed: int) -> None:
    graph, stated = draw(np.random.default_rng(seed))
    result = limited_move_stability(graph, stated, 12)
    if result.settled is not None:
        assert (result.stable[result.settled - 1 :] == result.stable[-1]).all()
        plain = Plain(graph, stated)
        for state in range(graph.n_states):
            for party in range(graph.n_parties):
                value = plain.anticipated(12, party, state)
                assert result.anticipated[-1, state, party] == value
        shorter = limited_move_stability(graph, stated, result.settled)
        assert (shorter.stable[-1] == result.stable[-1]).all()


@given(seeds)
def test_order_of_parties_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    graph, stated = draw(rng)
    order = rng.permutation(graph.n_parties)
    arcs = graph.arcs()
    arcs[:, 0] = np.argsort(order)[arcs[:, 0]]
    moved = move_graph(graph.n_states, graph.n_parties, arcs, graph.feasible)
    renamed = preferences(stated.low[:, order])
    before = limited_move_stability(graph, stated, 4)
    after = limited_move_stability(moved, renamed, 4)
    assert (after.stable == before.stable[:, :, order]).all()
    assert (after.anticipated == before.anticipated[:, :, order]).all()
