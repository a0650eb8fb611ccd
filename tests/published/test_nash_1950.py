"""The barter between Bill and Jack.

J. F. Nash, "The Bargaining Problem", Econometrica 18(2), April 1950, pp. 155-162: the table of
goods and utilities, the solution and figure 2 in the section of examples, pp. 160-161. The
table was checked against its reprint in "Crossroads" (ACM), summer 2008, p. 22, table 2, and
the solution's gains, 12 and 5, against a list of the barters that Pareto-dominate no trade.

Nash allows lotteries between barters and finds the largest product at a vertex that belongs to
a single barter. The list of all 2**9 barters without lotteries therefore has the same solution.
"""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from detente.engines.deal_space import nash_solution, pareto_front

# (owner, utility to Bill, utility to Jack)
GOODS = {
    "book": ("Bill", 2, 4),
    "whip": ("Bill", 2, 2),
    "ball": ("Bill", 2, 1),
    "bat": ("Bill", 2, 2),
    "box": ("Bill", 4, 1),
    "pen": ("Jack", 10, 1),
    "toy": ("Jack", 4, 1),
    "knife": ("Jack", 6, 2),
    "hat": ("Jack", 2, 2),
}
HANDED_OVER = {"book", "whip", "ball", "bat", "pen", "toy", "knife"}
BARTERS = [
    frozenset(good for good, moves in zip(GOODS, choice, strict=True) if moves)
    for choice in itertools.product((False, True), repeat=len(GOODS))
]


def holdings(barter: frozenset[str]) -> tuple[int, int]:
    """Return what each of the two holds after the barter, in his own utility."""
    bill = jack = 0
    for good, (owner, to_bill, to_jack) in GOODS.items():
        if (owner == "Bill") != (good in barter):
            bill += to_bill
        else:
            jack += to_jack
    return bill, jack


@pytest.fixture
def utilities() -> npt.NDArray[np.float64]:
    return np.array([holdings(barter) for barter in BARTERS], dtype=np.float64)


def test_before_any_barter_bill_holds_12_and_jack_6() -> None:
    assert holdings(frozenset()) == (12, 6)


def test_nash_solution_is_the_printed_barter(utilities: npt.NDArray[np.float64]) -> None:
    solution = nash_solution(utilities, holdings(frozenset()))
    assert [BARTERS[outcome] for outcome in solution.outcomes] == [HANDED_OVER]


def test_bill_gains_12_and_jack_5(utilities: npt.NDArray[np.float64]) -> None:
    solution = nash_solution(utilities, holdings(frozenset()))
    assert solution.gains.tolist() == [12, 5]
    assert solution.value == 60


def test_no_barter_dominates_the_solution(utilities: npt.NDArray[np.float64]) -> None:
    front = pareto_front(utilities)
    assert front.efficient[BARTERS.index(frozenset(HANDED_OVER))]
    assert not front.efficient[BARTERS.index(frozenset())]
