"""Named points by programming, against the same points of the whole list of packages."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linked_domains import Codes, domains, packages, rules

from detente.engines.deal_space.leximin import egalitarian_solution, kalai_smorodinsky_solution
from detente.engines.deal_space.nash import nash_solution
from detente.engines.deal_space.pareto import pareto_front
from detente.engines.deal_space.programme.clock import Clock
from detente.engines.deal_space.programme.efficient import certify_efficient
from detente.engines.deal_space.programme.leximin import (
    egalitarian_point,
    kalai_smorodinsky_point,
)
from detente.engines.deal_space.programme.nash import NashSearch, nash_point
from detente.engines.deal_space.programme.points import NamedPoint, question
from detente.engines.deal_space.programme.utilitarian import utilitarian_point
from detente.engines.deal_space.solution import BargainingSolution
from detente.engines.deal_space.space.acceptance import AcceptanceRule, all_of, is_met
from detente.engines.deal_space.space.domain import Domain
from detente.engines.deal_space.utilitarian import utilitarian_solution

Pair = tuple[Callable[..., NamedPoint], Callable[..., BargainingSolution]]

PAIRS: list[Pair] = [
    (nash_point, nash_solution),
    (egalitarian_point, egalitarian_solution),
    (kalai_smorodinsky_point, kalai_smorodinsky_solution),
    (utilitarian_point, utilitarian_solution),
]


@dataclass(frozen=True)
class Problem:
    domain: Domain
    columns: list[int]
    disagreement: list[float]
    rule: AcceptanceRule | None

    @property
    def rows(self) -> Codes:
        """Every package that may be chosen, individual rationality aside."""
        codes = packages(self.domain)
        met = is_met(self.rule or all_of(), self.domain.totals(codes))
        return np.asarray(codes[met])


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    domain = draw(domains())
    scale = draw(st.sampled_from([(1, 1, 1), (1, 10, 100), (2, 1, 4)]))
    domain = Domain(
        domain.points, domain.links, domain.interactions, np.array(scale[: domain.n_columns])
    )
    everybody = list(range(domain.n_columns))
    columns = draw(st.one_of(st.just(everybody), st.permutations(everybody).map(lambda c: c[:2])))
    totals = domain.utilities(packages(domain, allowed_only=False))
    levels = []
    for column in columns:
        values = totals[:, column]
        share = draw(st.sampled_from([0.0, 0.0, 0.1, 0.25, 0.5]))
        levels.append(float(values.min() + round(share * np.ptp(values) * 8) / 8))
    return Problem(domain, columns, levels, draw(st.one_of(st.none(), rules(domain))))


@pytest.mark.parametrize(("point_of", "solution_of"), PAIRS, ids=lambda f: str(f.__name__))
@settings(max_examples=40)
@given(problem=problems())
def test_a_point_is_one_of_those_that_the_list_engine_selects(
    point_of: Callable[..., NamedPoint],
    solution_of: Callable[..., BargainingSolution],
    problem: Problem,
) -> None:
    rows = problem.rows
    point = point_of(
        problem.domain, problem.disagreement, columns=problem.columns, rule=problem.rule
    )
    assert point.is_proven
    if not len(rows):
        assert point.is_empty
        assert point.reason.startswith("No package")
        return
    table = problem.domain.utilities(rows)[:, problem.columns]
    solution = solution_of(table, problem.disagreement)
    assert point.is_empty == solution.is_empty == bool(point.reason)
    if solution.is_empty:
        assert ("more than" in point.reason) == ("more than" in solution.reason)
        return
    assert point.codes.tolist() in rows[solution.outcomes].tolist()
    assert point.value == pytest.approx(solution.value)
    assert point.bound >= point.value
    assert point.bound == pytest.approx(point.value)
    assert point.is_efficient
    assert (point.ideal is None) == (solution.ideal is None)
    if point.ideal is not None and solution.ideal is not None:
        assert point.ideal.tolist() == solution.ideal.tolist()
    row = rows.tolist().index(point.codes.tolist())
    assert point.utilities.tolist() == table[row].tolist()
    assert point.gains.tolist() == (table[row] - problem.disagreement).tolist()


@settings(max_examples=40)
@given(problem=problems(), data=st.data())
def test_a_package_is_efficient_exactly_if_the_list_says_so(
    problem: Problem, data: st.DataObject
) -> None:
    rows, domain = problem.rows, problem.domain
    if not len(rows):
        return
    table = domain.totals(rows)[:, problem.columns]
    at = data.draw(st.integers(0, len(rows) - 1))
    found = certify_efficient(domain, rows[at], columns=problem.columns, rule=problem.rule)
    assert found.is_proven
    assert found.is_efficient == bool(pareto_front(table).efficient[at])
    assert found.is_efficient == (found.dominated_by.size == 0)
    if not found.is_efficient:
        better = rows.tolist().index(found.dominated_by.tolist())
        assert (table[better] >= table[at]).all()
        assert (table[better] > table[at]).any()


def test_a_point_of_a_middling_space_is_that_of_its_whole_list() -> None:
    """Four parties, 6 issues of 7 options: 117,649 packages, gains that hardly ever tie."""
    rng = np.random.default_rng(5)
    domain = Domain(tuple(rng.integers(0, 10**6, size=(7, 4)) for _ in range(6)))
    codes = packages(domain)
    table = domain.utilities(codes)
    levels = np.quantile(table, 0.6, axis=0)
    for point_of, solution_of in PAIRS:
        point, solution = point_of(domain, levels), solution_of(table, levels)
        assert point.codes.tolist() == codes[solution.outcomes[0]].tolist()
        assert point.is_proven
        assert point.is_efficient
        assert not math.isinf(point.bound)


def test_tangents_alone_find_the_largest_product_and_never_bound_it_from_below() -> None:
    """Without the changes of one issue at a time that usually find it first."""
    rng = np.random.default_rng(2)
    for _ in range(20):
        domain = Domain(tuple(rng.integers(0, 30, size=(4, 3)) for _ in range(5)))
        asked = question(domain, None, rng.integers(20, 60, size=3), None)
        products = np.prod(domain.totals(packages(domain)) - asked.disagreement, axis=1)
        rational = (domain.totals(packages(domain)) > asked.disagreement).all(axis=1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(NashSearch, "improved", lambda _, codes: codes)
            search = NashSearch(asked, Clock(None))
            search.run(1e-9)
        assert search.best is not None
        assert search.product(search.best) == products[rational].max()
        assert search.upper == pytest.approx(search.log_product(search.best), abs=1e-8)
