"""The Panama Canal treaty of 1974, issue by issue.

Points: H. Raiffa, "The Art and Science of Negotiation", Harvard University Press, 1982, as
estimated by the United States' negotiating team. Division: S. J. Brams, A. D. Taylor, "Fair
Division: From Cake-Cutting to Dispute Resolution", Cambridge University Press, 1996, ch. 5, by
their procedure Adjusted Winner. Table, division and totals were checked on the page of the
authors' project at New York University, pages.nyu.edu/adjustedwinner/panama.htm: the United
States gets issues 1, 2, 4 and 6 and 2/15 of issue 3, Panama the rest, 66 points each.

Adjusted Winner equalises points at the highest level at which that can be done, and so agrees
with the egalitarian solution where sharing one issue is enough. Here nine issues are won whole
and "Land and water" is divided in fifteenths: 2**9 * 16 = 8,192 packages, in whole points.
"""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from detente.engines.deal_space import (
    BargainingSolution,
    egalitarian_solution,
    kalai_smorodinsky_solution,
    pareto_front,
)

# issue: (points of the United States, points of Panama)
POINTS = {
    "US defense rights": (22, 9),
    "Use rights": (22, 15),
    "Land and water": (15, 15),
    "Expansion rights": (14, 3),
    "Duration": (11, 15),
    "Expansion routes": (6, 5),
    "Compensation": (4, 11),
    "Jurisdiction": (2, 7),
    "US military rights": (2, 7),
    "Defense role of Panama": (2, 13),
}
DIVIDED = "Land and water"
WHOLE = [issue for issue in POINTS if issue != DIVIDED]
PACKAGES = list(itertools.product(*[(True, False) for _ in WHOLE], range(16)))

PRINTED_US_ISSUES = {"US defense rights", "Use rights", "Expansion rights", "Expansion routes"}
PRINTED_US_FIFTEENTHS = 2
PRINTED_POINTS = [66, 66]


def points(package: tuple[int, ...]) -> tuple[int, int]:
    *to_us, fifteenths = package
    us = sum(POINTS[issue][0] for issue, won in zip(WHOLE, to_us, strict=True) if won)
    panama = sum(POINTS[issue][1] for issue, won in zip(WHOLE, to_us, strict=True) if not won)
    return us + fifteenths, panama + 15 - fifteenths


@pytest.fixture(scope="module")
def utilities() -> npt.NDArray[np.float64]:
    return np.array([points(package) for package in PACKAGES], dtype=np.float64)


def division(solution: BargainingSolution) -> tuple[set[str], int]:
    """Return the only selected package: the issues the United States win, and their share."""
    (outcome,) = solution.outcomes
    *to_us, fifteenths = PACKAGES[outcome]
    return {issue for issue, won in zip(WHOLE, to_us, strict=True) if won}, fifteenths


def test_each_side_has_a_hundred_points() -> None:
    assert [sum(column) for column in zip(*POINTS.values(), strict=True)] == [100, 100]
    assert len(PACKAGES) == 8192


def test_egalitarian_solution_is_the_printed_division(
    utilities: npt.NDArray[np.float64],
) -> None:
    solution = egalitarian_solution(utilities, (0, 0))
    assert division(solution) == (PRINTED_US_ISSUES, PRINTED_US_FIFTEENTHS)
    assert solution.utilities.tolist() == PRINTED_POINTS
    assert pareto_front(utilities).efficient[solution.outcomes].all()


def test_kalai_smorodinsky_solution_agrees_when_both_can_win_everything(
    utilities: npt.NDArray[np.float64],
) -> None:
    """Derived, not printed: from (0, 0) both ideal gains are 100, so shares are points."""
    solution = kalai_smorodinsky_solution(utilities, (0, 0))
    assert division(solution) == (PRINTED_US_ISSUES, PRINTED_US_FIFTEENTHS)
    assert solution.value == pytest.approx(0.66)
