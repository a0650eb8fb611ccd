"""Inverse analysis against the listing of all orders, judged by the plain definition."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from conflicts import Conflict, conflict_of, holds, random_conflict
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.stability import Concept
from detente.engines.stability.inverse import (
    Condition,
    Requirement,
    condition,
    inverse,
    least_change,
    share_of_orders,
)

every_concept = pytest.mark.parametrize("concept", list(Concept))
seeds = st.integers(0, 2**32 - 1)


def small_conflict(rng: np.random.Generator, most_feasible: int, n_parties: int) -> Conflict:
    """Draw conflicts until one is small enough to list all orders of its states."""
    while True:
        conflict = random_conflict(rng)
        if len(conflict.feasible) <= most_feasible and len(conflict.parties) >= n_parties:
            return conflict


def with_orders(conflict: Conflict, orders: dict[int, dict[int, int]]) -> Conflict:
    """Return the conflict with other ranks for some parties' feasible states."""
    ranks = np.array(conflict.ranks).T
    for party, order in orders.items():
        for state, rank in order.items():
            ranks[state, party] = rank
    return conflict_of(conflict.space or conflict.graph, ranks)


def strict_orders(conflict: Conflict) -> Iterator[dict[int, int]]:
    states = sorted(conflict.feasible)
    for ranks in itertools.permutations(range(len(states))):
        yield dict(zip(states, ranks, strict=True))


def weak_orders(conflict: Conflict) -> Iterator[dict[int, int]]:
    states = sorted(conflict.feasible)
    for ranks in itertools.product(range(len(states)), repeat=len(states)):
        if set(ranks) == set(range(max(ranks) + 1)):
            yield dict(zip(states, ranks, strict=True))


def relation(order: dict[int, int] | list[int], first: int, second: int) -> int:
    return (order[first] > order[second]) - (order[first] < order[second])


def changed_pairs(conflict: Conflict, party: int, order: dict[int, int]) -> int:
    return sum(
        relation(order, *pair) != relation(conflict.ranks[party], *pair)
        for pair in itertools.combinations(sorted(conflict.feasible), 2)
    )


@every_concept
@given(seeds)
def test_one_partys_strict_orders_are_counted_as_if_listed(concept: Concept, seed: int) -> None:
    rng = np.random.default_rng(seed)
    conflict = small_conflict(rng, most_feasible=5, n_parties=1)
    state = int(rng.choice(sorted(conflict.feasible)))
    party = int(rng.choice(conflict.parties))
    found = inverse(conflict.graph, conflict.preferences, state, concept, party)
    (conditions,) = found.conditions
    stable = lasting = 0
    for order in strict_orders(conflict):
        varied = with_orders(conflict, {party: order})
        verdict = holds(varied, concept, state, party)
        assert conditions.sufficient.holds(np.array(varied.ranks[party])) == verdict
        stable += verdict
        lasting += all(holds(varied, concept, state, each) for each in conflict.parties)
    assert conditions.is_exact
    assert found.n_profiles == factorial(len(conflict.feasible))
    assert found.stable_profiles == (stable, stable)
    assert found.equilibrium_profiles == (lasting, lasting)


@every_concept
@given(seeds)
def test_conditions_say_nothing_twice(concept: Concept, seed: int) -> None:
    rng = np.random.default_rng(seed)
    conflict = random_conflict(rng)
    state = int(rng.choice(sorted(conflict.feasible)))
    party = int(rng.choice(conflict.parties))
    told = condition(conflict.graph, conflict.preferences, state, concept, party).requirements
    for requirement in told:
        for way, other in itertools.permutations(map(set, requirement.ways), 2):
            assert not way <= other
        assert state not in itertools.chain(*requirement.ways)
    for one, another in itertools.permutations(told, 2):
        implied = all(any(set(w) <= set(way) for w in one.ways) for way in another.ways)
        assert not implied


@every_concept
@given(seeds)
def test_no_order_with_fewer_changes_makes_the_state_stable(concept: Concept, seed: int) -> None:
    rng = np.random.default_rng(seed)
    conflict = small_conflict(rng, most_feasible=4, n_parties=1)
    state = int(rng.choice(sorted(conflict.feasible)))
    party = int(rng.choice(conflict.parties))
    found = inverse(conflict.graph, conflict.preferences, state, concept, party)
    change = found.conditions[0].change
    rank = conflict.ranks[party]
    stable_orders = []
    for order in weak_orders(conflict):
        varied = with_orders(conflict, {party: order})
        if holds(varied, concept, state, party):
            stable_orders.append(order)
    least = min(changed_pairs(conflict, party, order) for order in stable_orders)
    assert change.changed_pairs == least
    raised = dict(enumerate(rank))
    if change.rises_to is None:
        assert holds(conflict, concept, state, party)
    else:
        raised[state] = change.rises_to
        # One place lower is not enough.
        below = {**raised, state: rank[change.passes[-1]] - 1}
        assert not holds(with_orders(conflict, {party: below}), concept, state, party)
    assert holds(with_orders(conflict, {party: raised}), concept, state, party)
    better = {x for x in conflict.feasible if rank[x] > rank[state]}
    lowered = [
        {x for x in better if order[x] <= order[state]}
        for order in stable_orders
        if all(order[x] <= order[state] for x in conflict.feasible - better)
    ]
    assert change.fewest_is_proven
    assert list(change.fewest) == min((sorted(x) for x in lowered), key=lambda x: (len(x), x))


@every_concept
@given(seeds)
def test_profiles_of_two_parties_are_counted_as_if_listed(concept: Concept, seed: int) -> None:
    rng = np.random.default_rng(seed)
    conflict = small_conflict(rng, most_feasible=4, n_parties=2)
    state = int(rng.choice(sorted(conflict.feasible)))
    parties = [int(p) for p in rng.choice(conflict.parties, 2, replace=False)]
    found = inverse(conflict.graph, conflict.preferences, state, concept, parties)
    bounds = inverse(conflict.graph, conflict.preferences, state, concept, parties, most_profiles=0)
    total = factorial(len(conflict.feasible)) ** 2
    assert found.n_profiles == bounds.n_profiles == total
    orders = list(strict_orders(conflict))
    chosen = [tuple(orders[k] for k in pair) for pair in rng.integers(0, len(orders), (20, 2))]
    if len(orders) <= 6:
        chosen = list(itertools.product(orders, repeat=2))
    stable = lasting = 0
    for pair in chosen:
        varied = with_orders(conflict, dict(zip(parties, pair, strict=True)))
        verdicts = [holds(varied, concept, state, party) for party in conflict.parties]
        mine = all(verdicts[party] for party in parties)
        stable, lasting = stable + mine, lasting + all(verdicts)
        for each in found.conditions:
            party = each.sufficient.party
            ranks = np.array(varied.ranks[party])
            assert each.sufficient.holds(ranks) <= verdicts[party] <= each.necessary.holds(ranks)
        for party, verdict in enumerate(found.others):
            assert verdict is None or verdict == verdicts[party]
    if len(chosen) == total:
        assert found.stable_profiles == (stable, stable)
        assert found.equilibrium_profiles == (lasting, lasting)
    for exact, (low, high) in (
        (found.stable_share, bounds.stable_share),
        (found.equilibrium_share, bounds.equilibrium_share),
    ):
        assert exact[0] is not None
        assert low is not None
        assert high is not None
        assert exact[0] == exact[1]
        assert low <= exact[0] <= high


@pytest.mark.parametrize(("parties", "most_feasible"), [([0], 4), ([0, 1], 3)])
def test_the_nearest_profile_listed_is_an_equilibrium_and_no_nearer_one_is(
    parties: list[int], most_feasible: int
) -> None:
    rng = np.random.default_rng(8)
    judged = 0
    while judged < 25:
        conflict = small_conflict(rng, most_feasible, n_parties=2)
        state = int(rng.choice(sorted(conflict.feasible)))
        found = inverse(conflict.graph, conflict.preferences, state, Concept.SEQ, parties)
        if found.profiles is None:
            continue
        judged += 1
        lasting = {}
        for profile in itertools.product(strict_orders(conflict), repeat=len(parties)):
            orders = dict(zip(parties, profile, strict=True))
            varied = with_orders(conflict, orders)
            if all(holds(varied, Concept.SEQ, state, party) for party in conflict.parties):
                lasting[
                    tuple(tuple(sorted(o, key=o.__getitem__, reverse=True)) for o in profile)
                ] = sum(
                    relation(order, *pair) * relation(conflict.ranks[party], *pair) < 0
                    for party, order in orders.items()
                    for pair in itertools.combinations(sorted(order), 2)
                )
        assert found.profiles.equilibrium_share * found.n_profiles == len(lasting)
        assert found.profiles.reversed_pairs == min(lasting.values(), default=None)
        if found.profiles.nearest is None:
            assert not lasting
        else:
            assert lasting[found.profiles.nearest] == found.profiles.reversed_pairs


ways = st.lists(st.lists(st.integers(1, 6), min_size=1, max_size=3, unique=True), min_size=1)


@given(st.lists(ways, max_size=4))
def test_any_condition_is_counted_as_if_orders_were_listed(drawn: list[list[list[int]]]) -> None:
    requirements = tuple(
        Requirement(0, tuple(tuple(sorted(way)) for way in several)) for several in drawn
    )
    stated = Condition(0, 0, "any", requirements)
    met = 0
    for below in itertools.product([False, True], repeat=6):
        ranks = [0, *(-1 if each else 1 for each in below)]
        if stated.holds(ranks):
            met += factorial(sum(below)) * factorial(6 - sum(below))
    assert share_of_orders(stated) == Fraction(met, factorial(7))


@given(st.lists(ways, max_size=4), st.lists(st.integers(0, 3), min_size=7, max_size=7))
def test_the_least_rise_of_any_condition_is_enough_and_needed(
    drawn: list[list[list[int]]], ranks: list[int]
) -> None:
    requirements = tuple(Requirement(0, tuple(map(tuple, several))) for several in drawn)
    stated = Condition(0, 0, "any", requirements)
    change = least_change(stated, ranks)
    enough = [rank for rank in range(ranks[0], 4) if stated.holds([rank, *ranks[1:]])]
    assert (ranks[0] if change.rises_to is None else change.rises_to) == enough[0]
    assert set(change.passes) == {s for s in range(1, 7) if ranks[0] < ranks[s] <= enough[0]}
