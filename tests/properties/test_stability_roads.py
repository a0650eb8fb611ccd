"""Roads from a state: every one that is told is legal and as short and cheap as any."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from conflicts import Conflict, random_conflict, random_conflicts, reached
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.stability import Preferences, action_space, graph_of, preferences
from detente.engines.stability.roads import (
    Road,
    layers,
    reachable,
    roads_between,
    status_quo_analysis,
)

Way = tuple[tuple[int, int], ...]

seeds = st.integers(0, 2**32 - 1)


def improving(conflict: Conflict, start: int, way: Way) -> list[bool]:
    """Say of each move whether it is an improvement for its mover."""
    states = [start, *(state for _, state in way)]
    return [
        conflict.ranks[party][there] > conflict.ranks[party][here]
        for (party, there), here in zip(way, states, strict=False)
    ]


def ways(conflict: Conflict, movers: set[int], start: int, only: bool) -> Iterator[Way]:
    """Yield all shortest legal sequences to every (last mover, state), shortest first.

    A shortest sequence to a state comes by shortest ones to each last mover and state on it:
    swapping in a shorter one would leave the rest legal.
    """
    seen: set[tuple[int, int]] = set()
    level: list[Way] = [()]
    while level:
        yield from level
        longer: list[Way] = []
        for way in level:
            last, here = way[-1] if way else (-1, start)
            for party in movers - {last}:
                for there in conflict.moves[party][here]:
                    longer.append((*way, (party, there)))
        if only:
            longer = [way for way in longer if all(improving(conflict, start, way))]
        level = [way for way in longer if way[-1] not in seen]
        seen |= {way[-1] for way in level}


def best_ways(
    conflict: Conflict, movers: set[int], start: int, *, only: bool, cheaply: bool
) -> dict[int, Way]:
    """Return to each state the first road by length, cost and last moves, as promised."""

    def order(way: Way) -> tuple[int, int, list[tuple[int, int]]]:
        states = [start, *(state for _, state in way)]
        cost = improving(conflict, start, way).count(False) if cheaply else 0
        back = [(party, here) for (party, _), here in zip(way, states, strict=False)]
        return len(way), cost, back[::-1]

    best: dict[int, Way] = {}
    for way in ways(conflict, movers, start, only):
        end = way[-1][1] if way else start
        if end not in best or order(way) < order(best[end]):
            best[end] = way
    return best


def start_of(conflict: Conflict, seed: int) -> int:
    feasible = sorted(conflict.feasible)
    return feasible[seed % len(feasible)]


@given(seeds)
def test_the_road_to_each_state_is_the_first_of_the_shortest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    conflict = random_conflict(rng)
    start = start_of(conflict, seed)
    movers = {party for party in conflict.parties if rng.random() < 0.8}
    for only in (False, True):
        stated = conflict.preferences if only else None
        reach = reachable(conflict.graph, start, movers, stated)
        best = best_ways(conflict, movers, start, only=only, cheaply=False)
        assert reach.states.tolist() == sorted(best)
        for state, way in best.items():
            assert reach.distance[state] == len(way)
            assert reach.road(state) == way


@given(seeds)
def test_roads_take_as_few_steps_against_the_mover_as_any_of_that_length(seed: int) -> None:
    conflict = random_conflict(np.random.default_rng(seed))
    start, everybody = start_of(conflict, seed), set(conflict.parties)
    ends = sorted(conflict.feasible)
    roads = roads_between(conflict.graph, conflict.preferences, start, ends)
    any_way = best_ways(conflict, everybody, start, only=False, cheaply=True)
    by_gain = best_ways(conflict, everybody, start, only=True, cheaply=False)
    for end, shortest, gaining in zip(ends, roads.shortest, roads.by_improvements, strict=True):
        assert (shortest.moves if shortest else None) == any_way.get(end)
        assert (gaining.moves if gaining else None) == by_gain.get(end)
        for road in (shortest, gaining):
            if road is not None:
                assert road.end == end
                assert list(road.improving) == improving(conflict, start, road.moves)


def test_what_is_reached_is_what_the_definition_says() -> None:
    for conflict in random_conflicts(300, seed=5):
        for start in sorted(conflict.feasible):
            for movers in [set(conflict.parties), set(conflict.parties) - {0}]:
                reach = reachable(conflict.graph, start, movers, conflict.preferences)
                expected = reached(conflict, movers, start, improving=True) | {start}
                assert set(reach.states.tolist()) == expected


def test_the_status_quo_is_read_off_the_roads() -> None:
    for number, conflict in enumerate(random_conflicts(150, seed=6)):
        start, ends = start_of(conflict, number), sorted(conflict.feasible)
        everybody = set(conflict.parties)
        result = status_quo_analysis(conflict.graph, conflict.preferences, start, ends)
        roads = roads_between(conflict.graph, conflict.preferences, start, ends)
        for place, (road, gaining) in enumerate(
            zip(roads.shortest, roads.by_improvements, strict=True)
        ):
            assert result.distance[place] == (-1 if road is None else len(road.moves))
            assert result.improving_distance[place] == (
                -1 if gaining is None else len(gaining.moves)
            )
            if road is not None:
                assert np.flatnonzero(result.movers[place]).tolist() == list(road.movers)
                assert result.steps_against[place] == road.improving.count(False)
            for party in conflict.parties:
                without = reached(conflict, everybody - {party}, start, improving=False) | {start}
                needed = road is not None and ends[place] not in without
                assert result.needed[place, party] == needed


@given(seeds, st.integers(1, 9))
def test_layers_hold_whole_roads_and_lead_onwards(seed: int, most_nodes: int) -> None:
    conflict = random_conflict(np.random.default_rng(seed))
    start, ends = start_of(conflict, seed), sorted(conflict.feasible)
    both = roads_between(conflict.graph, conflict.preferences, start, ends)
    roads = [road for road in both.shortest + both.by_improvements if road is not None]
    drawing = layers(roads, most_nodes)
    assert sorted(drawing.drawn + drawing.left_out) == list(range(len(roads)))
    states = [state for layer in drawing.states for state in layer]
    assert len(states) == len(set(states)) <= most_nodes
    moves = {(move.origin, move.target, move.mover): move for move in drawing.moves}
    assert len(moves) == len(drawing.moves)
    used = set()
    for number in drawing.drawn:
        here = start
        for (mover, there), gains in zip(roads[number].moves, roads[number].improving, strict=True):
            move = moves[here, there, mover]
            assert move.is_improvement == gains
            assert number in move.roads
            used.add((here, there, mover))
            here = there
    assert used == moves.keys()
    for number in drawing.left_out:
        assert len(set(states) | set(roads[number].states)) > len(states)
    for state in states:
        below = [
            drawing.layer_of(move.origin) + 1
            for move in drawing.moves
            if move.target == state and not move.goes_back
        ]
        assert drawing.layer_of(state) == max(below, default=0)


def test_moves_that_close_a_circle_are_said_to_go_back() -> None:
    first = Road(0, ((0, 1), (1, 2)), (True, True))
    second = Road(0, ((1, 2), (0, 1)), (True, True))
    back = [move for move in layers([first, second]).moves if move.goes_back]
    assert [(move.origin, move.target) for move in back] == [(2, 1)]


def test_unknown_comparisons_are_no_improvements() -> None:
    conflict = random_conflicts(1, seed=2)[0]
    n_states, n_parties = conflict.graph.n_states, conflict.graph.n_parties
    everything = [
        (party, here, there)
        for party in range(n_parties)
        for here in range(n_states)
        for there in range(here)
    ]
    nothing_known = preferences(conflict.preferences.low, unknown=everything)
    for start in sorted(conflict.feasible):
        assert reachable(conflict.graph, start, None, nothing_known).states.tolist() == [start]


def test_nobody_improves_twice_in_a_row_to_where_one_improvement_is_not_sure() -> None:
    one_party = graph_of(action_space([3], controls=[0]))
    stated = preferences([[0], [1], [2]], unknown=[(0, 0, 2)])
    assert reachable(one_party, 0, None, stated).states.tolist() == [0, 1]


@given(seeds)
def test_roads_of_sure_improvements_are_legal_where_pairs_are_unknown(seed: int) -> None:
    rng = np.random.default_rng(seed)
    conflict = random_conflict(rng)
    graph, low = conflict.graph, conflict.preferences.low
    pairs = np.column_stack(
        [rng.integers(0, limit, 12) for limit in (graph.n_parties, graph.n_states, graph.n_states)]
    )
    stated = preferences(low, high=low + rng.integers(0, 2, low.shape), unknown=pairs)
    start = start_of(conflict, seed)

    def sure(way: Way) -> bool:
        states = [start, *(state for _, state in way)]
        return all(
            surely_better(stated, party, here, there)
            for (party, there), here in zip(way, states, strict=False)
        )

    reach = reachable(graph, start, preferences=stated)
    seen: set[tuple[int, int]] = set()
    level: list[Way] = [()]
    nearest = {start: 0}
    while level:
        longer = [
            (*way, (party, there))
            for way in level
            for party in set(conflict.parties) - {way[-1][0] if way else -1}
            for there in conflict.moves[party][way[-1][1] if way else start]
        ]
        level = [way for way in longer if way[-1] not in seen and sure(way)]
        seen |= {way[-1] for way in level}
        for way in level:
            nearest.setdefault(way[-1][1], len(way))
    assert {int(s): int(reach.distance[s]) for s in reach.states} == nearest
    for state in nearest:
        road = reach.road(state)
        assert sure(road)
        assert all(a[0] != b[0] for a, b in itertools.pairwise(road))


def surely_better(stated: Preferences, party: int, here: int, there: int) -> bool:
    n_states = len(stated.low)
    code = (party * n_states + here) * n_states + there
    known = code not in stated.unknown.tolist()
    return known and bool(stated.low[there, party] > stated.high[here, party])


@pytest.mark.parametrize("one_way", [False, True])
def test_large_spaces_take_as_many_moves_as_actions_that_differ(one_way: bool) -> None:
    allowed = [[[True, True], [False, True]]] * 12 if one_way else None
    graph = graph_of(action_space([2] * 12, np.arange(12), allowed))
    reach = reachable(graph, start=0)
    ones = np.array([state.bit_count() for state in range(1 << 12)])
    assert reach.distance.tolist() == ones.tolist()
