"""The Panama Canal treaty of 1974, divided by adjusted winner.

Points: H. Raiffa, "The Art and Science of Negotiation", Harvard University Press, 1982, as
estimated by the United States' negotiating team. Division: S. J. Brams, A. D. Taylor, "Fair
Division: From Cake-Cutting to Dispute Resolution", Cambridge University Press, 1996, ch. 5.
Table, division and totals were checked on the page of the authors' project at New York
University, pages.nyu.edu/adjustedwinner/panama.htm: the United States get issues 1, 2, 4 and 6
and 2/15 of issue 3, Panama the rest, 66 points each.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from detente.engines.deal_space.adjusted_winner import adjusted_winner

# Points of the United States and of Panama, issues 1 to 10 in the printed order.
POINTS = [
    (22, 9),  # US defense rights
    (22, 15),  # Use rights
    (15, 15),  # Land and water
    (14, 3),  # Expansion rights
    (11, 15),  # Duration
    (6, 5),  # Expansion routes
    (4, 11),  # Compensation
    (2, 7),  # Jurisdiction
    (2, 7),  # US military rights
    (2, 13),  # Defense role of Panama
]
LAND_AND_WATER = 2
PRINTED_US_SHARES = [1, 1, Fraction(2, 15), 1, 0, 1, 0, 0, 0, 0]
PRINTED_POINTS = (Fraction(66), Fraction(66))


def test_the_printed_division_and_its_points() -> None:
    found = adjusted_winner(POINTS)
    assert list(found.shares) == PRINTED_US_SHARES
    assert found.points == PRINTED_POINTS
    assert found.divided == LAND_AND_WATER
    assert found.is_equitable
    assert found.is_envy_free
    assert (found.needed, found.same_ratio) == (None, ())


def test_no_division_beats_the_printed_one_at_the_stated_weights() -> None:
    """Land and water is worth 15 to both, so weights are equal, and 132 is the largest sum."""
    found = adjusted_winner(POINTS)
    assert found.weights == (1, 1)
    assert sum(max(points) for points in POINTS) == sum(PRINTED_POINTS)


def test_one_divisible_issue_is_enough_if_it_is_the_right_one() -> None:
    only_land = np.arange(len(POINTS)) == LAND_AND_WATER
    found = adjusted_winner(POINTS, only_land)
    assert (list(found.shares), found.needed) == (PRINTED_US_SHARES, None)


def test_without_a_divisible_issue_the_printed_points_are_out_of_reach() -> None:
    """Derived, not printed: whole issues leave the worse-off side 64 points of the 66."""
    found = adjusted_winner(POINTS, np.zeros(len(POINTS), dtype=np.bool_))
    assert (found.needed, found.divided) == (LAND_AND_WATER, None)
    assert found.bound == 66
    best = max(
        min(
            sum(a for k, (a, _) in enumerate(POINTS) if to_us >> k & 1),
            sum(b for k, (_, b) in enumerate(POINTS) if not to_us >> k & 1),
        )
        for to_us in range(1 << len(POINTS))
    )
    assert min(found.points) == best < 66
