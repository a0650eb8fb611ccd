"""Bargaining solutions of any small table, against their plain definitions."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from detente.engines.deal_space import (
    BargainingSolution,
    egalitarian_solution,
    kalai_smorodinsky_solution,
    nash_solution,
    pareto_front,
    utilitarian_solution,
)

Table = npt.NDArray[np.int64]
Problem = tuple[Table, list[int]]
Solve = Callable[[npt.ArrayLike, npt.ArrayLike], BargainingSolution]

EVERY_SOLUTION: list[Solve] = [
    nash_solution,
    kalai_smorodinsky_solution,
    egalitarian_solution,
    utilitarian_solution,
]
WITHOUT_SCALES: list[Solve] = [nash_solution, kalai_smorodinsky_solution]

every_solution = pytest.mark.parametrize("solve", EVERY_SOLUTION)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Draw small whole numbers, so that ties are common and fractions exact."""
    n_parties = draw(st.integers(1, 4))
    row = st.lists(st.integers(-1, 4), min_size=n_parties, max_size=n_parties)
    table = draw(st.lists(row, min_size=1, max_size=10))
    disagreement = draw(st.lists(st.integers(-1, 2), min_size=n_parties, max_size=n_parties))
    return np.array(table), disagreement


def rational_rows(problem: Problem) -> list[int]:
    table, disagreement = problem
    return [
        row
        for row, utilities in enumerate(table.tolist())
        if all(u >= d for u, d in zip(utilities, disagreement, strict=True))
    ]


def gains(problem: Problem, row: int) -> list[int]:
    table, disagreement = problem
    return [u - d for u, d in zip(table[row].tolist(), disagreement, strict=True)]


def best_rows(rows: list[int], score: Callable[[int], object]) -> list[int]:
    """Return all rows with the largest score; scores compare exactly."""
    scores: list[object] = [score(row) for row in rows]
    best = max(scores, default=None)  # type: ignore[type-var]
    return [row for row, it in zip(rows, scores, strict=True) if it == best]


def ideal_gains(problem: Problem) -> list[int]:
    rows = [gains(problem, row) for row in rational_rows(problem)]
    return [max(column) for column in zip(*rows, strict=True)]


def sorted_shares(problem: Problem, row: int) -> list[Fraction]:
    pairs = zip(gains(problem, row), ideal_gains(problem), strict=True)
    return sorted(Fraction(gain, ideal) for gain, ideal in pairs if ideal > 0)


@given(problems())
def test_nash_solution_is_the_plain_definition(problem: Problem) -> None:
    rows = [row for row in rational_rows(problem) if all(gain > 0 for gain in gains(problem, row))]
    expected = best_rows(rows, lambda row: math.prod(gains(problem, row)))
    solution = nash_solution(*problem)
    assert solution.outcomes.tolist() == expected
    if expected:
        assert solution.value == math.prod(gains(problem, expected[0]))


@given(problems())
def test_kalai_smorodinsky_solution_is_the_plain_definition(problem: Problem) -> None:
    rows = rational_rows(problem)
    expected = best_rows(rows, lambda row: sorted_shares(problem, row))
    solution = kalai_smorodinsky_solution(*problem)
    assert solution.outcomes.tolist() == expected
    if expected:
        smallest = min(sorted_shares(problem, expected[0]), default=Fraction(0))
        assert solution.value == pytest.approx(float(smallest))
        assert solution.ideal is not None
        ideal_gain = solution.ideal - np.array(problem[1])
        assert ideal_gain.tolist() == ideal_gains(problem)


@given(problems())
def test_egalitarian_solution_is_the_plain_definition(problem: Problem) -> None:
    expected = best_rows(rational_rows(problem), lambda row: sorted(gains(problem, row)))
    solution = egalitarian_solution(*problem)
    assert solution.outcomes.tolist() == expected
    if expected:
        assert solution.value == min(gains(problem, expected[0]))


@given(problems())
def test_utilitarian_solution_is_the_plain_definition(problem: Problem) -> None:
    table, _ = problem
    expected = best_rows(rational_rows(problem), lambda row: int(table[row].sum()))
    solution = utilitarian_solution(*problem)
    assert solution.outcomes.tolist() == expected
    if expected:
        assert solution.value == table[expected[0]].sum()


@every_solution
@given(problem=problems())
def test_an_empty_solution_says_why_and_a_full_one_does_not(solve: Solve, problem: Problem) -> None:
    solution = solve(*problem)
    assert solution.is_empty == bool(solution.reason) == (solution.outcomes.size == 0)
    n_parties = 0 if solution.is_empty else len(problem[1])
    assert solution.utilities.shape == solution.gains.shape == (n_parties,)
    assert math.isnan(solution.value) == solution.is_empty


@every_solution
@given(problem=problems())
def test_reported_numbers_are_those_of_the_first_outcome(solve: Solve, problem: Problem) -> None:
    solution = solve(*problem)
    assume(not solution.is_empty)
    first = int(solution.outcomes[0])
    assert solution.utilities.tolist() == problem[0][first].tolist()
    assert solution.gains.tolist() == gains(problem, first)


@every_solution
@given(problem=problems())
def test_solutions_are_efficient_and_leave_nobody_below_disagreement(
    solve: Solve, problem: Problem
) -> None:
    outcomes = solve(*problem).outcomes
    assert pareto_front(problem[0]).efficient[outcomes].all()
    assert (problem[0][outcomes] >= problem[1]).all()


@every_solution
@given(problem=problems(), data=st.data())
def test_order_of_outcomes_does_not_matter(
    solve: Solve, problem: Problem, data: st.DataObject
) -> None:
    table, disagreement = problem
    order = data.draw(st.permutations(range(len(table))))
    moved = solve(table[order], disagreement).outcomes
    assert sorted(order[row] for row in moved) == solve(table, disagreement).outcomes.tolist()
    assert moved.tolist() == sorted(moved.tolist())


@every_solution
@given(problem=problems(), data=st.data())
def test_order_of_parties_does_not_matter(
    solve: Solve, problem: Problem, data: st.DataObject
) -> None:
    table, disagreement = problem
    order = data.draw(st.permutations(range(len(disagreement))))
    renamed = solve(table[:, order], [disagreement[party] for party in order])
    assert renamed.outcomes.tolist() == solve(table, disagreement).outcomes.tolist()


@pytest.mark.parametrize("solve", WITHOUT_SCALES)
@given(
    problem=problems(),
    data=st.data(),
    scale=st.sampled_from([0.001, 0.3, 7]),
    shift=st.integers(-9, 9),
)
def test_scale_and_origin_of_a_party_do_not_matter(
    solve: Solve, problem: Problem, data: st.DataObject, scale: float, shift: int
) -> None:
    table, disagreement = problem[0].astype(np.float64), np.array(problem[1], dtype=np.float64)
    party = data.draw(st.integers(0, len(disagreement) - 1))
    before = solve(table, disagreement).outcomes
    # Rounding after the change of scale keeps equal numbers equal, and the order.
    table[:, party] = table[:, party] * scale + shift
    disagreement[party] = disagreement[party] * scale + shift
    assert solve(table, disagreement).outcomes.tolist() == before.tolist()


@every_solution
@given(problem=problems(), shift=st.integers(-9, 9))
def test_common_origin_does_not_matter(solve: Solve, problem: Problem, shift: int) -> None:
    table, disagreement = problem
    moved = solve(table + shift, np.array(disagreement) + shift)
    assert moved.outcomes.tolist() == solve(table, disagreement).outcomes.tolist()


@pytest.mark.parametrize("solve", [nash_solution, egalitarian_solution])
@given(problem=problems(), data=st.data())
def test_losing_an_outcome_nobody_chose_changes_nothing(
    solve: Solve, problem: Problem, data: st.DataObject
) -> None:
    """Nash's independence of irrelevant alternatives."""
    table, disagreement = problem
    chosen = solve(table, disagreement).outcomes
    assume(0 < chosen.size < len(table))
    dropped = data.draw(st.sampled_from(sorted(set(range(len(table))) - set(chosen.tolist()))))
    left = solve(np.delete(table, dropped, axis=0), disagreement)
    assert [row + (row >= dropped) for row in left.outcomes.tolist()] == chosen.tolist()


@every_solution
def test_noise_far_below_the_tolerance_does_not_break_a_tie(solve: Solve) -> None:
    table = [(0.1 + 0.2, 0.6), (0.6, 0.3), (0.6 + 1e-13, 0.3 - 1e-13), (0.0, 0.0)]
    assert solve(table, (0, 0)).outcomes.tolist() == [0, 1, 2]
    assert solve(table, (0, 0)).tolerance == 1e-9


@every_solution
def test_a_tie_within_the_tolerance_does_not_let_in_a_dominated_outcome(solve: Solve) -> None:
    table = [(0.5, 0.5), (0.5, 0.5 + 1e-13), (0.0, 0.0)]
    assert solve(table, (0, 0)).outcomes.tolist() == [1]


def test_nash_solution_compares_products_beyond_the_range_of_a_float() -> None:
    huge, tiny = [[1e200] * 8, [2e200] * 8], [[1e-200] * 8, [2e-200] * 8]
    assert nash_solution(huge, [0] * 8).outcomes.tolist() == [1]
    assert nash_solution(tiny, [0] * 8).outcomes.tolist() == [1]


def test_ideal_point_ignores_outcomes_that_leave_somebody_below_disagreement() -> None:
    """Over all outcomes the first party's ideal is 100, and outcome 1 would have equal shares."""
    table = [(100, -1), (5, 5), (8, 4), (10, 0), (0, 5)]
    solution = kalai_smorodinsky_solution(table, (0, 0))
    assert solution.ideal is not None
    assert solution.ideal.tolist() == [10, 5]
    assert solution.outcomes.tolist() == [2]


def test_kalai_smorodinsky_solution_is_not_the_smallest_spread_of_shares() -> None:
    """Equal shares of 0.25 have no spread at all, and the worst-off party does worse."""
    table = [(4, 0), (0, 4), (1, 1), (2, 3)]
    assert kalai_smorodinsky_solution(table, (0, 0)).outcomes.tolist() == [3]


def test_a_party_that_can_gain_nothing_does_not_decide() -> None:
    table = [(4, 0, 7), (1, 1, 7), (2, 2, 7), (0, 0, 7)]
    solution = kalai_smorodinsky_solution(table, (0, 0, 7))
    assert solution.outcomes.tolist() == [2]
    assert solution.value == pytest.approx(0.5)
    assert nash_solution(table, (0, 0, 7)).is_empty
    assert "more than" in nash_solution(table, (0, 0, 7)).reason


def test_nobody_can_gain_and_all_rational_outcomes_tie() -> None:
    solution = kalai_smorodinsky_solution([(1, 1), (1, 1), (0, 5)], (1, 1))
    assert solution.outcomes.tolist() == [0, 1]
    assert solution.value == 0


@pytest.mark.parametrize(
    ("solve", "selected"), list(zip(EVERY_SOLUTION, [1, 2, 3, 0], strict=True))
)
def test_the_four_solutions_are_four(solve: Solve, selected: int) -> None:
    table = [(20, 1), (18, 2), (10, 3), (4, 4), (0, 6)]
    assert solve(table, (0, 0)).outcomes.tolist() == [selected]
