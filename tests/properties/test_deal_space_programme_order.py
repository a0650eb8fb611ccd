"""Columns whose weights each outweigh all smaller ones, against plain comparison of totals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linked_domains import packages

from detente.engines.deal_space.pareto import pareto_front
from detente.engines.deal_space.programme.builder import Programme, Status
from detente.engines.deal_space.programme.efficient import certify_efficient
from detente.engines.deal_space.space.acceptance import Meets
from detente.engines.deal_space.space.domain import Domain, Interaction
from detente.errors import EngineInputError


@st.composite
def ordered_domains(draw: st.DrawFn) -> Domain:
    """Draw statements about issues and pairs, ranked strictly, and some of a constant."""
    n_options = draw(st.lists(st.integers(2, 3), min_size=3, max_size=4))
    bits = draw(st.permutations(range(0, 56, 4)))
    used = 0
    points, interactions = [], []
    for n in n_options:
        table = np.zeros((n, 1), dtype=np.int64)
        for _ in range(draw(st.integers(0, 2))):
            held = draw(st.lists(st.booleans(), min_size=n, max_size=n))
            table[np.array(held)] += 1 << bits[used]
            used += 1
        points.append(table + draw(st.sampled_from([0, 0, -(1 << 57)])))
    for _ in range(draw(st.integers(0, 2))):
        shape = (n_options[0], n_options[1])
        true = draw(st.lists(st.booleans(), min_size=9, max_size=9))
        cells = np.array(true[: shape[0] * shape[1]], dtype=np.int64).reshape(*shape, 1)
        interactions.append(Interaction((0, 1), cells << bits[used]))
        used += 1
    return Domain(tuple(points), (), tuple(interactions))


@settings(max_examples=60)
@given(domain=ordered_domains(), data=st.data())
def test_a_strict_order_is_compared_to_the_last_statement(
    domain: Domain, data: st.DataObject
) -> None:
    codes = packages(domain)
    totals = domain.totals(codes)[:, 0]
    threshold = int(data.draw(st.sampled_from(totals.tolist()))) + data.draw(st.integers(0, 1))
    programme = Programme(domain)
    row = codes[data.draw(st.integers(0, len(codes) - 1))]
    if not programme.is_lexicographic(0):
        return
    programme.require_rule(Meets(0, threshold))
    answer = programme.solve(programme.changes(row), maximise=False)
    meets = codes[totals >= threshold]
    if not len(meets):
        assert answer.status is Status.INFEASIBLE
        return
    assert answer.objective == (meets != row).sum(axis=1).min()
    assert answer.n_solves == 1, "the clauses alone leave no wrong package to strike out"


@settings(max_examples=40)
@given(domain=ordered_domains(), data=st.data())
def test_efficiency_holds_for_strict_orders_beside_points(
    domain: Domain, data: st.DataObject
) -> None:
    plain = [
        np.array(data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)))
        for n in domain.n_options
    ]
    both = Domain(
        tuple(np.hstack([t, p[:, np.newaxis]]) for t, p in zip(domain.points, plain, strict=True)),
        (),
        tuple(
            Interaction(t.issues, np.concatenate([t.points, 0 * t.points], axis=-1))
            for t in domain.interactions
        ),
    )
    codes = packages(both)
    front = pareto_front_exact(both.totals(codes))
    at = data.draw(st.integers(0, len(codes) - 1))
    if Programme(both).is_lexicographic(0):
        assert certify_efficient(both, codes[at]).is_efficient == front[at]


def pareto_front_exact(totals: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> list[bool]:
    """Rank columns first: floats of the list engine would round such points."""
    ranks = np.column_stack([np.unique(c, return_inverse=True)[1] for c in totals.T])
    return [bool(e) for e in pareto_front(ranks).efficient]


@pytest.mark.parametrize("sizes", [(1 << 50, 1 << 20, 1 << 19, 1), (10**8, 10**8, 10**3, 1)])
def test_every_threshold_is_met_by_exactly_the_packages_that_reach_it(
    sizes: tuple[int, ...],
) -> None:
    """The first sizes are compared in clauses, the second in two digits; neither leaves a doubt."""
    domain = Domain(tuple(np.array([(0,), (size,)]) for size in sizes))
    codes = packages(domain)
    totals = domain.totals(codes)[:, 0]
    for threshold in np.unique([totals - 1, totals, totals + 1]).tolist():
        programme = Programme(domain)
        programme.require_rule(Meets(0, threshold))
        answer = programme.solve(programme.changes([0] * len(sizes)), maximise=False)
        meets = codes[totals >= threshold]
        assert answer.n_solves == 1
        if len(meets):
            assert answer.objective == meets.sum(axis=1).min()
        else:
            assert answer.status is Status.INFEASIBLE


def test_a_strict_order_has_no_total_to_add_up() -> None:
    points = tuple(np.array([(0,), (1 << bit,)]) for bit in (50, 25, 0))
    programme = Programme(Domain(points))
    assert programme.is_lexicographic(0)
    with pytest.raises(EngineInputError, match="only thresholds"):
        programme.total(0)


def test_wide_points_without_a_strict_order_are_refused() -> None:
    points = tuple(np.array([(0,), (size,)]) for size in (1, 1, 3 * 10**10))
    programme = Programme(Domain(points))
    assert not programme.is_lexicographic(0)
    with pytest.raises(EngineInputError, match=r"use coarser points$"):
        programme.require_rule(Meets(0, 3 * 10**10 + 2))
