"""A larger set of alternatives from which Nash's solution gives one party less.

E. Kalai, M. Smorodinsky, "Other Solutions to Nash's Bargaining Problem", Econometrica 43(3),
May 1975, pp. 513-518: the example before the axiom of monotonicity. S1 is the convex hull of
(0, 1), (1, 0) and (3/4, 3/4), S2 that of (0, 1), (1, 0) and (1, 0.7), the disagreement point is
(0, 0). From the paper: the two sets, and Nash's solutions (3/4, 3/4) and (1, 0.7), by which the
second party loses although S2 offers it more at every utility of the first. No copy of the
page could be read when this was written, so the two sets are quoted from memory; all expected
points also follow from the definitions, as below. Derived from the definition, not printed: the
Kalai-Smorodinsky solution of S2, where the diagonal to the ideal point (1, 1) meets the segment
from (0, 1) to (1, 0.7): x = 1 - 0.3 x, so x = 10/13.

Utilities are in 260ths, which makes every point an integer. Each segment of the two upper
boundaries is cut into thirteen steps; S2's list contains S1's, as S2 contains S1.
"""

from __future__ import annotations

import pytest

from detente.engines.deal_space import kalai_smorodinsky_solution, nash_solution, pareto_front

ONE = 260
STEPS = range(14)
S1 = [(15 * k, ONE - 5 * k) for k in STEPS] + [(195 + 5 * k, 195 - 15 * k) for k in STEPS]
S2 = S1 + [(20 * k, ONE - 6 * k) for k in STEPS] + [(ONE, 14 * k) for k in STEPS]
NOBODY_GAINS = (0, 0)


def test_the_lists_hold_the_corners_of_the_two_sets() -> None:
    assert {(0, ONE), (ONE, 0), (ONE * 3 // 4, ONE * 3 // 4)} <= set(S1)
    assert {(0, ONE), (ONE, 0), (ONE, ONE * 7 // 10)} <= set(S2)


def test_second_set_offers_more_at_every_utility_of_the_first_party() -> None:
    """S1 lies below S2's upper segment y = 1 - 0.3 x, in 260ths."""
    assert all(10 * y <= 10 * ONE - 3 * x for x, y in S1)


@pytest.mark.parametrize(
    ("points", "printed"),
    [(S1, (ONE * 3 / 4, ONE * 3 / 4)), (S2, (ONE, ONE * 7 / 10))],
    ids=["S1", "S2"],
)
def test_nash_solution_is_the_printed_point(
    points: list[tuple[int, int]], printed: tuple[float, float]
) -> None:
    solution = nash_solution(points, NOBODY_GAINS)
    assert solution.utilities == pytest.approx(printed)
    assert {points[outcome] for outcome in solution.outcomes} == {printed}


def test_nash_solution_gives_the_second_party_less_from_the_larger_set() -> None:
    smaller, larger = nash_solution(S1, NOBODY_GAINS), nash_solution(S2, NOBODY_GAINS)
    assert larger.utilities[1] < smaller.utilities[1]


def test_kalai_smorodinsky_solution_lies_on_the_diagonal() -> None:
    """Both ideal points are (1, 1), so equal shares are equal utilities."""
    smaller = kalai_smorodinsky_solution(S1, NOBODY_GAINS)
    larger = kalai_smorodinsky_solution(S2, NOBODY_GAINS)
    assert smaller.ideal is not None
    assert larger.ideal is not None
    assert smaller.ideal.tolist() == larger.ideal.tolist() == [ONE, ONE]
    assert smaller.utilities.tolist() == [ONE * 3 / 4, ONE * 3 / 4]
    assert larger.utilities.tolist() == [ONE * 10 / 13, ONE * 10 / 13]
    assert larger.value == pytest.approx(10 / 13)


def test_kalai_smorodinsky_solution_gives_nobody_less_from_the_larger_set() -> None:
    smaller = kalai_smorodinsky_solution(S1, NOBODY_GAINS)
    larger = kalai_smorodinsky_solution(S2, NOBODY_GAINS)
    assert (larger.utilities >= smaller.utilities).all()


def test_second_set_dominates_the_nash_solution_of_the_first() -> None:
    front = pareto_front(S2)
    assert not front.efficient[S2.index((195, 195))]
